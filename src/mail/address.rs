//! Address lists (RFC 5322 section 3.4): mail-parser reads them, after the encoded words in them were decoded; what it
//! cannot read is searched for anything that looks like an address.

use std::collections::HashSet;

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::Address;
use super::charset::Hint;
use super::header::{Piece, decode, ended, pieces};

mod quoted;

use quoted::{tidied, unshielded};

/// An address field longer than this is cut; it is a newsletter's recipients at most.
const MAX_FIELD: usize = 64 * 1024;

impl Address {
    /// The first address of a field's value.
    pub fn parse(value: &str) -> Option<Self> {
        parse_list(value.as_bytes(), Hint::default()).into_iter().next()
    }

    /// What stands before the last `@`, its tag included.
    pub fn local_part(&self) -> &str {
        self.address.rsplit_once('@').map_or(&self.address, |(local, _)| local)
    }

    /// The local part without its tag: `bob` in `bob+shop@example.com`.
    pub fn local(&self) -> &str {
        let local = self.local_part();
        local.split_once('+').map_or(local, |(bare, _)| bare)
    }

    /// The tag: `shop` in `bob+shop@example.com`.
    pub fn tag(&self) -> Option<&str> {
        self.local_part().split_once('+').map(|(_, tag)| tag).filter(|tag| !tag.is_empty())
    }

    /// As written; `None` when there is no `@`.
    pub fn domain(&self) -> Option<&str> {
        self.address.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| !domain.is_empty())
    }

    /// Whether both name the same mailbox, as nearly every server decides it: without regard to case, and with the
    /// domain in either form of an internationalised name.
    pub fn is_same(&self, other: &str) -> bool {
        self.address == other || canonical(&self.address) == canonical(other)
    }
}

/// Lower case, the domain in its ASCII form.
pub(super) fn canonical(address: &str) -> String {
    let address = address.trim().trim_matches(['<', '>']).trim();
    match address.rsplit_once('@') {
        Some((local, domain)) => [&local.to_lowercase(), "@", &ascii(domain.trim_end_matches('.'))].concat(),
        None => address.to_lowercase(),
    }
}

/// A domain in its ASCII form (RFC 5891). One that has no other is only written in lower case.
fn ascii(domain: &str) -> String {
    let lower = domain.to_ascii_lowercase();
    if lower.is_ascii() && !lower.contains("xn--") {
        return lower;
    }
    idna::domain_to_ascii(domain).unwrap_or(lower)
}

/// The same mailbox named twice is named once.
pub(super) fn distinct(list: Vec<Address>) -> Vec<Address> {
    if list.len() < 2 {
        return list;
    }
    let mut seen = HashSet::new();
    list.into_iter().filter(|address| seen.insert(canonical(&address.address))).collect()
}

/// The addresses of a field, those of groups included, in order.
pub(super) fn parse_list(value: &[u8], hint: Hint<'_>) -> Vec<Address> {
    match simple(value) {
        Some(address) => vec![address],
        None => parse_any_list(value, hint),
    }
}

/// What nearly every field is: one address, with nothing in it that has a meaning, and perhaps a name of bare words. Read
/// at once; as [`parse_any_list`] reads it.
fn simple(value: &[u8]) -> Option<Address> {
    let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let value = std::str::from_utf8(value).ok()?.trim_ascii();
    let (name, address) = match value.strip_suffix('>') {
        Some(named) => named.split_once(" <")?,
        None => ("", value),
    };
    let (local, domain) = address.split_once('@')?;
    let is_plain = address.len() <= 320
        && !local.is_empty()
        && local.bytes().all(|byte| is_of_word(byte) || byte == b'+')
        && domain.ends_with(|c: char| c.is_ascii_alphanumeric())
        && domain.bytes().all(is_of_word)
        && (name.is_empty() || name.split(' ').all(|word| !word.is_empty() && word.bytes().all(is_of_word)));
    is_plain.then(|| Address {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        address: [local, "@", &domain.to_ascii_lowercase()].concat(),
    })
}

fn parse_any_list(value: &[u8], hint: Hint<'_>) -> Vec<Address> {
    let value = value.get(..MAX_FIELD).unwrap_or(value);
    let plain = without_words(value, hint);
    let plain = ended(tidied(&plain).as_bytes());
    let parsed = match MessageStream::new(&plain).parse_address() {
        HeaderValue::Address(list) => list.into_list(),
        _ => Vec::new(),
    };
    let mut list: Vec<Address> = parsed
        .into_iter()
        .filter_map(|parsed| {
            let address = clean(parsed.address.as_deref()?)?;
            let name = parsed.name.as_deref().map(|name| name.trim_matches([' ', '<', '>', '"', '\'']));
            Some(Address { name: name.and_then(display_name), address })
        })
        .collect();
    if list.is_empty() {
        list = search(&decode(value, hint));
    }
    list
}

/// Every address in running text, each with the words before it as its name: `Bob [mailto:bob@example.com]`.
pub(super) fn search(text: &str) -> Vec<Address> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('@')).map(|at| from + at) {
        let start = text.get(from..at).and_then(|before| before.rfind(|c| !is_address_char(c))).map_or(from, |index| {
            from + index + text.get(from + index..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        });
        let end = text
            .get(at + 1..)
            .map_or(text.len(), |after| at + 1 + after.find(|c| !is_address_char(c)).unwrap_or(after.len()));
        let name = text.get(from..start).unwrap_or_default();
        let name = name
            .trim_end_matches(|c: char| "<[(:".contains(c))
            .trim_end_matches("mailto")
            .trim_matches(|c: char| c.is_whitespace() || "<>[]()\"',;:".contains(c));
        if let Some(address) = text.get(start..end).and_then(clean) {
            found.push(Address { name: display_name(name), address });
        }
        from = end;
    }
    found
}

/// A name as it may be shown: without control characters.
fn display_name(name: &str) -> Option<String> {
    let name = name.replace(char::is_control, " ");
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn is_address_char(c: char) -> bool {
    c.is_alphanumeric() || "@.!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// An address without what surrounds it; nothing if it is none.
fn clean(address: &str) -> Option<String> {
    let address = address.trim().trim_matches(|c: char| c.is_whitespace() || "<>[](),;:'\"".contains(c));
    let address = address
        .get(..7)
        .filter(|start| start.eq_ignore_ascii_case("mailto:"))
        .map_or(address, |_| address.get(7..).unwrap_or_default());
    // A route in front of it (RFC 5322 section 4.4).
    let address = address.strip_prefix('@').and_then(|route| route.rsplit_once(':')).map_or(address, |(_, last)| last);
    let address = address.trim_end_matches('.');
    let (local, domain) = address.rsplit_once('@')?;
    let closing = if domain.starts_with('[') { "]" } else { "" };
    let fits = !local.is_empty()
        && !domain.is_empty()
        && address.len() <= 320
        && !address.contains(|c: char| c.is_control())
        && !domain.contains(char::is_whitespace);
    fits.then(|| {
        let local = local.replace(char::is_whitespace, "");
        [&unshielded(&local).unwrap_or(local), "@", &domain.to_lowercase(), closing].concat()
    })
}

/// Replaces encoded words by quoted strings of what they say, so that commas in them part nothing.
fn without_words(value: &[u8], hint: Hint<'_>) -> String {
    let mut out = String::with_capacity(value.len());
    let mut quoted = false;
    for piece in pieces(value, hint) {
        match piece {
            Piece::Text(text) => {
                quoted ^= text.matches('"').count() % 2 == 1;
                // What is left of them are no words, and would be looked at again and again.
                out.push_str(&text.replace("=?", "= ?"));
            }
            Piece::Words(words) => {
                let words: String = words.chars().filter(|c| !matches!(c, '"' | '\\' | '\r' | '\n')).collect();
                if quoted {
                    out.push_str(&words);
                } else {
                    out.push('"');
                    out.push_str(&words);
                    out.push_str("\" ");
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(value: &str) -> Vec<(String, String)> {
        parse_list(value.as_bytes(), Hint::default())
            .into_iter()
            .map(|address| (address.name.unwrap_or_default(), address.address))
            .collect()
    }

    fn pair(name: &str, address: &str) -> (String, String) {
        (name.to_owned(), address.to_owned())
    }

    #[test]
    fn lists_are_read_in_every_spelling() {
        assert_eq!(list("bob@example.com"), [pair("", "bob@example.com")]);
        assert_eq!(
            list("Bob <bob@example.com>,\r\n eve@example.com"),
            [pair("Bob", "bob@example.com"), pair("", "eve@example.com")]
        );
        assert_eq!(list("\"Doe, Jane\" <jane@example.com>"), [pair("Doe, Jane", "jane@example.com")]);
        assert_eq!(list("=?utf-8?Q?Doe=2C_Jane?= <jane@example.com>"), [pair("Doe, Jane", "jane@example.com")]);
        assert_eq!(list("\"=?utf-8?B?SmFuZQ==?=\" <jane@example.com>"), [pair("Jane", "jane@example.com")]);
        assert_eq!(list("\"\u{1b}]0;Bob\u{7}\" <bob@example.com>"), [pair("]0;Bob", "bob@example.com")]);
        assert_eq!(list("bob@example.com (Bob)"), [pair("Bob", "bob@example.com")]);
        assert_eq!(list("Team: a@example.com, b@example.com;"), [pair("", "a@example.com"), pair("", "b@example.com")]);
        assert_eq!(list("undisclosed-recipients:;"), []);
        assert_eq!(list(""), []);
    }

    #[test]
    fn a_simple_address_is_read_as_any_other() {
        let names = ["", "Acme", "Acme Inc.", "the Acme-Shop No_1 24.7", "a b c d", "-", "A. B. C", ".", "_ x"];
        let locals = ["bob", "no-reply", "Bob.Smith+Shop", "a_b", ".x", "-x-", "x..y", "+", "7"];
        let domains = ["example.com", "EXAMPLE.co.uk", "localhost", "192.0.2.1", "-a-b.example", "a..b", "a_b.example"];
        let mut count = 0;
        let addresses = locals.iter().flat_map(|local| domains.map(|domain| format!("{local}@{domain}")));
        for (address, name) in addresses.flat_map(|address| names.map(|name| (address.clone(), name))) {
            let spellings = match name {
                "" => [format!(" {address}\r\n"), address.clone(), format!("\t{address} ")],
                name => ["{n} <{a}>", " {n} <{a}>\r\n", "{n} <{a}> "]
                    .map(|s| s.replace("{n}", name).replace("{a}", &address)),
            };
            for value in spellings {
                let read: Vec<Address> = simple(value.as_bytes()).into_iter().collect();
                assert_eq!(read, parse_any_list(value.as_bytes(), Hint::default()), "{value:?}");
                count += 1;
            }
        }
        assert_eq!(count, names.len() * locals.len() * domains.len() * 3);
        for value in
            ["<bob@example.com>", "Bob<bob@example.com>", "a@b@example.com", "a@b, c@d", "Doe, J <j@example.com>"]
        {
            assert_eq!(simple(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn local_parts_in_quotes_stay_whole() {
        for (value, address) in [
            (r#""john.doe"@example.com"#, "john.doe@example.com"),
            (r#""john doe"@example.com"#, r#""john doe"@example.com"#),
            (r#"John <"john doe"@example.com>"#, r#""john doe"@example.com"#),
            (r#""x@acme.example"@evil.example"#, r#""x@acme.example"@evil.example"#),
            (r#"Acme <"x@acme.example"@evil.example>"#, r#""x@acme.example"@evil.example"#),
            (r#""x@acme.example" (acme) @evil.example"#, r#""x@acme.example"@evil.example"#),
            (r#""a\"b\\c"@example.com"#, r#""a\"b\\c"@example.com"#),
            ("bob(c)@example.com", "bob@example.com"),
            ("bob@(at (home))example.com", "bob@example.com"),
            ("bob @ example.com", "bob@example.com"),
            ("<@relay.example,@x.example:bob@example.com>", "bob@example.com"),
            ("<bob@[192.0.2.1]>", "bob@[192.0.2.1]"),
        ] {
            assert_eq!(list(value).into_iter().map(|(_, address)| address).collect::<Vec<_>>(), [address], "{value}");
        }
        assert_eq!(list("Bob @ Acme <bob@example.com>"), [pair("Bob @ Acme", "bob@example.com")]);
        assert_eq!(
            list(r#""Doe (Jane)" <jane@example.com>, "b@x.example" <b@example.com>"#),
            [pair("Doe (Jane)", "jane@example.com"), pair("b@x.example", "b@example.com")]
        );
        let many = [" ", "()", "\"\" ", "(", "\"", "x ()"].map(|piece| format!("x{}", piece.repeat(30_000)));
        assert_eq!(many.map(|value| list(&value).len()), [0; 6]);
        for unfinished in ["\"", "(", "\"a\\", "a(\\", "\"\"@", "(()"] {
            assert_eq!(list(unfinished), [], "{unfinished}");
        }
    }

    #[test]
    fn what_is_broken_is_searched() {
        assert_eq!(list("=?utf-8?Q?Bob_=3Cbob=40example=2Ecom=3E?="), [pair("Bob", "bob@example.com")]);
        assert_eq!(list("<<bob@example.com>>"), [pair("", "bob@example.com")]);
        assert_eq!(search("Bob [mailto:bob@example.com]; x")[0].address, "bob@example.com");
        assert_eq!(search("'bob@example.com'")[0].address, "bob@example.com");
        assert_eq!(search("Bob Smith <bob@example.com>")[0].name.as_deref(), Some("Bob Smith"));
    }

    #[test]
    fn an_address_knows_its_parts() {
        let address = Address { name: None, address: "Bob+Shop@Example.com".into() };
        assert_eq!((address.local_part(), address.local()), ("Bob+Shop", "Bob"));
        assert_eq!((address.tag(), address.domain()), (Some("Shop"), Some("Example.com")));
        assert!(address.is_same("bob+shop@EXAMPLE.com"));
        assert!(!address.is_same("bob@example.com"));
        let idn = Address { name: None, address: "bob@bücher.example".into() };
        assert!(idn.is_same("bob@xn--bcher-kva.example"));
    }

    #[test]
    fn domains_without_another_form_are_what_idna_makes_of_them() {
        for domain in ["Example.COM", "a_b.example", "-x-.example", "a..b", "192.0.2.1", "[192.0.2.1]", "localhost", ""]
        {
            assert_eq!(ascii(domain), idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_ascii_lowercase()));
        }
    }
}

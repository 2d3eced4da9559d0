//! Reads Authentication-Results (RFC 8601) and the ARC fields that carry the same (RFC 8617).

/// A field longer than this is cut.
const MAX_FIELD: usize = 16 * 1024;
/// Results beyond these are not read.
const MAX_RESULTS: usize = 64;

/// What a server says it checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Spf,
    Dkim,
    Dmarc,
    Arc,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC",
            Self::Arc => "ARC",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        // A version may follow: `dkim/1=pass`.
        let name = name.split('/').next().unwrap_or(name);
        [Self::Spf, Self::Dkim, Self::Dmarc, Self::Arc]
            .into_iter()
            .find(|method| name.eq_ignore_ascii_case(method.name()))
    }
}

/// How a check ended (RFC 8601 section 2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckResult {
    Pass,
    /// `fail`, `softfail`, `hardfail`, `policy`, `permerror` and whatever else is not a pass.
    Fail,
    /// Nothing to check, or no opinion: `none`, `neutral`.
    None,
    /// It may be another time: `temperror`.
    TemporaryError,
}

impl CheckResult {
    fn from_name(name: &str) -> Self {
        let is = |known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known));
        // Microsoft's "bestguesspass" is a pass of SPF or DKIM for a domain without a DMARC record.
        if is(&["pass", "bestguesspass"]) {
            Self::Pass
        } else if is(&["none", "neutral"]) {
            Self::None
        } else if is(&["temperror"]) {
            Self::TemporaryError
        } else {
            Self::Fail
        }
    }
}

/// One `method=result` with the domain that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub method: Method,
    pub result: CheckResult,
    /// `header.d` of DKIM, `smtp.mailfrom` of SPF, `header.from` of DMARC; lower case.
    pub domain: Option<String>,
}

/// A field's server and its checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Results {
    /// Empty where the server does not name itself, as Microsoft's do not.
    pub(super) authserv_id: String,
    pub(super) checks: Vec<Check>,
    /// The `i=` of an ARC field.
    pub(super) instance: Option<u32>,
}

impl Results {
    pub(super) fn parse(value: &str) -> Self {
        let mut results = Self::default();
        let mut named = false;
        for segment in segments(value).into_iter().take(MAX_RESULTS) {
            let Some((name, result)) = segment.pairs.first() else {
                if !named {
                    results.authserv_id = authserv_id(&segment.first_word);
                    named = true;
                }
                continue;
            };
            if name == "i" {
                results.instance = result.parse().ok();
                continue;
            }
            named = true;
            if let Some(method) = Method::from_name(name) {
                let result = CheckResult::from_name(result);
                results.checks.push(Check { method, result, domain: domain_of(method, &segment.pairs) });
            }
        }
        results
    }
}

/// The tags of an ARC-Seal: its instance and the domain that sealed. A tag that stands twice makes it none.
pub(super) fn seal(value: &str) -> Option<(u32, String)> {
    let value = value.get(..MAX_FIELD).unwrap_or(value);
    let tag = |name: &str| {
        let mut tags = value.split(';').filter_map(|tag| tag.split_once('=')).filter(|(known, _)| known.trim() == name);
        tags.next().filter(|_| tags.next().is_none()).map(|(_, value)| value.trim())
    };
    Some((tag("i")?.parse().ok()?, tag("d")?.trim_end_matches('.').to_ascii_lowercase()))
}

/// The domain that a check is about.
fn domain_of(method: Method, pairs: &[(String, String)]) -> Option<String> {
    let properties: &[&str] = match method {
        Method::Spf => &["smtp.mailfrom", "smtp.mail", "envelope-from", "smtp.helo"],
        Method::Dkim => &["header.d", "header.i"],
        Method::Dmarc => &["header.from"],
        Method::Arc => &["header.oldest-pass", "smtp.remote-ip"],
    };
    let value =
        properties.iter().find_map(|name| pairs.iter().find(|(known, _)| known == name)).map(|(_, value)| value)?;
    let domain = value.rsplit_once('@').map_or(value.as_str(), |(_, domain)| domain);
    let domain = domain.trim_matches(['<', '>', '.', ' ']).to_lowercase();
    let is_one = !domain.is_empty() && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    is_one.then_some(domain)
}

/// The server's name. What no name holds is replaced, not left out: it may not turn into another name.
fn authserv_id(word: &str) -> String {
    let name = word.trim_end_matches('.').to_lowercase();
    name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// What stands between two semicolons.
#[derive(Debug, Default)]
struct Segment {
    /// Of a segment without pairs: the server's name (a version number may follow).
    first_word: String,
    /// `name=value`, names in lower case.
    pairs: Vec<(String, String)>,
}

/// Reads a field (RFC 8601 section 2.2). A value ends at a blank or a semicolon outside quotes, so that an address stays
/// whole whatever its sender wrote in front of the `@`: `"x; y=z"@domain`, `bounce=a.example@domain`.
fn segments(value: &str) -> Vec<Segment> {
    let mut segments = vec![Segment::default()];
    let mut text = Text { rest: value.get(..MAX_FIELD).unwrap_or(value).chars().peekable() };
    while let Some(next) = text.skip_blanks() {
        let Some(segment) = segments.last_mut() else { break };
        if next == ';' {
            text.rest.next();
            segments.push(Segment::default());
            continue;
        }
        let name = text.word(true);
        if text.skip_blanks() == Some('=') {
            text.rest.next();
            text.skip_blanks();
            segment.pairs.push((name.to_lowercase(), text.word(false)));
        } else if segment.first_word.is_empty() {
            segment.first_word = name;
        }
    }
    segments
}

struct Text<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
}

impl Text<'_> {
    /// Goes to what is neither blank nor comment, and tells what it is.
    fn skip_blanks(&mut self) -> Option<char> {
        loop {
            match *self.rest.peek()? {
                '(' => self.skip_comment(),
                c if c.is_whitespace() => drop(self.rest.next()),
                c => return Some(c),
            }
        }
    }

    /// Goes past a comment, and those inside it (RFC 5322 section 3.2.2).
    fn skip_comment(&mut self) {
        let mut depth = 0u32;
        while let Some(c) = self.rest.next() {
            match c {
                '\\' => drop(self.rest.next()),
                '(' => depth = depth.saturating_add(1),
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Up to a blank, a semicolon or, in a name, `=`. Quotes and what they escape are taken off; a comment amid a word is
    /// nothing: what follows it still belongs to the word.
    fn word(&mut self, is_name: bool) -> String {
        let mut word = String::new();
        let mut quoted = false;
        while let Some(&c) = self.rest.peek() {
            match c {
                '"' => quoted = !quoted,
                '\\' if quoted => {
                    self.rest.next();
                    word.extend(self.rest.peek());
                }
                _ if quoted => word.push(c),
                '(' => {
                    self.skip_comment();
                    continue;
                }
                ';' => break,
                '=' if is_name => break,
                c if c.is_whitespace() => break,
                c => word.push(c),
            }
            self.rest.next();
        }
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(value: &str) -> Vec<(&'static str, CheckResult, String)> {
        let checks = Results::parse(value).checks.into_iter();
        checks.map(|check| (check.method.name(), check.result, check.domain.unwrap_or_default())).collect()
    }

    #[test]
    fn fields_are_read_as_servers_write_them() {
        use CheckResult::*;
        let gmail = "mx.google.com;\r\n dkim=pass header.i=@acme.example header.s=s1 header.b=AbC=;\r\n spf=pass (google.com: domain of a@m.acme.example designates 192.0.2.1 as permitted; sender) smtp.mailfrom=a@m.acme.example;\r\n dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=acme.example";
        assert_eq!(Results::parse(gmail).authserv_id, "mx.google.com");
        assert_eq!(
            checks(gmail),
            [
                ("DKIM", Pass, "acme.example".into()),
                ("SPF", Pass, "m.acme.example".into()),
                ("DMARC", Pass, "acme.example".into())
            ]
        );
        let microsoft = "spf=softfail (sender IP is 192.0.2.1)\n smtp.mailfrom=acme.example; dkim=none (message not signed)\n header.d=none;dmarc=fail action=oreject header.from=acme.example;compauth=none reason=405";
        assert_eq!(Results::parse(microsoft).authserv_id, "");
        assert_eq!(
            checks(microsoft),
            [
                ("SPF", Fail, "acme.example".into()),
                ("DKIM", None, "none".into()),
                ("DMARC", Fail, "acme.example".into())
            ]
        );
        for (value, expected) in [
            ("mx.example.com 1; none", vec![]),
            (
                "MX.example.com.; dkim/1 = pass reason=\"good; very = good\" header.d = acme.example",
                vec![("DKIM", Pass, "acme.example".to_owned())],
            ),
            (
                "mx.example.com; dkim=temperror (no key (yet)) header.d=acme.example; iprev=pass",
                vec![("DKIM", TemporaryError, "acme.example".to_owned())],
            ),
            (
                "mx.example.com; spf=pass smtp.mailfrom=\"a b\"@acme.example",
                vec![("SPF", Pass, "acme.example".to_owned())],
            ),
            (
                "mx.example.com; spf=pass smtp.mailfrom=bounce=x.example@acme.example smtp.helo=mx.acme.example",
                vec![("SPF", Pass, "acme.example".to_owned())],
            ),
            (
                "mx.example.com; dkim=pass header.b=AbC== header.d=acme.example",
                vec![("DKIM", Pass, "acme.example".to_owned())],
            ),
            ("mx.example.com; dkim=pass header.d=\"acme.example\u{1b}[2J\"", vec![("DKIM", Pass, String::new())]),
            ("mx.example.com (dkim=pass header.d=acme.example); dkim=fail", vec![("DKIM", Fail, String::new())]),
        ] {
            assert_eq!(checks(value), expected, "{value}");
        }
    }

    #[test]
    fn what_a_sender_wrote_in_front_of_the_at_says_nothing() {
        use CheckResult::*;
        let evil = || "evil.example".to_owned();
        for address in [
            r#""x@acme.example"@evil.example"#,
            r#"<"x@acme.example"@evil.example>"#,
            r#""x\"@acme.example"@evil.example"#,
            r#"a"x@acme.example"b@evil.example"#,
            "acme.example(x)@evil.example",
            "x=smtp.mailfrom=a@acme.example@evil.example",
            r#""a\"; dmarc=pass header.from=acme.example; x=\"b"@evil.example"#,
            r#""a; dmarc=pass header.from=acme.example"@evil.example"#,
            r#""a (\" dmarc=pass header.from=acme.example"@evil.example"#,
            r#""a\\\"; dmarc=pass header.from=acme.example; \"b"@evil.example"#,
        ] {
            let field =
                format!("mx.example.com; spf=pass smtp.mailfrom={address}; dmarc=fail header.from=acme.example");
            let expected = [("SPF", Pass, evil()), ("DMARC", Fail, "acme.example".into())];
            assert_eq!(checks(&field), expected, "{field}");
            let signed = format!("mx.example.com; dkim=pass header.i={address}");
            assert_eq!(checks(&signed), [("DKIM", Pass, evil())], "{signed}");
        }
        // A quote that is never closed swallows what follows, a comment too.
        assert_eq!(
            checks("mx.example.com; spf=pass smtp.mailfrom=\"a; dmarc=pass header.from=acme.example"),
            [("SPF", Pass, String::new())]
        );
        assert_eq!(
            checks("mx.example.com; dkim=fail (a \\) ; dmarc=pass header.from=acme.example"),
            [("DKIM", Fail, String::new())]
        );
        assert_eq!(Results::parse("\"mx.example\u{1b}.com\"; none").authserv_id, "mx.example\u{fffd}.com");
    }

    #[test]
    fn arc_fields_are_read() {
        let results = Results::parse("i=2; mx.example.com; dmarc=pass header.from=acme.example");
        assert_eq!((results.instance, results.authserv_id.as_str()), (Some(2), "mx.example.com"));
        assert_eq!(
            seal("i=1; a=rsa-sha256; cv=none; d=Lists.example; s=x; b=abc=="),
            Some((1, "lists.example".into()))
        );
        assert_eq!(seal("i=1; d=lists.example; d=evil.example"), None);
    }
}

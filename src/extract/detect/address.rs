//! What a URL says by itself: whether it carries a token, and what its path is about.

use std::borrow::Cow;
use std::collections::HashSet;

use url::Url;

use super::fold::Folded;
use super::lexicon::{Classes, Hit, LEXICON, Languages};
use words::{AWAY, Names, SIGN_IN, THINGS, TOKEN_NAMES};

mod words;

/// A parsed link.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) token: Token,
    /// Its path or parameters name verifying or signing in.
    pub(super) is_sign_in: bool,
    /// They name what no one waits for: unsubscribing, help, legal pages.
    pub(super) is_away: bool,
}

/// What makes a link more than a page that everybody may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Token {
    None,
    /// Guessable: an order number, a language, a tracking tag.
    Weak,
    /// Letters and digits, but few.
    Short,
    /// A few more, of both cases, as chance throws them: `Kp09sTz2`.
    Opaque,
    Strong,
}

/// Names of parameters that tell that nobody changed a URL.
const SIGNATURES: [&str; 6] = ["sig", "signature", "hash", "hmac", "data", "sdata"];

/// More segments or parameters of one URL are not looked at.
const MOST_PARTS: usize = 64;

impl Address {
    /// Of what is an absolute http or https URL.
    pub(super) fn of(url: &Url) -> Self {
        let mut address = Self::of_one(url);
        if let Some(target) = target(url) {
            // What a redirect signs or counts opens nothing.
            let Self { token, is_sign_in, is_away, .. } = Self::of_one(&target);
            address.token = token.max(own_token(url));
            address.is_sign_in |= is_sign_in;
            address.is_away |= is_away;
        }
        address
    }

    fn of_one(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let mut address = Self { host, token: Token::None, is_sign_in: false, is_away: false };
        for segment in url.path().split('/').filter(|segment| !segment.is_empty()).take(MOST_PARTS) {
            address.segment(segment);
        }
        for (name, value) in url.query_pairs().take(MOST_PARTS) {
            address.parameter(&name, &value);
        }
        if let Some(fragment) = url.fragment() {
            let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
            for segment in path.split(['/', '&']).take(MOST_PARTS) {
                match segment.split_once('=') {
                    Some((name, value)) => address.parameter(name, value),
                    None => address.segment(segment),
                }
            }
            for (name, value) in url::form_urlencoded::parse(query.as_bytes()).take(MOST_PARTS) {
                address.parameter(&name, &value);
            }
        }
        for label in address.host.clone().split('.').take(2) {
            address.is_sign_in |=
                matches!(label, "auth" | "login" | "signin" | "sso" | "verify" | "id" | "accounts" | "account");
        }
        address
    }

    fn segment(&mut self, segment: &str) {
        self.token = self.token.max(strength(segment));
        self.is_away |= THINGS.contains(segment) || names_file(segment);
        self.about(segment);
    }

    fn parameter(&mut self, name: &str, value: &str) {
        // "?20260425180000+a8K2".
        if value.is_empty() {
            self.token = self.token.max(strength(name));
        }
        let name = name.to_ascii_lowercase();
        // What leads back is no token.
        if name.starts_with("utm_") || leads_back(&name) && value.contains(['/', '%']) {
            return;
        }
        let named = names_token(&name);
        let strength = strength(value);
        let is_plain_word = value.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '_'));
        let has = |kind: fn(&u8) -> bool| value.as_bytes().iter().any(kind);
        self.token = self.token.max(match value.len() {
            6.. if named && !is_plain_word => Token::Strong,
            3..6 if named && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) => Token::Short.max(strength),
            _ => strength,
        });
        self.about(&name);
        // Where a thing is shared, or made cheaper.
        self.is_away |= matches!(&*name, "usp" | "promo" | "coupon" | "voucher");
        if strength < Token::Strong {
            // Where it leads back to, in other languages than English, tells nothing.
            let is_away = self.is_away;
            self.about(value);
            let value = value.to_ascii_lowercase();
            self.is_away =
                is_away || THINGS.contains(&value) || value.split(['-', '_']).any(|part| AWAY.contains(part));
        }
    }

    fn about(&mut self, word: &str) {
        let word: Cow<'_, str> =
            if word.bytes().any(|b| b.is_ascii_uppercase()) { word.to_ascii_lowercase().into() } else { word.into() };
        let word = word.split_once('.').map_or(&*word, |(stem, _)| stem);
        let names = |list: &Names| {
            list.contains(word) || word.len() < 40 && word.split(['-', '_', ',']).any(|part| list.contains(part))
        };
        let (signs_in, away) = (names(&SIGN_IN), names(&AWAY));
        self.is_sign_in |= signs_in;
        self.is_away |= away;
        if !signs_in && !away && word.len() < 40 {
            self.about_in_words(word);
        }
    }
}

impl Address {
    /// In other languages than English: `bestaetigen`, `podtverdit`.
    fn about_in_words(&mut self, piece: &str) {
        if piece.len() < 5 || piece.bytes().any(|b| b.is_ascii_digit()) {
            return;
        }
        let words = piece.replace(['_', '.', '+', ','], " ");
        let hits = LEXICON.hits(&words, &Folded::new(&words));
        let classes = hits.iter().fold(Classes::default(), |all, hit| all.or(hit.classes));
        let about_things = classes.has(Classes::AWAY.or(Classes::OTHER).or(Classes::ALERT));
        let signs = classes.has(Classes::AUTH.or(Classes::SOFT));
        self.is_sign_in |= signs && !about_things;
        let leads_away = |hit: &Hit| hit.classes.has(Classes::AWAY) && !hit.languages.meets(Languages::ENGLISH);
        self.is_away |= hits.iter().any(leads_away) && !signs && !classes.has(Classes::OPEN);
    }
}

/// Whether a part of the address is one of the values, which have no hyphens between digits.
pub(super) fn holds_any(href: &str, values: &HashSet<String>) -> bool {
    let is_one = |part: &str| {
        values.contains(part) || part.contains('-') && values.contains(&part.replace('-', "")) || {
            part.bytes().any(|b| b.is_ascii_lowercase()) && values.contains(&part.to_ascii_uppercase())
        }
    };
    href.split(['/', '?', '&', '=', '#'])
        .skip(3)
        .take(MOST_PARTS)
        .filter(|part| (4..=24).contains(&part.len()))
        .any(is_one)
}

/// The longest part of the address that looks like a token.
pub(super) fn longest_token(href: &str) -> Option<String> {
    const SHORTEST: usize = 6;
    let parts = href.split(['/', '?', '&', '=', '#']).skip(3).take(MOST_PARTS);
    let tokens = parts.filter(|part| part.len() >= SHORTEST && strength(part) >= Token::Short);
    tokens.max_by_key(|part| part.len()).map(str::to_owned)
}

/// Whether a piece of a path is the name of a document: something shared.
pub(super) fn names_file(segment: &str) -> bool {
    const ENDS: [&str; 9] = ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "csv", "zip"];
    segment.rsplit_once('.').is_some_and(|(_, end)| ENDS.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// How much a piece of a URL looks like a secret.
/// Where a redirect leads that says so: `/redirect?url=https%3A%2F%2F…`.
fn target(url: &Url) -> Option<Url> {
    url.query_pairs().take(MOST_PARTS).find_map(|(name, value)| {
        let is_url = value.starts_with("https://") || value.starts_with("http://");
        (is_url && !leads_back(&name.to_ascii_lowercase())).then(|| value.parse().ok()).flatten()
    })
}

/// The token of a redirect that is more than its signature: in its path, or named so.
fn own_token(url: &Url) -> Token {
    let is_own = |name: &str| names_token(name) && !SIGNATURES.contains(&name);
    let named = url.query_pairs().take(MOST_PARTS).filter(|(name, _)| is_own(&name.to_ascii_lowercase()));
    let named = named.map(|(_, value)| strength(&value));
    let path = url.path().split('/').take(MOST_PARTS).map(strength);
    path.chain(named).max().unwrap_or(Token::None)
}

fn names_token(name: &str) -> bool {
    TOKEN_NAMES.contains(name)
        || name.ends_with("token")
        || name.ends_with("token_hash")
        || name.ends_with("_code")
        || name.ends_with("key")
}

/// Whether a parameter says where to go afterwards.
fn leads_back(name: &str) -> bool {
    matches!(
        name,
        "returnurl"
            | "return_url"
            | "return_to"
            | "returnto"
            | "redirect"
            | "redirect_to"
            | "redirect_uri"
            | "next"
            | "continue"
            | "continueurl"
            | "goto"
    )
}

fn strength(piece: &str) -> Token {
    let piece = piece.trim_end_matches('=');
    // Somebody's address.
    if piece.contains('@') || piece.contains("%40") {
        return Token::Weak;
    }
    if is_slug(piece) {
        return if piece.bytes().any(|b| b.is_ascii_digit()) { Token::Weak } else { Token::None };
    }
    let (mut digits, mut upper, mut lower, mut changes) = (0usize, 0usize, 0usize, 0usize);
    let mut last = 0;
    for b in piece.bytes().take(512) {
        let kind = match b {
            b'0'..=b'9' => {
                digits += 1;
                1
            }
            b'A'..=b'Z' => {
                upper += 1;
                2
            }
            b'a'..=b'z' => {
                lower += 1;
                3
            }
            _ => 4,
        };
        changes += usize::from(kind != last);
        last = kind;
    }
    let length = piece.len();
    let letters = upper + lower;
    // Words joined by hyphens change kind at every hyphen, but hold neither digits nor two cases.
    let mixed = (digits >= 2 && letters >= 2) || (upper >= 3 && lower >= 3 && changes >= 6);
    if length >= 16 && mixed && changes >= 4
        || length >= 10 && digits >= 2 && upper >= 2 && lower >= 2 && changes >= 5
        || length >= 20 && digits == length
    {
        Token::Strong
    } else if length >= 6 && digits > 0 && upper > 0 && lower > 0 && changes >= 4 {
        Token::Opaque
    } else if digits == length && length <= 4 {
        // A year, a month, a page.
        Token::None
    } else if length >= 4 && digits > 0 && letters > 0 && !is_numbered_word(piece) {
        Token::Short
    } else if digits > 0 || mixed {
        Token::Weak
    } else {
        Token::None
    }
}

/// `page2`, `blog2026`.
fn is_numbered_word(piece: &str) -> bool {
    let word = piece.trim_end_matches(|c: char| c.is_ascii_digit());
    word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase()) && piece.len() - word.len() <= 4
}

/// `uda-2025`: a short word, and the year that the page is of.
fn is_of_a_year(piece: &str) -> bool {
    let Some((word, year)) = piece.rsplit_once(['-', '_']) else { return false };
    let is_year = year.len() == 4 && ["19", "20"].iter().any(|century| year.starts_with(century));
    is_year && year.bytes().all(|b| b.is_ascii_digit()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// Words and short numbers joined by hyphens, as articles are named: `2fa-guide-2026`.
fn is_slug(piece: &str) -> bool {
    let is_word = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase());
    let is_number = |part: &str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = piece.split(['-', '_']);
    piece.len() < 200
        && piece.contains(['-', '_'])
        && (parts.clone().any(|part| part.len() >= 4 && is_word(part)) || is_of_a_year(piece))
        && parts.all(|part| is_word(part) || is_number(part) || part.len() <= 3)
}

/// Whether two hosts belong to one site, as far as names tell: their last two labels agree, or three where the last two are
/// short (`co.uk`).
pub(super) fn same_site(a: &str, b: &str) -> bool {
    site(a).eq_ignore_ascii_case(site(b))
}

fn site(host: &str) -> &str {
    let are_short = host.rsplit('.').take(2).all(|label| label.len() <= 3);
    let labels = if are_short { 3 } else { 2 };
    host.rmatch_indices('.').nth(labels - 1).and_then(|(dot, _)| host.get(dot + 1..)).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(href: &str) -> Token {
        Address::of(&href.parse().unwrap()).token
    }

    #[test]
    fn tokens_are_told_from_names_and_numbers() {
        for href in [
            "https://a.example/magic/eyJhbGciOiJIUzI1NiJ9.e30.Et9HFtf9R3GEMA0IICOfFMVXY7kkTX1wr4qCyIf58",
            "https://a.example/v?token=i35NBRwVBCMNN2v5",
            "https://a.example/v/9f1c2b7e-44d1-4e0a-9c7a-0b5c1d2e3f40",
            "https://a.example/v?code=482913",
            "https://a.example/#/x?token=noGRS8smowS99H",
            "https://a.example/ls/click?upn=u001.1NvhWjuaQoEq9EvUSiBZ",
            "https://a.example/a/4ddfe132325625863f4b210306636d71",
        ] {
            assert_eq!(token(href), Token::Strong, "{href}");
        }
        for href in [
            "https://a.example/login",
            "https://a.example/help/how-to-sign-in-to-your-account-safely",
            "https://a.example/?utm_source=email&utm_campaign=tx_6d5778aabbccddeeff00",
            "https://a.example/login?lang=en",
        ] {
            assert_eq!(token(href), Token::None, "{href}");
        }
        assert_eq!(token("https://a.example/orders/12345"), Token::Weak);
        assert_eq!(token("https://a.example/v/9aJ4-uF"), Token::Opaque);
        assert_eq!(token("https://a.example/v/Kp09sTz2"), Token::Opaque);
        assert_eq!(token("https://a.example/x?h=0f3"), Token::Short);
        assert_eq!(token("https://a.example/blog2026/page2"), Token::Weak);
        assert_eq!(token("https://a.example/p?n=b7710fe"), Token::Short);
    }

    #[test]
    fn hosts_of_one_site_are_known() {
        assert!(same_site("mail.acme.example", "www.acme.example"));
        assert!(same_site("a.acme.co.uk", "acme.co.uk"));
        assert!(!same_site("acme.co.uk", "beta.co.uk"));
        assert!(!same_site("acme.example", "beta.example"));
    }
}

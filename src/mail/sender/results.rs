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
        let value = without_comments(value);
        let mut named = false;
        for segment in split(&value, ';').take(MAX_RESULTS) {
            let pairs = pairs(segment);
            let Some((name, result)) = pairs.first() else {
                if !named {
                    results.authserv_id = authserv_id(segment);
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
                results.checks.push(Check { method, result, domain: domain_of(method, &pairs) });
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
    (!domain.is_empty()).then_some(domain)
}

/// The server's name; a version number may follow it.
fn authserv_id(segment: &str) -> String {
    let name = segment.split_ascii_whitespace().next().unwrap_or_default();
    name.trim_matches('"').trim_end_matches('.').to_lowercase()
}

/// The `name=value` pairs of a segment, names in lower case; a blank may stand on either side of `=`.
fn pairs(segment: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut pieces = split(segment, '=').peekable();
    let Some(mut name) = pieces.next().and_then(last_word) else { return pairs };
    while let Some(piece) = pieces.next() {
        let piece = piece.trim();
        let (value, next) = match (piece.strip_prefix('"'), pieces.peek().is_some()) {
            (Some(quoted), _) => match quoted.split_once('"') {
                Some((value, rest)) => (value, last_word(rest)),
                None => (quoted, None),
            },
            (None, true) => (piece.split_ascii_whitespace().next().unwrap_or_default(), last_word(piece)),
            (None, false) => (piece.split_ascii_whitespace().next().unwrap_or_default(), None),
        };
        pairs.push((name.to_lowercase(), value.to_owned()));
        match next {
            Some(next) => name = next,
            None => break,
        }
    }
    pairs
}

fn last_word(text: &str) -> Option<&str> {
    text.split_ascii_whitespace().next_back()
}

/// Splits outside quoted strings.
fn split(text: &str, at: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == at && !quoted
    })
}

/// Takes comments out, nested ones included (RFC 5322 section 3.2.2); a comment is a blank.
fn without_comments(value: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut quoted, mut escaped) = (0u32, false, false);
    for c in value.get(..MAX_FIELD).unwrap_or(value).chars() {
        if std::mem::take(&mut escaped) {
            if depth == 0 {
                out.push(c);
            }
            continue;
        }
        match c {
            '\\' => escaped = true,
            '"' if depth == 0 => {
                quoted = !quoted;
                out.push(c);
            }
            '(' if !quoted => {
                depth = depth.saturating_add(1);
                out.push(' ');
            }
            ')' if !quoted && depth > 0 => depth -= 1,
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
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
            ("mx.example.com; spf=pass smtp.mailfrom=\"a b\"@acme.example", vec![("SPF", Pass, "a b".to_owned())]),
            ("mx.example.com (dkim=pass header.d=acme.example); dkim=fail", vec![("DKIM", Fail, String::new())]),
        ] {
            assert_eq!(checks(value), expected, "{value}");
        }
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

//! What stands behind the QR images of two-factor set-ups: `otpauth://` URIs (the "Key URI Format" that all apps share), and
//! the `otpauth-migration://` export of Google Authenticator, which holds many accounts at once.

use std::time::Duration;

use data_encoding::{BASE32_NOPAD, BASE64};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use url::Url;

use super::{Algorithm, ParseError, Settings, base32};

const LABEL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'+');

/// One account of a URI.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who asks for the code: `Acme`.
    pub issuer: Option<String>,
    /// The account there: `alice@example.com`. May be empty.
    pub name: String,
    pub(super) secret: SecretSlice<u8>,
    pub(super) settings: Settings,
}

/// Whether a text means to be a URI rather than Base32, in which there is no colon.
pub(super) fn is_uri(text: &str) -> bool {
    text.contains(':')
}

/// The accounts of an `otpauth://` URI (one) or of an `otpauth-migration://` export.
pub fn accounts(text: &str) -> Result<Vec<Account>, ParseError> {
    let url = url(text)?;
    match url.scheme() {
        "otpauth-migration" => exported(&url),
        _ => Ok(vec![one(&url)?]),
    }
}

/// The one account of an `otpauth://totp/` URI.
pub(super) fn parse(text: &str) -> Result<Account, ParseError> {
    let url = url(text)?;
    if url.scheme() == "otpauth-migration" { Err(ParseError::Export) } else { one(&url) }
}

fn url(text: &str) -> Result<Url, ParseError> {
    Url::parse(text.trim()).map_err(|_| ParseError::Other)
}

fn one(url: &Url) -> Result<Account, ParseError> {
    if url.scheme() != "otpauth" {
        return Err(ParseError::Other);
    }
    match url.host_str() {
        Some(kind) if kind.eq_ignore_ascii_case("totp") => {}
        Some(kind) if kind.eq_ignore_ascii_case("hotp") => return Err(ParseError::Counter),
        _ => return Err(ParseError::Uri("it does not go on with //totp/")),
    }
    let label = percent_decode_str(url.path().trim_start_matches('/')).decode_utf8_lossy().into_owned();
    let (mut issuer, name) = match label.split_once(':') {
        Some((issuer, name)) => (Some(issuer.trim().to_owned()), name.trim().to_owned()),
        None => (None, label.trim().to_owned()),
    };
    let mut secret = None;
    let mut settings = Settings::default();
    for (key, value) in url.query_pairs() {
        match key.to_ascii_lowercase().as_str() {
            "secret" => secret = Some(base32(&value).map_err(|_| ParseError::Uri("its secret is not Base32"))?),
            "issuer" => issuer = Some(value.trim().to_owned()),
            "algorithm" => settings.algorithm = Some(algorithm(&value)?),
            "digits" => settings.digits = Some(number(&value).ok_or(ParseError::Uri("its digits are no number"))?),
            "period" => {
                let seconds = number(&value).ok_or(ParseError::Uri("its period is no number"))?;
                settings.period = Some(Duration::from_secs(seconds));
            }
            "encoder" => return Err(ParseError::Uri("it asks for letters (as Steam does), which are no TOTP")),
            _ => {}
        }
    }
    let secret = secret.ok_or(ParseError::Uri("it has no secret"))?;
    Ok(Account { issuer: issuer.filter(|issuer| !issuer.is_empty()), name, secret: secret.into(), settings })
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// `SHA1`, `sha-256`, `HmacSHA512`: apps disagree.
fn algorithm(text: &str) -> Result<Algorithm, ParseError> {
    let text = text.trim().to_ascii_uppercase().replace(['-', '_'], "");
    let word = text.strip_prefix("HMAC").unwrap_or(&text);
    Algorithm::WORDS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, algorithm)| *algorithm)
        .ok_or(ParseError::Uri("its algorithm is none of SHA1, SHA256 and SHA512"))
}

/// What the URI says, filled from what the operator says; they must not contradict each other.
pub(super) fn agree(uri: Settings, written: Settings) -> Result<Settings, ParseError> {
    fn both<T: PartialEq>(what: &'static str, a: Option<T>, b: Option<T>) -> Result<Option<T>, ParseError> {
        match (a, b) {
            (Some(a), Some(b)) if a != b => Err(ParseError::Contradiction(what)),
            (a, b) => Ok(a.or(b)),
        }
    }
    Ok(Settings {
        algorithm: both("another algorithm", uri.algorithm, written.algorithm)?,
        digits: both("another number of digits", uri.digits, written.digits)?,
        period: both("another period", uri.period, written.period)?,
    })
}

impl Account {
    /// The account as one `otpauth://` URI: what goes into the configuration.
    pub fn uri(&self) -> SecretString {
        let encode = |text: &str| utf8_percent_encode(text, LABEL).to_string();
        let name = encode(&self.name);
        let label = match &self.issuer {
            Some(issuer) => format!("{}:{name}", encode(issuer)),
            None => name,
        };
        let mut uri = format!("otpauth://totp/{label}?secret={}", BASE32_NOPAD.encode(self.secret.expose_secret()));
        if let Some(issuer) = &self.issuer {
            uri.push_str(&format!("&issuer={}", encode(issuer)));
        }
        if let Some(algorithm) = self.settings.algorithm {
            uri.push_str(&format!("&algorithm={}", algorithm.as_str()));
        }
        if let Some(digits) = self.settings.digits {
            uri.push_str(&format!("&digits={digits}"));
        }
        if let Some(period) = self.settings.period {
            uri.push_str(&format!("&period={}", period.as_secs()));
        }
        uri.into()
    }
}

/// The accounts of an export: a protobuf message in Base64. Those that count logins are left out, unless all do.
fn exported(url: &Url) -> Result<Vec<Account>, ParseError> {
    const BROKEN: ParseError = ParseError::Uri("its data is damaged");
    let data = url.query_pairs().find(|(key, _)| key == "data").map(|(_, data)| data.replace(' ', "+"));
    let data = data.ok_or(ParseError::Uri("it has no data"))?;
    let bytes = BASE64.decode(data.as_bytes()).map_err(|_| BROKEN)?;
    let mut accounts = Vec::new();
    let mut counters = 0;
    for field in Fields(&bytes) {
        let (number, value) = field.ok_or(BROKEN)?;
        if let (1, Field::Bytes(bytes)) = (number, value) {
            match account(bytes) {
                Ok(account) => accounts.push(account),
                Err(ParseError::Counter) => counters += 1,
                Err(error) => return Err(error),
            }
        }
    }
    match accounts.is_empty() {
        true if counters > 0 => Err(ParseError::Counter),
        true => Err(ParseError::Uri("it holds no account")),
        false => Ok(accounts),
    }
}

fn account(bytes: &[u8]) -> Result<Account, ParseError> {
    const BROKEN: ParseError = ParseError::Uri("its data is damaged");
    let mut secret = Vec::new();
    let (mut name, mut issuer) = (String::new(), String::new());
    let mut settings = Settings::default();
    for field in Fields(bytes) {
        match field.ok_or(BROKEN)? {
            (1, Field::Bytes(bytes)) => secret = bytes.to_vec(),
            (2, Field::Bytes(text)) => name = String::from_utf8_lossy(text).into_owned(),
            (3, Field::Bytes(text)) => issuer = String::from_utf8_lossy(text).into_owned(),
            (4, Field::Number(n)) => {
                settings.algorithm = match n {
                    0 => None,
                    1 => Some(Algorithm::Sha1),
                    2 => Some(Algorithm::Sha256),
                    3 => Some(Algorithm::Sha512),
                    _ => return Err(ParseError::Uri("its algorithm is none of SHA1, SHA256 and SHA512")),
                }
            }
            (5, Field::Number(n)) => {
                settings.digits = match n {
                    0 => None,
                    1 => Some(6),
                    2 => Some(8),
                    other => return Err(ParseError::Digits(other)),
                }
            }
            (6, Field::Number(1)) => return Err(ParseError::Counter),
            _ => {}
        }
    }
    // The name repeats the issuer in some exports: "Acme:alice@example.com".
    if let Some((first, rest)) = name.split_once(':')
        && (issuer.is_empty() || first.trim() == issuer)
    {
        issuer = first.trim().to_owned();
        name = rest.trim().to_owned();
    }
    Ok(Account { issuer: (!issuer.is_empty()).then_some(issuer), name, secret: secret.into(), settings })
}

/// The fields of a protobuf message, in order; `None` where it breaks off.
struct Fields<'a>(&'a [u8]);

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Fixed-width fields, of which there are none here.
    Other,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Field<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Field<'a>)> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Field::Number(self.varint()?),
            1 => self.take(8).map(|_| Field::Other)?,
            2 => {
                let length = self.varint()?;
                Field::Bytes(self.take(usize::try_from(length).ok()?)?)
            }
            5 => self.take(4).map(|_| Field::Other)?,
            _ => return None,
        };
        Some((tag >> 3, value))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

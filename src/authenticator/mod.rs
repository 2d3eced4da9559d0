//! The codes of an authenticator app: TOTP (RFC 6238) over a secret that the operator keeps here. Pure: the clock comes
//! from outside.
//!
//! [`Authenticator::parse`] takes what a site shows when two-factor login is set up: the Base32 secret, or the whole
//! `otpauth://` URI behind the QR image. [`Authenticator::at`] gives the code of a moment. Who was given which code is
//! left to `store`; [`qr`] reads the URI out of an image.

pub mod qr;
mod uri;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::ExposeSecret;
use totp_rs::TOTP;

use crate::extract::Code;

pub use uri::{Account, accounts};

/// HMAC's hash (RFC 6238 section 1.2). Nearly every site uses SHA-1, which is no weakness here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    #[default]
    Sha1,
    Sha256,
    Sha512,
}

/// How codes are made; what a URI says and the operator may say as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// SHA-1 where nobody says otherwise.
    pub algorithm: Option<Algorithm>,
    /// 6 to 8; 6 where nobody says otherwise.
    pub digits: Option<u8>,
    /// Whole seconds; 30 s where nobody says otherwise.
    pub period: Option<Duration>,
}

/// A secret and how codes are made of it.
#[derive(Clone, PartialEq)]
pub struct Authenticator {
    totp: TOTP,
}

/// A code and when it is the code of the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub code: Code,
    /// The number of its period since 1970 (`T` of RFC 6238 section 4.2).
    pub step: u64,
    pub from: Timestamp,
    pub until: Timestamp,
}

/// Why a text is no authenticator's secret. Never holds any of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("it is neither Base32 (letters and the digits 2 to 7) nor an otpauth:// URI")]
    NotBase32,
    #[error("it has only {0} bits; a secret has at least 80")]
    TooShort(usize),
    #[error("it is no otpauth:// URI, as a two-factor set-up has")]
    Other,
    #[error("it is an otpauth:// URI that can't be read: {0}")]
    Uri(&'static str),
    #[error("it counts logins (HOTP); only codes that change with time (TOTP) can be served")]
    Counter,
    #[error("it is the export of a whole app (otpauth-migration://), not one account")]
    Export,
    #[error("codes of {0} digits can't be made; they have 6 to 8")]
    Digits(u64),
    #[error("a period of {0} seconds can't be; it has 10 to 300")]
    Period(u64),
    #[error("the URI says {0}, the configuration something else")]
    Contradiction(&'static str),
}

impl Algorithm {
    /// As configuration and URIs write it, without the hyphen.
    pub const WORDS: [(&'static str, Self); 3] =
        [("SHA1", Self::Sha1), ("SHA256", Self::Sha256), ("SHA512", Self::Sha512)];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

impl Authenticator {
    /// Takes a Base32 secret (RFC 4648 section 6; blanks, hyphens, padding and case do not matter) or an `otpauth://totp/`
    /// URI. `settings` fill what the URI leaves out, and may repeat what it says.
    pub fn parse(text: &str, settings: Settings) -> Result<Self, ParseError> {
        let text = text.trim();
        if uri::is_uri(text) {
            let account = uri::parse(text)?;
            let settings = uri::agree(account.settings, settings)?;
            Self::new(account.secret.expose_secret().to_vec(), settings)
        } else {
            Self::new(base32(text)?, settings)
        }
    }

    fn new(secret: Vec<u8>, settings: Settings) -> Result<Self, ParseError> {
        let algorithm = match settings.algorithm.unwrap_or_default() {
            Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
            Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
            Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        };
        let digits = settings.digits.unwrap_or(6);
        let period = settings.period.unwrap_or(Duration::from_secs(30)).as_secs();
        if !(6..=8).contains(&digits) {
            return Err(ParseError::Digits(digits.into()));
        }
        if !(10..=300).contains(&period) {
            return Err(ParseError::Period(period));
        }
        // RFC 4226 section 4 asks for 128 bits; many sites give 80.
        if secret.len() < 10 {
            return Err(ParseError::TooShort(secret.len() * 8));
        }
        Ok(Self { totp: TOTP::new_unchecked(algorithm, digits.into(), 0, period, secret) })
    }

    /// The code to type at `now`: that of the present period, or the next one's where less than `min_remaining` is left.
    pub fn at(&self, now: Timestamp, min_remaining: Duration) -> Shown {
        let period = self.totp.step;
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let step = seconds / period;
        let shown = self.of_step(step);
        let left = Duration::try_from(shown.until.duration_since(now)).unwrap_or_default();
        if left < min_remaining { self.of_step(step.saturating_add(1)) } else { shown }
    }

    /// The code of a period.
    pub fn of_step(&self, step: u64) -> Shown {
        let from = step.saturating_mul(self.totp.step);
        let at = |seconds: u64| {
            i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok()).unwrap_or(Timestamp::MAX)
        };
        // Six to eight digits are always a code.
        let code = Code::new(&self.totp.generate(from)).unwrap_or_else(|_| unreachable!("digits are no code"));
        Shown { code, step, from: at(from), until: at(from.saturating_add(self.totp.step)) }
    }

    pub fn period(&self) -> Duration {
        Duration::from_secs(self.totp.step)
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TOTP { algorithm, digits, step, .. } = &self.totp;
        write!(f, "Authenticator({algorithm}, {digits} digits, {step} s)")
    }
}

/// The bytes of a secret as sites print it: in groups, in any case, padded or not.
fn base32(text: &str) -> Result<Vec<u8>, ParseError> {
    let letters: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect::<String>()
        .trim_end_matches('=')
        .to_owned();
    if letters.is_empty() {
        return Err(ParseError::NotBase32);
    }
    let mut specification = data_encoding::BASE32_NOPAD.specification();
    // What stands in the unused bits of the last letter does not matter; some sites leave them set.
    specification.check_trailing_bits = false;
    let encoding = specification.encoding().map_err(|_| ParseError::NotBase32)?;
    encoding.decode(letters.as_bytes()).map_err(|_| ParseError::NotBase32)
}

#[cfg(test)]
mod tests;

//! What was verified here, on the mail's own bytes with keys from DNS, and what it says about the sender. The look-ups
//! are another room's work; this is the data that comes of them, and its meaning.

use std::time::Duration;

use super::domain::is_aligned;
use super::{Chain, Check, CheckResult, Method, Requirement};
use crate::mail::Message;

/// What verifying a mail came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    Done(Verified),
    /// Now and ever; why, for a person: "only the first 2 MiB of it were fetched".
    Impossible(String),
}

/// The signatures of a mail, and what DNS says of their keys and of the From domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Those of the From domain's organisation; others vouch for nobody here and are not looked at.
    pub signatures: Vec<Signature>,
    /// The domains of the others.
    pub strangers: Vec<String>,
    pub dmarc: DmarcRecord,
    pub arc: Arc,
    /// How long answers were waited for.
    pub waited: Duration,
}

/// One DKIM signature (RFC 6376).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `d=`, lower case.
    pub domain: String,
    /// `s=`.
    pub selector: String,
    pub state: SignatureState,
}

/// How a signature fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureState {
    Valid,
    /// The body hash differs. `headers_hold`: the rest of the signature is valid, so that the domain did write these
    /// header fields.
    BodyChanged {
        headers_hold: bool,
    },
    /// The body is as it was signed, the header is not; or the signature is made up.
    HeaderChanged,
    Expired,
    KeyMissing,
    KeyRevoked,
    /// `l=`: whoever handles the mail could add to its text (RFC 6376 section 8.2).
    LengthTag,
    /// `rsa-sha1` (RFC 8301 section 3.1).
    Sha1,
    /// A field that matters, From or the subject, is not among the signed ones: anybody could have written it.
    FieldUnsigned(&'static str),
    Malformed,
    /// DNS did not answer.
    NoAnswer,
}

/// The DMARC record of the From domain or its organisation (RFC 7489 section 6.6.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DmarcRecord {
    #[default]
    Absent,
    Found {
        /// `adkim=s`: only the From domain itself may sign.
        strict: bool,
    },
    NoAnswer,
}

/// The ARC chain (RFC 8617).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Arc {
    #[default]
    Absent,
    Intact(Chain),
    /// Why, for a person.
    Broken(String),
    NoAnswer,
}

impl Verified {
    /// Whether DNS left something open that another attempt may settle.
    pub fn is_open(&self) -> bool {
        self.dmarc == DmarcRecord::NoAnswer || self.lacks_answers()
    }

    /// Whether the answers that did not come could make `require` hold.
    pub(super) fn may_change(&self, require: Requirement) -> bool {
        self.lacks_answers() || require == Requirement::Dmarc && self.dmarc == DmarcRecord::NoAnswer
    }

    fn lacks_answers(&self) -> bool {
        self.arc == Arc::NoAnswer || self.signatures.iter().any(|signature| signature.state == SignatureState::NoAnswer)
    }

    /// The same in the words of a server that verified: what `require` is judged by.
    pub(super) fn checks(&self, domain: &str) -> Vec<Check> {
        let mut checks: Vec<Check> = self
            .signatures
            .iter()
            .map(|signature| Check {
                method: Method::Dkim,
                result: match signature.state {
                    SignatureState::Valid => CheckResult::Pass,
                    SignatureState::NoAnswer => CheckResult::TemporaryError,
                    _ => CheckResult::Fail,
                },
                domain: Some(signature.domain.clone()),
            })
            .collect();
        let signed_by = |strict: bool, state: &SignatureState| {
            self.signatures.iter().any(|signature| {
                signature.state == *state
                    && if strict { signature.domain == domain } else { is_aligned(&signature.domain, domain) }
            })
        };
        let dmarc = match self.dmarc {
            DmarcRecord::Absent => CheckResult::None,
            DmarcRecord::Found { strict } if signed_by(strict, &SignatureState::Valid) => CheckResult::Pass,
            DmarcRecord::Found { strict } if signed_by(strict, &SignatureState::NoAnswer) => {
                CheckResult::TemporaryError
            }
            DmarcRecord::Found { .. } => CheckResult::Fail,
            DmarcRecord::NoAnswer => CheckResult::TemporaryError,
        };
        checks.push(Check { method: Method::Dmarc, result: dmarc, domain: Some(domain.to_owned()) });
        let arc = match &self.arc {
            Arc::Absent => CheckResult::None,
            Arc::Intact(_) => CheckResult::Pass,
            Arc::Broken(_) => CheckResult::Fail,
            Arc::NoAnswer => CheckResult::TemporaryError,
        };
        checks.push(Check { method: Method::Arc, result: arc, domain: None });
        checks
    }

    /// Why `require` does not hold, so that a person can tell a forged mail from one that was changed on its way.
    pub(super) fn why_not(&self, message: &Message, domain: &str, require: Requirement) -> String {
        let valid = self.signatures.iter().find(|signature| signature.state == SignatureState::Valid);
        if let (Some(valid), Requirement::Dmarc) = (valid, require) {
            return match self.dmarc {
                DmarcRecord::Absent => format!(
                    "{domain} has no DMARC record; its DKIM signature is valid, which require = \"dkim\" would take"
                ),
                DmarcRecord::NoAnswer => {
                    format!("DNS did not answer in {:?} for the DMARC record of {domain}", self.waited)
                }
                DmarcRecord::Found { .. } => {
                    format!("it is signed by {}, but {domain} wants its own name there (adkim=s)", valid.domain)
                }
            };
        }
        let mut why = match self.signatures.iter().max_by_key(|signature| telling(&signature.state)) {
            Some(signature) => self.signature_why(signature, message),
            None => match self.strangers.as_slice() {
                [] => format!("it has no DKIM signature: {domain} does not sign, or the mail is forged"),
                strangers => format!(
                    "it has no DKIM signature of {domain}, only of {}: {domain} does not sign, or the mail is forged",
                    strangers.join(", ")
                ),
            },
        };
        match &self.arc {
            Arc::Broken(reason) => why = format!("{why}; its ARC chain does not hold either ({reason})"),
            Arc::NoAnswer => why = format!("{why}; DNS did not answer in {:?} for its ARC chain", self.waited),
            Arc::Absent | Arc::Intact(_) => {}
        }
        why
    }

    fn signature_why(&self, Signature { domain, selector, state }: &Signature, message: &Message) -> String {
        match state {
            SignatureState::Valid => format!("it is signed by {domain}"),
            SignatureState::BodyChanged { headers_hold: true } => format!(
                "{domain} signed its header, but the text was changed after that{}",
                forwarder(message, domain).unwrap_or_default()
            ),
            SignatureState::BodyChanged { headers_hold: false } => {
                format!(
                    "neither header nor text fit the DKIM signature of {domain}: it is forged, or was changed on its way"
                )
            }
            SignatureState::HeaderChanged => format!(
                "the text is as {domain} signed it, but the header is not, or the signature is made up{}",
                forwarder(message, domain).unwrap_or_default()
            ),
            SignatureState::Expired => format!("the DKIM signature of {domain} has expired"),
            SignatureState::KeyMissing => {
                format!("DNS has no key {selector}._domainkey.{domain}: the mail is old, or forged")
            }
            SignatureState::KeyRevoked => format!("{domain} has revoked its key {selector}"),
            SignatureState::LengthTag => {
                format!(
                    "the DKIM signature of {domain} covers only the beginning of the text (l=), which proves nothing"
                )
            }
            SignatureState::Sha1 => format!("the DKIM signature of {domain} uses SHA-1, which proves nothing any more"),
            SignatureState::FieldUnsigned(field) => format!("the DKIM signature of {domain} leaves out the {field}"),
            SignatureState::Malformed => format!("the DKIM signature of {domain} can't be read"),
            SignatureState::NoAnswer => {
                format!("DNS did not answer in {:?} for the key {selector}._domainkey.{domain}", self.waited)
            }
        }
    }
}

/// Which of several broken signatures says most about what happened.
fn telling(state: &SignatureState) -> u8 {
    match state {
        SignatureState::Valid => 10,
        SignatureState::BodyChanged { headers_hold: true } => 9,
        SignatureState::FieldUnsigned(_) | SignatureState::LengthTag => 8,
        SignatureState::Expired => 7,
        SignatureState::NoAnswer => 6,
        SignatureState::HeaderChanged => 5,
        SignatureState::BodyChanged { headers_hold: false } => 4,
        SignatureState::KeyRevoked => 3,
        SignatureState::KeyMissing => 2,
        SignatureState::Sha1 => 1,
        SignatureState::Malformed => 0,
    }
}

/// Who may have changed a mail on its way: a mailing list, or a server that found the signature valid before. Neither
/// proves anything; it tells a person where to look.
fn forwarder(message: &Message, domain: &str) -> Option<String> {
    let list = message.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("List-Id")).map(|(_, value)| {
        let id = value.rsplit_once('<').map_or(value.as_str(), |(_, id)| id);
        id.trim_end_matches('>').trim().chars().filter(|c| c.is_ascii_graphic()).take(100).collect::<String>()
    });
    if let Some(list) = list.filter(|list| !list.is_empty()) {
        return Some(format!(", as mailing lists do (it names the list {list})"));
    }
    let before = super::reported::fields(message).find(|results| {
        let passes = |check: &Check| {
            matches!(check.method, Method::Dkim | Method::Dmarc)
                && check.result == CheckResult::Pass
                && check.domain.as_deref().is_some_and(|checked| is_aligned(checked, domain))
        };
        results.checks.iter().any(passes)
    })?;
    let server = if before.authserv_id.is_empty() { "a server without a name" } else { &before.authserv_id };
    Some(format!("; {server} says that it held when the mail passed there"))
}

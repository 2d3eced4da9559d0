//! Who vouches for the sender. A mail's From is whatever its sender wrote; two witnesses are better.
//!
//! The operator's own server: what it found when the mail came in stands in the Authentication-Results that it added on top
//! (RFC 8601). It has to add one to every mail, and should take off those that pretend to be its own (section 5 there).
//! Or the signatures themselves (DKIM, ARC), verified here: [`Verification`] is what came of that. Where the operator allows
//! both, the server is asked first, and one of them has to vouch.
//!
//! Pure: the look-ups in DNS are the work of [`crate::sender`].

mod domain;
mod reported;
mod results;
#[cfg(test)]
mod tests;
mod verified;

use super::Message;
use super::address::parse_list;
use super::charset::Hint;
use domain::is_within;
pub(crate) use domain::{is_aligned, organisation};
use results::Results;
pub use results::{Check, CheckResult, Method};
pub use verified::{Arc, DmarcRecord, Signature, SignatureState, Verification, Verified};

/// What has to hold of a mail's sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// DMARC passed for the From domain (RFC 7489).
    Dmarc,
    /// A valid DKIM signature of the From domain (RFC 6376).
    Dkim,
    /// The envelope sender is of the From domain, and SPF passed (RFC 7208).
    Spf,
}

impl Requirement {
    /// The name in `require`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dmarc => "dmarc",
            Self::Dkim => "dkim",
            Self::Spf => "spf",
        }
    }

    /// Whether a mail that has arrived can still tell: SPF takes the address of the client that brought it.
    pub fn can_be_verified_here(self) -> bool {
        self != Self::Spf
    }

    fn method(self) -> Method {
        match self {
            Self::Dmarc => Method::Dmarc,
            Self::Dkim => Method::Dkim,
            Self::Spf => Method::Spf,
        }
    }
}

/// Whom the operator believes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SenderTrust {
    /// The names under which the operator's own servers write Authentication-Results; an empty one stands for servers
    /// that leave the name out, as Microsoft 365 does.
    pub authserv_ids: Vec<String>,
    /// Whether signatures are verified here.
    pub verify: bool,
    /// Domains of forwarders and lists whose word (ARC, RFC 8617) is taken for mails whose signature they broke.
    pub trusted_forwarders: Vec<String>,
}

/// Whether a mail's sender is who its From says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderVerdict {
    pub status: SenderStatus,
    /// The From domain, lower case.
    pub domain: Option<String>,
    /// What the witness found that was heard last.
    pub checks: Vec<Check>,
    /// For a person; names domains and servers, holds no mail text.
    pub reason: String,
    /// Set where it is not accepted and another look could change that.
    pub unsettled: Option<Unsettled>,
}

/// What another look could still find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsettled {
    /// The signatures were not verified.
    NotVerified,
    /// They were, but DNS did not answer.
    NoAnswer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderStatus {
    Passed,
    /// The requirement does not hold, but an intact ARC chain leads back to a forwarder that says that it held when the
    /// mail came to it. `trusted`: every sealer of the chain is, as any of them could have put the mail together.
    Forwarded {
        by: String,
        trusted: bool,
    },
    /// The requirement does not hold.
    Failed,
    /// Nobody said anything that can be relied on.
    Unknown,
}

/// An intact ARC chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// `d=` of each seal, the first forwarder's first; lower case.
    pub sealers: Vec<String>,
    /// The first set's ARC-Authentication-Results.
    pub first_results: String,
}

impl SenderVerdict {
    /// Whether the mail may be used.
    pub fn is_accepted(&self) -> bool {
        matches!(self.status, SenderStatus::Passed | SenderStatus::Forwarded { trusted: true, .. })
    }
}

/// Judges the sender of `message`.
pub fn verify_sender(
    message: &Message,
    require: Requirement,
    trust: &SenderTrust,
    verification: Option<&Verification>,
) -> SenderVerdict {
    let domain = message.sender_domain().map(str::to_owned);
    let verdict =
        |status, checks, reason| SenderVerdict { status, domain: domain.clone(), checks, reason, unsettled: None };
    let from = match &domain {
        _ if count(message, "From") > 1 => Err("its From names several senders".to_owned()),
        None => Err("it has no From address".to_owned()),
        Some(domain) => twice(message).map_or(Ok(domain), |name| {
            Err(format!("it has several {name} fields, of which a signature covers only one (RFC 5322 section 3.6)"))
        }),
    };
    let from = match from {
        Ok(from) => from,
        Err(reason) => return verdict(SenderStatus::Failed, Vec::new(), reason),
    };
    let reported = (!trust.authserv_ids.is_empty()).then(|| {
        let checks = reported::own_checks(message, &trust.authserv_ids);
        let (status, reason) = if checks.is_empty() {
            (SenderStatus::Unknown, reported::why_none(message, &trust.authserv_ids))
        } else {
            let chain = reported::chain(message);
            judge(require, trust, from, &checks, chain.as_ref(), || failure(&checks, require.method(), from))
        };
        verdict(status, checks, reason)
    });
    if let Some(accepted) = reported.as_ref().filter(|reported| reported.is_accepted()) {
        return accepted.clone();
    }
    let verified = match verification {
        _ if !trust.verify || !require.can_be_verified_here() => None,
        None => {
            let reason = "its signatures were not verified yet".to_owned();
            Some(SenderVerdict {
                unsettled: Some(Unsettled::NotVerified),
                ..verdict(SenderStatus::Unknown, Vec::new(), reason)
            })
        }
        Some(Verification::Impossible(why)) => Some(verdict(SenderStatus::Unknown, Vec::new(), why.clone())),
        Some(Verification::Done(found)) => {
            let checks = found.checks(from);
            let chain = match &found.arc {
                Arc::Intact(chain) => Some(chain),
                _ => None,
            };
            let (status, reason) =
                judge(require, trust, from, &checks, chain, || found.why_not(message, from, require));
            let mut unsettled = None;
            let status = match status {
                SenderStatus::Failed if found.may_change(require) => {
                    unsettled = Some(Unsettled::NoAnswer);
                    SenderStatus::Unknown
                }
                status => status,
            };
            Some(SenderVerdict { unsettled, ..verdict(status, checks, reason) })
        }
    };
    match (verified, reported) {
        (Some(verified), Some(reported)) if !verified.is_accepted() => {
            SenderVerdict { reason: format!("{}; {}", verified.reason, reported.reason), ..verified }
        }
        (Some(verdict), _) | (None, Some(verdict)) => verdict,
        (None, None) => verdict(SenderStatus::Unknown, Vec::new(), "nobody is asked to vouch for it".to_owned()),
    }
}

/// What the topmost Authentication-Results says, whoever wrote it: for explanations where nothing is required.
pub fn topmost_results(message: &Message) -> Option<(String, Vec<Check>)> {
    reported::topmost(message)
}

fn judge(
    require: Requirement,
    trust: &SenderTrust,
    from: &str,
    checks: &[Check],
    chain: Option<&Chain>,
    why_not: impl FnOnce() -> String,
) -> (SenderStatus, String) {
    let method = require.method();
    let name = method.name();
    if vouch(checks, method, from) {
        return (SenderStatus::Passed, format!("{name} passed for {from}"));
    }
    let failure = why_not();
    let chain_holds = checks.iter().any(|check| check.method == Method::Arc && check.result == CheckResult::Pass);
    let says_passed = |chain: &&Chain| vouch(&Results::parse(&chain.first_results).checks, method, from);
    let Some(chain) = chain.filter(|_| chain_holds).filter(says_passed) else {
        return (SenderStatus::Failed, failure);
    };
    let is_trusted = |sealer: &String| trust.trusted_forwarders.iter().any(|known| is_within(sealer, known));
    let by = chain.sealers.first().cloned().unwrap_or_default();
    let said = format!("{failure}; {by} forwarded it and says that {name} had passed");
    match chain.sealers.iter().find(|sealer| !is_trusted(sealer)) {
        None => (SenderStatus::Forwarded { by, trusted: true }, format!("{said}, and is a trusted forwarder")),
        Some(stranger) => {
            let reason = format!("{said}, but {stranger} is not a trusted forwarder");
            (SenderStatus::Forwarded { by, trusted: false }, reason)
        }
    }
}

/// Whether one of the checks passes for the domain. A mail has one DMARC result: a second one that says otherwise is
/// somebody else's word.
fn vouch(checks: &[Check], method: Method, domain: &str) -> bool {
    let of_method = || checks.iter().filter(|check| check.method == method);
    let passes = |check: &Check| check.result == CheckResult::Pass && is_about(check, domain);
    of_method().any(passes) && (method != Method::Dmarc || of_method().all(passes))
}

fn is_about(check: &Check, domain: &str) -> bool {
    check.domain.as_deref().is_some_and(|checked| is_aligned(checked, domain))
}

/// Why no check of a method passes.
fn failure(checks: &[Check], method: Method, domain: &str) -> String {
    let name = method.name();
    let mut of_method = checks.iter().filter(|check| check.method == method).peekable();
    if of_method.peek().is_none() {
        return format!("the server did not check {name}");
    }
    for check in of_method.clone() {
        if check.result == CheckResult::Pass && !is_about(check, domain) {
            let other = check.domain.as_deref().unwrap_or("an unnamed domain");
            return format!("{name} passed for {other}, which is not the sender's {domain}");
        }
    }
    if of_method.clone().any(|check| check.result == CheckResult::TemporaryError) {
        return format!("{name} could not be checked when the mail came in (temporary error)");
    }
    if of_method.all(|check| check.result == CheckResult::None) {
        return format!("{domain} does not use {name}");
    }
    format!("{name} failed for {domain}")
}

fn count(message: &Message, field: &str) -> usize {
    let fields = message.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(field));
    fields
        .map(|(_, value)| {
            let addresses = parse_list(value.as_bytes(), Hint::default());
            // A comma in a name is no second sender.
            addresses.iter().filter(|address| address.address.contains('@')).count().max(1)
        })
        .sum()
}

/// A field that decides what is read and for whom, and that stands twice: a signature made before the second was added
/// still holds (RFC 6376 section 8.15).
fn twice(message: &Message) -> Option<&'static str> {
    ["Subject", "To", "Cc", "Content-Type", "Content-Transfer-Encoding"]
        .into_iter()
        .find(|field| message.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(field)).nth(1).is_some())
}

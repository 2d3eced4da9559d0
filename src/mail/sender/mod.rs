//! Who vouches for the sender. A mail's From is whatever its sender wrote; what the operator's own server found when
//! the mail came in stands in the Authentication-Results that it added on top (RFC 8601).
//!
//! Trusted are only fields of the operator's own `authserv_id`, and of these only the topmost run: a server adds its
//! fields above all that it received, so that a field further down may have come with the mail. The server has to add
//! one to every mail, and should take off those that pretend to be its own (RFC 8601 section 5).
//!
//! This module reads what others verified; verifying signatures against DNS is not its business.

mod results;

#[cfg(test)]
mod tests;

use super::Message;
use super::address::parse_list;
use super::charset::Hint;
pub use results::{Check, CheckResult, Method};
use results::{Results, seal};

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

    fn method(self) -> Method {
        match self {
            Self::Dmarc => Method::Dmarc,
            Self::Dkim => Method::Dkim,
            Self::Spf => Method::Spf,
        }
    }
}

/// What an operator asks of senders, and whom they believe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderPolicy {
    pub require: Requirement,
    /// The names under which the operator's own servers write Authentication-Results; an empty one stands for servers
    /// that leave the name out, as Microsoft 365 does.
    pub authserv_ids: Vec<String>,
    /// Domains of forwarders and lists whose word (ARC, RFC 8617) is taken for mails whose signature they broke.
    pub trusted_forwarders: Vec<String>,
}

/// Whether a mail's sender is who its From says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderVerdict {
    pub status: SenderStatus,
    /// The From domain, lower case.
    pub domain: Option<String>,
    /// What the operator's server found.
    pub checks: Vec<Check>,
    /// For a person; names domains and servers, holds no mail text.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderStatus {
    Passed,
    /// The requirement does not hold, but the operator's server found an intact ARC chain, in which the first forwarder
    /// says that it held when the mail came to it. It is as good as that forwarder's word.
    Forwarded {
        by: String,
        trusted: bool,
    },
    /// The requirement does not hold.
    Failed,
    /// The operator's server said nothing that can be relied on.
    Unknown,
}

impl SenderVerdict {
    /// Whether the mail may be used.
    pub fn is_accepted(&self) -> bool {
        matches!(self.status, SenderStatus::Passed | SenderStatus::Forwarded { trusted: true, .. })
    }
}

/// Judges the sender of `message` by what the operator's servers wrote on top of it.
pub fn verify_sender(message: &Message, policy: &SenderPolicy) -> SenderVerdict {
    let domain = message.sender_domain().map(str::to_owned);
    let checks = own_checks(message, &policy.authserv_ids);
    let (status, reason) = match (&domain, checks.is_empty()) {
        _ if has_several_senders(message) => (SenderStatus::Failed, "its From names several senders".to_owned()),
        (None, _) => (SenderStatus::Failed, "it has no From address".to_owned()),
        (Some(_), true) => (SenderStatus::Unknown, no_results(message, policy)),
        (Some(domain), false) => judge(message, policy, domain, &checks),
    };
    SenderVerdict { status, domain, checks, reason }
}

fn judge(message: &Message, policy: &SenderPolicy, domain: &str, checks: &[Check]) -> (SenderStatus, String) {
    let method = policy.require.method();
    let name = method.name();
    if checks.iter().any(|check| passes(check, method, domain)) {
        return (SenderStatus::Passed, format!("{name} passed for {domain}"));
    }
    let failure = failure(checks, method, domain);
    let chain_holds = checks.iter().any(|check| check.method == Method::Arc && check.result == CheckResult::Pass);
    let Some(by) = first_forwarder(message, method, domain).filter(|_| chain_holds) else {
        return (SenderStatus::Failed, failure);
    };
    let trusted = policy.trusted_forwarders.iter().any(|known| by == *known || is_below(&by, known));
    let reason = if trusted {
        format!("{failure}; {by}, which is trusted, forwarded it and says that {name} had passed")
    } else {
        format!("{failure}; {by} forwarded it and says that {name} had passed, but is not a trusted forwarder")
    };
    (SenderStatus::Forwarded { by, trusted }, reason)
}

fn passes(check: &Check, method: Method, domain: &str) -> bool {
    check.method == method
        && check.result == CheckResult::Pass
        && check.domain.as_deref().map_or(method == Method::Dmarc, |checked| is_aligned(checked, domain))
}

/// Why no check of a method passes.
fn failure(checks: &[Check], method: Method, domain: &str) -> String {
    let name = method.name();
    let mut of_method = checks.iter().filter(|check| check.method == method).peekable();
    if of_method.peek().is_none() {
        return format!("the server did not check {name}");
    }
    for check in of_method.clone() {
        if check.result == CheckResult::Pass {
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

/// The checks of the topmost run of the operator's own fields. Of each method the topmost field counts.
fn own_checks(message: &Message, authserv_ids: &[String]) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    let mut found = false;
    for (name, value) in &message.headers {
        let results = name.eq_ignore_ascii_case("Authentication-Results").then(|| Results::parse(value));
        let own = results.filter(|results| is_own(&results.authserv_id, authserv_ids));
        match own {
            Some(results) => {
                found = true;
                let known: Vec<Method> = checks.iter().map(|check| check.method).collect();
                checks.extend(results.checks.into_iter().filter(|check| !known.contains(&check.method)));
            }
            // What follows may have come with the mail.
            None if found || is_of_author(name) => break,
            None => {}
        }
    }
    checks
}

fn is_own(authserv_id: &str, own: &[String]) -> bool {
    own.iter().any(|own| own.trim().trim_end_matches('.').eq_ignore_ascii_case(authserv_id))
}

/// Fields that an author writes; no server adds its own below them.
fn is_of_author(name: &str) -> bool {
    ["From", "To", "Cc", "Subject", "MIME-Version", "Content-Type"].iter().any(|field| name.eq_ignore_ascii_case(field))
}

fn has_several_senders(message: &Message) -> bool {
    let from = message.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("From"));
    from.map(|(_, value)| parse_list(value.as_bytes(), Hint::default()).len().max(1)).sum::<usize>() > 1
}

/// The domain that sealed the first ARC set, if in it the method passed for `domain`.
fn first_forwarder(message: &Message, method: Method, domain: &str) -> Option<String> {
    let of_name = |name: &'static str| {
        message.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let first = of_name("ARC-Authentication-Results").map(|value| Results::parse(value));
    let first = first.into_iter().find(|results| results.instance == Some(1))?;
    if !first.checks.iter().any(|check| passes(check, method, domain)) {
        return None;
    }
    of_name("ARC-Seal").filter_map(|value| seal(value)).find(|(instance, _)| *instance == 1).map(|(_, domain)| domain)
}

/// Names the servers that did write results: the operator's `authserv_id` may be spelt otherwise.
fn no_results(message: &Message, policy: &SenderPolicy) -> String {
    let fields = message.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Authentication-Results"));
    let mut others: Vec<String> = fields.map(|(_, value)| Results::parse(value).authserv_id).take(8).collect();
    others.dedup();
    let own = policy.authserv_ids.join(", ");
    if others.is_empty() {
        format!("{own} added no Authentication-Results")
    } else {
        let others: Vec<&str> = others.iter().map(|id| if id.is_empty() { "(unnamed)" } else { id }).collect();
        format!("no Authentication-Results of {own} on top, only of {}", others.join(", "))
    }
}

/// Whether two domains are one or one lies in the other. RFC 7489 section 3.1 would also let two domains below one
/// organisation's domain pass, which takes the public suffix list to know; here they do not.
fn is_aligned(checked: &str, from: &str) -> bool {
    checked.eq_ignore_ascii_case(from) || is_below(checked, from) || is_below(from, checked)
}

/// Whether `domain` is a subdomain of `parent`, which must be more than a top-level domain.
fn is_below(domain: &str, parent: &str) -> bool {
    let parent = parent.to_ascii_lowercase();
    parent.contains('.')
        && domain
            .to_ascii_lowercase()
            .strip_suffix(&parent)
            .is_some_and(|before| before.len() > 1 && before.ends_with('.'))
}

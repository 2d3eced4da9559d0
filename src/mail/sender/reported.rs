//! What the operator's own servers wrote on top of a mail (RFC 8601).
//!
//! A server adds its fields above all that it received, so only the topmost run of Authentication-Results can be its own:
//! if the first of them is of anybody else, or stands below what an author writes, none is believed.

use super::results::{Results, seal};
use super::{Chain, Check, Method};
use crate::mail::Message;

/// Names of other servers that are told at most.
const MOST_NAMES: usize = 4;

/// The checks of the topmost run of the operator's own fields. Of each method the topmost field counts.
pub(super) fn own_checks(message: &Message, own: &[String]) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    let is_field = |name: &str| name.eq_ignore_ascii_case("Authentication-Results");
    let run = message.headers.iter().skip_while(|(name, _)| !is_field(name) && !is_of_author(name));
    let run = run.take_while(|(name, _)| is_field(name)).map(|(_, value)| Results::parse(value));
    for results in run.take_while(|results| is_own(&results.authserv_id, own)) {
        let known: Vec<Method> = checks.iter().map(|check| check.method).collect();
        checks.extend(results.checks.into_iter().filter(|check| !known.contains(&check.method)));
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

/// The topmost field, whoever wrote it: the server's name (empty where it has none) and its checks.
pub(super) fn topmost(message: &Message) -> Option<(String, Vec<Check>)> {
    fields(message).next().map(|results| (results.authserv_id, results.checks))
}

/// Every Authentication-Results of the mail, from the top.
pub(super) fn fields(message: &Message) -> impl Iterator<Item = Results> {
    values(message, "Authentication-Results").map(Results::parse)
}

/// Why there is nothing to believe: the operator's `authserv_id` may be spelt otherwise.
pub(super) fn why_none(message: &Message, own: &[String]) -> String {
    let mut others: Vec<String> = fields(message).map(|results| results.authserv_id).collect();
    others.dedup();
    let is_below = others.iter().any(|id| is_own(id, own));
    let others: Vec<&str> =
        others.iter().take(MOST_NAMES).map(|id| if id.is_empty() { "(unnamed)" } else { id.as_str() }).collect();
    let own = own.join(", ");
    match others.as_slice() {
        [] => format!("{own} added no Authentication-Results"),
        [first, ..] if is_below => {
            format!(
                "the Authentication-Results of {own} are not on top, where {first} wrote: they may have come with the mail"
            )
        }
        _ => format!("no Authentication-Results of {own} on top, only of {}", others.join(", ")),
    }
}

/// The ARC sets as the mail carries them; whether they are intact is for others to say.
pub(super) fn chain(message: &Message) -> Option<Chain> {
    let first_results =
        values(message, "ARC-Authentication-Results").find(|value| Results::parse(value).instance == Some(1))?;
    let mut sealers: Vec<(u32, String)> = values(message, "ARC-Seal").map(seal).collect::<Option<_>>()?;
    sealers.sort_unstable();
    let numbered = sealers.iter().zip(1..).all(|((instance, _), expected)| *instance == expected);
    (numbered && !sealers.is_empty()).then(|| Chain {
        sealers: sealers.into_iter().map(|(_, domain)| domain).collect(),
        first_results: first_results.to_owned(),
    })
}

fn values<'m>(message: &'m Message, name: &'static str) -> impl Iterator<Item = &'m str> {
    message.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

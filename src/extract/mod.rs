//! A [`Message`] and a [`Policy`] become an [`Outcome`]: a code, a link, nothing, or a refusal with its reason.
//!
//! Pure: no I/O, no clock, no async. The same input always gives the same outcome, and a tie is a refusal, never a guess.

mod case;
mod detect;
mod display;
pub mod explain;
pub mod policy;
mod prefilter;
#[cfg(test)]
mod properties;
mod rules;
mod suggest;
pub mod template;
#[cfg(test)]
pub(crate) mod testing;
pub mod value;

use std::time::Duration;

use case::{Case, Groups};
use detect::{Detected, Detection};
use explain::{LifetimeTrace, ResultTrace, SenderTrace, Trace};

pub use explain::Explanation;
pub use policy::{Deliver, Policy, Rule};
pub use suggest::{SuggestedRule, is_expected, suggest_rule};
pub use template::Template;
pub use value::{Code, Identifier, Link, MailText, Run, Scope, Value};

use crate::mail::{Message, Unsettled, Verification};

/// What became of one mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Something to hand to Skyvern.
    Found(Extraction),
    /// No code and no link are delivered here.
    Nothing { reason: String },
    /// A rule with `ignore = true` matched.
    Ignored { rule: String },
    /// Something was found, or might have been, that must not be sent: a tie, a template without its value,
    /// an unverified sender. `reason` is for a person and never holds mail text.
    Refused { rule: Option<String>, reason: String },
}

/// What was found and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extraction {
    pub value: Value,
    pub identifier: Identifier,
    pub scope: Scope,
    /// The rule that matched; `None` for built-in detection.
    pub rule: Option<String>,
    /// How long the value may be used, counted from the mail's arrival at its server (INTERNALDATE).
    pub ttl: Duration,
    /// How it reaches Skyvern.
    pub deliver: Deliver,
    /// Why this value, for a person; holds no mail text.
    pub reason: String,
}

/// Compiles what is compiled once (lexicons, patterns), so that the first mail need not wait for it. Takes about a tenth
/// of a second.
pub fn prepare() {
    let mail =
        b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Your code\r\n\r\nYour sign-in code is 482913.\r\n";
    let _ = extract(&Message::parse(mail), &Policy::default());
    detect::prepare();
}

/// An outcome, and whether it hangs on the sender alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub outcome: Outcome,
    /// It is a refusal, and another look at the sender could change that.
    pub unsettled: Option<Unsettled>,
}

/// Decides what `message` delivers under `policy`; no signature of it was verified.
pub fn extract(message: &Message, policy: &Policy) -> Outcome {
    extract_verified(message, policy, None).outcome
}

/// [`extract`], with what came of verifying the mail's signatures, if somebody has.
pub fn extract_verified(message: &Message, policy: &Policy, verification: Option<&Verification>) -> Decision {
    let case = Case::new(message, policy, verification);
    let outcome = decide(&case, &mut Trace::off());
    let unsettled = case.judged().and_then(|(_, verdict)| verdict.unsettled);
    Decision { unsettled: unsettled.filter(|_| matches!(outcome, Outcome::Refused { .. })), outcome }
}

/// [`extract`], with everything that was looked at on the way.
pub fn explain(message: &Message, policy: &Policy) -> Explanation {
    explain_verified(message, policy, None)
}

/// [`extract_verified`], with everything that was looked at on the way.
pub fn explain_verified(message: &Message, policy: &Policy, verification: Option<&Verification>) -> Explanation {
    let case = Case::new(message, policy, verification);
    let mut trace = Trace::on();
    let outcome = decide(&case, &mut trace);
    let notes = trace.into_notes();
    Explanation {
        result: ResultTrace::of(&outcome),
        outcome,
        rules: notes.rules,
        detection: notes.detection,
        sender: SenderTrace::of(&case),
        recipient: case.trace_recipient().into(),
        lifetime: notes.lifetime,
    }
}

fn decide(case: &Case<'_>, trace: &mut Trace) -> Outcome {
    let detection = Detection::new(case.message);
    if let Some(outcome) = rules::decide(case, &detection, trace) {
        return outcome;
    }
    let outcome = if case.policy.detect {
        match detection.find(case.policy.prefer, trace) {
            Detected::Found { value, reason } => match case.vouch(None) {
                Ok(()) => finish(case, None, &Groups::new(), value, reason, &detection, trace),
                Err(reason) => Outcome::Refused { rule: None, reason },
            },
            Detected::Nothing { reason } => Outcome::Nothing { reason },
            Detected::Refused { reason } => Outcome::Refused { rule: None, reason },
        }
    } else {
        Outcome::Nothing { reason: "no rule finds anything, and built-in detection is off".into() }
    };
    match (outcome, &case.message.unreadable) {
        (Outcome::Nothing { reason }, Some(why)) => {
            Outcome::Nothing { reason: format!("{reason} (the mail is {why})") }
        }
        (outcome, _) => outcome,
    }
}

/// Gives a value its identifier, scope and lifetime.
fn finish(
    case: &Case<'_>,
    rule: Option<&Rule>,
    groups: &Groups,
    value: Value,
    reason: String,
    detection: &Detection<'_>,
    trace: &mut Trace,
) -> Outcome {
    let name = rule.map(|rule| rule.name.clone());
    match case.address_to(rule, groups) {
        Ok((identifier, scope)) => {
            let ttl = lifetime(case.policy, rule, detection, trace);
            let deliver = rule.and_then(|rule| rule.deliver).unwrap_or(case.policy.deliver);
            Outcome::Found(Extraction { value, identifier, scope, rule: name, ttl, deliver, reason })
        }
        Err(reason) => Outcome::Refused { rule: name, reason },
    }
}

/// A rule's own ttl wins; else what the mail says, within `max_ttl`; else the inbox's.
fn lifetime(policy: &Policy, rule: Option<&Rule>, detection: &Detection<'_>, trace: &mut Trace) -> Duration {
    let (ttl, from, why) = if let Some(ttl) = rule.and_then(|rule| rule.ttl) {
        (ttl, "rule", "the rule's ttl")
    } else {
        match detection.lifetime() {
            Some(stated) if stated > policy.max_ttl => {
                (policy.max_ttl, "mail", "the mail names a longer lifetime, max_ttl cuts it")
            }
            Some(stated) => (stated, "mail", "the mail says how long it is valid"),
            None => (policy.ttl, "inbox", "the inbox's ttl"),
        }
    };
    trace.note(|notes| {
        notes.lifetime = Some(LifetimeTrace { seconds: ttl.as_secs(), from, why: why.into() });
    });
    ttl
}

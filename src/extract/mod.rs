//! A [`Message`] and a [`Policy`] become an [`Outcome`]: a code, a link, nothing, or a refusal with its reason.
//!
//! Pure: no I/O, no clock, no async. The same input always gives the same outcome, and a tie is a refusal, never a guess.

pub mod policy;
pub mod template;
pub mod value;

use std::time::Duration;

pub use policy::{Policy, Rule};
pub use template::Template;
pub use value::{Code, Identifier, Link, MailText, Scope, Value};

use crate::mail::Message;

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
    /// Why this value, for a person; holds no mail text.
    pub reason: String,
}

/// Decides what `message` delivers under `policy`.
pub fn extract(message: &Message, policy: &Policy) -> Outcome {
    let _ = (message, policy);
    Outcome::Nothing { reason: "not written yet".into() }
}

//! Built-in detection: the code or sign-in link that a mail delivers, without any rule.

use std::time::Duration;

use super::explain::Trace;
use super::policy::Prefer;
use super::value::Value;
use crate::mail::Message;

/// What detection makes of a mail.
#[derive(Clone, Debug)]
pub(super) enum Detected {
    Found { value: Value, reason: String },
    Nothing { reason: String },
    Refused { reason: String },
}

/// A mail that is read once, when first asked.
#[derive(Debug)]
pub(super) struct Detection<'a> {
    message: &'a Message,
}

impl<'a> Detection<'a> {
    pub(super) fn new(message: &'a Message) -> Self {
        Self { message }
    }

    pub(super) fn find(&self, prefer: Prefer, trace: &mut Trace) -> Detected {
        let _ = (prefer, trace, self.message);
        Detected::Nothing { reason: "".into() }
    }

    /// How long the mail says that its value may be used.
    pub(super) fn lifetime(&self) -> Option<Duration> {
        None
    }
}

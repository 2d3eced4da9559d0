//! One attempt to hand a value over.

use std::time::Duration;

use jiff::{Timestamp, Unit};
use serde::Serialize;

use super::verdict::judge;
use super::{Slot, Verdict};
use crate::extract::{Identifier, Scope, Value};

/// A value, and for whom. `mark` (below 1,000,000) tells two deliveries of the same value apart.
#[derive(Clone, Copy, Debug)]
pub struct Push<'a> {
    pub mark: u32,
    pub value: &'a Value,
    pub identifier: &'a Identifier,
    pub scope: &'a Scope,
    pub deadline: Timestamp,
}

/// The request's body.
#[derive(Serialize)]
struct Body<'a> {
    totp_identifier: &'a str,
    content: &'a str,
    source: &'a str,
    expired_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow_run_id: Option<&'a str>,
}

/// Text is read by a language model before Skyvern answers.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// An answer repeats the content, at most 65,536 characters, escaped.
const ANSWER: usize = 1 << 20;

impl Push<'_> {
    /// The `expired_at` of this delivery, in microseconds: in the second before the deadline, at a place in that
    /// second that `mark` picks. Skyvern stores and lists microseconds, so that together with the content it tells the
    /// row of this delivery from that of any other.
    pub(super) fn expires(&self) -> Timestamp {
        let second = self.deadline.as_second() - i64::from(self.deadline.subsec_nanosecond() == 0);
        let place = i32::try_from(self.mark % 1_000_000).unwrap_or_default();
        Timestamp::new(second, place * 1000).map_or(self.deadline, |at| at.min(self.deadline))
    }
}

impl Slot {
    /// Hands `push` over, once (twice only where the first was refused for a key that was rotated meanwhile).
    pub async fn push(self, push: &Push<'_>) -> Verdict {
        let body = Body {
            totp_identifier: push.identifier.as_str(),
            content: push.value.expose(),
            source: &self.client.source,
            expired_at: rfc3339(push.expires()),
            task_id: push.scope.task_id.as_deref(),
            workflow_id: push.scope.workflow_id.as_deref(),
            workflow_run_id: push.scope.workflow_run_id.as_deref(),
        };
        let Ok(body) = serde_json::to_vec(&body) else {
            return Verdict::Rejected { status: 0, reason: "it can't be written as JSON".into() };
        };
        let timeout = match push.value {
            Value::Body(_) => self.client.timeout.max(BODY_TIMEOUT),
            Value::Code(_) | Value::Link(_) => self.client.timeout,
        };
        match self.client.send(|| self.client.post(body.clone()), timeout, ANSWER).await {
            Ok(answer) => judge(answer.status, &answer.body, answer.retry_after, push.value),
            Err(no_answer) if no_answer.unsent => Verdict::Retry { reason: no_answer.reason, after: None },
            Err(no_answer) => Verdict::Unknown { reason: no_answer.reason, after: None },
        }
    }
}

/// RFC 3339 in UTC with `Z` and microseconds.
fn rfc3339(at: Timestamp) -> String {
    let at = at.round(Unit::Microsecond).unwrap_or(at);
    format!("{at:.6}")
}

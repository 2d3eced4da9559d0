//! What became of attempts whose outcome nobody knows: their rows are looked for in Skyvern's own list.
//!
//! `GET /v1/credentials/totp` lists the rows of an identifier, newest first, each with `content`, `expired_at` and
//! `created_at` (naive UTC, microseconds). A row is a delivery's own if it holds the same content and an `expired_at`
//! at the place in its second that no other delivery has ([`Push::expires`]). Where the list does not carry `expired_at`, a row
//! with the same content that is not older than the first attempt (less [`SKEW`]) counts. Rows whose text Skyvern could
//! not read yet (`raw_pending`) are not listed.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::verdict::{detail, is_meant};
use super::{Push, Slot};
use crate::extract::Value;

/// How far Skyvern's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_mins(2);
/// How far apart the deadlines may be that two processes reckon for one mail.
const APART: SignedDuration = SignedDuration::from_hours(24);
/// The most that Skyvern lists.
const ROWS: &str = "200";
/// 200 rows of links or codes; rows of whole mails may be cut off by this, and then nothing is known.
const ANSWER: usize = 4 << 20;

/// What a lookup found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// For each push in order: the `totp_code_id` of its row, or `None` if there is none.
    Known(Vec<Option<String>>),
    /// Skyvern does not let us in; as [`super::Verdict::Paused`].
    Paused { status: u16, reason: String },
    /// Nothing was found out.
    Failed { reason: String, after: Option<Duration> },
}

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    totp_code_id: String,
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    expired_at: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    task_id: Option<String>,
    #[serde(default)]
    workflow_id: Option<String>,
    #[serde(default)]
    workflow_run_id: Option<String>,
}

impl Slot {
    /// Looks the rows of `pushes` up, all of one identifier and scope; `since` is the start of the first attempt.
    pub async fn look_up(self, pushes: &[Push<'_>], since: Timestamp) -> Lookup {
        let Some(first) = pushes.first() else { return Lookup::Known(Vec::new()) };
        let request = || {
            let request = self.client.get().query(&[("totp_identifier", first.identifier.as_str()), ("limit", ROWS)]);
            match &first.scope.workflow_run_id {
                Some(run) => request.query(&[("workflow_run_id", run)]),
                None => request,
            }
        };
        let answer = match self.client.send(request, self.client.timeout, ANSWER).await {
            Ok(answer) => answer,
            Err(no_answer) => return Lookup::Failed { reason: no_answer.reason, after: None },
        };
        match answer.status {
            200 => match serde_json::from_slice::<Vec<Row>>(&answer.body) {
                Ok(rows) => Lookup::Known(pushes.iter().map(|push| find(&rows, push, since)).collect()),
                Err(_) => Lookup::Failed { reason: "the list of codes can't be read".into(), after: None },
            },
            status @ (402 | 403) => Lookup::Paused { status, reason: detail(&answer.body, Some(first.value)) },
            status => Lookup::Failed {
                reason: format!("the list of codes: HTTP {status}: {}", detail(&answer.body, Some(first.value))),
                after: answer.retry_after,
            },
        }
    }
}

fn find(rows: &[Row], push: &Push<'_>, since: Timestamp) -> Option<String> {
    rows.iter().find(|row| is_row_of(row, push, since)).map(|row| row.totp_code_id.clone())
}

pub(super) fn is_row_of(row: &Row, push: &Push<'_>, since: Timestamp) -> bool {
    let same_scope = row.task_id == push.scope.task_id
        && row.workflow_id == push.scope.workflow_id
        && row.workflow_run_id == push.scope.workflow_run_id;
    let same_content = match (&row.content, &row.code) {
        (Some(content), _) => content.trim() == push.value.expose(),
        (None, Some(code)) => !matches!(push.value, Value::Body(_)) && is_meant(code, push.value),
        (None, None) => false,
    };
    if !same_scope || !same_content {
        return false;
    }
    match (row.expired_at.as_deref().and_then(time), row.created_at.as_deref().and_then(time)) {
        // The second may have been reckoned anew: of a mail that was found again, with the clocks and rules of then.
        (Some(expired), _) if expired.subsec_nanosecond() != 0 => {
            expired.subsec_nanosecond() == push.expires().subsec_nanosecond()
                && expired.duration_since(push.expires()).abs() <= APART
        }
        // A server that keeps whole seconds only.
        (Some(expired), _) => expired.as_second() == push.expires().as_second(),
        (None, Some(created)) => created >= since - SKEW,
        (None, None) => false,
    }
}

/// A time with an offset, or a naive one, which is UTC.
fn time(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp()))
}

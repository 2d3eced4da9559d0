//! What an answer to a push means. Pure: status and body in, verdict out.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::Deserialize;

use crate::extract::Value;

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Stored as meant; `row` is Skyvern's `totp_code_id`.
    Accepted { row: String },
    /// This value will never be taken.
    Rejected { status: u16, reason: String },
    /// No value will be taken until an operator has done something: the key (403), credits (402), or an address behind
    /// which there is no Skyvern (a redirect, 401, 404, 405).
    Paused { status: u16, reason: String },
    /// Certainly not stored; worth another attempt, not before `after`.
    Retry { reason: String, after: Option<Duration> },
    /// Perhaps stored: to be looked up before another attempt.
    Unknown { reason: String, after: Option<Duration> },
}

/// What a 200 answers: the stored row.
#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    totp_code_id: String,
    code: Option<String>,
    status: Option<String>,
}

/// Judges an answer to the push of `value`.
pub(super) fn judge(status: u16, body: &[u8], retry_after: Option<Duration>, value: &Value) -> Verdict {
    match status {
        200 => judge_stored(status, body, value),
        402 | 403 => Verdict::Paused { status, reason: detail(body, Some(value)) },
        300..=399 => Verdict::Paused {
            status,
            reason: "it redirects elsewhere, and codes do not follow; set skyvern.base_url to where it leads".into(),
        },
        401 | 404 | 405 | 407 => Verdict::Paused {
            status,
            reason: "there is no Skyvern API behind skyvern.base_url, or a proxy in front of it refuses".into(),
        },
        408 => Verdict::Unknown { reason: failure(status, body, value), after: retry_after },
        425 | 429 => Verdict::Retry { reason: failure(status, body, value), after: retry_after },
        400..=499 => Verdict::Rejected { status, reason: detail(body, Some(value)) },
        // Skyvern's own "language model unavailable" and "database down" stored nothing. The same statuses from
        // something in between do not tell whether Skyvern got the request: some proxies answer 503 when a server that has
        // it goes away.
        502 | 503 if is_skyverns(body) => Verdict::Retry { reason: failure(status, body, value), after: retry_after },
        _ => Verdict::Unknown { reason: failure(status, body, value), after: retry_after },
    }
}

fn judge_stored(status: u16, body: &[u8], value: &Value) -> Verdict {
    let rejected = |reason: &str| Verdict::Rejected { status, reason: reason.into() };
    let Ok(stored) = serde_json::from_slice::<Stored>(body) else {
        return Verdict::Unknown { reason: format!("HTTP {status}, but not with a stored row"), after: None };
    };
    let code = stored.code.as_deref().unwrap_or_default();
    if code.is_empty() {
        let pending = stored.status.as_deref() == Some("raw_pending");
        return rejected(if pending { "Skyvern found no code in it" } else { "Skyvern stored an empty code" });
    }
    if !is_meant(code, value) {
        return rejected("Skyvern read a different code from it");
    }
    Verdict::Accepted { row: stored.totp_code_id }
}

/// Whether the `code` that Skyvern stored is the value that was sent. Of a mail's text nobody here knows the code.
pub(super) fn is_meant(code: &str, value: &Value) -> bool {
    match value {
        Value::Code(sent) => code == sent.expose(),
        Value::Link(sent) => code == normalised(sent.expose()),
        Value::Body(_) => !code.is_empty(),
    }
}

/// A bare URL as Skyvern stores it: `&amp;`, `&#38;` and `&#x26;` become `&`, trailing punctuation goes.
fn normalised(url: &str) -> String {
    let mut text = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        text.push_str(before);
        text.push('&');
        rest = entity.get(ampersand(entity)..).unwrap_or_default();
    }
    text.push_str(rest);
    text.truncate(text.trim_end_matches(['.', ',', ';', ':', '!', '?']).len());
    text
}

/// The length of the spelling of an ampersand that `text` (which begins with one) begins with.
fn ampersand(text: &str) -> usize {
    let Some(end) = text.find(';') else { return 1 };
    let name = text.get(1..end).unwrap_or_default().to_ascii_lowercase();
    let is_ampersand = match name.strip_prefix('#') {
        None => name == "amp",
        Some(number) => match number.strip_prefix('x') {
            Some(hex) => hex.trim_start_matches('0') == "26",
            None => number.trim_start_matches('0') == "38",
        },
    };
    if is_ampersand { end + 1 } else { 1 }
}

fn failure(status: u16, body: &[u8], value: &Value) -> String {
    format!("HTTP {status}: {}", detail(body, Some(value)))
}

/// An error body as FastAPI writes it.
#[derive(Deserialize)]
struct Failure {
    detail: serde_json::Value,
}

fn is_skyverns(body: &[u8]) -> bool {
    serde_json::from_slice::<Failure>(body).is_ok()
}

/// What an error body says, for a person: the `detail` text, or which fields were wrong (never their `input`). Nothing
/// of a body of another form, and nothing that holds the value.
pub(super) fn detail(body: &[u8], value: Option<&Value>) -> String {
    const NO_DETAIL: &str = "no reason given";
    let text = match serde_json::from_slice::<Failure>(body).map(|failure| failure.detail) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Array(errors)) => errors.iter().take(4).map(field).collect::<Vec<_>>().join(", "),
        _ => return NO_DETAIL.into(),
    };
    let text: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    let holds_value = value.is_some_and(|value| {
        let lower = text.to_lowercase();
        lower.contains(&value.expose().to_lowercase())
            || (lower.len() > 8 && value.expose().to_lowercase().contains(&lower))
    });
    if holds_value || text.is_empty() { NO_DETAIL.into() } else { text }
}

/// `content: string_type` of `{"loc": ["body", "content"], "type": "string_type", …}`.
fn field(error: &serde_json::Value) -> String {
    let place = error.get("loc").and_then(|loc| loc.as_array()).and_then(|loc| loc.last());
    let place = place.and_then(|place| place.as_str()).unwrap_or("request");
    let kind = error.get("type").and_then(|kind| kind.as_str()).unwrap_or("invalid");
    format!("{place}: {kind}")
}

/// Retry-After in both its forms (RFC 9110 section 10.2.3), as a time to wait from `now` on, a day at most.
pub(super) fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let at = rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO).min(LONGEST))
}

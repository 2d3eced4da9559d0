//! What Skyvern's `/v1/credentials/totp` does with what it is sent, as far as a relay can see it: one table of rows in
//! memory. Shared by the stand-in and by the tests' scripted Skyvern, so that both follow the same contract.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The body of a push.
#[derive(Clone, Debug, Deserialize)]
pub struct Push {
    pub totp_identifier: String,
    pub content: String,
    pub source: Option<String>,
    pub expired_at: Option<String>,
    pub task_id: Option<String>,
    pub workflow_id: Option<String>,
    pub workflow_run_id: Option<String>,
}

/// A stored code, as Skyvern answers it.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub totp_code_id: String,
    pub totp_identifier: String,
    pub content: String,
    pub code: String,
    pub otp_type: &'static str,
    pub status: &'static str,
    pub source: Option<String>,
    pub expired_at: Option<String>,
    pub task_id: Option<String>,
    pub workflow_id: Option<String>,
    pub workflow_run_id: Option<String>,
    /// UTC, without an offset.
    pub created_at: String,
}

/// The query of a listing.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Filter {
    pub totp_identifier: Option<String>,
    pub workflow_run_id: Option<String>,
    pub otp_type: Option<String>,
    pub limit: Option<usize>,
}

/// A status and its body.
pub type Answer = (u16, Value);

#[derive(Debug, Default)]
pub struct Rows {
    /// Oldest first.
    pub rows: Vec<Row>,
}

impl Rows {
    /// Judges the key as Skyvern does: 403, never 401.
    pub fn refuse(key: Option<&str>, good: &str) -> Option<Answer> {
        match key {
            Some(key) if key == good => None,
            Some(_) => Some((403, json!({ "detail": "Could not validate credentials" }))),
            None => Some((403, json!({ "detail": "Invalid credentials" }))),
        }
    }

    /// `POST /v1/credentials/totp`: stores what the body says and answers the row.
    pub fn push(&mut self, body: &[u8]) -> Answer {
        let push: Push = match serde_json::from_slice(body) {
            Ok(push) => push,
            Err(error) => return (422, json!({ "detail": [{ "type": "invalid", "msg": error.to_string() }] })),
        };
        let (code, otp_type, status) = classify(&push.content);
        let row = Row {
            totp_code_id: format!("totp_{}", self.rows.len() + 1),
            totp_identifier: normalize(&push.totp_identifier),
            content: push.content,
            code,
            otp_type,
            status,
            source: push.source,
            expired_at: push.expired_at,
            task_id: push.task_id,
            workflow_id: push.workflow_id,
            workflow_run_id: push.workflow_run_id,
            created_at: Timestamp::now().to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%6f").to_string(),
        };
        self.rows.push(row.clone());
        (200, json!(row))
    }

    /// `GET /v1/credentials/totp`: newest first; what still waits for the LLM is left out.
    pub fn list(&self, filter: &Filter) -> Answer {
        let identifier = filter.totp_identifier.as_deref().map(normalize);
        let rows: Vec<&Row> = self
            .rows
            .iter()
            .rev()
            .filter(|row| row.status != "raw_pending")
            .filter(|row| identifier.as_ref().is_none_or(|wanted| *wanted == row.totp_identifier))
            .filter(|row| filter.workflow_run_id.is_none() || filter.workflow_run_id == row.workflow_run_id)
            .filter(|row| filter.otp_type.as_ref().is_none_or(|wanted| *wanted == row.otp_type))
            .take(filter.limit.unwrap_or(50).min(200))
            .collect();
        (200, json!(rows))
    }
}

/// Code, type and status. Text of more than 10 characters would go to Skyvern's LLM; here it stays raw.
fn classify(content: &str) -> (String, &'static str, &'static str) {
    let content = content.trim();
    if content.chars().count() <= 10 {
        return (content.to_owned(), "totp", "processed");
    }
    let bare = content.starts_with("http://") || content.starts_with("https://");
    if bare && !content.contains(|c: char| c.is_whitespace() || ")]}'\"<>".contains(c)) {
        let link = content.trim_end_matches(['.', ',', ';', ':', '!', '?']).replace("&amp;", "&");
        return (link, "magic_link", "processed");
    }
    (String::new(), "totp", "raw_pending")
}

/// ASCII addresses are compared without case; all else exactly.
fn normalize(identifier: &str) -> String {
    let trimmed = identifier.trim();
    let address = trimmed.is_ascii() && trimmed.contains('@') && !trimmed.contains(['<', ' ']);
    if address { trimmed.to_ascii_lowercase() } else { identifier.to_owned() }
}

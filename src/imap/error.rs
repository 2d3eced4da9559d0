//! Why a session ended, in types. Carries what a person needs and nothing else: the server's own words are cut short and
//! cleaned, raw buffers and secrets never get in.

use std::io;
use std::time::Duration;

use async_imap::imap_proto::{Outcome, ResponseCode, Status};
use secrecy::{ExposeSecret, SecretString};

use super::guard::{Breach, Silence};
use crate::config::secret::SecretError;
use crate::store::StoreError;

/// Why a mailbox could not be watched any longer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to resolve {host}: {reason}")]
    Dns { host: String, reason: String },
    #[error("failed to connect to {address}: {reason}")]
    Tcp { address: String, reason: String },
    #[error("failed to agree on TLS with {host}: {reason}")]
    Tls { host: String, reason: String },
    /// The password or token was refused (RFC 5530 AUTHENTICATIONFAILED and the like, or a NO without a code).
    #[error("the server refused the login: {0}")]
    Rejected(String),
    /// No login was possible for another reason than the credentials.
    #[error("failed to log in: {0}")]
    Login(String),
    /// The token endpoint gave no access token. `permanent`: it will not without the operator (`invalid_grant`).
    #[error("failed to renew the access token: {reason}")]
    Token { reason: String, permanent: bool },
    #[error("failed to read the secret: {0}")]
    Secret(#[from] SecretError),
    /// Too many connections or logins (RFC 5530 LIMIT).
    #[error("the server accepts no further connection at present: {0}")]
    Limit(String),
    /// Closed before the greeting: what some servers do at their connection limit, and what a restart looks like.
    #[error("the server closed the connection without a greeting (it may be starting, or have too many connections)")]
    NoGreeting,
    #[error("the server said goodbye: {0}")]
    Bye(String),
    #[error("the connection was lost: {0}")]
    Closed(String),
    #[error("the server was silent for {0:?}")]
    Timeout(Duration),
    #[error("the server broke the protocol: {0}")]
    Protocol(String),
    /// A tagged NO or BAD.
    #[error("the server refused {command}: {said}")]
    Refused { command: &'static str, bad: bool, code: Option<String>, said: String },
    /// A probe message was not seen to arrive.
    #[error("the canary was not seen to arrive within {0:?}")]
    Canary(Duration),
    /// The store takes no more of this inbox for now, or not so much at once.
    #[error("{0}")]
    Backlog(StoreError),
    #[error("failed to open the mailbox {name}: {said}{}", exist_hint(.exist))]
    Mailbox { name: String, said: String, exist: Vec<String> },
}

fn exist_hint(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; mailboxes that exist: {}", names.join(", ")) }
}

impl Error {
    /// The bounded word of [`crate::events::Event::MailboxLost`].
    pub fn cause(&self) -> &'static str {
        match self {
            Self::Dns { .. } => "dns",
            Self::Tcp { .. } => "tcp",
            Self::Tls { .. } => "tls",
            Self::Rejected(_) | Self::Login(_) | Self::Token { .. } | Self::Secret(_) => "login",
            Self::Limit(_) | Self::NoGreeting => "limit",
            Self::Bye(_) => "bye",
            Self::Closed(_) => "closed",
            Self::Timeout(_) => "timeout",
            Self::Protocol(_) | Self::Refused { .. } => "protocol",
            Self::Mailbox { .. } => "mailbox",
            Self::Backlog(_) => "store",
            Self::Canary(_) => "canary",
        }
    }

    /// The same, without words of the server's that hold one of these secrets, if only the beginning of a long one.
    pub(super) fn without(mut self, secrets: &[SecretString]) -> Self {
        const BEGINNING: usize = 24;
        let tells = |said: &str| {
            secrets.iter().any(|secret| {
                let secret = secret.expose_secret();
                said.contains(secret.get(..BEGINNING).unwrap_or(secret))
            })
        };
        match &mut self {
            Self::Rejected(said)
            | Self::Login(said)
            | Self::Limit(said)
            | Self::Bye(said)
            | Self::Closed(said)
            | Self::Protocol(said)
            | Self::Refused { said, .. }
                if tells(said) =>
            {
                "(its words held the secret)".clone_into(said);
            }
            _ => {}
        }
        self
    }

    /// A protocol error in our own words.
    pub(super) fn protocol(what: impl Into<String>) -> Self {
        Self::Protocol(what.into())
    }

    /// An untagged BYE (RFC 3501 section 7.1.5).
    pub(super) fn bye(outcome: &Outcome<'_>) -> Self {
        let answer = Answer::of(outcome);
        if answer.is_limit() { Self::Limit(answer.said()) } else { Self::Bye(answer.said()) }
    }

    /// An error below the session. What async-imap puts into its parse errors is dropped: it holds the raw buffer.
    pub(super) fn io(error: &io::Error) -> Self {
        let inner = error.get_ref();
        if let Some(breach) = inner.and_then(|e| e.downcast_ref::<Breach>()) {
            return Self::Protocol(breach.to_string());
        }
        if let Some(Silence(limit)) = inner.and_then(|e| e.downcast_ref::<Silence>()) {
            return Self::Timeout(*limit);
        }
        if let Some(tls) = inner.and_then(|e| e.downcast_ref::<rustls::Error>()) {
            return Self::Closed(format!("TLS: {tls}"));
        }
        match error.kind() {
            io::ErrorKind::Other => Self::protocol("it sent something that is not an IMAP response"),
            io::ErrorKind::UnexpectedEof => Self::Closed("the server closed it".into()),
            kind => Self::Closed(kind.to_string()),
        }
    }
}

/// A status response (RFC 3501 section 7.1), owned: its code (RFC 5530, upper case) and its text.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) code: Option<String>,
    text: String,
}

impl Answer {
    pub(super) fn of(outcome: &Outcome<'_>) -> Self {
        let text = outcome.information.as_deref().unwrap_or_default();
        // The parser leaves codes that it doesn't know at the beginning of the text.
        let unknown = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (code, text) = match (&outcome.code, unknown) {
            (Some(ResponseCode::Alert), _) => (Some("ALERT".to_owned()), text),
            (Some(ResponseCode::TryCreate), _) => (Some("TRYCREATE".to_owned()), text),
            (None, Some((code, rest))) => {
                let word = code.split(' ').next().unwrap_or_default();
                (Some(word.chars().take(32).collect::<String>().to_ascii_uppercase()), rest)
            }
            _ => (None, text),
        };
        Self { code, text: text.to_owned() }
    }

    /// The server's words, for a person: one line, at most 160 characters.
    pub(super) fn said(&self) -> String {
        let text = clean(&self.text);
        match &self.code {
            Some(code) if text.is_empty() => format!("[{}]", clean(code)),
            Some(code) => format!("[{}] {text}", clean(code)),
            None if text.is_empty() => "(no reason given)".to_owned(),
            None => text,
        }
    }

    /// Over a limit of connections or logins: `[LIMIT]` (RFC 5530), or the words that Gmail uses instead of a code.
    pub(super) fn is_limit(&self) -> bool {
        let lower = self.text.to_ascii_lowercase();
        self.code.as_deref() == Some("LIMIT") || (lower.contains("too many") && lower.contains("connections"))
    }

    /// The error of a tagged answer, or nothing if it is OK.
    pub(super) fn error(&self, command: &'static str, status: &Status) -> Option<Error> {
        match status {
            Status::Ok => None,
            _ if self.is_limit() => Some(Error::Limit(self.said())),
            other => {
                Some(Error::Refused { command, bad: *other == Status::Bad, code: self.code.clone(), said: self.said() })
            }
        }
    }
}

/// One line of at most 160 printable characters.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned: String = text.trim().chars().take(160).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().chars().nth(160).is_some() {
        cleaned.push('…');
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str) -> Outcome<'_> {
        Outcome { code: None, information: Some(text.into()) }
    }

    #[test]
    fn a_limit_is_told_apart_from_a_goodbye() {
        assert_eq!(Error::bye(&outcome("[LIMIT] Too much")).cause(), "limit");
        assert_eq!(Error::bye(&outcome("Too many simultaneous connections. (Failure)")).cause(), "limit");
        assert_eq!(Error::bye(&outcome("Server shutting down")).cause(), "bye");
    }

    #[test]
    fn unknown_codes_are_read_from_the_text() {
        let answer = Answer::of(&outcome("[AuthenticationFailed] Authentication failed."));
        assert_eq!(answer.code.as_deref(), Some("AUTHENTICATIONFAILED"));
        assert_eq!(answer.said(), "[AUTHENTICATIONFAILED] Authentication failed.");
    }

    #[test]
    fn the_servers_words_are_cut_and_cleaned() {
        let long = "x\u{1b}[2J".repeat(100);
        let said = Answer::of(&outcome(&long)).said();
        assert!(said.chars().count() <= 161, "{said}");
        assert!(!said.contains('\u{1b}'));
    }

    #[test]
    fn a_parse_error_gives_nothing_of_the_buffer_away() {
        let raw = io::Error::other("Error during parsing of \"* 1 FETCH your code is 482913\"");
        assert!(!Error::io(&raw).to_string().contains("482913"));
    }
}

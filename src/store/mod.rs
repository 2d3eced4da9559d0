//! The durable meeting point of watching and delivering: cursors, outbox, history.
//!
//! What is durable after which call is said at each method; everything else is lost by a crash and found again.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::extract::{Identifier, Scope, Value};
use crate::mail::Fingerprint;

/// The store. Cheap to clone: all clones write through one writer.
#[derive(Clone, Debug)]
pub struct Store {
    _todo: (),
}

/// Why the store could not do what was asked. Nothing of a failed call is durable.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store at {path} can't be opened: {reason}")]
    Open { path: PathBuf, reason: String },
    #[error("the store's disk is full: {0}")]
    Full(String),
    #[error("the store is locked by another process: {0}")]
    Locked(String),
    #[error("the store failed: {0}")]
    Failed(String),
}

/// A mailbox of an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailboxId {
    pub inbox: String,
    pub mailbox: String,
}

/// Where watching a mailbox goes on: every UID below `next_uid` of this `uid_validity` was dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub uid_validity: u32,
    pub next_uid: u32,
}

/// One mail that was looked at.
#[derive(Clone, Debug)]
pub struct Sighting {
    pub uid: u32,
    /// INTERNALDATE: when it reached its server. Orders deliveries and starts lifetimes.
    pub arrived_at: Timestamp,
    /// When the server announced it, or the look that found it began.
    pub seen_at: Timestamp,
    pub fetched_at: Timestamp,
    pub extracted_at: Timestamp,
    pub fingerprint: Fingerprint,
    pub sender_domain: Option<String>,
    pub finding: Finding,
}

/// What the sighting becomes in history.
#[derive(Clone, Debug)]
pub enum Finding {
    /// To be delivered, unless the same mail was seen before (recorded as duplicate) or its deadline has passed
    /// (recorded as expired).
    Deliver(NewDelivery),
    Nothing {
        reason: String,
    },
    Ignored {
        rule: String,
    },
    Refused {
        rule: Option<String>,
        reason: String,
    },
}

/// What to deliver.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    pub value: Value,
    pub identifier: Identifier,
    pub scope: Scope,
    pub rule: Option<String>,
    pub deadline: Timestamp,
}

/// An entry of the outbox.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: i64,
    pub inbox: String,
    pub value: Value,
    pub identifier: Identifier,
    pub scope: Scope,
    /// Order within (identifier, scope): arrival, then UID, then id.
    pub arrived_at: Timestamp,
    pub uid: u32,
    pub deadline: Timestamp,
    pub attempts: u32,
    /// An attempt may have been made whose outcome nobody knows (the process ended meanwhile): look it up first.
    pub uncertain: bool,
}

/// How much waits to be delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OutboxState {
    pub waiting: u64,
    /// Arrival of the oldest that waits.
    pub oldest: Option<Timestamp>,
}

/// What a commit made of one sighting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    Delivering { delivery: i64 },
    Duplicate,
    Expired,
    Noted,
}

impl Store {
    /// Opens and migrates. `sqlite:///path` creates the file (mode 0600) in an existing directory.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Err(StoreError::Open { path: url.into(), reason: "not written yet".into() })
    }

    /// The outbox: first every unfinished delivery of earlier lives, oldest first, then each new one the moment its
    /// commit is durable. There is one reader.
    pub async fn outbox(&self) -> Result<mpsc::UnboundedReceiver<Delivery>, StoreError> {
        Err(StoreError::Failed("not written yet".into()))
    }

    pub async fn cursor(&self, mailbox: &MailboxId) -> Result<Option<Cursor>, StoreError> {
        let _ = mailbox;
        Err(StoreError::Failed("not written yet".into()))
    }

    /// One transaction: history, outbox and cursor. When it returns `Ok`, all are durable and the deliveries are on
    /// their way; when it fails, none is. Answers in the order of `sightings`.
    pub async fn commit(
        &self,
        mailbox: &MailboxId,
        cursor: Cursor,
        sightings: Vec<Sighting>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let _ = (mailbox, cursor, sightings);
        Err(StoreError::Failed("not written yet".into()))
    }

    /// The refresh token a provider rotated to, if it came from the configured one (whose SHA-256 is `configured`).
    pub async fn rotated_token(
        &self,
        account: &str,
        configured: [u8; 32],
    ) -> Result<Option<secrecy::SecretString>, StoreError> {
        let _ = (account, configured);
        Ok(None)
    }

    /// Keeps a rotated refresh token. Durable when it returns.
    pub async fn keep_rotated_token(
        &self,
        account: &str,
        configured: [u8; 32],
        token: &secrecy::SecretString,
    ) -> Result<(), StoreError> {
        let _ = (account, configured, token);
        Ok(())
    }

    /// How much waits to be delivered.
    pub async fn outbox_state(&self) -> Result<OutboxState, StoreError> {
        Err(StoreError::Failed("not written yet".into()))
    }

    /// Deletes history older than `keep`.
    pub async fn prune(&self, keep: Duration) -> Result<u64, StoreError> {
        let _ = keep;
        Ok(0)
    }
}

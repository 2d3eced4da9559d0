//! Why the store could not do what was asked, told apart by what helps: free space, end the other process, look closer.

use std::path::{Path, PathBuf};

/// Why the store could not do what was asked. Nothing of a failed call is kept, save where the disk failed behind a commit
/// that is made already ([`super::Store::commit`]). Never holds a code.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store at {path} can't be opened: {reason}")]
    Open { path: PathBuf, reason: String },
    #[error("the store's disk is full: {0}")]
    Full(String),
    #[error("the store is locked by another process: {0}")]
    Locked(String),
    #[error("{bytes} bytes of inbox {inbox} wait for Skyvern already; its mail stays where it is until that is less")]
    Backlog { inbox: String, bytes: u64 },
    #[error("the store failed: {0}")]
    Failed(String),
}

/// Primary result codes (sqlite.org/rescode.html).
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const FULL: i32 = 13;

impl StoreError {
    pub(super) fn open(path: &Path, reason: impl ToString) -> Self {
        Self::Open { path: path.to_owned(), reason: reason.to_string() }
    }

    /// The writer task is gone: the store was closed, or its task panicked.
    pub(super) fn closed() -> Self {
        Self::Failed("it is closed".into())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(|database| database.code())
            .and_then(|code| code.parse::<i32>().ok())
            .map(|extended| extended & 0xff);
        let told =
            error.as_database_error().map_or_else(|| error.to_string(), |database| database.message().to_owned());
        match code {
            Some(BUSY | LOCKED) => Self::Locked(told),
            Some(FULL) => Self::Full(told),
            _ => Self::Failed(told),
        }
    }
}

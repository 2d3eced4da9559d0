//! The write-ahead log as a file: the store decides itself when a commit has to have reached the disk.
//!
//! With `synchronous = NORMAL` a COMMIT only hands its part of the log to the kernel; what must not wait goes ahead, and
//! [`Log::sync`] makes the commit durable. (Every frame of the log carries a checksum over all before it: of an
//! unfinished commit that reached the disk in part nothing is read, see <https://www.sqlite.org/walformat.html>.)
//!
//! SQLite waits for the disk where a log begins anew. [`empty`] lets it do so at once, with a commit that says
//! nothing, so that no mail has to wait for that.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::SqliteConnection;

use super::lock::beside;
use super::{StoreError, machine};

/// The log of an open database.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    /// The same file for as long as the database is open. (Closing a second handle of it drops none of SQLite's POSIX
    /// locks: those are on the database and the `-shm` file.)
    file: Option<Arc<File>>,
}

impl Log {
    pub(super) fn new(database: &Path) -> Self {
        Self { path: beside(database, "-wal"), file: None }
    }

    /// Everything that was committed is durable when this returns.
    pub(super) async fn sync(&mut self) -> Result<(), StoreError> {
        let failed = |error: io::Error| StoreError::Failed(format!("writing its log to the disk: {error}"));
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => match File::options().read(true).write(true).open(&self.path) {
                Ok(file) => Arc::clone(self.file.insert(Arc::new(file))),
                // Nothing was ever written.
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(failed(error)),
            },
        };
        match tokio::task::spawn_blocking(move || file.sync_data()).await {
            Ok(synced) => synced.map_err(failed),
            // The runtime ends, and the process with it.
            Err(_) => Err(StoreError::closed()),
        }
    }

    /// Its length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |metadata| metadata.len())
    }
}

/// Copies the log back into the database, truncates it, and begins a new one. `false` if a reader or an error kept it
/// from that.
pub(super) async fn empty(connection: &mut SqliteConnection) -> bool {
    match truncate(connection).await {
        Ok(emptied) => emptied,
        Err(error) => {
            tracing::debug!(%error, "emptying the store's log");
            false
        }
    }
}

async fn truncate(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    // Commits wait behind this: a reader in the way is not waited for.
    sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *connection).await?;
    let done = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
    sqlx::query("PRAGMA busy_timeout = 2000").execute(&mut *connection).await?;
    let (busy, _, _): (i64, i64, i64) = done?;
    if busy == 0 {
        machine::touch(connection).await?;
    }
    Ok(busy == 0)
}

//! The SQLite store: one file, one writer, readers that come and go.
//!
//! A commit is on the disk when it is answered ([`Log`]). `secure_delete` overwrites what is erased. The file and its companions are for the owner alone (mode 0600).

use std::fs::OpenOptions;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{Mutex, broadcast};
use tokio::task::JoinHandle;

use super::ahead::Ahead;
use super::backlog::Backlog;
use super::intent::Intents;
use super::lock::{Lock, beside};
use super::log::Log;
use super::writer::{Tx, Writer};
use super::{Cursor, MailboxId, Recorded, Sighting, StoreError, machine, record};
use crate::extract::Identifier;

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations");

/// Arrivals that a slow listener may be behind, before it has to look everywhere.
const ARRIVALS: usize = 1024;

/// How long a lock of another process (a shell, a backup) is waited for.
const BUSY: Duration = Duration::from_secs(2);

/// A SQLite database. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    path: Arc<Path>,
    /// `None`: opened for reading only.
    writer: Option<Writer>,
    ahead: Option<Arc<Ahead>>,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
    /// Tells the identifiers for which something can be asked for.
    pub(super) arrivals: broadcast::Sender<Identifier>,
}

impl Sqlite {
    /// Opens, creates and migrates, and starts the writer. One process at a time.
    pub(super) async fn open(path: PathBuf) -> Result<Self, StoreError> {
        if path.parent().is_some_and(|directory| !directory.is_dir()) {
            return Err(StoreError::open(&path, "its directory does not exist; create it for the daemon's user"));
        }
        let lock = Lock::take(&path)?;
        secure(&path)?;
        let mut connection = options(&path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .pragma("secure_delete", "ON")
            // The writer empties the log by itself, between two batches.
            .pragma("wal_autocheckpoint", "0")
            .connect()
            .await
            .map_err(|e| opening(&path, e))?;
        MIGRATIONS.run(&mut connection).await.map_err(|e| migrating(&path, e))?;
        let (revision,): (i64,) = sqlx::query_as("SELECT coalesce(max(revision), 0) FROM history")
            .fetch_one(&mut connection)
            .await
            .map_err(|e| opening(&path, e))?;
        let doubt = machine::opened(&mut connection, machine::boot().as_deref(), Timestamp::now()).await?;
        let mut log = Log::new(&path);
        log.sync().await?;
        let backlog = Backlog::load(&mut connection).await.map_err(|e| opening(&path, e))?;
        let intents = Intents::open(&path, Timestamp::now());
        let ahead = Ahead::open(&mut connection, intents, doubt, backlog.total()).await?;
        let unread = ahead.learn(&mut connection, 0).await?;
        let arrivals = broadcast::Sender::new(ARRIVALS);
        let tx = Tx::new(connection, log, doubt, backlog, Arc::clone(&ahead), arrivals.clone(), revision);
        let (writer, task) = Writer::start(tx, lock);
        let tasks = Arc::new(Mutex::new(vec![task]));
        let store = Self { path: path.into(), writer: Some(writer), ahead: Some(ahead), tasks, arrivals };
        if let Some(after) = unread {
            let learning = tokio::spawn(store.clone().learn(after));
            store.tasks.lock().await.push(learning);
        }
        Ok(store)
    }

    /// Opens an existing store beside a daemon that may be running.
    pub(super) async fn open_read_only(path: PathBuf) -> Result<Self, StoreError> {
        let arrivals = broadcast::Sender::new(1);
        if matches!(path.try_exists(), Ok(false)) {
            return Err(StoreError::open(&path, "there is none yet: the daemon makes it when it first starts"));
        }
        let (writer, ahead, tasks) = (None, None, Arc::default());
        let store = Self { path: path.into(), writer, ahead, tasks, arrivals };
        let mut connection = store.reader().await?;
        let applied: Result<Vec<(i64,)>, _> =
            sqlx::query_as("SELECT version FROM _sqlx_migrations WHERE success").fetch_all(&mut connection).await;
        let applied = applied.map_err(|e| opening(&store.path, e))?;
        let close = connection.close().await;
        close.map_err(|e| opening(&store.path, e))?;
        let ours = MIGRATIONS.iter().map(|migration| migration.version);
        if applied.iter().map(|(version,)| *version).max() != ours.max() {
            return Err(StoreError::open(
                &store.path,
                "it is of another version of otp-relay; the daemon brings it up to date when it starts",
            ));
        }
        Ok(store)
    }

    fn ahead(&self) -> Result<&Arc<Ahead>, StoreError> {
        self.ahead.as_ref().ok_or_else(read_only)
    }

    pub(super) fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or_else(read_only)
    }

    /// A connection that sees what is committed and can't write. For one question: it holds up the emptying of the log.
    pub(super) async fn reader(&self) -> Result<SqliteConnection, StoreError> {
        options(&self.path).read_only(true).connect().await.map_err(|e| opening(&self.path, e))
    }

    /// See [`super::Store::commit`].
    pub(super) async fn commit(
        &self,
        mailbox: MailboxId,
        cursor: Cursor,
        sightings: Vec<Sighting>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let (writer, ahead) = (self.writer()?, self.ahead()?);
        let place = writer.reserve();
        let (departure, delivery) = ahead.depart(place.is_some(), &mailbox, cursor.uid_validity, &sightings);
        let hand_out = delivery.map(|delivery| || ahead.hand_out(delivery));
        writer
            .run_whole_at(
                place,
                move |tx| Box::pin(record::commit(tx, mailbox, cursor, sightings, departure)),
                hand_out,
            )
            .await
    }

    /// Gets to know the mails of history behind row `after`; until that is done, nothing goes ahead.
    async fn learn(self, after: i64) {
        let (Ok(writer), Ok(ahead)) = (self.writer(), self.ahead()) else { return };
        let learning = async {
            let mut connection = self.reader().await?;
            let mut after = Some(after);
            while let Some(last) = after {
                after = ahead.learn(&mut connection, last).await?;
                tokio::task::yield_now().await;
            }
            Ok::<_, StoreError>(())
        };
        if let Some(Err(error)) = writer.stopped().run_until_cancelled(learning).await {
            tracing::warn!(%error, "history can't be read: values wait for their transactions");
        }
    }

    /// Waits until everything that was asked for is done and the file is closed.
    pub(super) async fn close(self) {
        if let Some(writer) = &self.writer {
            writer.stop();
        }
        for task in self.tasks.lock().await.drain(..) {
            let _ = task.await;
        }
    }
}

fn read_only() -> StoreError {
    StoreError::Failed("it was opened for reading only".into())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .statement_cache_capacity(32)
        .pragma("cache_size", "-512")
        .pragma("temp_store", "MEMORY")
        .thread_name(|_| "store".into())
        .disable_statement_logging()
}

/// Makes the file exist for its owner alone. A wider one, and its companions, are narrowed.
fn secure(path: &Path) -> Result<(), StoreError> {
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match created {
        Ok(_) => return Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(StoreError::open(path, e)),
    }
    for path in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        if metadata.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(|e| {
                StoreError::open(&path, format!("others can read it, and narrowing it to mode 0600 failed: {e}"))
            })?;
        }
    }
    Ok(())
}

/// Full and locked stay what they are; all else is an opening that failed.
fn opening(path: &Path, error: sqlx::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Failed(reason) => StoreError::open(path, reason),
        told => told,
    }
}

fn migrating(path: &Path, error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => opening(path, error),
        MigrateError::VersionMissing(version) => StoreError::open(
            path,
            format!("a newer otp-relay made it (schema {version}); run that version, or begin with a new file"),
        ),
        other => StoreError::open(path, other),
    }
}

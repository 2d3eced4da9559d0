//! The write-ahead log as a file: the store decides itself when a commit has to have reached the disk.
//!
//! With `synchronous = NORMAL` a COMMIT only hands its part of the log to the kernel; what must not wait goes ahead, and
//! [`Log::sync`] makes the commit durable. (Every frame of the log carries a checksum over all before it: of an
//! unfinished commit that reached the disk in part nothing is read, see <https://www.sqlite.org/walformat.html>.)
//!
//! A commit into a file that grows costs several times one that overwrites: so the file keeps its length. [`Log::empty`]
//! copies the log back into the database, begins it anew with a commit that says nothing (SQLite waits for the disk
//! there: no mail has to), and overwrites with zeros what is left of the old one behind that commit. Those frames carry
//! the salts of the old log, so that nobody reads them whatever they hold (section 4 of
//! <https://www.sqlite.org/fileformat2.html>); and what was overwritten is gone from the disk, as it would not be from
//! the blocks of a file that was cut off.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::SqliteConnection;

use super::lock::beside;
use super::{StoreError, machine};

/// Length of the log beyond which it is emptied between two batches.
const LONG: u64 = 4 << 20;
/// Length that the file keeps at most.
const KEPT: u64 = 4 * LONG;

/// Sizes of the log's header and of a frame's.
const HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;
/// Where the two salts stand in either.
const SALTS: [std::ops::Range<usize>; 2] = [16..24, 8..16];

/// The log of an open database.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    /// The same file for as long as the database is open. (Closing a second handle of it drops none of SQLite's POSIX
    /// locks: those are on the database and the `-shm` file.)
    file: Option<Arc<File>>,
    /// Only zeros stand behind the end of the log: no process that ended left something there.
    is_clean_behind: bool,
}

impl Log {
    pub(super) fn new(database: &Path) -> Self {
        Self { path: beside(database, "-wal"), file: None, is_clean_behind: false }
    }

    /// Everything that was committed is durable when this returns.
    pub(super) async fn sync(&mut self) -> Result<(), StoreError> {
        match self.file()? {
            Some(file) => blocking(move || file.sync_data()).await,
            None => Ok(()),
        }
    }

    /// It is long enough to be emptied although mails keep coming.
    pub(super) fn is_long(&mut self) -> bool {
        let Ok(Some(file)) = self.file() else { return false };
        matches!(Generation::read(&file), Ok(Some(now)) if matches!(now.holds(&file, LONG / now.frame), Ok(true)))
    }

    /// Copies the log back into the database, begins it anew, and overwrites what is left of the old one. `false` if a
    /// reader or an error kept it from that.
    pub(super) async fn empty(&mut self, connection: &mut SqliteConnection) -> bool {
        match self.begin_anew(connection).await {
            Ok(emptied) => emptied,
            Err(error) => {
                tracing::debug!(%error, "emptying the store's log");
                false
            }
        }
    }

    async fn begin_anew(&mut self, connection: &mut SqliteConnection) -> Result<bool, StoreError> {
        let file = self.file()?;
        let length = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|metadata| metadata.len()));
        let length = length.map_err(failed)?;
        let checkpoint = match length {
            ..=KEPT => "PRAGMA wal_checkpoint(RESTART)",
            _ => "PRAGMA wal_checkpoint(TRUNCATE)",
        };
        // Commits wait behind this: a reader in the way is not waited for.
        sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *connection).await?;
        let done = sqlx::query_as(checkpoint).fetch_one(&mut *connection).await;
        sqlx::query("PRAGMA busy_timeout = 2000").execute(&mut *connection).await?;
        let (busy, frames, _): (i64, i64, i64) = done?;
        if busy != 0 {
            return Ok(false);
        }
        machine::touch(connection).await?;
        let Some(file) = file.filter(|_| length <= KEPT) else { return Ok(true) };
        // Nobody else, a person's shell say, appends to the log meanwhile.
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
        let frames = u64::try_from(frames).ok().filter(|_| std::mem::take(&mut self.is_clean_behind));
        let wiped = blocking(move || wipe(&file, frames)).await;
        sqlx::query("ROLLBACK").execute(&mut *connection).await?;
        self.is_clean_behind = matches!(wiped, Ok(true));
        wiped
    }

    /// The file, once there is one.
    fn file(&mut self) -> Result<Option<Arc<File>>, StoreError> {
        if self.file.is_none() {
            self.file = match File::options().read(true).write(true).open(&self.path) {
                Ok(file) => Some(Arc::new(file)),
                // Nothing was ever written.
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(failed(error)),
            };
        }
        Ok(self.file.clone())
    }
}

/// What tells the frames of the present log from those of logs before it.
struct Generation {
    salts: [u8; 8],
    /// Size of a frame.
    frame: u64,
}

impl Generation {
    /// `None`: nothing was written since the file was cut off.
    fn read(file: &File) -> io::Result<Option<Self>> {
        let mut header = [0; HEADER as usize];
        if !fill(file, &mut header, 0)? {
            return Ok(None);
        }
        let page = u32::from_be_bytes([header[8], header[9], header[10], header[11]]);
        if page == 0 {
            return Ok(None);
        }
        let mut salts = [0; 8];
        salts.copy_from_slice(&header[SALTS[0].clone()]);
        Ok(Some(Self { salts, frame: FRAME_HEADER + u64::from(page) }))
    }

    /// Where frame `index`, counted from 0, begins.
    fn offset(&self, index: u64) -> u64 {
        HEADER + index * self.frame
    }

    /// The log is longer than `index` frames.
    fn holds(&self, file: &File, index: u64) -> io::Result<bool> {
        let mut header = [0; FRAME_HEADER as usize];
        Ok(fill(file, &mut header, self.offset(index))? && header[SALTS[1].clone()] == self.salts)
    }
}

/// Overwrites with zeros what the log before this one left behind its end: up to where its `frames` ended, or else the
/// whole file. `false`: the log goes on behind them.
fn wipe(file: &File, frames: Option<u64>) -> io::Result<bool> {
    let Some(now) = Generation::read(file)? else { return Ok(true) };
    let mut end = 0;
    while now.holds(file, end)? {
        end += 1;
    }
    let length = file.metadata()?.len();
    let until = frames.map_or(length, |frames| now.offset(frames).min(length));
    let zeros = vec![0; 64 << 10];
    let mut at = now.offset(end);
    while at < until {
        let step = usize::try_from(until - at).map_or(zeros.len(), |left| left.min(zeros.len()));
        file.write_all_at(&zeros[..step], at)?;
        at += step as u64;
    }
    Ok(frames.is_none_or(|frames| frames == 0 || end < frames))
}

/// Reads all of `buffer`; `false`: the file ends before.
fn fill(file: &File, buffer: &mut [u8], at: u64) -> io::Result<bool> {
    match file.read_exact_at(buffer, at) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(failed),
        // The runtime ends, and the process with it.
        Err(_) => Err(StoreError::closed()),
    }
}

fn failed(error: io::Error) -> StoreError {
    StoreError::Failed(format!("writing its log to the disk: {error}"))
}

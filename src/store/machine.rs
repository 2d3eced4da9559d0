//! Whether the last commits may have been lost.
//!
//! A value is on its way while its commit is still being written to the disk. That is safe against every end of the
//! process: the kernel has the commit. But a machine that loses its power, or whose kernel crashes, may lose it, cursor
//! and all, and the mail is found again. So after a boot whatever may be such a mail is looked up at Skyvern before it is
//! sent. Boots are told apart by Linux' `/proc/sys/kernel/random/boot_id` (random(4)).

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::outbox::time;
use super::{Sighting, StoreError};

/// How far a mail server's clock may be ahead: mails that it says arrived up to so long after the store was opened may
/// have arrived before.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// What this life of the store does not know of the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    /// The end of that life came before.
    opened_at: Timestamp,
    until: Timestamp,
}

impl Doubt {
    /// Since when nobody knows what became of a mail that looks new; `None`: it is new.
    pub(super) fn since(self, sighting: &Sighting) -> Option<Timestamp> {
        (sighting.arrived_at < self.until).then_some(self.opened_at)
    }
}

/// The present boot. Where the system does not tell, every opening counts as one.
pub(super) fn boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let id = id.trim();
    (!id.is_empty()).then(|| id.to_owned())
}

/// Notes that the store was opened in `boot`, and says what may have been lost. Survives a process that ends before the
/// doubt is over. A store that was never opened before has lost nothing.
pub(super) async fn opened(
    connection: &mut SqliteConnection,
    boot: Option<&str>,
    now: Timestamp,
) -> Result<Option<Doubt>, StoreError> {
    let last: Option<(String, i64, i64)> =
        sqlx::query_as("SELECT boot, opened_at, doubtful_until FROM machine").fetch_optional(&mut *connection).await?;
    let doubt = match last {
        None => None,
        Some((last, opened_at, until)) if boot == Some(last.as_str()) => {
            Some(Doubt { opened_at: time(opened_at)?, until: time(until)? })
        }
        Some(_) => Some(Doubt { opened_at: now, until: now.saturating_add(SKEW).unwrap_or(Timestamp::MAX) }),
    };
    let (opened_at, until) = doubt.map_or((now, Timestamp::UNIX_EPOCH), |doubt| (doubt.opened_at, doubt.until));
    sqlx::query("INSERT OR REPLACE INTO machine (only, boot, opened_at, doubtful_until) VALUES (1, ?, ?, ?)")
        .bind(boot.unwrap_or_default())
        .bind(opened_at.as_microsecond())
        .bind(until.as_microsecond())
        .execute(connection)
        .await?;
    Ok(doubt)
}

/// A commit that says nothing. (It has to change something: SQLite writes no page that stays as it is.)
pub(super) async fn touch(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE machine SET touched = touched + 1").execute(connection).await?;
    Ok(())
}

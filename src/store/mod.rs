//! The durable meeting point of watching and delivering: cursors, outbox, leases, history.
//!
//! What is durable after which call is said at each method; everything else is lost by a crash and found again.

mod ahead;
mod backlog;
mod bulk;
mod error;
mod history;
mod insert;
mod intent;
mod job;
mod known;
mod lease;
mod lock;
mod log;
mod machine;
mod outbox;
mod record;
mod sqlite;
#[cfg(test)]
mod tests;
mod token;
mod writer;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;

pub use error::StoreError;
pub use history::{DeliveryRow, HistoryFilter, HistoryRow, OfferRow};
pub use lease::{Asker, Bound, Given, Kind};

use self::sqlite::Sqlite;
use crate::extract::{Deliver, Identifier, Run, Scope, Value};
use crate::mail::Fingerprint;

/// The store. Cheap to clone: all clones write through one writer.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Backend,
}

/// Where it is kept. A second kind finds its room here.
#[derive(Clone, Debug)]
enum Backend {
    Sqlite(Sqlite),
}

/// Between two looks for deadlines while something waits: a wall clock that was set is noticed then.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// After a failure to erase.
const ERASE_RETRY: Duration = Duration::from_secs(5);

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
    pub deliver: Deliver,
}

/// An entry of the outbox.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: i64,
    /// Tells its row at Skyvern from that of another delivery with the same value and deadline: below 1,000,000, and the
    /// same whenever the same mail is found.
    pub mark: u32,
    pub inbox: String,
    pub value: Value,
    pub identifier: Identifier,
    pub scope: Scope,
    /// Order within (identifier, scope): arrival, then UID, then id.
    pub arrived_at: Timestamp,
    pub uid: u32,
    /// `None` for a replay.
    pub seen_at: Option<Timestamp>,
    /// When it came into the outbox: its commit, or its intent where it went ahead.
    pub committed_at: Timestamp,
    pub deadline: Timestamp,
    pub attempts: u32,
    /// An attempt may have been made before, by a process that ended, on a machine that lost its power, or ahead of a
    /// commit that failed, and nobody knows its outcome: look it up first.
    pub uncertain_since: Option<Timestamp>,
    /// A value of the same kind that arrived later was accepted before this one was committed: never to be sent.
    pub overtaken: bool,
}

/// An attempt, written down before it is made or after it failed.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// This one included.
    pub attempts: u32,
    /// It is about to be made, or nobody knows what became of it.
    pub open: bool,
    pub sent_at: Option<Timestamp>,
    /// Why it failed. Never holds the value.
    pub reason: Option<String>,
}

/// How a delivery ended.
#[derive(Clone, Debug)]
pub struct Settled {
    pub outcome: Settlement,
    pub attempts: u32,
    /// Start of the last attempt.
    pub sent_at: Option<Timestamp>,
    pub at: Timestamp,
    /// Why it was given up. Never holds the value.
    pub reason: Option<String>,
    /// Skyvern's `totp_code_id`.
    pub skyvern_row: Option<String>,
}

/// The word for how a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    Delivered,
    Rejected,
    Expired,
    Overtaken,
}

impl Settlement {
    /// As history and events write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Overtaken => "overtaken",
        }
    }
}

/// Where a delivery comes from that no new mail asks for.
#[derive(Clone, Debug)]
pub struct Origin {
    pub inbox: String,
    /// The row of history that is sent again.
    pub replay_of: Option<i64>,
    /// For a person; holds no mail text.
    pub note: Option<String>,
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
    /// It is in the outbox; perhaps it can be asked for as well.
    Delivering {
        delivery: i64,
    },
    /// It waits until a run asks for it.
    Offered,
    Duplicate,
    Expired,
    Noted,
}

impl Store {
    /// Opens and migrates. `sqlite:///path` creates the file (mode 0600) in an existing directory. One process at a
    /// time: a second one gets [`StoreError::Locked`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Ok(Self { backend: Backend::Sqlite(Sqlite::open(sqlite_path(url)?).await?) })
    }

    /// Opens an existing store for reading, also while a daemon has it open.
    pub async fn open_read_only(url: &str) -> Result<Self, StoreError> {
        Ok(Self { backend: Backend::Sqlite(Sqlite::open_read_only(sqlite_path(url)?).await?) })
    }

    /// The outbox: first every unfinished delivery of earlier lives, oldest first, then each new one the moment that no
    /// end of this process can have it sent twice. There is one reader: a second call takes the outbox over.
    pub async fn outbox(&self) -> Result<mpsc::UnboundedReceiver<Delivery>, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        sqlite
            .writer()?
            .run(|tx| {
                Box::pin(async move {
                    let (sender, receiver) = mpsc::unbounded_channel();
                    for delivery in outbox::unfinished(tx).await? {
                        let _ = sender.send(delivery);
                    }
                    // What the same transaction commits before this is among the unfinished.
                    tx.fresh.clear();
                    tx.ahead.read_by(sender);
                    Ok(receiver)
                })
            })
            .await
    }

    /// Where watching `mailbox` goes on; `None` at first sight.
    pub async fn cursor(&self, mailbox: &MailboxId) -> Result<Option<Cursor>, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        let mailbox = mailbox.clone();
        sqlite.writer()?.run(move |tx| Box::pin(async move { record::cursor(tx, &mailbox).await })).await
    }

    /// One transaction: history, outbox and cursor. When it returns `Ok`, all are durable; the deliveries are on their
    /// way from the commit on, while the disk still works, or ahead of it where an intent says so. When it fails, none is
    /// durable, save that the disk itself failed (asking again then answers [`Recorded::Duplicate`]); it has to be asked
    /// for again, since a value may be gone. Answers in the order of `sightings`. [`StoreError::Backlog`] where too much
    /// of this inbox waits for Skyvern already.
    ///
    /// It runs to its end even if the caller stops waiting.
    pub async fn commit(
        &self,
        mailbox: &MailboxId,
        cursor: Cursor,
        sightings: Vec<Sighting>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        sqlite.commit(mailbox.clone(), cursor, sightings).await
    }

    /// Puts a value on its way on purpose (a replay), as `new.deliver` says: no mail is looked for, nothing is a duplicate.
    /// Answers its row of history; durable and on its way when it returns.
    pub async fn enqueue(&self, new: NewDelivery, origin: Origin) -> Result<i64, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        sqlite.writer()?.run(move |tx| Box::pin(record::enqueue(tx, new, origin))).await
    }

    /// Writes an attempt of a queued delivery down. Durable when it returns.
    pub async fn note_attempt(&self, delivery: i64, attempt: Attempt) -> Result<(), StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        sqlite.writer()?.run(move |tx| Box::pin(outbox::note(tx, delivery, attempt))).await
    }

    /// Whether what writes still answers: a disk that is full and a database that is locked are answers.
    pub async fn turns(&self) -> bool {
        let Backend::Sqlite(sqlite) = &self.backend;
        let Ok(writer) = sqlite.writer() else { return false };
        !matches!(writer.run(|_| Box::pin(async { Ok(()) })).await, Err(StoreError::Failed(_)))
    }

    /// The messages of a mailbox that was made anew under its old UIDVALIDITY have numbers of others that history knows: those
    /// keep their rows without a number, and what they say of the mail itself still counts. Durable when it returns.
    pub async fn forget_numbers(&self, mailbox: &MailboxId, uid_validity: u32) -> Result<(), StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        let mailbox = mailbox.clone();
        sqlite.writer()?.run(move |tx| Box::pin(insert::forget_numbers(tx, mailbox, uid_validity))).await
    }

    /// Writes down what became of a delivery and erases its value. Durable when it returns.
    pub async fn settle(&self, delivery: i64, settled: Settled) -> Result<(), StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        sqlite.writer()?.settle(delivery, settled).await
    }

    /// History, oldest first.
    pub async fn history(&self, filter: &HistoryFilter) -> Result<Vec<HistoryRow>, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        history::history(&mut sqlite.reader().await?, filter).await
    }

    /// How much waits to be delivered.
    pub async fn outbox_state(&self) -> Result<OutboxState, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        history::outbox_state(&mut sqlite.reader().await?).await
    }

    /// The refresh token a provider rotated to, if it came from the configured one (whose SHA-256 is `configured`).
    pub async fn rotated_token(
        &self,
        account: &str,
        configured: [u8; 32],
    ) -> Result<Option<secrecy::SecretString>, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        let account = account.to_owned();
        sqlite.writer()?.run(move |tx| Box::pin(token::read(tx, account, configured))).await
    }

    /// Keeps a rotated refresh token. Durable when it returns.
    pub async fn keep_rotated_token(
        &self,
        account: &str,
        configured: [u8; 32],
        token: &secrecy::SecretString,
    ) -> Result<(), StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        let (account, token) = (account.to_owned(), token.clone());
        sqlite.writer()?.run(move |tx| Box::pin(token::keep(tx, account, configured, token))).await
    }

    /// Gives the first of `askers`, in order, for whom there is something the newest value that it may have: one that
    /// lives at `now` and that no other run was given. Bound to its run durably before this answers; who names no run
    /// gets the newest, and nothing is bound. Those before `first_new` asked before and were told that there is nothing.
    pub async fn claim(
        &self,
        identifier: &Identifier,
        askers: Vec<Asker>,
        first_new: usize,
        now: Timestamp,
    ) -> Result<Option<(usize, Given)>, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        let identifier = identifier.clone();
        sqlite.writer()?.run(move |tx| Box::pin(lease::claim(tx, identifier, askers, first_new, now))).await
    }

    /// Binds the code of the authenticator's period `step` to the run, durably before this answers, unless another has it.
    pub async fn claim_step(&self, identifier: &Identifier, step: u64, run: &Run) -> Result<Bound, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        let (identifier, run) = (identifier.clone(), run.clone());
        sqlite.writer()?.run(move |tx| Box::pin(lease::claim_step(tx, identifier, step, run))).await
    }

    /// Tells each identifier for which something new can be claimed, the moment its commit is durable. Who is too slow
    /// ([`broadcast::error::RecvError::Lagged`]) has to look at all.
    pub fn arrivals(&self) -> broadcast::Receiver<Identifier> {
        let Backend::Sqlite(sqlite) = &self.backend;
        sqlite.arrivals.subscribe()
    }

    /// How much waits to be asked for.
    pub async fn offers_state(&self) -> Result<OutboxState, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        lease::state(&mut sqlite.reader().await?, Timestamp::now()).await
    }

    /// Erases values that wait to be asked for when their deadline comes, until cancelled.
    pub async fn erase_at_deadlines(self, cancel: CancellationToken) {
        let mut arrivals = self.arrivals();
        loop {
            let erased = match &self.backend {
                Backend::Sqlite(sqlite) => match sqlite.writer() {
                    Ok(writer) => writer.run(|tx| Box::pin(lease::erase(tx, Timestamp::now()))).await,
                    Err(error) => Err(error),
                },
            };
            let wait = match erased {
                Ok(next) => next.map(|at| {
                    let left = Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default();
                    // Not for ever, whatever becomes of the clock; not at once again, should it stand.
                    left.clamp(Duration::from_millis(100), LONGEST_SLEEP)
                }),
                Err(_) => Some(ERASE_RETRY),
            };
            tokio::select! {
                () = cancel.cancelled() => return,
                () = async { match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                } } => {}
                // A new one may have the next deadline; who is behind looks all the same.
                _ = arrivals.recv() => {}
            }
        }
    }

    /// Deletes history older than `keep`, fingerprints included, but nothing of the last day: by then every mail that
    /// shows up again under another UID is past its deadline, so that a forgotten fingerprint never means a second
    /// delivery. Answers how many rows.
    pub async fn prune(&self, keep: Duration) -> Result<u64, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        let keep = keep.max(Duration::from_secs(24 * 3600));
        let mut total = 0;
        loop {
            let pruned = sqlite.writer()?.run(move |tx| Box::pin(history::prune(tx, keep))).await?;
            total += pruned;
            if pruned == 0 {
                return Ok(total);
            }
        }
    }

    /// Waits until everything asked for is done and closes the files. All clones are of no use afterwards: what they
    /// ask for fails.
    pub async fn close(self) {
        let Backend::Sqlite(sqlite) = self.backend;
        sqlite.close().await;
    }
}

/// The path of `sqlite:///path`.
fn sqlite_path(url: &str) -> Result<PathBuf, StoreError> {
    match url.strip_prefix("sqlite://") {
        Some(path) if path.starts_with('/') => Ok(path.into()),
        _ => Err(StoreError::open(std::path::Path::new(url), "the url must read sqlite:///absolute/path")),
    }
}

//! What one mail, or one replay, is written as: its row of history, what waits because of it, and the cursor behind it.
//!
//! All in one question to SQLite's own thread, since every question costs more than what it asks for; where nothing else
//! is part of the transaction, its COMMIT as well.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::writer::Tx;
use super::{Cursor, MailboxId, NewDelivery, Sighting, StoreError};
use crate::extract::Deliver;

/// A row of history.
#[derive(Clone)]
pub(super) struct Row<'a> {
    pub(super) outcome: &'static str,
    pub(super) inbox: &'a str,
    pub(super) arrived_at: Timestamp,
    pub(super) now: Timestamp,
    pub(super) rule: Option<&'a str>,
    pub(super) reason: Option<String>,
    pub(super) replay_of: Option<i64>,
    /// Name, UIDVALIDITY and UID.
    pub(super) mailbox: Option<(&'a str, u32, u32)>,
    pub(super) sighting: Option<&'a Sighting>,
    pub(super) new: Option<&'a NewDelivery>,
}

impl<'a> Row<'a> {
    pub(super) fn new(outcome: &'static str, inbox: &'a str, arrived_at: Timestamp, now: Timestamp) -> Self {
        let (rule, reason, replay_of, mailbox, sighting, new) = (None, None, None, None, None, None);
        Self { outcome, inbox, arrived_at, now, rule, reason, replay_of, mailbox, sighting, new }
    }

    fn place(&self) -> Place {
        Place {
            uid: self.mailbox.map_or(0, |(.., uid)| uid),
            arrived_at: self.arrived_at,
            seen_at: self.sighting.map(|sighting| sighting.seen_at),
        }
    }
}

/// A value's place among others of its identifier.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) uid: u32,
    pub(super) arrived_at: Timestamp,
    pub(super) seen_at: Option<Timestamp>,
}

/// How what was found waits to be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ways {
    None,
    Push,
    Offer,
    Both,
    /// It would be offered, but no request names a workflow's version: nobody could be given it.
    Nobody,
}

impl Ways {
    pub(super) fn of(new: &NewDelivery) -> Self {
        match (new.deliver, &new.scope.workflow_id) {
            (Deliver::Push, _) | (Deliver::Both, Some(_)) => Self::Push,
            (Deliver::Pull, None) => Self::Offer,
            (Deliver::Both, None) => Self::Both,
            (Deliver::Pull, Some(_)) => Self::Nobody,
        }
    }

    pub(super) fn push(self) -> bool {
        matches!(self, Self::Push | Self::Both)
    }

    pub(super) fn offer(self) -> bool {
        matches!(self, Self::Offer | Self::Both)
    }
}

/// What is written at once.
pub(super) struct Entry<'a> {
    pub(super) row: Row<'a>,
    pub(super) ways: Ways,
    pub(super) cursor: Option<(&'a MailboxId, Cursor)>,
}

const HISTORY: &str = "
    INSERT INTO history (revision, inbox, mailbox, uid_validity, uid, fingerprint, replay_of, arrived_at, seen_at,
        fetched_at, extracted_at, committed_at, sender_domain, outcome, rule, reason, kind, masked, identifier,
        task_id, workflow_id, workflow_run_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);";

// The row of history written just before is the one with the highest id.
const OFFER: &str = "
    INSERT INTO offer (history, inbox, kind, value, identifier, task_id, workflow_run_id, arrived_at, uid, seen_at,
        deadline)
    VALUES ((SELECT max(id) FROM history), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);";

// With its first attempt already written down, so that one commit lies between a mail and its request. A process that
// finds the row at its start can't know whether the request was made.
const DELIVERY: &str = "
    INSERT INTO delivery (history, inbox, kind, value, identifier, task_id, workflow_id, workflow_run_id,
        arrived_at, uid, seen_at, deadline, state, attempt_open)
    VALUES ((SELECT max(id) FROM history), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 1);";

const CURSOR: &str = "
    INSERT INTO mailbox (inbox, mailbox, uid_validity, next_uid) VALUES (?, ?, ?, ?)
    ON CONFLICT (inbox, mailbox) DO UPDATE SET uid_validity = excluded.uid_validity, next_uid = excluded.next_uid;";

/// Writes `entry`. Answers the id of its delivery; without one, that of another row.
pub(super) async fn insert(tx: &mut Tx, entry: Entry<'_>) -> Result<i64, StoreError> {
    let Entry { row, ways, cursor } = entry;
    let commit = if cursor.is_some() { tx.commit_along() } else { "" };
    let sql = [
        HISTORY,
        if ways.offer() { OFFER } else { "" },
        if ways.push() { DELIVERY } else { "" },
        if cursor.is_some() { CURSOR } else { "" },
        commit,
    ];
    let revision = tx.next_revision();
    let place = row.place();
    let new = row.new;
    let mut query = sqlx::query(AssertSqlSafe(sql.concat()))
        .bind(revision)
        .bind(row.inbox)
        .bind(row.mailbox.map(|(mailbox, ..)| mailbox))
        .bind(row.mailbox.map(|(_, uid_validity, _)| uid_validity))
        .bind(row.mailbox.map(|(.., uid)| uid))
        .bind(row.sighting.map(|s| s.fingerprint.0.as_slice()))
        .bind(row.replay_of)
        .bind(row.arrived_at.as_microsecond())
        .bind(row.sighting.map(|s| s.seen_at.as_microsecond()))
        .bind(row.sighting.map(|s| s.fetched_at.as_microsecond()))
        .bind(row.sighting.map(|s| s.extracted_at.as_microsecond()))
        .bind(row.now.as_microsecond())
        .bind(row.sighting.and_then(|s| s.sender_domain.as_deref()))
        .bind(row.outcome)
        .bind(row.rule)
        .bind(row.reason)
        .bind(new.map(|new| new.value.kind()))
        .bind(new.map(|new| new.value.masked()))
        .bind(new.map(|new| new.identifier.as_str()))
        .bind(new.and_then(|new| new.scope.task_id.as_deref()))
        .bind(new.and_then(|new| new.scope.workflow_id.as_deref()))
        .bind(new.and_then(|new| new.scope.workflow_run_id.as_deref()));
    for is_push in [false, true] {
        let Some(new) = new.filter(|_| if is_push { ways.push() } else { ways.offer() }) else { continue };
        query = query
            .bind(row.inbox)
            .bind(new.value.kind())
            .bind(new.value.expose())
            .bind(new.identifier.as_str())
            .bind(new.scope.task_id.as_deref());
        if is_push {
            query = query.bind(new.scope.workflow_id.as_deref());
        }
        query = query
            .bind(new.scope.workflow_run_id.as_deref())
            .bind(place.arrived_at.as_microsecond())
            .bind(place.uid)
            .bind(place.seen_at.map(Timestamp::as_microsecond))
            .bind(new.deadline.as_microsecond());
        tx.secret = true;
    }
    if let Some((mailbox, cursor)) = cursor {
        query = query.bind(&mailbox.inbox).bind(&mailbox.mailbox).bind(cursor.uid_validity).bind(cursor.next_uid);
    }
    let done = query.execute(&mut tx.connection).await?;
    if !commit.is_empty() {
        tx.was_committed();
    }
    Ok(done.last_insert_rowid())
}

/// Moves the cursor alone.
pub(super) async fn cursor(tx: &mut Tx, mailbox: &MailboxId, cursor: Cursor) -> Result<(), StoreError> {
    sqlx::query(CURSOR)
        .bind(&mailbox.inbox)
        .bind(&mailbox.mailbox)
        .bind(cursor.uid_validity)
        .bind(cursor.next_uid)
        .execute(&mut tx.connection)
        .await?;
    Ok(())
}

//! What one mail, or one replay, is written as: its row of history, what waits because of it, and the cursor behind it.
//!
//! All in one question to SQLite's own thread, since every question costs more than what it asks for: the transaction's
//! beginning, whether the mail is known already, what is written if it is not, and where nothing else is part of the
//! transaction, its COMMIT.

use jiff::Timestamp;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Row as _, Sqlite};

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
}

/// A value's place among others of its identifier.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) uid: u32,
    pub(super) arrived_at: Timestamp,
    pub(super) seen_at: Option<Timestamp>,
}

impl Place {
    pub(super) fn of(sighting: &Sighting) -> Self {
        Self { uid: sighting.uid, arrived_at: sighting.arrived_at, seen_at: Some(sighting.seen_at) }
    }
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
    /// The number that it gets in the outbox, if it goes there.
    pub(super) delivery: Option<i64>,
    pub(super) cursor: Option<(&'a MailboxId, Cursor)>,
}

// The parameters of all statements below.
//
//  1 revision      6 fingerprint   11 extracted_at   16 reason       21 workflow_id
//  2 inbox         7 replay_of     12 committed_at   17 kind         22 workflow_run_id
//  3 mailbox       8 arrived_at    13 sender_domain  18 masked       23 value
//  4 uid_validity  9 seen_at       14 outcome        19 identifier   24 deadline
//  5 uid          10 fetched_at    15 rule           20 task_id      25 next_uid
// 26 delivery

/// The very same message: mailbox, UIDVALIDITY and UID.
macro_rules! same {
    () => {
        "EXISTS (SELECT 1 FROM history WHERE inbox = $2 AND mailbox = $3 AND uid_validity = $4 AND uid = $5)"
    };
}

/// The same mail elsewhere in this inbox, or delivered for another one. (Values are erased, so across inboxes the same
/// mail for the same identifier counts as the same value when the masked forms agree.)
macro_rules! twin {
    () => {
        "FROM history
         WHERE fingerprint = $6 AND (inbox = $2 OR (outcome = 'found' AND identifier = $19 AND task_id IS $20
            AND workflow_id IS $21 AND workflow_run_id IS $22 AND kind = $17 AND masked = $18))"
    };
}

/// A value of the kind that arrived later was accepted already.
macro_rules! overtaken {
    () => {
        "EXISTS (SELECT 1 FROM delivery
            WHERE state = 'delivered' AND identifier = $19 AND kind = $17 AND arrived_at >= $8
                AND (arrived_at > $8 OR uid > coalesce($5, 0))
                AND task_id IS $20 AND workflow_id IS $21 AND workflow_run_id IS $22)"
    };
}

const KNOWN: &str = concat!("SELECT ", same!(), ", (SELECT min(id) ", twin!(), ");");

const HISTORY: &str = "
    INSERT INTO history (revision, inbox, mailbox, uid_validity, uid, fingerprint, replay_of, arrived_at, seen_at,
        fetched_at, extracted_at, committed_at, sender_domain, outcome, rule, reason, kind, masked, identifier,
        task_id, workflow_id, workflow_run_id)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22";

const UNLESS_KNOWN: &str = concat!(" WHERE NOT ", same!(), " AND NOT EXISTS (SELECT 1 ", twin!(), ")");

// One row is answered at the most: each wakes the one who waits for it.
const RETURNING: &str = " RETURNING id;";

// Each of these is written only if the statement before it wrote something. The row of history written just before is
// the one with the highest id.
const OFFER: &str = "
    INSERT INTO offer (history, inbox, kind, value, identifier, task_id, workflow_run_id, arrived_at, uid, seen_at,
        deadline)
    SELECT (SELECT max(id) FROM history), $2, $17, $23, $19, $20, $22, $8, coalesce($5, 0), $9, $24
    WHERE changes() = 1;";

// With its first attempt already written down, so that one commit lies between a mail and its request. A process that
// finds the row at its start can't know whether the request was made.
const DELIVERY: &str = concat!(
    "
    INSERT INTO delivery (id, history, inbox, kind, identifier, task_id, workflow_id, workflow_run_id,
        arrived_at, uid, seen_at, deadline, state, attempt_open)
    SELECT $26, (SELECT max(id) FROM history), $2, $17, $19, $20, $21, $22, $8, coalesce($5, 0), $9, $24, 'queued', 1
    WHERE changes() = 1 RETURNING history, id, ",
    overtaken!(),
    ";
    INSERT INTO waiting (delivery, value) SELECT $26, $23 WHERE changes() = 1;"
);

const CURSOR: &str = "
    INSERT INTO mailbox (inbox, mailbox, uid_validity, next_uid) SELECT $2, $3, $4, $25 WHERE changes() = 1
    ON CONFLICT (inbox, mailbox) DO UPDATE SET uid_validity = excluded.uid_validity, next_uid = excluded.next_uid;";

/// Where watching goes on: inbox, mailbox, UIDVALIDITY, UID.
pub(super) const CURSOR_ALONE: &str = "
    INSERT INTO mailbox (inbox, mailbox, uid_validity, next_uid) VALUES (?, ?, ?, ?)
    ON CONFLICT (inbox, mailbox) DO UPDATE SET uid_validity = excluded.uid_validity, next_uid = excluded.next_uid;";

/// What was written.
pub(super) struct Inserted {
    /// Its number in history.
    pub(super) history: i64,
    /// Its number in the outbox, if it goes there.
    pub(super) delivery: Option<i64>,
    /// A value of its kind that arrived later was accepted already.
    pub(super) overtaken: bool,
}

/// Writes `entry`.
pub(super) async fn insert(tx: &mut Tx, entry: &Entry<'_>) -> Result<Inserted, StoreError> {
    write(tx, entry, "").await?.ok_or_else(|| StoreError::Failed("a row of history was not written".into()))
}

/// Writes `entry`, unless history knows its message, or the same mail: then nothing is written, the cursor included.
pub(super) async fn insert_new(tx: &mut Tx, entry: &Entry<'_>) -> Result<Option<Inserted>, StoreError> {
    write(tx, entry, UNLESS_KNOWN).await
}

async fn write(tx: &mut Tx, entry: &Entry<'_>, condition: &str) -> Result<Option<Inserted>, StoreError> {
    let Entry { row, ways, delivery, cursor } = entry;
    let (beginning, end) = (tx.beginning(), if cursor.is_some() { tx.end_along() } else { "" });
    let sql = [
        beginning,
        HISTORY,
        condition,
        if ways.push() { ";" } else { RETURNING },
        if ways.offer() { OFFER } else { "" },
        if ways.push() { DELIVERY } else { "" },
        if cursor.is_some() { CURSOR } else { "" },
        end,
    ];
    let revision = tx.next_revision();
    let next_uid = cursor.map(|(_, cursor)| cursor.next_uid);
    let query = bound(sqlx::query(AssertSqlSafe(sql.concat())), row, revision, next_uid, *delivery);
    let inserted = match query.fetch_all(&mut tx.connection).await?.first() {
        Some(row) if ways.push() => {
            Some(Inserted { history: row.try_get(0)?, delivery: Some(row.try_get(1)?), overtaken: row.try_get(2)? })
        }
        Some(row) => Some(Inserted { history: row.try_get(0)?, delivery: None, overtaken: false }),
        None => None,
    };
    if !end.is_empty() {
        tx.was_ended(inserted.is_some());
    }
    tx.secret |= inserted.is_some() && *ways != Ways::None;
    Ok(inserted)
}

/// What history knows of a mail before it is recorded.
pub(super) struct Known {
    /// The very same message.
    pub(super) same: bool,
    /// The same mail, by its number in history.
    pub(super) twin: Option<i64>,
}

/// Why [`insert_new`] wrote nothing.
pub(super) async fn known(tx: &mut Tx, row: &Row<'_>) -> Result<Known, StoreError> {
    let sql = [tx.beginning(), KNOWN].concat();
    let found = bound(sqlx::query(AssertSqlSafe(sql)), row, 0, None, None).fetch_one(&mut tx.connection).await?;
    Ok(Known { same: found.try_get(0)?, twin: found.try_get(1)? })
}

pub(super) type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// The parameters above.
fn bound<'q>(
    query: Query<'q>,
    row: &Row<'q>,
    revision: i64,
    next_uid: Option<u32>,
    delivery: Option<i64>,
) -> Query<'q> {
    let new = row.new;
    let query = query
        .bind(revision)
        .bind(row.inbox)
        .bind(row.mailbox.map(|(mailbox, ..)| mailbox))
        .bind(row.mailbox.map(|(_, uid_validity, _)| uid_validity))
        .bind(row.mailbox.map(|(.., uid)| uid))
        .bind(row.sighting.map(|s| s.fingerprint.0.as_slice()))
        .bind(row.replay_of);
    told(query, row)
        .bind(new.map(|new| new.value.expose()))
        .bind(new.map(|new| new.deadline.as_microsecond()))
        .bind(next_uid)
        .bind(delivery)
}

/// What history tells of a mail: arrived_at to workflow_run_id.
pub(super) fn told<'q>(query: Query<'q>, row: &Row<'q>) -> Query<'q> {
    let new = row.new;
    let scope = new.map(|new| &new.scope);
    query
        .bind(row.arrived_at.as_microsecond())
        .bind(row.sighting.map(|s| s.seen_at.as_microsecond()))
        .bind(row.sighting.map(|s| s.fetched_at.as_microsecond()))
        .bind(row.sighting.map(|s| s.extracted_at.as_microsecond()))
        .bind(row.now.as_microsecond())
        .bind(row.sighting.and_then(|s| s.sender_domain.as_deref()))
        .bind(row.outcome)
        .bind(row.rule)
        .bind(row.reason.clone())
        .bind(new.map(|new| new.value.kind()))
        .bind(new.map(|new| new.value.masked()))
        .bind(new.map(|new| new.identifier.as_str()))
        .bind(scope.and_then(|scope| scope.task_id.as_deref()))
        .bind(scope.and_then(|scope| scope.workflow_id.as_deref()))
        .bind(scope.and_then(|scope| scope.workflow_run_id.as_deref()))
}

/// History's rows of a mailbox keep all but the numbers of their messages.
pub(super) async fn forget_numbers(tx: &mut Tx, mailbox: MailboxId, uid_validity: u32) -> Result<(), StoreError> {
    sqlx::query("UPDATE history SET uid = NULL WHERE inbox = ? AND mailbox = ? AND uid_validity = ?")
        .bind(mailbox.inbox)
        .bind(mailbox.mailbox)
        .bind(uid_validity)
        .execute(&mut tx.connection)
        .await?;
    Ok(())
}

/// Moves the cursor alone.
pub(super) async fn cursor(tx: &mut Tx, mailbox: &MailboxId, cursor: Cursor) -> Result<(), StoreError> {
    let (beginning, end) = (tx.beginning(), tx.end_along());
    sqlx::query(AssertSqlSafe([beginning, CURSOR_ALONE, end].concat()))
        .bind(&mailbox.inbox)
        .bind(&mailbox.mailbox)
        .bind(cursor.uid_validity)
        .bind(cursor.next_uid)
        .execute(&mut tx.connection)
        .await?;
    if !end.is_empty() {
        tx.was_ended(true);
    }
    Ok(())
}

//! What `history` and `status` read: every mail that was looked at, what became of it, and when each step was done.
//! Values only in their masked form.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use sqlx::SqliteConnection;

use super::outbox::time;
use super::writer::Tx;
use super::{OutboxState, StoreError};

/// Which rows of history. All conditions that are set must hold; rows come oldest first.
#[derive(Clone, Debug, Default)]
pub struct HistoryFilter {
    /// Committed at or after.
    pub since: Option<Timestamp>,
    pub inbox: Option<String>,
    /// As normalised by [`crate::extract::Identifier`].
    pub identifier: Option<String>,
    pub id: Option<i64>,
    /// Rows that are new or changed since the row with this [`HistoryRow::revision`]: how a follower goes on.
    /// Such rows come in the order of their revisions.
    pub after_revision: Option<i64>,
    /// At most this many: the newest, or the first ones after `after_revision`.
    pub limit: Option<u32>,
}

/// One mail that was looked at, or one replay. Times are UTC with microseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryRow {
    pub id: i64,
    /// Grows with every change of the row and its delivery.
    pub revision: i64,
    pub inbox: String,
    /// `None` for a replay, as `uid_validity` and `uid`.
    pub mailbox: Option<String>,
    pub uid_validity: Option<u32>,
    pub uid: Option<u32>,
    /// The row that was sent again on purpose.
    pub replay_of: Option<i64>,
    pub sender_domain: Option<String>,
    /// `found`, `nothing`, `ignored`, `refused`, `expired`, `duplicate`, `replayed`.
    pub outcome: String,
    pub rule: Option<String>,
    pub reason: Option<String>,
    /// `code`, `link`, `body`.
    pub kind: Option<String>,
    pub masked: Option<String>,
    pub identifier: Option<String>,
    pub task_id: Option<String>,
    pub workflow_id: Option<String>,
    pub workflow_run_id: Option<String>,
    pub arrived_at: Timestamp,
    pub seen_at: Option<Timestamp>,
    pub fetched_at: Option<Timestamp>,
    pub extracted_at: Option<Timestamp>,
    /// Just before the transaction was made durable.
    pub committed_at: Timestamp,
    pub delivery: Option<DeliveryRow>,
    /// What became of it where runs can ask for it.
    pub offer: Option<OfferRow>,
}

/// What became of a value that a run can ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfferRow {
    pub deadline: Timestamp,
    /// When the first run was given it.
    pub given_at: Option<Timestamp>,
    /// The run that was given it.
    pub task_id: Option<String>,
    pub workflow_run_id: Option<String>,
}

/// What became of a value that was to be delivered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeliveryRow {
    pub id: i64,
    /// `queued`, `delivered`, `rejected`, `expired`, `overtaken`.
    pub state: String,
    pub attempts: u32,
    pub deadline: Timestamp,
    /// Start of the last attempt.
    pub sent_at: Option<Timestamp>,
    /// When Skyvern accepted it, or it was given up.
    pub settled_at: Option<Timestamp>,
    /// Why the last attempt failed, or why it was given up.
    pub reason: Option<String>,
    /// Skyvern's `totp_code_id`.
    pub skyvern_row: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    revision: i64,
    inbox: String,
    mailbox: Option<String>,
    uid_validity: Option<u32>,
    uid: Option<u32>,
    replay_of: Option<i64>,
    sender_domain: Option<String>,
    outcome: String,
    rule: Option<String>,
    reason: Option<String>,
    kind: Option<String>,
    masked: Option<String>,
    identifier: Option<String>,
    task_id: Option<String>,
    workflow_id: Option<String>,
    workflow_run_id: Option<String>,
    arrived_at: i64,
    seen_at: Option<i64>,
    fetched_at: Option<i64>,
    extracted_at: Option<i64>,
    committed_at: i64,
    delivery: Option<i64>,
    state: Option<String>,
    attempts: Option<u32>,
    deadline: Option<i64>,
    sent_at: Option<i64>,
    settled_at: Option<i64>,
    delivery_reason: Option<String>,
    skyvern_row: Option<String>,
    offer_deadline: Option<i64>,
    given_at: Option<i64>,
    given_task: Option<String>,
    given_run: Option<String>,
}

impl TryFrom<Row> for HistoryRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let delivery = match (row.delivery, row.state, row.deadline) {
            (Some(id), Some(state), Some(deadline)) => Some(DeliveryRow {
                id,
                state,
                attempts: row.attempts.unwrap_or_default(),
                deadline: time(deadline)?,
                sent_at: row.sent_at.map(time).transpose()?,
                settled_at: row.settled_at.map(time).transpose()?,
                reason: row.delivery_reason,
                skyvern_row: row.skyvern_row,
            }),
            _ => None,
        };
        let offer = match row.offer_deadline {
            Some(deadline) => Some(OfferRow {
                deadline: time(deadline)?,
                given_at: row.given_at.map(time).transpose()?,
                task_id: row.given_task,
                workflow_run_id: row.given_run,
            }),
            None => None,
        };
        Ok(Self {
            id: row.id,
            revision: row.revision,
            inbox: row.inbox,
            mailbox: row.mailbox,
            uid_validity: row.uid_validity,
            uid: row.uid,
            replay_of: row.replay_of,
            sender_domain: row.sender_domain,
            outcome: row.outcome,
            rule: row.rule,
            reason: row.reason,
            kind: row.kind,
            masked: row.masked,
            identifier: row.identifier,
            task_id: row.task_id,
            workflow_id: row.workflow_id,
            workflow_run_id: row.workflow_run_id,
            arrived_at: time(row.arrived_at)?,
            seen_at: row.seen_at.map(time).transpose()?,
            fetched_at: row.fetched_at.map(time).transpose()?,
            extracted_at: row.extracted_at.map(time).transpose()?,
            committed_at: time(row.committed_at)?,
            delivery,
            offer,
        })
    }
}

/// The columns of [`Row`] under the conditions of a [`HistoryFilter`] (bound as ?1 to ?6).
macro_rules! select_history {
    ($order:literal) => {
        concat!(
            "SELECT h.id, h.revision, h.inbox, h.mailbox, h.uid_validity, h.uid, h.replay_of, h.sender_domain,
                h.outcome, h.rule, h.reason, h.kind, h.masked, h.identifier, h.task_id, h.workflow_id,
                h.workflow_run_id, h.arrived_at, h.seen_at, h.fetched_at, h.extracted_at, h.committed_at,
                d.id AS delivery, d.state, d.attempts, d.deadline, d.sent_at, d.settled_at,
                d.reason AS delivery_reason, d.skyvern_row,
                o.deadline AS offer_deadline, o.given_at, o.given_task, o.given_run
             FROM history h LEFT JOIN delivery d ON d.history = h.id LEFT JOIN offer o ON o.history = h.id
             WHERE (?1 IS NULL OR h.id = ?1) AND (?2 IS NULL OR h.committed_at >= ?2) AND (?3 IS NULL OR h.inbox = ?3)
                AND (?4 IS NULL OR h.identifier = ?4) AND ",
            $order,
            " LIMIT ?6"
        )
    };
}

pub(super) async fn history(
    connection: &mut SqliteConnection,
    filter: &HistoryFilter,
) -> Result<Vec<HistoryRow>, StoreError> {
    let sql = match filter.after_revision {
        Some(_) => select_history!("h.revision > ?5 ORDER BY h.revision"),
        None => select_history!("?5 IS NULL ORDER BY h.id DESC"),
    };
    let rows: Vec<Row> = sqlx::query_as(sql)
        .bind(filter.id)
        .bind(filter.since.map(Timestamp::as_microsecond))
        .bind(filter.inbox.as_deref())
        .bind(filter.identifier.as_deref())
        .bind(filter.after_revision)
        .bind(filter.limit.map_or(-1, i64::from))
        .fetch_all(connection)
        .await?;
    let mut rows = rows.into_iter().map(HistoryRow::try_from).collect::<Result<Vec<_>, _>>()?;
    if filter.after_revision.is_none() {
        rows.reverse();
    }
    Ok(rows)
}

pub(super) async fn outbox_state(connection: &mut SqliteConnection) -> Result<OutboxState, StoreError> {
    let (waiting, oldest): (i64, Option<i64>) =
        sqlx::query_as("SELECT count(*), min(arrived_at) FROM delivery WHERE state = 'queued'")
            .fetch_one(connection)
            .await?;
    Ok(OutboxState { waiting: u64::try_from(waiting).unwrap_or_default(), oldest: oldest.map(time).transpose()? })
}

/// Rows that one transaction of pruning deletes, so that no commit waits long behind it.
const PRUNE: i64 = 500;

/// Deletes some rows committed before `keep` ago, with their deliveries; never one that is still queued or can be asked for. Answers how
/// many; the caller goes on until none is left.
pub(super) async fn prune(tx: &mut Tx, keep: Duration) -> Result<u64, StoreError> {
    let keep = i64::try_from(keep.as_micros()).unwrap_or(i64::MAX);
    let before = Timestamp::now().as_microsecond().saturating_sub(keep);
    let done = sqlx::query(
        "DELETE FROM history WHERE id IN (
            SELECT h.id FROM history h LEFT JOIN delivery d ON d.history = h.id LEFT JOIN offer o ON o.history = h.id
            WHERE h.committed_at < ? AND d.state IS NOT 'queued' AND o.value IS NULL ORDER BY h.id LIMIT ?)",
    )
    .bind(before)
    .bind(PRUNE)
    .execute(&mut tx.connection)
    .await?;
    Ok(done.rows_affected())
}

//! The outbox's own writes: what was left over, each attempt, and what became of a delivery.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::bulk::{blocks, rows};
use super::writer::Tx;
use super::{Attempt, Delivery, Settled, StoreError};
use crate::extract::value::ValueError;
use crate::extract::{Code, Identifier, Link, MailText, Scope, Value};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    inbox: String,
    kind: String,
    value: String,
    identifier: String,
    task_id: Option<String>,
    workflow_id: Option<String>,
    workflow_run_id: Option<String>,
    arrived_at: i64,
    uid: u32,
    seen_at: Option<i64>,
    committed_at: i64,
    deadline: i64,
    attempts: u32,
    attempt_open: bool,
    overtaken: bool,
    fingerprint: Option<Vec<u8>>,
}

impl Row {
    fn delivery(self, now: Timestamp) -> Result<Delivery, StoreError> {
        let row = self;
        let value = value(&row.kind, &row.value);
        let unreadable = |what: &str| StoreError::Failed(format!("the {what} of delivery {} can't be read", row.id));
        Ok(Delivery {
            id: row.id,
            mark: mark(row.fingerprint.as_deref(), row.id),
            value: value.map_err(|_| unreadable("value"))?,
            identifier: Identifier::new(&row.identifier).map_err(|_| unreadable("identifier"))?,
            arrived_at: time(row.arrived_at)?,
            seen_at: row.seen_at.map(time).transpose()?,
            committed_at: time(row.committed_at)?,
            deadline: time(row.deadline)?,
            inbox: row.inbox,
            scope: Scope { task_id: row.task_id, workflow_id: row.workflow_id, workflow_run_id: row.workflow_run_id },
            uid: row.uid,
            attempts: row.attempts,
            uncertain_since: row.attempt_open.then_some(now),
            overtaken: row.overtaken,
        })
    }
}

/// Everything that is still queued, oldest first.
pub(super) async fn unfinished(tx: &mut Tx) -> Result<Vec<Delivery>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, inbox, kind, waiting.value, identifier, task_id, workflow_id, workflow_run_id, arrived_at, uid,
            seen_at,
            (SELECT committed_at FROM history WHERE history.id = delivery.history) AS committed_at,
            (SELECT fingerprint FROM history WHERE history.id = delivery.history) AS fingerprint,
            deadline, attempts, attempt_open,
            EXISTS (SELECT 1 FROM delivery later
                WHERE later.state = 'delivered' AND later.identifier = delivery.identifier
                    AND later.kind = delivery.kind AND later.arrived_at >= delivery.arrived_at
                    AND (later.arrived_at > delivery.arrived_at OR later.uid > delivery.uid)
                    AND later.task_id IS delivery.task_id AND later.workflow_id IS delivery.workflow_id
                    AND later.workflow_run_id IS delivery.workflow_run_id) AS overtaken
         FROM delivery JOIN waiting ON waiting.delivery = delivery.id
         WHERE state = 'queued' ORDER BY arrived_at, uid, id",
    )
    .fetch_all(&mut tx.connection)
    .await?;
    let now = Timestamp::now();
    rows.into_iter().map(|row| row.delivery(now)).collect()
}

/// Writes an attempt down: before it is made, or after it failed.
pub(super) async fn note(tx: &mut Tx, id: i64, attempt: Attempt) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE delivery SET attempts = ?, attempt_open = ?, sent_at = ?, reason = ? WHERE id = ? AND state = 'queued'",
    )
    .bind(attempt.attempts)
    .bind(attempt.open)
    .bind(attempt.sent_at.map(Timestamp::as_microsecond))
    .bind(attempt.reason)
    .bind(id)
    .execute(&mut tx.connection)
    .await?;
    touch(tx, id).await
}

/// What became of a delivery, to be written down.
pub(super) struct Settling {
    pub(super) delivery: i64,
    pub(super) settled: Settled,
}

/// Writes down what became of deliveries and erases their values, many in one question to SQLite's thread. Answers each in
/// its order.
pub(super) async fn settle(tx: &mut Tx, settlings: &[Settling]) -> Result<Vec<Result<(), StoreError>>, StoreError> {
    let mut results = Vec::with_capacity(settlings.len());
    let mut blocks = blocks(settlings).peekable();
    while let Some(block) = blocks.next() {
        let (beginning, end) = (tx.beginning(), if blocks.peek().is_none() { tx.end_along() } else { "" });
        let sql = [beginning, &settlement(block.len()), end].concat();
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
        for Settling { delivery, .. } in block.iter().chain(block) {
            query = query.bind(delivery);
        }
        for Settling { delivery, .. } in block {
            query = query.bind(delivery).bind(tx.next_revision());
        }
        for Settling { delivery, settled } in block {
            query = query
                .bind(delivery)
                .bind(settled.outcome.as_str())
                .bind(settled.attempts)
                .bind(settled.sent_at.map(Timestamp::as_microsecond))
                .bind(settled.at.as_microsecond())
                .bind(settled.reason.as_deref())
                .bind(settled.skyvern_row.as_deref());
        }
        // All of it: who asks for one row leaves what follows undone.
        let told: Vec<String> = query.fetch_all(&mut tx.connection).await?;
        if !end.is_empty() {
            tx.was_ended(true);
        }
        let mut ended = HashSet::with_capacity(block.len());
        for told in told {
            let queued: Vec<(i64, String, i64)> =
                serde_json::from_str(&told).map_err(|error| StoreError::Failed(error.to_string()))?;
            for (delivery, inbox, bytes) in queued {
                tx.backlog.remove(inbox, bytes);
                tx.secret = true;
                ended.insert(delivery);
            }
        }
        results.extend(block.iter().map(|Settling { delivery, .. }| {
            if !ended.contains(delivery) && tx.ahead.is_handed(*delivery) {
                return Err(StoreError::Failed(format!("delivery {delivery} is not in the outbox yet")));
            }
            Ok(())
        }));
    }
    Ok(results)
}

/// What is asked to settle so many.
pub(super) fn settlement(count: usize) -> String {
    let numbers = rows(count, 1);
    format!(
        "SELECT json_group_array(json_array(delivery.id, inbox, octet_length(value)))
         FROM delivery JOIN waiting ON waiting.delivery = delivery.id
         WHERE delivery.id IN (VALUES {numbers}) AND state = 'queued';
         DELETE FROM waiting WHERE delivery IN (VALUES {numbers});
         WITH told (id, revision) AS (VALUES {})
         UPDATE history SET revision = told.revision FROM told
         WHERE history.id = (SELECT history FROM delivery WHERE delivery.id = told.id AND state = 'queued');
         WITH told (id, state, attempts, sent_at, settled_at, reason, skyvern_row) AS (VALUES {})
         UPDATE delivery SET state = told.state, attempt_open = 0, attempts = told.attempts, sent_at = told.sent_at,
            settled_at = told.settled_at, reason = told.reason, skyvern_row = told.skyvern_row
         FROM told WHERE delivery.id = told.id AND delivery.state = 'queued';",
        rows(count, 2),
        rows(count, 7),
    )
}

/// Where nothing waits, takes away what SQLite left behind of values that did, when it moved them from one page to another:
/// a table that is emptied as a whole is overwritten as a whole (`PRAGMA secure_delete`).
pub(super) async fn shred(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let is_empty: bool =
        sqlx::query_scalar("SELECT NOT EXISTS (SELECT 1 FROM waiting)").fetch_one(&mut *connection).await?;
    if is_empty {
        sqlx::query("DELETE FROM waiting").execute(connection).await?;
    }
    Ok(())
}

async fn touch(tx: &mut Tx, delivery: i64) -> Result<(), StoreError> {
    let revision = tx.next_revision();
    sqlx::query("UPDATE history SET revision = ? WHERE id = (SELECT history FROM delivery WHERE id = ?)")
        .bind(revision)
        .bind(delivery)
        .execute(&mut tx.connection)
        .await?;
    Ok(())
}

/// [`Delivery::mark`]: from the mail, so that it is found again; of a replay, which has none, from its own number.
pub(super) fn mark(fingerprint: Option<&[u8]>, id: i64) -> u32 {
    let number = match fingerprint.and_then(|bytes| bytes.first_chunk()) {
        Some(first) => u64::from_be_bytes(*first),
        None => id.unsigned_abs(),
    };
    u32::try_from(number % 1_000_000).unwrap_or_default()
}

/// Reads a stored value.
pub(super) fn value(kind: &str, text: &str) -> Result<Value, ValueError> {
    match kind {
        "code" => Code::new(text).map(Value::Code),
        "link" => Link::new(text).map(Value::Link),
        _ => MailText::new(text).map(Value::Body),
    }
}

/// Reads a stored time.
pub(super) fn time(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|_| StoreError::Failed(format!("the stored time {microseconds} can't be read")))
}

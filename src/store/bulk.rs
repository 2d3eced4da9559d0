//! Several rows in one question to SQLite's own thread, which costs more than what it is asked for.
//!
//! As parameters, not as JSON: SQLite reads an object again for each of its fields. A prepared statement is kept by its
//! text, so there are few texts: rows go along in blocks of 1, 2, 4 and so on.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, Row as _};

use super::insert::{CURSOR_ALONE, Entry, Query, Row, told};
use super::writer::Tx;
use super::{Cursor, MailboxId, StoreError};

/// Rows of a block at most.
const LARGEST: usize = 32;

/// Parts `items` into blocks of few different sizes.
pub(super) fn blocks<T>(items: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = items;
    std::iter::from_fn(move || {
        let size = 1 << rest.len().min(LARGEST).checked_ilog2()?;
        let (block, later) = rest.split_at(size);
        rest = later;
        Some(block)
    })
}

/// `(?, ?), (?, ?)`: so many rows of so many parameters. (Without numbers: SQLite looks for each number among all.)
pub(super) fn rows(count: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    vec![row; count].join(", ")
}

/// Columns of history.
const COLUMNS: &str =
    "revision, uid, fingerprint, arrived_at, seen_at, fetched_at, extracted_at, committed_at, sender_domain,
    outcome, rule, reason, kind, masked, identifier, task_id, workflow_id, workflow_run_id";
const COLUMN_COUNT: usize = 18;

/// Writes `entries`, all of one mailbox and all new to history, and moves its cursor. Answers those deliveries of which a
/// value of their kind that arrived later was accepted already.
pub(super) async fn insert(
    tx: &mut Tx,
    mailbox: &MailboxId,
    cursor: Cursor,
    entries: &[Entry<'_>],
) -> Result<HashSet<i64>, StoreError> {
    let mut overtaken = HashSet::new();
    let mut blocks = blocks(entries).peekable();
    while let Some(block) = blocks.next() {
        let (beginning, end) = (tx.beginning(), if blocks.peek().is_none() { tx.end_along() } else { "" });
        let asked = sql(block.len(), has_offers(block), has_deliveries(block));
        let sql = [beginning, &asked, CURSOR_ALONE, end].concat();
        let query = sqlx::query(AssertSqlSafe(sql));
        let query = bound(query, tx, mailbox, cursor, block);
        let answers = query.fetch_all(&mut tx.connection).await?;
        if !end.is_empty() {
            tx.was_ended(true);
        }
        for answer in answers {
            let numbers = serde_json::from_str::<Vec<i64>>(answer.try_get(0)?);
            overtaken.extend(numbers.map_err(|error| StoreError::Failed(error.to_string()))?);
        }
        tx.secret |= has_offers(block) || has_deliveries(block);
    }
    Ok(overtaken)
}

fn has_offers(block: &[Entry<'_>]) -> bool {
    block.iter().any(|entry| entry.ways.offer())
}

fn has_deliveries(block: &[Entry<'_>]) -> bool {
    block.iter().any(|entry| entry.delivery.is_some())
}

/// The row of history of a row of `new (uid, …)`.
macro_rules! its_history {
    () => {
        "CROSS JOIN history ON history.inbox = ? AND mailbox = ? AND uid_validity = ? AND history.uid = new.uid"
    };
}

/// What is asked for a block of so many, before the cursor.
pub(super) fn sql(count: usize, has_offers: bool, has_deliveries: bool) -> String {
    let mut sql = format!(
        "WITH new ({COLUMNS}) AS (VALUES {})
         INSERT INTO history (inbox, mailbox, uid_validity, {COLUMNS}) SELECT ?, ?, ?, {COLUMNS} FROM new;",
        rows(count, COLUMN_COUNT)
    );
    if has_offers {
        sql += &format!(
            "WITH new (uid, is_offered, value, deadline) AS (VALUES {})
             INSERT INTO offer (history, inbox, kind, value, identifier, task_id, workflow_run_id, arrived_at, uid,
                seen_at, deadline)
             SELECT history.id, inbox, kind, value, identifier, task_id, workflow_run_id, arrived_at, history.uid,
                seen_at, deadline
             FROM new {} WHERE is_offered;",
            rows(count, 4),
            its_history!(),
        );
    }
    if has_deliveries {
        // With their first attempts already written down, as one alone. Answered in one row: each wakes who waits for it.
        sql += &format!(
            "WITH new (uid, delivery, deadline) AS (VALUES {})
             INSERT INTO delivery (id, history, inbox, kind, identifier, task_id, workflow_id, workflow_run_id,
                arrived_at, uid, seen_at, deadline, state, attempt_open)
             SELECT delivery, history.id, inbox, kind, identifier, task_id, workflow_id, workflow_run_id, arrived_at,
                history.uid, seen_at, deadline, 'queued', 1
             FROM new {} WHERE delivery IS NOT NULL;
             WITH new (delivery, value) AS (VALUES {})
             INSERT INTO waiting (delivery, value) SELECT delivery, value FROM new WHERE delivery IS NOT NULL;
             WITH new (delivery) AS (VALUES {})
             SELECT json_group_array(own.id) FROM new CROSS JOIN delivery AS own ON own.id = new.delivery
             WHERE EXISTS (SELECT 1 FROM delivery AS later
                WHERE later.state = 'delivered' AND later.identifier = own.identifier AND later.kind = own.kind
                    AND later.arrived_at >= own.arrived_at
                    AND (later.arrived_at > own.arrived_at OR later.uid > own.uid)
                    AND later.task_id IS own.task_id AND later.workflow_id IS own.workflow_id
                    AND later.workflow_run_id IS own.workflow_run_id);",
            rows(count, 3),
            its_history!(),
            rows(count, 2),
            rows(count, 1),
        );
    }
    sql
}

/// The parameters of [`sql`] and of the cursor, in their order.
fn bound<'q>(
    query: Query<'q>,
    tx: &mut Tx,
    mailbox: &'q MailboxId,
    cursor: Cursor,
    block: &'q [Entry<'q>],
) -> Query<'q> {
    let watched = |query: Query<'q>| query.bind(&mailbox.inbox).bind(&mailbox.mailbox).bind(cursor.uid_validity);
    let uid = |row: &Row<'_>| row.mailbox.map(|(.., uid)| uid);
    let deadline = |row: &Row<'_>| row.new.map(|new| new.deadline.as_microsecond());
    let value = |row: &Row<'q>| row.new.map(|new| new.value.expose());
    let mut query = query;
    for Entry { row, .. } in block {
        let fingerprint = row.sighting.map(|sighting| sighting.fingerprint.0.as_slice());
        query = told(query.bind(tx.next_revision()).bind(uid(row)).bind(fingerprint), row);
    }
    query = watched(query);
    if has_offers(block) {
        for Entry { row, ways, .. } in block {
            query = query.bind(uid(row)).bind(ways.offer()).bind(value(row)).bind(deadline(row));
        }
        query = watched(query);
    }
    if has_deliveries(block) {
        for Entry { row, delivery, .. } in block {
            query = query.bind(uid(row)).bind(delivery).bind(deadline(row));
        }
        query = watched(query);
        for Entry { row, delivery, .. } in block {
            query = query.bind(delivery).bind(value(row));
        }
        for Entry { delivery, .. } in block {
            query = query.bind(delivery);
        }
    }
    watched(query).bind(cursor.next_uid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_of_few_sizes_and_hold_everything_in_its_order() {
        let items: Vec<u32> = (0..107).collect();
        for count in 0..items.len() {
            let sizes: Vec<usize> = blocks(&items[..count]).map(<[u32]>::len).collect();
            assert!(sizes.iter().all(|size| size.is_power_of_two() && *size <= LARGEST), "{sizes:?}");
            assert_eq!(blocks(&items[..count]).flatten().copied().collect::<Vec<_>>(), items[..count]);
        }
        assert_eq!(blocks(&items).map(<[u32]>::len).collect::<Vec<_>>(), [32, 32, 32, 8, 2, 1]);
    }

    #[test]
    fn rows_have_a_parameter_for_each_column() {
        assert_eq!(rows(2, 3), "(?, ?, ?), (?, ?, ?)");
        assert_eq!(rows(1, 1), "(?)");
    }
}

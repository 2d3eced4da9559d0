//! What a sighting becomes: a row of history, and, if it is to be delivered, is not known yet and is still in time, an
//! entry of the outbox, something to be asked for, or both.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::insert::{self, Entry, Place, Row, Ways, insert};
use super::outbox::mark;
use super::writer::Tx;
use super::{Cursor, Delivery, Finding, MailboxId, NewDelivery, Origin, Recorded, Sighting, StoreError};

/// Where watching goes on.
pub(super) async fn cursor(tx: &mut Tx, mailbox: &MailboxId) -> Result<Option<Cursor>, StoreError> {
    let row: Option<(u32, u32)> =
        sqlx::query_as("SELECT uid_validity, next_uid FROM mailbox WHERE inbox = ? AND mailbox = ?")
            .bind(&mailbox.inbox)
            .bind(&mailbox.mailbox)
            .fetch_optional(&mut tx.connection)
            .await?;
    Ok(row.map(|(uid_validity, next_uid)| Cursor { uid_validity, next_uid }))
}

/// History, outbox and cursor of one look into a mailbox.
pub(super) async fn commit(
    tx: &mut Tx,
    mailbox: MailboxId,
    cursor: Cursor,
    sightings: Vec<Sighting>,
) -> Result<Vec<Recorded>, StoreError> {
    let mut recorded = Vec::with_capacity(sightings.len());
    if sightings.len() != 1 {
        tx.begin().await?;
    }
    let mut is_moved = false;
    let last = sightings.len().saturating_sub(1);
    for (at, sighting) in sightings.into_iter().enumerate() {
        let moved = (at == last).then_some((&mailbox, cursor));
        let outcome = record(tx, &mailbox, cursor.uid_validity, sighting, moved).await?;
        is_moved |= at == last && outcome.is_some();
        recorded.push(outcome.unwrap_or(Recorded::Duplicate));
    }
    if !is_moved {
        insert::cursor(tx, &mailbox, cursor).await?;
    }
    Ok(recorded)
}

/// What history knows of a mail before it is recorded.
#[derive(sqlx::FromRow)]
struct Known {
    /// The very same message: mailbox, UIDVALIDITY and UID.
    same: bool,
    /// The same mail elsewhere in this inbox, or delivered for another one.
    twin: Option<i64>,
    /// A value that arrived later was accepted already.
    overtaken: bool,
}

/// `None`: the very same message was recorded before, and nothing was written; else the cursor has moved along.
async fn record(
    tx: &mut Tx,
    mailbox: &MailboxId,
    uid_validity: u32,
    sighting: Sighting,
    cursor: Option<(&MailboxId, Cursor)>,
) -> Result<Option<Recorded>, StoreError> {
    let new = match &sighting.finding {
        Finding::Deliver(new) => Some(new),
        _ => None,
    };
    let known = look_up(tx, mailbox, uid_validity, &sighting, new).await?;
    if known.same {
        return Ok(None);
    }
    let now = Timestamp::now();
    let mut row = Row {
        mailbox: Some((&mailbox.mailbox, uid_validity, sighting.uid)),
        sighting: Some(&sighting),
        new,
        ..Row::new("found", &mailbox.inbox, sighting.arrived_at, now)
    };
    match &sighting.finding {
        Finding::Deliver(new) => {
            row.rule = new.rule.as_deref();
            if new.deadline <= now {
                row.outcome = "expired";
                row.reason = Some(format!("its deadline passed {} before it was seen", ago(new.deadline, now)));
            }
        }
        Finding::Nothing { reason } => {
            row.outcome = "nothing";
            row.reason = Some(reason.clone());
        }
        Finding::Ignored { rule } => {
            row.outcome = "ignored";
            row.rule = Some(rule);
        }
        Finding::Refused { rule, reason } => {
            row.outcome = "refused";
            row.rule = rule.as_deref();
            row.reason = Some(reason.clone());
        }
    }
    if let Some(twin) = known.twin {
        row.outcome = "duplicate";
        row.reason = Some(format!("the same mail is in history as {twin}"));
    }
    let outcome = row.outcome;
    let ways = match new {
        Some(new) if outcome == "found" => Ways::of(new),
        _ => Ways::None,
    };
    if let Some(new) = new.filter(|_| ways.push()) {
        tx.backlog.add(&mailbox.inbox, new.value.expose().len())?;
    }
    let id = insert(tx, Entry { row, ways, cursor }).await?;
    let doubt = tx.doubt.and_then(|doubt| doubt.since(&sighting));
    Ok(Some(match (outcome, sighting.finding) {
        ("found", Finding::Deliver(new)) => {
            if ways.offer() {
                tx.offered.push(new.identifier.clone());
            }
            if !ways.push() {
                return Ok(Some(Recorded::Offered));
            }
            let place = Place { uid: sighting.uid, arrived_at: sighting.arrived_at, seen_at: Some(sighting.seen_at) };
            let mark = mark(Some(&sighting.fingerprint.0), id);
            let delivery = queued(id, mark, &mailbox.inbox, place, new);
            tx.fresh.push(Delivery { overtaken: known.overtaken, uncertain_since: doubt, ..delivery });
            Recorded::Delivering { delivery: id }
        }
        ("expired", _) => Recorded::Expired,
        ("duplicate", _) => Recorded::Duplicate,
        _ => Recorded::Noted,
    }))
}

async fn look_up(
    tx: &mut Tx,
    mailbox: &MailboxId,
    uid_validity: u32,
    sighting: &Sighting,
    new: Option<&NewDelivery>,
) -> Result<Known, StoreError> {
    let scope = new.map(|new| &new.scope);
    // Values are erased, so across inboxes the same mail for the same identifier counts as the same value when the
    // masked forms agree.
    const QUESTION: &str = "SELECT
            EXISTS (SELECT 1 FROM history
                WHERE inbox = ?1 AND mailbox = ?2 AND uid_validity = ?3 AND uid = ?4) AS same,
            (SELECT min(id) FROM history
                WHERE fingerprint = ?5 AND (inbox = ?1 OR (outcome = 'found' AND identifier = ?6 AND task_id IS ?7
                    AND workflow_id IS ?8 AND workflow_run_id IS ?9 AND kind = ?10 AND masked = ?11))) AS twin,
            EXISTS (SELECT 1 FROM delivery
                WHERE state = 'delivered' AND identifier = ?6 AND kind = ?10 AND arrived_at >= ?12
                    AND (arrived_at > ?12 OR uid > ?4)
                    AND task_id IS ?7 AND workflow_id IS ?8 AND workflow_run_id IS ?9) AS overtaken";
    let sql = [tx.beginning(), QUESTION].concat();
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(&mailbox.inbox)
        .bind(&mailbox.mailbox)
        .bind(uid_validity)
        .bind(sighting.uid)
        .bind(sighting.fingerprint.0.as_slice())
        .bind(new.map(|new| new.identifier.as_str()))
        .bind(scope.and_then(|scope| scope.task_id.as_deref()))
        .bind(scope.and_then(|scope| scope.workflow_id.as_deref()))
        .bind(scope.and_then(|scope| scope.workflow_run_id.as_deref()))
        .bind(new.map(|new| new.value.kind()))
        .bind(new.map(|new| new.value.masked()))
        .bind(sighting.arrived_at.as_microsecond())
        .fetch_one(&mut tx.connection)
        .await?)
}

/// A value that no new mail asks for: a replay. Answers its row of history.
pub(super) async fn enqueue(tx: &mut Tx, new: NewDelivery, origin: Origin) -> Result<i64, StoreError> {
    let now = Timestamp::now();
    let row = Row {
        rule: new.rule.as_deref(),
        reason: origin.note,
        replay_of: origin.replay_of,
        new: Some(&new),
        ..Row::new("replayed", &origin.inbox, now, now)
    };
    let ways = Ways::of(&new);
    if ways.push() {
        tx.backlog.add(&origin.inbox, new.value.expose().len())?;
    }
    let id = insert(tx, Entry { row, ways, cursor: None }).await?;
    if ways.offer() {
        tx.offered.push(new.identifier.clone());
    }
    if ways.push() {
        let place = Place { uid: 0, arrived_at: now, seen_at: None };
        tx.fresh.push(queued(id, mark(None, id), &origin.inbox, place, new));
    }
    let (history,): (i64,) = sqlx::query_as("SELECT max(id) FROM history").fetch_one(&mut tx.connection).await?;
    Ok(history)
}

/// A new entry of the outbox.
fn queued(id: i64, mark: u32, inbox: &str, place: Place, new: NewDelivery) -> Delivery {
    Delivery {
        id,
        mark,
        inbox: inbox.to_owned(),
        value: new.value,
        identifier: new.identifier,
        scope: new.scope,
        arrived_at: place.arrived_at,
        uid: place.uid,
        seen_at: place.seen_at,
        committed_at: Timestamp::now(),
        deadline: new.deadline,
        attempts: 0,
        uncertain_since: None,
        overtaken: false,
    }
}

/// `deadline` to `now` in whole seconds, for a person.
fn ago(deadline: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(deadline.as_second());
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

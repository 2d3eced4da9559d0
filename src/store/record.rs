//! What a sighting becomes: a row of history, and, if it is to be delivered, is not known yet and is still in time, an
//! entry of the outbox, something to be asked for, or both.

use jiff::Timestamp;

use super::lease;
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
    for sighting in sightings {
        recorded.push(record(tx, &mailbox, cursor.uid_validity, sighting).await?);
    }
    sqlx::query(
        "INSERT INTO mailbox (inbox, mailbox, uid_validity, next_uid) VALUES (?, ?, ?, ?)
         ON CONFLICT (inbox, mailbox) DO UPDATE SET uid_validity = excluded.uid_validity, next_uid = excluded.next_uid",
    )
    .bind(&mailbox.inbox)
    .bind(&mailbox.mailbox)
    .bind(cursor.uid_validity)
    .bind(cursor.next_uid)
    .execute(&mut tx.connection)
    .await?;
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

async fn record(
    tx: &mut Tx,
    mailbox: &MailboxId,
    uid_validity: u32,
    sighting: Sighting,
) -> Result<Recorded, StoreError> {
    let new = match &sighting.finding {
        Finding::Deliver(new) => Some(new),
        _ => None,
    };
    let known = look_up(tx, mailbox, uid_validity, &sighting, new).await?;
    if known.same {
        return Ok(Recorded::Duplicate);
    }
    let now = Timestamp::now();
    let mut row = Row::default();
    match &sighting.finding {
        Finding::Deliver(new) => {
            row.outcome = "found";
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
    row.mailbox = Some((&mailbox.mailbox, uid_validity, sighting.uid));
    row.sighting = Some(&sighting);
    let history = insert_history(tx, &mailbox.inbox, sighting.arrived_at, now, new, row.clone()).await?;
    let doubt = tx.doubt.and_then(|doubt| doubt.since(&sighting));
    match (row.outcome, sighting.finding) {
        ("found", Finding::Deliver(new)) => {
            let place = Place { uid: sighting.uid, arrived_at: sighting.arrived_at, seen_at: Some(sighting.seen_at) };
            if new.deliver.offers() {
                lease::offer(tx, history, &mailbox.inbox, place, &new).await?;
            }
            if !new.deliver.pushes() {
                return Ok(Recorded::Offered);
            }
            tx.backlog.add(&mailbox.inbox, new.value.expose().len())?;
            let delivery = insert_delivery(tx, history, &mailbox.inbox, place, new).await?;
            delivery.mark = mark(Some(&sighting.fingerprint.0), delivery.id);
            delivery.overtaken = known.overtaken;
            delivery.uncertain_since = doubt;
            let delivery = delivery.id;
            Ok(Recorded::Delivering { delivery })
        }
        ("expired", _) => Ok(Recorded::Expired),
        ("duplicate", _) => Ok(Recorded::Duplicate),
        _ => Ok(Recorded::Noted),
    }
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
    Ok(sqlx::query_as(
        "SELECT
            EXISTS (SELECT 1 FROM history
                WHERE inbox = ?1 AND mailbox = ?2 AND uid_validity = ?3 AND uid = ?4) AS same,
            (SELECT min(id) FROM history
                WHERE fingerprint = ?5 AND (inbox = ?1 OR (outcome = 'found' AND identifier = ?6 AND task_id IS ?7
                    AND workflow_id IS ?8 AND workflow_run_id IS ?9 AND kind = ?10 AND masked = ?11))) AS twin,
            EXISTS (SELECT 1 FROM delivery
                WHERE state = 'delivered' AND identifier = ?6 AND kind = ?10 AND arrived_at >= ?12
                    AND (arrived_at > ?12 OR uid > ?4)
                    AND task_id IS ?7 AND workflow_id IS ?8 AND workflow_run_id IS ?9) AS overtaken",
    )
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
        outcome: "replayed",
        rule: new.rule.as_deref(),
        reason: origin.note,
        replay_of: origin.replay_of,
        ..Row::default()
    };
    let history = insert_history(tx, &origin.inbox, now, now, Some(&new), row).await?;
    let place = Place { uid: 0, arrived_at: now, seen_at: None };
    if new.deliver.offers() {
        lease::offer(tx, history, &origin.inbox, place, &new).await?;
    }
    if new.deliver.pushes() {
        tx.backlog.add(&origin.inbox, new.value.expose().len())?;
        insert_delivery(tx, history, &origin.inbox, place, new).await?;
    }
    Ok(history)
}

/// What differs between the kinds of history rows.
#[derive(Clone, Default)]
struct Row<'a> {
    outcome: &'static str,
    rule: Option<&'a str>,
    reason: Option<String>,
    replay_of: Option<i64>,
    mailbox: Option<(&'a str, u32, u32)>,
    sighting: Option<&'a Sighting>,
}

async fn insert_history(
    tx: &mut Tx,
    inbox: &str,
    arrived_at: Timestamp,
    now: Timestamp,
    new: Option<&NewDelivery>,
    row: Row<'_>,
) -> Result<i64, StoreError> {
    let revision = tx.next_revision();
    let done = sqlx::query(
        "INSERT INTO history (revision, inbox, mailbox, uid_validity, uid, fingerprint, replay_of, arrived_at, seen_at,
            fetched_at, extracted_at, committed_at, sender_domain, outcome, rule, reason, kind, masked, identifier,
            task_id, workflow_id, workflow_run_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(revision)
    .bind(inbox)
    .bind(row.mailbox.map(|(mailbox, ..)| mailbox))
    .bind(row.mailbox.map(|(_, uid_validity, _)| uid_validity))
    .bind(row.mailbox.map(|(.., uid)| uid))
    .bind(row.sighting.map(|s| s.fingerprint.0.as_slice()))
    .bind(row.replay_of)
    .bind(arrived_at.as_microsecond())
    .bind(row.sighting.map(|s| s.seen_at.as_microsecond()))
    .bind(row.sighting.map(|s| s.fetched_at.as_microsecond()))
    .bind(row.sighting.map(|s| s.extracted_at.as_microsecond()))
    .bind(now.as_microsecond())
    .bind(row.sighting.and_then(|s| s.sender_domain.as_deref()))
    .bind(row.outcome)
    .bind(row.rule)
    .bind(row.reason)
    .bind(new.map(|new| new.value.kind()))
    .bind(new.map(|new| new.value.masked()))
    .bind(new.map(|new| new.identifier.as_str()))
    .bind(new.and_then(|new| new.scope.task_id.as_deref()))
    .bind(new.and_then(|new| new.scope.workflow_id.as_deref()))
    .bind(new.and_then(|new| new.scope.workflow_run_id.as_deref()))
    .execute(&mut tx.connection)
    .await?;
    Ok(done.last_insert_rowid())
}

/// A value's place among others of its identifier.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) uid: u32,
    pub(super) arrived_at: Timestamp,
    pub(super) seen_at: Option<Timestamp>,
}

/// Puts `new` into the outbox with its first attempt already written down, so that one commit lies between a mail and
/// its request. A process that finds the row at its start can't know whether the request was made.
async fn insert_delivery<'t>(
    tx: &'t mut Tx,
    history: i64,
    inbox: &str,
    place: Place,
    new: NewDelivery,
) -> Result<&'t mut Delivery, StoreError> {
    let done = sqlx::query(
        "INSERT INTO delivery (history, inbox, kind, value, identifier, task_id, workflow_id, workflow_run_id,
            arrived_at, uid, seen_at, deadline, state, attempt_open)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 1)",
    )
    .bind(history)
    .bind(inbox)
    .bind(new.value.kind())
    .bind(new.value.expose())
    .bind(new.identifier.as_str())
    .bind(new.scope.task_id.as_deref())
    .bind(new.scope.workflow_id.as_deref())
    .bind(new.scope.workflow_run_id.as_deref())
    .bind(place.arrived_at.as_microsecond())
    .bind(place.uid)
    .bind(place.seen_at.map(Timestamp::as_microsecond))
    .bind(new.deadline.as_microsecond())
    .execute(&mut tx.connection)
    .await?;
    let id = done.last_insert_rowid();
    tx.secret = true;
    let delivery = Delivery {
        id,
        mark: mark(None, id),
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
    };
    let at = tx.fresh.len();
    tx.fresh.push(delivery);
    Ok(&mut tx.fresh[at])
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

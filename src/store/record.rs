//! What a sighting becomes: a row of history, and, if it is to be delivered, is not known yet and is still in time, an
//! entry of the outbox, something to be asked for, or both.

use jiff::Timestamp;

use super::ahead::Departure;
use super::bulk;
use super::insert::{self, Entry, Inserted, Place, Row, Ways, insert, insert_new};
use super::intent::{About, Intent};
use super::outbox::mark;
use super::writer::Tx;
use super::{Cursor, Delivery, Finding, MailboxId, NewDelivery, Origin, Recorded, Sighting, StoreError};
use crate::mail::Fingerprint;

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
    departure: Departure,
) -> Result<Vec<Recorded>, StoreError> {
    let Departure { intent, flight, number, is_new } = departure;
    tx.flights.extend(flight);
    let is_in_order = tx.is_in_order(number);
    if is_new && is_in_order && sightings.len() > 1 {
        return record_new(tx, &mailbox, cursor, sightings).await;
    }
    let mut recorded = Vec::with_capacity(sightings.len());
    let mut is_moved = false;
    let last = sightings.len().saturating_sub(1);
    for (at, sighting) in sightings.into_iter().enumerate() {
        let moved = (at == last).then_some((&mailbox, cursor));
        let outcome = record(tx, &mailbox, cursor.uid_validity, sighting, moved, intent).await?;
        is_moved |= at == last && outcome.is_some();
        recorded.push(outcome.unwrap_or(Recorded::Duplicate));
    }
    if !is_moved {
        insert::cursor(tx, &mailbox, cursor).await?;
    }
    Ok(recorded)
}

/// `None`: the very same message was recorded before, and nothing was written; else the cursor has moved along.
async fn record(
    tx: &mut Tx,
    mailbox: &MailboxId,
    uid_validity: u32,
    sighting: Sighting,
    cursor: Option<(&MailboxId, Cursor)>,
    gone: Option<Intent>,
) -> Result<Option<Recorded>, StoreError> {
    // One of a process that ended, or of a commit that failed, may have had its value sent as well.
    let intent = gone.or_else(|| About::of(mailbox, &sighting).and_then(|about| tx.ahead.intent(&about)));
    tx.closing.extend(intent);
    let now = intent.map_or_else(Timestamp::now, |intent| intent.at);
    let row = row(mailbox, uid_validity, &sighting, now);
    let ways = ways(&row);
    let before = tx.backlog.mark();
    if let Some(new) = row.new.filter(|_| ways.push()) {
        tx.backlog.add(&mailbox.inbox, new.value.expose().len())?;
    }
    let mut entry = Entry { row, ways, delivery: number(tx, ways, intent), cursor };
    let Some(inserted) = insert_new(tx, &entry).await? else {
        tx.backlog.back(before);
        let known = insert::known(tx, &entry.row).await?;
        if known.same {
            return Ok(None);
        }
        entry.ways = Ways::None;
        entry.row.outcome = "duplicate";
        entry.row.reason = known.twin.map(|twin| format!("the same mail is in history as {twin}"));
        insert(tx, &entry).await?;
        return Ok(Some(Recorded::Duplicate));
    };
    let written = Written {
        ways,
        delivery: inserted.delivery,
        is_overtaken: inserted.overtaken,
        now,
        intent: intent.map(|intent| intent.at),
        is_handed: gone.is_some(),
    };
    Ok(Some(recorded(tx, mailbox, sighting, written)))
}

/// The same of several mails that history does not know, all at once.
async fn record_new(
    tx: &mut Tx,
    mailbox: &MailboxId,
    cursor: Cursor,
    sightings: Vec<Sighting>,
) -> Result<Vec<Recorded>, StoreError> {
    let now = Timestamp::now();
    let mut entries = Vec::with_capacity(sightings.len());
    for sighting in &sightings {
        let row = row(mailbox, cursor.uid_validity, sighting, now);
        let ways = ways(&row);
        if let Some(new) = row.new.filter(|_| ways.push()) {
            tx.backlog.add(&mailbox.inbox, new.value.expose().len())?;
        }
        entries.push(Entry { row, ways, delivery: number(tx, ways, None), cursor: None });
    }
    let overtaken = bulk::insert(tx, mailbox, cursor, &entries).await?;
    let written = entries.into_iter().map(|Entry { ways, delivery, .. }| {
        let is_overtaken = delivery.is_some_and(|delivery| overtaken.contains(&delivery));
        Written { ways, delivery, is_overtaken, now, intent: None, is_handed: false }
    });
    let written: Vec<Written> = written.collect();
    Ok(sightings.into_iter().zip(written).map(|(sighting, written)| recorded(tx, mailbox, sighting, written)).collect())
}

/// How a mail was written down.
struct Written {
    ways: Ways,
    delivery: Option<i64>,
    /// A value of its kind that arrived later was accepted already.
    is_overtaken: bool,
    now: Timestamp,
    /// When it may have been handed out before.
    intent: Option<Timestamp>,
    /// It was, by this process.
    is_handed: bool,
}

/// What became of a mail that was written down; what waits because of it goes out with the transaction.
fn recorded(tx: &mut Tx, mailbox: &MailboxId, sighting: Sighting, written: Written) -> Recorded {
    let doubt = tx.doubt.and_then(|doubt| doubt.since(&sighting));
    let place = Place::of(&sighting);
    match sighting.finding {
        Finding::Deliver(new) if written.ways != Ways::None => {
            if written.ways.offer() {
                tx.offered.push(new.identifier.clone());
            }
            let Some(id) = written.delivery else { return Recorded::Offered };
            if !written.is_handed {
                let fingerprint = Some(&sighting.fingerprint);
                let delivery = queued(id, fingerprint, &mailbox.inbox, place, written.now, new);
                let uncertain_since = written.intent.or(doubt);
                tx.fresh.push(Delivery { overtaken: written.is_overtaken, uncertain_since, ..delivery });
            }
            Recorded::Delivering { delivery: id }
        }
        Finding::Deliver(_) => Recorded::Expired,
        _ => Recorded::Noted,
    }
}

/// How what was found is handed over, if it still is.
fn ways(row: &Row<'_>) -> Ways {
    match row.new {
        Some(new) if row.outcome == FOUND => Ways::of(new),
        _ => Ways::None,
    }
}

/// Of the delivery that is about to be written, if there is one.
fn number(tx: &Tx, ways: Ways, intent: Option<Intent>) -> Option<i64> {
    let handed = intent.and_then(|intent| intent.handed).map(|(id, _)| id);
    ways.push().then(|| handed.unwrap_or_else(|| tx.ahead.next_delivery()))
}

const FOUND: &str = "found";
const EXPIRED: &str = "expired";

/// The row of history of a mail that history does not know yet.
fn row<'s>(mailbox: &'s MailboxId, uid_validity: u32, sighting: &'s Sighting, now: Timestamp) -> Row<'s> {
    let (outcome, rule, reason, new) = match &sighting.finding {
        Finding::Deliver(new) if new.deadline <= now => {
            let reason = format!("its deadline passed {} before it was seen", ago(new.deadline, now));
            (EXPIRED, new.rule.as_deref(), Some(reason), Some(new))
        }
        Finding::Deliver(new) => (FOUND, new.rule.as_deref(), None, Some(new)),
        Finding::Nothing { reason } => ("nothing", None, Some(reason.clone()), None),
        Finding::Ignored { rule } => ("ignored", Some(rule.as_str()), None, None),
        Finding::Refused { rule, reason } => ("refused", rule.as_deref(), Some(reason.clone()), None),
    };
    Row {
        rule,
        reason,
        new,
        mailbox: Some((&mailbox.mailbox, uid_validity, sighting.uid)),
        sighting: Some(sighting),
        ..Row::new(outcome, &mailbox.inbox, sighting.arrived_at, now)
    }
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
        tx.ahead.passed(&new, now);
    }
    let Inserted { history, delivery, .. } =
        insert(tx, &Entry { row, ways, delivery: number(tx, ways, None), cursor: None }).await?;
    if ways.offer() {
        tx.offered.push(new.identifier.clone());
    }
    if let Some(id) = delivery {
        let place = Place { uid: 0, arrived_at: now, seen_at: None };
        tx.fresh.push(queued(id, None, &origin.inbox, place, now, new));
    }
    Ok(history)
}

/// A new entry of the outbox, as of `now`.
pub(super) fn queued(
    id: i64,
    fingerprint: Option<&Fingerprint>,
    inbox: &str,
    place: Place,
    now: Timestamp,
    new: NewDelivery,
) -> Delivery {
    Delivery {
        id,
        mark: mark(fingerprint.map(|fingerprint| fingerprint.0.as_slice()), id),
        inbox: inbox.to_owned(),
        value: new.value,
        identifier: new.identifier,
        scope: new.scope,
        arrived_at: place.arrived_at,
        uid: place.uid,
        seen_at: place.seen_at,
        committed_at: now,
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

//! What goes to Skyvern ahead of its transaction: a value that nothing speaks against does not wait for SQLite.
//!
//! Decided from memory, the moment a look asks for its commit: the value of a lone mail goes if history can't know the
//! mail, nothing later was found for its reader, and nothing else is on its way into the store. An intent ([`Intents`]) is
//! written down first, and the transaction is asked for before the value is handed out, so that whatever becomes of the
//! delivery is written behind it. Everything else is handed out by its commit. A transaction that fails leaves the intent
//! open: the look commits again, and the delivery keeps its number.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use sqlx::SqliteConnection;
use tokio::sync::mpsc;

use super::insert::{Place, Ways};
use super::intent::{About, Intent, Intents};
use super::known::{Known, Latest, place};
use super::machine::Doubt;
use super::outbox::time;
use super::record::queued;
use super::{Delivery, Finding, MailboxId, NewDelivery, Sighting, StoreError};
use crate::extract::Value;
use crate::mail::Fingerprint;

/// With more waiting than this, a transaction might be refused: see [`super::backlog`].
const MOST_WAITING: u64 = 2 << 20;
/// Rows of history that are read at once.
const PAGE: u32 = 5000;

/// Shared by those who ask for commits and the writer who makes them.
#[derive(Debug)]
pub(super) struct Ahead {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    intents: Intents,
    known: Known,
    latest: Latest,
    /// What may have been sent although nothing says so.
    doubt: Option<Doubt>,
    /// Where the outbox is read, once somebody reads it.
    outbox: Option<mpsc::UnboundedSender<Delivery>>,
    next_delivery: i64,
    /// All of history is known.
    is_loaded: bool,
    /// The last transaction was made.
    is_well: bool,
    /// Bytes that wait for Skyvern.
    waiting: u64,
    /// Commits with something to push that are not made yet.
    flights: usize,
    /// Commits that were asked for.
    departures: u64,
}

/// What a commit takes along into its transaction.
#[derive(Debug, Default)]
pub(super) struct Departure {
    /// Its value has gone ahead.
    pub(super) intent: Option<Intent>,
    pub(super) flight: Option<Flight>,
    /// Counts up, in the order in which commits are asked for.
    pub(super) number: u64,
    /// History knows none of its mails once all commits asked for before are made, or have failed.
    pub(super) is_new: bool,
}

/// Counts a commit until it is dropped.
#[derive(Debug)]
pub(super) struct Flight(Arc<Ahead>);

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.state().flights -= 1;
    }
}

impl Ahead {
    /// With what an earlier process left. Nothing goes ahead before [`Ahead::learn`] has read all of history.
    pub(super) async fn open(
        connection: &mut SqliteConnection,
        intents: Intents,
        doubt: Option<Doubt>,
        waiting: u64,
    ) -> Result<Arc<Self>, StoreError> {
        let (last, arrived_at, uid): (i64, i64, u32) = sqlx::query_as(
            "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'delivery'), 0),
                coalesce((SELECT max(arrived_at) FROM delivery), 0), coalesce((SELECT max(uid) FROM delivery), 0)",
        )
        .fetch_one(connection)
        .await?;
        let mut known = Known::new();
        for fingerprint in intents.fingerprints() {
            known.add(fingerprint);
        }
        let latest = Latest::new((time(arrived_at)?, uid));
        let (outbox, next_delivery, flights, departures) = (None, last + 1, 0, 0);
        let (is_loaded, is_well) = (false, true);
        let state = State {
            intents,
            known,
            latest,
            doubt,
            outbox,
            next_delivery,
            is_loaded,
            is_well,
            waiting,
            flights,
            departures,
        };
        Ok(Arc::new(Self { state: Mutex::new(state) }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gets to know a page of history behind row `after`. Answers the last row read; `None`: that was all.
    pub(super) async fn learn(&self, connection: &mut SqliteConnection, after: i64) -> Result<Option<i64>, StoreError> {
        type Row = (i64, String, Option<String>, Option<u32>, Option<u32>, Option<Vec<u8>>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, inbox, mailbox, uid_validity, uid, fingerprint FROM history WHERE id > ? ORDER BY id LIMIT ?",
        )
        .bind(after)
        .bind(PAGE)
        .fetch_all(connection)
        .await?;
        let last = rows.last().filter(|_| rows.len() >= PAGE as usize).map(|(id, ..)| *id);
        let mut state = self.state();
        for (_, inbox, mailbox, uid_validity, uid, fingerprint) in rows {
            if let Some(fingerprint) = fingerprint.and_then(|bytes| bytes.try_into().ok()) {
                state.known.add(&Fingerprint(fingerprint));
            }
            if let (Some(mailbox), Some(uid_validity), Some(uid)) = (mailbox, uid_validity, uid) {
                state.known.add(&place(&MailboxId { inbox, mailbox }, uid_validity, uid));
            }
        }
        state.is_loaded = last.is_none();
        Ok(last)
    }

    /// From now on `outbox` is where deliveries go.
    pub(super) fn read_by(&self, outbox: mpsc::UnboundedSender<Delivery>) {
        self.state().outbox = Some(outbox);
    }

    /// Puts `delivery` where deliveries are read, if they are.
    pub(super) fn hand_out(&self, delivery: Delivery) {
        if let Some(outbox) = &self.state().outbox {
            // A reader that went away finds it at the next start.
            let _ = outbox.send(delivery);
        }
    }

    /// A commit of `sightings` is asked for. Answers what it takes along, and the delivery that is to be handed out as
    /// soon as the transaction is asked for; `is_next`: it is then sure to be made before anything that is asked later.
    pub(super) fn depart(
        self: &Arc<Self>,
        is_next: bool,
        mailbox: &MailboxId,
        uid_validity: u32,
        sightings: &[Sighting],
    ) -> (Departure, Option<Delivery>) {
        let mut state = self.state();
        state.departures += 1;
        let number = state.departures;
        let (mut is_new, mut is_latest, mut has_push) = (state.is_loaded, true, false);
        for sighting in sightings {
            is_new &= !state.known.add(&sighting.fingerprint);
            is_new &= !state.known.add(&place(mailbox, uid_validity, sighting.uid));
            if let Some(new) = pushed(sighting) {
                has_push = true;
                is_latest &= state.latest.add(new, (sighting.arrived_at, sighting.uid));
            }
        }
        if !has_push {
            return (Departure { number, is_new, ..Departure::default() }, None);
        }
        let is_alone = state.flights == 0;
        state.flights += 1;
        let flight = Some(Flight(Arc::clone(self)));
        let gone = match sightings {
            [sighting] if is_next && is_new && is_latest && is_alone => state.go(mailbox, sighting),
            _ => None,
        };
        let (intent, delivery) = gone.unzip();
        (Departure { intent, flight, number, is_new }, delivery)
    }

    /// A value that no mail asks for is on its way: what arrived before is not the latest of its reader any more.
    pub(super) fn passed(&self, new: &NewDelivery, now: Timestamp) {
        self.state().latest.add(new, (now, 0));
    }

    /// The number of a new delivery.
    pub(super) fn next_delivery(&self) -> i64 {
        self.state().take_number()
    }

    /// The open intent of a mail.
    pub(super) fn intent(&self, about: &About) -> Option<Intent> {
        self.state().intents.find(about)
    }

    /// `delivery` was handed out, and is not written down yet.
    pub(super) fn is_handed(&self, delivery: i64) -> bool {
        self.state().intents.is_handed(delivery, Timestamp::now())
    }

    /// A transaction is made, those of `closed` in it; `waiting` bytes wait for Skyvern now.
    pub(super) fn committed(&self, closed: &[Intent], waiting: u64) {
        let mut state = self.state();
        for intent in closed {
            state.intents.close(intent);
        }
        state.waiting = waiting;
        state.is_well = true;
    }

    /// A transaction failed: nothing goes ahead until one is made.
    pub(super) fn failed(&self) {
        self.state().is_well = false;
    }
}

/// What of a mail is pushed, if anything.
fn pushed(sighting: &Sighting) -> Option<&NewDelivery> {
    match &sighting.finding {
        Finding::Deliver(new) => Ways::of(new).push().then_some(new),
        _ => None,
    }
}

impl State {
    fn take_number(&mut self) -> i64 {
        let number = self.next_delivery;
        self.next_delivery += 1;
        number
    }

    /// Writes the intent of a mail down, if its value may go ahead.
    fn go(&mut self, mailbox: &MailboxId, sighting: &Sighting) -> Option<(Intent, Delivery)> {
        let new = pushed(sighting)?;
        let now = Timestamp::now();
        let may_go = self.outbox.is_some()
            && self.is_well
            // What a run may ask for has to be written down before it is given.
            && Ways::of(new) == Ways::Push
            && matches!(new.value, Value::Code(_) | Value::Link(_))
            && self.waiting + new.value.expose().len() as u64 <= MOST_WAITING
            && now < new.deadline
            && self.doubt.is_none_or(|doubt| doubt.since(sighting).is_none());
        if !may_go {
            return None;
        }
        let about = About::of(mailbox, sighting)?;
        let id = self.take_number();
        let intent = self.intents.write(about, now, (id, new.deadline))?;
        let place = Place::of(sighting);
        Some((intent, queued(id, Some(&sighting.fingerprint), &mailbox.inbox, place, now, new.clone())))
    }
}

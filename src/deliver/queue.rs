//! What a lane has to do next. Pure: entries and the time go in, a [`Step`] comes out.
//!
//! A lane is one identifier and scope. Its entries stand in the order of arrival (INTERNALDATE, then UID, then id), and
//! only the first one is ever sent.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::store::{Delivery, Settlement};

/// Order within a lane.
pub(super) type Place = (Timestamp, u32, i64);

pub(super) fn place(delivery: &Delivery) -> Place {
    (delivery.arrived_at, delivery.uid, delivery.id)
}

/// A delivery and what this process knows of its attempts.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) delivery: Delivery,
    /// The store says that an attempt may be under way.
    pub(super) open: bool,
    /// Start of the last attempt, if this process made it.
    pub(super) sent_at: Option<Timestamp>,
    /// Since when the outcome of an attempt is unknown.
    pub(super) unknown_since: Option<Timestamp>,
    /// When this process learnt of that: a clock that was set since then does not count.
    pub(super) unknown_at: Instant,
    /// A lookup has failed: past the deadline there will be no other.
    pub(super) unseen: bool,
    /// Why the last attempt or lookup failed.
    pub(super) reason: Option<String>,
}

impl Entry {
    fn new(delivery: Delivery) -> Self {
        let unknown_since = delivery.uncertain_since;
        Self {
            open: true,
            sent_at: None,
            unknown_since,
            unknown_at: Instant::now(),
            unseen: false,
            reason: None,
            delivery,
        }
    }
}

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Step {
    /// Nothing waits.
    Rest,
    /// Find out what became of these before anything is sent.
    Resolve(Vec<Entry>),
    /// Record that this one will not be sent.
    Drop(Box<Entry>, Settlement, String),
    /// Send this one.
    Send(Box<Entry>),
}

/// The entries of one lane.
#[derive(Debug, Default)]
pub(super) struct Queue {
    entries: BTreeMap<Place, Entry>,
    /// By kind, the latest arrival that Skyvern accepted.
    accepted: HashMap<&'static str, Place>,
}

impl Queue {
    /// A mail that was found again keeps its delivery's number: what is here already is under way.
    pub(super) fn push(&mut self, delivery: Delivery) {
        let is_again = delivery.uncertain_since.is_some();
        if is_again && self.entries.values().any(|entry| entry.delivery.id == delivery.id) {
            return;
        }
        self.entries.insert(place(&delivery), Entry::new(delivery));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Brings an entry up to date after an attempt or a lookup.
    pub(super) fn put_back(&mut self, entry: Entry) {
        self.entries.insert(place(&entry.delivery), entry);
    }

    /// The entry has ended.
    pub(super) fn remove(&mut self, delivery: &Delivery, outcome: Settlement) {
        let place = place(delivery);
        self.entries.remove(&place);
        if outcome == Settlement::Delivered {
            let latest = self.accepted.entry(delivery.value.kind()).or_insert(place);
            *latest = place.max(*latest);
        }
    }

    /// First what can't be sent any more. Then unknown outcomes, whatever else waits: one of them may be the latest that
    /// Skyvern has. Then the oldest.
    pub(super) fn step(&self, now: Timestamp, least_life: Duration) -> Step {
        for entry in self.entries.values() {
            if let Some(reason) = expired(entry, now, least_life) {
                return Step::Drop(Box::new(entry.clone()), Settlement::Expired, reason);
            }
        }
        let unknown = || self.entries.values().filter(|entry| entry.unknown_since.is_some());
        if unknown().next().is_some() {
            return Step::Resolve(unknown().cloned().collect());
        }
        let Some((place, entry)) = self.entries.first_key_value() else { return Step::Rest };
        let latest = self.accepted.get(entry.delivery.value.kind());
        if entry.delivery.overtaken || latest.is_some_and(|latest| latest > place) {
            let reason = "a value that arrived later was accepted before it".into();
            return Step::Drop(Box::new(entry.clone()), Settlement::Overtaken, reason);
        }
        Step::Send(Box::new(entry.clone()))
    }

    /// When the next entry reaches its last moment.
    pub(super) fn next_expiry(&self, now: Timestamp, least_life: Duration) -> Option<Timestamp> {
        self.entries.values().map(|entry| last_moment(entry, least_life)).filter(|&at| at > now).min()
    }
}

/// Why an entry has no future, if it has none. An unknown outcome past its deadline is looked up once all the same.
fn expired(entry: &Entry, now: Timestamp, least_life: Duration) -> Option<String> {
    if now < last_moment(entry, least_life) {
        return None;
    }
    let why = entry.reason.as_deref();
    match (entry.unknown_since, entry.unseen) {
        (Some(_), false) => None,
        (Some(_), true) => {
            Some(format!("nobody knows whether it arrived, and its deadline passed: {}", why.unwrap_or("no answer")))
        }
        (None, _) => Some(why.map_or_else(
            || "its deadline passed before its turn came".to_owned(),
            |why| format!("its deadline passed: {why}"),
        )),
    }
}

/// The last moment at which an entry may be sent.
pub(super) fn last_moment(entry: &Entry, least_life: Duration) -> Timestamp {
    entry.delivery.deadline.checked_sub(least_life).unwrap_or(entry.delivery.deadline)
}

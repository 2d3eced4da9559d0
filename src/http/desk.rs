//! Where runs stand in line for a value. A value that is committed goes to the run that has waited longest for its
//! identifier and can use it; nobody polls.
//!
//! Each line has a clerk as long as somebody stands in it: a task that goes through the line, from its head, whenever
//! something arrived or somebody came. One question to the store is for the whole line, so that no commit falls between
//! two who wait. Who hangs up leaves the line; what was bound to such a run meanwhile is its own when it asks again.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::extract::{Identifier, Run};
use crate::pulse::Pulses;
use crate::store::{Asker, Given, Kind, Store, StoreError};

/// Hands out values. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Desk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    lines: Mutex<HashMap<Identifier, Line>>,
    held: AtomicUsize,
    max_held: usize,
    cancel: CancellationToken,
    pulses: Pulses,
}

type Answer = Result<Option<Given>, StoreError>;

/// Those who wait for one identifier, in the order in which they came.
#[derive(Debug, Default)]
struct Line {
    next: u64,
    waiting: BTreeMap<u64, Waiting>,
    /// Something arrived, or somebody came or left.
    bell: Arc<Notify>,
}

#[derive(Debug)]
struct Waiting {
    asker: Asker,
    /// Whether it stays if there is nothing yet.
    is_patient: bool,
    /// The clerk has not looked for it yet.
    is_new: bool,
    answer: oneshot::Sender<Answer>,
}

/// A place in a line, left when it is dropped.
#[derive(Debug)]
struct Place {
    desk: Desk,
    identifier: Identifier,
    number: u64,
    answer: oneshot::Receiver<Answer>,
}

/// A request that is held, counted as long as it lives.
#[derive(Debug)]
pub(super) struct Held(Desk);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.held.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Desk {
    pub(super) fn new(store: Store, max_held: usize, cancel: CancellationToken, pulses: Pulses) -> Self {
        let (lines, held) = (Mutex::default(), AtomicUsize::new(0));
        Self(Arc::new(Inner { store, lines, held, max_held, cancel, pulses }))
    }

    /// Tells the clerks what arrives, until cancelled.
    pub(super) async fn run(self) {
        let mut arrivals = self.0.store.arrivals();
        loop {
            let arrived = tokio::select! {
                () = self.0.cancel.cancelled() => return,
                arrived = arrivals.recv() => arrived,
            };
            let lines = self.lines();
            match arrived {
                Ok(identifier) => lines.get(&identifier).iter().for_each(|line| line.bell.notify_one()),
                // Too much arrived at once to know what: all look.
                Err(RecvError::Lagged(_)) => lines.values().for_each(|line| line.bell.notify_one()),
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// What the run may have, now or within `wait`. `None`: nothing yet.
    pub(super) async fn ask(&self, identifier: &Identifier, kind: Option<Kind>, run: &Run, wait: Duration) -> Answer {
        let asker = Asker { kind, run: run.clone() };
        let hold = if wait.is_zero() { None } else { self.hold() };
        if hold.is_none() && !self.lines().contains_key(identifier) {
            return Ok(self.0.store.claim(identifier, vec![asker], 0, Timestamp::now()).await?.map(|(_, given)| given));
        }
        let deadline = Instant::now() + wait;
        let mut place = self.line_up(identifier, asker, hold.is_some());
        let answer = async {
            match hold {
                // The clerk answers at once.
                None => (&mut place.answer).await.ok(),
                Some(_) => timeout_at(deadline, &mut place.answer).await.ok()?.ok(),
            }
        };
        tokio::select! {
            answer = answer => answer.unwrap_or(Ok(None)),
            () = self.0.cancel.cancelled() => Ok(None),
        }
    }

    /// Leave to hold a request; `None` if too many are held already.
    pub(super) fn hold(&self) -> Option<Held> {
        let before = self.0.held.fetch_add(1, Ordering::Relaxed);
        let held = Held(self.clone());
        (before < self.0.max_held).then_some(held)
    }

    pub(super) fn held(&self) -> usize {
        self.0.held.load(Ordering::Relaxed)
    }

    /// Waits until `until` (or the daemon's end).
    pub(super) async fn sleep_until(&self, until: Instant) {
        tokio::select! {
            () = sleep_until(until) => {}
            () = self.0.cancel.cancelled() => {}
        }
    }

    pub(super) fn is_ending(&self) -> bool {
        self.0.cancel.is_cancelled()
    }

    fn line_up(&self, identifier: &Identifier, asker: Asker, is_patient: bool) -> Place {
        let (sender, answer) = oneshot::channel();
        let mut lines = self.lines();
        let needs_clerk = !lines.contains_key(identifier);
        let line = lines.entry(identifier.clone()).or_default();
        let number = line.next;
        line.next += 1;
        line.waiting.insert(number, Waiting { asker, is_patient, is_new: true, answer: sender });
        line.bell.notify_one();
        if needs_clerk {
            let clerk = clerk(self.clone(), identifier.clone(), Arc::clone(&line.bell));
            tokio::spawn(self.0.pulses.guard("a waiting line", clerk));
        }
        Place { desk: self.clone(), identifier: identifier.clone(), number, answer }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Identifier, Line>> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves one line until nobody stands in it any more.
async fn clerk(desk: Desk, identifier: Identifier, bell: Arc<Notify>) {
    loop {
        tokio::select! {
            () = bell.notified() => {}
            () = desk.0.cancel.cancelled() => {}
        }
        if desk.is_ending() {
            return;
        }
        while desk.serve(&identifier).await {}
        if desk.is_over(&identifier) {
            return;
        }
    }
}

impl Desk {
    /// Ends the line if it is empty; the next who comes begins another.
    fn is_over(&self, identifier: &Identifier) -> bool {
        let mut lines = self.lines();
        let is_empty = lines.get(identifier).is_none_or(|line| line.waiting.is_empty());
        if is_empty {
            lines.remove(identifier);
        }
        is_empty
    }

    /// Goes through the line once. Whether somebody was given something: then there may be more.
    async fn serve(&self, identifier: &Identifier) -> bool {
        let (numbers, askers, first_new) = self.lines().get(identifier).map(Line::look).unwrap_or_default();
        if askers.is_empty() {
            return false;
        }
        let claimed = self.0.store.claim(identifier, askers, first_new, Timestamp::now()).await;
        let mut lines = self.lines();
        let Some(line) = lines.get_mut(identifier) else { return false };
        let examined = match &claimed {
            Ok(Some((at, _))) => *at,
            Ok(None) | Err(_) => numbers.len(),
        };
        for number in numbers.iter().take(examined) {
            line.examined(*number, claimed.as_ref().err());
        }
        let Ok(Some((at, given))) = claimed else { return false };
        if let Some(waiting) = numbers.get(at).and_then(|number| line.waiting.remove(number)) {
            // Who hung up meanwhile finds it when it asks again.
            let _ = waiting.answer.send(Ok(Some(given)));
        }
        true
    }
}

impl Line {
    /// Everybody from the head, and from which place on somebody was not looked for yet.
    fn look(&self) -> (Vec<u64>, Vec<Asker>, usize) {
        let first_new = self.waiting.values().position(|waiting| waiting.is_new).unwrap_or(self.waiting.len());
        let (numbers, askers) = self.waiting.iter().map(|(number, waiting)| (*number, waiting.asker.clone())).unzip();
        (numbers, askers, first_new)
    }

    /// There is nothing for this one.
    fn examined(&mut self, number: u64, failed: Option<&StoreError>) {
        match self.waiting.get_mut(&number) {
            Some(waiting) if waiting.is_patient && failed.is_none() => {
                // Who names no run may have what others were given: it is looked for each time.
                waiting.is_new = !waiting.asker.run.is_named();
            }
            Some(_) => {
                if let Some(waiting) = self.waiting.remove(&number) {
                    let _ = waiting.answer.send(failed.cloned().map_or(Ok(None), Err));
                }
            }
            None => {}
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lines = self.desk.lines();
        if let Some(line) = lines.get_mut(&self.identifier) {
            line.waiting.remove(&self.number);
            if line.waiting.is_empty() {
                // The clerk may go.
                line.bell.notify_one();
            }
        }
    }
}

//! One lane at work: one request at a time, in order, until nothing waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::Shared;
use super::gate::Pass;
use super::queue::{Entry, Queue, Step, last_moment};
use crate::events::Event;
use crate::extract::{Identifier, Scope};
use crate::skyvern::{Client, Lookup, Push, Slot, Verdict};
use crate::store::{Attempt, Delivery, Settled, Settlement, StoreError};

/// What a lane is known by.
pub(super) type Key = (Identifier, Scope);

/// The longest sleep: a wall clock that was set, or a machine that slept, is noticed then.
const LONGEST: Duration = Duration::from_secs(30);

/// A lane's entries, filled from outside and emptied by its task.
#[derive(Debug, Default)]
pub(super) struct Lane {
    queue: Mutex<Queue>,
    filled: Notify,
}

impl Lane {
    pub(super) fn push(&self, delivery: Delivery) {
        self.queue().push(delivery);
        self.filled.notify_one();
    }

    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The daemon ends: leave everything as the store has it.
struct Stopped;

/// Works until the lane is empty and forgotten, or the daemon ends.
pub(super) async fn run(shared: Arc<Shared>, key: Key, lane: Arc<Lane>) {
    let mut worker = Worker { shared: &shared, lane: &lane, failures: 0, send_at: None, unseen: 0, look_at: None };
    loop {
        let done = match worker.step() {
            Step::Rest if shared.retire(&key) => return,
            Step::Rest => Ok(()),
            Step::Drop(entry, outcome, reason) => worker.settle(*entry, outcome, Some(reason), None).await,
            Step::Resolve(entries) => worker.resolve(entries).await,
            Step::Send(_) => worker.send().await,
        };
        if let Err(Stopped) = done {
            return;
        }
    }
}

struct Worker<'a> {
    shared: &'a Shared,
    lane: &'a Lane,
    /// Attempts that failed in a row, and the pause that follows from it.
    failures: u32,
    send_at: Option<Instant>,
    /// The same of lookups.
    unseen: u32,
    look_at: Option<Instant>,
}

impl<'a> Worker<'a> {
    /// One attempt with the first entry, unless something else comes up.
    async fn send(&mut self) -> Result<(), Stopped> {
        let Some((mut pass, slot)) = self.leave(self.send_at).await? else { return Ok(()) };
        // It may have taken a while: is this still what is to be done?
        let Step::Send(mut entry) = self.step() else { return Ok(()) };
        let earlier = entry.sent_at.replace(Timestamp::now());
        entry.delivery.attempts += 1;
        if !entry.open {
            // Written down before it is made. (A new delivery's first attempt was, by its commit.)
            if let Err(error) = self.note(&entry, true).await {
                drop(pass);
                entry.delivery.attempts -= 1;
                self.failed(*entry, &error.to_string(), None);
                return Ok(());
            }
            entry.open = true;
            // It may have taken a while.
            let is_late = last_moment(&entry, self.shared.pace.least_life) <= Timestamp::now();
            if is_late {
                entry.delivery.attempts -= 1;
                entry.sent_at = earlier;
                entry.open = self.note(&entry, false).await.is_err();
                self.lane.queue().put_back(*entry);
                return Ok(());
            }
        }
        pass.used();
        let client = Arc::clone(slot.client());
        let verdict = {
            let push = push(&entry);
            self.graceful(slot.push(&push)).await?
        };
        match verdict {
            Verdict::Accepted { row } => {
                self.shared.gate.let_in();
                drop(pass);
                self.accepted(*entry, row).await
            }
            Verdict::Rejected { status, reason } => {
                self.shared.gate.let_in();
                drop(pass);
                self.settle(*entry, Settlement::Rejected, Some(format!("HTTP {status}: {reason}")), None).await
            }
            Verdict::Paused { status, reason } => {
                self.refused(&client, status, &reason);
                drop(pass);
                entry.reason = Some(format!("Skyvern refuses us (HTTP {status}): {reason}"));
                entry.open = self.note(&entry, false).await.is_err();
                self.lane.queue().put_back(*entry);
                Ok(())
            }
            Verdict::Retry { reason, after } => {
                drop(pass);
                self.held(after);
                entry.reason = Some(reason.clone());
                entry.open = self.note(&entry, false).await.is_err();
                self.failed(*entry, &reason, after);
                Ok(())
            }
            Verdict::Unknown { reason, after } => {
                drop(pass);
                self.held(after);
                entry.unknown_since = Some(Timestamp::now());
                entry.unknown_at = Instant::now();
                entry.unseen = false;
                entry.reason = Some(reason.clone());
                // It stays open in the store.
                let _ = self.note(&entry, true).await;
                self.failed(*entry, &format!("{reason}; looking up whether it arrived"), after);
                Ok(())
            }
        }
    }

    /// Finds out what became of attempts with unknown outcome.
    async fn resolve(&mut self, entries: Vec<Entry>) -> Result<(), Stopped> {
        let now = Timestamp::now();
        let is_over = |entry: &Entry| last_moment(entry, self.shared.pace.least_life) <= now;
        if self.shared.gate.is_closed() && entries.iter().any(|entry| is_over(entry) && !entry.unseen) {
            self.unseen(entries, "Skyvern takes no requests at present");
            return Ok(());
        }
        let Some((mut pass, slot)) = self.leave(self.look_at).await? else { return Ok(()) };
        pass.used();
        let client = Arc::clone(slot.client());
        let looked_up = {
            let pushes: Vec<Push<'_>> = entries.iter().map(push).collect();
            let since = entries.iter().map(|entry| entry.sent_at.unwrap_or(entry.delivery.arrived_at)).min();
            self.graceful(slot.look_up(&pushes, since.unwrap_or_else(Timestamp::now))).await?
        };
        drop(pass);
        match looked_up {
            Lookup::Known(rows) => {
                self.shared.gate.reader_let_in();
                self.unseen = 0;
                self.look_at = None;
                for (entry, row) in entries.into_iter().zip(rows) {
                    match row {
                        Some(row) => self.accepted(entry, row).await?,
                        None => self.missing(entry),
                    }
                }
            }
            Lookup::Paused { status, reason } => {
                self.refused(&client, status, &reason);
                self.unseen(entries, &format!("Skyvern refuses us (HTTP {status}): {reason}"));
            }
            Lookup::Failed { reason, after } => {
                self.unseen += 1;
                let pause = self.shared.pace.pause(self.unseen, after);
                self.look_at = Some(Instant::now() + pause);
                if let Some(Entry { delivery, .. }) = entries.first() {
                    self.shared.events.emit(Event::DeliveryRetry {
                        delivery: delivery.id,
                        identifier: delivery.identifier.as_str(),
                        attempts: delivery.attempts,
                        reason: &format!("nobody knows whether it arrived, and looking it up failed: {reason}"),
                        retry_in: pause,
                    });
                }
                self.unseen(entries, &reason);
            }
        }
        Ok(())
    }

    /// A lookup failed, or was not possible.
    fn unseen(&self, entries: Vec<Entry>, reason: &str) {
        let mut queue = self.lane.queue();
        for mut entry in entries {
            entry.unseen = true;
            entry.reason = Some(reason.to_owned());
            queue.put_back(entry);
        }
    }

    /// Skyvern has no row of `entry`; it may still be making it.
    fn missing(&mut self, mut entry: Entry) {
        let pace = &self.shared.pace;
        let waited = entry
            .unknown_since
            .map_or(Duration::MAX, |since| until(since, Timestamp::now()).max(entry.unknown_at.elapsed()));
        match pace.settle.checked_sub(waited) {
            None | Some(Duration::ZERO) => entry.unknown_since = None,
            Some(left) => self.look_at = Some(Instant::now() + left.min(pace.retry_first)),
        }
        self.lane.queue().put_back(entry);
    }

    async fn accepted(&mut self, mut entry: Entry, row: String) -> Result<(), Stopped> {
        self.failures = 0;
        self.send_at = None;
        // An attempt of an earlier process was not counted.
        entry.delivery.attempts = entry.delivery.attempts.max(1);
        self.settle(entry, Settlement::Delivered, None, Some(row)).await
    }

    /// Writes the end of a delivery down, for as long as it takes: nothing else of this lane is sent before.
    async fn settle(
        &mut self,
        entry: Entry,
        outcome: Settlement,
        reason: Option<String>,
        skyvern_row: Option<String>,
    ) -> Result<(), Stopped> {
        let delivery = &entry.delivery;
        let at = Timestamp::now();
        let settled = Settled {
            outcome,
            attempts: delivery.attempts,
            sent_at: entry.sent_at,
            at,
            reason: reason.clone(),
            skyvern_row,
        };
        let mut failures = 0;
        while let Err(error) = self.shared.store.settle(delivery.id, settled.clone()).await {
            failures += 1;
            self.shared.store_failed(&error);
            tokio::select! {
                () = sleep(self.shared.pace.pause(failures, None)) => {}
                // It is looked up at the next start.
                () = self.shared.cancel.cancelled() => return Err(Stopped),
            }
        }
        self.shared.store_works();
        self.lane.queue().remove(delivery, outcome);
        self.shared.events.emit(match outcome {
            Settlement::Delivered => Event::Delivered {
                delivery: delivery.id,
                inbox: &delivery.inbox,
                identifier: delivery.identifier.as_str(),
                kind: delivery.value.kind(),
                attempts: delivery.attempts,
                since_arrival: until(delivery.arrived_at, at),
                since_seen: delivery.seen_at.map(|seen| until(seen, at)),
                since_commit: until(delivery.committed_at, at),
            },
            _ => Event::DeliveryDead {
                delivery: delivery.id,
                identifier: delivery.identifier.as_str(),
                outcome: outcome.as_str(),
                reason: reason.as_deref().unwrap_or_default(),
            },
        });
        Ok(())
    }

    async fn note(&self, entry: &Entry, open: bool) -> Result<(), StoreError> {
        let attempt =
            Attempt { attempts: entry.delivery.attempts, open, sent_at: entry.sent_at, reason: entry.reason.clone() };
        let noted = self.shared.store.note_attempt(entry.delivery.id, attempt).await;
        match &noted {
            Ok(()) => self.shared.store_works(),
            Err(error) => self.shared.store_failed(error),
        }
        noted
    }

    /// Skyvern refused us. What it says to an earlier configuration means nothing for the one of now.
    fn refused(&self, client: &Arc<Client>, status: u16, reason: &str) {
        if self.shared.is_current(client) {
            self.shared.gate.refused(status, reason);
        }
    }

    /// Skyvern asks everybody to wait: other lanes do so at once, not only when this is written down.
    fn held(&self, after: Option<Duration>) {
        if let Some(after) = after {
            self.shared.gate.hold(after);
        }
    }

    /// Puts `entry` back after a failed attempt, pauses the lane, and says so.
    fn failed(&mut self, mut entry: Entry, reason: &str, after: Option<Duration>) {
        self.failures += 1;
        let pause = self.shared.pace.pause(self.failures, after);
        self.send_at = Some(Instant::now() + pause);
        self.shared.events.emit(Event::DeliveryRetry {
            delivery: entry.delivery.id,
            identifier: entry.delivery.identifier.as_str(),
            attempts: entry.delivery.attempts,
            reason,
            retry_in: pause,
        });
        entry.reason.get_or_insert_with(|| reason.to_owned());
        self.lane.queue().put_back(entry);
    }

    fn step(&self) -> Step {
        self.lane.queue().step(Timestamp::now(), self.shared.pace.least_life)
    }

    /// Waits for `not_before`, at the gate, and for a connection. `None`: something else came up, look again.
    async fn leave(&self, not_before: Option<Instant>) -> Result<Option<(Pass<'a>, Slot)>, Stopped> {
        let gate = &self.shared.gate;
        tokio::select! {
            biased;
            () = self.shared.cancel.cancelled() => Err(Stopped),
            leave = async {
                if let Some(not_before) = not_before {
                    sleep_until(not_before).await;
                }
                loop {
                    // A closed gate must not use connections up.
                    let pass = gate.pass().await;
                    let slot = self.shared.client().slot().await;
                    if pass.is_good() && self.shared.is_current(slot.client()) {
                        break (pass, slot);
                    }
                }
            } => Ok(Some(leave)),
            () = self.something_else() => Ok(None),
        }
    }

    /// An entry came in (it may be older than the one that waits), or one reached its last moment.
    async fn something_else(&self) {
        let now = Timestamp::now();
        let expiry = self.lane.queue().next_expiry(now, self.shared.pace.least_life);
        let pause = expiry.map_or(LONGEST, |at| until(now, at).min(LONGEST));
        tokio::select! {
            () = sleep(pause) => {}
            () = self.lane.filled.notified() => {}
        }
    }

    /// Lets a request end when the daemon ends, for a while.
    async fn graceful<T>(&self, request: impl Future<Output = T>) -> Result<T, Stopped> {
        tokio::select! {
            biased;
            done = request => Ok(done),
            () = async {
                self.shared.cancel.cancelled().await;
                sleep(self.shared.pace.grace).await;
            } => Err(Stopped),
        }
    }
}

/// From `earlier` to `later`; zero if it is the other way round (clocks differ).
fn until(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or_default()
}

fn push(entry: &Entry) -> Push<'_> {
    Push {
        mark: entry.delivery.mark,
        value: &entry.delivery.value,
        identifier: &entry.delivery.identifier,
        scope: &entry.delivery.scope,
        deadline: entry.delivery.deadline,
    }
}

//! Drains the outbox into Skyvern.
//!
//! Deliveries of one identifier and scope form a lane: one at a time, in the order of arrival. Lanes never wait for each
//! other, save for the client's limit of connections. A lane's task lives while something waits in it.
//!
//! Promised:
//! - A value goes out at most once: after an attempt with unknown outcome (also one of an earlier process) its row is
//!   looked for at Skyvern before anything else of the lane is sent.
//! - Nothing is sent past its deadline, nor after a value of its kind that arrived later; both are recorded as such.
//! - What became of a value is durable, and the value erased, before the next one of its lane is sent.
//! - A destination that refuses everything keeps what waits until its deadline, is tried again now and then, and is
//!   spoken of once.
//!
//! Left to others: what is durable when (`store`), what an answer means (`skyvern`).

mod gate;
mod lane;
mod pace;
mod queue;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use pace::Pace;

use self::gate::Gate;
use self::lane::{Key, Lane};
use crate::events::{Event, Events};
use crate::pulse::{Pulse, Pulses};
use crate::skyvern::{Client, Probe};
use crate::store::{Delivery, Store, StoreError};

/// How often the dispatching loop shows that it turns.
const TURN: Duration = Duration::from_secs(15);

/// The running delivery. Its tasks end by the token given to [`start`].
#[derive(Clone, Debug)]
pub struct Deliver {
    shared: Arc<Shared>,
}

/// What all lanes share.
#[derive(Debug)]
struct Shared {
    store: Store,
    client: ArcSwap<Client>,
    client_changed: Notify,
    events: Events,
    cancel: CancellationToken,
    tracker: TaskTracker,
    pace: Pace,
    pulses: Pulses,
    gate: Gate,
    lanes: Mutex<HashMap<Key, Arc<Lane>>>,
    store_failed: AtomicBool,
}

/// Takes the outbox over and delivers until `cancel`. From then on nothing new is sent; requests under way get a few
/// seconds to end, and what is left is found at the next start. All tasks are of `tracker`.
pub async fn start(
    store: Store,
    client: Arc<Client>,
    events: Events,
    pulses: &Pulses,
    cancel: CancellationToken,
    tracker: TaskTracker,
) -> Result<Deliver, StoreError> {
    start_at(Pace::default(), store, client, events, pulses, cancel, tracker).await
}

/// As [`start`], at another pace.
pub async fn start_at(
    pace: Pace,
    store: Store,
    client: Arc<Client>,
    events: Events,
    pulses: &Pulses,
    cancel: CancellationToken,
    tracker: TaskTracker,
) -> Result<Deliver, StoreError> {
    let outbox = store.outbox().await?;
    let shared = Arc::new(Shared {
        store,
        client: ArcSwap::new(client),
        client_changed: Notify::new(),
        gate: Gate::new(events.clone(), pace.probe),
        events,
        cancel,
        tracker,
        pace,
        pulses: pulses.clone(),
        lanes: Mutex::default(),
        store_failed: AtomicBool::new(false),
    });
    let pulse = pulses.start("delivery", 2 * TURN);
    shared.tracker.spawn(dispatch(Arc::clone(&shared), outbox, pulse));
    shared.tracker.spawn(pulses.guard("probing", keep_warm(Arc::clone(&shared))));
    Ok(Deliver { shared })
}

impl Deliver {
    /// The next requests go through `client` (the configuration was read again). If Skyvern refused the last one's, the
    /// new one is tried at once.
    pub fn use_client(&self, client: Arc<Client>) {
        self.shared.client.store(client);
        self.shared.gate.reconsider();
        self.shared.client_changed.notify_one();
    }
}

impl Shared {
    fn client(&self) -> Arc<Client> {
        self.client.load_full()
    }

    /// Whether the configuration is still the one that `client` was made of.
    fn is_current(&self, client: &Arc<Client>) -> bool {
        Arc::ptr_eq(client, &self.client.load())
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<Key, Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a delivery into its lane, and wakes the lane if it has none that works.
    fn accept(self: &Arc<Self>, delivery: Delivery) {
        let key = (delivery.identifier.clone(), delivery.scope.clone());
        let mut lanes = self.lanes();
        match lanes.get(&key) {
            Some(lane) => lane.push(delivery),
            None => {
                let lane = Arc::new(Lane::default());
                lane.push(delivery);
                lanes.insert(key.clone(), Arc::clone(&lane));
                // In a box: it is moved three times before it runs.
                let work = Box::pin(lane::run(Arc::clone(self), key, lane));
                self.tracker.spawn(self.pulses.guard("a delivery lane", work));
            }
        }
    }

    /// Forgets an empty lane. `false`: something came in meanwhile.
    fn retire(&self, key: &Key) -> bool {
        let mut lanes = self.lanes();
        let empty = lanes.get(key).is_none_or(|lane| lane.queue().is_empty());
        if empty {
            lanes.remove(key);
        }
        empty
    }

    fn store_failed(&self, error: &StoreError) {
        if !self.store_failed.swap(true, Ordering::Relaxed) {
            self.events.emit(Event::StoreFailed { mailbox: None, reason: &error.to_string() });
        }
    }

    fn store_works(&self) {
        if self.store_failed.swap(false, Ordering::Relaxed) {
            self.events.emit(Event::StoreRecovered);
        }
    }
}

async fn dispatch(shared: Arc<Shared>, mut outbox: mpsc::UnboundedReceiver<Delivery>, pulse: Pulse) {
    loop {
        pulse.beat(2 * TURN);
        tokio::select! {
            biased;
            () = shared.cancel.cancelled() => return,
            delivery = outbox.recv() => match delivery {
                Some(delivery) => shared.accept(delivery),
                None => return,
            },
            () = tokio::time::sleep(TURN) => {}
        }
    }
}

/// Opens a connection ahead of the first code and keeps one open; learns of a wrong key before a code does, and of a
/// repaired one when none waits.
async fn keep_warm(shared: Arc<Shared>) {
    loop {
        let client = shared.client();
        let probed = tokio::select! {
            () = shared.cancel.cancelled() => return,
            probed = client.probe() => probed,
        };
        match probed {
            Probe::Ready { .. } => shared.gate.reader_let_in(),
            Probe::Refused { status, reason } if shared.is_current(&client) => {
                shared.gate.reader_refused(status, &reason);
            }
            Probe::Refused { .. } | Probe::Unreachable { .. } => {}
        }
        tokio::select! {
            () = shared.cancel.cancelled() => return,
            () = shared.client_changed.notified() => {}
            () = tokio::time::sleep(shared.pace.warm) => {}
        }
    }
}

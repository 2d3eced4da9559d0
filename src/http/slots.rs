//! Places for connections, of all addresses of one kind together. Where all are taken, whoever has kept one longest without
//! a signed request has to leave it to who comes: a thousand connections that say nothing, or little, or nothing true,
//! keep nobody out. Whose request is signed stays, also while it is held.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::listen::Peer;
use super::patience::Phase;

/// A reverse proxy or NAT aside, no client needs more connections at once than this part of all.
const SHARE: usize = 4;
/// Between two who are asked to leave for one who comes.
const SHED_AGAIN: Duration = Duration::from_millis(50);

/// All places. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    free: Arc<Semaphore>,
    /// Of one client.
    most: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    places: HashMap<u64, Place>,
    clients: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Place {
    phase: Phase,
    leave: Arc<Notify>,
}

/// A connection's place, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    _free: OwnedSemaphorePermit,
    number: u64,
    client: Option<IpAddr>,
    taken: Arc<Mutex<Taken>>,
    phase: Phase,
    leave: Arc<Notify>,
}

impl Slots {
    pub(super) fn new(connections: usize) -> Self {
        let most = (connections / SHARE).max(1);
        Self { free: Arc::new(Semaphore::new(connections)), most, taken: Arc::default() }
    }

    /// A place for a new connection, once there is one. `None`: this client has too many already.
    pub(super) async fn take(&self, peer: Peer) -> Option<Slot> {
        let client = match peer {
            Peer::Tcp(address) if !peer.is_local() => Some(address.ip()),
            _ => None,
        };
        if client.is_some_and(|client| self.lock().clients.get(&client).is_some_and(|count| *count >= self.most)) {
            return None;
        }
        let free = match Arc::clone(&self.free).try_acquire_owned() {
            Ok(free) => free,
            Err(_) => self.freed().await?,
        };
        let (phase, leave) = (Phase::new(), Arc::<Notify>::default());
        let mut taken = self.lock();
        if let Some(client) = client {
            *taken.clients.entry(client).or_default() += 1;
        }
        let number = taken.next;
        taken.next += 1;
        taken.places.insert(number, Place { phase: phase.clone(), leave: Arc::clone(&leave) });
        drop(taken);
        Some(Slot { _free: free, number, client, taken: Arc::clone(&self.taken), phase, leave })
    }

    async fn freed(&self) -> Option<OwnedSemaphorePermit> {
        let free = Arc::clone(&self.free).acquire_owned();
        tokio::pin!(free);
        loop {
            self.shed();
            tokio::select! {
                // It is never closed.
                free = &mut free => return free.ok(),
                // Who was asked may have become one that stays.
                () = sleep(SHED_AGAIN) => {}
            }
        }
    }

    /// Asks the connection to leave that has waited longest without a signed request, if there is one.
    fn shed(&self) {
        let taken = self.lock();
        let waiting = taken.places.values().filter_map(|place| Some((place.phase.waits_since()?, place)));
        if let Some((_, place)) = waiting.min_by_key(|(since, _)| *since) {
            place.leave.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    pub(super) fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Waits until somebody else needs the place more.
    pub(super) async fn is_needed(&self) {
        loop {
            self.leave.notified().await;
            // Its signature may have been seen meanwhile.
            if self.phase.waits_since().is_some() {
                return;
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.places.remove(&self.number);
        let Some(client) = self.client else { return };
        if let Some(count) = taken.clients.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                taken.clients.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    const LOCAL: Peer = Peer::Unix;

    async fn is_asked_to_leave(slot: &Slot) -> bool {
        timeout(Duration::from_millis(1), slot.is_needed()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_waited_longest_leaves_for_who_comes_and_whose_request_is_signed_stays() {
        let slots = Slots::new(3);
        let mut places = Vec::new();
        for _ in 0..3 {
            places.push(slots.take(LOCAL).await.unwrap());
            advance(Duration::from_secs(1)).await;
        }
        places[0].phase().busy();
        let coming = tokio::spawn({
            let slots = slots.clone();
            async move { slots.take(LOCAL).await }
        });
        tokio::task::yield_now().await;
        assert!(!is_asked_to_leave(&places[0]).await);
        assert!(!is_asked_to_leave(&places[2]).await);
        assert!(is_asked_to_leave(&places[1]).await);
        drop(places.remove(1));
        assert!(coming.await.unwrap().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn where_all_are_signed_the_next_waits() {
        let slots = Slots::new(1);
        let only = slots.take(LOCAL).await.unwrap();
        only.phase().busy();
        assert!(timeout(Duration::from_secs(60), slots.take(LOCAL)).await.is_err());
        assert!(!is_asked_to_leave(&only).await);
        drop(only);
        assert!(slots.take(LOCAL).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn one_client_has_a_part_of_them_at_most() {
        let slots = Slots::new(8);
        let peer = |last: u8| Peer::Tcp(([192, 0, 2, last], 4711).into());
        let first = (slots.take(peer(1)).await.unwrap(), slots.take(peer(1)).await.unwrap());
        assert!(slots.take(peer(1)).await.is_none());
        assert!(slots.take(peer(2)).await.is_some());
        drop(first);
        assert!(slots.take(peer(1)).await.is_some());
    }
}

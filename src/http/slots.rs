//! Places for connections, of all addresses of one kind together. Where all are taken, whoever has kept one longest without
//! a signed request has to leave it to who comes: a thousand connections that say nothing, or little, or nothing true,
//! keep nobody out. One address that has many of them already makes room among its own. Whose request is signed stays, also
//! while it is held, and counts for nobody's share: behind a reverse proxy or a NAT all addresses are one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::listen::Peer;
use super::patience::Phase;

/// A client has no more than this part of all places for connections without a signed request.
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
    client: Option<IpAddr>,
    phase: Phase,
    leave: Arc<Notify>,
    /// It was asked to leave for another of its own client.
    is_leaving: bool,
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

    /// A place for a new connection, once there is one.
    pub(super) async fn take(&self, peer: Peer) -> Option<Slot> {
        let client = match peer {
            Peer::Tcp(address) if !peer.is_local() => Some(address.ip()),
            _ => None,
        };
        if let Some(client) = client {
            self.shed_own(client);
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
        let place = Place { client, phase: phase.clone(), leave: Arc::clone(&leave), is_leaving: false };
        taken.places.insert(number, place);
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

    /// Asks the client's own connection to leave that has waited longest without a signed request, if it has its share.
    fn shed_own(&self, client: IpAddr) {
        let mut taken = self.lock();
        if taken.clients.get(&client).is_none_or(|count| *count < self.most) {
            return;
        }
        let (mut count, mut oldest) = (0, None);
        for (number, place) in &taken.places {
            let Some(since) = place.phase.waits_since().filter(|_| place.client == Some(client) && !place.is_leaving)
            else {
                continue;
            };
            count += 1;
            if oldest.is_none_or(|(earlier, _)| since < earlier) {
                oldest = Some((since, *number));
            }
        }
        let oldest = oldest.filter(|_| count >= self.most).and_then(|(_, number)| taken.places.get_mut(&number));
        if let Some(place) = oldest {
            place.is_leaving = true;
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
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = taken.places.get_mut(&self.number) {
                place.is_leaving = false;
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
    async fn who_has_many_that_say_nothing_makes_room_among_its_own() {
        let slots = Slots::new(8);
        let peer = |last: u8| Peer::Tcp(([192, 0, 2, last], 4711).into());
        let other = slots.take(peer(2)).await.unwrap();
        advance(Duration::from_secs(1)).await;
        let mut own = Vec::new();
        for _ in 0..3 {
            own.push(slots.take(peer(1)).await.unwrap());
            advance(Duration::from_secs(1)).await;
        }
        assert!(is_asked_to_leave(&own[0]).await);
        assert!(!is_asked_to_leave(&own[1]).await);
        assert!(!is_asked_to_leave(&other).await);
        // It has not left yet: the next one leaves for the next.
        own.push(slots.take(peer(1)).await.unwrap());
        assert!(is_asked_to_leave(&own[1]).await);
        assert!(!is_asked_to_leave(&own[2]).await);
    }

    #[tokio::test(start_paused = true)]
    async fn whose_requests_are_signed_may_have_them_all() {
        let slots = Slots::new(8);
        let peer = Peer::Tcp(([192, 0, 2, 1], 4711).into());
        let mut places = Vec::new();
        for _ in 0..8 {
            places.push(slots.take(peer).await.unwrap());
            places.last().unwrap().phase().busy();
        }
        for place in &places {
            assert!(!is_asked_to_leave(place).await);
        }
    }
}

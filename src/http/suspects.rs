//! Who sends requests without a valid signature, and how often. A bucket of tokens for each address; one that is empty is
//! told to come back later (429) instead of what was wrong (401). A valid signature is never refused, however many wrong
//! ones came from the same address: behind a reverse proxy or a NAT all addresses are one.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Refusals at once before an address is slowed down, and how many more a second.
const BURST: f64 = 100.0;
const PER_SECOND: f64 = 5.0;
/// Addresses that are known at once; all others share one bucket.
const MOST: usize = 4096;
/// Looking through all addresses takes a while: not for each request of a flood.
const SWEEP: Duration = Duration::from_secs(1);
/// Between two lines in the log.
const LINE: Duration = Duration::from_secs(10);

/// All addresses that sent something unsigned of late.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    buckets: HashMap<Option<IpAddr>, Bucket>,
    /// When buckets that are full again were last thrown away.
    swept: Option<Instant>,
    last_line: Option<Instant>,
    unsaid: u64,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// What is to be done about a request without a valid signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// How long the address is to keep away, if it is one too many.
    pub(super) retry_after: Option<Duration>,
    /// A line in the log is due; how many went unsaid since the last one.
    pub(super) told: Option<u64>,
}

impl Suspects {
    /// `address`: of the client, `None` where it can't be known.
    pub(super) fn refuse(&self, address: Option<IpAddr>) -> Refusal {
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let told = match known.last_line {
            Some(last) if now.duration_since(last) < LINE => {
                known.unsaid += 1;
                None
            }
            _ => {
                known.last_line = Some(now);
                Some(std::mem::take(&mut known.unsaid))
            }
        };
        Refusal { retry_after: known.take(address.map(network), now), told }
    }
}

impl Known {
    fn take(&mut self, address: Option<IpAddr>, now: Instant) -> Option<Duration> {
        let is_due = self.swept.is_none_or(|swept| now.duration_since(swept) >= SWEEP);
        if self.buckets.len() >= MOST && is_due {
            self.swept = Some(now);
            self.buckets.retain(|_, bucket| bucket.filled(now) < BURST);
        }
        let is_known = self.buckets.len() < MOST || self.buckets.contains_key(&address);
        let key = if is_known { address } else { None };
        let bucket = self.buckets.entry(key).or_insert(Bucket { tokens: BURST, at: now });
        let tokens = bucket.filled(now);
        let enough = tokens >= 1.0;
        *bucket = Bucket { tokens: if enough { tokens - 1.0 } else { tokens }, at: now };
        (!enough).then(|| Duration::from_secs_f64(((1.0 - tokens) / PER_SECOND).max(1.0)))
    }
}

impl Bucket {
    fn filled(&self, now: Instant) -> f64 {
        (self.tokens + now.duration_since(self.at).as_secs_f64() * PER_SECOND).min(BURST)
    }
}

/// One client has at least a /64 of IPv6 (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    fn exhaust(suspects: &Suspects, address: Option<IpAddr>) {
        for _ in 0..BURST as usize {
            assert_eq!(suspects.refuse(address).retry_after, None);
        }
        assert!(suspects.refuse(address).retry_after.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_goes_on_is_slowed_down_and_others_are_not() {
        let suspects = Suspects::default();
        exhaust(&suspects, address(1));
        assert_eq!(suspects.refuse(address(2)).retry_after, None);
        assert_eq!(suspects.refuse(None).retry_after, None);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_told_to_come_back_when_it_will_be_heard() {
        let suspects = Suspects::default();
        exhaust(&suspects, address(1));
        let wait = suspects.refuse(address(1)).retry_after.unwrap();
        tokio::time::advance(wait).await;
        assert_eq!(suspects.refuse(address(1)).retry_after, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_whole_ipv6_network_is_one_client() {
        let suspects = Suspects::default();
        for n in 0..BURST as u16 {
            suspects.refuse(Some(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, n).into()));
        }
        let same: IpAddr = Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 9, 9, 9, 9).into();
        let other: IpAddr = Ipv6Addr::new(0x2001, 0xdb8, 0, 2, 9, 9, 9, 9).into();
        assert!(suspects.refuse(Some(same)).retry_after.is_some());
        assert_eq!(suspects.refuse(Some(other)).retry_after, None);
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        exhaust(&suspects, Some(mapped));
        assert!(suspects.refuse(address(1)).retry_after.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn any_number_of_addresses_takes_bounded_memory() {
        let suspects = Suspects::default();
        for n in 0..3 * MOST as u32 {
            suspects.refuse(Some(IpAddr::from(n.to_be_bytes())));
        }
        assert!(suspects.known.lock().unwrap().buckets.len() <= MOST + 1);
        tokio::time::advance(Duration::from_secs(60)).await;
        suspects.refuse(address(1));
        assert_eq!(suspects.known.lock().unwrap().buckets.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_hears_of_it_now_and_then() {
        let suspects = Suspects::default();
        let told: Vec<Option<u64>> = (0..5).map(|_| suspects.refuse(address(1)).told).collect();
        assert_eq!(told, [Some(0), None, None, None, None]);
        tokio::time::advance(LINE).await;
        assert_eq!(suspects.refuse(address(2)).told, Some(4));
    }
}

//! What is known of earlier mails without asking the database: which may be known already, and which are too late.
//!
//! Both err on one side only: a mail said to be new is new, and one said to be the latest for its reader is.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{MailboxId, NewDelivery};
use crate::mail::Fingerprint;

/// Bits of the filter. With 100,000 mails in history about one in 4,000 new ones is taken for an old one.
const BITS: usize = 1 << 22;
/// Bits of each entry.
const HASHES: usize = 6;
/// Readers whose latest value is known by itself.
const READERS: usize = 4096;

/// A Bloom filter of all mails in history, by fingerprint and by place.
#[derive(Debug)]
pub(super) struct Known {
    bits: Vec<u64>,
}

impl Known {
    pub(super) fn new() -> Self {
        Self { bits: vec![0; BITS / 64] }
    }

    /// `false`: it was not there.
    pub(super) fn add(&mut self, Fingerprint(hash): &Fingerprint) -> bool {
        let mut was_there = true;
        for four in hash.chunks_exact(4).take(HASHES) {
            let bit = four.iter().fold(0, |bit, byte| (bit << 8) | usize::from(*byte)) % BITS;
            if let Some(word) = self.bits.get_mut(bit / 64) {
                was_there &= *word >> (bit % 64) & 1 == 1;
                *word |= 1 << (bit % 64);
            }
        }
        was_there
    }
}

/// A message by its place, as if it were a fingerprint.
pub(super) fn place(mailbox: &MailboxId, uid_validity: u32, uid: u32) -> Fingerprint {
    let mut hash = Sha256::new();
    for part in [&mailbox.inbox, &mailbox.mailbox] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(uid_validity.to_be_bytes());
    hash.update(uid.to_be_bytes());
    Fingerprint(hash.finalize().into())
}

/// Order of arrival: INTERNALDATE, then UID.
type Arrival = (Timestamp, u32);

/// The latest arrivals of each reader: an identifier, a scope and a kind of value.
#[derive(Debug)]
pub(super) struct Latest {
    hasher: RandomState,
    arrivals: HashMap<u64, Arrival>,
    /// The latest of all that are not held by themselves.
    others: Arrival,
}

impl Latest {
    pub(super) fn new(others: Arrival) -> Self {
        Self { hasher: RandomState::new(), arrivals: HashMap::new(), others }
    }

    /// Adds an arrival. `true`: none of its reader was later, or at its very place.
    pub(super) fn add(&mut self, new: &NewDelivery, arrival: Arrival) -> bool {
        let reader = self.hasher.hash_one((&new.identifier, &new.scope, new.value.kind()));
        let before = self.arrivals.get(&reader).copied().unwrap_or(self.others);
        if self.arrivals.len() >= READERS && !self.arrivals.contains_key(&reader) {
            self.others = self.arrivals.drain().map(|(_, arrival)| arrival).fold(self.others, Ord::max);
        }
        self.arrivals.insert(reader, before.max(arrival));
        arrival > before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{Code, Deliver, Identifier, Scope, Value};

    #[test]
    fn what_was_added_is_known_and_hardly_anything_else() {
        let mut known = Known::new();
        let mail = |n: u32| Fingerprint(Sha256::digest(n.to_be_bytes()).into());
        let mistaken = (0..50_000).filter(|n| known.add(&mail(*n))).count();
        assert!(mistaken < 50, "{mistaken}");
        assert!((0..50_000).all(|n| known.add(&mail(n))));
    }

    #[test]
    fn places_differ_in_each_of_their_parts() {
        let mailbox = |inbox: &str, mailbox: &str| MailboxId { inbox: inbox.into(), mailbox: mailbox.into() };
        let places = [
            place(&mailbox("a", "bc"), 1, 2),
            place(&mailbox("ab", "c"), 1, 2),
            place(&mailbox("a", "bc"), 2, 1),
            place(&mailbox("a", "bc"), 1, 3),
        ];
        assert!((0..4).all(|a| (0..a).all(|b| places[a] != places[b])));
    }

    #[test]
    fn the_latest_of_a_reader_is_known_also_when_there_are_many_readers() {
        let new = |identifier: &str| NewDelivery {
            value: Value::Code(Code::new("482913").unwrap()),
            identifier: Identifier::new(identifier).unwrap(),
            scope: Scope::default(),
            rule: None,
            deadline: Timestamp::MAX,
            deliver: Deliver::Push,
        };
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let mut latest = Latest::new((at(10), 0));
        assert!(!latest.add(&new("a@example.com"), (at(9), 5)), "before all that was known at the start");
        assert!(latest.add(&new("a@example.com"), (at(11), 5)));
        assert!(!latest.add(&new("a@example.com"), (at(11), 5)));
        assert!(!latest.add(&new("a@example.com"), (at(10), 9)));
        assert!(latest.add(&new("b@example.com"), (at(11), 4)), "another reader");
        assert!(latest.add(&new("a@example.com"), (at(11), 6)));
        for reader in 0..READERS as i64 {
            latest.add(&new(&format!("{reader}@example.com")), (at(20 + reader), 1));
        }
        assert!(latest.arrivals.len() <= READERS);
        assert!(!latest.add(&new("a@example.com"), (at(11), 6)), "its reader may have been forgotten");
    }
}

//! How far a mailbox was dealt with: pure bookkeeping, no I/O.
//!
//! Messages are dealt with in order of UID, but one that can't be fetched must not hold up those behind it. Such a message
//! stays open: later ones go ahead, the durable cursor waits before it, and it is tried again, less and less often, until
//! it is given up with a record. So nothing is lost by a crash, and no message blocks a mailbox.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::store::Cursor;

/// The most messages that one FETCH asks for.
const LARGEST_CHUNK: usize = 32;
/// A message that could not be fetched for so long, in so many attempts, is given up.
const GIVE_UP_AFTER: Duration = Duration::from_secs(60 * 60);
const GIVE_UP_STRIKES: u32 = 3;
/// From this attempt on only the content is asked for, without dates and sizes that may be what breaks.
const BARE_STRIKES: u32 = 2;
/// How long a message may stay unseen after a later one was seen: some servers give numbers away before messages are there.
const APPEARS_WITHIN: Duration = Duration::from_secs(30);
/// Pauses before DNS is asked once more about the sender of a mail.
const ASK_AGAIN: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(30)];

/// A mailbox's state while it is watched.
#[derive(Debug)]
pub(super) struct Progress {
    pub(super) uid_validity: u32,
    /// Every UID below was dealt with or is open.
    next: u32,
    open: BTreeMap<u32, Open>,
    /// Messages up to this UID are fetched one by one: one of them broke a larger FETCH.
    careful_until: u32,
    /// EXISTS at the end of the last look.
    pub(super) looked_at: u32,
    /// Of the highest UID that was read: when it arrived.
    last: Option<(u32, Timestamp)>,
}

/// A message that is not dealt with yet although later ones may be.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) first_seen: Timestamp,
    /// The beginning was fetched and held nothing: the rest is to be looked at.
    pub(super) more: bool,
    strikes: u32,
    /// How often DNS left it open who sent it.
    doubts: usize,
    since: Instant,
    retry_at: Instant,
    /// A later one was seen, and the server has never listed this one.
    absent: bool,
}

/// A mail whose sender is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Postponed {
    pub(super) retry_in: Duration,
    /// DNS was asked about it once so far.
    pub(super) is_first: bool,
}

impl Open {
    /// One whose turn is at once.
    fn new(first_seen: Timestamp, now: Instant) -> Self {
        Self { first_seen, more: false, strikes: 0, doubts: 0, since: now, retry_at: now, absent: false }
    }

    /// What is left to find out is who sent it.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubts > 0 && self.strikes == 0
    }

    /// Ask for the content alone.
    pub(super) fn is_bare(&self) -> bool {
        self.strikes >= BARE_STRIKES
    }
}

impl Progress {
    pub(super) fn at(cursor: Cursor) -> Self {
        Self {
            uid_validity: cursor.uid_validity,
            next: cursor.next_uid.max(1),
            open: BTreeMap::new(),
            careful_until: 0,
            looked_at: 0,
            last: None,
        }
    }

    /// When the mail before `uid` arrived, as far as that is known.
    pub(super) fn arrival_before(&self, uid: u32) -> Option<Timestamp> {
        self.last.filter(|(last, _)| *last < uid).map(|(_, arrived_at)| arrived_at)
    }

    pub(super) fn arrived(&mut self, uid: u32, at: Timestamp) {
        if self.last.is_none_or(|(last, _)| last < uid) {
            self.last = Some((uid, at));
        }
    }

    /// The first UID that nobody has looked at.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// What may be durable: no open message lies before it.
    pub(super) fn cursor(&self) -> Cursor {
        let next_uid = self.open.keys().next().copied().unwrap_or(self.next).min(self.next);
        Cursor { uid_validity: self.uid_validity, next_uid }
    }

    /// `uid` was dealt with, and with it everything below that is not open.
    pub(super) fn passed(&mut self, uid: u32) {
        self.open.remove(&uid);
        self.next = self.next.max(uid.saturating_add(1));
    }

    /// The beginning of `uid` held nothing: it stays open until the rest was looked at.
    pub(super) fn wants_more(&mut self, uid: u32, first_seen: Timestamp) {
        let doubts = self.open.get(&uid).map_or(0, |open| open.doubts);
        self.passed(uid);
        self.open.insert(uid, Open { more: true, doubts, ..Open::new(first_seen, Instant::now()) });
    }

    /// The store did not take what was found in `uid`: it is not dealt with, and is looked at again with the next look.
    pub(super) fn reopened(&mut self, uid: u32, first_seen: Timestamp) {
        self.open.insert(uid, Open::new(first_seen, Instant::now()));
    }

    /// DNS left it open who sent `uid`: it is asked again after a while. `None`: it was asked often enough.
    pub(super) fn postponed(&mut self, uid: u32, now: Instant) -> Option<Postponed> {
        let open = self.open.get_mut(&uid)?;
        let retry_in = *ASK_AGAIN.get(open.doubts)?;
        let is_first = open.doubts == 0;
        open.doubts += 1;
        open.retry_at = now + retry_in;
        Some(Postponed { retry_in, is_first })
    }

    /// A FETCH of `uids` broke. A single message is put aside; of several the culprit is found one by one.
    pub(super) fn failed(&mut self, uids: &[u32], now: Instant, seen_at: Timestamp) {
        match uids {
            [] => {}
            [uid] => {
                let open = self.open.remove(uid);
                self.passed(*uid);
                let mut open = open.unwrap_or_else(|| Open::new(seen_at, now));
                open.absent = false;
                open.strikes += 1;
                // At first it most often was the connection and not the message, then the bare content has its chance.
                open.retry_at = match open.strikes {
                    ..=BARE_STRIKES => now,
                    strikes => now + Duration::from_secs(15) * (1 << strikes.min(6)),
                };
                self.open.insert(*uid, open);
            }
            [.., last] => self.careful_until = self.careful_until.max(*last),
        }
    }

    /// A later message than `uid` was seen, and not this one. It may have been deleted, or is still to appear: it is asked
    /// for again from `retry_at` on, for a while.
    pub(super) fn absent(&mut self, uid: u32, now: Instant, retry_at: Instant, seen_at: Timestamp) {
        if self.open.contains_key(&uid) {
            return;
        }
        self.passed(uid);
        self.open.insert(uid, Open { retry_at, absent: true, ..Open::new(seen_at, now) });
    }

    /// `uid` was asked for and is not there: whether it may still appear, and is asked for again.
    pub(super) fn may_appear(&mut self, uid: u32, now: Instant) -> bool {
        let Some(open) = self.open.get_mut(&uid).filter(|open| open.absent) else { return false };
        let waited = now.saturating_duration_since(open.since);
        open.retry_at = now + waited.max(Duration::from_secs(2));
        waited < APPEARS_WITHIN
    }

    /// The server announces more than was found: what was absent may be there now. Whether there is any such message.
    pub(super) fn hasten(&mut self, now: Instant) -> bool {
        let absent = self.open.values_mut().filter(|open| open.absent);
        absent.map(|open| open.retry_at = now).count() > 0
    }

    /// Whether it is to be fetched alone.
    pub(super) fn is_careful(&self, uid: u32) -> bool {
        uid <= self.careful_until
    }

    /// When an open message is to be tried again.
    pub(super) fn next_retry(&self) -> Option<Instant> {
        self.open.values().map(|open| open.retry_at).min()
    }

    /// Open messages whose turn it is.
    pub(super) fn due(&self, now: Instant) -> Vec<(u32, Open)> {
        self.open.iter().filter(|(_, open)| open.retry_at <= now).map(|(&uid, open)| (uid, open.clone())).collect()
    }

    /// Open messages that are given up.
    pub(super) fn hopeless(&self, now: Instant) -> Vec<(u32, Open)> {
        let hopeless =
            |open: &Open| open.strikes >= GIVE_UP_STRIKES && now.saturating_duration_since(open.since) >= GIVE_UP_AFTER;
        self.open.iter().filter(|(_, open)| hopeless(open)).map(|(&uid, open)| (uid, open.clone())).collect()
    }

    /// How many of `rest` (ascending) to ask for at once, after `done` were dealt with in this look: the first alone, so
    /// that it is on its way at once, then twice as many each time.
    pub(super) fn chunk(&self, rest: &[u32], done: usize) -> usize {
        match rest.first() {
            None => 0,
            Some(&first) if self.is_careful(first) => 1,
            Some(_) => (done + 1).min(LARGEST_CHUNK).min(rest.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(next_uid: u32) -> Progress {
        Progress::at(Cursor { uid_validity: 7, next_uid })
    }

    #[test]
    fn the_cursor_waits_before_an_open_message_while_later_ones_pass() {
        let mut progress = progress(10);
        let now = Instant::now();
        progress.passed(10);
        progress.failed(&[11], now, Timestamp::UNIX_EPOCH);
        progress.passed(12);
        assert_eq!((progress.next(), progress.cursor().next_uid), (13, 11));
        progress.passed(11);
        assert_eq!((progress.next(), progress.cursor().next_uid), (13, 13));
    }

    #[test]
    fn what_the_store_did_not_take_holds_the_cursor_and_keeps_when_it_was_first_seen() {
        let mut progress = progress(10);
        let first_seen = Timestamp::from_second(1_800_000_000).unwrap();
        for uid in [10, 11, 12] {
            progress.passed(uid);
        }
        progress.reopened(11, first_seen);
        assert_eq!((progress.next(), progress.cursor().next_uid), (13, 11));
        let due = progress.due(Instant::now());
        assert_eq!(due.iter().map(|(uid, open)| (*uid, open.first_seen)).collect::<Vec<_>>(), [(11, first_seen)]);
        assert!(!progress.is_careful(11));
        progress.passed(11);
        assert_eq!(progress.cursor().next_uid, 13);
    }

    #[test]
    fn a_broken_message_is_retried_less_and_less_and_given_up_after_an_hour() {
        let mut progress = progress(1);
        let start = Instant::now();
        for bare in [false, true] {
            progress.failed(&[1], start, Timestamp::UNIX_EPOCH);
            let due = progress.due(start);
            assert!(matches!(due.as_slice(), [(1, open)] if open.is_bare() == bare), "the first retries are at once");
        }
        progress.failed(&[1], start, Timestamp::UNIX_EPOCH);
        assert_eq!(progress.due(start).len(), 0);
        assert_eq!(progress.due(start + Duration::from_secs(121)).len(), 1);
        assert_eq!(progress.hopeless(start + Duration::from_secs(60)).len(), 0);
        assert_eq!(progress.hopeless(start + GIVE_UP_AFTER).len(), 1);
    }

    #[test]
    fn a_doubtful_sender_is_asked_for_three_times_while_later_messages_pass() {
        let mut progress = progress(1);
        let now = Instant::now();
        progress.wants_more(1, Timestamp::UNIX_EPOCH);
        let first = Postponed { retry_in: ASK_AGAIN[0], is_first: true };
        assert_eq!(progress.postponed(1, now), Some(first));
        progress.passed(2);
        assert_eq!((progress.next(), progress.cursor().next_uid), (3, 1));
        assert_eq!(progress.next_retry(), Some(now + ASK_AGAIN[0]));
        progress.wants_more(1, Timestamp::UNIX_EPOCH);
        let second = Postponed { retry_in: ASK_AGAIN[1], is_first: false };
        assert_eq!(progress.postponed(1, now), Some(second), "a second fetch does not begin anew");
        assert_eq!(progress.next_retry(), Some(now + ASK_AGAIN[1]));
        assert_eq!(progress.postponed(1, now), None);
    }

    #[test]
    fn an_absent_message_is_waited_for_and_then_passed() {
        let mut progress = progress(1);
        let start = Instant::now();
        progress.absent(1, start, start, Timestamp::UNIX_EPOCH);
        progress.passed(2);
        assert_eq!((progress.next(), progress.cursor().next_uid), (3, 1));
        let mut now = start;
        let mut asked = 0;
        while progress.may_appear(1, now) {
            now = progress.next_retry().unwrap();
            asked += 1;
        }
        assert_eq!(asked, 5);
        assert!((APPEARS_WITHIN..APPEARS_WITHIN * 2).contains(&now.duration_since(start)));
        assert!(progress.hasten(now));
        assert_eq!(progress.due(now).len(), 1);
        progress.failed(&[1], now, Timestamp::UNIX_EPOCH);
        assert!(!progress.may_appear(1, now), "it was listed, so it is gone when it is not");
        assert!(!progress.hasten(now));
    }

    #[test]
    fn chunks_grow_from_one_and_stay_at_one_where_a_larger_fetch_broke() {
        let mut progress = progress(1);
        let uids: Vec<u32> = (1..=100).collect();
        assert_eq!(progress.chunk(&uids, 0), 1);
        assert_eq!(progress.chunk(&uids[1..], 1), 2);
        assert_eq!(progress.chunk(&uids[3..], 3), 4);
        assert_eq!(progress.chunk(&uids[40..], 40), 32);
        progress.failed(&uids[3..7], Instant::now(), Timestamp::UNIX_EPOCH);
        assert_eq!(progress.chunk(&uids[6..], 60), 1);
        assert_eq!(progress.chunk(&uids[7..], 60), 32);
        assert_eq!(progress.chunk(&[], 0), 0);
    }
}

//! A look at a mailbox: finds what is new, fetches it, has it read, and commits what was found.
//!
//! What is durable after each step: nothing until `commit` returns; then the sightings and the cursor, together. The
//! cursor moves only after the server's tagged OK. A store that fails keeps the cursor where it is: the look waits and
//! commits again, with the session still open. One raw mail is in memory at a time; where senders are verified, also those
//! that wait for DNS, up to [`HELD`] bytes together.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::time::Instant;

use super::digest::{Digested, Left, Noticed, digest, given_up, judge};
use super::error::Error;
use super::fetch::{Fetched, Items};
use super::progress::{Open, Progress};
use super::records::Records;
use super::session::Session;
use crate::config::Inbox;
use crate::store::{MailboxId, Sighting};

/// How many UIDs beyond the expected one are asked for along with it.
const SLACK: u32 = 8;
/// The first pause before a message is asked for again that a SEARCH did not list although it listed a later one.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// How many UIDs one SEARCH spans in large mailboxes: its answer is one line.
const WINDOW: u32 = 20_000;
/// Looks in a row that find nothing although the server keeps announcing something.
const VAIN_LOOKS: u32 = 3;
/// Mails that wait for DNS are kept up to so many bytes, at least one; others are fetched again when their turn comes.
const HELD: usize = 1 << 20;
/// Mails whose senders DNS is asked about again, at once.
const DOUBTS_AT_ONCE: usize = 32;

/// One look.
pub(super) struct Look<'a> {
    session: &'a mut Session,
    mailbox: &'a MailboxId,
    inbox: Arc<Inbox>,
    pub(super) progress: &'a mut Progress,
    records: &'a Records,
    /// When what it finds was announced, or when it began.
    began: Timestamp,
    /// Mails dealt with so far.
    pub(super) dealt: usize,
}

/// What a FETCH is made of.
struct Wanted<'u> {
    set: String,
    /// `None`: whatever the set holds.
    uids: Option<&'u [u32]>,
    items: Items,
    /// Mails whose beginning was looked at before.
    is_rest: bool,
    first_seen: Timestamp,
}

/// A sequence set (RFC 3501 section 9) of ascending UIDs, neighbours joined: `3,5:7`.
pub(super) fn uid_set(uids: &[u32]) -> String {
    let mut set = String::new();
    for run in uids.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        let comma = if set.is_empty() { "" } else { "," };
        // Writing to a String can't fail.
        let _ = match run {
            [only] => write!(set, "{comma}{only}"),
            [first, .., last] => write!(set, "{comma}{first}:{last}"),
            [] => Ok(()),
        };
    }
    set
}

impl<'a> Look<'a> {
    pub(super) fn new(
        session: &'a mut Session,
        mailbox: &'a MailboxId,
        inbox: Arc<Inbox>,
        progress: &'a mut Progress,
        records: &'a Records,
    ) -> Self {
        let began = session.news.take().unwrap_or_else(Timestamp::now);
        Self { session, mailbox, inbox, progress, records, began, dealt: 0 }
    }

    /// Fetches what was announced without asking for its UID first: almost always it has the next one.
    pub(super) async fn expected(&mut self, grown: u32) -> Result<(), Error> {
        let next = self.progress.next();
        // Of several the first goes alone, so that it is on its way at once.
        let last = if grown == 1 { next.saturating_add(SLACK) } else { next };
        let wanted = Wanted {
            set: if next == last { next.to_string() } else { format!("{next}:{last}") },
            uids: None,
            items: Items::Mail { bytes: self.inbox.watch.first_fetch },
            is_rest: false,
            first_seen: self.began,
        };
        match self.fetch(&wanted).await {
            Ok(found) => {
                // What came before the last and was not handed out is looked for afterwards.
                let last = found.last_key_value().map_or(next, |(&uid, _)| uid);
                let now = Instant::now();
                for uid in (next..last).filter(|uid| !found.contains_key(uid)) {
                    self.progress.absent(uid, now, now, self.began);
                }
                self.digested(found).await
            }
            Err(error) => {
                // Which of them broke it is found out by the next session, one by one.
                self.progress.failed(&[next, last.max(next + 1)], Instant::now(), self.began);
                Err(error)
            }
        }
    }

    /// Looks for everything from the first UID that nobody has seen.
    pub(super) async fn search(&mut self) -> Result<(), Error> {
        let next = self.progress.next();
        let mut uids = self.session.search(&format!("UID {next}:*")).await?;
        // `n:*` holds the last message even if that comes before n.
        uids.retain(|&uid| uid >= next);
        if let Some(&last) = uids.last() {
            // Those it does not list are deleted, or not there yet.
            let now = Instant::now();
            for uid in (next.max(last.saturating_sub(SLACK))..last).filter(|uid| uids.binary_search(uid).is_err()) {
                self.progress.absent(uid, now, now + FIRST_WAIT, self.began);
            }
        }
        self.each(&uids).await
    }

    /// The same for a mailbox of so many messages that one answer could not list them.
    pub(super) async fn search_all(&mut self, exists: u32, uid_next: Option<u32>) -> Result<(), Error> {
        while let Some(last) = self.progress.next().checked_add(WINDOW)
            && exists > WINDOW
            && uid_next.is_some_and(|uid_next| last < uid_next)
        {
            let uids = self.session.search(&format!("UID {}:{last}", self.progress.next())).await?;
            self.each(&uids).await?;
            self.progress.passed(last);
        }
        self.search().await
    }

    /// Deals with these messages, in chunks that grow.
    pub(super) async fn each(&mut self, uids: &[u32]) -> Result<(), Error> {
        let mut rest = uids;
        let mut done = 0;
        while !rest.is_empty() {
            let (chunk, later) = rest.split_at(self.progress.chunk(rest, done).clamp(1, rest.len()));
            let bytes = self.inbox.watch.first_fetch;
            self.some(chunk, Items::Mail { bytes }, false, self.began).await?;
            done += chunk.len();
            rest = later;
        }
        Ok(())
    }

    /// Messages that were put aside and whose turn has come.
    pub(super) async fn retry(&mut self) -> Result<(), Error> {
        for (uid, open) in self.progress.hopeless(Instant::now()) {
            self.progress.passed(uid);
            let record = given_up(self.mailbox, self.progress.uid_validity, uid, open.first_seen);
            self.commit(vec![record]).await?;
        }
        let due = self.progress.due(Instant::now());
        let (doubtful, others): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|(uid, open)| open.is_doubtful() && !self.progress.is_careful(*uid));
        for (uid, open) in others {
            self.put_aside(uid, &open).await?;
        }
        for some in doubtful.chunks(DOUBTS_AT_ONCE) {
            let uids: Vec<u32> = some.iter().map(|(uid, _)| *uid).collect();
            let first_seen = some.iter().map(|(_, open)| open.first_seen).min().unwrap_or(self.began);
            self.some(&uids, Items::Mail { bytes: self.inbox.watch.max_message_size }, true, first_seen).await?;
        }
        Ok(())
    }

    async fn put_aside(&mut self, uid: u32, open: &Open) -> Result<(), Error> {
        let watch = &self.inbox.watch;
        let bytes = if open.more { watch.max_message_size } else { watch.first_fetch };
        let items = if open.is_bare() { Items::BytesOnly { bytes } } else { Items::Mail { bytes } };
        self.some(&[uid], items, open.more, open.first_seen).await
    }

    /// Fetches these messages, has them read, and commits.
    async fn some(&mut self, uids: &[u32], items: Items, is_rest: bool, first_seen: Timestamp) -> Result<(), Error> {
        let wanted = Wanted { set: uid_set(uids), uids: Some(uids), items, is_rest, first_seen };
        let result = self.fetch(&wanted).await;
        if result.is_err() {
            self.progress.failed(uids, Instant::now(), first_seen);
        }
        let found = result?;
        let missing: Vec<u32> = uids.iter().copied().filter(|uid| !found.contains_key(uid)).collect();
        if !missing.is_empty() {
            // Deleted meanwhile, as a rule. What the server still lists was not handed out, and is asked for again.
            let listed = self.session.search(&format!("UID {}", uid_set(&missing))).await?;
            for uid in missing {
                if listed.binary_search(&uid).is_ok() {
                    self.progress.failed(&[uid], Instant::now(), first_seen);
                } else if !self.progress.may_appear(uid, Instant::now()) {
                    self.progress.passed(uid);
                }
            }
        }
        self.digested(found).await
    }

    async fn fetch(&mut self, wanted: &Wanted<'_>) -> Result<BTreeMap<u32, Digested>, Error> {
        let next = self.progress.next();
        let mut found: BTreeMap<u32, Digested> = BTreeMap::new();
        let mut held = 0;
        let mut fetching = self.session.fetch(&wanted.set, wanted.items).await?;
        while let Some(mail) = fetching.next().await? {
            let uid = mail.uid;
            let is_wanted = wanted.uids.map_or(uid >= next, |uids| uids.binary_search(&uid).is_ok());
            if !is_wanted || found.contains_key(&uid) {
                continue;
            }
            let before = self.progress.arrival_before(uid);
            let noticed = Noticed { seen_at: self.began, first_seen: wanted.first_seen, before };
            let Some(mut digested) = digest(mail, wanted.items.bytes(), Arc::clone(&self.inbox), noticed).await else {
                continue;
            };
            self.progress.arrived(uid, digested.sighting.arrived_at);
            digested.left = match digested.left {
                Left::Rest if wanted.is_rest => Left::Nothing,
                Left::Sender(mail) => {
                    let length = mail.body().map_or(0, <[u8]>::len);
                    let fits = held == 0 || held + length <= HELD;
                    held += if fits { length } else { 0 };
                    if fits { Left::Sender(mail) } else { Left::Rest }
                }
                left => left,
            };
            found.insert(uid, digested);
        }
        Ok(found)
    }

    /// Commits what was read to its end at once, then asks about senders, then fetches the rest of what is left.
    async fn digested(&mut self, found: BTreeMap<u32, Digested>) -> Result<(), Error> {
        for uid in self.dealt_with(found).await? {
            let wanted = Wanted {
                set: uid.to_string(),
                uids: Some(&[uid]),
                items: Items::Mail { bytes: self.inbox.watch.max_message_size },
                is_rest: true,
                first_seen: self.began,
            };
            let rest = self.fetch(&wanted).await.inspect_err(|_| {
                self.progress.failed(&[uid], Instant::now(), self.began);
            })?;
            if rest.is_empty() {
                // Deleted meanwhile, or not handed out: the next attempt tells.
                self.progress.failed(&[uid], Instant::now(), self.began);
            }
            self.dealt_with(rest).await?;
        }
        Ok(())
    }

    /// Commits what can be; gives the messages of which more is to be fetched.
    async fn dealt_with(&mut self, found: BTreeMap<u32, Digested>) -> Result<Vec<u32>, Error> {
        let mut sightings = Vec::with_capacity(found.len());
        let mut unfinished = Vec::new();
        let mut doubtful = Vec::new();
        for (uid, Digested { sighting, is_probe, left }) in found {
            match left {
                _ if is_probe => self.progress.passed(uid),
                Left::Nothing => {
                    self.progress.passed(uid);
                    sightings.push(sighting);
                }
                Left::Rest => {
                    self.progress.wants_more(uid, sighting.seen_at);
                    unfinished.push(uid);
                }
                Left::Sender(mail) => {
                    self.progress.wants_more(uid, sighting.seen_at);
                    doubtful.push((sighting, *mail));
                }
            }
        }
        if doubtful.is_empty() || !sightings.is_empty() {
            self.commit(sightings).await?;
        }
        self.judged(doubtful).await?;
        Ok(unfinished)
    }

    /// Has the senders of these mails verified, all at once, and commits what came of it. Where DNS did not answer, the
    /// mail stays open for a while: the cursor waits before it, others go ahead.
    async fn judged(&mut self, doubtful: Vec<(Sighting, Fetched)>) -> Result<(), Error> {
        if doubtful.is_empty() {
            return Ok(());
        }
        let verifier = &self.records.verifier;
        self.session.promise(verifier.timeout());
        let judging = doubtful
            .into_iter()
            .map(|(sighting, mail)| judge(sighting, mail, Arc::clone(&self.inbox), verifier.clone()));
        let mut settled = Vec::new();
        for judged in join_all(judging).await {
            let sighting = judged.sighting;
            let postponed = if judged.is_open { self.progress.postponed(sighting.uid, Instant::now()) } else { None };
            match postponed {
                Some(postponed) => self.records.tell_postponed(self.mailbox, &sighting, postponed),
                None => {
                    self.progress.passed(sighting.uid);
                    settled.push(sighting);
                }
            }
        }
        if !settled.is_empty() {
            self.commit(settled).await?;
        }
        Ok(())
    }

    /// Sightings and cursor, in one transaction, as often as it takes. [`Error::Backlog`]: some are not committed, and are
    /// open again.
    pub(super) async fn commit(&mut self, sightings: Vec<Sighting>) -> Result<(), Error> {
        match self.commit_together(&sightings).await {
            // What is too much together may not be too much one by one.
            Err(Error::Backlog(_)) if sightings.len() > 1 => {
                for sighting in &sightings {
                    self.progress.passed(sighting.uid);
                    self.commit_together(slice::from_ref(sighting)).await?;
                }
                Ok(())
            }
            done => done,
        }
    }

    async fn commit_together(&mut self, sightings: &[Sighting]) -> Result<(), Error> {
        let cursor = self.progress.cursor();
        let committed = self.records.commit(self.session, self.mailbox, cursor, sightings).await;
        let recorded = committed.inspect_err(|_| {
            for sighting in sightings {
                self.progress.reopened(sighting.uid, sighting.arrived_at.min(sighting.seen_at));
            }
        })?;
        self.dealt += sightings.len();
        for (sighting, recorded) in sightings.iter().zip(recorded) {
            self.records.tell(self.mailbox, sighting, recorded);
        }
        Ok(())
    }

    /// Looks again while the server announces more, and notes how far the look came.
    pub(super) async fn settle(&mut self) -> Result<usize, Error> {
        let mut vain = 0;
        while let Some(news) = self.session.news.take()
            && vain < VAIN_LOOKS
        {
            self.began = news;
            let before = self.dealt;
            self.search().await?;
            vain = if self.dealt == before { vain + 1 } else { 0 };
        }
        self.progress.looked_at = self.session.exists;
        self.session.take_expunged();
        Ok(self.dealt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uid_sets_join_neighbours() {
        assert_eq!(uid_set(&[3, 5, 6, 7, 9]), "3,5:7,9");
        assert_eq!(uid_set(&[u32::MAX - 1, u32::MAX]), "4294967294:4294967295");
        assert_eq!(uid_set(&[]), "");
    }
}

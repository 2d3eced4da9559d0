//! A look at a mailbox: finds what is new, fetches it, has it read, and commits what was found.
//!
//! What is durable after each step: nothing until `commit` returns; then the sightings and the cursor, together. The
//! cursor moves only after the server's tagged OK. A store that fails keeps the cursor where it is: the look waits and
//! commits again, with the session still open. One raw mail is in memory at a time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::backoff::Backoff;
use super::digest::{Digested, Noticed, digest, given_up};
use super::error::Error;
use super::progress::{Open, Progress};
use super::session::{Examined, Items, Session};
use super::time::{arrival, day_before};
use crate::config::Inbox;
use crate::events::{Event, Events};
use crate::store::{Cursor, Finding, MailboxId, Recorded, Sighting, Store, StoreError};

/// How many UIDs beyond the expected one are asked for along with it.
const SLACK: u32 = 8;
/// How many dates one FETCH asks for.
const DATES_AT_ONCE: usize = 500;
/// The first wait before a store that failed is tried again; doubled up to the pulse's grace.
const STORE_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_STORE_PAUSE: Duration = Duration::from_secs(15);
/// Looks in a row that find nothing although the server keeps announcing something.
const VAIN_LOOKS: u32 = 3;

/// A mailbox that is watched: what is known of it outlives its sessions.
#[derive(Debug)]
pub(super) struct Mailbox {
    pub(super) id: MailboxId,
    /// The inbox's present settings; a reload replaces them under a running session.
    pub(super) inbox: watch::Receiver<Arc<Inbox>>,
    /// `None` until the store or the first look has said where to begin.
    pub(super) progress: Option<Progress>,
    /// The first sight of it was not finished: what is left of its old mail must still not be looked at.
    pub(super) half_seen: bool,
}

/// Where looks write to.
#[derive(Clone, Debug)]
pub(super) struct Records {
    pub(super) store: Store,
    pub(super) events: Events,
}

/// One look.
pub(super) struct Look<'a> {
    pub(super) session: &'a mut Session,
    pub(super) mailbox: &'a MailboxId,
    pub(super) inbox: Arc<Inbox>,
    pub(super) progress: &'a mut Progress,
    pub(super) records: &'a Records,
    began: Timestamp,
    dealt: usize,
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

impl Mailbox {
    /// The present settings; from now on they are known.
    pub(super) fn inbox(&mut self) -> Arc<Inbox> {
        Arc::clone(&self.inbox.borrow_and_update())
    }

    /// Deals with everything in a mailbox that was examined just now. Gives the number of mails dealt with.
    pub(super) async fn catch_up(
        &mut self,
        session: &mut Session,
        examined: Examined,
        records: &Records,
    ) -> Result<usize, Error> {
        if self.progress.is_none() {
            let cursor = records.patiently(session, Some(&self.id), || records.store.cursor(&self.id)).await;
            self.progress = cursor.map(Progress::at);
        }
        let inbox = self.inbox();
        let numbers = self.progress.as_ref().map(|progress| (progress.uid_validity, progress.next()));
        let progress = match numbers {
            Some((validity, next))
                // UIDNEXT below what was seen: the mailbox was made anew under its old number.
                if validity == examined.uid_validity
                    && examined.uid_next.is_none_or(|server| server >= next)
                    && !self.half_seen =>
            {
                let unchanged = examined.uid_next == Some(next);
                let Some(progress) = &mut self.progress else { return Ok(0) };
                if unchanged && examined.exists <= progress.looked_at && progress.due(Instant::now()).is_empty() {
                    return Ok(0);
                }
                progress
            }
            known => {
                if let Some((from, _)) = known.filter(|_| !self.half_seen) {
                    let to = examined.uid_validity;
                    records.events.emit(Event::MailboxRenumbered { mailbox: &self.id, from, to });
                }
                return self.first_sight(session, examined, inbox, records).await;
            }
        };
        let mut look = Look::new(session, &self.id, inbox, progress, records);
        look.retry().await?;
        look.search().await?;
        look.settle().await
    }

    /// Deals with what the server announced.
    pub(super) async fn announced(&mut self, session: &mut Session, records: &Records) -> Result<usize, Error> {
        let inbox = self.inbox();
        let Some(progress) = &mut self.progress else { return Ok(0) };
        let grown = session.exists.saturating_sub(progress.looked_at);
        let mut look = Look::new(session, &self.id, inbox, progress, records);
        if grown > 0 {
            look.expected(grown).await?;
        }
        if look.dealt < grown as usize || grown == 0 {
            look.search().await?;
        }
        look.settle().await
    }

    /// A mailbox without a cursor: mails that may still be of use are looked at, older ones never.
    async fn first_sight(
        &mut self,
        session: &mut Session,
        examined: Examined,
        inbox: Arc<Inbox>,
        records: &Records,
    ) -> Result<usize, Error> {
        let is_second_attempt = std::mem::replace(&mut self.half_seen, true);
        let now = Timestamp::now();
        let oldest = now.saturating_sub(longest_life(&inbox)).unwrap_or(Timestamp::MIN);
        let last = last_uid(session, examined.exists).await?;
        let mut young = Vec::new();
        if last > 0 {
            let candidates = session.search(&format!("UID 1:{last} SINCE {}", day_before(oldest))).await?;
            for some in candidates.chunks(DATES_AT_ONCE) {
                let mut dates = session.fetch(&uid_set(some), Items::Dates).await?;
                while let Some(message) = dates.next().await? {
                    let is_asked = some.binary_search(&message.uid).is_ok();
                    if is_asked && arrival(message.internal_date, now, now) >= oldest {
                        young.push(message.uid);
                    }
                }
            }
            young.sort_unstable();
            young.dedup();
        }
        // What an earlier attempt at this first sight has dealt with, it has dealt with.
        let earlier = self.progress.take().filter(|progress| {
            is_second_attempt
                && progress.uid_validity == examined.uid_validity
                && examined.uid_next.is_none_or(|server| server >= progress.next())
        });
        young.retain(|&uid| earlier.as_ref().is_none_or(|progress| uid >= progress.next()));
        let next_uid = young.first().copied().unwrap_or_else(|| last.saturating_add(1));
        let begin = || Progress::at(Cursor { uid_validity: examined.uid_validity, next_uid });
        let progress = self.progress.insert(earlier.unwrap_or_else(begin));
        let mut look = Look::new(session, &self.id, inbox, progress, records);
        look.retry().await?;
        look.each(&young).await?;
        if last > 0 {
            look.progress.passed(last);
        }
        look.commit(Vec::new()).await;
        self.half_seen = false;
        look.search().await?;
        look.settle().await
    }
}

/// The UID of the last message; 0 if there is none.
async fn last_uid(session: &mut Session, exists: u32) -> Result<u32, Error> {
    if exists == 0 {
        return Ok(0);
    }
    let mut last = 0;
    let mut fetching = session.fetch("*", Items::Dates).await?;
    while let Some(message) = fetching.next().await? {
        last = last.max(message.uid);
    }
    if last == 0 {
        last = session.search("ALL").await?.last().copied().unwrap_or(0);
    }
    Ok(last)
}

/// The longest that anything found in this inbox can be of use.
fn longest_life(inbox: &Inbox) -> SignedDuration {
    let policy = &inbox.policy;
    let ttls = policy.rules.rules().iter().filter_map(|rule| rule.ttl);
    let longest = ttls.chain([policy.ttl, policy.max_ttl]).max().unwrap_or_default();
    SignedDuration::try_from(longest).unwrap_or(SignedDuration::MAX)
}

/// A sequence set (RFC 3501 section 9) of ascending UIDs, neighbours joined: `3,5:7`.
fn uid_set(uids: &[u32]) -> String {
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
    fn new(
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
    async fn expected(&mut self, grown: u32) -> Result<(), Error> {
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
            Ok(found) => self.digested(found).await,
            Err(error) => {
                // Which of them broke it is found out by the next session, one by one.
                self.progress.failed(&[next, last.max(next + 1)], Instant::now(), self.began);
                Err(error)
            }
        }
    }

    /// Looks for everything from the first UID that nobody has seen.
    async fn search(&mut self) -> Result<(), Error> {
        let next = self.progress.next();
        let mut uids = self.session.search(&format!("UID {next}:*")).await?;
        // `n:*` holds the last message even if that comes before n.
        uids.retain(|&uid| uid >= next);
        self.each(&uids).await
    }

    /// Deals with these messages, in chunks that grow.
    async fn each(&mut self, uids: &[u32]) -> Result<(), Error> {
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
    async fn retry(&mut self) -> Result<(), Error> {
        for (uid, open) in self.progress.hopeless(Instant::now()) {
            self.progress.passed(uid);
            let record = given_up(self.mailbox, self.progress.uid_validity, uid, open.first_seen);
            self.commit(vec![record]).await;
        }
        for (uid, open) in self.progress.due(Instant::now()) {
            self.put_aside(uid, &open).await?;
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
                } else {
                    self.progress.passed(uid);
                }
            }
        }
        self.digested(found).await
    }

    async fn fetch(&mut self, wanted: &Wanted<'_>) -> Result<BTreeMap<u32, Digested>, Error> {
        let noticed = Noticed { seen_at: self.began, first_seen: wanted.first_seen };
        let next = self.progress.next();
        let mut found = BTreeMap::new();
        let mut fetching = self.session.fetch(&wanted.set, wanted.items).await?;
        while let Some(mail) = fetching.next().await? {
            let uid = mail.uid;
            let is_wanted = wanted.uids.map_or(uid >= next, |uids| uids.binary_search(&uid).is_ok());
            if !is_wanted || found.contains_key(&uid) {
                continue;
            }
            if let Some(mut digested) = digest(mail, Arc::clone(&self.inbox), noticed).await {
                digested.unfinished &= !wanted.is_rest;
                found.insert(uid, digested);
            }
        }
        Ok(found)
    }

    /// Commits what was read to its end at once, then fetches the rest of what was not.
    async fn digested(&mut self, found: BTreeMap<u32, Digested>) -> Result<(), Error> {
        let mut sightings = Vec::with_capacity(found.len());
        let mut unfinished = Vec::new();
        for (uid, digested) in found {
            if digested.unfinished {
                self.progress.wants_more(uid, digested.sighting.seen_at);
                unfinished.push(uid);
            } else {
                self.progress.passed(uid);
                sightings.push(digested.sighting);
            }
        }
        self.commit(sightings).await;
        for uid in unfinished {
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
            self.progress.passed(uid);
            self.commit(rest.into_values().map(|digested| digested.sighting).collect()).await;
        }
        Ok(())
    }

    /// Sightings and cursor, in one transaction, as often as it takes.
    async fn commit(&mut self, sightings: Vec<Sighting>) {
        let cursor = self.progress.cursor();
        let store = &self.records.store;
        let recorded = self
            .records
            .patiently(self.session, Some(self.mailbox), || store.commit(self.mailbox, cursor, sightings.clone()))
            .await;
        self.dealt += sightings.len();
        for (sighting, recorded) in sightings.iter().zip(recorded) {
            self.records.tell(self.mailbox, sighting, recorded);
        }
    }

    /// Looks again while the server announces more, and notes how far the look came.
    async fn settle(&mut self) -> Result<usize, Error> {
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
        Ok(self.dealt)
    }
}

impl Records {
    /// Asks the store until it answers; says so when it fails and when it is well again.
    async fn patiently<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        session: &Session,
        mailbox: Option<&MailboxId>,
        mut ask: impl FnMut() -> F,
    ) -> T {
        let mut backoff = Backoff::default();
        let mut failed = false;
        loop {
            session.promise(LONGEST_STORE_PAUSE * 4);
            match ask().await {
                Ok(answer) => {
                    if failed {
                        self.events.emit(Event::StoreRecovered);
                    }
                    return answer;
                }
                Err(error) => {
                    if !failed {
                        self.events.emit(Event::StoreFailed { mailbox, reason: &error.to_string() });
                    }
                    failed = true;
                    sleep(backoff.next(STORE_PAUSE).min(LONGEST_STORE_PAUSE)).await;
                }
            }
        }
    }

    fn tell(&self, mailbox: &MailboxId, sighting: &Sighting, recorded: Recorded) {
        let (mut outcome, rule, reason, identifier) = match &sighting.finding {
            Finding::Deliver(new) => ("found", new.rule.as_deref(), "", Some(new.identifier.as_str())),
            Finding::Nothing { reason } => ("nothing", None, reason.as_str(), None),
            Finding::Ignored { rule } => ("ignored", Some(rule.as_str()), "", None),
            Finding::Refused { rule, reason } => ("refused", rule.as_deref(), reason.as_str(), None),
        };
        match recorded {
            Recorded::Duplicate => outcome = "duplicate",
            Recorded::Expired => outcome = "expired",
            Recorded::Delivering { .. } | Recorded::Noted => {}
        }
        self.events.emit(Event::MailSeen { mailbox, uid: sighting.uid, outcome, rule, reason, identifier });
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

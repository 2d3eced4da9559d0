//! A watched mailbox beyond its sessions: where to begin, and which looks it takes to catch up.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use super::error::Error;
use super::fetch::Items;
use super::look::{Look, uid_set};
use super::progress::Progress;
use super::records::Records;
use super::session::{Examined, Session};
use super::time::{arrival, day_before};
use crate::config::Inbox;
use crate::events::Event;
use crate::store::{Cursor, MailboxId};

/// How many dates one FETCH asks for.
const DATES_AT_ONCE: usize = 500;

/// A mailbox that is watched: what is known of it outlives its sessions.
#[derive(Debug)]
pub(super) struct Mailbox {
    pub(super) id: MailboxId,
    /// The inbox's present settings; a reload replaces them under a running session.
    pub(super) inbox: watch::Receiver<Arc<Inbox>>,
    /// Rings when somebody waits for the inbox's mail.
    pub(super) bell: watch::Receiver<()>,
    /// `None` until the store or the first look has said where to begin.
    pub(super) progress: Option<Progress>,
    /// The server's dates broke the last session: an INTERNALDATE that the parser can't survive.
    pub(super) dates_break: bool,
    /// The first sight of it was not finished: what is left of its old mail must still not be looked at.
    pub(super) half_seen: bool,
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
                    if from == to {
                        // Its new messages have the numbers of others that history knows.
                        let forget = || records.store.forget_numbers(&self.id, to);
                        records.patiently(session, Some(&self.id), forget).await;
                    }
                }
                return self.first_sight(session, examined, inbox, records).await;
            }
        };
        let mut look = Look::new(session, &self.id, inbox, progress, records);
        look.retry().await?;
        look.search_all(examined.exists, examined.uid_next).await?;
        look.settle().await
    }

    /// Deals with what the server announced.
    pub(super) async fn announced(&mut self, session: &mut Session, records: &Records) -> Result<usize, Error> {
        let inbox = self.inbox();
        let Some(progress) = &mut self.progress else { return Ok(0) };
        progress.looked_at = progress.looked_at.saturating_sub(session.take_expunged());
        let grown = session.exists.saturating_sub(progress.looked_at);
        let mut look = Look::new(session, &self.id, inbox, progress, records);
        if grown > 0 {
            look.expected(grown).await?;
        }
        if look.dealt < grown as usize && look.progress.hasten(Instant::now()) {
            look.retry().await?;
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
        // Without dates nothing in it is known to be young.
        if last > 0 && !(is_second_attempt && self.dates_break) {
            let candidates = session.search(&format!("UID 1:{last} SINCE {}", day_before(oldest))).await?;
            for some in candidates.chunks(DATES_AT_ONCE) {
                let arrivals = arrivals(session, some, now).await;
                self.dates_break = matches!(arrivals, Err(Error::Protocol(_)));
                young.extend(arrivals?.into_iter().filter(|(_, at)| *at >= oldest).map(|(uid, _)| uid));
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
        look.commit(Vec::new()).await?;
        self.half_seen = false;
        look.search().await?;
        look.settle().await
    }
}

/// When these messages arrived.
async fn arrivals(session: &mut Session, uids: &[u32], now: Timestamp) -> Result<Vec<(u32, Timestamp)>, Error> {
    let mut arrivals = Vec::with_capacity(uids.len());
    let mut dates = session.fetch(&uid_set(uids), Items::Dates).await?;
    while let Some(message) = dates.next().await? {
        if uids.binary_search(&message.uid).is_ok() {
            arrivals.push((message.uid, arrival(message.internal_date, now, now)));
        }
    }
    Ok(arrivals)
}

/// The UID of the last message; 0 if there is none.
async fn last_uid(session: &mut Session, exists: u32) -> Result<u32, Error> {
    if exists == 0 {
        return Ok(0);
    }
    let mut last = 0;
    let mut fetching = session.fetch("*", Items::Uids).await?;
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

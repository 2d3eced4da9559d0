//! Where looks write to: the store, patiently, and the log of what became of each mail.

use std::time::Duration;

use tokio::time::sleep;

use super::backoff::Backoff;
use super::error::Error;
use super::progress::Postponed;
use super::session::Session;
use crate::events::{Event, Events, Steps};
use crate::sender::Verifier;
use crate::store::{Cursor, Finding, MailboxId, Recorded, Sighting, Store, StoreError};

/// The first wait before a store that failed is asked again; doubled each time.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Where looks write to, and whom they ask about senders.
#[derive(Clone, Debug)]
pub(super) struct Records {
    pub(super) store: Store,
    pub(super) events: Events,
    pub(super) verifier: Verifier,
    /// Other mailboxes wait for the same session.
    pub(super) is_shared: bool,
}

impl Records {
    /// Asks the store until it answers; says so when it fails and when it is well again.
    pub(super) async fn patiently<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        session: &Session,
        mailbox: Option<&MailboxId>,
        mut ask: impl FnMut() -> F,
    ) -> T {
        let mut backoff = Backoff::default();
        let mut failed = false;
        loop {
            session.promise(LONGEST_PAUSE * 4);
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
                    sleep(backoff.next(PAUSE).min(LONGEST_PAUSE)).await;
                }
            }
        }
    }

    /// Commits until the store has it; of one mailbox of which too much waits already, only where nobody else waits for the
    /// session, and no more than one mail.
    pub(super) async fn commit(
        &self,
        session: &Session,
        mailbox: &MailboxId,
        cursor: Cursor,
        sightings: &[Sighting],
    ) -> Result<Vec<Recorded>, Error> {
        let gives_way = self.is_shared || sightings.len() > 1;
        let ask = || async {
            match self.store.commit(mailbox, cursor, sightings.to_vec()).await {
                Err(full @ StoreError::Backlog { .. }) if gives_way => Ok(Err(Error::Backlog(full))),
                other => other.map(Ok),
            }
        };
        self.patiently(session, Some(mailbox), ask).await
    }

    /// Tells that a mail waits for DNS: once, however often it is asked about.
    pub(super) fn tell_postponed(&self, mailbox: &MailboxId, sighting: &Sighting, postponed: Postponed) {
        if let (true, Finding::Refused { reason, .. }) = (postponed.is_first, &sighting.finding) {
            let (uid, retry_in) = (sighting.uid, postponed.retry_in);
            self.events.emit(Event::MailPostponed { mailbox, uid, reason, retry_in });
        }
    }

    /// Tells what became of a mail.
    pub(super) fn tell(&self, mailbox: &MailboxId, sighting: &Sighting, recorded: Recorded) {
        let (mut outcome, rule, reason, identifier) = match &sighting.finding {
            Finding::Deliver(new) => ("found", new.rule.as_deref(), "", Some(new.identifier.as_str())),
            Finding::Nothing { reason } => ("nothing", None, reason.as_str(), None),
            Finding::Ignored { rule } => ("ignored", Some(rule.as_str()), "", None),
            Finding::Refused { rule, reason } => ("refused", rule.as_deref(), reason.as_str(), None),
        };
        match recorded {
            Recorded::Duplicate => outcome = "duplicate",
            Recorded::Expired => outcome = "expired",
            Recorded::Delivering { .. } | Recorded::Offered | Recorded::Noted => {}
        }
        let steps = Steps {
            arrived_at: sighting.arrived_at,
            seen_at: sighting.seen_at,
            fetched_at: sighting.fetched_at,
            extracted_at: sighting.extracted_at,
        };
        self.events.emit(Event::MailSeen { mailbox, uid: sighting.uid, outcome, rule, reason, identifier, steps });
    }
}

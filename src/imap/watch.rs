//! One session's task: connect, examine, catch up, wait, repeat; on any error drop the session, wait, and begin again
//! from the cursor.
//!
//! A task with one mailbox uses IDLE where the server has it. One with several, or without IDLE, looks at each in turn.
//! Every wait ends in an EXAMINE: the only look that shows new mail on every server, and that notices a mailbox which was
//! deleted or made anew.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::select_all;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::account::{Account, Failure};
use super::backoff::{Backoff, LIVED};
use super::canary::Proof;
use super::error::Error;
use super::idle::Woken;
use super::mailbox::Mailbox;
use super::progress::Progress;
use super::records::Records;
use super::session::{GRACE, Session};
use crate::config::Inbox;
use crate::events::Event;
use crate::pulse::Pulse;

/// What a session holds of a mail beside its largest literal is bounded by the guard; this is the slack of the literal.
const LITERAL_SLACK: u64 = 64 * 1024;

/// However often somebody rings, a server is asked at most this often.
const BETWEEN_RINGS: Duration = Duration::from_secs(1);

/// The task of one session.
pub(super) struct Watcher {
    pub(super) mailboxes: Vec<Mailbox>,
    pub(super) account: Arc<Account>,
    pub(super) records: Records,
    pub(super) pulse: Arc<Pulse>,
    pub(super) cancel: CancellationToken,
    /// When the present session was logged in.
    pub(super) opened_at: Option<Instant>,
    /// When a probe message is due. `None`: at once, if an inbox wants them.
    pub(super) canary_at: Option<Instant>,
}

/// Where a mailbox stands within a session.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    New,
    Watched,
    Missing,
    /// The store takes no more of it for now.
    Full,
}

impl Watcher {
    /// Watches until `cancel`. Dropping a session half-way is safe: what was not committed is found again.
    pub(super) async fn run(mut self) {
        let cancel = self.cancel.clone();
        for mailbox in &mut self.mailboxes {
            let limit = longest_silence(&mailbox.inbox());
            self.records.events.emit(Event::MailboxAdded { mailbox: &mailbox.id, limit });
        }
        let mut backoff = Backoff::default();
        loop {
            let over = tokio::select! {
                () = cancel.cancelled() => true,
                () = self.once(&mut backoff) => false,
            };
            if over {
                break;
            }
        }
        for mailbox in &self.mailboxes {
            self.records.events.emit(Event::MailboxDropped { mailbox: &mailbox.id });
        }
    }

    /// One session from its beginning to its end, and the wait before the next.
    async fn once(&mut self, backoff: &mut Backoff) {
        self.opened_at = None;
        // Boxed: what connecting and fetching need is not kept for the life of the task.
        let failure = match Box::pin(self.session()).await {
            Ok(never) => match never {},
            Err(failure) => failure,
        };
        // One that only waited for its probe proved nothing.
        let lived = self.opened_at.is_some_and(|at| at.elapsed() >= LIVED);
        if lived && !matches!(failure.error, Error::Canary(_)) {
            backoff.reset();
        }
        let wait = failure.retry_in.unwrap_or_else(|| backoff.after(&failure.error));
        self.tell(&failure.error, wait);
        self.pulse.beat(wait + GRACE);
        self.account.pause(wait).await;
    }

    fn tell(&self, error: &Error, retry_in: Duration) {
        let events = &self.records.events;
        let reason = error.to_string();
        if let Error::Token { reason, .. } = error {
            events.emit(Event::TokenFailed { account: &self.account.config.username, reason });
        }
        for mailbox in &self.mailboxes {
            let mailbox = &mailbox.id;
            match error {
                Error::Rejected(_) | Error::Token { permanent: true, .. } => {
                    events.emit(Event::LoginRejected { mailbox, reason: &reason, retry_in });
                }
                _ => events.emit(Event::MailboxLost { mailbox, cause: error.cause(), reason: &reason, retry_in }),
            }
        }
    }

    async fn session(&mut self) -> Result<Infallible, Failure> {
        let literal = self.mailboxes.iter_mut().map(|mailbox| mailbox.inbox().watch.max_message_size).max();
        let literal = u64::from(literal.unwrap_or(0)) + LITERAL_SLACK;
        // Boxed, as the looks below: a task that waits keeps only the session itself.
        let mut session = Box::new(Box::pin(self.account.open(literal, &self.pulse)).await?);
        self.opened_at = Some(Instant::now());
        let mut stands = vec![Stand::New; self.mailboxes.len()];
        let mut idles = true;
        loop {
            let examined_at = Instant::now();
            Box::pin(self.turn(&mut session, &mut stands, idles)).await?;
            self.renew_ahead();
            if self.canary_is_due() {
                Box::pin(self.prove(&mut session, idles)).await?;
                // The mailboxes were out of sight for a moment.
                continue;
            }
            let canary_at = self.canary_at;
            if let [mailbox] = self.mailboxes.as_mut_slice()
                && can_idle(&session, &mailbox.inbox(), idles)
            {
                idles = idle(&mut session, mailbox, &self.records, examined_at, canary_at).await?;
            } else {
                pause(&session, &mut self.mailboxes).await;
            }
        }
    }

    /// Looks at each mailbox once.
    async fn turn(&mut self, session: &mut Session, stands: &mut [Stand], idles: bool) -> Result<(), Error> {
        let events = &self.records.events;
        let out_of_touch = |mailbox: &mut Mailbox, error: &Error| {
            let retry_in = mailbox.inbox().watch.poll_interval;
            let reason = error.to_string();
            let cause = error.cause();
            events.emit(Event::MailboxLost { mailbox: &mailbox.id, cause, reason: &reason, retry_in });
        };
        let is_alone = self.mailboxes.len() == 1;
        for (mailbox, stand) in self.mailboxes.iter_mut().zip(stands) {
            let inbox = mailbox.inbox();
            // A reload may have changed it under the session.
            events.emit(Event::MailboxAdded { mailbox: &mailbox.id, limit: longest_silence(&inbox) });
            let examined = match session.examine(&mailbox.id.mailbox).await {
                // The others go on.
                Err(Error::Mailbox { .. }) if *stand == Stand::Missing => continue,
                Err(Error::Mailbox { name, said, .. }) => {
                    let exist = match session.list().await {
                        Err(Error::Refused { .. }) => Vec::new(),
                        listed => listed?,
                    };
                    let error = Error::Mailbox { name, said, exist };
                    if is_alone {
                        return Err(error);
                    }
                    *stand = Stand::Missing;
                    out_of_touch(mailbox, &error);
                    continue;
                }
                other => other?,
            };
            match mailbox.catch_up(session, examined, &self.records).await {
                // The others go on; what was not committed is open.
                Err(error @ Error::Backlog(_)) => {
                    if *stand != Stand::Full {
                        *stand = Stand::Full;
                        out_of_touch(mailbox, &error);
                    }
                    continue;
                }
                done => done?,
            };
            let mailbox_id = &mailbox.id;
            if *stand == Stand::Watched {
                events.emit(Event::MailboxTouched { mailbox: mailbox_id });
            } else {
                *stand = Stand::Watched;
                let how = if is_alone && can_idle(session, &inbox, idles) { "idle" } else { "poll" };
                let next_uid = mailbox.progress.as_ref().map_or(0, |progress| progress.cursor().next_uid);
                events.emit(Event::MailboxWatched { mailbox: mailbox_id, how, next_uid });
            }
        }
        Ok(())
    }

    /// Whether it is time for a probe message, if an inbox of this session wants them at all.
    fn canary_is_due(&mut self) -> bool {
        let wanted = self.mailboxes.iter_mut().any(|mailbox| mailbox.inbox().watch.canary.is_some());
        match (wanted, self.canary_at) {
            (false, _) => {
                self.canary_at = None;
                false
            }
            (true, None) => true,
            (true, Some(at)) => at <= Instant::now(),
        }
    }

    /// Sees a probe message arrive on this connection, and says so.
    async fn prove(&mut self, session: &mut Session, idles: bool) -> Result<(), Error> {
        let canaries = self.mailboxes.iter_mut().filter_map(|mailbox| {
            let inbox = mailbox.inbox();
            Some((mailbox.id.clone(), inbox.watch.canary?, can_idle(session, &inbox, idles)))
        });
        let Some((mailbox, every, can_idle)) = canaries.min_by_key(|(_, every, _)| *every) else { return Ok(()) };
        let events = &self.records.events;
        let proof = session.prove(can_idle).await;
        // Of a connection that fails the next one is tried at once.
        self.canary_at = proof.is_ok().then(|| Instant::now() + every);
        match proof {
            Ok(Proof::Seen(took)) => events.emit(Event::CanarySeen { mailbox: &mailbox, took }),
            Ok(Proof::Refused(reason)) => events.emit(Event::CanaryMissed { mailbox: &mailbox, reason: &reason }),
            Err(error) => {
                events.emit(Event::CanaryMissed { mailbox: &mailbox, reason: &error.to_string() });
                return Err(error);
            }
        }
        Ok(())
    }

    /// A new access token ahead of the old one's end, beside the session.
    fn renew_ahead(&self) {
        if !self.account.has_tokens() {
            return;
        }
        let (account, events) = (Arc::clone(&self.account), self.records.events.clone());
        tokio::spawn(async move {
            if let Err(error) = account.renew_ahead().await {
                events.emit(Event::TokenFailed { account: &account.config.username, reason: &error.to_string() });
            }
        });
    }
}

/// How long a mailbox that is well may go without an answer of its server.
fn longest_silence(inbox: &Inbox) -> Duration {
    inbox.watch.idle_timeout.max(inbox.watch.poll_interval) + inbox.account.command_timeout
}

fn can_idle(session: &Session, inbox: &Inbox, idles: bool) -> bool {
    idles && inbox.watch.idle && session.capabilities.has("IDLE")
}

/// IDLEs and deals with what is announced, until it is time to examine the mailbox again. `false`: the server refused
/// IDLE although it offers it.
async fn idle(
    session: &mut Session,
    mailbox: &mut Mailbox,
    records: &Records,
    examined_at: Instant,
    canary_at: Option<Instant>,
) -> Result<bool, Error> {
    loop {
        let mut until = examined_at + mailbox.inbox().watch.idle_timeout;
        if let Some(canary_at) = canary_at {
            until = until.min(canary_at);
        }
        if let Some(retry_at) = mailbox.progress.as_ref().and_then(Progress::next_retry) {
            until = until.min(retry_at);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(true);
        }
        let id = mailbox.id.clone();
        let touched = || records.events.emit(Event::MailboxTouched { mailbox: &id });
        let known = session.exists;
        match session.idle(left, changed(&mut mailbox.inbox), touched).await {
            Ok(Woken::News) => {
                let dealt = Box::pin(mailbox.announced(session, records)).await?;
                session.ignore_echoes |= dealt == 0 && session.exists == known;
            }
            Ok(Woken::TimeUp | Woken::Interrupted) => return Ok(true),
            Err(Error::Refused { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

/// The wait between two turns of polling. Ends early when settings change or somebody rings.
async fn pause(session: &Session, mailboxes: &mut [Mailbox]) {
    let interval = mailboxes.iter_mut().map(|mailbox| mailbox.inbox().watch.poll_interval).min();
    let interval = interval.unwrap_or(LIVED);
    session.promise(interval);
    let changes =
        select_all(mailboxes.iter_mut().map(|mailbox| Box::pin(called(&mut mailbox.inbox, &mut mailbox.bell))));
    tokio::select! {
        () = sleep(interval) => {}
        _ = changes => {}
    }
}

/// Resolves when the settings were replaced, or when the bell rings and the last look is a while ago.
async fn called(inbox: &mut watch::Receiver<Arc<Inbox>>, bell: &mut watch::Receiver<()>) {
    let rung = async {
        sleep(BETWEEN_RINGS).await;
        changed(bell).await;
    };
    tokio::select! {
        () = changed(inbox) => {}
        () = rung => {}
    }
}

/// Resolves when what is watched was replaced.
async fn changed<T>(watched: &mut watch::Receiver<T>) {
    if watched.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

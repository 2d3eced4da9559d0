//! What is worth telling. Each [`Event`] is written once as a log line (target `otp_relay`, one line, no secrets),
//! changes the [`Board`], the state that `status` and health read, and is counted in [`Metrics`]. Nothing else logs above
//! DEBUG.

pub mod board;
mod log;
pub mod metrics;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

pub use board::Board;
pub use log::short;
pub use metrics::Metrics;

use crate::store::MailboxId;

/// Hands events to the log, the board and the metrics. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Events {
    board: Arc<Mutex<Board>>,
    metrics: Arc<Metrics>,
}

/// When each step of a mail was done.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// At its server (INTERNALDATE).
    pub arrived_at: Timestamp,
    pub seen_at: Timestamp,
    pub fetched_at: Timestamp,
    pub extracted_at: Timestamp,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// From now on the mailbox is to be watched; it counts as out of touch after `limit` without an answer of its server.
    MailboxAdded {
        mailbox: &'a MailboxId,
        limit: Duration,
    },
    /// A session is logged in and has examined the mailbox. `how`: "idle" or "poll".
    MailboxWatched {
        mailbox: &'a MailboxId,
        how: &'static str,
        next_uid: u32,
    },
    /// The server answered: the mailbox is in touch.
    MailboxTouched {
        mailbox: &'a MailboxId,
    },
    /// The session ended; another follows after `retry_in`. `cause` is a bounded word (`dns`, `tcp`, `tls`, `login`,
    /// `limit`, `bye`, `closed`, `timeout`, `protocol`, `mailbox`, `store`, `reload`), `reason` is for a person.
    MailboxLost {
        mailbox: &'a MailboxId,
        cause: &'static str,
        reason: &'a str,
        retry_in: Duration,
    },
    /// The server refused the account's password or token.
    LoginRejected {
        mailbox: &'a MailboxId,
        reason: &'a str,
        retry_in: Duration,
    },
    /// UIDVALIDITY changed; the mailbox is looked through again.
    MailboxRenumbered {
        mailbox: &'a MailboxId,
        from: u32,
        to: u32,
    },
    /// The mailbox is no longer watched (configuration changed, or the daemon ends).
    MailboxDropped {
        mailbox: &'a MailboxId,
    },
    /// A mail was looked at and recorded. `outcome`: `found`, `nothing`, `ignored`, `refused`, `expired`, `duplicate`.
    MailSeen {
        mailbox: &'a MailboxId,
        uid: u32,
        outcome: &'static str,
        rule: Option<&'a str>,
        reason: &'a str,
        identifier: Option<&'a str>,
        steps: Steps,
    },
    /// DNS did not answer who sent a mail, for the first time: it stays open and is asked about again after `retry_in`,
    /// others go ahead. What becomes of it is told by [`Event::MailSeen`].
    MailPostponed {
        mailbox: &'a MailboxId,
        uid: u32,
        reason: &'a str,
        retry_in: Duration,
    },
    /// The store could not take a commit; the mail stays unprocessed and is tried again.
    StoreFailed {
        mailbox: Option<&'a MailboxId>,
        reason: &'a str,
    },
    StoreRecovered,
    /// Skyvern accepted a value.
    Delivered {
        delivery: i64,
        inbox: &'a str,
        identifier: &'a str,
        kind: &'static str,
        attempts: u32,
        since_arrival: Duration,
        since_seen: Option<Duration>,
        since_commit: Duration,
    },
    /// From now on Skyvern and monitoring can ask there.
    Listening {
        address: &'a str,
        tls: bool,
        /// `codes`, `monitoring`, or both.
        serves: &'static str,
    },
    /// A run that asked was given a value. `is_first`: it is bound to the run from now on, or the run named itself not
    /// at all; else it had it before. `run` is for a person, `kind` is `code`, `link`, `body` or `authenticator`.
    Pulled {
        identifier: &'a str,
        kind: &'static str,
        run: &'a str,
        is_first: bool,
        /// `None` for an authenticator's code.
        since_arrival: Option<Duration>,
        /// How long the request was held.
        held: Duration,
    },
    /// A run that asked was told "not yet".
    PullUnanswered {
        identifier: &'a str,
        run: &'a str,
        held: Duration,
    },
    /// A request for a code without a valid signature. `reason`: `missing`, `malformed`, `wrong`. Whoever wants can send
    /// thousands: `told` is set only when a line is due, to how many went unsaid since the last.
    PullRefused {
        reason: &'static str,
        from: &'a str,
        told: Option<u64>,
    },
    /// A request was answered; `endpoint` is `totp`, `healthz`, `readyz`, `metrics` or `other`.
    HttpAnswered {
        endpoint: &'static str,
        status: u16,
    },
    /// The listener's certificate changed and the new one is in use.
    CertificateRead,
    /// The listener's certificate changed to something that can't be used; the old one stays.
    CertificateRefused {
        reason: &'a str,
    },
    /// A probe message was seen to arrive by the connection that watches.
    CanarySeen {
        mailbox: &'a MailboxId,
        took: Duration,
    },
    /// A probe message was not seen to arrive; the connection is dropped.
    CanaryMissed {
        mailbox: &'a MailboxId,
        reason: &'a str,
    },
    /// An attempt failed and is repeated.
    DeliveryRetry {
        delivery: i64,
        identifier: &'a str,
        attempts: u32,
        reason: &'a str,
        retry_in: Duration,
    },
    /// A value will not be delivered. `outcome`: `rejected`, `expired`, `overtaken`.
    DeliveryDead {
        delivery: i64,
        identifier: &'a str,
        outcome: &'static str,
        reason: &'a str,
    },
    /// Every push is refused (403, 402): nothing is sent until a probe succeeds.
    DestinationPaused {
        status: u16,
        reason: &'a str,
    },
    DestinationResumed,
    /// The access token of an account could not be renewed.
    TokenFailed {
        account: &'a str,
        reason: &'a str,
    },
    Reloaded {
        inboxes: usize,
        changed: usize,
    },
    ReloadRefused {
        reason: &'a str,
    },
}

impl Events {
    /// Brings the board up to date, counts, and writes the log line.
    pub fn emit(&self, event: Event<'_>) {
        self.lock().apply(&event, Timestamp::now());
        self.metrics.apply(&event);
        log::write(&event);
    }

    /// A copy of the present state.
    pub fn board(&self) -> Board {
        self.lock().clone()
    }

    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

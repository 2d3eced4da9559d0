//! What is counted. One `match` over [`Event`] feeds all counters and histograms; what is a state rather than an event is
//! taken from the [`Board`] and the [`Now`] when the page is asked for.
//!
//! Names and labels follow prometheus.io/docs/practices/naming. The number of series is bounded by the configuration:
//! labels are inboxes, mailboxes, destinations, and words from the lists here. What is dropped from the configuration
//! is dropped here.

mod page;
mod process;

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::Event;
use super::board::{Board, WatchState};
use crate::store::{MailboxId, OutboxState};

pub use page::Format;

/// Why sessions end (`imap::Error::cause`); anything else counts as `other`.
const CAUSES: [&str; 13] = [
    "dns", "tcp", "tls", "login", "limit", "bye", "closed", "timeout", "protocol", "mailbox", "store", "canary",
    "other",
];
const OUTCOMES: [&str; 7] = ["found", "nothing", "ignored", "refused", "expired", "duplicate", "other"];
const VERDICTS: [&str; 5] = ["delivered", "rejected", "expired", "overtaken", "other"];
const SIGNATURES: [&str; 4] = ["missing", "malformed", "wrong", "other"];
const PULLS: [&str; 3] = ["given", "again", "not_yet"];
/// The pages there are; all other paths are `other`.
const ENDPOINTS: [&str; 5] = ["totp", "healthz", "readyz", "metrics", "other"];

/// From a millisecond, which a commit takes, to the minutes after which a code is stale. In seconds.
const BUCKETS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0];

type Seconds = Gauge<f64, AtomicU64>;
type HistogramFamily<L> = Family<L, Histogram, fn() -> Histogram>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Mailbox {
    inbox: String,
    mailbox: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MailboxCause {
    inbox: String,
    mailbox: String,
    cause: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MailboxOutcome {
    inbox: String,
    mailbox: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Destination {
    destination: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DestinationVerdict {
    destination: String,
    verdict: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Step {
    step: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    endpoint: &'static str,
    code: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// What only those who look know at the moment: not events, but states.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    pub healthy: bool,
    /// What waits to be sent; `None` where the store does not answer.
    pub outbox: Option<OutboxState>,
    /// What waits to be asked for.
    pub offers: Option<OutboxState>,
    /// Connections that are open.
    pub connections: usize,
    /// Requests that are held until a code arrives.
    pub held: usize,
}

/// All counters of the process.
#[derive(Debug)]
pub struct Metrics {
    /// Ours, and the process's, whose names have no prefix.
    registries: [Registry; 2],
    /// Where codes are pushed to; the label of what becomes of them.
    destination: Mutex<String>,
    mails: Family<MailboxOutcome, Counter>,
    postponements: Family<Mailbox, Counter>,
    reconnects: Family<MailboxCause, Counter>,
    canaries: Family<Mailbox, Counter>,
    canary_misses: Family<Mailbox, Counter>,
    steps: HistogramFamily<Step>,
    deliveries: Family<DestinationVerdict, Counter>,
    delivery_seconds: HistogramFamily<Destination>,
    retries: Family<Destination, Counter>,
    parses_avoided: Counter,
    store_failures: Counter,
    token_failures: Counter,
    pulls: Family<Outcome, Counter>,
    pull_seconds: Histogram,
    signature_failures: Family<Reason, Counter>,
    http_requests: Family<Answer, Counter>,
    states: Mutex<States>,
}

/// Gauges, set anew for each page.
#[derive(Debug, Default)]
struct States {
    healthy: Gauge,
    connected: Family<Mailbox, Gauge>,
    last_contact: Family<Mailbox, Seconds>,
    last_canary: Family<Mailbox, Seconds>,
    paused: Family<Destination, Gauge>,
    last_delivery: Family<Destination, Seconds>,
    store_failing: Gauge,
    outbox_depth: Gauge,
    outbox_oldest: Seconds,
    offers_depth: Gauge,
    offers_oldest: Seconds,
    connections: Gauge,
    held: Gauge,
    process: process::Process,
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

/// The known word, or the last of the list: labels never grow beyond it.
fn word<const N: usize>(known: &[&'static str; N], word: &str) -> &'static str {
    known.iter().copied().find(|known| *known == word).or(known.last().copied()).unwrap_or_default()
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registries: [Registry::with_prefix("otp_relay"), Registry::default()],
            destination: Mutex::new("skyvern".to_owned()),
            mails: Family::default(),
            postponements: Family::default(),
            reconnects: Family::default(),
            canaries: Family::default(),
            canary_misses: Family::default(),
            steps: Family::new_with_constructor(histogram),
            deliveries: Family::default(),
            delivery_seconds: Family::new_with_constructor(histogram),
            retries: Family::default(),
            parses_avoided: Counter::default(),
            store_failures: Counter::default(),
            token_failures: Counter::default(),
            pulls: Family::default(),
            pull_seconds: histogram(),
            signature_failures: Family::default(),
            http_requests: Family::default(),
            states: Mutex::default(),
        };
        metrics.register();
        // A series that is there from the start shows its first increase.
        metrics.name_destination("skyvern");
        for outcome in PULLS {
            let _ = metrics.pulls.get_or_create(&Outcome { outcome });
        }
        for reason in SIGNATURES.into_iter().filter(|reason| *reason != "other") {
            let _ = metrics.signature_failures.get_or_create(&Reason { reason });
        }
        metrics
    }
}

impl Metrics {
    /// Names the server to which codes are pushed.
    pub fn name_destination(&self, name: &str) {
        let mut destination = self.destination.lock().unwrap_or_else(PoisonError::into_inner);
        for verdict in VERDICTS {
            if *destination != name {
                self.deliveries.remove(&DestinationVerdict { destination: destination.clone(), verdict });
            }
            if verdict != "other" {
                let _ = self.deliveries.get_or_create(&DestinationVerdict { destination: name.to_owned(), verdict });
            }
        }
        let (old, new) =
            (Destination { destination: destination.clone() }, Destination { destination: name.to_owned() });
        if old != new {
            self.retries.remove(&old);
            self.delivery_seconds.remove(&old);
        }
        let _ = self.retries.get_or_create(&new);
        name.clone_into(&mut destination);
    }

    pub(super) fn apply(&self, event: &Event<'_>) {
        match event {
            Event::MailboxAdded { mailbox, .. } => {
                for outcome in OUTCOMES.into_iter().filter(|outcome| *outcome != "other") {
                    let _ = self.mails.get_or_create(&with_outcome(mailbox, outcome));
                }
                let _ = self.postponements.get_or_create(&label(mailbox));
            }
            Event::MailboxDropped { mailbox } => self.forget(mailbox),
            Event::MailboxLost { mailbox, cause, .. } => self.lost(mailbox, cause),
            Event::LoginRejected { mailbox, .. } => self.lost(mailbox, "login"),
            Event::MailSeen { mailbox, outcome, steps, .. } => {
                self.mails.get_or_create(&with_outcome(mailbox, word(&OUTCOMES, outcome))).inc();
                self.step("seen", steps.seen_at, steps.arrived_at);
                self.step("fetched", steps.fetched_at, steps.seen_at);
                self.step("extracted", steps.extracted_at, steps.fetched_at);
                self.step("committed", Timestamp::now(), steps.extracted_at);
            }
            Event::MailPostponed { mailbox, .. } => {
                self.postponements.get_or_create(&label(mailbox)).inc();
            }
            Event::Delivered { kind, since_arrival, since_commit, .. } => {
                let destination = self.destination();
                self.delivery_seconds.get_or_create(&destination).observe(since_arrival.as_secs_f64());
                self.observe("accepted", *since_commit);
                self.settled("delivered");
                self.avoided(kind);
            }
            Event::DeliveryDead { outcome, .. } => self.settled(outcome),
            Event::DeliveryRetry { .. } => {
                self.retries.get_or_create(&self.destination()).inc();
            }
            Event::StoreFailed { .. } => {
                self.store_failures.inc();
            }
            Event::TokenFailed { .. } => {
                self.token_failures.inc();
            }
            Event::Pulled { kind, is_first, since_arrival, .. } => {
                self.pulled(if *is_first { "given" } else { "again" });
                if let (true, Some(since_arrival)) = (is_first, since_arrival) {
                    self.pull_seconds.observe(since_arrival.as_secs_f64());
                    self.avoided(kind);
                }
            }
            Event::PullUnanswered { .. } => self.pulled("not_yet"),
            Event::PullRefused { reason, .. } => {
                self.signature_failures.get_or_create(&Reason { reason: word(&SIGNATURES, reason) }).inc();
            }
            Event::HttpAnswered { endpoint, status } => {
                let answer = Answer { endpoint: word(&ENDPOINTS, endpoint), code: *status };
                self.http_requests.get_or_create(&answer).inc();
            }
            Event::CanarySeen { mailbox, .. } => {
                self.canaries.get_or_create(&label(mailbox)).inc();
                let _ = self.canary_misses.get_or_create(&label(mailbox));
            }
            Event::CanaryMissed { mailbox, .. } => {
                self.canary_misses.get_or_create(&label(mailbox)).inc();
            }
            Event::MailboxWatched { .. }
            | Event::MailboxTouched { .. }
            | Event::MailboxRenumbered { .. }
            | Event::StoreRecovered
            | Event::DestinationPaused { .. }
            | Event::DestinationResumed
            | Event::Listening { .. }
            | Event::CertificateRead
            | Event::CertificateRefused { .. }
            | Event::Reloaded { .. }
            | Event::ReloadRefused { .. } => {}
        }
    }

    fn lost(&self, mailbox: &MailboxId, cause: &str) {
        self.reconnects.get_or_create(&with_cause(mailbox, word(&CAUSES, cause))).inc();
    }

    fn step(&self, step: &'static str, end: Timestamp, begin: Timestamp) {
        // A server's clock may be ahead of ours.
        self.observe(step, Duration::try_from(end.duration_since(begin)).unwrap_or_default());
    }

    fn observe(&self, step: &'static str, took: Duration) {
        self.steps.get_or_create(&Step { step }).observe(took.as_secs_f64());
    }

    fn settled(&self, verdict: &str) {
        let Destination { destination } = self.destination();
        let verdict = word(&VERDICTS, verdict);
        self.deliveries.get_or_create(&DestinationVerdict { destination, verdict }).inc();
    }

    fn pulled(&self, outcome: &'static str) {
        self.pulls.get_or_create(&Outcome { outcome }).inc();
    }

    /// A mail body that Skyvern would have read with a language model, had it been forwarded whole.
    fn avoided(&self, kind: &str) {
        if matches!(kind, "code" | "link") {
            self.parses_avoided.inc();
        }
    }

    fn destination(&self) -> Destination {
        Destination { destination: self.destination.lock().unwrap_or_else(PoisonError::into_inner).clone() }
    }

    fn forget(&self, mailbox: &MailboxId) {
        for outcome in OUTCOMES {
            self.mails.remove(&with_outcome(mailbox, outcome));
        }
        for cause in CAUSES {
            self.reconnects.remove(&with_cause(mailbox, cause));
        }
        self.postponements.remove(&label(mailbox));
        self.canaries.remove(&label(mailbox));
        self.canary_misses.remove(&label(mailbox));
    }

    fn register(&mut self) {
        let states = self.states.get_mut().unwrap_or_else(PoisonError::into_inner);
        let [root, process] = &mut self.registries;
        states.process.register(process);
        root.register("build", "What runs", Info::new(Build { version: env!("CARGO_PKG_VERSION") }));
        root.register("healthy", "1 while every loop turns and no mailbox is out of touch", states.healthy.clone());
        root.register("mailbox_connected", "1 while a session watches the mailbox", states.connected.clone());
        root.register(
            "mailbox_last_contact_timestamp_seconds",
            "When the mailbox's server last answered",
            states.last_contact.clone(),
        );
        root.register("mailbox_reconnects", "Sessions that ended, by cause", self.reconnects.clone());
        root.register("mails", "Mails that were looked at, by what became of them", self.mails.clone());
        root.register(
            "mails_postponed",
            "Mails that had to wait because DNS did not answer who sent them",
            self.postponements.clone(),
        );
        root.register("canaries", "Probe messages that were seen to arrive", self.canaries.clone());
        root.register("canary_misses", "Probe messages that were not seen to arrive", self.canary_misses.clone());
        root.register(
            "canary_last_seen_timestamp_seconds",
            "When a probe message was last seen to arrive",
            states.last_canary.clone(),
        );
        root.register(
            "step_duration_seconds",
            "Time for each step of a mail: arrival at its server to seen, to fetched, to extracted, to committed, to accepted by Skyvern",
            self.steps.clone(),
        );
        root.register("deliveries", "Pushed values, by what became of them", self.deliveries.clone());
        root.register(
            "delivery_duration_seconds",
            "Time from a mail's arrival at its server until Skyvern accepted its value",
            self.delivery_seconds.clone(),
        );
        root.register("delivery_retries", "Failed attempts to push that are repeated", self.retries.clone());
        root.register("destination_paused", "1 while Skyvern refuses every push", states.paused.clone());
        root.register(
            "destination_last_delivery_timestamp_seconds",
            "When Skyvern last accepted a value",
            states.last_delivery.clone(),
        );
        root.register("outbox_depth", "Values that wait to be pushed", states.outbox_depth.clone());
        root.register(
            "outbox_oldest_age_seconds",
            "Age of the oldest value that waits to be pushed; 0 when none does",
            states.outbox_oldest.clone(),
        );
        root.register("offers_depth", "Live values that no run has asked for yet", states.offers_depth.clone());
        root.register(
            "offers_oldest_age_seconds",
            "Age of the oldest live value that no run has asked for; 0 when there is none",
            states.offers_oldest.clone(),
        );
        root.register(
            "llm_parses_avoided",
            "Values handed over as they are, each a mail that Skyvern's language model need not read",
            self.parses_avoided.clone(),
        );
        root.register("store_failures", "Commits that the store could not take", self.store_failures.clone());
        root.register("store_failing", "1 while the store takes nothing", states.store_failing.clone());
        root.register("token_failures", "Access tokens that could not be renewed", self.token_failures.clone());
        root.register("pull_answers", "Signed requests for a code, by their answer", self.pulls.clone());
        root.register(
            "pull_duration_seconds",
            "Time from a mail's arrival at its server until a run was given its value",
            self.pull_seconds.clone(),
        );
        root.register("pull_held", "Requests that are held until a code arrives", states.held.clone());
        root.register(
            "pull_signature_failures",
            "Requests for a code without a valid signature",
            self.signature_failures.clone(),
        );
        root.register("http_requests", "Answered requests", self.http_requests.clone());
        root.register("http_connections", "Open connections", states.connections.clone());
    }

    /// The page, from everything counted and from `board` and `now`.
    pub fn page(&self, board: &Board, now: &Now, format: Format) -> String {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.set(board, now, &self.destination(), Timestamp::now());
        page::encode(&self.registries, format)
    }
}

impl States {
    fn set(&self, board: &Board, now: &Now, destination: &Destination, at: Timestamp) {
        self.healthy.set(now.healthy.into());
        self.connected.clear();
        self.last_contact.clear();
        self.last_canary.clear();
        for state in &board.mailboxes {
            let label = Mailbox { inbox: state.inbox.clone(), mailbox: state.mailbox.clone() };
            let is_connected = matches!(state.state, WatchState::Idle | WatchState::Poll);
            self.connected.get_or_create(&label).set(is_connected.into());
            if let Some(contact) = state.last_contact {
                self.last_contact.get_or_create(&label).set(seconds(contact));
            }
            if let Some(seen) = state.last_canary {
                self.last_canary.get_or_create(&label).set(seconds(seen));
            }
        }
        self.paused.clear();
        self.last_delivery.clear();
        self.paused.get_or_create(destination).set(board.destination.paused.is_some().into());
        if let Some(last) = board.destination.last_delivery {
            self.last_delivery.get_or_create(destination).set(seconds(last));
        }
        self.store_failing.set(board.store_error.is_some().into());
        for (state, depth, oldest) in [
            (now.outbox, &self.outbox_depth, &self.outbox_oldest),
            (now.offers, &self.offers_depth, &self.offers_oldest),
        ] {
            let Some(state) = state else { continue };
            depth.set(i64::try_from(state.waiting).unwrap_or(i64::MAX));
            oldest.set(state.oldest.map_or(0.0, |oldest| at.duration_since(oldest).as_secs_f64().max(0.0)));
        }
        self.connections.set(i64::try_from(now.connections).unwrap_or(i64::MAX));
        self.held.set(i64::try_from(now.held).unwrap_or(i64::MAX));
        self.process.look();
    }
}

fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

fn label(mailbox: &MailboxId) -> Mailbox {
    Mailbox { inbox: mailbox.inbox.clone(), mailbox: mailbox.mailbox.clone() }
}

fn with_outcome(mailbox: &MailboxId, outcome: &'static str) -> MailboxOutcome {
    MailboxOutcome { inbox: mailbox.inbox.clone(), mailbox: mailbox.mailbox.clone(), outcome }
}

fn with_cause(mailbox: &MailboxId, cause: &'static str) -> MailboxCause {
    MailboxCause { inbox: mailbox.inbox.clone(), mailbox: mailbox.mailbox.clone(), cause }
}

#[cfg(test)]
mod tests;

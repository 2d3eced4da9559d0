//! Starts, wires, reloads and stops the tasks; tells systemd.
//!
//! Start-up order: the store (which holds the lock against a second daemon), delivery (which takes over what an earlier
//! life left), the watchers, the control socket; then `READY=1`. Servers need not be reachable for that: a mailbox that
//! can't be reached is the watchers' affair and `status` says so.

pub mod control;
pub mod replay;
pub mod status;
mod systemd;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::status::Source;
use crate::config::{Config, Inbox};
use crate::deliver::{self, Deliver};
use crate::events::{Event, Events};
use crate::extract;
use crate::http::{self, Ground, Http, HttpError, LookNow};
use crate::imap::{self, Bells, Watchers};
use crate::pulse::{Pulse, Pulses};
use crate::sender::Verifier;
use crate::skyvern::Client;
use crate::store::{Store, StoreError};

/// What tasks may take to end after SIGTERM; systemd and impatient people count five seconds.
const STOP_LIMIT: Duration = Duration::from_secs(4);
/// Between two prunings of history.
const PRUNE_INTERVAL: Duration = Duration::from_secs(24 * 3600);

/// Why the daemon could not start.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("failed to open the control socket {path}: {reason}")]
    Socket { path: PathBuf, reason: String },
    #[error("{0}")]
    Client(String),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("failed to wait for signals: {0}")]
    Signals(std::io::Error),
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(config: Config) -> Result<(), DaemonError> {
    let mut signals = Signals::new().map_err(DaemonError::Signals)?;
    let cancel = CancellationToken::new();
    let tracker = TaskTracker::new();
    let mut daemon = Daemon::start(config, cancel.clone(), tracker.clone()).await?;
    systemd::ready();
    while let Asked::Reload = signals.next().await {
        daemon.reload().await;
    }
    systemd::stopping();
    tracing::info!("stopping");
    cancel.cancel();
    tracker.close();
    let Daemon { store, .. } = daemon;
    if tokio::time::timeout(STOP_LIMIT, tracker.wait()).await.is_err() {
        tracing::warn!("some tasks did not end in time; what they were at is found again at the next start");
    } else {
        let _ = tokio::time::timeout(Duration::from_millis(500), store.close()).await;
    }
    Ok(())
}

/// How often the store's writer is asked for a sign of life, and when it should have given one.
const STORE_BEAT: Duration = Duration::from_secs(30);
const STORE_LIMIT: Duration = Duration::from_secs(120);

/// Feeds the pulse while the store's writer answers.
async fn prove_store(store: Store, pulse: Pulse, cancel: CancellationToken) {
    loop {
        let turned = async {
            if store.turns().await {
                pulse.beat(STORE_LIMIT);
            }
            tokio::time::sleep(STORE_BEAT).await;
        };
        tokio::select! {
            () = cancel.cancelled() => return,
            () = turned => {}
        }
    }
}

/// The running parts.
struct Daemon {
    config: Config,
    store: Store,
    events: Events,
    deliver: Deliver,
    watchers: Watchers,
    verifier: Verifier,
    http: Option<Http>,
    /// As the control socket sees them.
    inboxes: Arc<ArcSwap<Vec<Arc<Inbox>>>>,
}

impl Daemon {
    async fn start(config: Config, cancel: CancellationToken, tracker: TaskTracker) -> Result<Self, DaemonError> {
        let client = Arc::new(Client::new(&config.skyvern).map_err(|error| DaemonError::Client(error.to_string()))?);
        let store = Store::open(&config.store.url).await?;
        // Beside the connections that are made meanwhile; nobody waits for it.
        tokio::task::spawn_blocking(extract::prepare);
        let events = Events::default();
        let pulses = Pulses::default();
        let socket = config.service.socket.clone();
        let listener = control::bind(&socket)
            .map_err(|error| DaemonError::Socket { path: socket.clone(), reason: error.to_string() })?;
        let deliver =
            deliver::start(store.clone(), client, events.clone(), &pulses, cancel.clone(), tracker.clone()).await?;
        tracker.spawn(prove_store(store.clone(), pulses.start("store", STORE_LIMIT), cancel.clone()));
        let verifier = Verifier::new(config.dns.clone());
        let watchers = imap::start(
            config.inboxes.clone(),
            store.clone(),
            events.clone(),
            verifier.clone(),
            pulses.clone(),
            cancel.clone(),
            tracker.clone(),
        )
        .await;
        let inboxes = Arc::new(ArcSwap::from_pointee(config.inboxes.clone()));
        name_destination(&events, &config);
        let ground = Ground {
            store: store.clone(),
            events: events.clone(),
            pulses: pulses.clone(),
            look_now: look_now(watchers.bells(), Arc::clone(&inboxes)),
            cancel: cancel.clone(),
            tracker: tracker.clone(),
        };
        let http = http::start(&config, ground).await?;
        tracker.spawn(pulses.guard("erasing", store.clone().erase_at_deadlines(cancel.clone())));
        tracker.spawn(pulses.guard("pruning", prune(store.clone(), config.store.history, cancel.clone())));
        let source = Source {
            started_at: Timestamp::now(),
            events: events.clone(),
            pulses,
            store: store.clone(),
            inboxes: Arc::clone(&inboxes),
            verifier: verifier.clone(),
        };
        tracker.spawn(control::serve(listener, socket, source.clone(), cancel.clone()));
        tracker.spawn(systemd::feed(source, cancel));
        tracing::info!(inboxes = config.inboxes.len(), config = %config.path.display(), "started");
        Ok(Self { config, store, events, deliver, watchers, verifier, http, inboxes })
    }

    /// Reads the configuration again; refuses a wrong one whole.
    async fn reload(&mut self) {
        systemd::reloading();
        match self.read_again() {
            Ok(config) => {
                self.verifier.reload(config.dns.clone());
                let changed = self.watchers.reload(config.inboxes.clone()).await;
                self.events.emit(Event::Reloaded { inboxes: config.inboxes.len(), changed });
                self.inboxes.store(Arc::new(config.inboxes.clone()));
                name_destination(&self.events, &config);
                self.config = config;
            }
            Err(reason) => self.events.emit(Event::ReloadRefused { reason: &reason }),
        }
        systemd::ready();
    }

    fn read_again(&self) -> Result<Config, String> {
        let config = Config::load(&self.config.path).map_err(|errors| errors.to_string())?;
        if config.store != self.config.store || config.service != self.config.service {
            return Err("a change of [store] or [service] needs a restart (systemctl restart otp-relay)".into());
        }
        if http::needs_restart(&self.config, &config) {
            return Err(
                "a change of [listen] other than its api_keys needs a restart (systemctl restart otp-relay)".into()
            );
        }
        // A fresh client also reads a rotated API key.
        let client = Client::new(&config.skyvern).map_err(|error| error.to_string())?;
        if let Some(http) = &self.http {
            http.reload(&config).map_err(|error| error.to_string())?;
        }
        self.deliver.use_client(Arc::new(client));
        Ok(config)
    }
}

/// Names the server to which codes are pushed, for the metrics.
fn name_destination(events: &Events, config: &Config) {
    events.metrics().name_destination(config.skyvern.base_url.host_str().unwrap_or("skyvern"));
}

/// A run that asks makes the polled mailboxes look in which its code may be.
fn look_now(bells: Bells, inboxes: Arc<ArcSwap<Vec<Arc<Inbox>>>>) -> LookNow {
    LookNow::new(move |identifier| {
        for inbox in inboxes.load().iter().filter(|inbox| inbox.policy.may_offer(identifier)) {
            bells.ring(&inbox.name);
        }
    })
}

/// Deletes history that is older than the operator wants to keep it, once a day.
async fn prune(store: Store, keep: Duration, cancel: CancellationToken) {
    loop {
        match store.prune(keep).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "old history deleted"),
            Err(error) => tracing::warn!("failed to delete old history: {error}"),
        }
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(PRUNE_INTERVAL) => {}
        }
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

enum Asked {
    Reload,
    Stop,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::Stop,
            _ = self.interrupt.recv() => Asked::Stop,
            _ = self.hangup.recv() => Asked::Reload,
        }
    }
}

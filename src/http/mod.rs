//! The listening side: Skyvern asks for codes (`POST /totp/{identifier}`), monitoring asks how the relay is (`/healthz`,
//! `/readyz`, `/metrics`).
//!
//! ```text
//! listen ─► serve ─► patience ─► route ─► totp ──► keyring: signed by whom?     ─► suspects: too often not?
//! TCP, unix, accept,  limits on   axum     │   └─► desk: a value, now or later  ─► store (leases)
//! systemd    slots,   slow peers           └─► status: health, metrics
//!            tls
//! ```
//!
//! Promises: nobody without a key is given a code, and no key means no endpoint; each value goes to one run; a held request
//! is answered the moment its code is durable; whoever is slow, endless or many costs little and is cut off. Nothing here
//! shows a code but the answer itself. Leaves to others: which value a run may have (`store`), and what arrives at a
//! `totp_url` and how it is signed (`skyvern::pull`).

mod desk;
mod keyring;
mod listen;
mod patience;
mod route;
mod serve;
mod slots;
mod status;
mod suspects;
mod tls;
mod totp;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::desk::Desk;
use self::keyring::Keyring;
use self::listen::{Bound, Listener};
use self::slots::Slots;
use self::suspects::Suspects;
use self::tls::Certificates;
use crate::config::{self, Config};
use crate::events::{Event, Events};
use crate::extract::Identifier;
use crate::pulse::Pulses;
use crate::store::Store;

/// At once, at an address of monitoring's own.
const MONITORING_CONNECTIONS: usize = 64;

/// Why nothing can be listened for.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("failed to listen at {address}: {source}")]
    Listen { address: String, source: std::io::Error },
    #[error("failed to listen at the sockets of systemd: {0}")]
    Systemd(&'static str),
    #[error(transparent)]
    Certificate(#[from] config::certificate::CertificateError),
    #[error("the API key of {place} can't be read: {source}")]
    Key { place: &'static str, source: config::secret::SecretError },
    #[error("the authenticator `{identifier}` can't be used: {reason}")]
    Authenticator { identifier: Identifier, reason: String },
}

/// Makes the polled mailboxes in which mail for an identifier may arrive look now. Called for every signed request.
#[derive(Clone)]
pub struct LookNow(Arc<dyn Fn(&Identifier) + Send + Sync>);

impl LookNow {
    pub fn new(look: impl Fn(&Identifier) + Send + Sync + 'static) -> Self {
        Self(Arc::new(look))
    }

    fn at(&self, identifier: &Identifier) {
        (self.0)(identifier);
    }
}

impl Default for LookNow {
    fn default() -> Self {
        Self::new(|_| {})
    }
}

impl fmt::Debug for LookNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookNow")
    }
}

/// What the listening side stands on.
#[derive(Clone, Debug)]
pub struct Ground {
    pub store: Store,
    pub events: Events,
    pub pulses: Pulses,
    pub look_now: LookNow,
    /// Ends everything: held requests are answered "not yet", those under way are finished.
    pub cancel: CancellationToken,
    /// Counts every task.
    pub tracker: TaskTracker,
}

/// How patient the server is. The defaults are what the daemon runs with.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a TLS handshake, and for the headers of a request from their first byte (of a new connection: from its
    /// beginning).
    pub header: Duration,
    /// For the whole of a body.
    pub body: Duration,
    /// For a connection between two requests: longer than reverse proxies keep theirs (nginx: 60 s), so that none is
    /// closed just as a request comes.
    pub idle: Duration,
    /// For a peer that does not take its answer.
    pub write: Duration,
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Bytes of all headers, request line included.
    pub header_bytes: usize,
    pub headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(10),
            body_bytes: 8 * 1024,
            header_bytes: 16 * 1024,
            headers: 64,
        }
    }
}

/// The listening side at work.
#[derive(Debug)]
pub struct Http {
    shared: Arc<Shared>,
    addresses: Vec<Bound>,
}

/// What all requests share.
#[derive(Debug)]
struct Shared {
    ground: Ground,
    limits: Limits,
    keyring: ArcSwap<Keyring>,
    desk: Desk,
    suspects: Suspects,
    status: status::Cache,
    /// Open connections, and how many there may be.
    connections: AtomicUsize,
    max_connections: usize,
}

/// Binds and listens, if the configuration says where. Every task ends soon after `ground.cancel`.
pub async fn start(config: &Config, ground: Ground) -> Result<Option<Http>, HttpError> {
    start_with(config, ground, Limits::default()).await
}

/// [`start`] with limits of one's own.
pub async fn start_with(config: &Config, ground: Ground, limits: Limits) -> Result<Option<Http>, HttpError> {
    let Some(listen) = &config.listen else { return Ok(None) };
    let keyring = Keyring::read(config)?;
    let certificates = match &listen.tls {
        Some(files) => Some(Arc::new(Certificates::read(files.clone(), ground.events.clone())?)),
        None => None,
    };
    let main = listen::bind(&listen.address)?;
    let monitoring = match &listen.monitoring {
        Some(address) => listen::bind(address)?,
        None => Vec::new(),
    };
    let shared = Arc::new(Shared {
        desk: Desk::new(
            ground.store.clone(),
            listen.max_connections * 3 / 4,
            ground.cancel.clone(),
            ground.pulses.clone(),
        ),
        keyring: ArcSwap::from_pointee(keyring),
        suspects: Suspects::default(),
        status: status::Cache::default(),
        connections: AtomicUsize::new(0),
        max_connections: listen.max_connections,
        limits,
        ground,
    });
    let pages = if monitoring.is_empty() { route::Pages::All } else { route::Pages::Totp };
    let slots = Slots::new(shared.max_connections);
    let mut addresses = Vec::new();
    for listener in main {
        addresses.push(serve(&shared, listener, pages, certificates.clone(), slots.clone()));
    }
    // Of their own, so that monitoring sees a relay that is flooded.
    let slots = Slots::new(MONITORING_CONNECTIONS);
    for listener in monitoring {
        addresses.push(serve(&shared, listener, route::Pages::Monitoring, None, slots.clone()));
    }
    shared.ground.tracker.spawn(shared.ground.pulses.guard("the desk", shared.desk.clone().run()));
    Ok(Some(Http { shared, addresses }))
}

/// Starts one listener.
fn serve(
    shared: &Arc<Shared>,
    listener: Listener,
    pages: route::Pages,
    certificates: Option<Arc<Certificates>>,
    slots: Slots,
) -> Bound {
    let address = listener.address();
    let ground = &shared.ground;
    ground.events.emit(Event::Listening {
        address: &address.to_string(),
        tls: certificates.is_some(),
        serves: pages.as_str(),
    });
    let pulse = ground.pulses.start(format!("the listener at {address}"), serve::BEAT * 3);
    let router = route::router(Arc::clone(shared), pages);
    let server = serve::Server { listener, router, certificates, slots, shared: Arc::clone(shared), pulse };
    ground.tracker.spawn(server.run());
    address
}

impl Http {
    /// Takes over API keys, `[[pull]]` and `[[authenticator]]`. Requests that are held go on.
    ///
    /// # Errors
    /// What can't be read; everything stays as it was.
    pub fn reload(&self, config: &Config) -> Result<(), HttpError> {
        self.shared.keyring.store(Arc::new(Keyring::read(config)?));
        Ok(())
    }

    /// Where it listens, in the order of the configuration: the port that was chosen where port 0 was asked for.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.addresses
            .iter()
            .filter_map(|bound| if let Bound::Tcp(address) = bound { Some(*address) } else { None })
            .collect()
    }
}

/// Whether one could listen there now, for `check`. Leaves nothing behind.
pub fn try_out(address: &config::Address) -> std::io::Result<()> {
    listen::try_out(address)
}

/// Whether a change of the configuration needs other sockets.
pub fn needs_restart(old: &Config, new: &Config) -> bool {
    let sockets = |config: &Config| {
        config.listen.as_ref().map(|listen| {
            (listen.address.clone(), listen.monitoring.clone(), listen.tls.clone(), listen.max_connections)
        })
    };
    sockets(old) != sockets(new)
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::Tcp(address) => address.fmt(f),
            Bound::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// The path of a unix socket, for messages.
fn unnamed() -> PathBuf {
    PathBuf::from("(unnamed)")
}

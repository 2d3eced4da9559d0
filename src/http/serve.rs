//! Accepts connections and serves HTTP/1.1 on each: within the number of slots, with TLS where there is a certificate, and
//! with the patience that `patience` has. HTTP/2 is left to reverse proxies: Skyvern and they speak 1.1.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use super::Shared;
use super::listen::{Listener, Peer, Stream};
use super::patience::{Patient, Phase};
use super::tls::Certificates;
use crate::pulse::Pulse;

/// Between two signs of life of an accept loop.
pub(super) const BEAT: Duration = Duration::from_secs(20);
/// After a failure to accept: out of file descriptors, say.
const ACCEPT_RETRY: Duration = Duration::from_millis(200);
/// A reverse proxy or NAT aside, no client needs more connections at once than this part of all.
const SHARE: usize = 4;

/// One listener's server.
pub(super) struct Server {
    pub(super) listener: Listener,
    pub(super) router: Router,
    pub(super) certificates: Option<Arc<Certificates>>,
    pub(super) slots: Slots,
    pub(super) shared: Arc<Shared>,
    pub(super) pulse: Pulse,
}

/// Places for connections, of all listeners together. Beyond them the kernel keeps who connects waiting.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    free: Arc<Semaphore>,
    /// Of one client.
    most: usize,
    clients: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection's place.
#[derive(Debug)]
struct Slot {
    _free: OwnedSemaphorePermit,
    client: Option<IpAddr>,
    clients: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Slots {
    pub(super) fn new(connections: usize) -> Self {
        let most = (connections / SHARE).max(1);
        Self { free: Arc::new(Semaphore::new(connections)), most, clients: Arc::default() }
    }

    /// `None`: this client has too many already.
    fn take(&self, free: OwnedSemaphorePermit, peer: Peer) -> Option<Slot> {
        let client = match peer {
            Peer::Tcp(address) if !peer.is_local() => Some(address.ip()),
            _ => None,
        };
        let clients = Arc::clone(&self.clients);
        if let Some(client) = client {
            let mut counts = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(client).or_default();
            if *count >= self.most {
                return None;
            }
            *count += 1;
        }
        Some(Slot { _free: free, client, clients })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let mut counts = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&client);
            }
        }
    }
}

impl Server {
    /// Accepts until cancelled. Connections end by themselves, soon after.
    pub(super) async fn run(self) {
        let acceptor = self.certificates.as_ref().and_then(|certificates| certificates.acceptor().ok());
        let cancel = self.shared.ground.cancel.clone();
        loop {
            self.pulse.beat(BEAT * 3);
            let free = tokio::select! {
                () = cancel.cancelled() => return,
                () = sleep(BEAT) => continue,
                free = Arc::clone(&self.slots.free).acquire_owned() => free,
            };
            // It is never closed.
            let Ok(free) = free else { return };
            let accepted = tokio::select! {
                () = cancel.cancelled() => return,
                () = sleep(BEAT) => continue,
                accepted = self.listener.accept() => accepted,
            };
            let Ok((stream, peer)) = accepted else {
                sleep(ACCEPT_RETRY).await;
                continue;
            };
            let Some(slot) = self.slots.take(free, peer) else { continue };
            let connection = Connection {
                peer,
                router: self.router.clone(),
                shared: Arc::clone(&self.shared),
                tls: self.certificates.clone().zip(acceptor.clone()),
                slot,
            };
            self.shared.ground.tracker.spawn(connection.run(stream));
        }
    }
}

struct Connection {
    peer: Peer,
    router: Router,
    shared: Arc<Shared>,
    tls: Option<(Arc<Certificates>, TlsAcceptor)>,
    slot: Slot,
}

impl Connection {
    async fn run(self, stream: Box<dyn Stream>) {
        let Self { peer, router, shared, tls, slot } = self;
        let _count = Counted::new(Arc::clone(&shared));
        let _slot = slot;
        let cancel = shared.ground.cancel.clone();
        let stream: Box<dyn Stream> = match tls {
            None => stream,
            Some((certificates, acceptor)) => {
                certificates.refresh();
                let handshake = timeout(shared.limits.header, acceptor.accept(stream));
                let done = tokio::select! {
                    () = cancel.cancelled() => return,
                    done = handshake => done,
                };
                match done {
                    Ok(Ok(stream)) => Box::new(stream),
                    // Scanners and wrong names: nobody's concern.
                    Ok(Err(_)) | Err(_) => return,
                }
            }
        };
        let phase = Phase::new();
        let patient = Patient::new(stream, phase.clone(), &shared.limits);
        let service = service_fn(|request: hyper::Request<Incoming>| {
            phase.busy();
            let phase = phase.clone();
            let mut router = router.clone();
            let is_crowded = shared.is_crowded();
            async move {
                let mut request: Request = request.map(Body::new);
                request.extensions_mut().insert(peer);
                let mut response: Response<Body> =
                    router.call(request).await.unwrap_or_else(|never: Infallible| match never {});
                if is_crowded {
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                phase.resting();
                Ok::<_, Infallible>(response)
            }
        });
        let mut builder = http1::Builder::new();
        builder.header_read_timeout(None).max_headers(shared.limits.headers).max_buf_size(shared.limits.header_bytes);
        let connection = builder.serve_connection(TokioIo::new(Box::pin(patient)), service);
        tokio::pin!(connection);
        // What goes wrong with a peer is the peer's affair: it went away, was too slow, or speaks no HTTP.
        tokio::select! {
            _ = connection.as_mut() => {}
            () = cancel.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

/// An open connection, in the count of them.
struct Counted(Arc<Shared>);

impl Counted {
    fn new(shared: Arc<Shared>) -> Self {
        shared.connections.fetch_add(1, Ordering::Relaxed);
        Self(shared)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    /// Most slots are taken: connections are closed after their answer rather than kept.
    fn is_crowded(&self) -> bool {
        self.connections.load(Ordering::Relaxed) > self.max_connections / 4 * 3
    }
}

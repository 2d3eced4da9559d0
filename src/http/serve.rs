//! Accepts connections and serves HTTP/1.1 on each: within the number of slots, with TLS where there is a certificate, and
//! with the patience that `patience` has. HTTP/2 is left to reverse proxies: Skyvern and they speak 1.1.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
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
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use super::Shared;
use super::listen::{Listener, Peer, Stream};
use super::patience::Patient;
use super::slots::{Slot, Slots};
use super::tls::Certificates;
use crate::pulse::Pulse;

/// Between two signs of life of an accept loop.
pub(super) const BEAT: Duration = Duration::from_secs(20);
/// After a failure to accept: out of file descriptors, say.
const ACCEPT_RETRY: Duration = Duration::from_millis(200);
/// One listener's server.
pub(super) struct Server {
    pub(super) listener: Listener,
    pub(super) router: Router,
    pub(super) certificates: Option<Arc<Certificates>>,
    pub(super) slots: Slots,
    pub(super) shared: Arc<Shared>,
    pub(super) pulse: Pulse,
}

impl Server {
    /// Accepts until cancelled. Connections end by themselves, soon after.
    pub(super) async fn run(self) {
        let acceptor = self.certificates.as_ref().and_then(|certificates| certificates.acceptor().ok());
        let cancel = self.shared.ground.cancel.clone();
        loop {
            self.pulse.beat(BEAT * 3);
            let accepted = tokio::select! {
                () = cancel.cancelled() => return,
                () = sleep(BEAT) => continue,
                accepted = self.listener.accept() => accepted,
            };
            let Ok((stream, peer)) = accepted else {
                sleep(ACCEPT_RETRY).await;
                continue;
            };
            // Whoever connects meanwhile is kept waiting by the kernel.
            let slot = tokio::select! {
                () = cancel.cancelled() => return,
                slot = self.place(peer) => slot,
            };
            let Some(slot) = slot else { continue };
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

    /// A place for the peer; however long that takes, the loop turns.
    async fn place(&self, peer: Peer) -> Option<Slot> {
        let place = self.slots.take(peer);
        tokio::pin!(place);
        loop {
            tokio::select! {
                slot = &mut place => return slot,
                () = sleep(BEAT) => self.pulse.beat(BEAT * 3),
            }
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
        let cancel = shared.ground.cancel.clone();
        let stream: Box<dyn Stream> = match tls {
            None => stream,
            Some((certificates, acceptor)) => {
                certificates.refresh();
                let handshake = timeout(shared.limits.header, acceptor.accept(stream));
                let done = tokio::select! {
                    () = cancel.cancelled() => return,
                    () = slot.is_needed() => return,
                    done = handshake => done,
                };
                match done {
                    Ok(Ok(stream)) => Box::new(stream),
                    // Scanners and wrong names: nobody's concern.
                    Ok(Err(_)) | Err(_) => return,
                }
            }
        };
        let phase = slot.phase().clone();
        phase.connected();
        let patient = Patient::new(stream, phase.clone(), &shared.limits);
        let service = service_fn(|request: hyper::Request<Incoming>| {
            phase.asked();
            let phase = phase.clone();
            let mut router = router.clone();
            let is_crowded = shared.is_crowded();
            async move {
                let mut request: Request = request.map(Body::new);
                request.extensions_mut().insert(peer);
                request.extensions_mut().insert(phase.clone());
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
            () = slot.is_needed() => {}
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

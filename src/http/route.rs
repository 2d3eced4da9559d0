//! Which page a request is for, and what every answer has in common.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;

use super::listen::Peer;
use super::{Shared, status, totp};
use crate::events::Event;

/// What a listener answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pages {
    All,
    Totp,
    Monitoring,
}

impl Pages {
    /// For a person.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::All => "codes and monitoring",
            Self::Totp => "codes",
            Self::Monitoring => "monitoring",
        }
    }
}

pub(super) fn router(shared: Arc<Shared>, pages: Pages) -> Router {
    let mut router = Router::new();
    if matches!(pages, Pages::All | Pages::Totp) {
        router = router.route("/totp/{identifier}", post(totp::answer));
    }
    if matches!(pages, Pages::All | Pages::Monitoring) {
        router = router
            .route("/healthz", get(status::health))
            .route("/readyz", get(status::readiness))
            .route("/metrics", get(status::metrics));
    }
    router
        .fallback(|| async { problem(StatusCode::NOT_FOUND, "there is no such page") })
        .method_not_allowed_fallback(|| async {
            problem(StatusCode::METHOD_NOT_ALLOWED, "this page takes another method")
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), common))
        .with_state(shared)
}

/// Counts every answer, and keeps it out of caches.
async fn common(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let endpoint = match request.uri().path() {
        "/healthz" => "healthz",
        "/readyz" => "readyz",
        "/metrics" => "metrics",
        path if path.starts_with("/totp/") => "totp",
        _ => "other",
    };
    let mut response = next.run(request).await;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    shared.ground.events.emit(Event::HttpAnswered { endpoint, status: response.status().as_u16() });
    response
}

/// A JSON answer.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // What is answered is made of strings, numbers and lists: it always prints.
    let text = serde_json::to_vec(body).unwrap_or_else(|_| b"{}".to_vec());
    (status, [(CONTENT_TYPE, "application/json")], text).into_response()
}

/// Says why not.
pub(super) fn problem(status: StatusCode, why: &str) -> Response {
    #[derive(Serialize)]
    struct Problem<'a> {
        error: &'a str,
    }
    json(status, &Problem { error: why })
}

/// The client's address, as far as it can be known: behind a reverse proxy on this machine, what that says.
pub(super) fn client(peer: Peer, headers: &HeaderMap) -> Option<IpAddr> {
    const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
    match peer {
        Peer::Tcp(address) if !peer.is_local() => Some(address.ip().to_canonical()),
        _ => {
            // The last one is the proxy's own word; what stands before it anybody can have written.
            let last = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
            last.parse().ok().or_else(|| last.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_client_is_who_the_proxy_on_this_machine_says() {
        let local = Peer::Tcp("127.0.0.1:9".parse().unwrap());
        let table: [(&[&'static str], Option<&str>); 6] = [
            (&["203.0.113.7"], Some("203.0.113.7")),
            (&["198.51.100.1, 203.0.113.7"], Some("203.0.113.7")),
            (&["198.51.100.1", "203.0.113.7"], Some("203.0.113.7")),
            (&["203.0.113.7:4711"], Some("203.0.113.7")),
            (&["unknown"], None),
            (&[], None),
        ];
        for (values, expected) in table {
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(client(local, &forwarded(values)), expected, "{values:?}");
            assert_eq!(client(Peer::Unix, &forwarded(values)), expected, "{values:?}");
        }
    }

    #[test]
    fn who_connects_from_elsewhere_is_taken_at_the_address_it_has() {
        let remote = Peer::Tcp("198.51.100.1:9".parse().unwrap());
        assert_eq!(client(remote, &forwarded(&["203.0.113.7"])), Some("198.51.100.1".parse().unwrap()));
        let mapped = Peer::Tcp("[::ffff:198.51.100.1]:9".parse().unwrap());
        assert_eq!(client(mapped, &forwarded(&[])), Some("198.51.100.1".parse().unwrap()));
    }
}

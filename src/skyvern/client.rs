//! One keep-alive pool to one Skyvern, HTTP/2 where the server offers it (ALPN), and the API key.
//!
//! Redirects are not followed: a `POST` would become a `GET`, and a code would go where nobody configured it to go.
//! `HTTPS_PROXY` and `NO_PROXY` are honoured, since TLS ends at Skyvern all the same; a plain-text or loopback Skyvern
//! is always asked directly, so that no proxy reads codes.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, RequestBuilder, Response, StatusCode};
use secrecy::ExposeSecret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::{Host, Url};

use super::verdict::{detail, retry_after};
use crate::config::{self, Secret};

/// Before the shortest idle timeout that servers and balancers in front of Skyvern commonly have (60 s): a request on a
/// connection that is being closed is an unknown outcome.
const POOL_IDLE: Duration = Duration::from_secs(50);
/// A refused connection is known not to have carried a request, a timeout later on is not: so connecting has its own.
const CONNECT: Duration = Duration::from_secs(5);
/// The path that all three requests share; the method tells them apart.
const PATH: &str = "/v1/credentials/totp";
/// An identifier under which nothing is ever pushed.
const PROBE: &str = "otp-relay-probe";
const API_KEY: &str = "x-api-key";

/// A Skyvern server. At most `connections` requests are under way at once: each needs a [`Slot`].
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    url: Url,
    pub(super) source: String,
    pub(super) timeout: Duration,
    secret: Secret,
    key: ArcSwap<HeaderValue>,
    slots: Arc<Semaphore>,
}

/// The leave to make one request.
#[derive(Debug)]
pub struct Slot {
    pub(super) client: Arc<Client>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Slot {
    /// Whose leave it is.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("failed to read skyvern.api_key: {0}")]
    Key(#[from] config::secret::SecretError),
    #[error("skyvern.api_key holds a character that can't stand in an HTTP header")]
    KeyCharacters,
    #[error("failed to read the certificate {path}: {reason}")]
    Ca { path: std::path::PathBuf, reason: String },
    #[error("failed to set up HTTP towards {url}: {reason}")]
    Http { url: String, reason: String },
}

/// What a probe saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Reachable, and the key is valid. `http2`: the connection carries many requests at once.
    Ready { http2: bool, took: Duration },
    /// It answered, and does not let us in (403), or is not Skyvern.
    Refused { status: u16, reason: String },
    /// No answer, or one that says "not now".
    Unreachable { reason: String },
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
    pub(super) http2: bool,
}

/// A request that got no answer.
pub(super) struct NoAnswer {
    /// Certainly never sent: the connection did not come about.
    pub(super) unsent: bool,
    pub(super) reason: String,
}

impl Client {
    /// Reads the key and sets the pool up; connects to nothing yet. A rustls crypto provider must be installed.
    pub fn new(config: &config::Skyvern) -> Result<Self, ClientError> {
        let shown = shown(&config.base_url);
        let failed = |reason: String| ClientError::Http { url: shown.clone(), reason };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("otp-relay/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT.min(config.timeout))
            .timeout(config.timeout)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(config.connections.max(1))
            .tcp_nodelay(true)
            // A connection that went dead without a word (NAT, a fail-over) is found out by the first request on it,
            // and does not cost the next ones as well: an HTTP/2 connection outlives a request that timed out, so it is
            // to be found out before that.
            .http2_keep_alive_interval(config.timeout / 3)
            .http2_keep_alive_timeout(config.timeout / 3)
            .tcp_keepalive(Duration::from_secs(15));
        let secure = config.base_url.scheme() == "https";
        if !secure || is_loopback(&config.base_url) {
            builder = builder.no_proxy();
        }
        if let (true, Some(path)) = (secure, &config.ca) {
            let unreadable = |reason: String| ClientError::Ca { path: path.clone(), reason };
            let pem = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
            let certificates = Certificate::from_pem_bundle(&pem).map_err(|e| unreadable(chain(&e)))?;
            builder = builder.tls_certs_merge(certificates);
        } else if !secure {
            // The system's certificates are not needed, and not every container has them.
            builder = builder.tls_certs_only([]);
        }
        let http = builder.build().map_err(|e| failed(chain(&e)))?;
        let mut url = config.base_url.clone();
        let path = format!("{}{PATH}", config.base_url.path().trim_end_matches('/'));
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self {
            http,
            url,
            source: config.source.clone(),
            timeout: config.timeout,
            key: ArcSwap::from_pointee(read_key(&config.api_key)?),
            secret: config.api_key.clone(),
            slots: Arc::new(Semaphore::new(config.connections.max(1))),
        })
    }

    /// Asks for the codes of an identifier that never has any: opens a connection or keeps one open, and tells whether
    /// the key is valid.
    pub async fn probe(&self) -> Probe {
        let _permit = self.slots.acquire().await;
        let started = Instant::now();
        let request = || self.get().query(&[("totp_identifier", PROBE), ("limit", "1")]);
        match self.send(request, self.timeout, 1 << 16).await {
            Ok(Answer { status: 200, http2, .. }) => Probe::Ready { http2, took: started.elapsed() },
            Ok(answer) => {
                let reason = detail(&answer.body, None);
                match answer.status {
                    429 | 500.. => Probe::Unreachable { reason: format!("HTTP {}: {reason}", answer.status) },
                    status => Probe::Refused { status, reason },
                }
            }
            Err(no_answer) => Probe::Unreachable { reason: no_answer.reason },
        }
    }

    /// Waits for its turn, first come first served. Cancel-safe.
    pub async fn slot(self: &Arc<Self>) -> Slot {
        // The semaphore is never closed.
        Slot { client: Arc::clone(self), _permit: Arc::clone(&self.slots).acquire_owned().await.ok() }
    }

    pub(super) fn get(&self) -> RequestBuilder {
        self.http.get(self.url.clone())
    }

    pub(super) fn post(&self, body: Vec<u8>) -> RequestBuilder {
        self.http.post(self.url.clone()).header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body)
    }

    /// Sends with the API key and reads at most `limit` bytes of the answer. A 403 with a key that has changed since it
    /// was read (rotation) is tried again with the new one; nothing was stored by the first.
    pub(super) async fn send(
        &self,
        request: impl Fn() -> RequestBuilder,
        timeout: Duration,
        limit: usize,
    ) -> Result<Answer, NoAnswer> {
        let key = self.key.load_full();
        let answer = self.once(request(), &key, timeout, limit).await?;
        if answer.status == StatusCode::FORBIDDEN
            && let Ok(fresh) = read_key(&self.secret)
            && fresh != *key
        {
            self.key.store(Arc::new(fresh.clone()));
            return self.once(request(), &fresh, timeout, limit).await;
        }
        Ok(answer)
    }

    async fn once(
        &self,
        request: RequestBuilder,
        key: &HeaderValue,
        timeout: Duration,
        limit: usize,
    ) -> Result<Answer, NoAnswer> {
        let failed =
            |error: reqwest::Error| NoAnswer { unsent: error.is_connect(), reason: chain(&error.without_url()) };
        let mut response = request.header(API_KEY, key).timeout(timeout).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let http2 = response.version() == reqwest::Version::HTTP_2;
        let retry_after = header(&response, RETRY_AFTER).and_then(|text| retry_after(text, jiff::Timestamp::now()));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > limit {
                let reason = format!("the answer is longer than {limit} bytes");
                return Err(NoAnswer { unsent: false, reason });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, retry_after, body, http2 })
    }
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> Option<&str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

fn read_key(secret: &Secret) -> Result<HeaderValue, ClientError> {
    // Skyvern refuses a key with a blank around it.
    let mut value =
        HeaderValue::from_str(secret.read()?.expose_secret().trim()).map_err(|_| ClientError::KeyCharacters)?;
    value.set_sensitive(true);
    Ok(value)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Without the user name and password that a URL may hold.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// An error and its causes in one line: reqwest's own text alone says little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

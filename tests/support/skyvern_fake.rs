//! A scripted Skyvern: stores pushes as the contract says, remembers every request and its time, and can be told to
//! answer badly, late or not at all.

#[path = "../../examples/skyvern_stand_in/contract.rs"]
mod contract;
mod listener;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
pub use contract::Row;
use contract::{Answer, Filter, Rows};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::listener::{Connection, CuttingListener};
use super::pki::Pki;
use super::wait::{until, until_true};

pub const API_KEY: &str = "made-up-skyvern-key";

/// How one push is treated.
#[derive(Clone, Debug)]
pub enum Treat {
    /// As Skyvern does.
    Store,
    /// As Skyvern does, but so much later.
    StoreAfter(Duration),
    /// Stored; then the connection is cut without an answer.
    StoreAndCut,
    /// Stored; the connection is cut in the middle of the answer's body.
    StoreAndTruncate,
    /// Stored; then no answer until [`SkyvernFake::release`].
    StoreAndHang,
    /// Not stored: the connection is cut.
    Cut,
    /// Not stored, no answer until [`SkyvernFake::release`]; then treated as Skyvern does.
    Hang,
    /// Not stored; this status, and this `Retry-After`.
    Status(u16, Option<&'static str>),
    /// Not stored; 200 with this body.
    Body(Value),
    /// Not stored; this status with this body.
    Answer(u16, Value),
}

/// A push as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub at: Instant,
    /// The body, `Null` if it was no JSON.
    pub body: Value,
    pub key: Option<String>,
}

impl Request {
    pub fn content(&self) -> &str {
        self.body["content"].as_str().unwrap_or_default()
    }

    pub fn identifier(&self) -> &str {
        self.body["totp_identifier"].as_str().unwrap_or_default()
    }
}

/// A running server; ends when dropped.
#[derive(Debug)]
pub struct SkyvernFake {
    scheme: &'static str,
    port: u16,
    /// What a client has to trust, with TLS.
    ca: Option<PathBuf>,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    inner: Mutex<Inner>,
    /// Counts releases; whoever hangs waits for the next.
    releases: watch::Sender<u64>,
    opened: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Inner {
    rows: Rows,
    pushes: Vec<Request>,
    lookups: Vec<Instant>,
    script: VecDeque<Treat>,
    lookup_script: VecDeque<Treat>,
    otherwise: Treat,
    api_key: String,
}

impl SkyvernFake {
    pub async fn start() -> Self {
        Self::serve(CuttingListener::bind(0).await, "http", None).await
    }

    /// With the certificate of `pki`, HTTP/2 offered.
    pub async fn start_tls(pki: &Pki) -> Self {
        Self::serve(CuttingListener::bind(0).await.with_tls(pki), "https", Some(pki.ca.clone())).await
    }

    async fn serve(listener: CuttingListener, scheme: &'static str, ca: Option<PathBuf>) -> Self {
        let port = listener.port();
        let shared = Arc::new(Shared {
            inner: Mutex::new(Inner {
                rows: Rows::default(),
                pushes: Vec::new(),
                lookups: Vec::new(),
                script: VecDeque::new(),
                lookup_script: VecDeque::new(),
                otherwise: Treat::Store,
                api_key: API_KEY.into(),
            }),
            releases: watch::Sender::new(0),
            opened: listener.opened(),
        });
        let server = tokio::spawn(run(listener, Arc::clone(&shared)));
        Self { scheme, port, ca, shared, server }
    }

    pub fn base_url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.port)
    }

    pub fn ca(&self) -> Option<&Path> {
        self.ca.as_deref()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next pushes are treated so, in order; those after them as [`Self::otherwise`] says.
    pub fn script(&self, treats: impl IntoIterator<Item = Treat>) {
        self.inner().script.extend(treats);
    }

    /// The next lookups are treated so, in order; "stored" means answered.
    pub fn script_lookups(&self, treats: impl IntoIterator<Item = Treat>) {
        self.inner().lookup_script.extend(treats);
    }

    /// How pushes beyond the script are treated; at first [`Treat::Store`].
    pub fn otherwise(&self, treat: Treat) {
        self.inner().otherwise = treat;
    }

    /// Whoever hangs goes on.
    pub fn release(&self) {
        self.shared.releases.send_modify(|count| *count += 1);
    }

    /// From now on only this key is good.
    pub fn set_api_key(&self, key: &str) {
        self.inner().api_key = key.into();
    }

    /// Nobody listens any more: connections are refused, open ones are cut.
    pub async fn stop(&mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }

    /// After [`Self::stop`]: on the same port, with the same rows (plain HTTP only).
    pub async fn start_again(&mut self) {
        assert_eq!(self.scheme, "http", "only a plain one can be started again");
        let listener = CuttingListener::bind(self.port).await.counting(Arc::clone(&self.shared.opened));
        self.server = tokio::spawn(run(listener, Arc::clone(&self.shared)));
    }

    /// Every push that came in, whatever became of it.
    pub fn pushes(&self) -> Vec<Request> {
        self.inner().pushes.clone()
    }

    /// Stores a row that somebody else pushes.
    pub fn store(&self, push: &Value) {
        self.inner().rows.push(push.to_string().as_bytes());
    }

    /// How many connections were ever opened.
    pub fn connections(&self) -> usize {
        self.shared.opened.load(Ordering::SeqCst)
    }

    /// When rows were looked up (GET), other than to keep the connection open.
    pub fn lookups(&self) -> Vec<Instant> {
        self.inner().lookups.clone()
    }

    /// What is stored, oldest first.
    pub fn rows(&self) -> Vec<Row> {
        self.inner().rows.rows.clone()
    }

    /// What is stored, oldest first: identifier and code.
    pub fn codes(&self) -> Vec<(String, String)> {
        self.rows().into_iter().map(|row| (row.totp_identifier, row.code)).collect()
    }

    pub async fn until_pushes(&self, count: usize) -> Vec<Request> {
        until_true(&format!("Skyvern has seen {count} pushes"), || self.inner().pushes.len() >= count).await;
        self.pushes()
    }

    pub async fn until_rows(&self, count: usize) -> Vec<Row> {
        until_true(&format!("Skyvern has stored {count} rows"), || self.inner().rows.rows.len() >= count).await;
        self.rows()
    }

    /// Waits for a row with this code.
    pub async fn until_code(&self, code: &str) -> Row {
        until(&format!("Skyvern has stored {code}"), || self.rows().into_iter().find(|row| row.code == code)).await
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.inner()
    }
}

impl Drop for SkyvernFake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn released(&self) {
        let mut releases = self.releases.subscribe();
        let _ = releases.changed().await;
    }
}

async fn run(listener: CuttingListener, shared: Arc<Shared>) {
    // Connections end with the server, as a process's would.
    let connections = listener.connections();
    let router = Router::new().route("/v1/credentials/totp", get(list).post(push)).with_state(shared);
    let service = router.into_make_service_with_connect_info::<Connection>();
    axum::serve(listener, service).await.expect("the scripted Skyvern ended");
    drop(connections);
}

async fn push(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let key = key_of(&headers);
    let (refusal, treat) = {
        let mut inner = shared.inner();
        let request =
            Request { at: Instant::now(), body: serde_json::from_slice(&body).unwrap_or_default(), key: key.clone() };
        inner.pushes.push(request);
        let refusal = Rows::refuse(key.as_deref(), &inner.api_key);
        let treat = inner.script.pop_front().unwrap_or_else(|| inner.otherwise.clone());
        (refusal, treat)
    };
    if let Some(refusal) = refusal {
        return respond(refusal);
    }
    obey(treat, shared, connection, move |inner| inner.rows.push(&body)).await
}

/// Answers as told; `serve` does what the real one does. Like the real one it goes on when the client has gone away.
async fn obey<F>(treat: Treat, shared: Arc<Shared>, connection: Connection, serve: F) -> Response
where
    F: Fn(&mut Inner) -> Answer + Send + Sync + 'static,
{
    let answered = tokio::spawn(async move {
        let serve = || respond(serve(&mut shared.inner()));
        answer(treat, &shared, &connection, serve).await
    });
    answered.await.expect("the scripted Skyvern failed")
}

async fn answer(
    treat: Treat,
    shared: &Shared,
    connection: &Connection,
    serve: impl Fn() -> Response + Send + Sync,
) -> Response {
    match treat {
        Treat::Store => serve(),
        Treat::StoreAfter(delay) => {
            tokio::time::sleep(delay).await;
            serve()
        }
        Treat::StoreAndCut => {
            let answer = serve();
            connection.cut();
            answer
        }
        Treat::StoreAndTruncate => truncate(serve()),
        Treat::StoreAndHang => {
            let answer = serve();
            shared.released().await;
            answer
        }
        Treat::Cut => {
            connection.cut();
            StatusCode::OK.into_response()
        }
        Treat::Hang => {
            shared.released().await;
            serve()
        }
        Treat::Status(status, retry_after) => {
            let mut answer = respond((status, serde_json::json!({ "detail": "scripted" })));
            if let Some(retry_after) = retry_after {
                answer.headers_mut().insert("retry-after", HeaderValue::from_static(retry_after));
            }
            answer
        }
        Treat::Body(body) => respond((200, body)),
        Treat::Answer(status, body) => respond((status, body)),
    }
}

/// The head announces more than comes.
fn truncate(answer: Response) -> Response {
    let (head, _) = answer.into_parts();
    let pieces = [Ok(Bytes::from_static(b"{\"totp_code_id\":\"")), Err(std::io::Error::other("cut"))];
    Response::from_parts(head, Body::from_stream(futures_util::stream::iter(pieces)))
}

/// What keeps connections open asks for this identifier.
const PROBE: &str = "otp-relay-probe";

async fn list(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    Query(filter): Query<Filter>,
) -> Response {
    let is_probe = filter.totp_identifier.as_deref() == Some(PROBE);
    let (refusal, treat) = {
        let mut inner = shared.inner();
        let treat = if is_probe { None } else { inner.lookup_script.pop_front() };
        if !is_probe {
            inner.lookups.push(Instant::now());
        }
        (Rows::refuse(key_of(&headers).as_deref(), &inner.api_key), treat)
    };
    match refusal {
        Some(refusal) => respond(refusal),
        None => obey(treat.unwrap_or(Treat::Store), shared, connection, move |inner| inner.rows.list(&filter)).await,
    }
}

fn key_of(headers: &HeaderMap) -> Option<String> {
    headers.get("x-api-key").and_then(|key| key.to_str().ok()).map(str::to_owned)
}

fn respond((status, body): Answer) -> Response {
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

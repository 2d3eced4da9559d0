//! An OAuth 2.0 server on loopback: the token endpoint that the relay asks (RFC 6749 section 6) and the token check that
//! Dovecot asks when a client logs in with XOAUTH2.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Cheap to clone; the server ends with the last handle.
#[derive(Clone, Debug)]
pub struct OAuthFake {
    port: u16,
    state: Arc<Mutex<Inner>>,
    _server: Arc<Server>,
}

#[derive(Debug)]
struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Debug)]
struct Inner {
    /// Refresh token to user.
    grants: BTreeMap<String, String>,
    /// Access token to user.
    access: BTreeMap<String, String>,
    requests: Vec<BTreeMap<String, String>>,
    issued: u64,
    lifetime: u64,
    rotate: bool,
    refusal: Option<(u16, String)>,
    delay: Duration,
}

impl OAuthFake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("failed to listen");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(Inner {
            grants: BTreeMap::new(),
            access: BTreeMap::new(),
            requests: Vec::new(),
            issued: 0,
            lifetime: 3600,
            rotate: false,
            refusal: None,
            delay: Duration::ZERO,
        }));
        let router = Router::new()
            .route("/token", post(token))
            .route("/tokeninfo", get(tokeninfo))
            .with_state(Arc::clone(&state));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the token server ended");
        });
        Self { port, state, _server: Arc::new(Server(server)) }
    }

    pub fn token_url(&self) -> String {
        format!("http://127.0.0.1:{}/token", self.port)
    }

    /// What Dovecot's `tokeninfo_url` is set to.
    pub fn tokeninfo_url(&self) -> String {
        format!("http://127.0.0.1:{}/tokeninfo?access_token=", self.port)
    }

    /// From now on `refresh_token` is good for access tokens of `user`.
    pub fn grant(&self, refresh_token: &str, user: &str) {
        self.inner().grants.insert(refresh_token.into(), user.into());
    }

    /// Access tokens issued from now on say `expires_in: seconds`.
    pub fn set_lifetime(&self, seconds: u64) {
        self.inner().lifetime = seconds;
    }

    /// From now on each answer carries a new refresh token, and the old one is void.
    pub fn rotate_refresh_tokens(&self) {
        self.inner().rotate = true;
    }

    /// From now on the token endpoint answers with this status and OAuth error code; `None` ends it.
    pub fn refuse(&self, refusal: Option<(u16, &str)>) {
        self.inner().refusal = refusal.map(|(status, error)| (status, error.into()));
    }

    /// From now on answers are on their way for so long, when all is decided already.
    pub fn delay_answers(&self, delay: Duration) {
        self.inner().delay = delay;
    }

    /// Dovecot no longer accepts any access token issued so far.
    pub fn revoke_access_tokens(&self) {
        self.inner().access.clear();
    }

    /// The forms the token endpoint received, in order.
    pub fn requests(&self) -> Vec<BTreeMap<String, String>> {
        self.inner().requests.clone()
    }

    /// Every secret that was handed out or accepted, for tests that look for them in logs.
    pub fn secrets(&self) -> Vec<String> {
        let inner = self.inner();
        inner.grants.keys().chain(inner.access.keys()).cloned().collect()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn token(
    State(state): State<Arc<Mutex<Inner>>>,
    Form(form): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let answer = decide(&state, &form);
    let delay = state.lock().unwrap_or_else(PoisonError::into_inner).delay;
    tokio::time::sleep(delay).await;
    answer
}

fn decide(state: &Mutex<Inner>, form: &BTreeMap<String, String>) -> (StatusCode, Json<Value>) {
    let mut inner = state.lock().unwrap_or_else(PoisonError::into_inner);
    inner.requests.push(form.clone());
    if let Some((status, error)) = &inner.refusal {
        let status = StatusCode::from_u16(*status).expect("a status");
        return (status, Json(json!({ "error": error })));
    }
    let presented = form.get("refresh_token").cloned().unwrap_or_default();
    let user = inner.grants.get(&presented).cloned();
    let (Some(user), Some("refresh_token")) = (user, form.get("grant_type").map(String::as_str)) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    };
    inner.issued += 1;
    let access = format!("access-{}-made-up", inner.issued);
    let mut answer = json!({ "access_token": access, "token_type": "Bearer", "expires_in": inner.lifetime });
    inner.access.insert(access, user.clone());
    if inner.rotate {
        let refresh = format!("refresh-{}-made-up", inner.issued);
        inner.grants.remove(&presented);
        inner.grants.insert(refresh.clone(), user);
        answer["refresh_token"] = refresh.into();
    }
    (StatusCode::OK, Json(answer))
}

async fn tokeninfo(
    State(state): State<Arc<Mutex<Inner>>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let inner = state.lock().unwrap_or_else(PoisonError::into_inner);
    match query.get("access_token").and_then(|token| inner.access.get(token)) {
        Some(user) => (StatusCode::OK, Json(json!({ "email": user }))),
        None => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_token" }))),
    }
}

//! The receiving end of a measurement: takes pushes over TLS (HTTP/1.1 and HTTP/2) as Skyvern does and notes when each
//! code arrived.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

#[derive(Clone)]
pub struct SkyvernServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    arrivals: Mutex<HashMap<String, Instant>>,
    arrived: Notify,
}

impl SkyvernServer {
    pub async fn start(tls: TlsAcceptor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let server = Self { address: listener.local_addr().expect("an address"), shared: Arc::default() };
        let routes = Router::new()
            .route("/v1/credentials/totp", post(push).get(async || Json(json!([]))))
            .with_state(server.shared.clone());
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let (tls, routes) = (tls.clone(), routes.clone());
                tokio::spawn(async move {
                    let _ = tcp.set_nodelay(true);
                    if let Ok(stream) = tls.accept(tcp).await {
                        let _ = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new())
                            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes))
                            .await;
                    }
                });
            }
        });
        server
    }

    /// When the code arrived; waits for it for at most `limit`.
    pub async fn arrival(&self, code: &str, limit: Duration) -> Option<Instant> {
        let wait = async {
            loop {
                let arrived = self.shared.arrived.notified();
                if let Some(at) = self.lock().get(code) {
                    return *at;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(limit, wait).await.ok()
    }

    pub fn count(&self) -> usize {
        self.lock().len()
    }

    pub fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Instant>> {
        self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn push(State(shared): State<Arc<Shared>>, Json(body): Json<Value>) -> Json<Value> {
    let now = Instant::now();
    let code = body["content"].as_str().unwrap_or_default().to_owned();
    let mut arrivals = shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
    let id = format!("totp_{}", arrivals.len());
    arrivals.entry(code.clone()).or_insert(now);
    drop(arrivals);
    shared.arrived.notify_waiters();
    Json(json!({
        "totp_code_id": id, "organization_id": "o_bench", "totp_identifier": body["totp_identifier"], "content": code,
        "code": code, "otp_type": "totp", "source": body["source"], "expired_at": body["expired_at"],
        "created_at": jiff::Timestamp::now().to_string().trim_end_matches('Z'),
    }))
}

//! A small stand-in for Skyvern's side of the push: keeps in memory what it is sent, answers as Skyvern answers, and
//! writes a line for each push. For `make demo`, and for trying a configuration without a Skyvern server.
//!
//! ```console
//! $ cargo run --example skyvern_stand_in -- --listen 127.0.0.1:8000 --api-key made-up
//! listening on http://127.0.0.1:8000
//! 2026-11-23T12:00:00.123456Z totp agents@example.com 493027
//! ```

mod contract;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use clap::Parser;
use contract::{Answer, Filter, Rows};
use jiff::Timestamp;

/// Keeps pushed codes in memory and answers as Skyvern does.
#[derive(Parser)]
struct Options {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The key that clients have to send as x-api-key.
    #[arg(long)]
    api_key: String,
}

struct StandIn {
    api_key: String,
    rows: Mutex<Rows>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let stand_in = Arc::new(StandIn { api_key: options.api_key, rows: Mutex::default() });
    let router = Router::new().route("/v1/credentials/totp", get(list).post(push)).with_state(stand_in);
    let listener = tokio::net::TcpListener::bind(options.listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn push(State(stand_in): State<Arc<StandIn>>, headers: HeaderMap, body: Bytes) -> Response {
    let received_at = Timestamp::now();
    if let Some(refusal) = refuse(&stand_in, &headers) {
        println!("{received_at} refused: wrong or missing x-api-key");
        return respond(refusal);
    }
    let (status, row) = stand_in.rows.lock().unwrap_or_else(PoisonError::into_inner).push(&body);
    if status != 200 {
        println!("{received_at} refused: {row}");
        return respond((status, row));
    }
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let kind = if text("status") == "raw_pending" { "raw" } else { text("otp_type") };
    println!("{received_at} {kind} {} {}", text("totp_identifier"), text("code"));
    respond((status, row))
}

async fn list(State(stand_in): State<Arc<StandIn>>, headers: HeaderMap, Query(filter): Query<Filter>) -> Response {
    match refuse(&stand_in, &headers) {
        Some(refusal) => respond(refusal),
        None => respond(stand_in.rows.lock().unwrap_or_else(PoisonError::into_inner).list(&filter)),
    }
}

fn refuse(stand_in: &StandIn, headers: &HeaderMap) -> Option<Answer> {
    Rows::refuse(headers.get("x-api-key").and_then(|key| key.to_str().ok()), &stand_in.api_key)
}

fn respond((status, body): Answer) -> Response {
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response()
}

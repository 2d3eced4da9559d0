//! How the relay is, for monitoring: alive, ready, and in figures. Answers are made at most a few times a second, however
//! many ask.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use tokio::time::Instant;

use super::Shared;
use super::route::json;
use crate::events::board::WatchState;
use crate::events::metrics::{Format, Now};
use crate::store::OutboxState;

/// How old an answer may be.
const FRESH: Duration = Duration::from_millis(250);

/// The last look at everything.
#[derive(Debug, Default)]
pub(super) struct Cache {
    last: Mutex<Option<Arc<Look>>>,
    /// One at a time looks; the others take what it sees.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Look {
    at: Instant,
    /// Why the relay is not healthy, for a person.
    complaints: Vec<String>,
    /// Why it is not ready yet, or any more.
    unready: Vec<String>,
    canaries: BTreeMap<String, Timestamp>,
    outbox: Option<OutboxState>,
    offers: Option<OutboxState>,
}

#[derive(Serialize)]
struct Health<'a> {
    healthy: bool,
    reasons: &'a [String],
    /// When each canary was last seen, by inbox and mailbox.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    canaries: &'a BTreeMap<String, Timestamp>,
}

#[derive(Serialize)]
struct Readiness<'a> {
    ready: bool,
    reasons: &'a [String],
}

fn status(is_well: bool) -> StatusCode {
    if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// 200 while every loop turns, no mailbox is out of touch for longer than its limit, and codes can be stored and sent.
pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let look = shared.look().await;
    let healthy = look.complaints.is_empty();
    json(status(healthy), &Health { healthy, reasons: &look.complaints, canaries: &look.canaries })
}

/// 200 once every mailbox had its first connection or its first failure, while the store answers and nobody ends us.
pub(super) async fn readiness(State(shared): State<Arc<Shared>>) -> Response {
    let look = shared.look().await;
    let ready = look.unready.is_empty();
    json(status(ready), &Readiness { ready, reasons: &look.unready })
}

/// Prometheus' text, or OpenMetrics for who asks for it.
pub(super) async fn metrics(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let look = shared.look().await;
    let now = Now {
        healthy: look.complaints.is_empty(),
        outbox: look.outbox,
        offers: look.offers,
        connections: shared.connections.load(std::sync::atomic::Ordering::Relaxed),
        held: shared.desk.held(),
    };
    let format = Format::of_accept(headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()));
    let events = &shared.ground.events;
    let page = events.metrics().page(&events.board(), &now, format);
    ([(CONTENT_TYPE, format.content_type())], page).into_response()
}

impl Shared {
    async fn look(&self) -> Arc<Look> {
        if let Some(look) = self.status.fresh() {
            return look;
        }
        let _looking = self.status.looking.lock().await;
        if let Some(look) = self.status.fresh() {
            return look;
        }
        let look = Arc::new(self.look_at_all().await);
        *self.status.lock() = Some(Arc::clone(&look));
        look
    }

    async fn look_at_all(&self) -> Look {
        let ground = &self.ground;
        let board = ground.events.board();
        let mut complaints = board.complaints(Timestamp::now());
        complaints.extend(ground.pulses.overdue().into_iter().map(|name| format!("the loop of {name} does not turn")));
        let (mut unready, mut canaries) = (Vec::new(), BTreeMap::new());
        for mailbox in &board.mailboxes {
            if let Some(seen) = mailbox.last_canary {
                canaries.insert(format!("{}/{}", mailbox.inbox, mailbox.mailbox), seen);
            }
            if mailbox.state == WatchState::Connecting && mailbox.lost == 0 {
                unready.push(format!("{} {} is not connected yet", mailbox.inbox, mailbox.mailbox));
            }
        }
        if ground.cancel.is_cancelled() {
            unready.push("the relay is ending".to_owned());
        }
        let (mut outbox, mut offers) = (None, None);
        let asked = async { Ok((ground.store.outbox_state().await?, ground.store.offers_state().await?)) };
        let asked: Result<_, crate::store::StoreError> = asked.await;
        match asked {
            Ok((to_send, to_ask)) => (outbox, offers) = (Some(to_send), Some(to_ask)),
            Err(error) => {
                complaints.push(error.to_string());
                unready.push(error.to_string());
            }
        }
        Look { at: Instant::now(), complaints, unready, canaries, outbox, offers }
    }
}

impl Cache {
    fn fresh(&self) -> Option<Arc<Look>> {
        self.lock().clone().filter(|look| look.at.elapsed() < FRESH)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Look>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

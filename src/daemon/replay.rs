//! Sending a value again on purpose: by the running daemon, in its order among the others, or, where none runs, by a
//! delivery that lives as long as this one value.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::events::Events;
use crate::extract::value::ValueError;
use crate::extract::{Code, Extraction, Identifier, Link, MailText, Scope, Value};
use crate::skyvern::Client;
use crate::store::{HistoryFilter, HistoryRow, NewDelivery, Origin, Store, StoreError};

/// What is to be sent. Its `Debug` does not show the value.
#[derive(Clone, Serialize, Deserialize)]
pub struct Replay {
    pub inbox: String,
    /// `code`, `link` or `body`.
    kind: String,
    content: String,
    identifier: String,
    task_id: Option<String>,
    workflow_id: Option<String>,
    workflow_run_id: Option<String>,
    rule: Option<String>,
    /// From now on: a replay is meant to be used although the mail is old.
    ttl_seconds: u64,
    /// The row of history that is sent again.
    pub replay_of: Option<i64>,
}

impl Replay {
    pub fn new(inbox: &str, found: &Extraction, replay_of: Option<i64>) -> Self {
        Self {
            inbox: inbox.into(),
            kind: found.value.kind().into(),
            content: found.value.expose().into(),
            identifier: found.identifier.as_str().into(),
            task_id: found.scope.task_id.clone(),
            workflow_id: found.scope.workflow_id.clone(),
            workflow_run_id: found.scope.workflow_run_id.clone(),
            rule: found.rule.clone(),
            ttl_seconds: found.ttl.as_secs(),
            replay_of,
        }
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("inbox", &self.inbox).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Why a value was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplayError {
    #[error("the value can't be sent: {0}")]
    Value(#[from] ValueError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts the value into the outbox; answers the delivery's id.
pub(super) async fn enqueue(store: &Store, replay: Replay) -> Result<i64, ReplayError> {
    let value = match replay.kind.as_str() {
        "link" => Value::Link(Link::new(&replay.content)?),
        "body" => Value::Body(MailText::new(&replay.content)?),
        _ => Value::Code(Code::new(&replay.content)?),
    };
    let new = NewDelivery {
        value,
        identifier: Identifier::new(&replay.identifier)?,
        scope: Scope {
            task_id: replay.task_id,
            workflow_id: replay.workflow_id,
            workflow_run_id: replay.workflow_run_id,
        },
        rule: replay.rule,
        deadline: Timestamp::now() + Duration::from_secs(replay.ttl_seconds),
    };
    let origin =
        Origin { inbox: replay.inbox, replay_of: replay.replay_of, note: Some("sent again on purpose".into()) };
    Ok(store.enqueue(new, origin).await?)
}

/// Sends without a daemon: opens the store as one, delivers, and answers the history row as it stands in the end.
pub async fn send_alone(
    store_url: &str,
    client: Client,
    replay: Replay,
) -> Result<Option<HistoryRow>, super::DaemonError> {
    let store = Store::open(store_url).await?;
    let (cancel, tracker) = (CancellationToken::new(), TaskTracker::new());
    let delivery = enqueue(&store, replay).await.map_err(|error| match error {
        ReplayError::Store(error) => super::DaemonError::Store(error),
        ReplayError::Value(error) => super::DaemonError::Client(error.to_string()),
    })?;
    let started =
        crate::deliver::start(store.clone(), Arc::new(client), Events::default(), cancel.clone(), tracker.clone())
            .await?;
    let row = settled(&store, delivery).await?;
    cancel.cancel();
    tracker.close();
    tracker.wait().await;
    drop(started);
    store.close().await;
    Ok(row)
}

/// Waits until the delivery is no longer queued. It ends at its deadline at the latest.
pub async fn settled(store: &Store, delivery: i64) -> Result<Option<HistoryRow>, StoreError> {
    loop {
        let rows = store.history(&HistoryFilter { delivery: Some(delivery), ..HistoryFilter::default() }).await?;
        match rows.into_iter().next() {
            Some(row) if row.delivery.as_ref().is_some_and(|delivery| delivery.state == "queued") => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            row => return Ok(row),
        }
    }
}

//! What the running daemon says of itself, and what that is made of.

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::Inbox;
use crate::events::{Board, Events};
use crate::pulse::Pulses;
use crate::sender::Verifier;
use crate::store::{OutboxState, Store, StoreError};

/// The status document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    pub version: String,
    pub pid: u32,
    pub started_at: Timestamp,
    pub healthy: bool,
    /// Why it is not healthy, for a person.
    pub complaints: Vec<String>,
    #[serde(flatten)]
    pub board: Board,
    pub outbox: OutboxState,
    /// What waits until a run asks for it.
    #[serde(default)]
    pub offers: OutboxState,
}

/// What the status is made of.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) started_at: Timestamp,
    pub(super) events: Events,
    pub(super) pulses: Pulses,
    pub(super) store: Store,
    /// The configured inboxes, for replays; exchanged at a reload.
    pub(super) inboxes: Arc<ArcSwap<Vec<Arc<Inbox>>>>,
    /// For replays.
    pub(super) verifier: Verifier,
}

impl Source {
    pub(super) async fn status(&self) -> Status {
        let board = self.events.board();
        let mut complaints = board.complaints(Timestamp::now());
        complaints.extend(self.pulses.overdue().into_iter().map(|name| format!("the loop of {name} does not turn")));
        let states =
            async { Ok::<_, StoreError>((self.store.outbox_state().await?, self.store.offers_state().await?)) };
        let (outbox, offers) = states.await.unwrap_or_else(|error| {
            complaints.push(error.to_string());
            <(OutboxState, OutboxState)>::default()
        });
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            pid: std::process::id(),
            started_at: self.started_at,
            healthy: complaints.is_empty(),
            complaints,
            board,
            outbox,
            offers,
        }
    }
}

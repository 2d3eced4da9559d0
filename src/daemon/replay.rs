//! Sending a value again on purpose: by the running daemon, in its order among the others, or, where none runs, by a
//! delivery that lives as long as this one value. A replay is meant to be used although its mail is old: its deadline
//! counts from now. It goes the way its inbox and rule say (`deliver`), unless whoever asks for it says otherwise.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, Inbox};
use crate::deliver;
use crate::events::Events;
use crate::extract::value::ValueError;
use crate::extract::{self, Code, Deliver, Extraction, Identifier, Link, MailText, Outcome, Policy, Scope, Value};
use crate::imap;
use crate::mail::{Message, Unsettled};
use crate::pulse::Pulses;
use crate::sender::{self, Verifier};
use crate::skyvern::{Client, ClientError};
use crate::store::{HistoryFilter, HistoryRow, NewDelivery, Origin, Store, StoreError};

/// What is to be sent. Its `Debug` does not show the value.
#[derive(Clone, Serialize, Deserialize)]
pub struct Replay {
    pub inbox: String,
    /// `code`, `link` or `body`.
    pub kind: String,
    content: String,
    pub masked: String,
    pub identifier: String,
    task_id: Option<String>,
    workflow_id: Option<String>,
    workflow_run_id: Option<String>,
    rule: Option<String>,
    ttl_seconds: u64,
    pub deliver: Deliver,
    /// The row of history that is sent again.
    replay_of: Option<i64>,
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("inbox", &self.inbox).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Why a value can't be sent again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("there is no row {0} in the history")]
    NoRow(i64),
    #[error("row {0} was itself sent on purpose and has no mail of its own; replay row {1} or the mail as a file")]
    NoMail(i64, i64),
    #[error("the inbox {0} is not in the configuration any more")]
    NoInbox(String),
    #[error("the mail is not in {mailbox} of {inbox} any more; save it as a file from where it is now and replay that")]
    Gone { inbox: String, mailbox: String },
    #[error("failed to fetch the mail again: {0}")]
    Imap(#[from] imap::Error),
    #[error("there is nothing to send in it: {0}")]
    Nothing(String),
    #[error("the value can't be sent: {0}")]
    Value(#[from] ValueError),
    #[error("no run can be given {0}: only pushing it is possible (--deliver push)")]
    Unofferable(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// What a mail at hand would send. `is_whole`: nothing was cut off.
pub async fn of_mail(
    raw: &[u8],
    is_whole: bool,
    policy: &Policy,
    verifier: &Verifier,
    replay_of: Option<i64>,
) -> Result<Replay, ReplayError> {
    let message = Message::parse(raw);
    let mut decision = extract::extract_verified(&message, policy, None);
    if decision.unsettled == Some(Unsettled::NotVerified) {
        let verification =
            if is_whole { verifier.verify(raw, message.sender_domain()).await } else { sender::cut(raw.len()) };
        decision = extract::extract_verified(&message, policy, Some(&verification));
    }
    match decision.outcome {
        Outcome::Found(found) => Ok(Replay::new(&policy.inbox, &found, replay_of)),
        Outcome::Nothing { reason } | Outcome::Refused { reason, .. } => Err(ReplayError::Nothing(reason)),
        Outcome::Ignored { rule } => Err(ReplayError::Nothing(format!("rule {rule} says ignore"))),
    }
}

/// What a row of history would send: codes are erased once delivered, so the mail is fetched and looked at again.
pub(super) async fn of_row(
    store: &Store,
    inboxes: &[Arc<Inbox>],
    verifier: &Verifier,
    id: i64,
) -> Result<Replay, ReplayError> {
    let rows = store.history(&HistoryFilter { id: Some(id), ..HistoryFilter::default() }).await?;
    let row = rows.into_iter().next().ok_or(ReplayError::NoRow(id))?;
    let (Some(mailbox), Some(uid_validity), Some(uid)) = (row.mailbox, row.uid_validity, row.uid) else {
        return Err(ReplayError::NoMail(id, row.replay_of.unwrap_or(id)));
    };
    let inbox = inboxes.iter().find(|inbox| inbox.name == row.inbox).ok_or(ReplayError::NoInbox(row.inbox))?;
    let raw = imap::fetch_again(inbox, store, &mailbox, uid_validity, uid).await?;
    let raw = raw.ok_or_else(|| ReplayError::Gone { inbox: inbox.name.clone(), mailbox })?;
    let is_whole = raw.len() < inbox.watch.max_message_size as usize;
    of_mail(&raw, is_whole, &inbox.policy, verifier, Some(id)).await
}

impl Replay {
    fn new(inbox: &str, found: &Extraction, replay_of: Option<i64>) -> Self {
        Self {
            inbox: inbox.into(),
            kind: found.value.kind().into(),
            content: found.value.expose().into(),
            masked: found.value.masked(),
            identifier: found.identifier.as_str().into(),
            task_id: found.scope.task_id.clone(),
            workflow_id: found.scope.workflow_id.clone(),
            workflow_run_id: found.scope.workflow_run_id.clone(),
            rule: found.rule.clone(),
            ttl_seconds: found.ttl.as_secs(),
            deliver: found.deliver,
            replay_of,
        }
    }

    /// Puts the value on its way; answers its row of history.
    pub(super) async fn enqueue(self, store: &Store) -> Result<i64, ReplayError> {
        if self.deliver.offers() && self.kind == "body" {
            return Err(ReplayError::Unofferable("the text of a mail"));
        }
        if self.deliver.offers() && self.workflow_id.is_some() {
            return Err(ReplayError::Unofferable("what is for a workflow_id, which no request names"));
        }
        let value = match self.kind.as_str() {
            "link" => Value::Link(Link::new(&self.content)?),
            "body" => Value::Body(MailText::new(&self.content)?),
            _ => Value::Code(Code::new(&self.content)?),
        };
        let new = NewDelivery {
            value,
            identifier: Identifier::new(&self.identifier)?,
            scope: Scope {
                task_id: self.task_id,
                workflow_id: self.workflow_id,
                workflow_run_id: self.workflow_run_id,
            },
            rule: self.rule,
            deadline: Timestamp::now() + Duration::from_secs(self.ttl_seconds),
            deliver: self.deliver,
        };
        let origin =
            Origin { inbox: self.inbox, replay_of: self.replay_of, note: Some("sent again on purpose".into()) };
        Ok(store.enqueue(new, origin).await?)
    }
}

/// A store and a delivery of a command's own, for when no daemon runs.
#[derive(Debug)]
pub struct Alone {
    store: Store,
    config: Config,
}

impl Alone {
    /// Opens the store as a daemon would; fails where one has it.
    pub async fn open(config: Config) -> Result<Self, ReplayError> {
        Ok(Self { store: Store::open(&config.store.url).await?, config })
    }

    /// As the daemon does it.
    pub async fn of_row(&self, id: i64) -> Result<Replay, ReplayError> {
        of_row(&self.store, &self.config.inboxes, &Verifier::new(self.config.dns.clone()), id).await
    }

    /// Delivers the value, and whatever else waits in the outbox meanwhile, or keeps it for the run that asks the next
    /// daemon; answers its row of history as it stands in the end.
    pub async fn send(self, replay: Replay) -> Result<Option<HistoryRow>, ReplayError> {
        let client = Arc::new(Client::new(&self.config.skyvern)?);
        let pushes = replay.deliver.pushes();
        let id = replay.enqueue(&self.store).await?;
        let row = if pushes { self.pushed(client, id).await? } else { settled(&self.store, id).await? };
        self.store.close().await;
        Ok(row)
    }

    async fn pushed(&self, client: Arc<Client>, id: i64) -> Result<Option<HistoryRow>, ReplayError> {
        let (cancel, tracker) = (CancellationToken::new(), TaskTracker::new());
        let running = deliver::start(
            self.store.clone(),
            client,
            Events::default(),
            &Pulses::default(),
            cancel.clone(),
            tracker.clone(),
        )
        .await?;
        let row = settled(&self.store, id).await;
        cancel.cancel();
        tracker.close();
        tracker.wait().await;
        drop(running);
        Ok(row?)
    }
}

/// Waits until a row of history has nothing queued any more, at its deadline at the latest; answers the row.
pub async fn settled(store: &Store, id: i64) -> Result<Option<HistoryRow>, StoreError> {
    loop {
        let rows = store.history(&HistoryFilter { id: Some(id), ..HistoryFilter::default() }).await?;
        match rows.into_iter().next() {
            Some(row) if row.delivery.as_ref().is_some_and(|delivery| delivery.state == "queued") => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            row => return Ok(row),
        }
    }
}

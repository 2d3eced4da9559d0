//! An inbox that is watched, with a store of its own, as the daemon does it.

use std::sync::Arc;
use std::time::Duration;

use otp_relay::config::{self, Account, Auth, Inbox, Secret, Tls, Watch};
use otp_relay::events::Events;
use otp_relay::events::board::{MailboxState, WatchState};
use otp_relay::extract::policy::{Action, Deliver, Prefer, RecipientSource, RuleSet};
use otp_relay::extract::{Policy, Rule, Template};
use otp_relay::imap::{self, Watchers};
use otp_relay::pulse::Pulses;
use otp_relay::sender::Verifier;
use otp_relay::store::{HistoryFilter, HistoryRow, MailboxId, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::wait::until_true;

/// An account on a plain port of this machine.
pub fn account(port: u16, username: &str, password: &str) -> Account {
    Account {
        host: "localhost".into(),
        port,
        tls: Tls::None,
        ca: None,
        pinned_sha256: None,
        username: username.into(),
        auth: Auth::Password(Secret::Literal(password.to_owned().into())),
        max_connections: 10,
        connect_timeout: Duration::from_secs(30),
        command_timeout: Duration::from_secs(30),
    }
}

/// An inbox `agents` that watches INBOX.
pub fn inbox(account: Account) -> Inbox {
    let minutes = |n: u64| Duration::from_secs(60 * n);
    Inbox {
        name: "agents".into(),
        mailboxes: vec!["INBOX".into()],
        watch: Watch {
            idle: true,
            idle_timeout: minutes(5),
            poll_interval: Duration::from_millis(200),
            canary: None,
            first_fetch: 256 * 1024,
            max_message_size: 2 * 1024 * 1024,
        },
        policy: Policy {
            inbox: "agents".into(),
            username: account.username.clone(),
            rules: RuleSet::new(vec![code_rule()]),
            detect: true,
            identifier: Template::parse("{recipient}").expect("a template"),
            ttl: minutes(10),
            max_ttl: minutes(60),
            recipient_order: RecipientSource::DEFAULT.to_vec(),
            prefer: Prefer::default(),
            deliver: Deliver::default(),
            ..Policy::default()
        },
        account,
        fingerprint: 1,
    }
}

/// Finds what [`crate::support::mails::code_mail`] holds.
fn code_rule() -> Rule {
    Rule {
        name: "code".into(),
        from: None,
        to: None,
        subject: None,
        body: None,
        headers: Vec::new(),
        action: Action::Code(regex::Regex::new("code is ([0-9]{6})").expect("a regex")),
        identifier: None,
        ttl: None,
        prefer: None,
        deliver: None,
        require: None,
        task_id: None,
        workflow_id: None,
        workflow_run_id: None,
    }
}

/// A running relay without delivery.
pub struct Relay {
    pub watchers: Watchers,
    pub store: Store,
    pub events: Events,
    pub pulses: Pulses,
    cancel: CancellationToken,
    tracker: TaskTracker,
    directory: tempfile::TempDir,
}

impl Relay {
    pub async fn start(inboxes: Vec<Inbox>) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        Self::start_in(directory, inboxes).await
    }

    pub async fn start_in(directory: tempfile::TempDir, inboxes: Vec<Inbox>) -> Self {
        let store = Store::open(&format!("sqlite://{}/state.db", directory.path().display())).await.expect("a store");
        let (events, pulses) = (Events::default(), Pulses::default());
        let (cancel, tracker) = (CancellationToken::new(), TaskTracker::new());
        let watchers = imap::start(
            inboxes.into_iter().map(Arc::new).collect(),
            store.clone(),
            events.clone(),
            Verifier::new(config::Dns::default()),
            pulses.clone(),
            cancel.clone(),
            tracker.clone(),
        )
        .await;
        Self { watchers, store, events, pulses, cancel, tracker, directory }
    }

    /// Ends every task, as SIGTERM does, and gives the store's directory back.
    pub async fn stop(self) -> tempfile::TempDir {
        self.cancel.cancel();
        self.tracker.close();
        self.tracker.wait().await;
        drop(self.watchers);
        self.store.close().await;
        self.directory
    }

    /// The next life: the same store.
    pub async fn restart(self, inboxes: Vec<Inbox>) -> Self {
        let directory = self.stop().await;
        Self::start_in(directory, inboxes).await
    }

    /// The store's directory.
    pub fn path(&self) -> &std::path::Path {
        self.directory.path()
    }

    pub async fn history(&self) -> Vec<HistoryRow> {
        self.store.history(&HistoryFilter::default()).await.expect("history")
    }

    /// The UIDs of all mails that were looked at, in order of their commits.
    pub async fn seen(&self) -> Vec<u32> {
        self.history().await.iter().filter_map(|row| row.uid).collect()
    }

    /// Waits until exactly these mails were looked at.
    pub async fn until_seen(&self, uids: &[u32]) {
        let start = std::time::Instant::now();
        loop {
            let seen = self.seen().await;
            if seen == uids {
                return;
            }
            assert!(start.elapsed() < crate::support::wait::LIMIT, "looked at {seen:?} instead of {uids:?}");
            assert!(seen.len() <= uids.len(), "looked at {seen:?} instead of {uids:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub fn state(&self, mailbox: &str) -> Option<MailboxState> {
        self.events.board().mailboxes.into_iter().find(|state| state.mailbox == mailbox)
    }

    /// Waits until the mailbox is watched (again).
    pub async fn until_watched(&self, mailbox: &str) {
        until_true(&format!("{mailbox} is watched"), || {
            self.state(mailbox).is_some_and(|state| matches!(state.state, WatchState::Idle | WatchState::Poll))
        })
        .await;
    }

    pub async fn until_error(&self, mailbox: &str, holds: &str) -> String {
        crate::support::wait::until(&format!("{mailbox} complains: {holds}"), || {
            self.state(mailbox).and_then(|state| state.last_error).filter(|error| error.contains(holds))
        })
        .await
    }

    /// Waits until every mail below this UID was dealt with, and no other.
    pub async fn until_cursor(&self, mailbox: &str, next_uid: u32) {
        let start = std::time::Instant::now();
        while self.cursor(mailbox).await.is_none_or(|(_, next)| next != next_uid) {
            assert!(start.elapsed() < crate::support::wait::LIMIT, "the cursor never came to {next_uid}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn cursor(&self, mailbox: &str) -> Option<(u32, u32)> {
        let id = MailboxId { inbox: "agents".into(), mailbox: mailbox.into() };
        let cursor = self.store.cursor(&id).await.expect("a cursor");
        cursor.map(|cursor| (cursor.uid_validity, cursor.next_uid))
    }
}

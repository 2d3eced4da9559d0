//! A store in a directory of its own, a delivery that drains it, and mails that arrive.
#![allow(dead_code, reason = "every test binary uses a part of it")]

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use crate::support::reboot::{boot_again, clock_was_ahead};
use crate::support::skyvern_fake::{API_KEY, SkyvernFake};
use jiff::{SignedDuration, Timestamp};
use otp_relay::config::{self, Secret};
use otp_relay::deliver::{self, Deliver, Pace};
use otp_relay::events::Events;
use otp_relay::extract::{Code, Identifier, Scope, Value};
use otp_relay::mail::Fingerprint;
use otp_relay::pulse::Pulses;
use otp_relay::skyvern::Client;
use otp_relay::store::{Cursor, Finding, HistoryFilter, HistoryRow, MailboxId, NewDelivery, Recorded, Sighting, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A life that a loaded machine still can commit, and that a test can wait for.
pub const SHORT: SignedDuration = SignedDuration::from_secs(2);

/// Quick enough for tests, slow enough to be told apart.
pub const PACE: Pace = Pace {
    retry_first: Duration::from_millis(20),
    retry_max: Duration::from_millis(200),
    probe: Duration::from_millis(150),
    warm: Duration::from_millis(100),
    settle: Duration::from_millis(100),
    grace: Duration::from_secs(2),
    least_life: Duration::from_millis(50),
};

/// The configuration for `fake`.
pub fn skyvern(fake: &SkyvernFake) -> config::Skyvern {
    config::Skyvern {
        base_url: fake.base_url().parse().unwrap(),
        api_key: Secret::Literal(API_KEY.to_owned().into()),
        timeout: Duration::from_secs(3),
        connections: 8,
        ca: None,
        source: "email".into(),
    }
}

pub fn client(config: &config::Skyvern) -> Arc<Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Arc::new(Client::new(config).unwrap())
}

/// A store that outlives the daemons that use it.
pub struct Relay {
    directory: tempfile::TempDir,
    pub store: Store,
    running: Option<(Deliver, CancellationToken, TaskTracker)>,
    uid: u32,
}

impl Relay {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&url(&directory)).await.unwrap();
        Self { directory, store, running: None, uid: 0 }
    }

    pub async fn start(&mut self, config: &config::Skyvern) -> Deliver {
        self.start_at(PACE, config).await
    }

    pub async fn start_at(&mut self, pace: Pace, config: &config::Skyvern) -> Deliver {
        let (cancel, tracker) = (CancellationToken::new(), TaskTracker::new());
        let (store, events, pulses) = (self.store.clone(), Events::default(), Pulses::default());
        let deliver = deliver::start_at(pace, store, client(config), events, &pulses, cancel.clone(), tracker.clone())
            .await
            .unwrap();
        self.running = Some((deliver.clone(), cancel, tracker));
        deliver
    }

    /// Ends the daemon as SIGTERM does; the store stays open.
    pub async fn stop(&mut self) {
        if let Some((deliver, cancel, tracker)) = self.running.take() {
            cancel.cancel();
            tracker.close();
            tracker.wait().await;
            drop(deliver);
        }
    }

    /// The store as it is on the disk now; nothing must be under way.
    pub async fn snapshot(&mut self) -> tempfile::TempDir {
        self.store.clone().close().await;
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(self.directory.path().join("state.db"), copy.path().join("state.db")).unwrap();
        self.store = Store::open(&url(&self.directory)).await.unwrap();
        copy
    }

    /// The machine lost its power, and with it what came after `snapshot`; it has booted again.
    pub async fn after_power_failure(self, snapshot: tempfile::TempDir) -> Self {
        self.store.close().await;
        boot_again(&snapshot.path().join("state.db")).await;
        let store = Store::open(&url(&snapshot)).await.unwrap();
        Self { directory: snapshot, store, running: None, uid: 0 }
    }

    /// The clock was ahead when the store was opened, and has been set since.
    pub async fn opened_in_the_future(self) -> Self {
        self.store.close().await;
        clock_was_ahead(&self.directory.path().join("state.db")).await;
        let store = Store::open(&url(&self.directory)).await.unwrap();
        Self { store, ..self }
    }

    /// Where the store is.
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// A code that arrived now, for an hour.
    pub async fn code(&mut self, identifier: &str, code: &str) -> i64 {
        self.code_for(identifier, code, SignedDuration::from_hours(1)).await
    }

    pub async fn code_for(&mut self, identifier: &str, code: &str, life: SignedDuration) -> i64 {
        let now = Timestamp::now();
        self.mail(new_code(identifier, code, now + life), now).await
    }

    pub async fn mail(&mut self, new: NewDelivery, arrived_at: Timestamp) -> i64 {
        self.uid += 1;
        self.mail_at(self.uid, new, arrived_at).await
    }

    pub async fn mail_at(&self, uid: u32, new: NewDelivery, arrived_at: Timestamp) -> i64 {
        let sighting = sighting(uid, arrived_at, Finding::Deliver(new));
        let cursor = Cursor { uid_validity: 1, next_uid: uid + 1 };
        match self.store.commit(&inbox(), cursor, vec![sighting]).await.unwrap().as_slice() {
            [Recorded::Delivering { delivery }] => *delivery,
            other => panic!("{other:?}"),
        }
    }

    /// The last mail again, as somebody who moved it made it appear.
    pub async fn same_mail_in(&mut self, mailbox: &str, identifier: &str, code: &str) -> Recorded {
        let now = Timestamp::now();
        let new = new_code(identifier, code, now + SignedDuration::from_hours(1));
        let sighting = sighting(self.uid, now, Finding::Deliver(new));
        let mailbox = MailboxId { inbox: "agents".into(), mailbox: mailbox.into() };
        let cursor = Cursor { uid_validity: 7, next_uid: self.uid + 1 };
        self.store.commit(&mailbox, cursor, vec![sighting]).await.unwrap()[0]
    }

    pub async fn history(&self) -> Vec<HistoryRow> {
        self.store.history(&HistoryFilter::default()).await.unwrap()
    }

    /// Waits until nothing is queued any more, and answers history.
    pub async fn settled(&self) -> Vec<HistoryRow> {
        self.until(|rows| rows.iter().all(|row| row.delivery.as_ref().is_none_or(|d| d.state != "queued"))).await
    }

    pub async fn until(&self, done: impl Fn(&[HistoryRow]) -> bool) -> Vec<HistoryRow> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        loop {
            let rows = self.history().await;
            if done(&rows) {
                return rows;
            }
            assert!(tokio::time::Instant::now() < deadline, "still not so: {rows:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

pub fn url(directory: &tempfile::TempDir) -> String {
    format!("sqlite://{}/state.db", directory.path().display())
}

pub fn inbox() -> MailboxId {
    MailboxId { inbox: "agents".into(), mailbox: "INBOX".into() }
}

pub fn new_code(identifier: &str, code: &str, deadline: Timestamp) -> NewDelivery {
    NewDelivery {
        value: Value::Code(Code::new(code).unwrap()),
        identifier: Identifier::new(identifier).unwrap(),
        scope: Scope::default(),
        rule: Some("acme".into()),
        deadline,
        deliver: otp_relay::extract::Deliver::Push,
    }
}

pub fn sighting(uid: u32, arrived_at: Timestamp, finding: Finding) -> Sighting {
    let mut fingerprint = [0; 32];
    fingerprint[..4].copy_from_slice(&uid.to_be_bytes());
    Sighting {
        uid,
        arrived_at,
        seen_at: arrived_at,
        fetched_at: arrived_at,
        extracted_at: arrived_at,
        fingerprint: Fingerprint(fingerprint),
        sender_domain: Some("acme.example".into()),
        finding,
    }
}

/// The states of all deliveries, in order.
pub fn states(rows: &[HistoryRow]) -> Vec<&str> {
    rows.iter().filter_map(|row| row.delivery.as_ref()).map(|delivery| delivery.state.as_str()).collect()
}

/// Why a delivery failed.
pub fn reason(row: &HistoryRow) -> &str {
    row.delivery.as_ref().and_then(|delivery| delivery.reason.as_deref()).unwrap_or_default()
}

/// Every line that this thread's test logs, at every level.
pub struct Log {
    lines: Arc<Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Log {
    /// For tests on one thread.
    pub fn start() -> Self {
        // While there is one dispatcher alone, tracing asks that of whatever thread comes by an event first whether anybody
        // wants it, and another test's thread has none.
        static ANOTHER: OnceLock<tracing::Dispatch> = OnceLock::new();
        ANOTHER.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish()));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&lines);
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || Lines(Arc::clone(&writer)))
            .finish();
        Self { lines, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// How many lines hold `text`.
    pub fn count(&self, text: &str) -> usize {
        String::from_utf8_lossy(&self.lines.lock().unwrap()).lines().filter(|line| line.contains(text)).count()
    }
}

struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

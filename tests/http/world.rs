//! A listening side with a store of its own, and mails that arrive there.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use otp_relay::config::{Address, Config, Secrets};
use otp_relay::events::Events;
use otp_relay::extract::{Code, Deliver, Identifier, Link, Scope, Value};
use otp_relay::http::{self, Ground, Http, Limits, LookNow};
use otp_relay::mail::Fingerprint;
use otp_relay::pulse::Pulses;
use otp_relay::store::{Cursor, Finding, MailboxId, NewDelivery, Recorded, Sighting, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::wire::{self, Answer, Request};
pub use crate::wire::{code_of, signed_by};

pub const KEY: &str = "made-up-skyvern-key";
pub const IDENTIFIER: &str = "agent@example.com";

/// Everything that ends with a test.
pub struct World {
    pub directory: tempfile::TempDir,
    pub store: Store,
    pub events: Events,
    pub pulses: Pulses,
    pub http: Http,
    /// The identifiers whose mailboxes were made to look.
    pub looks: Arc<Mutex<Vec<String>>>,
    pub cancel: CancellationToken,
    pub tracker: TaskTracker,
    uid: AtomicU32,
}

/// A configuration that listens at any port, with `more` behind it.
pub fn config(more: &str) -> Config {
    // A port of its own is chosen below: the configuration takes none that is 0.
    let listen = if more.contains("[listen]") { "" } else { "[listen]\naddress = \"127.0.0.1:8025\"\n" };
    let text = format!(
        "[skyvern]\napi_key = \"{KEY}\"\n\n[[inbox]]\nname = \"agents\"\nhost = \"imap.example.com\"\n\
         username = \"agents@example.com\"\npassword = \"made-up\"\n\n{listen}{more}"
    );
    let mut config = Config::parse(&text, Path::new("/etc/otp-relay.toml"), Secrets::Read)
        .unwrap_or_else(|errors| panic!("{errors}"));
    let listen = config.listen.as_mut().unwrap();
    for address in [Some(&mut listen.address), listen.monitoring.as_mut()].into_iter().flatten() {
        if let Address::Tcp(address) = address {
            address.set_port(0);
        }
    }
    config
}

impl World {
    pub async fn new() -> Self {
        Self::with("").await
    }

    pub async fn with(more: &str) -> Self {
        Self::start(config(more), Limits::default()).await
    }

    pub async fn start(config: Config, limits: Limits) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), config, limits).await
    }

    pub async fn start_in(directory: tempfile::TempDir, config: Config, limits: Limits) -> Self {
        let store = Store::open(&format!("sqlite://{}/state.db", directory.path().display())).await.unwrap();
        let (events, pulses) = (Events::default(), Pulses::default());
        let (cancel, tracker) = (CancellationToken::new(), TaskTracker::new());
        let looks = Arc::<Mutex<Vec<String>>>::default();
        let look = Arc::clone(&looks);
        let ground = Ground {
            store: store.clone(),
            events: events.clone(),
            pulses: pulses.clone(),
            look_now: LookNow::new(move |identifier| look.lock().unwrap().push(identifier.to_string())),
            cancel: cancel.clone(),
            tracker: tracker.clone(),
        };
        let http = http::start_with(&config, ground, limits).await.unwrap().unwrap();
        Self { directory, store, events, pulses, http, looks, cancel, tracker, uid: AtomicU32::new(1) }
    }

    /// Ends the listening side and closes the store; gives what is left on the disk.
    pub async fn end(self) -> tempfile::TempDir {
        let Self { directory, store, http, cancel, tracker, .. } = self;
        cancel.cancel();
        tracker.close();
        tracker.wait().await;
        drop(http);
        store.close().await;
        directory
    }

    /// After a restart: the next mail has a UID that was not there before.
    #[allow(dead_code, reason = "the tests against a real Skyvern use it")]
    pub fn skip_uids(&self, to: u32) {
        self.uid.store(to, Ordering::Relaxed);
    }

    pub fn address(&self) -> std::net::SocketAddr {
        self.http.addresses()[0]
    }

    /// A mail arrives now, and its value waits for a run.
    pub async fn arrive(&self, identifier: &str, value: &str) -> Recorded {
        self.arrive_at(identifier, value, Timestamp::now()).await
    }

    pub async fn arrive_at(&self, identifier: &str, value: &str, arrived_at: Timestamp) -> Recorded {
        let value = match Link::new(value) {
            Ok(link) => Value::Link(link),
            Err(_) => Value::Code(Code::new(value).unwrap()),
        };
        let uid = self.uid.fetch_add(1, Ordering::Relaxed);
        let new = NewDelivery {
            value,
            identifier: Identifier::new(identifier).unwrap(),
            scope: Scope::default(),
            rule: None,
            deadline: arrived_at + SignedDuration::from_mins(10),
            deliver: Deliver::Pull,
        };
        let mut fingerprint = [3; 32];
        fingerprint[..4].copy_from_slice(&uid.to_be_bytes());
        let sighting = Sighting {
            uid,
            arrived_at,
            seen_at: arrived_at,
            fetched_at: arrived_at,
            extracted_at: arrived_at,
            fingerprint: Fingerprint(fingerprint),
            sender_domain: None,
            finding: Finding::Deliver(new),
        };
        let mailbox = MailboxId { inbox: "agents".into(), mailbox: "INBOX".into() };
        let cursor = Cursor { uid_validity: 1, next_uid: uid + 1 };
        self.store.commit(&mailbox, cursor, vec![sighting]).await.unwrap()[0]
    }

    /// A signed request at the listener's first address.
    pub async fn post(&self, path: &str, body: &str) -> Answer {
        wire::send(self.address(), &signed(path, body)).await
    }

    /// What a run is given for an identifier: the `verification_code`.
    pub async fn ask(&self, identifier_and_query: &str, task: &str) -> String {
        let answer = self.post(&format!("/totp/{identifier_and_query}"), &format!("{{\"task_id\":\"{task}\"}}")).await;
        code_of(&answer)
    }

    pub async fn get(&self, path: &str) -> Answer {
        wire::send(self.address(), &Request::new("GET", path)).await
    }
}

/// A request as Skyvern sends it.
pub fn signed(path: &str, body: &str) -> Request {
    signed_by(path, body, KEY)
}

//! A store in a directory of its own, and mails to commit.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use otp_relay::extract::{Code, Deliver, Identifier, Link, Scope, Value};
use otp_relay::mail::Fingerprint;
use otp_relay::store::{
    Cursor, Finding, HistoryFilter, HistoryRow, MailboxId, NewDelivery, Recorded, Sighting, Store, StoreError,
};

pub struct Place {
    pub directory: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().join("state.db")
    }

    pub fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.url()).await.unwrap()
    }

    /// Everything that lies in the directory, in one piece.
    pub fn bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.directory.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    pub fn holds(&self, text: &str) -> bool {
        let bytes = self.bytes();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

pub fn mailbox(inbox: &str, mailbox: &str) -> MailboxId {
    MailboxId { inbox: inbox.into(), mailbox: mailbox.into() }
}

pub fn code(identifier: &str, code: &str) -> NewDelivery {
    NewDelivery {
        value: Value::Code(Code::new(code).unwrap()),
        identifier: Identifier::new(identifier).unwrap(),
        scope: Scope::default(),
        rule: Some("acme".into()),
        deadline: Timestamp::now() + SignedDuration::from_hours(1),
        deliver: Deliver::Push,
    }
}

pub fn link(identifier: &str, link: &str) -> NewDelivery {
    NewDelivery { value: Value::Link(Link::new(link).unwrap()), ..code(identifier, "1") }
}

/// The mail with the number `mail` under the UID `uid`.
pub fn sighting(uid: u32, mail: u32, finding: Finding) -> Sighting {
    let mut fingerprint = [7; 32];
    fingerprint[..4].copy_from_slice(&mail.to_be_bytes());
    let now = Timestamp::now();
    Sighting {
        uid,
        arrived_at: now,
        seen_at: now,
        fetched_at: now,
        extracted_at: now,
        fingerprint: Fingerprint(fingerprint),
        sender_domain: Some("acme.example".into()),
        finding,
    }
}

/// Commits one mail of UIDVALIDITY 1.
pub async fn commit(
    store: &Store,
    to: &MailboxId,
    uid: u32,
    mail: u32,
    finding: Finding,
) -> Result<Recorded, StoreError> {
    let cursor = Cursor { uid_validity: 1, next_uid: uid + 1 };
    Ok(store.commit(to, cursor, vec![sighting(uid, mail, finding)]).await?[0])
}

pub async fn all(store: &Store) -> Vec<HistoryRow> {
    store.history(&HistoryFilter::default()).await.unwrap()
}

pub fn outcomes(rows: &[HistoryRow]) -> Vec<&str> {
    rows.iter().map(|row| row.outcome.as_str()).collect()
}

//! One raw mail becomes a [`Sighting`]: parse, extract, and what the store is to know of it.
//!
//! Never fails and never panics: a mail that breaks the parser is recorded as refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::canary;
use super::fetch::Fetched;
use super::time::arrival;
use crate::config::Inbox;
use crate::extract::{Outcome, extract};
use crate::mail::{Fingerprint, Message};
use crate::store::{Finding, MailboxId, NewDelivery, Sighting};

/// Mails beyond this many bytes are parsed beside the event loop, not in it.
const SMALL: usize = 64 * 1024;

/// A mail that was looked at.
#[derive(Debug)]
pub(super) struct Digested {
    pub(super) sighting: Sighting,
    /// It is a probe of our own: nothing to record.
    pub(super) is_probe: bool,
    /// The rest of the mail has not been seen, and nothing was found in what has.
    pub(super) unfinished: bool,
}

/// When a mail was noticed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noticed {
    pub(super) seen_at: Timestamp,
    /// The arrival of a mail whose server gives no usable INTERNALDATE.
    pub(super) first_seen: Timestamp,
}

/// Looks at a fetched mail. `None`: the server gave no content.
pub(super) async fn digest(mail: Fetched, inbox: Arc<Inbox>, noticed: Noticed) -> Option<Digested> {
    let fetched_at = Timestamp::now();
    let length = mail.body()?.len();
    if length <= SMALL {
        return look(&mail, &inbox, noticed, fetched_at);
    }
    let work = move || look(&mail, &inbox, noticed, fetched_at);
    // `look` catches panics, so that the task can only fail when the runtime ends.
    tokio::task::spawn_blocking(work).await.ok().flatten()
}

fn look(mail: &Fetched, inbox: &Inbox, noticed: Noticed, fetched_at: Timestamp) -> Option<Digested> {
    let raw = mail.body()?;
    let arrived_at = arrival(mail.internal_date, fetched_at, noticed.first_seen);
    let read = catch_unwind(AssertUnwindSafe(|| {
        let message = Message::parse(raw);
        let outcome = extract(&message, &inbox.policy);
        (message.fingerprint(), message.sender_domain().map(str::to_owned), outcome)
    }));
    let (fingerprint, sender_domain, outcome) = read.unwrap_or_else(|_panic| {
        let outcome = Outcome::Refused { rule: None, reason: "could not be read".into() };
        (Fingerprint(Sha256::digest(raw).into()), None, outcome)
    });
    let unfinished = matches!(outcome, Outcome::Nothing { .. })
        && raw.len() >= inbox.watch.first_fetch as usize
        && raw.len() < inbox.watch.max_message_size as usize
        && mail.size.is_none_or(|size| size as usize > raw.len());
    let sighting = Sighting {
        uid: mail.uid,
        arrived_at,
        seen_at: noticed.seen_at,
        fetched_at,
        extracted_at: Timestamp::now(),
        fingerprint,
        sender_domain,
        finding: finding(outcome, arrived_at),
    };
    Some(Digested { sighting, is_probe: canary::is_probe(raw), unfinished })
}

fn finding(outcome: Outcome, arrived_at: Timestamp) -> Finding {
    match outcome {
        Outcome::Found(found) => {
            let life = SignedDuration::try_from(found.ttl).unwrap_or(SignedDuration::MAX);
            Finding::Deliver(NewDelivery {
                deadline: arrived_at.saturating_add(life).unwrap_or(Timestamp::MAX),
                value: found.value,
                identifier: found.identifier,
                scope: found.scope,
                rule: found.rule,
                deliver: found.deliver,
            })
        }
        Outcome::Nothing { reason } => Finding::Nothing { reason },
        Outcome::Ignored { rule } => Finding::Ignored { rule },
        Outcome::Refused { rule, reason } => Finding::Refused { rule, reason },
    }
}

/// The record of a message that its server never handed out.
pub(super) fn given_up(mailbox: &MailboxId, uid_validity: u32, uid: u32, seen_at: Timestamp) -> Sighting {
    let now = Timestamp::now();
    let mut hash = Sha256::new();
    for part in [mailbox.inbox.as_bytes(), b"\0", mailbox.mailbox.as_bytes(), b"\0"] {
        hash.update(part);
    }
    hash.update(uid_validity.to_be_bytes());
    hash.update(uid.to_be_bytes());
    Sighting {
        uid,
        arrived_at: seen_at,
        seen_at,
        fetched_at: now,
        extracted_at: now,
        fingerprint: Fingerprint(hash.finalize().into()),
        sender_domain: None,
        finding: Finding::Refused { rule: None, reason: "could not be fetched from the server".into() },
    }
}

//! One raw mail becomes a [`Sighting`]: parse, extract, and what the store is to know of it.
//!
//! Never fails and never panics: a mail that breaks the parser is recorded as refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::canary;
use super::fetch::Fetched;
use super::time::{arrival, in_order};
use crate::config::Inbox;
use crate::extract::{Decision, Outcome, extract_verified};
use crate::mail::{Fingerprint, Message, Unsettled, Verification};
use crate::sender::{self, Verifier};
use crate::store::{Finding, MailboxId, NewDelivery, Sighting};

/// Mails beyond this many bytes are parsed beside the event loop, not in it.
const SMALL: usize = 64 * 1024;

/// A mail that was looked at.
#[derive(Debug)]
pub(super) struct Digested {
    pub(super) sighting: Sighting,
    /// It is a probe of our own: nothing to record.
    pub(super) is_probe: bool,
    pub(super) left: Left,
}

/// What is left to do before a mail is dealt with.
pub(super) enum Left {
    Nothing,
    /// To look at the rest of it, which has not been seen: nothing was found in what has, or its sender can only be
    /// verified on all of it.
    Rest,
    /// To verify its sender, on these bytes.
    Sender(Box<Fetched>),
}

impl std::fmt::Debug for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Rest => "Rest",
            Self::Sender(_) => "Sender",
        })
    }
}

/// A mail whose sender was verified.
pub(super) struct Judged {
    pub(super) sighting: Sighting,
    /// DNS did not answer: another attempt may end otherwise.
    pub(super) is_open: bool,
}

/// When a mail was noticed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noticed {
    pub(super) seen_at: Timestamp,
    /// The arrival of a mail whose server gives no usable INTERNALDATE.
    pub(super) first_seen: Timestamp,
    /// The arrival of the mail before it.
    pub(super) before: Option<Timestamp>,
}

/// Looks at a fetched mail, of which `asked` bytes were asked for. `None`: the server gave no content.
pub(super) async fn digest(mail: Fetched, asked: u32, inbox: Arc<Inbox>, noticed: Noticed) -> Option<Digested> {
    let fetched_at = Timestamp::now();
    let length = mail.body()?.len();
    if length <= SMALL {
        return look(mail, asked, &inbox, noticed, fetched_at);
    }
    let work = move || look(mail, asked, &inbox, noticed, fetched_at);
    // `look` catches panics, so that the task can only fail when the runtime ends.
    tokio::task::spawn_blocking(work).await.ok().flatten()
}

fn look(mail: Fetched, asked: u32, inbox: &Inbox, noticed: Noticed, fetched_at: Timestamp) -> Option<Digested> {
    let raw = mail.body()?;
    let most = inbox.watch.max_message_size;
    let arrived_at = in_order(arrival(mail.internal_date, fetched_at, noticed.first_seen), noticed.before);
    let mut read = read(raw, inbox, None);
    let is_whole = raw.len() < asked as usize || mail.size.is_some_and(|size| size as usize <= raw.len());
    let wants_sender = read.unsettled == Some(Unsettled::NotVerified);
    if wants_sender && !is_whole && asked >= most {
        read = self::read(raw, inbox, Some(&sender::cut(raw.len())));
    }
    let unfinished = matches!(read.outcome, Outcome::Nothing { .. })
        && raw.len() >= inbox.watch.first_fetch as usize
        && raw.len() < most as usize
        && mail.size.is_none_or(|size| size as usize > raw.len());
    let sighting = Sighting {
        uid: mail.uid,
        arrived_at,
        seen_at: noticed.seen_at,
        fetched_at,
        extracted_at: Timestamp::now(),
        fingerprint: read.fingerprint,
        sender_domain: read.sender_domain,
        finding: finding(read.outcome, arrived_at),
    };
    let is_probe = canary::is_probe(raw);
    let left = match (wants_sender, is_whole) {
        (true, true) => Left::Sender(Box::new(mail)),
        (true, false) if asked < most => Left::Rest,
        _ if unfinished => Left::Rest,
        _ => Left::Nothing,
    };
    Some(Digested { sighting, is_probe, left })
}

/// Verifies the sender of a mail that was looked at, and looks at it again with what came of that.
pub(super) async fn judge(sighting: Sighting, mail: Fetched, inbox: Arc<Inbox>, verifier: Verifier) -> Judged {
    let length = mail.body().map_or(0, <[u8]>::len);
    let undone = sighting.clone();
    let work = async move {
        let raw = mail.body().unwrap_or_default();
        let verification = verifier.verify(raw, sighting.sender_domain.as_deref()).await;
        let read = read(raw, &inbox, Some(&verification));
        let finding = finding(read.outcome, sighting.arrived_at);
        let is_open = read.unsettled == Some(Unsettled::NoAnswer);
        Judged { sighting: Sighting { extracted_at: Timestamp::now(), finding, ..sighting }, is_open }
    };
    if length <= SMALL {
        return work.await;
    }
    let runtime = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || runtime.block_on(work)).await;
    // The task can only fail when the runtime ends; until then the mail stays refused.
    done.unwrap_or(Judged { sighting: undone, is_open: false })
}

/// What a mail holds.
struct Read {
    fingerprint: Fingerprint,
    sender_domain: Option<String>,
    outcome: Outcome,
    unsettled: Option<Unsettled>,
}

fn read(raw: &[u8], inbox: &Inbox, verification: Option<&Verification>) -> Read {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let message = Message::parse(raw);
        let Decision { outcome, unsettled } = extract_verified(&message, &inbox.policy, verification);
        let sender_domain = message.sender_domain().map(str::to_owned);
        Read { fingerprint: message.fingerprint(), sender_domain, outcome, unsettled }
    }));
    read.unwrap_or_else(|_panic| Read {
        fingerprint: Fingerprint(Sha256::digest(raw).into()),
        sender_domain: None,
        outcome: Outcome::Refused { rule: None, reason: "could not be read".into() },
        unsettled: None,
    })
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

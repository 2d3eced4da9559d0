//! What the daemon knows of itself right now, kept by its events: the truth behind `status`, health and systemd's
//! status line.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Event;
use super::short;
use crate::store::MailboxId;

/// The present state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Board {
    pub mailboxes: Vec<MailboxState>,
    pub destination: DestinationState,
    /// Where Skyvern and monitoring can ask.
    #[serde(default)]
    pub listening: Vec<Listening>,
    #[serde(default)]
    pub asked: AskedState,
    /// Why the store does not take commits, if it doesn't.
    pub store_error: Option<String>,
    #[serde(skip)]
    index: BTreeMap<MailboxId, usize>,
}

/// A watched mailbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailboxState {
    pub inbox: String,
    pub mailbox: String,
    pub state: WatchState,
    /// When it began to be watched.
    pub since: Timestamp,
    /// When its server last answered.
    pub last_contact: Option<Timestamp>,
    /// What went wrong last; gone when the mailbox is watched again.
    pub last_error: Option<String>,
    /// How often its session ended since the start.
    pub lost: u64,
    /// Mails looked at since the start.
    pub mails: u64,
    /// Mails since the start that had to wait because DNS did not answer who sent them.
    #[serde(default)]
    pub postponed: u64,
    /// When a probe message was last seen to arrive, where the inbox has a canary.
    #[serde(default)]
    pub last_canary: Option<Timestamp>,
    /// Why the last probe message was not seen, if it was not.
    #[serde(default)]
    pub canary_error: Option<String>,
    /// Seconds without an answer after which it counts as out of touch.
    pub limit_seconds: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WatchState {
    Connecting,
    Idle,
    Poll,
    /// For the next attempt.
    Waiting,
    /// The password or token is refused.
    Rejected,
}

/// Where codes go.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DestinationState {
    /// Why nothing is sent, if nothing is.
    pub paused: Option<String>,
    pub delivered: u64,
    pub dead: u64,
    pub last_delivery: Option<Timestamp>,
}

/// An address that is listened at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    pub address: String,
    pub tls: bool,
    /// `codes`, `monitoring`, or both.
    pub serves: String,
}

/// Runs that asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AskedState {
    /// Values that a run was given.
    pub given: u64,
    pub last_given: Option<Timestamp>,
    /// Requests without a valid signature.
    #[serde(default)]
    pub refused: u64,
}

impl WatchState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Idle => "idle",
            Self::Poll => "poll",
            Self::Waiting => "waiting",
            Self::Rejected => "rejected",
        }
    }
}

impl Board {
    pub(super) fn apply(&mut self, event: &Event<'_>, now: Timestamp) {
        match event {
            Event::MailboxAdded { mailbox, limit } => {
                let state = self.entry(mailbox, now);
                state.limit_seconds = limit.as_secs();
            }
            Event::MailboxWatched { mailbox, how, .. } => {
                let state = self.entry(mailbox, now);
                state.state = if *how == "idle" { WatchState::Idle } else { WatchState::Poll };
                state.last_contact = Some(now);
                state.last_error = None;
            }
            Event::MailboxTouched { mailbox } => self.entry(mailbox, now).last_contact = Some(now),
            Event::MailboxLost { mailbox, reason, .. } => {
                let state = self.entry(mailbox, now);
                state.state = WatchState::Waiting;
                state.last_error = Some((*reason).to_owned());
                state.lost += 1;
            }
            Event::LoginRejected { mailbox, reason, .. } => {
                let state = self.entry(mailbox, now);
                state.state = WatchState::Rejected;
                state.last_error = Some((*reason).to_owned());
            }
            Event::MailboxDropped { mailbox } => self.remove(mailbox),
            Event::MailSeen { mailbox, .. } => {
                let state = self.entry(mailbox, now);
                state.mails += 1;
                state.last_contact = Some(now);
            }
            Event::MailPostponed { mailbox, .. } => self.entry(mailbox, now).postponed += 1,
            Event::CanarySeen { mailbox, .. } => {
                let state = self.entry(mailbox, now);
                state.last_canary = Some(now);
                state.canary_error = None;
                state.last_contact = Some(now);
            }
            Event::CanaryMissed { mailbox, reason } => {
                self.entry(mailbox, now).canary_error = Some((*reason).to_owned());
            }
            Event::StoreFailed { reason, .. } => self.store_error = Some((*reason).to_owned()),
            Event::StoreRecovered => self.store_error = None,
            Event::Delivered { .. } => {
                self.destination.delivered += 1;
                self.destination.last_delivery = Some(now);
            }
            Event::Pulled { is_first: true, .. } => {
                self.asked.given += 1;
                self.asked.last_given = Some(now);
            }
            Event::PullRefused { .. } => self.asked.refused += 1,
            Event::Listening { address, tls, serves } => self.listening.push(Listening {
                address: (*address).to_owned(),
                tls: *tls,
                serves: (*serves).to_owned(),
            }),
            Event::DeliveryDead { .. } => self.destination.dead += 1,
            Event::DestinationPaused { reason, .. } => self.destination.paused = Some((*reason).to_owned()),
            Event::DestinationResumed => self.destination.paused = None,
            Event::MailboxRenumbered { .. }
            | Event::DeliveryRetry { .. }
            | Event::TokenFailed { .. }
            | Event::Pulled { .. }
            | Event::PullUnanswered { .. }
            | Event::HttpAnswered { .. }
            | Event::CertificateRead
            | Event::CertificateRefused { .. }
            | Event::Reloaded { .. }
            | Event::ReloadRefused { .. } => {}
        }
    }

    /// Why the daemon is not healthy at `now`, for a person; empty when it is.
    pub fn complaints(&self, now: Timestamp) -> Vec<String> {
        let mut complaints = Vec::new();
        if let Some(reason) = &self.store_error {
            complaints.push(format!("the store takes nothing: {reason}"));
        }
        if let Some(reason) = &self.destination.paused {
            complaints.push(format!("Skyvern refuses every push: {reason}"));
        }
        for mailbox in &self.mailboxes {
            let silent = mailbox.silence(now);
            let why = mailbox.last_error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
            if mailbox.state == WatchState::Rejected {
                complaints.push(format!("{} {} can't log in{why}", mailbox.inbox, mailbox.mailbox));
            } else if silent > Duration::from_secs(mailbox.limit_seconds) {
                complaints.push(format!(
                    "{} {} is out of touch for {}{why}",
                    mailbox.inbox,
                    mailbox.mailbox,
                    short(silent)
                ));
            } else if let Some(error) = &mailbox.canary_error {
                complaints
                    .push(format!("{} {} has no proof that mail arrives: {error}", mailbox.inbox, mailbox.mailbox));
            }
        }
        complaints
    }

    fn entry(&mut self, mailbox: &MailboxId, now: Timestamp) -> &mut MailboxState {
        let at = *self.index.entry(mailbox.clone()).or_insert_with(|| {
            self.mailboxes.push(MailboxState {
                inbox: mailbox.inbox.clone(),
                mailbox: mailbox.mailbox.clone(),
                state: WatchState::Connecting,
                since: now,
                last_contact: None,
                last_error: None,
                lost: 0,
                mails: 0,
                postponed: 0,
                last_canary: None,
                canary_error: None,
                limit_seconds: DEFAULT_LIMIT_SECONDS,
            });
            self.mailboxes.len() - 1
        });
        &mut self.mailboxes[at]
    }

    fn remove(&mut self, mailbox: &MailboxId) {
        if self.index.remove(mailbox).is_some() {
            self.mailboxes.retain(|state| state.inbox != mailbox.inbox || state.mailbox != mailbox.mailbox);
            self.index = (self.mailboxes.iter().enumerate())
                .map(|(at, state)| (MailboxId { inbox: state.inbox.clone(), mailbox: state.mailbox.clone() }, at))
                .collect();
        }
    }
}

/// Until [`Event::MailboxAdded`] says better: the default IDLE of 5 minutes and a minute for the look after it.
const DEFAULT_LIMIT_SECONDS: u64 = 360;

impl MailboxState {
    /// How long its server has not answered.
    pub fn silence(&self, now: Timestamp) -> Duration {
        Duration::try_from(now.duration_since(self.last_contact.unwrap_or(self.since))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbox() -> MailboxId {
        MailboxId { inbox: "agents".into(), mailbox: "INBOX".into() }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_mailbox_without_an_answer_for_longer_than_its_limit_is_a_complaint() {
        let mut board = Board::default();
        board.apply(&Event::MailboxAdded { mailbox: &inbox(), limit: Duration::from_secs(60) }, at(0));
        assert!(board.complaints(at(59)).is_empty());
        assert_eq!(board.complaints(at(90)), ["agents INBOX is out of touch for 1m30s"]);
        board.apply(&Event::MailboxTouched { mailbox: &inbox() }, at(91));
        assert!(board.complaints(at(92)).is_empty());
    }

    #[test]
    fn a_refused_password_is_a_complaint_at_once_and_until_the_next_login() {
        let mut board = Board::default();
        let retry_in = Duration::from_secs(60);
        board.apply(&Event::LoginRejected { mailbox: &inbox(), reason: "AUTHENTICATIONFAILED", retry_in }, at(0));
        assert_eq!(board.complaints(at(0)), ["agents INBOX can't log in: AUTHENTICATIONFAILED"]);
        board.apply(&Event::MailboxWatched { mailbox: &inbox(), how: "idle", next_uid: 1 }, at(1));
        assert!(board.complaints(at(1)).is_empty());
    }

    #[test]
    fn a_canary_that_was_missed_is_a_complaint_until_one_is_seen() {
        let mut board = Board::default();
        board.apply(&Event::MailboxWatched { mailbox: &inbox(), how: "idle", next_uid: 1 }, at(0));
        board.apply(&Event::CanaryMissed { mailbox: &inbox(), reason: "it was not seen within 60s" }, at(1));
        let complaint = "agents INBOX has no proof that mail arrives: it was not seen within 60s";
        assert_eq!(board.complaints(at(2)), [complaint]);
        board.apply(&Event::CanarySeen { mailbox: &inbox(), took: Duration::from_millis(20) }, at(3));
        assert!(board.complaints(at(4)).is_empty());
        assert_eq!(board.mailboxes[0].last_canary, Some(at(3)));
    }

    #[test]
    fn a_dropped_mailbox_is_forgotten_and_the_others_stay() {
        let mut board = Board::default();
        let junk = MailboxId { inbox: "agents".into(), mailbox: "Junk".into() };
        for mailbox in [&inbox(), &junk] {
            board.apply(&Event::MailboxAdded { mailbox, limit: Duration::from_secs(60) }, at(0));
        }
        board.apply(&Event::MailboxDropped { mailbox: &inbox() }, at(1));
        board.apply(&Event::MailboxTouched { mailbox: &junk }, at(2));
        assert_eq!(board.mailboxes.len(), 1);
        assert_eq!(board.mailboxes[0].last_contact, Some(at(2)));
    }

    #[test]
    fn a_store_that_fails_and_a_paused_destination_are_complaints() {
        let mut board = Board::default();
        board.apply(&Event::StoreFailed { mailbox: None, reason: "the disk is full" }, at(0));
        board.apply(&Event::DestinationPaused { status: 403, reason: "the key is not valid" }, at(0));
        assert_eq!(board.complaints(at(0)).len(), 2);
        board.apply(&Event::StoreRecovered, at(1));
        board.apply(&Event::DestinationResumed, at(1));
        assert!(board.complaints(at(1)).is_empty());
    }
}

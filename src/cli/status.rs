//! `otp-relay status`: what the running daemon sees.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::output::{self, BAD, BOLD, DIM, GOOD, NOTE, paint};
use super::{Exit, Failure, Global, block_on};
use crate::daemon::control;
use crate::daemon::status::Status as Report;
use crate::events::board::{MailboxState, WatchState};
use crate::events::short;
use crate::store::OutboxState;

/// Show what the running daemon sees of each mailbox
///
/// Exit code 0: healthy. 1: something is wrong; the complaints say what. 69: no daemon answers.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  otp-relay status\n  otp-relay status --json | jq -r '.complaints[]'")]
pub(super) struct Status {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// The daemon's socket, instead of the one the configuration names
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

impl Status {
    pub(super) fn execute(self, global: &Global) -> Result<Exit, Failure> {
        let socket = match self.socket {
            Some(socket) => socket,
            None => global.config_without_secrets()?.service.socket,
        };
        let report = block_on(async {
            control::status(&socket).await.map_err(|error| {
                let hint = match error.kind() {
                    std::io::ErrorKind::PermissionDenied => "ask as root or as the daemon's user",
                    _ => "is it running? see `systemctl status otp-relay`; `otp-relay history` works without it",
                };
                Failure::new(Exit::Unavailable, format!("no daemon answers at {}: {error} ({hint})", socket.display()))
            })
        })?;
        if self.json {
            output::print_json(&report)?;
        } else {
            output::print(&page(&report, Timestamp::now(), &socket))?;
        }
        Ok(if report.healthy { Exit::Fine } else { Exit::CheckFailed })
    }
}

fn page(report: &Report, now: Timestamp, socket: &Path) -> String {
    let mut text = String::new();
    let health = if report.healthy { paint(GOOD, "healthy") } else { paint(BAD, "not healthy") };
    text.push_str(&format!(
        "{} {health}, up for {} {}\n",
        paint(BOLD, &format!("otp-relay {}", report.version)),
        ago(report.started_at, now),
        paint(DIM, &format!("(pid {}, {})", report.pid, socket.display())),
    ));
    for complaint in &report.complaints {
        text.push_str(&format!("  {} {complaint}\n", paint(BAD, "!")));
    }
    let destination = &report.board.destination;
    let last = destination.last_delivery.map(|at| format!(", the last {} ago", ago(at, now))).unwrap_or_default();
    text.push_str(&format!(
        "since the start: {} delivered{last}; {} not delivered; {}\n",
        destination.delivered,
        destination.dead,
        waiting(&report.outbox, now)
    ));
    text.push_str(&listening(report, now));
    if report.board.mailboxes.is_empty() {
        return text;
    }
    text.push('\n');
    let mut table = output::table(&["INBOX", "MAILBOX", "STATE", "CONTACT", "MAILS", "LOST"]);
    for mailbox in &report.board.mailboxes {
        table.add_row([
            mailbox.inbox.clone(),
            mailbox.mailbox.clone(),
            painted_state(mailbox),
            mailbox.last_contact.map_or("never".to_owned(), |at| format!("{} ago", ago(at, now))),
            mailbox.mails.to_string(),
            mailbox.lost.to_string(),
        ]);
    }
    text.push_str(&output::render(&table));
    for mailbox in &report.board.mailboxes {
        text.extend(out_of_touch(mailbox, now));
    }
    for mailbox in report.board.mailboxes.iter().filter(|mailbox| mailbox.postponed > 0) {
        let mails = output::count(usize::try_from(mailbox.postponed).unwrap_or(usize::MAX), "mail", "mails");
        let MailboxState { inbox, mailbox, .. } = mailbox;
        text.push_str(&format!("{inbox} {mailbox}: {mails} had to wait because DNS did not answer who sent them\n"));
    }
    text
}

/// Why a mailbox is not watched at present, and for how long that is no complaint.
fn out_of_touch(mailbox: &MailboxState, now: Timestamp) -> Option<String> {
    let MailboxState { inbox, mailbox: name, state, last_error, limit_seconds, .. } = mailbox;
    let (limit, silent) = (Duration::from_secs(*limit_seconds), mailbox.silence(now));
    let is_away = matches!(state, WatchState::Connecting | WatchState::Waiting) && silent <= limit;
    let error = last_error.as_deref().filter(|_| is_away)?;
    Some(format!("{inbox} {name} is out of touch for {}: {error}; not healthy after {}\n", short(silent), short(limit)))
}

/// Where it can be asked, and what runs that asked were given.
fn listening(report: &Report, now: Timestamp) -> String {
    let (board, mut text) = (&report.board, String::new());
    for place in &board.listening {
        let tls = if place.tls { " over TLS" } else { "" };
        text.push_str(&format!("listens at {}{tls} for {}\n", place.address, place.serves));
    }
    if text.is_empty() {
        return text;
    }
    let asked = &board.asked;
    let last = asked.last_given.map(|at| format!(", the last {} ago", ago(at, now))).unwrap_or_default();
    let refused = match asked.refused {
        0 => String::new(),
        n => format!(
            "; {} without a valid signature refused",
            output::count(usize::try_from(n).unwrap_or(usize::MAX), "request", "requests")
        ),
    };
    text.push_str(&format!(
        "given to runs that asked: {}{last}; {}{refused}\n",
        asked.given,
        waiting(&report.offers, now)
    ));
    text
}

fn waiting(state: &OutboxState, now: Timestamp) -> String {
    match (state.waiting, state.oldest) {
        (0, _) => "nothing waits".to_owned(),
        (n, Some(oldest)) => format!("{n} wait, the oldest for {}", ago(oldest, now)),
        (n, None) => format!("{n} wait"),
    }
}

fn painted_state(mailbox: &MailboxState) -> String {
    let name = mailbox.state.as_str();
    match mailbox.state {
        WatchState::Idle | WatchState::Poll => name.to_owned(),
        WatchState::Connecting | WatchState::Waiting => paint(NOTE, name),
        WatchState::Rejected => paint(BAD, name),
    }
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    short(Duration::try_from(now.duration_since(at)).unwrap_or_default())
}

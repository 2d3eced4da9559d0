//! What systemd is told (`sd_notify(3)`): ready, reloading, stopping, a status line for `systemctl status`, and, while
//! every loop turns, that the watchdog need not bite.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio_util::sync::CancellationToken;

use super::status::Source;

/// Without a watchdog the status line is still kept fresh.
const STATUS_INTERVAL: Duration = Duration::from_secs(10);

pub(super) fn ready() {
    notify(&[NotifyState::Ready]);
}

pub(super) fn stopping() {
    notify(&[NotifyState::Stopping]);
}

/// To be followed by [`ready`].
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => notify(&[NotifyState::Reloading, now]),
        Err(_) => notify(&[NotifyState::Reloading]),
    }
}

/// Feeds the watchdog and the status line until cancelled.
pub(super) async fn feed(source: Source, cancel: CancellationToken) {
    let watchdog = sd_notify::watchdog_enabled();
    let interval = watchdog.map_or(STATUS_INTERVAL, |limit| (limit / 3).min(STATUS_INTERVAL));
    let mut last = String::new();
    loop {
        let late = source.pulses.overdue();
        if late.is_empty() {
            if watchdog.is_some() {
                notify(&[NotifyState::Watchdog]);
            }
        } else {
            tracing::error!("loops that do not turn: {}", late.join(", "));
        }
        let line = line(&source);
        if line != last {
            notify(&[NotifyState::Status(&line)]);
            last = line;
        }
        tokio::select! {
            () = cancel.cancelled() => break,
            () = tokio::time::sleep(interval) => {}
        }
    }
}

fn line(source: &Source) -> String {
    let board = source.events.board();
    let complaints = board.complaints(jiff::Timestamp::now());
    match complaints.as_slice() {
        [] if board.mailboxes.is_empty() => format!("listening, {} given since the start", board.asked.given),
        [] => {
            format!(
                "watching {} mailboxes, {} delivered since the start",
                board.mailboxes.len(),
                board.destination.delivered
            )
        }
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}

fn notify(state: &[NotifyState<'_>]) {
    // Nobody listens outside systemd, and a full socket is not worth stopping for.
    let _ = sd_notify::notify(state);
}

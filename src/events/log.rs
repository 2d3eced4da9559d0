//! One line for each event. Levels: ERROR needs a person now, WARN will mend itself or needs a person soon, INFO is what
//! the daemon is for, DEBUG is for looking closer. No line holds a code, a link, a secret or mail text.

use std::time::Duration;

use tracing::{debug, error, info, warn};

use super::Event;

pub(super) fn write(event: &Event<'_>) {
    match event {
        Event::MailboxAdded { mailbox, limit } => {
            debug!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, limit = %short(*limit), "mailbox added");
        }
        Event::MailboxWatched { mailbox, how, next_uid } => {
            info!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, how, next_uid, "watching");
        }
        Event::MailboxTouched { mailbox } => {
            debug!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, "the server answered");
        }
        Event::MailboxLost { mailbox, cause, reason, retry_in } => {
            warn!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, cause, retry_in = %short(*retry_in), "connection lost: {reason}");
        }
        Event::LoginRejected { mailbox, reason, retry_in } => {
            error!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, retry_in = %short(*retry_in), "login rejected: {reason}");
        }
        Event::MailboxRenumbered { mailbox, from, to } => {
            warn!(
                inbox = mailbox.inbox,
                mailbox = mailbox.mailbox,
                from,
                to,
                "UIDVALIDITY changed; looking through the mailbox again"
            );
        }
        Event::MailboxDropped { mailbox } => {
            info!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, "no longer watching");
        }
        Event::MailSeen { mailbox, uid, outcome: outcome @ "refused", rule, reason, identifier, .. } => {
            warn!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, uid, outcome, rule, identifier, "mail: {reason}");
        }
        Event::MailSeen { mailbox, uid, outcome, rule, reason, identifier, .. } => {
            let colon = if reason.is_empty() { "" } else { ": " };
            info!(
                inbox = mailbox.inbox,
                mailbox = mailbox.mailbox,
                uid,
                outcome,
                rule,
                identifier,
                "mail{colon}{reason}"
            );
        }
        Event::MailPostponed { mailbox, uid, reason, retry_in } => {
            warn!(
                inbox = mailbox.inbox,
                mailbox = mailbox.mailbox,
                uid,
                retry_in = %short(*retry_in),
                "mail postponed: {reason}"
            );
        }
        Event::StoreFailed { mailbox, reason } => {
            error!(
                inbox = mailbox.map(|mailbox| mailbox.inbox.as_str()),
                mailbox = mailbox.map(|mailbox| mailbox.mailbox.as_str()),
                "the store takes nothing, mail stays unprocessed until it does: {reason}"
            );
        }
        Event::StoreRecovered => info!("the store takes commits again"),
        Event::Delivered { delivery, inbox, identifier, kind, attempts, since_arrival, since_seen, .. } => {
            info!(
                delivery,
                inbox,
                identifier,
                kind,
                attempts,
                since_arrival = %short(*since_arrival),
                since_seen = since_seen.map(|took| tracing::field::display(short(took))),
                "delivered"
            );
        }
        Event::DeliveryRetry { delivery, identifier, attempts, reason, retry_in } => {
            warn!(delivery, identifier, attempts, retry_in = %short(*retry_in), "delivery failed: {reason}");
        }
        Event::DeliveryDead { delivery, identifier, outcome, reason } => {
            error!(delivery, identifier, outcome, "not delivered: {reason}");
        }
        Event::DestinationPaused { status, reason } => {
            error!(status, "Skyvern refuses every push, nothing is sent until it takes one: {reason}");
        }
        Event::DestinationResumed => info!("Skyvern takes pushes again"),
        Event::Listening { address, tls, serves } => info!(address, tls, serves, "listening"),
        Event::Pulled { identifier, kind, run, is_first: true, since_arrival, held } => {
            info!(
                identifier,
                kind,
                run,
                since_arrival = since_arrival.map(|took| tracing::field::display(short(took))),
                held = %short(*held),
                "given to a run that asked"
            );
        }
        Event::Pulled { identifier, kind, run, held, .. } => {
            debug!(identifier, kind, run, held = %short(*held), "given again to the run that has it");
        }
        Event::PullUnanswered { identifier, run, held } => {
            debug!(identifier, run, held = %short(*held), "a run asks, nothing is there yet");
        }
        Event::PullRefused { told: None, .. } | Event::HttpAnswered { .. } => {}
        Event::PullRefused { reason, from, told: Some(unsaid) } => {
            warn!(from, unsaid, "a request for a code is refused: its x-skyvern-signature is {reason}");
        }
        Event::CertificateRead => info!("the changed certificate is in use"),
        Event::CertificateRefused { reason } => {
            error!("the changed certificate is refused, the old one stays: {reason}")
        }
        Event::CanarySeen { mailbox, took } => {
            debug!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, took = %short(*took), "canary seen");
        }
        Event::CanaryMissed { mailbox, reason } => {
            warn!(inbox = mailbox.inbox, mailbox = mailbox.mailbox, "canary missed: {reason}");
        }
        Event::TokenFailed { account, reason } => error!(account, "no access token: {reason}"),
        Event::Reloaded { inboxes, changed } => info!(inboxes, changed, "configuration reloaded"),
        Event::ReloadRefused { reason } => {
            // One event is one line, however many lines its reason has.
            let reason: Vec<&str> = reason.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            error!("the new configuration is refused, the old one stays: {}", reason.join("; "));
        }
    }
}

/// `850ms`, `12.3s`, `4m 10s`: what a person reads at a glance.
pub fn short(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if duration < Duration::from_secs(1) {
        format!("{}ms", duration.as_millis())
    } else if seconds < 60 {
        format!("{:.1}s", duration.as_secs_f64())
    } else if seconds < 3600 {
        format!("{}m{:02}s", seconds / 60, seconds % 60)
    } else if seconds < 86_400 {
        format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60)
    } else {
        format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3600)
    }
}

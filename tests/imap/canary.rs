//! Probe messages: seen to arrive by the connection that watches, or the connection is left.

use std::time::Duration;

use otp_relay::config::{Account, Inbox};
use otp_relay::events::board::WatchState;

use crate::support::dovecot::{Dovecot, PASSWORD, USER};
use crate::support::mails::code_mail;
use crate::support::scripted::{self, Act, Scripted};
use crate::support::wait::until_true;
use crate::watched::{Relay, account, inbox};

const EVERY: Duration = Duration::from_millis(700);

fn with_canary(account: Account) -> Inbox {
    let mut inbox = inbox(account);
    inbox.watch.canary = Some(EVERY);
    inbox
}

/// Waits until one more canary was seen than before.
async fn until_proved(relay: &Relay) {
    let last = |relay: &Relay| relay.state("INBOX").and_then(|state| state.last_canary);
    let before = last(relay);
    until_true("a canary was seen", || last(relay) > before).await;
}

/// What was said to the server that writes, and what was opened for it.
fn writes(said: &[String]) -> Vec<String> {
    const WRITING: [&str; 9] =
        ["SELECT ", "CREATE ", "APPEND ", "UID STORE ", "EXPUNGE", "UID EXPUNGE ", "DELETE ", "RENAME ", "UID MOVE "];
    let lines = said.iter().flat_map(|session| session.lines());
    // The server writes the time before each line; then comes our tag.
    let commands = lines.filter_map(|line| {
        let at = line.split_whitespace().position(|word| word.starts_with('A') && word[1..].parse::<u32>().is_ok())?;
        Some(line.split_whitespace().skip(at + 1).collect::<Vec<_>>().join(" "))
    });
    let commands: Vec<String> = commands.collect();
    assert!(!commands.is_empty(), "nothing was said: {said:?}");
    commands.into_iter().filter(|command| WRITING.iter().any(|word| command.starts_with(word))).collect()
}

async fn proves_and_goes_on(dovecot: &Dovecot) {
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "111111")).await;
    let before = dovecot.mail_files(USER);
    let relay = Relay::start(vec![with_canary(account(dovecot.imap_port(), USER, PASSWORD))]).await;
    for _ in 0..3 {
        until_proved(&relay).await;
    }
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "222222")).await;
    relay.until_seen(&[1, 2]).await;
    until_proved(&relay).await;
    assert_eq!(dovecot.sessions(USER), 1, "one connection does it all");
    assert_eq!(relay.state("INBOX").map(|state| state.lost), Some(0));
    relay.stop().await;
    // Nothing is left of it but the empty mailbox, and nothing else was touched.
    let after = dovecot.mail_files(USER);
    assert!(after.iter().all(|path| !path.to_string_lossy().contains("canary")), "{after:?}");
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|path| after.contains(path)), "{before:?} {after:?}");
    let writes = writes(&dovecot.said(USER));
    assert_eq!(writes.iter().filter(|command| command.starts_with("CREATE")).count(), 1, "{writes:?}");
    for command in &writes {
        let is_of_ours =
            command.contains("otp-relay-canary\"") || command.starts_with("UID STORE") || command == "EXPUNGE";
        assert!(is_of_ours, "{command}");
    }
}

#[tokio::test]
async fn canaries_are_seen_between_idles_and_mail_is_watched_as_before() {
    proves_and_goes_on(&Dovecot::start().await).await;
}

#[tokio::test]
async fn canaries_are_seen_without_idle_as_well() {
    proves_and_goes_on(&Dovecot::builder().without_idle().start().await).await;
}

#[tokio::test]
async fn what_others_put_into_the_canarys_mailbox_stays_there() {
    let dovecot = Dovecot::start().await;
    let relay = Relay::start(vec![with_canary(account(dovecot.imap_port(), USER, PASSWORD))]).await;
    until_proved(&relay).await;
    dovecot.append(USER, "otp-relay-canary", None, &code_mail(USER, "111111")).await;
    until_proved(&relay).await;
    until_proved(&relay).await;
    relay.stop().await;
    let kept = dovecot.mail_files(USER);
    assert_eq!(kept.iter().filter(|path| path.to_string_lossy().contains("canary")).count(), 1, "{kept:?}");
}

#[tokio::test]
async fn sessions_of_one_account_do_not_take_each_others_canaries_away_and_no_probe_is_recorded() {
    let dovecot = Dovecot::start().await;
    for mailbox in ["Junk", "otp-relay-canary"] {
        dovecot.deliver(USER, mailbox, &code_mail(USER, "111111")).await;
    }
    let mut inbox = with_canary(account(dovecot.imap_port(), USER, PASSWORD));
    inbox.mailboxes = ["INBOX", "Junk", "otp-relay-canary"].map(str::to_owned).into();
    let relay = Relay::start(vec![inbox]).await;
    let proofs = |relay: &Relay, mailbox| relay.state(mailbox).and_then(|state| state.last_canary);
    for mailbox in ["INBOX", "Junk"] {
        for _ in 0..4 {
            let before = proofs(&relay, mailbox);
            until_true("a canary was seen", || proofs(&relay, mailbox) > before).await;
        }
        assert_eq!(relay.state(mailbox).map(|state| (state.lost, state.canary_error)), Some((0, None)));
    }
    // The one mail of somebody else's.
    assert_eq!(relay.state("otp-relay-canary").map(|state| state.mails), Some(1));
    relay.stop().await;
}

fn scripted_account(server: &Scripted) -> Account {
    let account = account(server.port(), scripted::USER, scripted::PASSWORD);
    Account { command_timeout: Duration::from_secs(3), ..account }
}

fn canary_error(relay: &Relay) -> Option<String> {
    relay.state("INBOX")?.canary_error
}

#[tokio::test]
async fn a_canary_that_is_never_seen_is_told_and_the_connection_is_left_for_another() {
    let server = Scripted::start().await;
    // It takes what is appended, and shows it to nobody.
    server.model().mailboxes.push("otp-relay-canary".into());
    let relay = Relay::start(vec![with_canary(scripted_account(&server))]).await;
    until_true("it is told", || canary_error(&relay).is_some_and(|error| error.contains("not seen"))).await;
    until_true("another connection is made", || server.connections() >= 2).await;
    assert!(relay.state("INBOX").is_some_and(|state| state.lost >= 1));
    server.deliver(&code_mail(scripted::USER, "482913"));
    relay.until_seen(&[1]).await;
}

#[tokio::test]
async fn a_server_that_takes_no_canary_is_told_and_watched_all_the_same() {
    let server = Scripted::start().await;
    let relay = Relay::start(vec![with_canary(scripted_account(&server))]).await;
    until_true("it is told", || canary_error(&relay).is_some_and(|error| error.contains("CREATE"))).await;
    server.deliver(&code_mail(scripted::USER, "482913"));
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_server_that_falls_silent_over_a_canary_is_left() {
    let server = Scripted::start().await;
    server.model().mailboxes.push("otp-relay-canary".into());
    server.fault("APPEND", Act::FallSilent(String::new()));
    let relay = Relay::start(vec![with_canary(scripted_account(&server))]).await;
    until_true("another connection is made", || server.connections() >= 2).await;
    assert!(canary_error(&relay).is_some());
}

#[tokio::test]
async fn without_a_canary_nothing_is_written() {
    let dovecot = Dovecot::start().await;
    let relay = Relay::start(vec![inbox(account(dovecot.imap_port(), USER, PASSWORD))]).await;
    relay.until_watched("INBOX").await;
    assert_eq!(relay.state("INBOX").map(|state| state.state), Some(WatchState::Idle));
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "111111")).await;
    relay.until_seen(&[1]).await;
    relay.stop().await;
    assert_eq!(writes(&dovecot.said(USER)), Vec::<String>::new());
}

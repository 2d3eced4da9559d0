//! Credentials that are refused, limits, and settings that change: accounts are never locked by us, and no session ends
//! without need.

use std::sync::Arc;
use std::time::Duration;

use otp_relay::config::{Account, Auth, OAuth2, Secret};
use otp_relay::events::board::WatchState;
use otp_relay::imap::{Verdict, probe};

use crate::support::mails::code_mail;
use crate::support::oauth_fake::OAuthFake;
use crate::support::scripted::{Act, PASSWORD, Scripted, USER};
use crate::support::wait::until_true;
use crate::watched::{Relay, account, inbox};

fn code() -> Vec<u8> {
    code_mail(USER, "482913")
}

fn attempts(server: &Scripted) -> usize {
    server.said().concat().iter().filter(|line| line.contains("AUTHENTICATE") || line.contains("LOGIN")).count()
}

fn oauth_account(server: &Scripted, oauth: &OAuthFake) -> Account {
    let auth = Auth::OAuth2(OAuth2 {
        token_url: oauth.token_url().parse().expect("a URL"),
        scope: Some("mail".into()),
        client_id: "relay".into(),
        client_secret: Some(Secret::Literal("made-up-client-secret".to_owned().into())),
        refresh_token: Secret::Literal("made-up-refresh-token".to_owned().into()),
        ca: None,
    });
    Account { auth, ..account(server.port(), USER, PASSWORD) }
}

#[tokio::test]
async fn a_refused_token_is_answered_to_its_end_and_tried_once() {
    let oauth = OAuthFake::start().await;
    oauth.grant("made-up-refresh-token", USER);
    let server = Scripted::start().await;
    server.model().capabilities = "IMAP4rev1 IDLE SASL-IR AUTH=XOAUTH2".into();
    server.model().token = Some("another".into());
    let relay = Relay::start(vec![inbox(oauth_account(&server, &oauth))]).await;
    let error = relay.until_error("INBOX", "status 400").await;
    assert!(error.contains("refused the login"), "{error}");
    assert_eq!(relay.state("INBOX").map(|state| state.state), Some(WatchState::Rejected));
    assert_eq!(attempts(&server), 1);
    let form = oauth.requests().remove(0);
    assert_eq!(form["client_secret"], "made-up-client-secret");
    assert_eq!(form["scope"], "mail");
}

#[tokio::test]
async fn sessions_of_one_account_try_a_wrong_password_once_between_them() {
    let server = Scripted::start().await;
    let mut agents = inbox(account(server.port(), USER, "wrong"));
    agents.mailboxes = ["INBOX", "Junk"].map(String::from).to_vec();
    let mut others = agents.clone();
    others.name = "others".into();
    let mut relay = Relay::start(vec![agents.clone(), others.clone()]).await;
    let rejected = |relay: &Relay| {
        let board = relay.events.board();
        board.mailboxes.len() == 4 && board.mailboxes.iter().all(|state| state.state == WatchState::Rejected)
    };
    until_true("all are rejected", || rejected(&relay)).await;
    assert_eq!(attempts(&server), 1);
    // Nothing was mended, but somebody asked: one more attempt.
    relay.watchers.reload(vec![Arc::new(agents.clone()), Arc::new(others.clone())]).await;
    until_true("one more attempt", || attempts(&server) == 2).await;
    until_true("all are rejected", || rejected(&relay)).await;
    assert_eq!(attempts(&server), 2);
    server.model().password = "wrong".into();
    relay.watchers.reload(vec![Arc::new(agents), Arc::new(others)]).await;
    relay.until_watched("INBOX").await;
    relay.until_watched("Junk").await;
}

#[tokio::test]
async fn a_temporary_refusal_says_nothing_about_the_password() {
    let server = Scripted::start().await;
    server.fault("AUTHENTICATE", Act::Say("{tag} NO [UNAVAILABLE] the directory is down\r\n".into()));
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_error("INBOX", "directory is down").await;
    assert_eq!(relay.state("INBOX").map(|state| state.state), Some(WatchState::Waiting));
}

#[tokio::test]
async fn no_password_is_sent_where_login_is_disabled() {
    let server = Scripted::start().await;
    server.model().capabilities = "IMAP4rev1 LOGINDISABLED".into();
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_error("INBOX", "LOGINDISABLED").await;
    assert_eq!(attempts(&server), 0);
}

/// How long each is waited out is the backoff's own test.
#[tokio::test]
async fn limits_are_told_apart_from_faults() {
    let cases = [
        ("* BYE [LIMIT] too many sessions\r\n", "no further connection"),
        ("* BYE Too many simultaneous connections\r\n", "no further connection"),
        ("", "without a greeting"),
        ("* BYE going home\r\n", "goodbye"),
    ];
    for (greeting, told) in cases {
        let server = Scripted::start().await;
        if greeting.is_empty() {
            server.model().cut_after.extend([0; 9]);
        } else {
            server.model().greeting = greeting.into();
        }
        let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
        relay.until_error("INBOX", told).await;
    }
    let server = Scripted::start().await;
    server.fault("AUTHENTICATE", Act::Say("{tag} NO [LIMIT] too many sessions\r\n".into()));
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_error("INBOX", "no further connection").await;
    assert_eq!(relay.state("INBOX").map(|state| state.state), Some(WatchState::Waiting), "it is no rejection");
}

#[tokio::test]
async fn changed_rules_reach_a_session_without_a_reconnect() {
    let server = Scripted::start().await;
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    let mut relay = Relay::start(vec![agents.clone()]).await;
    until_true("a client IDLEs", || server.model().idling == 1).await;
    agents.policy.rules = otp_relay::extract::policy::RuleSet::default();
    agents.policy.detect = false;
    agents.fingerprint = 2;
    assert_eq!(relay.watchers.reload(vec![Arc::new(agents.clone())]).await, 1);
    assert_eq!(relay.watchers.reload(vec![Arc::new(agents)]).await, 0);
    server.deliver(&code());
    relay.until_seen(&[1]).await;
    assert_eq!(relay.history().await[0].outcome, "nothing");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn only_changed_accounts_reconnect_and_removed_inboxes_end() {
    let (one, two) = (Scripted::start().await, Scripted::start().await);
    let first = inbox(account(one.port(), USER, PASSWORD));
    let mut second = inbox(account(two.port(), USER, PASSWORD));
    second.name = "second".into();
    let mut relay = Relay::start(vec![first.clone(), second.clone()]).await;
    until_true("both IDLE", || one.model().idling == 1 && two.model().idling == 1).await;
    second.account.command_timeout += Duration::from_secs(1);
    second.fingerprint = 2;
    relay.watchers.reload(vec![Arc::new(first.clone()), Arc::new(second)]).await;
    until_true("the changed one is back", || two.connections() == 2 && two.model().idling == 1).await;
    assert_eq!(one.connections(), 1);
    assert_eq!(relay.watchers.reload(vec![Arc::new(first)]).await, 1);
    until_true("the removed one has gone", || two.model().idling == 0).await;
    assert_eq!(relay.events.board().mailboxes.len(), 1);
    assert_eq!(one.model().idling, 1);
}

#[tokio::test]
async fn a_probe_names_each_step_and_what_is_wrong() {
    let server = Scripted::start().await;
    server.deliver(&code());
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.mailboxes = ["INBOX", "Spma"].map(String::from).to_vec();
    let steps = probe(&agents, None).await;
    let verdict = |name: &str| steps.iter().find(|step| step.name == name).map(|step| step.verdict);
    for name in ["dns", "tcp", "login", "mailbox INBOX", "idle", "clock"] {
        assert_eq!(verdict(name), Some(Verdict::Ok), "{name}: {steps:?}");
    }
    assert_eq!(verdict("tls"), Some(Verdict::Warning), "plain text");
    let missing = steps.iter().find(|step| step.name == "mailbox Spma").expect("the step");
    assert_eq!(missing.verdict, Verdict::Failed);
    assert!(missing.detail.contains("INBOX, Junk"), "{}", missing.detail);

    let steps = probe(&inbox(account(server.port(), USER, "made-up-wrong-one")), None).await;
    let last = steps.last().expect("a step");
    assert_eq!((last.name.as_str(), last.verdict), ("login", Verdict::Failed));
    assert!(!format!("{steps:?}").contains("made-up"), "{steps:?}");
}

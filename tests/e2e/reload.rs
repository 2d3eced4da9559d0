//! SIGHUP: a good configuration is taken up, a bad one is refused, and only what changed reconnects.

use serde_json::Value;

use crate::support::dovecot::{Dovecot, PASSWORD, USER};
use crate::support::mails::code_mail;
use crate::support::relay::{Relay, inbox, inbox_of};
use crate::support::skyvern_fake::SkyvernFake;
use crate::support::wait::until_true;
use crate::{deliver, servers};

const SECOND: &str = "second@example.com";

#[tokio::test]
async fn a_new_inbox_is_watched_and_the_unchanged_one_keeps_its_session() {
    let dovecot = Dovecot::builder().user(USER, PASSWORD).user(SECOND, "another-made-up").start().await;
    let skyvern = SkyvernFake::start().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    dovecot.until_idle(USER, 1).await;

    let both = inbox(&dovecot, "") + &inbox_of(&dovecot, "second", SECOND, "another-made-up", "");
    relay.configure(&both);
    relay.hang_up();
    dovecot.until_idle(SECOND, 1).await;
    dovecot.deliver(SECOND, "INBOX", &code_mail(SECOND, "100001")).await;
    skyvern.until_code("100001").await;
    deliver(&dovecot, "a", "100002").await;
    skyvern.until_code("100002").await;
    assert_eq!(dovecot.said(USER).len(), 1, "one session since the start");

    relay.configure(&inbox(&dovecot, ""));
    relay.hang_up();
    until_true("the second inbox is left", || dovecot.sessions(SECOND) == 0).await;
    assert_eq!(dovecot.said(USER).len(), 1, "one session since the start");
    relay
        .until_status("one mailbox is left", |status| status["mailboxes"].as_array().is_some_and(|all| all.len() == 1))
        .await;
}

#[tokio::test]
async fn a_changed_rule_applies_from_the_next_mail_on() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "totp_identifier = \"before\"")).await;
    deliver(&dovecot, "a", "100001").await;
    assert_eq!(skyvern.until_code("100001").await.totp_identifier, "before");
    relay.configure(&inbox(&dovecot, "totp_identifier = \"after\"\ntask_id = \"tsk_1\""));
    relay.hang_up();
    relay.until_logged("configuration reloaded").await;
    deliver(&dovecot, "b", "100002").await;
    let row = skyvern.until_code("100002").await;
    assert_eq!((row.totp_identifier.as_str(), row.task_id.as_deref()), ("after", Some("tsk_1")));
}

#[tokio::test]
async fn as_json_every_line_of_the_log_is_an_object() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::new(&skyvern, &inbox(&dovecot, ""));
    relay.log_json();
    relay.start();
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_code("100001").await;
    relay.configure(&inbox(&dovecot, "ttl = \"ten minutes\"\nidl = false"));
    relay.hang_up();
    relay.until_logged("configuration is refused").await;
    relay.terminate().await;
    for line in relay.log().lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(event["message"].is_string() && event["level"].is_string(), "{line}");
    }
}

#[tokio::test]
async fn a_bad_configuration_is_refused_and_the_old_one_stays() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    relay.configure(&inbox(&dovecot, "ttl = \"ten minutes\""));
    relay.hang_up();
    relay.until_logged("ttl").await;
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_code("100001").await;
    assert_eq!(dovecot.said(USER).len(), 1, "one session since the start");
}

//! SIGTERM: it ends within 5 s, and nothing is lost.

use std::time::Duration;

use crate::support::dovecot::USER;
use crate::support::relay::{Relay, inbox};
use crate::support::skyvern_fake::Treat;
use crate::support::wait::until_true;
use crate::{codes_of, deliver, servers};

const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn an_idle_relay_ends_at_once_and_logs_out() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    let (status, took) = relay.terminate().await;
    assert!(status.success(), "{status}");
    assert!(took < AT_ONCE, "{took:?}");
    until_true("its session is gone", || dovecot.sessions(USER) == 0).await;
}

#[tokio::test]
async fn a_request_under_way_is_not_lost_and_not_repeated() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.script([Treat::StoreAndHang]);
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_rows(1).await;
    let (status, took) = relay.terminate().await;
    assert!(status.success(), "{status}");
    assert!(took < AT_ONCE, "{took:?}");

    relay.start();
    relay.until_settled(1).await;
    assert_eq!(codes_of(&skyvern, "a"), ["100001"]);
    assert_eq!(skyvern.pushes().len(), 1);
}

#[tokio::test]
async fn it_ends_as_fast_while_every_server_is_away() {
    let (mut dovecot, mut skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.stop().await;
    deliver(&dovecot, "a", "100001").await;
    until_true("it is in the outbox", || relay.history().iter().any(|row| row["delivery"].is_object())).await;
    dovecot.kill();
    relay.until_status("the mailbox is lost", |status| status["mailboxes"][0]["lost"] != 0).await;
    let (status, took) = relay.terminate().await;
    assert!(status.success(), "{status}");
    assert!(took < AT_ONCE, "{took:?}");
}

#[tokio::test]
async fn a_second_daemon_on_the_same_store_is_refused() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    let second = relay.command(&["run"]);
    assert_eq!(second.status.code(), Some(75), "{}", String::from_utf8_lossy(&second.stderr));
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_code("100001").await;
}

#[tokio::test]
async fn a_wrong_configuration_ends_with_78() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::new(&skyvern, &inbox(&dovecot, "mailboxs = [\"INBOX\"]"));
    relay.start();
    assert_eq!(relay.until_ended().await.code(), Some(78));
    assert!(relay.log().contains("mailboxes"), "it says what was meant:\n{}", relay.log());
}

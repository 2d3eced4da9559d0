//! Servers that go away and come back, and answers that never arrive.

use crate::support::dovecot::USER;
use crate::support::relay::{Relay, inbox};
use crate::support::skyvern_fake::Treat;
use crate::support::wait::until_true;
use crate::{codes_of, deliver, servers};

#[tokio::test]
async fn a_mail_server_that_restarts_is_watched_again() {
    let (mut dovecot, skyvern) = servers().await;
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    dovecot.stop().await;
    dovecot.start_again().await;
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_code("100001").await;

    dovecot.kill();
    dovecot.start_again().await;
    deliver(&dovecot, "b", "100002").await;
    skyvern.until_code("100002").await;
}

#[tokio::test]
async fn a_session_that_the_server_cuts_is_taken_up_again() {
    let (dovecot, skyvern) = servers().await;
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    for code in ["100001", "100002"] {
        dovecot.until_idle(USER, 1).await;
        dovecot.kick(USER);
        deliver(&dovecot, code, code).await;
        skyvern.until_code(code).await;
    }
}

#[tokio::test]
async fn what_came_while_skyvern_was_away_arrives_once_and_the_newest_code_wins() {
    let (dovecot, mut skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.stop().await;
    for (tag, code) in [("a", "100001"), ("a", "100002"), ("b", "200001")] {
        deliver(&dovecot, tag, code).await;
    }
    until_true("all are in the outbox", || {
        relay.history().iter().filter(|row| row["delivery"].is_object()).count() == 3
    })
    .await;
    skyvern.start_again().await;
    skyvern.until_code("100002").await;
    skyvern.until_code("200001").await;
    relay.until_settled(3).await;
    // Of one identifier's codes the last row is the one that Skyvern types.
    assert_eq!(codes_of(&skyvern, "a").last().map(String::as_str), Some("100002"));
    assert_eq!(codes_of(&skyvern, "b"), ["200001"]);
}

#[tokio::test]
async fn an_answer_that_got_lost_is_looked_up_and_not_sent_twice() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.script([Treat::StoreAndCut]);
    deliver(&dovecot, "a", "100001").await;
    assert_eq!(relay.until_settled(1).await[0]["delivery"]["state"], "delivered");
    assert_eq!(codes_of(&skyvern, "a"), ["100001"]);
    assert!(!skyvern.lookups().is_empty());

    // Longer than the relay waits for an answer.
    skyvern.script([Treat::StoreAndHang]);
    deliver(&dovecot, "b", "100002").await;
    assert_eq!(relay.until_settled(2).await[1]["delivery"]["state"], "delivered");
    assert_eq!(codes_of(&skyvern, "b"), ["100002"]);
    assert_eq!(skyvern.pushes().len(), 2);
}

#[tokio::test]
async fn a_push_that_never_arrived_is_repeated() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.script([Treat::Cut, Treat::Status(503, None), Treat::Status(502, None), Treat::Status(429, Some("1"))]);
    deliver(&dovecot, "a", "100001").await;
    assert_eq!(relay.until_settled(1).await[0]["delivery"]["state"], "delivered");
    assert_eq!(codes_of(&skyvern, "a"), ["100001"]);
    assert_eq!(skyvern.pushes().len(), 5);
}

#[tokio::test]
async fn one_identifier_waits_for_nobody_elses_trouble() {
    let (dovecot, skyvern) = servers().await;
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.script([Treat::Hang]);
    deliver(&dovecot, "stuck", "100001").await;
    skyvern.until_pushes(1).await;
    deliver(&dovecot, "free", "100002").await;
    skyvern.until_code("100002").await;
}

#[tokio::test]
async fn a_refused_key_pauses_all_pushes_keeps_the_codes_and_says_so() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.set_api_key("another-made-up-key");
    deliver(&dovecot, "a", "100001").await;
    relay.until_status("the destination is paused", |status| status["destination"]["paused"].is_string()).await;
    deliver(&dovecot, "b", "100002").await;
    until_true("both are kept", || {
        relay.history().iter().filter(|row| row["delivery"]["state"] == "queued").count() == 2
    })
    .await;
    assert_eq!(relay.status().expect("a status")["healthy"], false);
    assert_eq!(skyvern.pushes().len(), 1, "nothing is sent on a key that is refused");

    skyvern.set_api_key(crate::support::skyvern_fake::API_KEY);
    skyvern.until_code("100001").await;
    skyvern.until_code("100002").await;
    relay.until_status("it is healthy again", |status| status["healthy"] == true).await;
}

//! Attempts whose answer never came: looked up before anything is sent again.

use std::time::Duration;

use otp_relay::config;
use otp_relay::deliver::Pace;
use serde_json::json;

use crate::nat::Nat;
use crate::relay::{PACE, Relay, SHORT, reason, skyvern, states};
use crate::support::pki::Pki;
use crate::support::skyvern_fake::{SkyvernFake, Treat};
use crate::support::wait::until_true;

async fn delivers_exactly_one_row(treat: Treat) {
    let fake = SkyvernFake::start().await;
    fake.script([treat.clone()]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    relay.code("agent@example.com", "482914").await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["delivered", "delivered"], "{treat:?}");
    let stored: Vec<String> = fake.codes().into_iter().map(|(_, code)| code).collect();
    assert_eq!(stored, ["482913", "482914"], "{treat:?}");
    assert_eq!(rows[0].delivery.as_ref().unwrap().skyvern_row.as_deref(), Some("totp_1"), "{treat:?}");
    assert!(!fake.lookups().is_empty(), "{treat:?}");
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_up() {
    delivers_exactly_one_row(Treat::StoreAndCut).await;
}

#[tokio::test]
async fn an_answer_that_was_cut_in_the_middle_is_looked_up() {
    delivers_exactly_one_row(Treat::StoreAndTruncate).await;
}

#[tokio::test]
async fn an_answer_that_came_too_late_is_looked_up() {
    delivers_exactly_one_row(Treat::StoreAndHang).await;
}

#[tokio::test]
async fn a_request_that_was_lost_is_sent_again() {
    delivers_exactly_one_row(Treat::Cut).await;
}

#[tokio::test]
async fn a_failure_of_something_in_between_is_looked_up() {
    delivers_exactly_one_row(Treat::Status(504, None)).await;
    delivers_exactly_one_row(Treat::Status(500, None)).await;
    delivers_exactly_one_row(Treat::Answer(502, json!("Bad Gateway"))).await;
    delivers_exactly_one_row(Treat::Answer(503, json!("upstream connect error or disconnect/reset before headers")))
        .await;
}

#[tokio::test]
async fn a_row_that_skyvern_makes_after_the_connection_was_lost_is_waited_for() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::Hang]);
    let mut relay = Relay::new().await;
    relay.start_at(Pace { settle: Duration::from_secs(30), ..PACE }, &skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    until_true("it is looked for", || fake.lookups().len() > 1).await;
    assert!(fake.rows().is_empty());
    fake.release();
    assert_eq!(states(&relay.settled().await), ["delivered"]);
    assert_eq!(fake.rows().len(), 1);
}

#[tokio::test]
async fn somebody_elses_row_with_the_same_code_is_not_taken_for_ours() {
    let fake = SkyvernFake::start().await;
    fake.store(&json!({
        "totp_identifier": "agent@example.com", "content": "482913", "expired_at": "2100-01-01T00:00:00.000007Z",
    }));
    fake.script([Treat::Cut]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    let rows = relay.settled().await;
    assert_eq!(rows[0].delivery.as_ref().unwrap().skyvern_row.as_deref(), Some("totp_2"));
    assert_eq!(fake.rows().len(), 2);
}

#[tokio::test]
async fn lookups_are_repeated_and_nothing_is_sent_meanwhile() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::StoreAndCut]);
    fake.script_lookups([Treat::Cut, Treat::Status(500, None), Treat::Status(503, None), Treat::StoreAndTruncate]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    relay.code("agent@example.com", "482914").await;
    assert_eq!(states(&relay.settled().await), ["delivered", "delivered"]);
    let fifth = fake.lookups()[4];
    assert!(fake.pushes()[1].at > fifth);
    assert_eq!(fake.rows().len(), 2);
}

#[tokio::test]
async fn an_outcome_that_can_not_be_found_out_ends_with_the_deadline() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::StoreAndCut]);
    fake.script_lookups(std::iter::repeat_n(Treat::Status(500, None), 1000));
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code_for("agent@example.com", "482913", SHORT).await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["expired"]);
    assert!(reason(&rows[0]).starts_with("nobody knows whether it arrived"), "{}", reason(&rows[0]));
    assert_eq!(fake.pushes().len(), 1);
}

#[tokio::test]
async fn other_lanes_do_not_wait_for_an_unknown_outcome() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::StoreAndHang]);
    let mut relay = Relay::new().await;
    // It hangs for as long as the test takes.
    relay.start(&config::Skyvern { timeout: Duration::from_secs(60), ..skyvern(&fake) }).await;
    relay.code("slow@example.com", "100001").await;
    fake.until_pushes(1).await;
    relay.code("quick@example.com", "100002").await;
    relay.until(|rows| states(rows) == ["queued", "delivered"]).await;
    fake.release();
    relay.settled().await;
}

async fn replaces_a_dead_connection(fake: SkyvernFake, ca: Option<std::path::PathBuf>) {
    let nat = Nat::start(fake.port()).await;
    let mut relay = Relay::new().await;
    let mut config = config::Skyvern { ca, ..skyvern(&fake) };
    config.base_url.set_port(Some(nat.port)).unwrap();
    relay.start(&config).await;
    relay.code("agent@example.com", "100001").await;
    relay.settled().await;
    nat.forget();
    relay.code("agent@example.com", "100002").await;
    assert_eq!(states(&relay.settled().await), ["delivered", "delivered"]);
    relay.code("agent@example.com", "100003").await;
    let rows = relay.settled().await;
    assert_eq!(rows[2].delivery.as_ref().map(|d| (d.state.as_str(), d.attempts)), Some(("delivered", 1)));
    assert_eq!(fake.rows().len(), 3);
}

#[tokio::test]
async fn a_connection_that_went_dead_without_a_word_is_replaced() {
    replaces_a_dead_connection(SkyvernFake::start().await, None).await;
    let directory = tempfile::tempdir().unwrap();
    let pki = Pki::create(directory.path());
    replaces_a_dead_connection(SkyvernFake::start_tls(&pki).await, Some(pki.ca)).await;
}

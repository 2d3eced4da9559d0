//! A daemon that ends, in whatever way, and its successor.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use otp_relay::config::{self, Secret};
use otp_relay::deliver::Pace;

use crate::relay::{PACE, Relay, SHORT, new_code, skyvern, states};
use crate::support::skyvern_fake::{SkyvernFake, Treat};

#[tokio::test]
async fn what_was_committed_but_never_sent_goes_out_at_the_next_start() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    for n in 1..=5 {
        relay.code("agent@example.com", &format!("10000{n}")).await;
    }
    relay.start(&skyvern(&fake)).await;
    assert_eq!(states(&relay.settled().await), ["delivered"; 5]);
    let codes: Vec<String> = fake.codes().into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["100001", "100002", "100003", "100004", "100005"]);
    assert!(!fake.lookups().is_empty(), "each might have been sent by the one before");
}

#[tokio::test]
async fn what_was_sent_by_a_daemon_that_died_is_found_and_not_sent_again() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    fake.script([Treat::StoreAndHang]);
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "100001").await;
    relay.code("agent@example.com", "100002").await;
    fake.until_rows(1).await;
    // The answer does not come within the grace: the daemon leaves the attempt as it is.
    relay.stop().await;
    assert_eq!(states(&relay.history().await), ["queued", "queued"]);
    relay.start(&skyvern(&fake)).await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["delivered", "delivered"]);
    assert_eq!(rows[0].delivery.as_ref().unwrap().skyvern_row.as_deref(), Some("totp_1"));
    assert_eq!(fake.rows().len(), 2);
}

#[tokio::test]
async fn a_repeated_attempt_is_written_down_before_it_is_made() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    fake.script([Treat::Status(503, None), Treat::StoreAndHang]);
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "100001").await;
    fake.until_rows(1).await;
    relay.stop().await;
    relay.start(&skyvern(&fake)).await;
    assert_eq!(states(&relay.settled().await), ["delivered"]);
    assert_eq!(fake.rows().len(), 1);
}

#[tokio::test]
async fn a_failed_attempt_is_written_down_so_that_the_next_start_needs_no_lookup() {
    let mut fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    fake.stop().await;
    relay.code("agent@example.com", "100001").await;
    relay.until(|rows| rows[0].delivery.as_ref().is_some_and(|d| d.attempts > 1)).await;
    relay.stop().await;
    fake.start_again().await;
    relay.start(&skyvern(&fake)).await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["delivered"]);
    assert!(rows[0].delivery.as_ref().is_some_and(|d| d.attempts > 2), "attempts of both lives are counted");
    assert_eq!(fake.lookups().len(), 0);
}

#[tokio::test]
async fn an_ending_daemon_waits_for_the_request_under_way_and_starts_no_other() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::StoreAfter(PACE.grace / 10)]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "100001").await;
    relay.code("agent@example.com", "100002").await;
    fake.until_pushes(1).await;
    relay.stop().await;
    assert_eq!(states(&relay.history().await), ["delivered", "queued"]);
    assert_eq!(fake.pushes().len(), 1);
}

#[tokio::test]
async fn an_ending_daemon_does_not_wait_for_lanes_that_wait() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::Status(503, Some("60"))]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "100001").await;
    relay.until(|rows| rows[0].delivery.as_ref().is_some_and(|d| d.reason.is_some())).await;
    let asked = Instant::now();
    relay.stop().await;
    assert!(asked.elapsed() < Duration::from_secs(30), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn what_expired_between_two_lives_is_recorded_and_not_sent() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let now = Timestamp::now();
    relay.mail(new_code("agent@example.com", "100001", now + SHORT), now).await;
    relay.code("agent@example.com", "100002").await;
    tokio::time::sleep(SHORT.try_into().unwrap()).await;
    relay.start(&skyvern(&fake)).await;
    assert_eq!(states(&relay.settled().await), ["expired", "delivered"]);
    assert_eq!(fake.codes().len(), 1);
}

#[tokio::test]
async fn a_changed_configuration_takes_over_without_a_restart() {
    let (old, new) = (SkyvernFake::start().await, SkyvernFake::start().await);
    let mut relay = Relay::new().await;
    let deliver = relay.start(&skyvern(&old)).await;
    relay.code("agent@example.com", "100001").await;
    relay.settled().await;
    deliver.use_client(crate::relay::client(&skyvern(&new)));
    relay.code("agent@example.com", "100002").await;
    relay.settled().await;
    assert_eq!((old.rows().len(), new.rows().len()), (1, 1));
}

#[tokio::test]
async fn a_changed_configuration_is_tried_at_once_if_the_old_one_was_refused() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let wrong = config::Skyvern { api_key: Secret::Literal("a-wrong-key".to_owned().into()), ..skyvern(&fake) };
    // Nothing else would try again during this test.
    let slow = Duration::from_secs(600);
    let deliver = relay.start_at(Pace { probe: slow, warm: slow, ..PACE }, &wrong).await;
    relay.code("agent@example.com", "100001").await;
    relay.until(|rows| rows[0].delivery.as_ref().is_some_and(|d| d.reason.is_some())).await;
    deliver.use_client(crate::relay::client(&skyvern(&fake)));
    assert_eq!(states(&relay.settled().await), ["delivered"]);
}

//! Order within an identifier, and what comes too late.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use otp_relay::config;
use otp_relay::extract::Scope;
use otp_relay::store::{Origin, Recorded};

use crate::relay::{Relay, SHORT, new_code, skyvern, states};
use crate::support::skyvern_fake::{SkyvernFake, Treat};

fn hour_from(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_hours(1)
}

#[tokio::test]
async fn what_waited_through_an_outage_goes_out_in_order_of_arrival() {
    let mut fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    fake.stop().await;
    let now = Timestamp::now();
    // Committed out of order, as several mailboxes of an inbox do.
    for (code, age) in [("100003", 3), ("100001", 9), ("100004", 1), ("100002", 6)] {
        let arrived = now - SignedDuration::from_secs(age);
        relay.mail(new_code("agent@example.com", code, hour_from(now)), arrived).await;
    }
    relay.until(|rows| rows.iter().any(|row| row.delivery.as_ref().is_some_and(|d| d.attempts > 1))).await;
    fake.start_again().await;
    assert_eq!(states(&relay.settled().await), ["delivered"; 4]);
    let codes: Vec<String> = fake.codes().into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["100001", "100002", "100003", "100004"]);
}

#[tokio::test]
async fn an_older_code_that_comes_in_after_a_newer_one_was_accepted_is_overtaken() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    let now = Timestamp::now();
    relay.mail(new_code("agent@example.com", "100002", hour_from(now)), now).await;
    relay.settled().await;
    relay.mail(new_code("agent@example.com", "100001", hour_from(now)), now - SignedDuration::from_secs(5)).await;
    relay.mail(new_code("other@example.com", "100001", hour_from(now)), now - SignedDuration::from_secs(5)).await;
    assert_eq!(states(&relay.settled().await), ["delivered", "overtaken", "delivered"]);
    assert_eq!(fake.rows().len(), 2);
}

#[tokio::test]
async fn an_older_code_that_comes_in_while_a_newer_one_is_under_way_is_overtaken() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::StoreAfter(Duration::from_millis(200))]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    let now = Timestamp::now();
    relay.mail(new_code("agent@example.com", "100002", hour_from(now)), now).await;
    fake.until_pushes(1).await;
    relay.mail(new_code("agent@example.com", "100001", hour_from(now)), now - SignedDuration::from_secs(5)).await;
    assert_eq!(states(&relay.settled().await), ["delivered", "overtaken"]);
    assert_eq!(fake.rows().len(), 1);
}

#[tokio::test]
async fn scopes_of_one_identifier_do_not_wait_for_each_other() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::StoreAndHang]);
    let mut relay = Relay::new().await;
    // It hangs for as long as the test takes.
    relay.start(&config::Skyvern { timeout: Duration::from_secs(60), ..skyvern(&fake) }).await;
    let now = Timestamp::now();
    relay.mail(new_code("agent@example.com", "100001", hour_from(now)), now).await;
    fake.until_pushes(1).await;
    let mut scoped = new_code("agent@example.com", "100002", hour_from(now));
    scoped.scope = Scope { workflow_run_id: Some("wr_1".into()), ..Scope::default() };
    relay.mail(scoped, now).await;
    relay.until(|rows| states(rows) == ["queued", "delivered"]).await;
    fake.release();
    relay.settled().await;
}

#[tokio::test]
async fn what_reaches_its_deadline_in_the_queue_is_recorded_then_and_not_sent() {
    let mut fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    fake.stop().await;
    relay.code("agent@example.com", "100001").await;
    relay.code_for("agent@example.com", "100002", SHORT).await;
    relay.until(|rows| states(rows) == ["queued", "expired"]).await;
    fake.start_again().await;
    assert_eq!(states(&relay.settled().await), ["delivered", "expired"]);
    assert_eq!(fake.rows().len(), 1);
}

#[tokio::test]
async fn a_replay_goes_out_again_on_purpose() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    let first = relay.settled().await[0].id;
    let origin = Origin { inbox: "agents".into(), replay_of: Some(first), note: Some("from a file".into()) };
    let again = new_code("agent@example.com", "482913", hour_from(Timestamp::now()));
    relay.store.enqueue(again, origin).await.unwrap();
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["delivered", "delivered"]);
    assert_eq!((rows[1].outcome.as_str(), rows[1].replay_of), ("replayed", Some(first)));
    assert_eq!(fake.rows().len(), 2);
}

#[tokio::test]
async fn the_same_mail_in_another_mailbox_is_not_delivered_again() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    relay.settled().await;
    let recorded = relay.same_mail_in("Junk", "agent@example.com", "482913").await;
    assert_eq!(recorded, Recorded::Duplicate);
    let rows = relay.settled().await;
    assert_eq!(rows.iter().map(|row| row.outcome.as_str()).collect::<Vec<_>>(), ["found", "duplicate"]);
    assert_eq!(fake.rows().len(), 1);
}

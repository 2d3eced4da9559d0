//! A machine that loses its power after a code was sent and before its commit had reached the disk.

use jiff::{SignedDuration, Timestamp};

use crate::relay::{Relay, new_code, skyvern, states};
use crate::support::skyvern_fake::SkyvernFake;

#[tokio::test]
async fn a_code_whose_commit_was_lost_with_the_power_is_found_at_skyvern_and_not_sent_again() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let arrived_at = Timestamp::now();
    let deadline = arrived_at + SignedDuration::from_hours(1);
    let before = relay.snapshot().await;
    relay.start(&skyvern(&fake)).await;
    relay.mail(new_code("agent@example.com", "100001", deadline), arrived_at).await;
    relay.settled().await;
    relay.stop().await;

    let mut relay = relay.after_power_failure(before).await;
    assert_eq!(states(&relay.history().await), [] as [&str; 0], "it is lost");
    relay.start(&skyvern(&fake)).await;
    // Another mail comes first this time: the numbers of the deliveries are others.
    relay.mail_at(2, new_code("other@example.com", "100002", deadline), arrived_at).await;
    relay.mail_at(1, new_code("agent@example.com", "100001", deadline), arrived_at).await;
    assert_eq!(states(&relay.settled().await), ["delivered", "delivered"]);
    let codes: Vec<String> = fake.codes().into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["100001", "100002"]);
}

#[tokio::test]
async fn a_mail_that_is_found_again_with_another_deadline_is_known_at_skyvern_all_the_same() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let arrived_at = Timestamp::now();
    let before = relay.snapshot().await;
    relay.start(&skyvern(&fake)).await;
    relay.mail(new_code("agent@example.com", "100001", arrived_at + SignedDuration::from_hours(1)), arrived_at).await;
    relay.settled().await;
    relay.stop().await;

    // The server gives no date, or a rule was changed meanwhile.
    let mut relay = relay.after_power_failure(before).await;
    relay.start(&skyvern(&fake)).await;
    let arrived_at = arrived_at + SignedDuration::from_secs(7);
    relay.mail(new_code("agent@example.com", "100001", arrived_at + SignedDuration::from_hours(2)), arrived_at).await;
    assert_eq!(states(&relay.settled().await), ["delivered"]);
    assert_eq!(fake.pushes().len(), 1);
}

#[tokio::test]
async fn a_clock_that_was_set_back_after_the_start_holds_no_code_up() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let before = relay.snapshot().await;
    let mut relay = relay.after_power_failure(before).await.opened_in_the_future().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "100001").await;
    assert_eq!(states(&relay.settled().await), ["delivered"]);
    assert!(!fake.lookups().is_empty(), "it was in doubt");
}

//! A Skyvern that refuses us whatever we send: codes wait, it is tried now and then, and it is said once.

use jiff::SignedDuration;
use otp_relay::config::{self, Secret};

use crate::relay::{Log, Relay, SHORT, reason, skyvern, states};
use crate::support::skyvern_fake::{API_KEY, SkyvernFake, Treat};
use crate::support::wait::until_true;

const PAUSED: &str = "Skyvern refuses every push";
const RESUMED: &str = "Skyvern takes pushes again";

/// A configuration with its key in a file.
fn with_key_file(fake: &SkyvernFake, relay: &Relay, key: &str) -> config::Skyvern {
    let path = relay.directory().join("key");
    std::fs::write(&path, format!("{key}\n")).unwrap();
    config::Skyvern { api_key: Secret::File(path), ..skyvern(fake) }
}

#[tokio::test]
async fn a_wrong_key_pauses_until_it_is_put_right_and_is_spoken_of_once() {
    let log = Log::start();
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let config = with_key_file(&fake, &relay, "a-wrong-key");
    relay.start(&config).await;
    for n in 1..=3 {
        relay.code("agent@example.com", &format!("10000{n}")).await;
        relay.code(&format!("agent{n}@example.com"), "200000").await;
    }
    // Tried more than once.
    fake.until_pushes(3).await;
    assert!(fake.rows().is_empty());
    std::fs::write(relay.directory().join("key"), API_KEY).unwrap();
    assert_eq!(states(&relay.settled().await), ["delivered"; 6]);
    let codes: Vec<String> = fake.rows().into_iter().map(|row| row.code).filter(|code| code != "200000").collect();
    assert_eq!(codes, ["100001", "100002", "100003"]);
    assert_eq!((log.count(PAUSED), log.count(RESUMED)), (1, 1));
}

#[tokio::test]
async fn a_wrong_key_is_known_before_the_first_code() {
    let log = Log::start();
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let config = with_key_file(&fake, &relay, "a-wrong-key");
    relay.start(&config).await;
    until_true("the pause is told", || log.count(PAUSED) == 1).await;
    std::fs::write(relay.directory().join("key"), API_KEY).unwrap();
    until_true("the end of the pause is told", || log.count(RESUMED) == 1).await;
    assert!(fake.pushes().is_empty());
}

#[tokio::test]
async fn a_key_that_was_rotated_is_read_again_without_a_pause() {
    let log = Log::start();
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let config = with_key_file(&fake, &relay, API_KEY);
    relay.start(&config).await;
    relay.code("agent@example.com", "100001").await;
    relay.settled().await;
    fake.set_api_key("the-next-key");
    std::fs::write(relay.directory().join("key"), "the-next-key").unwrap();
    relay.code("agent@example.com", "100002").await;
    let rows = relay.settled().await;
    assert_eq!(rows[1].delivery.as_ref().map(|d| (d.state.as_str(), d.attempts)), Some(("delivered", 1)));
    assert_eq!(log.count(PAUSED), 0);
}

#[tokio::test]
async fn without_credits_one_push_at_a_time_finds_out_whether_there_are_some_again() {
    let log = Log::start();
    let fake = SkyvernFake::start().await;
    fake.script((0..4).map(|_| Treat::Status(402, None)));
    let mut relay = Relay::new().await;
    let config = config::Skyvern { connections: 1, ..skyvern(&fake) };
    relay.start(&config).await;
    for n in 0..10 {
        relay.code(&format!("agent{n}@example.com"), "482913").await;
    }
    assert_eq!(states(&relay.settled().await), ["delivered"; 10]);
    assert_eq!(fake.pushes().len(), 14, "reading works all the while, and says nothing about credits");
    assert_eq!((log.count(PAUSED), log.count(RESUMED)), (1, 1));
}

#[tokio::test]
async fn codes_that_expire_during_a_pause_are_recorded_at_their_deadline() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    let config = with_key_file(&fake, &relay, "a-wrong-key");
    relay.start(&config).await;
    relay.code_for("agent@example.com", "100001", SHORT).await;
    relay.code_for("other@example.com", "100002", SHORT).await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["expired", "expired"]);
    for row in &rows {
        let delivery = row.delivery.as_ref().unwrap();
        assert!(delivery.settled_at.unwrap() < delivery.deadline + SignedDuration::from_secs(10));
    }
    assert!(reason(&rows[0]).contains("HTTP 403"), "{}", reason(&rows[0]));
    assert!(fake.rows().is_empty());
}

#[tokio::test]
async fn nothing_is_logged_that_would_give_a_code_or_a_key_away() {
    let log = Log::start();
    let fake = SkyvernFake::start().await;
    fake.script([Treat::Status(503, None), Treat::Cut, Treat::Status(400, None), Treat::Status(403, None)]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    for code in ["739201", "739202", "739203"] {
        relay.code("agent@example.com", code).await;
    }
    relay.settled().await;
    assert_eq!((log.count("73920"), log.count(API_KEY)), (0, 0));
    assert!(log.count("delivered") > 0);
}

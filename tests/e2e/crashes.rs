//! kill -9 at each step of a mail's way: nothing is lost, nothing comes twice.

use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::support::relay::{Relay, inbox};
use crate::support::skyvern_fake::Treat;
use crate::support::wait::until_true;
use crate::{codes_of, deliver, servers};

#[tokio::test]
async fn killed_before_the_mail_is_seen() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    relay.kill();
    deliver(&dovecot, "a", "100001").await;
    relay.start();
    relay.until_settled(1).await;
    assert_eq!(codes_of(&skyvern, "a"), ["100001"]);
}

#[tokio::test]
async fn killed_after_the_commit_and_before_a_request_arrives() {
    let (dovecot, mut skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.stop().await;
    deliver(&dovecot, "a", "100001").await;
    until_true("it is in the outbox", || relay.history().iter().any(|row| row["delivery"].is_object())).await;
    relay.kill();
    skyvern.start_again().await;
    relay.start();
    relay.until_settled(1).await;
    assert_eq!(codes_of(&skyvern, "a"), ["100001"]);
}

#[tokio::test]
async fn killed_during_a_request_that_skyvern_did_not_take() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.script([Treat::Hang]);
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_pushes(1).await;
    relay.kill();
    relay.start();
    relay.until_settled(1).await;
    assert_eq!(codes_of(&skyvern, "a"), ["100001"]);
}

#[tokio::test]
async fn killed_after_skyvern_took_it_and_before_the_answer() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.script([Treat::StoreAndHang]);
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_rows(1).await;
    relay.kill();
    relay.start();
    let history = relay.until_settled(1).await;
    assert_eq!(history[0]["delivery"]["state"], "delivered");
    assert_eq!(skyvern.pushes().len(), 1, "it was looked up, not sent again");
}

#[tokio::test]
async fn killed_before_the_commit_of_what_skyvern_took_already() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    // Somebody's shell is in the way of every commit.
    let database = SqliteConnectOptions::new().filename(relay.state().join("state.db"));
    let mut shell = database.connect().await.expect("failed to open the store");
    sqlx::query("BEGIN IMMEDIATE").execute(&mut shell).await.expect("failed to lock the store");
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_rows(1).await;
    relay.kill();
    sqlx::query("ROLLBACK").execute(&mut shell).await.expect("failed to unlock the store");
    shell.close().await.expect("failed to close the store");
    assert!(relay.history().is_empty(), "nothing was committed");
    relay.start();
    let history = relay.until_settled(1).await;
    assert_eq!(history[0]["delivery"]["state"], "delivered");
    assert_eq!(skyvern.pushes().len(), 1, "it was looked up, not sent again");
    assert!(!skyvern.lookups().is_empty());
}

#[tokio::test]
async fn killed_at_any_moment_nothing_is_lost_and_nothing_comes_twice() {
    const ROUNDS: u64 = 24;
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    for round in 0..ROUNDS {
        // Answers take a while, so that some of the kills fall between request and answer.
        skyvern.otherwise(Treat::StoreAfter(Duration::from_millis(10 * (round % 4))));
        deliver(&dovecot, round, &format!("{}", 500_000 + round)).await;
        // The whole way takes about half a second, most of it Dovecot's: moments before, on it and after.
        let moment = 350 + round * 337 % 400;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        relay.kill();
        relay.start();
    }
    skyvern.otherwise(Treat::Store);
    let settled = usize::try_from(ROUNDS).expect("a small number");
    let history = relay.until_settled(settled).await;
    assert_eq!(history.len(), settled, "a row for each mail");
    for round in 0..ROUNDS {
        assert_eq!(codes_of(&skyvern, round), [format!("{}", 500_000 + round)], "round {round}");
    }
}

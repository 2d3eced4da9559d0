//! Codes of authenticator apps at the same URL.

use std::time::Duration;

use jiff::Timestamp;
use otp_relay::authenticator::{Authenticator, Settings};

use crate::world::{World, code_of, config};

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn alice(more: &str) -> String {
    format!("[[authenticator]]\ntotp_identifier = \"alice\"\nsecret = \"{SECRET}\"\n{more}")
}

/// The codes that may be right now: a test can run across the end of a period.
fn present(period: u64, min_remaining: u64) -> Vec<String> {
    let settings = Settings { period: Some(Duration::from_secs(period)), ..Settings::default() };
    let authenticator = Authenticator::parse(SECRET, settings).unwrap();
    let shown = authenticator.at(Timestamp::now(), Duration::from_secs(min_remaining));
    let around = shown.step.saturating_sub(1)..=shown.step;
    around.map(|step| authenticator.of_step(step).code.expose().to_owned()).collect()
}

#[tokio::test]
async fn the_present_code_is_given_to_one_run_again_and_again() {
    // A period that no test outlasts, unless it begins at its end.
    let world = World::with(&alice("period = \"300s\"")).await;
    let left = 300 - Timestamp::now().as_second() % 300;
    if (6..40).contains(&left) {
        tokio::time::sleep(Duration::from_secs(left.unsigned_abs() - 5)).await;
    }
    let code = world.ask("alice", "a").await;
    assert!(present(300, 5).contains(&code), "{code}");
    assert_eq!(world.ask("alice", "a").await, code);
    let others = world.ask("alice", "b").await;
    assert_ne!(others, code, "another run was given the same code");
    // Who names no run is told the code, and takes it from nobody.
    assert_eq!(code_of(&world.post("/totp/alice", "{}").await), code);
}

#[tokio::test]
async fn a_shared_code_is_given_to_all() {
    let world = World::with(&alice("period = \"300s\"\nshare = true")).await;
    let code = world.ask("alice", "a").await;
    assert!(!code.is_empty());
    assert!(present(300, 5).contains(&world.ask("alice", "b").await));
}

#[tokio::test]
async fn the_second_run_can_wait_for_the_next_code() {
    let world = World::with(&alice("period = \"10s\"\nmin_remaining = \"1s\"")).await;
    let first = world.ask("alice", "a").await;
    let began = std::time::Instant::now();
    let second = world.ask("alice?wait=20s", "b").await;
    assert!(!second.is_empty() && second != first, "{first} {second}");
    assert!(began.elapsed() < Duration::from_secs(19), "{:?}", began.elapsed());
    assert!(present(10, 1).contains(&second));
}

#[tokio::test]
async fn a_wait_that_is_too_short_for_the_next_code_is_not_waited_out() {
    let world = World::with(&alice("period = \"300s\"")).await;
    world.ask("alice", "a").await;
    let began = std::time::Instant::now();
    let second = world.ask("alice?wait=20s", "b").await;
    // Unless the period ends just now.
    assert!(second.is_empty() || began.elapsed() < Duration::from_secs(21));
    assert!(!second.is_empty() || began.elapsed() < Duration::from_secs(19), "{:?}", began.elapsed());
}

#[tokio::test]
async fn who_has_a_code_is_remembered_over_a_restart() {
    let more = alice("period = \"300s\"");
    let world = World::with(&more).await;
    let code = world.ask("alice", "a").await;
    let directory = world.end().await;
    let world = World::start_in(directory, config(&more), otp_relay::http::Limits::default()).await;
    assert_ne!(world.ask("alice", "b").await, code);
}

#[tokio::test]
async fn mail_filed_under_the_same_identifier_is_given_as_a_link_alone() {
    let world = World::with(&alice("period = \"300s\"")).await;
    world.arrive("alice", "482913").await;
    world.arrive("alice", "https://acme.example/made-up").await;
    assert!(present(300, 5).contains(&world.ask("alice?kind=code", "a").await));
    assert_eq!(world.ask("alice?kind=link", "a").await, "https://acme.example/made-up");
}

#[tokio::test]
async fn a_reload_takes_authenticators_over() {
    let world = World::new().await;
    assert_eq!(world.ask("alice", "a").await, "");
    world.http.reload(&config(&alice("period = \"300s\""))).unwrap();
    assert!(present(300, 5).contains(&world.ask("alice", "a").await));
}

//! A code stays no longer than its life: not in the database, not in its log.

use jiff::Timestamp;
use otp_relay::store::{Attempt, Finding, Settled, Settlement};
use secrecy::{ExposeSecret, SecretString};

use crate::mails::{Place, code, commit, link, mailbox};

fn settled(outcome: Settlement) -> Settled {
    Settled { outcome, attempts: 1, sent_at: None, at: Timestamp::now(), reason: None, skyvern_row: None }
}

pub async fn until_gone(place: &Place, text: &str) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while place.holds(text) {
        assert!(std::time::Instant::now() < deadline, "{text} is still on the disk");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_delivered_value_is_gone_from_every_file_soon_after() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let mut outbox = store.outbox().await.unwrap();
    for n in 1..=40u32 {
        // Long enough that pages are split and rows moved about.
        let value = format!("https://acme.example/in?token={}-made-up-token-{n}", "x".repeat(n as usize * 37));
        commit(&store, &inbox, n, n, Finding::Deliver(link("a@example.com", &value))).await.unwrap();
    }
    assert!(place.holds("made-up-token"));
    for n in 0..40 {
        let delivery = outbox.recv().await.unwrap();
        let outcome = if n % 2 == 0 { Settlement::Delivered } else { Settlement::Expired };
        store.settle(delivery.id, settled(outcome)).await.unwrap();
    }
    until_gone(&place, "made-up-token").await;
}

/// Rows that grow while they wait are moved about, and their neighbours with them.
#[tokio::test]
async fn codes_whose_attempts_failed_are_gone_from_every_file_soon_after() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let mut outbox = store.outbox().await.unwrap();
    let codes: Vec<String> = (1..=120u32).map(|n| format!("QZKWX{n:03}")).collect();
    for (n, value) in (1..).zip(&codes) {
        commit(&store, &inbox, n, n, Finding::Deliver(code(&format!("agent{n}@example.com"), value))).await.unwrap();
    }
    let mut waiting = Vec::new();
    for _ in &codes {
        waiting.push(outbox.recv().await.unwrap().id);
    }
    for id in &waiting {
        let reason = Some("HTTP 503: ".to_owned() + &"no reason given ".repeat(9));
        let attempt = Attempt { attempts: 2, open: false, sent_at: Some(Timestamp::now()), reason };
        store.note_attempt(*id, attempt).await.unwrap();
    }
    for id in waiting {
        store.settle(id, settled(Settlement::Delivered)).await.unwrap();
    }
    until_gone(&place, "QZKWX").await;
}

#[tokio::test]
async fn a_reader_in_the_way_only_delays_that() {
    use sqlx::ConnectOptions;
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let mut outbox = store.outbox().await.unwrap();
    let value = "https://acme.example/in?token=made-up-token";
    commit(&store, &inbox, 1, 1, Finding::Deliver(link("a@example.com", value))).await.unwrap();
    let mut reader =
        sqlx::sqlite::SqliteConnectOptions::new().filename(place.path()).read_only(true).connect().await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT count(*) FROM history").execute(&mut reader).await.unwrap();
    let delivery = outbox.recv().await.unwrap();
    store.settle(delivery.id, settled(Settlement::Delivered)).await.unwrap();
    // Longer than the writer is idle before it empties its log.
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert!(place.holds("made-up-token"));
    sqlx::query("COMMIT").execute(&mut reader).await.unwrap();
    until_gone(&place, "made-up-token").await;
}

#[tokio::test]
async fn a_rotated_token_is_kept_for_the_configured_one_it_came_from() {
    let place = Place::new();
    let store = place.open().await;
    let (first, second) = ([1; 32], [2; 32]);
    assert!(store.rotated_token("agents@example.com", first).await.unwrap().is_none());
    for token in ["a-made-up-token", "the-one-after"] {
        store.keep_rotated_token("agents@example.com", first, &SecretString::from(token.to_owned())).await.unwrap();
    }
    store.close().await;
    let store = place.open().await;
    let kept = store.rotated_token("agents@example.com", first).await.unwrap().unwrap();
    assert_eq!(kept.expose_secret(), "the-one-after");
    assert!(store.rotated_token("agents@example.com", second).await.unwrap().is_none(), "the operator set a new one");
    assert!(store.rotated_token("others@example.com", first).await.unwrap().is_none());
    assert!(!place.holds("a-made-up-token"));
}

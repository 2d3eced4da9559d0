//! Values that go out ahead of their commit, with another process in the way of every commit.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use otp_relay::extract::{Deliver, MailText, Scope, Value};
use otp_relay::store::{
    Cursor, Delivery, Finding, MailboxId, NewDelivery, Origin, Recorded, Settled, Settlement, Sighting, Store,
    StoreError,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::mails::{Place, all, code, commit, mailbox, outcomes, sighting};

/// Holds up every commit until it is told to go on.
struct Obstacle(SqliteConnection);

impl Obstacle {
    async fn new(place: &Place) -> Self {
        let mut connection = SqliteConnectOptions::new().filename(place.path()).connect().await.unwrap();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
        Self(connection)
    }

    async fn remove(mut self) {
        sqlx::query("ROLLBACK").execute(&mut self.0).await.unwrap();
    }
}

fn inbox() -> MailboxId {
    mailbox("agents", "INBOX")
}

fn found(identifier: &str) -> Finding {
    Finding::Deliver(code(identifier, "482913"))
}

async fn opened(place: &Place) -> (Store, UnboundedReceiver<Delivery>) {
    let store = place.open().await;
    let outbox = store.outbox().await.unwrap();
    (store, outbox)
}

fn delivered(attempts: u32) -> Settled {
    let at = Timestamp::now();
    let skyvern_row = Some("totp_1".into());
    Settled { outcome: Settlement::Delivered, attempts, sent_at: Some(at), at, reason: None, skyvern_row }
}

/// Asks for the commit of a mail, and gives what is handed out before it is made.
async fn handed_out(store: &Store, outbox: &mut UnboundedReceiver<Delivery>, uid: u32) -> Delivery {
    let store = store.clone();
    tokio::spawn(async move { commit(&store, &inbox(), uid, uid, found("a@example.com")).await });
    let delivery = timeout(Duration::from_secs(1), outbox.recv()).await.expect("it waits for its commit").unwrap();
    assert_eq!((delivery.uid, delivery.overtaken, delivery.uncertain_since), (uid, false, None));
    delivery
}

#[tokio::test]
async fn a_lone_value_does_not_wait_for_its_commit() {
    let place = Place::new();
    let (store, mut outbox) = opened(&place).await;
    let obstacle = Obstacle::new(&place).await;
    let asked = tokio::spawn({
        let store = store.clone();
        async move { commit(&store, &inbox(), 1, 1, found("a@example.com")).await }
    });
    let delivery = outbox.recv().await.unwrap();
    assert!(all(&store).await.is_empty());
    obstacle.remove().await;
    assert_eq!(asked.await.unwrap().unwrap(), Recorded::Delivering { delivery: delivery.id });
    store.settle(delivery.id, delivered(1)).await.unwrap();
    let rows = all(&store).await;
    assert_eq!(outcomes(&rows), ["found"]);
    let settled = rows[0].delivery.as_ref().unwrap();
    assert_eq!(settled.state, "delivered");
    assert!(rows[0].committed_at <= settled.sent_at.unwrap(), "the steps are told in their order");
    assert!(outbox.try_recv().is_err(), "once");
}

#[tokio::test]
async fn a_process_that_ends_before_the_commit_leaves_word_that_it_may_have_been_sent() {
    let place = Place::new();
    let (store, mut outbox) = opened(&place).await;
    let obstacle = Obstacle::new(&place).await;
    let before = Timestamp::now();
    handed_out(&store, &mut outbox, 1).await;
    let intents = std::fs::read(place.directory.path().join("state.db-intents")).unwrap();
    assert!(!intents.windows(6).any(|bytes| bytes == b"482913"), "it holds no code");
    let after = Place::new();
    for suffix in ["", "-wal", "-intents"] {
        let name = format!("state.db{suffix}");
        std::fs::copy(place.directory.path().join(&name), after.directory.path().join(&name)).unwrap();
    }
    obstacle.remove().await;

    let (store, mut outbox) = opened(&after).await;
    assert!(all(&store).await.is_empty() && outbox.try_recv().is_err());
    assert!(store.cursor(&inbox()).await.unwrap().is_none(), "the mail is looked at again");
    // Meanwhile its deadline may have passed: whether it was sent in time is still to be found out.
    let late = Finding::Deliver(NewDelivery {
        deadline: Timestamp::now() + SignedDuration::from_millis(1),
        ..code("a@example.com", "482913")
    });
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert!(matches!(commit(&store, &inbox(), 1, 1, late).await.unwrap(), Recorded::Delivering { .. }));
    let again = outbox.recv().await.unwrap();
    let since = again.uncertain_since.expect("it is looked up before it is sent");
    assert!(since >= before - SignedDuration::from_millis(1) && since <= Timestamp::now());
    store.settle(again.id, delivered(1)).await.unwrap();
    let elsewhere = commit(&store, &mailbox("agents", "Junk"), 7, 1, found("a@example.com")).await.unwrap();
    assert_eq!(elsewhere, Recorded::Duplicate);
    store.close().await;
    let intents = std::fs::read(after.directory.path().join("state.db-intents")).unwrap();
    assert!(intents.iter().all(|byte| *byte == 0), "its transaction is made");
}

#[tokio::test]
async fn after_a_commit_that_failed_the_delivery_keeps_its_number_and_nothing_else_goes_ahead() {
    let place = Place::new();
    let (store, mut outbox) = opened(&place).await;
    let obstacle = Obstacle::new(&place).await;
    let failed = commit(&store, &inbox(), 1, 1, found("a@example.com")).await.unwrap_err();
    assert!(matches!(failed, StoreError::Locked(_)), "{failed}");
    let delivery = outbox.recv().await.unwrap();
    // Skyvern took it; the store does not know it yet.
    let inbox = inbox();
    let (settled, other) =
        tokio::join!(store.settle(delivery.id, delivered(1)), commit(&store, &inbox, 2, 2, found("b@example.com")));
    assert!(settled.is_err() && other.is_err());
    assert!(outbox.try_recv().is_err(), "one value goes into a store that is ill, not more");
    obstacle.remove().await;
    assert!(store.settle(delivery.id, delivered(1)).await.is_err(), "there is no row yet");
    let again = commit(&store, &inbox, 1, 1, found("a@example.com")).await.unwrap();
    assert_eq!(again, Recorded::Delivering { delivery: delivery.id });
    let known = outbox.recv().await.unwrap();
    assert_eq!(known.id, delivery.id);
    assert!(known.uncertain_since.is_some(), "whoever reads this looks it up first");
    store.settle(delivery.id, delivered(1)).await.unwrap();
    store.settle(delivery.id, delivered(1)).await.expect("it is settled");
    commit(&store, &inbox, 2, 2, found("b@example.com")).await.unwrap();
    outbox.recv().await.unwrap();
    // Well again.
    let obstacle = Obstacle::new(&place).await;
    handed_out(&store, &mut outbox, 3).await;
    obstacle.remove().await;
}

#[tokio::test]
async fn the_same_mail_elsewhere_is_not_sent_again_while_the_first_commit_waits() {
    let place = Place::new();
    let (store, mut outbox) = opened(&place).await;
    let obstacle = Obstacle::new(&place).await;
    let first = handed_out(&store, &mut outbox, 1).await;
    // The first one's commit fails, and the other mailbox is faster to ask again.
    let junk = mailbox("agents", "Junk");
    assert!(commit(&store, &junk, 9, 1, found("a@example.com")).await.is_err());
    obstacle.remove().await;
    let recorded = commit(&store, &junk, 9, 1, found("a@example.com")).await.unwrap();
    assert_eq!(recorded, Recorded::Delivering { delivery: first.id });
    assert_eq!(commit(&store, &inbox(), 1, 1, found("a@example.com")).await.unwrap(), Recorded::Duplicate);
    let again = outbox.recv().await.unwrap();
    assert_eq!(again.id, first.id);
    assert!(again.uncertain_since.is_some());
    assert!(outbox.try_recv().is_err());
}

/// Commits what must wait while nothing can be committed. What is handed out all the same is the answer.
async fn waits(earlier: Vec<Sighting>, now: Vec<Sighting>, is_read: bool) -> Option<Delivery> {
    let place = Place::new();
    let store = place.open().await;
    let mut outbox = if is_read { Some(store.outbox().await.unwrap()) } else { None };
    for (next_uid, sighting) in (100..).zip(earlier) {
        let cursor = Cursor { uid_validity: 1, next_uid };
        let recorded = store.commit(&mailbox("agents", "Junk"), cursor, vec![sighting]).await.unwrap()[0];
        if let (Recorded::Delivering { delivery }, Some(outbox)) = (recorded, &mut outbox) {
            outbox.recv().await.unwrap();
            store.settle(delivery, delivered(1)).await.unwrap();
        }
    }
    // What an earlier life of the store had counts as well.
    store.close().await;
    let store = place.open().await;
    outbox = if is_read { Some(store.outbox().await.unwrap()) } else { None };
    let obstacle = Obstacle::new(&place).await;
    let cursor = Cursor { uid_validity: 1, next_uid: 200 };
    let failed = store.commit(&inbox(), cursor, now).await.unwrap_err();
    assert!(matches!(failed, StoreError::Locked(_)), "{failed}");
    obstacle.remove().await;
    match &mut outbox {
        Some(outbox) => outbox.try_recv().ok(),
        None => store.outbox().await.unwrap().try_recv().ok(),
    }
}

#[tokio::test]
async fn whatever_has_something_against_it_waits_for_its_commit() {
    let with = |new: NewDelivery| vec![sighting(1, 1, Finding::Deliver(new))];
    let one = || vec![sighting(1, 1, found("a@example.com"))];
    let earlier = Sighting { arrived_at: Timestamp::now() - SignedDuration::from_secs(30), ..one().remove(0) };
    let text = MailText::new("The text of a whole mail.").unwrap();
    let scoped = Scope { workflow_id: Some("w_1".into()), ..Scope::default() };
    let cases = [
        ("two mails", vec![], vec![one().remove(0), sighting(2, 2, found("b@example.com"))], true),
        ("a mail that is known", vec![sighting(50, 1, found("a@example.com"))], one(), true),
        ("one that arrived before another", vec![sighting(50, 2, found("a@example.com"))], vec![earlier], true),
        (
            "what is asked for as well",
            vec![],
            with(NewDelivery { deliver: Deliver::Both, ..code("a@x.test", "1") }),
            true,
        ),
        ("what is only asked for", vec![], with(NewDelivery { deliver: Deliver::Pull, ..code("a@x.test", "1") }), true),
        (
            "what nobody can ask for",
            vec![],
            with(NewDelivery { deliver: Deliver::Pull, scope: scoped, ..code("a@x.test", "1") }),
            true,
        ),
        ("a whole mail", vec![], with(NewDelivery { value: Value::Body(text), ..code("a@x.test", "1") }), true),
        ("what is too late", vec![], with(NewDelivery { deadline: Timestamp::now(), ..code("a@x.test", "1") }), true),
        ("what nobody reads", vec![], one(), false),
    ];
    let names: Vec<&str> = cases.iter().map(|(name, ..)| *name).collect();
    let handed = join_all(cases.into_iter().map(|(_, earlier, now, is_read)| waits(earlier, now, is_read))).await;
    for (name, handed) in names.into_iter().zip(handed) {
        assert!(handed.is_none(), "{name}: {handed:?}");
    }
    // And with nothing against it, it does not.
    assert!(waits(vec![sighting(50, 2, found("a@example.com"))], one(), true).await.is_some());
}

#[tokio::test]
async fn what_arrived_before_a_value_that_was_sent_again_waits_for_its_commit() {
    let place = Place::new();
    let (store, mut outbox) = opened(&place).await;
    let late = Sighting {
        arrived_at: Timestamp::now() - SignedDuration::from_secs(5),
        ..sighting(1, 1, found("a@example.com"))
    };
    let origin = Origin { inbox: "agents".into(), replay_of: None, note: None };
    store.enqueue(code("a@example.com", "729104"), origin).await.unwrap();
    store.settle(outbox.recv().await.unwrap().id, delivered(1)).await.unwrap();
    let obstacle = Obstacle::new(&place).await;
    let cursor = Cursor { uid_validity: 1, next_uid: 2 };
    assert!(store.commit(&inbox(), cursor, vec![late]).await.is_err());
    assert!(outbox.try_recv().is_err());
    obstacle.remove().await;
}

#[tokio::test]
async fn what_comes_while_another_commit_is_on_its_way_is_handed_out_behind_it() {
    let place = Place::new();
    let (store, mut outbox) = opened(&place).await;
    let obstacle = Obstacle::new(&place).await;
    handed_out(&store, &mut outbox, 1).await;
    let second = tokio::spawn({
        let store = store.clone();
        async move { commit(&store, &mailbox("agents", "Junk"), 2, 2, found("b@example.com")).await }
    });
    assert!(timeout(Duration::from_millis(100), outbox.recv()).await.is_err());
    obstacle.remove().await;
    let Recorded::Delivering { delivery } = second.await.unwrap().unwrap() else { panic!("it is new") };
    assert_eq!(outbox.recv().await.unwrap().id, delivery);
}

#[tokio::test]
async fn a_long_history_is_known_before_anything_goes_ahead() {
    let place = Place::new();
    let store = place.open().await;
    let many = (1..=12_000).map(|n| sighting(n, n, Finding::Nothing { reason: "no code".into() })).collect();
    store.commit(&inbox(), Cursor { uid_validity: 1, next_uid: 12_001 }, many).await.unwrap();
    store.close().await;
    let (store, mut outbox) = opened(&place).await;
    let junk = mailbox("agents", "Junk");
    for known in [1, 4_999, 5_001, 11_999] {
        assert_eq!(commit(&store, &junk, known, known, found("a@example.com")).await.unwrap(), Recorded::Duplicate);
    }
    assert!(outbox.try_recv().is_err());
    // New ones do, once it is.
    let mut uid = 20_000;
    loop {
        uid += 1;
        let obstacle = Obstacle::new(&place).await;
        let asked = tokio::spawn({
            let store = store.clone();
            async move { commit(&store, &inbox(), uid, uid, found("a@example.com")).await }
        });
        let is_ahead = timeout(Duration::from_millis(200), outbox.recv()).await.is_ok();
        obstacle.remove().await;
        asked.await.unwrap().unwrap();
        if is_ahead {
            break;
        }
        outbox.recv().await.unwrap();
    }
}

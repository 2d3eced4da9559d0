//! What `history` shows, follows and forgets.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use otp_relay::store::{Attempt, Cursor, Finding, HistoryFilter, Recorded, Settled, Settlement};
use sqlx::ConnectOptions;

use crate::mails::{Place, all, code, commit, mailbox, outcomes, sighting};

#[tokio::test]
async fn history_tells_every_step_of_a_mail_and_no_code() {
    let place = Place::new();
    let store = place.open().await;
    let now = Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap();
    let at = |ms| now + SignedDuration::from_millis(ms);
    let mut seen = sighting(12, 1, Finding::Deliver(code("a@example.com", "482913")));
    (seen.arrived_at, seen.seen_at, seen.fetched_at, seen.extracted_at) = (at(-40), at(-30), at(-20), at(-10));
    let cursor = Cursor { uid_validity: 9, next_uid: 13 };
    let recorded = store.commit(&mailbox("agents", "INBOX"), cursor, vec![seen]).await.unwrap();
    let [Recorded::Delivering { delivery }] = recorded.as_slice() else { panic!("{recorded:?}") };
    let settled = Settled {
        outcome: Settlement::Delivered,
        attempts: 2,
        sent_at: Some(at(20)),
        at: at(30),
        reason: None,
        skyvern_row: Some("totp_1".into()),
    };
    store.settle(*delivery, settled).await.unwrap();
    let rows = all(&store).await;
    let json = serde_json::to_value(&rows[0]).unwrap();
    for (key, value) in [
        ("inbox", "agents"),
        ("mailbox", "INBOX"),
        ("sender_domain", "acme.example"),
        ("outcome", "found"),
        ("rule", "acme"),
        ("kind", "code"),
        ("masked", "4****3"),
        ("identifier", "a@example.com"),
    ] {
        assert_eq!(json[key], value, "{key}");
    }
    assert_eq!((json["uid"].as_u64(), json["uid_validity"].as_u64()), (Some(12), Some(9)));
    for (key, ms) in [("arrived_at", -40), ("seen_at", -30), ("fetched_at", -20), ("extracted_at", -10)] {
        assert_eq!(json[key], at(ms).to_string(), "{key}");
    }
    assert!(rows[0].committed_at >= now);
    assert_eq!(json["delivery"]["state"], "delivered");
    assert_eq!(json["delivery"]["attempts"], 2);
    assert_eq!(json["delivery"]["sent_at"], at(20).to_string());
    assert_eq!(json["delivery"]["settled_at"], at(30).to_string());
    assert_eq!(json["delivery"]["skyvern_row"], "totp_1");
    assert!(!json.to_string().contains("482913"));
}

#[tokio::test]
async fn every_finding_has_its_outcome_and_reason() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let refused = Finding::Refused { rule: Some("acme".into()), reason: "two codes".into() };
    commit(&store, &inbox, 1, 1, Finding::Nothing { reason: "a newsletter".into() }).await.unwrap();
    commit(&store, &inbox, 2, 2, Finding::Ignored { rule: "noise".into() }).await.unwrap();
    commit(&store, &inbox, 3, 3, refused).await.unwrap();
    let rows = all(&store).await;
    assert_eq!(outcomes(&rows), ["nothing", "ignored", "refused"]);
    assert_eq!(rows.iter().map(|r| r.rule.as_deref()).collect::<Vec<_>>(), [None, Some("noise"), Some("acme")]);
    assert_eq!(rows[2].reason.as_deref(), Some("two codes"));
}

#[tokio::test]
async fn filters_narrow_and_the_limit_keeps_the_newest() {
    let place = Place::new();
    let store = place.open().await;
    let mut middle = Timestamp::now();
    for n in 1..=6u32 {
        if n == 4 {
            middle = Timestamp::now();
        }
        let inbox = mailbox(if n % 2 == 0 { "even" } else { "odd" }, "INBOX");
        let found = Finding::Deliver(code(&format!("a{}@example.com", n % 3), "482913"));
        commit(&store, &inbox, n, n, found).await.unwrap();
    }
    let ids = async |filter: HistoryFilter| {
        store.history(&filter).await.unwrap().iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let none = HistoryFilter::default;
    assert_eq!(ids(none()).await, [1, 2, 3, 4, 5, 6]);
    assert_eq!(ids(HistoryFilter { inbox: Some("odd".into()), ..none() }).await, [1, 3, 5]);
    assert_eq!(ids(HistoryFilter { identifier: Some("a0@example.com".into()), ..none() }).await, [3, 6]);
    assert_eq!(ids(HistoryFilter { since: Some(middle), ..none() }).await, [4, 5, 6]);
    assert_eq!(ids(HistoryFilter { id: Some(2), ..none() }).await, [2]);
    assert_eq!(ids(HistoryFilter { limit: Some(2), ..none() }).await, [5, 6]);
}

#[tokio::test]
async fn a_follower_sees_each_new_row_and_each_change_once() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let found = || Finding::Deliver(code("a@example.com", "482913"));
    let mut last = 0;
    let mut news = async || {
        let filter = HistoryFilter { after_revision: Some(last), ..HistoryFilter::default() };
        let rows = store.history(&filter).await.unwrap();
        last = rows.last().map_or(last, |row| row.revision);
        let state = |row: &otp_relay::store::HistoryRow| row.delivery.as_ref().map(|d| (d.state.clone(), d.attempts));
        rows.iter().map(|row| (row.id, state(row))).collect::<Vec<_>>()
    };
    let Ok(Recorded::Delivering { delivery }) = commit(&store, &inbox, 1, 1, found()).await else { panic!() };
    assert_eq!(news().await, [(1, Some(("queued".into(), 0)))]);
    assert_eq!(news().await, []);
    commit(&store, &inbox, 2, 2, Finding::Nothing { reason: "a newsletter".into() }).await.unwrap();
    let attempt = Attempt { attempts: 1, open: false, sent_at: None, reason: Some("HTTP 503".into()) };
    store.note_attempt(delivery, attempt).await.unwrap();
    assert_eq!(news().await, [(2, None), (1, Some(("queued".into(), 1)))]);
    let settled = Settled {
        outcome: Settlement::Expired,
        attempts: 1,
        sent_at: None,
        at: Timestamp::now(),
        reason: Some("late".into()),
        skyvern_row: None,
    };
    store.settle(delivery, settled.clone()).await.unwrap();
    assert_eq!(news().await, [(1, Some(("expired".into(), 1)))]);
    store.settle(delivery, Settled { outcome: Settlement::Delivered, ..settled }).await.unwrap();
    assert_eq!(news().await, [], "what has ended does not change any more");
}

#[tokio::test]
async fn pruning_forgets_what_is_old_but_nothing_that_waits_and_nothing_of_the_last_day() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    for n in 1..=1200u32 {
        let nothing = Finding::Nothing { reason: "a newsletter".into() };
        commit(&store, &inbox, n, n, nothing).await.unwrap();
    }
    commit(&store, &inbox, 1201, 1201, Finding::Deliver(code("a@example.com", "482913"))).await.unwrap();
    assert_eq!(store.prune(Duration::ZERO).await.unwrap(), 0);
    let mut shell = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path()).connect().await.unwrap();
    let days_ago = "UPDATE history SET committed_at = committed_at - 40 * 86400000000 WHERE id <= 1100 OR id = 1201";
    sqlx::query(days_ago).execute(&mut shell).await.unwrap();
    assert_eq!(store.prune(Duration::from_secs(30 * 86_400)).await.unwrap(), 1100);
    let rows = all(&store).await;
    assert_eq!((rows.len(), rows[0].id), (101, 1101));
    assert_eq!(store.outbox_state().await.unwrap().waiting, 1);
    commit(&store, &inbox, 1300, 1300, Finding::Nothing { reason: "another".into() }).await.unwrap();
    assert_eq!(all(&store).await.last().unwrap().id, 1202, "no id is ever given again");
}

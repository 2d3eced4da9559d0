//! Several mails, and several ends of deliveries, in one question: as if each had come alone.

use jiff::{SignedDuration, Timestamp};
use otp_relay::extract::{Deliver, MailText, Scope, Value};
use otp_relay::store::{
    Cursor, Delivery, Finding, HistoryRow, MailboxId, NewDelivery, Recorded, Settled, Settlement, Sighting, Store,
};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::mails::{Place, all, code, commit, link, mailbox, sighting};

fn scope(workflow: bool) -> Scope {
    Scope {
        task_id: Some("tsk_1".into()),
        workflow_id: workflow.then(|| "wpid_1".into()),
        workflow_run_id: Some("wr_1".into()),
    }
}

/// One of everything that can be found in a mail.
fn findings(n: u32) -> Finding {
    let to = format!("a{n}@example.com");
    let new = match n % 11 {
        0 => code(&to, "482913"),
        1 => link(&to, "https://acme.example/in?t='quoted'&x=\"1\""),
        2 => NewDelivery { value: Value::Body(MailText::new("Straße\n\t\u{1F511} 'x'").unwrap()), ..code(&to, "1") },
        3 => NewDelivery { scope: scope(true), ..code(&to, "700100") },
        4 => NewDelivery { deliver: Deliver::Pull, scope: scope(false), ..code(&to, "700200") },
        5 => NewDelivery { deliver: Deliver::Both, rule: None, ..code(&to, "700300") },
        6 => NewDelivery { deliver: Deliver::Pull, scope: scope(true), ..code(&to, "700400") },
        7 => NewDelivery { deadline: Timestamp::now() - SignedDuration::from_hours(2), ..code(&to, "700500") },
        8 => return Finding::Nothing { reason: "it's \"nothing\"".into() },
        9 => return Finding::Ignored { rule: "news".into() },
        _ => return Finding::Refused { rule: Some("acme".into()), reason: "the sender is not verified".into() },
    };
    Finding::Deliver(new)
}

fn sightings(count: u32) -> Vec<Sighting> {
    let some = |n| Sighting {
        sender_domain: (n % 3 > 0).then(|| "acme.example".into()),
        arrived_at: Timestamp::from_second(1_800_000_000 + i64::from(n)).unwrap(),
        ..sighting(n + 1, n, findings(n))
    };
    (0..count).map(some).collect()
}

async fn commit_all(store: &Store, inbox: &MailboxId, sightings: Vec<Sighting>) -> Vec<Recorded> {
    let next_uid = sightings.iter().map(|sighting| sighting.uid).max().unwrap() + 1;
    store.commit(inbox, Cursor { uid_validity: 1, next_uid }, sightings).await.unwrap()
}

/// What of a row does not depend on the moment at which it was written.
fn told(row: &HistoryRow) -> serde_json::Value {
    let mut row = serde_json::to_value(row).unwrap();
    for time in ["committed_at", "revision"] {
        row.as_object_mut().unwrap().remove(time).expect("a field");
    }
    row
}

fn waiting(outbox: &mut UnboundedReceiver<Delivery>) -> Vec<Delivery> {
    std::iter::from_fn(|| outbox.try_recv().ok()).collect()
}

fn delivered(row: &str) -> Settled {
    let now = Timestamp::now();
    Settled {
        outcome: Settlement::Delivered,
        attempts: 1,
        sent_at: Some(now),
        at: now,
        reason: None,
        skyvern_row: Some(row.into()),
    }
}

#[tokio::test]
async fn several_new_mails_at_once_are_written_as_one_by_one() {
    let inbox = mailbox("agents", "INBOX");
    let (place, other) = (Place::new(), Place::new());
    let (at_once, alone) = (place.open().await, other.open().await);
    let mut outboxes = [at_once.outbox().await.unwrap(), alone.outbox().await.unwrap()];
    // 75 = 32 + 32 + 8 + 2 + 1: all sizes of blocks but some.
    let mails = sightings(75);
    let mut recorded = [commit_all(&at_once, &inbox, mails.clone()).await, Vec::new()];
    for mail in mails {
        recorded[1].extend(commit_all(&alone, &inbox, vec![mail]).await);
    }
    let kinds = |recorded: &[Recorded]| recorded.iter().map(std::mem::discriminant).collect::<Vec<_>>();
    assert_eq!(kinds(&recorded[0]), kinds(&recorded[1]));
    let [rows, others] = [all(&at_once).await, all(&alone).await];
    assert_eq!(rows.len(), 75);
    for (row, other) in rows.iter().zip(&others) {
        assert_eq!(told(row), told(other));
    }
    let revisions: std::collections::HashSet<i64> = rows.iter().map(|row| row.revision).collect();
    assert_eq!(revisions.len(), 75, "each row has one of its own");
    assert_eq!(at_once.cursor(&inbox).await.unwrap(), Some(Cursor { uid_validity: 1, next_uid: 76 }));
    assert_eq!(at_once.outbox_state().await.unwrap(), alone.outbox_state().await.unwrap());
    assert_eq!(at_once.offers_state().await.unwrap(), alone.offers_state().await.unwrap());
    let mut deliveries = outboxes.each_mut().map(waiting);
    for (delivery, of) in deliveries[0].iter().zip(&recorded[0].iter().filter_map(number).collect::<Vec<_>>()) {
        assert_eq!(delivery.id, *of);
    }
    for delivery in deliveries.iter_mut().flatten() {
        delivery.committed_at = Timestamp::UNIX_EPOCH;
    }
    assert_eq!(format!("{:?}", deliveries[0]), format!("{:?}", deliveries[1]));
    assert_eq!(deliveries[0].len(), 35);
}

fn number(recorded: &Recorded) -> Option<i64> {
    match recorded {
        Recorded::Delivering { delivery } => Some(*delivery),
        _ => None,
    }
}

#[tokio::test]
async fn what_was_overtaken_is_told_of_each() {
    let place = Place::new();
    let store = place.open().await;
    let mut outbox = store.outbox().await.unwrap();
    let inbox = mailbox("agents", "INBOX");
    commit(&store, &inbox, 50, 50, Finding::Deliver(code("b@example.com", "482913"))).await.unwrap();
    let later = outbox.recv().await.unwrap();
    store.settle(later.id, delivered("totp_1")).await.unwrap();
    let found = |uid: u32, to: &str, minutes: i64| Sighting {
        arrived_at: later.arrived_at + SignedDuration::from_mins(minutes),
        ..sighting(uid, uid, Finding::Deliver(code(to, "700100")))
    };
    let mails = vec![found(51, "a@example.com", -1), found(52, "b@example.com", -1), found(53, "b@example.com", 1)];
    commit_all(&store, &inbox, mails).await;
    let overtaken: Vec<(u32, bool)> = waiting(&mut outbox).iter().map(|new| (new.uid, new.overtaken)).collect();
    assert_eq!(overtaken, [(51, false), (52, true), (53, false)]);
}

#[tokio::test]
async fn one_that_is_known_among_several_is_left_out_and_the_others_are_written() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let mut mails = sightings(20);
    commit_all(&store, &inbox, vec![mails[7].clone()]).await;
    // The same mail, under another number in another mailbox.
    mails[12].fingerprint = mails[7].fingerprint;
    let recorded = commit_all(&store, &inbox, mails).await;
    let duplicates: Vec<usize> =
        recorded.iter().enumerate().filter(|(_, one)| **one == Recorded::Duplicate).map(|(at, _)| at).collect();
    assert_eq!(duplicates, [7, 12]);
    assert_eq!(all(&store).await.len(), 20);
}

#[tokio::test]
async fn the_same_mails_in_two_inboxes_at_the_same_time_are_delivered_once() {
    for _ in 0..20 {
        let place = Place::new();
        let store = place.open().await;
        let mut outbox = store.outbox().await.unwrap();
        let mails: Vec<Sighting> = (0..8)
            .map(|n| sighting(n + 1, n, Finding::Deliver(code(&format!("a{n}@example.com"), "482913"))))
            .collect();
        let (one, other) = (mailbox("one", "INBOX"), mailbox("other", "INBOX"));
        let (there, here) = (store.clone(), mails.clone());
        let beside = tokio::spawn(async move { commit_all(&there, &other, here).await });
        let mut recorded = commit_all(&store, &one, mails).await;
        recorded.extend(beside.await.unwrap());
        assert_eq!(recorded.iter().filter(|one| **one == Recorded::Duplicate).count(), 8, "{recorded:?}");
        assert_eq!(waiting(&mut outbox).len(), 8);
    }
}

#[tokio::test]
async fn what_became_of_many_is_written_at_once_each_with_its_own() {
    let place = Place::new();
    let store = place.open().await;
    let mut outbox = store.outbox().await.unwrap();
    let secret = |n: u32| format!("SECRET{n:04}");
    let mails: Vec<Sighting> = (0..200)
        .map(|n| sighting(n + 1, n, Finding::Deliver(code(&format!("a{n}@example.com"), &secret(n)))))
        .collect();
    commit_all(&store, &mailbox("agents", "INBOX"), mails).await;
    let deliveries = waiting(&mut outbox);
    assert_eq!(deliveries.len(), 200);
    let before = all(&store).await.iter().map(|row| row.revision).max().unwrap();
    let settled = |delivery: &Delivery| match delivery.uid % 3 {
        0 => delivered(&format!("totp_{}", delivery.uid)),
        1 => Settled {
            outcome: Settlement::Rejected,
            attempts: delivery.uid,
            reason: Some(format!("HTTP 422: it's \"{}\"", delivery.uid)),
            skyvern_row: None,
            ..delivered("")
        },
        _ => Settled { outcome: Settlement::Expired, attempts: 0, sent_at: None, skyvern_row: None, ..delivered("") },
    };
    let mut tasks = tokio::task::JoinSet::new();
    for delivery in &deliveries {
        let (store, id, settled) = (store.clone(), delivery.id, settled(delivery));
        tasks.spawn(async move { store.settle(id, settled).await });
    }
    // One that nobody knows takes none with it.
    let (unknown, id) = (store.clone(), deliveries[199].id + 1000);
    tasks.spawn(async move { unknown.settle(id, delivered("totp_0")).await });
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    let rows = all(&store).await;
    for (row, delivery) in rows.iter().zip(&deliveries) {
        let (told, settled) = (row.delivery.as_ref().unwrap(), settled(delivery));
        assert_eq!((told.state.as_str(), told.attempts), (settled.outcome.as_str(), settled.attempts));
        assert_eq!((told.sent_at.is_some(), &told.reason), (settled.sent_at.is_some(), &settled.reason));
        assert_eq!(told.skyvern_row, settled.skyvern_row);
        assert!(row.revision > before, "who follows history sees it");
    }
    assert_eq!(store.outbox_state().await.unwrap().waiting, 0);
    drop(outbox);
    store.close().await;
    assert!((0..200).all(|n| !place.holds(&secret(n))), "values are erased");
}

//! Many callers, few fsyncs.

use otp_relay::extract::{MailText, Value};
use otp_relay::store::{Cursor, Finding, HistoryFilter, NewDelivery, Recorded, Settled, Settlement, Store};

use crate::mails::{Place, code, commit, mailbox, sighting};
use crate::wait;

/// Transactions in a write-ahead log: frames that carry the size of the database after their commit
/// (sqlite.org/fileformat2.html section 4.1).
fn commits_in(log: &[u8]) -> usize {
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    log[32..].chunks(24 + page).filter(|frame| frame.len() > 8 && frame[4..8] != [0; 4]).count()
}

#[tokio::test]
async fn requests_that_wait_together_share_a_transaction() {
    let place = Place::new();
    let store = place.open().await;
    let log = place.directory.path().join("state.db-wal");
    let before = commits_in(&std::fs::read(&log).unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..200u32 {
        let store = store.clone();
        tasks.spawn(async move {
            let inbox = mailbox(&format!("inbox{n}"), "INBOX");
            commit(&store, &inbox, 1, n, Finding::Deliver(code(&format!("a{n}@example.com"), "482913"))).await.unwrap()
        });
    }
    let recorded = tasks.join_all().await;
    assert!(recorded.iter().all(|one| matches!(one, Recorded::Delivering { .. })));
    let commits = commits_in(&std::fs::read(&log).unwrap()) - before;
    assert!((1..=20).contains(&commits), "{commits} transactions for 200 commits");
    assert_eq!(store.history(&HistoryFilter::default()).await.unwrap().len(), 200);
}

#[tokio::test]
async fn one_that_fails_does_not_take_the_others_with_it() {
    let place = Place::new();
    let store = place.open().await;
    let done = flood(&store).await;
    assert!(done.iter().any(|ok| !ok), "some were refused");
    let calm = HistoryFilter { inbox: Some("calm".into()), ..HistoryFilter::default() };
    assert_eq!(store.history(&calm).await.unwrap().len(), 100);
    let flooded = HistoryFilter { inbox: Some("flooded".into()), ..HistoryFilter::default() };
    let taken = store.history(&flooded).await.unwrap().len();
    assert_eq!(taken, 2 * (done.iter().filter(|ok| **ok).count() - 100), "both mails of a commit, or neither");
    assert_eq!(store.outbox_state().await.unwrap().waiting as usize, 100 + taken);
    // What was refused counts for nothing: when all is settled, there is as much room as in a new inbox.
    let mut outbox = store.outbox().await.unwrap();
    for _ in 0..100 + taken {
        let delivery = outbox.recv().await.unwrap();
        let settled = Settled {
            outcome: Settlement::Expired,
            attempts: 0,
            sent_at: None,
            at: jiff::Timestamp::now(),
            reason: None,
            skyvern_row: None,
        };
        store.settle(delivery.id, settled).await.unwrap();
    }
    let again = fill(&store, "flooded").await;
    assert_eq!(again, fill(&store, "new").await);
    assert!(again > 10);
}

/// Commits whole mails until one is refused; how many were taken.
async fn fill(store: &Store, inbox: &str) -> u32 {
    let mut uid = 10_000;
    while commit(store, &mailbox(inbox, "Archive"), uid, uid, Finding::Deliver(body(inbox, 60_000))).await.is_ok() {
        uid += 1;
    }
    uid - 10_000
}

fn body(identifier: &str, length: usize) -> NewDelivery {
    let text = MailText::new(&"x".repeat(length)).unwrap();
    NewDelivery { value: Value::Body(text), ..code(identifier, "482913") }
}

/// 100 codes of one inbox and 200 times two whole mails of another, all at once; which were taken.
async fn flood(store: &Store) -> Vec<bool> {
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..300 {
        let (store, uid) = (store.clone(), 2 * n + 1);
        let (inbox, sightings) = match n % 3 {
            0 => ("calm", vec![sighting(uid, uid, Finding::Deliver(code(&format!("a{n}@example.com"), "482913")))]),
            _ => (
                "flooded",
                vec![uid, uid + 1]
                    .into_iter()
                    .map(|n| sighting(n, n, Finding::Deliver(body("a@example.com", 30_000))))
                    .collect(),
            ),
        };
        let cursor = Cursor { uid_validity: 1, next_uid: uid + 2 };
        tasks.spawn(async move { store.commit(&mailbox(inbox, "INBOX"), cursor, sightings).await.is_ok() });
    }
    tasks.join_all().await
}

/// SQLite waits for the disk where a log begins anew: that is done before a mail comes, not when it does.
#[tokio::test]
async fn an_emptied_log_is_begun_anew_before_the_next_mail() {
    let place = Place::new();
    let store = place.open().await;
    let read = || std::fs::read(place.directory.path().join("state.db-wal")).unwrap();
    let inbox = mailbox("agents", "INBOX");
    commit(&store, &inbox, 1, 1, Finding::Deliver(code("a@example.com", "482913"))).await.unwrap();
    wait::until_true("a log of one commit", || {
        let log = read();
        log.len() > 32 && commits_in(&log) == 1 && !log.windows(6).any(|bytes| bytes == b"482913")
    })
    .await;
    let begun = read();
    commit(&store, &inbox, 2, 2, Finding::Deliver(code("b@example.com", "729104"))).await.unwrap();
    let log = read();
    assert_eq!(log[..begun.len()], begun[..], "the next mail's commit stands behind it");
    assert_eq!(commits_in(&log), 2);
}

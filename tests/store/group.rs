//! Many callers, few fsyncs.

use std::io::Write as _;

use otp_relay::extract::{MailText, Value};
use otp_relay::store::{Cursor, Finding, HistoryFilter, NewDelivery, Recorded, Settled, Settlement, Store};

use crate::mails::{Place, code, commit, mailbox, sighting};
use crate::wait;

/// The frames of a write-ahead log that belong to it, each with its header: those that carry its salts
/// (sqlite.org/fileformat2.html section 4.1).
fn frames(log: &[u8]) -> impl Iterator<Item = &[u8]> {
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    log[32..].chunks_exact(24 + page).take_while(|frame| frame[8..16] == log[16..24])
}

/// Transactions in a write-ahead log: frames that carry the size of the database after their commit.
fn commits_in(log: &[u8]) -> usize {
    frames(log).filter(|frame| frame[4..8] != [0; 4]).count()
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
    let length = 32 + frames(&begun).map(<[u8]>::len).sum::<usize>();
    commit(&store, &inbox, 2, 2, Finding::Deliver(code("b@example.com", "729104"))).await.unwrap();
    let log = read();
    assert_eq!(log[..length], begun[..length], "the next mail's commit stands behind it");
    assert_eq!(commits_in(&log), 2);
}

/// What is erased is overwritten where it stood, in a file that neither shrinks nor grows.
#[tokio::test]
async fn an_emptied_log_keeps_its_length_and_nothing_else() {
    let place = Place::new();
    let inbox = mailbox("agents", "INBOX");
    let path = place.directory.path().join("state.db-wal");
    let read = || std::fs::read(&path).unwrap();
    let store = place.open().await;
    for uid in 1..=20 {
        commit(&store, &inbox, uid, uid, Finding::Deliver(code("a@example.com", "482913"))).await.unwrap();
    }
    let full = read();
    assert!(frames(&full).count() > 40, "{} frames", frames(&full).count());
    let emptied = async |length: usize| {
        wait::until_true("a log of one commit, and zeros behind it", || {
            let log = read();
            let end = 32 + frames(&log).map(<[u8]>::len).sum::<usize>();
            log.len() >= length && commits_in(&log) == 1 && log[end..].iter().all(|byte| *byte == 0)
        })
        .await;
    };
    emptied(full.len()).await;
    let length = read().len();
    for uid in 21..=25 {
        commit(&store, &inbox, uid, uid, Finding::Deliver(code("a@example.com", "729104"))).await.unwrap();
    }
    assert_eq!(read().len(), length, "what follows overwrites");
    emptied(length).await;
    assert_eq!(store.history(&HistoryFilter::default()).await.unwrap().len(), 25);
}

/// A process that ended between the new log's first commit and the overwriting of the old one.
#[tokio::test]
async fn what_an_ended_process_left_behind_the_log_is_overwritten_too() {
    let place = Place::new();
    let inbox = mailbox("agents", "INBOX");
    let path = place.directory.path().join("state.db-wal");
    let store = place.open().await;
    commit(&store, &inbox, 1, 1, Finding::Deliver(code("a@example.com", "482913"))).await.unwrap();
    let left = std::fs::read(&path).unwrap();
    // Behind the end stands a frame of an older log, that is one with other salts.
    let page = u32::from_be_bytes(left[8..12].try_into().unwrap()) as usize;
    let mut stale = vec![0; 24 + page];
    stale[..4].copy_from_slice(&2u32.to_be_bytes());
    stale[8..16].copy_from_slice(b"oldsalts");
    stale[100..106].copy_from_slice(b"482913");
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&stale.repeat(8)).unwrap();
    wait::until_true("no code in the file", || {
        let log = std::fs::read(&path).unwrap();
        commits_in(&log) == 1 && !log.windows(6).any(|bytes| bytes == b"482913")
    })
    .await;
    assert_eq!(std::fs::read(&path).unwrap().len(), left.len() + 8 * stale.len());
    let reopened = Place::new();
    for suffix in ["", "-wal"] {
        let name = format!("state.db{suffix}");
        std::fs::copy(place.directory.path().join(&name), reopened.directory.path().join(&name)).unwrap();
    }
    let found = reopened.open().await.history(&HistoryFilter::default()).await.unwrap();
    assert_eq!(found.len(), 1, "a copy of the files is whole");
}

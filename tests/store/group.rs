//! Many callers, few fsyncs.

use otp_relay::store::{Finding, HistoryFilter, Recorded};

use crate::mails::{Place, code, commit, mailbox};

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
    let flood = "x".repeat(60_000);
    let body = || otp_relay::store::NewDelivery {
        value: otp_relay::extract::Value::Body(otp_relay::extract::MailText::new(&flood).unwrap()),
        ..code("a@example.com", "482913")
    };
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..300u32 {
        let store = store.clone();
        let (inbox, new) = match n % 3 {
            0 => ("calm", code(&format!("a{n}@example.com"), "482913")),
            _ => ("flooded", body()),
        };
        tasks.spawn(
            async move { commit(&store, &mailbox(inbox, "INBOX"), n + 1, n, Finding::Deliver(new)).await.is_ok() },
        );
    }
    let done = tasks.join_all().await;
    assert!(done.iter().any(|ok| !ok), "some were refused");
    let calm = HistoryFilter { inbox: Some("calm".into()), ..HistoryFilter::default() };
    assert_eq!(store.history(&calm).await.unwrap().len(), 100);
    let flooded = HistoryFilter { inbox: Some("flooded".into()), ..HistoryFilter::default() };
    let taken = store.history(&flooded).await.unwrap().len();
    assert_eq!(taken, done.iter().filter(|ok| **ok).count() - 100);
    assert_eq!(store.outbox_state().await.unwrap().waiting as usize, 100 + taken);
}

#[tokio::test]
async fn deliveries_reach_the_outbox_in_the_order_of_their_commits_even_if_the_caller_went_away() {
    let place = Place::new();
    let store = place.open().await;
    let mut outbox = store.outbox().await.unwrap();
    let inbox = mailbox("agents", "INBOX");
    for n in 1..=50u32 {
        let found = Finding::Deliver(code("a@example.com", &format!("{n:06}")));
        let asked = commit(&store, &inbox, n, n, found);
        if n % 2 == 0 {
            asked.await.unwrap();
        } else {
            // Asked once, then dropped.
            let _ = futures_util::FutureExt::now_or_never(asked);
        }
    }
    for n in 1..=50 {
        assert_eq!(outbox.recv().await.unwrap().value.expose(), format!("{n:06}"));
    }
}

//! What needs a hand inside the writer; all else is tested from outside (tests/store).

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use super::*;
use crate::extract::{Code, Deliver};

fn sighting(uid: u32) -> Sighting {
    let now = Timestamp::now();
    let mut fingerprint = [0; 32];
    fingerprint[..4].copy_from_slice(&uid.to_be_bytes());
    Sighting {
        uid,
        arrived_at: now,
        seen_at: now,
        fetched_at: now,
        extracted_at: now,
        fingerprint: Fingerprint(fingerprint),
        sender_domain: None,
        finding: Finding::Deliver(NewDelivery {
            value: Value::Code(Code::new("482913").unwrap()),
            identifier: Identifier::new("agent@example.com").unwrap(),
            scope: Scope::default(),
            rule: None,
            deadline: now + SignedDuration::from_hours(1),
            deliver: Deliver::Push,
        }),
    }
}

fn mailbox() -> MailboxId {
    MailboxId { inbox: "agents".into(), mailbox: "INBOX".into() }
}

async fn open() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite://{}/state.db", directory.path().display())).await.unwrap();
    (directory, store)
}

async fn commit(store: &Store, uids: std::ops::Range<u32>) -> Result<Vec<Recorded>, StoreError> {
    let cursor = Cursor { uid_validity: 1, next_uid: uids.end };
    store.commit(&mailbox(), cursor, uids.map(sighting).collect()).await
}

/// Lets the database have `pages` pages; 0 asks how many it has.
async fn limit_pages(store: &Store, pages: i64) -> i64 {
    let Backend::Sqlite(sqlite) = &store.backend;
    let asked = sqlite.writer().unwrap().run(move |tx| {
        Box::pin(async move {
            let sql = match pages {
                0 => "PRAGMA page_count".to_owned(),
                pages => format!("PRAGMA max_page_count = {pages}"),
            };
            let (now,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_one(&mut tx.connection).await?;
            Ok(now)
        })
    });
    asked.await.unwrap()
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing_and_is_overcome() {
    let (_directory, store) = open().await;
    let mut outbox = store.outbox().await.unwrap();
    commit(&store, 1..2).await.unwrap();
    outbox.recv().await.unwrap();
    let pages = limit_pages(&store, 0).await;
    limit_pages(&store, pages).await;
    let full = commit(&store, 2..200).await.unwrap_err();
    assert!(matches!(full, StoreError::Full(_)), "{full}");
    assert_eq!(store.cursor(&mailbox()).await.unwrap(), Some(Cursor { uid_validity: 1, next_uid: 2 }));
    assert_eq!(store.history(&HistoryFilter::default()).await.unwrap().len(), 1);
    assert!(outbox.try_recv().is_err());
    limit_pages(&store, 1 << 20).await;
    assert_eq!(commit(&store, 2..200).await.unwrap().len(), 198);
    assert_eq!(store.outbox_state().await.unwrap().waiting, 199);
}

/// The writer, busy: what is asked for meanwhile shares the next transaction.
struct Held {
    release: oneshot::Sender<()>,
    busy: tokio::task::JoinHandle<Result<(), StoreError>>,
}

impl Held {
    async fn hold(store: &Store) -> Self {
        let Backend::Sqlite(sqlite) = store.backend.clone();
        let (release, released) = oneshot::channel::<()>();
        let busy = tokio::spawn(async move {
            let work = sqlite.writer().unwrap().run(move |_| {
                Box::pin(async move {
                    let _ = released.await;
                    Ok(())
                })
            });
            work.await
        });
        tokio::task::yield_now().await;
        Self { release, busy }
    }

    /// Lets it go on, when all who were spawned have asked.
    async fn release(self) {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        self.release.send(()).unwrap();
        self.busy.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn settlements_that_fail_together_say_why_and_take_nobody_else_along() {
    let (_directory, store) = open().await;
    commit(&store, 1..4).await.unwrap();
    let Backend::Sqlite(sqlite) = &store.backend;
    let broken = sqlite.writer().unwrap().run(|tx| {
        Box::pin(async move {
            sqlx::query("ALTER TABLE waiting RENAME TO elsewhere").execute(&mut tx.connection).await?;
            Ok(())
        })
    });
    broken.await.unwrap();
    let held = Held::hold(&store).await;
    let settle = |delivery: i64| {
        let store = store.clone();
        let settled = Settled {
            outcome: Settlement::Expired,
            attempts: 0,
            sent_at: None,
            at: Timestamp::now(),
            reason: None,
            skyvern_row: None,
        };
        tokio::spawn(async move { store.settle(delivery, settled).await })
    };
    let settling = [settle(1), settle(2)];
    let there = store.clone();
    let other = tokio::spawn(async move { there.forget_numbers(&mailbox(), 1).await });
    held.release().await;
    for settling in settling {
        let failed = settling.await.unwrap().unwrap_err();
        assert!(matches!(&failed, StoreError::Failed(reason) if reason.contains("no such table")), "{failed}");
    }
    other.await.unwrap().unwrap();
    assert!(store.history(&HistoryFilter::default()).await.unwrap().iter().all(|row| row.uid.is_none()));
}

#[tokio::test]
async fn a_full_disk_fails_every_request_of_its_transaction_with_the_same_cause() {
    let (_directory, store) = open().await;
    commit(&store, 1..2).await.unwrap();
    let pages = limit_pages(&store, 0).await;
    limit_pages(&store, pages).await;
    let held = Held::hold(&store).await;
    let answers = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..3u32 {
        let (store, answers) = (store.clone(), Arc::clone(&answers));
        tasks.spawn(async move {
            let answer = commit(&store, 10 + n * 100..100 + n * 100).await;
            answers.lock().unwrap().push(answer.map(|recorded| recorded.len()));
        });
    }
    held.release().await;
    tasks.join_all().await;
    for answer in answers.lock().unwrap().iter() {
        assert!(matches!(answer, Err(StoreError::Full(_))), "{answer:?}");
    }
    assert_eq!(store.history(&HistoryFilter::default()).await.unwrap().len(), 1);
}

/// How SQLite goes about each statement.
async fn plans(store: &Store, sql: String) -> Vec<String> {
    let Backend::Sqlite(sqlite) = &store.backend;
    let asked = sqlite.writer().unwrap().run(move |tx| {
        Box::pin(async move {
            let mut plans = Vec::new();
            for statement in sql.split(';').filter(|statement| !statement.trim().is_empty()) {
                let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
                let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(&mut tx.connection).await?;
                assert!(!steps.is_empty() || statement.contains("INSERT"), "{statement}");
                plans.extend(steps.into_iter().map(|(.., step)| step));
            }
            Ok(plans)
        })
    });
    asked.await.unwrap()
}

#[tokio::test]
async fn what_is_asked_of_several_reads_no_table_from_end_to_end() {
    let (_directory, store) = open().await;
    for count in [1, 2, 32] {
        for sql in [bulk::sql(count, true, true), outbox::settlement(count)] {
            let plans = plans(&store, sql).await;
            assert!(plans.iter().any(|step| step.starts_with("SEARCH")), "{plans:?}");
            for step in plans {
                let is_of_the_rows =
                    ["new", "told", "CONSTANT ROW", "VALUES CLAUSE"].iter().any(|rows| step.contains(rows));
                assert!(!step.starts_with("SCAN") || is_of_the_rows, "{step}");
            }
        }
    }
}

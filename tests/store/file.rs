//! The file: who may open it, what survives, what an error says.

use std::os::unix::fs::PermissionsExt;

use otp_relay::store::{Cursor, Finding, HistoryFilter, Recorded, Store, StoreError};
use sqlx::{ConnectOptions, Connection};

use crate::mails::{Place, all, code, commit, mailbox, outcomes, sighting};

fn mode(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_new_store_is_for_its_owner_alone() {
    let place = Place::new();
    let store = place.open().await;
    commit(&store, &mailbox("agents", "INBOX"), 1, 1, Finding::Deliver(code("a@example.com", "482913"))).await.unwrap();
    for file in std::fs::read_dir(place.directory.path()).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_store_that_others_could_read_is_narrowed() {
    let place = Place::new();
    place.open().await.close().await;
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let _store = place.open().await;
    assert_eq!(mode(&place.path()), 0o600);
}

#[tokio::test]
async fn a_missing_directory_is_told() {
    let error = Store::open("sqlite:///nowhere/at/all/state.db").await.unwrap_err().to_string();
    assert!(error.contains("/nowhere/at/all/state.db"), "{error}");
    assert!(error.contains("directory does not exist"), "{error}");
}

#[tokio::test]
async fn urls_of_another_kind_are_told() {
    for url in ["postgres://localhost/x", "sqlite://relative.db", "state.db", ""] {
        let error = Store::open(url).await.unwrap_err().to_string();
        assert!(error.contains("sqlite:///"), "{error}");
    }
}

#[tokio::test]
async fn something_that_is_no_store_is_told_and_left_alone() {
    let place = Place::new();
    std::fs::write(place.path(), b"this is a shopping list, not a database; it is longer than a header").unwrap();
    let before = std::fs::read(place.path()).unwrap();
    assert!(matches!(Store::open(&place.url()).await, Err(StoreError::Open { .. })));
    assert_eq!(std::fs::read(place.path()).unwrap(), before);
}

#[tokio::test]
async fn a_second_daemon_is_refused_and_told_who_is_first() {
    let place = Place::new();
    let first = place.open().await;
    let refused = Store::open(&place.url()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Locked(_)));
    assert!(refused.to_string().contains(&format!("process {}", std::process::id())), "{refused}");
    first.close().await;
    place.open().await;
}

#[tokio::test]
async fn closing_does_what_was_asked_for_and_then_takes_nothing_more() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let found = || Finding::Deliver(code("a@example.com", "482913"));
    let _ = futures_util::FutureExt::now_or_never(commit(&store, &inbox, 1, 1, found()));
    assert!(store.turns().await);
    store.clone().close().await;
    assert!(!store.turns().await, "the watchdog is told");
    assert!(commit(&store, &inbox, 2, 2, found()).await.unwrap_err().to_string().contains("closed"));
    assert!(!place.directory.path().join("state.db-wal").exists(), "nothing is left in a log");
    assert_eq!(outcomes(&all(&place.open().await).await), ["found"]);
}

#[tokio::test]
async fn what_was_committed_survives_a_process_that_just_ends() {
    let place = Place::new();
    let inbox = mailbox("agents", "INBOX");
    // A runtime that is torn down without closing anything, as kill -9 does to a process.
    let url = place.url();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let store = runtime.block_on(async {
            let store = Store::open(&url).await.unwrap();
            let found = Finding::Deliver(code("a@example.com", "482913"));
            commit(&store, &mailbox("agents", "INBOX"), 7, 1, found).await.unwrap();
            store
        });
        std::mem::forget(store);
        runtime.shutdown_background();
    })
    .join()
    .unwrap();
    let copy = Place::new();
    // The thread that ends may move the log into the file on its way out: a log and a newer file fit, not the reverse.
    for suffix in ["-wal", ""] {
        let name = format!("state.db{suffix}");
        match std::fs::copy(place.directory.path().join(&name), copy.directory.path().join(&name)) {
            Err(error) if suffix == "-wal" && error.kind() == std::io::ErrorKind::NotFound => {}
            copied => drop(copied.unwrap()),
        }
    }
    let store = copy.open().await;
    assert_eq!(store.cursor(&inbox).await.unwrap(), Some(Cursor { uid_validity: 1, next_uid: 8 }));
    let mut outbox = store.outbox().await.unwrap();
    let left = outbox.recv().await.unwrap();
    assert!(left.uncertain_since.is_some(), "it may have been sent");
    assert_eq!(left.value.expose(), "482913");
}

#[tokio::test]
async fn a_reader_sees_what_a_running_daemon_commits_and_can_not_write() {
    let place = Place::new();
    let store = place.open().await;
    let reader = Store::open_read_only(&place.url()).await.unwrap();
    let inbox = mailbox("agents", "INBOX");
    assert!(all(&reader).await.is_empty());
    commit(&store, &inbox, 1, 1, Finding::Nothing { reason: "a newsletter".into() }).await.unwrap();
    assert_eq!(outcomes(&all(&reader).await), ["nothing"]);
    assert_eq!(reader.outbox_state().await.unwrap().waiting, 0);
    let refused = commit(&reader, &inbox, 2, 2, Finding::Nothing { reason: "another".into() }).await;
    assert!(refused.unwrap_err().to_string().contains("reading only"));
}

#[tokio::test]
async fn a_reader_without_a_store_is_told() {
    let place = Place::new();
    assert!(matches!(Store::open_read_only(&place.url()).await, Err(StoreError::Open { .. })));
    assert!(!place.path().exists());
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_not_touched() {
    let place = Place::new();
    place.open().await.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path());
    let mut connection = options.connect().await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', TRUE, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let error = Store::open(&place.url()).await.unwrap_err().to_string();
    assert!(error.contains("a newer otp-relay made it"), "{error}");
    let error = Store::open_read_only(&place.url()).await.unwrap_err().to_string();
    assert!(error.contains("another version"), "{error}");
}

#[tokio::test]
async fn a_locked_store_takes_nothing_and_says_so_and_goes_on_later() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let mut shell = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path()).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut shell).await.unwrap();
    let found = || Finding::Deliver(code("a@example.com", "482913"));
    let locked = commit(&store, &inbox, 1, 1, found()).await.unwrap_err();
    assert!(matches!(locked, StoreError::Locked(_)), "{locked}");
    assert!(store.turns().await, "that is an answer");
    sqlx::query("ROLLBACK").execute(&mut shell).await.unwrap();
    assert_eq!(store.cursor(&inbox).await.unwrap(), None);
    assert!(matches!(commit(&store, &inbox, 1, 1, found()).await, Ok(Recorded::Delivering { .. })));
}

#[tokio::test]
async fn a_commit_of_which_one_part_fails_leaves_nothing() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    let mut outbox = store.outbox().await.unwrap();
    let flood = "x".repeat(60_000);
    let mut sightings = Vec::new();
    for uid in 1..200 {
        let body = otp_relay::extract::MailText::new(&flood).unwrap();
        let new = otp_relay::store::NewDelivery {
            value: otp_relay::extract::Value::Body(body),
            ..code("a@example.com", "482913")
        };
        sightings.push(sighting(uid, uid, Finding::Deliver(new)));
    }
    let cursor = Cursor { uid_validity: 1, next_uid: 200 };
    let refused = store.commit(&inbox, cursor, sightings).await.unwrap_err();
    assert!(matches!(refused, StoreError::Backlog { .. }), "{refused}");
    assert_eq!(store.cursor(&inbox).await.unwrap(), None);
    assert!(store.history(&HistoryFilter::default()).await.unwrap().is_empty());
    assert!(outbox.try_recv().is_err());
    commit(&store, &inbox, 1, 1, Finding::Deliver(code("a@example.com", "482913"))).await.unwrap();
    assert_eq!(outbox.recv().await.unwrap().value.expose(), "482913");
}

/// The schema before values had a table of their own.
#[tokio::test]
async fn a_store_of_an_earlier_version_keeps_what_waits_and_its_numbers() {
    let place = Place::new();
    let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path()).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::migrate::Migrator::new(schema.as_path()).await.unwrap().run_to(4, &mut connection).await.unwrap();
    let life = jiff::Timestamp::now().as_microsecond() + 3_600_000_000;
    let rows = format!(
        "INSERT INTO history (id, revision, inbox, mailbox, uid_validity, uid, arrived_at, committed_at, outcome, kind, masked,
            identifier)
         SELECT n, n, 'agents', 'INBOX', 1, n, n, n, 'found', 'code', '4****3', 'a@example.com'
         FROM (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3);
         INSERT INTO delivery (id, history, inbox, kind, value, identifier, arrived_at, uid, deadline, state, attempt_open)
         VALUES (7, 1, 'agents', 'code', NULL, 'a@example.com', 1, 1, {life}, 'delivered', 0),
            (9, 2, 'agents', 'code', '482913', 'a@example.com', 2, 2, {life}, 'queued', 1),
            (12, 3, 'agents', 'code', '729104', 'a@example.com', 3, 3, {life}, 'queued', 0);
         DELETE FROM delivery WHERE id = 7;
         INSERT INTO delivery (id, history, inbox, kind, value, identifier, arrived_at, uid, deadline, state, attempt_open)
         VALUES (20, 1, 'agents', 'code', NULL, 'a@example.com', 1, 1, {life}, 'delivered', 0);
         DELETE FROM delivery WHERE id = 20;"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(rows)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();

    let store = place.open().await;
    let mut outbox = store.outbox().await.unwrap();
    for (id, value) in [(9, "482913"), (12, "729104")] {
        let delivery = outbox.recv().await.unwrap();
        assert_eq!((delivery.id, delivery.value.expose()), (id, value));
    }
    let recorded =
        commit(&store, &mailbox("agents", "INBOX"), 4, 4, Finding::Deliver(code("b@example.com", "100001"))).await;
    assert_eq!(recorded.unwrap(), Recorded::Delivering { delivery: 21 }, "20 was used");
}

use std::path::Path;
use tokio_util::task::TaskTracker;

use super::*;
use crate::config::{Secret, Tls};

async fn account(directory: &Path) -> Arc<Account> {
    let store = Store::open(&format!("sqlite://{}/state.db", directory.display())).await.unwrap();
    let password = directory.join("password");
    std::fs::write(&password, "made-up").unwrap();
    let config = config::Account {
        host: "imap.example.com".into(),
        port: 993,
        tls: Tls::Implicit,
        ca: None,
        pinned_sha256: None,
        username: "agents@example.com".into(),
        auth: Auth::Password(Secret::File(password)),
        max_connections: 3,
        connect_timeout: Duration::from_secs(30),
        command_timeout: Duration::from_secs(30),
    };
    Account::new(config, Trust::default(), store, TaskTracker::new())
}

fn refuse(account: &Account) -> Duration {
    let failure = account.refused(Error::Rejected("no".into()), account.secret_hash());
    failure.retry_in.unwrap()
}

#[tokio::test]
async fn refused_credentials_are_tried_less_and_less_often() {
    let directory = tempfile::tempdir().unwrap();
    let account = account(directory.path()).await;
    tokio::time::pause();
    for minutes in [1, 5, 15, 60, 60] {
        let wait = refuse(&account);
        assert_eq!(wait, Duration::from_secs(60 * minutes));
        assert!(account.check_refusal().is_err(), "nobody else tries meanwhile");
        assert!(refuse(&account) <= wait, "one that was refused at the same time does not count");
        tokio::time::advance(wait).await;
        assert!(account.check_refusal().is_ok());
    }
}

#[tokio::test]
async fn a_changed_secret_and_a_reload_end_the_wait() {
    let directory = tempfile::tempdir().unwrap();
    let account = account(directory.path()).await;
    tokio::time::pause();
    let start = Instant::now();
    let wait = refuse(&account);
    std::fs::write(directory.path().join("password"), "made-up-too").unwrap();
    account.pause(wait).await;
    assert!(start.elapsed() < wait);
    assert!(account.check_refusal().is_ok());

    let wait = refuse(&account);
    let start = Instant::now();
    tokio::join!(account.pause(wait), async {
        tokio::task::yield_now().await;
        account.pardon();
    });
    assert!(start.elapsed() < wait);
    assert!(account.check_refusal().is_ok());
}

#[tokio::test]
async fn an_unchanged_secret_waits_to_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let account = account(directory.path()).await;
    tokio::time::pause();
    let wait = refuse(&account);
    let start = Instant::now();
    account.pause(wait).await;
    assert!(start.elapsed() >= wait);
}

#[tokio::test]
async fn logins_come_from_a_budget_however_good_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let account = account(directory.path()).await;
    tokio::time::pause();
    let burst = account.config.max_connections * 2 + 4;
    for _ in 0..burst {
        assert_eq!(account.take_login(), Duration::ZERO);
    }
    assert_eq!(account.take_login(), LOGIN_EVERY);
    assert_eq!(account.take_login(), 2 * LOGIN_EVERY);
    tokio::time::advance(LOGIN_EVERY * 10).await;
    assert_eq!(account.take_login(), Duration::ZERO);
}

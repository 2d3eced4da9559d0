//! A store whose machine has booted again.
#![allow(dead_code, reason = "every test binary uses a part of it")]

/// Makes the next opening of the closed store at `path` the first of another boot.
pub async fn boot_again(path: &std::path::Path) {
    change(path, "UPDATE machine SET boot = 'another'").await;
}

/// As if the clock had been an hour ahead when the store was opened after a boot.
pub async fn clock_was_ahead(path: &std::path::Path) {
    change(path, "UPDATE machine SET opened_at = opened_at + 3600000000, doubtful_until = doubtful_until + 3600000000")
        .await;
}

async fn change(path: &std::path::Path, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let done = sqlx::query(sql).execute(&mut connection).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    sqlx::Connection::close(connection).await.unwrap();
}

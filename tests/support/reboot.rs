//! A store whose machine has booted again.

/// Makes the next opening of the closed store at `path` the first of another boot.
pub async fn boot_again(path: &std::path::Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let done = sqlx::query("UPDATE machine SET boot = 'another'").execute(&mut connection).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    sqlx::Connection::close(connection).await.unwrap();
}

//! Refresh tokens that a provider rotated. A token counts only while the configuration holds the one it descends from:
//! a newly configured token is never hidden by an older rotated one.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::StoreError;
use super::writer::Tx;

pub(super) async fn read(
    tx: &mut Tx,
    account: String,
    configured: [u8; 32],
) -> Result<Option<SecretString>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT token FROM rotated_token WHERE account = ? AND configured = ?")
        .bind(account)
        .bind(configured.as_slice())
        .fetch_optional(&mut tx.connection)
        .await?;
    Ok(row.map(|(token,)| SecretString::from(token)))
}

pub(super) async fn keep(
    tx: &mut Tx,
    account: String,
    configured: [u8; 32],
    token: SecretString,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rotated_token (account, configured, token, kept_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (account) DO UPDATE
            SET configured = excluded.configured, token = excluded.token, kept_at = excluded.kept_at",
    )
    .bind(account)
    .bind(configured.as_slice())
    .bind(token.expose_secret())
    .bind(Timestamp::now().as_microsecond())
    .execute(&mut tx.connection)
    .await?;
    tx.secret = true;
    Ok(())
}

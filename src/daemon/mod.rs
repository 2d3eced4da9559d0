//! Starts, wires, reloads and stops the tasks; tells systemd.

pub mod status;
mod systemd;

use crate::config::Config;

/// Why the daemon could not start.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    #[error("failed to open the status socket {path}: {reason}")]
    Socket { path: std::path::PathBuf, reason: String },
    #[error("failed to set up the Skyvern client: {0}")]
    Client(String),
    #[error("failed to wait for signals: {0}")]
    Signals(std::io::Error),
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(config: Config) -> Result<(), DaemonError> {
    let _ = config;
    Ok(())
}

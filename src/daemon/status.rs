//! The status document and the unix socket that hands it out: whoever connects is sent one JSON object and the
//! connection is closed. The socket is for its owner and group (mode 0660).

use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

use crate::events::{Board, Events};
use crate::pulse::Pulses;
use crate::store::{OutboxState, Store};

/// What the running daemon says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    pub version: String,
    pub pid: u32,
    pub started_at: Timestamp,
    pub healthy: bool,
    /// Why it is not healthy, for a person.
    pub complaints: Vec<String>,
    #[serde(flatten)]
    pub board: Board,
    pub outbox: OutboxState,
}

/// What the status is made of.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) started_at: Timestamp,
    pub(super) events: Events,
    pub(super) pulses: Pulses,
    pub(super) store: Store,
}

impl Source {
    pub(super) async fn status(&self) -> Status {
        let board = self.events.board();
        let mut complaints = board.complaints(Timestamp::now());
        complaints.extend(self.pulses.overdue().into_iter().map(|name| format!("the loop of {name} does not turn")));
        let outbox = self.store.outbox_state().await.unwrap_or_else(|error| {
            complaints.push(error.to_string());
            OutboxState::default()
        });
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            pid: std::process::id(),
            started_at: self.started_at,
            healthy: complaints.is_empty(),
            complaints,
            board,
            outbox,
        }
    }
}

/// Takes the socket's place; a socket that a dead daemon left is removed, any other file is not.
pub(super) fn bind(path: &Path) -> io::Result<UnixListener> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => std::fs::remove_file(path)?,
        Ok(_) => return Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file that is no socket stands there")),
        Err(_) => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))?;
    Ok(listener)
}

/// Answers until cancelled, then removes the socket.
pub(super) async fn serve(listener: UnixListener, path: PathBuf, source: Source, cancel: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = cancel.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((mut stream, _)) = accepted else {
            // Out of file descriptors, say: not worth a busy loop.
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
        let source = source.clone();
        tokio::spawn(async move {
            let Ok(text) = serde_json::to_vec(&source.status().await) else { return };
            let send = async {
                stream.write_all(&text).await?;
                stream.shutdown().await
            };
            // A reader that does not read is left after a while; what it makes of it is its own affair.
            let _ = tokio::time::timeout(Duration::from_secs(5), send).await;
        });
    }
    let _ = std::fs::remove_file(path);
}

/// Asks the daemon behind the socket.
pub async fn ask(path: &Path) -> io::Result<Status> {
    let ask = async {
        let mut text = Vec::new();
        UnixStream::connect(path).await?.read_to_end(&mut text).await?;
        serde_json::from_slice(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    };
    tokio::time::timeout(Duration::from_secs(10), ask).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

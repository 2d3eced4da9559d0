//! The unix socket through which commands talk to the running daemon: one request, one answer, each a JSON object on a
//! line. The socket is for its owner and group (mode 0660): who may write to it may have a value sent again.

use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

use super::replay::{self, Replay};
use super::status::{Source, Status};

/// A request is at most this long: a text of Skyvern's largest size, escaped.
const MAX_REQUEST: u64 = 1024 * 1024;

/// What a command asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Request {
    Status,
    Replay(Box<Replay>),
}

/// What the daemon answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Status(Box<Status>),
    /// The delivery's id.
    Replay(i64),
    Error(String),
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
        match accepted {
            // A client that does not read or write is left after a while.
            Ok((stream, _)) => drop(tokio::spawn(tokio::time::timeout(PATIENCE, answer(stream, source.clone())))),
            // Out of file descriptors, say: not worth a busy loop.
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
    // The socket may be a successor's by now only after this process ended: the store's lock sees to that.
    let _ = std::fs::remove_file(path);
}

const PATIENCE: Duration = Duration::from_secs(10);

async fn answer(stream: UnixStream, source: Source) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    (&mut stream).take(MAX_REQUEST).read_until(b'\n', &mut line).await?;
    let answer = match serde_json::from_slice(&line) {
        Ok(Request::Status) => Answer::Status(Box::new(source.status().await)),
        Ok(Request::Replay(replay)) => match replay::enqueue(&source.store, *replay).await {
            Ok(delivery) => Answer::Replay(delivery),
            Err(error) => Answer::Error(error.to_string()),
        },
        // The request may hold a code: its text is not repeated.
        Err(_) => Answer::Error("this is no request that this version knows".into()),
    };
    let mut text = serde_json::to_vec(&answer)?;
    text.push(b'\n');
    stream.write_all(&text).await?;
    stream.shutdown().await
}

/// Asks the daemon behind the socket how it is.
pub async fn status(path: &Path) -> io::Result<Status> {
    match ask(path, &Request::Status).await? {
        Answer::Status(status) => Ok(*status),
        other => Err(unexpected(other)),
    }
}

/// Has the daemon behind the socket send a value again; answers the delivery's id.
pub async fn replay(path: &Path, replay: Replay) -> io::Result<i64> {
    match ask(path, &Request::Replay(Box::new(replay))).await? {
        Answer::Replay(delivery) => Ok(delivery),
        other => Err(unexpected(other)),
    }
}

async fn ask(path: &Path, request: &Request) -> io::Result<Answer> {
    let ask = async {
        let mut stream = UnixStream::connect(path).await?;
        let mut text = serde_json::to_vec(request)?;
        text.push(b'\n');
        stream.write_all(&text).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        serde_json::from_slice(&answer).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    };
    tokio::time::timeout(PATIENCE, ask).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn unexpected(answer: Answer) -> io::Error {
    match answer {
        Answer::Error(reason) => io::Error::other(reason),
        Answer::Status(_) | Answer::Replay(_) => {
            io::Error::new(io::ErrorKind::InvalidData, "it answered something else")
        }
    }
}

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

use super::replay::{self, Replay, ReplayError};
use super::status::{Source, Status};

/// A request is at most this long: a text of Skyvern's largest size, escaped.
const MAX_REQUEST: u64 = 1024 * 1024;

/// What a command asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Request {
    Status,
    /// What would this row of history send?
    Prepare(i64),
    Send(Box<Replay>),
}

/// What the daemon answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Status(Box<Status>),
    Prepared(Box<Replay>),
    /// Its row of history.
    Sent(i64),
    Error(String),
    /// A server could not be reached.
    Unavailable(String),
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
            Ok((stream, _)) => drop(tokio::spawn(tokio::time::timeout(LIMIT, answer(stream, source.clone())))),
            // Out of file descriptors, say: not worth a busy loop.
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
    // The socket may be a successor's by now only after this process ended: the store's lock sees to that.
    let _ = std::fs::remove_file(path);
}

/// For a whole exchange: a mail may have to be fetched for it.
const LIMIT: Duration = Duration::from_secs(120);

async fn answer(stream: UnixStream, source: Source) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    (&mut stream).take(MAX_REQUEST).read_until(b'\n', &mut line).await?;
    let answer = match serde_json::from_slice(&line) {
        Ok(Request::Status) => Answer::Status(Box::new(source.status().await)),
        Ok(Request::Prepare(id)) => {
            let inboxes = source.inboxes.load_full();
            replay::of_row(&source.store, &inboxes, &source.verifier, id)
                .await
                .map(|replay| Answer::Prepared(Box::new(replay)))
                .into()
        }
        Ok(Request::Send(replay)) => replay.enqueue(&source.store).await.map(Answer::Sent).into(),
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

/// Asks the daemon behind the socket what a row of history would send.
pub async fn prepare(path: &Path, id: i64) -> io::Result<Replay> {
    match ask(path, &Request::Prepare(id)).await? {
        Answer::Prepared(replay) => Ok(*replay),
        other => Err(unexpected(other)),
    }
}

/// Has the daemon behind the socket send a value; answers its row of history.
pub async fn send(path: &Path, replay: Replay) -> io::Result<i64> {
    match ask(path, &Request::Send(Box::new(replay))).await? {
        Answer::Sent(row) => Ok(row),
        other => Err(unexpected(other)),
    }
}

impl From<Result<Self, ReplayError>> for Answer {
    fn from(result: Result<Self, ReplayError>) -> Self {
        result.unwrap_or_else(|error| match error {
            error @ ReplayError::Imap(_) => Self::Unavailable(error.to_string()),
            error => Self::Error(error.to_string()),
        })
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
    tokio::time::timeout(LIMIT, ask).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn unexpected(answer: Answer) -> io::Error {
    match answer {
        Answer::Error(reason) => io::Error::other(reason),
        Answer::Unavailable(reason) => io::Error::new(io::ErrorKind::NotConnected, reason),
        _ => io::Error::new(io::ErrorKind::InvalidData, "it answered something else"),
    }
}

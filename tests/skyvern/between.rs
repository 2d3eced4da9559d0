//! Something between the relay and Skyvern that loses what passes: HTTP/1.1, one request a connection at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use otp_relay::config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::lab::Lab;

/// What is lost.
#[derive(Clone, Copy, Debug)]
pub enum Swallow {
    /// The answers to the first so many pushes: Skyvern has stored them; the connection closes.
    Answers(usize),
    /// The same, and the connection stays open without a word.
    AnswersForEver,
    /// The first so many pushes themselves.
    Requests(usize),
}

/// Ends when dropped.
pub struct Between {
    port: u16,
    swallowed: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Between {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Between {
    pub async fn start(lab: &Lab, what: Swallow) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = format!("{}:{}", lab.base_url.host_str().unwrap(), lab.base_url.port().unwrap());
        let swallowed = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&swallowed);
        let task = tokio::spawn(async move {
            let mut tasks = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                tasks.spawn(pass(client, server.clone(), what, Arc::clone(&count)));
            }
        });
        Self { port, swallowed, task }
    }

    /// The way to Skyvern through here.
    pub fn config(&self, lab: &Lab) -> config::Skyvern {
        let base_url = format!("http://127.0.0.1:{}", self.port).parse().unwrap();
        config::Skyvern { base_url, ..lab.config() }
    }

    pub fn swallowed(&self) -> usize {
        self.swallowed.load(Ordering::SeqCst)
    }
}

async fn pass(mut client: TcpStream, server: String, what: Swallow, swallowed: Arc<AtomicUsize>) -> Option<()> {
    let mut server = TcpStream::connect(server).await.ok()?;
    loop {
        let request = message(&mut client).await?;
        let is_push = request.starts_with(b"POST");
        let so_far = swallowed.load(Ordering::SeqCst);
        if is_push && matches!(what, Swallow::Requests(count) if so_far < count) {
            swallowed.fetch_add(1, Ordering::SeqCst);
            return None;
        }
        server.write_all(&request).await.ok()?;
        let answer = message(&mut server).await?;
        match what {
            Swallow::Answers(count) if is_push && so_far < count => {
                swallowed.fetch_add(1, Ordering::SeqCst);
                return None;
            }
            Swallow::AnswersForEver if is_push => {
                swallowed.fetch_add(1, Ordering::SeqCst);
                std::future::pending::<()>().await;
            }
            _ => client.write_all(&answer).await.ok()?,
        }
    }
}

/// One request or answer with a content-length.
async fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0usize) {
                return Some(bytes);
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

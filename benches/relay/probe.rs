//! The floor of this machine: a client that does nothing but the way itself. One hard-coded inbox, IDLE, one regex, one
//! warmed connection, no store, no checks. What the relay takes longer is what its promises cost.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rustls::ClientConfig;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const ITEMS: &str = "(UID INTERNALDATE BODY.PEEK[]<0.262144>)";

/// As many requests as the relay has under way.
const AT_ONCE: usize = 16;

/// What the process is to do.
#[derive(Clone, Copy)]
pub enum Task {
    /// Push each mail that arrives.
    Watch,
    /// Push what is there, many at a time.
    TakeAll,
}

impl Task {
    pub fn argument(self) -> &'static str {
        match self {
            Self::Watch => "--probe",
            Self::TakeAll => "--probe-backlog",
        }
    }

    pub fn from_argument(text: &str) -> Option<Self> {
        [Self::Watch, Self::TakeAll].into_iter().find(|task| task.argument() == text)
    }
}

/// Runs until the bench ends the process.
pub async fn run(
    task: Task,
    imap: SocketAddr,
    skyvern: SocketAddr,
    [imap_tls, skyvern_tls]: [ClientConfig; 2],
    user: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let client = reqwest::Client::builder().tls_backend_preconfigured(skyvern_tls).no_proxy().build()?;
    let url = format!("https://localhost:{}/v1/credentials/totp", skyvern.port());
    client.get(&url).send().await?;
    let mut stream = login(imap, imap_tls, user).await?;
    let exists = command(&mut stream, "EXAMINE INBOX").await?.exists;
    let code = regex::bytes::Regex::new(r"code is ([0-9]{6})")?;
    let push = async |mail: &[u8]| {
        let Some(found) = code.captures(mail) else { return Ok(()) };
        let content = String::from_utf8_lossy(&found[1]).into_owned();
        let body = serde_json::json!({ "totp_identifier": user, "content": content, "source": "email" });
        client.post(&url).header("x-api-key", "bench").json(&body).send().await.map(drop)
    };
    match task {
        Task::Watch => watch(&mut stream, exists + 1, push).await,
        Task::TakeAll => {
            let mails = command(&mut stream, &format!("UID FETCH 1:* {ITEMS}")).await?.bodies;
            stream::iter(mails).map(Ok).try_for_each_concurrent(AT_ONCE, async |mail| push(&mail).await).await?;
            std::future::pending().await
        }
    }
}

/// Pushes what arrives, one mail at a time.
async fn watch(
    stream: &mut Stream,
    mut next: usize,
    push: impl AsyncFn(&[u8]) -> reqwest::Result<()>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut line = String::new();
    loop {
        stream.write_all(b"a IDLE\r\n").await?;
        stream.flush().await?;
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            if line.ends_with("EXISTS\r\n") {
                break;
            }
        }
        stream.write_all(b"DONE\r\n").await?;
        stream.flush().await?;
        answer(stream).await?;
        for mail in command(stream, &format!("UID FETCH {next}:* {ITEMS}")).await?.bodies {
            next += 1;
            push(&mail).await?;
        }
    }
}

/// Fetches the whole INBOX in one command: how fast a server hands out its mails.
pub async fn fetch_all(imap: SocketAddr, tls: ClientConfig, user: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let mut stream = login(imap, tls, user).await?;
    command(&mut stream, "EXAMINE INBOX").await?;
    Ok(command(&mut stream, &format!("UID FETCH 1:* {ITEMS}")).await?.bodies.len())
}

async fn login(imap: SocketAddr, tls: ClientConfig, user: &str) -> Result<Stream, Box<dyn std::error::Error>> {
    let tcp = TcpStream::connect(imap).await?;
    tcp.set_nodelay(true)?;
    let name = rustls_pki_types::ServerName::try_from("localhost")?;
    let mut stream = BufReader::new(tokio_rustls::TlsConnector::from(Arc::new(tls)).connect(name, tcp).await?);
    stream.read_line(&mut String::new()).await?;
    command(&mut stream, &format!("LOGIN {user} secret")).await?;
    Ok(stream)
}

#[derive(Default)]
struct Answer {
    exists: usize,
    bodies: Vec<Vec<u8>>,
}

type Stream = BufReader<tokio_rustls::client::TlsStream<TcpStream>>;

async fn command(stream: &mut Stream, text: &str) -> std::io::Result<Answer> {
    stream.write_all(format!("a {text}\r\n").as_bytes()).await?;
    stream.flush().await?;
    answer(stream).await
}

async fn answer(stream: &mut Stream) -> std::io::Result<Answer> {
    let mut answer = Answer::default();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line.starts_with("a ") {
            return Ok(answer);
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["*", count, "EXISTS"] = words.as_slice() {
            answer.exists = count.parse().unwrap_or(0);
        }
        if let Some(length) = line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once('{')) {
            let mut body = vec![0; length.1.parse().unwrap_or(0)];
            stream.read_exact(&mut body).await?;
            answer.bodies.push(body);
        }
    }
}

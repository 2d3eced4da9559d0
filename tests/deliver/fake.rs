//! A Skyvern for tests: HTTP/1.1 by hand, so that it can misbehave between any two bytes. It stores rows as the real
//! one does and lists them, newest first.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What it does with one request.
#[derive(Clone, Debug)]
pub enum Act {
    /// As the real one: stores a POST, lists for a GET.
    Serve,
    /// Does as the real one, but closes the connection instead of answering.
    ServeAndCut,
    /// Does as the real one, but closes in the middle of the answer.
    ServeAndCutHalfway,
    /// Does as the real one, but answers only after this time.
    ServeLate(Duration),
    /// Closes the connection without doing anything.
    Cut,
    /// Answers so, and does nothing.
    Answer { status: u16, headers: &'static str, body: String },
}

pub fn answer(status: u16, detail: &str) -> Act {
    Act::Answer { status, headers: "", body: json!({ "detail": detail }).to_string() }
}

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub key: Option<String>,
    pub body: Json,
}

#[derive(Debug, Default)]
struct State {
    rows: Vec<Json>,
    seen: Vec<Seen>,
    posts: VecDeque<Act>,
    gets: VecDeque<Act>,
    /// What is done when nothing is scripted.
    otherwise: Option<Act>,
    /// Keys that are let in; empty: any.
    keys: Vec<String>,
}

/// The running server; ends when dropped.
#[derive(Debug)]
pub struct Fake {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    pub connections: Arc<AtomicUsize>,
    task: Option<JoinHandle<()>>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut fake = Self { address, state: Arc::default(), connections: Arc::default(), task: None };
        fake.serve(listener);
        fake
    }

    fn serve(&mut self, listener: TcpListener) {
        let (state, connections) = (Arc::clone(&self.state), Arc::clone(&self.connections));
        self.task = Some(tokio::spawn(async move {
            let mut tasks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tasks.spawn(talk(stream, Arc::clone(&state)));
            }
        }));
    }

    /// Closes the port and every connection.
    pub fn stop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }

    /// Comes back on the same port, with the same rows.
    pub async fn restart(&mut self) {
        self.stop();
        loop {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            if socket.bind(self.address).is_ok() {
                let listener = socket.listen(64).unwrap();
                return self.serve(listener);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn on_posts(&self, acts: impl IntoIterator<Item = Act>) {
        self.state().posts.extend(acts);
    }

    pub fn on_gets(&self, acts: impl IntoIterator<Item = Act>) {
        self.state().gets.extend(acts);
    }

    pub fn otherwise(&self, act: Act) {
        self.state().otherwise = Some(act);
    }

    pub fn keys(&self, keys: &[&str]) {
        self.state().keys = keys.iter().map(|&key| key.to_owned()).collect();
    }

    /// The contents of the stored rows, oldest first.
    pub fn contents(&self) -> Vec<String> {
        self.state().rows.iter().map(|row| row["content"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub fn rows(&self) -> Vec<Json> {
        self.state().rows.clone()
    }

    /// A row that somebody else pushed.
    pub fn add_row(&self, row: Json) {
        self.state().rows.push(row);
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// Requests of a method that do not belong to keeping the connection warm.
    pub fn count(&self, method: &str) -> usize {
        self.state()
            .seen
            .iter()
            .filter(|seen| seen.method == method && !seen.target.contains("otp-relay-probe"))
            .count()
    }
}

async fn talk(stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    loop {
        let seen = read(&mut stream).await?;
        let (act, status, headers, body) = handle(&state, seen);
        if let Act::ServeLate(pause) = act {
            tokio::time::sleep(pause).await;
        }
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        );
        match act {
            Act::Cut | Act::ServeAndCut => return None,
            Act::ServeAndCutHalfway => {
                let half = body.len() / 2;
                stream.write_all(&[head.as_bytes(), &body.as_bytes()[..half]].concat()).await.ok()?;
                return None;
            }
            Act::Serve | Act::ServeLate(_) | Act::Answer { .. } => {
                stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.ok()?;
            }
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let header = |name: &str| {
        lines.iter().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let mut body = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    let mut words = lines.first()?.split(' ');
    Some(Seen {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        key: header("x-api-key"),
        body: serde_json::from_slice(&body).unwrap_or(Json::Null),
    })
}

/// Does what the script says; answers how to answer.
fn handle(state: &Mutex<State>, seen: Seen) -> (Act, u16, String, String) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.seen.push(seen.clone());
    let is_probe = seen.target.contains("otp-relay-probe");
    if !state.keys.is_empty() && !seen.key.as_ref().is_some_and(|key| state.keys.contains(key)) {
        let body = json!({ "detail": "Could not validate credentials" }).to_string();
        return (Act::Serve, 403, String::new(), body);
    }
    let scripted = match seen.method.as_str() {
        "POST" => state.posts.pop_front(),
        _ if is_probe => None,
        _ => state.gets.pop_front(),
    };
    let otherwise = if is_probe { None } else { state.otherwise.clone() };
    let act = scripted.or(otherwise).unwrap_or(Act::Serve);
    let (status, headers, body) = match &act {
        Act::Answer { status, headers, body } => (*status, (*headers).to_owned(), body.clone()),
        Act::Cut => (200, String::new(), String::new()),
        _ if seen.method == "POST" => (200, String::new(), store(&mut state, &seen.body).to_string()),
        _ => (200, String::new(), list(&state, &seen.target)),
    };
    (act, status, headers, body)
}

/// A row with what was sent, as the real server fills it in.
fn store(state: &mut State, sent: &Json) -> Json {
    let naive = |text: &str| text.trim_end_matches('Z').to_owned();
    let row = json!({
        "totp_code_id": format!("totp_{}", state.rows.len() + 1),
        "totp_identifier": sent["totp_identifier"],
        "content": sent["content"],
        "code": sent["content"],
        "source": sent["source"],
        "expired_at": sent["expired_at"].as_str().map(naive),
        "task_id": sent["task_id"],
        "workflow_id": sent["workflow_id"],
        "workflow_run_id": sent["workflow_run_id"],
        "created_at": naive(&format!("{:.6}", Timestamp::now())),
        "otp_type": "totp",
    });
    state.rows.push(row.clone());
    row
}

fn list(state: &State, target: &str) -> String {
    let url = url::Url::parse(&format!("http://fake{target}")).unwrap();
    let wanted = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let (identifier, run) = (wanted("totp_identifier"), wanted("workflow_run_id"));
    let rows: Vec<&Json> = state
        .rows
        .iter()
        .rev()
        .filter(|row| identifier.is_none() || row["totp_identifier"].as_str() == identifier.as_deref())
        .filter(|row| run.is_none() || row["workflow_run_id"].as_str() == run.as_deref())
        .take(wanted("limit").and_then(|limit| limit.parse().ok()).unwrap_or(50))
        .collect();
    json!(rows).to_string()
}

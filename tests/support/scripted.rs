//! A small IMAP server that announces mail at once and misbehaves on command: the other side of every row in the table of
//! silent failures.
//!
//! It has one mailbox for everybody, speaks just enough of RFC 3501 and RFC 2177, and keeps what clients said. A [`Fault`]
//! waits for a command and replaces its answer, once.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::pki::Pki;

pub const USER: &str = "agents@example.com";
pub const PASSWORD: &str = "made-up-password";

/// A running server. Dropping it cuts every connection.
#[derive(Debug)]
pub struct Scripted {
    port: u16,
    shared: Arc<Shared>,
    accept: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    model: Mutex<Model>,
    /// Counts changes of the mailbox.
    changes: watch::Sender<u64>,
}

/// What the server is and does. Tests change it while it runs.
#[derive(Clone, Debug)]
pub struct Model {
    pub greeting: String,
    /// Before and after login.
    pub capabilities: String,
    /// `None`: anybody with the password.
    pub username: Option<String>,
    pub password: String,
    /// Access token for XOAUTH2.
    pub token: Option<String>,
    pub mailboxes: Vec<String>,
    pub uid_validity: u32,
    /// What EXAMINE says; `None` leaves UIDNEXT out.
    pub shows_uid_next: bool,
    pub uid_next: u32,
    pub messages: Vec<Message>,
    /// Mail is announced during IDLE.
    pub announces: bool,
    /// What comes in one packet with DONE is lost.
    pub loses_pipelined: bool,
    pub faults: VecDeque<Fault>,
    /// The next connections are cut after so many bytes of ours, one entry each.
    pub cut_after: VecDeque<usize>,
    /// What clients sent, a list for each connection in order of their start.
    pub said: Vec<Vec<String>>,
    /// How many bytes each connection was sent.
    pub sent: Vec<usize>,
    /// Connections that are in IDLE right now.
    pub idling: usize,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub uid: u32,
    pub arrived: Option<Timestamp>,
    pub body: Vec<u8>,
}

/// Something done instead of answering the next command that begins with `on`.
#[derive(Clone, Debug)]
pub struct Fault {
    pub on: String,
    pub act: Act,
}

#[derive(Clone, Debug)]
pub enum Act {
    /// These bytes; `{tag}` stands for the command's tag. The connection stays.
    Say(String),
    /// These bytes, then the normal answer.
    SayBefore(String),
    /// The first so many bytes of the normal answer, then the end.
    CloseAfter(usize),
    /// The normal answer in so many pieces, one each 200 ms: a slow line.
    Trickle(usize),
    /// These bytes, and nothing ever again: a half-open connection.
    FallSilent(String),
    /// These bytes over and over until the client gives up.
    Flood(String),
}

impl Scripted {
    /// On a plain TCP port.
    pub async fn start() -> Self {
        Self::listen(None, false).await
    }

    /// With implicit TLS.
    pub async fn start_tls(pki: &Pki) -> Self {
        Self::listen(Some(acceptor(&pki.certificate, &pki.key)), true).await
    }

    /// With STARTTLS.
    pub async fn start_starttls(pki: &Pki) -> Self {
        let server = Self::listen(Some(acceptor(&pki.certificate, &pki.key)), false).await;
        server.model().capabilities = "IMAP4rev1 STARTTLS LOGINDISABLED".into();
        server
    }

    async fn listen(tls: Option<TlsAcceptor>, implicit: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("failed to listen");
        let port = listener.local_addr().expect("an address").port();
        let model = Model {
            greeting: "* OK scripted server ready\r\n".into(),
            capabilities: "IMAP4rev1 IDLE SASL-IR AUTH=PLAIN ID".into(),
            username: Some(USER.into()),
            password: PASSWORD.into(),
            token: None,
            mailboxes: vec!["INBOX".into(), "Junk".into()],
            uid_validity: 1,
            shows_uid_next: true,
            uid_next: 1,
            messages: Vec::new(),
            announces: true,
            loses_pipelined: false,
            faults: VecDeque::new(),
            cut_after: VecDeque::new(),
            said: Vec::new(),
            sent: Vec::new(),
            idling: 0,
        };
        let shared = Arc::new(Shared { model: Mutex::new(model), changes: watch::Sender::new(0) });
        let accept = tokio::spawn(accept(listener, Arc::clone(&shared), tls, implicit));
        Self { port, shared, accept }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn model(&self) -> MutexGuard<'_, Model> {
        self.shared.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A mail arrives now; its UID.
    pub fn deliver(&self, mail: &[u8]) -> u32 {
        self.deliver_at(Some(Timestamp::now()), mail)
    }

    /// A mail with this INTERNALDATE is put into the mailbox; its UID.
    pub fn deliver_at(&self, arrived: Option<Timestamp>, mail: &[u8]) -> u32 {
        let mut model = self.model();
        let uid = model.uid_next;
        model.uid_next += 1;
        model.messages.push(Message { uid, arrived, body: mail.to_vec() });
        drop(model);
        self.shared.changes.send_modify(|n| *n += 1);
        uid
    }

    /// A mail becomes visible whose number was given away before: later ones are there already.
    pub fn appear(&self, uid: u32, mail: &[u8]) {
        let mut model = self.model();
        let at = model.messages.partition_point(|message| message.uid < uid);
        model.messages.insert(at, Message { uid, arrived: Some(Timestamp::now()), body: mail.to_vec() });
        drop(model);
        self.shared.changes.send_modify(|n| *n += 1);
    }

    /// The mailbox is made anew, empty.
    pub fn renumber(&self, uid_validity: u32) {
        let mut model = self.model();
        model.uid_validity = uid_validity;
        model.uid_next = 1;
        model.messages.clear();
    }

    pub fn fault(&self, on: &str, act: Act) {
        self.model().faults.push_back(Fault { on: on.into(), act });
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.model().said.len()
    }

    /// What all clients said, connection by connection.
    pub fn said(&self) -> Vec<Vec<String>> {
        self.model().said.clone()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.accept.abort();
    }
}

/// TLS with the certificate chain and key of these PEM files.
fn acceptor(certificate: &Path, key: &Path) -> TlsAcceptor {
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .expect("failed to read the certificate")
        .collect::<Result<_, _>>()
        .expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate with its key");
    TlsAcceptor::from(Arc::new(config))
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, tls: Option<TlsAcceptor>, implicit: bool) {
    // Aborted with the server.
    let mut connections = JoinSet::new();
    while let Ok((tcp, _)) = listener.accept().await {
        let _ = tcp.set_nodelay(true);
        let shared = Arc::clone(&shared);
        let tls = tls.clone();
        connections.spawn(async move {
            let _ = serve(tcp, shared, tls, implicit).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

trait Bytes: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Bytes for T {}

/// One client.
struct Connection {
    stream: BufReader<Pin<Box<dyn Bytes>>>,
    shared: Arc<Shared>,
    index: usize,
    left: Option<usize>,
    /// EXISTS as this client knows it.
    known: usize,
}

type Served = std::io::Result<()>;

async fn serve(tcp: TcpStream, shared: Arc<Shared>, tls: Option<TlsAcceptor>, implicit: bool) -> Served {
    let (index, left, greeting) = {
        let mut model = shared.model.lock().unwrap_or_else(PoisonError::into_inner);
        model.said.push(Vec::new());
        model.sent.push(0);
        (model.said.len() - 1, model.cut_after.pop_front(), model.greeting.clone())
    };
    let mut upgrade = None;
    let stream: Pin<Box<dyn Bytes>> = match tls {
        Some(acceptor) if implicit => Box::pin(acceptor.accept(tcp).await?),
        Some(acceptor) => {
            let mut tcp = tcp;
            let rest = before_tls(&mut tcp, &shared, index, &greeting).await?;
            upgrade = Some(());
            if !rest {
                return Ok(());
            }
            Box::pin(acceptor.accept(tcp).await?)
        }
        None => Box::pin(tcp),
    };
    let mut connection = Connection { stream: BufReader::new(stream), shared, index, left, known: 0 };
    if upgrade.is_none() {
        connection.say(greeting.as_bytes()).await?;
    } else {
        connection.model().capabilities = "IMAP4rev1 IDLE SASL-IR AUTH=PLAIN".into();
    }
    while let Some((tag, command)) = connection.command().await? {
        if !connection.answer(&tag, &command).await? {
            break;
        }
    }
    connection.stream.shutdown().await
}

/// Plain text up to STARTTLS; `false` if the client never asks for it.
async fn before_tls(tcp: &mut TcpStream, shared: &Shared, index: usize, greeting: &str) -> std::io::Result<bool> {
    tcp.write_all(greeting.as_bytes()).await?;
    let mut tcp = BufReader::new(tcp);
    loop {
        let mut line = String::new();
        if tcp.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let line = line.trim_end().to_owned();
        let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
        let (capabilities, fault) = {
            let mut model = shared.model.lock().unwrap_or_else(PoisonError::into_inner);
            model.said[index].push(line.clone());
            (model.capabilities.clone(), model.take_fault(command))
        };
        let answer = match (command, fault) {
            (_, Some(Act::Say(text))) => text.replace("{tag}", tag),
            ("CAPABILITY", _) => format!("* CAPABILITY {capabilities}\r\n{tag} OK done\r\n"),
            ("STARTTLS", _) => format!("{tag} OK go on\r\n"),
            _ => format!("{tag} BAD TLS first\r\n"),
        };
        tcp.write_all(answer.as_bytes()).await?;
        if command == "STARTTLS" {
            return Ok(true);
        }
    }
}

impl Model {
    fn take_fault(&mut self, command: &str) -> Option<Act> {
        let at = self.faults.iter().position(|fault| command.starts_with(&fault.on))?;
        self.faults.remove(at).map(|fault| fault.act)
    }

    /// The UIDs of a set such as `3,5:7,9:*`. As on most servers `n:*` beyond the end is the last message.
    fn uids(&self, set: &str) -> Vec<u32> {
        let last = self.messages.last().map_or(0, |message| message.uid);
        let number = |text: &str| if text == "*" { last } else { text.parse().expect("a UID") };
        let ranges: Vec<(u32, u32)> = set
            .split(',')
            .map(|part| {
                let (from, to) = part.split_once(':').unwrap_or((part, part));
                let (from, to) = (number(from), number(to));
                (from.min(to), from.max(to))
            })
            .collect();
        let wanted = |uid: u32| ranges.iter().any(|(from, to)| (*from..=*to).contains(&uid));
        self.messages.iter().map(|message| message.uid).filter(|uid| wanted(*uid)).collect()
    }
}

impl Connection {
    fn model(&self) -> MutexGuard<'_, Model> {
        self.shared.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn say(&mut self, bytes: &[u8]) -> Served {
        let allowed = self.left.map_or(bytes.len(), |left| left.min(bytes.len()));
        self.model().sent[self.index] += allowed;
        self.stream.write_all(&bytes[..allowed]).await?;
        self.stream.flush().await?;
        if let Some(left) = &mut self.left {
            *left -= allowed;
            if *left == 0 {
                self.stream.shutdown().await?;
                return Err(std::io::ErrorKind::ConnectionAborted.into());
            }
        }
        Ok(())
    }

    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        if self.stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        self.model().said[self.index].push(line.clone());
        Ok(Some(line))
    }

    async fn command(&mut self) -> std::io::Result<Option<(String, String)>> {
        let Some(line) = self.line().await? else { return Ok(None) };
        let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
        Ok(Some((tag.to_owned(), command.to_owned())))
    }

    /// `false` ends the connection.
    async fn answer(&mut self, tag: &str, command: &str) -> std::io::Result<bool> {
        let fault = self.model().take_fault(command);
        match fault {
            Some(Act::Say(text)) => {
                self.say(text.replace("{tag}", tag).as_bytes()).await?;
                return Ok(true);
            }
            Some(Act::SayBefore(text)) => self.say(text.replace("{tag}", tag).as_bytes()).await?,
            Some(Act::CloseAfter(bytes)) => self.left = Some(bytes),
            Some(Act::Trickle(pieces)) => {
                let answer = self.normal(tag, command);
                for piece in answer.chunks(answer.len().div_ceil(pieces)) {
                    self.say(piece).await?;
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                }
                return Ok(true);
            }
            Some(Act::FallSilent(text)) => {
                self.say(text.replace("{tag}", tag).as_bytes()).await?;
                let mut sink = [0; 1024];
                while self.stream.read(&mut sink).await? > 0 {}
                return Ok(false);
            }
            Some(Act::Flood(text)) => loop {
                self.say(text.as_bytes()).await?;
            },
            None => {}
        }
        if self.left == Some(0) {
            return Ok(false);
        }
        if command == "IDLE" {
            self.idle(tag).await?;
            return Ok(true);
        }
        if command.starts_with("AUTHENTICATE") || command.starts_with("LOGIN") {
            self.authenticate(tag, command).await?;
            return Ok(true);
        }
        if command.starts_with("APPEND") {
            self.swallow(tag, command).await?;
            return Ok(true);
        }
        let answer = self.normal(tag, command);
        self.say(&answer).await?;
        Ok(command != "LOGOUT")
    }

    /// Takes a message and never shows it to anybody.
    async fn swallow(&mut self, tag: &str, command: &str) -> Served {
        let length = command.rsplit_once('{').and_then(|(_, length)| length.trim_end_matches('}').parse().ok());
        let mut message = vec![0; length.expect("a literal")];
        self.say(b"+ go on\r\n").await?;
        self.stream.read_exact(&mut message).await?;
        self.stream.read_line(&mut String::new()).await?;
        self.say(format!("{tag} OK done\r\n").as_bytes()).await
    }

    async fn authenticate(&mut self, tag: &str, command: &str) -> Served {
        use base64::Engine as _;
        let base64 = base64::engine::general_purpose::STANDARD;
        let (username, password, token) = {
            let model = self.model();
            (model.username.clone(), model.password.clone(), model.token.clone())
        };
        let ok = match command.split(' ').collect::<Vec<_>>().as_slice() {
            ["LOGIN", user, word] => {
                username.is_none_or(|name| *user == format!("\"{name}\"")) && *word == format!("\"{password}\"")
            }
            ["AUTHENTICATE", "PLAIN", rest @ ..] => {
                let response = match rest {
                    [response] => (*response).to_owned(),
                    _ => {
                        self.say(b"+ \r\n").await?;
                        self.line().await?.unwrap_or_default()
                    }
                };
                let response = base64.decode(response).unwrap_or_default();
                match String::from_utf8_lossy(&response).split('\0').collect::<Vec<_>>().as_slice() {
                    ["", user, word] => username.is_none_or(|name| name == *user) && *word == password,
                    _ => false,
                }
            }
            ["AUTHENTICATE", "XOAUTH2", response] => {
                let wanted = token.map(|token| {
                    base64.encode(format!("user={}\x01auth=Bearer {token}\x01\x01", username.unwrap_or_default()))
                });
                if wanted.as_deref() == Some(response) {
                    true
                } else {
                    let challenge = base64.encode(r#"{"status":"400","schemes":"Bearer","scope":"mail"}"#);
                    self.say(format!("+ {challenge}\r\n").as_bytes()).await?;
                    let empty = self.line().await?;
                    assert_eq!(empty.as_deref(), Some(""), "an empty line answers the challenge");
                    false
                }
            }
            _ => false,
        };
        let answer = if ok {
            format!("{tag} OK logged in\r\n")
        } else {
            format!("{tag} NO [AUTHENTICATIONFAILED] Authentication failed\r\n")
        };
        self.say(answer.as_bytes()).await
    }

    async fn idle(&mut self, tag: &str) -> Served {
        let mut changes = self.shared.changes.subscribe();
        self.say(b"+ idling\r\n").await?;
        self.model().idling += 1;
        let ended = self.announce(&mut changes).await;
        self.model().idling -= 1;
        let ended = ended?;
        if self.model().loses_pipelined {
            let buffered = self.stream.buffer().len();
            self.stream.consume(buffered);
        }
        if ended == "DONE" {
            self.say(format!("{tag} OK IDLE done\r\n").as_bytes()).await
        } else {
            self.say(format!("{tag} BAD expected DONE\r\n").as_bytes()).await
        }
    }

    /// Announces mail until the client says something.
    async fn announce(&mut self, changes: &mut watch::Receiver<u64>) -> std::io::Result<String> {
        loop {
            let (count, announces) = {
                let model = self.model();
                (model.messages.len(), model.announces)
            };
            if announces && count > self.known {
                self.known = count;
                self.say(format!("* {count} EXISTS\r\n").as_bytes()).await?;
            }
            let mut line = Vec::new();
            tokio::select! {
                read = self.stream.read_until(b'\n', &mut line) => {
                    if read? == 0 {
                        return Err(std::io::ErrorKind::UnexpectedEof.into());
                    }
                    let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                    self.model().said[self.index].push(line.clone());
                    return Ok(line);
                }
                _ = changes.changed() => {}
            }
        }
    }

    fn normal(&mut self, tag: &str, command: &str) -> Vec<u8> {
        let model = self.shared.model.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = Vec::new();
        let words: Vec<&str> = command.split(' ').collect();
        let done = match words.as_slice() {
            ["CAPABILITY"] => {
                answer.extend(format!("* CAPABILITY {}\r\n", model.capabilities).into_bytes());
                "OK done"
            }
            ["ID", ..] => {
                answer.extend(b"* ID (\"name\" \"scripted\")\r\n");
                "OK done"
            }
            ["NOOP"] => "OK done",
            ["LIST", ..] => {
                for name in &model.mailboxes {
                    answer.extend(format!("* LIST (\\HasNoChildren) \"/\" \"{name}\"\r\n").into_bytes());
                }
                "OK done"
            }
            ["EXAMINE" | "SELECT", name] => {
                if model.mailboxes.iter().any(|known| format!("\"{known}\"") == *name) {
                    self.known = model.messages.len();
                    let mut text = format!(
                        "* FLAGS (\\Seen)\r\n* {} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {}] is valid\r\n",
                        model.messages.len(),
                        model.uid_validity
                    );
                    if model.shows_uid_next {
                        let _ = write!(text, "* OK [UIDNEXT {}] is next\r\n", model.uid_next);
                    }
                    answer.extend(text.into_bytes());
                    "OK [READ-ONLY] done"
                } else {
                    "NO [NONEXISTENT] no such mailbox"
                }
            }
            ["UID", "SEARCH", rest @ ..] => {
                let set = rest.iter().position(|word| *word == "UID").map_or("1:*", |at| rest[at + 1]);
                let uids: Vec<String> = model.uids(set).iter().map(ToString::to_string).collect();
                answer.extend(format!("* SEARCH {}\r\n", uids.join(" ")).into_bytes());
                "OK done"
            }
            ["UID", "FETCH", set, items @ ..] => {
                let items = items.join(" ");
                for uid in model.uids(set) {
                    let at = model.messages.iter().position(|message| message.uid == uid).expect("a message");
                    answer.extend(fetched(at + 1, &model.messages[at], &items));
                }
                "OK done"
            }
            ["LOGOUT"] => {
                answer.extend(b"* BYE logging out\r\n");
                "OK done"
            }
            _ => "BAD what?",
        };
        answer.extend(format!("{tag} {done}\r\n").into_bytes());
        answer
    }
}

fn fetched(sequence: usize, message: &Message, items: &str) -> Vec<u8> {
    let mut response = format!("* {sequence} FETCH (UID {}", message.uid);
    if let Some(arrived) = message.arrived.filter(|_| items.contains("INTERNALDATE")) {
        let date = arrived.to_zoned(TimeZone::UTC).strftime("%d-%b-%Y %H:%M:%S +0000").to_string();
        let _ = write!(response, " INTERNALDATE \"{date}\"");
    }
    if items.contains("RFC822.SIZE") {
        let _ = write!(response, " RFC822.SIZE {}", message.body.len());
    }
    let mut bytes = Vec::new();
    if let Some((_, partial)) = items.split_once("BODY.PEEK[]<0.") {
        let most: usize = partial.split('>').next().and_then(|text| text.parse().ok()).expect("a length");
        let part = &message.body[..message.body.len().min(most)];
        let _ = write!(response, " BODY[]<0> {{{}}}\r\n", part.len());
        bytes.extend(response.into_bytes());
        bytes.extend(part);
    } else {
        bytes.extend(response.into_bytes());
    }
    bytes.extend(b")\r\n");
    bytes
}

//! An IMAP server in memory that announces a delivery in the same instant (RFC 3501, RFC 2177), so that a measurement
//! sees the client's time and not the server's. Over TLS; any password is right; one mailbox, INBOX, a user.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// The server; dropping it ends nothing, the bench process does.
#[derive(Clone)]
pub struct ImapServer {
    pub address: SocketAddr,
    users: Arc<Mutex<HashMap<String, Arc<Inbox>>>>,
}

struct Inbox {
    mails: Mutex<Vec<Arc<Mail>>>,
    count: watch::Sender<usize>,
}

struct Mail {
    bytes: Vec<u8>,
    internal_date: String,
}

type Stream = BufReader<tokio_rustls::server::TlsStream<TcpStream>>;

impl ImapServer {
    pub async fn start(tls: TlsAcceptor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let server = Self { address: listener.local_addr().expect("an address"), users: Arc::default() };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let (tls, server) = (tls.clone(), accepting.clone());
                tokio::spawn(async move {
                    let _ = tcp.set_nodelay(true);
                    if let Ok(stream) = tls.accept(tcp).await {
                        let _ = server.session(BufReader::with_capacity(1024, stream)).await;
                    }
                });
            }
        });
        server
    }

    /// Puts a mail into the user's INBOX; idle sessions are told before this returns control to them.
    pub fn deliver(&self, user: &str, bytes: Vec<u8>) {
        let internal_date =
            jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).strftime("%d-%b-%Y %H:%M:%S +0000");
        let inbox = self.inbox(user);
        let count = {
            let mut mails = inbox.mails.lock().unwrap_or_else(PoisonError::into_inner);
            mails.push(Arc::new(Mail { bytes, internal_date: internal_date.to_string() }));
            mails.len()
        };
        inbox.count.send_replace(count);
    }

    /// How many sessions wait in IDLE on this user's INBOX.
    pub fn idle_sessions(&self, user: &str) -> usize {
        self.inbox(user).count.receiver_count()
    }

    fn inbox(&self, user: &str) -> Arc<Inbox> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Inbox { mails: Mutex::default(), count: watch::Sender::new(0) });
        users.entry(user.to_owned()).or_insert_with(new).clone()
    }

    async fn session(&self, mut stream: Stream) -> std::io::Result<()> {
        stream.write_all(b"* OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN ID] ready\r\n").await?;
        stream.flush().await?;
        let mut inbox: Option<Arc<Inbox>> = None;
        let mut told = 0;
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let (tag, rest) = line.trim_end().split_once(' ').unwrap_or_default();
            let command = rest.to_ascii_uppercase();
            let mut out = String::new();
            let mut raw: Option<Vec<u8>> = None;
            match command.split(' ').next().unwrap_or_default() {
                "CAPABILITY" => out.push_str("* CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN ID\r\n"),
                "ID" => out.push_str("* ID NIL\r\n"),
                "AUTHENTICATE" => {
                    let initial = rest.split(' ').nth(2).unwrap_or_default();
                    inbox = Some(self.inbox(&plain_user(initial)));
                }
                "LOGIN" => inbox = Some(self.inbox(rest.split(' ').nth(1).unwrap_or_default().trim_matches('"'))),
                "EXAMINE" | "SELECT" => {
                    if let Some(inbox) = &inbox {
                        told = inbox.mails.lock().unwrap_or_else(PoisonError::into_inner).len();
                        let _ = write!(out, "* FLAGS (\\Seen)\r\n* {told} EXISTS\r\n* 0 RECENT\r\n");
                        let _ = write!(out, "* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT {}] ok\r\n", told + 1);
                    }
                }
                "UID" => {
                    if let Some(inbox) = &inbox {
                        let mails = inbox.mails.lock().unwrap_or_else(PoisonError::into_inner).clone();
                        raw = Some(uid_command(&command, &mails));
                    }
                }
                "NOOP" => {}
                "IDLE" => {
                    stream.write_all(b"+ idling\r\n").await?;
                    stream.flush().await?;
                    if let Some(inbox) = &inbox {
                        told = idle(&mut stream, inbox, told).await?;
                    }
                }
                "LOGOUT" => {
                    stream.write_all(b"* BYE\r\n").await?;
                }
                _ => {
                    stream.write_all(format!("{tag} BAD unknown\r\n").as_bytes()).await?;
                    stream.flush().await?;
                    continue;
                }
            }
            if let Some(inbox) = inbox.as_ref().filter(|_| command.starts_with("NOOP") || command.starts_with("UID")) {
                let count = inbox.mails.lock().unwrap_or_else(PoisonError::into_inner).len();
                if count > told {
                    told = count;
                    let _ = write!(out, "* {count} EXISTS\r\n");
                }
            }
            stream.write_all(&raw.unwrap_or_default()).await?;
            stream.write_all(out.as_bytes()).await?;
            stream.write_all(format!("{tag} OK done\r\n").as_bytes()).await?;
            stream.flush().await?;
        }
    }
}

/// Announces what arrives until the client says DONE; answers the count it was told last.
async fn idle(stream: &mut Stream, inbox: &Inbox, mut told: usize) -> std::io::Result<usize> {
    let mut count = inbox.count.subscribe();
    let mut line = String::new();
    loop {
        let now = *count.borrow_and_update();
        if now > told {
            told = now;
            stream.write_all(format!("* {told} EXISTS\r\n").as_bytes()).await?;
            stream.flush().await?;
        }
        tokio::select! {
            read = stream.read_line(&mut line) => {
                read?;
                return Ok(told);
            }
            _ = count.changed() => {}
        }
    }
}

/// `UID SEARCH …` answers every UID of its range, `UID FETCH …` the first bytes, date and size.
fn uid_command(command: &str, mails: &[Arc<Mail>]) -> Vec<u8> {
    let mut out = Vec::new();
    let set = command.split(' ').find(|word| word.starts_with(|c: char| c.is_ascii_digit())).unwrap_or("1:*");
    let wanted = |uid: usize| {
        set.split(',').any(|range| match range.split_once(':') {
            None => range.parse() == Ok(uid),
            Some((low, high)) => {
                let low = low.parse().unwrap_or(1);
                uid >= low && (high == "*" || high.parse().is_ok_and(|high: usize| uid <= high))
            }
        })
    };
    let chosen = (1..=mails.len()).filter(|&uid| wanted(uid));
    if command.starts_with("UID SEARCH") {
        let uids: Vec<String> = chosen.map(|uid| uid.to_string()).collect();
        out.extend_from_slice(format!("* SEARCH {}\r\n", uids.join(" ")).as_bytes());
        return out;
    }
    let limit = command
        .split_once("]<0.")
        .and_then(|(_, rest)| rest.split_once('>'))
        .and_then(|(limit, _)| limit.parse().ok())
        .unwrap_or(usize::MAX);
    for uid in chosen {
        let mail = &mails[uid - 1];
        let facts = format!("UID {uid} INTERNALDATE \"{}\" RFC822.SIZE {}", mail.internal_date, mail.bytes.len());
        if command.contains("BODY.PEEK[]") {
            let part = &mail.bytes[..mail.bytes.len().min(limit)];
            out.extend_from_slice(format!("* {uid} FETCH ({facts} BODY[]<0> {{{}}}\r\n", part.len()).as_bytes());
            out.extend_from_slice(part);
            out.extend_from_slice(b")\r\n");
        } else {
            out.extend_from_slice(format!("* {uid} FETCH ({facts})\r\n").as_bytes());
        }
    }
    out
}

fn plain_user(initial: &str) -> String {
    use base64::Engine as _;
    let decoded = base64::engine::general_purpose::STANDARD.decode(initial).unwrap_or_default();
    String::from_utf8_lossy(decoded.split(|&byte| byte == 0).nth(1).unwrap_or_default()).into_owned()
}

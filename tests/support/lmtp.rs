//! Hands mails to Dovecot over LMTP (RFC 2033). A delivery returns when the server has acknowledged it: from that
//! moment on the mail is in the mailbox, and that is where latencies are counted from.

use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

/// An LMTP session for any number of mails, one after the other.
#[derive(Debug)]
pub struct Courier {
    stream: BufStream<TcpStream>,
}

impl Courier {
    pub async fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("failed to connect to LMTP");
        stream.set_nodelay(true).expect("failed to set TCP_NODELAY");
        let mut courier = Self { stream: BufStream::new(stream) };
        courier.expect("220", "the greeting").await;
        courier.say("LHLO courier.test", "250").await;
        courier
    }

    /// Delivers into `mailbox` of `user` (created if missing). The moment of the server's 250.
    pub async fn deliver(&mut self, user: &str, mailbox: &str, mail: &[u8]) -> Instant {
        let (local, domain) = user.rsplit_once('@').expect("users of this Dovecot are addresses");
        let detail = if mailbox == "INBOX" { String::new() } else { format!("+{mailbox}") };
        self.say("MAIL FROM:<courier@courier.test>", "250").await;
        self.say(&format!("RCPT TO:<\"{local}{detail}\"@{domain}>"), "250").await;
        self.say("DATA", "354").await;
        self.stream.write_all(&dot_stuffed(mail)).await.expect("failed to write to LMTP");
        self.stream.flush().await.expect("failed to write to LMTP");
        self.expect("250", "the mail").await
    }

    async fn say(&mut self, line: &str, want: &str) {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await.expect("failed to write to LMTP");
        self.stream.flush().await.expect("failed to write to LMTP");
        self.expect(want, line).await;
    }

    async fn expect(&mut self, want: &str, what: &str) -> Instant {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await.expect("failed to read from LMTP");
            assert!(line.starts_with(want), "LMTP answered {line:?} to {what:?}");
            if line.as_bytes().get(3) != Some(&b'-') {
                return Instant::now();
            }
        }
    }
}

/// The mail as DATA wants it (RFC 5321 section 4.5.2): CRLF line ends, leading dots doubled, `.` at the end.
fn dot_stuffed(mail: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(mail.len() + mail.len() / 16 + 8);
    let mail = mail.strip_suffix(b"\n").unwrap_or(mail);
    for line in mail.split(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            data.push(b'.');
        }
        data.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        data.extend_from_slice(b"\r\n");
    }
    data.extend_from_slice(b".\r\n");
    data
}

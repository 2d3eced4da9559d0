//! A plain IMAP client that says exactly what a test tells it to, for what mail users do to a mailbox meanwhile: APPEND,
//! STORE, EXPUNGE, CREATE, DELETE, RENAME.

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

/// A session over plain TCP on loopback.
#[derive(Debug)]
pub struct ImapClient {
    stream: BufStream<TcpStream>,
    tag: u32,
}

impl ImapClient {
    pub async fn login(port: u16, user: &str, password: &str) -> Self {
        let mut client = Self::connect(port).await;
        client.command(&format!("LOGIN \"{user}\" \"{password}\"")).await;
        client
    }

    /// Greeted, not logged in.
    pub async fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("failed to connect to IMAP");
        let mut client = Self { stream: BufStream::new(stream), tag: 0 };
        let greeting = client.line().await;
        assert!(greeting.starts_with("* OK"), "the server greets with {greeting:?}");
        client
    }

    /// Runs a command to its tagged OK; the untagged responses, one a string, literals included. Anything but OK panics.
    pub async fn command(&mut self, command: &str) -> Vec<String> {
        self.tag += 1;
        let tag = format!("t{}", self.tag);
        self.write(format!("{tag} {command}\r\n").as_bytes()).await;
        self.finish(&tag, command).await
    }

    /// Sends a command without waiting for more than the server's `+`: IDLE.
    pub async fn begin(&mut self, command: &str) {
        self.tag += 1;
        self.write(format!("t{} {command}\r\n", self.tag).as_bytes()).await;
        let go_on = self.line().await;
        assert!(go_on.starts_with('+'), "the server answers {command:?} with {go_on:?}");
    }

    /// APPEND (RFC 3501 section 6.3.11), with an INTERNALDATE such as `01-Feb-2026 10:00:00 +0000` if given.
    pub async fn append(&mut self, mailbox: &str, internal_date: Option<&str>, mail: &[u8]) {
        self.tag += 1;
        let tag = format!("t{}", self.tag);
        let date = internal_date.map(|date| format!(" \"{date}\"")).unwrap_or_default();
        self.write(format!("{tag} APPEND \"{mailbox}\"{date} {{{}}}\r\n", mail.len()).as_bytes()).await;
        let go_on = self.line().await;
        assert!(go_on.starts_with('+'), "the server answers APPEND with {go_on:?}");
        self.write(mail).await;
        self.write(b"\r\n").await;
        self.finish(&tag, "APPEND").await;
    }

    async fn finish(&mut self, tag: &str, command: &str) -> Vec<String> {
        let mut untagged = Vec::new();
        loop {
            let response = self.response().await;
            match response.strip_prefix(tag) {
                Some(status) if status.starts_with(" OK") => return untagged,
                Some(_) => panic!("the server answers {command:?} with {response:?}"),
                None => untagged.push(response),
            }
        }
    }

    /// A line, and on with what follows it for as long as it ends in a literal.
    async fn response(&mut self) -> String {
        let mut response = self.line().await;
        while let Some(length) = literal_at_end(&response) {
            let mut literal = vec![0; length];
            self.stream.read_exact(&mut literal).await.expect("failed to read a literal");
            response += "\r\n";
            response += &String::from_utf8_lossy(&literal);
            response += &self.line().await;
        }
        response
    }

    async fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await.expect("failed to read from IMAP");
        assert!(!line.is_empty(), "the server closed the connection");
        String::from_utf8_lossy(&line).trim_end().to_owned()
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("failed to write to IMAP");
        self.stream.flush().await.expect("failed to write to IMAP");
    }
}

fn literal_at_end(line: &str) -> Option<usize> {
    line.strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}

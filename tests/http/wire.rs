//! HTTP by hand: nothing is tidied up on its way, as a client library would do.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use otp_relay::skyvern::pull::sign;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::wait::LIMIT;

#[derive(Clone, Debug)]
pub struct Request {
    head: String,
    body: Vec<u8>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn new(method: &str, path: &str) -> Self {
        Self { head: format!("{method} {path} HTTP/1.1\r\nHost: relay.example\r\n"), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// With its length.
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        let length = self.body.len().to_string();
        self.header("Content-Length", &length)
    }

    pub fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), b"\r\n", &self.body].concat()
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A request as Skyvern sends it.
pub fn signed_by(path: &str, body: &str, key: &str) -> Request {
    Request::new("POST", path)
        .header("x-skyvern-timestamp", "1795412149")
        .header("x-skyvern-signature", &sign(body.as_bytes(), &SecretString::from(key)))
        .header("Content-Type", "application/json")
        .body(body)
}

/// The `verification_code` of a good answer.
#[track_caller]
pub fn code_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    json["verification_code"].as_str().unwrap_or_else(|| panic!("no string in {json}")).to_owned()
}

/// Connects to `localhost` and trusts this authority alone.
pub async fn connect_tls(to: SocketAddr, ca: &Path) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(to).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

/// One request on a connection of its own.
pub async fn send(to: SocketAddr, request: &Request) -> Answer {
    let mut stream = TcpStream::connect(to).await.unwrap();
    send_on(&mut stream, request).await
}

pub async fn send_on(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &Request) -> Answer {
    stream.write_all(&request.bytes()).await.unwrap();
    read(stream).await.expect("an answer")
}

/// Sends bytes as they are and reads what comes back: `None` where the other side only hangs up.
pub async fn send_raw(to: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    // It may be cut off before all is said.
    let _ = stream.write_all(bytes).await;
    read(&mut stream).await
}

/// Reads one answer; `None` at the end of the stream.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Answer> {
    tokio::time::timeout(LIMIT, read_answer(stream)).await.expect("no answer in time")
}

async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> Option<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = stream.read_u8().await.ok()?;
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Answer { status, headers, body })
}

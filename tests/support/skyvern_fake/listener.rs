//! A listener whose connections can be cut while a request is under way, with TLS if wanted.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Pki;

/// A client's connection, as a handler sees it.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    cut: Arc<AtomicBool>,
}

impl Connection {
    /// Whatever is answered from now on does not arrive; the client sees the connection close.
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }
}

pub(super) struct CuttingListener {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
    all: CancellationToken,
    opened: Arc<AtomicUsize>,
}

impl CuttingListener {
    pub(super) async fn bind(port: u16) -> Self {
        let tcp = TcpListener::bind(("127.0.0.1", port)).await.expect("failed to listen");
        Self { tcp, tls: None, all: CancellationToken::new(), opened: Arc::default() }
    }

    pub(super) fn with_tls(mut self, pki: &Pki) -> Self {
        let chain =
            CertificateDer::pem_file_iter(&pki.certificate).expect("a chain").map(|der| der.expect("PEM")).collect();
        let key = PrivateKeyDer::from_pem_file(&pki.key).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a certificate");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        self.tls = Some(TlsAcceptor::from(Arc::new(config)));
        self
    }

    /// Counts on where another listener stopped.
    pub(super) fn counting(mut self, opened: Arc<AtomicUsize>) -> Self {
        self.opened = opened;
        self
    }

    /// How many connections were accepted.
    pub(super) fn opened(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.opened)
    }

    pub(super) fn port(&self) -> u16 {
        self.tcp.local_addr().expect("an address").port()
    }

    /// All connections end when this is dropped.
    pub(super) fn connections(&self) -> DropGuard {
        self.all.clone().drop_guard()
    }
}

impl Listener for CuttingListener {
    type Io = Cuttable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Cuttable, SocketAddr) {
        loop {
            let Ok((tcp, address)) = self.tcp.accept().await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let _ = tcp.set_nodelay(true);
            let stream: Box<dyn Stream> = match &self.tls {
                None => Box::new(tcp),
                Some(acceptor) => match acceptor.accept(tcp).await {
                    Ok(tls) => Box::new(tls),
                    Err(_) => continue,
                },
            };
            self.opened.fetch_add(1, Ordering::SeqCst);
            let cut = Arc::new(AtomicBool::new(false));
            return (Cuttable { stream, cut, all: Box::pin(self.all.clone().cancelled_owned()) }, address);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttingListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, CuttingListener>) -> Self {
        Self { cut: Arc::clone(&stream.io().cut) }
    }
}

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl Stream for TcpStream {}
impl Stream for tokio_rustls::server::TlsStream<TcpStream> {}

/// A stream that fails once it is cut.
pub(super) struct Cuttable {
    stream: Box<dyn Stream>,
    cut: Arc<AtomicBool>,
    all: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Cuttable {
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.cut.load(Ordering::SeqCst) || self.all.as_mut().poll(context).is_ready() {
            self.cut.store(true, Ordering::SeqCst);
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

//! From a host name to a greeted connection: DNS, TCP with staggered addresses, TLS, the server's greeting, STARTTLS.
//!
//! Each step is bounded by the account's `connect_timeout` or `command_timeout`, and all together by their sum, however
//! steadily a server trickles. What came in plain text before STARTTLS is forgotten. It
//! leaves the login to `auth`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use super::error::Error;
use super::session::Session;
use super::stream::Stream;
use super::tls::{self, Trust};
use crate::config::{Account, Tls};

/// The head start of each address before the next is tried beside it (RFC 8305 section 8).
const STAGGER: Duration = Duration::from_millis(250);
/// Host names looked up at once: each lookup takes a thread of the system's resolver.
const LOOKUPS: usize = 16;
/// How long sent data may stay unacknowledged before the system gives the connection up.
const UNACKNOWLEDGED: Duration = Duration::from_secs(60);

/// The longest that [`connect`] takes: TCP and TLS; greeting, capabilities and STARTTLS.
pub(super) fn longest(account: &Account) -> Duration {
    account.connect_timeout * 2 + account.command_timeout * 3
}

/// Connects, agrees on TLS and takes the greeting. `literal`: the largest literal the session will accept.
pub(super) async fn connect(account: &Account, trust: &Trust, literal: u64) -> Result<Session, Error> {
    within(account, longest(account), connect_in_steps(account, trust, literal)).await
}

async fn connect_in_steps(account: &Account, trust: &Trust, literal: u64) -> Result<Session, Error> {
    let tcp = in_time(account, tcp(account)).await?;
    let patience = account.command_timeout;
    match account.tls {
        Tls::None => Session::greeted(Stream::Plain(tcp), literal, patience).await,
        Tls::Implicit => {
            let stream = in_time(account, handshake(account, trust, tcp)).await?;
            Session::greeted(stream, literal, patience).await
        }
        Tls::StartTls => {
            let plain = Session::greeted(Stream::Plain(tcp), literal, patience).await?;
            let Stream::Plain(tcp) = plain.start_tls().await? else {
                return Err(Error::protocol("it agreed to STARTTLS under TLS"));
            };
            let stream = in_time(account, handshake(account, trust, tcp)).await?;
            Ok(Session::ungreeted(stream, literal, patience))
        }
    }
}

/// One step of connecting, in the time the account allows.
pub(super) async fn in_time<T>(account: &Account, step: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    within(account, account.connect_timeout, step).await
}

async fn within<T>(
    account: &Account,
    limit: Duration,
    steps: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout(limit, steps).await.unwrap_or_else(|_| {
        Err(Error::Tcp {
            address: format!("{}:{}", account.host, account.port),
            reason: format!("nothing came of it within {limit:?}"),
        })
    })
}

/// DNS and TCP.
async fn tcp(account: &Account) -> Result<TcpStream, Error> {
    let addresses = resolve(account).await?;
    first_to_answer(account, addresses).await
}

/// The host's addresses, families taking turns (RFC 8305 section 4).
pub(super) async fn resolve(account: &Account) -> Result<Vec<SocketAddr>, Error> {
    static TURN: Semaphore = Semaphore::const_new(LOOKUPS);
    let failed = |reason: String| Error::Dns { host: account.host.clone(), reason };
    let _turn = TURN.acquire().await.map_err(|error| failed(error.to_string()))?;
    let found =
        tokio::net::lookup_host((account.host.as_str(), account.port)).await.map_err(|e| failed(e.to_string()))?;
    let (v6, v4): (Vec<_>, Vec<_>) = found.partition(SocketAddr::is_ipv6);
    let mut ordered = Vec::with_capacity(v6.len() + v4.len());
    let (mut v6, mut v4) = (v6.into_iter(), v4.into_iter());
    loop {
        let before = ordered.len();
        ordered.extend(v6.next());
        ordered.extend(v4.next());
        if ordered.len() == before {
            break;
        }
    }
    if ordered.is_empty() { Err(failed("it has no addresses".into())) } else { Ok(ordered) }
}

/// Tries one address after the other, each a moment after the one before or as soon as that failed (RFC 8305 section 5).
pub(super) async fn first_to_answer(account: &Account, addresses: Vec<SocketAddr>) -> Result<TcpStream, Error> {
    let dial = |address| async move { (address, TcpStream::connect(address).await) };
    let mut waiting = addresses.into_iter();
    let mut attempts: FuturesUnordered<_> = waiting.next().map(dial).into_iter().collect();
    let mut reasons = Vec::new();
    loop {
        tokio::select! {
            answered = attempts.next() => match answered {
                Some((_, Ok(tcp))) => {
                    tune(&tcp);
                    return Ok(tcp);
                }
                Some((address, Err(error))) => {
                    reasons.push(format!("{address}: {error}"));
                    attempts.extend(waiting.next().map(dial));
                }
                None => {
                    let address = format!("{}:{}", account.host, account.port);
                    return Err(Error::Tcp { address, reason: reasons.join("; ") });
                }
            },
            () = sleep(STAGGER), if waiting.len() > 0 => attempts.extend(waiting.next().map(dial)),
        }
    }
}

/// Small packets at once, and dead peers noticed. Where the system lacks an option the connection works without it.
fn tune(tcp: &TcpStream) {
    let _ = tcp.set_nodelay(true);
    let socket = SockRef::from(tcp);
    let keepalive =
        TcpKeepalive::new().with_time(Duration::from_secs(60)).with_interval(Duration::from_secs(20)).with_retries(4);
    let _ = socket.set_tcp_keepalive(&keepalive);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
}

/// Agrees on TLS. Certificate and name are checked as the account wants.
pub(super) async fn handshake(account: &Account, trust: &Trust, tcp: TcpStream) -> Result<Stream, Error> {
    let failed = |reason: String| Error::Tls { host: account.host.clone(), reason };
    let config: Arc<ClientConfig> =
        trust.config(account.ca.as_deref(), account.pinned_sha256).await.map_err(|error| failed(error.to_string()))?;
    let name = ServerName::try_from(account.host.clone())
        .map_err(|_| failed(format!("{} is neither a host name nor an address", account.host)))?;
    let stream = TlsConnector::from(config).connect(name, tcp).await.map_err(|error| failed(tls::explain(&error)))?;
    Ok(Stream::Tls(Box::new(stream)))
}

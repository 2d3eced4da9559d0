//! Sockets to listen at: TCP, unix, or handed over by systemd.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use listenfd::ListenFd;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

use super::{HttpError, unnamed};
use crate::config::Address;

/// Connections that the kernel keeps for us while we are busy.
const BACKLOG: i32 = 1024;

/// A socket that listens.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    Unix {
        listener: UnixListener,
        /// Where the socket's file is ours.
        _file: Option<Remove>,
    },
}

/// Where a socket listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// Who connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    Tcp(SocketAddr),
    Unix,
}

/// A socket's file, which goes with its listener.
#[derive(Debug)]
pub(super) struct Remove(PathBuf);

impl Drop for Remove {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A connection of either kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(super) fn bind(address: &Address) -> Result<Vec<Listener>, HttpError> {
    let failed = |address: String| move |source| HttpError::Listen { address, source };
    match address {
        Address::Tcp(address) => Ok(vec![Listener::Tcp(tcp(*address).map_err(failed(address.to_string()))?)]),
        Address::Unix(path) => {
            let listener = unix(path).map_err(failed(format!("unix:{}", path.display())))?;
            Ok(vec![Listener::Unix { listener, _file: Some(Remove(path.clone())) }])
        }
        Address::Systemd => handed_over(),
    }
}

/// Whether one could listen there now; nothing is left behind, and nobody is in the way meanwhile. What systemd would
/// hand over can't be tried.
pub(super) fn try_out(address: &Address) -> io::Result<()> {
    match address {
        // Without listening: nobody can connect.
        Address::Tcp(address) => bound(*address).map(drop),
        Address::Unix(path) => match free(path)? {
            true => std::fs::metadata(path.parent().unwrap_or(path)).map(drop),
            false => Ok(()),
        },
        Address::Systemd => Ok(()),
    }
}

fn tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = bound(address)?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

fn bound(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restart need not wait for connections of the last life.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // [::] means all addresses, also those of IPv4.
        socket.set_only_v6(false)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

/// Whether nothing stands in the socket's place; `false` for a socket that a dead daemon left. Any other file and a
/// living socket are in the way.
fn free(path: &Path) -> io::Result<bool> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => {
            Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file that is no socket stands there"))
        }
        Ok(_) if std::os::unix::net::UnixStream::connect(path).is_ok() => {
            Err(io::Error::new(io::ErrorKind::AddrInUse, "another process listens there"))
        }
        Ok(_) => Ok(false),
        Err(_) => Ok(true),
    }
}

/// Takes the socket's place; removes one that a dead daemon left.
fn unix(path: &Path) -> io::Result<UnixListener> {
    if !free(path)? {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))?;
    Ok(listener)
}

/// The sockets of a `.socket` unit (`sd_listen_fds(3)`).
fn handed_over() -> Result<Vec<Listener>, HttpError> {
    let mut handed = ListenFd::from_env();
    let mut listeners = Vec::new();
    for at in 0..handed.len() {
        listeners
            .push(take(&mut handed, at).ok_or(HttpError::Systemd("one of them is no stream socket that listens"))?);
    }
    if listeners.is_empty() {
        return Err(HttpError::Systemd("there are none: is the service started by its .socket unit?"));
    }
    Ok(listeners)
}

fn take(handed: &mut ListenFd, at: usize) -> Option<Listener> {
    if let Ok(Some(listener)) = handed.take_tcp_listener(at) {
        listener.set_nonblocking(true).ok()?;
        return TcpListener::from_std(listener).ok().map(Listener::Tcp);
    }
    let listener = handed.take_unix_listener(at).ok()??;
    listener.set_nonblocking(true).ok()?;
    UnixListener::from_std(listener).ok().map(|listener| Listener::Unix { listener, _file: None })
}

impl Listener {
    pub(super) fn address(&self) -> Bound {
        match self {
            Self::Tcp(listener) => {
                Bound::Tcp(listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0))))
            }
            Self::Unix { listener, .. } => {
                let address = listener.local_addr().ok();
                Bound::Unix(address.and_then(|it| Some(it.as_pathname()?.to_owned())).unwrap_or_else(unnamed))
            }
        }
    }

    /// The next connection. Cancel-safe.
    pub(super) async fn accept(&self) -> io::Result<(Box<dyn Stream>, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // An answer is one small packet: it must not wait for another.
                let _ = stream.set_nodelay(true);
                Ok((Box::new(stream), Peer::Tcp(peer)))
            }
            Self::Unix { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                Ok((Box::new(stream), Peer::Unix))
            }
        }
    }
}

impl Peer {
    /// A process on this machine: perhaps a reverse proxy, which speaks for many.
    pub(super) fn is_local(self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix => true,
        }
    }
}

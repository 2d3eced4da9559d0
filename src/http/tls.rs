//! TLS of our own: a certificate and key that are read again when their files change. What can't be used is told once,
//! and the old one stays.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::config::CertificateFiles;
use crate::config::certificate::{self, CertificateError};
use crate::events::{Event, Events};

/// Files are looked at when somebody connects, but not more often.
const LOOK: Duration = Duration::from_secs(1);

/// The certificate in use.
#[derive(Debug)]
pub(super) struct Certificates {
    files: CertificateFiles,
    present: Arc<Present>,
    seen: Mutex<Seen>,
    events: Events,
}

#[derive(Debug)]
struct Present(ArcSwap<CertifiedKey>);

#[derive(Clone, Debug, PartialEq)]
struct Seen {
    state: [Option<FileState>; 2],
    at: Instant,
}

/// Tells one content of a file from the next, also where it was replaced by renaming.
#[derive(Clone, Copy, Debug, PartialEq)]
struct FileState {
    modified: SystemTime,
    length: u64,
    inode: u64,
}

impl ResolvesServerCert for Present {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl Certificates {
    pub(super) fn read(files: CertificateFiles, events: Events) -> Result<Self, CertificateError> {
        let state = states(&files);
        let present = certificate::read(&files.cert, &files.key)?;
        let seen = Mutex::new(Seen { state, at: Instant::now() });
        Ok(Self { files, present: Arc::new(Present(ArcSwap::new(present))), seen, events })
    }

    /// What does the handshakes.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self.present.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again if they changed.
    pub(super) fn refresh(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.at.elapsed() < LOOK {
            return;
        }
        seen.at = Instant::now();
        let state = states(&self.files);
        if state == seen.state {
            return;
        }
        match certificate::read(&self.files.cert, &self.files.key) {
            Ok(certified) => {
                self.present.0.store(certified);
                self.events.emit(Event::CertificateRead);
            }
            // Between the two renames of a replacement as well: the next change is looked at again.
            Err(error) => self.events.emit(Event::CertificateRefused { reason: &error.to_string() }),
        }
        seen.state = state;
    }
}

fn states(files: &CertificateFiles) -> [Option<FileState>; 2] {
    [state(&files.cert), state(&files.key)]
}

fn state(path: &Path) -> Option<FileState> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path).ok()?;
    Some(FileState { modified: metadata.modified().ok()?, length: metadata.len(), inode: metadata.ino() })
}

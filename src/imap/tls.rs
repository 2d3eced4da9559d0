//! Whom to trust. The system's roots are loaded once and shared by all sessions; an inbox can add a private CA, or name
//! the one certificate it accepts. There is no way to accept any certificate.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use rustls_platform_verifier::Verifier;
use sha2::{Digest, Sha256};

/// Client configurations by what they trust. Cheap to clone; clones share.
#[derive(Clone, Default)]
pub(crate) struct Trust {
    known: Arc<Mutex<HashMap<Key, Arc<ClientConfig>>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    System,
    /// A private CA beside the system's, by the hash of its file: a changed file is a new key.
    Extra(PathBuf, [u8; 32]),
    Pinned([u8; 32]),
}

/// Why there is nothing to trust; a text for a person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrustError {
    #[error("the CA file {path} can't be read: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    #[error("the CA file {0} holds no certificate in PEM form")]
    Empty(PathBuf),
    #[error("{0}")]
    Rustls(#[from] rustls::Error),
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trust")
    }
}

impl Trust {
    /// The configuration for a server: system roots, plus the CA in `ca`, or nothing but the certificate with this
    /// SHA-256.
    pub(crate) async fn config(
        &self,
        ca: Option<&Path>,
        pinned: Option<[u8; 32]>,
    ) -> Result<Arc<ClientConfig>, TrustError> {
        let (key, roots) = match (pinned, ca) {
            (Some(hash), _) => (Key::Pinned(hash), Vec::new()),
            (None, None) => (Key::System, Vec::new()),
            (None, Some(path)) => {
                let unreadable = |reason: String| TrustError::Unreadable { path: path.to_owned(), reason };
                let pem = tokio::fs::read(path).await.map_err(|e| unreadable(e.to_string()))?;
                let roots = CertificateDer::pem_slice_iter(&pem)
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|e| unreadable(e.to_string()))?;
                if roots.is_empty() {
                    return Err(TrustError::Empty(path.to_owned()));
                }
                (Key::Extra(path.to_owned(), Sha256::digest(&pem).into()), roots)
            }
        };
        if let Some(config) = self.lock().get(&key) {
            return Ok(Arc::clone(config));
        }
        // Two tasks may build the same one at the same time; the first to finish is kept.
        let for_building = key.clone();
        let config = tokio::task::spawn_blocking(move || build(&for_building, roots))
            .await
            .map_err(|_| rustls::Error::General("the system's roots could not be loaded".into()))??;
        let mut known = self.lock();
        if let Key::Extra(path, _) = &key {
            known.retain(|other, _| *other == key || !matches!(other, Key::Extra(p, _) if p == path));
        }
        Ok(Arc::clone(known.entry(key).or_insert(config)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<ClientConfig>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn build(key: &Key, roots: Vec<CertificateDer<'static>>) -> Result<Arc<ClientConfig>, TrustError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match key {
        Key::Pinned(hash) => Arc::new(Pinned { hash: *hash, provider: Arc::clone(&provider) }),
        Key::System | Key::Extra(..) => Arc::new(Verifier::new_with_extra_roots(roots, Arc::clone(&provider))?),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Accepts one certificate, whatever its chain, name and dates say. That the server holds its key is still proven: the
/// handshake's signature is checked.
#[derive(Debug)]
struct Pinned {
    hash: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if <[u8; 32]>::from(Sha256::digest(end_entity)) == self.hash {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What a failed handshake means and what to do about it.
pub(super) fn explain(error: &std::io::Error) -> String {
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return match error.kind() {
            std::io::ErrorKind::UnexpectedEof => "the server closed the connection during the handshake".into(),
            _ => error.to_string(),
        };
    };
    match tls {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "the certificate's issuer is not trusted (for a private CA set `ca` to its PEM file)".into()
        }
        rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure) => {
            "the certificate is not the pinned one".into()
        }
        rustls::Error::InvalidMessage(_) => {
            "the server does not speak TLS on this port (is it a STARTTLS port? then set `tls = \"starttls\"`)".into()
        }
        other => other.to_string(),
    }
}

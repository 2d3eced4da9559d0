//! A server's own certificate and private key, from PEM files; and what a person asks of any certificate.

mod summary;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) use summary::Summary;

/// Why a certificate can't be used; never holds anything of the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    #[error("{path} can't be read: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    #[error("{0} holds no certificate in PEM form")]
    NoCertificate(PathBuf),
    #[error("{0} holds no private key in PEM form")]
    NoKey(PathBuf),
    #[error("the private key in {key} is not that of the certificate in {cert}")]
    Mismatch { cert: PathBuf, key: PathBuf },
    #[error("the certificate in {cert} can't be used: {reason}")]
    Unusable { cert: PathBuf, reason: String },
}

impl CertificateError {
    /// Whether it is the key's file that must be looked at.
    pub(super) fn is_of_key(&self, key_file: &Path) -> bool {
        match self {
            Self::Unreadable { path, .. } => path == key_file,
            Self::NoKey(_) | Self::Mismatch { .. } => true,
            Self::NoCertificate(_) | Self::Unusable { .. } => false,
        }
    }
}

/// Reads a certificate chain (the server's own first) and its private key, and sees that they belong together.
pub fn read(cert: &Path, key: &Path) -> Result<Arc<CertifiedKey>, CertificateError> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&bytes(cert)?)
        .collect::<Result<_, _>>()
        .ok()
        .filter(|chain: &Vec<_>| !chain.is_empty())
        .ok_or_else(|| CertificateError::NoCertificate(cert.to_owned()))?;
    let private = PrivateKeyDer::from_pem_slice(&bytes(key)?).map_err(|_| CertificateError::NoKey(key.to_owned()))?;
    let certified = CertifiedKey::from_der(chain, private, &default_provider());
    certified.map(Arc::new).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => CertificateError::Mismatch { cert: cert.to_owned(), key: key.to_owned() },
        error => CertificateError::Unusable { cert: cert.to_owned(), reason: error.to_string() },
    })
}

fn bytes(path: &Path) -> Result<Vec<u8>, CertificateError> {
    std::fs::read(path)
        .map_err(|error| CertificateError::Unreadable { path: path.to_owned(), reason: error.to_string() })
}

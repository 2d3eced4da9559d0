//! A private certificate authority and a server certificate for `localhost`, `127.0.0.1` and `::1`, made anew for each test.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

/// Where the files are (PEM).
#[derive(Clone, Debug)]
pub struct Pki {
    pub ca: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// The server certificate (DER), for pinning.
    pub certificate_der: Vec<u8>,
}

impl Pki {
    /// Writes `ca.pem`, `server.pem` (leaf, then CA) and `server.key` into `directory`.
    pub fn create(directory: &Path) -> Self {
        Self::for_names(directory, &["localhost", "127.0.0.1", "::1"])
    }

    /// The same for other names, to see that a wrong name is refused.
    pub fn for_names(directory: &Path, names: &[&str]) -> Self {
        let mut ca = CertificateParams::default();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        ca.distinguished_name.push(DnType::CommonName, "otp-relay test authority");
        let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().expect("a key")).expect("a CA");

        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut server = CertificateParams::new(names).expect("names for a certificate");
        server.distinguished_name.push(DnType::CommonName, "localhost");
        server.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let server = server.signed_by(&key, &ca).expect("a certificate");

        let pki = Self {
            ca: directory.join("ca.pem"),
            certificate: directory.join("server.pem"),
            key: directory.join("server.key"),
            certificate_der: server.der().to_vec(),
        };
        fs::write(&pki.ca, ca.pem()).expect("failed to write ca.pem");
        fs::write(&pki.certificate, server.pem() + &ca.pem()).expect("failed to write server.pem");
        fs::write(&pki.key, key.serialize_pem()).expect("failed to write server.key");
        pki
    }
}

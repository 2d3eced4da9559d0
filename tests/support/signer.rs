//! Signs made-up mails as a sender's server would (DKIM), or seals them as a forwarder's would (ARC). Keys are made anew.

use std::net::SocketAddr;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_auth::arc::ArcSealer;
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256, SigningKey};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{Canonicalization, DkimSigner};
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::{
    ArcOutput, AuthenticatedMessage, AuthenticationResults, DkimResult, DmarcOutput, DmarcResult, MessageAuthenticator,
};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

/// How a mail is signed.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub canonicalization: Canonicalization,
    pub headers: &'static [&'static str],
    /// The signature is only for the beginning of the text.
    pub length: bool,
    /// Seconds from now; 0: never.
    pub expires: u64,
}

impl Default for Style {
    fn default() -> Self {
        let headers = &["From", "To", "Subject", "Date", "Message-ID"];
        Self { canonicalization: Canonicalization::Relaxed, headers, length: false, expires: 0 }
    }
}

/// The key of a domain, under the selector `s1`.
pub struct Signer {
    domain: String,
    key: Key,
}

enum Key {
    /// PEM.
    Rsa(Vec<u8>),
    /// PKCS #8.
    Ed25519(Vec<u8>),
}

impl Signer {
    pub fn rsa(domain: &str) -> Self {
        Self {
            domain: domain.into(),
            key: Key::Rsa(generate(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])),
        }
    }

    pub fn ed25519(domain: &str) -> Self {
        Self { domain: domain.into(), key: Key::Ed25519(Ed25519Key::generate_pkcs8().expect("a key")) }
    }

    fn rsa_key(&self, pem: &[u8]) -> RsaKey<Sha256> {
        RsaKey::from_key_der(PrivateKeyDer::from_pem_slice(pem).expect("a key")).expect("an RSA key")
    }

    /// What DNS has to say of the key.
    pub fn record(&self) -> (String, String) {
        let text = match &self.key {
            Key::Rsa(pem) => format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(self.rsa_key(pem).public_key())),
            Key::Ed25519(der) => {
                let key = Ed25519Key::from_pkcs8_maybe_unchecked_der(der).expect("an Ed25519 key");
                format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(key.public_key()))
            }
        };
        (format!("s1._domainkey.{}", self.domain), text)
    }

    /// The mail with a signature on top.
    pub fn sign(&self, mail: &[u8], style: Style) -> Vec<u8> {
        let field = match &self.key {
            Key::Rsa(pem) => self.field(self.rsa_key(pem), mail, style),
            Key::Ed25519(der) => {
                self.field(Ed25519Key::from_pkcs8_maybe_unchecked_der(der).expect("an Ed25519 key"), mail, style)
            }
        };
        [field.as_bytes(), mail].concat()
    }

    fn field(&self, key: impl SigningKey, mail: &[u8], style: Style) -> String {
        let signer = DkimSigner::from_key(key)
            .domain(&self.domain)
            .selector("s1")
            .headers(style.headers.iter().copied())
            .header_canonicalization(style.canonicalization)
            .body_canonicalization(style.canonicalization)
            .body_length(style.length)
            .expiration(style.expires);
        signer.sign(mail).expect("a signature").to_header()
    }

    /// The mail with the first ARC set on top, in which this forwarder says that DMARC passed for `from`.
    pub fn seal(&self, mail: &[u8], from: &str) -> Vec<u8> {
        let passed = DmarcOutput::default().with_domain(from).with_dkim_result(DmarcResult::Pass);
        let results = AuthenticationResults::new(&self.domain).with_dmarc_result(&passed);
        let message = AuthenticatedMessage::parse(mail).expect("a mail");
        self.set(&message, &results, &ArcOutput::default())
    }

    /// The sealed mail with `footer` below it and one more ARC set on top, in which this forwarder says what it found of
    /// the chain as it came, with keys from the DNS at `dns`, and that DMARC failed for `from`.
    pub async fn seal_again(&self, mail: &[u8], footer: &[u8], from: &str, dns: SocketAddr) -> Vec<u8> {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
            connection.port = dns.port();
            connection
        });
        let server = NameServerConfig::new(dns.ip(), true, connections.to_vec());
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let authenticator = MessageAuthenticator::new(config, ResolverOpts::default()).expect("a resolver");
        let message = AuthenticatedMessage::parse(mail).expect("a mail");
        let chain = authenticator.verify_arc(&message).await;
        assert!(matches!(chain.result(), DkimResult::Pass), "{:?}", chain.result());
        let failed = DmarcOutput::default().with_domain(from);
        let results = AuthenticationResults::new(&self.domain)
            .with_dmarc_result(&failed)
            .with_arc_result(&chain, "192.0.2.1".parse().expect("an address"));
        let changed = [mail, footer].concat();
        self.set(&AuthenticatedMessage::parse(&changed).expect("a mail"), &results, &chain)
    }

    fn set(
        &self,
        message: &AuthenticatedMessage<'_>,
        results: &AuthenticationResults,
        chain: &ArcOutput<'_>,
    ) -> Vec<u8> {
        let Key::Rsa(pem) = &self.key else { panic!("forwarders seal with RSA here") };
        let sealer = ArcSealer::from_key(self.rsa_key(pem))
            .domain(&self.domain)
            .selector("s1")
            .headers(["From", "To", "Subject", "Date"]);
        let set = sealer.seal(message, results, chain).expect("a seal");
        [set.to_header().as_bytes(), message.raw_message].concat()
    }
}

fn generate(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").arg("genpkey").args(arguments).output();
    let output = output.expect("openssl does not start: run scripts/ensure openssl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

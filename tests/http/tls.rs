//! TLS of our own.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::pki::Pki;
use crate::support::wait::LIMIT;
use crate::wire;
use crate::world::{IDENTIFIER, World, code_of, signed};

fn listen(pki: &Pki) -> String {
    format!(
        "[listen]\naddress = \"127.0.0.1:8025\"\ncert = \"{}\"\nkey = \"{}\"\n",
        pki.certificate.display(),
        pki.key.display()
    )
}

/// Connects and trusts this authority alone.
async fn connect(world: &World, ca: &Path) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(world.address()).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

#[tokio::test]
async fn codes_are_served_over_tls_and_not_without() {
    let directory = tempfile::tempdir().unwrap();
    let pki = Pki::create(directory.path());
    let world = World::with(&listen(&pki)).await;
    world.arrive(IDENTIFIER, "482913").await;
    let mut stream = connect(&world, &pki.ca).await.unwrap();
    let answer = wire::send_on(&mut stream, &signed("/totp/agent@example.com", "{}")).await;
    assert_eq!(code_of(&answer), "482913");
    assert!(wire::send_raw(world.address(), &signed("/totp/agent@example.com", "{}").bytes()).await.is_none());
}

#[tokio::test]
async fn a_certificate_that_is_replaced_is_used_without_a_restart() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (pki, next) = (Pki::create(old.path()), Pki::create(new.path()));
    let world = World::with(&listen(&pki)).await;
    assert!(connect(&world, &pki.ca).await.is_ok());
    assert!(connect(&world, &next.ca).await.is_err());
    let mut open = connect(&world, &pki.ca).await.unwrap();
    // As certbot does it: one after the other; between the two they do not belong together.
    std::fs::copy(&next.certificate, &pki.certificate).unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(connect(&world, &pki.ca).await.is_ok(), "the old certificate is no longer used");
    std::fs::copy(&next.key, &pki.key).unwrap();
    let start = Instant::now();
    while connect(&world, &next.ca).await.is_err() {
        assert!(start.elapsed() < LIMIT, "the new certificate is never used");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Who is connected stays so.
    assert_eq!(code_of(&wire::send_on(&mut open, &signed("/totp/a", "{}")).await), "");
}

#[tokio::test]
async fn who_does_not_shake_hands_is_hung_up_on() {
    let directory = tempfile::tempdir().unwrap();
    let pki = Pki::create(directory.path());
    let limits = otp_relay::http::Limits { header: Duration::from_millis(300), ..otp_relay::http::Limits::default() };
    let world = World::start(crate::world::config(&listen(&pki)), limits).await;
    let mut stream = TcpStream::connect(world.address()).await.unwrap();
    assert!(wire::read(&mut stream).await.is_none());
}

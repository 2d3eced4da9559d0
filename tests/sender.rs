//! Signatures that are made here, verified against a real DNS server.

#[path = "support/mod.rs"]
mod support;

use std::time::Duration;

use mail_auth::dkim::Canonicalization;
use otp_relay::config;
use otp_relay::mail::sender::{Arc, DmarcRecord, SignatureState, Verified};
use otp_relay::mail::{Message, Requirement, SenderStatus, SenderTrust, Verification, verify_sender};
use otp_relay::sender::Verifier;
use support::dns::Dns;
use support::mails::code_mail;
use support::signer::{Signer, Style};

const DOMAIN: &str = "login.example";

fn verifier(dns: &Dns) -> Verifier {
    Verifier::new(config::Dns { servers: vec![dns.address], timeout: Duration::from_secs(5) })
}

async fn verified(verifier: &Verifier, mail: &[u8]) -> Verified {
    match verifier.verify(mail, Some(DOMAIN)).await {
        Verification::Done(verified) => verified,
        Verification::Impossible(why) => panic!("{why}"),
    }
}

async fn state(verifier: &Verifier, mail: &[u8]) -> SignatureState {
    let found = verified(verifier, mail).await;
    found.signatures.first().map(|signature| signature.state.clone()).expect("a signature")
}

fn replaced(mail: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(mail.to_vec()).expect("text");
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[tokio::test]
async fn each_way_of_signing_holds_and_each_way_of_changing_is_named() {
    let (rsa, ed25519) = (Signer::rsa(DOMAIN), Signer::ed25519("m.login.example"));
    let policy = ("_dmarc.login.example".to_owned(), "v=DMARC1; p=reject; adkim=s".to_owned());
    let dns = Dns::start(&[rsa.record(), ed25519.record(), policy]).await;
    let verifier = verifier(&dns);
    let mail = code_mail("agents@example.com", "493027");
    for canonicalization in [Canonicalization::Relaxed, Canonicalization::Simple] {
        let style = Style { canonicalization, ..Style::default() };
        for signer in [&rsa, &ed25519] {
            assert_eq!(state(&verifier, &signer.sign(&mail, style)).await, SignatureState::Valid, "{style:?}");
        }
    }
    let signed = rsa.sign(&mail, Style::default());
    assert_eq!(verified(&verifier, &signed).await.dmarc, DmarcRecord::Found { strict: true });
    let footer = [signed.as_slice(), b"-- \r\nFriends mailing list\r\n"].concat();
    assert_eq!(state(&verifier, &footer).await, SignatureState::BodyChanged { headers_hold: true });
    let subject = replaced(&signed, "Subject: Your", "Subject: [friends] Your");
    assert_eq!(state(&verifier, &subject).await, SignatureState::HeaderChanged);
    let both = replaced(&footer, "Subject: Your", "Subject: [friends] Your");
    assert_eq!(state(&verifier, &both).await, SignatureState::BodyChanged { headers_hold: false });
    let length = rsa.sign(&mail, Style { length: true, ..Style::default() });
    assert_eq!(state(&verifier, &length).await, SignatureState::LengthTag);
    let partial = rsa.sign(&mail, Style { headers: &["From", "To"], ..Style::default() });
    assert_eq!(state(&verifier, &partial).await, SignatureState::FieldUnsigned("subject"));
    // Of several signatures one that holds is enough.
    let twice = ed25519.sign(&subject, Style::default());
    let states: Vec<_> = verified(&verifier, &twice).await.signatures.into_iter().map(|it| it.state).collect();
    assert_eq!(states, [SignatureState::Valid, SignatureState::HeaderChanged]);
}

#[tokio::test]
async fn keys_that_are_missing_or_revoked_prove_nothing() {
    let (missing, revoked) = (Signer::ed25519(DOMAIN), Signer::ed25519("old.login.example"));
    let (name, _) = revoked.record();
    let dns = Dns::start(&[(name, "v=DKIM1; p=".into())]).await;
    let verifier = verifier(&dns);
    let mail = code_mail("agents@example.com", "493027");
    assert_eq!(state(&verifier, &missing.sign(&mail, Style::default())).await, SignatureState::KeyMissing);
    assert_eq!(state(&verifier, &revoked.sign(&mail, Style::default())).await, SignatureState::KeyRevoked);
    assert_eq!(verified(&verifier, &mail).await, Verified { waited: Duration::from_secs(5), ..Verified::default() });
}

#[tokio::test]
async fn a_silent_dns_leaves_the_sender_open_within_the_deadline() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = silent.local_addr().expect("an address");
    let verifier = Verifier::new(config::Dns { servers: vec![address], timeout: Duration::from_millis(300) });
    let mail = Signer::ed25519(DOMAIN).sign(&code_mail("agents@example.com", "493027"), Style::default());
    let found = verified(&verifier, &mail).await;
    assert!(found.is_open());
    assert_eq!(found.signatures[0].state, SignatureState::NoAnswer);
}

#[tokio::test]
async fn a_list_that_broke_the_signature_is_believed_only_if_it_is_trusted() {
    let (signer, list) = (Signer::rsa(DOMAIN), Signer::rsa("lists.example"));
    let dns = Dns::start(&[signer.record(), list.record()]).await;
    let signed = signer.sign(&code_mail("agents@example.com", "493027"), Style::default());
    let forwarded = replaced(&signed, "Subject: Your", "Subject: [friends] Your");
    let sealed = list.seal(&forwarded, DOMAIN);
    let verification = verifier(&dns).verify(&sealed, Some(DOMAIN)).await;
    assert!(matches!(&verification, Verification::Done(Verified { arc: Arc::Intact(_), .. })), "{verification:?}");
    let message = Message::parse(&sealed);
    let judge = |trusted: &[&str]| {
        let trusted_forwarders = trusted.iter().map(ToString::to_string).collect();
        let trust = SenderTrust { verify: true, trusted_forwarders, ..SenderTrust::default() };
        verify_sender(&message, Requirement::Dmarc, &trust, Some(&verification))
    };
    assert!(judge(&["lists.example"]).is_accepted());
    assert_eq!(judge(&[]).status, SenderStatus::Forwarded { by: "lists.example".into(), trusted: false });
    let changed = [sealed.as_slice(), b"and more\r\n"].concat();
    assert!(matches!(verified(&verifier(&dns), &changed).await.arc, Arc::Broken(_)));
}

//! Signatures that are made here, verified against a real DNS server.

#[path = "support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use mail_auth::dkim::Canonicalization;
use otp_relay::config;
use otp_relay::mail::sender::{Arc, DmarcRecord, SignatureState, Verified};
use otp_relay::mail::{Message, Requirement, SenderStatus, SenderTrust, Verification, verify_sender};
use otp_relay::sender::Verifier;
use support::dns::Dns;
use support::mails::code_mail;
use support::signer::{Signer, Style};
use support::wait::LIMIT;

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

#[tokio::test]
async fn a_signature_that_has_expired_is_refused_with_its_reason() {
    let signer = Signer::rsa(DOMAIN);
    let policy = ("_dmarc.login.example".to_owned(), "v=DMARC1; p=reject".to_owned());
    let dns = Dns::start(&[signer.record(), policy]).await;
    let verifier = verifier(&dns);
    let mail = code_mail("agents@example.com", "493027");
    let lasting = signer.sign(&mail, Style { expires: 3600, ..Style::default() });
    assert_eq!(state(&verifier, &lasting).await, SignatureState::Valid);

    // Signed for one second, looked at until that is over.
    let signed = signer.sign(&mail, Style { expires: 1, ..Style::default() });
    let start = Instant::now();
    let verification = loop {
        let found = verifier.verify(&signed, Some(DOMAIN)).await;
        match &found {
            Verification::Done(Verified { signatures, .. }) if signatures[0].state == SignatureState::Expired => {
                break found;
            }
            _ => assert!(start.elapsed() < LIMIT, "it never expires: {found:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let trust = SenderTrust { verify: true, ..SenderTrust::default() };
    let verdict = verify_sender(&Message::parse(&signed), Requirement::Dmarc, &trust, Some(&verification));
    assert_eq!(verdict.status, SenderStatus::Failed);
    assert_eq!(verdict.reason, "the DKIM signature of login.example has expired");
    assert_eq!(verdict.unsettled, None, "asking again changes nothing");
}

#[tokio::test]
async fn of_two_forwarders_each_has_to_be_trusted() {
    let (signer, list, alias) = (Signer::rsa(DOMAIN), Signer::rsa("lists.example"), Signer::rsa("alias.example"));
    let policy = ("_dmarc.login.example".to_owned(), "v=DMARC1; p=reject".to_owned());
    let dns = Dns::start(&[signer.record(), list.record(), alias.record(), policy]).await;
    let signed = signer.sign(&code_mail("agents@example.com", "493027"), Style::default());
    // The list breaks the signature, the alias breaks the list's: what is left are the seals.
    let listed = list.seal(&replaced(&signed, "Subject: Your", "Subject: [friends] Your"), DOMAIN);
    let footer = b"-- \r\nForwarded for you\r\n";
    let changed = [listed.as_slice(), footer].concat();
    assert!(matches!(verified(&verifier(&dns), &changed).await.arc, Arc::Broken(_)), "nobody sealed the change");
    let sealed = alias.seal_again(&listed, footer, DOMAIN, dns.address).await;
    let verification = verifier(&dns).verify(&sealed, Some(DOMAIN)).await;
    let Verification::Done(Verified { arc: Arc::Intact(chain), .. }) = &verification else {
        panic!("{verification:?}")
    };
    assert_eq!(chain.sealers, ["lists.example", "alias.example"]);

    let message = Message::parse(&sealed);
    let judge = |trusted: &[&str]| {
        let trusted_forwarders = trusted.iter().map(ToString::to_string).collect();
        let trust = SenderTrust { verify: true, trusted_forwarders, ..SenderTrust::default() };
        verify_sender(&message, Requirement::Dmarc, &trust, Some(&verification))
    };
    let both = judge(&["lists.example", "alias.example"]);
    assert_eq!(both.status, SenderStatus::Forwarded { by: "lists.example".into(), trusted: true });
    for (trusted, stranger) in [("lists.example", "alias.example"), ("alias.example", "lists.example")] {
        let verdict = judge(&[trusted]);
        assert_eq!(verdict.status, SenderStatus::Forwarded { by: "lists.example".into(), trusted: false });
        let end = format!("but {stranger} is not a trusted forwarder");
        assert!(verdict.reason.ends_with(&end), "{}", verdict.reason);
    }
    // The second seal covers the first set: nobody can change it afterwards.
    let other = replaced(&sealed, "dmarc=pass", "dmarc=fail");
    assert!(matches!(verified(&verifier(&dns), &other).await.arc, Arc::Broken(_)));
}

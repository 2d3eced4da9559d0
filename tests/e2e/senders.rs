//! Who sent it: a mail whose sender is proven arrives, a forged one is refused with its reason.

use crate::support::dns::Dns;
use crate::support::dovecot::USER;
use crate::support::mails::{code_mail, mail};
use crate::support::relay::{Relay, inbox};
use crate::support::signer::{Signer, Style};
use crate::{address, codes_of, servers};

fn with_results(results: &str, mail: &[u8]) -> Vec<u8> {
    [format!("Authentication-Results: {results}\r\n").as_bytes(), mail].concat()
}

#[tokio::test]
async fn the_own_servers_word_decides_and_a_forged_one_is_refused_with_its_reason() {
    let (dovecot, skyvern) = servers().await;
    let keys = "require = \"dmarc\"\nauthserv_id = \"mx.example.com\"\n";
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, keys)).await;
    let forged = code_mail(&address("forged"), "100001");
    let forged = with_results("mx.example.com; dmarc=pass header.from=login.example", &forged);
    let forged = with_results("mx.example.com; dmarc=fail header.from=login.example", &forged);
    dovecot.deliver(USER, "INBOX", &forged).await;
    let good = code_mail(&address("good"), "100002");
    let good = with_results("mx.example.com; dmarc=pass header.from=login.example", &good);
    dovecot.deliver(USER, "INBOX", &good).await;
    skyvern.until_code("100002").await;
    let history = relay.until_settled(2).await;
    let refused = history.iter().find(|row| row["outcome"] == "refused").expect("a refusal");
    let reason = refused["reason"].as_str().unwrap_or_default();
    assert_eq!(reason, "the sender is not verified: DMARC failed for login.example");
    assert!(codes_of(&skyvern, "forged").is_empty());
}

#[tokio::test]
async fn signatures_are_verified_here_with_keys_from_dns() {
    let (dovecot, skyvern) = servers().await;
    let (signer, stranger) = (Signer::rsa("login.example"), Signer::rsa("evil.example"));
    let policy = ("_dmarc.login.example".to_owned(), "v=DMARC1; p=reject".to_owned());
    let dns = Dns::start(&[signer.record(), stranger.record(), policy]).await;
    let keys = "require = \"dmarc\"\nverify = true\nfirst_fetch = \"1KiB\"\n";
    let dns = format!("[dns]\nservers = [\"{}\"]\n\n", dns.address);
    let relay = Relay::watching(&skyvern, &(dns + &inbox(&dovecot, keys))).await;
    let forged = stranger.sign(&code_mail(&address("forged"), "100001"), Style::default());
    dovecot.deliver(USER, "INBOX", &forged).await;
    // Longer than what is fetched first: a signature covers all of it.
    let text =
        format!("your verification code is 100002\n\n{}", "Thank you for signing in with us today.\n".repeat(200));
    let long = mail("Sign-in <no-reply@login.example>", &address("good"), "Your verification code", &text);
    dovecot.deliver(USER, "INBOX", &signer.sign(&long, Style::default())).await;
    skyvern.until_code("100002").await;
    let history = relay.until_settled(2).await;
    let refused = history.iter().find(|row| row["outcome"] == "refused").expect("a refusal");
    let reason = refused["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("no DKIM signature of login.example, only of evil.example"), "{reason}");
    assert!(codes_of(&skyvern, "forged").is_empty());
}

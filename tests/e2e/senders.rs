//! Who sent it: a mail whose sender is proven arrives, a forged one is refused with its reason.

use crate::support::dns::Dns;
use crate::support::dovecot::USER;
use crate::support::mails::{code_mail, mail};
use crate::support::place::place;
use crate::support::relay::{Relay, inbox};
use crate::support::signer::{Signer, Style};
use crate::wire::{Request, send};
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

/// The table for a resolver that answers within a second or not at all.
fn resolver(dns: &Dns) -> String {
    format!("[dns]\nservers = [\"{}\"]\ntimeout = \"1s\"\n\n", dns.address)
}

/// The record of a domain whose mail must be signed.
fn reject(domain: &str) -> (String, String) {
    (format!("_dmarc.{domain}"), "v=DMARC1; p=reject".to_owned())
}

#[tokio::test]
async fn signatures_are_verified_here_with_keys_from_dns() {
    let (dovecot, skyvern) = servers().await;
    let (signer, stranger) = (Signer::rsa("login.example"), Signer::rsa("evil.example"));
    let dns = Dns::start(&[signer.record(), stranger.record(), reject("login.example")]).await;
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

#[tokio::test]
async fn a_mail_waits_while_dns_is_silent_and_others_go_ahead() {
    let (dovecot, skyvern) = servers().await;
    let signer = Signer::rsa("login.example");
    let dns = Dns::start(&[signer.record(), reject("login.example")]).await;
    let at = place();
    let listen = format!("[listen]\naddress = \"{at}\"\n\n");
    let keys = "require = \"dmarc\"\nverify = true\nauthserv_id = \"mx.example.com\"\n";
    let mut relay = Relay::watching(&skyvern, &(listen + &resolver(&dns) + &inbox(&dovecot, keys))).await;
    dns.pause();
    let waits = signer.sign(&code_mail(&address("waits"), "100001"), Style::default());
    dovecot.deliver(USER, "INBOX", &waits).await;
    let status = relay.until_status("it waits", |status| status["mailboxes"][0]["postponed"] == 1).await;
    assert_eq!(status["mailboxes"][0]["mails"], 0, "{status}");
    let page = String::from_utf8_lossy(&relay.command(&["status"]).stdout).into_owned();
    assert!(page.contains("agents INBOX: 1 mail had to wait because DNS did not answer who sent"), "{page}");
    let metrics = send(at, &Request::new("GET", "/metrics")).await.text();
    assert!(metrics.contains("otp_relay_mails_postponed_total{inbox=\"agents\",mailbox=\"INBOX\"} 1\n"), "{metrics}");

    // For this one the server's word is enough, so that DNS is not asked.
    let vouched =
        with_results("mx.example.com; dmarc=pass header.from=login.example", &code_mail(&address("ahead"), "100002"));
    dovecot.deliver(USER, "INBOX", &vouched).await;
    skyvern.until_code("100002").await;
    assert!(codes_of(&skyvern, "waits").is_empty());
    assert_eq!(relay.history().len(), 1, "the one that waits has no record yet");

    dns.resume();
    skyvern.until_code("100001").await;
    let history = relay.until_settled(2).await;
    assert!(history.iter().all(|row| row["outcome"] == "found"), "{history:?}");
    let log = relay.log();
    let told: Vec<&str> = log.lines().filter(|line| line.contains("mail postponed: ")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("WARN") && told[0].contains("retry_in=10.0s"), "{}", told[0]);
    assert!(told[0].contains("the sender could not be verified: DNS did not answer in 1s for"), "{}", told[0]);
}

#[tokio::test]
async fn a_mail_that_is_cut_is_refused_and_says_why() {
    let (dovecot, skyvern) = servers().await;
    let signer = Signer::rsa("login.example");
    let dns = Dns::start(&[signer.record(), reject("login.example")]).await;
    let keys = "require = \"dmarc\"\nverify = true\nfirst_fetch = \"2KiB\"\nmax_message_size = \"4KiB\"\n";
    let relay = Relay::watching(&skyvern, &(resolver(&dns) + &inbox(&dovecot, keys))).await;
    let sized = |code: &str, lines: usize| {
        let text =
            format!("your verification code is {code}\n\n{}", "Thank you for signing in with us.\n".repeat(lines));
        signer.sign(&mail("Sign-in <no-reply@login.example>", USER, "Your verification code", &text), Style::default())
    };
    let (long, short) = (sized("100001", 200), sized("100002", 50));
    assert!(long.len() > 4096 && (2048..4096).contains(&short.len()), "{} {}", long.len(), short.len());
    dovecot.deliver(USER, "INBOX", &long).await;
    dovecot.deliver(USER, "INBOX", &short).await;
    skyvern.until_code("100002").await;
    let history = relay.until_settled(2).await;
    let refused = history.iter().find(|row| row["outcome"] == "refused").expect("a refusal");
    assert_eq!(
        refused["reason"],
        "the sender could not be verified: only its first 4KiB were fetched (max_message_size), a signature covers all of it"
    );
    assert_eq!(skyvern.pushes().len(), 1);
}

#[tokio::test]
async fn a_changed_resolver_holds_for_the_next_mail() {
    let (dovecot, skyvern) = servers().await;
    let signer = Signer::rsa("login.example");
    let (old, new) = (Dns::start(&[]).await, Dns::start(&[signer.record(), reject("login.example")]).await);
    let keys = "require = \"dmarc\"\nverify = true\n";
    let relay = Relay::watching(&skyvern, &(resolver(&old) + &inbox(&dovecot, keys))).await;
    let signed = |tag: &str, code: &str| signer.sign(&code_mail(&address(tag), code), Style::default());
    dovecot.deliver(USER, "INBOX", &signed("before", "100001")).await;
    let history = relay.until_settled(1).await;
    let reason = "the sender is not verified: DNS has no key s1._domainkey.login.example: the mail is old, or forged";
    assert_eq!(history[0]["reason"], reason);

    relay.configure(&(resolver(&new) + &inbox(&dovecot, keys)));
    relay.hang_up();
    relay.until_logged("configuration reloaded").await;
    dovecot.deliver(USER, "INBOX", &signed("after", "100002")).await;
    skyvern.until_code("100002").await;
    assert!(codes_of(&skyvern, "before").is_empty());
    assert_eq!(dovecot.said(USER).len(), 1, "the connection stays");
}

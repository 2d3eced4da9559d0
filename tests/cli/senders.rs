//! What `otp-relay explain` says of a mail's sender.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::dns::Dns;
use crate::support::mails::code_mail;
use crate::support::signer::{Signer, Style};
use crate::{code, lines, otp_relay, stdout, write};

/// A configuration with this `[dns]`, whose only inbox has these keys.
fn config(directory: &Path, dns: &str, keys: &str) -> String {
    let text = format!(
        "[skyvern]\napi_key = {{ env = \"K\" }}\n\n[dns]\n{dns}\n\n[[inbox]]\nname = \"agents\"\n\
         host = \"imap.example.com\"\nusername = \"agents@example.com\"\npassword = {{ env = \"P\" }}\n{keys}"
    );
    write(directory, "otp-relay.toml", text).to_str().expect("UTF-8").to_owned()
}

fn servers(dns: &Dns) -> String {
    format!("servers = [\"{}\"]", dns.address)
}

/// The page of one mail, its JSON object, and the exit code of both.
fn explain(directory: &Path, config: &str, mail: &[u8]) -> (String, Value, i32) {
    let file = write(directory, "mail.eml", mail);
    let file = file.to_str().expect("UTF-8");
    let page = otp_relay(&["explain", "--config", config, file]);
    let object = otp_relay(&["explain", "--json", "--config", config, file]);
    assert_eq!(code(&page), code(&object));
    (stdout(&page), lines(&object)[0].clone(), code(&page))
}

fn with_results(results: &str, mail: &[u8]) -> Vec<u8> {
    [format!("Authentication-Results: {results}\r\n").as_bytes(), mail].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_are_verified_and_the_page_says_what_came_of_it() {
    let (signer, stranger) = (Signer::rsa("login.example"), Signer::rsa("evil.example"));
    let policy = ("_dmarc.login.example".to_owned(), "v=DMARC1; p=reject".to_owned());
    let dns = Dns::start(&[signer.record(), stranger.record(), policy]).await;
    let directory = tempfile::tempdir().unwrap();
    let config = config(directory.path(), &servers(&dns), "require = \"dmarc\"\nverify = true\n");
    let mail = code_mail("agents@example.com", "493027");

    let (page, object, code) = explain(directory.path(), &config, &signer.sign(&mail, Style::default()));
    assert_eq!(code, 0, "{page}");
    for line in [
        "sender     dmarc required: passed — DMARC passed for login.example",
        "the mail has no Authentication-Results",
        "looked at: dkim=pass (login.example), dmarc=pass (login.example), arc=none",
    ] {
        assert!(page.contains(line), "no {line:?} in:\n{page}");
    }
    let expected = json!({
        "domain": "login.example", "required": "dmarc", "status": "passed", "accepted": true,
        "reason": "DMARC passed for login.example",
        "checks": [
            { "method": "dkim", "result": "pass", "domain": "login.example" },
            { "method": "dmarc", "result": "pass", "domain": "login.example" },
            { "method": "arc", "result": "none", "domain": null },
        ],
        "reported_by": null, "reported_by_own_server": false, "reported": [],
    });
    assert_eq!(object["trace"]["sender"], expected);
    assert_eq!(object["value"], "493027");

    let (page, object, code) = explain(directory.path(), &config, &stranger.sign(&mail, Style::default()));
    let why = "it has no DKIM signature of login.example, only of evil.example: login.example does not sign, or the mail is forged";
    assert_eq!(code, 1, "{page}");
    assert!(page.contains(&format!("sender     dmarc required: failed — {why}")), "{page}");
    assert!(page.contains("looked at: dmarc=fail (login.example), arc=none"), "{page}");
    let sender = &object["trace"]["sender"];
    assert_eq!((&sender["status"], &sender["accepted"]), (&"failed".into(), &false.into()));
    assert_eq!(object["reason"], format!("the sender is not verified: {why}"));
    assert_eq!((&object["outcome"], &object["value"]), (&"refused".into(), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_dns_is_not_a_forged_mail() {
    let signer = Signer::rsa("login.example");
    let dns = Dns::start(&[signer.record()]).await;
    dns.pause();
    let directory = tempfile::tempdir().unwrap();
    let resolver = servers(&dns) + "\ntimeout = \"300ms\"";
    let config = config(directory.path(), &resolver, "require = \"dkim\"\nverify = true\n");
    let signed = signer.sign(&code_mail("agents@example.com", "493027"), Style::default());
    let (page, object, code) = explain(directory.path(), &config, &signed);
    assert_eq!(code, 1, "{page}");
    assert!(page.contains("sender     dkim required: unknown — DNS did not answer in 300ms"), "{page}");
    assert!(page.contains("looked at: dkim=temperror (login.example)"), "{page}");
    assert_eq!(object["trace"]["sender"]["status"], "unknown");
}

#[test]
fn the_own_servers_word_is_told_from_a_strangers() {
    let directory = tempfile::tempdir().unwrap();
    let keys = "require = \"dmarc\"\nauthserv_id = \"mx.example.com\"\n";
    let config = config(directory.path(), "", keys);
    let mail = code_mail("agents@example.com", "493027");
    let results = "dmarc=pass header.from=login.example; spf=fail smtp.mailfrom=login.example";

    let own = with_results(&format!("mx.example.com; {results}"), &mail);
    let (page, object, code) = explain(directory.path(), &config, &own);
    assert_eq!(code, 0, "{page}");
    assert!(page.contains("sender     dmarc required: passed — DMARC passed for login.example"), "{page}");
    let reported = "dmarc=pass (login.example), spf=fail (login.example)";
    assert!(page.contains(&format!("topmost Authentication-Results (mx.example.com): {reported}")), "{page}");
    let sender = &object["trace"]["sender"];
    assert_eq!((&sender["reported_by"], &sender["reported_by_own_server"]), (&"mx.example.com".into(), &true.into()));
    assert_eq!(sender["reported"][1], json!({ "method": "spf", "result": "fail", "domain": "login.example" }));

    let strange = with_results(&format!("mx.evil.example; {results}"), &mail);
    let (page, object, code) = explain(directory.path(), &config, &strange);
    assert_eq!(code, 1, "{page}");
    assert!(page.contains("sender     dmarc required: unknown — "), "{page}");
    assert!(
        page.contains(&format!("topmost Authentication-Results (mx.evil.example, unknown whose): {reported}")),
        "{page}"
    );
    let sender = &object["trace"]["sender"];
    assert_eq!((&sender["accepted"], &sender["reported_by_own_server"]), (&false.into(), &false.into()));

    // Without a configuration nothing is required, and what stands in the mail is shown all the same.
    let file = write(directory.path(), "mail.eml", &own);
    let page = stdout(&otp_relay(&["explain", file.to_str().unwrap()]));
    assert!(page.contains("sender     nothing is required of it"), "{page}");
    assert!(page.contains(&format!("(mx.example.com, unknown whose): {reported}")), "{page}");
}

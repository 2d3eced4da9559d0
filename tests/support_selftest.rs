//! The test harness itself: does the private Dovecot do what tests rely on?

mod support;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use support::dovecot::{Dovecot, PASSWORD, USER};
use support::imap_client::ImapClient;
use support::mails::{code_mail, newsletter};
use support::oauth_fake::OAuthFake;
use support::wait::until_true;

#[tokio::test]
async fn an_acknowledged_mail_is_in_its_mailbox() {
    let dovecot = Dovecot::start().await;
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "493027")).await;
    dovecot.deliver(USER, "[Gmail]/Spam", &newsletter(USER)).await;
    dovecot.append(USER, "INBOX", Some("01-Feb-2026 10:00:00 +0000"), b".leading dot\r\n").await;

    let mut imap = dovecot.imap(USER).await;
    let status = imap.command("STATUS \"[Gmail]/Spam\" (MESSAGES)").await.concat();
    assert!(status.contains("MESSAGES 1"), "{status}");
    imap.command("EXAMINE INBOX").await;
    let mail = imap.command("UID FETCH 1:* (INTERNALDATE BODY.PEEK[])").await.concat();
    assert!(mail.contains("493027") && mail.contains("01-Feb-2026 10:00:00 +0000"), "{mail}");
    assert_eq!(dovecot.mail_files(USER).len(), 3);
}

#[tokio::test]
async fn sessions_and_what_they_say_can_be_seen() {
    let dovecot = Dovecot::start().await;
    let mut imap = dovecot.imap(USER).await;
    imap.command("EXAMINE INBOX").await;
    until_true("the session is seen", || dovecot.sessions(USER) == 1).await;
    until_true("its command is seen", || dovecot.said(USER).concat().contains("EXAMINE INBOX")).await;
    dovecot.kick(USER);
    until_true("the session is gone", || dovecot.sessions(USER) == 0).await;
}

#[tokio::test]
async fn it_is_seen_who_is_in_idle() {
    let dovecot = Dovecot::start().await;
    let mut imap = dovecot.imap(USER).await;
    imap.command("EXAMINE INBOX").await;
    assert_eq!(dovecot.idling(USER), 0);
    imap.begin("IDLE").await;
    dovecot.until_idle(USER, 1).await;
}

#[tokio::test]
async fn access_tokens_of_the_oauth_server_log_in_until_revoked() {
    let oauth = OAuthFake::start().await;
    oauth.grant("refresh-made-up", USER);
    let dovecot = Dovecot::builder().oauth2(&oauth).start().await;

    let form = [("grant_type", "refresh_token"), ("refresh_token", "refresh-made-up")];
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answer = reqwest::Client::new().post(oauth.token_url()).form(&form).send().await.expect("an answer");
    let answer: serde_json::Value = answer.json().await.expect("JSON");
    let token = answer["access_token"].as_str().expect("a token");
    let response = BASE64_STANDARD.encode(format!("user={USER}\x01auth=Bearer {token}\x01\x01"));
    let mut imap = ImapClient::connect(dovecot.imap_port()).await;
    imap.command(&format!("AUTHENTICATE XOAUTH2 {response}")).await;
    imap.command("EXAMINE INBOX").await;

    oauth.revoke_access_tokens();
    let mut imap = ImapClient::connect(dovecot.imap_port()).await;
    imap.begin(&format!("AUTHENTICATE XOAUTH2 {response}")).await;
    // Passwords go on.
    dovecot.imap(USER).await;
}

#[tokio::test]
async fn idle_can_be_hidden() {
    let with = Dovecot::start().await;
    let without = Dovecot::builder().without_idle().start().await;
    assert!(capabilities(&with).await.contains(" IDLE"));
    assert!(!capabilities(&without).await.contains(" IDLE"));
}

#[tokio::test]
async fn it_comes_back_on_the_same_ports_with_the_same_mail() {
    let mut dovecot = Dovecot::start().await;
    dovecot.deliver(USER, "INBOX", &newsletter(USER)).await;
    dovecot.kill();
    dovecot.start_again().await;
    dovecot.stop().await;
    dovecot.start_again().await;
    let status = dovecot.imap(USER).await.command("STATUS INBOX (MESSAGES)").await.concat();
    assert!(status.contains("MESSAGES 1"), "{status}");
}

async fn capabilities(dovecot: &Dovecot) -> String {
    ImapClient::login(dovecot.imap_port(), USER, PASSWORD).await.command("CAPABILITY").await.concat()
}

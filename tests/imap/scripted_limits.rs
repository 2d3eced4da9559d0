//! Servers, or somebody between, that send what they should not: limits hold, nothing is believed that came in plain
//! text, and the mail is found all the same.

use std::time::Duration;

use futures_util::future::join_all;
use otp_relay::config::{Account, Tls};
use tokio::io::AsyncWriteExt;

use crate::support::mails::{code_mail, mail};
use crate::support::pki::Pki;
use crate::support::scripted::{Act, PASSWORD, Scripted, USER};
use crate::support::wait::until_true;
use crate::watched::{Relay, account, inbox};

fn code() -> Vec<u8> {
    code_mail(USER, "482913")
}

fn starttls(server: &Scripted, pki: &Pki) -> Account {
    Account { tls: Tls::StartTls, ca: Some(pki.ca.clone()), ..account(server.port(), USER, PASSWORD) }
}

#[tokio::test]
async fn what_is_pipelined_behind_starttls_in_plain_text_is_forgotten() {
    let directory = tempfile::tempdir().expect("a directory");
    let pki = Pki::create(directory.path());
    let server = Scripted::start_starttls(&pki).await;
    // Would forbid every login, and answer the next two commands, if it were believed.
    let injected =
        "{tag} OK go on\r\n* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nA3 OK done\r\nA4 OK you are somebody else\r\n";
    server.fault("STARTTLS", Act::Say(injected.into()));
    server.deliver(&code());
    let relay = Relay::start(vec![inbox(starttls(&server, &pki))]).await;
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 1);
    let said = server.said().concat();
    let after: Vec<&String> = said.iter().skip_while(|line| !line.contains("STARTTLS")).collect();
    assert!(after.iter().any(|line| line.contains("CAPABILITY")), "it asks again under TLS: {said:?}");
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_password() {
    let directory = tempfile::tempdir().expect("a directory");
    let pki = Pki::create(directory.path());
    let server = Scripted::start().await;
    let relay = Relay::start(vec![inbox(starttls(&server, &pki))]).await;
    relay.until_error("INBOX", "no STARTTLS").await;
    assert!(!server.said().concat().iter().any(|line| line.contains("AUTH") || line.contains("LOGIN")));
}

#[tokio::test]
async fn a_session_that_somebody_else_logged_in_is_refused() {
    let server = Scripted::start().await;
    server.model().greeting = "* PREAUTH welcome back\r\n".into();
    server.deliver(&code());
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_error("INBOX", "PREAUTH").await;
    assert!(server.said().concat().is_empty());
}

#[tokio::test]
async fn literals_and_lines_beyond_the_limits_end_the_session_and_not_the_relay() {
    let attacks = [
        Act::FallSilent("* 1 FETCH (UID 1 BODY[] {400000000}\r\n".into()),
        Act::FallSilent("* NO [BADCHARSET ({400000000}\r\n".into()),
        Act::FallSilent(format!("* 1 FETCH (UID 1 BODYSTRUCTURE {}", "(".repeat(5000))),
        Act::Flood("x".repeat(8000)),
        Act::Flood("* 1 FETCH (UID 1 BODY[] {100000}\r\n".to_owned() + &"x".repeat(100_000)),
        Act::Flood(format!("* SEARCH{}\r\n", " 4294967295".repeat(5000))),
    ];
    join_all(attacks.map(|act| async {
        let server = Scripted::start().await;
        server.fault("UID SEARCH", act);
        server.deliver(&code());
        let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
        relay.until_seen(&[1]).await;
        assert_eq!(server.connections(), 2);
    }))
    .await;
}

#[tokio::test]
async fn status_texts_that_look_like_literals_are_no_literals() {
    let server = Scripted::start().await;
    server.model().greeting = "* OK ready {400000000}\r\n".into();
    server.fault("UID SEARCH", Act::SayBefore("* OK [ALERT] your quota is {5}\r\n".into()));
    server.deliver(&code());
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn nonsense_and_panics_in_the_parser_end_the_session_and_not_the_relay() {
    let nonsense = [
        "* ESEARCH (TAG \"A1\") UID ALL 1\r\n",
        "\0\0\0\r\n",
        "* OK [ALERT]ümlaut\r\n",
        "* 1 FETCH (INTERNALDATE NIL)\r\n",
        "A99 OK not asked\r\n",
    ];
    join_all(nonsense.map(|nonsense| async move {
        let server = Scripted::start().await;
        server.fault("UID SEARCH", Act::SayBefore(nonsense.into()));
        server.deliver(&code());
        let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
        relay.until_seen(&[1]).await;
        assert_eq!(server.connections(), 2, "{nonsense:?}");
    }))
    .await;
}

#[tokio::test]
async fn a_large_mail_is_read_in_part_and_to_its_end_only_if_nothing_was_found() {
    let server = Scripted::start().await;
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.watch.first_fetch = 4096;
    agents.watch.max_message_size = 65_536;
    agents.policy.detect = false;
    let padding = "lorem ipsum dolor\n".repeat(3000);
    let from = "Example <no-reply@login.example>";
    server.deliver(&mail(from, USER, "early", &format!("your code is 482913\n{padding}{padding}")));
    server.deliver(&mail(from, USER, "late", &format!("{padding}your code is 482914")));
    server.deliver(&mail(from, USER, "too late", &format!("{padding}{padding}your code is 482915")));
    let relay = Relay::start(vec![agents]).await;
    relay.until_seen(&[1, 2, 3]).await;
    let outcomes: Vec<String> = relay.history().await.into_iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, ["found", "found", "nothing"]);
    let fetches: Vec<String> = server.said().concat().into_iter().filter(|line| line.contains("BODY.PEEK[]")).collect();
    assert_eq!(fetches.iter().filter(|line| line.contains("<0.65536>")).count(), 2, "{fetches:?}");
    assert!(!fetches.iter().any(|line| line.contains("UID FETCH 1 ") && line.contains("<0.65536>")), "{fetches:?}");
}

#[tokio::test]
async fn a_burst_is_looked_at_in_order_and_its_first_mail_alone() {
    let server = Scripted::start().await;
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    until_true("a client IDLEs", || server.model().idling == 1).await;
    for _ in 0..200 {
        server.deliver(&code());
    }
    let all: Vec<u32> = (1..=200).collect();
    relay.until_seen(&all).await;
    let history = relay.history().await;
    assert!(history[0].committed_at < history[199].fetched_at.expect("a time"), "the first did not wait for the last");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_greeting_that_trickles_in_without_end_is_left() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("failed to listen");
    let mut account = account(listener.local_addr().expect("an address").port(), USER, PASSWORD);
    account.connect_timeout = Duration::from_millis(300);
    account.command_timeout = Duration::from_millis(300);
    let server = tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = client.write_all(b"* OK ").await;
                while client.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
        }
    });
    let relay = Relay::start(vec![inbox(account)]).await;
    relay.until_error("INBOX", "nothing came of it within 1.5s").await;
    server.abort();
}

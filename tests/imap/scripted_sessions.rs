//! Each way in which a server's failure could pass for an empty mailbox: no mail is lost, none is looked at twice.

use std::time::Duration;

use futures_util::future::join_all;

use crate::support::mails::{code_mail, newsletter};
use crate::support::scripted::{Act, PASSWORD, Scripted, USER};
use crate::support::wait::until_true;
use crate::watched::{Relay, account, inbox};

fn mail() -> Vec<u8> {
    code_mail("agents@example.com", "482913")
}

async fn idle(server: &Scripted) {
    until_true("a client IDLEs", || server.model().idling == 1).await;
}

async fn watch(server: &Scripted) -> Relay {
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    idle(server).await;
    relay
}

#[tokio::test]
async fn a_mail_is_seen_at_once_and_the_mailbox_left_as_it_was() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    idle(&server).await;
    server.deliver(&newsletter("agents@example.com"));
    server.deliver(&mail());
    relay.until_seen(&[1, 2, 3]).await;
    assert_eq!(relay.cursor("INBOX").await, Some((1, 4)));
    for line in server.said().concat() {
        let harmless = ["AUTHENTICATE", "CAPABILITY", "ID", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE", "DONE"];
        assert!(harmless.iter().any(|command| line.contains(command)), "{line}");
        assert!(!line.contains("BODY["), "{line}");
    }
}

#[tokio::test]
async fn a_fetch_that_is_refused_is_not_an_empty_one() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    server.fault("UID FETCH", Act::Say("{tag} NO [SERVERBUG] try later\r\n".into()));
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    assert!(server.connections() > 1, "the session was dropped");
}

#[tokio::test]
async fn a_fetch_that_ends_half_way_is_done_again() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    // Between two responses: the first message came whole.
    let first = 200 + mail().len();
    server.fault("UID FETCH", Act::CloseAfter(first));
    server.deliver(&mail());
    server.deliver(&mail());
    relay.until_seen(&[1, 2]).await;
}

#[tokio::test]
async fn a_search_that_ends_or_is_refused_is_not_an_empty_one() {
    let acts = [
        Act::CloseAfter(0),
        Act::CloseAfter(9),
        Act::Say("{tag} NO no\r\n".into()),
        Act::Say("{tag} BAD no\r\n".into()),
    ];
    join_all(acts.map(|act| async {
        let server = Scripted::start().await;
        server.deliver(&mail());
        server.fault("UID SEARCH", act);
        let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
        relay.until_seen(&[1]).await;
    }))
    .await;
}

#[tokio::test]
async fn an_examine_that_ends_is_not_an_empty_mailbox() {
    join_all([0, 30, 60].map(|bytes| async move {
        let server = Scripted::start().await;
        server.deliver(&mail());
        server.fault("EXAMINE", Act::CloseAfter(bytes));
        let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
        relay.until_seen(&[1]).await;
        assert_eq!(relay.cursor("INBOX").await, Some((1, 2)));
    }))
    .await;
}

#[tokio::test]
async fn an_idle_that_ends_with_the_connection_is_followed_by_a_new_session() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    server.fault("IDLE", Act::CloseAfter(10));
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    until_true("a second connection", || server.connections() > 1).await;
    server.deliver(&mail());
    relay.until_seen(&[1, 2]).await;
}

#[tokio::test]
async fn a_refused_idle_becomes_polling() {
    let server = Scripted::start().await;
    server.fault("IDLE", Act::Say("{tag} NO not today\r\n".into()));
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_watched("INBOX").await;
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn mail_announced_before_idle_begins_is_not_forgotten() {
    let server = Scripted::start().await;
    server.model().announces = false;
    let relay = watch(&server).await;
    // The mail arrives with the next IDLE, and is announced ahead of its "+" alone.
    let mut changed = inbox(account(server.port(), USER, PASSWORD));
    changed.fingerprint = 2;
    server.fault("IDLE", Act::SayBefore("* 1 EXISTS\r\n".into()));
    let mut relay = relay;
    server.model().faults.push_front(crate::support::scripted::Fault {
        on: "EXAMINE".into(),
        act: Act::Say(
            "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] ok\r\n{tag} OK [READ-ONLY] done\r\n".into(),
        ),
    });
    server.deliver(&mail());
    relay.watchers.reload(vec![std::sync::Arc::new(changed)]).await;
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn hundreds_of_unasked_responses_hide_no_mail() {
    let server = Scripted::start().await;
    server.deliver(&newsletter("agents@example.com"));
    let relay = watch(&server).await;
    let noise: String = (0..500).map(|_| "* 1 FETCH (FLAGS (\\Seen))\r\n* OK Still here\r\n").collect();
    server.fault("UID FETCH", Act::SayBefore(noise.clone()));
    server.deliver(&mail());
    relay.until_seen(&[1, 2]).await;
    idle(&server).await;
    server.fault("IDLE", Act::SayBefore(noise));
    server.deliver(&mail());
    relay.until_seen(&[1, 2, 3]).await;
    idle(&server).await;
    server.deliver(&mail());
    relay.until_seen(&[1, 2, 3, 4]).await;
}

#[tokio::test]
async fn a_goodbye_is_followed_by_a_new_session_that_finds_what_came_meanwhile() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    server.fault("UID FETCH", Act::Say("* BYE shutting down\r\n".into()));
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    assert!(server.connections() > 1);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let server = Scripted::start().await;
    let mut impatient = account(server.port(), USER, PASSWORD);
    impatient.command_timeout = Duration::from_millis(300);
    server.fault("UID FETCH", Act::FallSilent(String::new()));
    let relay = Relay::start(vec![inbox(impatient)]).await;
    idle(&server).await;
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
}

#[tokio::test]
async fn a_half_open_connection_is_found_by_the_backstop() {
    let server = Scripted::start().await;
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.watch.idle_timeout = Duration::from_millis(300);
    agents.account.command_timeout = Duration::from_secs(3);
    // It takes the IDLE and is never heard of again.
    server.fault("IDLE", Act::FallSilent("+ idling\r\n".into()));
    let relay = Relay::start(vec![agents]).await;
    until_true("the client has asked for IDLE", || server.said().concat().iter().any(|line| line.ends_with(" IDLE")))
        .await;
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn mail_that_is_never_announced_is_found_by_the_backstop() {
    let server = Scripted::start().await;
    server.model().announces = false;
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.watch.idle_timeout = Duration::from_millis(300);
    let relay = Relay::start(vec![agents]).await;
    idle(&server).await;
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_server_that_loses_what_comes_with_done_is_found_out_and_not_sent_such_a_thing_again() {
    let server = Scripted::start().await;
    server.model().loses_pipelined = true;
    let mut account = account(server.port(), USER, PASSWORD);
    account.command_timeout = Duration::from_secs(3);
    let relay = Relay::start(vec![inbox(account)]).await;
    idle(&server).await;
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 2, "the first session ended");
    idle(&server).await;
    server.deliver(&mail());
    relay.until_seen(&[1, 2]).await;
    assert_eq!(server.connections(), 2, "the second one waited for the end of IDLE");
}

#[tokio::test]
async fn an_answer_that_trickles_in_over_a_slow_line_is_waited_for() {
    let server = Scripted::start().await;
    let mut account = account(server.port(), USER, PASSWORD);
    account.command_timeout = Duration::from_secs(2);
    let relay = Relay::start(vec![inbox(account)]).await;
    idle(&server).await;
    server.fault("UID FETCH", Act::Trickle(16));
    server.deliver(&mail());
    relay.until_seen(&[1]).await;
    idle(&server).await;
    assert_eq!(server.connections(), 1, "the session goes on");
    let said = server.said().concat();
    assert_eq!(said.iter().filter(|line| line.contains("UID FETCH")).count(), 1, "{said:?}");
}

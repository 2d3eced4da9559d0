//! UIDs, UIDNEXT, UIDVALIDITY and dates as servers really give them; mails that can't be had; and connections that end at
//! any byte.

use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use sqlx::Connection;

use crate::support::mails::{code_mail, mail};
use crate::support::scripted::{Act, PASSWORD, Scripted, USER};
use crate::support::wait::until_true;
use crate::watched::{Relay, account, inbox};

fn code() -> Vec<u8> {
    code_mail(USER, "482913")
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
async fn a_server_without_uidnext_is_searched() {
    let server = Scripted::start().await;
    server.model().shows_uid_next = false;
    server.deliver(&code());
    let relay = watch(&server).await;
    relay.until_seen(&[1]).await;
    server.deliver(&code());
    relay.until_seen(&[1, 2]).await;
    let relay = relay.restart(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    server.deliver(&code());
    relay.until_seen(&[1, 2, 3]).await;
    assert_eq!(relay.cursor("INBOX").await, Some((1, 4)));
}

#[tokio::test]
async fn the_last_message_that_a_search_beyond_the_end_returns_is_not_looked_at_again() {
    let server = Scripted::start().await;
    server.deliver(&code());
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.watch.idle = false;
    // UIDNEXT grows by itself, so that every look searches.
    server.model().uid_next = 50;
    let relay = Relay::start(vec![agents]).await;
    relay.until_seen(&[1]).await;
    let searches = || server.said().concat().iter().filter(|line| line.contains("UID SEARCH UID 2:*")).count();
    until_true("several looks", || searches() > 3).await;
    assert_eq!(relay.seen().await, [1]);
    server.deliver(&code());
    relay.until_seen(&[1, 50]).await;
}

#[tokio::test]
async fn gaps_between_uids_hide_no_mail() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    server.model().uid_next = 1000;
    server.deliver(&code());
    relay.until_seen(&[1000]).await;
    idle(&server).await;
    server.model().uid_next = 1005;
    server.deliver(&code());
    server.model().uid_next = 4_000_000_000;
    server.deliver(&code());
    relay.until_seen(&[1000, 1005, 4_000_000_000]).await;
}

/// WildDuck gives numbers away before it writes messages down.
#[tokio::test]
async fn a_mail_that_becomes_visible_after_a_later_one_is_found() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    server.deliver(&code());
    relay.until_seen(&[1]).await;
    idle(&server).await;
    for (first, second) in [(2, 3), (4, 5)] {
        server.model().uid_next = second;
        server.deliver(&code());
        until_true("the later one is seen", || {
            server.said().concat().iter().any(|line| line.contains(&format!("UID SEARCH UID {first}")))
        })
        .await;
        idle(&server).await;
        server.appear(first, &code());
        until_true("both are dealt with", || relay.state("INBOX").is_some()).await;
        relay.until_cursor("INBOX", second + 1).await;
    }
    let mut seen = relay.seen().await;
    seen.sort_unstable();
    assert_eq!(seen, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_large_mailbox_is_searched_in_parts() {
    let server = Scripted::start().await;
    server.deliver(&code());
    let relay = watch(&server).await;
    relay.until_seen(&[1]).await;
    let directory = relay.stop().await;
    // So many messages, as far as EXAMINE tells, that one SEARCH could not list them.
    server.model().uid_next = 30_000;
    server.deliver(&code());
    server.fault(
        "EXAMINE",
        Act::Say("* 25000 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 30001] ok\r\n{tag} OK done\r\n".into()),
    );
    let relay = Relay::start_in(directory, vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_seen(&[1, 30_000]).await;
    let said = server.said().concat();
    assert!(said.iter().any(|line| line.contains("UID SEARCH UID 2:20002")), "{said:?}");
}

#[tokio::test]
async fn dates_that_the_parser_can_not_survive_do_not_keep_a_mailbox_from_being_watched() {
    let server = Scripted::start().await;
    server.deliver(&code());
    for _ in 0..3 {
        server.fault(
            "UID FETCH 1 (UID INTERNALDATE)",
            Act::Say("* 1 FETCH (UID 1 INTERNALDATE NIL)\r\n{tag} OK done\r\n".into()),
        );
    }
    let relay = watch(&server).await;
    server.deliver(&code());
    relay.until_seen(&[2]).await;
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_decreasing_uidnext_is_a_new_mailbox_under_an_old_number() {
    let server = Scripted::start().await;
    server.model().uid_next = 100;
    server.deliver(&code());
    let relay = watch(&server).await;
    relay.until_seen(&[100]).await;
    let relay = {
        let directory = relay.stop().await;
        server.renumber(1);
        server.deliver(&code());
        Relay::start_in(directory, vec![inbox(account(server.port(), USER, PASSWORD))]).await
    };
    relay.until_cursor("INBOX", 2).await;
    let numbers: Vec<Option<u32>> = relay.history().await.into_iter().map(|row| row.uid).collect();
    assert_eq!(numbers, [None, Some(1)], "the number of the old mailbox means nothing any more");
}

/// A server that was restored from a copy of last night.
#[tokio::test]
async fn a_mailbox_that_begins_again_with_numbers_that_history_knows_loses_no_mail() {
    let server = Scripted::start().await;
    let first = code();
    server.deliver(&first);
    server.deliver(&code());
    server.deliver(&code());
    let relay = watch(&server).await;
    relay.until_seen(&[1, 2, 3]).await;
    let directory = relay.stop().await;
    server.renumber(1);
    server.deliver(&first);
    server.deliver(&code());
    let relay = Relay::start_in(directory, vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_cursor("INBOX", 3).await;
    let outcomes: Vec<String> = relay.history().await.into_iter().map(|row| row.outcome.as_str().to_owned()).collect();
    assert_eq!(outcomes, ["found", "found", "found", "duplicate", "found"]);
}

#[tokio::test]
async fn a_message_without_content_before_one_that_has_it_is_asked_for_again() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    until_true("a client IDLEs", || server.model().idling == 1).await;
    let content = String::from_utf8(code()).unwrap();
    let second = format!(
        "* 2 FETCH (UID 2 INTERNALDATE \"17-Nov-2025 23:59:59 +0000\" RFC822.SIZE {0} BODY[]<0> {{{0}}}\r\n{content})\r\n\
         {{tag}} OK done\r\n",
        content.len()
    );
    server.fault("UID FETCH 1:9 ", Act::Say(second));
    server.deliver(&code());
    server.model().uid_next = 3;
    relay.until_seen(&[2, 1]).await;
    relay.until_cursor("INBOX", 3).await;
}

#[tokio::test]
async fn a_new_uidvalidity_means_a_new_look_and_no_second_delivery() {
    let server = Scripted::start().await;
    let twice = code();
    server.deliver(&twice);
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.watch.idle_timeout = Duration::from_millis(300);
    let relay = Relay::start(vec![agents]).await;
    relay.until_seen(&[1]).await;
    until_true("a client IDLEs", || server.model().idling == 1).await;
    // The present session sees nothing of it.
    server.model().announces = false;
    server.renumber(2);
    server.deliver(&twice);
    server.deliver(&code());
    relay.until_seen(&[1, 1, 2]).await;
    let outcomes: Vec<String> = relay.history().await.into_iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, ["found", "duplicate", "found"]);
    assert_eq!(relay.cursor("INBOX").await, Some((2, 3)));
}

#[tokio::test]
async fn at_first_sight_old_mail_is_not_fetched() {
    let server = Scripted::start().await;
    let hours_ago = |hours| Timestamp::now().checked_sub(SignedDuration::from_hours(hours)).ok();
    server.deliver_at(hours_ago(500), &code());
    server.deliver_at(hours_ago(3), &code());
    server.deliver_at(None, &code());
    server.deliver(&code());
    server.deliver_at(hours_ago(20), &code());
    let relay = watch(&server).await;
    relay.until_seen(&[3, 4]).await;
    assert_eq!(relay.cursor("INBOX").await, Some((1, 6)));
    let fetched: Vec<String> = server.said().concat().into_iter().filter(|line| line.contains("BODY.PEEK")).collect();
    assert!(fetched.iter().all(|line| line.contains("UID FETCH 3 ") || line.contains("UID FETCH 4 ")), "{fetched:?}");
}

#[tokio::test]
async fn a_first_sight_that_is_cut_off_goes_on_without_the_old_mail() {
    let server = Scripted::start().await;
    let hours_ago = |hours| Timestamp::now().checked_sub(SignedDuration::from_hours(hours)).ok();
    for _ in 0..3 {
        server.deliver(&code());
        server.deliver_at(hours_ago(500), &code());
    }
    server.fault("UID FETCH 3,5 ", Act::CloseAfter(700));
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_seen(&[1, 3, 5]).await;
    relay.until_cursor("INBOX", 7).await;
    assert_eq!(server.connections(), 2);
    let outcomes: Vec<String> = relay.history().await.into_iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, ["found", "found", "found"]);
}

#[tokio::test]
async fn mail_without_a_date_or_from_the_future_counts_as_arrived_now() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    let before = Timestamp::now();
    server.deliver_at(None, &code());
    server.deliver_at(before.checked_add(SignedDuration::from_hours(100)).ok(), &code());
    server.deliver_at(Some(Timestamp::UNIX_EPOCH), &code());
    relay.until_seen(&[1, 2, 3]).await;
    for row in relay.history().await {
        assert!(row.arrived_at >= before && row.arrived_at <= Timestamp::now(), "{row:?}");
        assert_eq!(row.outcome, "found");
    }
}

/// A code that is sent again within a second is the newer one, whatever second a process of the server wrote.
#[tokio::test]
async fn mails_of_one_moment_are_in_the_order_of_their_uids() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    let now = Timestamp::now();
    let at = |seconds: i64| now.checked_sub(SignedDuration::from_secs(seconds)).ok();
    for seconds in [5, 6, 60] {
        server.deliver_at(at(seconds), &code());
    }
    relay.until_seen(&[1, 2, 3]).await;
    let arrivals: Vec<i64> = relay.history().await.into_iter().map(|row| row.arrived_at.as_second()).collect();
    assert_eq!(arrivals[0], arrivals[1], "not before the one before it");
    assert!(arrivals[2] < arrivals[1], "a mail that was moved here keeps its date");
}

#[tokio::test]
async fn a_date_that_the_parser_can_not_survive_costs_no_mail() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    let broken = "* 1 FETCH (UID 1 INTERNALDATE NIL RFC822.SIZE 5 BODY[]<0> {5}\r\nxxxxx)\r\n{tag} OK done\r\n";
    for _ in 0..2 {
        server.fault("UID FETCH 1 (UID INTERNALDATE", Act::Say(broken.into()));
    }
    server.fault("UID FETCH 1:9 (UID INTERNALDATE", Act::Say(broken.into()));
    server.deliver(&code());
    relay.until_seen(&[1]).await;
    assert_eq!(relay.history().await[0].outcome, "found");
}

#[tokio::test]
async fn a_mail_that_breaks_every_fetch_does_not_hold_up_the_others() {
    let server = Scripted::start().await;
    for _ in 0..6 {
        server.deliver(&code());
    }
    for set in ["1", "2:3", "2", "4:7", "3:5", "4:6", "2:6", "3:6"] {
        for _ in 0..20 {
            if set.split(':').next().is_some_and(|first| first <= "3") && set != "1" && set != "2" {
                server.fault(&format!("UID FETCH {set} "), Act::CloseAfter(20));
            }
        }
    }
    for _ in 0..20 {
        server.fault("UID FETCH 3 ", Act::CloseAfter(20));
    }
    let relay = Relay::start(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_seen(&[1, 2, 4, 5, 6]).await;
    assert_eq!(relay.cursor("INBOX").await, Some((1, 3)), "the cursor waits before the broken mail");
    server.model().faults.clear();
    let relay = relay.restart(vec![inbox(account(server.port(), USER, PASSWORD))]).await;
    relay.until_seen(&[1, 2, 4, 5, 6, 3]).await;
    relay.until_cursor("INBOX", 7).await;
}

#[tokio::test]
async fn a_message_that_is_listed_but_not_handed_out_is_asked_for_again() {
    let server = Scripted::start().await;
    server.deliver(&code());
    server.deliver(&code());
    server.fault("UID FETCH 1 ", Act::Say("{tag} OK nothing to see\r\n".into()));
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.watch.idle = false;
    let relay = Relay::start(vec![agents]).await;
    relay.until_seen(&[2, 1]).await;
    relay.until_cursor("INBOX", 3).await;
}

#[tokio::test]
async fn a_message_that_is_deleted_between_search_and_fetch_is_passed_over() {
    let server = Scripted::start().await;
    server.deliver(&code());
    server.deliver(&code());
    server.fault("UID SEARCH UID 1:2 SINCE", Act::Say("* SEARCH 1 2\r\n{tag} OK done\r\n".into()));
    server.fault("UID FETCH 1 ", Act::Say("{tag} OK it is gone\r\n".into()));
    server.fault("UID SEARCH UID 1", Act::Say("* SEARCH\r\n{tag} OK done\r\n".into()));
    let relay = watch(&server).await;
    relay.until_seen(&[2]).await;
    assert_eq!(relay.cursor("INBOX").await, Some((1, 3)));
}

#[tokio::test]
async fn a_mailbox_that_is_deleted_while_it_is_watched_is_missed_and_found_again() {
    let server = Scripted::start().await;
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.mailboxes = vec!["INBOX".into(), "Junk".into()];
    agents.account.max_connections = 1;
    let relay = Relay::start(vec![agents]).await;
    relay.until_watched("Junk").await;
    server.model().mailboxes = vec!["INBOX".into()];
    let error = relay.until_error("Junk", "mailboxes that exist").await;
    assert!(error.contains("INBOX"), "{error}");
    server.model().mailboxes.push("Junk".into());
    relay.until_watched("Junk").await;
    assert_eq!(server.connections(), 1);
}

/// hMailServer says BAD where others say NO.
#[tokio::test]
async fn a_mailbox_that_is_refused_with_bad_keeps_nobody_from_being_watched() {
    let server = Scripted::start().await;
    for _ in 0..50 {
        server.fault("EXAMINE \"Junk\"", Act::Say("{tag} BAD Folder could not be found.\r\n".into()));
        server.fault("LIST", Act::Say("{tag} BAD no such command\r\n".into()));
    }
    let mut agents = inbox(account(server.port(), USER, PASSWORD));
    agents.mailboxes = vec!["Junk".into(), "INBOX".into()];
    agents.account.max_connections = 1;
    let relay = Relay::start(vec![agents]).await;
    relay.until_error("Junk", "Folder could not be found").await;
    server.deliver(&code());
    relay.until_seen(&[1]).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_may_end_anywhere() {
    let whole = {
        let server = Scripted::start().await;
        server.deliver(&code());
        let relay = watch(&server).await;
        relay.until_seen(&[1]).await;
        server.deliver(&mail("Example <no-reply@login.example>", USER, "short", "your code is 482914"));
        relay.until_seen(&[1, 2]).await;
        idle(&server).await;
        server.model().sent.first().copied().expect("a connection")
    };
    let lives = (0..whole).step_by(13).map(|cut| async move {
        let server = Scripted::start().await;
        server.model().cut_after.push_back(cut);
        server.deliver(&code());
        let mut agents = inbox(account(server.port(), USER, PASSWORD));
        agents.watch.idle_timeout = Duration::from_secs(3);
        let relay = Relay::start(vec![agents]).await;
        relay.until_seen(&[1]).await;
        server.deliver(&mail("Example <no-reply@login.example>", USER, "short", "your code is 482914"));
        relay.until_seen(&[1, 2]).await;
        let outcomes: Vec<String> = relay.history().await.into_iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, ["found", "found"], "cut after {cut} bytes");
    });
    futures_util::stream::iter(lives).buffer_unordered(40).for_each(|()| std::future::ready(())).await;
}

#[tokio::test]
async fn a_store_that_is_locked_keeps_the_mail_and_the_session() {
    let server = Scripted::start().await;
    let relay = watch(&server).await;
    let url = format!("sqlite://{}/state.db", relay.path().display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.expect("a connection");
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.expect("a lock");
    server.deliver(&code());
    until_true("the store complains", || relay.events.board().store_error.is_some()).await;
    assert_eq!(relay.pulses.overdue(), Vec::<String>::new());
    sqlx::query("ROLLBACK").execute(&mut other).await.expect("no lock");
    relay.until_seen(&[1]).await;
    until_true("the store is well", || relay.events.board().store_error.is_none()).await;
    assert_eq!(server.connections(), 1);
}

//! `history`, `status` and `replay`, with and without a daemon.

use serde_json::Value;

use crate::support::dovecot::{Dovecot, USER};
use crate::support::mails::{code_mail, newsletter};
use crate::support::relay::{Relay, inbox};
use crate::support::skyvern_fake::SkyvernFake;
use crate::{code, lines, stderr, stdout, write};

#[tokio::test(flavor = "multi_thread")]
async fn history_tells_what_became_of_each_mail_and_masks_codes() {
    let (dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "493027")).await;
    dovecot.deliver(USER, "INBOX", &newsletter(USER)).await;
    relay.until_settled(2).await;

    let output = relay.command(&["history"]);
    assert_eq!(code(&output), 0);
    let page = stdout(&output);
    assert!(page.contains("delivered") && page.contains("4****7") && page.contains("nothing"), "{page}");
    assert!(!page.contains("493027"), "{page}");

    let rows = lines(&relay.command(&["history", "--json", "--since", "1h"]));
    assert_eq!(rows.len(), 2);
    for time in ["arrived_at", "seen_at", "fetched_at", "extracted_at", "committed_at"] {
        assert!(rows[0][time].is_string(), "{time} in {}", rows[0]);
    }
    assert!(rows[0]["delivery"]["sent_at"].is_string() && rows[0]["delivery"]["settled_at"].is_string());
    assert!(rows.iter().all(|row| !row.to_string().contains("493027")));

    assert_eq!(lines(&relay.command(&["history", "--json", "--identifier", USER])).len(), 1);
    let nobody = relay.command(&["history", "--identifier", "nobody@example.com"]);
    assert_eq!(code(&nobody), 1, "{}", stdout(&nobody));
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_each_mailbox_and_that_no_daemon_answers() {
    let (dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    let output = relay.command(&["status"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("healthy") && stdout(&output).contains("INBOX"), "{}", stdout(&output));
    relay.terminate().await;
    let output = relay.command(&["status"]);
    assert_eq!(code(&output), 69);
    assert!(stderr(&output).contains("no daemon answers"), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_why_a_mailbox_is_not_watched_and_how_long_that_may_last() {
    let skyvern = SkyvernFake::start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = format!(
        "[[inbox]]\nname = \"closed\"\nhost = \"127.0.0.1\"\nport = {free}\nusername = \"closed@example.com\"\n\
         password = \"made-up\"\n"
    );
    let mut relay = Relay::new(&skyvern, &nobody);
    relay.start();
    relay
        .until_status("an attempt that failed", |status| {
            let mailboxes = status["mailboxes"].as_array().cloned().unwrap_or_default();
            mailboxes.iter().any(|mailbox| mailbox["last_error"].is_string())
        })
        .await;
    let output = relay.command(&["status"]);
    assert_eq!(code(&output), 0, "it may be back soon: {}", stderr(&output));
    let page = stdout(&output);
    let line =
        page.lines().find(|line| line.starts_with("closed INBOX is out of touch")).unwrap_or_else(|| panic!("{page}"));
    assert!(line.contains("Connection refused") && line.contains("not healthy after 6m"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_again_by_the_daemon_by_its_id_or_as_a_file() {
    let (dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "493027")).await;
    dovecot.deliver(USER, "INBOX", &newsletter(USER)).await;
    let rows = relay.until_settled(2).await;
    let id = |row: &Value| row["id"].to_string();

    let dry = relay.command(&["replay", &id(&rows[0]), "--dry-run"]);
    assert_eq!((code(&dry), stdout(&dry).contains("would send code 4****7")), (0, true), "{}", stdout(&dry));
    assert_eq!(skyvern.rows().len(), 1);

    let again = relay.command(&["replay", &id(&rows[0])]);
    assert_eq!(code(&again), 0, "{}{}", stdout(&again), stderr(&again));
    assert_eq!(skyvern.codes(), [(USER.into(), "493027".into()), (USER.into(), "493027".into())]);
    let history = lines(&relay.command(&["history", "--json"]));
    assert_eq!(history.last().map(|row| &row["replay_of"]), Some(&rows[0]["id"]));

    let nothing = relay.command(&["replay", &id(&rows[1])]);
    assert_eq!(code(&nothing), 1, "{}", stdout(&nothing));

    let file = write(relay.path(), "mail.eml", code_mail(USER, "600613"));
    let sent = relay.command(&["replay", file.to_str().unwrap()]);
    assert_eq!(code(&sent), 0, "{}{}", stdout(&sent), stderr(&sent));
    skyvern.until_code("600613").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_whose_mail_server_is_away_says_so_with_and_without_a_daemon() {
    let (mut dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "493027")).await;
    relay.until_settled(1).await;
    dovecot.stop().await;
    let refused = |relay: &Relay| {
        let output = relay.command(&["replay", "1"]);
        assert_eq!(code(&output), 69, "{}{}", stdout(&output), stderr(&output));
        assert!(stderr(&output).contains("failed to fetch the mail again"), "{}", stderr(&output));
    };
    refused(&relay);
    relay.terminate().await;
    refused(&relay);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_daemon_a_replay_delivers_by_itself() {
    let (dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "493027")).await;
    relay.until_settled(1).await;
    relay.terminate().await;

    let again = relay.command(&["replay", "1", "--json"]);
    assert_eq!(code(&again), 0, "{}{}", stdout(&again), stderr(&again));
    assert_eq!(lines(&again)[0]["delivery"]["state"], "delivered");
    assert_eq!(skyvern.rows().len(), 2);
    let missing = relay.command(&["replay", "4711"]);
    assert_eq!(code(&missing), 1);
    assert!(stderr(&missing).contains("no row 4711"), "{}", stderr(&missing));
}

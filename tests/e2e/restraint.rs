//! What must not happen: a changed mailbox, an old code, a code sent a second time.

use crate::support::dovecot::USER;
use crate::support::mails::code_mail;
use crate::support::relay::{Relay, inbox};
use crate::{address, codes_of, deliver, servers};

#[tokio::test]
async fn the_mailbox_is_left_as_it_was() {
    let (dovecot, skyvern) = servers().await;
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    deliver(&dovecot, "shop", "493027").await;
    let before = dovecot.mail_files(USER);
    skyvern.until_code("493027").await;
    dovecot.until_idle(USER, 1).await;
    assert_eq!(dovecot.mail_files(USER), before);

    let said = dovecot.said(USER).concat().to_ascii_uppercase();
    for writing in [
        " SELECT ", " STORE ", " EXPUNGE", " MOVE ", " COPY ", " APPEND ", " CREATE ", " CLOSE", " BODY[", " RFC822 ",
        " RFC822)",
    ] {
        assert!(!said.contains(writing), "it said {writing:?}:\n{said}");
    }
    assert!(said.contains(" EXAMINE "));
    let mut imap = dovecot.imap(USER).await;
    imap.command("SELECT INBOX").await;
    let flags = imap.command("FETCH 1 (FLAGS)").await.concat();
    assert!(flags.contains("\\Recent") && !flags.contains("\\Seen"), "{flags}");
}

#[tokio::test]
async fn mail_that_was_there_before_is_looked_at_only_within_its_lifetime() {
    let (dovecot, skyvern) = servers().await;
    dovecot.append(USER, "INBOX", Some("01-Feb-2026 10:00:00 +0000"), &code_mail(&address("old"), "100001")).await;
    deliver(&dovecot, "young", "100002").await;
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    skyvern.until_code("100002").await;
    deliver(&dovecot, "new", "100003").await;
    skyvern.until_code("100003").await;
    assert!(codes_of(&skyvern, "old").is_empty());
}

#[tokio::test]
async fn mail_that_came_while_it_was_stopped_is_sent_if_still_in_time_and_recorded_as_expired_otherwise() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    relay.terminate().await;
    dovecot.append(USER, "INBOX", Some("01-Feb-2026 10:00:00 +0000"), &code_mail(&address("late"), "100001")).await;
    deliver(&dovecot, "in-time", "100002").await;
    relay.start();
    skyvern.until_code("100002").await;
    let history = relay.until_settled(2).await;
    assert_eq!(history[0]["outcome"], "expired");
    assert!(codes_of(&skyvern, "late").is_empty());
}

#[tokio::test]
async fn a_copy_of_a_mail_in_another_mailbox_is_not_sent_again() {
    let (dovecot, skyvern) = servers().await;
    dovecot.imap(USER).await.command("CREATE All").await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "mailboxes = [\"INBOX\", \"All\"]")).await;
    deliver(&dovecot, "shop", "493027").await;
    skyvern.until_code("493027").await;
    let mut imap = dovecot.imap(USER).await;
    imap.command("SELECT INBOX").await;
    imap.command("COPY 1 All").await;
    let history = relay.until_settled(2).await;
    assert_eq!(history[1]["outcome"], "duplicate");
    assert_eq!(skyvern.pushes().len(), 1);
}

#[tokio::test]
async fn a_mailbox_that_was_made_anew_is_looked_through_again_and_nothing_is_sent_twice() {
    let (dovecot, skyvern) = servers().await;
    let mut imap = dovecot.imap(USER).await;
    imap.command("CREATE Codes").await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "mailboxes = [\"Codes\"]")).await;
    let first = code_mail(&address("a"), "100001");
    dovecot.deliver(USER, "Codes", &first).await;
    skyvern.until_code("100001").await;
    relay.until_settled(1).await;
    relay.terminate().await;

    imap.command("DELETE Codes").await;
    imap.command("CREATE Codes").await;
    dovecot.deliver(USER, "Codes", &first).await;
    dovecot.deliver(USER, "Codes", &code_mail(&address("b"), "100002")).await;
    relay.start();
    skyvern.until_code("100002").await;
    relay.until_settled(3).await;
    assert_eq!(skyvern.pushes().len(), 2);
}

#[tokio::test]
async fn mail_that_vanishes_under_its_feet_does_not_stop_it() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_code("100001").await;
    let mut imap = dovecot.imap(USER).await;
    imap.command("SELECT INBOX").await;
    imap.command("STORE 1 +FLAGS (\\Deleted)").await;
    imap.command("EXPUNGE").await;
    deliver(&dovecot, "b", "100002").await;
    skyvern.until_code("100002").await;
    relay.until_settled(2).await;
    assert_eq!(skyvern.rows().len(), 2);
}

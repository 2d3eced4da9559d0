//! Which mail is known already.

use jiff::{SignedDuration, Timestamp};
use otp_relay::extract::Scope;
use otp_relay::store::{Cursor, Finding, NewDelivery, Recorded};

use crate::mails::{Place, all, code, commit, link, mailbox, outcomes, sighting};

fn found() -> Finding {
    Finding::Deliver(code("a@example.com", "482913"))
}

#[tokio::test]
async fn a_mail_is_known_by_mailbox_uidvalidity_and_uid_and_is_not_recorded_again() {
    let place = Place::new();
    let store = place.open().await;
    let inbox = mailbox("agents", "INBOX");
    assert!(matches!(commit(&store, &inbox, 1, 1, found()).await, Ok(Recorded::Delivering { .. })));
    assert_eq!(commit(&store, &inbox, 1, 2, found()).await.unwrap(), Recorded::Duplicate);
    assert_eq!(all(&store).await.len(), 1);
}

#[tokio::test]
async fn a_mail_is_known_again_in_another_mailbox_and_under_another_uidvalidity() {
    let place = Place::new();
    let store = place.open().await;
    commit(&store, &mailbox("agents", "Junk"), 5, 1, found()).await.unwrap();
    assert_eq!(commit(&store, &mailbox("agents", "INBOX"), 9, 1, found()).await.unwrap(), Recorded::Duplicate);
    let renumbered = Cursor { uid_validity: 2, next_uid: 10 };
    let again = store.commit(&mailbox("agents", "Junk"), renumbered, vec![sighting(5, 1, found())]).await.unwrap();
    assert_eq!(again, [Recorded::Duplicate]);
    let rows = all(&store).await;
    assert_eq!(outcomes(&rows), ["found", "duplicate", "duplicate"]);
    assert_eq!(rows[1].reason.as_deref(), Some(format!("the same mail is in history as {}", rows[0].id).as_str()));
    assert_eq!(store.outbox_state().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn a_mail_known_for_nothing_stays_known() {
    let place = Place::new();
    let store = place.open().await;
    let refused = Finding::Refused { rule: None, reason: "two codes".into() };
    assert_eq!(commit(&store, &mailbox("agents", "Junk"), 1, 1, refused).await.unwrap(), Recorded::Noted);
    assert_eq!(commit(&store, &mailbox("agents", "INBOX"), 1, 1, found()).await.unwrap(), Recorded::Duplicate);
}

#[tokio::test]
async fn two_copies_in_one_commit_are_one() {
    let place = Place::new();
    let store = place.open().await;
    let cursor = Cursor { uid_validity: 1, next_uid: 3 };
    let copies = vec![sighting(1, 1, found()), sighting(2, 1, found())];
    let recorded = store.commit(&mailbox("agents", "INBOX"), cursor, copies).await.unwrap();
    assert!(matches!(recorded.as_slice(), [Recorded::Delivering { .. }, Recorded::Duplicate]), "{recorded:?}");
}

#[tokio::test]
async fn the_same_mail_in_two_inboxes_is_delivered_once_for_an_identifier() {
    let place = Place::new();
    let store = place.open().await;
    commit(&store, &mailbox("one", "INBOX"), 1, 1, found()).await.unwrap();
    let two = mailbox("two", "INBOX");
    assert_eq!(commit(&store, &two, 1, 1, found()).await.unwrap(), Recorded::Duplicate);
    let three = mailbox("three", "INBOX");
    let for_another = Finding::Deliver(code("b@example.com", "482913"));
    assert!(matches!(commit(&store, &three, 1, 1, for_another).await, Ok(Recorded::Delivering { .. })));
    let four = mailbox("four", "INBOX");
    let scoped = NewDelivery {
        scope: Scope { task_id: Some("tsk_1".into()), ..Scope::default() },
        ..code("a@example.com", "482913")
    };
    assert!(matches!(commit(&store, &four, 1, 1, Finding::Deliver(scoped)).await, Ok(Recorded::Delivering { .. })));
    let five = mailbox("five", "INBOX");
    let other_value = Finding::Deliver(link("a@example.com", "https://acme.example/in?t=1"));
    assert!(matches!(commit(&store, &five, 1, 1, other_value).await, Ok(Recorded::Delivering { .. })));
}

#[tokio::test]
async fn what_is_past_its_deadline_is_recorded_as_expired_and_its_value_never_stored() {
    let place = Place::new();
    let store = place.open().await;
    let late = NewDelivery {
        deadline: Timestamp::now() - SignedDuration::from_mins(3),
        ..link("a@example.com", "https://acme.example/in?t=never-to-be-seen")
    };
    let recorded = commit(&store, &mailbox("agents", "INBOX"), 1, 1, Finding::Deliver(late)).await.unwrap();
    assert_eq!(recorded, Recorded::Expired);
    let rows = all(&store).await;
    assert_eq!(outcomes(&rows), ["expired"]);
    assert_eq!(rows[0].reason.as_deref(), Some("its deadline passed 3 min before it was seen"));
    assert_eq!(rows[0].masked.as_deref(), Some("https://acme.example/…"));
    assert!(rows[0].delivery.is_none());
    assert!(!place.holds("never-to-be-seen"));
}

#[tokio::test]
async fn a_cursor_moves_without_mail_and_is_one_for_each_mailbox() {
    let place = Place::new();
    let store = place.open().await;
    let (inbox, junk) = (mailbox("agents", "INBOX"), mailbox("agents", "Junk"));
    assert_eq!(store.cursor(&inbox).await.unwrap(), None);
    let at = |uid_validity, next_uid| Cursor { uid_validity, next_uid };
    store.commit(&inbox, at(u32::MAX, u32::MAX), Vec::new()).await.unwrap();
    store.commit(&junk, at(3, 4), Vec::new()).await.unwrap();
    assert_eq!(store.cursor(&inbox).await.unwrap(), Some(at(u32::MAX, u32::MAX)));
    store.commit(&inbox, at(8, 1), Vec::new()).await.unwrap();
    assert_eq!(store.cursor(&inbox).await.unwrap(), Some(at(8, 1)), "UIDVALIDITY changed: it starts over");
    assert_eq!(store.cursor(&junk).await.unwrap(), Some(at(3, 4)));
}

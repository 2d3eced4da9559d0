//! A machine that lost its power: what may have been sent although the store does not say so.

use jiff::{SignedDuration, Timestamp};
use otp_relay::store::{Cursor, Finding, Sighting, Store};

use crate::mails::{Place, code, mailbox, sighting};
use crate::reboot::boot_again;

/// Since when nobody knows what became of a mail that arrives at `arrived_at` and is committed now.
async fn doubt(store: &Store, uid: u32, arrived_at: Timestamp) -> Option<Timestamp> {
    let mut outbox = store.outbox().await.unwrap();
    let found = Finding::Deliver(code("a@example.com", "482913"));
    let sighting = Sighting { arrived_at, ..sighting(uid, uid, found) };
    let cursor = Cursor { uid_validity: 1, next_uid: uid + 1 };
    store.commit(&mailbox("agents", "INBOX"), cursor, vec![sighting]).await.unwrap();
    loop {
        let delivery = outbox.recv().await.unwrap();
        if delivery.uid == uid {
            return delivery.uncertain_since;
        }
    }
}

#[tokio::test]
async fn a_new_store_and_one_of_the_same_boot_have_lost_nothing() {
    let place = Place::new();
    let store = place.open().await;
    assert_eq!(doubt(&store, 1, Timestamp::now()).await, None);
    store.close().await;
    assert_eq!(doubt(&place.open().await, 2, Timestamp::now()).await, None);
}

#[tokio::test]
async fn after_another_boot_what_may_have_arrived_before_is_uncertain() {
    let place = Place::new();
    place.open().await.close().await;
    boot_again(&place.path()).await;
    let before = Timestamp::now();
    let store = place.open().await;
    let minute = SignedDuration::from_mins(1);
    let since = doubt(&store, 1, before - minute).await.expect("it arrived before");
    assert!(since >= before - SignedDuration::from_millis(1), "the earlier life has ended by then");
    assert!(doubt(&store, 2, before + minute).await.is_some(), "the server's clock may be ahead");
    assert_eq!(doubt(&store, 3, before + 11 * minute).await, None);
}

#[tokio::test]
async fn the_doubt_outlives_a_process_that_ends_before_it_is_over() {
    let place = Place::new();
    place.open().await.close().await;
    boot_again(&place.path()).await;
    place.open().await.close().await;
    assert!(doubt(&place.open().await, 1, Timestamp::now()).await.is_some());
}

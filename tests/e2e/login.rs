//! An account that is refused is tried slowly, loudly, and is nobody else's trouble.

use crate::support::dovecot::{Dovecot, PASSWORD, USER};
use crate::support::relay::{Relay, inbox, inbox_of};
use crate::support::skyvern_fake::SkyvernFake;
use crate::support::wait::until_true;
use crate::{deliver, servers};

const OTHER: &str = "other@example.com";

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_the_other_inbox_goes_on() {
    let dovecot = Dovecot::builder().user(USER, PASSWORD).user(OTHER, "right").start().await;
    let skyvern = SkyvernFake::start().await;
    let inboxes = inbox_of(&dovecot, "other", OTHER, "wrong-made-up", "") + &inbox(&dovecot, "");
    let mut relay = Relay::new(&skyvern, &inboxes);
    relay.start();
    relay
        .until_status("the login is rejected", |status| {
            status["mailboxes"].as_array().is_some_and(|all| all.iter().any(|mailbox| mailbox["state"] == "rejected"))
        })
        .await;
    assert_eq!(relay.status().expect("a status")["healthy"], false);
    let attempts = || dovecot.log().lines().filter(|line| line.contains("auth failed") && line.contains(OTHER)).count();
    until_true("Dovecot has logged the failure", || attempts() > 0).await;
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_code("100001").await;
    assert_eq!(attempts(), 1);
}

#[tokio::test]
async fn a_password_that_is_changed_meanwhile_is_told_and_a_reload_with_the_new_one_heals_it() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    dovecot.set_password(USER, "new-made-up").await;
    dovecot.kick(USER);
    relay.until_status("the login is rejected", |status| status["mailboxes"][0]["state"] == "rejected").await;
    deliver(&dovecot, "a", "100001").await;

    relay.configure(&inbox_of(&dovecot, "agents", USER, "new-made-up", ""));
    relay.hang_up();
    skyvern.until_code("100001").await;
    relay.until_status("it is healthy", |status| status["healthy"] == true).await;
}

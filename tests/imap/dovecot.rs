//! Against a real Dovecot: every way in, several mailboxes, restarts, and whatever its users do to a mailbox meanwhile.

use std::sync::Arc;
use std::time::Duration;

use otp_relay::config::{Account, Auth, Inbox, OAuth2, Secret, Tls};
use otp_relay::events::board::WatchState;
use otp_relay::extract::Rule;
use otp_relay::extract::policy::{Action, RuleSet};
use otp_relay::store::{Settled, Settlement, Store};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::support::dovecot::{Dovecot, PASSWORD, USER};
use crate::support::mails::{self, code_mail, newsletter};
use crate::support::oauth_fake::OAuthFake;
use crate::support::wait::{LIMIT, until, until_true};
use crate::watched::{Relay, account, inbox};

fn mail() -> Vec<u8> {
    code_mail(USER, "482913")
}

fn over_tls(dovecot: &Dovecot) -> Account {
    Account { tls: Tls::Implicit, ca: Some(dovecot.pki().ca.clone()), ..account(dovecot.imaps_port(), USER, PASSWORD) }
}

fn with_oauth(dovecot: &Dovecot, oauth: &OAuthFake) -> Account {
    let auth = Auth::OAuth2(OAuth2 {
        token_url: oauth.token_url().parse().expect("a URL"),
        scope: None,
        client_id: "relay".into(),
        client_secret: None,
        refresh_token: Secret::Literal("made-up-refresh-token".to_owned().into()),
        ca: None,
    });
    Account { auth, ..over_tls(dovecot) }
}

/// Watches with this account: one mail waits, one comes later.
async fn sees_mail(dovecot: &Dovecot, inbox: Inbox) -> Relay {
    dovecot.deliver(USER, "INBOX", &mail()).await;
    let relay = Relay::start(vec![inbox]).await;
    relay.until_seen(&[1]).await;
    relay.until_watched("INBOX").await;
    dovecot.deliver(USER, "INBOX", &mail()).await;
    relay.until_seen(&[1, 2]).await;
    relay
}

#[tokio::test]
async fn implicit_tls_with_a_private_ca_and_idle() {
    let dovecot = Dovecot::start().await;
    let before = dovecot.mail_files(USER);
    assert!(before.is_empty());
    let relay = sees_mail(&dovecot, inbox(over_tls(&dovecot))).await;
    dovecot.until_idle(USER, 1).await;
    assert_eq!(relay.state("INBOX").map(|state| state.state), Some(WatchState::Idle));
    let flagged = dovecot.mail_files(USER).into_iter().filter(|path| !path.to_string_lossy().contains("/new/"));
    assert_eq!(flagged.count(), 0, "no mail was touched");
}

#[tokio::test]
async fn starttls_with_a_private_ca() {
    let dovecot = Dovecot::start().await;
    let account = Account { tls: Tls::StartTls, port: dovecot.imap_port(), ..over_tls(&dovecot) };
    sees_mail(&dovecot, inbox(account)).await;
}

#[tokio::test]
async fn a_pinned_certificate_needs_no_ca_and_accepts_no_other() {
    let dovecot = Dovecot::builder().certificate_for(&["elsewhere.example"]).start().await;
    let pin: [u8; 32] = Sha256::digest(&dovecot.pki().certificate_der).into();
    let pinned = |pin| Account { ca: None, pinned_sha256: Some(pin), ..over_tls(&dovecot) };
    sees_mail(&dovecot, inbox(pinned(pin))).await;
    let relay = Relay::start(vec![inbox(pinned([7; 32]))]).await;
    relay.until_error("INBOX", "not the pinned one").await;
}

#[tokio::test]
async fn a_certificate_of_an_unknown_issuer_or_for_another_name_is_refused() {
    let dovecot = Dovecot::builder().certificate_for(&["elsewhere.example"]).start().await;
    let relay = Relay::start(vec![inbox(over_tls(&dovecot))]).await;
    let error = relay.until_error("INBOX", "TLS").await;
    assert!(error.contains("not valid for name"), "{error}");
    let relay = Relay::start(vec![inbox(Account { ca: None, ..over_tls(&dovecot) })]).await;
    relay.until_error("INBOX", "set `ca`").await;
    assert_eq!(dovecot.sessions(USER), 0);
}

#[tokio::test]
async fn polling_where_the_server_has_no_idle() {
    let dovecot = Dovecot::builder().without_idle().start().await;
    let relay = sees_mail(&dovecot, inbox(over_tls(&dovecot))).await;
    assert_eq!(relay.state("INBOX").map(|state| state.state), Some(WatchState::Poll));
}

#[tokio::test]
async fn the_login_command_where_the_server_has_no_plain() {
    let dovecot = Dovecot::builder().setting("auth_mechanisms = login").start().await;
    sees_mail(&dovecot, inbox(over_tls(&dovecot))).await;
}

#[tokio::test]
async fn xoauth2_with_a_token_that_is_renewed_and_a_refresh_token_that_is_rotated() {
    let oauth = OAuthFake::start().await;
    oauth.grant("made-up-refresh-token", USER);
    oauth.rotate_refresh_tokens();
    let dovecot = Dovecot::builder().user(USER, PASSWORD).oauth2(&oauth).start().await;
    let relay = sees_mail(&dovecot, inbox(with_oauth(&dovecot, &oauth))).await;
    assert_eq!(oauth.requests().len(), 1);
    // The access token is void and the refresh token was rotated: the next session needs both anew.
    oauth.revoke_access_tokens();
    let relay = relay.restart(vec![inbox(with_oauth(&dovecot, &oauth))]).await;
    relay.until_watched("INBOX").await;
    let requests = oauth.requests();
    assert_eq!(requests.len(), 2);
    assert_ne!(requests[0]["refresh_token"], requests[1]["refresh_token"], "the rotated token was kept");
    // Revoked while the relay runs: one refusal, one renewal, no waiting.
    oauth.revoke_access_tokens();
    dovecot.kick(USER);
    until_true("a third token", || oauth.requests().len() == 3).await;
    relay.until_watched("INBOX").await;
    dovecot.deliver(USER, "INBOX", &mail()).await;
    relay.until_seen(&[1, 2, 3]).await;
}

#[tokio::test]
async fn a_refresh_token_that_is_no_longer_good_is_loud_and_tried_slowly() {
    let oauth = OAuthFake::start().await;
    let dovecot = Dovecot::builder().user(USER, PASSWORD).oauth2(&oauth).start().await;
    let relay = Relay::start(vec![inbox(with_oauth(&dovecot, &oauth))]).await;
    let error = relay.until_error("INBOX", "invalid_grant").await;
    assert!(error.contains("sign in again"), "{error}");
    assert!(!error.contains("made-up"), "{error}");
    assert_eq!(relay.state("INBOX").map(|state| state.state), Some(WatchState::Rejected));
    assert_eq!(oauth.requests().len(), 1);
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_is_tried_again_soon() {
    let oauth = OAuthFake::start().await;
    oauth.grant("made-up-refresh-token", USER);
    oauth.refuse(Some((503, "temporarily_unavailable")));
    let dovecot = Dovecot::builder().user(USER, PASSWORD).oauth2(&oauth).start().await;
    let relay = Relay::start(vec![inbox(with_oauth(&dovecot, &oauth))]).await;
    relay.until_error("INBOX", "temporarily_unavailable").await;
    oauth.refuse(None);
    relay.until_watched("INBOX").await;
}

#[tokio::test]
async fn a_refresh_token_that_comes_while_the_relay_stops_is_kept() {
    let oauth = OAuthFake::start().await;
    oauth.grant("made-up-refresh-token", USER);
    oauth.rotate_refresh_tokens();
    oauth.delay_answers(Duration::from_millis(500));
    let dovecot = Dovecot::builder().user(USER, PASSWORD).oauth2(&oauth).start().await;
    let relay = Relay::start(vec![inbox(with_oauth(&dovecot, &oauth))]).await;
    until_true("a token is asked for", || oauth.requests().len() == 1).await;
    // The old token is void, the new one is on its way.
    let relay = relay.restart(vec![inbox(with_oauth(&dovecot, &oauth))]).await;
    relay.until_watched("INBOX").await;
    let presented: Vec<String> = oauth.requests().iter().map(|form| form["refresh_token"].clone()).collect();
    assert_eq!(presented, ["made-up-refresh-token", "refresh-1-made-up"]);
}

#[tokio::test]
async fn a_renewal_ahead_of_time_that_fails_is_not_repeated_with_every_look() {
    let oauth = OAuthFake::start().await;
    oauth.grant("made-up-refresh-token", USER);
    oauth.set_lifetime(8);
    let dovecot = Dovecot::builder().user(USER, PASSWORD).oauth2(&oauth).start().await;
    let mut agents = inbox(with_oauth(&dovecot, &oauth));
    agents.watch.idle = false;
    agents.watch.poll_interval = Duration::from_millis(50);
    let relay = Relay::start(vec![agents]).await;
    relay.until_watched("INBOX").await;
    oauth.refuse(Some((503, "temporarily_unavailable")));
    until_true("it is renewed ahead of its end", || oauth.requests().len() > 1).await;
    let looks = || dovecot.said(USER).concat().lines().filter(|line| line.contains("EXAMINE")).count();
    let before = looks();
    until_true("it looks again and again", || looks() > before + 10).await;
    assert_eq!(oauth.requests().len(), 2);
}

#[tokio::test]
async fn several_mailboxes_and_one_that_is_missing() {
    let dovecot = Dovecot::start().await;
    dovecot.deliver(USER, "Junk", &mail()).await;
    let mut agents = inbox(over_tls(&dovecot));
    agents.mailboxes = vec!["INBOX".into(), "Junk".into(), "Spma".into()];
    let relay = Relay::start(vec![agents]).await;
    relay.until_seen(&[1]).await;
    let error = relay.until_error("Spma", "mailboxes that exist").await;
    assert!(error.contains("INBOX") && error.contains("Junk"), "{error}");
    dovecot.until_idle(USER, 2).await;
    dovecot.deliver(USER, "INBOX", &mail()).await;
    relay.until_seen(&[1, 1]).await;
}

#[tokio::test]
async fn more_mailboxes_than_connections_are_polled_in_turn_over_the_last_one() {
    let dovecot = Dovecot::start().await;
    let mut agents = inbox(Account { max_connections: 2, ..over_tls(&dovecot) });
    agents.mailboxes = ["INBOX", "A", "Missing", "B", "C"].map(String::from).to_vec();
    for mailbox in ["A", "B", "C"] {
        dovecot.deliver(USER, mailbox, &newsletter(USER)).await;
    }
    let relay = Relay::start(vec![agents]).await;
    relay.until_seen(&[1, 1, 1]).await;
    for mailbox in ["C", "B", "A"] {
        dovecot.deliver(USER, mailbox, &mail()).await;
    }
    relay.until_error("Missing", "mailboxes that exist").await;
    until_true("all are looked at", || {
        let mails: u64 = relay.events.board().mailboxes.iter().map(|state| state.mails).sum();
        mails == 6
    })
    .await;
    assert_eq!(dovecot.sessions(USER), 2);
}

/// Takes so many deliveries, as Skyvern would.
async fn take(store: &Store, count: usize) {
    let mut outbox = store.outbox().await.expect("the outbox");
    for _ in 0..count {
        let delivery = timeout(LIMIT, outbox.recv()).await.expect("it arrives").expect("a delivery");
        let settled = Settled {
            outcome: Settlement::Expired,
            attempts: 0,
            sent_at: None,
            at: jiff::Timestamp::now(),
            reason: None,
            skyvern_row: None,
        };
        store.settle(delivery.id, settled).await.expect("settled");
    }
}

#[tokio::test]
async fn mails_that_are_too_much_together_are_taken_one_by_one() {
    const MAILS: usize = 64;
    let dovecot = Dovecot::start().await;
    let mut flooded = inbox(over_tls(&dovecot));
    flooded.policy.rules = RuleSet::new(vec![Rule::new("whole", Action::ForwardBody)]);
    let mut courier = dovecot.courier().await;
    for n in 0..MAILS {
        // 32 of them, which are fetched together in the end, are more than an inbox may have waiting.
        let text = format!("{n} {}", "一二三四五六七八九十\n".repeat(5800));
        courier.deliver(USER, "INBOX", &mails::mail("Example <a@login.example>", USER, "long", &text)).await;
    }
    let relay = Relay::start(vec![flooded]).await;
    take(&relay.store, MAILS).await;
    relay.until_cursor("INBOX", MAILS as u32 + 1).await;
    assert_eq!(relay.seen().await, (1..=MAILS as u32).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_mailbox_of_which_too_much_waits_holds_up_no_other_of_its_session() {
    const MAILS: usize = 90;
    let dovecot = Dovecot::start().await;
    let account = Account { max_connections: 1, ..over_tls(&dovecot) };
    let mut flooded = inbox(account.clone());
    flooded.name = "flooded".into();
    flooded.policy.inbox = "flooded".into();
    flooded.policy.rules = RuleSet::new(vec![Rule::new("whole", Action::ForwardBody)]);
    let mut agents = inbox(account);
    agents.mailboxes = vec!["Junk".into()];
    dovecot.imap(USER).await.command("CREATE Junk").await;
    let mut courier = dovecot.courier().await;
    for n in 0..MAILS {
        let text = format!("{n} {}", "as long as Skyvern takes it ".repeat(2000));
        courier.deliver(USER, "INBOX", &mails::mail("Example <a@login.example>", USER, "long", &text)).await;
    }
    let relay = Relay::start(vec![flooded, agents]).await;
    relay.until_error("INBOX", "wait for Skyvern already").await;
    assert_eq!(relay.state("INBOX").map(|state| state.state), Some(WatchState::Waiting));
    let taken = relay.state("INBOX").map(|inbox| inbox.mails);
    for n in 1..=3 {
        dovecot.deliver(USER, "Junk", &mail()).await;
        until_true("the other is looked at", || relay.state("Junk").is_some_and(|junk| junk.mails == n)).await;
    }
    assert_eq!(relay.state("INBOX").map(|inbox| inbox.mails), taken, "what it took is not looked at again");
    // Skyvern takes what waits.
    take(&relay.store, MAILS + 3).await;
    relay.until_watched("INBOX").await;
    let mut uids: Vec<u32> =
        relay.history().await.iter().filter(|row| row.inbox == "flooded").filter_map(|row| row.uid).collect();
    uids.sort_unstable();
    assert_eq!(uids, (1..=MAILS as u32).collect::<Vec<_>>(), "each once");
    assert_eq!(dovecot.sessions(USER), 1);
}

#[tokio::test]
async fn a_restart_of_the_server_loses_nothing() {
    let mut dovecot = Dovecot::start().await;
    let relay = sees_mail(&dovecot, inbox(over_tls(&dovecot))).await;
    dovecot.until_idle(USER, 1).await;
    dovecot.stop().await;
    relay.until_error("INBOX", "").await;
    dovecot.start_again().await;
    dovecot.deliver(USER, "INBOX", &mail()).await;
    relay.until_seen(&[1, 2, 3]).await;
    dovecot.until_idle(USER, 1).await;
    dovecot.kill();
    dovecot.start_again().await;
    dovecot.deliver(USER, "INBOX", &mail()).await;
    relay.until_seen(&[1, 2, 3, 4]).await;
}

#[tokio::test]
async fn mail_that_came_while_the_relay_was_stopped_is_looked_at_and_what_is_late_expires() {
    let dovecot = Dovecot::start().await;
    let relay = sees_mail(&dovecot, inbox(over_tls(&dovecot))).await;
    let directory = relay.stop().await;
    dovecot.append(USER, "INBOX", Some("01-Feb-2026 10:00:00 +0000"), &mail()).await;
    dovecot.deliver(USER, "INBOX", &mail()).await;
    let relay = Relay::start_in(directory, vec![inbox(over_tls(&dovecot))]).await;
    relay.until_seen(&[1, 2, 3, 4]).await;
    let outcomes: Vec<String> = relay.history().await.into_iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes.get(2).map(String::as_str), Some("expired"), "{outcomes:?}");
}

#[tokio::test]
async fn at_first_sight_only_young_mail_is_fetched() {
    let dovecot = Dovecot::start().await;
    for day in 1..20 {
        dovecot.append(USER, "INBOX", Some(&format!("{day:02}-Feb-2026 10:00:00 +0000")), &mail()).await;
    }
    let hours_ago = jiff::Zoned::now().saturating_sub(jiff::SignedDuration::from_hours(3));
    let date = hours_ago.strftime("%d-%b-%Y %H:%M:%S %z").to_string();
    dovecot.append(USER, "INBOX", Some(&date), &mail()).await;
    dovecot.deliver(USER, "INBOX", &mail()).await;
    let relay = Relay::start(vec![inbox(over_tls(&dovecot))]).await;
    relay.until_seen(&[21]).await;
    dovecot.until_idle(USER, 1).await;
    assert_eq!(relay.cursor("INBOX").await.map(|(_, next)| next), Some(22));
    let bodies: Vec<String> =
        dovecot.said(USER).concat().lines().filter(|line| line.contains("BODY.PEEK")).map(str::to_owned).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    dovecot.deliver(USER, "INBOX", &mail()).await;
    relay.until_seen(&[21, 22]).await;
}

#[tokio::test]
async fn a_mailbox_made_anew_is_looked_through_again() {
    let dovecot = Dovecot::start().await;
    dovecot.deliver(USER, "Codes", &mail()).await;
    let mut agents = inbox(over_tls(&dovecot));
    agents.mailboxes = vec!["Codes".into()];
    agents.watch.idle_timeout = Duration::from_millis(500);
    let mut relay = Relay::start(vec![agents.clone()]).await;
    relay.until_seen(&[1]).await;
    let before = relay.cursor("Codes").await.expect("a cursor");
    let mut user = dovecot.imap(USER).await;
    user.command("DELETE Codes").await;
    user.command("CREATE Codes").await;
    user.append("Codes", None, &mail()).await;
    user.append("Codes", None, &mail()).await;
    // A look in between finds no such mailbox, and the next is a minute off: a reload looks again at once.
    agents.fingerprint += 1;
    relay.watchers.reload(vec![Arc::new(agents)]).await;
    relay.until_seen(&[1, 1, 2]).await;
    let after = relay.cursor("Codes").await.expect("a cursor");
    assert_ne!(before.0, after.0);
    assert_eq!(after.1, 3);
}

#[tokio::test]
async fn mail_that_is_deleted_under_our_feet_disturbs_nothing() {
    let dovecot = Dovecot::start().await;
    let relay = sees_mail(&dovecot, inbox(over_tls(&dovecot))).await;
    dovecot.until_idle(USER, 1).await;
    let mut user = dovecot.imap(USER).await;
    user.command("SELECT INBOX").await;
    user.append("INBOX", None, &mail()).await;
    user.command("STORE 1:* +FLAGS (\\Deleted)").await;
    user.command("EXPUNGE").await;
    dovecot.deliver(USER, "INBOX", &mail()).await;
    relay.until_cursor("INBOX", 5).await;
    let seen = relay.seen().await;
    assert!(seen == [1, 2, 4] || seen == [1, 2, 3, 4], "{seen:?}");
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_again_when_it_changes() {
    let dovecot = Dovecot::start().await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "wrong").expect("a password");
    let mut agents =
        inbox(Account { auth: Auth::Password(Secret::File(file.path().to_owned())), ..over_tls(&dovecot) });
    agents.mailboxes = ["INBOX", "Junk", "Bulk"].map(String::from).to_vec();
    let mut relay = Relay::start(vec![agents.clone()]).await;
    for mailbox in ["INBOX", "Junk", "Bulk"] {
        until_true("all are rejected", || {
            relay.state(mailbox).is_some_and(|state| state.state == WatchState::Rejected)
        })
        .await;
    }
    let failures = || dovecot.log().lines().filter(|line| line.contains("auth failed, 1 attempts")).count();
    until_true("one attempt is logged", || failures() == 1).await;
    std::fs::write(file.path(), PASSWORD).expect("a password");
    relay.watchers.reload(vec![Arc::new(agents)]).await;
    relay.until_watched("INBOX").await;
    assert_eq!(failures(), 1);
}

#[tokio::test]
async fn a_connection_limit_is_no_fault() {
    let dovecot = Dovecot::builder().max_connections(1).start().await;
    let mut agents = inbox(over_tls(&dovecot));
    agents.mailboxes = vec!["INBOX".into(), "Junk".into()];
    dovecot.deliver(USER, "Junk", &newsletter(USER)).await;
    let relay = Relay::start(vec![agents]).await;
    let limited = until("one is over the limit", || {
        let board = relay.events.board();
        board.mailboxes.into_iter().find(|state| {
            state.state == WatchState::Waiting
                && state.last_error.as_deref().is_some_and(|error| error.contains("no further connection"))
        })
    })
    .await;
    let other = if limited.mailbox == "INBOX" { "Junk" } else { "INBOX" };
    relay.until_watched(other).await;
}

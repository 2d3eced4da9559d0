//! Delivery to a real Skyvern server, read back by Skyvern's own polling code. `make test-skyvern` starts the server and
//! says where it is in `OTP_RELAY_SKYVERN_ENV`. One test at a time: one of them restarts the server.

mod between;
mod contract;
mod lab;
mod pull;
#[path = "../deliver/relay.rs"]
mod relay;
#[path = "../support/mod.rs"]
mod support;
#[path = "../http/wire.rs"]
#[allow(dead_code, reason = "the listening side's own tests use all of it")]
mod wire;
#[path = "../http/world.rs"]
#[allow(dead_code, reason = "the listening side's own tests use all of it")]
mod world;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use otp_relay::config::{self, Secret};
use otp_relay::extract::{Link, MailText, Scope, Value};
use otp_relay::store::NewDelivery;

use self::between::{Between, Swallow};
use self::lab::{Lab, Typed};
use self::relay::{Relay, new_code, reason, states};

fn in_an_hour() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

fn typed(value: &str) -> Option<Typed> {
    Some(Typed { value: value.into(), kind: "totp".into() })
}

#[tokio::test]
async fn codes_and_links_are_what_skyvern_types() {
    let lab = Lab::get();
    let mut relay = Relay::new().await;
    relay.start(&lab.config()).await;
    let who = lab.identifier();
    for code in ["482913", "G-482914", "x7Qp", "1234567890"] {
        relay.code(&who, code).await;
        assert_eq!(states(&relay.settled().await).last(), Some(&"delivered"), "{code}");
        assert_eq!(lab.poll(&who, &[]).await, typed(code));
    }
    for link in ["https://login.example/magic?t=a%20b&amp;u=(1)'", "https://login.example/m/aGVsbG8_-~.x#frag"] {
        let link = Link::new(link).unwrap();
        let new = NewDelivery { value: Value::Link(link.clone()), ..new_code(&who, "1", in_an_hour()) };
        relay.mail(new, Timestamp::now()).await;
        let rows = relay.settled().await;
        assert_eq!(states(&rows).last(), Some(&"delivered"), "{}: {}", link.expose(), reason(rows.last().unwrap()));
        let found = lab.poll(&who, &[("expect", "magic_link")]).await.unwrap();
        assert_eq!((found.value, found.kind.as_str()), (link.expose().replace("&amp;", "&"), "magic_link"));
    }
}

#[tokio::test]
async fn a_run_that_polls_gets_the_code_that_arrives_meanwhile() {
    let lab = Lab::get();
    let mut relay = Relay::new().await;
    relay.start(&lab.config()).await;
    let who = lab.identifier();
    let start = Timestamp::now().to_string();
    let query = [("wait", "40"), ("created_after", start.as_str())];
    let (found, _) = tokio::join!(lab.poll(&who, &query), relay.code(&who, "482913"));
    assert_eq!(found, typed("482913"));
}

#[tokio::test]
async fn an_identifier_is_matched_however_the_run_writes_it() {
    let lab = Lab::get();
    let mut relay = Relay::new().await;
    relay.start(&lab.config()).await;
    let who = lab.identifier();
    relay.code(&format!(" {} ", who.to_uppercase()), "482913").await;
    relay.settled().await;
    assert_eq!(lab.poll(&who, &[]).await, typed("482913"));
    relay.code("+14155550100", "482915").await;
    relay.settled().await;
    assert_eq!(lab.poll("+14155550100", &[]).await, typed("482915"));
}

#[tokio::test]
async fn what_waits_through_a_restart_of_skyvern_arrives_in_order() {
    let lab = Lab::get();
    let mut relay = Relay::new().await;
    relay.start(&lab.config()).await;
    let (who, other) = (lab.identifier(), lab.identifier());
    relay.code(&who, "100000").await;
    relay.settled().await;
    lab.down().await;
    let now = Timestamp::now();
    for (code, age) in [("100003", 1), ("100001", 9), ("100002", 5)] {
        relay.mail(new_code(&who, code, in_an_hour()), now + SignedDuration::from_secs(10 - age)).await;
    }
    relay.code(&other, "200001").await;
    relay
        .until(|rows| rows.iter().filter(|row| row.delivery.as_ref().is_some_and(|d| d.attempts > 2)).count() > 1)
        .await;
    lab.up().await;
    assert_eq!(states(&relay.settled().await), ["delivered"; 5]);
    assert_eq!(lab.contents(&who).await, ["100000", "100001", "100002", "100003"]);
    assert_eq!(lab.poll(&who, &[]).await, typed("100003"));
    assert_eq!(lab.poll(&other, &[]).await, typed("200001"));
}

#[tokio::test]
async fn an_answer_that_is_lost_on_the_way_makes_no_second_row() {
    let lab = Lab::get();
    let between = Between::start(&lab, Swallow::Answers(2)).await;
    let mut relay = Relay::new().await;
    relay.start(&between.config(&lab)).await;
    let who = lab.identifier();
    relay.code(&who, "100001").await;
    relay.settled().await;
    relay.code(&who, "100002").await;
    assert_eq!(states(&relay.settled().await), ["delivered", "delivered"]);
    assert_eq!(between.swallowed(), 2);
    assert_eq!(lab.contents(&who).await, ["100001", "100002"]);
}

#[tokio::test]
async fn a_request_that_is_lost_on_the_way_is_sent_again() {
    let lab = Lab::get();
    let between = Between::start(&lab, Swallow::Requests(2)).await;
    let mut relay = Relay::new().await;
    relay.start(&between.config(&lab)).await;
    let who = lab.identifier();
    relay.code(&who, "100001").await;
    assert_eq!(states(&relay.settled().await), ["delivered"]);
    assert_eq!(between.swallowed(), 2);
    assert_eq!(lab.contents(&who).await, ["100001"]);
}

#[tokio::test]
async fn a_relay_that_dies_before_the_answer_finds_its_row_when_it_is_back() {
    let lab = Lab::get();
    let between = Between::start(&lab, Swallow::AnswersForEver).await;
    let mut relay = Relay::new().await;
    relay.start(&between.config(&lab)).await;
    let who = lab.identifier();
    relay.code(&who, "100001").await;
    relay.code(&who, "100002").await;
    support::wait::until_true("the answer was swallowed", || between.swallowed() == 1).await;
    relay.stop().await;
    assert_eq!(states(&relay.history().await), ["queued", "queued"]);
    relay.start(&lab.config()).await;
    assert_eq!(states(&relay.settled().await), ["delivered", "delivered"]);
    assert_eq!(lab.contents(&who).await, ["100001", "100002"]);
}

#[tokio::test]
async fn a_wrong_key_leaves_nothing_and_the_right_one_lets_everything_through() {
    let lab = Lab::get();
    let mut relay = Relay::new().await;
    let file = relay.directory().join("key");
    std::fs::write(&file, "not-a-key").unwrap();
    relay.start(&config::Skyvern { api_key: Secret::File(file.clone()), ..lab.config() }).await;
    let who = lab.identifier();
    relay.code(&who, "100001").await;
    relay.code(&who, "100002").await;
    let rows = relay.until(|rows| rows.iter().any(|row| !reason(row).is_empty())).await;
    assert!(reason(&rows[0]).contains("HTTP 403): Could not validate credentials"), "{}", reason(&rows[0]));
    assert!(lab.contents(&who).await.is_empty());
    std::fs::write(&file, format!(" {}\n", lab.key)).unwrap();
    assert_eq!(states(&relay.settled().await), ["delivered", "delivered"]);
    assert_eq!(lab.contents(&who).await, ["100001", "100002"]);
}

#[tokio::test]
async fn a_scope_reaches_its_run_and_no_other() {
    let lab = Lab::get();
    let (run, other, task) = (lab.run().await, lab.run().await, lab.task().await);
    // The answers are lost: lookups have to find scoped rows as well.
    let between = Between::start(&lab, Swallow::Answers(2)).await;
    let mut relay = Relay::new().await;
    relay.start(&between.config(&lab)).await;
    let who = lab.identifier();
    let of_run = Scope { workflow_run_id: Some(run.workflow_run_id.clone()), ..Scope::default() };
    let of_run = Scope { workflow_id: Some(run.workflow_id.clone()), ..of_run };
    relay.mail(NewDelivery { scope: of_run, ..new_code(&who, "100001", in_an_hour()) }, Timestamp::now()).await;
    relay.settled().await;
    assert_eq!(lab.poll(&who, &[("workflow_run_id", &run.workflow_run_id)]).await, typed("100001"));
    assert_eq!(lab.poll(&who, &[("workflow_run_id", &other.workflow_run_id)]).await, None);
    let of_task = Scope { task_id: Some(task.clone()), ..Scope::default() };
    relay.mail(NewDelivery { scope: of_task, ..new_code(&who, "100002", in_an_hour()) }, Timestamp::now()).await;
    assert_eq!(states(&relay.settled().await), ["delivered", "delivered"]);
    assert_eq!(lab.poll(&who, &[("task_id", &task)]).await, typed("100002"));
    assert_eq!((between.swallowed(), lab.contents(&who).await.len()), (2, 2));
}

#[tokio::test]
async fn a_scope_that_skyvern_does_not_know_is_rejected_and_does_not_hold_the_next_code_up() {
    let lab = Lab::get();
    let mut relay = Relay::new().await;
    relay.start(&lab.config()).await;
    let who = lab.identifier();
    let scope = Scope { workflow_run_id: Some("wr_unknown".into()), ..Scope::default() };
    relay.mail(NewDelivery { scope, ..new_code(&who, "100001", in_an_hour()) }, Timestamp::now()).await;
    relay.code(&who, "100002").await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["rejected", "delivered"]);
    assert_eq!(reason(&rows[0]), "HTTP 400: Invalid workflow run id: wr_unknown");
}

#[tokio::test]
async fn a_text_that_skyverns_model_can_not_read_now_is_tried_until_its_deadline() {
    let lab = Lab::get();
    let mut relay = Relay::new().await;
    relay.start(&lab.config()).await;
    let who = lab.identifier();
    let text = Value::Body(MailText::new("Hello, your code is 482913. It is good for ten minutes.").unwrap());
    let deadline = Timestamp::now() + SignedDuration::from_secs(3);
    relay.mail(NewDelivery { value: text, ..new_code(&who, "1", deadline) }, Timestamp::now()).await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["expired"]);
    assert!(reason(&rows[0]).contains("OTP extraction is temporarily unavailable"), "{}", reason(&rows[0]));
    assert!(rows[0].delivery.as_ref().unwrap().attempts > 1);
}

#[tokio::test]
async fn a_code_is_not_typed_any_more_after_its_deadline() {
    let lab = Lab::get();
    let mut relay = Relay::new().await;
    relay.start(&lab.config()).await;
    let who = lab.identifier();
    let deadline = Timestamp::now() + SignedDuration::from_secs(6);
    relay.mail(new_code(&who, "482913", deadline), Timestamp::now()).await;
    assert_eq!(states(&relay.settled().await), ["delivered"]);
    let left = Duration::try_from(deadline.duration_since(Timestamp::now())).unwrap_or_default();
    tokio::time::sleep(left).await;
    assert_eq!(lab.poll(&who, &[]).await, None);
}

//! Answers that tell what became of a value.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use otp_relay::deliver::Pace;
use otp_relay::extract::{Deliver, Identifier, Link, Scope, Value};
use otp_relay::store::NewDelivery;
use serde_json::json;

use crate::relay::{PACE, Relay, SHORT, reason, skyvern, states};
use crate::support::pki::Pki;
use crate::support::skyvern_fake::{SkyvernFake, Treat};
use crate::support::wait::until_true;

/// Without requests of its own after the first.
const CALM: Pace = Pace { warm: Duration::from_secs(600), ..PACE };

#[tokio::test]
async fn a_code_is_delivered_once_and_erased() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["delivered"]);
    let delivery = rows[0].delivery.as_ref().unwrap();
    assert_eq!((delivery.attempts, delivery.skyvern_row.as_deref()), (1, Some("totp_1")));
    assert_eq!(rows[0].masked.as_deref(), Some("4****3"));
    assert!(delivery.settled_at >= delivery.sent_at && delivery.sent_at >= Some(rows[0].committed_at));
    assert_eq!(fake.lookups().len(), 0, "a first attempt needs no lookup");
}

#[tokio::test]
async fn the_request_is_what_the_contract_asks_for() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    let arrived = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    let deadline = arrived + SignedDuration::from_mins(10);
    let new = NewDelivery {
        value: Value::Link(Link::new("https://acme.example/in?a=1&amp;t=(x)").unwrap()),
        identifier: Identifier::new("Agent+7@Example.com").unwrap(),
        scope: Scope {
            task_id: Some("tsk_1".into()),
            workflow_id: Some("w_2".into()),
            workflow_run_id: Some("wr_3".into()),
        },
        rule: None,
        deadline,
        deliver: Deliver::Push,
    };
    relay.mail(new, arrived).await;
    assert_eq!(states(&relay.settled().await), ["delivered"], "&amp; comes back as &, as Skyvern stores it");
    let pushes = fake.pushes();
    let body = &pushes[0].body;
    let expires = body["expired_at"].as_str().unwrap();
    assert!(expires.ends_with('Z') && expires.len() == "2026-01-01T00:00:00.000000Z".len(), "{expires}");
    let expires: Timestamp = expires.parse().unwrap();
    assert!(expires <= deadline && expires >= deadline - SignedDuration::from_secs(1));
    let mut rest = body.clone();
    rest.as_object_mut().unwrap().remove("expired_at");
    assert_eq!(
        rest,
        json!({
            "totp_identifier": "agent+7@example.com",
            "content": "https://acme.example/in?a=1&amp;t=(x%29",
            "source": "email",
            "task_id": "tsk_1",
            "workflow_id": "w_2",
            "workflow_run_id": "wr_3",
        })
    );
}

#[tokio::test]
async fn temporary_failures_are_repeated_until_one_attempt_succeeds() {
    let fake = SkyvernFake::start().await;
    let busy = json!({ "detail": "OTP extraction is temporarily unavailable" });
    fake.script([
        Treat::Status(503, None),
        Treat::Status(429, None),
        Treat::Answer(502, busy),
        Treat::Status(503, None),
    ]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["delivered"]);
    assert_eq!(rows[0].delivery.as_ref().unwrap().attempts, 5);
    assert_eq!((fake.rows().len(), fake.lookups().len()), (1, 0));
}

#[tokio::test]
async fn retry_after_holds_every_lane_up() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::Status(429, Some("1"))]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("first@example.com", "100001").await;
    let asked = fake.until_pushes(1).await[0].at;
    relay.until(|rows| rows[0].delivery.as_ref().is_some_and(|d| d.reason.is_some())).await;
    relay.code("second@example.com", "100002").await;
    relay.settled().await;
    for push in &fake.pushes()[1..] {
        assert!(push.at - asked >= Duration::from_millis(990), "{:?}", push.at - asked);
    }
    assert_eq!(fake.rows().len(), 2);
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::Status(503, Some("Fri, 31 Dec 2100 23:59:59 GMT"))]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code_for("agent@example.com", "100001", SHORT).await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["expired"], "it would have been repeated long before");
    assert_eq!(fake.pushes().len(), 1);
}

#[tokio::test]
async fn what_skyvern_rejects_is_not_repeated_and_the_next_one_goes_out() {
    let fake = SkyvernFake::start().await;
    let echo = json!({ "detail": [{ "loc": ["body", "content"], "type": "string_type", "input": "100002" }] });
    fake.script([
        Treat::Answer(400, json!({ "detail": "Invalid task id: tsk_1" })),
        Treat::Answer(422, echo),
        Treat::Answer(400, json!({ "detail": "can't use 100003 here" })),
        Treat::Body(json!({ "totp_code_id": "totp_9", "code": "", "status": "raw_pending" })),
        Treat::Body(json!({ "totp_code_id": "totp_9", "code": "100006" })),
    ]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    for code in ["100001", "100002", "100003", "100004", "100005", "100007"] {
        relay.code("agent@example.com", code).await;
    }
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["rejected", "rejected", "rejected", "rejected", "rejected", "delivered"]);
    assert_eq!(reason(&rows[0]), "HTTP 400: Invalid task id: tsk_1");
    assert_eq!(reason(&rows[1]), "HTTP 422: content: string_type");
    assert_eq!(reason(&rows[2]), "HTTP 400: no reason given");
    assert_eq!(reason(&rows[3]), "HTTP 200: Skyvern found no code in it");
    assert_eq!(reason(&rows[4]), "HTTP 200: Skyvern read a different code from it");
    assert_eq!((fake.pushes().len(), fake.rows().len()), (6, 1));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_code_waits() {
    let fake = SkyvernFake::start().await;
    fake.script([Treat::Status(307, None), Treat::Status(404, None), Treat::Status(301, None)]);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code("agent@example.com", "482913").await;
    assert_eq!(states(&relay.settled().await), ["delivered"]);
    assert_eq!(fake.pushes().len(), 4);
}

#[tokio::test]
async fn a_connection_is_open_before_the_first_code_and_is_used_again() {
    let fake = SkyvernFake::start().await;
    let mut relay = Relay::new().await;
    relay.start_at(CALM, &skyvern(&fake)).await;
    until_true("a connection is open", || fake.connections() == 1).await;
    relay.code("agent@example.com", "100000").await;
    relay.settled().await;
    let opened = fake.connections();
    for code in ["100001", "100002", "100003"] {
        relay.code("agent@example.com", code).await;
        relay.settled().await;
    }
    assert_eq!(fake.connections(), opened);
}

#[tokio::test]
async fn speaks_http_2_over_tls_with_a_private_authority() {
    let directory = tempfile::tempdir().unwrap();
    let pki = Pki::create(directory.path());
    let fake = SkyvernFake::start_tls(&pki).await;
    let mut relay = Relay::new().await;
    let config = otp_relay::config::Skyvern { ca: Some(pki.ca.clone()), ..skyvern(&fake) };
    relay.start_at(CALM, &config).await;
    relay.code("agent@example.com", "482913").await;
    relay.settled().await;
    let opened = fake.connections();
    for n in 0..20 {
        relay.code(&format!("agent{n}@example.com"), "482913").await;
    }
    assert!(states(&relay.settled().await).iter().all(|&state| state == "delivered"));
    assert_eq!(fake.connections(), opened, "an HTTP/2 connection carries them all");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_code() {
    let directory = tempfile::tempdir().unwrap();
    let fake = SkyvernFake::start_tls(&Pki::create(directory.path())).await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    relay.code_for("agent@example.com", "482913", SHORT).await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["expired"]);
    assert!(reason(&rows[0]).contains("certificate"), "{}", reason(&rows[0]));
    assert!(fake.pushes().is_empty());
}

#[tokio::test]
async fn a_hundred_lanes_make_no_more_requests_at_once_than_configured() {
    let fake = SkyvernFake::start().await;
    let takes = Duration::from_millis(20);
    fake.otherwise(Treat::StoreAfter(takes));
    let mut relay = Relay::new().await;
    let config = otp_relay::config::Skyvern { connections: 4, ..skyvern(&fake) };
    relay.start(&config).await;
    for n in 0..100 {
        relay.code(&format!("agent{n}@example.com"), "482913").await;
    }
    assert!(states(&relay.settled().await).iter().all(|&state| state == "delivered"));
    // Of five requests the last began only when one of the others had its answer.
    for five in fake.pushes().windows(5) {
        assert!(five[4].at - five[0].at >= takes);
    }
}

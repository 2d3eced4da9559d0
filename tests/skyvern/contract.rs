//! Facts about Skyvern that the relay is built on: if a new version changes one, this says which.

use jiff::{SignedDuration, Timestamp};
use otp_relay::extract::{Code, Identifier, MailText};
use serde_json::json;

use crate::lab::Lab;

#[tokio::test]
async fn content_and_expiry_come_back_to_the_microsecond() {
    let lab = Lab::get();
    let who = lab.identifier();
    let expires = (Timestamp::now() + SignedDuration::from_mins(5)).as_second();
    let expires = Timestamp::new(expires, 123_457_000).unwrap();
    let (status, stored) =
        lab.push(&json!({ "totp_identifier": who, "content": "482913", "expired_at": format!("{expires:.6}") })).await;
    assert_eq!(status, 200);
    let listed = &lab.rows(&who).await[0];
    for row in [&stored, listed] {
        let at = row["expired_at"].as_str().unwrap().trim_end_matches('Z').to_owned() + "Z";
        assert_eq!(at.parse::<Timestamp>().unwrap(), expires);
        assert_eq!((row["content"].as_str(), row["code"].as_str()), (Some("482913"), Some("482913")));
        assert!(row["totp_code_id"].as_str().unwrap().starts_with("totp_"));
    }
}

#[tokio::test]
async fn what_is_empty_is_stored_as_an_empty_code_and_the_relay_can_not_send_it() {
    let lab = Lab::get();
    for content in ["", "   ", "\0", "\0\0 "] {
        let (status, stored) = lab.push(&json!({ "totp_identifier": lab.identifier(), "content": content })).await;
        assert_eq!((status, stored["code"].as_str()), (200, Some("")), "{content:?}");
        assert!(Code::new(content).is_err() && MailText::new(content).is_err(), "{content:?}");
    }
    assert!(Code::new("48\u{0}2913").is_err() && Identifier::new("agent\0@example.com").is_err());
}

#[tokio::test]
async fn an_older_push_that_comes_last_wins() {
    let lab = Lab::get();
    let who = lab.identifier();
    for code in ["100002", "100001"] {
        lab.push(&json!({ "totp_identifier": who, "content": code })).await;
    }
    assert_eq!(lab.poll(&who, &[]).await.unwrap().value, "100001", "so the relay must keep the order");
}

#[tokio::test]
async fn refusals_have_the_statuses_that_the_relay_knows() {
    let lab = Lab::get();
    let who = lab.identifier();
    let push = |body| async move { Lab::get().push(&body).await };
    let (status, told) = push(json!({ "totp_identifier": who, "content": "482913", "task_id": "tsk_x" })).await;
    assert_eq!((status, told["detail"].as_str()), (400, Some("Invalid task id: tsk_x")));
    let (status, told) = push(json!({ "totp_identifier": who, "content": 482_913 })).await;
    assert_eq!((status, told["detail"][0]["loc"][1].as_str()), (422, Some("content")));
    let (status, _) = push(json!({ "totp_identifier": who, "content": "a text of more than ten characters" })).await;
    assert_eq!(status, 502, "no language model here");
    let mut stranger = Lab::get();
    stranger.key = "not-a-key".into();
    let (status, told) = stranger.push(&json!({ "totp_identifier": who, "content": "482913" })).await;
    assert_eq!((status, told["detail"].as_str()), (403, Some("Could not validate credentials")));
}

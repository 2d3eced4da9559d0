//! The contract as tables.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::lookup::{Row, is_row_of};
use super::verdict::{is_meant, judge, retry_after};
use super::{Push, Verdict};
use crate::extract::{Code, Identifier, Link, MailText, Scope, Value};

fn code(text: &str) -> Value {
    Value::Code(Code::new(text).unwrap())
}

fn link(text: &str) -> Value {
    Value::Link(Link::new(text).unwrap())
}

fn text(text: &str) -> Value {
    Value::Body(MailText::new(text).unwrap())
}

/// The first word of a verdict.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted { .. } => "accepted",
        Verdict::Rejected { .. } => "rejected",
        Verdict::Paused { .. } => "paused",
        Verdict::Retry { .. } => "retry",
        Verdict::Unknown { .. } => "unknown",
    }
}

#[test]
fn every_answer_has_its_verdict() {
    let detail = |text: &str| json!({ "detail": text }).to_string();
    let row = |code: &str| json!({ "totp_code_id": "totp_1", "code": code }).to_string();
    let pending = json!({ "totp_code_id": "totp_1", "code": "", "status": "raw_pending" }).to_string();
    let page = "<html>Bad Gateway</html>".to_owned();
    let table = [
        (200, row("482913"), "accepted"),
        (200, row("482914"), "rejected"),
        (200, row(""), "rejected"),
        (200, pending, "rejected"),
        (200, json!({ "totp_code_id": "totp_1", "code": null }).to_string(), "rejected"),
        (200, page.clone(), "unknown"),
        (200, String::new(), "unknown"),
        (200, r#"{"totp_code_id":"totp_1","co"#.into(), "unknown"),
        (202, String::new(), "unknown"),
        (204, String::new(), "unknown"),
        (301, String::new(), "paused"),
        (307, String::new(), "paused"),
        (400, detail("Invalid task id: tsk_1"), "rejected"),
        (401, detail("no"), "paused"),
        (402, detail("Insufficient credits to parse OTP content"), "paused"),
        (403, detail("Could not validate credentials"), "paused"),
        (403, page.clone(), "paused"),
        (404, detail("Not Found"), "paused"),
        (405, detail("Method Not Allowed"), "paused"),
        (408, page.clone(), "unknown"),
        (413, page.clone(), "rejected"),
        (422, json!({ "detail": [{ "loc": ["body", "content"], "type": "missing" }] }).to_string(), "rejected"),
        (429, String::new(), "retry"),
        (500, "Internal Server Error".into(), "unknown"),
        (502, detail("OTP extraction is temporarily unavailable. Please retry in a few minutes."), "retry"),
        (502, page.clone(), "unknown"),
        (503, detail("database down"), "retry"),
        (503, page.clone(), "unknown"),
        (504, page, "unknown"),
        (520, String::new(), "unknown"),
    ];
    for (status, body, expected) in table {
        let verdict = judge(status, body.as_bytes(), None, &code("482913"));
        assert_eq!(word(&verdict), expected, "{status} {body}: {verdict:?}");
    }
}

#[test]
fn a_pause_that_was_asked_for_is_passed_on() {
    let asked = Some(Duration::from_secs(7));
    for status in [429, 500, 503, 504] {
        match judge(status, b"", asked, &code("482913")) {
            Verdict::Retry { after, .. } | Verdict::Unknown { after, .. } => assert_eq!(after, asked),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    for (text, seconds) in [
        ("0", Some(0)),
        (" 120 ", Some(120)),
        ("Mon, 23 Nov 2026 12:00:30 GMT", Some(30)),
        ("Mon, 23 Nov 2026 11:00:00 GMT", Some(0)),
        ("18446744073709551615", Some(86_400)),
        ("Fri, 31 Dec 2100 23:59:59 GMT", Some(86_400)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ] {
        assert_eq!(retry_after(text, now), seconds.map(Duration::from_secs), "{text}");
    }
}

#[test]
fn a_stored_code_counts_only_if_it_is_what_was_meant() {
    for (sent, stored, meant) in [
        (code("482913"), "482913", true),
        (code("482913"), " 482913", false),
        (code("AB-12"), "AB12", false),
        (link("https://a.example/x?a=1&amp;b=2"), "https://a.example/x?a=1&b=2", true),
        (link("https://a.example/x?a=1&#38;b&#x0026;c&#X26;d"), "https://a.example/x?a=1&b&c&d", true),
        (link("https://a.example/x?a=1&amp;lt;b&copy=1"), "https://a.example/x?a=1&lt;b&copy=1", true),
        (link("https://a.example/x?a=1&b;c=ü"), "https://a.example/x?a=1&b;c=ü", true),
        (link("https://a.example/x?a=1&amp;"), "https://a.example/x?a=1&amp", true),
        (link("https://a.example/x"), "https://a.example/y", false),
        (text("your code is 482913"), "482913", true),
        (text("your code is 482913"), "", false),
    ] {
        assert_eq!(is_meant(stored, &sent), meant, "{sent:?} {stored}");
    }
}

#[test]
fn no_reason_ever_holds_the_value_or_what_was_sent() {
    let secret = "x7Q-4821";
    let bodies = [
        json!({ "detail": format!("can't parse {secret}") }).to_string(),
        json!({ "detail": format!("can't parse {}", secret.to_lowercase()) }).to_string(),
        json!({ "detail": [{ "loc": ["body", "content"], "type": "bad", "input": secret, "msg": secret }] })
            .to_string(),
        json!({ "detail": { "content": secret } }).to_string(),
        json!({ "code": secret, "content": secret }).to_string(),
        format!("<html>{secret}</html>"),
        format!("{{\"detail\":\"{secret}"),
        secret.to_owned(),
    ];
    for status in [200, 302, 400, 403, 404, 409, 422, 429, 500, 502, 503] {
        for body in &bodies {
            let verdict = judge(status, body.as_bytes(), None, &code(secret));
            let told = format!("{verdict:?}").to_lowercase();
            assert!(!told.contains(&secret.to_lowercase()), "{status} {body}: {told}");
        }
    }
    // Part of a longer value is as bad.
    let mail = text("Good morning, the code for today is 482913, have fun");
    let quote = json!({ "detail": "the code for today is 482913" }).to_string();
    assert!(!format!("{:?}", judge(400, quote.as_bytes(), None, &mail)).contains("482913"));
}

fn push<'a>(
    mark: u32,
    value: &'a Value,
    identifier: &'a Identifier,
    scope: &'a Scope,
    deadline: Timestamp,
) -> Push<'a> {
    Push { mark, value, identifier, scope, deadline }
}

#[test]
fn every_delivery_expires_at_a_moment_of_its_own_shortly_before_its_deadline() {
    let (value, identifier, scope) = (code("482913"), Identifier::new("a@example.com").unwrap(), Scope::default());
    for deadline in ["2026-11-23T12:00:00Z", "2026-11-23T12:00:00.25Z"] {
        let deadline: Timestamp = deadline.parse().unwrap();
        let mut seen = std::collections::HashSet::new();
        for id in (1..200_000).step_by(997) {
            let expires = push(id, &value, &identifier, &scope, deadline).expires();
            assert!(expires <= deadline && deadline.duration_since(expires) <= SignedDuration::from_secs(1));
            assert_eq!(expires.subsec_nanosecond() % 1000, 0, "microseconds are all that Skyvern keeps");
            assert!(seen.insert(expires), "{id}");
        }
    }
}

#[test]
fn a_row_is_a_deliverys_own_by_content_scope_and_expiry() {
    let deadline: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let (value, identifier, scope) = (code("482913"), Identifier::new("a@example.com").unwrap(), Scope::default());
    let mine = push(7, &value, &identifier, &scope, deadline);
    let since = "2026-11-23T11:50:00Z".parse().unwrap();
    let is_mine = |change: serde_json::Value| {
        let mut row = json!({
            "totp_code_id": "totp_1", "content": "482913", "code": "482913", "task_id": null,
            "expired_at": "2026-11-23T11:59:59.000007", "created_at": "2026-11-23T11:50:01.5",
        });
        for (key, value) in change.as_object().unwrap() {
            row[key] = value.clone();
        }
        is_row_of(&serde_json::from_value::<Row>(row).unwrap(), &mine, since)
    };
    assert!(is_mine(json!({})));
    assert!(is_mine(json!({ "expired_at": "2026-11-23T11:59:59.000007Z" })));
    assert!(is_mine(json!({ "expired_at": "2026-11-23T13:59:59.000007+02:00" })));
    assert!(is_mine(json!({ "expired_at": "2026-11-23T11:59:59" })), "a server that keeps whole seconds");
    assert!(is_mine(json!({ "content": null })));
    assert!(is_mine(json!({ "expired_at": null })), "made during the attempt");
    assert!(is_mine(json!({ "expired_at": null, "created_at": "2026-11-23T11:49:00" })), "clocks differ");
    assert!(!is_mine(json!({ "expired_at": null, "created_at": "2026-11-23T11:40:00" })));
    assert!(!is_mine(json!({ "expired_at": null, "created_at": null })));
    assert!(is_mine(json!({ "expired_at": "2026-11-23T12:04:20.000007" })), "reckoned by another process");
    assert!(!is_mine(json!({ "expired_at": "2026-11-25T11:59:59.000007" })), "of another day");
    assert!(!is_mine(json!({ "expired_at": "2026-11-23T11:59:59.000008" })), "another delivery's");
    assert!(!is_mine(json!({ "expired_at": "2026-11-23T11:59:58" })));
    assert!(!is_mine(json!({ "content": "482914" })));
    assert!(!is_mine(json!({ "content": null, "code": "482914" })));
    assert!(!is_mine(json!({ "task_id": "tsk_1" })), "another scope");
}

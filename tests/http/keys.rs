//! Which key may ask for what.

use std::time::Duration;

use otp_relay::config::Config;

use crate::support::wait::LIMIT;
use crate::wire::{Request, send};
use crate::world::{IDENTIFIER, KEY, World, code_of, config, signed, signed_by};

async fn status(world: &World, request: &Request) -> u16 {
    send(world.address(), request).await.status
}

#[tokio::test]
async fn a_request_without_a_valid_signature_gets_nothing() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    let body = r#"{"task_id":"tsk_1"}"#;
    let unsigned = || Request::new("POST", "/totp/agent@example.com").header("Content-Type", "application/json");
    let good = otp_relay::skyvern::pull::sign(body.as_bytes(), &secrecy::SecretString::from(KEY));
    let with = |value: &str| unsigned().header("x-skyvern-signature", value).body(body);
    for request in [
        unsigned().body(body),
        with(""),
        with("made-up"),
        with(&good.to_uppercase()),
        with(&format!("sha256={good}")),
        with(&good.replace(char::is_numeric, "0")),
        unsigned().header("x-skyvern-signature", &good).header("x-skyvern-signature", &good).body(body),
        unsigned().header("x-skyvern-signature", &good).body(r#"{"task_id":"tsk_2"}"#),
        unsigned().header("x-skyvern-signature", &good).body(format!("{body} ")),
        signed_by("/totp/agent@example.com", body, "another-key"),
        signed_by("/totp/agent@example.com", body, ""),
    ] {
        let answer = send(world.address(), &request).await;
        assert_eq!(answer.status, 401, "{request:?}");
        assert!(!answer.text().contains("482913"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    let page = world.get("/metrics").await.text();
    for (reason, count) in [("missing", 1), ("malformed", 5), ("wrong", 5)] {
        let line = format!("otp_relay_pull_signature_failures_total{{reason=\"{reason}\"}} {count}\n");
        assert!(page.contains(&line), "{line}{page}");
    }
    assert_eq!(world.ask(IDENTIFIER, "tsk_1").await, "482913");
}

#[tokio::test]
async fn any_of_several_keys_may_have_signed() {
    let world = World::with("[listen]\naddress = \"127.0.0.1:8025\"\napi_keys = [\"old-key\", \"new-key\"]\n").await;
    world.arrive(IDENTIFIER, "482913").await;
    for key in ["old-key", "new-key"] {
        let answer = send(world.address(), &signed_by("/totp/agent@example.com", "{}", key)).await;
        assert_eq!(code_of(&answer), "482913", "{key}");
    }
    // The list stands instead of the key of [skyvern].
    assert_eq!(status(&world, &signed("/totp/agent@example.com", "{}")).await, 401);
}

#[tokio::test]
async fn without_a_key_there_is_no_endpoint() {
    let mut config = config("");
    config.listen.as_mut().unwrap().api_keys.clear();
    let world = World::start(config, otp_relay::http::Limits::default()).await;
    world.arrive(IDENTIFIER, "482913").await;
    for request in [
        signed("/totp/agent@example.com", "{}"),
        signed_by("/totp/agent@example.com", "{}", ""),
        Request::new("POST", "/totp/agent@example.com").body("{}"),
    ] {
        assert_eq!(status(&world, &request).await, 404);
    }
    assert_eq!(world.get("/metrics").await.status, 200);
}

#[tokio::test]
async fn an_identifier_of_a_pull_block_belongs_to_its_keys_alone() {
    let more = "[[pull]]\ntotp_identifier = '@Acme\\.example$'\napi_keys = [\"acme-key\"]\n\n\
                [[pull]]\ntotp_identifier = '^o'\napi_keys = [\"o-key\"]\n";
    let world = World::with(more).await;
    for (identifier, key, expected) in [
        ("alice@acme.example", "acme-key", 200),
        ("ALICE@acme.example", "acme-key", 200),
        ("alice%40acme.example", "acme-key", 200),
        ("alice@acme.example", KEY, 401),
        ("alice@acme.example", "o-key", 401),
        // The first block that matches decides.
        ("olga@acme.example", "acme-key", 200),
        ("olga@acme.example", "o-key", 401),
        ("olga@example.com", "o-key", 200),
        ("olga@example.com", KEY, 401),
        ("bob@example.com", KEY, 200),
        ("bob@example.com", "acme-key", 401),
        // What is no identifier at all is refused before it is looked at.
        ("%FF", "acme-key", 401),
        ("%FF", KEY, 400),
    ] {
        let request = signed_by(&format!("/totp/{identifier}"), "{}", key);
        assert_eq!(status(&world, &request).await, expected, "{identifier} {key}");
    }
}

#[tokio::test]
async fn a_key_that_is_replaced_in_its_file_needs_no_reload() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key");
    std::fs::write(&file, "old-key\n").unwrap();
    let listen = format!("[listen]\naddress = \"127.0.0.1:8025\"\napi_keys = [{{ file = \"{}\" }}]\n", file.display());
    let world = World::with(&listen).await;
    assert_eq!(status(&world, &signed_by("/totp/a", "{}", "old-key")).await, 200);
    std::fs::write(&file, "new-key\n").unwrap();
    let start = std::time::Instant::now();
    while status(&world, &signed_by("/totp/a", "{}", "new-key")).await != 200 {
        assert!(start.elapsed() < LIMIT);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(status(&world, &signed_by("/totp/a", "{}", "old-key")).await, 401);
    // A file that is gone for a moment locks nobody out.
    std::fs::remove_file(&file).unwrap();
    assert_eq!(status(&world, &signed_by("/totp/a", "{}", "new-key")).await, 200);
}

#[tokio::test]
async fn a_reload_takes_over_keys_and_refuses_what_cannot_be_read() {
    let world = World::new().await;
    assert_eq!(status(&world, &signed("/totp/a", "{}")).await, 200);
    let with =
        |key: &str| -> Config { config(&format!("[listen]\naddress = \"127.0.0.1:8025\"\napi_keys = [\"{key}\"]\n")) };
    world.http.reload(&with("next-key")).unwrap();
    assert_eq!(status(&world, &signed("/totp/a", "{}")).await, 401);
    assert_eq!(status(&world, &signed_by("/totp/a", "{}", "next-key")).await, 200);
    let mut broken = with("x");
    broken.listen.as_mut().unwrap().api_keys = vec![otp_relay::config::Secret::File("/nowhere/at/all".into())];
    let error = world.http.reload(&broken).unwrap_err().to_string();
    assert!(error.contains("/nowhere/at/all"), "{error}");
    assert_eq!(status(&world, &signed_by("/totp/a", "{}", "next-key")).await, 200);
}

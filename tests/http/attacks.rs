//! What people send who are not Skyvern, or who mean no good.

use jiff::{SignedDuration, Timestamp};

use crate::wire::{self, Request, send, send_raw};
use crate::world::{IDENTIFIER, World, code_of, signed};

/// The relay is as well as before.
async fn still_serves(world: &World) {
    assert_eq!(code_of(&world.post("/totp/nobody@example.com", "{}").await), "");
}

#[tokio::test]
async fn tricks_with_the_path_lead_nowhere() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    for path in [
        "/totp/..%2Ftotp%2Fagent@example.com",
        "/totp/%2e%2e",
        "/totp/..",
        "/totp/.",
        "/totp/agent@example.com%2F",
        "/totp/agent@example.com%20x",
        "/totp/agent@example.com%0d%0aX-Evil:%201",
        "/totp/agent%2540example.com",
        "/totp/%252e%252e",
        "/totp/agent@example.com;jsessionid=1",
        "/totp/*",
        "/totp/%25",
        "/totp/%7B%7D",
        "/totp/agent@example.co",
        "/totp/agent@example.com.",
        "/totp/'%20OR%20'1'='1",
        "/totp/agent@example.com'--",
        "/totp/\u{202e}agent@example.com",
        "/totp/agent@examp%C2%ADle.com",
        "/totp/%D0%B0gent@example.com",
    ] {
        let answer = world.post(path, "{}").await;
        assert!(matches!(answer.status, 200 | 400), "{path}: {}", answer.status);
        assert!(!answer.text().contains("482913"), "{path}");
        assert!(answer.header("X-Evil").is_none());
    }
    for path in
        ["/totp/../metrics", "/../totp/agent@example.com", "/totp/a/../agent@example.com", "//totp/agent@example.com"]
    {
        assert_eq!(world.post(path, "{}").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn an_identifier_that_can_be_none_is_refused() {
    let world = World::new().await;
    for (path, says) in [
        ("/totp/%00".to_owned(), "control character"),
        ("/totp/agent@example.com%00".to_owned(), "control character"),
        ("/totp/agent%0Aeve".to_owned(), "control character"),
        ("/totp/%20%20".to_owned(), "empty"),
        ("/totp/%FF%FE".to_owned(), "not UTF-8"),
        ("/totp/%C0%AE%C0%AE".to_owned(), "not UTF-8"),
        ("/totp/%ED%A0%80".to_owned(), "not UTF-8"),
        (format!("/totp/{}", "a".repeat(4096)), "at most 512"),
        (format!("/totp/{}", "%F0%9F%94%91".repeat(129)), "at most 512"),
    ] {
        let answer = world.post(&path, "{}").await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.text().contains(says), "{path}: {}", answer.text());
    }
    // Unicode in itself is fine, and an incomplete escape is taken as it stands.
    for path in ["/totp/%E6%97%A5%E6%9C%AC", "/totp/%F0%9F%94%91", "/totp/100%"] {
        assert_eq!(code_of(&world.post(path, "{}").await), "", "{path}");
    }
}

#[tokio::test]
async fn a_replayed_request_gets_what_its_run_has_and_nothing_else() {
    let world = World::new().await;
    let ago = |seconds| Timestamp::now() - SignedDuration::from_secs(seconds);
    world.arrive_at(IDENTIFIER, "111111", ago(60)).await;
    let first = signed("/totp/agent@example.com", r#"{"task_id":"tsk_1"}"#);
    assert_eq!(code_of(&send(world.address(), &first).await), "111111");
    world.arrive_at(IDENTIFIER, "222222", ago(30)).await;
    assert_eq!(world.ask(IDENTIFIER, "tsk_2").await, "222222");
    for _ in 0..3 {
        assert_eq!(code_of(&send(world.address(), &first).await), "111111");
    }
    // The timestamp is not signed: whatever it says, the request is the same.
    let late = Request::new("POST", "/totp/agent@example.com")
        .header("x-skyvern-timestamp", "1")
        .header(
            "x-skyvern-signature",
            &otp_relay::skyvern::pull::sign(b"{}", &secrecy::SecretString::from(crate::world::KEY)),
        )
        .body("{}");
    assert_eq!(send(world.address(), &late).await.status, 200);
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused_even_when_signed() {
    let world = World::new().await;
    let nested = format!("{{\"a\":{}", "[".repeat(4000));
    for body in ["null", "[]", "\"tsk_1\"", "{", "{\"task_id\":1}", "{}{}", "\u{0}", nested.as_str()] {
        let answer = world.post("/totp/agent@example.com", body).await;
        assert_eq!(answer.status, 400, "{body:?}");
    }
    let long = format!("{{\"task_id\":\"{}\"}}", "x".repeat(4000));
    assert_eq!(world.post("/totp/agent@example.com", &long).await.status, 400);
    still_serves(&world).await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_cut_off_however_it_comes() {
    let world = World::new().await;
    let padded = format!("{{\"a\":\"{}\"}}", "x".repeat(8 * 1024));
    assert_eq!(world.post("/totp/agent@example.com", &padded).await.status, 413);
    let signature = "0".repeat(64);
    let head = format!("POST /totp/a HTTP/1.1\r\nHost: x\r\nx-skyvern-signature: {signature}\r\n");
    // Announced, and never sent.
    let announced = format!("{head}Content-Length: 99999999999\r\n\r\n");
    assert_eq!(send_raw(world.address(), announced.as_bytes()).await.unwrap().status, 413);
    // In pieces without end.
    let piece = format!("400\r\n{}\r\n", "x".repeat(0x400)).repeat(40);
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{piece}");
    assert_eq!(send_raw(world.address(), chunked.as_bytes()).await.unwrap().status, 413);
    still_serves(&world).await;
}

#[tokio::test]
async fn floods_of_headers_are_cut_off() {
    let world = World::new().await;
    let many = format!("POST /totp/a HTTP/1.1\r\n{}\r\n", "X-A: b\r\n".repeat(200));
    assert_eq!(send_raw(world.address(), many.as_bytes()).await.unwrap().status, 431);
    let long = format!("POST /totp/a HTTP/1.1\r\nX-A: {}\r\n\r\n", "x".repeat(64 * 1024));
    assert!(matches!(send_raw(world.address(), long.as_bytes()).await.map(|answer| answer.status), Some(431) | None));
    let path = format!("POST /totp/{} HTTP/1.1\r\n\r\n", "x".repeat(64 * 1024));
    let cut = send_raw(world.address(), path.as_bytes()).await.map(|answer| answer.status);
    assert!(matches!(cut, Some(414 | 431) | None), "{cut:?}");
    still_serves(&world).await;
}

#[tokio::test]
async fn what_is_no_http_is_hung_up_on() {
    let world = World::new().await;
    let noise: [&[u8]; 10] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST /totp/a HTTP/9.9\r\n\r\n",
        b"POST /totp/\x00 HTTP/1.1\r\n\r\n",
        b"POST /totp/a HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /totp/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /totp/a HTTP/1.1\r\nBad Header : x\r\n\r\n",
        b"EHLO example.com\r\n",
        &[0xff; 4096],
    ];
    for bytes in noise {
        let status = send_raw(world.address(), bytes).await.map(|answer| answer.status);
        assert!(!matches!(status, Some(200..300)), "{bytes:?}: {status:?}");
    }
    still_serves(&world).await;
}

#[tokio::test]
async fn one_request_cannot_hide_another() {
    // Where Content-Length and Transfer-Encoding disagree, a proxy and a server may see different requests (RFC 9112
    // section 6.1): what follows must never be taken for a signed request of somebody else's.
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    let hidden = String::from_utf8(signed("/totp/agent@example.com", "{}").bytes()).unwrap();
    let smuggled = format!(
        "POST /totp/a HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
        hidden.len() + 5
    );
    let mut stream = tokio::net::TcpStream::connect(world.address()).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, smuggled.as_bytes()).await.unwrap();
    while let Some(answer) = wire::read(&mut stream).await {
        assert_ne!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test]
async fn an_address_without_a_valid_signature_is_slowed_down_and_a_signed_request_from_it_is_not() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    let unsigned = Request::new("POST", "/totp/agent@example.com").body("{}");
    let mut statuses = std::collections::BTreeMap::<u16, u32>::new();
    let mut slowed = None;
    for _ in 0..400 {
        let answer = send(world.address(), &unsigned).await;
        *statuses.entry(answer.status).or_default() += 1;
        // Not the last answer of all: a few a second are let through, and it may be one of them.
        slowed = Some(answer).filter(|answer| answer.status == 429).or(slowed);
    }
    assert_eq!(statuses.keys().copied().collect::<Vec<_>>(), [401, 429], "{statuses:?}");
    assert!(slowed.unwrap().header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    assert_eq!(world.ask(IDENTIFIER, "a").await, "482913");
}

#[tokio::test]
async fn behind_a_proxy_each_client_is_counted_for_itself() {
    let world = World::new().await;
    let from = |address: &str| Request::new("POST", "/totp/a").header("X-Forwarded-For", address).body("{}");
    for _ in 0..300 {
        send(world.address(), &from("198.51.100.1, 203.0.113.7")).await;
    }
    // A few a second are let through all the same: some of many may be, not all.
    let is_slowed = async |addresses: &str, within: usize| {
        for _ in 0..within {
            if send(world.address(), &from(addresses)).await.status == 429 {
                return true;
            }
        }
        false
    };
    assert!(is_slowed("203.0.113.7", 90).await);
    assert!(!is_slowed("203.0.113.8", 10).await);
    // What a client writes in front of the proxy's own word is nothing.
    assert!(is_slowed("203.0.113.8, 203.0.113.7", 90).await);
}

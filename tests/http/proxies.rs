//! Behind a reverse proxy, with the configuration that the document gives.

use crate::support::nginx::Nginx;
use crate::wire::{self, Answer, Request};
use crate::world::{IDENTIFIER, World, code_of, signed};

async fn send(nginx: &Nginx, request: &Request) -> Answer {
    let mut stream = wire::connect_tls(nginx.address, &nginx.pki.ca).await.unwrap();
    wire::send_on(&mut stream, request).await
}

#[tokio::test]
async fn codes_come_through_nginx_and_monitoring_does_not() {
    let world = World::new().await;
    let nginx = Nginx::start(world.address()).await;
    world.arrive(IDENTIFIER, "482913").await;
    world.arrive("shop/acme+1@example.com", "555555").await;
    let answer = send(&nginx, &signed("/totp/agent@example.com", r#"{"task_id":"tsk_1"}"#)).await;
    assert_eq!(code_of(&answer), "482913");
    // The path arrives as it was sent.
    let answer = send(&nginx, &signed("/totp/shop%2Facme+1%40example.com?kind=code", "{}")).await;
    assert_eq!(code_of(&answer), "555555");
    let unsigned = Request::new("POST", "/totp/agent@example.com").body("{}");
    assert_eq!(send(&nginx, &unsigned).await.status, 401);
    for path in ["/healthz", "/readyz", "/metrics", "/", "/totp/../metrics"] {
        assert_eq!(send(&nginx, &Request::new("GET", path)).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_held_request_is_held_through_nginx() {
    let world = World::new().await;
    let nginx = Nginx::start(world.address()).await;
    let request = signed("/totp/agent@example.com?wait=25s", "{}");
    let asking = send(&nginx, &request);
    let arriving = async {
        while !world.get("/metrics").await.text().contains("otp_relay_pull_held 1\n") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        world.arrive(IDENTIFIER, "482913").await;
    };
    let (answer, ()) = tokio::join!(asking, arriving);
    assert_eq!(code_of(&answer), "482913");
}

#[tokio::test]
async fn behind_nginx_nobody_can_pass_for_another_client() {
    let world = World::new().await;
    let nginx = Nginx::start(world.address()).await;
    let spoofed = Request::new("POST", "/totp/a").header("X-Forwarded-For", "203.0.113.7").body("{}");
    for _ in 0..100 {
        send(&nginx, &spoofed).await;
    }
    // Counted where it came from, which is this machine; the address it named is as good as new.
    let claimed = Request::new("POST", "/totp/a").header("X-Forwarded-For", "203.0.113.7").body("{}");
    assert_eq!(wire::send(world.address(), &claimed).await.status, 401);
    for _ in 0..200 {
        if matches!(send(&nginx, &spoofed).await.status, 429 | 503) {
            return;
        }
    }
    panic!("it is not slowed down");
}

#[tokio::test]
async fn what_is_too_large_does_not_pass_nginx() {
    let world = World::new().await;
    let nginx = Nginx::start(world.address()).await;
    let request = signed("/totp/agent@example.com", &format!("{{\"a\":\"{}\"}}", "x".repeat(9000)));
    assert_eq!(send(&nginx, &request).await.status, 413);
}

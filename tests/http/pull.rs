//! The contract: what Skyvern asks and is answered.

use jiff::{SignedDuration, Timestamp};

use crate::wire::{Request, send};
use crate::world::{IDENTIFIER, World, code_of, signed};

#[tokio::test]
async fn a_code_is_answered_as_documented() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    let body = r#"{"task_id":"tsk_1","workflow_run_id":"wr_2","workflow_permanent_id":"wpid_3"}"#;
    let answer = world.post("/totp/agent@example.com", body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text(), r#"{"task_id":"tsk_1","verification_code":"482913"}"#);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn not_yet_is_an_empty_string() {
    let world = World::new().await;
    let answer = world.post("/totp/agent@example.com", r#"{"task_id":"tsk_1"}"#).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"task_id":"tsk_1","verification_code":""}"#));
}

#[tokio::test]
async fn both_documented_contracts_and_requests_without_ids_are_served() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    for (body, task) in [
        ("{}", None),
        ("", None),
        (r#"{"workflow_permanent_id":"wpid_3"}"#, None),
        (r#"{"task_id":null,"something":{"new":[1]}}"#, None),
        (r#"{"task_id":"tsk_1"}"#, Some("tsk_1")),
        (r#"{"task_id":"tsk_1","workflow_run_id":"wr_2","workflow_permanent_id":"wpid_3"}"#, Some("tsk_1")),
    ] {
        let answer = world.post("/totp/agent@example.com", body).await;
        assert_eq!(code_of(&answer), "482913", "{body}");
        let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(json.get("task_id").and_then(|id| id.as_str()), task, "{body}");
    }
}

#[tokio::test]
async fn each_code_is_one_runs_and_a_newer_one_takes_its_place() {
    let world = World::new().await;
    let ago = |seconds| Timestamp::now() - SignedDuration::from_secs(seconds);
    world.arrive_at(IDENTIFIER, "111111", ago(60)).await;
    assert_eq!(world.ask(IDENTIFIER, "first").await, "111111");
    assert_eq!(world.ask(IDENTIFIER, "second").await, "");
    assert_eq!(world.ask(IDENTIFIER, "first").await, "111111");
    world.arrive_at(IDENTIFIER, "222222", ago(30)).await;
    assert_eq!(world.ask(IDENTIFIER, "second").await, "222222");
    assert_eq!(world.ask(IDENTIFIER, "first").await, "111111");
    world.arrive_at(IDENTIFIER, "333333", ago(0)).await;
    assert_eq!(world.ask(IDENTIFIER, "first").await, "333333");
}

#[tokio::test]
async fn leases_outlive_the_relay() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    assert_eq!(world.ask(IDENTIFIER, "first").await, "482913");
    let directory = world.end().await;
    let world = World::start_in(directory, crate::world::config(""), otp_relay::http::Limits::default()).await;
    assert_eq!(world.ask(IDENTIFIER, "second").await, "");
    assert_eq!(world.ask(IDENTIFIER, "first").await, "482913");
}

#[tokio::test]
async fn the_kind_in_the_url_chooses_between_code_and_link() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    world.arrive(IDENTIFIER, "https://acme.example/in?t=made-up").await;
    assert_eq!(world.ask("agent@example.com?kind=code", "a").await, "482913");
    assert_eq!(world.ask("agent@example.com?kind=link", "b").await, "https://acme.example/in?t=made-up");
    assert_eq!(world.ask("agent@example.com?kind=code", "c").await, "");
}

#[tokio::test]
async fn a_mistake_in_the_url_is_told_to_who_signed() {
    let world = World::new().await;
    for (query, says) in [
        ("?kind=magic", "`kind` in the URL is neither `code` nor `link`"),
        ("?wait=20", "`wait` in the URL lacks a unit"),
        ("?wait=-1s", "`wait` in the URL is not a number with a unit"),
        ("?wait=", "`wait` in the URL is empty"),
    ] {
        let answer = world.post(&format!("/totp/agent@example.com{query}"), "{}").await;
        assert_eq!((answer.status, answer.text()), (400, format!("{{\"error\":\"{says}\"}}")), "{query}");
    }
    // What is not ours does not matter.
    let answer = world.post("/totp/agent@example.com?token=x&kind=code&x", "{}").await;
    assert_eq!(code_of(&answer), "");
}

#[tokio::test]
async fn identifiers_mean_what_they_mean_for_a_push() {
    let world = World::new().await;
    world.arrive("Agent+Shop@Example.com", "482913").await;
    for written in ["agent+shop@example.com", "AGENT%2Bshop%40example.com", "%61gent+Shop@EXAMPLE.com"] {
        assert_eq!(world.ask(written, "a").await, "482913", "{written}");
    }
    world.arrive("+14155550100", "555555").await;
    assert_eq!(world.ask("+14155550100", "a").await, "555555");
    assert_eq!(world.ask("%2B14155550100", "a").await, "555555");
    world.arrive("Müller & Söhne/Büro", "777777").await;
    assert_eq!(world.ask("M%C3%BCller%20&%20S%C3%B6hne%2FB%C3%BCro", "a").await, "777777");
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    let mut stream = tokio::net::TcpStream::connect(world.address()).await.unwrap();
    for _ in 0..20 {
        let answer = crate::wire::send_on(&mut stream, &signed("/totp/agent@example.com", "{}")).await;
        assert_eq!(code_of(&answer), "482913");
    }
}

#[tokio::test]
async fn other_methods_and_pages_are_told_so() {
    let world = World::new().await;
    let asked = |method: &str, path: &str| {
        let (address, request) = (world.address(), Request::new(method, path));
        async move { send(address, &request).await.status }
    };
    assert_eq!(asked("GET", "/totp/agent@example.com").await, 405);
    assert_eq!(asked("PUT", "/totp/agent@example.com").await, 405);
    for path in ["/", "/totp", "/totp/", "/totp/a/b", "/totp//a", "/api/v1/totp/a", "/.env"] {
        assert_eq!(asked("POST", path).await, 404, "{path}");
    }
}

#[tokio::test]
async fn every_signed_request_makes_its_mailboxes_look() {
    let world = World::new().await;
    assert_eq!(world.ask("agent@example.com", "a").await, "");
    assert_eq!(*world.looks.lock().unwrap(), ["agent@example.com"]);
    let unsigned = send(world.address(), &Request::new("POST", "/totp/other@example.com").body("{}")).await;
    assert_eq!(unsigned.status, 401);
    assert_eq!(world.looks.lock().unwrap().len(), 1);
}

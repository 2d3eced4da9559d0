//! Requests that are held until a code arrives.

use std::time::{Duration, Instant};

use crate::wire;
use crate::world::{IDENTIFIER, World, code_of, config, signed};

/// How many requests are held, as monitoring sees it.
async fn held(world: &World) -> u64 {
    let page = world.get("/metrics").await.text();
    let value = page.lines().find_map(|line| line.strip_prefix("otp_relay_pull_held ")).unwrap();
    value.parse().unwrap()
}

async fn until_held(world: &World, expected: u64) {
    let start = Instant::now();
    while held(world).await != expected {
        assert!(start.elapsed() < crate::support::wait::LIMIT, "never {expected} requests were held");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_held_request_is_answered_when_the_code_arrives() {
    let world = World::new().await;
    let asked = world.ask("agent@example.com?wait=25s", "a");
    let arriving = async {
        until_held(&world, 1).await;
        world.arrive(IDENTIFIER, "482913").await;
        Instant::now()
    };
    let (code, arrived) = tokio::join!(asked, arriving);
    assert_eq!(code, "482913");
    assert!(arrived.elapsed() < Duration::from_secs(5), "{:?}", arrived.elapsed());
}

#[tokio::test]
async fn a_code_that_is_there_is_not_waited_for() {
    let world = World::new().await;
    world.arrive(IDENTIFIER, "482913").await;
    let began = Instant::now();
    assert_eq!(world.ask("agent@example.com?wait=25s", "a").await, "482913");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn after_the_wait_the_answer_is_not_yet() {
    let world = World::new().await;
    let began = Instant::now();
    assert_eq!(world.ask("agent@example.com?wait=300ms", "a").await, "");
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert_eq!(held(&world).await, 0);
}

#[tokio::test]
async fn nobody_is_held_beyond_what_skyvern_takes() {
    // Skyvern hangs up after 30 s: any longer wait is cut to 25 s. (The clock is not moved: sockets are real.)
    let world = World::new().await;
    let began = Instant::now();
    assert_eq!(world.ask("agent@example.com?wait=1h", "a").await, "");
    assert!((24..30).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test]
async fn of_several_who_wait_the_first_gets_the_first_code() {
    let world = World::new().await;
    let mut waiting = Vec::new();
    for n in 0..5 {
        let request = signed("/totp/agent@example.com?wait=25s", &format!("{{\"task_id\":\"tsk_{n}\"}}"));
        let address = world.address();
        waiting.push(tokio::spawn(async move { wire::send(address, &request).await }));
        until_held(&world, n + 1).await;
    }
    for (n, waiting) in waiting.into_iter().enumerate() {
        world.arrive(IDENTIFIER, &format!("{}", 100_000 + n)).await;
        assert_eq!(code_of(&waiting.await.unwrap()), format!("{}", 100_000 + n));
    }
}

#[tokio::test]
async fn who_waits_for_another_kind_does_not_stand_in_the_way() {
    let world = World::new().await;
    let link = world.ask("agent@example.com?kind=link&wait=25s", "a");
    let code = async {
        until_held(&world, 1).await;
        world.ask("agent@example.com?kind=code&wait=25s", "b").await
    };
    let arriving = async {
        until_held(&world, 2).await;
        world.arrive(IDENTIFIER, "482913").await;
        until_held(&world, 1).await;
        world.arrive(IDENTIFIER, "https://acme.example/made-up").await;
    };
    let (link, code, ()) = tokio::join!(link, code, arriving);
    assert_eq!((link.as_str(), code.as_str()), ("https://acme.example/made-up", "482913"));
}

#[tokio::test]
async fn who_hangs_up_leaves_the_line_and_the_next_gets_the_code() {
    let world = World::new().await;
    let mut gone = tokio::net::TcpStream::connect(world.address()).await.unwrap();
    let request = signed("/totp/agent@example.com?wait=25s", r#"{"task_id":"gone"}"#);
    tokio::io::AsyncWriteExt::write_all(&mut gone, &request.bytes()).await.unwrap();
    until_held(&world, 1).await;
    drop(gone);
    until_held(&world, 0).await;
    let waiting = world.ask("agent@example.com?wait=25s", "here");
    let arriving = async {
        until_held(&world, 1).await;
        world.arrive(IDENTIFIER, "482913").await;
    };
    assert_eq!(tokio::join!(waiting, arriving).0, "482913");
}

#[tokio::test]
async fn requests_beyond_what_can_be_held_are_answered_at_once() {
    let mut config = config("");
    config.listen.as_mut().unwrap().max_connections = 8;
    let world = World::start(config, otp_relay::http::Limits::default()).await;
    let request = |n: u32| signed("/totp/agent@example.com?wait=25s", &format!("{{\"task_id\":\"tsk_{n}\"}}"));
    let mut held = Vec::new();
    for n in 0..6 {
        let mut stream = tokio::net::TcpStream::connect(world.address()).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, &request(n).bytes()).await.unwrap();
        held.push(stream);
    }
    until_held(&world, 6).await;
    let began = Instant::now();
    assert_eq!(code_of(&wire::send(world.address(), &request(7)).await), "");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn the_end_of_the_relay_answers_who_waits_and_ends_soon() {
    let world = World::new().await;
    let mut stream = tokio::net::TcpStream::connect(world.address()).await.unwrap();
    let request = signed("/totp/agent@example.com?wait=25s", "{}");
    tokio::io::AsyncWriteExt::write_all(&mut stream, &request.bytes()).await.unwrap();
    // Two that say nothing are not waited for either.
    let _silent = tokio::net::TcpStream::connect(world.address()).await.unwrap();
    let _resting = {
        let mut stream = tokio::net::TcpStream::connect(world.address()).await.unwrap();
        wire::send_on(&mut stream, &signed("/totp/agent@example.com", "{}")).await;
        stream
    };
    until_held(&world, 1).await;
    let began = Instant::now();
    let _directory = world.end().await;
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    let answer = wire::read(&mut stream).await.unwrap();
    assert_eq!(code_of(&answer), "");
    assert!(wire::read(&mut stream).await.is_none(), "the connection is still open");
}

#[tokio::test]
async fn an_arrival_for_another_identifier_wakes_nobody() {
    let world = World::new().await;
    let asked = world.ask("agent@example.com?wait=5s", "a");
    let arriving = async {
        until_held(&world, 1).await;
        world.arrive("other@example.com", "482913").await;
    };
    assert_eq!(tokio::join!(asked, arriving).0, "");
    assert_eq!(world.ask("other@example.com", "b").await, "482913");
}

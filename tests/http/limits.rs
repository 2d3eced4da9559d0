//! Peers that take their time, and those that are many.

use std::time::{Duration, Instant};

use otp_relay::http::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::wait::LIMIT;
use crate::wire;
use crate::world::{World, code_of, config, signed};

const SHORT: Duration = Duration::from_millis(300);

/// A relay with little patience for `header`s and bodies.
async fn impatient() -> World {
    World::start(config(""), Limits { header: SHORT, body: SHORT, ..Limits::default() }).await
}

/// How long until the other side hangs up; what it says first does not matter.
async fn hung_up_after(stream: &mut TcpStream) -> Duration {
    let began = Instant::now();
    let mut rest = Vec::new();
    let read = tokio::time::timeout(LIMIT, stream.read_to_end(&mut rest)).await;
    let _ = read.expect("nobody hung up");
    began.elapsed()
}

#[tokio::test]
async fn who_connects_and_says_nothing_is_hung_up_on() {
    let world = impatient().await;
    let mut stream = TcpStream::connect(world.address()).await.unwrap();
    assert!(hung_up_after(&mut stream).await >= SHORT - Duration::from_millis(50));
}

#[tokio::test]
async fn who_sends_headers_byte_by_byte_is_hung_up_on() {
    let world = impatient().await;
    let mut stream = TcpStream::connect(world.address()).await.unwrap();
    let began = Instant::now();
    for byte in b"POST /totp/agent@example.com HTTP/1.1\r\nX-A: ".iter().chain([b'x'; 10_000].iter()) {
        if stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(began.elapsed() < LIMIT, "nobody hung up");
    }
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn who_sends_a_body_byte_by_byte_is_told_and_hung_up_on() {
    let world = impatient().await;
    let mut stream = TcpStream::connect(world.address()).await.unwrap();
    let head = String::from_utf8(signed("/totp/a", "").bytes()).unwrap();
    let head = head.replace("Content-Length: 0", "Content-Length: 100");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"{").await.unwrap();
    let answer = wire::read(&mut stream).await.unwrap();
    assert_eq!((answer.status, answer.header("connection")), (408, Some("close")));
    hung_up_after(&mut stream).await;
}

#[tokio::test]
async fn a_held_request_is_no_slow_client() {
    let world = impatient().await;
    let began = Instant::now();
    assert_eq!(world.ask("agent@example.com?wait=1s", "a").await, "");
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_connection_may_rest_between_two_requests() {
    let world = impatient().await;
    let mut stream = TcpStream::connect(world.address()).await.unwrap();
    for _ in 0..2 {
        assert_eq!(code_of(&wire::send_on(&mut stream, &signed("/totp/a", "{}")).await), "");
        // Longer than headers may take.
        tokio::time::sleep(SHORT * 2).await;
    }
}

#[tokio::test]
async fn a_connection_that_rests_too_long_is_closed() {
    let limits = Limits { idle: SHORT, ..Limits::default() };
    let world = World::start(config(""), limits).await;
    let mut stream = TcpStream::connect(world.address()).await.unwrap();
    assert_eq!(code_of(&wire::send_on(&mut stream, &signed("/totp/a", "{}")).await), "");
    hung_up_after(&mut stream).await;
}

/// A relay for few connections.
async fn small(connections: usize) -> World {
    let mut config = config("");
    config.listen.as_mut().unwrap().max_connections = connections;
    World::start(config, Limits::default()).await
}

#[tokio::test]
async fn any_number_of_connections_that_ask_nothing_true_keep_nobody_out() {
    let world = small(4).await;
    let head = format!("POST /totp/a HTTP/1.1\r\nx-skyvern-signature: {}\r\nContent-Length: 9\r\n\r\n", "0".repeat(64));
    let mut open = Vec::new();
    for n in 0..40 {
        let mut stream = TcpStream::connect(world.address()).await.unwrap();
        let said = match n % 3 {
            0 => "",
            1 => "POST /totp/a HTTP/1.1\r\nX-A: ",
            // A body that never comes, under a signature that nobody can judge before.
            _ => head.as_str(),
        };
        let _ = stream.write_all(said.as_bytes()).await;
        open.push(stream);
    }
    let began = Instant::now();
    assert_eq!(code_of(&wire::send(world.address(), &signed("/totp/a", "{}")).await), "");
    // Far less than the ten seconds that each of them has.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(open);
}

#[tokio::test]
async fn whose_request_is_held_keeps_its_place_and_is_given_its_code() {
    let world = small(4).await;
    let mut held = Vec::new();
    for n in 0..3 {
        let request = signed(&format!("/totp/{n}?wait=25s"), "{}");
        let address = world.address();
        held.push(tokio::spawn(async move { wire::send(address, &request).await }));
    }
    while world.looks.lock().unwrap().len() < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(world.address()).await.unwrap());
    }
    assert_eq!(code_of(&wire::send(world.address(), &signed("/totp/a", "{}")).await), "");
    for (n, held) in held.into_iter().enumerate() {
        let code = format!("{}", 100_000 + n);
        world.arrive(&n.to_string(), &code).await;
        assert_eq!(code_of(&held.await.unwrap()), code);
    }
}

#[tokio::test]
async fn with_few_places_left_connections_are_closed_after_their_answer() {
    let world = small(8).await;
    let mut open = Vec::new();
    let mut closed = 0;
    for _ in 0..7 {
        let mut stream = TcpStream::connect(world.address()).await.unwrap();
        let answer = wire::send_on(&mut stream, &signed("/totp/a", "{}")).await;
        closed += u32::from(answer.header("connection") == Some("close"));
        open.push(stream);
    }
    assert!((1..=2).contains(&closed), "{closed}");
}

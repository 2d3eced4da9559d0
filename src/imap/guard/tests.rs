use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

const LITERAL: u64 = 1000;
const PATIENCE: Duration = Duration::from_secs(30);

impl Acknowledge for DuplexStream {
    fn acknowledge_at_once(&self) {}
}

/// What comes out of a guard when `pieces` arrive one by one.
async fn read(pieces: &[&[u8]]) -> io::Result<Vec<u8>> {
    let (mut server, client) = duplex(64);
    let mut guard = Guard::new(client, LITERAL, PATIENCE);
    let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
    let writer = tokio::spawn(async move {
        for piece in pieces {
            // Fails once the guard has given up.
            if server.write_all(&piece).await.is_err() {
                return;
            }
        }
    });
    let mut out = Vec::new();
    let result = guard.read_to_end(&mut out).await;
    drop(guard);
    writer.await.expect("the writer");
    result.map(|_| out)
}

async fn breach(pieces: &[&[u8]]) -> Breach {
    let error = read(pieces).await.expect_err("a breach");
    *error.get_ref().and_then(|inner| inner.downcast_ref()).expect("a breach")
}

#[tokio::test]
async fn ordinary_responses_pass_unchanged_however_they_are_cut() {
    let text = b"* OK [ALERT] you have {5}\r\n* 1 FETCH (UID 7 BODY[]<0> {11}\r\n((\"{9}\r\n\r\n~{)\r\nA1 OK done {400000000}\r\n+ go {3}\r\n";
    for size in 1..text.len() {
        let pieces: Vec<&[u8]> = text.chunks(size).collect();
        assert_eq!(read(&pieces).await.expect("no breach"), text, "in pieces of {size}");
    }
}

#[tokio::test]
async fn an_announced_literal_beyond_the_limit_is_refused_before_it_comes() {
    let refused = Breach::Literal { announced: 400_000_000, allowed: LITERAL };
    assert_eq!(breach(&[b"* 1 FETCH (BODY[] {400000000}\r\n"]).await, refused);
    assert_eq!(breach(&[b"* 1 FETCH (BODY[] {4000", b"00000}\r", b"\n"]).await, refused);
    let huge = Breach::Literal { announced: u64::MAX, allowed: LITERAL };
    assert_eq!(breach(&[b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n"]).await, huge);
}

#[tokio::test]
async fn a_literal_hidden_in_a_status_code_is_no_way_round_the_limit() {
    let refused = Breach::Literal { announced: 400_000_000, allowed: LITERAL };
    assert_eq!(breach(&[b"* NO [BADCHARSET ({400000000}\r\n"]).await, refused);
    assert_eq!(breach(&[b"A1 no [badcharset (x] {400000000}\r\n"]).await, refused);
    let long_tag = format!("{} OK [BADCHARSET ({{400000000}}\r\n", "a".repeat(50));
    assert_eq!(breach(&[long_tag.as_bytes()]).await, refused);
}

#[tokio::test]
async fn an_endless_line_is_cut_off() {
    let flood = vec![b'x'; 64 * 1024];
    let pieces: Vec<&[u8]> = std::iter::repeat_n(flood.as_slice(), 20).collect();
    assert_eq!(breach(&pieces).await, Breach::Line);
}

#[tokio::test]
async fn a_response_of_endless_literals_is_cut_off() {
    let literal = [b" {1000}\r\n".as_slice(), &[b'x'; 1000]].concat();
    let mut pieces: Vec<&[u8]> = vec![b"* 1 FETCH (BODY[]"];
    pieces.extend(std::iter::repeat_n(literal.as_slice(), 2000));
    assert!(matches!(breach(&pieces).await, Breach::Response(_)));
}

#[tokio::test]
async fn deep_nesting_is_cut_off_but_not_in_free_text_and_quoted_strings() {
    let deep = "(".repeat(200);
    assert_eq!(breach(&[format!("* 1 FETCH (BODYSTRUCTURE {deep}").as_bytes()]).await, Breach::Depth);
    for text in [format!("* OK see {deep}\r\n"), format!("* LIST () \"/\" \"a\\\"{deep}\"\r\n")] {
        assert_eq!(read(&[text.as_bytes()]).await.expect("no breach"), text.as_bytes());
    }
}

#[tokio::test]
async fn a_literal8_becomes_a_literal() {
    let text = b"* 1 FETCH (BODY[] ~{3}\r\na~{ X ~ \"~{\")\r\n* 2 EXISTS ~";
    let expected = b"* 1 FETCH (BODY[] {3}\r\na~{ X ~ \"~{\")\r\n* 2 EXISTS ";
    for size in 1..text.len() {
        let pieces: Vec<&[u8]> = text.chunks(size).collect();
        let out = read(&pieces).await.expect("no breach");
        assert_eq!(out, expected, "in pieces of {size}");
    }
}

#[tokio::test(start_paused = true)]
async fn silence_is_an_error_outside_of_idle_only() {
    let (mut server, client) = duplex(64);
    let mut guard = Guard::new(client, LITERAL, PATIENCE);
    let error = guard.read_u8().await.expect_err("silence");
    assert!(error.get_ref().is_some_and(|inner| inner.is::<Silence>()));
    guard.set_idle(true);
    let later = tokio::time::timeout(10 * PATIENCE, guard.read_u8());
    assert!(later.await.is_err(), "in IDLE the guard waits");
    server.write_all(b"*").await.expect("written");
    assert_eq!(guard.read_u8().await.expect("a byte"), b'*');
    guard.set_idle(false);
    assert!(guard.read_u8().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_is_an_error() {
    let (_server, client) = duplex(64);
    let mut guard = Guard::new(client, LITERAL, PATIENCE);
    let error = guard.write_all(&[b'x'; 1000]).await.expect_err("nobody reads");
    assert!(error.get_ref().is_some_and(|inner| inner.is::<Silence>()));
}

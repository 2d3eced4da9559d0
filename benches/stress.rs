//! Two mebibytes of every kind of mail that was made to be slow, from raw bytes to outcome and its explanation; and how much more
//! they cost than an eighth of them. Fails where a kind takes more than it may.
//!
//! `cargo bench --bench stress`; an argument chooses the kinds whose name holds it.

use std::time::Duration;

use otp_relay::extract::{Policy, explain, extract, prepare};
use otp_relay::mail::{Message, RecipientSource, resolve_recipient};

#[path = "../tests/stress/clock.rs"]
mod clock;
#[path = "../tests/stress/kinds.rs"]
mod kinds;

use clock::cpu_time;

const SMALL: usize = 256 << 10;
const LARGE: usize = 2 << 20;
/// From raw bytes to outcome.
const ALLOWED: Duration = Duration::from_millis(200);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    prepare();
    println!("{:<44} {:>9} {:>9} {:>7} {:>9} {:>9}", "", "256 KiB", "2 MiB", "growth", "parse", "explain");
    let mut slow = Vec::new();
    for kind in kinds::KINDS
        .iter()
        .filter(|kind| wanted.is_empty() || wanted.iter().any(|name| kind.name.contains(name.as_str())))
    {
        let (small, _, _) = measure(&kind.mail(SMALL));
        let (large, parsed, explained) = measure(&kind.mail(LARGE));
        let growth = large.as_secs_f64() / small.as_secs_f64().max(1e-9);
        let mark = if large > ALLOWED {
            " !"
        } else if growth > 12.0 && large > ALLOWED / 20 {
            " ?"
        } else {
            ""
        };
        println!(
            "{:<44} {:>6.1} ms {:>6.1} ms {growth:>7.1} {:>6.1} ms {:>6.1} ms{mark}",
            kind.name,
            ms(small),
            ms(large),
            ms(parsed),
            ms(explained)
        );
        if large > ALLOWED {
            slow.push(kind.name);
        }
    }
    assert!(slow.is_empty(), "these take more than {} ms: {}", ALLOWED.as_millis(), slow.join(", "));
}

/// The best of a few runs: raw bytes to outcome, of it parsing, and what the explanation takes on top.
fn measure(raw: &[u8]) -> (Duration, Duration, Duration) {
    let policy = Policy::default();
    let mut best = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        let start = cpu_time();
        let message = Message::parse(raw);
        let parsed = cpu_time();
        let _ = extract(&message, &policy);
        let extracted = cpu_time();
        let _ = explain(&message, &policy);
        let _ = resolve_recipient(&message, "inbox@example.com", &RecipientSource::DEFAULT);
        let explained = cpu_time();
        best = (best.0.min(extracted - start), best.1.min(parsed - start), best.2.min(explained - extracted));
        if extracted - start > Duration::from_millis(300) {
            break;
        }
    }
    best
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

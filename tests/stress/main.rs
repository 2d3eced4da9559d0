//! Whatever a mail is made of, twelve times as much of it costs about twelve times as much: no kind of [`kinds`] is quadratic.
//!
//! What counts is the processor time of this thread, at small sizes and with a wide margin: linear code needs twelve times as much,
//! quadratic code a hundred and forty-four times. How long two mebibytes of each take is measured by `cargo bench --bench stress`.

mod clock;
mod kinds;

use std::time::Duration;

use clock::cpu_time;
use kinds::{KINDS, Kind};
use otp_relay::extract::{Policy, extract, prepare};
use otp_relay::mail::Message;

const SMALL: usize = 8 << 10;
const LARGE: usize = 12 * SMALL;
/// How many times as much the large mail may cost.
const ALLOWED: u32 = 40;
/// Shorter times are mostly noise.
const LEAST: Duration = Duration::from_millis(4);

fn cost(raw: &[u8]) -> Duration {
    let policy = Policy::default();
    let start = cpu_time();
    let message = Message::parse(raw);
    let _ = extract(&message, &policy);
    cpu_time() - start
}

fn check(kinds: &[Kind]) {
    prepare();
    let mut failed = Vec::new();
    for kind in kinds {
        let (small, large) = (kind.mail(SMALL), kind.mail(LARGE));
        let allowed = cost(&small).max(LEAST) * ALLOWED;
        // A second try is for a machine that did something else.
        let taken = cost(&large);
        if taken > allowed && cost(&large) > allowed {
            failed.push(format!("{}: {taken:?}, allowed are {allowed:?}", kind.name));
        }
    }
    assert!(failed.is_empty(), "more than linear:\n{}", failed.join("\n"));
}

/// A quarter of all kinds, so that a runner works at four at once.
fn quarter(nth: usize) -> &'static [Kind] {
    let size = KINDS.len().div_ceil(4);
    KINDS.chunks(size).nth(nth).unwrap_or_default()
}

#[test]
fn numbers_and_words_cost_in_proportion_to_their_size() {
    check(quarter(0));
}

#[test]
fn scripts_and_addresses_cost_in_proportion_to_their_size() {
    check(quarter(1));
}

#[test]
fn markup_costs_in_proportion_to_its_size() {
    check(quarter(2));
}

#[test]
fn headers_and_structure_cost_in_proportion_to_their_size() {
    check(quarter(3));
}

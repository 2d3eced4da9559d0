//! How fast a mail becomes an outcome: from raw bytes, from a parsed message, with one rule and with a thousand, by size, and for
//! mail that was made to be slow.
//!
//! `cargo bench --bench extract`

use divan::Bencher;
use divan::counter::BytesCount;
use otp_relay::extract::policy::{Action, Policy, Rule, RuleSet};
use otp_relay::extract::{explain, extract};
use otp_relay::mail::Message;
use regex::Regex;

fn main() {
    divan::main();
}

const SIZES: [usize; 4] = [2 << 10, 20 << 10, 200 << 10, 2 << 20];
/// The size of every mail that was made to be slow.
const LARGE: usize = 2 << 20;

fn mail(content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Acme <no-reply@acme.example>\r\nTo: bob@example.com\r\nSubject: News from Acme\r\n\
         Message-ID: <1@acme.example>\r\nContent-Type: {content_type}; charset=utf-8\r\n\r\n{body}"
    )
    .into_bytes()
}

/// `unit` until `size` bytes are full.
fn fill(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len() + 1)
}

/// HTML as newsletters write it: a table for each paragraph, all style inline.
fn newsletter(size: usize) -> Vec<u8> {
    let row = "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse\"><tr>\
        <td align=\"center\" class=\"text\" style=\"font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:24px;\
        color:#333333;padding:0 20px\">Hello Bob, here is some more text to read &amp; think about, with a \
        <a href=\"https://example.com/track?id=1&amp;x=1\" style=\"color:#0066cc;text-decoration:none\">link</a> in it.\
        </td></tr></table>\r\n";
    mail("text/html", &fill(row, size))
}

/// Raw bytes to outcome: what the daemon does for each mail.
#[divan::bench(args = SIZES)]
fn html_from_bytes(bencher: Bencher, size: usize) {
    let (raw, policy) = (newsletter(size), Policy::default());
    let counter = BytesCount::of_slice(&raw);
    bencher.counter(counter).bench(|| extract(&Message::parse(divan::black_box(&raw)), &policy));
}

/// Detection alone, against the size of the visible text.
#[divan::bench(args = SIZES)]
fn detect(bencher: Bencher, size: usize) {
    let (message, policy) = (Message::parse(&newsletter(size)), Policy::default());
    let visible: usize = message.texts.iter().map(|text| text.text.len()).sum();
    bencher.counter(BytesCount::new(visible)).bench(|| extract(divan::black_box(&message), &policy));
}

#[divan::bench(args = SIZES)]
fn detect_explained(bencher: Bencher, size: usize) {
    let (message, policy) = (Message::parse(&newsletter(size)), Policy::default());
    bencher.bench(|| explain(divan::black_box(&message), &policy));
}

/// A mail of which the last rule finds the code, or none does.
#[divan::bench(args = [1, 10, 100, 1000])]
fn rules(bencher: Bencher, count: usize) {
    let rules = (0..count)
        .map(|n| {
            let code = Regex::new(&format!(r"(?i)service {n} code: (?<code>[0-9]{{6}})")).expect("a regex");
            let mut rule = Rule::new(format!("service-{n}"), Action::Code(code));
            rule.from = Regex::new(&format!(r"@service-{n}\.example$")).ok();
            rule
        })
        .collect();
    let policy = Policy { rules: RuleSet::new(rules), detect: false, ..Policy::default() };
    let last = count - 1;
    let raw = format!(
        "From: a@service-{last}.example\r\nTo: bob@example.com\r\nSubject: Hi\r\n\r\nService {last} code: 482913\r\n{}",
        fill("Hello Bob, here is some more text to read and think about.\r\n", 20 << 10)
    );
    let message = Message::parse(raw.as_bytes());
    bencher.bench(|| extract(divan::black_box(&message), &policy));
}

/// What the same rules cost where their regexes hold no certain words.
#[divan::bench(args = [1, 10, 100, 1000])]
fn rules_without_words(bencher: Bencher, count: usize) {
    let rules = (0..count)
        .map(|n| {
            Rule::new(
                format!("rule-{n}"),
                Action::Code(Regex::new(&format!(r"[a-z]{n}(?<code>[0-9]{{6}})")).expect("a regex")),
            )
        })
        .collect();
    let policy = Policy { rules: RuleSet::new(rules), detect: false, ..Policy::default() };
    let message = Message::parse(&newsletter(2 << 10));
    bencher.bench(|| extract(divan::black_box(&message), &policy));
}

/// Two mebibytes of one thing, from raw bytes: each must end within 200 ms.
#[divan::bench(args = [
    "1 ", "12", "code 123456 ", "A B ", "a.a.", "://", "www.", "a@", "#", "((((", "code code ", "1-", "482913\r\n", "é", "验证码123456",
    "https://a.example/x?token=Zx81kQpLmN02aBcD ", "* ", "+1 ", "12:", "sign in ", "code: AB12CD\r\n", "expires in 10 minutes. ",
], sample_count = 5)]
fn slow(bencher: Bencher, unit: &str) {
    let (raw, policy) = (mail("text/plain", &fill(unit, LARGE)), Policy::default());
    bencher.bench(|| extract(&Message::parse(divan::black_box(&raw)), &policy));
}

//! Any text may hold a code or a link: the first byte says whether it is plain text or HTML, or the whole mail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use otp_relay_fuzz::extract::{Policy, suggest_rule};
use otp_relay_fuzz::mail::Message;
use otp_relay_fuzz::{check_outcome, mail_of};

fuzz_target!(|input: &[u8]| {
    let message = match input.split_first() {
        Some((b'p', text)) => Message::parse(&mail_of("text/plain", text)),
        Some((b'h', html)) => Message::parse(&mail_of("text/html", html)),
        _ => Message::parse(input),
    };
    check_outcome(&message, &Policy::default());
    let expected: String = message.subject.chars().take(8).collect();
    let _ = suggest_rule(&message, &Policy::default(), &expected);
});

//! Any bytes are a mail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use otp_relay_fuzz::check_message;
use otp_relay_fuzz::mail::Message;

fuzz_target!(|raw: &[u8]| {
    let message = Message::parse(raw);
    // The parser gives up on what makes a library of its own panic; nothing here should.
    assert!(message.unreadable.as_deref().is_none_or(|why| !why.contains("gave up")), "a parser panics");
    check_message(&message);
});

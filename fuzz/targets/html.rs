//! Any bytes are the HTML of a mail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use otp_relay_fuzz::mail::Message;
use otp_relay_fuzz::{check_message, mail_of};

fuzz_target!(|html: &[u8]| {
    check_message(&Message::parse(&mail_of("text/html", html)));
});

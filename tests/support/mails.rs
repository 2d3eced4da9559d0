//! Made-up mails. None of the senders exists.

use std::sync::atomic::{AtomicU64, Ordering};

/// A plain-text mail with a Message-ID of its own and CRLF line ends.
pub fn mail(from: &str, to: &str, subject: &str, text: &str) -> Vec<u8> {
    let id = next();
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\
         Message-ID: <{id}.{pid}@mails.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
        pid = std::process::id(),
        text = text.replace('\n', "\r\n"),
    )
    .into_bytes()
}

/// A mail in which built-in detection finds `code`.
pub fn code_mail(to: &str, code: &str) -> Vec<u8> {
    let text = format!("Hello,\n\nyour verification code is {code}\n\nIt can be used once, for ten minutes.");
    mail("Example Sign-in <no-reply@login.example>", to, "Your verification code", &text)
}

/// A mail that holds nothing to forward.
pub fn newsletter(to: &str) -> Vec<u8> {
    let text = "This month we opened two new reading rooms and planted forty trees.\n\nSee you soon!";
    mail("News <news@library.example>", to, "News from the library", text)
}

fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

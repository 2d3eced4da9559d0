//! The two pure rooms of the relay, compiled for fuzzing, and what must hold for whatever they are given.

// The rest of the relay uses what is not used here.
#![allow(dead_code, unused_imports, unreachable_pub)]

#[path = "../src/extract/mod.rs"]
pub mod extract;
#[path = "../src/mail/mod.rs"]
pub mod mail;

use extract::{Outcome, Policy, Value, explain};
use mail::{Message, RecipientSource, resolve_recipient};

/// A mail with `body` as its only part.
pub fn mail_of(content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: Acme <no-reply@acme.example>\r\nTo: bob@example.com\r\nSubject: Your code\r\nContent-Type: {content_type}; charset=utf-8\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Whatever the mail, its texts keep what their documentation promises.
pub fn check_message(message: &Message) {
    for text in &message.texts {
        let mut from = 0;
        for (index, line) in text.lines.iter().enumerate() {
            assert_eq!(line.range.start, from + usize::from(index > 0), "lines follow one another");
            assert!(!text.text[line.range.clone()].is_empty(), "no line is empty");
            from = line.range.end;
        }
        assert_eq!(from, text.text.len(), "the lines are all of the text");
        let mut start = 0;
        for anchor in &text.anchors {
            assert!(anchor.range.start >= start, "anchors are in order");
            assert!(text.text.get(anchor.range.clone()).is_some(), "an anchor is a part of the text");
            start = anchor.range.start;
        }
    }
    assert!(resolve_recipient(message, "inbox@example.com", &RecipientSource::DEFAULT).address.is_some());
}

/// Whatever is found stands in the mail, and explaining it changes nothing.
pub fn check_outcome(message: &Message, policy: &Policy) {
    let outcome = extract::extract(message, policy);
    let explained = explain(message, policy);
    assert_eq!(explained.outcome, outcome, "explaining changes nothing");
    let Outcome::Found(found) = outcome else { return };
    let bare = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    match &found.value {
        Value::Code(code) if found.rule.is_none() => {
            let mut texts = std::iter::once(message.subject.as_str()).chain(message.texts.iter().map(|text| text.text.as_str()));
            assert!(texts.any(|text| bare(text).contains(&bare(code.expose()))), "a code reported is in the mail");
        }
        Value::Link(link) if found.rule.is_none() => {
            let mut anchors = message.texts.iter().flat_map(|text| &text.anchors);
            assert!(
                anchors.any(|anchor| extract::Link::new(&anchor.href).is_ok_and(|there| there == *link)),
                "a link reported is in the mail"
            );
        }
        _ => {}
    }
}

//! Messages for tests, built by hand as the mail room would build them.

use crate::mail::{Address, Anchor, Line, Message, Text, TextKind};

/// A mail from `from` to `bob@example.com` with one plain text.
pub(crate) fn mail(from: &str, subject: &str, body: &str) -> Message {
    Message {
        headers: vec![("From".into(), from.into()), ("Subject".into(), subject.into())],
        subject: subject.into(),
        from: Some(address(from)),
        to: vec![address("bob@example.com")],
        texts: vec![text(TextKind::Plain, body)],
        ..Message::default()
    }
}

pub(crate) fn address(address: &str) -> Address {
    Address { name: None, address: address.into() }
}

/// `> ` starts a quoted line, `~ ` a hidden one, `[words](href)` is an anchor; a bare URL is its own anchor.
pub(crate) fn text(kind: TextKind, source: &str) -> Text {
    let mut text = Text { kind, part: "1".into(), text: String::new(), lines: Vec::new(), anchors: Vec::new() };
    for (index, line) in source.lines().enumerate() {
        if index > 0 {
            text.text.push('\n');
        }
        let (quoted, line) = line.strip_prefix("> ").map_or((false, line), |line| (true, line));
        let (hidden, line) = line.strip_prefix("~ ").map_or((false, line), |line| (true, line));
        let start = text.text.len();
        let mut rest = line;
        let anchor = |text: &mut Text, words: &str, href: &str| {
            let start = text.text.len();
            text.text.push_str(words);
            let range = start..text.text.len();
            text.anchors.push(Anchor { range, href: href.into(), quote_depth: quoted.into(), hidden });
        };
        while let Some(at) = rest.find(['[', 'h']) {
            let (before, from) = rest.split_at(at);
            text.text.push_str(before);
            let marked = from.strip_prefix('[').and_then(|from| {
                let (words, after) = from.split_once("](")?;
                let (href, after) = after.split_once(')')?;
                Some((words, href, after))
            });
            if let Some((words, href, after)) = marked {
                anchor(&mut text, words, href);
                rest = after;
            } else if from.starts_with("https://") || from.starts_with("http://") {
                let end = from.find(char::is_whitespace).unwrap_or(from.len());
                let (href, after) = from.split_at(end);
                anchor(&mut text, href, href);
                rest = after;
            } else {
                let next = from.chars().next().map_or(0, char::len_utf8);
                let (first, after) = from.split_at(next);
                text.text.push_str(first);
                rest = after;
            }
        }
        text.text.push_str(rest);
        text.lines.push(Line { range: start..text.text.len(), quote_depth: quoted.into(), hidden, alt: false });
    }
    text
}

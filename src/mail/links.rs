//! Bare URLs in visible text become anchors.

use super::builder::{RawAnchor, Rendered};

/// Adds an anchor for each http and https URL that stands in the text and in no anchor.
pub(super) fn find(rendered: &mut Rendered) {
    let text = rendered.text.as_str();
    let mut found = Vec::new();
    let mut floor = 0;
    for colon in memchr::memmem::find_iter(text.as_bytes(), b"://") {
        if colon < floor {
            continue;
        }
        let Some(start) = scheme(text, colon) else { continue };
        let tail = text.get(colon + 3..).unwrap_or_default();
        let len = end(tail);
        let url = text.get(start..colon + 3 + len).unwrap_or_default();
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let url = trim(url, before);
        if len == 0 || url.len() <= colon + 3 - start {
            continue;
        }
        floor = start + url.len();
        let line = rendered.lines.partition_point(|line| line.range.end <= start);
        let Some(line) = rendered.lines.get(line) else { continue };
        if !is_inside(&rendered.anchors, start) {
            found.push(RawAnchor { href: url.to_owned(), range: start..floor, look: line.look });
        }
    }
    if !found.is_empty() {
        rendered.anchors.append(&mut found);
        rendered.anchors.sort_by_key(|anchor| anchor.range.start);
    }
}

/// Whether an anchor covers `at`. Anchors are sorted by start and do not nest, but for those of nested tables.
fn is_inside(anchors: &[RawAnchor], at: usize) -> bool {
    let after = anchors.partition_point(|anchor| anchor.range.start <= at);
    anchors.get(after.saturating_sub(4)..after).is_some_and(|near| near.iter().any(|anchor| anchor.range.end > at))
}

/// Where `http` or `https` before the colon begins.
fn scheme(text: &str, colon: usize) -> Option<usize> {
    ["https", "http"].into_iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        text.get(start..colon)?.eq_ignore_ascii_case(scheme).then_some(start)
    })
}

/// How far a URL goes: to a blank, a delimiter (RFC 3986 appendix C), or a script that is written without blanks.
fn end(tail: &str) -> usize {
    let ends = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^' | '«' | '»')
            || (!c.is_ascii() && (!c.is_alphanumeric() || is_unspaced(c)))
    };
    tail.find(ends).unwrap_or(tail.len())
}

/// Scripts that put a URL and the next word side by side.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0xE00..=0xEFF | 0x1000..=0x109F | 0x1100..=0x11FF | 0x1780..=0x17FF | 0x2E80..=0xDFFF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x2_0000..=0x3_FFFF)
}

/// Takes off the punctuation of the sentence that the URL ends, and what was opened before it: a bracket, a bold mark.
fn trim(url: &str, before: Option<char>) -> &str {
    let count = |bracket: u8| memchr::memchr_iter(bracket, url.as_bytes()).count();
    // Closing brackets without an opening one in the URL itself.
    let mut round = count(b')').saturating_sub(count(b'('));
    let mut square = count(b']').saturating_sub(count(b'['));
    url.trim_end_matches(|last: char| match last {
        '.' | ',' | ';' | ':' | '!' | '?' | '\'' => true,
        '*' | '_' | '~' => before == Some(last),
        ')' => take_one(&mut round),
        ']' => take_one(&mut square),
        _ => false,
    })
}

fn take_one(left: &mut usize) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

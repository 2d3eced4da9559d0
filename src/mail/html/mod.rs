//! HTML becomes the text that a person sees: block and cell boundaries, hidden elements, alt text, links.
//!
//! There is no document tree: html5gum's tokens drive a stack of open elements, so that time and memory are linear in
//! the size of the mail whatever it nests.

mod css;
mod element;
mod tokens;
mod walker;

#[cfg(test)]
mod tests;

use css::Sheet;
use walker::Walker;

use super::builder::Rendered;

/// Renders a text/html part.
pub(super) fn render(html: &str) -> Rendered {
    let mut walker = Walker::new(Sheet::of(html));
    tokens::tokenize(html, tokens::RawText::Respected, &mut walker);
    if walker.lost_text() {
        // A browser would show nothing; a mail that was cut or mangled may still hold its text.
        walker = Walker::new(Sheet::of(html));
        tokens::tokenize(html, tokens::RawText::OnlyCode, &mut walker);
    }
    walker.finish()
}

/// Whether a text is HTML whatever it is called: some senders mix the two up.
pub(super) fn is_html(text: &str, declared: bool) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let begins = |tag: &str| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    if declared {
        // Without a single tag it is plain text, and its line ends mean something.
        memchr::memchr(b'<', text.as_bytes()).is_some() || memchr::memchr(b'&', text.as_bytes()).is_some()
    } else {
        begins("<!doctype html") || begins("<html") || begins("<body")
    }
}

/// The charset of `<meta charset="…">` or `<meta http-equiv="Content-Type" content="…; charset=…">`.
pub(super) fn declared_charset(html: &[u8]) -> Option<&str> {
    let head = html.get(..4096).unwrap_or(html);
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(head.get(from..)?, b"harset").map(|at| from + at) {
        from = at + 6;
        let value = head.get(from..)?.trim_ascii_start();
        let Some(value) = value.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)))?;
        return std::str::from_utf8(value.get(..end)?).ok().filter(|label| !label.is_empty());
    }
    None
}

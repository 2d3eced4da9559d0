//! Where URLs, host names and mail addresses stand: neither words nor codes are looked for inside them. Masks are ranges of the text; they
//! add nothing to it.

use std::ops::Range;

use memchr::memmem;

/// No URL goes on for longer.
const LONGEST_URL: usize = 4096;
/// Neither half of an address does (RFC 5321 section 4.5.3.1).
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// URLs with a scheme or `www.`, and mail addresses, in order, without overlap.
pub(super) fn urls_and_addresses(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    for sign in [&b"://"[..], b"www."] {
        let mut end = 0;
        for at in memmem::find_iter(bytes, sign) {
            // What stands inside a URL starts none: every byte is looked at once.
            if at >= end {
                end = end_of_url(bytes, at);
                found.push(at - scheme_before(bytes, at)..end);
            }
        }
    }
    found.extend(memchr::memchr_iter(b'@', bytes).filter_map(|at| address(bytes, at)));
    let mut end = 0;
    for at in memchr::memchr_iter(b'.', bytes) {
        if at >= end
            && let Some((label, name)) = host_name(bytes, at)
        {
            end = name.end;
            if is_host(bytes, &name) {
                end = end_of_host(bytes, end);
                found.push(at - label..end);
            }
        }
    }
    found.sort_unstable_by_key(|range| range.start);
    let mut masks: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match masks.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => masks.push(range),
        }
    }
    // Ends are found by ASCII bytes, and every range grows to whole characters.
    for mask in &mut masks {
        while !text.is_char_boundary(mask.start) {
            mask.start -= 1;
        }
        while !text.is_char_boundary(mask.end) {
            mask.end += 1;
        }
    }
    masks
}

fn scheme_before(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    before.iter().rev().take(16).take_while(|b| b.is_ascii_alphanumeric()).count()
}

fn end_of_url(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    // Text that parts no words goes on right after a URL: only ASCII belongs to it.
    let ends = |b: &u8| !b.is_ascii_graphic() || matches!(b, b'<' | b'>' | b'"');
    from + rest.iter().take(LONGEST_URL).position(ends).unwrap_or(rest.len().min(LONGEST_URL))
}

fn address(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let is_local = |b: &&u8| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(b);
    let is_domain = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let local = bytes.get(..at)?.iter().rev().take(LONGEST_LOCAL).take_while(is_local).count();
    let domain = bytes.get(at + 1..)?.iter().take(LONGEST_DOMAIN).take_while(is_domain).count();
    (local > 0 && domain > 0).then(|| at - local..at + 1 + domain)
}

/// What stands around a dot between letters and digits: the length of the label before it, and all from the dot on that a host name
/// without a scheme may hold (`acme.example`). File names look the same.
fn host_name(bytes: &[u8], dot: usize) -> Option<(usize, Range<usize>)> {
    const LONGEST_LABEL: usize = 63;
    let is_label = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'-';
    let label = bytes.get(..dot)?.iter().rev().take(LONGEST_LABEL).take_while(is_label).count();
    if label == 0 {
        return None;
    }
    let rest = bytes.get(dot..)?;
    let length = rest.iter().take(LONGEST_DOMAIN).take_while(|b| is_label(b) || **b == b'.').count();
    let name = rest.get(..length)?;
    let trailing = name.iter().rev().take_while(|b| matches!(b, b'.' | b'-')).count();
    // "..": nothing but the dots is looked at.
    Some((label, dot..dot + (length - trailing).max(1)))
}

/// Whether the name ends with what may be a top-level domain.
fn is_host(bytes: &[u8], name: &Range<usize>) -> bool {
    let name = bytes.get(name.clone()).unwrap_or_default();
    let top = name.rsplit(|&b| b == b'.').next().unwrap_or_default();
    top.len() >= 2 && top.iter().all(u8::is_ascii_lowercase)
}

/// Where the host name that ends at `end` ends with the path behind it: `acme.example/device`.
fn end_of_host(bytes: &[u8], end: usize) -> usize {
    // A letter of another script goes on with a word, not with a name.
    if bytes.get(end) == Some(&b'/') { end_of_url(bytes, end) } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> Vec<&str> {
        urls_and_addresses(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn urls_and_addresses_are_found() {
        assert_eq!(
            masked("see https://a.example/x?t=123456 or bob+4821@b.example, www.c.example/1234"),
            ["https://a.example/x?t=123456", "bob+4821@b.example", "www.c.example/1234"]
        );
        assert_eq!(masked("enter it at acme.example/device."), ["acme.example/device."]);
        assert_eq!(masked("mail.acme.example. Next"), ["mail.acme.example"]);
        assert_eq!(masked("e.g. 1.5 or z.B. below.It is"), Vec::<&str>::new());
        assert_eq!(masked("打开https://a.example/x请"), ["https://a.example/x"]);
    }

    #[test]
    fn an_at_sign_alone_is_no_address() {
        assert_eq!(masked("@ #123456 @x @"), Vec::<&str>::new());
    }

    #[test]
    fn many_signs_cost_no_more_than_their_number() {
        let text = "a@".repeat(200_000) + &"://".repeat(200_000);
        assert!(urls_and_addresses(&text).len() <= 400_000);
    }
}

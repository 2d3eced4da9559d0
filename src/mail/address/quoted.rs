//! Addresses with quotes, comments and blanks around their `@` (RFC 5322 sections 3.4.1 and 4.4), which mail-parser takes
//! apart: brought into a form in which it leaves them whole, and back.

use super::is_address_char;

/// What mail-parser does not put together: a quoted string in front of an `@` becomes a word, comments beside it go, and
/// so do blanks where no address stands in angle brackets.
pub(super) fn tidied(value: &str) -> String {
    let keeps_blanks = value.contains('<');
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => end_of(rest, '"'),
            c if is_gap(c) => gap(rest),
            c => c.len_utf8(),
        };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        let is_inside = |out: &str| out.ends_with('@') || (after.starts_with('@') && out.ends_with(is_address_char));
        match c {
            '"' if after.get(gap(after)..).is_some_and(|next| next.starts_with('@')) => shield(piece, &mut out),
            c if is_gap(c) && is_inside(&out) && (!keeps_blanks || piece.contains('(')) => {}
            _ => out.push_str(piece),
        }
    }
    out
}

fn is_gap(c: char) -> bool {
    matches!(c, '(' | ' ' | '\t')
}

/// The length of the blanks and comments that a text begins with.
fn gap(text: &str) -> usize {
    let mut length = 0;
    while let Some(rest) = text.get(length..).filter(|rest| rest.starts_with(is_gap)) {
        length += if rest.starts_with('(') { end_of(rest, ')') } else { 1 };
    }
    length
}

/// How long a quoted string or comment is that begins here; all of the rest where it does not end.
fn end_of(text: &str, closing: char) -> usize {
    let (mut depth, mut escaped) = (0u32, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if std::mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            c if c == closing && at > 0 => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + c.len_utf8();
                }
            }
            '(' if closing == ')' => depth += 1,
            _ if at == 0 => depth = 1,
            _ => {}
        }
    }
    text.len()
}

/// Private characters that stand for the ASCII ones which a word can't hold.
const SHIELD: u32 = 0xf000;

/// A quoted string as a word.
fn shield(quoted: &str, out: &mut String) {
    let mut escaped = false;
    let content = quoted.strip_prefix('"').unwrap_or(quoted);
    for c in content.strip_suffix('"').unwrap_or(content).chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            c if c.is_control() => {}
            c if !c.is_ascii() || (is_address_char(c) && c != '@') => out.push(c),
            c => out.extend(char::from_u32(SHIELD + u32::from(c))),
        }
        escaped = false;
    }
}

/// The quoted string that a word stands for, if it does.
pub(super) fn unshielded(local: &str) -> Option<String> {
    let original = |c: char| u32::from(c).checked_sub(SHIELD).filter(|&ascii| ascii < 0x80).and_then(char::from_u32);
    local.contains(|c| original(c).is_some()).then(|| {
        let mut out = String::from('"');
        for c in local.chars() {
            let c = original(c).unwrap_or(c);
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push('"');
        out
    })
}

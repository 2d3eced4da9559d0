//! Content-Transfer-Encoding (RFC 2045 section 6) and its kin in header words (RFC 2047 section 4): nothing is
//! refused, what does not decode is skipped or kept as it stands.

use std::borrow::Cow;

/// How a body is wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Identity,
    Base64,
    QuotedPrintable,
}

impl Encoding {
    /// Reads a Content-Transfer-Encoding.
    pub(super) fn from_name(name: &str) -> Self {
        let name = name.trim().trim_matches(['"', ';']);
        if name.eq_ignore_ascii_case("base64") || name.eq_ignore_ascii_case("b") {
            Self::Base64
        } else if name.eq_ignore_ascii_case("quoted-printable") || name.eq_ignore_ascii_case("q") {
            Self::QuotedPrintable
        } else {
            Self::Identity
        }
    }

    /// Unwraps a body.
    pub(super) fn decode(self, body: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Identity => body.into(),
            Self::Base64 if is_base64(body) => base64(body).into(),
            // Some senders declare base64 and send plain text.
            Self::Base64 => body.into(),
            Self::QuotedPrintable => quoted_printable(body).into(),
        }
    }
}

const SKIP: u8 = 0xFF;
const PAD: u8 = 0xFE;

/// The value of each base64 character, the URL-safe ones included.
const BASE64: [u8; 256] = {
    let mut table = [SKIP; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < alphabet.len() {
        table[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table[b'=' as usize] = PAD;
    table
};

/// Whether a body can be base64: the characters of its first lines say so. Line ends say nothing.
fn is_base64(body: &[u8]) -> bool {
    const SAMPLE: usize = 512;
    let sample = body.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).take(SAMPLE);
    let (length, strange) =
        sample.fold((0, 0), |(length, strange), &byte| (length + 1, strange + usize::from(lookup(byte) == SKIP)));
    strange * 20 <= length
}

fn lookup(byte: u8) -> u8 {
    BASE64.get(usize::from(byte)).copied().unwrap_or(SKIP)
}

/// Decodes base64, skipping what is no base64 character. Padding ends a quantum, not the text: pieces that were encoded
/// one by one are joined. A last quantum that was cut gives the bytes that are whole.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0u32, 0u32);
    let flush = |bits: u32, count: u32, out: &mut Vec<u8>| {
        let [_, first, second, third] = bits.to_be_bytes();
        match count {
            2 => out.push((bits >> 4) as u8),
            3 => out.extend([(bits >> 10) as u8, (bits >> 2) as u8]),
            4 => out.extend([first, second, third]),
            _ => {}
        }
    };
    for &byte in text {
        match lookup(byte) {
            SKIP => {}
            PAD => {
                flush(bits, count, &mut out);
                (bits, count) = (0, 0);
            }
            value => {
                bits = bits << 6 | u32::from(value);
                count += 1;
                if count == 4 {
                    flush(bits, count, &mut out);
                    (bits, count) = (0, 0);
                }
            }
        }
    }
    flush(bits, count, &mut out);
    out
}

/// Decodes quoted-printable; an `=` that begins neither a byte nor a soft line end stays.
pub(super) fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'=', b'\n', rest) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(before);
        rest = match after {
            [b'\n', after @ ..] => {
                // Blanks at the end of a line were added on the way (RFC 2045 section 6.7, rule 3).
                let carriage = out.last() == Some(&b'\r') && before.ends_with(b"\r");
                if carriage {
                    out.pop();
                }
                let blanks = before.iter().rev().skip(usize::from(carriage)).take_while(|b| matches!(b, b' ' | b'\t'));
                out.truncate(out.len() - blanks.count());
                out.extend_from_slice(if carriage { b"\r\n" } else { b"\n" });
                after
            }
            [b'=', high, low, after @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                out.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                after
            }
            [b'=', after @ ..] => {
                let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
                match after.get(blanks..) {
                    Some([b'\n', after @ ..]) => after,
                    Some([]) => &[],
                    _ => {
                        out.push(b'=');
                        after
                    }
                }
            }
            _ => &[],
        };
    }
    out.extend_from_slice(rest);
    out
}

/// Decodes the Q encoding of header words.
pub(super) fn q_word(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'=', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                out.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                after
            }
            (b'_', after) => {
                out.push(b' ');
                after
            }
            (byte, after) => {
                out.push(*byte);
                after
            }
        };
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_that_was_cut_or_joined_gives_what_it_has() {
        assert_eq!(base64(b"WW91ciBjb2Rl"), b"Your code");
        assert_eq!(base64(b"WW91ciBjb2R"), b"Your cod");
        assert_eq!(base64(b"WW91cg==\r\nIGNvZGU="), b"Your code");
        assert_eq!(base64(b"WW!91 ci*Bjb2Rl"), b"Your code");
        assert_eq!(base64(b""), b"");
    }

    #[test]
    fn text_that_is_only_called_base64_is_left_alone() {
        let text = b"Hello, your code is: 482913. Don't tell!";
        assert_eq!(Encoding::Base64.decode(text).as_ref(), text);
    }

    #[test]
    fn line_ends_do_not_decide_whether_text_is_base64() {
        let decoded = |text: &str| Encoding::Base64.decode(text.as_bytes()).into_owned();
        assert_eq!(decoded("AAAA!AAAAAAAAAAAAA\n"), b"AAAA!AAAAAAAAAAAAA\n");
        assert_eq!(decoded("AAAA!AAAAAAAAAAAAA\r\n"), b"AAAA!AAAAAAAAAAAAA\r\n");
    }

    #[test]
    fn quoted_printable_keeps_what_it_cannot_read() {
        assert_eq!(quoted_printable(b"a=3Db=\r\nc=\nd"), b"a=bcd");
        assert_eq!(quoted_printable(b"1 = 2, =XY =4"), b"1 = 2, =XY =4");
        assert_eq!(quoted_printable(b"blanks  \r\nend\t\n="), b"blanks\r\nend\n");
        assert_eq!(quoted_printable(b"soft=  \r\nend"), b"softend");
        assert_eq!(quoted_printable(b"=c3=A9"), "é".as_bytes());
    }

    #[test]
    fn words_know_the_underscore() {
        assert_eq!(q_word(b"Your_code=3A_1=2"), b"Your code: 1=2");
    }
}

//! Bytes become text: by the declared charset where it can be true, by what the bytes look like where it cannot.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, KOI8_R, KOI8_U, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};
use mail_parser::decoders::charsets::map::charset_decoder;

/// So many bytes are looked at to guess a charset.
const SAMPLE: usize = 16 * 1024;
/// So many sequences outside ASCII, all of them valid UTF-8, are not a coincidence in another charset.
const CONVINCING: usize = 4;

/// What is known of bytes whose charset is to be found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hint<'a> {
    /// What they are declared in.
    pub(super) declared: Charset,
    /// The sender's top-level domain: what is sent from `.ru` is sooner Cyrillic.
    pub(super) tld: Option<&'a str>,
}

/// Decodes what stands in a field without being encoded: plus signs of addresses are no UTF-7, though the mail's text is.
pub(super) fn decode_bare<'a>(bytes: &'a [u8], hint: Hint<'_>) -> Cow<'a, str> {
    let is_utf7 = matches!(hint.declared, Charset::Utf7);
    decode(bytes, if is_utf7 { Hint { declared: Charset::Unknown, ..hint } } else { hint })
}

/// Decodes `bytes`.
pub(super) fn decode<'a>(bytes: &'a [u8], hint: Hint<'_>) -> Cow<'a, str> {
    if let Some((encoding, len)) = Encoding::for_bom(bytes) {
        return decode_with(encoding, bytes.get(len..).unwrap_or_default());
    }
    if bytes.is_ascii() {
        return decode_ascii(bytes, hint.declared);
    }
    let utf8 = std::str::from_utf8(bytes);
    match hint.declared {
        Charset::Encoding(encoding) if encoding == UTF_8 => match utf8 {
            Ok(text) => text.into(),
            // A text that was cut in the middle of a character, or one bad byte, is UTF-8 all the same.
            Err(_) if mostly_utf8(bytes) => String::from_utf8_lossy(bytes),
            Err(_) => guess(bytes, hint.tld),
        },
        // A western label is what programs write that do not know: UTF-8 gives itself away.
        Charset::Encoding(encoding) if encoding == WINDOWS_1252 => match utf8 {
            Ok(text) => text.into(),
            Err(_) if has_japanese_escapes(bytes) => decode_with(ISO_2022_JP, bytes),
            Err(_) if mostly_utf8(bytes) => String::from_utf8_lossy(bytes),
            Err(_) => decode_declared(encoding, bytes, hint.tld),
        },
        Charset::Encoding(encoding) => match utf8 {
            Ok(text) if encoding != ISO_2022_JP && sequences(text) >= CONVINCING => text.into(),
            _ => decode_declared(ukrainian(byte_order(encoding, bytes), bytes), bytes, hint.tld),
        },
        Charset::Utf7 => utf8.map_or_else(|_| guess(bytes, hint.tld), |text| utf7(text.as_bytes()).into()),
        Charset::Shifted(shifted) => decode_with(shifted.target, &shifted.plain(bytes)).into_owned().into(),
        Charset::Other(decoder) => match utf8 {
            Ok(text) if sequences(text) >= CONVINCING => text.into(),
            _ => decoder(bytes).into(),
        },
        Charset::Unknown => match utf8 {
            Ok(text) => text.into(),
            Err(_) if mostly_utf8(bytes) => String::from_utf8_lossy(bytes),
            Err(_) => guess(bytes, hint.tld),
        },
    }
}

/// Decodes in the declared charset, unless what comes of it is no text and what the bytes look like is.
fn decode_declared<'a>(encoding: &'static Encoding, bytes: &'a [u8], tld: Option<&str>) -> Cow<'a, str> {
    let text = decode_with(encoding, bytes);
    if !is_misread(&text) {
        return text;
    }
    let guessed = guess(bytes, tld);
    if is_misread(&guessed) { text } else { guessed }
}

/// Whether a text cannot have been written as it reads: characters that its charset does not have, words of accented letters alone
/// (Cyrillic or Greek read as Latin), words that go on in capitals (one Cyrillic charset read as another).
fn is_misread(text: &str) -> bool {
    const SHORTEST: usize = 3;
    let sample = text.get(..text.floor_char_boundary(SAMPLE)).unwrap_or(text);
    let foreign = sample.chars().filter(|c| !c.is_ascii()).count();
    let broken = sample.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    if broken > 1 && broken * 10 > foreign {
        return true;
    }
    let (mut accented, mut swapped, mut plain) = (0usize, 0usize, 0usize);
    for word in sample.split(|c: char| c.is_ascii() && !c.is_ascii_alphabetic()).filter(|word| !word.is_ascii()) {
        let letters = word.chars().count();
        if letters < SHORTEST {
            continue;
        }
        let mut characters = word.chars();
        let starts_small = characters.next().is_some_and(char::is_lowercase);
        if word.chars().all(|c| matches!(c, '\u{80}'..='\u{24F}' | '\u{2C6}'..='\u{2DD}' | '\u{2010}'..='\u{2122}')) {
            accented += 1;
        } else if starts_small && characters.all(|c| matches!(c, '\u{400}'..='\u{42F}')) {
            swapped += 1;
        } else if word.chars().any(|c| !matches!(c, '\u{400}'..='\u{42F}')) {
            // What is all capitals may be either.
            plain += 1;
        }
    }
    accented >= SHORTEST && accented > 2 * plain || swapped >= 2 && swapped > 2 * plain
}

/// Ukrainian is often labelled with its neighbour's charset, where і, ї, є and ґ (RFC 2319) are lines of boxes: beside a letter
/// they are letters.
fn ukrainian(encoding: &'static Encoding, bytes: &[u8]) -> &'static Encoding {
    let is_own = |byte: &u8| matches!(byte, 0xA4 | 0xA6 | 0xA7 | 0xAD | 0xB4 | 0xB6 | 0xB7 | 0xBD);
    let is_letter = |byte: &u8| *byte >= 0xC0;
    let is_word = |pair: &[u8]| match pair {
        [a, b] => is_own(a) && is_letter(b) || is_letter(a) && is_own(b),
        _ => false,
    };
    if encoding == KOI8_R && bytes.windows(2).take(SAMPLE).any(is_word) { KOI8_U } else { encoding }
}

/// UTF-16 without a byte order mark should be big-endian (RFC 2781 section 4.3) and often is not; blanks and line ends
/// tell.
fn byte_order(encoding: &'static Encoding, bytes: &[u8]) -> &'static Encoding {
    if encoding != UTF_16LE && encoding != UTF_16BE {
        return encoding;
    }
    let is_ascii = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    let pairs = || bytes.chunks_exact(2).take(SAMPLE);
    let little = pairs().filter(|pair| matches!(pair, [low, 0] if is_ascii(*low))).count();
    let big = pairs().filter(|pair| matches!(pair, [0, low] if is_ascii(*low))).count();
    match little.cmp(&big) {
        std::cmp::Ordering::Less => UTF_16BE,
        std::cmp::Ordering::Greater => UTF_16LE,
        std::cmp::Ordering::Equal => encoding,
    }
}

/// ASCII bytes are ASCII text, but for the charsets that write everything with ASCII bytes.
fn decode_ascii(bytes: &[u8], declared: Charset) -> Cow<'_, str> {
    match declared {
        Charset::Utf7 => return utf7(bytes).into(),
        Charset::Shifted(shifted) => {
            return decode_with(shifted.target, &shifted.plain(bytes)).into_owned().into();
        }
        Charset::Other(decoder) => return decoder(bytes).into(),
        // Without a single NUL it is no UTF-16, whatever it is called.
        Charset::Encoding(encoding)
            if encoding == ISO_2022_JP || (!encoding.is_ascii_compatible() && bytes.contains(&0)) =>
        {
            return decode_with(byte_order(encoding, bytes), bytes);
        }
        Charset::Encoding(_) | Charset::Unknown => {}
    }
    if has_japanese_escapes(bytes) {
        return decode_with(ISO_2022_JP, bytes);
    }
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn decode_with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Cow<'a, str> {
    if encoding == ISO_2022_JP && bytes.windows(4).any(is_escaped_twice) {
        let text = without_empty_segments(bytes);
        return encoding.decode_without_bom_handling(&text).0.into_owned().into();
    }
    encoding.decode_without_bom_handling(bytes).0
}

/// An escape to ISO-2022-JP's other character set, and the next right after it.
fn is_escaped_twice(bytes: &[u8]) -> bool {
    matches!(bytes, [0x1B, b'(' | b'$', _, 0x1B])
}

/// Encoded words that are joined leave escapes that change nothing; decoders replace them by U+FFFD.
fn without_empty_segments(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        if rest.get(..4).is_some_and(is_escaped_twice) {
            rest = rest.get(3..).unwrap_or_default();
        } else {
            text.push(first);
            rest = after;
        }
    }
    text
}

/// A declared charset.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Charset {
    Encoding(&'static Encoding),
    Utf7,
    Shifted(Shifted),
    /// One that only mail-parser has: DOS code pages.
    Other(fn(&[u8]) -> String),
    #[default]
    Unknown,
}

impl Charset {
    pub(super) fn of(label: &str) -> Self {
        if label.eq_ignore_ascii_case("utf-8") {
            return Self::Encoding(UTF_8);
        }
        let label = label.trim().trim_matches(['"', '\'', ';', ' ']);
        let lower = label.to_ascii_lowercase();
        match lower.as_str() {
            // Names of charsets that cannot hold the bytes that they are given to, or of none.
            "" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "unknown-8bit" | "x-unknown" | "unknown" | "8bit"
            | "default" => {
                return Self::Unknown;
            }
            "utf-7" | "utf7" | "unicode-1-1-utf-7" | "csutf7" => return Self::Utf7,
            "hz-gb-2312" | "hz" => return Self::Shifted(Shifted { target: GB18030, kind: Shift::Hz }),
            "iso-2022-kr" | "csiso2022kr" => return Self::Shifted(Shifted { target: EUC_KR, kind: Shift::Iso2022 }),
            "iso-2022-cn" | "iso-2022-cn-ext" => {
                return Self::Shifted(Shifted { target: GB18030, kind: Shift::Iso2022 });
            }
            _ => {}
        }
        let alias = match lower.as_str() {
            "utf" | "utf-8mb4" | "utf8mb4" | "utf_8" | "utf8-8" => Some(UTF_8),
            "gb18030-0" | "gb2312-80" | "cp936" | "ms936" | "euc-cn" | "gbk2312" => Some(GB18030),
            "cp949" | "ms949" | "uhc" | "x-windows-949" => Some(EUC_KR),
            "cp932" | "ms932" | "windows-932" | "x-ms-cp932" => Some(SHIFT_JIS),
            "cp950" | "ms950" | "windows-950" | "big5-eten" => Some(BIG5),
            "eucjp" | "euc_jp" | "eucjp-win" | "eucjp-ms" => Some(EUC_JP),
            "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp-ms" | "cp50220" | "cp50221" => {
                Some(ISO_2022_JP)
            }
            _ => None,
        };
        if let Some(encoding) = alias.or_else(|| Encoding::for_label_no_replacement(lower.as_bytes())) {
            return Self::Encoding(encoding);
        }
        // `cp-1251`, `win1251`, `windows1251`, `cp_1251`.
        let digits = lower.trim_start_matches(|c: char| !c.is_ascii_digit());
        if digits.len() == 4
            && digits.starts_with("125")
            && let Some(encoding) = Encoding::for_label(format!("windows-{digits}").as_bytes())
        {
            return Self::Encoding(encoding);
        }
        charset_decoder(lower.as_bytes()).map_or(Self::Unknown, Self::Other)
    }
}

/// How many characters outside ASCII a text has, counted up to what convinces.
fn sequences(text: &str) -> usize {
    text.chars().filter(|c| !c.is_ascii()).take(CONVINCING).count()
}

/// Whether at most one in ten sequences outside ASCII is broken.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
        if good + bad > SAMPLE {
            break;
        }
    }
    bad * 10 <= good
}

fn has_japanese_escapes(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0x1B, bytes).take(8).any(|at| matches!(bytes.get(at + 1..at + 3), Some(b"$@" | b"$B" | b"(J")))
}

/// Guesses the charset by what the bytes spell.
fn guess<'a>(bytes: &'a [u8], tld: Option<&str>) -> Cow<'a, str> {
    let from = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let sample = bytes.get(from..).unwrap_or_default();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample.get(..SAMPLE).unwrap_or(sample), true);
    // The detector takes only lower-case ASCII.
    let tld = tld.map(str::as_bytes).filter(|tld| tld.iter().all(|byte| byte.is_ascii_lowercase()));
    decode_with(detector.guess(tld, Utf8Detection::Allow), bytes)
}

/// Decodes UTF-7 (RFC 2152).
fn utf7(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'+', rest) {
        out.push_str(&String::from_utf8_lossy(rest.get(..at).unwrap_or_default()));
        let after = rest.get(at + 1..).unwrap_or_default();
        let end = after.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')));
        let (run, after) = after.split_at_checked(end.unwrap_or(after.len())).unwrap_or((after, &[]));
        if run.is_empty() {
            out.push('+');
        } else {
            let units = super::transfer::base64(run);
            let units = units.chunks_exact(2).map(|pair| match pair {
                &[high, low] => u16::from_be_bytes([high, low]),
                _ => 0,
            });
            out.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        rest = after.strip_prefix(b"-").unwrap_or(after);
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

/// A seven-bit charset whose double-byte characters are those of `target` without their top bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shifted {
    target: &'static Encoding,
    kind: Shift,
}

#[derive(Clone, Copy, Debug)]
enum Shift {
    /// `~{` and `~}` (RFC 1843).
    Hz,
    /// Shift-out and shift-in, after a designation (RFC 1557, RFC 1922).
    Iso2022,
}

impl Shifted {
    /// The same text in `target`.
    fn plain(self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut shifted = false;
        let mut rest = bytes;
        while let [first, after @ ..] = rest {
            rest = match (self.kind, first, after) {
                (Shift::Hz, b'~', [b'{', after @ ..]) => {
                    shifted = true;
                    after
                }
                (Shift::Hz, b'~', [b'}', after @ ..]) => {
                    shifted = false;
                    after
                }
                (Shift::Hz, b'~', [b'\n', after @ ..]) => after,
                (Shift::Hz, b'~', [b'~', after @ ..]) if !shifted => {
                    out.push(b'~');
                    after
                }
                (Shift::Iso2022, 0x1B, [b'$', b')' | b'*' | b'+', _, after @ ..]) => after,
                (Shift::Iso2022, 0x0E, after) => {
                    shifted = true;
                    after
                }
                (Shift::Iso2022, 0x0F, after) => {
                    shifted = false;
                    after
                }
                (_, b'\n', after) => {
                    // Both end at a line's end at the latest.
                    shifted = false;
                    out.push(b'\n');
                    after
                }
                (_, byte, after) => {
                    out.push(if shifted && (0x21..0x7F).contains(byte) { byte | 0x80 } else { *byte });
                    after
                }
            };
        }
        out
    }
}

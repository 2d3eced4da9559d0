//! Header fields: unfolding, encoded words (RFC 2047) as senders really write them, and Content-Type parameters.

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::charset::{self, Charset, Hint};
use super::transfer::{base64, q_word};

/// A structured field longer than this is cut before it is parsed.
const MAX_STRUCTURED: usize = 64 * 1024;
/// No charset has a name longer than this.
const MAX_CHARSET: usize = 64;

/// One field as it stands in the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) name: &'a [u8],
    /// All after the colon, folds included.
    pub(super) value: &'a [u8],
}

impl Field<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// Whether servers write it about the mail: Authentication-Results (RFC 8601) and its kin of ARC (RFC 8617).
    pub(super) fn is_of_a_verifier(&self) -> bool {
        ["Authentication-Results", "ARC-Authentication-Results", "ARC-Seal"].iter().any(|name| self.is(name))
    }

    /// The value as it stands, unfolded. Encoded words stay: what a server copied from an envelope must not turn into
    /// something the server would have said.
    pub(super) fn literal(&self) -> String {
        unfold(&String::from_utf8_lossy(self.value))
    }

    /// The value as a person would read it.
    pub(super) fn text(&self) -> String {
        decode(self.value, Hint::default())
    }
}

/// The first field of a name.
pub(super) fn find<'f, 'a>(fields: &'f [Field<'a>], name: &str) -> Option<&'f Field<'a>> {
    fields.iter().find(|field| field.is(name))
}

/// A Content-Type or Content-Disposition (RFC 2045 section 5, RFC 2231).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameterised {
    /// `text`, `attachment`; lower case.
    pub(super) main: String,
    /// `plain`; lower case.
    pub(super) sub: String,
    parameters: Vec<(String, String)>,
}

impl Parameterised {
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        Self::simple(value).or_else(|| Self::any(value))
    }

    /// What nearly every field is: words, and strings in quotes with nothing in them that has a meaning. Read at once; as
    /// [`Parameterised::any`] reads it.
    fn simple(value: &[u8]) -> Option<Self> {
        let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+');
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(is_of_word);
        let value = std::str::from_utf8(value).ok()?.trim_end_matches(['\r', '\n']);
        // A field ends where a line begins without a blank.
        let mut lines = value.split('\n').skip(1);
        if value.contains('\x0c') || lines.any(|line| !line.starts_with([' ', '\t'])) {
            return None;
        }
        let mut parts = value.split(';').map(str::trim_ascii);
        let (main, sub) = parts.next()?.split_once('/').filter(|(main, sub)| is_word(main) && is_word(sub))?;
        let mut parameters = Vec::new();
        for part in parts {
            let (name, value) = part.split_once('=').filter(|(name, _)| is_word(name))?;
            let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            let is_plain = match quoted {
                Some(quoted) => {
                    !quoted.is_empty()
                        && quoted.bytes().all(|byte| is_of_word(byte) || matches!(byte, b'=' | b'\'' | b':'))
                }
                None => is_word(value),
            };
            if !is_plain {
                return None;
            }
            parameters.push((name.to_ascii_lowercase(), quoted.unwrap_or(value).to_owned()));
        }
        Some(Self { main: main.to_ascii_lowercase(), sub: sub.to_ascii_lowercase(), parameters })
    }

    fn any(value: &[u8]) -> Option<Self> {
        let value = value.get(..MAX_STRUCTURED).unwrap_or(value);
        let value = ended(value);
        let HeaderValue::ContentType(parsed) = MessageStream::new(&value).parse_content_type() else {
            return None;
        };
        let mut main = parsed.c_type.trim().to_ascii_lowercase();
        let mut sub = parsed.c_subtype.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
        if sub.is_empty()
            && let Some((before, after)) = main.clone().split_once('/')
        {
            (main, sub) = (before.trim().to_owned(), after.trim().to_owned());
        }
        let parameters = parsed
            .attributes
            .unwrap_or_default()
            .into_iter()
            .map(|attribute| (attribute.name.to_ascii_lowercase(), attribute.value.trim().to_owned()))
            .collect();
        Some(Self { main, sub, parameters })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A field's value with the line end that mail-parser's field parsers stop at.
pub(super) fn ended(value: &[u8]) -> Vec<u8> {
    let mut ended = Vec::with_capacity(value.len() + 1);
    ended.extend_from_slice(value);
    while ended.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        ended.pop();
    }
    ended.push(b'\n');
    ended
}

/// Decodes an unstructured value: unfolds it, decodes its words, trims it. The hint is for values that are not encoded
/// though they should be.
pub(super) fn decode(value: &[u8], hint: Hint<'_>) -> String {
    let mut out = String::with_capacity(value.len());
    for piece in pieces(value, hint) {
        match piece {
            Piece::Text(text) => out.push_str(&text),
            Piece::Words(words) => out.push_str(&words),
        }
    }
    unfold(&out)
}

/// Takes the folds out of decoded text; blanks around them stay.
fn unfold(text: &str) -> String {
    let text = text.trim();
    if memchr::memchr2(b'\r', b'\n', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    text.replace(['\r', '\n'], "")
}

/// A stretch of a value.
pub(super) enum Piece {
    Text(String),
    /// Encoded words that follow one another, decoded together.
    Words(String),
}

/// Parts a value into plain text and encoded words. Words next to each other in one charset are joined before they
/// are decoded, since senders cut characters in half between them; the blanks between them go (RFC 2047 section 6.2).
pub(super) fn pieces(value: &[u8], hint: Hint<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = value;
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut words = String::new();
    loop {
        let next = memchr::memchr_iter(b'=', rest)
            .find_map(|at| Word::parse(rest.get(at..).unwrap_or_default()).map(|word| (at, word)));
        let (at, word) = match next {
            Some((at, word)) => (at, Some(word)),
            None => (rest.len(), None),
        };
        let (between, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        let only_blanks = between.iter().all(u8::is_ascii_whitespace);
        let joins = word.as_ref().is_some_and(|word| {
            only_blanks && pending.as_ref().is_some_and(|(charset, _)| charset.eq_ignore_ascii_case(&word.charset))
        });
        if !joins && let Some((charset, bytes)) = pending.take() {
            words.push_str(&charset::decode(&bytes, Hint { declared: Charset::of(&charset), ..hint }));
        }
        if !words.is_empty() && (word.is_none() || !only_blanks) {
            pieces.push(Piece::Words(std::mem::take(&mut words)));
        }
        let first = pieces.is_empty() && words.is_empty() && pending.is_none();
        if !(between.is_empty() || only_blanks && word.is_some() && !first) {
            pieces.push(Piece::Text(charset::decode_bare(between, hint).into_owned()));
        }
        let Some(word) = word else { break };
        let bytes = word.bytes();
        match &mut pending {
            Some((_, joined)) => joined.extend(bytes),
            None => pending = Some((word.charset.clone(), bytes)),
        }
        rest = after.get(word.len..).unwrap_or_default();
    }
    pieces
}

/// `=?charset?B?text?=`
struct Word<'a> {
    charset: String,
    is_base64: bool,
    text: &'a [u8],
    len: usize,
}

impl<'a> Word<'a> {
    /// The word that `value` begins with. A word without its end, as in a value that was cut, ends at a blank.
    fn parse(value: &'a [u8]) -> Option<Self> {
        let after = value.strip_prefix(b"=?")?;
        let mark = after.iter().take(MAX_CHARSET).position(|&byte| byte == b'?')?;
        let charset = std::str::from_utf8(after.get(..mark)?).ok()?;
        // RFC 2231 section 5: a language may follow.
        let charset = charset.split('*').next().filter(|name| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'=' | b'<' | b'@'))
        })?;
        let after = after.get(mark + 1..)?;
        let is_base64 = match after.get(..2)? {
            b"B?" | b"b?" => true,
            b"Q?" | b"q?" => false,
            _ => return None,
        };
        let body = after.get(2..)?;
        // Whichever comes first: the word's end, or the next word, which shows that this one has no end.
        let stop = (0..body.len()).find(|&at| match body.get(at..) {
            Some([b'?', b'=', ..]) => true,
            Some([b'=', b'?', next, ..]) => *next != b'=',
            _ => false,
        });
        let stop = stop.unwrap_or(body.len());
        let is_end = body.get(stop) == Some(&b'?');
        let text = body.get(..stop)?;
        let (text, ended) = if is_end {
            (text, 2)
        } else {
            let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(stop);
            (text.get(..end)?, 0)
        };
        let len = value.len() - body.len() + text.len() + ended;
        Some(Self { charset: charset.to_owned(), is_base64, text, len })
    }

    fn bytes(&self) -> Vec<u8> {
        if self.is_base64 { base64(self.text) } else { q_word(self.text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_as_senders_write_them() {
        for (written, read) in [
            ("Your code", "Your code"),
            (" =?utf-8?B?w4RobmxpY2g=?= code", "Ähnlich code"),
            ("=?iso-8859-1?q?M=FCller?=", "Müller"),
            ("=?UTF-8?Q?Votre_code_=C3=A0?=\r\n =?UTF-8?Q?_usage_unique?=", "Votre code à usage unique"),
            // A character cut in half.
            ("=?utf-8?B?5pel5pys6A==?= =?utf-8?B?qp4=?=", "日本語"),
            ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
            ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
            ("=?utf-8*en?Q?a?=", "a"),
            // Blanks inside, no end, an unknown encoding, an empty word.
            ("=?utf-8?Q?Your code is?=", "Your code is"),
            ("=?utf-8?B?WW91ciBjb2Rl", "Your code"),
            ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
            ("=?utf-8?Q??=x", "x"),
            ("=?utf-8?Q?a=3D?=", "a="),
            ("2 =? 3", "2 =? 3"),
            ("folded\r\n\tvalue", "folded\tvalue"),
            ("=?iso-2022-jp?B?GyRCRyc+WiUzITwlSRsoQg==?=", "認証コード"),
        ] {
            assert_eq!(decode(written.as_bytes(), Hint::default()), read, "{written}");
        }
    }

    #[test]
    fn eight_bit_values_are_read_as_the_mail_or_guessed() {
        let none = Hint::default();
        assert_eq!(decode("Ihr Bestätigungscode".as_bytes(), none), "Ihr Bestätigungscode");
        assert_eq!(decode(b"Ihr Best\xe4tigungscode", none), "Ihr Bestätigungscode");
        let russian = Hint { declared: Charset::of("koi8-r"), tld: None };
        assert_eq!(decode(b"\xeb\xcf\xc4: 482913", russian), "Код: 482913");
        let russian = Hint { declared: Charset::Unknown, tld: Some("ru") };
        assert_eq!(
            decode(b"\xea\xee\xe4 \xef\xee\xe4\xf2\xe2\xe5\xf0\xe6\xe4\xe5\xed\xe8\xff", russian),
            "код подтверждения"
        );
    }

    #[test]
    fn a_simple_field_is_read_as_any_other() {
        let types = ["text/plain", " TEXT/Html", "multipart/x-y.z+w", "\r\n application/octet-stream"];
        let parameters = [
            "",
            "; charset=UTF-8",
            ";charset=\"utf-8\"",
            ";\r\n\tboundary=\"----=_Part_1.2'3:4\"",
            "; format=flowed; DelSp=yes",
            " ; a=1 ;\r\n b=\"2\"\r\n",
            "; charset=utf-8; charset=latin1",
        ];
        for kind in types {
            for parameters in parameters {
                let value = [kind, parameters].concat();
                let read = Parameterised::simple(value.as_bytes());
                assert!(read.is_some(), "{value:?}");
                assert_eq!(read, Parameterised::any(value.as_bytes()), "{value:?}");
            }
        }
        for value in [
            "a/b;\r\nc=d",
            "\r\na/b; c=d",
            "a/b;\x0cc=d",
            "text",
            "text/plain;",
            "text/plain; a=\"b\\\"c\"",
            "a/b; c*0*=d",
            "a/b; c=\"d;e\"",
            "a/b; c",
            "a b/c",
        ] {
            assert_eq!(Parameterised::simple(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn parameters_are_read_in_every_spelling() {
        let plain = Parameterised::parse(b" text/plain; charset=\"UTF-8\"; format=flowed\r\n").unwrap();
        assert_eq!((plain.main.as_str(), plain.sub.as_str()), ("text", "plain"));
        assert_eq!(plain.get("charset"), Some("UTF-8"));
        assert_eq!(plain.get("format"), Some("flowed"));
        let named = Parameterised::parse(b"attachment; filename*0*=utf-8''a%20; filename*1=b.txt").unwrap();
        assert_eq!(named.get("filename"), Some("a b.txt"));
        let folded = Parameterised::parse(b"multipart/mixed;\r\n\tboundary=\"a b\"\r\n").unwrap();
        assert_eq!(folded.get("boundary"), Some("a b"));
    }
}

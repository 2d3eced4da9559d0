//! Reads TOML values into typed ones and keeps their places, without stopping at the first mistake.
//!
//! Not serde: it stops at the first error, and loses the place of what it skips.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use toml::Spanned;
use toml::de::{DeArray, DeValue};

use super::diagnostic::{Problem, Problems};
use super::file;

/// A value and its place in the text. For a table that is its header.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// A key of a table. A value that was refused is not a missing one: its reason is told already.
#[derive(Clone, Debug, Default)]
pub(super) enum Key<T> {
    #[default]
    Absent,
    Refused,
    Given(At<T>),
}

impl<T> Key<T> {
    pub(super) fn given(&self) -> Option<&At<T>> {
        match self {
            Self::Given(at) => Some(at),
            Self::Absent | Self::Refused => None,
        }
    }

    pub(super) fn value(&self) -> Option<&T> {
        self.given().map(|at| &at.value)
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub(super) fn is_refused(&self) -> bool {
        matches!(self, Self::Refused)
    }
}

impl<T: FromToml> Key<T> {
    pub(super) fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Self {
        At::from_toml(value, reader).map_or(Self::Refused, Self::Given)
    }
}

/// A wrapper has the schema of what it wraps.
macro_rules! transparent_schema {
    ($wrapper:ident) => {
        impl<T: JsonSchema> JsonSchema for $wrapper<T> {
            fn inline_schema() -> bool {
                T::inline_schema()
            }
            fn schema_name() -> Cow<'static, str> {
                T::schema_name()
            }
            fn schema_id() -> Cow<'static, str> {
                T::schema_id()
            }
            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                T::json_schema(generator)
            }
        }
    };
}
transparent_schema!(At);
transparent_schema!(Key);

/// What reading a value may need to know and to say.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// Where relative paths start: the file's directory.
    pub(super) base: &'a Path,
    pub(super) problems: Problems,
    /// The key whose value is read, for messages.
    pub(super) key: String,
}

/// A type that a TOML value can become. `None` means that the reason was pushed.
pub(super) trait FromToml: Sized {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self>;
}

/// A `[table]` with a fixed set of keys; see the macro in [`super::file`].
pub(super) trait Table: FromToml {
    /// As a person writes it: `[skyvern]`, `[[inbox]]`.
    const HEADER: &'static str;
    const KEYS: &'static [&'static str];
}

impl<T: FromToml> FromToml for At<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { span: value.span(), value: T::from_toml(value, reader)? })
    }
}

impl Reader<'_> {
    /// Pushes that the value has the wrong type. `write` is what to write instead, where that is known.
    pub(super) fn wrong_type(&mut self, value: &Spanned<DeValue<'_>>, expected: &str, write: Option<String>) {
        let found = match value.get_ref().type_str() {
            kind @ ("integer" | "array") => format!("an {kind}"),
            kind => format!("a {kind}"),
        };
        let mut problem = Problem::at(&value.span(), format!("`{}` must be {expected}, not {found}", self.key));
        if let Some(write) = write {
            problem = problem.help(format!("write {} = {write}", self.key));
        }
        self.problems.push(problem);
    }

    pub(super) fn string<'v>(&mut self, value: &'v Spanned<DeValue<'_>>, expected: &str) -> Option<&'v str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            let write = match value.get_ref() {
                DeValue::Integer(number) => Some(format!("\"{}\"", number.as_str())),
                _ => None,
            };
            self.wrong_type(value, expected, write);
        }
        text
    }

    /// The place of the character at `offset` of a string's value, in the text.
    pub(super) fn place(&self, span: &Range<usize>, offset: usize) -> usize {
        self.text
            .get(span.clone())
            .and_then(|written| written_offset(written, offset))
            .map_or(span.start, |at| span.start + at)
    }

    /// Pushes that `key` is not known in `T`; answers the key that was probably meant.
    pub(super) fn unknown_key<T: Table>(&mut self, key: &str, span: &Range<usize>) -> Option<&'static str> {
        let problem = Problem::shape(span, format!("unknown key `{key}` in {}", T::HEADER));
        let form = key_form(key);
        let synonym = || file::SYNONYMS.iter().find(|(word, meant)| *word == form && T::KEYS.contains(meant));
        let home = || file::TABLES.iter().find(|(_, keys)| keys.contains(&key)).map(|(header, _)| *header);
        let meant = nearest(key, T::KEYS.iter().copied()).or_else(|| synonym().map(|(_, meant)| *meant));
        self.problems.push(if let Some(home) = home().filter(|_| meant.is_none()) {
            problem.help(format!("`{key}` is a key of {home}; a key belongs to the last table header above it"))
        } else if let Some(meant) = meant {
            problem.help(format!("did you mean `{meant}`?"))
        } else {
            problem.help(format!("the keys here are {}", list(T::KEYS)))
        });
        meant
    }

    /// A single table; `[[name]]` where `[name]` belongs is told, and read all the same.
    pub(super) fn table<'v, 'i, T: Table>(
        &mut self,
        value: &'v Spanned<DeValue<'i>>,
    ) -> Option<&'v toml::de::DeTable<'i>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            DeValue::Array(array) if is_header(self.text, &value.span()) => {
                let name = T::HEADER.trim_matches(['[', ']']);
                self.problems.push(
                    Problem::at(&value.span(), format!("[{name}] stands once, not in a list"))
                        .help(format!("write [{name}]")),
                );
                array.first()?.get_ref().as_table()
            }
            _ => {
                self.wrong_type(value, &format!("a table {}", T::HEADER), None);
                None
            }
        }
    }
}

/// A list of tables or of values. A single table where a list belongs is told, and read all the same.
impl<T: FromToml> FromToml for Vec<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let each = |array: &DeArray<'_>, reader: &mut Reader<'_>| {
            array.iter().filter_map(|element| T::from_toml(element, reader)).collect()
        };
        match value.get_ref() {
            DeValue::Array(array) => Some(each(array, reader)),
            DeValue::Table(_) if is_header(reader.text, &value.span()) => {
                let written = reader.text.get(value.span()).unwrap_or_default();
                reader.problems.push(
                    Problem::at(&value.span(), format!("`{}` is a list: there can be several", reader.key))
                        .help(format!("write [{written}]")),
                );
                Some(T::from_toml(value, reader).into_iter().collect())
            }
            DeValue::String(_) => {
                let written = reader.text.get(value.span()).unwrap_or_default().to_owned();
                reader.wrong_type(value, "a list", Some(format!("[{written}]")));
                None
            }
            _ => {
                reader.wrong_type(value, "a list", None);
                None
            }
        }
    }
}

impl FromToml for String {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        reader.string(value, "a string").map(str::to_owned)
    }
}

impl FromToml for bool {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let found = value.get_ref().as_bool();
        if found.is_none() {
            let write = match value.get_ref().as_str() {
                Some(word @ ("true" | "false")) => Some(word.to_owned()),
                _ => None,
            };
            reader.wrong_type(value, "true or false", write);
        }
        found
    }
}

/// Whether this place is a `[header]` and not an inline value.
fn is_header(text: &str, span: &Range<usize>) -> bool {
    text.get(span.clone()).is_some_and(|written| written.starts_with('[') && written.ends_with(']'))
        && text.get(..span.start).is_some_and(|before| before.rsplit('\n').next().unwrap_or_default().trim().is_empty())
}

/// The word that was probably meant, if one is near enough.
pub(super) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let word = key_form(word);
    let allowed = match word.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    known
        .map(|known| (strsim::damerau_levenshtein(&word, known), known))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

fn key_form(word: &str) -> String {
    word.trim().to_lowercase().replace(['-', ' '], "_")
}

/// "`a`, `b` and `c`".
pub(super) fn list<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => "none".to_owned(),
        [one] => format!("`{}`", one.as_ref()),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|word| format!("`{}`", word.as_ref())).collect();
            format!("{} and `{}`", first.join(", "), last.as_ref())
        }
    }
}

/// Where the byte at `offset` of a TOML string's value stands in the string as written, quotes and escapes included.
fn written_offset(written: &str, offset: usize) -> Option<usize> {
    let (open, escapes) = match written {
        _ if written.starts_with("\"\"\"") => (3, true),
        _ if written.starts_with("'''") => (3, false),
        _ if written.starts_with('"') => (1, true),
        _ if written.starts_with('\'') => (1, false),
        _ => return None,
    };
    let mut at = open;
    if open == 3 {
        // A line end right after the opening quotes is no part of the value.
        let rest = written.get(at..)?;
        at += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    let mut decoded = 0;
    while decoded < offset {
        let rest = written.get(at..)?;
        let c = rest.chars().next()?;
        if c != '\\' || !escapes {
            decoded += c.len_utf8();
            at += c.len_utf8();
            continue;
        }
        let digits = match rest.chars().nth(1)? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'b' | 't' | 'n' | 'f' | 'r' | 'e' | '"' | '\\' => 0,
            // A line end: what it swallows is not worth following.
            _ => return None,
        };
        decoded += match digits {
            0 => 1,
            _ => char::from_u32(u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?)?.len_utf8(),
        };
        at += 2 + digits;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_strings_are_found_through_quotes_and_escapes() {
        assert_eq!(written_offset("'abc'", 2), Some(3));
        assert_eq!(written_offset(r#""a\\bc""#, 2), Some(4));
        assert_eq!(written_offset(r#""\u00e9x""#, 2), Some(7));
        assert_eq!(written_offset("'''\nabc'''", 1), Some(5));
        assert_eq!(written_offset("\"\"\"a\\\n  b\"\"\"", 2), None);
        assert_eq!(written_offset("'ab'", 9), None);
    }

    #[test]
    fn only_near_words_are_suggested() {
        let known = ["mailboxes", "ttl", "username", "idle"];
        assert_eq!(nearest("mailbox", known.into_iter()), Some("mailboxes"));
        assert_eq!(nearest("Mail-Boxes", known.into_iter()), Some("mailboxes"));
        assert_eq!(nearest("tll", known.into_iter()), Some("ttl"));
        assert_eq!(nearest("x", known.into_iter()), None);
        assert_eq!(nearest("colour", known.into_iter()), None);
    }
}

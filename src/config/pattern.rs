//! Regexes that know whether they can match: a rule that never fires is found when it is written, not when a code is missed.

use std::borrow::Cow;

use regex::Regex;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Capture, Class, Hir, HirKind, Look};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::diagnostic::Problem;
use super::reader::{FromToml, Reader};

/// A compiled regex and its syntax tree.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) regex: Regex,
    hir: Hir,
}

/// Marks that may separate the characters of a code for display only, as in `123-456`: they are not typed.
const SEPARATORS: [char; 16] = [
    ' ', '-', '\u{a0}', '\u{ad}', '\u{b7}', '\u{200b}', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}',
    '\u{2022}', '\u{2027}', '\u{2212}', '\u{22c5}', '\u{30fb}',
];

impl Pattern {
    /// Whether it matches every text.
    pub(super) fn matches_everything(&self) -> bool {
        let properties = self.hir.properties();
        properties.minimum_len() == Some(0) && properties.look_set().is_empty()
    }

    /// Why it can never match, if it can't.
    pub(super) fn never_matches(&self) -> Option<&'static str> {
        impossible(&self.hir)
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.regex.capture_names().flatten()
    }

    /// What a rule may take: the group `name`, without one whichever group takes part, without groups everything.
    fn taken(&self, name: &str) -> Vec<&Hir> {
        let mut groups = Vec::new();
        captures(&self.hir, &mut groups);
        match groups.iter().find(|group| group.name.as_deref() == Some(name)) {
            Some(named) => vec![&*named.sub],
            None if groups.is_empty() => vec![&self.hir],
            None => groups.iter().map(|group| &*group.sub).collect(),
        }
    }

    /// How many characters a code taken by this regex has at least, separators not counted.
    pub(super) fn shortest_code(&self) -> usize {
        self.taken("code").into_iter().map(shortest).min().unwrap_or(0)
    }

    /// Whether all that it can take is the empty text.
    pub(super) fn takes_nothing(&self, name: &str) -> bool {
        self.taken(name).iter().all(|taken| taken.properties().maximum_len() == Some(0))
    }

    /// Whether what it takes can begin like `http://` or `https://`.
    pub(super) fn can_take_http(&self) -> bool {
        let mut extractor = Extractor::new();
        extractor.kind(ExtractKind::Prefix);
        self.taken("link").into_iter().any(|taken| {
            let prefixes = extractor.extract(taken);
            let Some(literals) = prefixes.literals() else { return true };
            literals.iter().any(|literal| {
                let text = literal.as_bytes().to_ascii_lowercase();
                ["http://", "https://"].iter().any(|scheme| {
                    let scheme = scheme.as_bytes();
                    text.starts_with(scheme) || (scheme.starts_with(&text) && !literal.is_exact())
                })
            })
        })
    }
}

/// Two patterns are the same when they are written the same.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str()
    }
}

impl JsonSchema for Pattern {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Pattern".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // Not `"format": "regex"`: editors would check it as JavaScript's, which knows no `(?i)`.
        json_schema!({ "type": "string" })
    }
}

impl FromToml for Pattern {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.string(value, "a regex in quotes")?;
        match regex_syntax::Parser::new().parse(text) {
            Ok(hir) => match Regex::new(text) {
                Ok(regex) => return Some(Self { regex, hir }),
                Err(error) => {
                    let reason = match error {
                        regex::Error::CompiledTooBig(_) => "it is too large; make its repetitions smaller".to_owned(),
                        other => other.to_string(),
                    };
                    reader.problems.push(Problem::at(&value.span(), format!("the regex does not compile: {reason}")));
                }
            },
            Err(error) => {
                let (kind, span) = match &error {
                    regex_syntax::Error::Parse(error) => (error.kind().to_string(), *error.span()),
                    regex_syntax::Error::Translate(error) => (error.kind().to_string(), *error.span()),
                    other => {
                        reader
                            .problems
                            .push(Problem::at(&value.span(), format!("the regex does not compile: {other}")));
                        return None;
                    }
                };
                let whole = value.span();
                let from = reader.place(&whole, span.start.offset);
                let to = reader.place(&whole, span.end.offset).max(from);
                let mut problem = Problem::at(&(from..to), format!("the regex does not compile: {kind}"));
                if kind.contains("look-around") {
                    problem = problem.help("match what stands around it as well, and put a group around what to take: 'code (?<code>[0-9]{6})'");
                } else if kind.contains("backreference") {
                    problem = problem.help("write out what may follow");
                }
                reader.problems.push(problem);
            }
        }
        None
    }
}

/// Why `hir` can never match.
fn impossible(hir: &Hir) -> Option<&'static str> {
    if hir.properties().minimum_len().is_none() {
        return Some("a class in it is empty");
    }
    match hir.kind() {
        HirKind::Concat(parts) => {
            let needs_text = |part: &Hir| part.properties().minimum_len().is_none_or(|min| min > 0);
            for (at, part) in parts.iter().enumerate() {
                if part.properties().look_set_suffix().contains(Look::End) && parts.iter().skip(at + 1).any(needs_text)
                {
                    return Some("text follows the `$` that stands for the end");
                }
                if part.properties().look_set_prefix().contains(Look::Start) && parts.iter().take(at).any(needs_text) {
                    return Some("text stands before the `^` that stands for the beginning");
                }
            }
            parts.iter().find_map(impossible)
        }
        HirKind::Alternation(branches) => {
            let mut reasons = branches.iter().map(impossible);
            let first = reasons.next().flatten()?;
            reasons.all(|reason| reason.is_some()).then_some(first)
        }
        HirKind::Capture(capture) => impossible(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => impossible(&repetition.sub),
        _ => None,
    }
}

/// The groups of a regex, in the order of their numbers.
fn captures<'h>(hir: &'h Hir, found: &mut Vec<&'h Capture>) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            found.push(capture);
            captures(&capture.sub, found);
        }
        HirKind::Repetition(repetition) => captures(&repetition.sub, found),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| captures(part, found)),
        _ => {}
    }
}

/// The least number of characters that are surely no separators.
fn shortest(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0)
            .chars()
            .filter(|c| !SEPARATORS.contains(c) && !c.is_whitespace())
            .count(),
        HirKind::Class(Class::Unicode(class)) => {
            let may_separate =
                class.iter().any(|range| SEPARATORS.iter().any(|c| (range.start()..=range.end()).contains(c)));
            usize::from(!may_separate)
        }
        HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Repetition(repetition) => shortest(&repetition.sub).saturating_mul(repetition.min as usize),
        HirKind::Capture(capture) => shortest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(shortest).fold(0, usize::saturating_add),
        HirKind::Alternation(branches) => branches.iter().map(shortest).min().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern { regex: Regex::new(text).unwrap(), hir: regex_syntax::Parser::new().parse(text).unwrap() }
    }

    #[test]
    fn what_can_never_match_is_seen() {
        for never in ["a$b", "x^y", "(?:a$)b", "a(^b)", "[a&&b]", "(a$b|c$d)", "(?:a$b)+"] {
            assert!(pattern(never).never_matches().is_some(), "{never}");
        }
        for can in ["^a$", "(?m)a$\nb", "a$b*", "a*^b", "a$b|c", "(?:a$b)?c", "", "(?m)^a"] {
            assert!(pattern(can).never_matches().is_none(), "{can}");
        }
    }

    #[test]
    fn the_shortest_code_does_not_count_separators() {
        for (text, length) in [
            ("[0-9]{6}", 6),
            ("code: (?<code>[0-9]{4,8})", 4),
            ("code: ([0-9]{12})", 12),
            (r"(?<code>\d{3}-\d{3})", 6),
            (r"(?<code>[\d -]{20})", 0),
            (r"(?<a>\w{20}) (?<code>\d{6})", 6),
            ("(?<code>[0-9]{6}|[A-Z]{11})", 6),
            ("(?<code>G-[0-9]{6})", 7),
        ] {
            assert_eq!(pattern(text).shortest_code(), length, "{text}");
        }
    }

    #[test]
    fn a_link_must_be_able_to_begin_with_http() {
        for can in [
            r"https://acme\.example/\S+",
            r"(?<link>https?://\S+)",
            r"(?i)(?<link>HTTPS://acme\.example/\S+)",
            r"Click: (?<link>\S+)",
            r"href=(?<link>h[^ ]+)",
            r"(?:foo|https://x)",
        ] {
            assert!(pattern(can).can_take_http(), "{can}");
        }
        for never in [r"(?<link>acme\.example/\S+)", r"https://(acme\.example/\S+)", r"/magic/\S+", "(?<link>http)"] {
            assert!(!pattern(never).can_take_http(), "{never}");
        }
    }

    #[test]
    fn everything_and_nothing_are_told_apart() {
        assert!(pattern(".*").matches_everything());
        assert!(pattern("").matches_everything());
        assert!(!pattern(".+").matches_everything());
        assert!(!pattern("^$").matches_everything());
        assert!(!pattern("[0-9]*").takes_nothing("code"));
        assert!(pattern("code()").takes_nothing("code"));
    }
}

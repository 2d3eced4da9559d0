//! What makes a thousand rules cheap: for each regex the pieces of text of which one must occur wherever it matches.
//! One automaton looks for all pieces at once; a regex runs only where one of its pieces occurs.
//!
//! Sound by construction: a regex of which no piece is known always runs, and pieces are compared after a case fold
//! that is at least as coarse as the regex crate's own.

use aho_corasick::AhoCorasick;
use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A shorter piece occurs nearly everywhere.
const SHORTEST: usize = 3;
/// More alternatives are not worth their memory.
const MOST: usize = 16;

/// The pieces of all rules' regexes.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefilter {
    automaton: Option<AhoCorasick>,
    pieces: usize,
}

/// What must occur for a regex to match: any of these pieces; empty when nothing is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Need(Vec<u32>);

impl Need {
    /// Nothing is known: every text may match.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Collects pieces and becomes a [`Prefilter`].
#[derive(Debug, Default)]
pub(super) struct Builder {
    pieces: Vec<String>,
    ids: std::collections::HashMap<String, u32>,
}

/// Which pieces occur in a text.
#[derive(Clone, Debug)]
pub(super) struct Present(Vec<u64>);

impl Builder {
    pub(super) fn need(&mut self, regex: &Regex) -> Need {
        let pieces = regex_syntax::parse(regex.as_str()).ok().and_then(|hir| required(&hir)).unwrap_or_default();
        Need(pieces.into_iter().map(|piece| self.id(piece)).collect())
    }

    fn id(&mut self, piece: String) -> u32 {
        let next = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        *self.ids.entry(piece).or_insert_with_key(|piece| {
            self.pieces.push(piece.clone());
            next
        })
    }

    pub(super) fn build(self) -> Prefilter {
        let pieces = self.pieces.len();
        let automaton = if pieces == 0 { None } else { AhoCorasick::new(&self.pieces).ok() };
        Prefilter { automaton, pieces }
    }
}

impl Prefilter {
    /// Looks for all pieces in `texts`.
    pub(super) fn look<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Present {
        let mut present = Present(vec![0; self.pieces.div_ceil(64)]);
        let Some(automaton) = &self.automaton else {
            // Without an automaton nothing is known to be absent.
            present.0.fill(u64::MAX);
            return present;
        };
        for text in texts {
            for found in automaton.find_overlapping_iter(&folded(text)) {
                let id = found.pattern().as_usize();
                if let Some(word) = present.0.get_mut(id / 64) {
                    *word |= 1 << (id % 64);
                }
            }
        }
        present
    }
}

impl Present {
    /// Whether a regex with this need may match.
    pub(super) fn allows(&self, need: &Need) -> bool {
        need.0.is_empty()
            || need.0.iter().any(|&id| {
                let id = id as usize;
                self.0.get(id / 64).is_none_or(|word| word >> (id % 64) & 1 == 1)
            })
    }
}

/// The pieces of which one must occur in whatever `hir` matches.
fn required(hir: &Hir) -> Option<Vec<String>> {
    let mut best = Best::default();
    let mut run = String::new();
    collect(hir, &mut run, &mut best);
    best.end(&mut run);
    best.0
}

/// The choice that rules out most: the one whose shortest piece is longest.
#[derive(Default)]
struct Best(Option<Vec<String>>);

impl Best {
    fn offer(&mut self, pieces: Vec<String>) {
        let worth = |pieces: &[String]| pieces.iter().map(String::len).min().unwrap_or(0);
        if worth(&pieces) >= SHORTEST
            && pieces.len() <= MOST
            && self.0.as_deref().is_none_or(|best| worth(&pieces) > worth(best))
        {
            self.0 = Some(pieces);
        }
    }

    fn end(&mut self, run: &mut String) {
        if !run.is_empty() {
            self.offer(vec![std::mem::take(run)]);
        }
    }
}

/// Walks in matching order; `run` is the text that stands right before.
fn collect(hir: &Hir, run: &mut String, best: &mut Best) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => run.push_str(&folded(text)),
            Err(_) => best.end(run),
        },
        HirKind::Class(class) => match one_letter(class) {
            Some(letter) => run.push(letter),
            None => best.end(run),
        },
        HirKind::Capture(capture) => collect(&capture.sub, run, best),
        HirKind::Concat(parts) => parts.iter().for_each(|part| collect(part, run, best)),
        HirKind::Repetition(repetition) => {
            best.end(run);
            if repetition.min > 0 {
                collect(&repetition.sub, run, best);
                best.end(run);
            }
        }
        HirKind::Alternation(branches) => {
            best.end(run);
            let pieces: Option<Vec<Vec<String>>> = branches.iter().map(required).collect();
            if let Some(pieces) = pieces {
                best.offer(pieces.concat());
            }
        }
    }
}

/// The one letter that a class stands for when case is ignored.
fn one_letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let mut letters =
        class.ranges().iter().take(8).flat_map(|range| (range.start()..=range.end()).take(8)).map(folded_char);
    let members: usize = class.ranges().iter().map(|range| range.len()).sum();
    let first = letters.next()?;
    (members <= 8 && letters.all(|letter| letter == first)).then_some(first)
}

/// Lower case, one character for one. Pieces and texts go through the same fold, so it may be as coarse as it likes.
fn folded(text: &str) -> String {
    text.chars().map(folded_char).collect()
}

fn folded_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let upper = c.to_uppercase().next().unwrap_or(c);
    upper.to_lowercase().next().unwrap_or(upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(pattern: &str) -> Vec<String> {
        required(&regex_syntax::parse(pattern).unwrap()).unwrap_or_default()
    }

    #[test]
    fn the_longest_piece_that_must_occur_is_found() {
        assert_eq!(pieces(r"@acme\.example$"), ["@acme.example"]);
        assert_eq!(pieces(r"(?i)code is (?<code>[0-9]{6})"), ["code is "]);
        assert_eq!(pieces(r"[0-9]+ is your (acme) code"), [" is your acme code"]);
        assert_eq!(pieces(r"(?i)(sign-in code|Einmalcode)"), ["sign-in code", "einmalcode"]);
        assert_eq!(pieces(r"(?:very )+long"), ["very "]);
    }

    #[test]
    fn a_regex_without_a_certain_piece_always_runs() {
        for pattern in ["[0-9]{6}", "(code)?", "code|[0-9]+", "ab", ".*"] {
            assert_eq!(pieces(pattern), Vec::<String>::new(), "{pattern}");
        }
    }

    #[test]
    fn whatever_a_regex_matches_is_allowed() {
        let cases = [
            (r"(?i)kelvin", "\u{212A}ELVIN"),
            (r"(?i)straße", "STRA\u{1E9E}E"),
            (r"(?i)last code", "la\u{17F}t Code"),
            (r"(?i)κωδικός", "ΚΩΔΙΚΌΣ"),
            (r"(?i)код", "КОД"),
            (r"abc(def)?ghi", "abcghi"),
        ];
        for (pattern, text) in cases {
            let regex = Regex::new(pattern).unwrap();
            assert!(regex.is_match(text), "{pattern}");
            let mut builder = Builder::default();
            let need = builder.need(&regex);
            assert!(builder.build().look([text]).allows(&need), "{pattern}");
        }
    }

    #[test]
    fn what_lacks_its_piece_is_ruled_out() {
        let mut builder = Builder::default();
        let need = builder.need(&Regex::new("(?i)acme code").unwrap());
        let prefilter = builder.build();
        assert!(!prefilter.look(["your beta code", "acme"]).allows(&need));
        assert!(prefilter.look(["your beta code", "ACME CODE"]).allows(&need));
    }
}

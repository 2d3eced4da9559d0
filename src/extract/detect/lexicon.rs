//! The words by which mails in some seventy languages name, deliver, mention and limit codes and links.
//!
//! They are data: one file a language in `lexicon/`, described in `lexicon/README.md`. All languages are looked for at once,
//! in one pass over the folded text, since a mail's language is not known and many mails mix two.

use std::cmp::Reverse;

use super::fold::{Folded, is_letter, is_spaced};

mod classes;
#[cfg(test)]
mod compile;
#[cfg(test)]
mod files;
mod tables;
mod words;

pub(super) use classes::{Classes, Hit, Languages};
use tables::{Entry, Following, Kind, More, Other, Word, head};
use words::{Beginnings, Words};

/// All languages, compiled by `build.rs`.
#[derive(Debug)]
pub(super) struct Lexicon {
    words: Words,
    /// Of those before which letters may stand, which is rare where blanks part words.
    inner: Beginnings,
    /// In the order of the words.
    others: &'static [[u8; Other::SIZE]],
    kinds: &'static [[u8; Kind::SIZE]],
    more: &'static [u8],
}

/// No ending of a stem is longer, in bytes.
const LONGEST_ENDING: usize = 24;

/// A table as it was compiled.
macro_rules! table {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/lexicon/", $name))
    };
}

pub(super) static LEXICON: Lexicon = Lexicon {
    words: Words {
        firsts: table!("firsts").as_chunks().0,
        keys: table!("keys").as_chunks().0,
        starts: table!("starts").as_chunks().0,
        heads: table!("heads").as_chunks().0,
        words: table!("words").as_chunks().0,
        tails: table!("tails"),
    },
    inner: Beginnings(table!("inner").as_chunks().0),
    others: table!("others").as_chunks().0,
    kinds: table!("kinds").as_chunks().0,
    more: table!("more"),
};

impl Lexicon {
    /// What a word means, and of which kind that is.
    fn of(&self, index: usize, word: Word) -> impl Iterator<Item = (Entry, Kind)> {
        let kind = |entry: Entry| Some((entry, Kind::of(self.kinds.get(usize::from(entry.kind))?)));
        let first = kind(word.entry);
        let has_others = first.is_some_and(|(_, kind)| kind.is(Kind::HAS_OTHERS));
        let start = if has_others {
            self.others.partition_point(|row| (Other::of(row).word as usize) < index)
        } else {
            self.others.len()
        };
        let others = self.others.get(start..).unwrap_or_default().iter().map(Other::of);
        let others = others.take_while(move |other| other.word as usize == index);
        first.into_iter().chain(others.filter_map(move |other| kind(other.entry)))
    }

    /// Every word of the lexicon in the text, in order of start, longer ones first; one for each language or meaning.
    pub(super) fn hits(&self, original: &str, folded: &Folded) -> Vec<Hit> {
        let mut hits = Vec::with_capacity(folded.text.len() / 8);
        let bytes = folded.text.as_bytes();
        let mut before = None;
        for (start, c) in folded.text.char_indices() {
            let head = head(bytes, start);
            if !glued(before) || self.inner.may_start(head) {
                let first = hits.len();
                for (index, word) in self.words.at(bytes, start, head) {
                    self.add(&mut hits, original, folded, Found { index, word, start, before });
                }
                let of_start = hits.get_mut(first..).unwrap_or_default();
                // Words that must follow make a word longer.
                if !of_start.is_sorted_by_key(|hit| Reverse(hit.end)) {
                    of_start.sort_by_key(|hit| Reverse(hit.end));
                }
            }
            before = Some(c);
        }
        hits
    }

    /// Adds those meanings of a found word that it has where it stands.
    fn add(&self, hits: &mut Vec<Hit>, original: &str, folded: &Folded, found: Found) {
        let Found { index, word, start, before } = found;
        let text = folded.text.as_str();
        let end = start + usize::from(word.length);
        let after = text.get(end..).and_then(|after| after.chars().next());
        // "10min" is a measure, the "fx" of "9fx" is nothing.
        let beside_digit = word.length <= 3 && [before, after].iter().flatten().any(char::is_ascii_digit);
        let (glued_before, glued_after) = (glued(before), glued(after));
        for (entry, kind) in self.of(index, word) {
            if !kind.is(Kind::OPEN_BEFORE) && glued_before || !kind.is(Kind::OPEN_AFTER) && glued_after {
                continue;
            }
            let Kind { languages, classes, .. } = kind;
            let More { count, exact, then } = More::at(entry.more, self.more);
            if beside_digit && !classes.has(Classes::UNIT) && exact.is_none() {
                continue;
            }
            let Some(end) = end_of(text, end, then) else { continue };
            let (start, end) = (folded.original(start), folded.original(end));
            let is_exact = |exact: &[u8]| {
                original.get(start..end).is_some_and(|written| written.to_lowercase().as_bytes() == exact)
            };
            if exact.is_some_and(|exact| !is_exact(exact)) {
                continue;
            }
            hits.push(Hit { start, end, classes, count, languages, word: u32::try_from(index).unwrap_or(u32::MAX) });
        }
    }
}

/// A word of the lexicon in the folded text.
#[derive(Clone, Copy, Debug)]
struct Found {
    index: usize,
    word: Word,
    start: usize,
    before: Option<char>,
}

/// Where the last of the words that must follow ends, if they follow at `at`.
fn end_of(text: &str, at: usize, then: Following<'_>) -> Option<usize> {
    let mut end = at;
    for then in then {
        let rest = text.get(end..)?;
        let blank = rest.bytes().take(LONGEST_ENDING + 1).position(|b| b == b' ')?;
        let before = rest.get(..blank)?;
        if !before.chars().all(is_letter) {
            return None;
        }
        let rest = rest.get(blank + 1..)?;
        if !rest.as_bytes().starts_with(then.word) {
            return None;
        }
        let after = rest.get(then.word.len()..)?;
        if !then.open_after && glued(after.chars().next()) {
            return None;
        }
        end += blank + 1 + then.word.len();
    }
    Some(end)
}

/// Whether a word goes on at this character.
fn glued(neighbour: Option<char>) -> bool {
    neighbour.is_some_and(|c| is_spaced(c) && is_letter(c))
}

#[cfg(test)]
mod tests;

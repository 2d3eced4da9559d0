//! The words by which mails in some seventy languages name, deliver, mention and limit codes and links.
//!
//! They are data: one file a language in `lexicon/`, described in `lexicon/README.md`. All languages are looked for at once,
//! in one pass over the folded text, since a mail's language is not known and many mails mix two.

use std::num::NonZeroU16;
use std::sync::LazyLock;

use super::fold::{Folded, is_letter};

mod classes;
mod files;
mod words;

pub(super) use classes::{Classes, Hit, Languages};
use words::{Beginnings, Words};

/// What a word means. There are tens of thousands: what few of them have is in [`More`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    /// Which of [`Lexicon::kinds`].
    kind: u16,
    /// Which of [`Lexicon::more`], if one.
    more: Option<NonZeroU16>,
}

/// What a word tells, in which languages, and where it may stand: a few thousand differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kind {
    languages: Languages,
    classes: Classes,
    /// [`Kind::OPEN_BEFORE`] and the like.
    flags: u8,
}

impl Kind {
    /// Letters may stand before it.
    const OPEN_BEFORE: u8 = 1;
    /// Letters may stand after it.
    const OPEN_AFTER: u8 = 2;
    /// The word has [`Lexicon::others`].
    const HAS_OTHERS: u8 = 4;

    fn is(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// What few words have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct More {
    count: u16,
    /// Written with exactly these marks (lower case).
    exact: Option<Box<str>>,
    /// The words that must follow, one by one.
    then: Box<[Then]>,
}

/// The beginning of a following word, or all of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Then {
    word: Box<str>,
    open_after: bool,
}

/// All languages, compiled.
#[derive(Debug)]
pub(super) struct Lexicon {
    words: Words,
    /// Of those before which letters may stand, which is rare where blanks part words.
    inner: Beginnings,
    /// By word: what it means.
    entries: Box<[Entry]>,
    /// What else it means, in the order of the words: few mean more than one thing.
    others: Box<[(u32, Entry)]>,
    kinds: Box<[Kind]>,
    /// Of the entries that have any, counted from one.
    more: Box<[More]>,
}

/// No ending of a stem is longer, in bytes.
const LONGEST_ENDING: usize = 24;

/// Compiled when first used; some milliseconds.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(files::compile);

impl Lexicon {
    /// What a word means.
    fn of(&self, word: usize) -> impl Iterator<Item = &Entry> {
        let first = self.entries.get(word);
        let kind = first.and_then(|entry| self.kinds.get(usize::from(entry.kind)));
        let has_others = kind.is_some_and(|kind| kind.is(Kind::HAS_OTHERS));
        let start = if has_others { self.others.partition_point(|&(of, _)| (of as usize) < word) } else { usize::MAX };
        let others = self.others.get(start..).unwrap_or_default().iter();
        first.into_iter().chain(others.take_while(move |(of, _)| *of as usize == word).map(|(_, entry)| entry))
    }

    /// Every word of the lexicon in the text, in order of start, longer ones first; one for each language or meaning.
    pub(super) fn hits(&self, original: &str, folded: &Folded) -> Vec<Hit> {
        let mut hits = Vec::new();
        let text = folded.text.as_str();
        let mut before = None;
        for (start, c) in text.char_indices() {
            let glued_before = glued(before);
            let rest = text.get(start..).unwrap_or_default();
            if !glued_before || self.inner.may_start(rest) {
                for (word, len) in self.words.at_start_of(rest) {
                    self.add(&mut hits, original, folded, Found { word, start, end: start + len, before });
                }
            }
            before = Some(c);
        }
        hits.sort_unstable_by_key(|hit| (hit.start, usize::MAX - hit.end));
        hits
    }

    /// Adds those meanings of a found word that it has where it stands.
    fn add(&self, hits: &mut Vec<Hit>, original: &str, folded: &Folded, found: Found) {
        let text = folded.text.as_str();
        let after = text.get(found.end..).and_then(|after| after.chars().next());
        // "10min" is a measure, the "fx" of "9fx" is nothing.
        let is_short = found.end - found.start <= 3;
        let beside_digit = is_short && [found.before, after].iter().flatten().any(char::is_ascii_digit);
        let (glued_before, glued_after) = (glued(found.before), glued(after));
        for entry in self.of(found.word) {
            let Some(&kind) = self.kinds.get(usize::from(entry.kind)) else { continue };
            let Kind { languages, classes, .. } = kind;
            let more = entry.more.and_then(|more| self.more.get(usize::from(more.get()) - 1));
            let exact = more.and_then(|more| more.exact.as_deref());
            if beside_digit && !classes.has(Classes::UNIT) && exact.is_none() {
                continue;
            }
            if !kind.is(Kind::OPEN_BEFORE) && glued_before || !kind.is(Kind::OPEN_AFTER) && glued_after {
                continue;
            }
            let then = more.map_or(&[][..], |more| &*more.then);
            let Some(end) = end(text, found.end, then) else { continue };
            let (start, end) = (folded.original(found.start), folded.original(end));
            let written = || original.get(start..end).map(str::to_lowercase);
            if exact.is_some() && exact != written().as_deref() {
                continue;
            }
            hits.push(Hit {
                start,
                end,
                classes,
                count: more.map_or(0, |more| more.count),
                languages,
                word: u32::try_from(found.word).unwrap_or(u32::MAX),
            });
        }
    }
}

/// A word of the lexicon in the folded text.
#[derive(Clone, Copy, Debug)]
struct Found {
    word: usize,
    start: usize,
    end: usize,
    before: Option<char>,
}

/// Adds a hit to those from `first` on; with the last one, if that stands in the same place, it becomes one.
pub(super) fn add_to(hits: &mut Vec<Hit>, first: usize, hit: &Hit) {
    match hits.get_mut(first..).and_then(<[Hit]>::last_mut) {
        Some(held) if (held.start, held.end) == (hit.start, hit.end) => {
            held.classes = held.classes.or(hit.classes);
            held.count = held.count.max(hit.count);
            held.languages = held.languages.or(hit.languages);
        }
        _ => hits.push(*hit),
    }
}

/// Where the last of the words that must follow ends, if they follow at `at`.
fn end(text: &str, at: usize, then: &[Then]) -> Option<usize> {
    let mut end = at;
    for then in then {
        let rest = text.get(end..)?;
        let blank = rest.bytes().take(LONGEST_ENDING + 1).position(|b| b == b' ')?;
        let before = rest.get(..blank)?;
        if !before.chars().all(is_letter) {
            return None;
        }
        let rest = rest.get(blank + 1..)?;
        let after = rest.strip_prefix(&*then.word)?;
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

/// Latin, Greek and Cyrillic part words by blanks and inflect at the end; the others glue particles on either side, or
/// have no blanks at all.
fn is_spaced(c: char) -> bool {
    c < '\u{530}'
}

#[cfg(test)]
mod tests;

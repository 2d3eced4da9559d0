//! The words by which mails in some fifty languages name, deliver, mention and limit codes and links.
//!
//! They are data: one file a language in `lexicon/`, described in `lexicon/README.md`. All languages are looked for at once,
//! in one pass over the folded text, since a mail's language is not known and many mails mix two.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::fold::{Folded, fold};

/// What a word tells; several may be true of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u32);

impl Classes {
    /// A noun that names a code.
    pub(super) const CODE: Self = Self(1);
    /// A noun that names a code only together with [`Self::AUTH`] or [`Self::SOFT`]: "number", "password".
    pub(super) const NUMBER: Self = Self(1 << 1);
    /// A noun that names a one-time code and nothing else.
    pub(super) const STRONG: Self = Self(1 << 2);
    /// Verifying, signing in, being used once.
    pub(super) const AUTH: Self = Self(1 << 3);
    /// As [`Self::AUTH`], but said of other things too: confirm, access, activate.
    pub(super) const SOFT: Self = Self(1 << 4);
    /// Asks to use what is delivered here: enter, use, below.
    pub(super) const GIVE: Self = Self(1 << 5);
    /// Things that have codes and numbers of their own: order, discount, parcel, meeting, error.
    pub(super) const OTHER: Self = Self(1 << 6);
    /// Names the number right beside it, and only that: account, customer, telephone.
    pub(super) const OWNER: Self = Self(1 << 7);
    /// Warnings never to share a code.
    pub(super) const NEVER: Self = Self(1 << 8);
    /// The code is somewhere else: by SMS, in an app.
    pub(super) const ELSEWHERE: Self = Self(1 << 9);
    /// If you did not request this.
    pub(super) const UNASKED: Self = Self(1 << 10);
    /// Tells of a sign-in or a change that has happened.
    pub(super) const ALERT: Self = Self(1 << 11);
    /// Valid, expires, within.
    pub(super) const EXPIRY: Self = Self(1 << 12);
    pub(super) const SECOND: Self = Self(1 << 13);
    pub(super) const MINUTE: Self = Self(1 << 14);
    pub(super) const HOUR: Self = Self(1 << 15);
    pub(super) const DAY: Self = Self(1 << 16);
    /// A number in words.
    pub(super) const COUNT: Self = Self(1 << 17);
    /// Click, button, link.
    pub(super) const CLICK: Self = Self(1 << 18);
    /// What the anchor of a link that is to be opened says beside [`Self::AUTH`]: continue, accept, set password.
    pub(super) const OPEN: Self = Self(1 << 19);
    /// What other anchors say: unsubscribe, help, view in browser.
    pub(super) const AWAY: Self = Self(1 << 20);
    /// An example follows.
    pub(super) const SAMPLE: Self = Self(1 << 21);

    pub(super) fn has(self, any_of: Self) -> bool {
        self.0 & any_of.0 != 0
    }

    pub(super) fn without_other_if(self, drop: bool) -> Self {
        if drop { Self(self.0 & !Self::OTHER.0) } else { self }
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A word of the lexicon in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// Bytes of the original text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) classes: Classes,
    /// What a [`Classes::COUNT`] counts.
    pub(super) count: u16,
}

/// One language's file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Language {
    #[serde(rename = "language")]
    _name: String,
    code: String,
    number: String,
    strong: String,
    auth: String,
    soft: String,
    give: String,
    other: String,
    owner: String,
    never: String,
    elsewhere: String,
    unasked: String,
    alert: String,
    expiry: String,
    second: String,
    minute: String,
    hour: String,
    day: String,
    click: String,
    open: String,
    away: String,
    sample: String,
    counts: BTreeMap<String, u16>,
}

impl Language {
    fn lists(&self) -> [(&str, Classes); 21] {
        [
            (&self.code, Classes::CODE),
            (&self.number, Classes::NUMBER),
            (&self.strong, Classes::STRONG),
            (&self.auth, Classes::AUTH),
            (&self.soft, Classes::SOFT),
            (&self.give, Classes::GIVE),
            (&self.other, Classes::OTHER),
            (&self.owner, Classes::OWNER),
            (&self.never, Classes::NEVER),
            (&self.elsewhere, Classes::ELSEWHERE),
            (&self.unasked, Classes::UNASKED),
            (&self.alert, Classes::ALERT),
            (&self.expiry, Classes::EXPIRY),
            (&self.second, Classes::SECOND),
            (&self.minute, Classes::MINUTE),
            (&self.hour, Classes::HOUR),
            (&self.day, Classes::DAY),
            (&self.click, Classes::CLICK),
            (&self.open, Classes::OPEN),
            (&self.away, Classes::AWAY),
            (&self.sample, Classes::SAMPLE),
        ]
    }
}

/// How a word may stand in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    classes: Classes,
    count: u16,
    /// Letters may stand before it, after it.
    open_before: bool,
    open_after: bool,
    /// Written with exactly these marks (lower case).
    exact: Option<String>,
}

/// All languages, compiled.
#[derive(Debug)]
pub(super) struct Lexicon {
    automaton: AhoCorasick,
    /// By pattern.
    entries: Vec<Vec<Entry>>,
}

/// Compiled when first used; some milliseconds.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

macro_rules! languages {
    ($($name:literal),* $(,)?) => {
        /// Name and contents of every file.
        const LANGUAGES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../lexicon/", $name, ".toml")))),*];
    };
}

languages!("common", "en");

impl Lexicon {
    fn new() -> Self {
        let mut words: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for (name, source) in LANGUAGES {
            // The files are part of the program and parsed by a test.
            let Ok(language) = toml::from_str::<Language>(source) else {
                debug_assert!(false, "{name}.toml does not parse");
                continue;
            };
            for (list, classes) in language.lists() {
                for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                    add(&mut words, word, classes, 0);
                }
            }
            for (word, &count) in &language.counts {
                add(&mut words, word, Classes::COUNT, count);
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words.keys());
        // Fails only for more patterns than fit 32 bits.
        let automaton = automaton.unwrap_or_else(|_| unreachable!("the lexicon is small"));
        Self { automaton, entries: words.into_values().collect() }
    }

    /// Every word of the lexicon in the text, in order of start, longer ones first.
    pub(super) fn hits(&self, original: &str, folded: &Folded) -> Vec<Hit> {
        let mut hits = Vec::new();
        let text = folded.text.as_str();
        for found in self.automaton.find_overlapping_iter(text) {
            let Some(entries) = self.entries.get(found.pattern().as_usize()) else { continue };
            let glued_before = || glued(text.get(..found.start()).and_then(|before| before.chars().next_back()));
            let glued_after = || glued(text.get(found.end()..).and_then(|after| after.chars().next()));
            for entry in entries {
                if (!entry.open_before && glued_before()) || (!entry.open_after && glued_after()) {
                    continue;
                }
                let (start, end) = (folded.original(found.start()), folded.original(found.end()));
                let written = || original.get(start..end).map(str::to_lowercase);
                if entry.exact.is_some() && entry.exact != written() {
                    continue;
                }
                hits.push(Hit { start, end, classes: entry.classes, count: entry.count });
            }
        }
        hits.sort_unstable_by_key(|hit| (hit.start, usize::MAX - hit.end));
        hits
    }
}

/// `*` at an end of a word lets letters go on there; `=` before it asks for its marks as written.
fn add(words: &mut BTreeMap<String, Vec<Entry>>, word: &str, classes: Classes, count: u16) {
    let (exact, word) = word.strip_prefix('=').map_or((false, word), |word| (true, word));
    let (open_before, word) = word.strip_prefix('*').map_or((false, word), |word| (true, word));
    let (open_after, word) = word.strip_suffix('*').map_or((false, word), |word| (true, word));
    let folded = fold(word);
    let entry = Entry {
        classes,
        count,
        open_before: open_before || !folded.chars().next().is_some_and(is_spaced),
        open_after: open_after || !folded.chars().next_back().is_some_and(is_spaced),
        exact: exact.then(|| word.to_lowercase()),
    };
    let entries = words.entry(folded).or_default();
    let alike = |held: &&mut Entry| {
        (held.open_before, held.open_after, held.count, &held.exact)
            == (entry.open_before, entry.open_after, entry.count, &entry.exact)
    };
    match entries.iter_mut().find(alike) {
        Some(held) => held.classes = held.classes.or(classes),
        None => entries.push(entry),
    }
}

/// Whether a word goes on at this character.
fn glued(neighbour: Option<char>) -> bool {
    neighbour.is_some_and(|c| c.is_alphabetic() && is_spaced(c))
}

/// Latin, Greek and Cyrillic part words by blanks and inflect at the end; the others glue particles on either side, or
/// have no blanks at all.
fn is_spaced(c: char) -> bool {
    c < '\u{530}'
}

#[cfg(test)]
mod tests;

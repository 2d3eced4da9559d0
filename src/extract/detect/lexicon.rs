//! The words by which mails in some fifty languages name, deliver, mention and limit codes and links.
//!
//! They are data: one file a language in `lexicon/`, described in `lexicon/README.md`. All languages are looked for at once,
//! in one pass over the folded text, since a mail's language is not known and many mails mix two.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::fold::{Folded, fold, is_letter};

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
    /// A password or key, which names a code only together with [`Self::ONCE`].
    pub(super) const SECRET: Self = Self(1 << 22);
    /// Being used once; counts as [`Self::AUTH`] too.
    pub(super) const ONCE: Self = Self(1 << 23);

    /// What follows (or stands before) are the last digits of something longer: ending in.
    pub(super) const ENDING: Self = Self(1 << 24);

    /// Tells that a verifying or signing up is over.
    pub(super) const DONE: Self = Self(1 << 25);

    pub(super) const UNIT: Self = Self::SECOND.or(Self::MINUTE).or(Self::HOUR).or(Self::DAY);

    pub(super) fn has(self, any_of: Self) -> bool {
        self.0 & any_of.0 != 0
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn without_other_if(self, drop: bool) -> Self {
        if drop { self.without(Self::OTHER) } else { self }
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
    pub(super) languages: Languages,
    /// Which word of the lexicon it is.
    pub(super) word: u32,
}

/// Languages that have a word, one bit a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Languages(u64);

impl Languages {
    /// `common.toml`, which comes first.
    pub(super) const COMMON: Self = Self(1);

    pub(super) fn nth(index: usize) -> Self {
        Self(1u64.checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(0))
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The languages one by one.
    pub(super) fn each(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |&index| self.0 & Self::nth(index).0 != 0)
    }
}

/// One language's file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Language {
    #[serde(rename = "language")]
    _name: String,
    code: String,
    number: String,
    secret: String,
    once: String,
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
    ending: String,
    done: String,
    tongue: String,
    counts: BTreeMap<String, u16>,
}

impl Language {
    fn lists(&self) -> [(&str, Classes); 26] {
        [
            (&self.code, Classes::CODE),
            (&self.number, Classes::NUMBER),
            (&self.secret, Classes::SECRET),
            (&self.once, Classes::ONCE.or(Classes::AUTH)),
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
            (&self.ending, Classes::ENDING),
            (&self.done, Classes::DONE),
            (&self.tongue, Classes::default()),
        ]
    }
}

/// How a word may stand in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    classes: Classes,
    count: u16,
    languages: Languages,
    /// Letters may stand before it, after it.
    open_before: bool,
    open_after: bool,
    /// Written with exactly these marks (lower case).
    exact: Option<Box<str>>,
    /// The words that must follow, one by one.
    then: Box<[Then]>,
}

/// The beginning of a following word, or all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Then {
    word: Box<str>,
    open_after: bool,
}

/// All languages, compiled.
#[derive(Debug)]
pub(super) struct Lexicon {
    automaton: AhoCorasick,
    /// Of all patterns, one after the other: this table is the most of what the program keeps in memory.
    entries: Box<[Entry]>,
    /// By pattern: where its entries end.
    ends: Box<[u32]>,
}

/// No ending of a stem is longer, in bytes.
const LONGEST_ENDING: usize = 24;

/// Compiled when first used; some milliseconds.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

macro_rules! languages {
    ($($name:literal),* $(,)?) => {
        /// Name and contents of every file.
        const LANGUAGES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../lexicon/", $name, ".toml")))),*];
    };
}

languages!(
    "common",
    "en",
    "af",
    "african",
    "ar",
    "az",
    "be",
    "bg",
    "bn",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "el",
    "eo",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fil",
    "fr",
    "ga",
    "gl",
    "he",
    "hi",
    "hu",
    "hy",
    "id",
    "indic",
    "is",
    "it",
    "ja",
    "ka",
    "khmer_lao_burmese",
    "kk",
    "ko",
    "kurdish_pashto",
    "lt",
    "lv",
    "mt",
    "nb",
    "nl",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "te",
    "th",
    "tr",
    "uk",
    "ur",
    "vi",
    "zh",
);

impl Lexicon {
    fn new() -> Self {
        let mut drafts = Drafts::default();
        for (index, (name, source)) in LANGUAGES.iter().enumerate() {
            let languages = Languages::nth(index);
            // The files are part of the program and parsed by a test.
            let Ok(language) = toml::from_str::<Language>(source) else {
                debug_assert!(false, "{name}.toml does not parse");
                continue;
            };
            for (list, classes) in language.lists() {
                for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                    drafts.add(word, classes, 0, languages);
                }
            }
            for (word, &count) in &language.counts {
                drafts.add(word, Classes::COUNT, count, languages);
            }
        }
        drafts.compile()
    }

    /// The entries of a pattern.
    fn of(&self, pattern: usize) -> &[Entry] {
        let end = |pattern: usize| self.ends.get(pattern).map_or(0, |&end| end as usize);
        let start = pattern.checked_sub(1).map_or(0, end);
        self.entries.get(start..end(pattern)).unwrap_or_default()
    }

    /// Every word of the lexicon in the text, in order of start, longer ones first; one for each language or meaning.
    pub(super) fn hits(&self, original: &str, folded: &Folded) -> Vec<Hit> {
        let mut hits = Vec::new();
        let text = folded.text.as_str();
        for found in self.automaton.find_overlapping_iter(text) {
            let entries = self.of(found.pattern().as_usize());
            let before = text.get(..found.start()).and_then(|before| before.chars().next_back());
            let after = text.get(found.end()..).and_then(|after| after.chars().next());
            // "10min" is a measure, the "fx" of "9fx" is nothing.
            let is_short = found.end() - found.start() <= 3;
            let beside_digit = is_short && [before, after].iter().flatten().any(char::is_ascii_digit);
            let (glued_before, glued_after) = (glued(before), glued(after));
            for entry in entries {
                if beside_digit && !entry.classes.has(Classes::UNIT) && entry.exact.is_none() {
                    continue;
                }
                if (!entry.open_before && glued_before) || (!entry.open_after && glued_after) {
                    continue;
                }
                let Some(end) = entry.end(text, found.end()) else { continue };
                let (start, end) = (folded.original(found.start()), folded.original(end));
                let written = || original.get(start..end).map(str::to_lowercase);
                if entry.exact.is_some() && entry.exact.as_deref() != written().as_deref() {
                    continue;
                }
                hits.push(Hit {
                    start,
                    end,
                    classes: entry.classes,
                    count: entry.count,
                    languages: entry.languages,
                    word: found.pattern().as_u32(),
                });
            }
        }
        hits.sort_unstable_by_key(|hit| (hit.start, usize::MAX - hit.end));
        hits
    }
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

impl Entry {
    /// Where the last of the following words ends, if they follow at `at`.
    fn end(&self, text: &str, at: usize) -> Option<usize> {
        let mut end = at;
        for then in &*self.then {
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
}

/// Words as they are read, in few large pieces of memory: thousands of small ones leave gaps that stay for good.
#[derive(Debug, Default)]
struct Drafts {
    /// All words, folded, one after the other.
    text: String,
    all: Vec<(Range<usize>, Entry)>,
}

impl Drafts {
    /// `*` at an end of a word lets letters go on there, also inside a phrase (`восстановлени* парол*`); `=` before it
    /// asks for its marks as written.
    fn add(&mut self, word: &str, classes: Classes, count: u16, languages: Languages) {
        let (exact, word) = word.strip_prefix('=').map_or((false, word), |word| (true, word));
        let (open_before, word) = word.strip_prefix('*').map_or((false, word), |word| (true, word));
        let mut then = Vec::new();
        let (word, mut open_after) = match word.split_once("* ") {
            Some((first, others)) => {
                for other in others.split(' ') {
                    let stem = other.trim_end_matches('*');
                    then.push(Then { word: fold(stem).into(), open_after: stem.len() < other.len() });
                }
                (first, true)
            }
            None => (word, false),
        };
        let word = word.strip_suffix('*').inspect(|_| open_after = true).unwrap_or(word);
        let folded = fold(word);
        let entry = Entry {
            classes,
            count,
            languages,
            open_before: open_before || !folded.chars().next().is_some_and(is_spaced),
            open_after: open_after || !folded.chars().next_back().is_some_and(is_spaced),
            exact: exact.then(|| word.to_lowercase().into()),
            then: then.into(),
        };
        let start = self.text.len();
        self.text.push_str(&folded);
        self.all.push((start..self.text.len(), entry));
    }

    /// Sorts the words, makes one of entries that differ in their languages alone, and builds the automaton.
    fn compile(self) -> Lexicon {
        let Self { text, mut all } = self;
        let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        all.sort_by(|(a, _), (b, _)| word(a).cmp(word(b)));
        let mut patterns: Vec<&str> = Vec::with_capacity(all.len());
        let mut entries: Vec<Entry> = Vec::with_capacity(all.len());
        let mut ends: Vec<u32> = Vec::with_capacity(all.len());
        let mut first = 0;
        for (range, entry) in all {
            if patterns.last() != Some(&word(&range)) {
                patterns.push(word(&range));
                first = entries.len();
                ends.push(0);
            }
            let alike = |held: &&mut Entry| {
                let same = |entry: &Entry| (entry.classes, entry.open_before, entry.open_after, entry.count);
                same(held) == same(&entry) && held.exact == entry.exact && held.then == entry.then
            };
            match entries.get_mut(first..).unwrap_or_default().iter_mut().find(alike) {
                Some(held) => held.languages = held.languages.or(entry.languages),
                None => entries.push(entry),
            }
            if let Some(end) = ends.last_mut() {
                *end = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns);
        // Fails only for more patterns than fit 32 bits.
        let automaton = automaton.unwrap_or_else(|_| unreachable!("the lexicon is small"));
        Lexicon { automaton, entries: entries.into(), ends: ends.into() }
    }
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

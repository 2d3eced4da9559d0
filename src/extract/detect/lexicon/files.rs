//! The files of the lexicon, and how they become one table.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::num::NonZeroU16;

use flate2::read::DeflateDecoder;
use indexmap::IndexSet;
use serde::Deserialize;

use super::super::fold::fold;
use super::words::{Beginnings, Words};
use super::{Classes, Entry, Kind, Languages, Lexicon, More, Then, is_spaced};

/// One language's file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Language {
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
    meeting: String,
    past: String,
    mailing: String,
    mailbox: String,
    courier: String,
    discount: String,
    tongue: String,
    counts: BTreeMap<String, u16>,
}

impl Language {
    pub(super) fn lists(&self) -> [(&str, Classes); 32] {
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
            (&self.meeting, Classes::MEETING.or(Classes::OTHER)),
            (&self.past, Classes::PAST),
            (&self.mailing, Classes::MAILING),
            (&self.mailbox, Classes::MAILBOX),
            (&self.courier, Classes::COURIER),
            (&self.discount, Classes::DISCOUNT),
            (&self.tongue, Classes::default()),
        ]
    }
}

// Name and contents of every file, packed by `build.rs`.
include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// What a file holds.
pub(super) fn unpack(packed: &[u8]) -> std::io::Result<String> {
    let mut source = String::new();
    DeflateDecoder::new(packed).read_to_string(&mut source)?;
    Ok(source)
}

/// Reads every file.
pub(super) fn compile() -> Lexicon {
    let mut drafts = Drafts::default();
    for (index, (name, packed)) in LANGUAGES.iter().enumerate() {
        let languages = Languages::nth(index);
        // The files are part of the program and parsed by a test.
        let language = unpack(packed).ok().and_then(|source| toml::from_str::<Language>(&source).ok());
        let Some(language) = language else {
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

/// Words as they are read, in few large pieces of memory: thousands of small ones leave gaps that stay for good.
#[derive(Debug, Default)]
struct Drafts {
    /// All words, folded, one after the other.
    text: String,
    /// Where each begins in the text and how long it is.
    all: Vec<(u32, u16, Draft)>,
    more: IndexSet<More>,
}

/// What becomes an [`Entry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Draft {
    kind: Kind,
    more: Option<NonZeroU16>,
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
        let exact = exact.then(|| word.to_lowercase().into());
        let open_before = open_before || !folded.chars().next().is_some_and(is_spaced);
        let open_after = open_after || !folded.chars().next_back().is_some_and(is_spaced);
        let flags = [(open_before, Kind::OPEN_BEFORE), (open_after, Kind::OPEN_AFTER)];
        let flags = flags.into_iter().filter(|(is, _)| *is).fold(0, |all, (_, flag)| all | flag);
        let more = self.more(More { count, exact, then: then.into() });
        let entry = Draft { kind: Kind { languages, classes, flags }, more };
        // A word longer than 64 KiB, or one after 4 GiB of them, is none.
        let (Ok(start), Ok(length)) = (u32::try_from(self.text.len()), u16::try_from(folded.len())) else { return };
        self.text.push_str(&folded);
        self.all.push((start, length, entry));
    }

    /// Its number, if there is anything in it; the same for what is alike.
    fn more(&mut self, more: More) -> Option<NonZeroU16> {
        if more == More::default() {
            return None;
        }
        let (index, _) = self.more.insert_full(more);
        u16::try_from(index + 1).ok().and_then(NonZeroU16::new)
    }

    /// Sorts the words, and makes one of entries that differ in their languages alone.
    fn compile(self) -> Lexicon {
        let Self { text, mut all, more } = self;
        let word = |start: u32, length: u16| {
            let start = start as usize;
            text.get(start..start + usize::from(length)).unwrap_or_default()
        };
        all.sort_unstable_by_key(|&(start, length, _)| (word(start, length), start));
        let mut words: Vec<&str> = Vec::with_capacity(all.len());
        let mut drafts: Vec<(u32, Draft)> = Vec::with_capacity(all.len());
        let mut inner: Vec<&str> = Vec::new();
        let mut first = 0;
        for (start, length, entry) in all {
            let word = word(start, length);
            if words.last() != Some(&word) {
                words.push(word);
                first = drafts.len();
            }
            if entry.kind.is(Kind::OPEN_BEFORE) && inner.last() != Some(&word) {
                inner.push(word);
            }
            let languages = entry.kind.languages;
            let alike = |held: &&mut Draft| Draft { kind: Kind { languages, ..held.kind }, ..**held } == entry;
            match drafts.get_mut(first..).unwrap_or_default().iter_mut().map(|(_, held)| held).find(alike) {
                Some(held) => held.kind.languages = held.kind.languages.or(languages),
                None => drafts.push((u32::try_from(words.len() - 1).unwrap_or(u32::MAX), entry)),
            }
        }
        let mut kinds: IndexSet<Kind> = IndexSet::new();
        let mut entry = |Draft { kind, more }, has_others: bool| {
            let flags = kind.flags | if has_others { Kind::HAS_OTHERS } else { 0 };
            let (kind, _) = kinds.insert_full(Kind { flags, ..kind });
            // Beyond 65,536 kinds a word would tell nothing.
            Entry { kind: u16::try_from(kind).unwrap_or(u16::MAX), more }
        };
        let mut entries: Vec<Entry> = Vec::with_capacity(words.len());
        let mut others = Vec::new();
        let mut next = drafts.iter().map(|(word, _)| *word).skip(1);
        for &(word, draft) in &drafts {
            let has_others = next.next() == Some(word);
            if entries.len() > word as usize {
                others.push((word, entry(draft, false)));
            } else {
                entries.push(entry(draft, has_others));
            }
        }
        Lexicon {
            words: Words::new(&words),
            inner: Beginnings::new(inner),
            entries: entries.into(),
            others: others.into(),
            kinds: kinds.into_iter().collect(),
            more: more.into_iter().collect(),
        }
    }
}

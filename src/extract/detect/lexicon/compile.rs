//! Makes tables of the words of all languages, for `build.rs`.

use std::collections::BTreeMap;

use indexmap::IndexSet;

use super::super::fold::{Folded, is_spaced};
use super::classes::{Classes, Languages};
use super::files::Language;
use super::tables::{BEGINNING, Entry, Kind, beginning, first, head, key};

/// By name.
pub(in super::super) type Tables = BTreeMap<&'static str, Vec<u8>>;

/// How many first two bytes of words there may be.
const FIRSTS: usize = 1 << 16;
/// In how many bits the [`beginning`]s of words are noted.
const BEGINNINGS: usize = 1 << 16;

/// All languages in one set of tables. What has no room in them fails the build.
pub(in super::super) fn compile(languages: &[(String, Language)]) -> Tables {
    let mut drafts = Drafts::default();
    for (index, (_, language)) in languages.iter().enumerate() {
        let languages = Languages::nth(index);
        for (list, classes) in language.lists() {
            for word in Language::words(list) {
                drafts.add(word, classes, 0, languages);
            }
        }
        for (word, &count) in &language.counts {
            drafts.add(word, Classes::COUNT, count, languages);
        }
    }
    drafts.compile()
}

/// Words as they are read.
#[derive(Debug, Default)]
struct Drafts {
    all: Vec<(String, Draft)>,
    more: IndexSet<More>,
}

/// What becomes an [`Entry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Draft {
    kind: Kind,
    /// Which of [`Drafts::more`], if one.
    more: Option<usize>,
}

#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct More {
    count: u16,
    exact: Option<String>,
    then: Vec<Then>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Then {
    word: String,
    open_after: bool,
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
                    then.push(Then { word: fold(stem), open_after: stem.len() < other.len() });
                }
                (first, true)
            }
            None => (word, false),
        };
        let word = word.strip_suffix('*').inspect(|_| open_after = true).unwrap_or(word);
        let folded = fold(word);
        let exact = exact.then(|| word.to_lowercase());
        let open_before = open_before || !folded.chars().next().is_some_and(is_spaced);
        let open_after = open_after || !folded.chars().next_back().is_some_and(is_spaced);
        let flags = [(open_before, Kind::OPEN_BEFORE), (open_after, Kind::OPEN_AFTER)];
        let flags = flags.into_iter().filter(|(is, _)| *is).fold(0, |all, (_, flag)| all | flag);
        let more = More { count, exact, then };
        let more = (more != More::default()).then(|| self.more.insert_full(more).0);
        self.all.push((folded, Draft { kind: Kind { languages, classes, flags }, more }));
    }

    /// Sorts the words, and makes one of entries that differ in their languages alone.
    fn compile(mut self) -> Tables {
        self.all.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut words: Vec<&str> = Vec::new();
        let mut inner: Vec<&str> = Vec::new();
        let mut meanings: Vec<Vec<Draft>> = Vec::new();
        for (word, draft) in &self.all {
            if words.last() != Some(&word.as_str()) {
                words.push(word);
                meanings.push(Vec::new());
            }
            if draft.kind.is(Kind::OPEN_BEFORE) {
                inner.push(word);
            }
            let languages = draft.kind.languages;
            let alike = |held: &&mut Draft| Draft { kind: Kind { languages, ..held.kind }, ..**held } == *draft;
            let held = meanings.last_mut().expect("the word has just been added");
            match held.iter_mut().find(alike) {
                Some(held) => held.kind.languages = held.kind.languages.or(languages),
                None => held.push(*draft),
            }
        }
        let (more, places) = mores(&self.more);
        let mut kinds: IndexSet<Kind> = IndexSet::new();
        let mut entry = |draft: &Draft, flags: u8| {
            let kind = Kind { flags: draft.kind.flags | flags, ..draft.kind };
            let kind = u16::try_from(kinds.insert_full(kind).0).expect("there are at most 65,536 kinds of words");
            Entry { kind, more: draft.more.map_or(0, |more| places[more]) }
        };
        let mut entries = Vec::with_capacity(words.len());
        let mut others = Vec::new();
        for (word, drafts) in (0_u32..).zip(&meanings) {
            let flags = if drafts.len() > 1 { Kind::HAS_OTHERS } else { 0 };
            entries.push(entry(&drafts[0], flags));
            for draft in &drafts[1..] {
                others.extend(word.to_le_bytes());
                others.extend(bytes_of_entry(entry(draft, 0)));
            }
        }
        let kinds = kinds.iter().flat_map(|&kind| bytes_of_kind(kind)).collect();
        let mut tables = Tables::from([("others", others), ("kinds", kinds), ("more", more)]);
        add_words(&mut tables, &words, &entries);
        add_beginnings(&mut tables, &inner);
        tables
    }
}

/// A word as texts are folded.
fn fold(word: &str) -> String {
    Folded::new(word).text
}

/// All of them, and where each stands.
fn mores(all: &IndexSet<More>) -> (Vec<u8>, Vec<u16>) {
    // No one stands at 0.
    let mut table = vec![0];
    let mut places = Vec::with_capacity(all.len());
    let length = |length: usize| u8::try_from(length).expect("what a word needs beside it has at most 255 bytes");
    for More { count, exact, then } in all {
        places.push(u16::try_from(table.len()).expect("what few words have takes at most 64 KiB"));
        table.extend(count.to_le_bytes());
        let exact = exact.as_deref().unwrap_or_default();
        table.push(length(exact.len()));
        table.extend(exact.bytes());
        table.push(length(then.len()));
        for Then { word, open_after } in then {
            table.extend([u8::from(*open_after), length(word.len())]);
            table.extend(word.bytes());
        }
    }
    (table, places)
}

/// Words in ascending order, and what each means.
pub(super) fn add_words(tables: &mut Tables, sorted: &[&str], entries: &[Entry]) {
    let (mut heads, mut words, mut tails) = (Vec::new(), Vec::new(), Vec::new());
    let mut stems: Vec<usize> = Vec::with_capacity(sorted.len());
    let mut keys: Vec<(u32, usize)> = Vec::new();
    for (index, (word, &entry)) in sorted.iter().zip(entries).enumerate() {
        let mut stem = index.checked_sub(1);
        while let Some(at) = stem.filter(|&at| !word.starts_with(sorted[at])) {
            stem = at.checked_sub(stems[at]).filter(|_| stems[at] > 0);
        }
        let stem = stem.map_or(0, |stem| index - stem);
        stems.push(stem);
        let head = head(word.as_bytes(), 0);
        heads.extend(head.to_le_bytes());
        words.extend(u32::try_from(tails.len()).expect("all words take at most 4 GiB").to_le_bytes());
        words.extend(u16::try_from(word.len()).expect("a word has at most 64 KiB").to_le_bytes());
        words.extend(u16::try_from(stem).expect("at most 65,535 words begin alike").to_le_bytes());
        words.extend(bytes_of_entry(entry));
        tails.extend(word.bytes().skip(8));
        if keys.last().is_none_or(|(held, _)| *held != key(head)) {
            keys.push((key(head), index));
        }
    }
    let counts = (0..=FIRSTS).map(|byte| keys.partition_point(|(key, _)| first(*key) < byte));
    let counts = counts.map(|count| u16::try_from(count).expect("there are at most 65,535 beginnings of words"));
    let starts = keys.iter().map(|(_, start)| *start).chain([sorted.len()]);
    let starts = starts.map(|start| u32::try_from(start).expect("there are at most 4 billion words"));
    tables.insert("firsts", counts.flat_map(u16::to_le_bytes).collect());
    tables.insert("keys", keys.iter().flat_map(|(key, _)| key.to_le_bytes()).collect());
    tables.insert("starts", starts.flat_map(u32::to_le_bytes).collect());
    tables.insert("heads", heads);
    tables.insert("words", words);
    tables.insert("tails", tails);
}

/// Of words before which letters may stand.
pub(super) fn add_beginnings(tables: &mut Tables, words: &[&str]) {
    let mut bits = vec![0_u8; BEGINNINGS / 8];
    for word in words {
        // Whatever follows a shorter word.
        let open = 8 * BEGINNING.saturating_sub(word.len());
        for following in 0..1_u64 << open {
            let head = head(word.as_bytes(), 0) | following << (64 - 8 * BEGINNING);
            bits[beginning(head) / 8] |= 1 << (beginning(head) % 8);
        }
    }
    tables.insert("inner", bits);
}

fn bytes_of_entry(Entry { kind, more }: Entry) -> impl Iterator<Item = u8> {
    kind.to_le_bytes().into_iter().chain(more.to_le_bytes())
}

fn bytes_of_kind(Kind { languages, classes, flags }: Kind) -> impl Iterator<Item = u8> {
    languages.0.to_le_bytes().into_iter().chain(classes.0.to_le_bytes()).chain([flags])
}

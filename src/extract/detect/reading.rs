//! One text of a mail, read once: its rows, the words of the lexicon in them, its sentences, and where addresses and URLs
//! stand. Everything that judges codes and links starts from here.
//!
//! Linear in the text, whatever it is: a sentence is cut after [`LONGEST_SENTENCE`] bytes, a line after [`LONGEST_ROW`], so that
//! whoever looks around in a token's sentence or row looks at no more than that.

use std::ops::Range;

use super::fold::Folded;
use super::lexicon::{Classes, Hit, LEXICON, Languages};
use super::{masks, tongue};
use crate::mail::{Anchor, Text, TextKind};

/// A text without sentence ends is cut into pieces of about this many bytes.
const LONGEST_SENTENCE: usize = 600;
/// A line without an end is cut into rows of at most this many bytes.
const LONGEST_ROW: usize = 2048;
/// A row is cut at a blank, if one is this near.
const LONGEST_WORD: usize = 256;
/// No name has a longer word.
const LONGEST_NAME: usize = 64;

/// A text as detection sees it.
#[derive(Debug)]
pub(super) struct Reading<'m> {
    pub(super) text: &'m str,
    /// Its index in [`Message::texts`](crate::mail::Message::texts); `None` for the subject.
    pub(super) index: Option<usize>,
    pub(super) part: &'m str,
    pub(super) is_html: bool,
    /// Lines that hold something, in order.
    pub(super) rows: Vec<Row>,
    /// Of all rows, in order.
    pub(super) hits: Vec<Hit>,
    /// In order.
    pub(super) sentences: Vec<Sentence>,
    /// URLs and addresses, in order: nothing inside them is a word or a code.
    pub(super) masks: Vec<Range<usize>>,
    pub(super) anchors: &'m [Anchor],
    /// The first row of the imprint: who sent it, where he lives, what he is registered as.
    pub(super) imprint: usize,
    /// The subject tells of something that is used once.
    pub(super) is_once: bool,
}

/// A line that is not blank, or a piece of a long one.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) range: Range<usize>,
    pub(super) quoted: bool,
    /// Into [`Reading::hits`].
    pub(super) hits: Range<usize>,
}

/// A sentence, or a cell of a table row.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub(super) range: Range<usize>,
    /// Of all hits in it.
    pub(super) classes: Classes,
}

/// Which lines of a text are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    Shown,
    /// Only what no person sees.
    Hidden,
}

impl<'m> Reading<'m> {
    pub(super) fn of_subject(subject: &'m str, names: &[String]) -> Self {
        let rows = pieces(subject, 0..subject.len()).map(|range| Row { range, quoted: false, hits: 0..0 });
        let rows = rows.filter(|row| !subject.get(row.range.clone()).unwrap_or_default().trim().is_empty());
        Self {
            text: subject,
            index: None,
            part: "subject",
            is_html: false,
            rows: rows.collect(),
            hits: Vec::new(),
            sentences: Vec::new(),
            masks: Vec::new(),
            anchors: &[],
            imprint: usize::MAX,
            is_once: false,
        }
        .gather(names)
    }

    pub(super) fn of_text(text: &'m Text, index: usize, which: Lines, names: &[String]) -> Self {
        let rows = paragraphs(text, which)
            .flat_map(|(range, quoted)| pieces(&text.text, range).map(move |range| Row { range, quoted, hits: 0..0 }))
            .filter(|row| text.text.get(row.range.clone()).is_some_and(|row| !row.trim().is_empty()))
            .collect();
        Self {
            text: &text.text,
            index: Some(index),
            part: &text.part,
            is_html: text.kind == TextKind::Html,
            rows,
            hits: Vec::new(),
            sentences: Vec::new(),
            masks: Vec::new(),
            anchors: &text.anchors,
            imprint: usize::MAX,
            is_once: false,
        }
        .gather(names)
    }

    /// Finds the words. `names` are the sender's, in small letters: "Parcel Hub" speaks of no parcels where it signs.
    fn gather(mut self, names: &[String]) -> Self {
        if self.rows.is_empty() {
            return self;
        }
        self.masks = masks::urls_and_addresses(self.text);
        let folded = Folded::new(self.text);
        let mut hits = LEXICON.hits(self.text, &folded);
        let mut masks = self.masks.iter().peekable();
        hits.retain(|hit| {
            while masks.next_if(|mask| mask.end <= hit.start).is_some() {}
            masks.peek().is_none_or(|mask| hit.end <= mask.start)
        });
        hits.retain(|hit| {
            let about_things = hit.classes.has(Classes::OTHER.or(Classes::OWNER).or(Classes::AWAY));
            !(about_things && self.is_name(hit, names))
        });
        self.hits = hits;
        self
    }

    /// Keeps the words of the languages that the mail or the row speaks (all, where that is not known), and sorts them into rows and
    /// sentences.
    pub(super) fn settle(&mut self, spoken: Option<Languages>) {
        let mut hits = std::mem::take(&mut self.hits);
        // Those that are kept move to the front.
        let mut kept = 0;
        let mut next = 0;
        for row in &mut self.rows {
            let before = |end: usize, hits: &[Hit]| hits.iter().take_while(|hit| hit.start < end).count();
            next += before(row.range.start, hits.get(next..).unwrap_or_default());
            let of_row = before(row.range.end, hits.get(next..).unwrap_or_default());
            let first = kept;
            let held = hits.get(next..next + of_row).unwrap_or_default();
            let spoken = spoken.map(|spoken| spoken.or(tongue::of_row(held)));
            let is_kept = |hit: &Hit| {
                hit.end <= row.range.end
                    && hit.classes != Classes::default()
                    && spoken.is_none_or(|spoken| hit.languages.meets(spoken))
            };
            for at in next..next + of_row {
                let Some(hit) = hits.get(at).copied().filter(is_kept) else { continue };
                let last = hits.get_mut(first..kept).and_then(<[Hit]>::last_mut);
                if last.is_some_and(|last| last.join(&hit)) {
                    continue;
                }
                if let Some(slot) = hits.get_mut(kept) {
                    *slot = hit;
                }
                kept += 1;
            }
            row.hits = first..kept;
            next += of_row;
        }
        hits.truncate(kept);
        self.hits = hits;
        self.imprint = self.find_imprint();
        self.sentences = self.cut();
        let mut hits = self.hits.iter_mut().peekable();
        for sentence in &mut self.sentences {
            while let Some(hit) = hits.next_if(|hit| hit.start < sentence.range.end) {
                if hit.start >= sentence.range.start {
                    // "Once your address is confirmed" tells of what has not happened yet.
                    if sentence.classes.has(Classes::CONDITION) {
                        hit.classes = hit.classes.without(Classes::DONE);
                    }
                    sentence.classes = sentence.classes.or(hit.classes);
                }
            }
        }
    }

    /// Where the last rows hold one with an address, telephone and registration, that is where the imprint begins.
    fn find_imprint(&self) -> usize {
        const ROWS: usize = 5;
        const SHORTEST: usize = 50;
        let delivers = Classes::CODE.or(Classes::STRONG).or(Classes::GIVE).or(Classes::EXPIRY).or(Classes::CLICK);
        let is_imprint = |row: &Row| {
            let text = self.slice(row.range.clone());
            let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
            text.len() >= SHORTEST && numbers.take(3).count() == 3 && !self.classes_of(row).has(delivers)
        };
        let first = self.rows.len().saturating_sub(ROWS).max(2);
        // "Read out 7715 to the driver": what follows is still the mail.
        let asks = |row: &Row| {
            let text = self.slice(row.range.clone());
            self.classes_of(row).has(Classes::GIVE) && text.contains(|c: char| c.is_ascii_digit())
        };
        let asked = self.rows.iter().skip(first).rposition(asks).map_or(0, |asked| asked + 1);
        let found = self.rows.iter().skip(first + asked).position(is_imprint);
        found.map_or(usize::MAX, |found| first + asked + found)
    }

    /// Whether the hit is (the beginning of) a capitalised word of the sender's name.
    fn is_name(&self, hit: &Hit, names: &[String]) -> bool {
        let rest = self.text.get(hit.start..).unwrap_or_default();
        if !rest.starts_with(char::is_uppercase) {
            return false;
        }
        let word: String = rest.chars().take(LONGEST_NAME).take_while(|c| c.is_alphanumeric()).collect();
        let word = word.to_lowercase();
        names.contains(&word)
    }

    /// Sentences of all rows.
    fn cut(&self) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        for row in &self.rows {
            let Some(text) = self.text.get(row.range.clone()) else { continue };
            let mut start = 0;
            let mut end_at = |start: &mut usize, end: usize| {
                if end > *start {
                    let range = row.range.start + *start..row.range.start + end;
                    sentences.push(Sentence { range, classes: Classes::default() });
                    *start = end;
                }
            };
            for (at, c) in text.char_indices() {
                if at - start > LONGEST_SENTENCE || ends_sentence(text, at, c) {
                    end_at(&mut start, at + c.len_utf8());
                }
            }
            end_at(&mut start, text.len());
        }
        sentences
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'m str {
        self.text.get(range).unwrap_or_default()
    }

    /// The first `most` bytes of a range, to whole characters.
    pub(super) fn beginning(&self, range: Range<usize>, most: usize) -> &'m str {
        let text = self.slice(range);
        text.get(..text.floor_char_boundary(most)).unwrap_or_default()
    }

    pub(super) fn sentence_at(&self, at: usize) -> Option<&Sentence> {
        self.sentences.get(self.sentence_index(at)?)
    }

    pub(super) fn sentence_index(&self, at: usize) -> Option<usize> {
        let index = self.sentences.partition_point(|sentence| sentence.range.end <= at);
        self.sentences.get(index).filter(|sentence| sentence.range.start <= at).map(|_| index)
    }

    pub(super) fn row_at(&self, at: usize) -> Option<usize> {
        let index = self.rows.partition_point(|row| row.range.end < at);
        self.rows.get(index).filter(|row| row.range.start <= at).map(|_| index)
    }

    pub(super) fn hits_of(&self, row: &Row) -> &[Hit] {
        self.hits.get(row.hits.clone()).unwrap_or_default()
    }

    /// All classes of a row's words.
    pub(super) fn classes_of(&self, row: &Row) -> Classes {
        self.hits_of(row).iter().fold(Classes::default(), |all, hit| all.or(hit.classes))
    }

    /// Hits that start in `range`.
    pub(super) fn hits_in(&self, range: Range<usize>) -> &[Hit] {
        let first = self.hits.partition_point(|hit| hit.start < range.start);
        let after = self.hits.partition_point(|hit| hit.start < range.end);
        self.hits.get(first..after).unwrap_or_default()
    }
}

/// The lines of a text, and whether they are quoted; those of plain text that were broken because they were full are one.
fn paragraphs(text: &Text, which: Lines) -> impl Iterator<Item = (Range<usize>, bool)> {
    let slice = |range: Range<usize>| text.text.get(range).unwrap_or_default();
    let mut lines = text.lines.iter().filter(move |line| line.hidden == (which == Lines::Hidden)).peekable();
    std::iter::from_fn(move || {
        let mut last = lines.next()?;
        let start = last.range.start;
        while let Some(next) = lines.next_if(|next| {
            text.kind == TextKind::Plain
                && next.quote_depth == last.quote_depth
                && slice(last.range.end..next.range.start).trim_matches('\r') == "\n"
                && goes_on(slice(last.range.clone()), slice(next.range.clone()))
        }) {
            last = next;
        }
        Some((start..last.range.end, last.quote_depth > 0))
    })
}

/// Whether a line of plain text was broken because it was full.
fn goes_on(line: &str, next: &str) -> bool {
    const SHORTEST: usize = 45;
    let (line, next) = (line.trim_end(), next.trim_start());
    next.starts_with(char::is_lowercase)
        && !next.starts_with("http")
        && !next.starts_with("www.")
        && line.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | ')' | '"'))
        && line.chars().count() >= SHORTEST
}

/// The line `range` of `text` in pieces of about one length, none longer than a row may be.
fn pieces(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let count = range.len().div_ceil(LONGEST_ROW - LONGEST_WORD).max(1);
    let size = if range.len() <= LONGEST_ROW { range.len() } else { range.len().div_ceil(count) };
    let mut from = range.start;
    std::iter::from_fn(move || {
        if from >= range.end {
            return None;
        }
        let start = from;
        from = if range.end - start <= size { range.end } else { cut_near(text, start + size) };
        Some(start..from)
    })
}

/// Right behind a blank, or else a character, shortly after `at`.
fn cut_near(text: &str, at: usize) -> usize {
    let near = (at..text.len()).take(LONGEST_WORD);
    let mut blanks = near.clone().filter(|&at| matches!(text.as_bytes().get(at), Some(b' ' | b'\t')));
    let mut characters = near.filter(|&at| text.is_char_boundary(at));
    blanks.next().map(|blank| blank + 1).or_else(|| characters.next()).unwrap_or(text.len())
}

/// Whether the sentence ends with the character `c` at `at`.
fn ends_sentence(text: &str, at: usize, c: char) -> bool {
    match c {
        '\t' | '|' | '\u{2022}' | '。' | '！' | '？' | '।' | '॥' | '؟' | '۔' | '።' | '։' | '។' | '။' => {
            true
        }
        '!' | '?' => true,
        '.' => {
            let after = text.get(at + 1..).unwrap_or_default();
            let mut following = after.chars();
            match following.next() {
                None => true,
                // "Token.....: 3K8V", "Token..... 3K8V".
                Some(':') => false,
                _ if text.get(..at).unwrap_or_default().ends_with("...") => false,
                Some(next) if !next.is_whitespace() => !next.is_alphanumeric() && next != '.',
                // "Nr. 4711" goes on.
                Some(_) => {
                    let mut following = after.chars().take(8).skip_while(|c| c.is_whitespace());
                    let starts_number = following.next().is_some_and(|c| c.is_ascii_digit());
                    !(starts_number && is_abbreviation(text.get(..at).unwrap_or_default()))
                }
            }
        }
        _ => false,
    }
}

/// Whether the text ends with a word of at most three letters.
fn is_abbreviation(before: &str) -> bool {
    let letters = before.chars().rev().take(4).take_while(|c| c.is_alphabetic()).count();
    (1..=3).contains(&letters)
}

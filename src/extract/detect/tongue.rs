//! Which languages a mail is written in, as far as its words tell.
//!
//! All languages are looked up at once, and the words of one mean something else in another: French *NIP* is a PIN, Polish
//! *NIP* a tax number. The language with the most words in the mail is spoken, and whatever comes near to it (many mails
//! are written in two); the words of the others are chance. A row may be in yet another language: a footer is often longer than
//! what stands above it.

use std::collections::HashSet;

use super::lexicon::{Hit, Languages};

/// More words of one text are not looked at.
const MOST_WORDS: usize = 1000;
/// A word that more languages have tells nothing.
const MOST_LANGUAGES: u32 = 10;
/// With fewer words than this, nothing is known.
const LEAST: u32 = 4;
/// The part of the most spoken language's count that another one needs.
const PART: u32 = 4;
/// A mail's body may be shorter than a footer in another language: with so many words, this part is enough.
const ENOUGH: u32 = 4;
const SMALL_PART: u32 = 10;
/// English is mixed into mails of all languages; it is the second file.
const ENGLISH: usize = 1;

/// Counts the words of a mail's languages.
#[derive(Clone, Debug)]
pub(super) struct Votes {
    counts: Counts,
    /// A word counts once, however often it is said.
    said: HashSet<u32>,
}

/// By language.
type Counts = [u32; 64];

/// Counts the words of `hits` that `is_new` takes.
fn tally(hits: &[Hit], counts: &mut Counts, mut is_new: impl FnMut(u32) -> bool) {
    let mut end = 0;
    // What stands in one place is one word, though several languages have it.
    for place in hits.chunk_by(|a, b| (a.start, a.end) == (b.start, b.end)).take(MOST_WORDS) {
        let languages = place.iter().fold(Languages::default(), |all, hit| all.or(hit.languages));
        let Some(first) = place.first().filter(|_| !languages.meets(Languages::COMMON)) else { continue };
        // Words inside of others tell nothing.
        let inside = first.end <= end;
        end = end.max(first.end);
        if inside || languages.count() > MOST_LANGUAGES || !is_new(first.word) {
            continue;
        }
        for language in languages.each() {
            if let Some(count) = counts.get_mut(language) {
                *count = count.saturating_add(1);
            }
        }
    }
}

/// The languages that a row has most words of.
pub(super) fn of_row(hits: &[Hit]) -> Languages {
    let Some((first, others)) = hits.split_first() else { return Languages::default() };
    if others.iter().all(|hit| (hit.start, hit.end) == (first.start, first.end)) {
        // One word, in however many languages.
        let all = others.iter().fold(first.languages, |all, hit| all.or(hit.languages));
        let tells = !all.meets(Languages::COMMON) && all.count() <= MOST_LANGUAGES && first.end > 0;
        return if tells { all } else { Languages::default() };
    }
    let mut counts = [0; 64];
    tally(hits, &mut counts, |_| true);
    let most = counts.iter().max().copied().unwrap_or(0);
    let best = counts.iter().enumerate().filter(|&(_, &count)| count == most && count > 0);
    best.map(|(index, _)| Languages::nth(index)).fold(Languages::default(), Languages::or)
}

impl Default for Votes {
    fn default() -> Self {
        Self { counts: [0; 64], said: HashSet::new() }
    }
}

impl Votes {
    /// `hits` are the words of one text, in order.
    pub(super) fn count(&mut self, hits: &[Hit]) {
        let said = &mut self.said;
        tally(hits, &mut self.counts, |word| said.insert(word));
    }

    /// The languages that are spoken; `None` where too little is said to know.
    pub(super) fn spoken(&self) -> Option<Languages> {
        let most = self.counts.iter().max().copied().filter(|&most| most >= LEAST)?;
        let is_spoken = |(index, &count): (usize, &u32)| {
            let part = if index == ENGLISH || count >= ENOUGH { SMALL_PART } else { PART };
            (count.saturating_mul(part) >= most).then(|| Languages::nth(index))
        };
        Some(self.counts.iter().enumerate().filter_map(is_spoken).fold(Languages::COMMON, Languages::or))
    }
}

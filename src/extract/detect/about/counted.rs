//! What a whole mail is about, counted: how many other things it names, how many facts it lists.

use super::super::lexicon::{Classes, Hit};
use super::super::reading::{Reading, Row};

/// More is not counted.
const MOST: usize = 8;

/// Counts over all shown, unquoted rows of a subject or of a body.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Counted {
    /// Different words for things that have codes of their own.
    pub(in super::super) things: usize,
    /// Rows that are a caption and its value: "Train: 018A". Of the text that has most.
    pub(in super::super) facts: usize,
    /// A word of signing in stands in it, other than those for being used once and in names of codes.
    pub(in super::super) signs_in: bool,
}

impl Counted {
    pub(super) fn of<'r, 'm: 'r>(readings: impl Iterator<Item = &'r Reading<'m>>) -> Self {
        let mut counted = Self::default();
        let mut things = Vec::with_capacity(MOST);
        for reading in readings {
            let mut facts = 0;
            for row in reading.rows.iter().filter(|row| !row.quoted) {
                let hits = reading.hits_of(row);
                name_things(hits, &mut things);
                counted.signs_in = counted.signs_in || signs_in(hits);
                facts += usize::from(facts < MOST && is_fact(reading, row));
            }
            counted.facts = counted.facts.max(facts);
        }
        counted.things = things.len();
        counted
    }
}

/// Adds words for other things that stand in no longer one.
fn name_things(hits: &[Hit], things: &mut Vec<u32>) {
    let mut end = 0;
    for hit in hits.iter().filter(|hit| hit.classes.has(Classes::OTHER)) {
        if things.len() >= MOST {
            return;
        }
        let is_inside = hit.end <= end;
        end = end.max(hit.end);
        if !is_inside && !things.contains(&hit.word) {
            things.push(hit.word);
        }
    }
}

fn signs_in(hits: &[Hit]) -> bool {
    let strong = || hits.iter().filter(|hit| hit.classes.has(Classes::STRONG));
    let is_in_name = |hit: &Hit| strong().any(|name| name.start <= hit.start && hit.end <= name.end);
    let signs = |hit: &&Hit| hit.classes.has(Classes::AUTH) && !hit.classes.has(Classes::ONCE);
    hits.iter().filter(signs).take(MOST).any(|hit| !is_in_name(hit))
}

/// "Train: 018A": a short caption and a short value.
fn is_fact(reading: &Reading<'_>, row: &Row) -> bool {
    const LONGEST: usize = 160;
    const LONGEST_CAPTION: usize = 40;
    const LONGEST_VALUE: usize = 60;
    if row.range.len() > LONGEST {
        return false;
    }
    let text = reading.slice(row.range.clone()).trim();
    let Some((caption, value)) = text.split_once([':', '：', '\t']) else { return false };
    let length = |text: &str| text.chars().count();
    !value.trim().is_empty()
        && !value.starts_with("//")
        && (2..=LONGEST_CAPTION).contains(&length(caption))
        && length(value) <= LONGEST_VALUE
        && !caption.contains(|c: char| c.is_ascii_digit())
}

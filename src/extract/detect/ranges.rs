//! For the properties: every range by which detection reads a text.

use std::ops::Range;

use super::numbers::{self, Token};
use super::reading::Lines;
use super::{Detection, names, read};
use crate::mail::{Line, Message};

/// One text, and what is cut out of it.
#[derive(Debug)]
pub(in crate::extract) struct Ranges<'m> {
    pub(in crate::extract) text: &'m str,
    /// What is to be read of it.
    pub(in crate::extract) lines: Vec<Range<usize>>,
    pub(in crate::extract) masks: Vec<Range<usize>>,
    pub(in crate::extract) rows: Vec<Range<usize>>,
    pub(in crate::extract) sentences: Vec<Range<usize>>,
    /// Words of the lexicon; one may lie in another.
    pub(in crate::extract) words: Vec<Range<usize>>,
    /// What may be a code, and how it is typed.
    pub(in crate::extract) tokens: Vec<(Range<usize>, String)>,
}

/// Of the subject and every text, first what is shown, then what is hidden.
pub(in crate::extract) fn ranges(message: &Message) -> Vec<Ranges<'_>> {
    let shown = Detection::new(message);
    let _ = shown.readings();
    let hidden = read(message, Lines::Hidden, &names(message));
    let shown = shown.readings.into_inner().unwrap_or_default();
    let shown = shown.into_iter().map(|reading| (reading, false));
    let all = shown.chain(hidden.into_iter().map(|reading| (reading, true)));
    all.map(|(reading, is_hidden)| {
        let is_read = |line: &&Line| line.hidden == is_hidden;
        let lines = match reading.index.and_then(|index| message.texts.get(index)) {
            Some(text) => text.lines.iter().filter(is_read).map(|line| line.range.clone()).collect(),
            None => Vec::from([Range { start: 0, end: reading.text.len() }]),
        };
        let mut tokens = Vec::new();
        for row in &reading.rows {
            numbers::tokens(reading.text, row.range.clone(), &reading.masks, usize::MAX, &mut tokens);
        }
        Ranges {
            text: reading.text,
            lines,
            rows: reading.rows.iter().map(|row| row.range.clone()).collect(),
            sentences: reading.sentences.iter().map(|sentence| sentence.range.clone()).collect(),
            words: reading.hits.iter().map(|hit| hit.start..hit.end).collect(),
            tokens: tokens.into_iter().map(|Token { range, value, .. }| (range, value)).collect(),
            masks: reading.masks,
        }
    })
    .collect()
}

//! A text with its tokens and labels.

use std::cell::OnceCell;
use std::ops::Range;

use super::labels::{self, Gap, Label, Mention, Names};
use super::numbers::{self, Form, Token};
use super::reading::{Reading, Row};

mod governor;
mod lists;

pub(super) use governor::{Governor, Relation};

/// More tokens of one mail are not looked at: none that a person reads delivers a code after them.
pub(super) const MOST_TOKENS: usize = 2000;
/// Numbers of a text that are looked at to see whether one stands out.
const MOST_SHOWN: usize = 100;
/// What stands farther apart (in bytes) has nothing to do with each other.
const LONGEST_GAP: usize = 600;
/// How many rows above a token its label may stand.
const ROWS_ABOVE: usize = 4;

/// A text with its tokens and labels.
#[derive(Debug)]
pub(super) struct Page<'r, 'm> {
    pub(super) reading: &'r Reading<'m>,
    labels: Vec<Label>,
    pub(super) tokens: Vec<Token>,
    /// By token: its row.
    rows: Vec<usize>,
    /// By token: whether words beside it ask to use it, once that is looked at.
    pub(super) given: Vec<OnceCell<bool>>,
    /// By token: the words beside it say that it is something else's number.
    taken: Vec<bool>,
    /// By token: its row shows what others would write.
    samples: Vec<bool>,
    /// It names a one-time code that it may deliver.
    pub(super) names_once: bool,
    /// The values that nothing names as those of something else, and that look like codes. Those of a footer are not among them.
    free: Vec<String>,
    /// Values that have a line for themselves, but for those that are named as of something else.
    lined: Vec<String>,
    /// The values of numbers that are shown as codes are: alone in a row, or to be used. Numbers in a footer are not.
    shown: Vec<String>,
}

impl<'r, 'm> Page<'r, 'm> {
    /// Looks at no more than the first `most` tokens.
    pub(super) fn of(reading: &'r Reading<'m>, most: usize) -> Self {
        let labels = labels::labels(reading);
        let mut tokens = Vec::new();
        let (mut rows, mut samples) = (Vec::new(), Vec::new());
        for (index, row) in reading.rows.iter().enumerate() {
            numbers::tokens(reading.text, row.range.clone(), &reading.masks, most, &mut tokens);
            if rows.len() < tokens.len() {
                rows.resize(tokens.len(), index);
                samples.resize(tokens.len(), labels::is_sample(reading, index));
            }
            if tokens.len() >= most {
                break;
            }
        }
        let taken = vec![false; tokens.len()];
        let names = |label: &Label| label.names == Names::OneTimeCode && label.mention == Mention::Delivers;
        let names_once = labels.iter().any(names);
        let given = vec![OnceCell::new(); tokens.len()];
        let mut page = Self {
            given,
            reading,
            labels,
            tokens,
            rows,
            taken,
            samples,
            names_once,
            free: Vec::new(),
            lined: Vec::new(),
            shown: Vec::new(),
        };
        for index in 0..page.tokens.len() {
            let taken = page.beside(index).is_some_and(|governor| !governor.names.is_code());
            if let Some(slot) = page.taken.get_mut(index) {
                *slot = taken;
            }
        }
        page.free = page.free_values();
        page.lined = page.lined_values();
        page.shown = page.shown_numbers();
        page
    }

    fn free_values(&self) -> Vec<String> {
        let is_free = |&(index, token): &(usize, &Token)| {
            matches!(token.form, Form::Digits | Form::Mixed)
                && !self.taken.get(index).copied().unwrap_or_default()
                && (token.alone || !self.is_in_imprint(index))
        };
        let free = self.tokens.iter().enumerate().take(MOST_SHOWN).filter(is_free);
        let mut values: Vec<String> = free.map(|(_, token)| token.value.clone()).collect();
        values.dedup();
        values
    }

    fn lined_values(&self) -> Vec<String> {
        let has_line = |&(index, token): &(usize, &Token)| {
            token.alone
                && matches!(token.form, Form::Digits | Form::OddDigits | Form::Dialled | Form::Mixed)
                && !self.taken.get(index).copied().unwrap_or_default()
        };
        let mut values: Vec<String> = self
            .tokens
            .iter()
            .enumerate()
            .take(MOST_SHOWN)
            .filter(has_line)
            .map(|(_, token)| token.value.clone())
            .collect();
        values.dedup();
        values
    }

    /// Whether no other value has a line, or a cell, for itself.
    pub(super) fn is_only_lined(&self, token: &Token) -> bool {
        self.lined.first() == Some(&token.value) && self.lined.iter().all(|lined| *lined == token.value)
    }

    /// Whether nothing else in the text looks like a code.
    pub(super) fn is_only_free(&self, token: &Token) -> bool {
        self.free.first() == Some(&token.value) && self.free.iter().all(|free| *free == token.value)
    }

    fn shown_numbers(&self) -> Vec<String> {
        let numbers = self.tokens.iter().enumerate().filter(|(_, token)| token.form.is_digits()).take(MOST_SHOWN);
        let numbers = numbers.filter(|&(index, _)| !self.taken.get(index).copied().unwrap_or_default());
        let shown = numbers.filter(|&(index, token)| token.alone || self.is_given(index));
        let mut values: Vec<String> = shown.map(|(_, token)| token.value.clone()).collect();
        values.dedup();
        values
    }

    /// Whether no other number is shown.
    pub(super) fn is_only_shown(&self, token: &Token) -> bool {
        token.form.is_digits() && self.shown.iter().all(|shown| *shown == token.value)
    }

    /// Whether its row shows what others would write.
    pub(super) fn is_sample(&self, index: usize) -> bool {
        self.samples.get(index).copied().unwrap_or_default()
    }

    pub(super) fn row_index(&self, token: usize) -> Option<usize> {
        self.rows.get(token).copied()
    }

    pub(super) fn row_of(&self, token: usize) -> Option<&Row> {
        self.reading.rows.get(self.row_index(token)?)
    }

    pub(super) fn labels_of_row(&self, row: usize) -> &[Label] {
        let first = self.labels.partition_point(|label| label.row < row);
        let after = self.labels.partition_point(|label| label.row <= row);
        self.labels.get(first..after).unwrap_or_default()
    }

    /// Indices of the tokens that start in `range`.
    pub(super) fn tokens_in(&self, range: Range<usize>) -> Range<usize> {
        let first = self.tokens.partition_point(|token| token.range.start < range.start);
        let after = self.tokens.partition_point(|token| token.range.start < range.end);
        first..after.max(first)
    }

    /// The same where a name may begin: "your code for “My Profile” is 4821".
    pub(super) fn gap_in_name(&self, range: Range<usize>) -> Gap {
        if range.len() > LONGEST_GAP {
            return Gap::wide();
        }
        const MARKS: [char; 8] = ['“', '"', '„', '«', '»', '「', '『', '”'];
        Gap::of(&self.reading.slice(range).replace(MARKS, ""))
    }

    pub(super) fn gap(&self, range: Range<usize>) -> Gap {
        if range.len() > LONGEST_GAP { Gap::wide() } else { Gap::of(self.reading.slice(range)) }
    }
}

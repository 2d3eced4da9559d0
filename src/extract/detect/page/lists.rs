//! Tokens that stand below one another: lists of codes, lists of facts.

use super::super::labels::Names;
use super::super::numbers::Token;
use super::super::reading::Row;
use super::{Page, ROWS_ABOVE};

impl Page<'_, '_> {
    /// The row above the token's own, or above the list that it belongs to.
    pub(in super::super) fn row_above(&self, index: usize) -> Option<&Row> {
        let token = self.tokens.get(index)?;
        let above =
            (0..self.row_index(index)?).rev().take(4 * ROWS_ABOVE).find(|&row| !self.is_list_row(row, token))?;
        self.reading.rows.get(above)
    }

    /// The row above names the code of something else, and no other: "Show the driver the code of your ticket:".
    pub(in super::super) fn is_announced_as_other(&self, index: usize) -> bool {
        let above = self.row_index(index).and_then(|row| row.checked_sub(1));
        let labels = above.map(|above| self.labels_of_row(above)).unwrap_or_default();
        labels.last().is_some_and(|last| last.names == Names::OtherThing) && !labels.iter().any(|it| it.names.is_code())
    }

    /// The row below begins with the name of something else's code: "KX7P2Q", and below it "The booking code above is …".
    pub(in super::super) fn is_captioned_as_other(&self, index: usize) -> bool {
        /// An article, and what is said of it.
        const WORDS: usize = 2;
        let below = self.row_index(index).map(|row| row + 1);
        let (Some(below), Some(row)) = (below, below.and_then(|below| self.reading.rows.get(below))) else {
            return false;
        };
        let first = self.labels_of_row(below).first().filter(|first| first.names == Names::OtherThing);
        first.is_some_and(|first| {
            let gap = self.gap(row.range.start..first.range.start);
            gap.words <= WORDS && !gap.has_stop && !gap.has_digit && self.tokens_in(row.range.clone()).is_empty()
        })
    }

    /// Words and a colon stand right before it in its row: "Helpline: 116 116".
    pub(in super::super) fn has_own_caption(&self, index: usize) -> bool {
        const LONGEST: usize = 80;
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_of(index)) else { return false };
        let before = self.reading.slice(row.range.start..token.range.start).trim_end();
        let caption = before.strip_suffix([':', '：']);
        !token.alone && before.len() <= LONGEST && caption.is_some_and(|caption| caption.contains(char::is_alphabetic))
    }

    /// Whether its row is one of several "caption: number" right below one another, as on a receipt.
    pub(in super::super) fn is_among_facts(&self, index: usize) -> bool {
        const REACH: usize = 3;
        const LONGEST: usize = 120;
        const OTHERS: usize = 2;
        let Some(row) = self.row_index(index) else { return false };
        let is_fact = |row: &Row| {
            if row.range.len() > LONGEST {
                return false;
            }
            let text = self.reading.slice(row.range.clone());
            let caption = text.find([':', '：', '\t', '՝']).and_then(|at| text.split_at_checked(at));
            caption.is_some_and(|(caption, value)| {
                !caption.trim().is_empty()
                    && caption.split_whitespace().count() <= 5
                    && !caption.contains(|c: char| c.is_ascii_digit())
                    && value.contains(|c: char| c.is_ascii_digit())
            })
        };
        let first = row.saturating_sub(REACH);
        let own = self.reading.rows.get(row).is_some_and(is_fact);
        let rows = self.reading.rows.iter().enumerate().skip(first).take(row - first + REACH + 1);
        own && rows.filter(|&(nth, other)| nth != row && is_fact(other)).count() >= OTHERS
    }

    /// Whether it is one of three or more that stand one below the other, as codes for later do.
    pub(in super::super) fn is_of_list(&self, index: usize) -> bool {
        const MOST: usize = 3;
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_index(index)) else { return false };
        let others = |row: &usize| {
            let own = self.reading.rows.get(*row).map(|row| self.tokens_in(row.range.clone())).unwrap_or_default();
            let is_other = |at: usize| self.tokens.get(at).is_some_and(|other| other.value != token.value);
            self.is_list_row(*row, token) && own.into_iter().any(is_other)
        };
        if !self.is_list_row(row, token) {
            return false;
        }
        let above = (0..row).rev().take(MOST).take_while(others).count();
        let below = (row + 1..self.reading.rows.len()).take(MOST).take_while(others).count();
        above + below + 1 >= MOST
    }

    pub(super) fn is_list_row(&self, row: usize, token: &Token) -> bool {
        let Some(row) = self.reading.rows.get(row) else { return false };
        let tokens = self.tokens_in(row.range.clone());
        let mut tokens = tokens.filter_map(|index| self.tokens.get(index));
        // "3. 4821".
        let is_numbered = |other: &Token| {
            let before = self.reading.slice(row.range.start..other.range.start).trim();
            let number = before.trim_end_matches(['.', ')']);
            let behind = self.reading.slice(other.range.end..row.range.end);
            (1..=2).contains(&number.len())
                && number.len() < before.len()
                && number.bytes().all(|b| b.is_ascii_digit())
                && behind.trim().is_empty()
        };
        tokens.next().is_some_and(|other| other.form == token.form && (other.alone || is_numbered(other)))
    }
}

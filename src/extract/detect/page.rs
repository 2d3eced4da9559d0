//! A text with its tokens and labels, and which label governs which token.
//!
//! A label governs the token that it stands right beside, or its sentence, or the line below that the token has for itself. A
//! token uses its label up, so that the next one does not borrow it; tokens of one list share theirs.

use std::ops::Range;

use super::labels::{self, Gap, Label, Mention, Names};
use super::lexicon::Classes;
use super::numbers::{self, Form, Token};
use super::reading::{Reading, Row};

/// More tokens of one mail are not looked at: none that a person reads delivers a code after them.
pub(super) const MOST_TOKENS: usize = 2000;
/// Labels of a row that are tried for one token.
const MOST_LABELS: usize = 12;
/// Numbers of a text that are looked at to see whether one stands out.
const MOST_SHOWN: usize = 100;
/// What stands farther apart (in bytes) has nothing to do with each other.
const LONGEST_GAP: usize = 600;
/// Bytes of the groups that stand before a number's last one.
const LONGEST_GROUPS: usize = 16;
/// Tokens of a list that are followed to its label.
const LONGEST_LIST: usize = 16;
/// Labels that a row which is no more than a caption may hold.
const MOST_IN_CAPTION: usize = 64;
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
    /// By token: the words beside it say that it is something else's number.
    taken: Vec<bool>,
    /// The values of numbers that are shown as codes are: alone in a row, or to be used. Numbers in a footer are not.
    shown: Vec<String>,
}

/// How a label stands to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// Right before it: *code: 4821*, *code is 4821*.
    Before,
    /// Before it in the same sentence.
    Sentence,
    /// In the sentence before or after it.
    Row,
    /// After it: *4821 is your code*.
    After,
    /// In the row above the one that it has for itself.
    Above,
    /// A few rows above.
    FarAbove,
    /// In the rows below.
    Below,
}

/// The label that governs a token.
#[derive(Clone, Debug)]
pub(super) struct Governor {
    pub(super) names: Names,
    pub(super) relation: Relation,
    /// Where the label stands.
    pub(super) word: Range<usize>,
    /// Its sentence speaks of sharing it.
    pub(super) warns: bool,
    /// Its sentence tells that the code came elsewhere or is used up.
    pub(super) elsewhere: bool,
}

impl Governor {
    fn new(label: &Label, relation: Relation) -> Self {
        let (warns, elsewhere) = (label.mention == Mention::Warns, label.mention == Mention::Elsewhere);
        Self { names: label.names, relation, word: label.range.clone(), warns, elsewhere }
    }

    /// What the label gives, and why.
    pub(super) fn points(&self) -> (i32, &'static str) {
        use Names::{LikelyCode, OneTimeCode, OtherThing, Owned, SomeCode, SomeNumber};
        use Relation::{Above, After, Before, Below, FarAbove, Row, Sentence};
        match (self.names, self.relation) {
            (OneTimeCode, Before) => (60, "right after a word for a one-time code"),
            (OneTimeCode, After) => (56, "right before a word for a one-time code"),
            (OneTimeCode, Sentence) => (52, "in a sentence about a one-time code"),
            (OneTimeCode, Above) => (52, "below a line about a one-time code"),
            (OneTimeCode, Row | FarAbove) => (44, "near a word for a one-time code"),
            (OneTimeCode, Below) => (46, "above a line about a one-time code"),
            (LikelyCode, Before) => (50, "right after a word for a code, about signing in or confirming"),
            (LikelyCode, After) => (46, "right before a word for a code, about signing in or confirming"),
            (LikelyCode, Sentence) => (44, "in a sentence about a code, about signing in or confirming"),
            (LikelyCode, Above) => (44, "below a line about a code, about signing in or confirming"),
            (LikelyCode, Row | FarAbove) => (36, "near a word for a code, about signing in or confirming"),
            (LikelyCode, Below) => (38, "above a line about a code, about signing in or confirming"),
            (SomeCode, Before) => (42, "right after a word for a code"),
            (SomeCode, After) => (38, "right before a word for a code"),
            (SomeCode, Sentence) => (34, "in a sentence about a code"),
            (SomeCode, Above) => (36, "below a line about a code"),
            (SomeCode, Row | FarAbove) => (28, "near a word for a code"),
            (SomeCode, Below) => (30, "above a line about a code"),
            (SomeNumber, Before | Above) => (28, "right after a word for a number"),
            (SomeNumber, _) => (0, "near a word for a number"),
            (OtherThing, _) => (-80, "the code or number of something else"),
            (Owned, _) => (-60, "the number of something else"),
        }
    }
}

impl<'r, 'm> Page<'r, 'm> {
    /// Looks at no more than the first `most` tokens.
    pub(super) fn of(reading: &'r Reading<'m>, most: usize) -> Self {
        let labels = labels::labels(reading);
        let mut tokens = Vec::new();
        let mut rows = Vec::new();
        for (index, row) in reading.rows.iter().enumerate() {
            numbers::tokens(reading.text, row.range.clone(), &reading.masks, most, &mut tokens);
            rows.resize(tokens.len(), index);
            if tokens.len() >= most {
                break;
            }
        }
        let taken = vec![false; tokens.len()];
        let mut page = Self { reading, labels, tokens, rows, taken, shown: Vec::new() };
        page.shown = page.shown_numbers();
        for index in 0..page.tokens.len() {
            let taken = page.beside(index).is_some_and(|governor| !governor.names.is_code());
            if let Some(slot) = page.taken.get_mut(index) {
                *slot = taken;
            }
        }
        page
    }

    fn shown_numbers(&self) -> Vec<String> {
        let numbers = self.tokens.iter().enumerate().filter(|(_, token)| token.form.is_digits()).take(MOST_SHOWN);
        let shown = numbers.filter(|&(index, token)| token.alone || self.is_given(index));
        let mut values: Vec<String> = shown.map(|(_, token)| token.value.clone()).collect();
        values.dedup();
        values
    }

    /// Whether no other number is shown.
    pub(super) fn is_only_shown(&self, token: &Token) -> bool {
        token.form.is_digits() && self.shown.iter().all(|shown| *shown == token.value)
    }

    pub(super) fn row_index(&self, token: usize) -> Option<usize> {
        self.rows.get(token).copied()
    }

    pub(super) fn row_of(&self, token: usize) -> Option<&Row> {
        self.reading.rows.get(self.row_index(token)?)
    }

    fn labels_of_row(&self, row: usize) -> &[Label] {
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

    pub(super) fn gap(&self, range: Range<usize>) -> Gap {
        if range.len() > LONGEST_GAP { Gap::wide() } else { Gap::of(self.reading.slice(range)) }
    }

    /// What governs the token.
    pub(super) fn governor(&self, index: usize) -> Option<Governor> {
        let beside = self.beside(index);
        let is_close =
            |governor: &Governor| matches!(governor.relation, Relation::Before | Relation::After | Relation::Sentence);
        if beside.as_ref().is_some_and(is_close) {
            return beside;
        }
        let around = self.column(index).or_else(|| self.above(index)).into_iter().chain(self.below(index));
        around.chain(beside).max_by_key(|governor| match governor.names.is_code() {
            // Something else's caption right above outweighs all.
            false if governor.relation == Relation::Above => i32::MAX,
            _ => governor.points().0,
        })
    }

    /// The label in the token's own row that stands right beside it or governs its sentence.
    fn beside(&self, index: usize) -> Option<Governor> {
        let before = self.before(index);
        if before.as_ref().is_some_and(|before| before.relation == Relation::Before) {
            return before;
        }
        let after = self.after(index);
        match (before, after) {
            (Some(before), Some(after)) if after.names.is_code() && before.points().0 >= after.points().0 => {
                Some(before)
            }
            (before, after) => after.or(before),
        }
    }

    fn before(&self, index: usize) -> Option<Governor> {
        let token = self.tokens.get(index)?;
        let labels = self.labels_of_row(self.row_index(index)?);
        let count = labels.partition_point(|label| label.range.end <= token.range.start);
        // What uses one up uses up those before it.
        let nearer = labels.get(..count)?.iter().rev().take(MOST_LABELS);
        let nearer: Vec<&Label> = nearer.take_while(|label| !self.is_used_up(label.range.end, index)).collect();
        for (nth, label) in nearer.iter().enumerate() {
            let gap = self.gap(self.end_of_abbreviation(label)..token.range.start);
            if !label.names.is_code() {
                let near = gap.words <= 1 || gap.announces && gap.words <= 3;
                // "Tel. 210 0000000": the groups before the token are of the same number.
                let is_group = || {
                    let between = self.reading.slice(label.range.end..token.range.start);
                    let digits = between.find(|c: char| c.is_ascii_digit()).and_then(|at| between.get(at..));
                    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '/' | '(' | ')' | '.' | '+');
                    digits.is_some_and(|digits| digits.len() <= LONGEST_GROUPS && digits.chars().all(is_part))
                };
                if gap.has_stop || gap.has_comma || gap.has_digit && !is_group() || !near {
                    continue;
                }
                // "The code for your account is 4821" is about the code, "the code for order 4821" about the order.
                let parted = gap.words > 0 || gap.announces;
                let code = nearer.iter().skip(nth + 1).find(|label| label.names.is_code()).filter(|code| {
                    let phrase = self.gap(code.range.end..label.range.start);
                    parted && phrase.is_open && phrase.words <= 9 && Self::may_govern(code, Relation::Before)
                });
                return Some(Governor::new(code.unwrap_or(label), Relation::Before));
            }
            let right_before = !gap.has_stop && (gap.words <= 2 && !gap.has_comma || gap.announces && gap.words <= 6);
            let relation = if right_before {
                Relation::Before
            } else if !gap.has_stop {
                Relation::Sentence
            } else if self.opens_sentence(index) {
                Relation::Row
            } else {
                continue;
            };
            // "Code (10 digits): 4418270935": the bare number tells nothing where a code is named before it.
            if label.names == Names::SomeNumber {
                let named =
                    nearer.iter().skip(nth + 1).find(|code| code.names.is_code() && code.names != Names::SomeNumber);
                let phrase = named.map(|code| self.gap(code.range.end..label.range.start));
                if let (Some(code), Some(phrase)) = (named, phrase)
                    && !phrase.has_stop
                    && Self::may_govern(code, relation)
                {
                    return Some(Governor::new(code, relation));
                }
                if relation != Relation::Before {
                    continue;
                }
            }
            if Self::may_govern(label, relation) {
                return Some(Governor::new(label, relation));
            }
        }
        None
    }

    fn after(&self, index: usize) -> Option<Governor> {
        let token = self.tokens.get(index)?;
        let labels = self.labels_of_row(self.row_index(index)?);
        let following = labels.get(labels.partition_point(|label| label.range.end <= token.range.start)..)?;
        // What has numbers of its own takes only the one right before it.
        let is_apart = |label: &&Label| {
            let gap = self.gap(token.range.end..label.range.start);
            label.names == Names::SomeNumber || !label.names.is_code() && gap.words > 0 && !gap.has_stop
        };
        let label = following.iter().take(MOST_LABELS).find(|label| !is_apart(label))?;
        if !self.tokens_in(token.range.end..label.range.start).is_empty() || self.introduces_another(label) {
            return None;
        }
        let gap = self.gap(token.range.end..label.range.start);
        let relation = match label.names.is_code() {
            true if !gap.has_stop && gap.words <= 5 && (token.form.is_digits() || self.opens_sentence(index)) => {
                Relation::After
            }
            // "Open it with 2764. This code works once."
            true if gap.has_stop && self.opens(label.range.start) => Relation::Row,
            false if gap.is_open && gap.words == 0 => Relation::After,
            _ => return None,
        };
        Self::may_govern(label, relation).then(|| Governor::new(label, relation))
    }

    /// Where the label ends, with the stop behind it where that shortens it: "Tel. 4821".
    fn end_of_abbreviation(&self, label: &Label) -> usize {
        const LONGEST: usize = 5;
        let end = label.range.end;
        let is_short = self.reading.slice(label.range.clone()).chars().count() <= LONGEST;
        let stop = is_short && !label.names.is_code() && self.reading.slice(end..end + 1) == ".";
        end + usize::from(stop)
    }

    /// Sentences that only talk of codes lend their words to nothing but what stands right beside them.
    fn may_govern(label: &Label, relation: Relation) -> bool {
        match label.mention {
            Mention::Delivers => true,
            Mention::Sample => !label.names.is_code(),
            Mention::Warns => {
                !label.names.is_code() || matches!(relation, Relation::Before | Relation::After | Relation::Below)
            }
            Mention::Elsewhere => relation == Relation::Before || !label.names.is_code(),
        }
    }

    /// At most one word stands before it in its sentence.
    fn opens(&self, at: usize) -> bool {
        let start = self.reading.sentence_at(at).map_or(at, |sentence| sentence.range.start);
        self.gap(start..at).words <= 2
    }

    /// Whether a token between uses up the label before `token` does; those of one list share theirs.
    fn is_used_up(&self, label_end: usize, index: usize) -> bool {
        let Some(token) = self.tokens.get(index) else { return true };
        let mut next = token.range.start;
        for (nth, other) in self.tokens_in(label_end..token.range.start).rev().enumerate() {
            let Some(held) = self.tokens.get(other).filter(|_| nth < LONGEST_LIST) else { return true };
            let takes_labels =
                !matches!(held.form, Form::Year | Form::WordNumber | Form::Capitals | Form::Camel | Form::Small);
            if self.taken.get(other).copied().unwrap_or(false) || held.hash || !takes_labels {
                continue;
            }
            let gap = self.gap(held.range.end..next);
            let is_list = gap.words <= 1 && gap.longest <= 4 && !gap.has_stop && held.form == token.form;
            if !is_list {
                return true;
            }
            next = held.range.start;
        }
        false
    }

    /// Whether a token follows right behind the label: then it is that one's.
    fn introduces_another(&self, label: &Label) -> bool {
        let row_end = self.reading.rows.get(label.row).map_or(label.range.end, |row| row.range.end);
        let next = self.tokens_in(label.range.end..row_end);
        next.clone().next().and_then(|next| self.tokens.get(next)).is_some_and(|token| {
            let gap = self.gap(label.range.end..token.range.start);
            !gap.has_stop && (gap.words <= 1 || gap.announces && gap.words <= 4)
        })
    }

    /// Whether the token has its row for itself, or opens it.
    fn leads_row(&self, index: usize) -> bool {
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_of(index)) else { return false };
        token.alone || token.form.is_digits() && self.gap(row.range.start..token.range.start).words <= 1
    }

    /// A caption in the cell above, in a table with a row of captions.
    fn column(&self, index: usize) -> Option<Governor> {
        let token = self.tokens.get(index)?;
        let row_index = self.row_index(index)?;
        let row = self.reading.rows.get(row_index)?;
        let above = self.reading.rows.get(row_index.checked_sub(1)?)?;
        if row.quoted != above.quoted || !token.alone {
            return None;
        }
        let (cells, captions) = (self.reading.slice(row.range.clone()), self.reading.slice(above.range.clone()));
        let count = cells.matches('\t').count();
        if count == 0 || count != captions.matches('\t').count() || captions.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let column = self.reading.slice(row.range.start..token.range.start).matches('\t').count();
        let mut tabs = captions.match_indices('\t').map(|(at, _)| at);
        let start = column.checked_sub(1).and_then(|previous| tabs.clone().nth(previous)).map_or(0, |at| at + 1);
        let end = tabs.nth(column).unwrap_or(captions.len());
        let cell = above.range.start + start..above.range.start + end;
        let labels = self.labels_of_row(row_index - 1);
        let label = labels.iter().rev().find(|label| cell.start <= label.range.start && label.range.end <= cell.end)?;
        Some(Governor::new(label, Relation::Above))
    }

    fn above(&self, index: usize) -> Option<Governor> {
        let token = self.tokens.get(index)?;
        if !self.leads_row(index) {
            return None;
        }
        let row_index = self.row_index(index)?;
        let quoted = self.reading.rows.get(row_index)?.quoted;
        let mut distance = 0;
        for above in (0..row_index).rev().take(4 * ROWS_ABOVE) {
            let row = self.reading.rows.get(above)?;
            if row.quoted != quoted || distance >= ROWS_ABOVE {
                return None;
            }
            // Those of one list stand equally near to what is above the list.
            if self.is_list_row(above, token) {
                continue;
            }
            distance += 1;
            let relation = if distance == 1 { Relation::Above } else { Relation::FarAbove };
            let labels = self.labels_of_row(above);
            let nearer = labels.iter().rev().take(MOST_LABELS);
            let mut free = nearer.take_while(|label| !self.is_used_up(label.range.end, index));
            let code = free
                .clone()
                .filter(|label| label.names.is_code() && Self::may_govern(label, relation))
                .min_by_key(|label| label.names as u8);
            if let Some(label) = code {
                return Some(Governor::new(label, relation));
            }
            if distance == 1
                && !labels.iter().take(MOST_IN_CAPTION).any(|label| label.names.is_code())
                && let Some(label) = free.find(|label| self.is_caption(row, label))
            {
                return Some(Governor::new(label, relation));
            }
        }
        None
    }

    /// The row above the token's own, or above the list that it belongs to.
    pub(super) fn row_above(&self, index: usize) -> Option<&Row> {
        let token = self.tokens.get(index)?;
        let above =
            (0..self.row_index(index)?).rev().take(4 * ROWS_ABOVE).find(|&row| !self.is_list_row(row, token))?;
        self.reading.rows.get(above)
    }

    /// Whether its row is one of several "caption: number" right below one another, as on a receipt.
    pub(super) fn is_among_facts(&self, index: usize) -> bool {
        const REACH: usize = 3;
        const LONGEST: usize = 120;
        const OTHERS: usize = 2;
        let Some(row) = self.row_index(index) else { return false };
        let is_fact = |row: &Row| {
            let text = self.reading.slice(row.range.clone());
            let caption = text.find([':', '：', '\t']).and_then(|at| text.split_at_checked(at));
            text.len() <= LONGEST
                && caption.is_some_and(|(caption, value)| {
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
    pub(super) fn is_of_list(&self, index: usize) -> bool {
        const MOST: usize = 3;
        let (Some(token), Some(row)) = (self.tokens.get(index).filter(|token| token.alone), self.row_index(index))
        else {
            return false;
        };
        let others = |row: &usize| {
            let own = self.reading.rows.get(*row).map(|row| self.tokens_in(row.range.clone())).unwrap_or_default();
            let is_other = |at: usize| self.tokens.get(at).is_some_and(|other| other.value != token.value);
            self.is_list_row(*row, token) && own.into_iter().any(is_other)
        };
        let above = (0..row).rev().take(MOST).take_while(others).count();
        let below = (row + 1..self.reading.rows.len()).take(MOST).take_while(others).count();
        above + below + 1 >= MOST
    }

    fn is_list_row(&self, row: usize, token: &Token) -> bool {
        let Some(row) = self.reading.rows.get(row) else { return false };
        let tokens = self.tokens_in(row.range.clone());
        let mut tokens = tokens.filter_map(|index| self.tokens.get(index));
        tokens.next().is_some_and(|other| other.alone && other.form == token.form)
    }

    /// A row of a few words that ends with the name of what stands below it.
    fn is_caption(&self, row: &Row, label: &Label) -> bool {
        let asks = Classes::GIVE.or(Classes::AUTH).or(Classes::SOFT);
        let all = self.gap(row.range.clone());
        let rest = self.gap(label.range.end..row.range.end);
        let after = self.reading.slice(label.range.end..row.range.end);
        let words = after.split_whitespace().count() - usize::from(after.starts_with(char::is_alphabetic));
        // "Dear customer," greets.
        let greets = self.reading.slice(row.range.clone()).trim_end().ends_with([',', '!', '，', '！', '،']);
        !greets
            && !self.reading.classes_of(row).has(asks)
            && all.words <= 6
            && words <= 2
            && !rest.has_stop
            && !rest.has_digit
    }

    fn below(&self, index: usize) -> Option<Governor> {
        let token = self.tokens.get(index)?;
        if !token.alone {
            return None;
        }
        let row_index = self.row_index(index)?;
        let quoted = self.reading.rows.get(row_index)?.quoted;
        for below in [row_index + 1, row_index + 2] {
            let row = self.reading.rows.get(below).filter(|row| row.quoted == quoted)?;
            let text = self.reading.slice(row.range.clone());
            if text.trim_end().ends_with([':', '：']) {
                return None;
            }
            // A row with a number of its own names the one above only in a sentence before that number.
            let number = self.tokens_in(row.range.clone()).next().and_then(|token| self.tokens.get(token));
            let limit = number.map_or(row.range.end, |number| number.range.start);
            let is_before = |label: &&Label| {
                // "Code for the cashier: 318" has one of its own, though too short for a token.
                let rest = self.reading.slice(label.range.end..row.range.end);
                let own = rest.find(|c: char| c.is_ascii_digit()).and_then(|at| rest.get(..at)).map(Gap::of);
                let has_own = number.is_none() && own.is_some_and(|gap| gap.announces && gap.words <= 2);
                label.range.end <= limit && !has_own && (number.is_none() || self.gap(label.range.end..limit).has_stop)
            };
            if number.is_some() && !self.labels_of_row(below).iter().any(|label| is_before(&label)) {
                return None;
            }
            let mut labels = self.labels_of_row(below).iter().filter(is_before);
            if let Some(label) = labels.find(|label| label.names.is_code() && Self::may_govern(label, Relation::Below))
            {
                return Some(Governor::new(label, Relation::Below));
            }
        }
        None
    }
}

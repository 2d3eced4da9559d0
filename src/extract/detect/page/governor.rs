//! Which label governs which token.
//!
//! A label governs the token that it stands right beside, or its sentence, or the line below that the token has for itself. A
//! token uses its label up, so that the next one does not borrow it; tokens of one list share theirs.

use std::ops::Range;

use super::super::fold::is_letter;
use super::super::labels::{Gap, Label, Mention, Names};
use super::super::lexicon::{Classes, Hit};
use super::super::numbers::Form;
use super::super::reading::Row;
use super::{Page, ROWS_ABOVE};

/// Labels of a row that are tried for one token.
const MOST_LABELS: usize = 12;
/// Bytes of the groups that stand before a number's last one.
const LONGEST_GROUPS: usize = 16;
/// Bytes before a label in which a word may ask to write there.
const LONGEST_ASKING: usize = 300;
/// Tokens of a list that are followed to its label.
const LONGEST_LIST: usize = 16;
/// Labels that a row which is no more than a caption may hold.
const MOST_IN_CAPTION: usize = 64;

/// How a label stands to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Relation {
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

impl Relation {
    /// In another row.
    pub(in super::super) fn is_apart(self) -> bool {
        matches!(self, Self::Above | Self::FarAbove | Self::Below)
    }
}

/// The label that governs a token.
#[derive(Clone, Debug)]
pub(in super::super) struct Governor {
    pub(in super::super) names: Names,
    pub(in super::super) relation: Relation,
    /// Where the label stands.
    pub(in super::super) word: Range<usize>,
    /// Its sentence speaks of sharing it.
    pub(in super::super) warns: bool,
    /// Its sentence tells that the code came elsewhere or is used up.
    pub(in super::super) elsewhere: bool,
}

impl Governor {
    fn new(label: &Label, relation: Relation) -> Self {
        let (warns, elsewhere) = (label.mention == Mention::Warns, label.mention == Mention::Elsewhere);
        Self { names: label.names, relation, word: label.range.clone(), warns, elsewhere }
    }

    /// What the label gives, and why.
    pub(in super::super) fn points(&self) -> (i32, &'static str) {
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
            (SomeCode, Before) => (40, "right after a word for a code"),
            (SomeCode, After) => (38, "right before a word for a code"),
            (SomeCode, Sentence) => (34, "in a sentence about a code"),
            (SomeCode, Above) => (36, "below a line about a code"),
            (SomeCode, Row | FarAbove) => (28, "near a word for a code"),
            (SomeCode, Below) => (30, "above a line about a code"),
            (SomeNumber, Before | Above) => (28, "right after a word for a number"),
            (SomeNumber, _) => (0, "near a word for a number"),
            (OtherThing, _) => (-80, "the code or number of something else"),
            (Owned, _) => (-52, "the number of something else"),
        }
    }
}

impl Page<'_, '_> {
    /// What governs the token.
    pub(in super::super) fn governor(&self, index: usize) -> Option<Governor> {
        let beside = self.beside(index);
        let is_close =
            |governor: &Governor| matches!(governor.relation, Relation::Before | Relation::After | Relation::Sentence);
        if beside.as_ref().is_some_and(is_close) {
            return beside;
        }
        if self.is_in_imprint(index) && !self.tokens.get(index).is_some_and(|token| token.alone) {
            return beside.filter(|governor| !governor.names.is_code());
        }
        let around = self.column(index).or_else(|| self.above(index)).into_iter().chain(self.below(index));
        around.chain(beside).max_by_key(|governor| match governor.names.is_code() {
            // Something else's caption right above outweighs all.
            false if governor.relation == Relation::Above => i32::MAX,
            _ => governor.points().0,
        })
    }

    /// The label in the token's own row that stands right beside it or governs its sentence.
    pub(super) fn beside(&self, index: usize) -> Option<Governor> {
        let governor = self.named_beside(index)?;
        // "Your password (customer no. 118420) was changed": what names it stands in the brackets with it.
        let parted = governor.names.is_code() && self.bracket_before(index).is_some_and(|at| governor.word.end <= at);
        (!parted).then_some(governor)
    }

    fn named_beside(&self, index: usize) -> Option<Governor> {
        let before = self.before(index);
        let after = self.after(index);
        if let Some(held) = before.as_ref().filter(|before| before.relation == Relation::Before) {
            // "Change your PIN and report it on 16299": what stands right behind is nearer.
            let token = self.tokens.get(index)?;
            let is_far = self.gap(held.word.end..token.range.start).words > 0;
            let is_owned = |after: &&Governor| {
                let gap = self.gap(token.range.end..after.word.start);
                after.names == Names::Owned && gap.is_open && gap.words == 0
            };
            return after.as_ref().filter(is_owned).filter(|_| is_far).cloned().or(before);
        }
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
                // "To approve the purchase enter 019572": the verb that asks stands between.
                let is_asked = || {
                    let between = label.range.end..token.range.start;
                    let gives = |hit: &&Hit| hit.start >= between.start && hit.end <= between.end;
                    let mut hits = self.reading.hits_in(between.clone()).iter().filter(gives);
                    let is_typed =
                        || label.names == Names::Owned && gap.words == 1 && !gap.announces && self.is_given(index);
                    // "Your customer number is DE-204417": it is the number.
                    let is_number = || {
                        let own = self.reading.hits_in(label.range.clone());
                        own.iter().any(|hit| hit.classes.has(Classes::NUMBER.or(Classes::CODE)))
                    };
                    gap.words > 0 && !is_number() && (hits.any(|hit| hit.classes.has(Classes::GIVE)) || is_typed())
                };
                // "Write on the page: 82914".
                let is_place = || {
                    let at = label.range.start;
                    let sentence = self.reading.sentence_at(at).map_or(at, |sentence| sentence.range.start);
                    let gives = |hit: &Hit| hit.end <= at && hit.classes.has(Classes::GIVE);
                    let is_named = || nearer.iter().skip(nth + 1).any(|label| label.names.is_code());
                    (label.names == Names::Owned || is_named())
                        && gap.announces
                        && gap.words == 0
                        && self.reading.hits_in(sentence.max(at.saturating_sub(LONGEST_ASKING))..at).iter().any(gives)
                };
                if gap.has_stop || gap.has_comma || gap.has_digit && !is_group() || !near || is_asked() || is_place() {
                    continue;
                }
                // "The code for your account is 4821" is about the code, "the code for order 4821" about the order.
                let parted = gap.words > 0 || gap.announces;
                let code = nearer.iter().skip(nth + 1).find(|label| label.names.is_code()).filter(|code| {
                    let phrase = self.gap_in_name(code.range.end..label.range.start);
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
        let following = labels.get(labels.partition_point(|label| label.range.start < token.range.end)..)?;
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
        let is_parted = || self.bracket_before(index).is_some();
        let relation = match label.names.is_code() {
            true if is_parted() => return None,
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
        token.alone
            || token.form.is_digits() && self.gap(row.range.start..token.range.start).words <= 1
            || token.range.start == row.range.start && self.is_wrapped(index)
    }

    /// Whether the row above goes on in the token's own: plain text is wrapped.
    fn is_wrapped(&self, index: usize) -> bool {
        /// A line that was broken because it was full.
        const SHORTEST: usize = 45;
        let above = self.row_index(index).and_then(|row| self.reading.rows.get(row.checked_sub(1)?));
        above.is_some_and(|above| {
            let line = self.reading.slice(above.range.clone()).trim_end();
            !self.reading.is_html && line.len() >= SHORTEST && line.ends_with(is_letter)
        })
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

    /// A row of a few words that ends with the name of what stands below it.
    fn is_caption(&self, row: &Row, label: &Label) -> bool {
        let asks = Classes::GIVE.or(Classes::AUTH).or(Classes::SOFT);
        let all = self.gap(row.range.clone());
        let rest = self.gap(label.range.end..row.range.end);
        let after = self.reading.slice(label.range.end..row.range.end);
        let words = after.split_whitespace().count() - usize::from(after.starts_with(char::is_alphabetic));
        // What stands above an empty line is none, unless it announces something.
        let next = self.reading.rows.partition_point(|next| next.range.start < row.range.end);
        let next = self.reading.rows.get(next);
        let between = next.map_or("", |next| self.reading.slice(row.range.end..next.range.start));
        let is_parted = between.matches('\n').count() > 1 && !all.announces;
        // "Dear customer," greets.
        let greets = self.reading.slice(row.range.clone()).trim_end().ends_with([',', '!', '，', '！', '،']);
        !greets
            && !is_parted
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

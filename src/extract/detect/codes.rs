//! Which token of a mail is its code: what governs it, where it stands, what the mail is about.

use std::collections::HashMap;
use std::ops::Range;

use super::labels::{self, Gap, Label, Mention, Names};
use super::lexicon::Classes;
use super::numbers::{self, Form, Token};
use super::reading::Reading;
use super::tally::Tally;

/// What a code needs to be reported.
pub(super) const THRESHOLD: i32 = 44;
/// A second value this close to the best makes a tie.
const MARGIN: i32 = 10;
/// More tokens of one text are not looked at: no mail that a person reads delivers a code after them.
const MOST_TOKENS: usize = 4000;

/// Everything a mail's texts say about codes.
#[derive(Debug)]
pub(super) struct Codes {
    /// Best first; one for each value.
    pub(super) candidates: Vec<Candidate>,
}

/// A value and what speaks for it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) value: String,
    pub(super) places: Vec<(usize, Range<usize>)>,
    pub(super) tally: Tally,
    /// Only in a quote.
    pub(super) quoted: bool,
}

/// A text with its tokens and labels.
struct Page<'r, 'm> {
    reading: &'r Reading<'m>,
    labels: Vec<Label>,
    tokens: Vec<Token>,
    /// By token: its row.
    rows: Vec<usize>,
    /// By token: something else's number, as the words beside it say.
    taken: Vec<bool>,
}

/// What the whole mail is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About {
    pub(super) subject: Classes,
    pub(super) subject_names_code: bool,
    /// The subject names something else that has codes, and nothing of signing in.
    pub(super) subject_other: bool,
    /// Of all shown, unquoted rows.
    pub(super) body: Classes,
    /// A time-limited sentence about a code or link.
    pub(super) limited: bool,
}

impl About {
    pub(super) fn of(readings: &[Reading<'_>]) -> Self {
        let mut about = Self::default();
        for reading in readings {
            for row in reading.rows.iter().filter(|row| !row.quoted) {
                let classes = reading.classes_of(row);
                if reading.index.is_none() {
                    about.subject = about.subject.or(classes);
                } else {
                    about.body = about.body.or(classes);
                }
            }
            about.limited |= reading.sentences.iter().any(|sentence| {
                sentence.classes.has(Classes::EXPIRY)
                    && sentence.classes.has(Classes::SECOND.or(Classes::MINUTE).or(Classes::HOUR))
            });
            if reading.index.is_none() {
                let labels = labels::labels(reading);
                about.subject_names_code = labels.iter().any(|label| label.names.is_code());
                about.subject_other = labels.iter().any(|label| label.names == Names::OtherThing)
                    && !about.subject_names_code
                    && !about.subject.has(Classes::AUTH);
            }
        }
        about
    }
}

/// Weighs every token of the readings. `keep_reasons` for an explanation.
pub(super) fn weigh(readings: &[Reading<'_>], about: &About, names: &[String], keep_reasons: bool) -> Codes {
    let mut by_value: HashMap<String, Candidate> = HashMap::new();
    let mut in_subject: Vec<String> = Vec::new();
    for (reading_index, reading) in readings.iter().enumerate() {
        let page = Page::of(reading);
        for index in 0..page.tokens.len() {
            let Some(token) = page.tokens.get(index) else { continue };
            let quoted = page.row_of(index).is_some_and(|row| row.quoted);
            let Some(tally) = page.weigh(index, about, names, keep_reasons) else { continue };
            if reading.index.is_none() {
                in_subject.push(token.value.clone());
            }
            let place = (reading_index, token.range.clone());
            match by_value.get_mut(&token.value) {
                Some(held) => {
                    held.places.push(place);
                    if (held.quoted, -held.tally.score) > (quoted, -tally.score) {
                        held.tally = tally;
                        held.quoted = quoted;
                        held.places.rotate_right(1);
                    }
                }
                None => {
                    let candidate = Candidate { value: token.value.clone(), places: vec![place], tally, quoted };
                    by_value.insert(token.value.clone(), candidate);
                }
            }
        }
    }
    let mut candidates: Vec<Candidate> = by_value.into_values().collect();
    for candidate in &mut candidates {
        let in_body = candidate.places.iter().any(|(reading, _)| *reading > 0);
        if in_body && in_subject.contains(&candidate.value) {
            candidate.tally.add(12, "in subject and body");
        }
    }
    candidates.sort_by(|a, b| {
        let key = |c: &Candidate| {
            (c.quoted, -c.tally.score, c.places.first().map(|(reading, range)| (*reading, range.start)))
        };
        key(a).cmp(&key(b))
    });
    Codes { candidates }
}

/// What to make of the candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The first one.
    Best,
    /// The first two (or more) are equally good.
    Tie,
    None,
}

impl Codes {
    pub(super) fn verdict(&self) -> Verdict {
        let mut good = self.candidates.iter().filter(|c| !c.quoted && c.tally.score >= THRESHOLD);
        match (good.next(), good.next()) {
            (Some(best), Some(second)) if best.tally.score - second.tally.score < MARGIN => Verdict::Tie,
            (Some(_), _) => Verdict::Best,
            (None, _) => Verdict::None,
        }
    }
}

/// How a label stands to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// Right before it: *code: 4821*, *code is 4821*.
    Before,
    /// Before it in the same sentence.
    Sentence,
    /// Before it in the same row.
    Row,
    /// After it: *4821 is your code*.
    After,
    /// In the row above the one that it has for itself.
    Above,
    /// A few rows above.
    FarAbove,
    /// In the row below.
    Below,
}

/// The label that governs a token.
#[derive(Clone, Copy, Debug)]
struct Governor {
    names: Names,
    relation: Relation,
    mention: Mention,
    sentence: Classes,
}

impl Governor {
    /// What the label gives.
    fn points(self) -> (i32, &'static str) {
        use Names::{LikelyCode, OneTimeCode, OtherThing, Owned, SomeCode};
        use Relation::{Above, After, Before, Below, FarAbove, Row, Sentence};
        match (self.names, self.relation) {
            (OneTimeCode, Before) => (60, "right after a word for a one-time code"),
            (OneTimeCode, After) => (56, "right before a word for a one-time code"),
            (OneTimeCode, Sentence) => (52, "in a sentence about a one-time code"),
            (OneTimeCode, Above) => (52, "below a line about a one-time code"),
            (OneTimeCode, Row | FarAbove) => (44, "near a word for a one-time code"),
            (OneTimeCode, Below) => (46, "above a line about a one-time code"),
            (LikelyCode, Before) => (50, "right after a word for a code, about signing in"),
            (LikelyCode, After) => (46, "right before a word for a code, about signing in"),
            (LikelyCode, Sentence) => (44, "in a sentence about a code, about signing in"),
            (LikelyCode, Above) => (44, "below a line about a code, about signing in"),
            (LikelyCode, Row | FarAbove) => (36, "near a word for a code, about signing in"),
            (LikelyCode, Below) => (38, "above a line about a code, about signing in"),
            (SomeCode, Before) => (42, "right after a word for a code"),
            (SomeCode, After) => (38, "right before a word for a code"),
            (SomeCode, Sentence) => (34, "in a sentence about a code"),
            (SomeCode, Above) => (36, "below a line about a code"),
            (SomeCode, Row | FarAbove) => (26, "near a word for a code"),
            (SomeCode, Below) => (30, "above a line about a code"),
            (OtherThing, _) => (-80, "the number of something else"),
            (Owned, _) => (-60, "the number of something else"),
        }
    }
}

impl<'r, 'm> Page<'r, 'm> {
    fn of(reading: &'r Reading<'m>) -> Self {
        let labels = labels::labels(reading);
        let mut tokens = Vec::new();
        let mut rows = Vec::new();
        for (index, row) in reading.rows.iter().enumerate() {
            numbers::tokens(reading.text, row.range.clone(), &reading.masks, &mut tokens);
            tokens.truncate(MOST_TOKENS);
            rows.resize(tokens.len(), index);
            if tokens.len() == MOST_TOKENS {
                break;
            }
        }
        let mut page = Self { reading, labels, tokens, rows, taken: Vec::new() };
        page.taken = (0..page.tokens.len()).map(|index| page.is_taken(index)).collect();
        page
    }

    fn row_of(&self, token: usize) -> Option<&super::reading::Row> {
        self.reading.rows.get(*self.rows.get(token)?)
    }

    /// The words right beside the token say that it is the number of something else.
    fn is_taken(&self, index: usize) -> bool {
        self.beside(index).is_some_and(|governor| !governor.names.is_code())
    }

    /// Labels of the row.
    fn labels_of_row(&self, row: usize) -> &[Label] {
        let first = self.labels.partition_point(|label| label.row < row);
        let after = self.labels.partition_point(|label| label.row <= row);
        self.labels.get(first..after).unwrap_or_default()
    }

    /// Tokens that may use up a label, as indices.
    fn tokens_in(&self, range: Range<usize>) -> Range<usize> {
        let first = self.tokens.partition_point(|token| token.range.start < range.start);
        let after = self.tokens.partition_point(|token| token.range.start < range.end);
        first..after
    }

    /// Whether a token between uses up the label before `token` does; those of one list share theirs.
    fn is_used_up(&self, label_end: usize, index: usize) -> bool {
        let Some(token) = self.tokens.get(index) else { return true };
        let between = self.tokens_in(label_end..token.range.start);
        let mut next = token.range.start;
        for other in between.rev() {
            let Some(held) = self.tokens.get(other) else { continue };
            let uses = !self.taken.get(other).copied().unwrap_or(false)
                && !held.hash
                && !matches!(held.form, Form::Year | Form::WordNumber | Form::Capitals | Form::Camel | Form::Small);
            if !uses {
                continue;
            }
            let gap = Gap::of(self.reading.slice(held.range.end..next));
            let is_list = gap.words <= 1 && gap.longest <= 4 && !gap.has_stop && held.form == token.form;
            if !is_list {
                return true;
            }
            next = held.range.start;
        }
        false
    }

    /// The label in the token's own row that stands right beside it or governs its sentence.
    fn beside(&self, index: usize) -> Option<Governor> {
        let token = self.tokens.get(index)?;
        let row = *self.rows.get(index)?;
        let labels = self.labels_of_row(row);
        let before = labels.partition_point(|label| label.range.end <= token.range.start);
        let mut best: Option<Governor> = None;
        for label in labels.get(..before)?.iter().rev().take(8) {
            if self.is_used_up(label.range.end, index) {
                break;
            }
            let gap = Gap::of(self.reading.slice(label.range.end..token.range.start));
            let right_before = !gap.has_stop && (gap.words <= 2 && !gap.has_comma || gap.announces && gap.words <= 6);
            let relation = match (label.names.is_code(), right_before) {
                (true, true) => Relation::Before,
                (true, false) if !gap.has_stop => Relation::Sentence,
                (true, false) => Relation::Row,
                (false, _)
                    if !gap.has_stop && !gap.has_comma && (gap.words <= 1 || gap.announces && gap.words <= 3) =>
                {
                    Relation::Before
                }
                (false, _) => continue,
            };
            if !self.may_govern(label, relation) {
                continue;
            }
            best = Some(Governor { names: label.names, relation, mention: label.mention, sentence: label.sentence });
            break;
        }
        if best.is_some_and(|best| best.relation == Relation::Before) {
            return best;
        }
        let sentence_start = self.reading.sentence_at(token.range.start).map_or(token.range.start, |s| s.range.start);
        let opens = Gap::of(self.reading.slice(sentence_start..token.range.start)).words <= 1;
        if let Some(label) = labels.get(before..).and_then(|after| after.first()) {
            let gap = Gap::of(self.reading.slice(token.range.end..label.range.start));
            let next_is_far = self.tokens_in(token.range.end..label.range.start).is_empty();
            let limit = if label.names.is_code() { 5 } else { 1 };
            let allowed = (token.form.is_digits() || opens) && next_is_far && !gap.has_stop && gap.words <= limit;
            let introduces_another = self.introduces_another(label);
            if allowed
                && !introduces_another
                && (label.names.is_code() || gap.is_open)
                && self.may_govern(label, Relation::After)
            {
                let after = Governor {
                    names: label.names,
                    relation: Relation::After,
                    mention: label.mention,
                    sentence: label.sentence,
                };
                best = match best {
                    Some(held) if held.points().0 >= after.points().0 && after.names.is_code() => Some(held),
                    _ => Some(after),
                };
            }
        }
        best
    }

    /// Whether a token follows right behind the label: then it is that one's.
    fn introduces_another(&self, label: &Label) -> bool {
        let row_end = self.reading.rows.get(label.row).map_or(label.range.end, |row| row.range.end);
        let next = self.tokens_in(label.range.end..row_end).start;
        self.tokens.get(next).filter(|token| token.range.start < row_end).is_some_and(|token| {
            let gap = Gap::of(self.reading.slice(label.range.end..token.range.start));
            !gap.has_stop && (gap.words <= 1 || gap.announces && gap.words <= 4)
        })
    }

    /// Sentences that only talk of codes lend their words to nothing but what stands right beside them.
    fn may_govern(&self, label: &Label, relation: Relation) -> bool {
        match label.mention {
            Mention::Delivers => true,
            Mention::Sample => !label.names.is_code(),
            Mention::Warns => matches!(relation, Relation::Before | Relation::After | Relation::Below),
            Mention::Elsewhere => matches!(relation, Relation::Before) || !label.names.is_code(),
        }
    }

    /// What governs the token.
    fn governor(&self, index: usize) -> Option<Governor> {
        let beside = self.beside(index);
        if beside.is_some_and(|governor| {
            matches!(governor.relation, Relation::Before | Relation::After | Relation::Sentence)
        }) {
            return beside;
        }
        let around = self.column(index).or_else(|| self.above(index)).into_iter().chain(self.below(index));
        around.chain(beside).max_by_key(|governor| match governor.names.is_code() {
            // Something else's caption right above outweighs all.
            false if governor.relation == Relation::Above => i32::MAX,
            _ => governor.points().0,
        })
    }

    /// Whether the token opens its row and little else stands in it.
    fn leads_row(&self, index: usize) -> bool {
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_of(index)) else { return false };
        token.alone
            || token.form.is_digits() && Gap::of(self.reading.slice(row.range.start..token.range.start)).words <= 1
    }

    /// A caption in the cell above, in a table with a row of captions.
    fn column(&self, index: usize) -> Option<Governor> {
        let token = self.tokens.get(index)?;
        let row_index = *self.rows.get(index)?;
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
        let start = captions.match_indices('\t').nth(column.wrapping_sub(1)).map_or(0, |(at, _)| at + 1);
        let end = captions.match_indices('\t').nth(column).map_or(captions.len(), |(at, _)| at);
        let cell = above.range.start + start..above.range.start + end;
        let labels = self.labels_of_row(row_index - 1);
        let label = labels.iter().rev().find(|label| cell.start <= label.range.start && label.range.end <= cell.end)?;
        Some(Governor {
            names: label.names,
            relation: Relation::Above,
            mention: label.mention,
            sentence: label.sentence,
        })
    }

    fn above(&self, index: usize) -> Option<Governor> {
        const REACH: usize = 4;
        let token = self.tokens.get(index)?;
        if !self.leads_row(index) {
            return None;
        }
        let row_index = *self.rows.get(index)?;
        let quoted = self.reading.rows.get(row_index)?.quoted;
        for distance in 1..=REACH {
            let above = row_index.checked_sub(distance)?;
            let row = self.reading.rows.get(above)?;
            if row.quoted != quoted {
                return None;
            }
            let relation = if distance == 1 { Relation::Above } else { Relation::FarAbove };
            let labels = self.labels_of_row(above);
            let code = labels
                .iter()
                .rev()
                .filter(|label| label.names.is_code() && self.may_govern(label, relation))
                .filter(|label| !self.is_used_up(label.range.end, index))
                .min_by_key(|label| label.names as u8);
            if let Some(label) = code {
                return Some(Governor {
                    names: label.names,
                    relation,
                    mention: label.mention,
                    sentence: label.sentence,
                });
            }
            let is_caption = self.is_caption(above);
            if distance == 1 && is_caption && !labels.iter().any(|label| label.names.is_code()) {
                if let Some(label) = labels.iter().rev().find(|label| !self.is_used_up(label.range.end, index)) {
                    return Some(Governor {
                        names: label.names,
                        relation,
                        mention: label.mention,
                        sentence: label.sentence,
                    });
                }
            }
        }
        None
    }

    /// A row of a few words that names what stands below it.
    fn is_caption(&self, row: usize) -> bool {
        let Some(row) = self.reading.rows.get(row) else { return false };
        let text = self.reading.slice(row.range.clone()).trim();
        let gap = Gap::of(text);
        gap.words <= 5 || gap.announces
    }

    fn below(&self, index: usize) -> Option<Governor> {
        let token = self.tokens.get(index)?;
        if !token.alone {
            return None;
        }
        let row_index = *self.rows.get(index)?;
        let quoted = self.reading.rows.get(row_index)?.quoted;
        for below in [row_index + 1, row_index + 2] {
            let row = self.reading.rows.get(below).filter(|row| row.quoted == quoted)?;
            let text = self.reading.slice(row.range.clone());
            if text.trim_end().ends_with([':', '：']) || !self.tokens_in(row.range.clone()).is_empty() {
                return None;
            }
            let label = self
                .labels_of_row(below)
                .iter()
                .find(|label| label.names.is_code() && self.may_govern(label, Relation::Below));
            if let Some(label) = label {
                return Some(Governor {
                    names: label.names,
                    relation: Relation::Below,
                    mention: label.mention,
                    sentence: label.sentence,
                });
            }
        }
        None
    }

    /// Classes of the rows around the token, its own included.
    fn around(&self, index: usize, reach: usize) -> (Classes, usize) {
        let Some(&row) = self.rows.get(index) else { return (Classes::default(), 0) };
        let first = row.saturating_sub(reach);
        let mut all = Classes::default();
        let mut others = 0;
        for row in self.reading.rows.iter().skip(first).take(row - first + reach + 1) {
            for hit in self.reading.hits_of(row).iter().take(64) {
                all = all.or(hit.classes);
                others += usize::from(hit.classes.has(Classes::OTHER));
            }
        }
        (all, others)
    }

    /// The token's score; `None` for what is no candidate at all.
    fn weigh(&self, index: usize, about: &About, names: &[String], keep_reasons: bool) -> Option<Tally> {
        let token = self.tokens.get(index)?;
        let governor = self.governor(index);
        let mut tally = Tally::new(keep_reasons);
        if token.hash && self.is_bound(token) {
            tally.add(110, "bound to its origin");
            return Some(tally);
        }
        if !self.may_be_code(token, governor, names) {
            return None;
        }
        let relation = governor.map(|governor| governor.relation);
        let named = governor.map(|governor| governor.names);
        if let Some(governor) = governor {
            let (points, name) = governor.points();
            tally.add(points, name);
        }
        tally.add_if(token.alone, 14, "alone in its line or cell");
        self.weigh_form(token, governor, &mut tally);
        self.weigh_context(index, named, relation, governor, about, &mut tally);
        let worth_telling = governor.is_some() || token.alone || tally.score > 0;
        worth_telling.then_some(tally)
    }

    /// `@example.com #123456`: an origin-bound one-time code (the WICG's format for codes that a browser fills in).
    fn is_bound(&self, token: &Token) -> bool {
        let Some(sentence) = self.reading.row_at(token.range.start).and_then(|row| self.reading.rows.get(row)) else {
            return false;
        };
        let before = self.reading.slice(sentence.range.start..token.range.start).trim_end_matches(['#', ' ']);
        let host = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        host.strip_prefix('@').is_some_and(|host| {
            host.contains('.') && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        })
    }

    /// Words are codes only where a label points at them.
    fn may_be_code(&self, token: &Token, governor: Option<Governor>, names: &[String]) -> bool {
        let digits = token.form.is_digits();
        let Some(governor) = governor else { return digits || token.alone && token.form == Form::Mixed };
        if digits {
            return true;
        }
        let pointed_at = matches!(governor.relation, Relation::Before | Relation::Above)
            || governor.relation == Relation::After
            || token.alone;
        if !token.form.is_letters() {
            return pointed_at || governor.relation == Relation::Sentence;
        }
        let value = token.value.to_lowercase();
        let is_name = names.iter().any(|name| *name == value);
        let known_word =
            self.reading.hits_in(token.range.start..token.range.end).iter().any(|hit| hit.start == token.range.start);
        let labelled = governor.names == Names::OneTimeCode || governor.names == Names::LikelyCode || token.alone;
        let placed = token.alone || governor.relation == Relation::Before;
        pointed_at && placed && labelled && !is_name && !known_word && (token.form != Form::Small || token.alone)
    }

    fn weigh_form(&self, token: &Token, governor: Option<Governor>, tally: &mut Tally) {
        let length = token.value.chars().filter(|c| c.is_alphanumeric()).count();
        let sure = governor.is_some_and(|governor| {
            governor.names.is_code() && (matches!(governor.relation, Relation::Before | Relation::After) || token.alone)
        });
        match token.form {
            Form::Digits if length == 6 => tally.add(8, "six digits"),
            Form::Digits if length <= 8 => tally.add(3, "four to eight digits"),
            Form::Digits => tally.add(-6, "many digits"),
            Form::OddDigits => tally.add(-12, "unevenly parted digits"),
            Form::Year => tally.add(if sure { -4 } else { -45 }, "may be a year"),
            Form::Date => tally.add(if sure { -4 } else { -35 }, "may be a date"),
            Form::Mixed => tally.add(3, "letters and digits"),
            Form::LowerMixed => tally.add(-2, "small letters and digits"),
            Form::WordNumber => tally.add(-30, "a word and a number"),
            Form::Capitals | Form::Camel => tally.add(-6, "letters only"),
            Form::Small => tally.add(-12, "small letters only"),
        }
        tally.add_if(token.hash, -30, "numbered with #");
    }

    fn weigh_context(
        &self,
        index: usize,
        named: Option<Names>,
        relation: Option<Relation>,
        governor: Option<Governor>,
        about: &About,
        tally: &mut Tally,
    ) {
        let in_subject = self.reading.index.is_none();
        let (near, others) = self.around(index, 3);
        let (right_by, _) = self.around(index, 1);
        let sure = named == Some(Names::OneTimeCode);
        tally.add_if(in_subject && named.is_some_and(Names::is_code), 6, "in the subject");
        tally.add_if(!in_subject && about.subject_names_code, 8, "the subject names a code");
        tally.add_if(
            !in_subject && !about.subject_names_code && about.subject.has(Classes::AUTH),
            8,
            "the subject is about signing in",
        );
        tally.add_if(near.has(Classes::AUTH), 8, "words of signing in nearby");
        tally.add_if(right_by.has(Classes::GIVE) && relation != Some(Relation::After), 6, "asks to use it");
        tally.add_if(about.limited, 6, "something here expires soon");
        let warned = Classes::NEVER.or(Classes::UNASKED);
        tally.add_if(about.body.has(warned), 6, "warns, or says to ignore it");
        if named.is_none() {
            self.weigh_unnamed(index, about, tally);
        }
        if !sure {
            let weak = governor.is_none_or(|governor| governor.names != Names::LikelyCode);
            let points = match others {
                0 => 0,
                1 => -8,
                2 => -14,
                _ => -22,
            };
            tally.add_if(points < 0, if weak { points } else { points / 2 }, "near other things with numbers");
            tally.add_if(about.subject_other, -12, "the subject is about other things");
        }
    }

    /// No word names it: only its place speaks for it.
    fn weigh_unnamed(&self, index: usize, about: &About, tally: &mut Tally) {
        let Some(token) = self.tokens.get(index) else { return };
        let Some(&row) = self.rows.get(index) else { return };
        let sentence = self.reading.sentence_at(token.range.start).map(|s| s.classes).unwrap_or_default();
        let above = row.checked_sub(1).and_then(|above| self.reading.rows.get(above));
        let announced = token.alone
            && above.is_some_and(|above| {
                let text = self.reading.slice(above.range.clone());
                text.trim_end().ends_with([':', '：']) && self.reading.classes_of(above).has(Classes::GIVE)
            });
        tally.add_if(announced, 20, "announced as what to enter");
        tally.add_if(sentence.has(Classes::GIVE) && sentence.has(Classes::AUTH), 30, "to be used for signing in");
        let only = self.tokens.iter().filter(|other| other.form.is_digits()).all(|other| other.value == token.value);
        tally.add_if(only && token.alone && about.subject.has(Classes::AUTH.or(Classes::CODE)), 8, "the only number");
    }
}

//! Which token of a mail is its code: what governs it, where it stands, what it looks like, what the mail is about.

use std::collections::HashMap;
use std::ops::Range;

use super::labels::{self, Names};
use super::lexicon::Classes;
use super::links;
use super::numbers::{Form, Token};
use super::page::{Governor, MOST_TOKENS, Page, Relation};
use super::reading::Reading;
use super::tally::Tally;

/// What a code needs to be reported.
pub(super) const THRESHOLD: i32 = 44;
/// A second value this close to the best makes a tie.
const MARGIN: i32 = 10;

/// The values of a mail that may be codes.
#[derive(Debug)]
pub(super) struct Codes {
    /// Best first; one for each value.
    pub(super) candidates: Vec<Candidate>,
}

/// A value and what speaks for it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) value: String,
    /// Index of the reading, bytes of its text; the place that `tally` is about comes first.
    pub(super) places: Vec<(usize, Range<usize>)>,
    pub(super) tally: Tally,
    /// Only in a quote.
    pub(super) quoted: bool,
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

/// What the whole mail is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About {
    pub(super) subject: Classes,
    pub(super) subject_names_code: bool,
    /// The subject names something else that has codes, and nothing of signing in.
    pub(super) subject_other: bool,
    /// Of all shown, unquoted rows.
    pub(super) body: Classes,
    /// Something expires in seconds, minutes or hours.
    pub(super) limited: bool,
}

impl About {
    pub(super) fn of(readings: &[Reading<'_>]) -> Self {
        let mut about = Self::default();
        for reading in readings {
            for row in reading.rows.iter().filter(|row| !row.quoted) {
                if reading.index.is_none() {
                    about.subject = about.subject.or(links::words(reading.hits_of(row)));
                } else {
                    about.body = about.body.or(reading.classes_of(row));
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

/// Weighs every token of the readings, of which the first is the subject. `names` are the sender's: they are no codes.
pub(super) fn weigh(readings: &[Reading<'_>], about: &About, names: &[String]) -> Codes {
    let mut by_value: HashMap<String, Candidate> = HashMap::new();
    let mut left = MOST_TOKENS;
    for (reading_index, reading) in readings.iter().enumerate() {
        let page = Page::of(reading, left);
        left -= page.tokens.len().min(left);
        for (index, token) in page.tokens.iter().enumerate() {
            let weighing = Weighing { page: &page, token, index, about, names };
            let Some(tally) = weighing.weigh() else { continue };
            let quoted = page.row_of(index).is_some_and(|row| row.quoted);
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
        let is_subject = |place: &(usize, Range<usize>)| place.0 == 0;
        if candidate.places.iter().any(is_subject) && !candidate.places.iter().all(is_subject) {
            candidate.tally.add(12, "in subject and body");
        }
    }
    let key =
        |c: &Candidate| (c.quoted, -c.tally.score, c.places.first().map(|(reading, range)| (*reading, range.start)));
    candidates.sort_by_key(key);
    Codes { candidates }
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

/// One token under judgement.
struct Weighing<'p, 'r, 'm> {
    page: &'p Page<'r, 'm>,
    token: &'p Token,
    index: usize,
    about: &'p About,
    names: &'p [String],
}

impl Weighing<'_, '_, '_> {
    /// The token's score; `None` for what is no candidate at all.
    fn weigh(&self) -> Option<Tally> {
        let mut tally = Tally::default();
        if self.token.hash && self.is_bound() {
            tally.add(110, "bound to its origin");
            return Some(tally);
        }
        let governor = self.page.governor(self.index);
        if !self.may_be_code(governor.as_ref()) {
            return None;
        }
        if let Some(governor) = &governor {
            let (points, name) = governor.points();
            tally.add_at(points, name, Some(governor.word.clone()));
        }
        tally.add_if(self.token.alone, 14, "alone in its line or cell");
        self.weigh_form(governor.as_ref(), &mut tally);
        self.weigh_context(governor.as_ref(), &mut tally);
        (governor.is_some() || self.token.alone || tally.score > 0).then_some(tally)
    }

    /// `@example.com #123456`: an origin-bound one-time code (the WICG's format for codes that a browser fills in).
    fn is_bound(&self) -> bool {
        let Some(row) = self.page.row_of(self.index) else { return false };
        let before = self.page.reading.slice(row.range.start..self.token.range.start).trim_end_matches(['#', ' ']);
        let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        word.strip_prefix('@').is_some_and(|host| {
            host.contains('.') && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        })
    }

    /// Words are codes only where a label points at them.
    fn may_be_code(&self, governor: Option<&Governor>) -> bool {
        let form = self.token.form;
        let Some(governor) = governor else { return form.is_digits() || self.token.alone && form == Form::Mixed };
        if form.is_digits() {
            return true;
        }
        let pointed_at =
            self.token.alone || matches!(governor.relation, Relation::Before | Relation::Above | Relation::After);
        if !form.is_letters() {
            let given = governor.relation == Relation::Row && self.page.is_given(self.index);
            return pointed_at || governor.relation == Relation::Sentence || given;
        }
        let value = self.token.value.to_lowercase();
        let is_name = self.names.contains(&value);
        let range = self.token.range.clone();
        let is_known_word = self.page.reading.hits_in(range.clone()).iter().any(|hit| hit.start == range.start);
        let is_labelled = matches!(governor.names, Names::OneTimeCode | Names::LikelyCode) || self.token.alone;
        let is_placed = self.token.alone || governor.relation == Relation::Before;
        let is_small = form == Form::Small && !self.token.alone;
        pointed_at && is_placed && is_labelled && !is_name && !is_known_word && !is_small
    }

    fn weigh_form(&self, governor: Option<&Governor>, tally: &mut Tally) {
        let length = self.token.value.chars().filter(|c| c.is_alphanumeric()).count();
        let sure = governor.is_some_and(|governor| {
            governor.names.is_code()
                && (matches!(governor.relation, Relation::Before | Relation::After) || self.token.alone)
        });
        match self.token.form {
            Form::Digits if length == 6 => tally.add(8, "six digits"),
            Form::Digits if length <= 8 => tally.add(3, "four to eight digits"),
            Form::Digits => tally.add(-6, "many digits"),
            Form::OddDigits => tally.add(-12, "unevenly parted digits"),
            Form::Dialled => tally.add(if sure { -12 } else { -40 }, "parted like a telephone number"),
            Form::Year => tally.add(if sure { -4 } else { -45 }, "may be a year"),
            Form::Date => tally.add(if sure { -4 } else { -35 }, "may be a date"),
            Form::Mixed => tally.add(3, "letters and digits"),
            Form::LowerMixed => tally.add(-2, "small letters and digits"),
            Form::WordNumber => tally.add(-30, "a word and a number"),
            Form::Capitals | Form::Camel => tally.add(-6, "letters only"),
            Form::Small => tally.add(-12, "small letters only"),
        }
        let is_shown_with = |governor: &Governor| {
            governor.names == Names::OneTimeCode && (governor.relation == Relation::Before || self.token.alone)
        };
        let points = if governor.is_some_and(is_shown_with) { -12 } else { -60 };
        tally.add_if(self.token.hash, points, "numbered with #");
    }

    fn weigh_context(&self, governor: Option<&Governor>, tally: &mut Tally) {
        let about = self.about;
        let in_subject = self.page.reading.index.is_none();
        let named = governor.map(|governor| governor.names);
        let is_after = governor.is_some_and(|governor| governor.relation == Relation::After);
        let (near, others) = self.page.around(self.index, 3);
        let (right_by, _) = self.page.around(self.index, 1);
        let warned = about.body.has(Classes::NEVER.or(Classes::UNASKED));
        let asked = right_by.has(Classes::GIVE) && !is_after;
        tally.add_if(in_subject && named.is_some_and(Names::is_code), 6, "in the subject");
        tally.add_if(!in_subject && about.subject_names_code, 8, "the subject names a code");
        let subject_signs = about.subject.has(Classes::AUTH);
        tally.add_if(!in_subject && !about.subject_names_code && subject_signs, 8, "the subject is about signing in");
        tally.add_if(near.has(Classes::AUTH), 8, "words of signing in nearby");
        let given = self.page.is_given(self.index);
        tally.add_if(given, 10, "right after a word that asks to use it");
        tally.add_if(asked && !given, 6, "asks to use it");
        tally.add_if(about.limited, 6, "something here expires soon");
        tally.add_if(warned, 6, "warns, or says to ignore it");
        let supported = asked || warned || about.limited || subject_signs || about.subject_names_code;
        match named {
            None => self.weigh_unnamed(tally),
            Some(Names::LikelyCode) => tally.add_if(!supported, -14, "nothing else speaks of a code to use"),
            Some(Names::SomeCode) => tally.add_if(!supported, -6, "nothing else speaks of a code to use"),
            Some(Names::SomeNumber) => {
                tally.add_if(!(asked && near.has(Classes::AUTH)), -30, "nothing speaks of a code to use");
            }
            Some(_) => {}
        }
        if named != Some(Names::OneTimeCode) {
            let points = match others {
                0 => 0,
                1 => -8,
                2 => -14,
                _ => -22,
            };
            let points = if named == Some(Names::LikelyCode) { points / 2 } else { points };
            tally.add_if(points < 0, points, "near other things with numbers");
            tally.add_if(about.subject_other, -12, "the subject is about other things");
            tally.add_if(self.page.beside_money(self.index), -8, "beside an amount or a card");
        }
    }

    /// No word names it: only its place speaks for it.
    fn weigh_unnamed(&self, tally: &mut Tally) {
        let reading = self.page.reading;
        let sentence = reading.sentence_at(self.token.range.start).map(|s| s.classes).unwrap_or_default();
        let above = self.page.row_above(self.index);
        let announced = self.token.alone
            && above.is_some_and(|above| {
                let text = reading.slice(above.range.clone());
                text.trim_end().ends_with([':', '：']) && reading.classes_of(above).has(Classes::GIVE)
            });
        tally.add_if(announced, 20, "announced as what to enter");
        let signs = sentence.has(Classes::GIVE) && sentence.has(Classes::AUTH);
        tally.add_if(signs, 30, "to be used for signing in");
        // "Type 620193 into the app to finish": the sentence asks for it and nothing else in it has a number.
        let given = self.page.is_given(self.index) && !sentence.has(Classes::OTHER);
        let confirms = sentence.has(Classes::SOFT) || self.about.limited;
        tally.add_if(!signs && given && confirms, 22, "to be used soon, or for confirming");
        let stands_out = self.page.opens_sentence(self.index) && self.token.form == Form::Digits;
        let told = self.about.body.has(Classes::NUMBER.or(Classes::CODE).or(Classes::GIVE));
        let in_subject = reading.index.is_none() && sentence.has(Classes::AUTH) && stands_out && told;
        tally.add_if(in_subject, 28, "opens a subject about signing in");
        let only = self.page.is_only_number(self.token);
        let subject = self.about.subject.has(Classes::AUTH.or(Classes::CODE));
        tally.add_if(only && self.token.alone && subject, 8, "the only number");
    }
}

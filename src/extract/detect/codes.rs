//! Which token of a mail is its code: what governs it, where it stands, what it looks like, what the mail is about.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::labels::{self, Mention, Names};
use super::lexicon::Classes;
use super::links;
use super::numbers::{Form, Token, measures};
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
    /// It names a one-time code.
    pub(super) subject_names_once: bool,
    /// The subject names something else that has codes, and nothing of signing in.
    pub(super) subject_other: bool,
    /// Of all shown, unquoted rows.
    pub(super) body: Classes,
    /// The mail answers another one.
    pub(super) answers: bool,
    /// It answers another one on a mailing list.
    pub(super) discusses: bool,
    /// The subject names a percentage: what one saves.
    pub(super) subject_percentage: bool,
    /// Something expires in seconds, minutes or hours.
    pub(super) limited: bool,
}

impl About {
    pub(super) fn of(readings: &[Reading<'_>]) -> Self {
        let mut about = Self::default();
        for reading in readings {
            for (index, row) in reading.rows.iter().enumerate().filter(|(_, row)| !row.quoted) {
                if reading.index.is_none() {
                    about.subject = about.subject.or(links::words(reading.hits_of(row)));
                } else {
                    let classes = reading.classes_of(row);
                    let warns = Classes::NEVER.or(Classes::UNASKED).or(Classes::EXPIRY);
                    about.body = about.body.or(if index < reading.imprint { classes } else { classes.and(warns) });
                }
            }
            about.limited |= reading.sentences.iter().any(|sentence| {
                sentence.classes.has(Classes::EXPIRY)
                    && sentence.classes.has(Classes::SECOND.or(Classes::MINUTE).or(Classes::HOUR))
            });
            if reading.index.is_none() {
                let labels = labels::labels(reading);
                about.subject_names_code = labels.iter().any(|label| label.names.is_code());
                (about.answers, about.discusses) = answers(reading.text);
                about.subject_percentage = measures::tells_of_percentage(reading.text);
                about.subject_names_once = labels.iter().any(|label| {
                    matches!(label.names, Names::OneTimeCode | Names::LikelyCode) && label.mention == Mention::Delivers
                });
                about.subject_other = labels.iter().any(|label| label.names == Names::OtherThing)
                    && !about.subject_names_code
                    && !about.subject.has(Classes::AUTH);
            }
        }
        about
    }
}

/// Whether a subject is that of an answer, and whether of one on a mailing list. Services write new ones.
fn answers(subject: &str) -> (bool, bool) {
    const ANSWERS: [&str; 9] = ["re", "aw", "antw", "odp", "res", "ynt", "回复", "答复", "답장"];
    /// A mailing list's name, not the number of a ticket.
    fn list(subject: &str) -> Option<&str> {
        let (name, rest) = subject.trim_start().strip_prefix('[')?.split_once(']')?;
        (!name.contains(|c: char| c == '#' || c.is_ascii_digit())).then_some(rest)
    }
    let outer = list(subject);
    let Some((mark, rest)) = outer.unwrap_or(subject).split_once([':', '：']) else { return (false, false) };
    let mark = mark.trim();
    let answers = ANSWERS.iter().any(|answer| mark.eq_ignore_ascii_case(answer));
    (answers, answers && (outer.is_some() || list(rest).is_some()))
}

/// Words joined with their capitals kept, as companies write their names: "GrantHub".
fn is_brand(value: &str) -> bool {
    let is_word = |word: &str| word.len() >= 2 && word.bytes().all(|b| b.is_ascii_lowercase());
    value.starts_with(|c: char| c.is_ascii_uppercase())
        && value.split(|c: char| c.is_ascii_uppercase()).skip(1).all(is_word)
}

/// Whether the digits only count up, as they do in examples.
fn counts_up(value: &str) -> bool {
    let mut pairs = value.as_bytes().windows(2);
    value.len() >= 6 && pairs.all(|pair| matches!(pair, [a, b] if a.is_ascii_digit() && *b == a + 1))
}

/// Weighs every token of the readings, of which the first is the subject. `names` are the sender's: they are no codes.
pub(super) fn weigh(readings: &[Reading<'_>], about: &About, names: &[String]) -> Codes {
    let mut by_value: HashMap<String, Candidate> = HashMap::new();
    let mut numbered: HashSet<String> = HashSet::new();
    let mut left = MOST_TOKENS;
    for (reading_index, reading) in readings.iter().enumerate() {
        let page = Page::of(reading, left);
        left -= page.tokens.len().min(left);
        for (index, token) in page.tokens.iter().enumerate() {
            let weighing = Weighing { page: &page, token, index, about, names };
            // "[RELAY-4821]" is a ticket, as "#4821" is.
            let is_ticket = || token.value.contains('-') && !token.form.is_digits() && page.is_bracketed(index);
            numbered.extend((reading_index == 0 && (token.hash || is_ticket())).then(|| token.value.clone()));
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
        if !candidate.places.iter().all(is_subject) {
            let is_ticket = numbered.contains(&candidate.value);
            let is_both = candidate.places.iter().any(is_subject);
            candidate.tally.add_if(is_both && !is_ticket, 12, "in subject and body");
            candidate.tally.add_if(is_ticket, -60, "numbered in the subject, like a ticket");
        }
    }
    let key =
        |c: &Candidate| (c.quoted, -c.tally.score, c.places.first().map(|(reading, range)| (*reading, range.start)));
    candidates.sort_by_key(key);
    Codes { candidates }
}

impl Codes {
    /// The best one is only just good enough: where a link is certain, it is a number of something else.
    pub(super) fn is_weak(&self) -> bool {
        self.candidates.first().is_some_and(|best| best.tally.score < THRESHOLD + 12)
    }

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
        tally.add_if(self.page.is_ending(self.index), -100, "the end of a longer number");
        if !self.may_be_code(governor.as_ref()) {
            return None;
        }
        if let Some(governor) = &governor {
            let (points, name) = governor.points();
            tally.add_at(points, name, Some(governor.word.clone()));
        }
        tally.add_if(self.token.alone, 20, "alone in its line or cell");
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
        let Some(governor) = governor else {
            let given = || self.page.is_given(self.index);
            // "Type this into it:" and "QXJ-TRP" below.
            let is_shown = form == Form::Capitals && self.token.alone && self.row_above_asks();
            return form.is_digits() || form == Form::Mixed && (self.token.alone || given()) || is_shown;
        };
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
        let is_small = (form == Form::Small || is_brand(&self.token.value)) && !self.token.alone;
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
            Form::Digits => tally.add(-9, "many digits"),
            Form::OddDigits => tally.add(if self.token.alone { -6 } else { -12 }, "unevenly parted digits"),
            Form::Dialled => tally.add(if sure { -12 } else { -40 }, "parted like a telephone number"),
            Form::Year => tally.add(if sure { -4 } else { -45 }, "may be a year"),
            Form::Date => tally.add(if sure { -4 } else { -35 }, "may be a date"),
            Form::Mixed => tally.add(if self.token.alone { 5 } else { 3 }, "letters and digits"),
            Form::LowerMixed => tally.add(-2, "small letters and digits"),
            Form::WordNumber => tally.add(-30, "a word and a number"),
            Form::CapitalWordNumber => {
                let named = governor.is_some_and(|governor| governor.names == Names::OneTimeCode);
                tally.add(if named { -4 } else { -36 }, "a word and a number, like a discount");
            }
            Form::Capitals | Form::Camel => tally.add(-6, "letters only"),
            Form::Small => tally.add(-12, "small letters only"),
        }
        let is_shown_with = |governor: &Governor| {
            let between = self.page.reading.slice(governor.word.end..self.token.range.start);
            let is_beside = governor.relation == Relation::Before && between.trim_matches([' ', '#', ':']).is_empty();
            governor.names == Names::OneTimeCode && (is_beside || self.token.alone)
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
        tally.add_if(in_subject && named.is_some_and(Names::is_code) && !about.answers, 6, "in the subject");
        tally.add_if(in_subject && about.answers, -30, "in the subject of an answer");
        tally.add_if(counts_up(&self.token.value), -30, "counts up like an example");
        tally.add_if(!in_subject && about.subject_names_code, 8, "the subject names a code");
        let subject_signs = about.subject.has(Classes::AUTH);
        tally.add_if(!in_subject && !about.subject_names_code && subject_signs, 8, "the subject is about signing in");
        tally.add_if(near.has(Classes::AUTH), 6, "words of signing in nearby");
        let given = self.page.is_given(self.index);
        tally.add_if(given, if named.is_none() { 12 } else { 10 }, "right after a word that asks to use it");
        tally.add_if(asked && !given, 6, "asks to use it");
        tally.add_if(about.limited, 6, "something here expires soon");
        tally.add_if(warned, 8, "warns, or says to ignore it");
        let subject_confirms = about.subject.has(Classes::SOFT) && !about.subject_other;
        let subject_names = about.subject_names_code && !about.subject.has(Classes::OTHER);
        let supported = asked || warned || about.limited || subject_signs || subject_confirms || subject_names;
        match named {
            None => self.weigh_unnamed(tally),
            Some(Names::LikelyCode) => tally.add_if(!supported, -14, "nothing else speaks of a code to use"),
            Some(Names::SomeCode) => {
                let points = match self.page.ends_sentence(self.index) {
                    _ if about.subject.has(Classes::OTHER) => -16,
                    true => -4,
                    false => -10,
                };
                tally.add_if(!supported, points, "nothing else speaks of a code to use");
            }
            Some(Names::SomeNumber) => {
                let signs = Classes::AUTH.or(Classes::SOFT);
                let confirms = near.has(signs) || about.subject.has(signs);
                let used = confirms && (asked || about.limited || self.is_announced());
                tally.add_if(!used, -30, "nothing speaks of a code to use");
            }
            Some(_) => {}
        }
        // "Share your code with friends": the word for sharing is no warning.
        let shares = governor.is_some_and(|governor| governor.warns) && (others > 0 || about.subject_other);
        tally.add_if(shares && named != Some(Names::OneTimeCode), -24, "to be shared");
        let used = given || asked || warned || about.limited || subject_signs || about.subject_names_code;
        let is_done = about.subject.has(Classes::DONE) && !about.limited && !given;
        tally.add_if(is_done, -40, "the subject tells that it is done");
        let is_gone = about.subject.has(Classes::ELSEWHERE);
        let points = if given || asked { -20 } else { -40 };
        tally.add_if(is_gone, points, "the subject tells of a code that came elsewhere or is used up");
        let is_over = governor.is_some_and(|governor| governor.elsewhere) && !asked && !given;
        tally.add_if(is_over && !is_gone, -28, "in a sentence about a code that came elsewhere or is used up");
        let is_told = asked || given || warned;
        let points = if about.limited { -14 } else { -32 };
        let is_idle = about.answers && !about.discusses && !in_subject && !is_told;
        tally.add_if(is_idle, points, "an answer that gives nothing to use");
        tally.add_if(about.discusses && !in_subject, -50, "an answer on a mailing list");
        tally.add_if(self.page.is_cited(self.index), -60, "in quotation marks, with what is said of it");
        let is_once = governor.is_some_and(|governor| {
            let hits = self.page.reading.hits_in(governor.word.clone());
            near.has(Classes::ONCE) || hits.iter().any(|hit| hit.classes.has(Classes::OTHER.or(Classes::ONCE)))
        });
        let unasked = named == Some(Names::OneTimeCode) && !is_once && !is_told && !about.limited;
        let unasked = unasked && (others > 1 || self.page.has_others_beside(self.index));
        let points = match () {
            () if about.subject_names_once => -14,
            () if subject_signs => -24,
            () => -40,
        };
        tally.add_if(unasked, points, "nothing speaks of a code to use, but of other things");
        if !used && named.is_some_and(Names::is_code) {
            tally.add_if(self.is_receipt_line(), -40, "a line of a receipt");
            // "Pick-up code": the thing's own word is in the name of its one-time code.
            let is_sure = governor.is_some_and(|governor| {
                let hits = self.page.reading.hits_in(governor.word.clone());
                hits.iter().any(|hit| hit.classes.has(Classes::OTHER.or(Classes::ONCE)))
            });
            let among = about.subject_other && !is_sure && self.page.has_others_beside(self.index);
            tally.add_if(among, -40, "among things that have codes of their own");
        }
        if named != Some(Names::OneTimeCode) {
            let is_aside = !self.token.alone
                && governor.is_some_and(|governor| governor.relation != Relation::Before)
                && self.page.is_bracketed(self.index);
            tally.add_if(is_aside, -14, "in brackets, apart from its name");
            let points = match others {
                0 => 0,
                1 => -8,
                2 => -14,
                _ => -22,
            };
            let sure = near.has(Classes::AUTH) || about.limited || warned || subject_signs || subject_confirms;
            let confirms = || {
                let sentence = self.page.reading.sentence_at(self.token.range.start);
                sentence.is_some_and(|sentence| sentence.classes.has(Classes::AUTH.or(Classes::SOFT)))
            };
            let meant = named.is_none()
                && (given && (about.subject_names_once || confirms())
                    || self.is_announced() && self.row_above_asks() && !about.subject_other);
            let points = if named == Some(Names::LikelyCode) && sure || meant { points / 2 } else { points };
            tally.add_if(points < 0, points, "near other things with numbers");
            let confirms = near.has(Classes::AUTH) || right_by.has(Classes::GIVE.or(Classes::EXPIRY));
            let named_for = if named == Some(Names::LikelyCode) && !confirms { -24 } else { -12 };
            tally.add_if(about.subject_other, named_for, "the subject is about other things");
            tally.add_if(!meant && self.page.beside_money(self.index), -6, "beside an amount or a card");
            let points = if named == Some(Names::LikelyCode) { -12 } else { -24 };
            tally.add_if(
                about.subject_percentage || self.page.beside_percentage(self.index),
                points,
                "beside a percentage",
            );
        }
    }

    /// A label and a number, and nothing else in the line, with an amount or a card in a line nearby.
    fn is_receipt_line(&self) -> bool {
        const LONGEST_LINE: usize = 80;
        let Some(row) = self.page.row_of(self.index) else { return false };
        let after = self.page.reading.slice(self.token.range.end..row.range.end);
        row.range.len() <= LONGEST_LINE
            && after.trim_matches(['.', ' ']).is_empty()
            && self.page.beside_money(self.index)
            && !measures::tells_of_money(self.page.reading.slice(row.range.clone()))
    }

    /// It has its line for itself, and the line above ends in a colon.
    fn is_announced(&self) -> bool {
        let above = self.token.alone.then(|| self.page.row_above(self.index)).flatten();
        above.is_some_and(|above| self.page.reading.slice(above.range.clone()).trim_end().ends_with([':', '：']))
    }

    /// It has its line for itself, and the line above asks to enter something.
    fn row_above_asks(&self) -> bool {
        let above = self.token.alone.then(|| self.page.row_above(self.index)).flatten();
        above.is_some_and(|above| self.page.reading.classes_of(above).has(Classes::GIVE))
    }

    /// No word names it: only its place speaks for it.
    fn weigh_unnamed(&self, tally: &mut Tally) {
        let reading = self.page.reading;
        let sentence = reading.sentence_at(self.token.range.start).map(|s| s.classes).unwrap_or_default();
        let announced = self.is_announced();
        let asks = self.row_above_asks();
        tally.add_if(announced && asks, 28, "announced as what to enter");
        tally.add_if(!announced && asks, 20, "below a line that asks to enter it");
        let points = if self.page.around(self.index, 1).0.has(Classes::AUTH) { 14 } else { 8 };
        tally.add_if(announced && !asks, points, "announced");
        let signs = sentence.has(Classes::GIVE) && sentence.has(Classes::AUTH);
        tally.add_if(signs, 30, "to be used for signing in");
        // "Type 620193 into the app to finish": the sentence asks for it and nothing else in it has a number.
        let given = self.page.is_given(self.index) && !sentence.has(Classes::OTHER);
        let near = self.page.around(self.index, 3);
        let confirms = sentence.has(Classes::SOFT)
            || self.about.limited
            || self.about.subject.has(Classes::AUTH)
            || near.0.has(Classes::AUTH) && near.1 == 0;
        tally.add_if(!signs && given && confirms, 30, "to be used soon, or for confirming");
        let stands_out = self.page.opens_sentence(self.index) && self.token.form == Form::Digits;
        let told = self.about.body.has(Classes::NUMBER.or(Classes::CODE).or(Classes::GIVE));
        let ends = self.page.ends_sentence(self.index) && self.about.body.has(Classes::CODE) && self.about.limited;
        let in_subject = reading.index.is_none() && sentence.has(Classes::AUTH) && (stands_out && told || ends);
        tally.add_if(in_subject, 30, "opens or ends a subject about signing in");
        let speaks = [
            near.0.has(Classes::AUTH),
            near.0.has(Classes::GIVE),
            self.about.limited,
            self.about.body.has(Classes::NEVER.or(Classes::UNASKED)),
        ];
        let shown = self.token.alone && matches!(self.token.form, Form::Digits | Form::Mixed) && near.1 == 0;
        let spoken = speaks.into_iter().filter(|speaks| *speaks).count() >= 2;
        tally.add_if(shown && spoken, 10, "shown for itself, among words of signing in and using it");
        let only = self.page.is_only_shown(self.token);
        let subject = self.about.subject.has(Classes::AUTH.or(Classes::CODE));
        tally.add_if(only && self.token.alone && subject, 8, "the only number");
        // "Your one-time code" in the subject, and the body: "Use 482913 to get in".
        let meant = self.about.subject_names_once && reading.index.is_some();
        let shown = self.token.alone || self.page.is_given(self.index) || self.page.opens_sentence(self.index);
        let points = if self.page.is_given(self.index) { 34 } else { 24 };
        tally.add_if(only && meant && shown, points, "the only number, and the subject names a one-time code");
        tally.add_if(sentence.has(Classes::SAMPLE), -50, "an example");
        tally.add_if(sentence.has(Classes::ELSEWHERE), -30, "in a sentence about a code that comes elsewhere");
    }
}

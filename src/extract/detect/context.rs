//! What stands around a token, and what the mail is about, weighed for and against it.

use super::codes::Weighing;
use super::labels::Names;
use super::lexicon::{Classes, Hit};
use super::numbers::Token;
use super::page::{Governor, Relation};
use super::tally::Tally;

mod things;
mod told;
mod unnamed;
mod whole;

/// What is found around a token, once.
struct Signs<'g> {
    governor: Option<&'g Governor>,
    /// What its label names.
    named: Option<Names>,
    /// All that the words of its label tell.
    label: Classes,
    in_subject: bool,
    /// All words of the rows nearby, and how many of them name other things.
    near: Classes,
    others: usize,
    /// Words of signing in stand nearby, other than those for being used once.
    signs_in: bool,
    /// Those of the rows right above and below.
    right_by: Classes,
    /// Words for being used once stand nearby.
    once: bool,
    /// A word that asks to use it stands right beside it.
    given: bool,
    /// One stands in its rows.
    asked: bool,
    /// The mail warns to share a code, or says to ignore it.
    warned: bool,
    subject_signs: bool,
    subject_confirms: bool,
    /// It comes in place of another one that is used up.
    replaces: bool,
    /// A courier asks for it.
    handed: bool,
}

impl Signs<'_> {
    /// Something tells what to do with it.
    fn is_told(&self) -> bool {
        self.asked || self.given || self.warned || self.replaces
    }

    fn is(&self, names: Names) -> bool {
        self.named == Some(names)
    }
}

impl Weighing<'_, '_, '_> {
    /// All but what it loses for standing in a list of facts, which is returned: that counts wherever the value stands.
    pub(super) fn weigh_context(&self, governor: Option<&Governor>, tally: &mut Tally) -> i32 {
        let signs = self.signs(governor);
        self.weigh_subject(&signs, tally);
        self.weigh_use(&signs, tally);
        self.weigh_support(&signs, tally);
        tally.add_if(self.is_for_call(&signs), -40, "to be told in a call");
        if signs.handed {
            tally.add(46, "to be told to a courier");
            return 0;
        }
        tally.add_if(self.is_behind_card() && !signs.asked, -40, "behind the number of a card");
        let confirms = signs.named.is_none() && self.is_for_confirming();
        self.weigh_whole(&signs, confirms, tally);
        let fact = self.fact(&signs);
        self.weigh_silence(&signs, fact < 0, tally);
        self.weigh_offers_and_meetings(&signs, tally);
        if !signs.is(Names::OneTimeCode) {
            self.weigh_things(&signs, tally);
        }
        fact
    }

    fn signs<'g>(&self, governor: Option<&'g Governor>) -> Signs<'g> {
        let about = self.about;
        let (near, others) = self.page.around(self.index, 3);
        let (right_by, _) = self.page.around(self.index, 1);
        let is_after = governor.is_some_and(|governor| governor.relation == Relation::After);
        Signs {
            governor,
            named: governor.map(|governor| governor.names),
            label: governor.map_or(Classes::default(), |governor| self.label(governor)),
            in_subject: self.page.reading.index.is_none(),
            near,
            others,
            signs_in: self.page.signs_in_around(self.index, 3),
            right_by,
            once: near.has(Classes::ONCE),
            given: self.page.is_given(self.index),
            asked: right_by.has(Classes::GIVE) && !is_after,
            warned: about.body.has(Classes::NEVER.or(Classes::UNASKED)),
            subject_signs: about.subject.has(Classes::AUTH),
            subject_confirms: about.subject.has(Classes::SOFT) && !about.subject_other,
            replaces: about.body.has(Classes::ELSEWHERE) && self.page.replaces_another(self.index),
            handed: self.is_for_courier(governor.map(|governor| governor.names)),
        }
    }

    /// All that the words of a label tell.
    fn label(&self, governor: &Governor) -> Classes {
        let hits = self.page.reading.hits_in(governor.word.clone());
        hits.iter().fold(Classes::default(), |all, hit| all.or(hit.classes))
    }

    /// What the subject tells.
    fn weigh_subject(&self, signs: &Signs<'_>, tally: &mut Tally) {
        let about = self.about;
        let in_body = !signs.in_subject;
        let is_named = signs.named.is_some_and(Names::is_code);
        tally.add_if(signs.in_subject && is_named && !about.answers, 6, "in the subject");
        let is_pointed_at = signs.in_subject
            && about.points_to_subject
            && !about.answers
            && (!about.subject.has(Classes::OTHER) || self.is_set_off_in_subject());
        tally.add_if(is_pointed_at, 34, "in the subject, to which the mail points");
        tally.add_if(is_pointed_at && self.is_set_off_in_subject(), 20, "set off in the subject");
        tally.add_if(signs.in_subject && about.answers, -30, "in the subject of an answer");
        tally.add_if(in_body && about.subject_names_code, 4, "the subject names a code");
        let signs_in = !about.subject_names_code && signs.subject_signs;
        tally.add_if(in_body && signs_in, 8, "the subject is about signing in");
        let is_done = about.subject.has(Classes::DONE) && !about.limited && !signs.given;
        tally.add_if(is_done, if signs.asked { -40 } else { -60 }, "the subject tells that it is done");
        let is_code_s = about.subject_names_code && !about.subject.has(Classes::OTHER);
        let is_over = about.is_over && !is_done && !signs.is_told() && !is_code_s;
        let is_done = about.body.has(Classes::DONE);
        let points = if self.token.alone || is_done { -30 } else { -12 };
        tally.add_if(is_over, points, "the subject tells that something is done");
        tally.add_if(about.is_mailing, -14, "sent to many");
        let is_gone = about.subject.has(Classes::ELSEWHERE);
        // An answer bears the subject of who complains.
        let points = match () {
            () if about.answers && in_body => -8,
            () if signs.given || signs.asked => -20,
            () => -46,
        };
        tally.add_if(is_gone, points, "the subject tells of a code that came elsewhere or is used up");
        let points = if about.limited { -14 } else { -22 };
        let is_idle = about.answers && !about.discusses && in_body && !signs.is_told();
        tally.add_if(is_idle, points, "an answer that gives nothing to use");
        tally.add_if(about.discusses && in_body, -60, "an answer on a mailing list");
    }

    /// Words that ask to use it, or tell that it is not to be used.
    fn weigh_use(&self, signs: &Signs<'_>, tally: &mut Tally) {
        let about = self.about;
        tally.add_if(signs.near.has(Classes::AUTH), 2, "words of signing in nearby");
        let points = if signs.named.is_none() { 22 } else { 15 };
        let is_others = signs.named.is_none() && self.has_its_line() && self.page.is_announced_as_other(self.index);
        let is_idle = signs.in_subject && !about.subject.has(Classes::AUTH.or(Classes::SOFT));
        let is_aside = signs.named.is_none() && (is_idle || self.page.is_bracketed(self.index));
        tally.add_if(signs.given && !is_others && !is_aside, points, "right after a word that asks to use it");
        tally.add_if(signs.asked && !signs.given, 6, "asks to use it");
        tally.add_if(about.limited, 6, "something here expires soon");
        tally.add_if(signs.warned, 8, "warns, or says to ignore it");
        // "Share your code with friends": the word for sharing is no warning.
        let warns = signs.governor.is_some_and(|governor| governor.warns);
        let shares = warns && (signs.others > 0 || about.subject_other);
        tally.add_if(shares && !signs.is(Names::OneTimeCode), -34, "to be shared");
        let sentence = self.page.reading.sentence_at(self.token.range.start);
        let asks = signs.asked && sentence.is_none_or(|sentence| sentence.classes.has(Classes::GIVE));
        let is_over =
            signs.governor.is_some_and(|governor| governor.elsewhere) && !asks && !signs.given && !signs.replaces;
        let is_gone = about.subject.has(Classes::ELSEWHERE);
        // "No SMS could be delivered, hence the code by e-mail: 74119632".
        let row_start = self.page.row_of(self.index).map_or(self.token.range.start, |row| row.range.start);
        let before = self.page.reading.slice(row_start..self.token.range.start).trim_end();
        let points = match () {
            () if is_gone => -14,
            () if before.ends_with([':', '：']) => -28,
            () => -46,
        };
        tally.add_if(is_over, points, "in a sentence about a code that came elsewhere or is used up");
        tally.add_if(
            about.body.has(Classes::ELSEWHERE) && self.is_used_up(),
            -40,
            "used up, as the words behind it say",
        );
        tally.add_if(counts_up(&self.token.value), -36, "counts up like an example");
        let is_sample =
            sentence.is_some_and(|sentence| sentence.classes.has(Classes::SAMPLE)) || self.page.is_sample(self.index);
        tally.add_if(is_sample && signs.named.is_some_and(Names::is_code), -50, "in an example");
        let row_end = self.page.row_of(self.index).map_or(0, |row| row.range.end);
        let after = self.page.reading.slice(self.token.range.end..row_end.max(self.token.range.end)).trim_start();
        let after = after.get(..1).unwrap_or_default();
        let before = self.page.reading.slice(self.token.range.start.saturating_sub(1)..self.token.range.start);
        let is_keyed = matches!(after, "#" | "*") && before != after;
        tally.add_if(is_keyed, -40, "typed at a door or in a call: it ends with # or *");
        tally.add_if(is_same_digit(&self.token.value), -36, "one digit, over and over");
        tally.add_if(self.is_asked_about(), -30, "in a question");
        tally.add_if(about.shows_source, -60, "among source code");
        tally.add_if(self.page.is_of_list(self.index), -90, "one of a list");
        tally.add_if(self.page.is_cited(self.index), -60, "in quotation marks, with what is said of it");
    }

    /// A weak label needs more that speaks of a code.
    fn weigh_support(&self, signs: &Signs<'_>, tally: &mut Tally) {
        let about = self.about;
        let subject_names = about.subject_names_code && !about.subject.has(Classes::OTHER);
        let subject = signs.subject_signs || signs.subject_confirms || subject_names;
        let supported = signs.asked || signs.warned || about.limited || subject;
        match signs.named {
            None => self.weigh_unnamed(signs.replaces, tally),
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
                let confirming = Classes::AUTH.or(Classes::SOFT);
                let confirms = signs.near.has(confirming) || about.subject.has(confirming);
                let used = confirms && (signs.asked || about.limited || self.is_announced());
                tally.add_if(!used, -30, "nothing speaks of a code to use");
                let is_near = signs.governor.is_some_and(|governor| governor.points().0 == 0);
                let announced = used && is_near && self.is_announced() && self.row_above_asks();
                tally.add_if(announced, 28, "announced as what to enter");
            }
            Some(_) => {}
        }
        tally.add_if(signs.replaces && signs.named.is_some_and(Names::is_code), 18, "in place of one that is used up");
    }

    /// "The code 115273 has expired, use 904466".
    fn is_used_up(&self) -> bool {
        const REACH: usize = 48;
        let reading = self.page.reading;
        let end = self.token.range.end;
        let sentence = reading.sentence_at(self.token.range.start).map_or(end, |sentence| sentence.range.end);
        let is_like = |other: &Token| other.form == self.token.form && other.value != self.token.value;
        let others = self.index + 1..self.index + 4;
        let has_other = others.filter_map(|other| self.page.tokens.get(other)).any(is_like);
        let is_next = |hit: &Hit| {
            let gap = self.page.gap(end..hit.start);
            let is_near = gap.words <= if gap.has_comma { 0 } else { 3 };
            hit.classes.has(Classes::ELSEWHERE)
                && hit.start >= end
                && hit.end <= sentence
                && is_near
                && !(gap.has_stop || gap.has_digit)
        };
        has_other && reading.hits_in(end..end + REACH).iter().any(is_next)
    }

    /// "Is your PIN 1234?"
    fn is_asked_about(&self) -> bool {
        let reading = self.page.reading;
        let sentence = reading.sentence_at(self.token.range.start).map(|sentence| sentence.range.clone());
        let rest = reading.slice(self.token.range.end..sentence.map_or(0, |sentence| sentence.end));
        rest.trim_start_matches(['"', '”', '“', '»', '«', '\'']).starts_with(['?', '？', '؟'])
    }

    /// "Don't choose 1234 or 0000".
    pub(super) fn is_easily_guessed(&self) -> bool {
        const REACH: usize = 24;
        let is_near = |other: &Token| {
            let between = other.range.end.min(self.token.range.end)..other.range.start.max(self.token.range.start);
            between.len() <= REACH && is_same_digit(&other.value)
        };
        let tokens = &self.page.tokens;
        is_count(&self.token.value)
            && [self.index.wrapping_sub(1), self.index + 1].into_iter().filter_map(|at| tokens.get(at)).any(is_near)
    }

    /// It has its line for itself, and the line above ends in a colon.
    pub(super) fn is_announced(&self) -> bool {
        let above = self.has_its_line().then(|| self.page.row_above(self.index)).flatten();
        above.is_some_and(|above| self.page.reading.slice(above.range.clone()).trim_end().ends_with([':', '：']))
    }

    /// It has its line for itself, and the line above asks to enter something.
    pub(super) fn row_above_asks(&self) -> bool {
        let above = self.has_its_line().then(|| self.page.row_above(self.index)).flatten();
        above.is_some_and(|above| self.page.reading.classes_of(above).has(Classes::GIVE))
    }

    /// The line below asks to enter something, and has no number of its own.
    pub(super) fn row_below_asks(&self) -> bool {
        let reading = self.page.reading;
        let below = self.page.row_index(self.index).and_then(|row| reading.rows.get(row + 1));
        below.is_some_and(|below| {
            reading.classes_of(below).has(Classes::GIVE)
                && !reading.classes_of(below).has(Classes::OTHER)
                && self.page.tokens_in(below.range.clone()).is_empty()
        })
    }

    /// Its line holds nothing else: in a table's cell alone, what stands in the other cells may be its caption.
    pub(super) fn has_its_line(&self) -> bool {
        let Some(row) = self.page.row_of(self.index) else { return false };
        let reading = self.page.reading;
        let parts = [row.range.start..self.token.range.start, self.token.range.end..row.range.end];
        self.token.alone && parts.into_iter().all(|part| !reading.slice(part).contains(char::is_alphanumeric))
    }
}

/// Whether the digits only count up, as they do in examples. (Four may do so by chance.)
fn counts_up(value: &str) -> bool {
    value.len() >= 6 && is_count(value)
}

fn is_count(value: &str) -> bool {
    let mut pairs = value.as_bytes().windows(2);
    value.len() >= 4 && pairs.all(|pair| matches!(pair, [a, b] if a.is_ascii_digit() && *b == a + 1))
}

fn is_same_digit(value: &str) -> bool {
    let value = value.as_bytes();
    value.len() >= 4 && value.iter().all(|digit| digit.is_ascii_digit() && value.first() == Some(digit))
}

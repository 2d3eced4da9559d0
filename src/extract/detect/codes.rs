//! Which token of a mail is its code: what governs it, where it stands, what it looks like, what the mail is about.

use std::collections::{HashMap, HashSet};

use candidate::{Candidate, Seen, compare};

use super::about::{About, set_off};
use super::labels::Names;
use super::lexicon::Classes;
use super::numbers::{Form, Token, is_pronounceable};
use super::page::{Governor, MOST_TOKENS, Page, Relation};
use super::reading::Reading;
use super::tally::Tally;

mod candidate;

/// What a code needs to be reported.
pub(super) const THRESHOLD: i32 = 44;
/// A second value this close to the best makes a tie.
const MARGIN: i32 = 10;

/// The values of a mail that may be codes.
#[derive(Debug)]
pub(super) struct Codes {
    /// Best first; one for each value.
    pub(super) candidates: Vec<Candidate>,
    /// Numbers of other things: tickets, orders, bookings.
    pub(super) things: HashSet<String>,
    /// The mail cites what others write: "They say: 'Your code is 123456'".
    pub(super) cites: bool,
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

/// Words joined with their capitals kept, as companies write their names: "GrantHub".
fn is_brand(value: &str) -> bool {
    let is_word = |word: &str| word.len() >= 2 && word.bytes().all(|b| b.is_ascii_lowercase());
    // "eSIM".
    let (first, rest) = value.split_at_checked(1).unwrap_or_default();
    let is_small_first = first.bytes().all(|b| b.is_ascii_lowercase()) && rest.bytes().all(|b| b.is_ascii_uppercase());
    let mut words = value.split(|c: char| c.is_ascii_uppercase());
    // "myAegean".
    let is_small = words.next().is_some_and(|first| first.bytes().all(|b| b.is_ascii_lowercase()));
    is_small_first || is_small && words.clone().next().is_some() && words.all(is_word)
}

/// Weighs every token of the readings, of which the first is the subject. `names` are the sender's: they are no codes.
pub(super) fn weigh(readings: &[Reading<'_>], about: &About, names: &[String]) -> Codes {
    let mut by_value: HashMap<String, Candidate> = HashMap::new();
    let mut numbered: HashSet<String> = HashSet::new();
    let subject = readings.first().map_or("", |subject| subject.text);
    let mut left = MOST_TOKENS;
    let mut cites = false;
    for (reading_index, reading) in readings.iter().enumerate() {
        let page = Page::of(reading, left);
        left -= page.tokens.len().min(left);
        for (index, token) in page.tokens.iter().enumerate() {
            let weighing = Weighing { page: &page, token, index, about, names, subject };
            // "[RELAY-4821]" is a ticket, as "#4821" is.
            let is_ticket = || {
                let is_numbered = token.value.contains('-') && !token.form.is_digits() || about.answers;
                is_numbered && page.is_bracketed(index) || about.answers && page.is_in_brackets(index)
            };
            numbered.extend((reading_index == 0 && (token.hash || is_ticket())).then(|| token.value.clone()));
            cites |= reading_index > 0 && weighing.is_citation();
            let Some(seen) = weighing.weigh() else { continue };
            let quoted = page.row_of(index).is_some_and(|row| row.quoted);
            let place = (reading_index, token.range.clone());
            match by_value.get_mut(&token.value) {
                Some(held) => held.add(place, quoted, seen),
                None => {
                    let candidate = Candidate { value: token.value.clone(), places: vec![place], quoted, seen };
                    by_value.insert(token.value.clone(), candidate);
                }
            }
        }
    }
    let mut candidates: Vec<Candidate> = by_value.into_values().collect();
    compare(&mut candidates, &numbered, about);
    let others =
        candidates.iter().filter(|candidate| candidate.seen.is_others).map(|candidate| candidate.value.clone());
    numbered.extend(others);
    // "NR-4410927" may stand in an address without its letters.
    let tails = |value: &String| value.rsplit_once('-').map(|(_, tail)| tail.to_owned()).filter(|it| it.len() >= 5);
    let tails: Vec<String> = numbered.iter().filter_map(tails).collect();
    numbered.extend(tails);
    let mut codes = Codes { candidates, things: numbered, cites };
    codes.sort();
    codes
}

impl Codes {
    /// The best first.
    pub(super) fn sort(&mut self) {
        self.candidates.sort_by_key(|c| {
            (c.quoted, -c.seen.tally.score, c.places.first().map(|(reading, range)| (*reading, range.start)))
        });
    }

    /// The best one is only just good enough: where a link is certain, it is a number of something else.
    pub(super) fn is_weak(&self) -> bool {
        let is_weak = |best: &Candidate| {
            best.seen.tally.score < THRESHOLD + 12 || best.seen.names.is_none() || best.seen.is_loose
        };
        self.candidates.first().is_some_and(|best| is_weak(best) && !best.seen.is_given)
    }

    /// How good the best one is, if no word names it.
    pub(super) fn unnamed(&self) -> Option<i32> {
        self.candidates.first().filter(|best| best.seen.names.is_none()).map(|best| best.seen.tally.score)
    }

    /// No word names the best one, and nothing tells what it is for.
    pub(super) fn is_unsure(&self) -> bool {
        self.candidates.first().is_some_and(|best| best.seen.names.is_none() && !best.seen.is_for_it)
    }

    pub(super) fn verdict(&self) -> Verdict {
        let mut good = self.candidates.iter().filter(|c| !c.quoted && c.seen.tally.score >= THRESHOLD);
        match (good.next(), good.next()) {
            (Some(best), Some(second)) if best.seen.tally.score - second.seen.tally.score < MARGIN => Verdict::Tie,
            (Some(_), _) => Verdict::Best,
            (None, _) => Verdict::None,
        }
    }
}

/// One token under judgement.
pub(super) struct Weighing<'p, 'r, 'm> {
    pub(super) page: &'p Page<'r, 'm>,
    pub(super) token: &'p Token,
    pub(super) index: usize,
    pub(super) about: &'p About,
    names: &'p [String],
    subject: &'p str,
}

impl Weighing<'_, '_, '_> {
    /// The subject holds it as well.
    pub(super) fn in_subject(&self) -> bool {
        let reading = self.page.reading;
        reading.index.is_some() && self.subject.contains(reading.slice(self.token.range.clone()))
    }

    /// The token's score; `None` for what is no candidate at all.
    fn weigh(&self) -> Option<Seen> {
        let mut tally = Tally::default();
        if self.token.hash && self.is_bound() && !self.page.is_cited(self.index) {
            tally.add(110, "bound to its origin");
            return Some(Seen::bound(tally));
        }
        let is_set_off = self.is_set_off_in_subject();
        let governor = self.page.governor(self.index).filter(|it| !is_set_off || it.names.is_code());
        tally.add_if(self.page.is_ending(self.index), -100, "the end of a longer number");
        if !self.may_be_code(governor.as_ref()) {
            return None;
        }
        if let Some(governor) = &governor {
            let (points, name) = governor.points();
            tally.add_at(points, name, Some(governor.word.clone()));
        }
        let is_borrowed = governor.as_ref().is_some_and(|it| it.relation.is_apart() && it.names.is_code());
        tally.add_if(is_borrowed && self.page.has_own_caption(self.index), -16, "behind a caption of its own");
        tally.add_if(self.token.alone, 24, "alone in its line or cell");
        self.weigh_form(governor.as_ref(), &mut tally);
        let fact = self.weigh_context(governor.as_ref(), &mut tally);
        let is_others = governor
            .as_ref()
            .is_some_and(|governor| governor.names == Names::OtherThing && governor.relation == Relation::Before);
        let is_picked_up = governor.as_ref().is_some_and(|governor| self.is_for_pick_up(governor));
        tally.add_if(is_picked_up, -50, "shown where something is picked up");
        let counts = governor.is_some() || self.token.alone || tally.score > 0;
        let is_given = self.page.is_given(self.index);
        let is_apart = governor.as_ref().is_some_and(|it| it.relation.is_apart());
        let is_loose = governor.as_ref().is_some_and(|it| {
            it.relation == Relation::Sentence && matches!(it.names, Names::SomeCode | Names::SomeNumber)
        });
        let names = governor.map(|it| it.names);
        let after = self.page.words_after(self.index);
        let seen = Seen {
            tally,
            is_given,
            is_apart,
            is_loose,
            is_others: is_others || is_picked_up,
            fact,
            is_easy: self.is_easily_guessed(),
            is_final: self.token.alone || self.page.ends_sentence(self.index) || after <= 1,
            is_told_of: !self.token.alone && after >= 2,
            is_for_it: names.is_some() || self.is_for_something(),
            names,
        };
        counts.then_some(seen)
    }

    /// "They say: 'Your code is 123456'": words of another mail.
    fn is_citation(&self) -> bool {
        let sentence = self.page.reading.sentence_at(self.token.range.start);
        self.token.form.is_digits()
            && !self.page.row_of(self.index).is_some_and(|row| row.quoted)
            && sentence.is_some_and(|sentence| sentence.classes.has(Classes::CODE.or(Classes::STRONG)))
            && self.page.is_cited(self.index)
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
            let is_shown = match form {
                Form::Capitals => {
                    self.token.alone && self.row_above_asks() || self.is_spelled_out() || self.is_parted_and_given()
                }
                // "Copy this key into the form:", and "vlcrau" below.
                Form::Small => self.token.value.len() >= 5 && self.is_announced() && self.row_above_asks(),
                Form::LowerMixed => {
                    self.token.alone && (self.row_above_asks() || given())
                        || given() && (self.about.subject_signs || self.is_plain())
                }
                _ => false,
            };
            return form.is_digits()
                || form == Form::Mixed && (self.token.alone || given())
                || is_shown
                || self.is_set_off_in_subject()
                || matches!(form, Form::Mixed | Form::LowerMixed) && self.is_expected()
                || self.is_word_to_sign_in_with();
        };
        if form.is_digits() || self.is_set_off_in_subject() {
            return true;
        }
        let pointed_at =
            self.token.alone || matches!(governor.relation, Relation::Before | Relation::Above | Relation::After);
        // "CVV2".
        let range = self.token.range.clone();
        let is_word = self.page.reading.hits_in(range.clone()).iter().any(|hit| (hit.start..hit.end) == range);
        if form == Form::Mixed && is_word {
            return false;
        }
        if !form.is_letters() {
            let given = governor.relation == Relation::Row && self.page.is_given(self.index);
            return pointed_at || governor.relation == Relation::Sentence || given;
        }
        let value = self.token.value.to_lowercase();
        let is_name = self.names.contains(&value);
        let range = self.token.range.clone();
        let is_known_word = self.page.reading.hits_in(range.clone()).iter().any(|hit| hit.start == range.start);
        let is_labelled = matches!(governor.names, Names::OneTimeCode | Names::LikelyCode)
            || self.token.alone
            || self.is_spelled_out();
        // "GXKQ-TWPB is your sign-in code".
        let opens = || {
            let is_parted = form == Form::Capitals && self.token.value.len() > 6 && self.token.value.contains('-');
            is_parted && governor.relation == Relation::After && self.page.opens_sentence(self.index)
        };
        // "Type the combination PLUMBK."
        let is_typed = || {
            let sentence = self.page.reading.sentence_at(self.token.range.start);
            form == Form::Capitals
                && governor.relation == Relation::Before
                && self.token.value.len() >= 5
                && self.page.ends_sentence(self.index)
                && self.page.gap(governor.word.end..self.token.range.start).words == 0
                && sentence.is_some_and(|it| it.classes.has(Classes::GIVE) && !it.classes.has(Classes::OTHER))
        };
        let is_labelled = is_labelled || is_typed();
        let is_placed = self.token.alone || governor.relation == Relation::Before || opens();
        // "Activation word: vtqmzh".
        let is_shown = governor.names == Names::OneTimeCode
            && governor.relation == Relation::Before
            && self.page.ends_sentence(self.index)
            && self.page.gap(governor.word.end..self.token.range.start).announces;
        let is_small = (form == Form::Small && !is_shown || is_brand(&self.token.value)) && !self.token.alone;
        // "Never tell anyone your OTP or MPIN."
        let is_told = self.token.alone || !(governor.warns || governor.elsewhere);
        let is_shouted = form == Form::Capitals && !self.token.alone && self.is_in_heading();
        pointed_at && is_told && is_placed && is_labelled && !is_name && !is_known_word && !is_small && !is_shouted
    }

    /// "Glemt adgangskode – mblofa", where the mail says to look there.
    pub(super) fn is_set_off_in_subject(&self) -> bool {
        let reading = self.page.reading;
        reading.index.is_none()
            && self.about.points_to_subject
            && (set_off(reading.text).is_some_and(|value| value == self.token.value)
                || self.token.form == Form::Digits && self.page.is_given(self.index))
    }

    /// "Paste VQXJ-WMTR into the window".
    fn is_parted_and_given(&self) -> bool {
        let parts = || self.token.value.split('-');
        parts().count() > 1
            && parts().all(|part| part.len() >= 3 && !is_pronounceable(part))
            && self.page.is_given(self.index)
    }

    /// "Type these six letters: NLFGDY".
    fn is_spelled_out(&self) -> bool {
        let Some(row) = self.page.row_of(self.index) else { return false };
        let sentence = self.page.reading.sentence_at(self.token.range.start);
        self.token.form == Form::Capitals
            && self.token.value.len() >= 5
            && !is_pronounceable(&self.token.value)
            && self.page.ends_sentence(self.index)
            && self
                .page
                .reading
                .slice(row.range.start..self.token.range.start)
                .trim_end()
                .ends_with([':', '：', '–', '—'])
            && sentence
                .is_some_and(|sentence| sentence.classes.has(Classes::GIVE.or(Classes::NUMBER).or(Classes::CODE)))
    }

    /// "Type CEDAR9 to sign in".
    fn is_word_to_sign_in_with(&self) -> bool {
        let sentence = self.page.reading.sentence_at(self.token.range.start);
        self.token.form == Form::CapitalWordNumber
            && self.page.is_given(self.index)
            && sentence.is_some_and(|it| it.classes.has(Classes::AUTH) && !it.classes.has(Classes::OTHER))
    }

    /// Everything in its line is written in capitals.
    fn is_in_heading(&self) -> bool {
        let row = self.page.row_of(self.index).map(|row| self.page.reading.slice(row.range.clone()));
        row.is_some_and(|row| row.split_whitespace().count() > 2 && !row.contains(char::is_lowercase))
    }

    fn weigh_form(&self, governor: Option<&Governor>, tally: &mut Tally) {
        let length = self.token.value.chars().filter(|c| c.is_alphanumeric()).count();
        let sure = governor.is_some_and(|governor| {
            governor.names.is_code()
                && (matches!(governor.relation, Relation::Before | Relation::After) || self.token.alone)
        });
        let is_named_before = governor.is_some_and(|governor| governor.relation == Relation::Before);
        let is_postal = self.token.form.is_digits()
            && (4..=6).contains(&length)
            && !is_named_before
            && !self.page.is_given(self.index)
            && self.page.is_like_postal_code(self.index);
        tally.add_if(is_postal, -30, "like a postal code");
        let is_aside = |governor: &Governor| {
            let is_plain = governor.names == Names::SomeNumber && governor.relation == Relation::Before;
            is_plain && self.page.bracket_before(self.index).is_some_and(|opens| opens <= governor.word.start)
        };
        tally.add_if(governor.is_some_and(is_aside), -30, "in brackets, with what it is the number of");
        let opens = || self.page.opens_sentence(self.index);
        let sure_year = sure && (governor.is_some_and(|it| it.relation != Relation::After) || opens());
        match self.token.form {
            Form::Digits if length == 6 => tally.add(15, "six digits"),
            Form::Digits if length <= 8 => tally.add(6, "four to eight digits"),
            Form::Digits => tally.add(-9, "many digits"),
            Form::OddDigits => tally.add(
                if sure {
                    -4
                } else if self.token.alone {
                    -6
                } else {
                    -12
                },
                "unevenly parted digits",
            ),
            Form::Dialled => tally.add(if sure { -12 } else { -40 }, "parted like a telephone number"),
            Form::Year => {
                // "Your PIN for signing in is 2025."
                let told = governor.is_some_and(|it| {
                    let is_likely = it.names == Names::LikelyCode && self.page.ends_sentence(self.index);
                    (it.names == Names::OneTimeCode || is_likely) && it.relation == Relation::Sentence
                });
                // "Sign in and type 2031."
                let sentence = self.page.reading.sentence_at(self.token.range.start);
                let sentence = sentence.map(|sentence| sentence.classes).unwrap_or_default();
                let is_given = self.page.is_given(self.index);
                let is_asked_for = governor.is_none() && is_given && sentence.has(Classes::AUTH);
                // "Type 2031 on the page that is open", "a 2019 kódot".
                let is_typed = is_given && self.signals() >= 2;
                let is_named_behind = governor.is_some_and(|it| {
                    let is_next = self.page.gap(self.token.range.end..it.word.start).words == 0;
                    it.relation == Relation::After && it.names.is_code() && it.names != Names::SomeNumber && is_next
                });
                let points = if sure_year || is_asked_for {
                    -4
                } else if told || is_named_behind {
                    -6
                } else if is_typed {
                    -11
                } else {
                    -42
                };
                tally.add(points, "may be a year");
            }
            Form::Date => tally.add(if sure { -4 } else { -35 }, "may be a date"),
            Form::Mixed => tally.add(if self.token.alone { 5 } else { 3 }, "letters and digits"),
            Form::LowerMixed if governor.is_none() && self.page.is_given(self.index) && self.is_plain() => {}
            Form::LowerMixed => tally.add(-6, "small letters and digits"),
            Form::WordNumber => tally.add(-30, "a word and a number"),
            Form::CapitalWordNumber if self.is_set_off_in_subject() => {}
            Form::CapitalWordNumber => {
                let named = governor.is_some_and(|governor| governor.names == Names::OneTimeCode)
                    || governor.is_none() && self.is_word_to_sign_in_with();
                tally.add(if named { -4 } else { -36 }, "a word and a number, like a discount");
            }
            Form::Capitals if governor.is_none() && self.token.alone && is_pronounceable(&self.token.value) => {
                tally.add(-30, "a word in capitals, like a heading");
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
}

//! What speaks for the code or number of something else: a receipt, a list of facts, an offer, a meeting, something that has happened.

use super::super::codes::Weighing;
use super::super::labels::{Gap, Names};
use super::super::lexicon::Classes;
use super::super::numbers::{Form, measures};
use super::super::page::Relation;
use super::super::tally::Tally;
use super::Signs;

/// A sentence that tells what a code brings is no longer than this, in bytes.
const LONGEST_OFFER: usize = 300;

impl Weighing<'_, '_, '_> {
    /// What a code loses that stands in a list of facts, as on a receipt, and that nothing asks to use.
    pub(super) fn fact(&self, signs: &Signs<'_>) -> i32 {
        let about = self.about;
        let is_named = signs.named.is_some_and(Names::is_code);
        // A subject that holds the code itself says nothing more of it.
        let expects = about.limited || signs.subject_signs || signs.subject_confirms || about.subject_names_code;
        if signs.asked && (expects || signs.warned || !self.page.is_on_receipt(self.index)) {
            return 0;
        }
        let is_told =
            about.body.has(Classes::PAST) && !about.subject.has(Classes::AUTH.or(Classes::SOFT)) && !signs.warned;
        let is_paid = about.subject.has(Classes::PAST.or(Classes::DONE)) || is_told;
        let is_announced = about.subject_names_code && !self.in_subject() && !is_paid;
        if !is_named || is_announced || signs.given || !self.page.is_among_facts(self.index) {
            return 0;
        }
        let is_priced = self.page.beside_money(self.index) || self.page.is_on_receipt(self.index);
        let is_paid = is_paid && is_priced;
        let is_over = about.subject.or(about.body).has(Classes::PAST.or(Classes::DONE));
        // "One-time password: 905118".
        let is_own = signs.label.has(Classes::ONCE.or(Classes::STRONG));
        match () {
            () if is_paid => -60,
            () if signs.is(Names::OneTimeCode) && about.limited && is_own => -16,
            () if is_priced && !signs.asked && !signs.warned && !signs.subject_signs && !signs.subject_confirms => {
                if about.limited || signs.label.has(Classes::ONCE) {
                    -40
                } else {
                    -56
                }
            }
            () if signs.is(Names::OneTimeCode) && signs.subject_signs && !about.is_over && !self.in_subject() => -16,
            () if signs.is(Names::OneTimeCode) && signs.warned && !is_over => -24,
            () if !about.limited && self.page.beside_money(self.index) => -60,
            () if !about.limited && self.page.is_on_receipt(self.index) => -60,
            () if !about.limited && !signs.warned => -52,
            () if signs.is(Names::OneTimeCode) => -16,
            () => -24,
        }
    }

    /// A code that nothing asks to use, among other things, is one of those.
    pub(super) fn weigh_silence(&self, signs: &Signs<'_>, is_fact: bool, tally: &mut Tally) {
        let about = self.about;
        // "Pick-up code": the thing's own word is in the name of its one-time code.
        let is_sure = signs.label.has(Classes::OTHER.or(Classes::ONCE));
        // "The system asks for your signing code:", and the code below.
        let is_announced = self.is_announced();
        let is_once = is_sure || is_announced || signs.near.has(Classes::ONCE);
        let unasked = signs.is(Names::OneTimeCode) && !is_once && !signs.is_told() && !about.limited;
        let is_beside = || self.page.has_others_beside(self.index) || self.page.beside_money(self.index);
        let among = unasked && !is_fact && (signs.others > 1 || is_beside());
        let points = match () {
            () if about.subject_names_once => -14,
            () if signs.subject_signs => -20,
            () if signs.subject_confirms => -14,
            () => -40,
        };
        tally.add_if(among, points, "nothing speaks of a code to use, but of other things");
        let used = is_announced
            || is_fact
            || signs.is_told()
            || about.limited
            || signs.subject_signs
            || about.subject_names_code;
        if !used && signs.named.is_some_and(Names::is_code) {
            let is_once = signs.label.has(Classes::ONCE);
            tally.add_if(self.is_receipt_line() && !is_once, -40, "a line of a receipt");
            let among = about.subject_other && !is_sure && self.page.has_others_beside(self.index);
            tally.add_if(among, -40, "among things that have codes of their own");
        }
    }

    /// Discounts and meetings have codes that are asked for as one-time codes are.
    pub(super) fn weigh_offers_and_meetings(&self, signs: &Signs<'_>, tally: &mut Tally) {
        let about = self.about;
        let has_letters = !self.token.form.is_digits();
        let saves = about.subject_percentage || self.page.beside_percentage(self.index);
        // "Your one-time code", and what it takes off.
        let is_once = || {
            let discounts = signs.near.or(about.subject).has(Classes::DISCOUNT);
            signs.label.has(Classes::ONCE) && !about.limited && !signs.signs_in && (discounts || saves)
        };
        let is_code = !signs.is(Names::OneTimeCode) || is_once();
        let costs = || {
            has_letters
                && is_code
                && !about.subject_names_code
                && !signs.warned
                && about.body.or(about.subject).has(Classes::DISCOUNT)
                && self.page.beside_money(self.index)
        };
        let gives = has_letters && about.subject_money && about.subject_names_code && signs.others > 1;
        let is_thing_s = self.is_thing_s(signs);
        let is_price = is_thing_s && has_letters && !signs.warned && self.page.beside_money(self.index);
        let is_like_one = self.token.form == Form::CapitalWordNumber && about.subject_other;
        let is_offer = signs.named.is_some_and(Names::is_code)
            && (signs.others > 0 || about.subject.has(Classes::OTHER))
            && !about.subject_signs
            && (about.subject_percentage && has_letters
                || has_letters && saves && is_code && about.subject.has(Classes::OTHER)
                || !signs.signs_in && (saves && !(about.limited && signs.warned) || costs())
                || is_like_one
                || gives)
            || is_price && signs.named.is_some_and(Names::is_code) && !signs.is(Names::OneTimeCode);
        tally.add_if(is_offer, -60, "the code of an offer");
        let is_bought = !is_offer
            && signs.is(Names::SomeCode)
            && about.subject.has(Classes::OTHER)
            && !about.subject.has(Classes::AUTH)
            && !signs.given
            && signs.others > 1
            && self.page.beside_money(self.index);
        tally.add_if(is_bought, -40, "the code of what was bought");
        let is_paid =
            about.subject.has(Classes::PAST.or(Classes::DONE)) && !about.limited && self.page.beside_money(self.index);
        let is_made = !signs.given && signs.named.is_some_and(Names::is_code) && (is_paid || self.is_of_payment_made());
        tally.add_if(is_made, -64, "of a payment that is made");
        tally.add_if(!is_offer && self.is_discount(signs), -40, "among words of a discount");
        // "Use code 48213 to save", "Share your code and get 10 €".
        let sentence = self.page.reading.sentence_at(self.token.range.start).map(|it| it.range.clone());
        let is_worth = || {
            sentence
                .is_some_and(|it| it.len() <= LONGEST_OFFER && measures::tells_of_money(self.page.reading.slice(it)))
        };
        let tells_of_discount = signs.near.or(about.subject).or(about.body).has(Classes::DISCOUNT.or(Classes::MEETING));
        // What proves a mailbox names it, or ends soon.
        let is_offered = signs.label.has(Classes::CODE) && !about.body.has(Classes::EXPIRY.or(Classes::MAILBOX));
        let is_reward = signs.is(Names::SomeCode)
            && !about.limited
            && !signs.warned
            && !signs.signs_in
            && !signs.subject_signs
            && !signs.subject_confirms
            && (is_worth() || about.subject_other && signs.given && (tells_of_discount || is_offered));
        tally.add_if(is_reward, -30, "what it brings is told, and nothing of signing in");
        let meets = signs.near.or(about.subject).has(Classes::MEETING);
        let is_about_it = about.subject.has(Classes::MEETING) && signs.near.has(Classes::MEETING);
        let is_joined = meets
            && !about.subject_names_once
            && (!signs.is(Names::LikelyCode) || is_about_it && !signs.subject_signs)
            && !signs.once;
        tally.add_if(is_joined && signs.named.is_some_and(Names::is_code), -44, "the code of a meeting");
        let is_some = signs.is(Names::SomeNumber) || signs.is(Names::SomeCode) && !signs.given;
        let is_apart = signs.governor.is_some_and(|it| matches!(it.relation, Relation::Row | Relation::FarAbove));
        let is_some = is_some || signs.is(Names::LikelyCode) && is_apart && !signs.given && !signs.asked;
        let happened = about.subject.has(Classes::ALERT) && is_some && !about.subject_names_once && !signs.replaces;
        let points = if signs.is(Names::SomeNumber) { -40 } else { -24 };
        tally.add_if(happened, points, "the number of something that has happened");
    }

    /// Other things that have numbers: orders, amounts, discounts.
    pub(super) fn weigh_things(&self, signs: &Signs<'_>, tally: &mut Tally) {
        let about = self.about;
        let is_likely = signs.is(Names::LikelyCode);
        let is_aside = !self.token.alone
            && signs.governor.is_some_and(|governor| governor.relation != Relation::Before)
            && self.page.is_bracketed(self.index);
        tally.add_if(is_aside, -14, "in brackets, apart from its name");
        let points = match signs.others {
            0 => 0,
            1 => -4,
            2 => -8,
            _ => -14,
        };
        let confirms = signs.near.has(Classes::AUTH) || signs.subject_signs || signs.subject_confirms;
        let sure = confirms || about.limited || signs.warned;
        let meant = self.is_meant(signs);
        let is_given = signs.given
            && (self.is_announced()
                || signs.subject_signs
                || signs.subject_confirms && !self.is_thing_s(signs)
                || about.subject_names_code && about.limited);
        let is_digits = matches!(self.token.form, Form::Digits | Form::Year);
        let points = match () {
            () if meant && (is_digits || self.token.form == Form::Mixed) => 0,
            () if is_likely && sure || meant || is_given => points / 2,
            () => points,
        };
        tally.add_if(points < 0, points, "near other things with numbers");
        let confirms = signs.near.has(Classes::AUTH) || signs.right_by.has(Classes::GIVE.or(Classes::EXPIRY));
        let points = if is_likely && !confirms { -20 } else { -6 };
        // "Confirm your purchase", and "enter 482913 to confirm it".
        let is_confirmed = meant && is_digits && about.subject.has(Classes::SOFT);
        tally.add_if(about.subject_other && !is_confirmed, points, "the subject is about other things");
        let is_booked = !self.token.form.is_digits()
            && is_likely
            && about.subject_other
            && about.body.has(Classes::PAST)
            && !signs.warned
            && !signs.near.has(Classes::AUTH);
        tally.add_if(is_booked, -44, "of what was booked");
        let is_thing_s = self.is_thing_s(signs);
        let names_both = is_thing_s
            && about.subject.has(Classes::OTHER)
            && signs.is(Names::SomeCode)
            && !about.limited
            && !signs.given
            && !signs.once;
        let points = if names_both && !about.subject_other { -28 } else { -12 };
        tally.add_if(
            (about.subject_other || names_both) && is_thing_s && !is_likely,
            points,
            "its name stands in a sentence about other things",
        );
        let points = if is_likely { -12 } else { -24 };
        tally.add_if(self.is_in_row_of_thing(), -30, "in a row that is captioned as another thing");
        let is_discount = about.subject_percentage || self.page.beside_percentage(self.index);
        let is_entered = signs.named.is_none() && signs.given && is_digits;
        tally.add_if(is_discount && !is_entered, points, "beside a percentage");
    }

    /// Words of a discount stand in the subject, in its sentence or around, and none of signing in.
    fn is_discount(&self, signs: &Signs<'_>) -> bool {
        let about = self.about;
        let reading = self.page.reading;
        let sentence_at = |at: usize| reading.sentence_at(at).map(|sentence| sentence.classes).unwrap_or_default();
        let own = sentence_at(self.token.range.start);
        let own = signs.governor.map_or(own, |governor| own.or(sentence_at(governor.word.start)));
        let has = |classes: Classes| classes.has(Classes::DISCOUNT);
        let proves = about.subject_signs || about.limited;
        has(about.subject) && !proves
            || has(own) && !(proves && signs.signs_in)
            || has(signs.near) && !proves && !signs.signs_in && !signs.warned && !signs.subject_confirms
    }

    /// Its name stands in a sentence about another thing.
    fn is_thing_s(&self, signs: &Signs<'_>) -> bool {
        let sentence = signs.governor.and_then(|governor| self.page.reading.sentence_at(governor.word.start));
        sentence.is_some_and(|sentence| sentence.classes.has(Classes::OTHER))
    }

    /// "Wi-Fi | network Guest, access code 84217731": the first cell of its row names another thing, and no code.
    fn is_in_row_of_thing(&self) -> bool {
        const LONGEST_CAPTION: usize = 60;
        let reading = self.page.reading;
        let Some(row) = self.page.row_of(self.index) else { return false };
        let before = reading.slice(row.range.start..self.token.range.start);
        let Some(end) = before.find(['\t', '|']).filter(|end| *end <= LONGEST_CAPTION) else { return false };
        let hits = reading.hits_in(row.range.start..row.range.start + end);
        let caption = hits.iter().fold(Classes::default(), |all, hit| all.or(hit.classes));
        let names_code = Classes::CODE.or(Classes::STRONG).or(Classes::AUTH).or(Classes::SOFT).or(Classes::SECRET);
        caption.has(Classes::OTHER) && !caption.has(names_code)
    }

    /// No word names it, but the mail asks to use just this.
    fn is_meant(&self, signs: &Signs<'_>) -> bool {
        if signs.named.is_some() {
            return false;
        }
        let sentence = self.page.reading.sentence_at(self.token.range.start);
        let confirms = sentence.is_some_and(|sentence| sentence.classes.has(Classes::AUTH.or(Classes::SOFT)));
        let is_shown = || self.token.form == Form::Mixed && self.is_plain();
        signs.given && (self.about.subject_names_once || confirms || is_shown())
            || self.is_announced() && self.row_above_asks() && !self.about.subject_other
    }

    /// "Paid 643.20 UAH, authorization code 718204."
    fn is_of_payment_made(&self) -> bool {
        const LONGEST_LINE: usize = 160;
        let Some(row) = self.page.row_of(self.index) else { return false };
        let above = self.page.row_index(self.index).unwrap_or_default().saturating_sub(3);
        let mut near = self.page.reading.rows.iter().skip(above).take_while(|near| near.range.start <= row.range.start);
        row.range.len() <= LONGEST_LINE
            && near.any(|near| self.page.reading.classes_of(near).has(Classes::PAST))
            && measures::tells_of_money(self.page.reading.slice(row.range.clone()))
    }

    /// A label and a number, and nothing else in the line, with an amount or a card in a line nearby.
    fn is_receipt_line(&self) -> bool {
        const LONGEST_LINE: usize = 80;
        let Some(row) = self.page.row_of(self.index) else { return false };
        let after = self.page.reading.slice(self.token.range.end..row.range.end);
        let before = self.page.reading.slice(row.range.start..self.token.range.start);
        (Gap::of(before).announces || before.split_whitespace().count() <= 2)
            && row.range.len() <= LONGEST_LINE
            && after.trim_matches(['.', ' ']).is_empty()
            && self.page.beside_money(self.index)
            && !measures::tells_of_money(self.page.reading.slice(row.range.clone()))
    }
}

//! To whom a number is told: a courier at the door, who asks for a code, or support in a call, which asks for a case.

use super::super::codes::Weighing;
use super::super::labels::Names;
use super::super::lexicon::Classes;
use super::super::numbers::Form;
use super::super::page::Governor;
use super::Signs;

/// Words that ask for a code or tell of one.
const CODE: Classes = Classes::GIVE
    .or(Classes::CODE)
    .or(Classes::STRONG)
    .or(Classes::ONCE)
    .or(Classes::SECRET)
    .or(Classes::NUMBER)
    .or(Classes::NEVER);

impl Weighing<'_, '_, '_> {
    /// "The driver will ask you for a one-time password. It is 8364."
    pub(super) fn is_for_courier(&self, named: Option<Names>) -> bool {
        /// Bytes between the courier and the number.
        const REACH: usize = 400;
        let reading = self.page.reading;
        if !self.about.body.or(self.about.subject).has(Classes::COURIER) {
            return false;
        }
        let (Some(row), Form::Digits | Form::Year | Form::Mixed) = (self.page.row_index(self.index), self.token.form)
        else {
            return false;
        };
        let is_paid = || {
            let is_priced = self.page.is_on_receipt(self.index) || self.page.beside_money(self.index);
            self.about.body.has(Classes::PAST)
                && is_priced
                && !self.page.is_given(self.index)
                && !self.is_below_courier()
        };
        let is_shown = self.token.form != Form::Mixed || named.is_some() || self.page.is_given(self.index);
        if !named.is_none_or(Names::is_code)
            || !is_shown
            || self.has_its_line() && self.page.is_announced_as_other(self.index)
            || self.page.is_in_imprint(self.index)
            || self.about.is_mailing
            || self.is_behind_card()
            || is_paid()
        {
            return false;
        }
        let at = self.token.range.start;
        let first = reading.rows.get(row.saturating_sub(1)).map_or(at, |row| row.range.start);
        let end =
            reading.rows.get(row + 1).filter(|_| named.is_some() || self.token.alone).map_or(at, |row| row.range.end);
        let end = end.max(reading.sentence_at(at).map_or(at, |sentence| sentence.range.end));
        let near = reading.hits_in(first.max(at.saturating_sub(REACH))..end.min(at + REACH));
        let stands_out = || named.is_some() || self.page.is_given(self.index) || self.page.is_only_free(self.token);
        let all = near.iter().fold(Classes::default(), |all, hit| all.or(hit.classes));
        all.has(Classes::COURIER) && all.has(CODE) && stands_out() && self.page.bracket_before(self.index).is_none()
    }

    /// "Tell this PIN to the driver:", and the number has the line below for itself.
    fn is_below_courier(&self) -> bool {
        let above = self.has_its_line().then(|| self.page.row_above(self.index)).flatten();
        let above = above.map(|above| self.page.reading.classes_of(above)).unwrap_or_default();
        above.has(Classes::COURIER) && above.has(CODE)
    }

    /// "Card **** 5512, approval code 039471": what a bank answered to a payment.
    pub(super) fn is_behind_card(&self) -> bool {
        /// Bytes between the digits of the card and the code.
        const REACH: usize = 40;
        let Some(row) = self.page.row_of(self.index) else { return false };
        let before = self.page.reading.slice(row.range.start..self.token.range.start);
        let masked = ["***", "•••"].iter().filter_map(|mask| before.rfind(mask).map(|at| at + mask.len())).max();
        let shown = masked.and_then(|end| before.get(end..)).unwrap_or_default();
        let shown = shown.trim_start_matches(['*', '•', ' ']);
        let digits = shown.bytes().take_while(u8::is_ascii_digit).count();
        let between = shown.get(digits..).unwrap_or_default();
        let named = self.token.range.start - between.len()..self.token.range.start;
        let is_named =
            self.page.reading.hits_in(named).iter().any(|hit| hit.classes.has(Classes::CODE.or(Classes::STRONG)));
        let is_used = self.about.limited || self.about.body.has(Classes::NEVER.or(Classes::UNASKED));
        digits == 4
            && is_named
            && between.len() <= REACH
            && !between.contains('.')
            && !is_used
            && !self.page.is_given(self.index)
    }

    /// "Pick-up code": shown at a shop or a locker, and nobody asks whose mailbox it is. A courier does.
    pub(in super::super) fn is_for_pick_up(&self, governor: &Governor) -> bool {
        let about = self.about;
        let named = self.label(governor);
        let (near, others) = self.page.around(self.index, 3);
        named.has(Classes::STRONG)
            && named.has(Classes::OTHER.or(Classes::PICKUP))
            && !near.has(Classes::ONCE)
            && (about.subject.has(Classes::OTHER) || others > 0)
            && !(self.page.is_given(self.index) && near.has(Classes::AUTH))
            && !about.body.or(about.subject).has(Classes::COURIER)
            && !about.subject.has(Classes::AUTH)
    }

    /// "Call 0800 555 0142 and tell us the number 558203."
    pub(super) fn is_for_call(&self, signs: &Signs<'_>) -> bool {
        /// Bytes before it that are looked at.
        const REACH: usize = 200;
        /// Digits of a telephone number.
        const LEAST: usize = 7;
        let about = self.about;
        let happened = Classes::ALERT.or(Classes::DONE).or(Classes::PAST);
        let is_some = matches!(signs.named, None | Some(Names::SomeNumber | Names::SomeCode))
            || signs.is(Names::LikelyCode) && !about.limited;
        if !is_some || self.token.alone || !about.subject.or(about.body).has(happened) {
            return false;
        }
        let Some(sentence) = self.page.reading.sentence_at(self.token.range.start) else { return false };
        let at = self.token.range.start;
        let from = self.page.reading.text.ceil_char_boundary(at.saturating_sub(REACH));
        let before = self.page.reading.slice(sentence.range.start.max(from)..at);
        let mut runs = before.split(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '-' | '(' | ')' | '.' | '+'));
        runs.any(|run| {
            let run = run.trim();
            run.bytes().filter(u8::is_ascii_digit).count() >= LEAST && run.contains([' ', '-', ')', '+'])
        })
    }
}

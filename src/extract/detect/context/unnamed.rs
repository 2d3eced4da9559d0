//! What speaks for a value that no word names: its place, what asks to enter it, what the mail expects.

use super::super::codes::Weighing;
use super::super::lexicon::Classes;
use super::super::numbers::{Form, measures};
use super::super::tally::Tally;

/// Words of signing in or confirming.
const PROOF: Classes = Classes::AUTH.or(Classes::SOFT);
/// Words that warn, or say whom the mail does not concern.
const WARNING: Classes = Classes::NEVER.or(Classes::UNASKED);

impl Weighing<'_, '_, '_> {
    /// "Type 620193 to sign in": its sentence, or its subject, tells what it is entered for.
    pub(in super::super) fn is_for_something(&self) -> bool {
        let sentence = self.sentence();
        let subject = self.about.subject.has(Classes::AUTH.or(Classes::CODE));
        (self.page.is_given(self.index) || self.row_above_asks())
            && (sentence.has(PROOF) || subject || self.about.limited)
    }

    /// How much tells that the mail delivers a code.
    pub(in super::super) fn signals(&self) -> i32 {
        let about = self.about;
        let all = [
            about.limited,
            about.body.has(WARNING),
            about.subject.has(PROOF) && !about.is_over && !about.subject.has(Classes::ALERT.or(Classes::DONE)),
            self.sentence().has(PROOF.or(Classes::GIVE)),
        ];
        all.into_iter().map(i32::from).sum()
    }

    /// Nothing else in the mail looks like a code, and enough tells that it delivers one.
    pub(in super::super) fn is_expected(&self) -> bool {
        let about = self.about;
        self.page.reading.index.is_some()
            && !about.answers
            && !about.is_mailing
            && !about.body.or(about.subject).has(Classes::ELSEWHERE)
            && self.page.bracket_before(self.index).is_none()
            && self.page.is_only_free(self.token)
            && self.signals() >= 2
    }

    /// All words of its sentence.
    fn sentence(&self) -> Classes {
        self.page.reading.sentence_at(self.token.range.start).map(|sentence| sentence.classes).unwrap_or_default()
    }

    /// No word names it: only its place speaks for it.
    pub(super) fn weigh_unnamed(&self, replaces: bool, tally: &mut Tally) {
        self.weigh_lines(tally);
        let given = self.weigh_giving(tally);
        self.weigh_standing_out(tally);
        self.weigh_expectation(tally);
        tally.add_if(replaces, 36, "in place of one that is used up");
        let is_aside = self.page.bracket_before(self.index).is_some() && !given;
        tally.add_if(is_aside, -30, "in brackets, with what it is the number of");
        let sentence = self.sentence();
        let is_sample = sentence.has(Classes::SAMPLE) || self.page.is_sample(self.index);
        tally.add_if(is_sample, -90, "an example");
        tally.add_if(sentence.has(Classes::ELSEWHERE), -30, "in a sentence about a code that comes elsewhere");
    }

    /// What the lines above and below say.
    fn weigh_lines(&self, tally: &mut Tally) {
        // Only what has its line for itself is asked about: a line may have many words, and the one below it many numbers.
        let is_others = self.has_its_line() && self.page.is_announced_as_other(self.index);
        tally.add_if(is_others, -16, "announced as the number of something else");
        let is_captioned = self.has_its_line() && self.page.is_captioned_as_other(self.index);
        tally.add_if(is_captioned, -44, "the line below names it as that of something else");
        let announced = !is_others && self.is_announced();
        let asks = !is_others && self.row_above_asks();
        tally.add_if(announced && asks, 28, "announced as what to enter");
        tally.add_if(!announced && asks, 20, "below a line that asks to enter it");
        let below = self.has_its_line() && !asks && !announced && self.row_below_asks();
        tally.add_if(below, 16, "above a line that asks to enter it");
        let points = if self.page.around(self.index, 1).0.has(Classes::AUTH) { 14 } else { 8 };
        tally.add_if(announced && !asks, points, "announced");
    }

    /// Its sentence asks to use it for signing in, or for confirming something soon.
    pub(super) fn is_for_confirming(&self) -> bool {
        let (signs, given, confirms) = self.giving();
        signs || given && confirms
    }

    /// What asks to enter it, and for what. Whether anything does.
    fn weigh_giving(&self, tally: &mut Tally) -> bool {
        let (signs, given, confirms) = self.giving();
        tally.add_if(signs, 30, "to be used for signing in");
        tally.add_if(!signs && given && confirms, 30, "to be used soon, or for confirming");
        let is_plain = given && !confirms && self.is_plain();
        tally.add_if(!signs && is_plain, 22, "to be used, and nothing tells for what else");
        given
    }

    /// Whether its sentence asks to sign in with it; whether something asks to enter it; whether for confirming.
    fn giving(&self) -> (bool, bool, bool) {
        let (about, sentence) = (self.about, self.sentence());
        let signs = sentence.has(Classes::GIVE) && sentence.has(Classes::AUTH);
        // "Type 620193 into the app to finish": the sentence asks for it and nothing else in it has a number.
        let is_confirming = matches!(self.token.form, Form::Digits | Form::Year)
            && (sentence.has(PROOF) || about.limited)
            && about.subject.has(PROOF);
        let given = self.page.is_given(self.index) && (!sentence.has(Classes::OTHER) || is_confirming);
        let near = self.page.around(self.index, 3);
        let confirms = sentence.has(Classes::SOFT)
            || is_confirming
            || about.limited
            || about.subject.has(Classes::AUTH)
            || about.body.has(Classes::UNASKED) && near.1 == 0
            || near.0.has(Classes::AUTH) && near.1 == 0;
        (signs, given, confirms)
    }

    /// Its sentence names an amount.
    fn tells_of_money(&self) -> bool {
        const LONGEST: usize = 300;
        let sentence = self.page.reading.sentence_at(self.token.range.start);
        let sentence = sentence.map(|sentence| sentence.range.clone()).filter(|it| it.len() <= LONGEST);
        sentence.is_some_and(|sentence| measures::tells_of_money(self.page.reading.slice(sentence)))
    }

    /// It looks like a code, and the mail like one that proves something rather than like an offer or an invitation.
    pub(in super::super) fn is_plain(&self) -> bool {
        let about = self.about;
        let is_code = match self.token.form {
            Form::Digits => true,
            Form::Year => self.signals() >= 2,
            Form::Mixed => !self.token.alone,
            // "Write surdo7b", so that they know the address.
            Form::LowerMixed => self.page.around(self.index, 1).0.has(Classes::MAILBOX),
            _ => false,
        };
        let proves = about.limited
            || about.body.has(WARNING.or(Classes::MAILBOX))
            || about.subject.or(self.sentence()).has(PROOF);
        // Shops say what a code takes off.
        let is_offer =
            about.body.or(about.subject).has(Classes::DISCOUNT) || self.tells_of_money() || about.shows_source;
        let is_shown = self.token.form == Form::Mixed && self.token.value.len() >= 5 && !is_offer;
        is_code
            && (proves || is_shown)
            && !about.is_mailing
            && !about.answers
            && !about.subject.has(Classes::MEETING)
            && !self.page.beside_percentage(self.index)
            && !self.page.is_bracketed(self.index)
    }

    /// It opens or ends the subject, is shown for itself, or is the only number.
    fn weigh_standing_out(&self, tally: &mut Tally) {
        let (about, reading) = (self.about, self.page.reading);
        let stands_out = self.page.opens_sentence(self.index) && self.token.form == Form::Digits;
        let told = about.body.has(Classes::NUMBER.or(Classes::CODE).or(Classes::GIVE));
        let ends = self.page.ends_sentence(self.index) && about.body.has(Classes::CODE) && about.limited;
        let in_subject = reading.index.is_none() && self.sentence().has(Classes::AUTH) && (stands_out && told || ends);
        tally.add_if(in_subject, 30, "opens or ends a subject about signing in");
        let near = self.page.around(self.index, 3);
        let speaks = [near.0.has(Classes::AUTH), near.0.has(Classes::GIVE), about.limited, about.body.has(WARNING)];
        let shown = self.token.alone && matches!(self.token.form, Form::Digits | Form::Mixed) && near.1 == 0;
        let spoken = speaks.into_iter().filter(|speaks| *speaks).count() >= 2;
        tally.add_if(shown && spoken, 10, "shown for itself, among words of signing in and using it");
        let only = self.page.is_only_shown(self.token);
        let subject = about.subject.has(Classes::AUTH.or(Classes::CODE));
        tally.add_if(only && self.token.alone && subject, 8, "the only number");
        // "Your one-time code" in the subject, and the body: "Use 482913 to get in".
        let meant = about.subject_names_once && reading.index.is_some() && !about.answers;
        let shown = self.token.alone || self.page.is_given(self.index) || self.page.opens_sentence(self.index);
        let points = if self.page.is_given(self.index) { 34 } else { 24 };
        tally.add_if(only && meant && shown, points, "the only number, and the subject names a one-time code");
        let told = about.body.has(WARNING) || subject;
        let named = !meant && told && reading.index.is_some() && !about.answers && self.page.names_once;
        tally.add_if(only && named && self.token.alone, 16, "the only number, and the mail names a one-time code");
    }

    /// The mail expects a code, and nothing else looks like one.
    fn weigh_expectation(&self, tally: &mut Tally) {
        let about = self.about;
        let near = self.page.around(self.index, 3);
        if self.is_expected() {
            let points = match self.signals() {
                ..=2 => 16,
                3 => 36,
                4.. => 44,
            };
            tally.add(points, "the only thing like a code, where one is expected");
        }
        let is_apart = (self.token.form.is_digits() || !near.0.or(about.subject).has(Classes::DISCOUNT))
            && self.has_its_line()
            && self.page.is_only_lined(self.token)
            && about.body.has(Classes::CODE.or(Classes::STRONG).or(Classes::NUMBER))
            && about.body.has(Classes::GIVE.or(Classes::AUTH))
            && (about.limited || about.body.has(WARNING) || about.subject.has(PROOF))
            && !about.answers
            && !about.is_mailing
            && !about.body.or(about.subject).has(Classes::ELSEWHERE);
        tally.add_if(is_apart, 22, "the only value with a line for itself, and the mail tells of a code");
    }
}

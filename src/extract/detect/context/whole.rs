//! What the mail as a whole tells against any code in it: its subject tells that all is done or names two other things, its
//! body lists facts or names many things. Such mails have numbers that look like codes and are called so, and deliver none.

use super::super::codes::Weighing;
use super::super::labels::Names;
use super::super::lexicon::Classes;
use super::super::tally::Tally;
use super::Signs;

/// So many facts, or so many different things, and the mail is a receipt, a ticket or a notice.
const FACTS: usize = 4;
const THINGS: usize = 5;

impl Weighing<'_, '_, '_> {
    /// `confirms`: no word names it, and its sentence asks to use it for signing in or confirming.
    pub(super) fn weigh_whole(&self, signs: &Signs<'_>, confirms: bool, tally: &mut Tally) {
        let about = self.about;
        // A code that its own words tie to signing in or confirming stands for itself.
        let is_likely = signs.is(Names::LikelyCode);
        let is_over = about.subject.has(Classes::PAST) && !is_likely && !confirms;
        tally.add_if(is_over, -45, "of what the subject tells is done");
        let signs_in_row = || {
            let row = self.page.row_of(self.index).map(|row| self.page.reading.classes_of(row));
            row.is_some_and(|row| row.has(Classes::AUTH))
        };
        let names_two = about.in_subject.things >= 2
            && !is_likely
            && !confirms
            && !signs.label.has(Classes::ONCE)
            && !signs_in_row();
        tally.add_if(names_two, -30, "the subject names two other things");
        let is_done = about.body.has(Classes::DONE) && !is_likely && !signs.given;
        tally.add_if(is_done, -30, "the mail tells that it is done");
        let is_notice = about.body.has(Classes::PAST)
            && about.in_body.facts >= FACTS
            && !signs.replaces
            && !is_likely
            && !about.subject_signs;
        tally.add_if(is_notice, -30, "in a notice of facts");
        let names_many = about.in_body.things >= THINGS
            && !about.limited
            && !about.body.has(Classes::COURIER)
            && !about.subject_signs
            && !signs.given
            && !signs.asked;
        tally.add_if(names_many, -30, "in a mail about many other things");
        let is_offer =
            about.body.has(Classes::DISCOUNT) && !about.subject_signs && !about.limited && !about.in_body.signs_in;
        tally.add_if(is_offer, -30, "in a mail about a discount, without a word of signing in");
        let is_things_s = signs.is(Names::OneTimeCode)
            && about.subject.has(Classes::OTHER)
            && !about.subject.has(Classes::AUTH.or(Classes::SOFT))
            && !about.in_body.signs_in
            && !about.limited
            && !about.body.or(about.subject).has(Classes::COURIER)
            && !signs.once
            && !signs.warned
            && !signs.given
            && !signs.asked;
        tally.add_if(is_things_s, -30, "of a thing: the subject names it, and nothing speaks of signing in");
        let is_documents_s = about.has_document && !about.subject_signs && !about.subject_names_code && !about.limited;
        tally.add_if(is_documents_s, -44, "in a mail that brings a document");
        tally.add_if(about.is_automatic, -120, "in an automatic answer");
        tally.add_if(about.is_bulk && about.body.has(Classes::MAILING), -16, "sent to many, as its headers say too");
    }
}

//! A value that may be the code, wherever it stands in the mail, and what the others leave of it.

use std::collections::HashSet;
use std::ops::Range;

use super::super::about::About;
use super::super::labels::Names;
use super::super::lexicon::Classes;
use super::super::tally::Tally;
use super::THRESHOLD;

/// A value and what speaks for it.
#[derive(Clone, Debug)]
pub(in super::super) struct Candidate {
    pub(in super::super) value: String,
    /// Index of the reading, bytes of its text; the place that the tally is about comes first.
    pub(in super::super) places: Vec<(usize, Range<usize>)>,
    /// Only in a quote.
    pub(in super::super) quoted: bool,
    pub(in super::super) seen: Seen,
}

/// What is seen of a value where it stands, or of all its places.
#[derive(Clone, Debug)]
pub(in super::super) struct Seen {
    pub(in super::super) tally: Tally,
    /// What its label names, if it has one.
    pub(super) names: Option<Names>,
    /// That label stands in another row.
    pub(super) is_apart: bool,
    /// That label names some code, and stands no nearer than in its sentence.
    pub(super) is_loose: bool,
    /// Words name it as the code or number of something else.
    pub(super) is_others: bool,
    /// The points that it loses for standing in a list of facts.
    pub(super) fact: i32,
    /// A word right beside it asks to use it.
    pub(super) is_given: bool,
    /// It is an example of a code that is easily guessed.
    pub(super) is_easy: bool,
    /// Its sentence ends with it, or it stands alone.
    pub(super) is_final: bool,
    /// Its sentence goes on behind it, wherever it stands.
    pub(super) is_told_of: bool,
    /// A word names it, or words tell what it is to be entered for.
    pub(super) is_for_it: bool,
}

impl Seen {
    /// Bound to its origin, as browsers read it.
    pub(super) fn bound(tally: Tally) -> Self {
        Self {
            tally,
            names: Some(Names::OneTimeCode),
            is_apart: false,
            is_loose: false,
            is_others: false,
            fact: 0,
            is_given: true,
            is_easy: false,
            is_final: true,
            is_told_of: false,
            is_for_it: true,
        }
    }
}

impl Candidate {
    /// It stands at another place, too: what speaks best for it counts, and what speaks against it anywhere.
    pub(super) fn add(&mut self, place: (usize, Range<usize>), quoted: bool, other: Seen) {
        self.places.push(place);
        let seen = &mut self.seen;
        seen.is_others |= other.is_others;
        seen.is_given |= other.is_given;
        seen.is_easy |= other.is_easy;
        seen.is_final |= other.is_final;
        seen.is_told_of &= other.is_told_of;
        seen.is_for_it |= other.is_for_it;
        seen.fact = seen.fact.min(other.fact);
        if (self.quoted, -seen.tally.score) > (quoted, -other.tally.score) {
            seen.tally = other.tally;
            seen.names = other.names;
            seen.is_apart = other.is_apart;
            seen.is_loose = other.is_loose;
            self.quoted = quoted;
            self.places.rotate_right(1);
        }
    }
}

/// Values that others may be the beginning of; no mail has more good ones.
const MOST_WHOLES: usize = 16;

/// What the mail as a whole, and the other candidates, take from each. `numbered`: values that number tickets in the subject.
pub(super) fn compare(candidates: &mut [Candidate], numbered: &HashSet<String>, about: &About) {
    // "Confirmation of your appointment no. 204618".
    let is_thing_s = about.subject.has(Classes::OTHER) && !about.subject_signs && !about.limited;
    for candidate in candidates.iter_mut() {
        candidate.seen.tally.add_if(candidate.seen.is_others, -44, "named elsewhere as the code of something else");
        candidate.seen.tally.add_if(candidate.seen.is_easy, -50, "among codes that are easily guessed");
        candidate.seen.tally.add_if(candidate.seen.fact < 0, candidate.seen.fact, "one of a list of facts");
        let is_subject = |place: &(usize, Range<usize>)| place.0 == 0;
        if !candidate.places.iter().all(is_subject) {
            let is_ticket = numbered.contains(&candidate.value);
            let is_both = candidate.places.iter().any(is_subject);
            let points = if is_thing_s { -30 } else { 12 };
            candidate.seen.tally.add_if(is_both && !is_ticket, points, "in subject and body");
            candidate.seen.tally.add_if(is_ticket, -60, "numbered in the subject, like a ticket");
        }
    }
    let is_named =
        |c: &Candidate| !c.quoted && c.seen.names == Some(Names::OneTimeCode) && c.seen.tally.score >= THRESHOLD;
    if candidates.iter().any(is_named) {
        for candidate in candidates.iter_mut() {
            candidate.seen.tally.add_if(candidate.seen.names.is_none(), -40, "no word names it, but one names another");
        }
    }
    // "Session: 77310962" and "Code: 915037", below a line that tells of a one-time code.
    let is_captioned =
        |c: &Candidate| !c.quoted && c.seen.fact < 0 && !c.seen.is_apart && c.seen.names.is_some_and(Names::is_code);
    if candidates.iter().any(is_captioned) {
        for candidate in candidates.iter_mut() {
            let is_other = candidate.seen.fact < 0 && candidate.seen.is_apart;
            candidate.seen.tally.add_if(is_other, -20, "named by a line above, but one of the list by its own");
        }
    }
    // "The code 481220 of 10:02 …" and "Current code: 907315".
    let is_final = |c: &Candidate| {
        let has_digits = c.value.contains(|c: char| c.is_ascii_digit());
        !c.quoted
            && c.seen.is_final
            && has_digits
            && c.seen.names.is_none_or(Names::is_code)
            && c.seen.tally.score >= THRESHOLD
    };
    if candidates.iter().any(is_final) {
        for candidate in candidates.iter_mut() {
            let is_told_of = candidate.seen.is_told_of && candidate.seen.names.is_some_and(Names::is_code);
            candidate.seen.tally.add_if(is_told_of, -18, "told of, where another one is shown");
        }
    }
    // "6194" of "6194 57", where another text parts it otherwise.
    let wholes: Vec<(String, i32)> = candidates
        .iter()
        .filter(|it| it.value.len() >= 6 && it.seen.tally.score >= THRESHOLD)
        .map(|it| (it.value.clone(), it.seen.tally.score))
        .take(MOST_WHOLES)
        .collect();
    for candidate in candidates.iter_mut() {
        let is_part = wholes.iter().any(|(whole, score)| {
            whole.len() > candidate.value.len()
                && candidate.value.len() >= 4
                && whole.starts_with(&candidate.value)
                && score + 20 >= candidate.seen.tally.score
        });
        candidate.seen.tally.add_if(is_part, -40, "the beginning of another one");
    }
    let is_asked_for =
        |c: &Candidate| !c.quoted && c.seen.is_given && c.seen.names.is_none() && c.seen.tally.score >= THRESHOLD;
    if candidates.iter().any(is_asked_for) {
        for candidate in candidates.iter_mut() {
            let is_number = candidate.seen.names == Some(Names::SomeNumber) && !candidate.seen.is_given;
            candidate.seen.tally.add_if(is_number, -40, "some number, but another is to be entered");
        }
    }
}

//! Links whose own words tell little: "Yes, send it to me", "Get started" beside "choose a password".

use std::ops::Range;

use super::super::about::About;
use super::super::address::Token;
use super::super::lexicon::{Classes, Hit};
use super::super::reading::Row;
use super::placed::Placed;
use super::{LONGEST_WORDS, words};

impl Placed<'_, '_> {
    /// What it is worth that its words, or those before a bare URL, agree to what the mail asks.
    pub(super) fn agrees(&self, token: Token, around: Classes, about: &About) -> Option<i32> {
        let proofs = Classes::AUTH.or(Classes::SOFT).or(Classes::MAILBOX);
        let own = words(self.reading.hits_in(self.said()));
        let all = own.or(around).or(about.subject);
        // "Yes, send me the recipes": what is sent may be anything, if the question is whose mailbox it is.
        let is_asked_whose = around.has(Classes::MAILBOX);
        let agrees = token >= Token::Weak
            && (around.or(about.subject).has(proofs) || about.body.has(Classes::UNASKED))
            && (is_asked_whose || !all.has(Classes::OTHER))
            && !all.has(Classes::DONE)
            && (!own.has(Classes::AWAY) || own.has(Classes::OPEN))
            && !own.has(Classes::UNASKED.or(Classes::ALERT))
            && self.says_yes()
            && !self.is_second_answer();
        agrees.then_some(if own.has(Classes::AWAY.or(Classes::OTHER)) { 50 } else { 26 })
    }

    /// "Yes, send me the letter": a short word and a comma, as in any language.
    fn says_yes(&self) -> bool {
        const LONGEST: usize = 10;
        let text = self.reading.beginning(self.said(), LONGEST_WORDS).trim();
        let Some((word, rest)) = text.split_once([',', '،', '、', '，']) else { return false };
        // "Yes please".
        let is_word = word.chars().count() <= LONGEST
            && !word.is_empty()
            && word.chars().all(|c| !c.is_numeric())
            && word.split_whitespace().count() <= 2;
        is_word && rest.contains(char::is_alphabetic)
    }

    /// The link before it agrees as well: "Yes, …" comes before "No, …".
    fn is_second_answer(&self) -> bool {
        let before = self.nth.checked_sub(1).and_then(|nth| Placed::of(self.reading, nth));
        before
            .is_some_and(|before| !before.anchor.hidden && before.anchor.href != self.anchor.href && before.says_yes())
    }

    /// Its own words, or those that announce a bare URL.
    fn said(&self) -> Range<usize> {
        if self.bare { self.announced_by() } else { self.anchor.range.clone() }
    }

    /// The words before it in its row, if a colon ends them.
    fn announced_by(&self) -> Range<usize> {
        let at = self.anchor.range.start;
        let start =
            self.reading.row_at(at).and_then(|row| self.reading.rows.get(row)).map_or(at, |row| row.range.start);
        let is_announced = self.reading.slice(start..at).trim_end().ends_with([':', '：']);
        if is_announced { start..at } else { at..at }
    }

    /// "All that is left is to choose a password:" right above it, or "You will be asked to choose a password" right below.
    pub(super) fn sets_password(&self) -> bool {
        let Some(row) = self.reading.row_at(self.anchor.range.start) else { return false };
        let over = Classes::UNASKED.or(Classes::DONE).or(Classes::AWAY).or(Classes::NEVER);
        let chooses = |row: &Row| {
            let hits = self.reading.hits_of(row);
            let secrets = || hits.iter().filter(|hit| hit.classes.has(Classes::SECRET)).take(8);
            let is_choice = |hit: &Hit| {
                hit.classes.has(Classes::OPEN)
                    && secrets().any(|secret| {
                        hit.start <= secret.start
                            && secret.end <= hit.end
                            && hit.end - hit.start > secret.end - secret.start
                    })
            };
            !self.reading.classes_of(row).has(over) && hits.iter().take(64).any(is_choice)
        };
        let rows = [row.checked_sub(1), Some(row), Some(row + 1)];
        rows.into_iter().flatten().filter_map(|at| self.reading.rows.get(at)).any(chooses)
    }
}

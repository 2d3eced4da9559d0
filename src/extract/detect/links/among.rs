//! A link among the others of its text: the only one of its kind, one of two answers, the reader's own.

use std::collections::HashSet;

use super::super::about::About;
use super::super::address::{self, Address, Token};
use super::super::lexicon::Classes;
use super::super::tally::Tally;
use super::answers::{self, Answer};
use super::placed::Placed;
use super::{ELSE, OPENING};
use crate::mail::Anchor;

/// What the links of a text are to each other.
pub(super) struct Among<'r> {
    /// The only one that carries a token and is to be opened.
    only: Option<&'r str>,
    /// The only one that leads to more than a page for everybody.
    sole: Option<&'r str>,
    /// By anchor.
    answers: Vec<Option<Answer>>,
    /// Of those that lead away, in a mail to many: token and address.
    away: Vec<(String, &'r str)>,
    /// Most carry tokens, since clicks are counted.
    are_tracked: bool,
}

impl<'r> Among<'r> {
    pub(super) fn of(places: &[Placed<'_, 'r>], about: &About) -> Self {
        let away = if about.is_mailing { tokens_away(places) } else { Vec::new() };
        Self {
            only: only_token(places),
            sole: sole(places),
            answers: answers::of(places),
            away,
            are_tracked: are_tracked(places),
        }
    }

    pub(super) fn is_only(&self, anchor: &Anchor) -> bool {
        self.only == Some(anchor.href.as_str())
    }

    /// `things`: numbers of other things, as the mail names them.
    pub(super) fn weigh(
        &self,
        place: &Placed<'_, '_>,
        address: &Address,
        about: &About,
        things: &HashSet<String>,
        tally: &mut Tally,
    ) {
        let href = place.anchor.href.as_str();
        let is_only = self.is_only(place.anchor);
        tally.add_if(is_only, 8, "the only link that carries a token");
        tally.add_if(self.are_tracked, -14, "as most links do");
        tally.add_if(self.sole == Some(href) && !is_only, 18, "the only link to a page of its own");
        if !things.is_empty() {
            weigh_things(place, address, about, things, tally);
        }
        // Who subscribes by a link may end it by the same token: such a mail says to ignore it, or expires.
        let is_readers = !about.limited
            && !about.body.has(Classes::UNASKED)
            && !place.leads_away()
            && self.away.iter().any(|(token, away)| *away != href && href.contains(token.as_str()));
        tally.add_if(is_readers, -34, "its token is that of the link to unsubscribe");
        // "Will you come? I will, I cannot".
        let proofs = Classes::AUTH.or(Classes::SOFT).or(Classes::MAILBOX);
        let is_things = about.subject.has(Classes::OTHER) && !place.own.has(proofs);
        match self.answers.get(place.nth) {
            Some(Some(Answer::Yes { is_sure })) if *is_sure && !is_things || !about.subject_other => {
                tally.add(20, "the first of two answers");
            }
            Some(Some(Answer::No)) => tally.add(-40, "the second of two answers"),
            _ => {}
        }
    }
}

/// What the numbers of other things take from a link: it shows the thing.
fn weigh_things(place: &Placed<'_, '_>, address: &Address, about: &About, things: &HashSet<String>, tally: &mut Tally) {
    let led = place.led();
    let proof = Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET);
    let is_beside = led.has(Classes::OPEN) && !led.has(proof) && !about.subject.has(proof.or(Classes::MAILBOX));
    tally.add_if(is_beside, -10, "beside the number of something else");
    let is_told = address.is_sign_in || led.has(Classes::AUTH.or(Classes::SECRET)) && !led.has(ELSE);
    let is_things = address::holds_any(&place.anchor.href, things);
    let is_told = is_told && !about.subject.has(Classes::PAST);
    tally.add_if(is_things, if is_told { -8 } else { -24 }, "its address holds the number of something else");
}

/// The one link of a text that carries a token and says that it is to be opened, if there is one and no other. Where clicks are
/// counted, logos and help carry tokens too.
fn only_token<'m>(places: &[Placed<'_, 'm>]) -> Option<&'m str> {
    let mut only: Option<&str> = None;
    for place in places.iter().filter(|place| place.is_shown()) {
        let href = place.anchor.href.as_str();
        let is_strong = place.address().is_some_and(|address| address.token == Token::Strong);
        if only == Some(href) || !is_strong {
            continue;
        }
        let led = place.led();
        if led.has(OPENING.or(Classes::CLICK)) && !led.has(ELSE) && only.replace(href).is_some() {
            return None;
        }
    }
    only
}

/// Whether most of several links carry a token: where clicks are counted, it tells nothing of one.
fn are_tracked(places: &[Placed<'_, '_>]) -> bool {
    const LEAST: usize = 3;
    let of = |place: &&Placed| place.is_shown() && place.target.is_some();
    let all: HashSet<&str> = places.iter().filter(of).map(|place| place.anchor.href.as_str()).collect();
    let carries = |place: &&Placed| place.address().is_some_and(|address| address.token == Token::Strong);
    let strong = places.iter().filter(of).filter(carries).map(|place| place.anchor.href.as_str());
    let strong: HashSet<&str> = strong.collect();
    strong.len() >= LEAST && strong.len() * 3 >= all.len() * 2
}

/// The tokens of links that lead away, as those to unsubscribe do: they name the reader.
fn tokens_away<'m>(places: &[Placed<'_, 'm>]) -> Vec<(String, &'m str)> {
    const MOST: usize = 8;
    let carries = |place: &Placed| place.address().is_some_and(|address| address.token >= Token::Short);
    let away = places.iter().filter(|place| carries(place) && place.leads_away()).take(MOST);
    let hrefs = away.map(|place| place.anchor.href.as_str());
    hrefs.filter_map(|href| Some((address::longest_token(href)?, href))).collect()
}

/// The one link of a text that leads to more than a page for everybody, if there is one and no other.
fn sole<'m>(places: &[Placed<'_, 'm>]) -> Option<&'m str> {
    let mut sole: Option<&str> = None;
    for place in places.iter().filter(|place| place.is_shown()) {
        let href = place.anchor.href.as_str();
        let is_own = |address: &Address| {
            !address.is_away && (address.token >= Token::Short || address.token == Token::Weak && address.is_sign_in)
        };
        if sole == Some(href) || !place.address().is_some_and(is_own) {
            continue;
        }
        let leads_away = place.own.has(ELSE) && !place.bare;
        if !leads_away && sole.replace(href).is_some() {
            return None;
        }
    }
    sole
}

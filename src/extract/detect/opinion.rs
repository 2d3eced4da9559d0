//! A second opinion on a value that is good enough by its own reasons: does a mail that says all this deliver anything?
//!
//! Receipts, tickets, notices and letters about signing in hold values that stand where codes stand and are called so. No
//! single word parts them from mails that deliver one; many small signs together do. How much each counts was learnt from
//! the corpus (`tests/corpus/tools/learn.py`), by classes of words and never by words, so that it holds in every language.
//! Where it takes away what looked good, or lets pass what was nearly good enough, it says so as one more reason.

#[cfg(test)]
mod learn;
mod signs;
#[cfg(test)]
mod tests;
mod trees;

use std::ops::Range;
use std::sync::LazyLock;

use super::about::About;
use super::codes::{self, Codes, Verdict};
use super::links::{self, Links};
use super::reading::Reading;
use super::tally::Tally;
use signs::{Mail, Signs};
use trees::Trees;

static CODES: LazyLock<Trees> = LazyLock::new(|| Trees::read(include_str!("../opinion/code.trees")));
static LINKS: LazyLock<Trees> = LazyLock::new(|| Trees::read(include_str!("../opinion/link.trees")));

/// Reads what was learnt, so that the first mail need not wait for it.
pub(super) fn prepare() {
    LazyLock::force(&CODES);
    LazyLock::force(&LINKS);
}

/// What a value loses that the opinion is against: no other reasons make up for it.
const AGAINST: i32 = -120;

/// Shorter mails say too little for an opinion, in bytes.
const SHORTEST: usize = 200;

/// What is no further below the threshold may be enough after all.
const NEAR: i32 = -25;

/// Takes away what only looks as if it were delivered; where nothing is left, lets pass what is nearly good enough.
pub(super) fn weigh(readings: &[Reading<'_>], about: &About, codes: &mut Codes, links: &mut Links) {
    let mail = Mail::of(readings, about, codes.candidates.len(), links.candidates.len());
    if mail.bytes < SHORTEST {
        return;
    }
    for code in codes.candidates.iter_mut().filter(|code| !code.quoted) {
        doubt(&mail, &CODES, codes::THRESHOLD, &code.places, &mut code.seen.tally);
    }
    let best = codes.candidates.iter_mut().find(|code| !code.quoted);
    if let Some(best) = best.filter(|_| links.verdict() == Verdict::None) {
        trust(&mail, &CODES, codes::THRESHOLD, &best.places, &mut best.seen.tally);
    }
    codes.sort();
    // A mail that delivers a code delivers something: its links are what they look like.
    if codes.verdict() != Verdict::None {
        return;
    }
    for link in links.candidates.iter_mut().filter(|link| !link.quoted) {
        doubt(&mail, &LINKS, links::THRESHOLD, &link.places, &mut link.tally);
    }
    if let Some(best) = links.candidates.iter_mut().find(|link| !link.quoted) {
        trust(&mail, &LINKS, links::THRESHOLD, &best.places, &mut best.tally);
    }
    links.sort();
}

/// Takes away a value that is good enough by its own reasons.
fn doubt(mail: &Mail<'_>, learnt: &Trees, threshold: i32, places: &[(usize, Range<usize>)], tally: &mut Tally) {
    let over = tally.score - threshold;
    if over >= 0 && learnt.are_against(over, &Signs::of(mail, places)) {
        tally.add(AGAINST, "all in all, the mail reads like one that delivers nothing");
    }
}

/// Lets the best value pass where it is nearly good enough by its own reasons.
fn trust(mail: &Mail<'_>, learnt: &Trees, threshold: i32, places: &[(usize, Range<usize>)], tally: &mut Tally) {
    let over = tally.score - threshold;
    if (NEAR..0).contains(&over) && learnt.are_for(over, &Signs::of(mail, places)) {
        tally.add(-over, "all in all, the mail reads like one that delivers it");
    }
}

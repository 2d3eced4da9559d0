//! Which link of a mail is the one to open: what its words say, what its URL carries, what the mail asks for.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::super::value::Link;
use super::about::About;
use super::address::{self, Address, Token};
use super::codes::Verdict;
use super::lexicon::{Classes, Hit};
use super::reading::Reading;
use super::tally::Tally;
use crate::mail::Anchor;
use answers::Answer;
use placed::Placed;

mod answers;
mod placed;

/// What a link needs to be reported.
pub(super) const THRESHOLD: i32 = 47;
/// A second link this close to the best, with other words, makes a tie.
const MARGIN: i32 = 8;
/// More links of one mail are not looked at.
const MOST_LINKS: usize = 1000;
/// Bytes of an anchor's text; more say nothing more.
const LONGEST_WORDS: usize = 300;

/// Words that tell what a link is for.
const TELLING: Classes = OPENING.or(Classes::AWAY).or(Classes::OTHER);

/// Words of a link that is to be opened.
const OPENING: Classes = Classes::AUTH.or(Classes::SOFT).or(Classes::OPEN).or(Classes::SECRET);

/// Words of a link that leads to something else.
const ELSE: Classes = Classes::AWAY.or(Classes::OTHER).or(Classes::ALERT);

/// The links of a mail, best first; one for each `href`.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) candidates: Vec<Candidate>,
}

#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) link: Link,
    pub(super) places: Vec<(usize, Range<usize>)>,
    pub(super) tally: Tally,
    pub(super) quoted: bool,
    /// The words that lead to it, to know one link under two addresses.
    words: String,
    bare: bool,
    is_html: bool,
}

/// Weighs every link of the readings.
///
/// `things`: numbers of other things, as the mail names them.
pub(super) fn weigh(readings: &[Reading<'_>], about: &About, sender: Option<&str>, things: &HashSet<String>) -> Links {
    let mut by_href: HashMap<&str, Candidate> = HashMap::new();
    let mut left = MOST_LINKS;
    for (index, reading) in readings.iter().enumerate() {
        let addresses: Vec<Option<Address>> =
            reading.anchors.iter().take(left).map(|anchor| Address::of(&anchor.href)).collect();
        let only = only_token(reading, &addresses);
        let sole = sole(reading, &addresses);
        let answers = answers::of(reading, &addresses);
        let away = if about.is_mailing { tokens_away(reading, &addresses) } else { Vec::new() };
        let anchors = reading.anchors.iter().enumerate().take(left);
        left -= anchors.len();
        for (nth, anchor) in anchors {
            if anchor.hidden
                || reading.row_at(anchor.range.start).is_none() && !reading.rows.is_empty() && anchor.range.is_empty()
            {
                continue;
            }
            let Some(address) = addresses.get(nth).and_then(Option::as_ref) else { continue };
            let Ok(link) = Link::new(&anchor.href) else { continue };
            let place = Placed { reading, anchor, nth };
            let is_only = only == Some(anchor.href.as_str());
            let is_sole = sole == Some(anchor.href.as_str());
            let (mut tally, bare) = place.weigh(address, about, sender, is_only);
            tally.add_if(is_only, 8, "the only link that carries a token");
            tally.add_if(is_sole && !is_only, 18, "the only link to a page of its own");
            let is_things = !things.is_empty() && address::holds_any(&anchor.href, things);
            let led = place.led();
            let opens = Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET);
            let is_beside = !things.is_empty()
                && led.has(Classes::OPEN)
                && !led.has(opens)
                && !about.subject.has(opens.or(Classes::MAILBOX));
            tally.add_if(is_beside, -10, "beside the number of something else");
            let is_told = address.is_sign_in || led.has(Classes::AUTH.or(Classes::SECRET)) && !led.has(ELSE);
            tally.add_if(is_things, if is_told { -8 } else { -24 }, "its address holds the number of something else");
            let is_readers = about.is_mailing
                && !about.limited
                && !about.body.has(Classes::UNASKED)
                && away.iter().any(|(token, href)| {
                    *href != anchor.href && anchor.href.contains(token.as_str()) && !place.leads_away()
                });
            tally.add_if(is_readers, -34, "its token is that of the link to unsubscribe");
            match answers.get(nth) {
                Some(Some(Answer::Yes { is_sure })) if *is_sure || !about.subject_other => {
                    tally.add(20, "the first of two answers")
                }
                Some(Some(Answer::No)) => tally.add(-40, "the second of two answers"),
                _ => {}
            }
            let quoted = anchor.quote_depth > 0;
            let candidate = Candidate {
                link,
                places: vec![(index, anchor.range.clone())],
                tally,
                quoted,
                words: reading.beginning(anchor.range.clone(), LONGEST_WORDS).trim().to_lowercase(),
                bare,
                is_html: reading.is_html,
            };
            match by_href.get_mut(anchor.href.as_str()) {
                Some(held) => {
                    held.places.push((index, anchor.range.clone()));
                    if (held.quoted, -held.tally.score) > (quoted, -candidate.tally.score) {
                        let places = std::mem::take(&mut held.places);
                        *held = Candidate { places, ..candidate };
                        held.places.rotate_right(1);
                    }
                }
                None => {
                    by_href.insert(&anchor.href, candidate);
                }
            }
        }
    }
    let mut candidates: Vec<Candidate> = by_href.into_values().collect();
    weigh_alike(readings, &mut candidates);
    candidates.sort_by(|a, b| {
        let key = |c: &Candidate| {
            (
                c.quoted,
                -c.tally.score,
                !c.is_html,
                c.bare,
                c.places.first().map(|(reading, range)| (*reading, range.start)),
            )
        };
        key(a).cmp(&key(b))
    });
    Links { candidates }
}

/// What has the same words as others, each with an address of its own, is one of a list: "Show the job".
fn weigh_alike(readings: &[Reading<'_>], candidates: &mut [Candidate]) {
    const LIST: usize = 3;
    let mut alike: HashMap<(usize, String), usize> = HashMap::new();
    let asks_nothing = |candidate: &Candidate| {
        let (reading, range) = candidate.places.first()?;
        let own = words(readings.get(*reading)?.hits_in(range.clone()));
        let is_mute = !candidate.bare && !candidate.words.is_empty() && !own.has(TELLING.or(Classes::CLICK));
        is_mute.then(|| (*reading, candidate.words.clone()))
    };
    for key in candidates.iter().filter_map(asks_nothing) {
        *alike.entry(key).or_default() += 1;
    }
    for candidate in candidates {
        let count = asks_nothing(candidate).and_then(|key| alike.get(&key));
        candidate.tally.add_if(count.is_some_and(|count| *count >= LIST), -40, "one of several with the same words");
    }
}

/// The one link of a text that carries a token and says that it is to be opened, if there is one and no other. Where clicks are
/// counted, logos and help carry tokens too.
fn only_token<'m>(reading: &Reading<'m>, addresses: &[Option<Address>]) -> Option<&'m str> {
    let shown = |anchor: &Anchor| !anchor.hidden && anchor.quote_depth == 0;
    let anchors: &'m [Anchor] = reading.anchors;
    let mut only: Option<&str> = None;
    for (nth, (anchor, address)) in anchors.iter().zip(addresses).enumerate().filter(|(_, (anchor, _))| shown(anchor)) {
        let href = anchor.href.as_str();
        let is_strong = address.as_ref().is_some_and(|address| address.token == Token::Strong);
        if only == Some(href) || !is_strong {
            continue;
        }
        let led = Placed { reading, anchor, nth }.led();
        if led.has(OPENING.or(Classes::CLICK)) && !led.has(ELSE) && only.replace(href).is_some() {
            return None;
        }
    }
    only
}

/// The tokens of links that lead away, as those to unsubscribe do: they name the reader.
fn tokens_away<'r>(reading: &'r Reading<'_>, addresses: &[Option<Address>]) -> Vec<(String, &'r str)> {
    const MOST: usize = 8;
    let away = reading.anchors.iter().zip(addresses).enumerate().filter(|(nth, (anchor, address))| {
        let carries = address.as_ref().is_some_and(|address| address.token >= Token::Short);
        carries && Placed { reading, anchor, nth: *nth }.leads_away()
    });
    away.take(MOST)
        .filter_map(|(_, (anchor, _))| Some((address::longest_token(&anchor.href)?, anchor.href.as_str())))
        .collect()
}

/// The one link of a text that leads to more than a page for everybody, if there is one and no other.
fn sole<'m>(reading: &Reading<'m>, addresses: &[Option<Address>]) -> Option<&'m str> {
    let shown = |anchor: &Anchor| !anchor.hidden && anchor.quote_depth == 0;
    let anchors: &'m [Anchor] = reading.anchors;
    let mut sole: Option<&str> = None;
    for (nth, (anchor, address)) in anchors.iter().zip(addresses).enumerate().filter(|(_, (anchor, _))| shown(anchor)) {
        let href = anchor.href.as_str();
        let is_own = |address: &Address| {
            !address.is_away && (address.token >= Token::Short || address.token == Token::Weak && address.is_sign_in)
        };
        if sole == Some(href) || !address.as_ref().is_some_and(is_own) {
            continue;
        }
        let own = words(reading.hits_in(anchor.range.clone()));
        let leads_away = own.has(ELSE) && !Placed { reading, anchor, nth }.is_bare();
        if !leads_away && sole.replace(href).is_some() {
            return None;
        }
    }
    sole
}

impl Links {
    /// The best one is more than good enough.
    pub(super) fn is_strong(&self) -> bool {
        self.candidates.first().is_some_and(|best| best.tally.score >= THRESHOLD + 33)
    }

    /// The best one is well good enough.
    pub(super) fn is_good(&self) -> bool {
        self.candidates.first().is_some_and(|best| best.tally.score >= THRESHOLD + 10)
    }

    pub(super) fn verdict(&self) -> Verdict {
        let mut good = self.candidates.iter().filter(|c| !c.quoted && c.tally.score >= THRESHOLD);
        let Some(best) = good.next() else { return Verdict::None };
        // One link may stand under several addresses: tracked in the HTML and not in the plain text, or as a button and in
        // full below it.
        let rivals = |other: &Candidate| {
            best.tally.score - other.tally.score < MARGIN
                && other.words != best.words
                && !other.bare
                && !best.bare
                && other.places.first().map(|place| place.0) == best.places.first().map(|place| place.0)
        };
        if good.any(rivals) { Verdict::Tie } else { Verdict::Best }
    }
}

/// The classes of some words. What stands inside a longer word of the other kind does not count: "secure your account" leads
/// elsewhere though "secure" alone would not.
pub(super) fn words(hits: &[Hit]) -> Classes {
    const FOR: Classes =
        Classes::AUTH.or(Classes::SOFT).or(Classes::OPEN).or(Classes::SECRET).or(Classes::CODE).or(Classes::STRONG);
    const AGAINST: Classes = Classes::AWAY.or(Classes::OTHER).or(Classes::ALERT).or(Classes::DONE);
    let mut all = Classes::default();
    let mut longest: Option<&Hit> = None;
    for hit in hits.iter().take(64) {
        let inside = longest.is_some_and(|held| {
            let contained =
                held.start <= hit.start && hit.end <= held.end && hit.end - hit.start < held.end - held.start;
            contained
                && held.classes.has(FOR) != held.classes.has(AGAINST)
                && held.classes.has(FOR) != hit.classes.has(FOR)
        });
        if inside {
            continue;
        }
        if longest.is_none_or(|held| hit.end > held.end) {
            longest = Some(hit);
        }
        all = all.or(hit.classes);
    }
    all
}

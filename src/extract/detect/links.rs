//! Which link of a mail is the one to open: what its words say, what its URL carries, what the mail asks for.

use std::collections::HashMap;
use std::ops::Range;

use super::super::value::Link;
use super::about::About;
use super::codes::{Codes, Verdict};
use super::lexicon::{Classes, Hit};
use super::reading::Reading;
use super::tally::Tally;
use among::Among;
use placed::Placed;

mod among;
mod answers;
mod asked;
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
/// `codes`: what the mail says of codes and of the numbers of other things.
pub(super) fn weigh(readings: &[Reading<'_>], about: &About, sender: Option<&str>, codes: &Codes) -> Links {
    let mut by_href: HashMap<&str, Candidate> = HashMap::new();
    let mut left = MOST_LINKS;
    for (index, reading) in readings.iter().enumerate() {
        let places: Vec<Placed> = (0..left).map_while(|nth| Placed::of(reading, nth)).collect();
        let among = Among::of(&places, about);
        left -= places.len();
        for place in &places {
            let anchor = place.anchor;
            if anchor.hidden
                || reading.row_at(anchor.range.start).is_none() && !reading.rows.is_empty() && anchor.range.is_empty()
            {
                continue;
            }
            let Some((link, address)) = &place.target else { continue };
            let mut tally = place.weigh(address, about, sender, among.is_only(anchor));
            among.weigh(place, address, about, &codes.things, &mut tally);
            let is_offer = about.body.or(about.subject).has(Classes::DISCOUNT)
                && !about.subject_signs
                && !about.limited
                && !about.body.has(Classes::UNASKED.or(Classes::MAILBOX));
            tally.add_if(is_offer, -24, "in a mail about a discount");
            tally.add_if(codes.cites, -50, "in a mail that cites what others write");
            let quoted = anchor.quote_depth > 0;
            let candidate = Candidate {
                link: link.clone(),
                places: vec![(index, anchor.range.clone())],
                tally,
                quoted,
                words: place.text().trim().to_lowercase(),
                bare: place.bare,
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
    let mut links = Links { candidates };
    links.sort();
    links
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

impl Links {
    /// The best first.
    pub(super) fn sort(&mut self) {
        self.candidates.sort_by(|a, b| {
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
    }

    /// The best one is more than good enough.
    pub(super) fn is_strong(&self) -> bool {
        self.candidates.first().is_some_and(|best| best.tally.score >= THRESHOLD + 33)
    }

    /// The best one is far better than a code of so many points.
    pub(super) fn are_better(&self, code: i32) -> bool {
        self.is_strong() && self.candidates.first().is_some_and(|best| best.tally.score >= code + 40)
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

//! Which link of a mail is the one to open: what its words say, what its URL carries, what the mail asks for.

use std::collections::HashMap;
use std::ops::Range;

use super::super::value::Link;
use super::about::About;
use super::address::{Address, Token, same_site};
use super::codes::Verdict;
use super::lexicon::{Classes, Hit};
use super::reading::{Reading, Row};
use super::tally::Tally;
use crate::mail::Anchor;

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
pub(super) fn weigh(readings: &[Reading<'_>], about: &About, sender: Option<&str>) -> Links {
    let mut by_href: HashMap<&str, Candidate> = HashMap::new();
    let mut left = MOST_LINKS;
    for (index, reading) in readings.iter().enumerate() {
        let only = only_token(reading, left);
        let sole = sole(reading, left);
        let anchors = reading.anchors.iter().enumerate().take(left);
        left -= anchors.len();
        for (nth, anchor) in anchors {
            if anchor.hidden
                || reading.row_at(anchor.range.start).is_none() && !reading.rows.is_empty() && anchor.range.is_empty()
            {
                continue;
            }
            let (Some(address), Ok(link)) = (Address::of(&anchor.href), Link::new(&anchor.href)) else { continue };
            let place = Placed { reading, anchor, nth };
            let is_only = only == Some(anchor.href.as_str());
            let is_sole = sole == Some(anchor.href.as_str());
            let (mut tally, bare) = place.weigh(&address, about, sender, is_only);
            tally.add_if(is_only, 8, "the only link that carries a token");
            tally.add_if(is_sole && !is_only, 8, "the only link to a page of its own");
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

/// The one link of a text that carries a token and says that it is to be opened, if there is one and no other. Where clicks are
/// counted, logos and help carry tokens too.
fn only_token<'m>(reading: &Reading<'m>, most: usize) -> Option<&'m str> {
    let shown = |anchor: &Anchor| !anchor.hidden && anchor.quote_depth == 0;
    let anchors: &'m [Anchor] = reading.anchors;
    let mut only: Option<&str> = None;
    for (nth, anchor) in anchors.iter().enumerate().take(most).filter(|(_, anchor)| shown(anchor)) {
        let href = anchor.href.as_str();
        let is_strong = || Address::of(href).is_some_and(|address| address.token == Token::Strong);
        if only == Some(href) || !is_strong() {
            continue;
        }
        let led = Placed { reading, anchor, nth }.led();
        if led.has(OPENING.or(Classes::CLICK)) && !led.has(ELSE) && only.replace(href).is_some() {
            return None;
        }
    }
    only
}

/// The one link of a text that leads to more than a page for everybody, if there is one and no other.
fn sole<'m>(reading: &Reading<'m>, most: usize) -> Option<&'m str> {
    let shown = |anchor: &Anchor| !anchor.hidden && anchor.quote_depth == 0;
    let anchors: &'m [Anchor] = reading.anchors;
    let mut sole: Option<&str> = None;
    for (nth, anchor) in anchors.iter().enumerate().take(most).filter(|(_, anchor)| shown(anchor)) {
        let href = anchor.href.as_str();
        let is_own = |address: Address| {
            !address.is_away && (address.token >= Token::Short || address.token == Token::Weak && address.is_sign_in)
        };
        if sole == Some(href) || !Address::of(href).is_some_and(is_own) {
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

/// A link where it stands.
struct Placed<'r, 'm> {
    reading: &'r Reading<'m>,
    anchor: &'m Anchor,
    nth: usize,
}

impl Placed<'_, '_> {
    /// It shows its address, or nothing.
    fn is_bare(&self) -> bool {
        let text = self.reading.beginning(self.anchor.range.clone(), LONGEST_WORDS);
        text.trim().is_empty() || text.contains("://") || text.trim_start().starts_with("www.") || {
            let text = text.trim();
            text.contains('.') && text.contains('/') && !text.contains(' ')
        }
    }

    /// It shows the name of a file: something shared.
    fn is_file(&self) -> bool {
        const ENDS: [&str; 9] = [".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".csv", ".zip"];
        let text = self.reading.beginning(self.anchor.range.clone(), LONGEST_WORDS).trim().to_lowercase();
        !self.is_bare() && ENDS.iter().any(|end| text.ends_with(end))
    }

    /// Its own words, or those that lead to it.
    fn led(&self) -> Classes {
        let bare = self.is_bare();
        let own = words(self.reading.hits_in(self.anchor.range.clone()));
        if own.has(TELLING) && !bare { own } else { self.context(bare) }
    }

    fn weigh(&self, address: &Address, about: &About, sender: Option<&str>, is_only: bool) -> (Tally, bool) {
        let mut tally = Tally::default();
        let bare = self.is_bare();
        let own = words(self.reading.hits_in(self.anchor.range.clone()));
        let around = self.around();
        if own.has(TELLING) && !bare {
            self.weigh_words(own, around.or(about.subject), address, about, &mut tally, false);
        } else {
            let context = self.context(bare);
            self.weigh_words(context, around.or(about.subject), address, about, &mut tally, true);
        }
        match address.token {
            Token::Strong => tally.add(24, "carries a token"),
            Token::Short if address.is_sign_in => tally.add(6, "carries a short token"),
            Token::Short => tally.add(2, "carries a short token"),
            Token::Weak if address.is_sign_in => tally.add(0, "carries a number or tag"),
            Token::Weak => tally.add(-4, "carries no token, only a number or tag"),
            Token::None => tally.add(-44, "a page that everybody may open"),
        }
        tally.add_if(address.is_sign_in, 8, "its address is about signing in");
        tally.add_if(address.is_away, -30, "its address is about other things");
        tally.add_if(self.is_file(), -40, "its words are the name of a file");
        tally.add_if(sender.is_some_and(|sender| same_site(sender, &address.host)), 4, "at the sender's site");
        let led = self.led();
        tally.add_if(!led.has(OPENING.or(Classes::CLICK)), -12, "no words lead to it");
        let is_button = is_only
            && led.has(OPENING)
            && !led.has(ELSE)
            && !about.body.has(Classes::OTHER.or(Classes::ALERT))
            && (led.has(Classes::SOFT.or(Classes::SECRET)) || !about.body.has(Classes::OWNER));
        let happened = Classes::ALERT.or(Classes::DONE);
        let is_for_it = address.is_sign_in
            && address.token >= Token::Weak
            && led.has(Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET))
            && !led.has(ELSE)
            && !about.body.or(about.subject).has(happened);
        let is_clear = own.has(Classes::AUTH.or(Classes::SOFT)) && !bare && address.token >= Token::Weak;
        let is_for_it =
            is_for_it || is_clear && !led.has(ELSE) && !about.body.or(about.subject).has(happened.or(Classes::OTHER));
        let is_clearly_one = is_only
            && address.is_sign_in
            && led.has(OPENING.or(Classes::CLICK))
            && !led.has(ELSE)
            && !about.body.or(about.subject).has(happened);
        let is_asked =
            is_button || is_for_it || is_clearly_one || address.is_sign_in && about.body.has(Classes::EXPIRY);
        self.weigh_mail(around, about, led, (is_asked, address.is_sign_in), &mut tally);
        (tally, bare)
    }

    fn weigh_words(
        &self,
        classes: Classes,
        around: Classes,
        address: &Address,
        about: &About,
        tally: &mut Tally,
        from_context: bool,
    ) {
        let account = Classes::OWNER.or(Classes::AUTH);
        let scaled = |points: i32| if from_context { points * 4 / 5 } else { points };
        if classes.has(Classes::AUTH) {
            tally.add(
                scaled(36),
                if from_context { "led to by words of signing in" } else { "its words are about signing in" },
            );
        } else if classes.has(Classes::SOFT) {
            let points = if around.has(account) || address.is_sign_in || !around.has(Classes::OTHER) { 30 } else { 18 };
            tally.add(
                scaled(points),
                if from_context { "led to by words of confirming" } else { "its words are about confirming" },
            );
        } else if classes.has(Classes::SECRET) {
            tally.add(
                scaled(28),
                if from_context { "led to by words of a password" } else { "its words are about a password" },
            );
        } else if classes.has(Classes::OPEN) {
            tally.add(scaled(22), "its words ask to go on");
            // "To confirm your address, click here".
            let start = self.anchor.range.start;
            let sentence = self.reading.sentence_at(start).map(|sentence| sentence.classes).unwrap_or_default();
            let leads = sentence.has(Classes::AUTH.or(Classes::SOFT)) && !sentence.has(ELSE.or(Classes::UNASKED));
            tally.add_if(leads && !from_context, 8, "in a sentence about confirming");
        } else if classes.has(Classes::CLICK) {
            tally.add(scaled(12), "its words ask to open it");
        }
        let opens = classes.has(OPENING);
        // "Accept", "join", "open": what, the words around say.
        let only_opens =
            classes.has(Classes::OPEN) && !classes.has(Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET));
        let confirms = about.subject.has(Classes::AUTH.or(Classes::SOFT));
        let signs = Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET);
        let tells = around.has(signs) || about.subject.has(Classes::CLICK);
        tally.add_if(only_opens && !tells, -16, "nothing tells what its words are about");
        let confirms = confirms || about.body.has(Classes::UNASKED) && around.has(Classes::AUTH.or(Classes::SOFT));
        let is_thing = only_opens && (around.has(Classes::OTHER) && !confirms || about.subject_other);
        tally.add_if(is_thing, -24, "its words ask to go on with something else");
        let away = if opens { -34 } else { -70 };
        tally.add_if(classes.has(Classes::AWAY), away, "its words lead elsewhere");
        let other = if from_context { -8 } else { -30 };
        tally.add_if(classes.has(Classes::OTHER), other, "its words are about something else");
        let start = self.anchor.range.start;
        let sentence = self.reading.sentence_at(start).map_or(start..start, |sentence| sentence.range.start..start);
        let mut leads = words(self.reading.hits_in(sentence));
        // "If it wasn't you, reset your password", with the button below.
        if around.has(Classes::ALERT)
            && let Some(above) = self.row_above()
        {
            let last = self.reading.sentence_at(above.range.end.saturating_sub(1));
            leads = leads.or(last.map(|last| last.classes).unwrap_or_default().and(Classes::UNASKED));
        }
        let somebody_else = classes.has(Classes::ALERT) || leads.has(Classes::ALERT.or(Classes::UNASKED));
        tally.add_if(somebody_else, -50, "for the case that it was somebody else");
    }

    fn weigh_mail(
        &self,
        around: Classes,
        about: &About,
        led: Classes,
        (is_asked, is_sign_in): (bool, bool),
        tally: &mut Tally,
    ) {
        let signs = Classes::AUTH.or(Classes::SOFT);
        let asked = self.asked() && around.has(signs);
        tally.add_if(about.subject.has(Classes::AUTH), 12, "the subject is about signing in");
        tally.add_if(
            !about.subject.has(Classes::AUTH) && about.subject.has(Classes::SOFT),
            if about.subject_other { 8 } else { 12 },
            "the subject is about confirming",
        );
        tally.add_if(asked, 8, "the mail asks to open it");
        tally.add_if(about.limited, 8, "something here expires soon");
        tally.add_if(about.body.has(Classes::UNASKED), 6, "says to ignore it if not requested");
        let done = about.subject.has(Classes::DONE) || around.has(Classes::DONE);
        tally.add_if(done, -56, "tells that it is done");
        tally.add_if(about.discusses, -40, "an answer on a mailing list");
        tally.add_if(about.shows_source, -40, "among source code");
        let joins = about.subject.or(around).has(Classes::MEETING) && !led.has(Classes::SECRET);
        tally.add_if(joins, -40, "about a meeting");
        let assents = led.has(Classes::AUTH) && led.has(Classes::OPEN);
        let approves = (assents || led.has(Classes::SOFT)) && !led.has(ELSE.or(Classes::SECRET));
        let alert = if about.subject.has(Classes::SOFT) || approves { -8 } else { -25 };
        tally.add_if(about.subject.has(Classes::ALERT), alert, "the subject tells of something that has happened");
        let is_named = is_sign_in && led.has(Classes::SOFT.or(Classes::SECRET));
        tally.add_if(
            about.subject_other && !about.subject.has(Classes::SOFT),
            if is_named { -18 } else { -28 },
            "the subject is about other things",
        );
        let happened = Classes::ALERT.or(Classes::DONE);
        let password = about.subject.has(Classes::SECRET)
            && led.has(Classes::SECRET)
            && !led.has(ELSE)
            && !about.subject.has(happened)
            && !around.has(happened);
        tally.add_if(password, 12, "the subject is about a password, too");
        let intent = is_asked
            || password
            || about.subject.has(signs)
            || asked
            || about.limited
            || about.body.has(Classes::UNASKED);
        tally.add_if(!intent, -30, "nothing asks to open it");
    }

    /// The words that lead to a bare URL or to "click here": before it in its row, else after it, else in the rows above.
    fn context(&self, bare: bool) -> Classes {
        let Some(row_index) = self.reading.row_at(self.anchor.range.start) else { return Classes::default() };
        let Some(row) = self.reading.rows.get(row_index) else { return Classes::default() };
        let previous =
            self.nth.checked_sub(1).and_then(|nth| self.reading.anchors.get(nth)).map_or(0, |anchor| anchor.range.end);
        let start = row.range.start.max(previous.min(self.anchor.range.start));
        let before = words(self.reading.hits_in(start..self.anchor.range.start));
        if before.has(TELLING.or(Classes::CLICK)) {
            if bare {
                return before;
            }
            let sentence = self.reading.sentence_at(self.anchor.range.start).map(|s| s.classes).unwrap_or_default();
            return before.or(sentence);
        }
        let next = self.reading.anchors.get(self.nth + 1).map_or(usize::MAX, |anchor| anchor.range.start);
        let after = words(self.reading.hits_in(self.anchor.range.end..row.range.end.min(next)));
        if after.has(TELLING.or(Classes::CLICK)) {
            return after;
        }
        for distance in 1..=2 {
            let Some(above) = row_index.checked_sub(distance).and_then(|above| self.reading.rows.get(above)) else {
                break;
            };
            if above.quoted != row.quoted || above.range.end <= previous {
                break;
            }
            let mut classes = words(self.reading.hits_of(above));
            // "… follow https://… and choose a password".
            if let Some(below) = self.reading.rows.get(row_index + 1).filter(|below| below.quoted == row.quoted) {
                let goes_on = self.reading.slice(below.range.clone()).trim_start().starts_with(char::is_lowercase);
                let anchors = self.reading.anchors;
                let next = anchors.partition_point(|other| other.range.start < below.range.start);
                let has_link = anchors.get(next).is_some_and(|other| other.range.start < below.range.end);
                if goes_on && !has_link {
                    classes = classes.or(words(self.reading.hits_of(below)).and(OPENING));
                }
            }
            if classes.has(TELLING.or(Classes::CLICK)) {
                return classes;
            }
        }
        Classes::default()
    }

    fn row_above(&self) -> Option<&Row> {
        let row = self.reading.row_at(self.anchor.range.start)?;
        self.reading.rows.get(row.checked_sub(1)?)
    }

    fn rows_around(&self) -> impl Iterator<Item = &Row> {
        let row = self.reading.row_at(self.anchor.range.start);
        let (first, count) = row.map_or((0, 0), |row| (row.saturating_sub(3), row - row.saturating_sub(3) + 2));
        self.reading.rows.iter().skip(first).take(count)
    }

    /// Whether the text around asks to open something. "Sign in" on the link itself does not.
    fn asked(&self) -> bool {
        let asks = Classes::CLICK.or(Classes::OPEN);
        let signs_in = words(self.reading.hits_in(self.anchor.range.clone())).has(Classes::AUTH);
        let own = if self.is_bare() || !signs_in { 0..0 } else { self.anchor.range.clone() };
        self.rows_around()
            .flat_map(|row| self.reading.hits_of(row).iter().take(64))
            .any(|hit| hit.classes.has(asks) && !own.contains(&hit.start))
    }

    /// All words of the rows around.
    fn around(&self) -> Classes {
        self.rows_around()
            .flat_map(|row| self.reading.hits_of(row).iter().take(64))
            .fold(Classes::default(), |all, hit| all.or(hit.classes))
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

//! One link where it stands: what its own words and those around it say.

use std::cell::OnceCell;

use super::super::super::value::Link;
use super::super::about::About;
use super::super::address::{Address, Token, names_file, same_site};
use super::super::lexicon::Classes;
use super::super::reading::{Reading, Row};
use super::super::tally::Tally;
use super::{ELSE, LONGEST_WORDS, OPENING, TELLING, words};
use crate::mail::Anchor;

/// A link where it stands.
pub(super) struct Placed<'r, 'm> {
    pub(super) reading: &'r Reading<'m>,
    pub(super) anchor: &'m Anchor,
    pub(super) nth: usize,
    /// Where it leads; `None` if that is no page.
    pub(super) target: Option<(Link, Address)>,
    /// Its own words.
    pub(super) own: Classes,
    /// It shows its address, or nothing.
    pub(super) bare: bool,
    led: OnceCell<Classes>,
}

impl<'r, 'm> Placed<'r, 'm> {
    /// The `nth` of a reading.
    pub(super) fn of(reading: &'r Reading<'m>, nth: usize) -> Option<Self> {
        let anchor = reading.anchors.get(nth)?;
        let own = words(reading.hits_in(anchor.range.clone()));
        let bare = is_bare(text_of(reading, anchor));
        let target = Link::parse(&anchor.href).ok().map(|(link, url)| (link, Address::of(&url)));
        Some(Self { reading, anchor, nth, target, own, bare, led: OnceCell::new() })
    }

    pub(super) fn address(&self) -> Option<&Address> {
        self.target.as_ref().map(|(_, address)| address)
    }

    /// What it shows.
    pub(super) fn text(&self) -> &'m str {
        text_of(self.reading, self.anchor)
    }

    /// It can be seen, and is not quoted.
    pub(super) fn is_shown(&self) -> bool {
        !self.anchor.hidden && self.anchor.quote_depth == 0
    }

    /// It shows the name of a file: something shared.
    fn is_file(&self) -> bool {
        !self.bare && names_file(self.text().trim())
    }

    /// It shows nothing but a cross.
    fn closes(&self) -> bool {
        let text = self.text().trim();
        !text.is_empty() && text.chars().all(|c| matches!(c, '✕' | '✖' | '✗' | '×' | '❌' | '⨯' | '\u{FE0F}'))
    }

    /// Its own words lead away: to unsubscribe, to help.
    pub(super) fn leads_away(&self) -> bool {
        let led = if self.bare { self.context(true) } else { self.own };
        led.has(Classes::AWAY.or(Classes::MAILING)) && !led.has(Classes::AUTH.or(Classes::SOFT))
    }

    /// Its own words, or those that lead to it.
    pub(super) fn led(&self) -> Classes {
        *self.led.get_or_init(|| if self.own.has(TELLING) && !self.bare { self.own } else { self.context(self.bare) })
    }

    pub(super) fn weigh(&self, address: &Address, about: &About, sender: Option<&str>, is_only: bool) -> Tally {
        let mut tally = Tally::default();
        let (bare, own) = (self.bare, self.own);
        let around = self.around();
        if own.has(TELLING) && !bare {
            self.weigh_words(own, around.or(about.subject), address, about, &mut tally, false);
        } else {
            let text = self.text();
            let is_long = text.split_whitespace().count() > 1 || text.chars().filter(|c| *c >= '\u{2E80}').count() > 2;
            let is_mute = !bare && !own.has(Classes::CLICK) && is_long;
            tally.add_if(is_mute, -12, "its own words ask for nothing");
            let context = self.context(bare);
            self.weigh_words(context, around.or(about.subject), address, about, &mut tally, true);
        }
        match address.token {
            Token::Strong => tally.add(20, "carries a token"),
            Token::Opaque if address.is_sign_in => tally.add(18, "carries an opaque token"),
            Token::Opaque => tally.add(16, "carries an opaque token"),
            Token::Short if address.is_sign_in => tally.add(10, "carries a short token"),
            Token::Short => tally.add(9, "carries a short token"),
            Token::Weak if address.is_sign_in => tally.add(0, "carries a number or tag"),
            Token::Weak => tally.add(-4, "carries no token, only a number or tag"),
            Token::None => tally.add(-44, "a page that everybody may open"),
        }
        tally.add_if(address.is_sign_in, 8, "its address is about signing in");
        let proves =
            self.led().has(Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET)) || around.has(Classes::MAILBOX);
        tally.add_if(address.is_away, if proves { -30 } else { -37 }, "its address is about other things");
        tally.add_if(self.is_file(), -40, "its words are the name of a file");
        tally.add_if(self.closes(), -60, "a sign for closing");
        tally.add_if(sender.is_some_and(|sender| same_site(sender, &address.host)), 10, "at the sender's site");
        let led = self.led();
        tally.add_if(!led.has(OPENING.or(Classes::CLICK)), -12, "no words lead to it");
        let signs = Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET);
        let tells = led.or(around).or(about.subject).has(signs) && !about.subject.has(Classes::OTHER);
        let is_button = is_only
            && led.has(OPENING)
            && (tells || led.has(Classes::AUTH))
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
        let agrees = self.agrees(address.token, around, about);
        if let Some(points) = agrees {
            tally.add(points, "its words agree to what is asked");
        }
        let is_asked = agrees.is_some()
            || is_button
            || is_for_it
            || is_clearly_one
            || address.is_sign_in && about.body.has(Classes::EXPIRY);
        self.weigh_mail(around, about, led, (is_asked, address.is_sign_in, is_only, address.token), &mut tally);
        tally
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
            let is_clear = around.has(account) || address.is_sign_in || !around.has(Classes::OTHER);
            let points = match (is_clear, from_context) {
                (true, false) => 30,
                (true, true) => 20,
                (false, false) => 18,
                (false, true) => 14,
            };
            tally.add(
                points,
                if from_context { "led to by words of confirming" } else { "its words are about confirming" },
            );
        } else if classes.has(Classes::SECRET) {
            tally.add(
                scaled(28),
                if from_context { "led to by words of a password" } else { "its words are about a password" },
            );
        } else if classes.has(Classes::OPEN) {
            tally.add(scaled(28), "its words ask to go on");
            // "To confirm your address, click here".
            let start = self.anchor.range.start;
            let sentence = self.reading.sentence_at(start).map(|sentence| sentence.classes).unwrap_or_default();
            let leads = sentence.has(Classes::AUTH.or(Classes::SOFT)) && !sentence.has(ELSE.or(Classes::UNASKED));
            tally.add_if(leads && !from_context, 8, "in a sentence about confirming");
        } else if classes.has(Classes::CLICK) {
            tally.add(scaled(15), "its words ask to open it");
        }
        let opens = classes.has(OPENING);
        // "Accept", "join", "open": what, the words around say.
        let only_opens =
            classes.has(Classes::OPEN) && !classes.has(Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET));
        let confirms = about.subject.has(Classes::AUTH.or(Classes::SOFT));
        let signs = Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET);
        let tells = around.has(signs) || about.subject.has(Classes::CLICK);
        tally.add_if(only_opens && !tells, -8, "nothing tells what its words are about");
        let confirms = confirms || about.body.has(Classes::UNASKED) && around.has(Classes::AUTH.or(Classes::SOFT));
        // "Choose a password when you first visit".
        let is_odd = !classes.has(OPENING.or(ELSE)) || only_opens;
        let sets_password = is_odd && address.token >= Token::Short && self.sets_password();
        let confirms = confirms || around.has(Classes::SECRET) && !around.has(Classes::ALERT.or(Classes::UNASKED));
        let confirms = confirms || sets_password;
        tally.add_if(sets_password, if only_opens { 16 } else { 40 }, "where a password is chosen");
        let is_thing = only_opens && (around.has(Classes::OTHER) && !confirms || about.subject_other);
        // Who sets up an account reads of a password or a mailbox.
        let proofs = signs.or(Classes::MAILBOX);
        let is_plain = about.subject.has(Classes::OTHER) || !about.subject.or(around).has(proofs);
        let points = if is_plain { -28 } else { -18 };
        tally.add_if(is_thing, points, "its words ask to go on with something else");
        let away = if opens { -34 } else { -70 };
        tally.add_if(classes.has(Classes::AWAY), away, "its words lead elsewhere");
        let other = if from_context { -14 } else { -30 };
        tally.add_if(classes.has(Classes::OTHER), other, "its words are about something else");
        let start = self.anchor.range.start;
        let sentence = self.reading.sentence_at(start).map_or(start..start, |sentence| sentence.range.start..start);
        let mut leads = words(self.reading.hits_in(sentence.clone()));
        // "It was not you? Undo it".
        let asks = self.reading.slice(0..sentence.start).trim_end().ends_with(['?', '？', '؟']);
        if asks
            && !classes.has(Classes::AUTH)
            && let Some(question) = self.reading.sentence_at(sentence.start.saturating_sub(1))
        {
            leads = leads.or(question.classes.and(Classes::UNASKED.or(Classes::ALERT)));
            // "Was this helpful? Yes".
            let rates = only_opens && question.classes.has(Classes::AWAY) && !question.classes.has(signs);
            tally.add_if(rates, -50, "answers a question about something else");
        }
        // "If it wasn't you, reset your password", with the button below.
        if let Some(above) = self.row_above() {
            let last = self.reading.sentence_at(above.range.end.saturating_sub(1));
            let row = self.reading.row_at(self.anchor.range.start).unwrap_or_default();
            let last =
                last.map(|last| last.classes).unwrap_or_default().or(self.wrapped_above(row.saturating_sub(1), 0));
            let announces = from_context && self.reading.slice(above.range.clone()).trim_end().ends_with([':', '：']);
            if around.has(Classes::ALERT) || announces {
                leads = leads.or(last.and(Classes::UNASKED));
            }
        }
        let somebody_else = classes.has(Classes::ALERT) || leads.has(Classes::ALERT.or(Classes::UNASKED));
        tally.add_if(somebody_else, -50, "for the case that it was somebody else");
    }

    fn weigh_mail(
        &self,
        around: Classes,
        about: &About,
        led: Classes,
        (is_asked, is_sign_in, is_only, token): (bool, bool, bool, Token),
        tally: &mut Tally,
    ) {
        let signs = Classes::AUTH.or(Classes::SOFT);
        let happened = Classes::ALERT.or(Classes::DONE);
        let asked = self.asked() && around.has(signs);
        tally.add_if(about.subject.has(Classes::AUTH) && !about.is_over, 4, "the subject is about signing in");
        let own = self.own;
        let asks = own.has(signs) && !own.has(ELSE) && !self.bare && token > Token::Weak;
        tally.add_if(about.is_over && !asks, -16, "the subject tells that something is done");
        let is_meant = led.has(signs) || about.subject.has(signs) && about.body.has(Classes::UNASKED);
        tally.add_if(about.is_mailing, if is_meant { -8 } else { -16 }, "sent to many");
        tally.add_if(
            !about.subject.has(Classes::AUTH) && about.subject.has(Classes::SOFT) && !about.is_over,
            8,
            "the subject is about confirming",
        );
        // "Before we write to this address we must know that it is yours".
        let is_proof = around.has(Classes::MAILBOX)
            && token >= Token::Short
            && !led.has(ELSE)
            && !own.has(Classes::AWAY.or(Classes::OTHER))
            && !about.subject.or(around).has(happened);
        tally.add_if(is_proof, 14, "in words about a mailbox");
        tally.add_if(asked, 8, "the mail asks to open it");
        tally.add_if(about.limited, 8, "something here expires soon");
        tally.add_if(about.body.has(Classes::UNASKED), 6, "says to ignore it if not requested");
        let done = about.subject.has(Classes::DONE) || around.has(Classes::DONE) && self.is_done();
        // "You have registered. To activate your account, follow this link".
        let is_next = is_sign_in
            && (asked && led.has(Classes::SOFT) && !led.or(about.subject).has(Classes::DONE)
                || led.has(Classes::SECRET) && !led.has(ELSE)
                || is_only && about.limited);
        let sets = led.has(Classes::SECRET) && led.has(Classes::OPEN) && !led.has(ELSE);
        let points = match () {
            () if sets => -8,
            () if is_next => -24,
            () => -56,
        };
        tally.add_if(done, points, "tells that it is done");
        tally.add_if(about.discusses, -60, "an answer on a mailing list");
        tally.add_if(about.answers && !about.discusses, -24, "an answer");
        tally.add_if(about.shows_source, -40, "among source code");
        let joins = about.subject.or(around).has(Classes::MEETING) && !led.has(Classes::SECRET);
        let points = if is_sign_in && led.has(signs) { -20 } else { -40 };
        tally.add_if(joins, points, "about a meeting");
        let assents = led.has(Classes::AUTH) && led.has(Classes::OPEN);
        // "Check your activity" stays open, "approve it" for a while.
        let is_brief = about.limited || about.body.has(Classes::EXPIRY);
        let approves = (assents || led.has(Classes::SOFT) && is_brief) && !led.has(ELSE.or(Classes::SECRET));
        let alert = if about.subject.has(Classes::SOFT) || approves { -11 } else { -28 };
        tally.add_if(about.subject.has(Classes::ALERT), alert, "the subject tells of something that has happened");
        let is_named = is_sign_in && led.has(Classes::SOFT.or(Classes::SECRET)) || self.sets_password();
        tally.add_if(
            about.subject_other && !about.subject.has(Classes::SOFT),
            match () {
                () if is_named => -18,
                () if led.has(Classes::AUTH.or(Classes::SECRET)) || around.has(Classes::MAILBOX) => -22,
                () => -30,
            },
            "the subject is about other things",
        );
        let password = about.subject.has(Classes::SECRET)
            && led.has(Classes::SECRET)
            && !led.has(ELSE)
            && !about.subject.has(happened)
            && !around.has(happened);
        tally.add_if(password, 12, "the subject is about a password, too");
        // "Your statement is ready. Log in".
        let proofs = signs.or(Classes::SECRET);
        let is_told = about.subject.has(proofs.or(Classes::MAILBOX))
            || about.limited
            || about.body.has(Classes::UNASKED.or(Classes::EXPIRY));
        let is_login = led.has(Classes::AUTH) && !led.has(Classes::SOFT.or(Classes::SECRET));
        tally.add_if(is_login && !is_told && !asked, -20, "nothing tells that one signs in by it");
        let is_code_sent = about.subject.has(Classes::ELSEWHERE) && !own.has(proofs);
        tally.add_if(is_code_sent, -30, "the subject tells of a code that came elsewhere");
        // "Set your first password below".
        let sets = sets || led.has(Classes::SECRET) && led.has(Classes::GIVE) && !led.has(ELSE);
        let intent = is_asked
            || sets
            || password
            || about.subject.has(signs)
            || asked
            || about.limited
            || about.body.has(Classes::UNASKED)
            || is_only && about.body.has(Classes::EXPIRY);
        tally.add_if(!intent, -14, "nothing asks to open it");
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
            if !classes.has(TELLING.without(Classes::OPEN)) {
                let purposes = Classes::AUTH.or(Classes::SOFT).or(Classes::SECRET);
                classes = classes.or(self.wrapped_above(row_index - distance, previous).and(purposes));
            }
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

    /// The words of the lines whose sentence goes on in this row, down to `from`: plain text is wrapped.
    fn wrapped_above(&self, row: usize, from: usize) -> Classes {
        const MOST: usize = 3;
        /// A line that was broken because it was full.
        const SHORTEST: usize = 55;
        let rows = self.reading.rows.get(..=row).unwrap_or_default().iter().rev();
        let mut classes = Classes::default();
        let goes_on = |row: &Row| self.reading.slice(row.range.clone()).starts_with(char::is_lowercase);
        let is_full = |row: &Row| {
            let line = self.reading.slice(row.range.clone()).trim_end();
            !self.reading.is_html && line.len() >= SHORTEST && line.ends_with(|c: char| c.is_alphanumeric() || c == ',')
        };
        for (below, above) in rows.clone().zip(rows.skip(1)).take(MOST) {
            let is_one = goes_on(below) || is_full(above);
            if !is_one || above.range.start < from || above.quoted != below.quoted {
                break;
            }
            classes = classes.or(words(self.reading.hits_of(above)));
        }
        classes
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
        let own = if self.bare || !self.own.has(Classes::AUTH) { 0..0 } else { self.anchor.range.clone() };
        self.rows_around()
            .flat_map(|row| self.reading.hits_of(row).iter().take(64))
            .any(|hit| hit.classes.has(asks) && !own.contains(&hit.start))
    }

    /// Whether a sentence around tells that it is done; not "click here, and your address is confirmed", nor "confirm it and you're
    /// done:", which leads to the link.
    fn is_done(&self) -> bool {
        let hits = self.rows_around().flat_map(|row| self.reading.hits_of(row).iter().take(64));
        hits.filter(|hit| hit.classes.has(Classes::DONE)).any(|hit| {
            let sentence = self.reading.sentence_at(hit.start);
            !sentence.is_some_and(|sentence| {
                let text = self.reading.slice(sentence.range.clone()).trim_end();
                sentence.classes.has(Classes::CLICK) || text.ends_with([':', '：'])
            })
        })
    }

    /// All words of the rows around.
    fn around(&self) -> Classes {
        self.rows_around()
            .flat_map(|row| self.reading.hits_of(row).iter().take(64))
            .fold(Classes::default(), |all, hit| all.or(hit.classes))
    }
}

/// What a link shows; of much, the beginning.
fn text_of<'m>(reading: &Reading<'m>, anchor: &Anchor) -> &'m str {
    reading.beginning(anchor.range.clone(), LONGEST_WORDS)
}

/// Whether a link shows its address, or nothing.
fn is_bare(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.contains("://")
        || text.starts_with("www.")
        || text.contains('.') && text.contains('/') && !text.contains(' ')
}

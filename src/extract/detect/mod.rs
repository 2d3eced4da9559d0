//! Built-in detection: the code or sign-in link that a mail delivers, without any rule.
//!
//! Evidence is weighed, never guessed: words of the [`lexicon`] that name a code, verify or sign in, the place where a
//! token stands, its form, what the whole mail is about. Each has a name and points. What stays below the threshold is
//! nothing; two values that are equally good are a refusal.
//!
//! Texts are read once ([`reading`]); [`codes`] and [`links`] weigh; [`opinion`] takes away what only looks delivered;
//! [`lifetime`] reads how long the value lives.
//! Everything is linear in the size of the mail.

mod about;
mod address;
mod around;
mod codes;
mod context;
mod fold;
mod labels;
mod lexicon;
mod lifetime;
mod links;
mod masks;
mod numbers;
mod opinion;
mod page;
#[cfg(test)]
pub(super) mod ranges;
mod reading;
mod tally;
mod tongue;

use std::cell::OnceCell;
use std::ops::Range;
use std::time::Duration;

use about::About;
use codes::{Codes, Verdict};
use lexicon::Classes;
use links::Links;
use reading::{Lines, Reading};
use tongue::Votes;

use super::explain::{CandidateTrace, DetectionTrace, Place, Reason, Trace};
use super::policy::Prefer;
use super::value::{Code, Value};
use crate::mail::Message;

/// Makes what is made once.
pub(super) fn prepare() {
    opinion::prepare();
}

/// What detection makes of a mail.
#[derive(Clone, Debug)]
pub(super) enum Detected {
    Found { value: Value, reason: String },
    Nothing { reason: String },
    Refused { reason: String },
}

/// A mail that is read once, when first asked.
#[derive(Debug)]
pub(super) struct Detection<'a> {
    message: &'a Message,
    /// The words of the sender's name and site, in small letters.
    names: Vec<String>,
    readings: OnceCell<Vec<Reading<'a>>>,
}

impl<'a> Detection<'a> {
    pub(super) fn new(message: &'a Message) -> Self {
        Self { message, names: names(message), readings: OnceCell::new() }
    }

    fn readings(&self) -> &[Reading<'a>] {
        self.readings.get_or_init(|| read(self.message, Lines::Shown, &self.names))
    }

    /// The code or link of the mail. What no person sees is looked at only when nothing else is found.
    pub(super) fn find(&self, prefer: Prefer, trace: &mut Trace) -> Detected {
        if self.is_of_a_mail_server() {
            return Detected::Nothing { reason: "a mail server reports what became of another mail".into() };
        }
        let shown = self.weigh(self.readings(), prefer, trace);
        if matches!(shown, Detected::Nothing { .. }) && self.has_hidden() {
            let hidden = read(self.message, Lines::Hidden, &self.names);
            let mut unheard = Trace::off();
            if let Detected::Found { value: value @ Value::Code(_), .. } = self.weigh(&hidden, prefer, &mut unheard)
                && !self.shows(value.expose())
            {
                self.weigh(&hidden, prefer, trace);
                return Detected::Found { value, reason: "built-in detection: only in text that is not shown".into() };
            }
        }
        shown
    }

    /// Whether it is a non-delivery report or the like, whose numbers are status codes and whose text is of another mail:
    /// such mails come from MAILER-DAEMON, in whatever form (RFC 3464 is only one).
    fn is_of_a_mail_server(&self) -> bool {
        let from = self.message.from.as_ref().map(|from| from.address.as_str()).unwrap_or_default();
        from.rsplit_once('@').map_or(from, |(local, _)| local).eq_ignore_ascii_case("mailer-daemon")
    }

    /// Its headers say that it is sent to many: RFC 2369 and 2919, and what RFC 2076 tells of.
    fn is_bulk(&self) -> bool {
        self.message.headers.iter().any(|(name, value)| {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            is("List-Unsubscribe")
                || is("List-Id")
                || is("Precedence")
                    && ["bulk", "list", "junk"].iter().any(|kind| value.trim().eq_ignore_ascii_case(kind))
        })
    }

    /// It answers for somebody who is away: `Auto-Submitted: auto-replied` (RFC 3834 section 5), and what older programs write.
    fn is_automatic(&self) -> bool {
        self.message.headers.iter().any(|(name, value)| {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            is("Auto-Submitted") && value.trim().to_ascii_lowercase().starts_with("auto-replied")
                || is("X-Autoreply")
                || is("X-Autorespond")
        })
    }

    /// A mailing list sends it in its own name for one who wrote to it: its name is in the subject, and the sender is where
    /// its headers say to write to (RFC 2369 section 3.4). What a service sends to a list keeps its sender.
    fn is_on_a_list(&self) -> bool {
        let from = self.message.from.as_ref().map(|from| from.address.to_lowercase()).unwrap_or_default();
        let is_post = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case("List-Post") && !from.is_empty() && value.to_lowercase().contains(&from)
        };
        about::list(&self.message.subject).is_some() && self.message.headers.iter().any(is_post)
    }

    /// What is shown, and was found wanting there, is no better for standing in hidden text too.
    fn shows(&self, value: &str) -> bool {
        self.readings().iter().any(|shown| shown.rows.iter().any(|row| shown.slice(row.range.clone()).contains(value)))
    }

    fn has_hidden(&self) -> bool {
        self.message.texts.iter().flat_map(|text| &text.lines).any(|line| line.hidden)
    }

    /// How long the mail says that its value may be used.
    pub(super) fn lifetime(&self) -> Option<Duration> {
        lifetime::stated(self.readings())
    }

    /// What the mail is about, and its values by the reasons that each has.
    fn by_reasons(&self, readings: &[Reading<'_>]) -> (About, Codes, Links) {
        let mut about = About::of(readings, self.is_bulk());
        about.answers |= self.is_on_a_list();
        about.is_automatic = self.is_automatic();
        about.has_document = self.message.has_document;
        // Whoever wrote the mail that is forwarded, else whoever sent this one.
        let original = self.message.forwarded.as_ref().and_then(|forwarded| forwarded.from.as_ref());
        let sender = original.or(self.message.from.as_ref()).and_then(|from| from.address.rsplit_once('@'));
        let sender = sender.map(|(_, domain)| domain);
        let codes = codes::weigh(readings, &about, &self.names);
        let links = links::weigh(readings, &about, sender, &codes);
        (about, codes, links)
    }

    fn weigh(&self, readings: &[Reading<'_>], prefer: Prefer, trace: &mut Trace) -> Detected {
        let (about, mut codes, mut links) = self.by_reasons(readings);
        opinion::weigh(readings, &about, &mut codes, &mut links);
        let (code, link) = (codes.verdict(), links.verdict());
        let is_clear = codes.is_weak() && links.is_strong()
            || codes.is_unsure() && links.is_good()
            || codes.unnamed().is_some_and(|code| links.are_better(code));
        let link_first = link == Verdict::Best && (prefer == Prefer::Link || is_clear);
        let detected = match (code, link) {
            (Verdict::Best, _) if !link_first => match codes.candidates.first() {
                Some(best) => match Code::new(&best.value) {
                    Ok(code) => Detected::Found { value: Value::Code(code), reason: told(&best.seen.tally) },
                    Err(why) => Detected::Refused { reason: format!("a code was found, but {why}") },
                },
                None => nothing(),
            },
            (Verdict::Tie, _) if !link_first => {
                Detected::Refused { reason: "two values are equally likely to be the code".into() }
            }
            (_, Verdict::Best) => match links.candidates.first() {
                Some(best) => Detected::Found { value: Value::Link(best.link.clone()), reason: told(&best.tally) },
                None => nothing(),
            },
            (_, Verdict::Tie) => {
                Detected::Refused { reason: "two links are equally likely to be the one to open".into() }
            }
            (_, Verdict::None) => nothing(),
        };
        trace.note(|notes| notes.detection = Some(explain(readings, &codes, &links, &detected)));
        detected
    }
}

/// No sender's name has more words.
const MOST_NAMES: usize = 16;

/// The words of the sender's name and of its domain without the top level, and those of whoever wrote what is forwarded: no code is
/// among them.
fn names(message: &Message) -> Vec<String> {
    let mut names = Vec::new();
    let original = message.forwarded.as_ref().and_then(|forwarded| forwarded.from.as_ref());
    for from in message.from.iter().chain(original) {
        let name = from.name.as_deref().unwrap_or_default();
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        names.extend(words.take(MOST_NAMES).map(str::to_lowercase));
        if let Some((_, domain)) = from.address.rsplit_once('@') {
            names.extend(domain.split(['.', '-', '_']).rev().skip(1).take(4).map(str::to_lowercase));
        }
    }
    names.retain(|name| name.len() >= 3);
    names
}

fn nothing() -> Detected {
    Detected::Nothing { reason: "no code and no sign-in link is delivered here".into() }
}

/// The subject, then every text.
fn read<'m>(message: &'m Message, lines: Lines, names: &[String]) -> Vec<Reading<'m>> {
    let texts = message.texts.iter().enumerate().map(|(index, text)| Reading::of_text(text, index, lines, names));
    let mut readings: Vec<_> = std::iter::once(Reading::of_subject(&message.subject, names)).chain(texts).collect();
    let mut votes = Votes::default();
    for reading in &readings {
        votes.count(&reading.hits);
    }
    let spoken = votes.spoken();
    for reading in &mut readings {
        reading.settle(spoken);
    }
    let is_once = readings.first().is_some_and(|subject| subject.hits.iter().any(|hit| hit.classes.has(Classes::ONCE)));
    for reading in &mut readings {
        reading.is_once = is_once;
    }
    readings
}

/// The strongest reasons in words.
fn told(tally: &tally::Tally) -> String {
    let mut marks: Vec<&tally::Mark> = tally.marks().iter().filter(|mark| mark.points > 0).collect();
    marks.sort_by_key(|mark| -mark.points);
    let names: Vec<&str> = marks.iter().take(3).map(|mark| mark.name).collect();
    format!("built-in detection: {}", names.join("; "))
}

fn explain(readings: &[Reading<'_>], codes: &Codes, links: &Links, detected: &Detected) -> DetectionTrace {
    let chosen = match detected {
        Detected::Found { value, .. } => Some(value.expose()),
        Detected::Nothing { .. } | Detected::Refused { .. } => None,
    };
    let places = |places: &[(usize, Range<usize>)]| -> Vec<Place> {
        let place = |(reading, range): &(usize, Range<usize>)| {
            let reading = readings.get(*reading)?;
            Some(Place { part: reading.part.to_owned(), text: reading.index, start: range.start, end: range.end })
        };
        places.iter().filter_map(place).collect()
    };
    let text = |places: &[(usize, Range<usize>)]| {
        let first = places.first().and_then(|(reading, range)| Some((readings.get(*reading)?, range.clone())));
        first.map(|(reading, range)| reading.slice(range).to_owned()).unwrap_or_default()
    };
    let reasons = |tally: &tally::Tally, places: &[(usize, Range<usize>)]| -> Vec<Reason> {
        let reading = places.first().and_then(|(reading, _)| readings.get(*reading));
        let word = |range: &Range<usize>| reading.map(|reading| reading.slice(range.clone()).to_owned());
        let marks = tally.marks().iter();
        marks
            .map(|mark| Reason { name: mark.name, points: mark.points, word: mark.word.as_ref().and_then(word) })
            .collect()
    };
    let lost = |value: &str, score: i32, threshold: i32, quoted: bool| {
        if chosen == Some(value) {
            return None;
        }
        Some(if quoted {
            "stands in a quoted older mail".to_owned()
        } else if score < threshold {
            format!("{score} points, {threshold} are needed")
        } else {
            match detected {
                Detected::Refused { reason } => reason.clone(),
                Detected::Found { .. } | Detected::Nothing { .. } => "another value is more likely".to_owned(),
            }
        })
    };
    let trace = |kind, value: &str, all: &[(usize, Range<usize>)], tally: &tally::Tally, threshold, quoted| {
        let mut also_at = places(all);
        if also_at.is_empty() {
            return None;
        }
        Some(CandidateTrace {
            kind,
            value: value.to_owned(),
            text: text(all),
            place: also_at.remove(0),
            also_at,
            score: tally.score,
            reasons: reasons(tally, all),
            lost: lost(value, tally.score, threshold, quoted),
        })
    };
    let codes = codes
        .candidates
        .iter()
        .filter_map(|c| trace("code", &c.value, &c.places, &c.seen.tally, codes::THRESHOLD, c.quoted));
    let links = links
        .candidates
        .iter()
        .filter_map(|c| trace("link", c.link.expose(), &c.places, &c.tally, links::THRESHOLD, c.quoted));
    let decision = match detected {
        Detected::Found { reason, .. } | Detected::Nothing { reason } | Detected::Refused { reason } => reason.clone(),
    };
    DetectionTrace {
        candidates: codes.chain(links).collect(),
        code_threshold: codes::THRESHOLD,
        link_threshold: links::THRESHOLD,
        decision,
    }
}

#[cfg(test)]
mod tests;

//! What a mail shows of itself around a value, as a list of signs that are there or not.

use std::ops::Range;

use super::super::about::About;
use super::super::lexicon::Classes;
use super::super::links;
use super::super::reading::Reading;

/// Where classes of words are looked for.
const PLACES: [&str; 9] =
    ["subject", "body", "value", "sentence", "row", "row_above", "rows_above", "row_below", "rows_below"];

/// Classes that are looked for.
const CLASSES: [(&str, Classes); 36] = [
    ("code", Classes::CODE),
    ("number", Classes::NUMBER),
    ("strong", Classes::STRONG),
    ("auth", Classes::AUTH),
    ("soft", Classes::SOFT),
    ("give", Classes::GIVE),
    ("other", Classes::OTHER),
    ("owner", Classes::OWNER),
    ("never", Classes::NEVER),
    ("elsewhere", Classes::ELSEWHERE),
    ("unasked", Classes::UNASKED),
    ("alert", Classes::ALERT),
    ("expiry", Classes::EXPIRY),
    ("second", Classes::SECOND),
    ("minute", Classes::MINUTE),
    ("hour", Classes::HOUR),
    ("day", Classes::DAY),
    ("count", Classes::COUNT),
    ("click", Classes::CLICK),
    ("open", Classes::OPEN),
    ("away", Classes::AWAY),
    ("sample", Classes::SAMPLE),
    ("secret", Classes::SECRET),
    ("once", Classes::ONCE),
    ("ending", Classes::ENDING),
    ("done", Classes::DONE),
    ("meeting", Classes::MEETING),
    ("past", Classes::PAST),
    ("mailing", Classes::MAILING),
    ("mailbox", Classes::MAILBOX),
    ("courier", Classes::COURIER),
    ("discount", Classes::DISCOUNT),
    ("condition", Classes::CONDITION),
    ("pickup", Classes::PICKUP),
    ("door", Classes::DOOR),
    ("stale", Classes::STALE),
];

const FLAGS: [&str; 20] = [
    "subject_signs_in",
    "subject_signs_in_by_name",
    "subject_names_code",
    "subject_names_one_time_code",
    "subject_names_other",
    "subject_has_percentage",
    "subject_has_money",
    "points_to_subject",
    "answers",
    "discusses",
    "is_over",
    "is_mailing",
    "shows_source",
    "is_bulk",
    "has_document",
    "is_automatic",
    "is_limited",
    "body_signs_in",
    "in_subject",
    "is_html",
];

/// What is counted, and from where on it is a sign.
const COUNTS: [(&str, &[usize]); 11] = [
    ("subject_things", &[1, 2, 3]),
    ("body_things", &[1, 2, 3, 4, 5, 6, 8]),
    ("body_facts", &[1, 2, 3, 4, 5, 6, 8]),
    ("links", &[1, 2, 3, 4, 6, 9]),
    ("values", &[2, 3, 4, 6, 9]),
    ("rows", &[4, 8, 12, 20, 40]),
    ("bytes", &[200, 300, 600, 1000, 2000, 4000]),
    ("places", &[2, 3]),
    ("rows_before", &[1, 2, 4, 8, 15]),
    ("rows_after", &[1, 3, 7, 14]),
    ("row_bytes", &[20, 60, 120, 250]),
];

/// How many rows above and below a value are looked at.
const NEAR: usize = 3;

/// A mail that was weighed.
pub(super) struct Mail<'a> {
    readings: &'a [Reading<'a>],
    about: &'a About,
    /// How many values may be codes.
    codes: usize,
    /// How many links lead to pages.
    links: usize,
    /// Of the longest text.
    rows: usize,
    pub(super) bytes: usize,
    is_html: bool,
}

impl<'a> Mail<'a> {
    pub(super) fn of(readings: &'a [Reading<'a>], about: &'a About, codes: usize, links: usize) -> Self {
        let bodies = || readings.iter().filter(|reading| reading.index.is_some());
        let rows = bodies().map(|reading| reading.rows.len()).max();
        let bytes = bodies().map(|reading| reading.rows.iter().map(|row| row.range.len()).sum()).max();
        Self {
            readings,
            about,
            codes,
            links,
            rows: rows.unwrap_or_default(),
            bytes: bytes.unwrap_or_default(),
            is_html: readings.iter().any(|reading| reading.is_html),
        }
    }
}

/// The signs around one value.
#[derive(Debug)]
pub(super) struct Signs {
    places: [Classes; PLACES.len()],
    flags: [bool; FLAGS.len()],
    counts: [usize; COUNTS.len()],
}

impl Signs {
    /// `at`: where the value stands; the first place is the one that counts.
    pub(super) fn of(mail: &Mail<'_>, at: &[(usize, Range<usize>)]) -> Self {
        let about = mail.about;
        let found = at.first().and_then(|(index, range)| Some((mail.readings.get(*index)?, range)));
        let near = found.map(|(reading, range)| Near::of(reading, range)).unwrap_or_default();
        Self {
            places: [
                about.subject,
                about.body,
                near.value,
                near.sentence,
                near.row,
                near.row_above,
                near.rows_above,
                near.row_below,
                near.rows_below,
            ],
            flags: [
                about.subject_signs,
                about.in_subject.signs_in,
                about.subject_names_code,
                about.subject_names_once,
                about.subject_other,
                about.subject_percentage,
                about.subject_money,
                about.points_to_subject,
                about.answers,
                about.discusses,
                about.is_over,
                about.is_mailing,
                about.shows_source,
                about.is_bulk,
                about.has_document,
                about.is_automatic,
                about.limited,
                about.in_body.signs_in,
                found.is_some_and(|(reading, _)| reading.index.is_none()),
                mail.is_html,
            ],
            counts: [
                about.in_subject.things,
                about.in_body.things,
                about.in_body.facts,
                mail.links,
                mail.codes,
                mail.rows,
                mail.bytes,
                at.len(),
                near.before,
                near.after,
                near.bytes,
            ],
        }
    }

    /// Of each sign whether it is there; [`names`] has them in the same order.
    pub(super) fn present(&self) -> Vec<bool> {
        let classes = self.places.iter().flat_map(|place| CLASSES.iter().map(move |(_, class)| place.has(*class)));
        let counts =
            self.counts.iter().zip(COUNTS).flat_map(|(count, (_, steps))| steps.iter().map(move |step| count >= step));
        classes.chain(self.flags).chain(counts).collect()
    }
}

/// What stands around a value.
#[derive(Debug, Default)]
struct Near {
    value: Classes,
    sentence: Classes,
    row: Classes,
    row_above: Classes,
    rows_above: Classes,
    row_below: Classes,
    rows_below: Classes,
    before: usize,
    after: usize,
    bytes: usize,
}

impl Near {
    fn of(reading: &Reading<'_>, range: &Range<usize>) -> Self {
        let value = links::words(reading.hits_in(range.clone()));
        let sentence = reading.sentence_at(range.start).map(|sentence| sentence.classes).unwrap_or_default();
        let Some(row) = reading.row_at(range.start) else { return Self { value, sentence, ..Self::default() } };
        let classes = |rows: Range<usize>| {
            let rows = reading.rows.get(rows.start..rows.end.min(reading.rows.len())).unwrap_or_default();
            rows.iter().fold(Classes::default(), |all, row| all.or(reading.classes_of(row)))
        };
        Self {
            value,
            sentence,
            row: classes(row..row + 1),
            row_above: classes(row.saturating_sub(1)..row),
            rows_above: classes(row.saturating_sub(NEAR)..row),
            row_below: classes(row + 1..row + 2),
            rows_below: classes(row + 1..row + 1 + NEAR),
            before: row,
            after: reading.rows.len() - row - 1,
            bytes: reading.rows.get(row).map_or(0, |row| row.range.len()),
        }
    }
}

/// The names of all signs, in the order of their indices: `row.code`, `is_limited`, `body_facts>=4`.
pub(super) fn names() -> Vec<String> {
    let classes = PLACES.iter().flat_map(|place| CLASSES.iter().map(move |(class, _)| format!("{place}.{class}")));
    let counts = COUNTS.iter().flat_map(|(name, steps)| steps.iter().map(move |step| format!("{name}>={step}")));
    classes.chain(FLAGS.iter().map(|flag| (*flag).to_owned())).chain(counts).collect()
}

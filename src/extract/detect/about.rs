//! What a whole mail is about: what its subject names, what its rows say, whether it answers another mail.

use super::super::display;
use super::labels::{self, Mention, Names};
use super::lexicon::{Classes, Hit};
use super::links;
use super::numbers::{is_pronounceable, measures};
use super::reading::Reading;
use crate::mail::speaks_of_subject;

mod counted;

use counted::Counted;

/// A line that tells to look at the subject is no longer than this, in bytes.
const LONGEST_POINTER: usize = 400;
/// Nor does it stand below more lines.
const MOST_POINTERS: usize = 100;

/// What the whole mail is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About {
    pub(super) subject: Classes,
    /// It is about signing in, by other words than those for being used once.
    pub(super) subject_signs: bool,
    pub(super) subject_names_code: bool,
    /// It names a one-time code.
    pub(super) subject_names_once: bool,
    /// The subject names something else that has codes, and nothing of signing in.
    pub(super) subject_other: bool,
    /// The mail tells to look for a code in its subject.
    pub(super) points_to_subject: bool,
    /// Of all shown, unquoted rows.
    pub(super) body: Classes,
    /// The mail answers another one, or stands on a mailing list.
    pub(super) answers: bool,
    /// It answers another one on a mailing list.
    pub(super) discusses: bool,
    /// The subject names a percentage: what one saves.
    pub(super) subject_percentage: bool,
    /// The subject names an amount.
    pub(super) subject_money: bool,
    /// The subject tells that something was done, and the mail of nothing that is left to do.
    pub(super) is_over: bool,
    /// It is sent to many.
    pub(super) is_mailing: bool,
    /// It shows how a program is written.
    pub(super) shows_source: bool,
    /// Its headers say that it is sent to many.
    pub(super) is_bulk: bool,
    /// An invoice, a ticket or an appointment comes with it.
    pub(super) has_document: bool,
    /// A machine answers for somebody who is away (RFC 3834).
    pub(super) is_automatic: bool,
    /// Something expires in seconds, minutes or hours.
    pub(super) limited: bool,
    pub(super) in_subject: Counted,
    pub(super) in_body: Counted,
}

impl About {
    /// `is_bulk`: its headers say that it is sent to many.
    pub(super) fn of(readings: &[Reading<'_>], is_bulk: bool) -> Self {
        let mut about = Self::default();
        let holds_value = |text: &str| text.contains(|c: char| c.is_numeric()) || set_off(text).is_some();
        let in_subject = readings.first().is_some_and(|it| holds_value(it.text));
        for reading in readings {
            for (index, row) in reading.rows.iter().enumerate().filter(|(_, row)| !row.quoted) {
                if reading.index.is_none() {
                    about.subject = about.subject.or(links::words(reading.hits_of(row)));
                } else {
                    let classes = reading.classes_of(row);
                    let asks = Classes::GIVE.or(Classes::NUMBER).or(Classes::CODE);
                    about.points_to_subject |= in_subject
                        && index < MOST_POINTERS
                        && row.range.len() <= LONGEST_POINTER
                        && classes.has(asks)
                        && speaks_of_subject(reading.slice(row.range.clone()));
                    let warns = Classes::NEVER.or(Classes::UNASKED).or(Classes::EXPIRY).or(Classes::MAILING);
                    about.body = about.body.or(if index < reading.imprint { classes } else { classes.and(warns) });
                }
            }
            about.limited |= reading.sentences.iter().any(|sentence| {
                // "No later than an hour before departure".
                let uses = Classes::CODE.or(Classes::STRONG).or(Classes::NUMBER).or(Classes::CLICK).or(Classes::SECRET);
                sentence.classes.has(Classes::EXPIRY)
                    && sentence.classes.has(Classes::SECOND.or(Classes::MINUTE).or(Classes::HOUR))
                    && (sentence.classes.has(uses) || !sentence.classes.has(Classes::OTHER))
            });
            let rows = reading.rows.iter().filter(|row| !row.quoted);
            about.shows_source |= rows.map(|row| reading.slice(row.range.clone())).any(is_source);
            if reading.index.is_none() {
                let signs = |hit: &Hit| hit.classes.has(Classes::AUTH) && !hit.classes.has(Classes::ONCE);
                about.subject_signs = about.subject.has(Classes::AUTH) && reading.hits.iter().any(signs);
                let labels = labels::labels(reading);
                // "Your password was changed" names none.
                let is_secret = |label: &labels::Label| {
                    let hits = reading.hits_in(label.range.clone()).iter();
                    let classes = hits.fold(Classes::default(), |all, hit| all.or(hit.classes));
                    classes.has(Classes::SECRET)
                        && !classes.has(Classes::CODE.or(Classes::STRONG).or(Classes::ONCE).or(Classes::NUMBER))
                        && label.names != Names::OneTimeCode
                };
                about.subject_names_code = labels.iter().any(|label| label.names.is_code() && !is_secret(label));
                (about.answers, about.discusses) = answers(reading.text);
                about.subject_money = measures::tells_of_money(reading.text);
                about.subject_percentage = measures::tells_of_percentage(reading.text);
                about.subject_names_once = labels.iter().any(|label| {
                    matches!(label.names, Names::OneTimeCode | Names::LikelyCode) && label.mention == Mention::Delivers
                });
                about.subject_other = labels.iter().any(|label| label.names == Names::OtherThing)
                    && !about.subject_names_code
                    && !about.subject.has(Classes::AUTH);
            }
        }
        about.discusses |= readings.iter().any(|reading| reading.index.is_some() && is_of_help_desk(reading));
        about.answers |= about.discusses;
        about.is_over = about.subject.has(Classes::PAST) && !about.limited && !about.body.has(Classes::UNASKED);
        about.in_subject = Counted::of(readings.iter().filter(|reading| reading.index.is_none()));
        about.in_body = Counted::of(readings.iter().filter(|reading| reading.index.is_some()));
        about.is_bulk = is_bulk;
        about.is_mailing = is_bulk || about.body.or(about.subject).has(Classes::MAILING);
        about
    }
}

/// The value that a subject shows: all of it, or set off by a dash or colon at its beginning or end: "Your key – vtqmzh".
pub(super) fn set_off(subject: &str) -> Option<&str> {
    let subject = subject.trim();
    let is_mixed = |word: &str| {
        let has = |is: fn(&u8) -> bool| word.bytes().any(|b| is(&b));
        has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && !has(u8::is_ascii_lowercase)
    };
    let is_value = |word: &str| {
        let is_one = |is: fn(&u8) -> bool| word.bytes().all(|b| is(&b));
        let is_letters = is_one(u8::is_ascii_uppercase) || is_one(u8::is_ascii_lowercase) && !is_pronounceable(word);
        (5..=10).contains(&word.len())
            && (is_letters || is_mixed(word) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    };
    let last = subject.rsplit(char::is_whitespace).next().unwrap_or_default();
    let before = subject.strip_suffix(last).unwrap_or_default().trim_end();
    let ends = before.is_empty() || before.ends_with([':', '：']) || before.ends_with(display::is_dash);
    let first = subject.split(char::is_whitespace).next().unwrap_or_default();
    let after = subject.strip_prefix(first).unwrap_or_default();
    // "URGENT: …" is none.
    let begins =
        (after.trim_start().starts_with(display::is_dash) || is_mixed(first)) && after.contains(char::is_lowercase);
    [(ends, last), (begins, first)]
        .into_iter()
        .find(|&(is_set_off, word)| is_set_off && is_value(word))
        .map(|(_, word)| word)
}

/// Whether one of the first lines says what those of help desks say: answers above it are read.
fn is_of_help_desk(reading: &Reading<'_>) -> bool {
    const MOST: usize = 4;
    let lines = reading.rows.iter().take(MOST).map(|row| reading.beginning(row.range.clone(), LONGEST_POINTER));
    lines.into_iter().any(|line| {
        let line = line.to_lowercase();
        line.contains("reply above")
            && ["reply above this line", "type your reply above", "reply above the line"]
                .iter()
                .any(|sign| line.contains(sign))
    })
}

/// Whether a line is one of a program or of a page's source.
fn is_source(line: &str) -> bool {
    const SIGNS: [&str; 8] = ["({", "})", "=> {", "();", "\": \"", "\":\"", "</", "{{"];
    line.trim_start().starts_with("curl -")
        || line.contains(" == ") && line.contains("assert")
        || memchr::memchr3(b'{', b'"', b'<', line.as_bytes()).is_some() && SIGNS.iter().any(|sign| line.contains(sign))
}

/// What follows a mailing list's name at a subject's start; none where that is the number of a ticket.
pub(super) fn list(subject: &str) -> Option<&str> {
    let (name, rest) = subject.trim_start().strip_prefix('[')?.split_once(']')?;
    (!name.contains(|c: char| c == '#' || c.is_ascii_digit())).then_some(rest)
}

/// Whether a subject is that of an answer, and whether of one on a mailing list. Services write new ones.
fn answers(subject: &str) -> (bool, bool) {
    const ANSWERS: [&str; 26] = [
        "re",
        "aw",
        "antw",
        "odp",
        "res",
        "ynt",
        "sv",
        "rv",
        "odg",
        "atb",
        "ats",
        "rif",
        "bls",
        "σχετ",
        "απ",
        "отв",
        "ответ",
        "відп",
        "رد",
        "השב",
        "回复",
        "回覆",
        "答复",
        "답장",
        "პასუხი",
        "ตอบกลับ",
    ];
    let outer = list(subject);
    if is_of_repository(subject) {
        return (true, true);
    }
    if is_of_ticket(subject) {
        return (true, false);
    }
    let Some((mark, rest)) = outer.unwrap_or(subject).split_once([':', '：']) else { return (false, false) };
    let mark = mark.trim();
    let answers = ANSWERS.iter().any(|answer| mark.eq_ignore_ascii_case(answer));
    // "Re: [Acme Bank] Help with signing in (#AB-20931)" is of a ticket.
    let is_list = (outer.is_some() || list(rest).is_some()) && !subject.contains('#');
    (answers, answers && is_list)
}

/// Whether a subject is that of a note on a repository: "[acme/relay] Fix the code (#4821)", "[acme/relay] Build #4821 failed".
fn is_of_repository(subject: &str) -> bool {
    let is_path = |name: &str| {
        let parts = name.split_once('/');
        let is_name = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic());
        parts.is_some_and(|(owner, repository)| is_name(owner) && is_name(repository))
    };
    let named = subject.split_once('[').and_then(|(before, rest)| {
        let (name, _) = rest.split_once(']')?;
        // "Re: [acme/relay]": nothing but marks of answers before it.
        (before.len() <= 8).then_some(name)
    });
    // "Change in acme/relay[main]: Fix the code", as Gerrit writes.
    let changed = subject.split_once("[").and_then(|(before, rest)| {
        let name = before.rsplit(' ').next()?;
        rest.split_once("]:").map(|_| name)
    });
    named.is_some_and(is_path) && is_numbered(subject) || changed.is_some_and(is_path)
}

/// Whether a subject begins with the number of a ticket: `[Ticket #4821] No code arrives`.
fn is_of_ticket(subject: &str) -> bool {
    let bracketed = subject.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    // "2026" is a year.
    let is_long = |name: &str| name.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 5);
    bracketed.is_some_and(|(name, _)| is_numbered(name) || is_long(name))
}

/// A number stands in it as those of tickets, builds and requests do: "#4821".
fn is_numbered(text: &str) -> bool {
    text.match_indices('#')
        .any(|(at, _)| text.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_discussions_are_told_from_new_mails() {
        for (subject, expected) in [
            ("Re: Your code", (true, false)),
            ("RE : Votre code", (true, false)),
            ("AW: Zugangscode", (true, false)),
            ("回复：验证码", (true, false)),
            ("Re: [#44120] Code does not work", (true, false)),
            ("Re: [authdev] One-time codes", (true, true)),
            ("[authdev] Re: One-time codes", (true, true)),
            ("[Acme] Your code: 482913", (false, false)),
            ("Your code", (false, false)),
            ("[acme/relay] Reject replayed codes (PR #4821)", (true, true)),
            ("Re: [acme/relay] Your code is 482913 (#12)", (true, true)),
            ("[Acme/Relay] Your code: 482913", (false, false)),
            ("[Acme] Your code (#4821)", (false, false)),
            ("[acme/relay] Build #204518 failed: verify-code.rs", (true, true)),
            ("Change in acme/relay[main]: Accept blanks in one-time codes", (true, true)),
            ("Your code[main]: 482913", (false, false)),
            ("[Ticket #618204] No code arrives", (true, false)),
            ("[Ticket 618204] No code arrives", (true, false)),
            ("[Expo 2026] Your code: 482913", (false, false)),
            ("Reset: your password", (false, false)),
        ] {
            assert_eq!(answers(subject), expected, "{subject}");
        }
    }
}

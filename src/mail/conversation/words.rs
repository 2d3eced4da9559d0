//! The words that mail programs put around older mails, in the languages of `words.toml`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::mail::normalise::fold;

/// Words of every language together: a mail's own language says little about its sender's mail program.
#[derive(Debug, Default)]
pub(super) struct Words {
    labels: HashMap<String, Label>,
    /// Names of the subject without their last letter, which changes with the case, and how long they are with it.
    subjects: Vec<(String, usize)>,
    /// Those of scripts that part no words.
    subjects_anywhere: Vec<String>,
    /// `None`: no language has any.
    forwarded: Option<AhoCorasick>,
    original: Option<AhoCorasick>,
    wrote: Option<AhoCorasick>,
    forwards: HashSet<String>,
    replies: HashSet<String>,
}

/// What a line of a quoted mail's header gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Label {
    From,
    Sent,
    To,
    Subject,
    Other,
}

/// What the line above an older mail calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Forwarded,
    Original,
}

/// What a subject says of its mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    Forward,
    Reply,
    /// One thing in one language and the other in another.
    Either,
}

/// A label is no longer than this, in bytes.
const MAX_LABEL: usize = 64;
/// Nor is a line that names an older mail.
const MAX_MARKER: usize = 200;
const MAX_ATTRIBUTION: usize = 400;

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("words.toml")).unwrap_or_default());

impl Words {
    pub(super) fn get() -> &'static Self {
        &WORDS
    }

    fn read(toml: &str) -> Result<Self, toml::de::Error> {
        let languages: HashMap<String, HashMap<String, Vec<String>>> = toml::from_str(toml)?;
        let mut words = Self::default();
        let (mut forwarded, mut original, mut wrote) = (Vec::new(), Vec::new(), Vec::new());
        for (kind, list) in languages.into_values().flatten() {
            for word in list {
                let word = lower(&fold(&word));
                match kind.as_str() {
                    "forwarded" => forwarded.push(word),
                    "original" => original.push(word),
                    "wrote" => wrote.push(word),
                    "fwd" => _ = words.forwards.insert(word),
                    "re" => _ = words.replies.insert(word),
                    "from" => _ = words.labels.insert(word, Label::From),
                    "sent" => _ = words.labels.insert(word, Label::Sent),
                    "to" => _ = words.labels.insert(word, Label::To),
                    "subject" => {
                        words.name_subject(&word);
                        words.labels.insert(word, Label::Subject);
                    }
                    _ => _ = words.labels.entry(word).or_insert(Label::Other),
                }
            }
        }
        words.forwarded = any_of(forwarded);
        words.original = any_of(original);
        words.wrote = any_of(wrote);
        Ok(words)
    }

    fn name_subject(&mut self, name: &str) {
        const SHORTEST: usize = 4;
        let length = name.chars().count();
        if name.contains(|c| c >= '\u{2E80}') {
            self.subjects_anywhere.push(name.to_owned());
        } else if length >= SHORTEST {
            self.subjects.push((name.chars().take(length - 1).collect(), length));
        }
    }

    /// Whether a line speaks of the subject of a mail, in whatever case of the word.
    pub(super) fn speaks_of_subject(&self, line: &str) -> bool {
        const LONGEST_ENDING: usize = 6;
        let line = lower(&fold(line));
        if self.subjects_anywhere.iter().any(|name| line.contains(name.as_str())) {
            return true;
        }
        line.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).any(|word| {
            let is_form = |(stem, length): &(String, usize)| {
                word.starts_with(stem.as_str()) && word.chars().count() <= length + LONGEST_ENDING
            };
            self.subjects.iter().any(is_form)
        })
    }

    /// Reads `From: Bob`, `*Von:* Bob`, `发件人：Bob` or the cells of a table row.
    pub(super) fn label<'l>(&self, line: &'l str) -> Option<(Label, &'l str)> {
        let line = line.trim_start_matches(is_ornament);
        let end =
            line.char_indices().take_while(|(at, _)| *at < MAX_LABEL).find(|(_, c)| matches!(c, ':' | '：' | '\t'));
        let (end, separator) = end?;
        let (name, rest) = line.split_at_checked(end)?;
        let name = name.trim_matches(is_ornament);
        let label = *self.labels.get(name).or_else(|| self.labels.get(&lower(name)))?;
        let value = rest.get(separator.len_utf8()..)?;
        Some((label, value.trim_start_matches(|c| is_ornament(c) || c == ':').trim_end_matches([' ', ';', '*'])))
    }

    /// What a short line calls the mail below it. A part of the word is enough: what makes sure is the header that must
    /// follow.
    pub(super) fn marker(&self, line: &str) -> Option<Marker> {
        if line.len() > MAX_MARKER {
            return None;
        }
        let line = lower(line);
        let is = |words: &Option<AhoCorasick>| words.as_ref().is_some_and(|words| words.is_match(&line));
        if is(&self.forwarded) { Some(Marker::Forwarded) } else { is(&self.original).then_some(Marker::Original) }
    }

    /// Whether a line introduces a quotation: "On 1 June 2026 at 10:00, Bob <bob@example.com> wrote:". Long ones are
    /// often broken in two: `before` is the line above.
    pub(super) fn is_attribution(&self, line: &str, before: Option<&str>) -> bool {
        let trimmed = line.trim_end_matches(['*', '_', ' ', '-']);
        let Some(line) = trimmed.strip_suffix(':').or_else(|| trimmed.strip_suffix('：')) else { return false };
        if line.len() > MAX_ATTRIBUTION {
            return false;
        }
        let dated = |line: &str| line.bytes().filter(u8::is_ascii_digit).count() >= 3;
        // A sentence that ended there is not broken in two.
        let ends = |line: &str| line.trim_end().ends_with(['.', '!', '?', '。', '！', '？', '।', '۔', '؟']);
        let goes_on = |before: &str| before.len() <= MAX_ATTRIBUTION && dated(before) && !ends(before);
        let is_dated = dated(line) || before.is_some_and(goes_on);
        is_dated && (has_address(line) && has_time(line) || self.says_wrote(line))
    }

    fn says_wrote(&self, line: &str) -> bool {
        let line = lower(line);
        self.wrote.iter().flat_map(|wrote| wrote.find_iter(line.as_str())).any(|verb| {
            let joined = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && u32::from(c) < 0x0E00);
            let before = line.get(..verb.start()).and_then(|before| before.chars().next_back());
            let after = line.get(verb.end()..).and_then(|after| after.chars().next());
            !joined(before) && !joined(after)
        })
    }

    /// The first prefix of a subject; tags such as `[EXTERNAL]` before it do not count.
    pub(super) fn prefix(&self, subject: &str) -> Option<Prefix> {
        let mut rest = subject.trim_start();
        while let Some((tag, after)) = rest.strip_prefix('[').and_then(|tag| tag.split_once(']')) {
            if let Some((word, _)) = tag.split_once(':')
                && self.forwards.contains(&lower(word))
            {
                return Some(Prefix::Forward);
            }
            rest = after.trim_start();
        }
        let (word, _) = rest.split_once([':', '：'])?;
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^*. ".contains(c));
        if word.len() > MAX_LABEL {
            return None;
        }
        let word = lower(word);
        // `VS` is a forward in Norwegian and an answer in Finnish.
        match (self.forwards.contains(&word), self.replies.contains(&word)) {
            (true, false) => Some(Prefix::Forward),
            (false, true) => Some(Prefix::Reply),
            (true, true) => Some(Prefix::Either),
            (false, false) => None,
        }
    }
}

/// In small letters; the Turkish `İ` is an `i` like any other.
fn lower(text: &str) -> String {
    let mut lower = text.to_lowercase();
    lower.retain(|c| c != '\u{307}');
    lower
}

/// Matches any of the words, of several the longest. The kind is that which takes the least memory.
fn any_of(words: Vec<String>) -> Option<AhoCorasick> {
    let kind = Some(AhoCorasickKind::ContiguousNFA);
    let automaton = AhoCorasick::builder().kind(kind).match_kind(MatchKind::LeftmostLongest).build(&words);
    automaton.ok().filter(|_| !words.is_empty())
}

/// What stands around labels: bold marks of plain text, quotation marks, blanks.
fn is_ornament(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '_' | '>' | '|' | '-')
}

fn has_address(line: &str) -> bool {
    line.split_once('<').is_some_and(|(_, after)| after.contains('@') && after.contains('>'))
}

/// Hours and minutes.
fn has_time(line: &str) -> bool {
    line.as_bytes().windows(4).any(|window| {
        matches!(window, [hour, b':' | b'.', tens, ones] if [hour, tens, ones].iter().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_every_language_are_read() {
        let words = Words::read(include_str!("words.toml")).unwrap();
        assert!(words.forwarded.is_some() && words.original.is_some() && words.wrote.is_some());
        assert!(words.labels.len() > 300 && words.replies.len() > 20);
    }

    #[test]
    fn labels_are_read_in_every_spelling() {
        let words = Words::get();
        for (line, expected) in [
            ("From: Bob <bob@example.com>", Some((Label::From, "Bob <bob@example.com>"))),
            ("*Von:* Bob", Some((Label::From, "Bob"))),
            ("À : bob@example.com", Some((Label::To, "bob@example.com"))),
            ("发件人：Bob;", Some((Label::From, "Bob"))),
            ("Subject:\tYour code", Some((Label::Subject, "Your code"))),
            ("Onderwerp\tCode", Some((Label::Subject, "Code"))),
            ("> Дата: 1 июня", Some((Label::Sent, "1 июня"))),
            ("Your code: 482913", None),
            ("https://example.com", None),
        ] {
            assert_eq!(words.label(line), expected, "{line}");
        }
    }

    #[test]
    fn attributions_are_known_in_many_languages() {
        let words = Words::get();
        for line in [
            "On Mon, 1 Jun 2026 at 10:00, Bob <bob@example.com> wrote:",
            "Am 01.06.2026 um 10:00 schrieb Bob:",
            "Le lun. 1 juin 2026 à 10:00, Bob <bob@example.com> a écrit :",
            "El lun, 1 jun 2026 a las 10:00, Bob escribió:",
            "Il giorno lun 1 giu 2026 alle ore 10:00 Bob ha scritto:",
            "Em seg., 1 de jun. de 2026 às 10:00, Bob escreveu:",
            "Op ma 1 jun 2026 om 10:00 schreef Bob:",
            "Den mån 1 juni 2026 kl 10:00 skrev Bob:",
            "ma 1. kesäk. 2026 klo 10.00 Bob kirjoitti:",
            "pon., 1 cze 2026 o 10:00 Bob napisał(a):",
            "po 1. 6. 2026 v 10:00 odesílatel Bob napsal:",
            "пн, 1 июн. 2026 г. в 10:00, Bob пишет:",
            "пн, 1 черв. 2026 р. о 10:00 Bob пише:",
            "2026年6月1日(月) 10:00 Bob <bob@example.com>:",
            "Bob <bob@example.com> 于2026年6月1日周一 10:00写道：",
            "Bob <bob@example.com> 於 2026年6月1日 週一 上午10:00寫道：",
            "2026년 6월 1일 (월) 오전 10:00, Bob <bob@example.com>님이 작성:",
            "Vào 10:00 Th 2, 1 thg 6, 2026 Bob đã viết:",
            "في الاثنين، 1 يونيو 2026 في 10:00 ص كتب Bob:",
            "\u{202b}בתאריך יום ב׳, 1 ביוני 2026 ב-10:00 מאת \u{202a}Bob\u{202c} כתב:",
            "1 Haz 2026 Pzt, saat 10:00 tarihinde Bob şunu yazdı:",
            "Bob ezt írta (időpont: 2026. jún. 1., H, 10:00):",
            "În lun., 1 iun. 2026 la 10:00, Bob a scris:",
            "Στις Δευ 1 Ιουν 2026 στις 10:00, ο Bob έγραψε:",
        ] {
            assert!(words.is_attribution(line, None), "{line}");
        }
        assert!(words.is_attribution("<bob@example.com> wrote:", Some("On Mon, 1 Jun 2026 at 10:00, Bob")));
        let before = "Somebody from 203.0.113.77 used this address to sign up.";
        assert!(!words.is_attribution("Confirm what you wrote:", Some(before)));
        for line in ["Your code, valid until 10:30 on 1 June 2026:", "He wrote:", "Bob wrote on 1 June 2026 that"] {
            assert!(!words.is_attribution(line, None), "{line}");
        }
    }

    #[test]
    fn subjects_tell_forwards_from_replies() {
        let words = Words::get();
        for subject in [
            "Fwd: code",
            "FW: code",
            "WG: Code",
            "TR: code",
            "[EXTERNAL] Fwd: code",
            "[Fwd: code]",
            "转发：代码",
            "回复/转发: 代码",
            "PD: kod",
        ] {
            assert_eq!(words.prefix(subject), Some(Prefix::Forward), "{subject}");
        }
        for subject in ["Re: code", "AW: Code", "Re[2]: code", "RE: FW: code", "回复: 代码", "Odp: kod"] {
            assert_eq!(words.prefix(subject), Some(Prefix::Reply), "{subject}");
        }
        for subject in ["Your code: 482913", "code", "Acme: code"] {
            assert_eq!(words.prefix(subject), None, "{subject}");
        }
        assert_eq!(words.prefix("VS: koodi"), Some(Prefix::Either));
    }
}

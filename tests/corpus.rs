//! Runs the mails of `tests/corpus/` through [`Message::parse`] and built-in detection, prints how much of it is right by language,
//! by kind and by trap, and holds it to what the project promises. `CORPUS_VERBOSE=1` adds the reasons, `CORPUS_ONLY=text` looks
//! only at files whose name, language or traps hold that text (and then asserts nothing), `CORPUS_DIR=path` at the mails and the
//! `expected.jsonl` of another folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use otp_relay::extract::policy::{Deliver, Prefer, RecipientSource, RuleSet};
use otp_relay::extract::{Outcome, Policy, Template, extract};
use otp_relay::mail::Message;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Code,
    Link,
    None,
}

/// A line of `expected.jsonl`; the fields are described in `tests/corpus/README.md`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    file: PathBuf,
    kind: Kind,
    value: Option<String>,
    #[serde(default)]
    also: Vec<String>,
    identifier: Option<String>,
    username: String,
    lang: String,
    traps: Vec<String>,
    ttl_seconds: Option<u64>,
    #[serde(default)]
    unreadable: bool,
}

const TTL: Duration = Duration::from_secs(600);
const MAX_TTL: Duration = Duration::from_secs(3600);

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// The folder of `CORPUS_DIR`, or the project's own.
fn chosen() -> (PathBuf, Vec<Expected>) {
    match std::env::var_os("CORPUS_DIR") {
        Some(folder) => {
            let folder = PathBuf::from(folder);
            let expected = lines(&folder.join("expected.jsonl"));
            (folder, expected)
        }
        None => (corpus(), expectations()),
    }
}

/// What the tools built, and the mails that are kept as they came.
fn expectations() -> Vec<Expected> {
    ["expected.jsonl", "asis/expected.jsonl"].into_iter().flat_map(|file| lines(&corpus().join(file))).collect()
}

fn lines(file: &Path) -> Vec<Expected> {
    let text =
        std::fs::read_to_string(file).unwrap_or_else(|error| panic!("failed to read {}: {error}", file.display()));
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
        .collect()
}

fn read(folder: &Path, expected: &Expected) -> Vec<u8> {
    let path = folder.join(&expected.file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("failed to read {}: {error}", path.display()))
}

/// Built-in detection alone, as `explain` without a configuration has it.
fn policy(username: &str) -> Policy {
    Policy {
        inbox: "corpus".into(),
        username: username.into(),
        rules: RuleSet::default(),
        detect: true,
        identifier: Template::parse("{recipient}").expect("the template parses"),
        ttl: TTL,
        max_ttl: MAX_TTL,
        recipient_order: RecipientSource::DEFAULT.to_vec(),
        prefer: Prefer::Code,
        deliver: Deliver::Push,
        ..Policy::default()
    }
}

/// What came of one mail, beside what should have.
struct Judged<'a> {
    expected: &'a Expected,
    /// Kind and value that were found; `None` is silence.
    got: Option<(Kind, String)>,
    exact: bool,
    /// Whether the identifier is the expected one, where both have one.
    identifier: Option<bool>,
    got_identifier: String,
    /// Whether the lifetime follows the mail, where it states one.
    ttl: Option<bool>,
    reason: String,
}

impl Judged<'_> {
    fn positive(&self) -> bool {
        self.expected.kind != Kind::None
    }

    fn show_got(&self) -> String {
        self.got.as_ref().map_or("silence".into(), |(kind, value)| format!("{kind:?} {value}"))
    }
}

fn judge<'a>(folder: &Path, expected: &'a Expected) -> Judged<'a> {
    let message = Message::parse(&read(folder, expected));
    let outcome = extract(&message, &policy(&expected.username));
    let mut judged = Judged {
        expected,
        got: None,
        exact: false,
        identifier: None,
        got_identifier: String::new(),
        ttl: None,
        reason: String::new(),
    };
    match outcome {
        Outcome::Found(found) => {
            let kind = if found.value.kind() == "code" { Kind::Code } else { Kind::Link };
            let value = found.value.expose().to_owned();
            judged.exact = kind == expected.kind
                && (expected.value.as_deref() == Some(value.as_str()) || expected.also.contains(&value));
            if let Some(wanted) = &expected.identifier {
                judged.identifier = Some(found.identifier.as_str() == wanted);
                judged.got_identifier = found.identifier.as_str().to_owned();
            }
            judged.ttl = expected.ttl_seconds.map(|stated| found.ttl == Duration::from_secs(stated).min(MAX_TTL));
            judged.reason = found.reason;
            judged.got = Some((kind, value));
        }
        Outcome::Nothing { reason } | Outcome::Refused { reason, .. } => judged.reason = reason,
        Outcome::Ignored { rule } => judged.reason = format!("ignored by {rule}"),
    }
    judged.exact |= judged.got.is_none() && expected.kind == Kind::None;
    if expected.unreadable && message.unreadable.is_none() {
        judged.reason.push_str(" (and the message is not marked unreadable)");
    }
    judged
}

/// How many of how many.
#[derive(Clone, Copy, Default)]
struct Share {
    of: usize,
    right: usize,
}

impl Share {
    fn count(
        judged: &[Judged<'_>],
        is_in: impl Fn(&Judged<'_>) -> bool,
        is_right: impl Fn(&Judged<'_>) -> bool,
    ) -> Self {
        let all: Vec<_> = judged.iter().filter(|one| is_in(one)).collect();
        Self { of: all.len(), right: all.iter().filter(|one| is_right(one)).count() }
    }

    fn percent(self) -> f64 {
        if self.of == 0 { 100.0 } else { self.right as f64 * 100.0 / self.of as f64 }
    }

    fn line(self, what: &str) -> String {
        format!("{what:<44} {:>4} / {:<4} {:>6.1} %", self.right, self.of, self.percent())
    }
}

/// One row for each name: mails, exact, found right, false answers.
fn table<'a>(title: &str, judged: &'a [Judged<'a>], names: impl Fn(&'a Judged<'a>) -> Vec<String>) {
    let mut rows: BTreeMap<String, [usize; 5]> = BTreeMap::new();
    for one in judged {
        for name in names(one) {
            let [mails, exact, wrong, missed, false_answers] = rows.entry(name).or_default();
            *mails += 1;
            *exact += usize::from(one.exact);
            match (one.positive(), &one.got) {
                (true, Some(_)) => *wrong += usize::from(!one.exact),
                (true, None) => *missed += 1,
                (false, got) => *false_answers += usize::from(got.is_some()),
            }
        }
    }
    println!("\n{title:<28} mails  exact        wrong  missed  false");
    for (name, [mails, exact, wrong, missed, false_answers]) in rows {
        let percent = exact as f64 * 100.0 / mails as f64;
        println!("{name:<28} {mails:>5} {exact:>6} {percent:>5.0} % {wrong:>5} {missed:>7} {false_answers:>6}");
    }
}

#[test]
fn the_right_code_or_link_is_found_and_nothing_where_there_is_none() {
    let (folder, expectations) = chosen();
    let only = std::env::var("CORPUS_ONLY").ok();
    let judged: Vec<_> = expectations
        .iter()
        .filter(|expected| {
            only.as_deref().is_none_or(|text| {
                expected.file.to_string_lossy().contains(text)
                    || expected.lang == text
                    || expected.traps.iter().any(|trap| trap == text)
            })
        })
        .map(|expected| judge(&folder, expected))
        .collect();

    let verbose = std::env::var_os("CORPUS_VERBOSE").is_some();
    println!("\nnot right:");
    for one in judged.iter().filter(|one| !one.exact || one.identifier == Some(false)) {
        let wanted = one.expected.value.as_deref().unwrap_or("silence");
        println!("  {:<44} wanted {wanted}, got {}", one.expected.file.display().to_string(), one.show_got());
        if one.identifier == Some(false) {
            let wanted = one.expected.identifier.as_deref().unwrap_or_default();
            println!("  {:<44} wanted identifier {wanted}, got {}", "", one.got_identifier);
        }
        if verbose {
            println!("      because: {}", one.reason);
        }
    }
    if verbose {
        println!("\nlifetimes not as stated:");
        for one in judged.iter().filter(|one| one.ttl == Some(false)) {
            println!("  {} states {:?} s", one.expected.file.display(), one.expected.ttl_seconds);
        }
    }

    table("by language", &judged, |one| vec![one.expected.lang.clone()]);
    table("by trap", &judged, |one| one.expected.traps.clone());
    table("by kind", &judged, |one| vec![format!("{:?}", one.expected.kind).to_lowercase()]);

    let exact = Share::count(&judged, |_| true, |one| one.exact);
    let precision = Share::count(&judged, |one| one.got.is_some(), |one| one.exact);
    let codes = Share::count(&judged, |one| one.expected.kind == Kind::Code, |one| one.exact);
    let links = Share::count(&judged, |one| one.expected.kind == Kind::Link, |one| one.exact);
    let false_answers = Share::count(&judged, |one| !one.positive(), |one| one.got.is_some());
    let identifiers = Share::count(&judged, |one| one.identifier.is_some(), |one| one.identifier == Some(true));
    let lifetimes = Share::count(&judged, |one| one.ttl.is_some(), |one| one.ttl == Some(true));
    println!();
    println!("{}", exact.line("exactly right (at least 95 %)"));
    println!("{}", precision.line("right among the answers given"));
    println!("{}", codes.line("codes found (at least 95 %)"));
    println!("{}", links.line("links found (at least 90 %)"));
    println!("{}", false_answers.line("answers where none belongs (at most 2 %)"));
    println!("{}", identifiers.line("identifiers right (at least 98 %)"));
    println!("{}", lifetimes.line("lifetimes as the mail states them"));

    if only.is_some() {
        return;
    }
    let mut broken = Vec::new();
    for (what, share, least) in [
        ("exactly right", exact, 95.0),
        ("codes found", codes, 95.0),
        ("links found", links, 90.0),
        ("identifiers right", identifiers, 98.0),
    ] {
        if share.percent() < least {
            broken.push(format!("{what}: {:.1} % is below {least} %", share.percent()));
        }
    }
    if false_answers.right * 50 > false_answers.of {
        broken
            .push(format!("answers where none belongs: {} of {} is above 2 %", false_answers.right, false_answers.of));
    }
    assert!(broken.is_empty(), "{}", broken.join("; "));
}

#[test]
fn every_mail_has_its_expectation_and_every_expectation_its_mail() {
    let mut expected: Vec<_> = expectations().into_iter().map(|one| one.file).collect();
    let mut on_disk = Vec::new();
    for kind in ["code", "link", "none", "asis"] {
        for entry in std::fs::read_dir(corpus().join(kind)).expect("the folder is readable") {
            let name = entry.expect("the entry is readable").file_name();
            on_disk.push(Path::new(kind).join(name));
        }
    }
    on_disk.retain(|file| file != Path::new("asis/expected.jsonl"));
    expected.sort();
    on_disk.sort();
    assert_eq!(expected, on_disk);
}

#[test]
fn expectations_can_be_met() {
    for one in expectations() {
        let file = one.file.display();
        match (one.kind, &one.value) {
            (Kind::Code, Some(value)) => {
                assert!((4..=10).contains(&value.chars().count()), "{file}: a code has 4 to 10 characters");
            }
            (Kind::Link, Some(value)) => {
                let link = otp_relay::extract::Link::new(value).unwrap_or_else(|error| panic!("{file}: {error}"));
                assert_eq!(link.expose(), value, "{file}: the link is not as Skyvern takes it");
            }
            (Kind::None, None) => assert!(one.identifier.is_none(), "{file}: nothing has no identifier"),
            _ => panic!("{file}: kind and value disagree"),
        }
        assert_eq!(one.kind == Kind::None, one.identifier.is_none(), "{file}");
    }
}

//! The signs of mails, as `tests/corpus/tools/learn.py` learns from them.

#[path = "../../../../tests/support/short.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is also a part of tests/short_mails.rs")]
mod short;

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::super::super::testing::mail;
use super::super::reading::Lines;
use super::super::tests::cases;
use super::super::{Detection, codes, links, read};
use super::signs::{Mail, Signs, names};
use crate::mail::Message;

/// Tells of the best values of mails, a line each: file, kind, value, points above the threshold, names of signs.
struct Telling {
    names: Vec<String>,
    lines: String,
}

impl Telling {
    fn new() -> Self {
        Self { names: names(), lines: String::new() }
    }

    fn add(&mut self, file: &str, message: &Message) {
        const BEST: usize = 3;
        let detection = Detection::new(message);
        let readings = read(message, Lines::Shown, &detection.names);
        let (about, codes, links) = detection.by_reasons(&readings);
        let mail = Mail::of(&readings, &about, codes.candidates.len(), links.candidates.len());
        let mut line = |kind: &str, value: &str, over: i32, places: &[(usize, Range<usize>)]| {
            let present = Signs::of(&mail, places).present();
            let signs = self.names.iter().zip(present).filter(|(_, is)| *is).map(|(name, _)| name.as_str());
            let signs: Vec<&str> = signs.collect();
            writeln!(self.lines, "{file}\t{kind}\t{value}\t{over}\t{}", signs.join(" ")).unwrap();
        };
        for code in codes.candidates.iter().filter(|code| !code.quoted).take(BEST) {
            line("code", &code.value, code.seen.tally.score - codes::THRESHOLD, &code.places);
        }
        for link in links.candidates.iter().filter(|link| !link.quoted).take(BEST) {
            line("link", link.link.expose(), link.tally.score - links::THRESHOLD, &link.places);
        }
    }

    fn add_cases(&mut self) {
        for (index, (subject, _, body)) in cases().enumerate() {
            self.add(&format!("cases/{}", index + 1), &mail("no-reply@acme.example", subject, &body));
        }
    }
}

/// With `SIGNS_OF=DIR SIGNS_TO=FILE`, writes what is told of the mails of a directory; beside the corpus of all that is short.
#[test]
fn signs_are_told_of_every_value_that_is_delivered() {
    let mut telling = Telling::new();
    telling.add_cases();
    for (index, (subject, expected, _)) in cases().enumerate() {
        let file = format!("cases/{}\t", index + 1);
        let mut lines = telling.lines.lines().filter(|line| line.starts_with(&file));
        let is_told = |line: &str| {
            let parts: Vec<&str> = line.split('\t').collect();
            parts.len() == 5
                && parts[2] == expected
                && parts[4].split(' ').all(|sign| telling.names.iter().any(|it| it == sign))
        };
        let delivers = !["none", "refused"].contains(&expected);
        assert!(!delivers || lines.any(is_told), "{subject}");
    }
    if let (Ok(directory), Ok(target)) = (std::env::var("SIGNS_OF"), std::env::var("SIGNS_TO")) {
        std::fs::write(target, of_directory(Path::new(&directory)).lines).unwrap();
    }
}

fn of_directory(directory: &Path) -> Telling {
    let mut telling = Telling::new();
    let mut files = Vec::new();
    gather(directory, &mut files);
    files.sort();
    for path in files {
        let file = path.strip_prefix(directory).unwrap().to_string_lossy().into_owned();
        telling.add(&file, &Message::parse(&std::fs::read(&path).unwrap()));
    }
    if directory.join("short").is_dir() {
        for (place, short) in short::all() {
            telling.add(&format!("short/{place}"), &Message::parse(&short.mail()));
        }
        telling.add_cases();
    }
    telling
}

fn gather(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "eml") {
            files.push(path);
        }
    }
}

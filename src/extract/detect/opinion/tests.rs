//! Writes down what `tests/corpus/tools/learn.py` learns from.

#[path = "../../../../tests/support/short.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is also a part of tests/short_mails.rs")]
mod short;

use std::fmt::Write as _;
use std::path::Path;

use super::super::super::testing::mail;
use super::super::reading::Lines;
use super::super::tests::cases;
use super::super::{Detection, read};
use super::*;
use crate::mail::Message;

/// The signs of the best values of one mail, a line each: file, kind, value, score above the threshold, names of signs.
fn describe(file: &str, message: &Message, names: &[String], lines: &mut String) {
    const BEST: usize = 3;
    let detection = Detection::new(message);
    let readings = read(message, Lines::Shown, &detection.names);
    let (about, codes, links) = detection.by_reasons(&readings);
    let mail =
        Mail { readings: &readings, about: &about, codes: codes.candidates.len(), links: links.candidates.len() };
    let mut line = |kind: &str, value: &str, over: i32, places: &[(usize, Range<usize>)]| {
        let present = Signs::of(&mail, places).present();
        let signs: Vec<&str> = names.iter().zip(present).filter(|(_, is)| *is).map(|(name, _)| name.as_str()).collect();
        writeln!(lines, "{file}\t{kind}\t{value}\t{over}\t{}", signs.join(" ")).unwrap();
    };
    for code in codes.candidates.iter().filter(|code| !code.quoted).take(BEST) {
        line("code", &code.value, code.seen.tally.score - codes::THRESHOLD, &code.places);
    }
    for link in links.candidates.iter().filter(|link| !link.quoted).take(BEST) {
        line("link", link.link.expose(), link.tally.score - links::THRESHOLD, &link.places);
    }
}

/// `SIGNS_OF=DIR SIGNS_TO=FILE cargo test --lib signs_are_written -- --ignored`; beside the corpus of
/// all that is short.
#[test]
#[ignore = "it writes a file for tests/corpus/tools/learn.py"]
fn signs_are_written() {
    let directory = std::env::var("SIGNS_OF").expect("SIGNS_OF names a directory of mails");
    let target = std::env::var("SIGNS_TO").expect("SIGNS_TO names a file");
    let names = signs::names();
    let mut files = Vec::new();
    gather(Path::new(&directory), &mut files);
    files.sort();
    let mut lines = String::new();
    for path in files {
        let file = path.strip_prefix(&directory).unwrap().to_string_lossy().into_owned();
        describe(&file, &Message::parse(&std::fs::read(&path).unwrap()), &names, &mut lines);
    }
    if Path::new(&directory).join("short").is_dir() {
        for (place, short) in short::all() {
            describe(&format!("short/{place}"), &Message::parse(&short.mail()), &names, &mut lines);
        }
        for (index, (subject, _, body)) in cases().enumerate() {
            let message = mail("no-reply@acme.example", subject, &body);
            describe(&format!("cases/{}", index + 1), &message, &names, &mut lines);
        }
    }
    std::fs::write(target, lines).unwrap();
}

fn gather(directory: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "eml") {
            files.push(path);
        }
    }
}

#[test]
fn signs_have_names_of_their_own() {
    let mut names = signs::names();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    let (readings, about) = (Vec::new(), About::default());
    let mail = Mail { readings: &readings, about: &about, codes: 0, links: 0 };
    assert_eq!(Signs::of(&mail, &[]).present().len(), count);
}

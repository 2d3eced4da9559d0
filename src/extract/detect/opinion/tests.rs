//! What the opinion is on some mails; and what `tests/corpus/tools/learn.py` learns from is written down.

#[path = "../../../../tests/support/short.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is also a part of tests/short_mails.rs")]
mod short;

use std::fmt::Write as _;
use std::path::Path;

use super::super::super::policy::Policy;
use super::super::super::testing::mail;
use super::super::super::{Outcome, explain};
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
    let mail = Mail::of(&readings, &about, codes.candidates.len(), links.candidates.len());
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
    let mail = Mail::of(&readings, &about, 0, 0);
    assert_eq!(Signs::of(&mail, &[]).present().len(), count);
}

/// What is found, and the points of the opinion about the best value.
fn judged(subject: &str, body: &str) -> (String, Option<i32>) {
    let explained = explain(&mail("no-reply@acme.example", subject, body), &Policy::default());
    let found = match explained.outcome {
        Outcome::Found(found) => found.value.expose().to_owned(),
        _ => "none".to_owned(),
    };
    let candidates = explained.detection.map(|detection| detection.candidates).unwrap_or_default();
    let mut reasons = candidates.iter().flat_map(|candidate| &candidate.reasons);
    (found, reasons.find(|reason| reason.name.starts_with("all in all")).map(|reason| reason.points))
}

#[test]
fn a_code_for_a_counter_is_none_though_its_words_are_those_of_codes() {
    let body = "Bonjour,\nBonne nouvelle : votre colis PCM7730021 est arrivé !\nOù le retirer ?\nTabac Le Balto, \
                3 place de l'Église, 44400 Rezé\nDu lundi au samedi, de 7 h 30 à 19 h\nCode de retrait à présenter au \
                commerçant : 4471\nN'oubliez pas votre pièce d'identité.\nLe colis est conservé jusqu'au 28 mars inclus.";
    assert_eq!(judged("Votre colis vous attend chez Tabac Le Balto", body), ("none".to_owned(), Some(AGAINST)));
}

#[test]
fn a_mail_that_delivers_a_code_is_believed() {
    let body = "Hello Dana,\n\nsomebody, we hope you, wants to sign in to your Acme account from a new browser.\n\n\
                Your sign-in code: 447193\n\nIt expires in 10 minutes and can be used once. If this was not you, ignore this \
                mail and nobody gets in. We never ask for this code on the telephone.\n\nThe Acme team";
    assert_eq!(judged("Your sign-in code", body), ("447193".to_owned(), None));
}

#[test]
fn what_is_nearly_good_enough_passes_in_a_mail_that_asks_for_it() {
    let link = "https://jiunge.acme.example/thibitisha?namba=88&ufunguo=pQ";
    let body = format!(
        "Habari Amina,\n\nAsante kwa kujiunga na Soko Mtaa. Tafadhali bofya kiungo hiki ili kuthibitisha barua pepe yako na \
         kuanza kutumia akaunti yako:\n\n{link}\n\nKiungo hiki kitaisha muda baada ya saa 24. Kama hukujisajili, puuza \
         ujumbe huu.\n\nTimu ya Soko Mtaa"
    );
    let (found, points) = judged("Thibitisha barua pepe yako", &body);
    assert_eq!((found.as_str(), points.is_some_and(|points| points > 0)), (link, true), "{points:?}");
}

#[test]
fn too_little_text_is_no_ground_for_an_opinion() {
    assert_eq!(judged("Your parcel", "Code to show to the shopkeeper: 447193").1, None);
}

//! Short mails in many languages, as services word them (`tests/corpus/short/`): how well built-in detection knows the words, without
//! the rest of a mail to help it. Prints what is not right, and holds the whole to the corpus's marks.

#[path = "support/short.rs"]
mod short;

use std::collections::BTreeMap;

use otp_relay::extract::{Outcome, Policy, extract};
use otp_relay::mail::Message;
use short::{Kind, Short};

fn got(short: &Short) -> Option<(Kind, String)> {
    match extract(&Message::parse(&short.mail()), &Policy::default()) {
        Outcome::Found(found) => {
            let kind = if found.value.kind() == "code" { Kind::Code } else { Kind::Link };
            Some((kind, found.value.expose().to_owned()))
        }
        Outcome::Nothing { .. } | Outcome::Refused { .. } | Outcome::Ignored { .. } => None,
    }
}

#[test]
fn short_mails_in_many_languages_are_understood() {
    let all = short::all();
    let mut right: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    for (_, short) in &all {
        let got = got(short);
        let is_right = short.is_right(got.as_ref());
        let (count, good) = right.entry(short.kind).or_default();
        *count += 1;
        *good += usize::from(is_right);
        if !is_right {
            let wanted = short.value.as_deref().unwrap_or("silence");
            println!(
                "{}: wanted {wanted}, got {got:?}: {} / {}",
                short.lang,
                short.subject,
                short.text.replace('\n', " / ")
            );
        }
    }
    let percent = |kind| right.get(&kind).map_or(0.0, |&(count, good)| good as f64 * 100.0 / count as f64);
    let (codes, links, silent) = (percent(Kind::Code), percent(Kind::Link), percent(Kind::None));
    println!(
        "{} mails: codes {codes:.1} %, links {links:.1} %, silent where nothing is delivered {silent:.1} %",
        all.len()
    );
    assert!(codes >= 95.0, "codes found: {codes:.1} % is below 95 %");
    assert!(links >= 90.0, "links found: {links:.1} % is below 90 %");
    assert!(silent >= 98.0, "silent where nothing is delivered: {silent:.1} % is below 98 %");
}

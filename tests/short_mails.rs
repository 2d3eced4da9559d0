//! Short mails in many languages, as services word them (`tests/corpus/short/`): how well built-in detection knows the words, without
//! the rest of a mail to help it. Prints what is not right, and holds the whole to the corpus's marks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use otp_relay::extract::{Outcome, Policy, extract};
use otp_relay::mail::Message;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Code,
    Link,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Short {
    lang: String,
    kind: Kind,
    subject: String,
    /// Lines; a link is `[[its words|its address]]`.
    text: String,
    value: Option<String>,
    #[serde(default)]
    also: Vec<String>,
}

impl Short {
    /// A mail in HTML, from the site of its first link.
    fn mail(&self) -> Vec<u8> {
        let mut site = "service.example".to_owned();
        let mut body = String::new();
        for line in self.text.lines() {
            body.push_str("<p>");
            let mut rest = line;
            while let Some((before, words, address, after)) = next_link(rest) {
                if let Some(host) = address.split('/').nth(2) {
                    let labels: Vec<&str> = host.rsplit('.').take(2).collect();
                    site = labels.into_iter().rev().collect::<Vec<_>>().join(".");
                }
                _ = write!(body, "{}<a href=\"{}\">{}</a>", escaped(before), escaped(address), escaped(words));
                rest = after;
            }
            body.push_str(&escaped(rest));
            body.push_str("</p>\r\n");
        }
        let head =
            "To: user@inbox.example\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit";
        format!("From: no-reply@{site}\r\nSubject: {}\r\n{head}\r\n\r\n{body}", self.subject).into_bytes()
    }

    fn is_right(&self, got: Option<&(Kind, String)>) -> bool {
        match got {
            Some((kind, value)) => {
                *kind == self.kind && (self.value.as_ref() == Some(value) || self.also.contains(value))
            }
            None => self.kind == Kind::None,
        }
    }
}

/// What stands before the next link, its words, its address, and what follows.
fn next_link(line: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = line.split_once("[[")?;
    let (link, after) = rest.split_once("]]")?;
    let (words, address) = link.split_once('|')?;
    Some((before, words, address, after))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn all() -> Vec<Short> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/short");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("the folder is readable").map(|entry| entry.expect("it is").path()).collect();
    files.sort();
    let read =
        |file: &Path| std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
    files.iter().flat_map(|file| read(file).lines().map(parse).collect::<Vec<_>>()).collect()
}

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
    let all = all();
    let mut right: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    for short in &all {
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

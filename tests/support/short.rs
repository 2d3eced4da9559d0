//! The short mails of `tests/corpus/short/`: a line of JSON each.

use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Code,
    Link,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Short {
    pub lang: String,
    pub kind: Kind,
    pub subject: String,
    /// Lines; a link is `[[its words|its address]]`.
    pub text: String,
    pub value: Option<String>,
    #[serde(default)]
    pub also: Vec<String>,
}

impl Short {
    /// A mail in HTML, from the site of its first link.
    pub fn mail(&self) -> Vec<u8> {
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

    pub fn is_right(&self, got: Option<&(Kind, String)>) -> bool {
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

/// All of them, each with its file and the number of its line, from 1: `de.jsonl:3`.
pub fn all() -> Vec<(String, Short)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/short");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("the folder is readable").map(|entry| entry.expect("it is").path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (index, line) in text.lines().enumerate() {
            let place = format!("{name}:{}", index + 1);
            let short = serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
            all.push((place, short));
        }
    }
    all
}

//! What holds for every mail, shown on generated ones.

use std::ops::Range;

use data_encoding::BASE64;
use encoding_rs::Encoding;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;

use super::detect::ranges::ranges;
use super::policy::{Action, Policy, Rule, RuleSet};
use super::testing::{mail, text};
use super::{Outcome, display, explain, extract, suggest_rule};
use crate::mail::properties::{Wrapping, mail as encoded, scripts};
use crate::mail::{Message, TextKind};

/// Text of the kind that mails hold: words of the lexicon, numbers, links, punctuation, other scripts, anything.
fn line() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "code", "your", "verification", "is", ":", "sign in", "order", "Bestätigungscode", "код", "验证码", "認証", "رمز", "expires in",
            "minutes", "never share", "#", "@", "-", "\t", "link", "click", "password", "once", ".", "\u{200B}", "é", "İ",
        ]).prop_map(str::to_owned),
        3 => "[0-9]{1,11}",
        2 => "[A-Z0-9]{3,5}-[A-Z0-9]{2,5}",
        1 => "https://[a-z]{1,8}\\.example/[a-zA-Z0-9/?=&]{0,40}",
        1 => "\\PC{0,12}",
    ];
    (prop::collection::vec(piece, 0..10), prop::sample::select(vec!["", "> ", "~ "]))
        .prop_map(|(pieces, prefix)| format!("{prefix}{}", pieces.join(" ")))
}

fn body() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 0..8).prop_map(|lines| lines.join("\n"))
}

/// Text that is full of what begins, ends and parts addresses and URLs, in and between letters of any width.
fn addresses() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            "://", "https://", "www.", "@", ".", "..", "-", "_", "/", "?a=1", "<", ">", "\"", " ", "\t", "a", "B", "example",
            "com", "xn--", "4821", "é", "ü", "例え", "テスト", "код", "رمز", "\u{10FFFF}", "e\u{301}", "\u{200B}", "。", "@@",
        ]).prop_map(str::to_owned),
        1 => "[a-z0-9.@:/-]{1,80}",
        1 => "\\PC{0,6}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// One that is longer than a row may be.
fn long_line() -> impl Strategy<Value = String> {
    (prop_oneof![addresses(), "\\PC{1,40}"], 2_000usize..6_000)
        .prop_map(|(piece, length)| piece.repeat(length / piece.len().max(1)))
}

/// Whether each range is a part of the text that is not empty, and begins where the one before has ended, or later.
fn follow(text: &str, ranges: &[Range<usize>]) -> Result<(), TestCaseError> {
    let mut end = 0;
    for range in ranges {
        prop_assert!(range.start >= end && range.start < range.end, "{range:?} after {end}");
        prop_assert!(text.get(range.clone()).is_some(), "{range:?} cuts a character of {text:?}");
        end = range.end;
    }
    Ok(())
}

/// All that these ranges hold, without blanks.
fn words(text: &str, ranges: &[Range<usize>]) -> String {
    ranges.iter().flat_map(|range| text[range.clone()].chars()).filter(|c| !c.is_whitespace()).collect()
}

fn lie_in(inner: &[Range<usize>], outer: &[Range<usize>]) -> bool {
    inner.iter().all(|inner| outer.iter().any(|outer| outer.start <= inner.start && inner.end <= outer.end))
}

/// A subject as encoded words (RFC 2047), none of which parts a character.
fn encoded_subject(subject: &str, charset: &str) -> String {
    let encoding = Encoding::for_label(charset.as_bytes()).expect("a known charset");
    let chars: Vec<char> = subject.chars().collect();
    let words = chars.chunks(8).map(|chars| {
        let text: String = chars.iter().collect();
        let (bytes, _, _) = encoding.encode(&text);
        format!("=?{charset}?B?{}?=", BASE64.encode(&bytes))
    });
    words.collect::<Vec<_>>().join("\r\n ")
}

/// All that a reader could copy a code from, without separators.
fn bare(message: &Message) -> String {
    let texts = message.texts.iter().map(|text| text.text.as_str());
    let all: Vec<&str> = std::iter::once(message.subject.as_str()).chain(texts).collect();
    all.join(" ").chars().filter(|c| c.is_ascii_alphanumeric()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_code_reported_is_in_the_mail(subject in line(), body in body()) {
        let message = mail("a@acme.example", &subject, &body);
        if let Outcome::Found(found) = extract(&message, &Policy::default()) {
            let value = found.value.expose();
            if found.value.kind() == "code" {
                let value: String = value.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
                prop_assert!(bare(&message).contains(&value));
            } else {
                let mut anchors = message.texts.iter().flat_map(|text| &text.anchors);
                prop_assert!(anchors.any(|anchor| super::Link::new(&anchor.href).is_ok_and(|link| link.expose() == value)));
            }
        }
    }

    #[test]
    fn explaining_changes_nothing(subject in line(), body in body()) {
        let message = mail("a@acme.example", &subject, &body);
        let explained = explain(&message, &Policy::default());
        prop_assert_eq!(&explained.outcome, &extract(&message, &Policy::default()));
        for candidate in explained.detection.iter().flat_map(|detection| &detection.candidates) {
            for place in std::iter::once(&candidate.place).chain(&candidate.also_at) {
                let text = match place.text {
                    Some(index) => message.texts.get(index).map(|text| text.text.as_str()),
                    None => Some(message.subject.as_str()),
                };
                prop_assert!(text.and_then(|text| text.get(place.start..place.end)).is_some());
            }
        }
    }

    #[test]
    fn the_order_of_alternatives_does_not_matter(subject in line(), one in body(), other in body()) {
        let mut message = mail("a@acme.example", &subject, &one);
        message.texts.push(text(TextKind::Html, &other));
        let value = |message: &Message| match extract(message, &Policy::default()) {
            Outcome::Found(found) => Some(found.value),
            _ => None,
        };
        let forward = value(&message);
        message.texts.reverse();
        prop_assert_eq!(forward, value(&message));
    }

    #[test]
    fn a_typed_code_is_typed_the_same_again(shown in "[A-Za-z0-9]{1,4}([ -]?[A-Za-z0-9]{1,4}){0,3}") {
        let typed = display::typed(&shown);
        prop_assert_eq!(&display::typed(&typed), &typed);
    }

    #[test]
    fn the_prefilter_never_changes_an_outcome(word in "[a-z]{3,8}", body in body()) {
        let regex = regex::Regex::new(&format!("(?i){word}[^0-9]*([0-9]{{4,6}})|code is ([0-9]{{4,6}})")).unwrap();
        let message = mail("a@acme.example", &word, &format!("{body}\n{} 4821", word.to_uppercase()));
        // Few rules have no prefilter.
        let other = Rule { subject: regex::Regex::new("never there").ok(), ..Rule::new("other", Action::Ignore) };
        let mut rules = vec![other; 9];
        rules.push(Rule::new("r", Action::Code(regex)));
        let policy = Policy { rules: RuleSet::new(rules), detect: false, ..Policy::default() };
        // The trace runs every condition and regex without the prefilter.
        prop_assert_eq!(extract(&message, &policy), explain(&message, &policy).outcome);
    }

    #[test]
    fn a_suggested_rule_finds_what_was_expected(code in "[0-9]{4,8}", words in "[a-z]{2,8}( [a-z]{2,8}){0,3}") {
        let message = mail("a@acme.example", "x", &format!("{words} {code}\nmore"));
        let rule = suggest_rule(&message, &Policy::default(), &code);
        let Some(Outcome::Found(found)) = rule.map(|rule| rule.outcome) else { return Err(TestCaseError::fail("no rule")) };
        prop_assert_eq!(found.value.expose(), &code);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_text_does_no_harm(subject in "\\PC{0,40}", body in "[\\PC\n\t]{0,200}") {
        let message = mail("a@acme.example", &subject, &body);
        let _ = explain(&message, &Policy::default());
        let expected: String = subject.chars().take(12).collect();
        let _ = suggest_rule(&message, &Policy::default(), &expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is cut out of a mail, masked or read, is a part of it.
    #[test]
    fn masking_never_invents_text(
        subject in prop_oneof![line(), addresses()],
        // Long lines are read in pieces.
        lines in prop::collection::vec(prop_oneof![4 => line(), 4 => addresses(), 1 => long_line()], 0..6),
    ) {
        let message = mail("a@acme.example", &subject, &lines.join("\n"));
        for read in ranges(&message) {
            follow(read.text, &read.masks)?;
            follow(read.text, &read.rows)?;
            follow(read.text, &read.sentences)?;
            // Nor is any of it lost.
            prop_assert_eq!(words(read.text, &read.rows), words(read.text, &read.lines));
            prop_assert_eq!(words(read.text, &read.sentences), words(read.text, &read.rows));
            prop_assert!(lie_in(&read.sentences, &read.rows));
            prop_assert!(read.words.is_sorted_by_key(|word| word.start));
            prop_assert!(lie_in(&read.words, &read.rows));
            let tokens: Vec<Range<usize>> = read.tokens.iter().map(|(range, _)| range.clone()).collect();
            follow(read.text, &tokens)?;
            prop_assert!(lie_in(&tokens, &read.rows));
            for word in &read.words {
                prop_assert!(read.text.get(word.clone()).is_some_and(|word| !word.is_empty()), "{word:?}");
            }
            for part in read.words.iter().chain(&tokens) {
                let masked = read.masks.iter().find(|mask| mask.start < part.end && part.start < mask.end);
                prop_assert!(masked.is_none(), "{part:?} lies in {masked:?} of {:?}", read.text);
            }
            for (range, value) in &read.tokens {
                let shown: String = read.text[range.clone()].chars().filter(|c| c.is_ascii_alphanumeric()).collect();
                let typed: String = value.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
                prop_assert_eq!(shown, typed);
            }
        }
    }

    /// The same mail in another charset that can carry it, and in another transfer encoding, is the same mail.
    #[test]
    fn charset_and_transfer_encoding_change_no_outcome(
        (sentences, charsets) in scripts(),
        order in prop::collection::vec(any::<Index>(), 0..5),
        charset in any::<Index>(),
        wrapping in prop::sample::select(&Wrapping::ALL[..]),
        width in 8usize..77,
        code in prop_oneof![Just(String::new()), "[0-9]{4,8}", "[A-Z]{2}[0-9]{2}-[A-Z0-9]{4}"],
        html in any::<bool>(),
        told_in_subject in any::<bool>(),
    ) {
        // The first sentence of each language names a code.
        let told = format!("{}: {code}", sentences[0]);
        let mut lines: Vec<String> = order.iter().map(|at| at.get(sentences).to_string()).collect();
        lines.insert(order.len() / 2, told.clone());
        let (kind, text) = if html {
            ("text/html", format!("<p>{}</p>", lines.join("</p>\r\n<p>")))
        } else {
            ("text/plain", lines.join("\r\n"))
        };
        let subject = if told_in_subject { &told } else { sentences[sentences.len() - 1] };
        let outcome = |subject: &str, charset: &str, wrapping| {
            let head = format!("From: a@acme.example\r\nTo: bob@example.com\r\nSubject: {subject}\r\n");
            let raw = [head.into_bytes(), encoded(kind, &text, charset, wrapping, width)].concat();
            extract(&Message::parse(&raw), &Policy::default())
        };
        let expected = outcome(subject, "utf-8", Wrapping::EightBit);
        for charset in ["utf-8", *charset.get(charsets)] {
            let found = outcome(&encoded_subject(subject, charset), charset, wrapping);
            prop_assert_eq!(&found, &expected, "{} {:?}", charset, wrapping);
        }
    }
}

/// What the property above compares are codes that are found, in every language and charset of it.
#[test]
fn each_charset_of_the_properties_carries_a_code_that_is_found() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let (sentences, charsets) = scripts().new_tree(&mut runner).unwrap().current();
        for charset in charsets {
            let text = format!("{}: 482913\r\n{}", sentences[0], sentences[1]);
            let body = encoded("text/plain", &text, charset, Wrapping::Base64, 76);
            let raw = [&b"From: a@acme.example\r\nTo: bob@example.com\r\n"[..], &body].concat();
            let Outcome::Found(found) = extract(&Message::parse(&raw), &Policy::default()) else {
                panic!("nothing is found in {text:?} ({charset})")
            };
            assert_eq!(found.value.expose(), "482913", "{charset}");
            seen.insert(*charset);
        }
    }
    assert!(seen.len() > 25, "{seen:?}");
}

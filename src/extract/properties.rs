//! What holds for every mail, shown on generated ones.

use proptest::prelude::*;

use super::policy::{Action, Policy, Rule, RuleSet};
use super::testing::{mail, text};
use super::{Outcome, display, explain, extract, suggest_rule};
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
        let rule = Rule::new("r", Action::Code(regex));
        let policy = Policy { rules: RuleSet::new(vec![rule]), detect: false, ..Policy::default() };
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

//! What rules make of a sender that is not proven.

use super::super::policy::{Policy, Requirement, RuleSet, SenderTrust};
use super::super::testing::{address, mail};
use super::super::{Outcome, explain, extract};
use super::*;
use crate::mail::{Forwarded, Message};

fn rule(name: &str, pattern: &str, require: Option<Requirement>) -> Rule {
    let action = Action::Code(Regex::new(pattern).unwrap());
    Rule { from: Some(Regex::new(r"@acme\.example$").unwrap()), require, ..Rule::new(name, action) }
}

fn policy(rules: Vec<Rule>, require: Option<Requirement>) -> Policy {
    let trust = SenderTrust { authserv_ids: vec!["mx.example.com".into()], ..SenderTrust::default() };
    Policy { rules: RuleSet::new(rules), require, trust, ..Policy::default() }
}

fn from_acme(result: &str) -> Message {
    let mut message = mail("no-reply@acme.example", "Your sign-in code", "Your sign-in code is 482913.");
    let results = format!("mx.example.com; dmarc={result} header.from=acme.example");
    message.headers.insert(0, ("Authentication-Results".into(), results));
    message
}

/// What becomes of it: `found`, `refused by RULE` or `nothing`.
fn outcome(message: &Message, policy: &Policy) -> String {
    let outcome = extract(message, policy);
    assert_eq!(explain(message, policy).outcome, outcome, "explain does the same");
    match outcome {
        Outcome::Found(found) => format!("found by {}", found.rule.unwrap_or("detection".into())),
        Outcome::Refused { rule, .. } => format!("refused by {}", rule.unwrap_or("detection".into())),
        Outcome::Nothing { .. } => "nothing".into(),
        Outcome::Ignored { rule } => format!("ignored by {rule}"),
    }
}

#[test]
fn a_forged_mail_never_reaches_a_weaker_rule() {
    let dmarc = Some(Requirement::Dmarc);
    let rules = |strict: &str| vec![rule("strict", strict, dmarc), rule("weak", r"[0-9]{6}", None)];
    let finds = policy(rules(r"code is (?<code>[0-9]{6})"), None);
    assert_eq!(outcome(&from_acme("pass"), &finds), "found by strict");
    assert_eq!(outcome(&from_acme("fail"), &finds), "refused by strict");
    // Nor by a text in which the strict rule would find nothing.
    let misses = policy(rules(r"PIN: (?<code>[0-9]{6})"), None);
    assert_eq!(outcome(&from_acme("pass"), &misses), "found by weak");
    assert_eq!(outcome(&from_acme("fail"), &misses), "refused by strict");
}

#[test]
fn the_inbox_requires_it_of_rules_and_detection_and_nothing_is_refused_where_nothing_is_taken() {
    let strict = policy(Vec::new(), Some(Requirement::Dmarc));
    assert_eq!(outcome(&from_acme("pass"), &strict), "found by detection");
    assert_eq!(outcome(&from_acme("fail"), &strict), "refused by detection");
    let news = mail("news@library.example", "News", "We opened two new reading rooms.");
    assert_eq!(outcome(&news, &strict), "nothing");
    let own = policy(vec![rule("acme", "[0-9]{6}", Some(Requirement::Spf))], Some(Requirement::Dmarc));
    assert_eq!(outcome(&from_acme("pass"), &own), "refused by acme", "a rule's own requirement comes instead");
    let mut ignore = rule("acme", "x", None);
    ignore.action = Action::Ignore;
    assert_eq!(outcome(&from_acme("fail"), &policy(vec![ignore], Some(Requirement::Dmarc))), "ignored by acme");
}

#[test]
fn an_original_that_a_verified_sender_quotes_is_not_the_sender() {
    let mut message = mail("eve@evil.example", "Fwd: Your code", "Your sign-in code is 482913.");
    let results = "mx.example.com; dmarc=pass header.from=evil.example";
    message.headers.insert(0, ("Authentication-Results".into(), results.into()));
    message.forwarded = Some(Forwarded { from: Some(address("no-reply@acme.example")), ..Forwarded::default() });
    let rules = |require| vec![rule("acme", "[0-9]{6}", require)];
    let off = |rules| Policy { detect: false, ..policy(rules, None) };
    assert_eq!(outcome(&message, &off(rules(None))), "found by acme");
    assert_eq!(outcome(&message, &off(rules(Some(Requirement::Dmarc)))), "nothing");
}

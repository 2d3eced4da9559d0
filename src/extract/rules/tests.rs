use std::time::Duration;

use super::super::policy::{Policy, RuleSet};
use super::super::template::Template;
use super::super::testing::{address, mail};
use super::super::{Outcome, explain, extract};
use super::*;
use crate::mail::Message;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

fn code(name: &str, pattern: &str) -> Rule {
    Rule::new(name, Action::Code(regex(pattern)))
}

fn policy(rules: Vec<Rule>) -> Policy {
    Policy { inbox: "agents".into(), detect: false, rules: RuleSet::new(rules), ..Policy::default() }
}

/// `value/identifier/rule` of what is found, else the word for what became of the mail.
fn outcome(message: &Message, rules: Vec<Rule>) -> String {
    let policy = policy(rules);
    let outcome = extract(message, &policy);
    assert_eq!(explain(message, &policy).outcome, outcome, "explain does the same");
    match outcome {
        Outcome::Found(found) => {
            format!("{}/{}/{}", found.value.expose(), found.identifier, found.rule.unwrap_or_default())
        }
        Outcome::Nothing { .. } => "nothing".into(),
        Outcome::Ignored { rule } => format!("ignored by {rule}"),
        Outcome::Refused { reason, .. } => format!("refused: {reason}"),
    }
}

fn acme() -> Message {
    mail("no-reply@acme.example", "Your sign-in code", "Your code is 482913.\nIt expires soon.")
}

#[test]
fn all_conditions_must_match() {
    let rule = |change: fn(&mut Rule)| {
        let mut rule = code("acme", r"code is (?<code>[0-9]{6})");
        rule.from = Some(regex(r"@acme\.example$"));
        rule.to = Some(regex("^bob@"));
        rule.subject = Some(regex("(?i)SIGN-IN"));
        rule.body = Some(regex("expires soon"));
        rule.headers = vec![("subject".into(), regex("code$"))];
        change(&mut rule);
        outcome(&acme(), vec![rule])
    };
    assert_eq!(rule(|_| {}), "482913/bob@example.com/acme");
    assert_eq!(rule(|rule| rule.from = Some(regex(r"@beta\.example$"))), "nothing");
    assert_eq!(rule(|rule| rule.to = Some(regex("^eve@"))), "nothing");
    assert_eq!(rule(|rule| rule.subject = Some(regex("sign-out"))), "nothing");
    assert_eq!(rule(|rule| rule.body = Some(regex("expires late"))), "nothing");
    assert_eq!(rule(|rule| rule.headers = vec![("List-Id".into(), regex("."))]), "nothing");
}

#[test]
fn the_first_rule_that_finds_its_value_wins() {
    let rules = vec![code("none", "code was ([0-9]+)"), code("first", "is ([0-9]+)"), code("second", "([0-9]+)")];
    assert_eq!(outcome(&acme(), rules.clone()), "482913/bob@example.com/first");
    let explained = explain(&acme(), &policy(rules));
    let verdicts: Vec<RuleVerdict> = explained.rules.iter().map(|rule| rule.verdict).collect();
    assert_eq!(verdicts, [RuleVerdict::ValueNotFound, RuleVerdict::Won]);
}

#[test]
fn the_named_group_comes_before_group_one_and_that_before_the_whole_match() {
    assert_eq!(outcome(&acme(), vec![code("a", "(code) is (?<code>[0-9]+)")]), "482913/bob@example.com/a");
    assert_eq!(outcome(&acme(), vec![code("a", "code is ([0-9]+)")]), "482913/bob@example.com/a");
    assert_eq!(outcome(&acme(), vec![code("a", "[0-9]{6}")]), "482913/bob@example.com/a");
}

#[test]
fn of_several_groups_the_one_that_took_part_is_taken_and_a_match_without_any_takes_nothing() {
    let found = |subject: &str, pattern: &str| outcome(&mail("a@acme.example", subject, ""), vec![code("a", pattern)]);
    let either = r"code: ([0-9]{6})|([0-9]{6}) is your code";
    assert_eq!(found("code: 482913", either), "482913/bob@example.com/a");
    assert_eq!(found("482913 is your code", either), "482913/bob@example.com/a");
    let optional = r"code(?: is ([0-9]{6}))?";
    assert_eq!(found("Your code: this code is 482913", optional), "482913/bob@example.com/a");
    assert_eq!(found("Here is the code", optional), "nothing");
    let named = r"user (?<user>[a-z]+)(?: has (?<code>[0-9]{6}))?";
    assert_eq!(found("user alice", named), "nothing");
}

#[test]
fn what_is_shown_comes_before_a_quote_and_that_before_hidden_text() {
    let body = "~ code 111111\n> code 222222\ncode 333333";
    assert_eq!(outcome(&mail("a@b.example", "x", body), vec![code("a", "code ([0-9]+)")]), "333333/bob@example.com/a");
    let body = "~ code 111111\n> code 222222";
    assert_eq!(outcome(&mail("a@b.example", "x", body), vec![code("a", "code ([0-9]+)")]), "222222/bob@example.com/a");
    let body = "~ code 111111";
    assert_eq!(outcome(&mail("a@b.example", "x", body), vec![code("a", "code ([0-9]+)")]), "111111/bob@example.com/a");
}

#[test]
fn of_two_values_the_first_is_taken_and_the_reason_says_so() {
    let message = mail("a@b.example", "x", "code 111111\ncode 222222");
    let Outcome::Found(found) = extract(&message, &policy(vec![code("a", "code ([0-9]+)")])) else {
        panic!("nothing found")
    };
    assert_eq!(found.value.expose(), "111111");
    assert_eq!(found.reason, "rule `a` matches in part 1; its regex finds different values, the first was taken");
    let message = mail("a@b.example", "code 111111", "code 111 111");
    let Outcome::Found(found) = extract(&message, &policy(vec![code("a", "code ([0-9 ]+)")])) else {
        panic!("nothing found")
    };
    assert_eq!(found.reason, "rule `a` matches in the subject");
}

#[test]
fn separators_for_display_are_removed() {
    let message = mail("a@b.example", "x", "code: 482 913");
    assert_eq!(outcome(&message, vec![code("a", "code: ([0-9 ]+)")]), "482913/bob@example.com/a");
}

#[test]
fn a_value_that_skyvern_cannot_take_is_a_refusal() {
    let message = mail("a@b.example", "x", "code: 12345678901234");
    assert_eq!(
        outcome(&message, vec![code("long", "code: ([0-9]+)"), code("next", "code: ([0-9]{6})")]),
        "refused: the regex of rule `long` finds a value, but it has 14 characters; Skyvern takes a code of at most 10 \
         without asking its language model"
    );
    let link = Rule::new("link", Action::Link(regex("code: ([0-9]+)")));
    assert_eq!(
        outcome(&message, vec![link]),
        "refused: the regex of rule `link` finds a value, but it is not an absolute http or https URL"
    );
}

#[test]
fn a_link_is_the_exact_href() {
    let body = "[Sign in](https://acme.example/magic/a'b?x=1&y=2)\n[Help](https://acme.example/help)";
    let link = Rule::new("link", Action::Link(regex(r"(?<link>https://acme\.example/magic/\S+)")));
    assert_eq!(
        outcome(&mail("a@acme.example", "x", body), vec![link]),
        "https://acme.example/magic/a%27b?x=1&y=2/bob@example.com/link"
    );
}

#[test]
fn ignore_ends_the_matter() {
    let mut ignore = Rule::new("news", Action::Ignore);
    ignore.subject = Some(regex("(?i)newsletter"));
    let rules = vec![ignore, code("all", "([0-9]{6})")];
    let message = mail("a@b.example", "Newsletter 7", "123456");
    assert_eq!(outcome(&message, rules.clone()), "ignored by news");
    assert_eq!(outcome(&acme(), rules), "482913/bob@example.com/all");
}

#[test]
fn the_body_is_forwarded_without_its_hidden_lines() {
    let message = mail("a@b.example", "x", "~ preheader\nHello\nWorld");
    let rules = vec![Rule::new("body", Action::ForwardBody)];
    assert_eq!(outcome(&message, rules.clone()), "Hello\nWorld/bob@example.com/body");
    let blank = mail("a@b.example", "x", " ");
    assert_eq!(outcome(&blank, rules), "refused: `forward = \"body\"`, but the mail has no readable text");
}

#[test]
fn a_body_too_long_for_skyvern_is_cut() {
    let message = mail("a@b.example", "x", &"ж".repeat(70_000));
    let Outcome::Found(found) = extract(&message, &policy(vec![Rule::new("body", Action::ForwardBody)])) else {
        panic!("nothing found")
    };
    assert_eq!(found.value.expose().chars().count(), 65_536);
    assert_eq!(found.reason, "rule `body` forwards the text of part 1, cut to what Skyvern takes");
}

#[test]
fn templates_take_the_groups_of_every_regex_of_the_rule() {
    let mut rule = code("acme", "code is (?<code>[0-9]+)");
    rule.subject = Some(regex("(?<site>Acme|Beta)"));
    rule.identifier = Some(Template::parse("{match.site}-{recipient.local}-{from.domain}-{inbox}").unwrap());
    rule.task_id = Some(Template::parse("tsk_{match.code}").unwrap());
    let message = mail("a@mail.acme.example", "Acme sign-in", "Your code is 482913");
    let Outcome::Found(found) = extract(&message, &policy(vec![rule])) else { panic!("nothing found") };
    assert_eq!(found.identifier.as_str(), "Acme-bob-mail.acme.example-agents");
    assert_eq!(found.scope.task_id.as_deref(), Some("tsk_482913"));
}

#[test]
fn the_inboxes_scope_holds_where_a_rule_has_none_of_its_own_key_by_key() {
    let template = |text: &str| Some(Template::parse(text).unwrap());
    let scope = |policy: &Policy, mail: &Message| match extract(mail, policy) {
        Outcome::Found(found) => {
            [found.scope.task_id, found.scope.workflow_id, found.scope.workflow_run_id].map(Option::unwrap_or_default)
        }
        other => panic!("{other:?}"),
    };
    let inbox = |rules| Policy {
        task_id: template("tsk_{recipient.local}"),
        workflow_run_id: template("wr_{inbox}"),
        detect: true,
        ..policy(rules)
    };
    let mut rule = code("acme", "code is (?<code>[0-9]+)");
    assert_eq!(scope(&inbox(vec![]), &acme()), ["tsk_bob", "", "wr_agents"], "built-in detection");
    assert_eq!(scope(&inbox(vec![rule.clone()]), &acme()), ["tsk_bob", "", "wr_agents"]);
    rule.task_id = template("tsk_{match.code}");
    rule.workflow_id = template("w_1");
    assert_eq!(scope(&inbox(vec![rule.clone()]), &acme()), ["tsk_482913", "w_1", "wr_agents"]);
    assert_eq!(scope(&policy(vec![rule]), &acme()), ["tsk_482913", "w_1", ""]);
}

#[test]
fn a_scope_of_the_inbox_without_its_value_is_a_refusal() {
    let policy =
        Policy { detect: true, task_id: Some(Template::parse("tsk_{recipient.tag}").unwrap()), ..policy(vec![]) };
    let Outcome::Refused { rule: None, reason } = extract(&acme(), &policy) else { panic!("not refused") };
    assert_eq!(
        reason,
        "`task_id = \"tsk_{recipient.tag}\"` needs {recipient.tag}: the recipient's address has no +tag"
    );
}

#[test]
fn a_template_without_its_value_is_a_refusal() {
    let mut rule = code("acme", "([0-9]{6})");
    rule.identifier = Some(Template::parse("{recipient.tag}").unwrap());
    assert_eq!(
        outcome(&acme(), vec![rule.clone()]),
        "refused: `totp_identifier = \"{recipient.tag}\"` needs {recipient.tag}: the recipient's address has no +tag"
    );
    let mut message = acme();
    message.to = vec![address("Bob+Acme@Example.com")];
    assert_eq!(outcome(&message, vec![rule.clone()]), "482913/Acme/acme");
    rule.identifier = None;
    message.to = Vec::new();
    assert_eq!(
        outcome(&message, vec![rule]),
        "refused: `totp_identifier = \"{recipient}\"` needs {recipient}: no recipient can be told from this mail"
    );
}

#[test]
fn a_rules_ttl_wins() {
    let mut rule = code("acme", "([0-9]{6})");
    rule.ttl = Some(Duration::from_secs(42));
    let Outcome::Found(found) = extract(&acme(), &policy(vec![rule])) else { panic!("nothing found") };
    assert_eq!(found.ttl, Duration::from_secs(42));
}

#[test]
fn every_condition_is_explained() {
    let mut rule = code("acme", "([0-9]{6})");
    rule.from = Some(regex("@beta"));
    rule.subject = Some(regex("sign-in"));
    let explained = explain(&acme(), &policy(vec![rule]));
    let conditions: Vec<(String, bool, String)> = explained.rules[0]
        .conditions
        .iter()
        .map(|condition| (condition.condition.clone(), condition.matched, condition.why.clone()))
        .collect();
    assert_eq!(
        conditions,
        [
            ("from".into(), false, "does not match “no-reply@acme.example”".into()),
            ("subject".into(), true, "matches “sign-in”".into())
        ]
    );
}

#[test]
fn a_hidden_text_fulfils_no_body_condition() {
    let mut rule = code("acme", "([0-9]{6})");
    rule.body = Some(regex("secret word"));
    assert_eq!(outcome(&mail("a@b.example", "x", "~ secret word\n123456"), vec![rule.clone()]), "nothing");
    assert_eq!(
        outcome(&mail("a@b.example", "x", "~ secret word\nsecret word 123456"), vec![rule]),
        "123456/bob@example.com/acme"
    );
}

#[test]
fn a_forwarded_mail_is_known_by_its_original_sender_and_subject() {
    let mut rule = code("acme", "([0-9]{6})");
    rule.from = Some(regex(r"@acme\.example$"));
    rule.subject = Some(regex("^Your code$"));
    let mut message = mail("bob@home.example", "Fwd: Your code", "123456");
    assert_eq!(outcome(&message, vec![rule.clone()]), "nothing");
    message.forwarded = Some(crate::mail::Forwarded {
        from: Some(address("no-reply@acme.example")),
        to: vec![],
        subject: Some("Your code".into()),
    });
    assert_eq!(outcome(&message, vec![rule]), "123456/bob@example.com/acme");
}

#[test]
fn a_hundred_rules_do_what_one_by_one_would_do() {
    let rules: Vec<Rule> = (0..100)
        .map(|n| {
            let mut rule = code(&format!("r{n}"), &format!("(?i)service {n} code: ([0-9]+)"));
            rule.from = Some(regex(&format!(r"@s{n}\.example$")));
            rule
        })
        .collect();
    let message = mail("x@s77.example", "x", "Service 77 CODE: 4821");
    assert_eq!(outcome(&message, rules.clone()), "4821/bob@example.com/r77");
    assert_eq!(outcome(&mail("x@s77.example", "x", "service 777 code: 4821"), rules), "nothing");
}

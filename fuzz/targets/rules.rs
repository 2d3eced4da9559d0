//! A regex of the operator's in a rule, and a mail that it is tried on: the first line of the input, then the rest. What the
//! prefilter rules out must not match.
#![no_main]

use libfuzzer_sys::fuzz_target;
use otp_relay_fuzz::extract::policy::{Action, Policy, Rule, RuleSet};
use otp_relay_fuzz::extract::{Template, extract, explain};
use otp_relay_fuzz::mail::Message;
use regex::RegexBuilder;

fuzz_target!(|input: &[u8]| {
    let mut halves = input.splitn(2, |byte| *byte == b'\n');
    let (Some(pattern), Some(mail)) = (halves.next(), halves.next()) else { return };
    let Ok(pattern) = std::str::from_utf8(pattern) else { return };
    let _ = Template::parse(pattern);
    let Ok(regex) = RegexBuilder::new(pattern).size_limit(1 << 18).build() else { return };
    let mut condition = Rule::new("condition", Action::Ignore);
    condition.subject = Some(regex.clone());
    let rules = vec![condition, Rule::new("code", Action::Code(regex.clone())), Rule::new("link", Action::Link(regex))];
    let policy = Policy { rules: RuleSet::new(rules), detect: false, ..Policy::default() };
    let message = Message::parse(mail);
    // The explanation tries every rule, without the prefilter.
    assert_eq!(extract(&message, &policy), explain(&message, &policy).outcome);
});

//! What the operator wants of an inbox's mail, compiled: rules, templates, lifetimes. `config` builds it from TOML.

use std::time::Duration;

use regex::Regex;

use super::template::Template;
pub use crate::mail::recipient::RecipientSource;

/// Everything that decides what is made of a mail of one inbox.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The inbox's name, for `{inbox}`.
    pub inbox: String,
    /// The account's login name: the inbox's own address (recognises forwards) and the last resort for `{recipient}`.
    /// Empty when unknown (`explain` without a configuration).
    pub username: String,
    /// In the order in which they are tried: the inbox's own, then the global ones. The first that matches wins.
    pub rules: RuleSet,
    /// Built-in detection for mail that no rule matches.
    pub detect: bool,
    /// The inbox's `totp_identifier`.
    pub identifier: Template,
    pub ttl: Duration,
    /// "Expires in one hour" in a mail never lengthens a lifetime beyond this.
    pub max_ttl: Duration,
    /// Where the recipient is looked for, in order.
    pub recipient_order: Vec<RecipientSource>,
    /// Which wins when a mail holds both.
    pub prefer: Prefer,
}

/// An ordered set of rules with what makes a thousand of them cheap (prefilters; built once).
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
}

impl RuleSet {
    pub fn new(rules: Vec<Rule>) -> Self {
        Self { rules }
    }
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

/// One `[[inbox.rule]]` or `[[rule]]`. All conditions that are set must match.
#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    pub from: Option<Regex>,
    pub to: Option<Regex>,
    pub subject: Option<Regex>,
    pub body: Option<Regex>,
    /// Header name and the regex its value (any one, where it repeats) must match.
    pub headers: Vec<(String, Regex)>,
    pub action: Action,
    /// `None`: the inbox's.
    pub identifier: Option<Template>,
    pub ttl: Option<Duration>,
    pub prefer: Option<Prefer>,
    pub task_id: Option<Template>,
    pub workflow_id: Option<Template>,
    pub workflow_run_id: Option<Template>,
}

/// What a rule does with a mail that its conditions match.
#[derive(Clone, Debug)]
pub enum Action {
    /// Take the named group `code`, else group 1, else the whole match.
    Code(Regex),
    /// Take the named group `link`, else group 1, else the whole match.
    Link(Regex),
    /// Send the plain text; Skyvern's language model extracts (billed there).
    ForwardBody,
    /// Never forward.
    Ignore,
    /// Conditions only: built-in detection finds the value, this rule's identifier and ttl apply.
    Detect,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefer {
    #[default]
    Code,
    Link,
}

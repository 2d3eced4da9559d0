//! What the operator wants of an inbox's mail, compiled: rules, templates, lifetimes. `config` builds it from TOML.

use std::sync::Arc;
use std::time::Duration;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::prefilter::{self, Need, Prefilter};
use super::template::{Field, Template};
use super::value::Identifier;
pub use crate::mail::recipient::RecipientSource;
pub use crate::mail::sender::{Requirement, SenderTrust};

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
    /// Who alone may see the codes, for rules without their own and for built-in detection.
    pub task_id: Option<Template>,
    pub workflow_id: Option<Template>,
    pub workflow_run_id: Option<Template>,
    pub ttl: Duration,
    /// "Expires in one hour" in a mail never lengthens a lifetime beyond this.
    pub max_ttl: Duration,
    /// Where the recipient is looked for, in order.
    pub recipient_order: Vec<RecipientSource>,
    /// Which wins when a mail holds both.
    pub prefer: Prefer,
    /// How what is found reaches Skyvern.
    pub deliver: Deliver,
    /// What has to hold of the sender of every mail that anything is taken from.
    pub require: Option<Requirement>,
    /// Who may vouch for senders.
    pub trust: SenderTrust,
}

impl Policy {
    /// Whether a mail of this inbox may become something that is asked for under `identifier`.
    pub fn may_offer(&self, identifier: &Identifier) -> bool {
        let may = |deliver: Deliver, template: &Template| {
            deliver.offers() && template.may_give(&self.inbox, identifier.as_str())
        };
        may(self.deliver, &self.identifier)
            || self.rules.rules().iter().any(|rule| {
                may(rule.deliver.unwrap_or(self.deliver), rule.identifier.as_ref().unwrap_or(&self.identifier))
            })
    }

    /// Whether a mail of this inbox may become something that is sent.
    pub fn may_push(&self) -> bool {
        self.deliver.pushes() || self.rules.rules().iter().any(|rule| rule.deliver.is_some_and(Deliver::pushes))
    }
}

impl Default for Policy {
    /// Built-in detection alone, with the recipient as identifier: what `explain` uses without a configuration.
    fn default() -> Self {
        Self {
            inbox: String::new(),
            username: String::new(),
            rules: RuleSet::default(),
            detect: true,
            identifier: Template::of(Field::Recipient),
            task_id: None,
            workflow_id: None,
            workflow_run_id: None,
            ttl: Duration::from_secs(600),
            max_ttl: Duration::from_secs(3600),
            recipient_order: RecipientSource::DEFAULT.to_vec(),
            prefer: Prefer::Code,
            deliver: Deliver::Push,
            require: None,
            trust: SenderTrust::default(),
        }
    }
}

/// An ordered set of rules with what makes a thousand of them cheap (prefilters; built once). Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    inner: Arc<Compiled>,
}

#[derive(Debug, Default)]
struct Compiled {
    rules: Vec<Rule>,
    needs: Vec<Needs>,
    prefilter: Prefilter,
}

/// What a mail must hold for a rule to match, by the place where it must stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    pub(super) from: Need,
    pub(super) to: Need,
    pub(super) subject: Need,
    pub(super) body: Need,
    pub(super) value: Need,
}

/// Fewer rules are as quick without a prefilter: their regexes look for such pieces by themselves.
const MANY: usize = 4;

impl RuleSet {
    /// Regexes must come from [`Regex::new`]: flags inside the pattern are seen by the prefilter, those of a
    /// `RegexBuilder` are not.
    pub fn new(rules: Vec<Rule>) -> Self {
        if rules.len() < MANY {
            let needs = vec![Needs::default(); rules.len()];
            return Self { inner: Arc::new(Compiled { rules, needs, prefilter: Prefilter::default() }) };
        }
        let mut pieces = prefilter::Builder::default();
        let needs = rules
            .iter()
            .map(|rule| {
                let mut need = |regex: Option<&Regex>| regex.map(|regex| pieces.need(regex)).unwrap_or_default();
                Needs {
                    from: need(rule.from.as_ref()),
                    to: need(rule.to.as_ref()),
                    subject: need(rule.subject.as_ref()),
                    body: need(rule.body.as_ref()),
                    value: need(rule.action.regex()),
                }
            })
            .collect();
        Self { inner: Arc::new(Compiled { rules, needs, prefilter: pieces.build() }) }
    }

    /// In the order in which they are tried.
    pub fn rules(&self) -> &[Rule] {
        &self.inner.rules
    }

    pub(super) fn with_needs(&self) -> impl Iterator<Item = (&Rule, &Needs)> {
        self.inner.rules.iter().zip(&self.inner.needs)
    }

    pub(super) fn prefilter(&self) -> &Prefilter {
        &self.inner.prefilter
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
    pub deliver: Option<Deliver>,
    /// What has to hold of the sender, instead of the inbox's.
    pub require: Option<Requirement>,
    /// `None`: the inbox's; so with the two below.
    pub task_id: Option<Template>,
    pub workflow_id: Option<Template>,
    pub workflow_run_id: Option<Template>,
}

/// What a rule does with a mail that its conditions match.
#[derive(Clone, Debug)]
pub enum Action {
    /// Take the named group `code`; without one the first group that took part; without groups the whole match.
    Code(Regex),
    /// Take the named group `link`; likewise.
    Link(Regex),
    /// Send the plain text; Skyvern's language model extracts (billed there).
    ForwardBody,
    /// Never forward.
    Ignore,
    /// Conditions only: built-in detection finds the value, this rule's identifier and ttl apply.
    Detect,
}

impl Rule {
    /// A rule without conditions: it matches every mail.
    pub fn new(name: impl Into<String>, action: Action) -> Self {
        Self {
            name: name.into(),
            from: None,
            to: None,
            subject: None,
            body: None,
            headers: Vec::new(),
            action,
            identifier: None,
            ttl: None,
            prefer: None,
            deliver: None,
            require: None,
            task_id: None,
            workflow_id: None,
            workflow_run_id: None,
        }
    }
}

impl Action {
    /// The regex that finds the value, where the operator wrote one.
    pub fn regex(&self) -> Option<&Regex> {
        match self {
            Self::Code(regex) | Self::Link(regex) => Some(regex),
            Self::ForwardBody | Self::Ignore | Self::Detect => None,
        }
    }
}

/// Which wins when a mail holds both a code and a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefer {
    #[default]
    Code,
    Link,
}

/// How a value reaches Skyvern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deliver {
    /// It is sent there, at once.
    #[default]
    Push,
    /// It waits until Skyvern asks.
    Pull,
    /// It is sent, and given to whoever asks.
    Both,
}

impl Deliver {
    /// Whether it is sent.
    pub fn pushes(self) -> bool {
        self != Self::Pull
    }

    /// Whether a run can ask for it.
    pub fn offers(self) -> bool {
        self != Self::Push
    }
}

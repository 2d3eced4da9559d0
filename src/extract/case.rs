//! One mail under one policy: what rules, templates and detection may ask, computed when first asked.

use std::cell::{OnceCell, RefCell};

use super::policy::{Action, Policy, Requirement, Rule};
use super::template::{Field, Template};
use super::value::{Identifier, Scope};
use crate::mail::recipient::{self, RecipientSource, RecipientTrace, resolve_recipient};
use crate::mail::{Address, Line, Message, SenderStatus, SenderVerdict, Text, Verification, verify_sender};

/// The mail, the policy, and what both together answer.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) message: &'a Message,
    pub(super) policy: &'a Policy,
    /// What came of verifying the mail's signatures, once somebody has.
    verification: Option<&'a Verification>,
    recipient: OnceCell<Option<(Address, RecipientSource)>>,
    /// The sender as it was judged last.
    judged: RefCell<Option<(Requirement, SenderVerdict)>>,
}

/// Named groups of the rule that matched, for `{match.NAME}`.
pub(super) type Groups = Vec<(String, String)>;

impl<'a> Case<'a> {
    pub(super) fn new(message: &'a Message, policy: &'a Policy, verification: Option<&'a Verification>) -> Self {
        Self { message, policy, verification, recipient: OnceCell::new(), judged: RefCell::new(None) }
    }

    /// What has to hold of the sender before `rule`, or built-in detection, may take anything. What is ignored needs no
    /// sender.
    pub(super) fn requirement(&self, rule: Option<&Rule>) -> Option<Requirement> {
        match rule {
            Some(Rule { action: Action::Ignore, .. }) => None,
            Some(rule) => rule.require.or(self.policy.require),
            None => self.policy.require,
        }
    }

    /// Whether the sender is known well enough for `rule`. The error is for a person.
    pub(super) fn vouch(&self, rule: Option<&Rule>) -> Result<(), String> {
        let Some(require) = self.requirement(rule) else { return Ok(()) };
        let mut judged = self.judged.borrow_mut();
        let verdict = match judged.take() {
            Some((known, verdict)) if known == require => verdict,
            _ => verify_sender(self.message, require, &self.policy.trust, self.verification),
        };
        let (_, verdict) = judged.insert((require, verdict));
        let reason = &verdict.reason;
        match verdict.status {
            _ if verdict.is_accepted() => Ok(()),
            SenderStatus::Unknown => Err(format!("the sender could not be verified: {reason}")),
            _ => Err(format!("the sender is not verified: {reason}")),
        }
    }

    /// The sender as it was judged last, if that was needed.
    pub(super) fn judged(&self) -> Option<(Requirement, SenderVerdict)> {
        self.judged.borrow().clone()
    }

    fn recipient(&self) -> Option<&(Address, RecipientSource)> {
        let Policy { username, recipient_order, .. } = self.policy;
        self.recipient.get_or_init(|| recipient::recipient(self.message, username, recipient_order)).as_ref()
    }

    /// How the recipient was found out.
    pub(super) fn trace_recipient(&self) -> RecipientTrace {
        resolve_recipient(self.message, &self.policy.username, &self.policy.recipient_order)
    }

    /// The address that `{recipient}` stands for.
    fn address(&self) -> Option<&str> {
        self.recipient().map(|(address, _)| address.address.as_str())
    }

    /// Who wrote the mail; for a forwarded one also who wrote the original.
    pub(super) fn senders(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let original = self.message.forwarded.as_ref().and_then(|forwarded| forwarded.from.as_ref());
        self.message.from.iter().chain(original).map(|from| from.address.as_str())
    }

    /// The resolved recipient and all To and Cc addresses.
    pub(super) fn recipients(&self) -> impl Iterator<Item = &str> {
        let headers = self.message.to.iter().chain(&self.message.cc).map(|to| to.address.as_str());
        self.address().into_iter().chain(headers)
    }

    /// The subject; for a forwarded mail also the original's.
    pub(super) fn subjects(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let original = self.message.forwarded.as_ref().and_then(|forwarded| forwarded.subject.as_deref());
        std::iter::once(self.message.subject.as_str()).chain(original)
    }

    /// Fills the identifier and the scope of `rule` (the inbox's where it has none, key by key). The error is for a person.
    pub(super) fn address_to(&self, rule: Option<&Rule>, groups: &Groups) -> Result<(Identifier, Scope), String> {
        let template = rule.and_then(|rule| rule.identifier.as_ref()).unwrap_or(&self.policy.identifier);
        let text = self.fill("totp_identifier", template, groups)?;
        let identifier =
            Identifier::new(&text).map_err(|why| format!("the identifier `{template}` can't be used: {why}"))?;
        let fill = |key, own: Option<&Option<Template>>, inherited: &Option<Template>| {
            let template = own.and_then(Option::as_ref).or(inherited.as_ref());
            template.map(|template| self.fill(key, template, groups)).transpose()
        };
        let policy = self.policy;
        let scope = Scope {
            task_id: fill("task_id", rule.map(|rule| &rule.task_id), &policy.task_id)?,
            workflow_id: fill("workflow_id", rule.map(|rule| &rule.workflow_id), &policy.workflow_id)?,
            workflow_run_id: fill("workflow_run_id", rule.map(|rule| &rule.workflow_run_id), &policy.workflow_run_id)?,
        };
        Ok((identifier, scope))
    }

    fn fill(&self, key: &str, template: &Template, groups: &Groups) -> Result<String, String> {
        template.render(|field| self.lookup(field, groups)).map_err(|field| {
            format!("`{key} = \"{template}\"` needs {{{}}}: {}", field.name(), self.why_missing(&field))
        })
    }

    fn lookup(&self, field: &Field, groups: &Groups) -> Option<String> {
        let recipient = || self.address();
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
        let from = || self.sender();
        match field {
            Field::Recipient => recipient().map(str::to_owned),
            Field::RecipientLocal => recipient().map(|address| split_local(address).0.to_owned()),
            Field::RecipientTag => recipient().and_then(|address| split_local(address).1).map(str::to_owned),
            Field::RecipientDomain => recipient().and_then(domain),
            Field::From => from().map(str::to_owned),
            Field::FromDomain => from().and_then(domain),
            Field::Inbox => Some(self.policy.inbox.clone()),
            Field::Match(name) => groups.iter().find(|(group, _)| group == name).map(|(_, value)| value.clone()),
        }
    }

    /// What `{from}` stands for: where the recipient is that of a forwarded original, so is the sender.
    fn sender(&self) -> Option<&str> {
        match self.recipient() {
            Some((_, RecipientSource::Forwarded)) => self.senders().last(),
            _ => self.senders().next(),
        }
    }

    fn why_missing(&self, field: &Field) -> &'static str {
        match field {
            Field::Recipient | Field::RecipientLocal | Field::RecipientDomain if self.address().is_none() => {
                "no recipient can be told from this mail"
            }
            Field::Recipient | Field::RecipientLocal | Field::RecipientDomain => "the recipient's address lacks it",
            Field::RecipientTag => "the recipient's address has no +tag",
            Field::From | Field::FromDomain => "the mail has no usable From address",
            Field::Inbox => "the inbox has no name",
            Field::Match(_) => "no regex of the rule has matched a group of that name",
        }
    }
}

/// `local+tag` of an address: the part before its first plus, and what follows.
fn split_local(address: &str) -> (&str, Option<&str>) {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    match local.split_once('+') {
        Some((name, tag)) if !name.is_empty() => (name, Some(tag)),
        _ => (local, None),
    }
}

/// How much a place in a text counts: what its sender wrote and shows comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Visible,
    Quoted,
    Hidden,
}

/// The line of `text` that holds byte `at`.
pub(super) fn line_at(text: &Text, at: usize) -> Option<&Line> {
    let index = text.lines.partition_point(|line| line.range.end < at);
    text.lines.get(index).filter(|line| line.range.start <= at)
}

/// The standing of byte `at`; text of which no line tells is taken as visible.
pub(super) fn standing_at(text: &Text, at: usize) -> Standing {
    match line_at(text, at) {
        Some(line) if line.hidden => Standing::Hidden,
        Some(line) if line.quote_depth > 0 => Standing::Quoted,
        _ => Standing::Visible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_what_follows_the_first_plus() {
        assert_eq!(split_local("bob+acme+x@example.com"), ("bob", Some("acme+x")));
        assert_eq!(split_local("bob@example.com"), ("bob", None));
        assert_eq!(split_local("+bob@example.com"), ("+bob", None));
    }
}

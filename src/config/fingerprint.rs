//! Knows whether an inbox changed, so that a reload leaves the others alone.

use std::hash::{DefaultHasher, Hash, Hasher};

use regex::Regex;

use super::{Inbox, Watch};
use crate::extract::policy::{Action, Policy, Rule};
use crate::extract::template::Template;

/// A hash of everything that the operator wrote for the inbox: settings, secrets' sources, its rules and the global ones.
/// Meaningful within one process.
pub(super) fn fingerprint(inbox: &Inbox) -> u64 {
    // Taken apart without `..`, so that a new field can't be forgotten.
    let Inbox { name, account, mailboxes, watch, policy, fingerprint: _ } = inbox;
    let Watch { idle, idle_timeout, poll_interval, canary, first_fetch, max_message_size } = watch;
    let mut hash = DefaultHasher::new();
    (name, account, mailboxes).hash(&mut hash);
    (idle, idle_timeout, poll_interval, canary, first_fetch, max_message_size).hash(&mut hash);
    hash_policy(policy, &mut hash);
    hash.finish()
}

fn hash_policy(policy: &Policy, hash: &mut impl Hasher) {
    let Policy {
        inbox,
        username,
        rules,
        detect,
        identifier,
        task_id,
        workflow_id,
        workflow_run_id,
        ttl,
        max_ttl,
        recipient_order,
        prefer,
        deliver,
        require,
        trust,
    } = policy;
    (inbox, username, detect, template(identifier), ttl, max_ttl, recipient_order, *prefer as u8, *deliver as u8)
        .hash(hash);
    [task_id, workflow_id, workflow_run_id].map(|it| it.as_ref().map(template)).hash(hash);
    (require, trust).hash(hash);
    rules.rules().len().hash(hash);
    for rule in rules.rules() {
        hash_rule(rule, hash);
    }
}

fn hash_rule(rule: &Rule, hash: &mut impl Hasher) {
    let Rule {
        name,
        from,
        to,
        subject,
        body,
        headers,
        action,
        identifier,
        ttl,
        prefer,
        deliver,
        require,
        task_id,
        workflow_id,
        workflow_run_id,
    } = rule;
    name.hash(hash);
    [from, to, subject, body].map(|condition| condition.as_ref().map(Regex::as_str)).hash(hash);
    headers.len().hash(hash);
    for (header, regex) in headers {
        (header, regex.as_str()).hash(hash);
    }
    match action {
        Action::Code(regex) => (0u8, regex.as_str()).hash(hash),
        Action::Link(regex) => (1u8, regex.as_str()).hash(hash),
        Action::ForwardBody => 2u8.hash(hash),
        Action::Ignore => 3u8.hash(hash),
        Action::Detect => 4u8.hash(hash),
    }
    [identifier, task_id, workflow_id, workflow_run_id].map(|it| it.as_ref().map(template)).hash(hash);
    (ttl, prefer.map(|prefer| prefer as u8), deliver.map(|deliver| deliver as u8), require).hash(hash);
}

fn template(template: &Template) -> String {
    format!("{template:?}")
}

//! Inboxes: each one's own settings, and what they must not have in common.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::super::diagnostic::Problem;
use super::super::file::{File, InboxTable};
use super::super::fingerprint::fingerprint;
use super::super::reader::{At, Key};
use super::super::units::{duration_text, size_text};
use super::super::values::TemplateText;
use super::super::{Account, Auth, Inbox, Watch};
use super::rules::{Ruled, template};
use super::{Checker, duration, flag};
use crate::extract::policy::{Deliver, Policy, Prefer, RecipientSource, Rule, RuleSet};
use crate::extract::template::{Field, Template};

const IDENTIFIER: &str = "{recipient}";
const TTL: Duration = Duration::from_secs(10 * 60);
const MAX_TTL: Duration = Duration::from_secs(60 * 60);
const IDLE_TIMEOUT: Duration = Duration::from_secs(5 * 60);
const POLL_INTERVAL: Duration = Duration::from_secs(10);
const FIRST_FETCH: u32 = 256 << 10;
const MAX_MESSAGE_SIZE: u32 = 2 << 20;

/// RFC 2177: a client should end IDLE at least every 29 minutes, or be logged out.
const LONGEST_IDLE: Duration = Duration::from_secs(29 * 60);
/// A lifetime beyond this is a slip of the pen.
const LONGEST_TTL: Duration = Duration::from_secs(30 * 86_400);

/// Servers count what is written to them.
const SHORTEST_CANARY: Duration = Duration::from_secs(60);

/// The lifetimes that rules must keep to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetimes {
    pub(super) ttl: Duration,
    pub(super) max_ttl: Duration,
}

/// Whether there is something to do without any mail. What was refused there is told there.
fn serves_authenticators(file: &File) -> bool {
    !file.listen.is_absent() && !file.authenticator.value().is_none_or(Vec::is_empty)
}

impl Checker<'_> {
    /// Those that are enabled, in the order of the file.
    pub(super) fn inboxes(&mut self, file: &File) -> Vec<Arc<Inbox>> {
        let tables = file.inbox.value().map(Vec::as_slice).unwrap_or_default();
        let serves = serves_authenticators(file);
        if !serves && (file.inbox.is_absent() || (tables.is_empty() && file.inbox.given().is_some())) {
            let has_authenticators = file.authenticator.value().is_some_and(|all| !all.is_empty());
            self.push(Problem::missing("there is no [[inbox]]: no mail is watched").help(if has_authenticators {
                "write [listen] to serve [[authenticator]] alone, or [[inbox]] for mail"
            } else {
                "write [[inbox]] with name, host (or provider), username and password"
            }));
        }
        self.names(tables);
        let global = self.rules(file.rule.value().map(Vec::as_slice).unwrap_or_default(), &[]);
        // Compiled once for all inboxes that have no rules of their own.
        let shared = RuleSet::new(compiled(&global));
        let mut inboxes = Vec::new();
        let mut enabled = false;
        for table in tables {
            let inbox = self.inbox(table, &global, &shared);
            if flag(&table.value.enabled, true) {
                enabled = true;
                inboxes.extend(inbox.map(|inbox| (inbox, table)));
            }
        }
        if !tables.is_empty() && !enabled && !serves {
            self.push(Problem::missing("every [[inbox]] has enabled = false: no mail is watched"));
        }
        self.shared_accounts(&inboxes);
        inboxes.into_iter().map(|(inbox, _)| Arc::new(inbox)).collect()
    }

    fn names(&mut self, tables: &[At<InboxTable>]) {
        let mut seen: Vec<&str> = Vec::new();
        for At { value: table, span: header } in tables {
            if table.name.is_absent() {
                self.push(
                    Problem::shape(header, "this inbox lacks `name`")
                        .help("write name = \"agents\", for logs and history"),
                );
            }
            let Some(At { value: name, span }) = table.name.given() else { continue };
            if name.is_empty() {
                self.push(Problem::at(span, "`name` is empty"));
            } else if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b)) {
                let fixed: String = name
                    .to_ascii_lowercase()
                    .chars()
                    .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' })
                    .collect();
                self.push(
                    Problem::at(span, "an inbox's name has only lower-case letters, digits, `.`, `_` and `-`")
                        .help(format!("write name = \"{fixed}\"")),
                );
            } else if name.len() > 64 {
                self.push(Problem::at(span, "an inbox's name has at most 64 characters"));
            }
            if seen.contains(&name.as_str()) {
                self.push(
                    Problem::at(span, format!("two inboxes are named `{name}`"))
                        .help("give each a name of its own: the store knows them by it"),
                );
            }
            seen.push(name);
        }
    }

    fn inbox(
        &mut self,
        At { value: table, span: header }: &At<InboxTable>,
        global: &[Ruled],
        shared: &RuleSet,
    ) -> Option<Inbox> {
        let account = self.account(table, header);
        let mailboxes = self.mailboxes(table);
        let watch = self.watch(table);
        let lifetimes = self.lifetimes(table);
        let own = self.rules(table.rule.value().map(Vec::as_slice).unwrap_or_default(), global);
        let name = table.name.value().cloned();
        self.rule_lifetimes(own.iter().chain(global), name.as_deref().unwrap_or_default(), lifetimes);
        let detect = flag(&table.detect, true);
        if let Some(template) = table.totp_identifier.given() {
            self.inherited_template(template, own.iter().chain(global), detect);
        }
        self.scope(table);
        let deliver = table.deliver.value().map_or(Deliver::Push, |deliver| deliver.0);
        self.rule_delivery(own.iter().chain(global), name.as_deref().unwrap_or_default(), deliver);
        if let Some(At { span, .. }) = table.workflow_id.given() {
            self.inherited_workflow(span, own.iter().chain(global), deliver);
        }
        let required = own.iter().chain(global).filter_map(|rule| rule.require.as_ref());
        let (require, trust) = self.sender(table, name.as_deref().unwrap_or_default(), required);
        let recipient_order = self.recipient_order(table);
        let policy = Policy {
            inbox: name.clone()?,
            username: account.as_ref()?.username.clone(),
            rules: if own.is_empty() { shared.clone() } else { RuleSet::new(compiled(own.iter().chain(global))) },
            detect,
            identifier: identifier(&table.totp_identifier)?,
            task_id: template(&table.task_id),
            workflow_id: template(&table.workflow_id),
            workflow_run_id: template(&table.workflow_run_id),
            ttl: lifetimes.ttl,
            max_ttl: lifetimes.max_ttl,
            recipient_order,
            prefer: table.prefer.value().map_or(Prefer::Code, |prefer| prefer.0),
            deliver,
            require,
            trust,
        };
        let mut inbox = Inbox { name: name?, account: account?, mailboxes, watch, policy, fingerprint: 0 };
        inbox.fingerprint = fingerprint(&inbox);
        Some(inbox)
    }

    /// The ids that rules inherit. Built-in detection has no groups, and which rules would be meant is not said: unlike
    /// an identifier these can be left out of the inbox and written in the rules that have the group.
    fn scope(&mut self, table: &InboxTable) {
        let keys = [
            ("task_id", &table.task_id),
            ("workflow_id", &table.workflow_id),
            ("workflow_run_id", &table.workflow_run_id),
        ];
        for (key, template) in keys {
            let Some(template) = template.given() else { continue };
            let group = template.value.template.fields().find_map(|field| match field {
                Field::Match(name) => Some(name),
                _ => None,
            });
            if let Some(name) = group {
                self.push(
                    Problem::at(
                        &template.span,
                        format!("`{{match.{name}}}` can't stand in the `{key}` of an inbox: only rules have groups"),
                    )
                    .help(format!("write {key} in the rules that have the group")),
                );
            }
        }
        if let Some(template) = table.workflow_id.given() {
            self.workflow_id(template);
        }
    }

    fn mailboxes(&mut self, table: &InboxTable) -> Vec<String> {
        let Some(At { value: given, span }) = table.mailboxes.given() else { return vec!["INBOX".to_owned()] };
        if given.is_empty() {
            self.push(
                Problem::at(span, "`mailboxes` is empty: nothing is watched").help("write mailboxes = [\"INBOX\"]"),
            );
        }
        let mut mailboxes: Vec<String> = Vec::new();
        for At { value: name, span } in given {
            // RFC 3501 section 5.1: INBOX means the same in any case.
            let name = if name.eq_ignore_ascii_case("INBOX") { "INBOX".to_owned() } else { name.clone() };
            if name.is_empty() {
                self.push(Problem::at(span, "a mailbox has no name"));
            } else if name.contains(char::is_control) {
                self.push(Problem::at(span, "the name of a mailbox holds a control character"));
            } else if name.contains(['*', '%']) {
                self.push(Problem::at(span, "a mailbox is named exactly: `*` and `%` do not stand for others"));
            } else if mailboxes.contains(&name) {
                self.push(Problem::at(span, format!("the mailbox `{name}` stands twice")));
            }
            mailboxes.push(name);
        }
        mailboxes
    }

    fn watch(&mut self, table: &InboxTable) -> Watch {
        let first = table.first_fetch.value().map_or(FIRST_FETCH, |size| size.0);
        let most = table.max_message_size.value().map_or(MAX_MESSAGE_SIZE, |size| size.0);
        if first > most {
            let (span, message) = match (table.first_fetch.given(), table.max_message_size.given()) {
                (Some(given), _) => (
                    Some(&given.span),
                    format!("`first_fetch` is larger than `max_message_size` ({})", size_text(most.into())),
                ),
                (None, given) => (
                    given.map(|given| &given.span),
                    format!("`max_message_size` is smaller than `first_fetch` ({})", size_text(first.into())),
                ),
            };
            if let Some(span) = span {
                self.push(Problem::at(span, message));
            }
        }
        let idle_timeout = duration(&table.idle_timeout, IDLE_TIMEOUT);
        if let Some(given) = table.idle_timeout.given().filter(|_| idle_timeout > LONGEST_IDLE) {
            self.push(
                Problem::at(
                    &given.span,
                    "`idle_timeout` is longer than 29 minutes, after which servers hang up (RFC 2177)",
                )
                .help("write idle_timeout = \"5m\": it also is how long a dead connection goes unnoticed"),
            );
        }
        Watch {
            idle: flag(&table.idle, true),
            idle_timeout,
            poll_interval: duration(&table.poll_interval, POLL_INTERVAL),
            canary: self.canary(table),
            first_fetch: first,
            max_message_size: most,
        }
    }

    fn canary(&mut self, table: &InboxTable) -> Option<Duration> {
        let At { value: canary, span } = table.canary.given()?;
        if canary.0 < SHORTEST_CANARY {
            self.push(
                Problem::at(
                    span,
                    "`canary` is shorter than a minute: each probe is a message that is written and deleted",
                )
                .help("write canary = \"15m\""),
            );
        }
        Some(canary.0)
    }

    fn lifetimes(&mut self, table: &InboxTable) -> Lifetimes {
        let lifetimes = Lifetimes { ttl: duration(&table.ttl, TTL), max_ttl: duration(&table.max_ttl, MAX_TTL) };
        if let Some(given) = table.max_ttl.given().filter(|_| lifetimes.max_ttl > LONGEST_TTL) {
            self.push(Problem::at(&given.span, "`max_ttl` is longer than 30 days: no code lives that long"));
        }
        if lifetimes.ttl > lifetimes.max_ttl {
            let max = duration_text(lifetimes.max_ttl);
            let problem = match (table.ttl.given(), table.max_ttl.given()) {
                (Some(ttl), given) => {
                    let default = if given.is_some() { "" } else { ", the default" };
                    Problem::at(&ttl.span, format!("`ttl` is longer than `max_ttl` ({max}{default})"))
                        .help(format!("write max_ttl = \"{}\" or a shorter ttl", duration_text(lifetimes.ttl)))
                }
                (None, Some(given)) => {
                    let ttl = duration_text(lifetimes.ttl);
                    Problem::at(&given.span, format!("`max_ttl` is shorter than `ttl` ({ttl}, the default)"))
                        .help(format!("write ttl = \"{max}\" as well"))
                }
                (None, None) => return lifetimes,
            };
            self.push(problem);
        }
        lifetimes
    }

    fn recipient_order(&mut self, table: &InboxTable) -> Vec<RecipientSource> {
        let Some(At { value: given, span }) = table.recipient_order.given() else {
            return RecipientSource::DEFAULT.to_vec();
        };
        if given.is_empty() {
            self.push(
                Problem::at(span, "`recipient_order` is empty: no mail would have a recipient")
                    .help("leave it out for the default order"),
            );
        }
        let mut order = Vec::new();
        for At { value, span } in given {
            if order.contains(&value.0) {
                self.push(Problem::at(span, format!("`{}` stands twice", value.0.name())));
            }
            order.push(value.0);
        }
        order
    }

    /// Inboxes of one account share its connections and login limits, so they must agree on how it is reached; a mailbox
    /// that two inboxes watch would deliver each code twice.
    fn shared_accounts(&mut self, inboxes: &[(Inbox, &At<InboxTable>)]) {
        let name = |account: &Account| (account.host.clone(), account.port, account.username.clone());
        let mut accounts: HashMap<_, &Inbox> = HashMap::new();
        let mut watched: HashMap<_, &str> = HashMap::new();
        for (inbox, At { value: table, span: header }) in inboxes {
            let first = *accounts.entry(name(&inbox.account)).or_insert(inbox);
            for key in differing(&first.account, &inbox.account) {
                let span = match key {
                    "max_connections" => table.max_connections.given().map(|given| &given.span),
                    "password" => table.password.given().map(|given| &given.span),
                    "tls" => table.tls.given().map(|given| &given.span),
                    _ => None,
                };
                self.push(
                    Problem::at(
                        span.unwrap_or(header),
                        format!(
                            "the inboxes `{}` and `{}` are one account and share its connections, but differ in `{key}`",
                            first.name, inbox.name
                        ),
                    )
                    .help(format!("write the same `{key}` in both, or one inbox with all the mailboxes")),
                );
            }
            let spans = table.mailboxes.value().map(Vec::as_slice).unwrap_or_default();
            for (at, mailbox) in inbox.mailboxes.iter().enumerate() {
                let first = *watched.entry((name(&inbox.account), mailbox.clone())).or_insert(&inbox.name);
                if first != inbox.name {
                    let span = spans.get(at).map_or(header, |given| &given.span);
                    self.push(
                        Problem::at(
                            span,
                            format!(
                                "the mailbox `{mailbox}` of this account is watched by the inbox `{first}` already"
                            ),
                        )
                        .help("one inbox with several rules does what two inboxes would"),
                    );
                }
            }
        }
    }
}

fn compiled<'r>(rules: impl IntoIterator<Item = &'r Ruled>) -> Vec<Rule> {
    rules.into_iter().filter_map(|ruled| ruled.rule.clone()).collect()
}

/// The keys in which two inboxes of one account differ.
fn differing(a: &Account, b: &Account) -> Vec<&'static str> {
    // Taken apart without `..`, so that a new field can't be forgotten.
    let Account {
        host: _,
        port: _,
        username: _,
        tls,
        ca,
        pinned_sha256,
        auth,
        max_connections,
        connect_timeout,
        command_timeout,
    } = a;
    let auth_key =
        if matches!((auth, &b.auth), (Auth::Password(_), Auth::Password(_))) { "password" } else { "oauth2" };
    [
        ("tls", *tls == b.tls),
        ("ca", *ca == b.ca),
        ("pinned_sha256", *pinned_sha256 == b.pinned_sha256),
        (auth_key, *auth == b.auth),
        ("max_connections", *max_connections == b.max_connections),
        ("connect_timeout", *connect_timeout == b.connect_timeout),
        ("command_timeout", *command_timeout == b.command_timeout),
    ]
    .into_iter()
    .filter(|(_, same)| !same)
    .map(|(key, _)| key)
    .collect()
}

fn identifier(key: &Key<TemplateText>) -> Option<Template> {
    match key {
        Key::Absent => Template::parse(IDENTIFIER).ok(),
        Key::Refused => None,
        Key::Given(at) => Some(at.value.template.clone()),
    }
}

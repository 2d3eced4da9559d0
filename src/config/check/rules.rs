//! Rules: one action each, groups that templates can name, and none that could never fire.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use super::super::diagnostic::Problem;
use super::super::file::RuleTable;
use super::super::pattern::Pattern;
use super::super::reader::{At, Key, list};
use super::super::units::duration_text;
use super::super::values::TemplateText;
use super::Checker;
use super::inbox::Lifetimes;
use super::sender::required;
use crate::extract::policy::{Action, Deliver, Requirement, Rule};
use crate::extract::template::{Field, Template};

/// A rule and what other checks want to know of it.
#[derive(Debug)]
pub(super) struct Ruled {
    /// `None` where something in it is wrong.
    pub(super) rule: Option<Rule>,
    name: String,
    /// The named groups of all its regexes.
    groups: BTreeSet<String>,
    /// Whether it takes its identifier from the inbox.
    inherits_identifier: bool,
    ttl: Option<At<Duration>>,
    /// The rule's own, if it has one.
    deliver: Option<Deliver>,
    /// Where it names a workflow's version.
    workflow_id: Option<Range<usize>>,
    pub(super) require: Option<At<Requirement>>,
}

impl Checker<'_> {
    /// The rules of one list; names must also differ from those of `others`.
    pub(super) fn rules(&mut self, tables: &[At<RuleTable>], others: &[Ruled]) -> Vec<Ruled> {
        let mut rules: Vec<Ruled> = Vec::new();
        for (at, table) in tables.iter().enumerate() {
            let rule = self.rule(table);
            let name = table.value.name.given().filter(|name| !name.value.is_empty());
            if let Some(name) = name
                && rules.iter().chain(others).any(|other| other.name == name.value)
            {
                self.push(
                    Problem::at(&name.span, format!("two rules are named `{}`", name.value))
                        .help("give each a name of its own: logs and history know them by it"),
                );
            }
            let earlier = tables.iter().take(at).find(|earlier| shadows(&earlier.value, &table.value));
            if let Some(earlier) = earlier {
                self.unreachable(table, earlier);
            }
            rules.push(rule);
        }
        rules
    }

    fn unreachable(&mut self, At { value: table, span }: &At<RuleTable>, earlier: &At<RuleTable>) {
        let span = table.name.given().map_or(span, |name| &name.span);
        let name = earlier.value.name.value().map_or("the one above", String::as_str);
        let why = if no_conditions(&earlier.value) && earlier.value.forward.value().is_some() {
            format!("the rule `{name}` above has no conditions and takes every mail")
        } else {
            format!("the rule `{name}` above takes every mail that this one would")
        };
        self.push(
            Problem::shape(span, format!("this rule can never fire: {why}"))
                .help("rules are tried in order and the first that matches wins: put the narrower one first"),
        );
    }

    fn rule(&mut self, At { value: table, span: header }: &At<RuleTable>) -> Ruled {
        if table.name.is_absent() {
            self.push(
                Problem::shape(header, "this rule lacks `name`").help("write name = \"acme\", for logs and history"),
            );
        } else if let Some(name) = table.name.given().filter(|name| name.value.trim().is_empty()) {
            self.push(Problem::at(&name.span, "`name` is empty"));
        } else if let Some(name) = table.name.given().filter(|name| name.value.contains(char::is_control)) {
            self.push(Problem::at(&name.span, "`name` holds a control character"));
        }
        self.conditions(table);
        let action = self.action(table, header);
        self.patterns(table);
        let mut groups = BTreeSet::new();
        for pattern in all_patterns(table) {
            groups.extend(pattern.groups().map(str::to_owned));
        }
        for (key, template) in templates(table) {
            self.groups(template, &groups);
            if key == "workflow_id" {
                self.workflow_id(template);
            }
        }
        self.without_effect(table);
        Ruled {
            rule: action.map(|action| rule(table, action)),
            name: table.name.value().cloned().unwrap_or_default(),
            groups,
            inherits_identifier: table.totp_identifier.is_absent() && table.ignore.is_absent(),
            ttl: table.ttl.given().map(|ttl| At { value: ttl.value.0, span: ttl.span.clone() }),
            deliver: table.deliver.value().map(|deliver| deliver.0),
            workflow_id: table.workflow_id.given().map(|at| at.span.clone()),
            require: required(&table.require),
        }
    }

    fn action(&mut self, table: &RuleTable, header: &Range<usize>) -> Option<Action> {
        for (key, written) in [("detect", &table.detect), ("ignore", &table.ignore)] {
            if let Some(At { span, .. }) = written.given().filter(|given| !given.value) {
                self.push(Problem::at(span, format!("`{key} = false` says nothing in a rule")).help("leave it out"));
            }
        }
        let mut given: Vec<(&str, &Range<usize>)> = [
            ("code", table.code.given().map(|given| &given.span)),
            ("link", table.link.given().map(|given| &given.span)),
            ("detect", table.detect.given().map(|given| &given.span)),
            ("forward", table.forward.given().map(|given| &given.span)),
            ("ignore", table.ignore.given().map(|given| &given.span)),
        ]
        .into_iter()
        .filter_map(|(key, span)| Some((key, span?)))
        .collect();
        given.sort_by_key(|(_, span)| span.start);
        if let [(first, _), (second, span), ..] = given.as_slice() {
            self.push(
                Problem::at(span, format!("a rule does one thing: this one has `{first}` and `{second}`"))
                    .help("make two rules of it"),
            );
        }
        let refused = [
            table.code.is_refused(),
            table.link.is_refused(),
            table.detect.is_refused(),
            table.forward.is_refused(),
            table.ignore.is_refused(),
        ];
        if given.is_empty() && !refused.contains(&true) {
            self.push(
                Problem::shape(header, "this rule does not say what to do with the mail")
                    .help("write one of code = '…', link = '…', detect = true, forward = \"body\" and ignore = true"),
            );
        }
        if let Some(ignore) = table.ignore.given().filter(|ignore| ignore.value)
            && no_conditions(table)
        {
            self.push(
                Problem::at(&ignore.span, "this rule has no conditions: it would ignore every mail")
                    .help("add a condition; to forward only what rules find, write detect = false in [[inbox]]"),
            );
        }
        Some(if let Some(pattern) = table.code.value() {
            Action::Code(pattern.regex.clone())
        } else if let Some(pattern) = table.link.value() {
            Action::Link(pattern.regex.clone())
        } else if table.forward.value().is_some() {
            Action::ForwardBody
        } else if table.ignore.value() == Some(&true) {
            Action::Ignore
        } else if table.detect.value() == Some(&true) {
            Action::Detect
        } else {
            return None;
        })
    }

    /// Conditions that no mail meets.
    fn conditions(&mut self, table: &RuleTable) {
        for (key, pattern) in conditions(table) {
            if let Some(why) = pattern.value.never_matches() {
                self.push(Problem::at(&pattern.span, format!("this regex can never match: {why}")));
            } else if pattern.value.regex.as_str().is_empty() && !key.is_header() {
                self.push(
                    Problem::at(&pattern.span, "this regex is empty and matches every mail").help("leave it out"),
                );
            }
        }
    }

    /// What `code` and `link` can take.
    fn patterns(&mut self, table: &RuleTable) {
        for (key, other, pattern) in [("code", "link", table.code.given()), ("link", "code", table.link.given())] {
            let Some(At { value: pattern, span }) = pattern else { continue };
            let groups: Vec<&str> = pattern.groups().collect();
            let problem = if let Some(why) = pattern.never_matches() {
                Problem::at(span, format!("this regex can never match: {why}"))
            } else if pattern.takes_nothing(key) {
                Problem::at(span, "what this regex takes is always empty")
                    .help("put the group around the value: 'code is (?<code>[0-9]{6})'")
            } else if groups.contains(&other) && !groups.contains(&key) {
                Problem::at(span, format!("this regex has a group `{other}`, but it stands in `{key}`"))
                    .help(format!("write {other} = '…', or name the group `{key}`"))
            } else if key == "code" && pattern.shortest_code() > 10 {
                Problem::at(
                    span,
                    format!("this regex takes at least {} characters; a code has at most 10", pattern.shortest_code()),
                )
                .help("put a group around the code alone: 'code is (?<code>[0-9]{6})'; for a link write link = '…'")
            } else if key == "link" && !pattern.can_take_http() {
                Problem::at(span, "what this regex takes can't begin with http:// or https://")
                    .help("put the whole address into the group: '(?<link>https://acme\\.example/\\S+)'")
            } else {
                continue;
            };
            self.push(problem);
        }
    }

    /// `{match.NAME}` needs a group of that name.
    fn groups(&mut self, template: &At<TemplateText>, groups: &BTreeSet<String>) {
        for field in template.value.template.fields() {
            let Field::Match(name) = field else { continue };
            if groups.contains(name) {
                continue;
            }
            let problem = Problem::at(
                &template.span,
                format!("no regex of this rule has a group `{name}` for `{{match.{name}}}`"),
            );
            self.push(match groups.len() {
                0 => problem.help(format!("name a group in one of its regexes: (?<{name}>…)")),
                _ => problem.help(format!("its groups are {}", list(&groups.iter().collect::<Vec<_>>()))),
            });
        }
    }

    /// An inbox's template is also used where nothing matched a rule, and by every rule without its own.
    pub(super) fn inherited_template<'r>(
        &mut self,
        template: &At<TemplateText>,
        rules: impl Iterator<Item = &'r Ruled>,
        detect: bool,
    ) {
        let wanted: Vec<&String> = template
            .value
            .template
            .fields()
            .filter_map(|field| if let Field::Match(name) = field { Some(name) } else { None })
            .collect();
        let Some(first) = wanted.first() else { return };
        if detect {
            self.push(
                Problem::at(&template.span, format!("`{{match.{first}}}` has no value where no rule matched"))
                    .help("write totp_identifier in the rules that have the group, or detect = false"),
            );
            return;
        }
        for rule in rules.filter(|rule| rule.inherits_identifier) {
            if let Some(name) = wanted.iter().find(|name| !rule.groups.contains(**name)) {
                self.push(
                    Problem::at(
                        &template.span,
                        format!("the rule `{}` has no group `{name}` for `{{match.{name}}}`", rule.name),
                    )
                    .help("write totp_identifier in that rule"),
                );
            }
        }
    }

    pub(super) fn workflow_id(&mut self, template: &At<TemplateText>) {
        if template.value.text.starts_with("wpid_") {
            self.push(
                Problem::at(&template.span, "Skyvern takes no permanent workflow id (wpid_…) here")
                    .help("write the id of a workflow's version (w_…)"),
            );
        }
    }

    /// What an action makes meaningless.
    fn without_effect(&mut self, table: &RuleTable) {
        if let (Some(prefer), true) = (table.prefer.given(), table.detect.is_absent()) {
            self.push(Problem::at(&prefer.span, "`prefer` has a meaning only beside `detect = true`"));
        }
        if table.ignore.value() == Some(&true) {
            let ttl = table.ttl.given().map(|ttl| ("ttl", &ttl.span));
            let deliver = table.deliver.given().map(|deliver| ("deliver", &deliver.span));
            let require = table.require.given().map(|require| ("require", &require.span));
            let templates = templates(table).map(|(key, template)| (key, &template.span));
            for (key, span) in templates.chain(ttl).chain(deliver).chain(require) {
                self.push(Problem::at(span, format!("`{key}` has no meaning beside `ignore = true`")));
            }
        }
    }

    /// Who asks names a task and a workflow run, never a workflow's version.
    pub(super) fn rule_delivery<'r>(&mut self, rules: impl Iterator<Item = &'r Ruled>, inbox: &str, deliver: Deliver) {
        for rule in rules.filter(|rule| rule.deliver.unwrap_or(deliver).offers()) {
            let Some(span) = &rule.workflow_id else { continue };
            let whose = match rule.deliver {
                Some(_) => String::new(),
                None => format!(" (of the inbox `{inbox}`)"),
            };
            self.push(
                Problem::at(
                    span,
                    format!("`workflow_id` can only be pushed: when Skyvern asks{whose}, it does not name it"),
                )
                .help("leave it out, or write deliver = \"push\""),
            );
        }
    }

    /// The same for the inbox's `workflow_id` at `span`, which built-in detection and rules without their own inherit.
    pub(super) fn inherited_workflow<'r>(
        &mut self,
        span: &Range<usize>,
        rules: impl Iterator<Item = &'r Ruled>,
        deliver: Deliver,
    ) {
        if deliver.offers() {
            self.push(
                Problem::at(span, "`workflow_id` can only be pushed: when Skyvern asks, it does not name it")
                    .help("leave it out, or write deliver = \"push\""),
            );
            return;
        }
        for rule in rules.filter(|rule| rule.workflow_id.is_none() && rule.deliver.is_some_and(Deliver::offers)) {
            self.push(
                Problem::at(
                    span,
                    format!(
                        "`workflow_id` can only be pushed, but holds for the rule `{}` too, whose codes Skyvern asks for",
                        rule.name
                    ),
                )
                .help("write it in the rules whose codes are pushed"),
            );
        }
    }

    pub(super) fn rule_lifetimes<'r>(
        &mut self,
        rules: impl Iterator<Item = &'r Ruled>,
        inbox: &str,
        lifetimes: Lifetimes,
    ) {
        for ttl in rules.filter_map(|rule| rule.ttl.as_ref()).filter(|ttl| ttl.value > lifetimes.max_ttl) {
            self.push(
                Problem::at(
                    &ttl.span,
                    format!(
                        "`ttl` is longer than `max_ttl` ({}) of the inbox `{inbox}`",
                        duration_text(lifetimes.max_ttl)
                    ),
                )
                .help(format!("write max_ttl = \"{}\" in [[inbox]], or a shorter ttl", duration_text(ttl.value))),
            );
        }
    }
}

/// Which condition a regex is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    From,
    To,
    Subject,
    Body,
    /// In lower case.
    Header(String),
}

impl Condition {
    fn is_header(&self) -> bool {
        matches!(self, Self::Header(_))
    }
}

fn conditions(table: &RuleTable) -> impl Iterator<Item = (Condition, &At<Pattern>)> {
    let plain = [
        (Condition::From, table.from.given()),
        (Condition::To, table.to.given()),
        (Condition::Subject, table.subject.given()),
        (Condition::Body, table.body.given()),
    ];
    let headers = table.header.value().into_iter().flat_map(|headers| &headers.0);
    plain
        .into_iter()
        .filter_map(|(condition, pattern)| Some((condition, pattern?)))
        .chain(headers.map(|(name, pattern)| (Condition::Header(name.value.to_ascii_lowercase()), pattern)))
}

/// Whether it was written without any condition; one that was refused is a condition all the same.
fn no_conditions(table: &RuleTable) -> bool {
    conditions(table).next().is_none() && !has_refused_condition(table)
}

fn has_refused_condition(table: &RuleTable) -> bool {
    [&table.from, &table.to, &table.subject, &table.body].into_iter().any(Key::is_refused) || table.header.is_refused()
}

fn all_patterns(table: &RuleTable) -> impl Iterator<Item = &Pattern> {
    conditions(table).map(|(_, pattern)| &pattern.value).chain(table.code.value()).chain(table.link.value())
}

fn templates(table: &RuleTable) -> impl Iterator<Item = (&'static str, &At<TemplateText>)> {
    [
        ("totp_identifier", &table.totp_identifier),
        ("task_id", &table.task_id),
        ("workflow_id", &table.workflow_id),
        ("workflow_run_id", &table.workflow_run_id),
    ]
    .into_iter()
    .filter_map(|(key, template)| Some((key, template.given()?)))
}

/// Whether `earlier` takes every mail that `later` could take. Decided on what is written: the same regex, or one that
/// matches everything.
fn shadows(earlier: &RuleTable, later: &RuleTable) -> bool {
    if has_refused_condition(earlier) {
        return false;
    }
    // Without conditions, `ignore` is a mistake of its own.
    let ends = earlier.ignore.value() == Some(&true) && !no_conditions(earlier) || earlier.forward.value().is_some();
    // What finds nothing leaves the mail to the next rule, where the same search would find nothing again.
    let same_regex =
        |a: &Key<Pattern>, b: &Key<Pattern>| matches!((a.value(), b.value()), (Some(a), Some(b)) if a == b);
    let same_search = same_regex(&earlier.code, &later.code)
        || same_regex(&earlier.link, &later.link)
        || earlier.detect.value() == Some(&true) && later.detect.value() == Some(&true);
    if !ends && !same_search {
        return false;
    }
    conditions(earlier).all(|(condition, pattern)| {
        (pattern.value.matches_everything() && !condition.is_header())
            || conditions(later).any(|(other, same)| other == condition && same.value == pattern.value)
    })
}

pub(super) fn template(key: &Key<TemplateText>) -> Option<Template> {
    key.value().map(|text| text.template.clone())
}

fn rule(table: &RuleTable, action: Action) -> Rule {
    let regex = |key: &Key<Pattern>| key.value().map(|pattern| pattern.regex.clone());
    let headers = table.header.value().into_iter().flat_map(|headers| &headers.0);
    Rule {
        name: table.name.value().cloned().unwrap_or_default(),
        from: regex(&table.from),
        to: regex(&table.to),
        subject: regex(&table.subject),
        body: regex(&table.body),
        headers: headers.map(|(name, pattern)| (name.value.clone(), pattern.value.regex.clone())).collect(),
        action,
        identifier: template(&table.totp_identifier),
        ttl: table.ttl.value().map(|ttl| ttl.0),
        prefer: table.prefer.value().map(|prefer| prefer.0),
        deliver: table.deliver.value().map(|deliver| deliver.0),
        require: table.require.value().map(|require| require.0),
        task_id: template(&table.task_id),
        workflow_id: template(&table.workflow_id),
        workflow_run_id: template(&table.workflow_run_id),
    }
}

//! The operator's rules: the first whose conditions all match, and that finds its value, wins.
//!
//! A rule whose conditions match but whose regex finds nothing lets the next one try, and the built-in detection in the
//! end. `ignore` and `forward = "body"` need no value. A sender that is not what the rule requires, a value that Skyvern can't take, or a template without its value,
//! is a refusal: no other rule is asked, so that a forged mail can't come by a weaker one.

use std::cell::OnceCell;

use regex::Regex;

use super::case::{Case, Groups, Standing, standing_at};
use super::detect::{Detected, Detection};
use super::explain::{ConditionTrace, RuleTrace, RuleVerdict, Trace};
use super::policy::{Action, Needs, Rule};
use super::prefilter::Present;
use super::value::{Link, MailText, Value};
use super::{Outcome, display, finish};
use crate::mail::{Text, TextKind};

/// More matches of one regex are not looked at.
const MOST_MATCHES: usize = 1000;

/// Ends the reason of a rule whose regex is not as exact as it should be.
pub(super) const DIFFERENT_VALUES: &str = "its regex finds different values, the first was taken";

/// What the rules make of the mail; `None` leaves it to built-in detection.
pub(super) fn decide(case: &Case<'_>, detection: &Detection<'_>, trace: &mut Trace) -> Option<Outcome> {
    let fields = Fields::new(case);
    for (rule, needs) in case.policy.rules.with_needs() {
        let strict = case.requirement(Some(rule)).is_some();
        let failed = if trace.is_on() {
            let conditions = conditions(rule, strict);
            let seen: Vec<ConditionTrace> = conditions.iter().map(|condition| condition.explain(case)).collect();
            let failed = seen.iter().any(|condition| !condition.matched);
            trace.note(|notes| {
                notes.rules.push(RuleTrace {
                    name: rule.name.clone(),
                    conditions: seen,
                    verdict: RuleVerdict::ConditionFailed,
                    why: "a condition does not match".into(),
                });
            });
            failed
        } else {
            !fields.allow(needs, strict) || !conditions(rule, strict).iter().all(|condition| condition.matches(case))
        };
        if failed {
            continue;
        }
        match act(rule, needs, case, &fields, detection, trace) {
            Ok(outcome) => {
                trace.note(|notes| {
                    if let Some(last) = notes.rules.last_mut() {
                        last.verdict = RuleVerdict::Won;
                        last.why = match &outcome {
                            Outcome::Found(found) => found.reason.clone(),
                            Outcome::Ignored { .. } => "it says to ignore this mail".into(),
                            Outcome::Refused { reason, .. } | Outcome::Nothing { reason } => reason.clone(),
                        };
                    }
                });
                return Some(outcome);
            }
            Err(why) => trace.note(|notes| {
                if let Some(last) = notes.rules.last_mut() {
                    last.verdict = RuleVerdict::ValueNotFound;
                    last.why = why;
                }
            }),
        }
    }
    None
}

/// What a rule does whose conditions match. The error says why it finds nothing.
fn act(
    rule: &Rule,
    needs: &Needs,
    case: &Case<'_>,
    fields: &Fields<'_>,
    detection: &Detection<'_>,
    trace: &mut Trace,
) -> Result<Outcome, String> {
    let refused = |why: String| Ok(Outcome::Refused { rule: Some(rule.name.clone()), reason: why });
    if let Err(why) = case.vouch(Some(rule)) {
        return refused(why);
    }
    match &rule.action {
        Action::Ignore => Ok(Outcome::Ignored { rule: rule.name.clone() }),
        Action::ForwardBody => match body(case) {
            Some((text, part, cut)) => {
                let cut = if cut { ", cut to what Skyvern takes" } else { "" };
                let reason = format!("rule `{}` forwards the text of part {part}{cut}", rule.name);
                Ok(finish(case, Some(rule), &groups(rule, case), Value::Body(text), reason, detection, trace))
            }
            None => refused("`forward = \"body\"`, but the mail has no readable text".into()),
        },
        Action::Detect => match detection.find(rule.prefer.unwrap_or(case.policy.prefer), trace) {
            Detected::Found { value, reason } => {
                Ok(finish(case, Some(rule), &groups(rule, case), value, reason, detection, trace))
            }
            Detected::Refused { reason } => refused(reason),
            Detected::Nothing { reason } => Err(format!("built-in detection finds nothing: {reason}")),
        },
        Action::Code(regex) | Action::Link(regex) => {
            let is_link = matches!(rule.action, Action::Link(_));
            if !fields.allow_value(needs) {
                return Err("its regex matches neither the subject nor any text".into());
            }
            let Some(found) = search(regex, is_link, case) else {
                return Err("its regex matches neither the subject nor any text".into());
            };
            let value = if is_link {
                Link::new(found.text).map(Value::Link)
            } else {
                display::code(found.text).map(Value::Code)
            };
            let value = match value {
                Ok(value) => value,
                Err(why) => {
                    return refused(format!("the regex of rule `{}` finds a value, but {why}", rule.name));
                }
            };
            let mut reason = format!("rule `{}` matches in {}", rule.name, found.place);
            if found.others {
                reason.push_str("; ");
                reason.push_str(DIFFERENT_VALUES);
            }
            let mut named = found.groups;
            named.extend(groups(rule, case));
            Ok(finish(case, Some(rule), &named, value, reason, detection, trace))
        }
    }
}

/// Which pieces the mail's fields hold, looked up once for all rules.
struct Fields<'c> {
    case: &'c Case<'c>,
    from: OnceCell<Present>,
    to: OnceCell<Present>,
    subject: OnceCell<Present>,
    texts: OnceCell<Present>,
    hrefs: OnceCell<Present>,
}

impl<'c> Fields<'c> {
    fn new(case: &'c Case<'c>) -> Self {
        Self {
            case,
            from: OnceCell::new(),
            to: OnceCell::new(),
            subject: OnceCell::new(),
            texts: OnceCell::new(),
            hrefs: OnceCell::new(),
        }
    }

    /// Cheap fields first: most rules fall at `from`. `strict`: a rule that may refuse before it looks for its value.
    fn allow(&self, needs: &Needs, strict: bool) -> bool {
        let Self { case, .. } = self;
        let prefilter = case.policy.rules.prefilter();
        (needs.from.is_empty() || self.from.get_or_init(|| prefilter.look(case.senders())).allows(&needs.from))
            && (needs.to.is_empty() || self.to.get_or_init(|| prefilter.look(case.recipients())).allows(&needs.to))
            && (needs.subject.is_empty() || self.subject().allows(&needs.subject))
            && (needs.body.is_empty() || self.texts().allows(&needs.body))
            && (strict || self.allow_value(needs))
    }

    fn allow_value(&self, needs: &Needs) -> bool {
        let need = &needs.value;
        need.is_empty()
            || self.subject().allows(need)
            || self.texts().allows(need)
            || self.hrefs.get_or_init(|| self.case.policy.rules.prefilter().look(hrefs(self.case))).allows(need)
    }

    fn subject(&self) -> &Present {
        self.subject.get_or_init(|| self.case.policy.rules.prefilter().look(self.case.subjects()))
    }

    fn texts(&self) -> &Present {
        self.texts.get_or_init(|| {
            let texts = self.case.message.texts.iter().map(|text| text.text.as_str());
            self.case.policy.rules.prefilter().look(texts)
        })
    }
}

fn hrefs<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    case.message.texts.iter().flat_map(|text| &text.anchors).map(|anchor| anchor.href.as_str())
}

/// One condition of a rule.
struct Condition<'r> {
    place: ConditionPlace<'r>,
    regex: &'r Regex,
    /// Of a rule that requires something of the sender.
    strict: bool,
}

enum ConditionPlace<'r> {
    From,
    To,
    Subject,
    Body,
    Header(&'r str),
}

fn conditions(rule: &Rule, strict: bool) -> Vec<Condition<'_>> {
    let fixed =
        [(ConditionPlace::From, &rule.from), (ConditionPlace::To, &rule.to), (ConditionPlace::Subject, &rule.subject)];
    let headers = rule.headers.iter().map(|(name, regex)| (ConditionPlace::Header(name), regex));
    let body = rule.body.iter().map(|regex| (ConditionPlace::Body, regex));
    fixed
        .into_iter()
        .filter_map(|(place, regex)| regex.as_ref().map(|regex| (place, regex)))
        .chain(headers)
        .chain(body)
        .map(|(place, regex)| Condition { place, regex, strict })
        .collect()
}

impl Condition<'_> {
    fn matches(&self, case: &Case<'_>) -> bool {
        self.first(case).is_some()
    }

    /// The text that the regex matches, and where in it.
    fn first<'c>(&self, case: &'c Case<'_>) -> Option<(&'c str, regex::Match<'c>)> {
        let find = |text: &'c str| self.regex.find(text).map(|found| (text, found));
        match self.place {
            // Whoever quotes an original may write any sender into it: where the sender counts, it is the mail's own.
            ConditionPlace::From if self.strict => {
                case.message.from.iter().find_map(|from| find(from.address.as_str()))
            }
            ConditionPlace::From => case.senders().find_map(find),
            ConditionPlace::To => case.recipients().find_map(find),
            ConditionPlace::Subject => case.subjects().find_map(find),
            ConditionPlace::Header(name) => headers(case, name).find_map(find),
            ConditionPlace::Body => case.message.texts.iter().find_map(|text| {
                self.regex
                    .find_iter(&text.text)
                    .take(MOST_MATCHES)
                    .find(|found| standing_at(text, found.start()) != Standing::Hidden)
                    .map(|found| (text.text.as_str(), found))
            }),
        }
    }

    fn explain(&self, case: &Case<'_>) -> ConditionTrace {
        let found = self.first(case);
        let why = match &found {
            Some((_, found)) => format!("matches “{}”", shortened(found.as_str())),
            None => match self.place {
                ConditionPlace::From => absent("From", case.senders()),
                ConditionPlace::To => absent("recipient", case.recipients()),
                ConditionPlace::Subject => absent("subject", case.subjects()),
                ConditionPlace::Header(name) => absent(name, headers(case, name)),
                ConditionPlace::Body if case.message.texts.is_empty() => "the mail has no readable text".into(),
                ConditionPlace::Body => "matches in no visible text".into(),
            },
        };
        let condition = match self.place {
            ConditionPlace::From => "from".into(),
            ConditionPlace::To => "to".into(),
            ConditionPlace::Subject => "subject".into(),
            ConditionPlace::Body => "body".into(),
            ConditionPlace::Header(name) => format!("header {name}"),
        };
        ConditionTrace { condition, pattern: self.regex.as_str().to_owned(), matched: found.is_some(), why }
    }
}

fn headers<'c>(case: &Case<'c>, name: &str) -> impl Iterator<Item = &'c str> {
    case.message
        .headers
        .iter()
        .filter(move |(header, _)| header.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// Why a condition on `what` fails: the values that did not match.
fn absent<'v>(what: &str, values: impl Iterator<Item = &'v str>) -> String {
    let values: Vec<String> = values.take(3).map(|value| format!("“{}”", shortened(value))).collect();
    if values.is_empty() { format!("the mail has no {what}") } else { format!("does not match {}", values.join(", ")) }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if text.chars().count() > LONGEST { format!("{line}…") } else { line }
}

/// What a rule's regex took.
struct Taken<'c> {
    text: &'c str,
    /// For a person: `the subject`, `part 1.2`.
    place: String,
    groups: Groups,
    /// A different value stands in what the sender wrote as well.
    others: bool,
}

/// Looks in the subject and every text, for a link first at every `href`. What the sender wrote and shows comes before
/// quotes, and those before hidden text.
fn search<'c>(regex: &Regex, is_link: bool, case: &Case<'c>) -> Option<Taken<'c>> {
    let mut search = Search { regex, name: if is_link { "link" } else { "code" }, best: None };
    if is_link {
        for text in &case.message.texts {
            for anchor in &text.anchors {
                let standing = match anchor {
                    anchor if anchor.hidden => Standing::Hidden,
                    anchor if anchor.quote_depth > 0 => Standing::Quoted,
                    _ => Standing::Visible,
                };
                search.look(&anchor.href, |_| standing, &|| format!("a link of part {}", text.part));
            }
        }
        if matches!(search.best, Some((Standing::Visible, _))) {
            return search.best.map(|(_, taken)| taken);
        }
    }
    search.look(&case.message.subject, |_| Standing::Visible, &|| "the subject".into());
    for text in &case.message.texts {
        search.look(&text.text, |at| standing_at(text, at), &|| format!("part {}", text.part));
    }
    search.best.map(|(_, taken)| taken)
}

struct Search<'r, 'c> {
    regex: &'r Regex,
    /// The group that names the value.
    name: &'static str,
    best: Option<(Standing, Taken<'c>)>,
}

impl<'c> Search<'_, 'c> {
    /// What a match takes. A regex with groups takes a group: a match in which none took part takes nothing.
    fn taken(&self, found: &regex::Captures<'c>) -> Option<regex::Match<'c>> {
        if self.regex.capture_names().flatten().any(|name| name == self.name) {
            return found.name(self.name);
        }
        if found.len() == 1 { found.get(0) } else { found.iter().skip(1).flatten().next() }
    }

    fn look(&mut self, text: &'c str, standing: impl Fn(usize) -> Standing, place: &dyn Fn() -> String) {
        for found in self.regex.captures_iter(text).take(MOST_MATCHES) {
            let Some(value) = self.taken(&found).filter(|value| !value.as_str().trim().is_empty()) else { continue };
            let standing = standing(value.start());
            match &mut self.best {
                Some((held, taken)) if *held <= standing => {
                    taken.others |= *held == standing && display::typed(taken.text) != display::typed(value.as_str());
                }
                best => {
                    let groups = named_groups(self.regex, &found);
                    *best = Some((standing, Taken { text: value.as_str(), place: place(), groups, others: false }));
                }
            }
        }
    }
}

fn named_groups(regex: &Regex, found: &regex::Captures<'_>) -> Groups {
    regex
        .capture_names()
        .flatten()
        .filter_map(|name| found.name(name).map(|value| (name.to_owned(), value.as_str().to_owned())))
        .collect()
}

/// The named groups of a rule's conditions.
fn groups(rule: &Rule, case: &Case<'_>) -> Groups {
    conditions(rule, case.requirement(Some(rule)).is_some())
        .iter()
        .filter(|condition| condition.regex.captures_len() > 1)
        .filter_map(|condition| {
            let (text, first) = condition.first(case)?;
            let found = condition.regex.captures_at(text, first.start())?;
            Some(named_groups(condition.regex, &found))
        })
        .flatten()
        .collect()
}

/// The text to forward: the first plain one, else the first there is; with its part, and whether it was cut.
fn body(case: &Case<'_>) -> Option<(MailText, String, bool)> {
    const LONGEST: usize = 65_536;
    let visible = |text: &Text| {
        let lines = text.lines.iter().filter(|line| !line.hidden);
        let lines: Vec<&str> = lines.filter_map(|line| text.text.get(line.range.clone())).collect();
        lines.join("\n")
    };
    let readable = |text: &&Text| !visible(text).trim().is_empty();
    let texts = &case.message.texts;
    let text = texts
        .iter()
        .filter(|text| text.kind == TextKind::Plain)
        .find(readable)
        .or_else(|| texts.iter().find(readable))?;
    let whole = visible(text);
    let whole = whole.trim();
    let cut = whole.char_indices().nth(LONGEST).map(|(end, _)| end);
    let kept = cut.and_then(|end| whole.get(..end)).unwrap_or(whole);
    MailText::new(kept).ok().map(|kept| (kept, text.part.clone(), cut.is_some()))
}

#[cfg(test)]
mod senders;
#[cfg(test)]
mod tests;

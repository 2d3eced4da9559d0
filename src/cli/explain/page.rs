//! The explanation as a person reads it: the visible text with its candidates marked, rule by rule, candidate by
//! candidate, the recipient, and the request that would be made.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

use crate::cli::output::{BAD, BOLD, DIM, GOOD, NOTE, paint};
use crate::events::short;
use crate::extract::explain::{CandidateTrace, RuleVerdict, SenderCheck, SenderTrace};
use crate::extract::{Explanation, Policy, SuggestedRule};
use crate::mail::{Message, Text, TextKind};

/// Lines of a text that are shown around what matters, and at most.
const MAX_LINES: usize = 40;
const MAX_CANDIDATES: usize = 12;

pub(super) fn page(name: &str, message: &Message, policy: &Policy, explanation: &Explanation, mask: bool) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "{}", paint(BOLD, name));
    head(&mut page, message, explanation);
    for (index, text) in message.texts.iter().enumerate() {
        shown_text(&mut page, index, text, explanation, mask);
    }
    rules(&mut page, explanation);
    candidates(&mut page, explanation, mask);
    result(&mut page, policy, explanation, mask);
    page.push('\n');
    page
}

fn head(page: &mut String, message: &Message, explanation: &Explanation) {
    if let Some(from) = &message.from {
        let name = from.name.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
        let _ = writeln!(page, "  from       {name}<{}>", from.address);
    }
    let _ = writeln!(page, "  subject    {}", message.subject);
    let recipient = &explanation.recipient;
    let address = recipient.address.as_deref().unwrap_or("not known");
    let source = recipient.source.map(|source| format!("({source})")).unwrap_or_default();
    let _ = writeln!(page, "  recipient  {address} {}", paint(DIM, &source));
    for step in recipient.steps.iter().filter(|step| !step.held.is_empty() && Some(step.source) != recipient.source) {
        let step = format!("{}: {} — {}", step.source, step.held.join(", "), step.why);
        let _ = writeln!(page, "             {}", paint(DIM, &step));
    }
    sender(page, &explanation.sender);
    if let Some(why) = &message.unreadable {
        let _ = writeln!(page, "  {}", paint(NOTE, why));
    }
}

/// Whether the sender is who they say, and what the topmost Authentication-Results makes of it.
fn sender(page: &mut String, sender: &SenderTrace) {
    let (style, verdict) = match (sender.required, sender.accepted) {
        (None, _) => (DIM, sender.reason.clone()),
        (Some(required), accepted) => {
            (if accepted { GOOD } else { BAD }, format!("{required} required: {} — {}", sender.status, sender.reason))
        }
    };
    let _ = writeln!(page, "  sender     {}", paint(style, &verdict));
    let shown = |checks: &[SenderCheck]| {
        let check = |check: &SenderCheck| {
            let of = check.domain.as_ref().map(|domain| format!(" ({domain})")).unwrap_or_default();
            format!("{}={}{of}", check.method, check.result)
        };
        let checks: Vec<String> = checks.iter().map(check).collect();
        if checks.is_empty() { "nothing".to_owned() } else { checks.join(", ") }
    };
    let reported = match &sender.reported_by {
        None => "the mail has no Authentication-Results".to_owned(),
        Some(id) => {
            let id = if id.is_empty() { "a server without a name" } else { id };
            let whose = if sender.reported_by_own_server { "" } else { ", unknown whose" };
            format!("topmost Authentication-Results ({id}{whose}): {}", shown(&sender.reported))
        }
    };
    let _ = writeln!(page, "             {}", paint(DIM, &reported));
    if sender.required.is_some() && !sender.checks.is_empty() {
        let _ = writeln!(page, "             {}", paint(DIM, &format!("looked at: {}", shown(&sender.checks))));
    }
}

fn shown_text(page: &mut String, index: usize, text: &Text, explanation: &Explanation, mask: bool) {
    let kind = match text.kind {
        TextKind::Plain => "text/plain",
        TextKind::Html => "text/html",
    };
    let _ = writeln!(page, "\n  {}", paint(DIM, &format!("{kind}, part {}", text.part)));
    let marks = marks(index, explanation);
    let mut shown = 0;
    for line in &text.lines {
        let marked = marks.iter().any(|(range, _)| overlaps(range, &line.range));
        if shown >= MAX_LINES && !marked {
            continue;
        }
        let Some(written) = text.text.get(line.range.clone()) else { continue };
        if written.trim().is_empty() {
            continue;
        }
        shown += 1;
        let margin = if line.quote_depth > 0 {
            "›"
        } else if line.hidden {
            "◌"
        } else {
            "│"
        };
        let _ = writeln!(page, "  {} {}", paint(DIM, margin), painted(written, line.range.start, &marks, mask));
    }
    let left = text.lines.len().saturating_sub(shown);
    if left > 0 && shown >= MAX_LINES {
        let _ = writeln!(page, "  {}", paint(DIM, &format!("… {left} more lines")));
    }
}

type Mark = (Range<usize>, bool);

/// Where candidates stand in a text, and whether each is the one that won.
fn marks(index: usize, explanation: &Explanation) -> Vec<Mark> {
    let candidates = explanation.detection.iter().flat_map(|detection| &detection.candidates);
    let mut marks: Vec<Mark> = candidates
        .flat_map(|candidate| {
            let won = candidate.lost.is_none();
            std::iter::once(&candidate.place).chain(&candidate.also_at).map(move |place| (place, won))
        })
        .filter(|(place, _)| place.text == Some(index))
        .map(|(place, won)| (place.start..place.end, won))
        .collect();
    marks.sort_by_key(|(range, won)| (range.start, !won, std::cmp::Reverse(range.end)));
    marks
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The line with its candidates in colour. `offset`: where the line begins in its text.
fn painted(line: &str, offset: usize, marks: &[Mark], mask: bool) -> String {
    let mut out = String::new();
    let mut at = 0;
    for (range, won) in marks {
        let from = range.start.saturating_sub(offset).max(at);
        let to = range.end.saturating_sub(offset).min(line.len());
        if range.end <= offset || from >= to {
            continue;
        }
        let (Some(before), Some(marked)) = (line.get(at..from), line.get(from..to)) else { continue };
        out.push_str(before);
        let hidden = if mask { "*".repeat(marked.chars().count()) } else { marked.to_owned() };
        out.push_str(&paint(if *won { GOOD.bold().underline() } else { NOTE }, &hidden));
        at = to;
    }
    out.push_str(line.get(at..).unwrap_or_default());
    out
}

fn rules(page: &mut String, explanation: &Explanation) {
    for rule in &explanation.rules {
        let (sign, style) = match rule.verdict {
            RuleVerdict::Won => ("✓", GOOD),
            RuleVerdict::ConditionFailed => ("✗", DIM),
            RuleVerdict::ValueNotFound => ("–", NOTE),
        };
        let _ = writeln!(page, "\n  rule {} {} {}", paint(BOLD, &rule.name), paint(style, sign), rule.why);
        for condition in &rule.conditions {
            let sign = if condition.matched { paint(GOOD, "✓") } else { paint(BAD, "✗") };
            let _ = writeln!(
                page,
                "    {sign} {} {}  {}",
                condition.condition,
                paint(DIM, &condition.pattern),
                condition.why
            );
        }
    }
}

fn candidates(page: &mut String, explanation: &Explanation, mask: bool) {
    let Some(detection) = &explanation.detection else { return };
    let _ = writeln!(page, "\n  {}", detection.decision);
    for candidate in detection.candidates.iter().take(MAX_CANDIDATES) {
        let (style, verdict) = match &candidate.lost {
            None => (GOOD, "chosen".to_owned()),
            Some(why) => (NOTE, why.clone()),
        };
        let _ = writeln!(
            page,
            "    {} {} {:>4}  {}",
            candidate.kind,
            paint(style, &shown_value(candidate, mask)),
            candidate.score,
            verdict
        );
        let reasons: Vec<String> =
            candidate.reasons.iter().map(|reason| format!("{} {:+}", reason.name, reason.points)).collect();
        if !reasons.is_empty() {
            let _ = writeln!(page, "         {}", paint(DIM, &reasons.join(", ")));
        }
    }
    let left = detection.candidates.len().saturating_sub(MAX_CANDIDATES);
    if left > 0 {
        let _ = writeln!(page, "    {}", paint(DIM, &format!("… and {left} more with lower scores")));
    }
}

fn shown_value(candidate: &CandidateTrace, mask: bool) -> String {
    if mask { "*".repeat(candidate.value.chars().count().min(10)) } else { candidate.value.clone() }
}

fn result(page: &mut String, policy: &Policy, explanation: &Explanation, mask: bool) {
    let result = &explanation.result;
    let Some(value) = (if mask { &result.masked } else { &result.value }) else {
        let style = if result.outcome == "refused" { BAD } else { NOTE };
        let _ = writeln!(page, "\n  {} {}", paint(style, &format!("{}:", result.outcome)), result.reason);
        return;
    };
    let identifier = result.identifier.as_deref().unwrap_or_default();
    let _ = writeln!(page, "\n  {} {value} for {identifier}: {}", paint(GOOD, result.kind), result.reason);
    if let Some(lifetime) = &explanation.lifetime {
        let lives = short(Duration::from_secs(lifetime.seconds));
        let _ = writeln!(page, "  lives {lives} from its arrival ({}: {})", lifetime.from, lifetime.why);
    }
    let mut body = serde_json::Map::new();
    let fields = [
        ("totp_identifier", result.identifier.as_ref()),
        ("content", Some(value)),
        ("task_id", result.task_id.as_ref()),
        ("workflow_id", result.workflow_id.as_ref()),
        ("workflow_run_id", result.workflow_run_id.as_ref()),
    ];
    for (name, field) in fields {
        if let Some(field) = field {
            body.insert(name.into(), field.as_str().into());
        }
    }
    let inbox = if policy.inbox.is_empty() { String::new() } else { format!(" (inbox {})", policy.inbox) };
    let _ = writeln!(page, "  would send{inbox}: POST /v1/credentials/totp {}", serde_json::Value::Object(body));
}

/// The rule that finds what was expected, or why there is none.
pub(super) fn suggestion(suggestion: Option<&SuggestedRule>) -> String {
    match suggestion {
        Some(rule) => format!(
            "  {}\n\n{}\n",
            paint(BOLD, "Another value was expected. This rule finds it in this mail (it was tried):"),
            rule.toml
        ),
        None => format!(
            "  {}\n\n",
            paint(
                BAD,
                "The expected value stands neither in the visible text nor in a link of this mail, or is no code that Skyvern takes (4 to \
                 10 characters, hyphens beside letters included): no rule finds it."
            )
        ),
    }
}

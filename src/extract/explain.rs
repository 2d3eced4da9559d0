//! Why a mail became what it became: the trace that [`explain`](super::explain()) hands to a person.
//!
//! It is written by the very computation that [`extract`](super::extract) does, through a `Trace` that costs nothing
//! when nobody listens. It holds mail text, codes and links on purpose; its `Debug` does not show them.

use std::fmt;

use serde::Serialize;

use super::Outcome;
use super::case::Case;
use crate::mail::recipient::{self, StepResult};
use crate::mail::sender::{Check, CheckResult, Method, SenderStatus, topmost_results};

/// Everything that was looked at and decided for one mail.
#[derive(Clone, Serialize)]
pub struct Explanation {
    /// What [`extract`](super::extract) answers for the same mail.
    #[serde(skip)]
    pub outcome: Outcome,
    /// `outcome`, spelt out.
    pub result: ResultTrace,
    /// The rules that were tried, in order; rules after the one that won were not.
    pub rules: Vec<RuleTrace>,
    /// Absent where a rule decided without it, or it is off.
    pub detection: Option<DetectionTrace>,
    pub recipient: RecipientTrace,
    pub sender: SenderTrace,
    /// Absent where nothing was found.
    pub lifetime: Option<LifetimeTrace>,
}

/// What would be sent.
#[derive(Clone, Serialize)]
pub struct ResultTrace {
    /// `code`, `link`, `body` or `none`.
    pub kind: &'static str,
    /// `found`, `nothing`, `ignored` or `refused`.
    pub outcome: &'static str,
    /// In clear.
    pub value: Option<String>,
    pub masked: Option<String>,
    pub identifier: Option<String>,
    pub task_id: Option<String>,
    pub workflow_id: Option<String>,
    pub workflow_run_id: Option<String>,
    pub rule: Option<String>,
    pub ttl_seconds: Option<u64>,
    pub reason: String,
}

/// Who the mail is for, and which header said so.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientTrace {
    pub address: Option<String>,
    /// The name of the source that won, as in `recipient_order`.
    pub source: Option<&'static str>,
    /// One for each source of the order.
    pub steps: Vec<RecipientStep>,
}

/// Whether the sender is who the mail's From says.
#[derive(Clone, Debug, Serialize)]
pub struct SenderTrace {
    /// The From domain.
    pub domain: Option<String>,
    /// `dmarc`, `dkim` or `spf`, where the sender decided.
    pub required: Option<&'static str>,
    /// `passed`, `forwarded`, `failed`, `unknown`, or `not_required`.
    pub status: &'static str,
    /// Whether the mail may be used as far as its sender goes.
    pub accepted: bool,
    pub reason: String,
    /// What was found by whoever was asked.
    pub checks: Vec<SenderCheck>,
    /// Who wrote the topmost Authentication-Results: an `authserv_id`, empty where it has none.
    pub reported_by: Option<String>,
    /// Whether that is a server of the operator's.
    pub reported_by_own_server: bool,
    /// What it says.
    pub reported: Vec<SenderCheck>,
}

/// One check of the sender.
#[derive(Clone, Debug, Serialize)]
pub struct SenderCheck {
    /// `spf`, `dkim`, `dmarc` or `arc`.
    pub method: &'static str,
    /// `pass`, `fail`, `none` or `temperror`.
    pub result: &'static str,
    /// What it is about.
    pub domain: Option<String>,
}

impl SenderTrace {
    pub(super) fn of(case: &Case<'_>) -> Self {
        let (reported_by, reported) = topmost_results(case.message).unzip();
        let own = &case.policy.trust.authserv_ids;
        let is_own = reported_by.as_ref().is_some_and(|id| own.iter().any(|own| own.eq_ignore_ascii_case(id)));
        let trace = Self {
            domain: case.message.sender_domain().map(str::to_owned),
            required: None,
            status: "not_required",
            accepted: true,
            reason: "nothing is required of it".into(),
            checks: Vec::new(),
            reported_by,
            reported_by_own_server: is_own,
            reported: reported.unwrap_or_default().iter().map(SenderCheck::of).collect(),
        };
        let Some((require, verdict)) = case.judged() else {
            return match case.policy.require {
                Some(_) => Self { reason: "nothing is taken from this mail, so it was not asked for".into(), ..trace },
                None => trace,
            };
        };
        Self {
            required: Some(require.name()),
            status: match verdict.status {
                SenderStatus::Passed => "passed",
                SenderStatus::Forwarded { .. } => "forwarded",
                SenderStatus::Failed => "failed",
                SenderStatus::Unknown => "unknown",
            },
            accepted: verdict.is_accepted(),
            checks: verdict.checks.iter().map(SenderCheck::of).collect(),
            reason: verdict.reason,
            ..trace
        }
    }
}

impl SenderCheck {
    fn of(check: &Check) -> Self {
        Self {
            method: match check.method {
                Method::Spf => "spf",
                Method::Dkim => "dkim",
                Method::Dmarc => "dmarc",
                Method::Arc => "arc",
            },
            result: match check.result {
                CheckResult::Pass => "pass",
                CheckResult::Fail => "fail",
                CheckResult::None => "none",
                CheckResult::TemporaryError => "temperror",
            },
            domain: check.domain.clone(),
        }
    }
}

/// What one source said.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientStep {
    pub source: &'static str,
    /// The addresses it held, as written.
    pub held: Vec<String>,
    /// `won`, `lost` or `not_asked`.
    pub result: &'static str,
    pub why: &'static str,
}

impl From<recipient::RecipientTrace> for RecipientTrace {
    fn from(trace: recipient::RecipientTrace) -> Self {
        let step = |step: recipient::RecipientStep| RecipientStep {
            source: step.source.name(),
            held: step.held,
            result: match step.result {
                StepResult::Won => "won",
                StepResult::Lost => "lost",
                StepResult::NotAsked => "not_asked",
            },
            why: step.reason,
        };
        Self {
            address: trace.address.map(|address| address.address),
            source: trace.source.map(|source| source.name()),
            steps: trace.steps.into_iter().map(step).collect(),
        }
    }
}

/// One rule and how far it got.
#[derive(Clone, Debug, Serialize)]
pub struct RuleTrace {
    pub name: String,
    pub conditions: Vec<ConditionTrace>,
    pub verdict: RuleVerdict,
    /// For a person.
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleVerdict {
    /// This rule decided.
    Won,
    /// A condition did not match.
    ConditionFailed,
    /// All conditions matched, but its value was not found: the next rule was tried.
    ValueNotFound,
}

/// One condition of a rule.
#[derive(Clone, Serialize)]
pub struct ConditionTrace {
    /// `from`, `to`, `subject`, `body` or `header List-Id`.
    pub condition: String,
    pub pattern: String,
    pub matched: bool,
    /// What matched, or what there was instead.
    pub why: String,
}

/// What built-in detection saw.
#[derive(Clone, Debug, Serialize)]
pub struct DetectionTrace {
    /// Every value that was considered, best first.
    pub candidates: Vec<CandidateTrace>,
    /// The score a code needs.
    pub code_threshold: i32,
    /// The score a link needs.
    pub link_threshold: i32,
    /// The decision, for a person; holds no mail text.
    pub decision: String,
}

/// One value that might have been it.
#[derive(Clone, Serialize)]
pub struct CandidateTrace {
    /// `code` or `link`.
    pub kind: &'static str,
    /// What would be sent.
    pub value: String,
    /// As it stands in the mail.
    pub text: String,
    pub place: Place,
    /// Further places where the same value stands.
    pub also_at: Vec<Place>,
    pub score: i32,
    pub reasons: Vec<Reason>,
    /// `None` for the one that won.
    pub lost: Option<String>,
}

/// One reason for or against a candidate.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub name: &'static str,
    pub points: i32,
    /// The word of the mail that tells so.
    pub word: Option<String>,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// `subject`, or the MIME part (`1.2`).
    pub part: String,
    /// Its index in [`Message::texts`](crate::mail::Message::texts); `None` for the subject.
    pub text: Option<usize>,
    /// Bytes of the subject or of the part's visible text; for a link its anchor text.
    pub start: usize,
    pub end: usize,
}

/// How long the value lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LifetimeTrace {
    pub seconds: u64,
    /// `rule`, `mail` (it says when it expires), `inbox`.
    pub from: &'static str,
    /// For a person: what the mail says, or that `max_ttl` cut it.
    pub why: String,
}

/// Where the computation leaves its trace; nothing is kept, and nothing is computed for it, when it is off.
#[derive(Debug, Default)]
pub(super) struct Trace {
    notes: Option<Notes>,
}

/// What the trace collects.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) rules: Vec<RuleTrace>,
    pub(super) detection: Option<DetectionTrace>,
    pub(super) lifetime: Option<LifetimeTrace>,
}

impl Trace {
    pub(super) fn off() -> Self {
        Self { notes: None }
    }

    pub(super) fn on() -> Self {
        Self { notes: Some(Notes::default()) }
    }

    pub(super) fn is_on(&self) -> bool {
        self.notes.is_some()
    }

    /// Runs `write` only when somebody listens.
    pub(super) fn note(&mut self, write: impl FnOnce(&mut Notes)) {
        if let Some(notes) = &mut self.notes {
            write(notes);
        }
    }

    pub(super) fn into_notes(self) -> Notes {
        self.notes.unwrap_or_default()
    }
}

impl ResultTrace {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let blank = Self {
            kind: "none",
            outcome: "nothing",
            value: None,
            masked: None,
            identifier: None,
            task_id: None,
            workflow_id: None,
            workflow_run_id: None,
            rule: None,
            ttl_seconds: None,
            reason: String::new(),
        };
        match outcome {
            Outcome::Found(found) => Self {
                kind: found.value.kind(),
                outcome: "found",
                value: Some(found.value.expose().to_owned()),
                masked: Some(found.value.masked()),
                identifier: Some(found.identifier.as_str().to_owned()),
                task_id: found.scope.task_id.clone(),
                workflow_id: found.scope.workflow_id.clone(),
                workflow_run_id: found.scope.workflow_run_id.clone(),
                rule: found.rule.clone(),
                ttl_seconds: Some(found.ttl.as_secs()),
                reason: found.reason.clone(),
            },
            Outcome::Nothing { reason } => Self { reason: reason.clone(), ..blank },
            Outcome::Ignored { rule } => Self {
                outcome: "ignored",
                rule: Some(rule.clone()),
                reason: "a rule says to ignore it".into(),
                ..blank
            },
            Outcome::Refused { rule, reason } => {
                Self { outcome: "refused", rule: rule.clone(), reason: reason.clone(), ..blank }
            }
        }
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("outcome", &self.outcome)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ResultTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultTrace")
            .field("kind", &self.kind)
            .field("outcome", &self.outcome)
            .field("value", &self.masked)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ConditionTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConditionTrace")
            .field("condition", &self.condition)
            .field("matched", &self.matched)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+} {}", self.points, self.name)
    }
}

impl fmt::Debug for CandidateTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CandidateTrace")
            .field("kind", &self.kind)
            .field("place", &self.place)
            .field("score", &self.score)
            .field("reasons", &self.reasons)
            .finish_non_exhaustive()
    }
}

//! A score and, when somebody listens, the reasons that make it up.

use super::super::explain::Reason;

#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) score: i32,
    reasons: Option<Vec<Reason>>,
}

impl Tally {
    /// `keep` the reasons, or only the sum.
    pub(super) fn new(keep: bool) -> Self {
        Self { score: 0, reasons: keep.then(Vec::new) }
    }

    pub(super) fn add(&mut self, points: i32, name: &'static str) {
        self.score += points;
        if let Some(reasons) = &mut self.reasons {
            reasons.push(Reason { name, points });
        }
    }

    pub(super) fn add_if(&mut self, condition: bool, points: i32, name: &'static str) {
        if condition {
            self.add(points, name);
        }
    }

    pub(super) fn into_reasons(self) -> Vec<Reason> {
        self.reasons.unwrap_or_default()
    }
}

//! A score and the reasons that make it up.

use std::ops::Range;

/// One reason for or against a value.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) name: &'static str,
    pub(super) points: i32,
    /// The word that tells so, in the same text.
    pub(super) word: Option<Range<usize>>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) score: i32,
    marks: Vec<Mark>,
}

impl Tally {
    pub(super) fn add(&mut self, points: i32, name: &'static str) {
        self.add_at(points, name, None);
    }

    pub(super) fn add_at(&mut self, points: i32, name: &'static str, word: Option<Range<usize>>) {
        self.score += points;
        self.marks.push(Mark { name, points, word });
    }

    pub(super) fn add_if(&mut self, condition: bool, points: i32, name: &'static str) {
        if condition {
            self.add(points, name);
        }
    }

    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }
}

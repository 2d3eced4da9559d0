//! What was learnt: small trees of questions whether a sign is there, each with an answer in thousandths of a logit for a value
//! that is delivered. All answers are added up.
//!
//! One tree a line, in prefix notation: `row.give 12 is_html -40 7` asks for `row.give`; if it is there the answer is 12,
//! else `is_html` decides. Two lines tell what the
//! sum must reach for a value to stay, `(least) -300`, and for one that was not good enough to count, `(enough) 2000`.

use std::collections::HashMap;
use std::str::SplitAsciiWhitespace;

use super::signs::{Signs, names};

/// What a point above the threshold counts.
const POINT: i32 = 50;
/// No tree is deeper.
const DEEPEST: usize = 32;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trees {
    steps: Vec<Box<[Step]>>,
    least: i32,
    enough: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// If the sign is there, the next step; else the one so many further on.
    Ask {
        sign: u16,
        otherwise: u16,
    },
    Answer(i32),
}

impl Trees {
    /// A line that is not understood counts nothing: a test sees that there is none.
    pub(super) fn read(file: &str) -> Self {
        let names = names();
        let known = names.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
        let mut trees = Self { steps: Vec::new(), least: 0, enough: i32::MAX };
        for line in lines(file) {
            match line.split_once(' ') {
                Some(("(least)", number)) => trees.least = number.parse().unwrap_or_default(),
                Some(("(enough)", number)) => trees.enough = number.parse().unwrap_or(i32::MAX),
                _ => trees.steps.extend(tree(line, &known).map(Vec::into_boxed_slice)),
            }
        }
        trees
    }

    /// Whether a value that is `over` the threshold is none all the same.
    pub(super) fn are_against(&self, over: i32, signs: &Signs) -> bool {
        self.sum(over, signs) < self.least
    }

    /// Whether a value that is below the threshold, as `over` tells, is one all the same.
    pub(super) fn are_for(&self, over: i32, signs: &Signs) -> bool {
        self.sum(over, signs) >= self.enough
    }

    fn sum(&self, over: i32, signs: &Signs) -> i32 {
        let present = signs.present();
        let is_there = |sign: usize| present.get(sign).copied().unwrap_or_default();
        self.steps.iter().map(|steps| answer(steps, is_there)).sum::<i32>() + POINT * over
    }
}

fn answer(steps: &[Step], is_there: impl Fn(usize) -> bool) -> i32 {
    let mut at = 0;
    while let Some(step) = steps.get(at) {
        match *step {
            Step::Answer(answer) => return answer,
            Step::Ask { sign, .. } if is_there(sign.into()) => at += 1,
            Step::Ask { otherwise, .. } => at += usize::from(otherwise),
        }
    }
    0
}

/// Lines that begin with `#` are for people.
fn lines(file: &str) -> impl Iterator<Item = &str> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// The steps of a tree; `None` if it is not understood.
fn tree(line: &str, known: &HashMap<&str, usize>) -> Option<Vec<Step>> {
    let mut words = line.split_ascii_whitespace();
    let mut steps = Vec::new();
    branch(&mut words, known, &mut steps, DEEPEST)?;
    words.next().is_none().then_some(steps)
}

fn branch(
    words: &mut SplitAsciiWhitespace<'_>,
    known: &HashMap<&str, usize>,
    steps: &mut Vec<Step>,
    left: usize,
) -> Option<()> {
    let word = words.next()?;
    if let Ok(answer) = word.parse() {
        steps.push(Step::Answer(answer));
        return Some(());
    }
    let (sign, at, deeper) = (u16::try_from(*known.get(word)?).ok()?, steps.len(), left.checked_sub(1)?);
    steps.push(Step::Ask { sign, otherwise: 0 });
    branch(words, known, steps, deeper)?;
    let otherwise = u16::try_from(steps.len() - at).ok()?;
    branch(words, known, steps, deeper)?;
    *steps.get_mut(at)? = Step::Ask { sign, otherwise };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_files_is_understood() {
        for (file, text) in [
            ("code.trees", include_str!("../../opinion/code.trees")),
            ("link.trees", include_str!("../../opinion/link.trees")),
        ] {
            let trees = Trees::read(text);
            assert_eq!(trees.steps.len() + 2, lines(text).count(), "{file}");
            assert!(trees.steps.len() > 50, "{file}");
            assert!(trees.least < trees.enough && trees.enough < i32::MAX, "{file}");
        }
    }

    #[test]
    fn a_tree_asks_from_left_to_right() {
        let known = HashMap::from([("a", 0), ("b", 1)]);
        let steps = tree("a 5 b -7 9", &known).unwrap();
        let asked = |present: [bool; 2]| answer(&steps, |sign| present[sign]);
        assert_eq!([asked([true, false]), asked([true, true])], [5, 5]);
        assert_eq!([asked([false, true]), asked([false, false])], [-7, 9]);
        let deep = tree("a b 1 2 3", &known).unwrap();
        let asked = |present: [bool; 2]| answer(&deep, |sign| present[sign]);
        assert_eq!([asked([true, true]), asked([true, false]), asked([false, true])], [1, 2, 3]);
    }

    #[test]
    fn what_is_not_understood_is_no_tree() {
        let known = HashMap::from([("a", 0)]);
        for line in ["", "a", "a 1", "a 1 2 3", "c 1 2", "a 1 c", &"a 1 ".repeat(DEEPEST + 2)] {
            assert_eq!(tree(line, &known), None, "{line}");
        }
    }
}

//! From a mistake to what a person reads: file, line, column, the line itself with a caret, and what to write instead.
//!
//! Checks push [`Problem`]s, which know a place in the text; [`Source::diagnostics`] puts them in the order of the file
//! and makes [`Diagnostic`]s of them. The quoted line never shows a secret: see [`super::mask`].

use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use super::mask::{Masks, Text};

/// One mistake in a configuration. `Display` is the whole message over several lines, without a line end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The file as it was named.
    pub file: String,
    /// From 1. Absent where the mistake is no place in the text (the file can't be read, a table is missing).
    pub line: Option<usize>,
    /// In characters, from 1.
    pub column: Option<usize>,
    pub message: String,
    /// The line itself; secrets in it are replaced by `…`.
    pub line_text: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// The part of `line_text` to underline, in characters.
    #[serde(skip)]
    underline: Range<usize>,
}

impl Diagnostic {
    /// About the file as a whole.
    pub(super) fn of_file(path: &Path, message: impl Into<String>, help: Option<String>) -> Self {
        Self {
            file: path.display().to_string(),
            line: None,
            column: None,
            message: message.into(),
            line_text: None,
            help,
            underline: 0..0,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": error: {}", self.message)?;
        if let (Some(line), Some(text)) = (self.line, &self.line_text) {
            let number = line.to_string();
            let gutter = " ".repeat(number.len());
            // Tabs are kept, so that the caret stands under its character whatever their width.
            let indent: String =
                text.chars().take(self.underline.start).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let carets = "^".repeat(self.underline.len().max(1));
            write!(f, "\n  {number} | {text}\n  {gutter} | {indent}{carets}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// What kind of mistake it is: a file that is no valid TOML makes some of them doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not TOML.
    Syntax,
    /// A value that is wrong in itself.
    Value,
    /// Something that stands where it is not known, or does not stand where it should: can be the echo of a syntax error.
    Shape,
}

/// A mistake and its place, before it is rendered.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    at: Option<Range<usize>>,
    kind: Kind,
    message: String,
    help: Option<String>,
}

impl Problem {
    /// A wrong value.
    pub(super) fn at(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { at: Some(span.clone()), kind: Kind::Value, message: message.into(), help: None }
    }

    /// Something missing, or something that is not known here.
    pub(super) fn shape(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { kind: Kind::Shape, ..Self::at(span, message) }
    }

    /// Something that the file lacks as a whole.
    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self { at: None, kind: Kind::Shape, message: message.into(), help: None }
    }

    pub(super) fn syntax(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { kind: Kind::Syntax, ..Self::at(span, message) }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The text that problems point into.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// In the order of the file; what concerns the whole file comes first. Beside syntax errors, only those mistakes
    /// are told that can't be their echo: wrong values on other lines.
    pub(super) fn diagnostics(&self, problems: Problems) -> Vec<Diagnostic> {
        let mut problems = problems.0;
        let broken: Vec<usize> = problems
            .iter()
            .filter(|p| p.kind == Kind::Syntax)
            .filter_map(|p| Some(self.line_of(p.at.as_ref()?)))
            .collect();
        if !broken.is_empty() {
            problems.retain(|p| match p.kind {
                Kind::Syntax => true,
                Kind::Shape => false,
                Kind::Value => p.at.as_ref().is_none_or(|at| !broken.contains(&self.line_of(at))),
            });
        }
        problems.sort_by_key(|p| p.at.as_ref().map(|at| at.start));
        problems.dedup_by(|b, a| a.at == b.at && a.message == b.message);
        let masks = Masks::find(self.text, if broken.is_empty() { Text::Sound } else { Text::Broken });
        problems.into_iter().map(|problem| self.diagnostic(problem, &masks)).collect()
    }

    fn diagnostic(&self, problem: Problem, masks: &Masks) -> Diagnostic {
        let Some(at) = problem.at else { return Diagnostic::of_file(self.path, problem.message, problem.help) };
        let start = self.boundary(at.start);
        let line = self.line_of(&at);
        let line_range = self.line_range(start);
        let end = self.boundary(at.end.min(line_range.end).max(start));
        let masked = |range: Range<usize>| masks.apply(self.text, range);
        let from = masked(line_range.start..start).chars().count();
        let to = masked(line_range.start..end).chars().count();
        Diagnostic {
            file: self.path.display().to_string(),
            line: Some(line),
            column: Some(self.text.get(line_range.start..start).unwrap_or_default().chars().count() + 1),
            message: problem.message,
            line_text: Some(masked(line_range)),
            help: problem.help,
            underline: from..to.max(from),
        }
    }

    /// From 1.
    fn line_of(&self, at: &Range<usize>) -> usize {
        let before = self.text.get(..self.boundary(at.start)).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    /// Without its line end.
    fn line_range(&self, offset: usize) -> Range<usize> {
        let (before, after) = self.text.split_at_checked(offset).unwrap_or((self.text, ""));
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = offset + after.find('\n').unwrap_or(after.len());
        let line = self.text.get(start..end).unwrap_or_default();
        start..start + line.trim_end_matches('\r').len().max(before.len().saturating_sub(start).min(line.len()))
    }

    /// The nearest character boundary at or before `offset`, within the text.
    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

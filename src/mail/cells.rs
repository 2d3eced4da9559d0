//! Joins what a layout took apart: a code set in one-character cells, spans or paragraphs becomes one word again.

use super::builder::{RawAnchor, RawLine, Rendered};

/// So many single characters in a row are one word.
const RUN: usize = 4;

/// Joins runs of one-character cells (or blank-separated characters) within lines, and runs of one-character lines.
/// Characters that are links of their own (page numbers, a rating from 1 to 10) stay apart.
pub(super) fn join(rendered: &mut Rendered) {
    let mut cuts = Vec::new();
    for line in &rendered.lines {
        in_line(rendered, line, &mut cuts);
    }
    between_lines(rendered, &mut cuts);
    if !cuts.is_empty() {
        cuts.sort_unstable();
        apply(rendered, &cuts);
    }
}

/// Collects the positions of the blanks and tabs to take out of one line.
fn in_line(rendered: &Rendered, line: &RawLine, cuts: &mut Vec<usize>) {
    let Some(bytes) = rendered.text.as_bytes().get(line.range.clone()) else { return };
    if bytes.len() < 2 * RUN - 1 {
        return;
    }
    let mut run = Run::default();
    let mut start = 0;
    for end in 0..=bytes.len() {
        let parts = bytes.get(end).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
        if !parts {
            continue;
        }
        let single = (end == start + 1).then(|| bytes.get(start).copied()).flatten();
        match single {
            Some(byte) if run.takes(byte) => run.add(byte, line.range.start + start),
            _ => run.close(rendered, cuts),
        }
        start = end + 1;
    }
    run.close(rendered, cuts);
}

/// Collects the positions of the line ends to take out between lines of one character each.
fn between_lines(rendered: &Rendered, cuts: &mut Vec<usize>) {
    let mut run = Run::default();
    let mut look = None;
    for line in &rendered.lines {
        let single = (line.range.len() == 1).then(|| rendered.text.as_bytes().get(line.range.start).copied()).flatten();
        if look != Some(line.look) {
            run.close(rendered, cuts);
            look = Some(line.look);
        }
        match single {
            Some(byte) if run.takes(byte) => run.add(byte, line.range.start),
            _ => run.close(rendered, cuts),
        }
    }
    run.close(rendered, cuts);
}

/// Single characters that follow one another, each one separator after the last.
#[derive(Debug, Default)]
struct Run {
    start: usize,
    /// Characters, hyphens included.
    len: usize,
    letters: usize,
    digits: usize,
    lower: bool,
    hyphen_last: bool,
}

impl Run {
    fn takes(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || (byte == b'-' && self.len > 0 && !self.hyphen_last)
    }

    fn add(&mut self, byte: u8, at: usize) {
        if self.len == 0 {
            self.start = at;
        }
        self.len += 1;
        self.letters += usize::from(byte.is_ascii_alphabetic());
        self.digits += usize::from(byte.is_ascii_digit());
        self.lower |= byte.is_ascii_lowercase();
        self.hyphen_last = byte == b'-';
    }

    /// Ends the run. A word of lower-case letters alone is not joined: `a e i o u` are letters, not a code.
    fn close(&mut self, rendered: &Rendered, cuts: &mut Vec<usize>) {
        let run = std::mem::take(self);
        let len = run.len - usize::from(run.hyphen_last);
        if run.letters + run.digits < RUN || (run.digits == 0 && run.lower) {
            return;
        }

        let end = run.start + 2 * len - 1; // one separator after each
        if splits_links(&rendered.anchors, run.start, end) {
            return;
        }
        cuts.extend((1..len).map(|index| run.start + 2 * index - 1));
    }
}

/// Whether an anchor begins or ends inside `start..end`.
fn splits_links(anchors: &[RawAnchor], start: usize, end: usize) -> bool {
    let from = anchors.partition_point(|anchor| anchor.range.start <= start);
    let begins = anchors.get(from).is_some_and(|anchor| anchor.range.start < end && !anchor.range.is_empty());
    let ends = from
        .checked_sub(1)
        .and_then(|before| anchors.get(before))
        .is_some_and(|anchor| anchor.range.end > start && anchor.range.end < end);
    begins || ends
}

/// Takes the separators at `cuts` (sorted) out of the text and moves everything that points into it.
fn apply(rendered: &mut Rendered, cuts: &[usize]) {
    let moved = |at: usize| at - cuts.partition_point(|cut| *cut < at);
    let mut text = String::with_capacity(rendered.text.len());
    let mut from = 0;
    for &cut in cuts {
        text.push_str(rendered.text.get(from..cut).unwrap_or_default());
        from = cut + 1;
    }
    text.push_str(rendered.text.get(from..).unwrap_or_default());

    let mut lines: Vec<RawLine> = Vec::with_capacity(rendered.lines.len());
    for line in rendered.lines.drain(..) {
        let range = moved(line.range.start)..moved(line.range.end);
        match lines.last_mut() {
            Some(before) if before.range.end == range.start => before.range.end = range.end,
            _ => lines.push(RawLine { range, ..line }),
        }
    }
    rendered.lines = lines;
    rendered.text = text;
    for anchor in &mut rendered.anchors {
        anchor.range = moved(anchor.range.start)..moved(anchor.range.end);
    }
}

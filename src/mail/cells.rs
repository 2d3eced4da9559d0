//! Joins what a layout took apart: a code set in one-character cells, spans or paragraphs becomes one word again.

use std::ops::{Range, RangeInclusive};

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
    groups(rendered, &mut cuts);
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
        let part = bytes.get(start..end).unwrap_or_default();
        let (first, last) = (part.first().copied(), part.last().copied());
        match first {
            Some(byte) if run.takes(byte) && (part.len() == 1 || run.is_begun() && closes(chars(part).nth(1))) => {
                run.blanks |= run.is_begun() && bytes.get(start - 1) == Some(&b' ');
                run.add(byte, line.range.start + start);
                if part.len() > 1 {
                    run.close(rendered, cuts);
                }
            }
            _ => run.close(rendered, cuts),
        }
        // "OTP：8 3 6": the first one may follow a mark.
        if let Some(byte) = last.filter(|byte| part.len() > 1 && byte.is_ascii_alphanumeric())
            && opens(chars(part).rev().nth(1))
        {
            run.add(byte, line.range.start + end - 1);
        }
        start = end + 1;
    }
    run.close(rendered, cuts);
}

/// The characters of a part; it may have been cut inside one only where a blank stands.
fn chars(part: &[u8]) -> std::str::Chars<'_> {
    std::str::from_utf8(part).unwrap_or_default().chars()
}

/// A mark after which a code may stand, or a letter of a script that parts no words.
fn opens(before: Option<char>) -> bool {
    before.is_some_and(|c| matches!(c, ':' | '=' | '(' | '[' | '"' | '“' | '„' | '«') || c >= '\u{2e80}')
}

/// The same behind a code.
fn closes(after: Option<char>) -> bool {
    after.is_some_and(|c| matches!(c, '.' | ',' | ';' | '!' | ')' | ']' | '"' | '“' | '”' | '»') || c >= '\u{2e80}')
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

/// Collects the line ends amid a number whose groups have a line each, below a line that announces them: "Your code:", `190`, `463`.
fn groups(rendered: &Rendered, cuts: &mut Vec<usize>) {
    const LENGTHS: RangeInclusive<usize> = 4..=8;
    let text = |line: &RawLine| rendered.text.get(line.range.clone()).unwrap_or_default();
    let is_group =
        |line: &RawLine| (2..=4).contains(&line.range.len()) && text(line).bytes().all(|byte| byte.is_ascii_digit());
    let mut lines = rendered.lines.iter().peekable();
    while let Some(above) = lines.next() {
        let mut run: Vec<&RawLine> = Vec::new();
        while let Some(line) = lines.next_if(|line| is_group(line)) {
            run.push(line);
        }
        let Some((first, others)) = run.split_first() else { continue };
        let is_even = others.iter().all(|line| line.range.len() == first.range.len() && line.look == first.look);
        let is_one = !others.is_empty() && is_even && LENGTHS.contains(&(run.len() * first.range.len()));
        let is_announced = text(above).trim_end().ends_with([':', '：']) && !above.look.hidden;
        if is_one && is_announced {
            cuts.extend(run.windows(2).filter_map(|pair| match pair {
                [line, next] if line.range.end + 1 == next.range.start => Some(line.range.end),
                _ => None,
            }));
        }
    }
}

/// Single characters that follow one another, each one separator after the last.
#[derive(Debug, Default)]
struct Run {
    start: usize,
    characters: Vec<u8>,
    /// Some of the separators are blanks rather than cells or lines.
    blanks: bool,
}

impl Run {
    fn is_begun(&self) -> bool {
        !self.characters.is_empty()
    }

    fn takes(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || (byte == b'-' && self.characters.last().is_some_and(|last| *last != b'-'))
    }

    fn add(&mut self, byte: u8, at: usize) {
        if self.characters.is_empty() {
            self.start = at;
        }
        self.characters.push(byte);
    }

    /// Ends the run. A word of lower-case letters alone is not joined: `a e i o u` are letters, not a code.
    fn close(&mut self, rendered: &Rendered, cuts: &mut Vec<usize>) {
        if self.characters.len() >= RUN {
            let Range { start: from, end: to } = self.word();
            let word = self.characters.get(from..to).unwrap_or_default();
            let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
            let letters = word.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
            let is_word = digits + letters >= RUN && (digits > 0 || !word.iter().any(u8::is_ascii_lowercase));
            // One separator stands after each character.
            let start = self.start + 2 * from;
            if is_word && !splits_links(&rendered.anchors, start, start + 2 * word.len() - 1) {
                cuts.extend((1..word.len()).map(|index| start + 2 * index - 1));
            }
        }
        self.characters.clear();
        self.blanks = false;
    }

    /// The part of the run that is one word: not a hyphen at its end, and not a one-letter word beside a number that
    /// is set with blanks (`4 8 2 9 a`).
    fn word(&self) -> Range<usize> {
        let mut word = self.characters.as_slice();
        let mut from = 0;
        if let [body @ .., b'-'] = word {
            word = body;
        }
        let digits = |part: &[u8]| part.len() >= RUN && part.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-');
        if !self.blanks {
            return from..from + word.len();
        }
        if let [first, body @ ..] = word
            && first.is_ascii_lowercase()
            && digits(body.split_last().map_or(body, |(_, rest)| rest))
        {
            (from, word) = (1, body);
        }
        if let [body @ .., last] = word
            && last.is_ascii_lowercase()
            && digits(body)
        {
            word = body;
        }
        from..from + word.len()
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

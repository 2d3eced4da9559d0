//! Grows the visible text of one part, line by line: folds characters, collapses blanks, keeps hidden text on lines of
//! its own, and remembers where each anchor's text lies.
//!
//! Visible and hidden text are two streams: something hidden in the middle of a visible line does not part it
//! (`48<span hidden>x</span>2913` reads `482913`), and comes as a line of its own after it.

use std::ops::Range;

use super::normalise::{Folded, fold_char, push_composed};

/// What a piece of text looks like; pieces that differ stand on different lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) hidden: bool,
    pub(super) alt: bool,
    pub(super) quote: Quote,
}

/// How deep a line stands in quotes, as its markup says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Quote {
    /// Marked as quoted mail: `>` or `<blockquote type="cite">`.
    pub(super) cited: u8,
    /// Any `<blockquote>`: a quote only where an attribution line says so.
    pub(super) indented: u8,
}

/// What parts two pieces of text; of several the greatest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    #[default]
    None,
    Blank,
    /// A block begins or ends.
    Block,
    /// A table cell begins or ends; a block at the cell's edge parts nothing more.
    Cell,
    /// A table or one of its rows begins or ends.
    Row,
}

/// A line with its markup's own quote depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawLine {
    pub(super) range: Range<usize>,
    pub(super) look: Look,
}

#[derive(Clone, Debug)]
pub(super) struct RawAnchor {
    pub(super) href: String,
    pub(super) range: Range<usize>,
    pub(super) look: Look,
}

/// A rendered part before quotes and forwards are settled.
#[derive(Clone, Debug, Default)]
pub(super) struct Rendered {
    pub(super) text: String,
    pub(super) lines: Vec<RawLine>,
    /// By start.
    pub(super) anchors: Vec<RawAnchor>,
}

#[derive(Debug, Default)]
pub(super) struct Builder {
    out: Rendered,
    visible: Stream,
    hidden: Stream,
    anchors: Vec<Pending>,
    /// Indices into `anchors`; the innermost last.
    open: Vec<usize>,
}

/// The line that is being written.
#[derive(Debug, Default)]
struct Stream {
    line: String,
    gap: Gap,
    look: Look,
    marks: Vec<Mark>,
}

/// A stretch of the current line that belongs to an anchor.
#[derive(Debug)]
struct Mark {
    anchor: usize,
    range: Range<usize>,
}

#[derive(Debug)]
struct Pending {
    href: String,
    look: Look,
    visible: Option<Range<usize>>,
    hidden: Option<Range<usize>>,
    /// Where an anchor without any text stands.
    at: usize,
}

impl Builder {
    pub(super) fn gap(&mut self, gap: Gap, hidden: bool) {
        let stream = if hidden { &mut self.hidden } else { &mut self.visible };
        stream.gap = stream.gap.max(gap);
    }

    /// Appends text. Line ends in it are blanks, or block gaps if `breaks`.
    pub(super) fn push(&mut self, text: &str, look: Look, breaks: bool) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let run = rest.bytes().position(|byte| !byte.is_ascii_graphic()).unwrap_or(rest.len());
            if let Some((word, after)) = rest.split_at_checked(run).filter(|(word, _)| !word.is_empty()) {
                self.append(look, |line| line.push_str(word));
                rest = after;
                continue;
            }
            match fold_char(first) {
                Folded::Keep(c) => self.append(look, |line| push_composed(line, c)),
                Folded::Blank => self.gap(Gap::Blank, look.hidden),
                Folded::Break => self.gap(if breaks { Gap::Block } else { Gap::Blank }, look.hidden),
                Folded::Drop => {}
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }

    pub(super) fn open_anchor(&mut self, href: String, look: Look) {
        self.open.push(self.anchors.len());
        self.anchors.push(Pending { href, look, visible: None, hidden: None, at: self.out.text.len() });
    }

    pub(super) fn close_anchor(&mut self) {
        self.open.pop();
    }

    /// Whether the innermost open anchor holds no text yet.
    pub(super) fn anchor_is_empty(&self) -> bool {
        self.open.last().is_some_and(|&index| {
            let marked = |stream: &Stream| stream.marks.last().is_some_and(|mark| mark.anchor == index);
            self.anchors.get(index).is_some_and(|anchor| anchor.visible.is_none() && anchor.hidden.is_none())
                && !marked(&self.visible)
                && !marked(&self.hidden)
        })
    }

    pub(super) fn finish(mut self) -> Rendered {
        self.flush(false);
        self.flush(true);
        let mut out = self.out;
        out.anchors = self
            .anchors
            .into_iter()
            .map(|anchor| {
                let hidden = anchor.look.hidden || (anchor.visible.is_none() && anchor.hidden.is_some());
                let at = anchor.at.min(out.text.len());
                RawAnchor {
                    href: anchor.href,
                    range: anchor.visible.or(anchor.hidden).unwrap_or(at..at),
                    look: Look { hidden, ..anchor.look },
                }
            })
            .collect();
        out.anchors.sort_by_key(|anchor| anchor.range.start);
        out
    }

    /// Appends to the line of `look`, and to the innermost open anchor.
    fn append(&mut self, look: Look, write: impl FnOnce(&mut String)) {
        self.begin(look);
        let stream = if look.hidden { &mut self.hidden } else { &mut self.visible };
        let start = stream.line.len();
        write(&mut stream.line);
        if let Some(&anchor) = self.open.last() {
            let end = stream.line.len();
            match stream.marks.last_mut() {
                Some(mark) if mark.anchor == anchor => mark.range.end = end,
                _ => stream.marks.push(Mark { anchor, range: start.min(end)..end }),
            }
        }
    }

    /// Writes out the gap before what is appended next.
    fn begin(&mut self, look: Look) {
        let stream = if look.hidden { &mut self.hidden } else { &mut self.visible };
        if !stream.line.is_empty() && (stream.look != look || matches!(stream.gap, Gap::Block | Gap::Row)) {
            self.flush(look.hidden);
        }
        if !look.hidden && self.visible.line.is_empty() {
            self.flush(true);
        }
        let stream = if look.hidden { &mut self.hidden } else { &mut self.visible };
        if stream.line.is_empty() {
            stream.look = look;
        } else {
            match stream.gap {
                Gap::Blank => stream.line.push(' '),
                Gap::Cell => stream.line.push('\t'),
                Gap::None | Gap::Block | Gap::Row => {}
            }
        }
        stream.gap = Gap::None;
    }

    fn flush(&mut self, hidden: bool) {
        let stream = if hidden { &mut self.hidden } else { &mut self.visible };
        if stream.line.is_empty() {
            return;
        }
        let text = &mut self.out.text;
        if !text.is_empty() {
            text.push('\n');
        }
        let base = text.len();
        text.push_str(&stream.line);
        self.out.lines.push(RawLine { range: base..text.len(), look: stream.look });
        stream.line.clear();
        for mark in stream.marks.drain(..) {
            let Some(anchor) = self.anchors.get_mut(mark.anchor) else { continue };
            let range = base + mark.range.start..base + mark.range.end;
            let whole = if hidden { &mut anchor.hidden } else { &mut anchor.visible };
            *whole = Some(whole.as_ref().map_or(range.start, |before| before.start)..range.end);
        }
    }
}

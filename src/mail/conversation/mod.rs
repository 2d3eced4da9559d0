//! Which lines the sender of this mail wrote, and which are an older mail's that is answered (quoted) or passed on
//! (forwarded). What is passed on is what this mail is about: its lines count as the sender's own, and its header says
//! whom it was first sent to.
//!
//! Markup says how deep a line is cited; the words around an older mail say what that means.

mod words;

#[cfg(test)]
mod tests;

use super::address::{distinct, search};
use super::builder::{RawLine, Rendered};
use super::normalise::fold;
use super::{Anchor, Forwarded, Line};
use words::{Label, Marker, Prefix, Words};

/// A quoted header has at most so many lines.
const MAX_HEADER: usize = 24;
/// So many lines at most stand between what names an older mail and its header.
const MAX_BEFORE_HEADER: usize = 3;

/// What is known of the mail that a text belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) subject: &'a str,
    /// A copy that a report returns: an older mail as a whole.
    pub(super) returned: bool,
}

/// A text's lines and anchors with their quote depths.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) lines: Vec<Line>,
    pub(super) anchors: Vec<Anchor>,
    /// The innermost original, and in how many forwards it is wrapped.
    pub(super) forwarded: Option<(Forwarded, usize)>,
}

/// Whether a line speaks of the subject of a mail: "the four digits in the subject".
pub(super) fn speaks_of_subject(line: &str) -> bool {
    Words::get().speaks_of_subject(line)
}

/// Decides the quote depth of each line and finds the header of a forwarded original.
pub(super) fn settle(rendered: &Rendered, context: Context<'_>) -> Settled {
    let mut reader = Reader {
        rendered,
        words: Words::get(),
        depths: Vec::with_capacity(rendered.lines.len()),
        answered: 0,
        passed_on: 0,
        by_indent: None,
        subject: fold(context.subject),
        introduced: false,
        own_text: None,
        forwarded: None,
        forwards: 0,
    };
    reader.read();
    let base = u8::from(context.returned);
    let depths = reader.finish();
    let lines: Vec<Line> = rendered
        .lines
        .iter()
        .zip(depths)
        .map(|(line, depth)| Line {
            range: line.range.clone(),
            quote_depth: depth.saturating_add(base),
            hidden: line.look.hidden,
            alt: line.look.alt,
        })
        .collect();
    let anchors = rendered.anchors.iter().map(|anchor| {
        let at = lines.partition_point(|line| line.range.end < anchor.range.start);
        Anchor {
            range: anchor.range.clone(),
            href: anchor.href.clone(),
            quote_depth: lines.get(at).or(lines.last()).map_or(base, |line| line.quote_depth),
            hidden: anchor.look.hidden,
        }
    });
    let anchors = anchors.collect();
    Settled { anchors, lines, forwarded: reader.forwarded.map(|forwarded| (forwarded, reader.forwards)) }
}

struct Reader<'a> {
    rendered: &'a Rendered,
    words: &'static Words,
    /// Of the lines read so far.
    depths: Vec<u8>,
    /// Older mails that were answered without being marked as cited.
    answered: u8,
    /// Citation marks around a mail that was passed on: they say nothing.
    passed_on: u8,
    /// After an attribution every `<blockquote>` is a quote, down to this depth of them.
    by_indent: Option<u8>,
    /// Of the mail that the current line belongs to.
    subject: String,
    /// Something says that an older mail follows.
    introduced: bool,
    /// The first line that is the sender's own.
    own_text: Option<usize>,
    forwarded: Option<Forwarded>,
    forwards: usize,
}

/// The header lines of an older mail inside a text.
struct Header {
    /// The index of the line after it.
    end: usize,
    from: String,
    to: String,
    subject: Option<String>,
    marker: Option<Marker>,
    /// Where the line that names it stands, else its own first line.
    start: usize,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        let mut at = 0;
        while let Some(line) = self.rendered.lines.get(at) {
            if line.look.hidden || line.look.alt {
                self.line(at, line);
                at += 1;
            } else if let Some(header) = self.header(at) {
                self.enter(at, &header);
                at = header.end;
            } else {
                self.line(at, line);
                self.introduce(at);
                at += 1;
            }
        }
    }

    /// The depths, or nought for all where nothing is the sender's own and nothing says that it is quoted: some
    /// programs mark all of a mail as cited when they pass it on.
    fn finish(&mut self) -> Vec<u8> {
        let mut depths = std::mem::take(&mut self.depths);
        let own =
            self.rendered.lines.iter().zip(&depths).filter(|(line, _)| !line.look.hidden).map(|(_, depth)| *depth);
        let least = if self.introduced { 0 } else { own.min().unwrap_or(0) };
        depths.iter_mut().for_each(|depth| *depth = depth.saturating_sub(least));
        depths
    }

    fn text(&self, line: &RawLine) -> &'a str {
        self.rendered.text.get(line.range.clone()).unwrap_or_default()
    }

    /// How deep markup alone puts a line.
    fn cited(&self, line: &RawLine) -> u8 {
        let quote = line.look.quote;
        if self.by_indent.is_some_and(|floor| quote.indented > floor) {
            quote.cited.max(quote.indented)
        } else {
            quote.cited
        }
    }

    fn depth(&self, line: &RawLine) -> u8 {
        self.answered.saturating_add(self.cited(line).saturating_sub(self.passed_on))
    }

    /// The next line from `at` on that a person sees.
    fn seen(&self, at: usize) -> Option<(usize, &'a RawLine)> {
        let lines = self.rendered.lines.iter().enumerate().skip(at).take(MAX_HEADER);
        lines.into_iter().find(|(_, line)| !line.look.hidden && !line.look.alt)
    }

    /// The last line before `at` that a person sees.
    fn seen_before(&self, at: usize) -> Option<(usize, &'a RawLine)> {
        let lines = self.rendered.lines.get(at.saturating_sub(MAX_HEADER)..at)?.iter().enumerate().rev();
        let first = at.saturating_sub(MAX_HEADER);
        lines.map(|(index, line)| (first + index, line)).find(|(_, line)| !line.look.hidden && !line.look.alt)
    }

    /// Reads a header that begins at line `at`.
    fn header(&self, at: usize) -> Option<Header> {
        let line = self.rendered.lines.get(at)?;
        let (mut from, mut to, mut subject) = (None::<String>, None::<String>, None::<String>);
        let (mut sent, mut last) = (false, None);
        let mut end = at;
        if self.words.label(self.text(line)).is_none() {
            from = Some(self.sender_below_marker(at)?.to_owned());
            sent = true;
            end = at + 1;
        }
        while let Some((index, line)) = self.seen(end).filter(|_| end < at + MAX_HEADER) {
            let text = self.text(line);
            match self.words.label(text) {
                Some((Label::From, _)) if from.is_some() => break,
                Some((label, value)) => {
                    match label {
                        Label::From => from = Some(value.to_owned()),
                        Label::To => _ = to.get_or_insert_with(|| value.to_owned()),
                        Label::Subject => _ = subject.get_or_insert_with(|| value.to_owned()),
                        Label::Sent => sent = true,
                        Label::Other => {}
                    }
                    last = Some(label);
                }
                // A long list of addresses goes on in the next line.
                None if is_continuation(text) => match last {
                    Some(Label::From) => from.iter_mut().for_each(|value| append(value, text)),
                    Some(Label::To) => to.iter_mut().for_each(|value| append(value, text)),
                    Some(Label::Other) => {}
                    _ => break,
                },
                None => break,
            }
            end = index + 1;
        }
        let from = from?;
        let count = 1 + usize::from(sent) + usize::from(to.is_some()) + usize::from(subject.is_some());
        if count < 2 {
            return None;
        }
        let mut start = at;
        let mut marker = None;
        for _ in 0..MAX_BEFORE_HEADER {
            let Some((index, line)) = self.seen_before(start) else { break };
            marker = self.words.marker(self.text(line));
            start = index;
            if marker.is_some() {
                break;
            }
        }
        let start = if marker.is_some() { start } else { at };
        let is_header =
            marker.is_some() || (count >= 3 && (sent || subject.is_some()) && (count == 4 || from.contains('@')));
        is_header.then(|| Header { end, from, to: to.unwrap_or_default(), subject, marker, start })
    }

    /// The date and sender of a forwarded mail in one line, as Yandex writes them: `27.03.2025, 19:12, "Bob" <bob@example.com>:`.
    fn sender_below_marker(&self, at: usize) -> Option<&'a str> {
        let line = self.text(self.rendered.lines.get(at)?);
        let above = self.text(self.seen_before(at)?.1);
        // Whatever the rule says: the subject tells that a mail is passed on.
        let is_below = is_rule(above)
            && match self.words.marker(above) {
                Some(Marker::Forwarded) => true,
                Some(Marker::Original) => false,
                None => self.words.prefix(&self.subject) == Some(Prefix::Forward),
            };
        (is_below && line.contains('@') && self.is_attribution(at)).then_some(line)
    }

    /// Goes on into the older mail whose header stands at `at`.
    fn enter(&mut self, at: usize, header: &Header) {
        let Some(first) = self.rendered.lines.get(header.start) else { return };
        // Citation marks that begin with the header itself are how some programs set a forwarded mail apart.
        let before = self.seen_before(header.start);
        let outside = match before {
            None => self.answered,
            Some((index, line)) if self.cited(line) < self.cited(first) && !self.is_attribution(index) => {
                self.depths.get(index).copied().unwrap_or(self.answered)
            }
            Some(_) => self.depth(first),
        };
        let passes_on = match (header.marker, self.words.prefix(&self.subject)) {
            (Some(Marker::Forwarded), _) | (_, Some(Prefix::Forward)) => true,
            (_, Some(Prefix::Reply)) => false,
            // "VS: …" with "Fra: …" below is Danish or Norwegian.
            (_, Some(Prefix::Either))
                if self.rendered.lines.get(at).is_some_and(|line| is_from_in_danish(self.text(line))) =>
            {
                true
            }
            // Without a word on it, a mail that begins with an older one passes it on.
            (_, Some(Prefix::Either) | None) => !self.has_own_text(header.start),
        };
        if passes_on {
            let marks = self.rendered.lines.get(at).map_or(0, |line| self.cited(line));
            let body = self.seen(header.end).map_or(marks, |(_, line)| self.cited(line));
            let inside = self.answered;
            self.passed_on = marks.max(body).saturating_sub(outside.saturating_sub(inside));
            for depth in self.depths.iter_mut().skip(header.start) {
                *depth = outside;
            }
            self.depths.resize(header.end, outside);
            if outside == 0 {
                self.forwards += 1;
                self.forwarded = Some(header.original());
            }
        } else {
            self.introduced = true;
            self.depths.resize(header.end, outside);
            self.answered = self.answered.saturating_add(1);
        }
        self.subject = header.subject.clone().unwrap_or_default();
    }

    fn is_attribution(&self, at: usize) -> bool {
        let Some(line) = self.rendered.lines.get(at) else { return false };
        let before = self.seen_before(at).map(|(_, line)| self.text(line));
        self.words.is_attribution(self.text(line), before)
    }

    /// Whether a line above `at` is the sender's own.
    fn has_own_text(&self, at: usize) -> bool {
        self.own_text.is_some_and(|first| first < at)
    }

    /// Takes down a line of no header.
    fn line(&mut self, at: usize, line: &RawLine) {
        let depth = self.depth(line);
        self.depths.push(depth);
        if depth == 0
            && self.own_text.is_none()
            && !(line.look.hidden || line.look.alt)
            && self.text(line).chars().any(char::is_alphanumeric)
            && self.words.marker(self.text(line)).is_none()
        {
            self.own_text = Some(at);
        }
    }

    /// Acts on a line that says that an older mail follows, if it does.
    fn introduce(&mut self, at: usize) {
        let Some(line) = self.rendered.lines.get(at) else { return };
        if self.by_indent.is_some_and(|floor| line.look.quote.indented <= floor) {
            self.by_indent = None;
        }
        let Some((next_at, next)) = self.seen(at + 1) else { return };
        if self.is_attribution(at) {
            self.introduced = true;
            let (here, below) = (line.look.quote, next.look.quote);
            if below.cited > here.cited {
            } else if below.indented > here.indented {
                self.by_indent = Some(here.indented);
            } else {
                self.answered = self.answered.saturating_add(1);
            }
        } else if is_rule(self.text(line))
            && self.words.marker(self.text(line)) == Some(Marker::Original)
            && self.words.prefix(&self.subject) != Some(Prefix::Forward)
            && (next_at..next_at + MAX_BEFORE_HEADER).all(|at| self.header(at).is_none())
            && self.has_own_text(at)
        {
            self.introduced = true;
            self.answered = self.answered.saturating_add(1);
        }
    }
}

impl Header {
    fn original(&self) -> Forwarded {
        let to = distinct(search(&self.to));
        Forwarded {
            from: search(&self.from).into_iter().next(),
            to,
            subject: self.subject.as_deref().map(fold).filter(|subject| !subject.is_empty()),
        }
    }
}

fn is_from_in_danish(line: &str) -> bool {
    line.get(..4).is_some_and(|label| label.eq_ignore_ascii_case("fra:"))
}

/// `-----Original Message-----`
fn is_rule(line: &str) -> bool {
    line.starts_with("--") || line.starts_with("__") || line.starts_with("==")
}

fn is_continuation(line: &str) -> bool {
    line.len() < 1000 && line.contains('@') && (line.starts_with('<') || line.contains([',', ';', '<']))
}

fn append(value: &mut String, text: &str) {
    value.push(' ');
    value.push_str(text);
}

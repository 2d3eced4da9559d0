//! The MIME tree (RFC 2045, RFC 2046) in one pass over the lines: every part with its header fields and its body as
//! they stand in the mail, nothing decoded.
//!
//! mail-parser reads the fields and its decoders the charsets, but not the tree: its time is quadratic in the number of
//! multiparts whose boundary never comes (28 s for 2 MiB), it needs the last boundary to decode base64, and dropping
//! twenty thousand nested messages overflows the stack. Here each line is looked at once, with a table of the
//! boundaries that are open, and the tree is a flat list.

use std::borrow::Cow;
use std::collections::HashMap;

use super::header::{Field, Parameterised, find};
use super::transfer::Encoding;

/// Parts beyond these are not looked at.
const MAX_ENTITIES: usize = 4096;
/// Header fields of all parts together beyond these are skipped.
const MAX_FIELDS: usize = 20_000;
/// Boundaries have at most 70 characters (RFC 2046 section 5.1.1); some senders write more.
const MAX_BOUNDARY: usize = 1024;
/// Section numbers are written down to this depth.
const MAX_SECTION: usize = 32;

/// A part of the tree: a multipart, an attached message or a leaf. The first one is the mail itself.
#[derive(Debug)]
pub(super) struct Entity<'a> {
    /// Index of the multipart or message that holds it.
    pub(super) parent: Option<usize>,
    /// Counted from 1 within its parent.
    number: u32,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) kind: Kind,
    pub(super) media: Parameterised,
    pub(super) encoding: Encoding,
    /// A leaf's content, still encoded.
    pub(super) body: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Leaf,
    Multipart,
    /// A message/rfc822 part; its one child is the message.
    Message,
}

/// The section number of an entity as IMAP counts (RFC 3501 section 6.4.5): `1.2`.
pub(super) fn section(entities: &[Entity<'_>], index: usize) -> String {
    let mut numbers = Vec::new();
    let mut at = Some(index);
    let mut cut = false;
    while let Some(entity) = at.and_then(|at| entities.get(at)) {
        let parent = entity.parent.and_then(|parent| entities.get(parent));
        // A multipart that is a whole message has no number of its own.
        if entity.kind != Kind::Multipart || parent.is_some_and(|parent| parent.kind == Kind::Multipart) {
            if numbers.len() == MAX_SECTION {
                numbers.remove(0);
                cut = true;
            }
            numbers.push(entity.number.to_string());
        }
        at = entity.parent;
    }
    numbers.reverse();
    if cut {
        numbers.insert(0, "…".to_owned());
    }
    numbers.join(".")
}

/// Parts raw bytes into entities, in the order in which they begin. A mail that was cut gives the parts that it has.
pub(super) fn split(raw: &[u8]) -> Vec<Entity<'_>> {
    let mut splitter = Splitter {
        raw,
        entities: Vec::new(),
        frames: Vec::new(),
        boundaries: HashMap::new(),
        fields: 0,
        value_start: 0,
        mode: Mode::Headers,
        body_start: 0,
        media_default: None,
    };
    splitter.begin(None);
    splitter.run();
    splitter.entities
}

/// An open multipart or message.
#[derive(Debug)]
struct Frame {
    entity: usize,
    /// A message has none; a multipart without one takes that of its first line that looks like one.
    boundary: Option<Vec<u8>>,
    children: u32,
    start: usize,
    is_multipart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Headers,
    Body,
    /// Before the first boundary of a multipart.
    Preamble,
    /// After the last one.
    Epilogue,
}

struct Splitter<'a> {
    raw: &'a [u8],
    entities: Vec<Entity<'a>>,
    frames: Vec<Frame>,
    /// Where in `frames` each boundary is open, the innermost last.
    boundaries: HashMap<Vec<u8>, Vec<usize>>,
    fields: usize,
    /// Where the value of the last field begins.
    value_start: usize,
    mode: Mode,
    body_start: usize,
    /// In a multipart/digest.
    media_default: Option<&'static str>,
}

impl<'a> Splitter<'a> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.raw.len() {
            let rest = self.raw.get(at..).unwrap_or_default();
            let next = memchr::memchr(b'\n', rest).map_or(self.raw.len(), |len| at + len + 1);
            let line = trim_end(self.raw.get(at..next).unwrap_or_default());
            let is_boundary = line.starts_with(b"--") && self.boundary(line, at, next);
            if !is_boundary && self.mode == Mode::Headers {
                self.header_line(line, at, next);
            }
            at = match self.mode {
                Mode::Headers | Mode::Preamble => next,
                Mode::Body | Mode::Epilogue => self.skip_to_boundary(next),
            };
        }
        if self.mode == Mode::Headers {
            self.end_of_headers(self.raw.len());
        }
        self.end_leaf(self.raw.len());
        self.close_frames(0, self.raw.len());
    }

    /// Where the next line that could be a boundary begins.
    fn skip_to_boundary(&self, from: usize) -> usize {
        if self.boundaries.is_empty() {
            return self.raw.len();
        }
        let rest = self.raw.get(from..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return from;
        }
        memchr::memmem::find(rest, b"\n--").map_or(self.raw.len(), |len| from + len + 1)
    }

    /// Opens an entity within the innermost frame, or the mail itself.
    fn begin(&mut self, parent: Option<usize>) {
        let number = self.frames.last_mut().map_or(1, |frame| {
            frame.children = frame.children.saturating_add(1);
            frame.children
        });
        self.entities.push(Entity {
            parent,
            number,
            fields: Vec::new(),
            kind: Kind::Leaf,
            media: Parameterised::default(),
            encoding: Encoding::Identity,
            body: &[],
        });
        self.mode = Mode::Headers;
    }

    /// Acts on a line that begins with `--`; whether it is a boundary of an open multipart.
    fn boundary(&mut self, line: &'a [u8], at: usize, next: usize) -> bool {
        let Some(text) = line.get(2..).filter(|text| text.len() <= MAX_BOUNDARY + 2) else { return false };
        if self.mode == Mode::Preamble {
            self.adopt_boundary(text, next);
        }
        let open = |text: &[u8]| self.boundaries.get(text).and_then(|frames| frames.last().copied());
        let (frame, closes) = match (open(text), text.strip_suffix(b"--").and_then(open)) {
            (Some(frame), _) => (frame, false),
            (None, Some(frame)) => (frame, true),
            (None, None) => return false,
        };
        if self.mode == Mode::Headers {
            self.end_of_headers(at);
        }
        self.end_leaf(at);
        self.close_frames(frame + 1, at);
        if closes {
            self.close_frames(frame, at);
            self.mode = Mode::Epilogue;
        } else if self.entities.len() >= MAX_ENTITIES {
            self.mode = Mode::Epilogue;
        } else {
            let parent = self.frames.last().map(|frame| frame.entity);
            let digest = parent.and_then(|parent| self.entities.get(parent)).is_some_and(|p| p.media.sub == "digest");
            self.media_default = digest.then_some("message/rfc822");
            self.begin(parent);
        }
        self.body_start = next;
        true
    }

    /// Takes a line for the boundary of a multipart that declares none, or one that does not come.
    fn adopt_boundary(&mut self, text: &[u8], next: usize) {
        let begins_part = || {
            let line = self.raw.get(next..).and_then(|rest| rest.get(..8));
            line.is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
        };
        if text.is_empty() || self.boundaries.contains_key(text) {
            return;
        }
        let adopts = self.frames.last().is_some_and(|frame| frame.boundary.is_none()) || begins_part();
        let Some(frame) = self.frames.last_mut().filter(|_| adopts) else { return };
        if let Some(declared) = frame.boundary.replace(text.to_vec())
            && let Some(open) = self.boundaries.get_mut(&declared)
        {
            open.pop();
        }
        self.boundaries.entry(text.to_vec()).or_default().push(self.frames.len() - 1);
    }

    fn end_leaf(&mut self, at: usize) {
        if self.mode == Mode::Body
            && let Some(entity) = self.entities.last_mut()
        {
            entity.body = trim_line_end(self.raw.get(self.body_start..at).unwrap_or_default());
        }
    }

    /// Closes frames from the innermost out, until `keep` are left. A multipart without parts is a text.
    fn close_frames(&mut self, keep: usize, at: usize) {
        while self.frames.len() > keep {
            let Some(frame) = self.frames.pop() else { return };
            if let Some(boundary) = &frame.boundary
                && let Some(open) = self.boundaries.get_mut(boundary)
            {
                open.pop();
                if open.is_empty() {
                    self.boundaries.remove(boundary);
                }
            }
            if frame.is_multipart
                && frame.children == 0
                && let Some(entity) = self.entities.get_mut(frame.entity)
            {
                entity.kind = Kind::Leaf;
                entity.media = Parameterised::parse(b"text/plain").unwrap_or_default();
                entity.body = trim_line_end(self.raw.get(frame.start..at).unwrap_or_default());
            }
        }
    }

    fn header_line(&mut self, line: &'a [u8], at: usize, next: usize) {
        let Some(entity) = self.entities.last_mut() else { return };
        let whole = self.raw.get(at..next).unwrap_or_default();
        if line.is_empty() {
            // Blank lines before a mail are skipped.
            if !(entity.fields.is_empty() && entity.parent.is_none()) {
                self.end_of_headers(next);
            }
        } else if whole.starts_with(b" ") || whole.starts_with(b"\t") {
            self.continue_field(next);
        } else if let Some((name, value)) = field(whole) {
            if self.fields < MAX_FIELDS {
                self.fields += 1;
                entity.fields.push(Field { name, value });
                self.value_start = next - value.len();
            }
        } else if entity.fields.is_empty() && (line.starts_with(b"From ") || line.starts_with(b">From ")) {
            // The separator of an mbox file.
        } else {
            // Either a folded value that lost its blank, or the body of a part without a blank line before it.
            let following = self.raw.get(next..).unwrap_or_default();
            let following = following.get(..memchr::memchr(b'\n', following).unwrap_or(following.len())).unwrap_or(&[]);
            let goes_on = field(following).is_some_and(|(name, _)| is_known(name));
            if goes_on && !entity.fields.is_empty() {
                self.continue_field(next);
            } else {
                self.end_of_headers(at);
            }
        }
    }

    /// Lets the last field's value go on to `end`.
    fn continue_field(&mut self, end: usize) {
        let field = self.entities.last_mut().and_then(|entity| entity.fields.last_mut());
        if let (Some(field), Some(value)) = (field, self.raw.get(self.value_start..end)) {
            field.value = value;
        }
    }

    /// Decides what the last entity is, now that its header fields are known.
    fn end_of_headers(&mut self, body_start: usize) {
        let Some(index) = self.entities.len().checked_sub(1) else { return };
        let full = self.entities.len() >= MAX_ENTITIES;
        let Some(entity) = self.entities.get_mut(index) else { return };
        let default = self.media_default.take().unwrap_or("text/plain");
        let media = find(&entity.fields, "Content-Type").and_then(|field| Parameterised::parse(field.value));
        entity.media = media
            .filter(|media| !media.main.is_empty())
            .or_else(|| Parameterised::parse(default.as_bytes()))
            .unwrap_or_default();
        entity.encoding = find(&entity.fields, "Content-Transfer-Encoding")
            .map_or(Encoding::Identity, |field| Encoding::from_name(&field.text()));
        self.body_start = body_start;
        self.mode = Mode::Body;
        let is_message = entity.media.main == "message" && matches!(entity.media.sub.as_str(), "rfc822" | "global");
        if entity.media.main == "multipart" {
            entity.kind = Kind::Multipart;
            let boundary = entity
                .media
                .get("boundary")
                .map(|boundary| boundary.trim_end().as_bytes().to_vec())
                .filter(|boundary| !boundary.is_empty() && boundary.len() <= MAX_BOUNDARY);
            if let Some(boundary) = &boundary {
                self.boundaries.entry(boundary.clone()).or_default().push(self.frames.len());
            }
            self.frames.push(Frame { entity: index, boundary, children: 0, start: body_start, is_multipart: true });
            self.mode = Mode::Preamble;
        } else if is_message && entity.encoding == Encoding::Identity && !full {
            entity.kind = Kind::Message;
            self.frames.push(Frame {
                entity: index,
                boundary: None,
                children: 0,
                start: body_start,
                is_multipart: false,
            });
            self.begin(Some(index));
        }
    }
}

/// A field's name and the first line of its value (RFC 5322 section 2.2).
fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line.get(..256).unwrap_or(line))?;
    let (name, value) = line.split_at_checked(colon)?;
    let name = name.trim_ascii_end();
    let legal = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic());
    legal.then_some((name, value.get(1..)?))
}

/// Names that a header has; a line in a text may have a colon, too.
fn is_known(name: &[u8]) -> bool {
    name.contains(&b'-')
        || ["from", "to", "cc", "subject", "date", "received", "sender", "references"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

fn trim_end(line: &[u8]) -> &[u8] {
    line.trim_ascii_end()
}

/// The line end before a boundary belongs to the boundary.
fn trim_line_end(body: &[u8]) -> &[u8] {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    body.strip_suffix(b"\r").unwrap_or(body)
}

/// Line ends as this module knows them: a mail whose lines end in bare CR gets LF.
pub(super) fn with_line_ends(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', raw).is_none() && memchr::memchr(b'\r', raw).is_some() {
        raw.iter().map(|&byte| if byte == b'\r' { b'\n' } else { byte }).collect()
    } else {
        raw.into()
    }
}

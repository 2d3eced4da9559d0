//! From the MIME tree to a [`Message`]: which parts are read, in which charset, and what keeps others from being read.

use std::panic::catch_unwind;

use super::address::parse_list;
use super::builder::Rendered;
use super::charset::{self, Charset, Hint};
use super::cms::{self, Cms};
use super::conversation::{Context, Settled, settle};
use super::header::{Field, Parameterised, decode, find};
use super::mime::{Entity, Kind, section, split, with_line_ends};
use super::plain::Format;
use super::transfer::Encoding;
use super::{Address, Forwarded, Message, Text, TextKind};
use super::{cells, fingerprint, html, links, normalise, plain, protection};

/// A mail's texts beyond these are not read.
const MAX_TEXTS: usize = 256;
/// Bytes of one part, decoded, beyond these are not read.
const MAX_PART: usize = 4 * 1024 * 1024;
/// Mails wrapped in a transfer encoding, a signature or a file are unwrapped to this depth.
const MAX_WRAPPED: usize = 3;

/// Parses raw bytes. Should a parser used here panic, the mail is one that cannot be read, not the end of the program.
pub(super) fn parse(raw: &[u8]) -> Message {
    catch_unwind(|| read(raw)).unwrap_or_else(|_| Message {
        fingerprint: fingerprint::of_bytes(raw),
        unreadable: Some("so malformed that its parser gave up".into()),
        ..Message::default()
    })
}

fn read(raw: &[u8]) -> Message {
    let raw = with_line_ends(raw);
    let entities = split(&raw);
    let fields = entities.first().map(|entity| entity.fields.as_slice()).unwrap_or_default();
    let hint = hint(&entities);
    let subject = subject(fields, hint);
    let mut reader = Reader { hint, ..Reader::default() };
    reader.entities(&entities, Outside { subject: &subject, ..Outside::default() });
    let texts = if reader.texts.is_empty() { reader.attached } else { reader.texts };
    let tnef = (texts.is_empty() && reader.tnef).then(|| "in Outlook's own format (winmail.dat)".to_owned());
    Message {
        headers: fields
            .iter()
            .map(|field| {
                let value = if field.is_of_a_verifier() { field.literal() } else { decode(field.value, hint) };
                (String::from_utf8_lossy(field.name).into_owned(), value)
            })
            .collect(),
        subject: normalise::fold(&subject),
        from: addresses(fields, "From", hint).into_iter().next(),
        to: addresses(fields, "To", hint),
        cc: addresses(fields, "Cc", hint),
        texts,
        forwarded: reader.forwarded.map(|found| found.forwarded),
        has_document: entities.iter().any(is_document),
        unreadable: reader.unreadable.or(tnef),
        fingerprint: fingerprint::of(fields, &raw),
    }
}

/// The addresses of every field of a name.
fn addresses(fields: &[Field<'_>], name: &str, hint: Hint<'_>) -> Vec<Address> {
    fields.iter().filter(|field| field.is(name)).flat_map(|field| parse_list(field.value, hint)).collect()
}

fn subject(fields: &[Field<'_>], hint: Hint<'_>) -> String {
    find(fields, "Subject").map(|field| decode(field.value, hint)).unwrap_or_default()
}

/// What the header of an attached original says.
fn original(fields: &[Field<'_>], hint: Hint<'_>) -> Forwarded {
    Forwarded {
        from: addresses(fields, "From", hint).into_iter().next(),
        to: addresses(fields, "To", hint),
        subject: Some(normalise::fold(&subject(fields, hint))).filter(|subject| !subject.is_empty()),
    }
}

/// What helps to read bytes whose charset nobody declares: that of the mail's texts, and where the mail comes from.
fn hint<'e>(entities: &'e [Entity<'_>]) -> Hint<'e> {
    let declared = entities.iter().find_map(|entity| entity.media.get("charset")).map(Charset::of);
    let from = entities.first().and_then(|entity| find(&entity.fields, "From")).map(|field| field.value);
    let host = from.and_then(|from| from.rsplit(|byte| *byte == b'@').next());
    let host = host.and_then(|host| host.split(|byte| b"> \t\r\n,;(".contains(byte)).next());
    let tld = host.and_then(|host| host.rsplit(|byte| *byte == b'.').next());
    Hint { declared: declared.unwrap_or_default(), tld: tld.and_then(|tld| std::str::from_utf8(tld).ok()) }
}

/// A forwarded original and how deep in the mail it was found.
#[derive(Debug)]
struct Found {
    forwarded: Forwarded,
    /// Attached messages around it, then forwards around it in the text of the innermost of those.
    depth: (usize, usize),
}

#[derive(Debug, Default)]
struct Reader<'h> {
    hint: Hint<'h>,
    texts: Vec<Text>,
    /// Texts that a mail program offers as files; they count where there is nothing else.
    attached: Vec<Text>,
    forwarded: Option<Found>,
    unreadable: Option<String>,
    tnef: bool,
}

/// What is around a tree of entities.
#[derive(Clone, Copy, Debug, Default)]
struct Outside<'s> {
    /// Section numbers before its own, with their last dot.
    prefix: &'s str,
    /// Of the message that holds it.
    subject: &'s str,
    /// Attached messages around it.
    depth: usize,
    /// Wrappings taken off.
    wrapped: usize,
}

/// Where an entity stands.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// Attached messages around it.
    depth: usize,
    /// It is a copy that a report returns.
    returned: bool,
    /// The entity that is the message it belongs to.
    message: usize,
}

impl Reader<'_> {
    fn entities(&mut self, entities: &[Entity<'_>], outside: Outside<'_>) {
        let mut places: Vec<Place> = Vec::with_capacity(entities.len());
        for (index, entity) in entities.iter().enumerate() {
            let parent = entity.parent.and_then(|parent| Some((entities.get(parent)?, *places.get(parent)?)));
            let place = match parent {
                None => Place { depth: outside.depth, ..Place::default() },
                Some((parent, around)) if parent.kind == Kind::Message => {
                    let holder = parent.parent.and_then(|holder| entities.get(holder));
                    let held_in = |kind: &str| holder.is_some_and(|holder| holder.media.sub == kind);
                    let returned = around.returned || held_in("report");
                    let place = Place { depth: around.depth + 1, returned, message: index };
                    if !returned && !held_in("digest") {
                        self.found(original(&entity.fields, self.hint), (place.depth, 0));
                    }
                    place
                }
                Some((_, around)) => around,
            };
            places.push(place);
            if let Some(reason) = protection::of(&entity.media) {
                self.unreadable.get_or_insert_with(|| reason.to_owned());
            }
            if entity.kind == Kind::Leaf {
                let part = format!("{}{}", outside.prefix, section(entities, index));
                // That of the outermost message is known, and may be long.
                let inner = entities.get(place.message).filter(|_| place.message != 0);
                let inner = inner.map(|message| subject(&message.fields, self.hint));
                let subject = inner.as_deref().filter(|inner| !inner.is_empty()).unwrap_or(outside.subject);
                self.leaf(entities, index, place, Outside { prefix: &part, subject, ..outside });
            }
        }
    }

    /// Keeps the innermost original; of two alternatives of a text the one that names its recipients.
    fn found(&mut self, forwarded: Forwarded, depth: (usize, usize)) {
        let better = self.forwarded.as_ref().is_none_or(|known| {
            known.depth < depth || (known.depth == depth && known.forwarded.to.is_empty() && !forwarded.to.is_empty())
        });
        if better {
            self.forwarded = Some(Found { forwarded, depth });
        }
    }

    /// Reads one part; `outside.prefix` is its own section number.
    fn leaf(&mut self, entities: &[Entity<'_>], index: usize, place: Place, outside: Outside<'_>) {
        let Some(entity) = entities.get(index) else { return };
        match Content::of(entity) {
            Content::Text(kind) => {
                if self.texts.len() + self.attached.len() < MAX_TEXTS {
                    let is_file = kind == Readable::Barely || is_file(entity, entities);
                    self.text(entity, kind, is_file, place, outside);
                }
            }
            Content::Message if outside.wrapped < MAX_WRAPPED => {
                let inner = entity.encoding.decode(entity.body);
                let inner = split(&inner);
                let depth = place.depth + 1;
                if let Some(first) = inner.first() {
                    self.found(original(&first.fields, self.hint), (depth, 0));
                }
                let prefix = format!("{}.", outside.prefix);
                let subject = inner.first().map(|first| subject(&first.fields, self.hint)).unwrap_or_default();
                let wrapped = outside.wrapped + 1;
                self.entities(&inner, Outside { prefix: &prefix, subject: &subject, depth, wrapped });
            }
            Content::Cms if outside.wrapped < MAX_WRAPPED => match cms::read(&entity.encoding.decode(entity.body)) {
                Cms::Signed(content) => {
                    let prefix = format!("{}.", outside.prefix);
                    let wrapped = outside.wrapped + 1;
                    let outside = Outside { prefix: &prefix, depth: place.depth, wrapped, ..outside };
                    self.entities(&split(&content), outside);
                }
                Cms::Encrypted => self.cannot_read("encrypted with S/MIME"),
                Cms::Other => self.cannot_read("wrapped in S/MIME in a way that cannot be read"),
            },
            Content::Tnef => self.tnef = true,
            Content::Message | Content::Cms | Content::Other => {}
        }
    }

    fn cannot_read(&mut self, reason: &str) {
        self.unreadable.get_or_insert_with(|| reason.to_owned());
    }

    fn text(&mut self, entity: &Entity<'_>, kind: Readable, is_file: bool, place: Place, outside: Outside<'_>) {
        let bytes = entity.encoding.decode(entity.body);
        let bytes = bytes.get(..MAX_PART).unwrap_or(&bytes);
        let declared = entity.media.get("charset");
        let meta = if kind == Readable::Html && declared.is_none() { html::declared_charset(bytes) } else { None };
        let declared = declared.or(meta).map(Charset::of).unwrap_or_default();
        let text = charset::decode(bytes, Hint { declared, ..self.hint });
        let (kind, mut rendered) = if html::is_html(&text, kind == Readable::Html) {
            (TextKind::Html, html::render(&text))
        } else {
            (TextKind::Plain, plain::render(&text, format(entity)))
        };
        cells::join(&mut rendered);
        links::find(&mut rendered);
        if let Some(reason) = protection::of_text(&rendered.text) {
            self.cannot_read(reason);
        }
        let context = Context { subject: outside.subject, returned: place.returned };
        let Settled { lines, anchors, forwarded } = settle(&rendered, context);
        let Rendered { text, .. } = rendered;
        if let Some((forwarded, inline)) = forwarded {
            self.found(forwarded, (place.depth, inline));
        }
        if !(text.is_empty() && anchors.is_empty()) {
            let texts = if is_file { &mut self.attached } else { &mut self.texts };
            texts.push(Text { kind, part: outside.prefix.to_owned(), text, lines, anchors });
        }
    }
}

/// What a leaf holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Text(Readable),
    /// A whole message in a transfer encoding or a file.
    Message,
    /// S/MIME.
    Cms,
    Tnef,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readable {
    Plain,
    Html,
    /// Of use only where nothing else is.
    Barely,
}

impl Content {
    fn of(entity: &Entity<'_>) -> Self {
        let named = |end: &str| is_named(entity, end);
        match (entity.media.main.as_str(), entity.media.sub.as_str()) {
            ("text", "html" | "x-amp-html" | "watch-html" | "enriched" | "richtext") => Self::Text(Readable::Html),
            ("text", "plain" | "" | "markdown" | "x-markdown") => Self::Text(Readable::Plain),
            ("text", "calendar" | "vcard" | "x-vcard" | "directory" | "css" | "javascript" | "rfc822-headers") => {
                Self::Other
            }
            ("text", _) => Self::Text(Readable::Barely),
            // With an identity encoding it is part of the tree, unless there was too much of that.
            ("message", "rfc822" | "global") if entity.encoding != Encoding::Identity => Self::Message,
            ("application", "octet-stream") if named(".eml") => Self::Message,
            ("application", "pkcs7-mime" | "x-pkcs7-mime") => Self::Cms,
            ("application", "octet-stream") if named(".p7m") => Self::Cms,
            ("application", "ms-tnef" | "vnd.ms-tnef") => Self::Tnef,
            ("application", "octet-stream") if named("winmail.dat") => Self::Tnef,
            _ => Self::Other,
        }
    }
}

fn disposition(entity: &Entity<'_>) -> Option<Parameterised> {
    find(&entity.fields, "Content-Disposition").and_then(|field| Parameterised::parse(field.value))
}

/// Whether the part's name as a file ends so.
fn is_named(entity: &Entity<'_>, end: &str) -> bool {
    let disposition = disposition(entity);
    let names = [entity.media.get("name"), disposition.as_ref().and_then(|found| found.get("filename"))];
    names.into_iter().flatten().any(|name| name.to_ascii_lowercase().ends_with(end))
}

/// Whether it is a document of those that invoices, tickets and appointments are.
fn is_document(entity: &Entity<'_>) -> bool {
    match (entity.media.main.as_str(), entity.media.sub.as_str()) {
        ("application", "pdf" | "xml" | "vnd.apple.pkpass" | "ics") | ("text", "calendar" | "xml") => true,
        ("application", "octet-stream") => [".pdf", ".xml", ".pkpass", ".ics"].iter().any(|end| is_named(entity, end)),
        _ => false,
    }
}

/// Whether mail programs show the part as a file rather than as text.
fn is_file(entity: &Entity<'_>, entities: &[Entity<'_>]) -> bool {
    if let Some(disposition) = disposition(entity) {
        return disposition.main == "attachment";
    }
    let holder = entity.parent.and_then(|parent| entities.get(parent));
    holder.is_some_and(|holder| holder.kind == Kind::Multipart && holder.media.sub != "alternative")
        && entity.media.get("name").is_some()
}

fn format(entity: &Entity<'_>) -> Format {
    let is = |name, value: &str| entity.media.get(name).is_some_and(|found| found.eq_ignore_ascii_case(value));
    if is("format", "flowed") { Format::Flowed { delsp: is("delsp", "yes") } } else { Format::Fixed }
}

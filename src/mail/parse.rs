//! From the MIME tree to a [`Message`]: which parts are read, in which charset, and what keeps others from being read.

use std::panic::catch_unwind;

use super::address::parse_list;
use super::builder::Rendered;
use super::conversation::{Context, Settled, settle};
use super::header::{Field, find};
use super::mime::{Entity, Kind, section, split, with_line_ends};
use super::plain::Format;
use super::transfer::Encoding;
use super::{Address, Forwarded, Message, Text, TextKind};
use super::{cells, charset, fingerprint, html, links, normalise, plain, protection};

/// A mail's texts beyond these are not read.
const MAX_TEXTS: usize = 256;
/// Bytes of one part, decoded, beyond these are not read.
const MAX_PART: usize = 4 * 1024 * 1024;
/// Messages attached in base64 or quoted-printable are unwrapped to this depth.
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
    let mut reader = Reader::default();
    reader.entities(&entities, "", 0);
    let Reader { texts, attached, forwarded, unreadable, .. } = reader;
    Message {
        headers: fields.iter().map(|field| (String::from_utf8_lossy(field.name).into_owned(), field.text())).collect(),
        subject: find(fields, "Subject").map(|field| normalise::fold(&field.text())).unwrap_or_default(),
        from: addresses(fields, "From").into_iter().next(),
        to: addresses(fields, "To"),
        cc: addresses(fields, "Cc"),
        texts: if texts.is_empty() { attached } else { texts },
        forwarded: forwarded.map(|found| found.forwarded),
        unreadable,
        fingerprint: fingerprint::of(fields, &raw),
    }
}

/// The addresses of every field of a name.
fn addresses(fields: &[Field<'_>], name: &str) -> Vec<Address> {
    fields.iter().filter(|field| field.is(name)).flat_map(|field| parse_list(field.value)).collect()
}

/// A forwarded original and how deep in the mail it was found.
#[derive(Debug)]
struct Found {
    forwarded: Forwarded,
    /// Attached messages around it, then forwards around it in the text of the innermost of those.
    depth: (usize, usize),
}

#[derive(Debug, Default)]
struct Reader {
    texts: Vec<Text>,
    /// Texts that a mail program offers as files; they count where there is nothing else.
    attached: Vec<Text>,
    forwarded: Option<Found>,
    unreadable: Option<String>,
}

/// Where an entity stands.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// Attached messages around it.
    depth: usize,
    /// It is a copy that a report returns.
    returned: bool,
    /// The part that is the message it belongs to.
    message: usize,
}

impl Reader {
    fn entities(&mut self, entities: &[Entity<'_>], prefix: &str, depth: usize) {
        let mut places: Vec<Place> = Vec::with_capacity(entities.len());
        for (index, entity) in entities.iter().enumerate() {
            let parent = entity.parent.and_then(|parent| Some((entities.get(parent)?, *places.get(parent)?)));
            let place = match parent {
                None => Place { depth, ..Place::default() },
                Some((parent, outside)) if parent.kind == Kind::Message => {
                    let attached_to = parent.parent.and_then(|holder| entities.get(holder));
                    let returned = outside.returned || attached_to.is_some_and(|holder| holder.media.sub == "report");
                    let place = Place { depth: outside.depth + 1, returned, message: index };
                    if !returned && attached_to.is_none_or(|holder| holder.media.sub != "digest") {
                        self.found(original(&entity.fields), (place.depth, 0));
                    }
                    place
                }
                Some((_, outside)) => outside,
            };
            places.push(place);
            if let Some(reason) = protection::of(&entity.media) {
                self.unreadable.get_or_insert_with(|| reason.to_owned());
            }
            if entity.kind == Kind::Leaf {
                let part = format!("{prefix}{}", section(entities, index));
                self.leaf(entities, index, &part, place);
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

    fn leaf(&mut self, entities: &[Entity<'_>], index: usize, part: &str, place: Place) {
        let Some(entity) = entities.get(index) else { return };
        if entity.media.main == "message" && matches!(entity.media.sub.as_str(), "rfc822" | "global") {
            if entity.encoding != Encoding::Identity && place.depth < MAX_WRAPPED {
                let inner = entity.encoding.decode(entity.body);
                let inner = split(&inner);
                if let Some(first) = inner.first() {
                    self.found(original(&first.fields), (place.depth + 1, 0));
                }
                self.entities(&inner, &format!("{part}."), place.depth + 1);
            }
            return;
        }
        let Some(kind) = text_kind(entity) else { return };
        if self.texts.len() + self.attached.len() >= MAX_TEXTS {
            return;
        }
        let subject = entities
            .get(place.message)
            .and_then(|message| find(&message.fields, "Subject"))
            .map(Field::text)
            .unwrap_or_default();
        let is_file = is_file(entity, entities) || kind == Readable::Barely;
        let (text, found) = render(entity, kind, part, &subject, place.returned);
        if let Some(reason) = protection::of_text(&text) {
            self.unreadable.get_or_insert_with(|| reason.to_owned());
        }
        if let Some((forwarded, inline)) = found {
            self.found(forwarded, (place.depth, inline));
        }
        if text.text.is_empty() && text.anchors.is_empty() {
            return;
        }
        if is_file { self.attached.push(text) } else { self.texts.push(text) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readable {
    Plain,
    Html,
    /// Of use only where nothing else is.
    Barely,
}

fn text_kind(entity: &Entity<'_>) -> Option<Readable> {
    if entity.media.main != "text" {
        return None;
    }
    match entity.media.sub.as_str() {
        "html" | "x-amp-html" | "watch-html" | "enriched" | "richtext" => Some(Readable::Html),
        "plain" | "" | "markdown" | "x-markdown" => Some(Readable::Plain),
        "calendar" | "vcard" | "x-vcard" | "directory" | "css" | "javascript" | "rfc822-headers" => None,
        _ => Some(Readable::Barely),
    }
}

/// Whether mail programs show the part as a file rather than as text.
fn is_file(entity: &Entity<'_>, entities: &[Entity<'_>]) -> bool {
    use super::header::Parameterised;
    let disposition = find(&entity.fields, "Content-Disposition").and_then(|field| Parameterised::parse(field.value));
    if let Some(disposition) = disposition {
        return disposition.main == "attachment";
    }
    let holder = entity.parent.and_then(|parent| entities.get(parent));
    holder.is_some_and(|holder| holder.kind == Kind::Multipart && holder.media.sub != "alternative")
        && entity.media.get("name").is_some()
}

fn render(
    entity: &Entity<'_>,
    kind: Readable,
    part: &str,
    subject: &str,
    returned: bool,
) -> (Text, Option<(Forwarded, usize)>) {
    let bytes = entity.encoding.decode(entity.body);
    let bytes = bytes.get(..MAX_PART).unwrap_or(&bytes);
    let declared = entity.media.get("charset");
    let meta = if kind == Readable::Html && declared.is_none() { html::declared_charset(bytes) } else { None };
    let text = charset::decode(bytes, declared.or(meta));
    let (kind, mut rendered) = if html::is_html(&text, kind == Readable::Html) {
        (TextKind::Html, html::render(&text))
    } else {
        (TextKind::Plain, plain::render(&text, format(entity)))
    };
    cells::join(&mut rendered);
    links::find(&mut rendered);
    let Settled { lines, anchors, forwarded } = settle(&rendered, Context { subject, returned });
    let Rendered { text, .. } = rendered;
    (Text { kind, part: part.to_owned(), text, lines, anchors }, forwarded)
}

fn format(entity: &Entity<'_>) -> Format {
    let is = |name, value: &str| entity.media.get(name).is_some_and(|found| found.eq_ignore_ascii_case(value));
    if is("format", "flowed") { Format::Flowed { delsp: is("delsp", "yes") } } else { Format::Fixed }
}

/// What the header of an attached original says.
fn original(fields: &[Field<'_>]) -> Forwarded {
    Forwarded {
        from: addresses(fields, "From").into_iter().next(),
        to: addresses(fields, "To"),
        subject: find(fields, "Subject").map(|field| normalise::fold(&field.text())),
    }
}

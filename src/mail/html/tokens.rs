//! From html5gum's state machine to the three events that the walker needs: a start tag with the attributes that
//! matter, an end tag, and text. Comments, doctypes and parse errors end here, without being copied.

use std::borrow::Cow;
use std::convert::Infallible;

use html5gum::{Emitter, Error, State, Tokenizer};

use super::element::{Content, Element};

/// What the walker is told.
pub(super) trait Sink {
    fn start(&mut self, element: Element, attributes: &Attributes);
    fn end(&mut self, element: Element);
    fn text(&mut self, text: &str);
}

/// The attributes that change what is seen. Empty when absent; `hidden` may be present without a value.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) alt: String,
    pub(super) aria_label: String,
    pub(super) background: String,
    pub(super) bgcolor: String,
    pub(super) class: String,
    pub(super) color: String,
    pub(super) height: String,
    pub(super) hidden: String,
    pub(super) href: String,
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) style: String,
    pub(super) title: String,
    pub(super) value: String,
    pub(super) width: String,
    pub(super) has_hidden: bool,
    pub(super) has_href: bool,
    any: bool,
}

impl Attributes {
    /// The field for an attribute's name; the first of a repeated attribute counts (HTML, 13.2.5.33).
    fn slot(&mut self, name: &[u8]) -> Option<&mut String> {
        let slot = match name {
            b"alt" => &mut self.alt,
            b"aria-label" => &mut self.aria_label,
            b"background" => &mut self.background,
            b"bgcolor" => &mut self.bgcolor,
            b"class" => &mut self.class,
            b"color" => &mut self.color,
            b"height" => &mut self.height,
            b"hidden" => {
                self.has_hidden = true;
                &mut self.hidden
            }
            b"href" => {
                self.has_href = true;
                &mut self.href
            }
            b"id" => &mut self.id,
            b"type" => &mut self.kind,
            b"style" => &mut self.style,
            b"title" => &mut self.title,
            b"value" => &mut self.value,
            b"width" => &mut self.width,
            _ => return None,
        };
        self.any = true;
        slot.is_empty().then_some(slot)
    }

    fn clear(&mut self) {
        if !std::mem::take(&mut self.any) {
            return;
        }
        for slot in [
            &mut self.alt,
            &mut self.aria_label,
            &mut self.background,
            &mut self.bgcolor,
            &mut self.class,
            &mut self.color,
            &mut self.height,
            &mut self.hidden,
            &mut self.href,
            &mut self.id,
            &mut self.kind,
            &mut self.style,
            &mut self.title,
            &mut self.value,
            &mut self.width,
        ] {
            slot.clear();
        }
        self.has_hidden = false;
        self.has_href = false;
    }
}

/// Whether tags inside titles, frames and text areas are text, as HTML says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RawText {
    Respected,
    /// Only scripts and styles are: for mails with a title that never ends.
    OnlyCode,
}

/// Runs `html` through `sink`.
pub(super) fn tokenize(html: &str, raw_text: RawText, sink: &mut impl Sink) {
    let Ok(()) = Tokenizer::new_with_emitter(html, Relay::new(sink, raw_text)).finish();
}

/// The emitter.
#[derive(Debug)]
struct Relay<'a, S> {
    sink: &'a mut S,
    raw_text: RawText,
    text: Vec<u8>,
    name: Vec<u8>,
    is_end: bool,
    /// The element whose raw text is being read.
    raw: Vec<u8>,
    attribute: Vec<u8>,
    value: Vec<u8>,
    attributes: Attributes,
}

impl<'a, S: Sink> Relay<'a, S> {
    fn new(sink: &'a mut S, raw_text: RawText) -> Self {
        Self {
            sink,
            raw_text,
            text: Vec::new(),
            name: Vec::new(),
            is_end: false,
            raw: Vec::new(),
            attribute: Vec::new(),
            value: Vec::new(),
            attributes: Attributes::default(),
        }
    }

    fn flush_text(&mut self) {
        if !self.text.is_empty() {
            self.sink.text(&utf8(&self.text));
            self.text.clear();
        }
    }

    fn flush_attribute(&mut self) {
        if !self.attribute.is_empty() {
            if let Some(slot) = self.attributes.slot(&self.attribute) {
                slot.push_str(&utf8(&self.value));
            }
            self.attribute.clear();
        }
        self.value.clear();
    }
}

impl<S: Sink> Emitter for Relay<'_, S> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, last_start_tag: Option<&[u8]>) {
        self.raw.clear();
        self.raw.extend(last_start_tag.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.flush_text();
    }

    fn emit_error(&mut self, _: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, text: &[u8]) {
        self.text.extend(text);
    }

    fn init_start_tag(&mut self) {
        self.name.clear();
        self.is_end = false;
        self.attributes.clear();
    }

    fn init_end_tag(&mut self) {
        self.name.clear();
        self.is_end = true;
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        self.flush_text();
        self.flush_attribute();
        let element = Element::from_name(&self.name);
        if self.is_end {
            self.raw.clear();
            self.sink.end(element);
            return None;
        }
        let element = match (self.raw_text, element) {
            (RawText::OnlyCode, Element::Title | Element::Iframe | Element::Textarea) => Element::Div,
            _ => element,
        };
        self.sink.start(element, &self.attributes);
        let state = match element.content() {
            Content::Markup => return None,
            Content::Text => State::RcData,
            Content::Raw => State::RawText,
            Content::Script => State::ScriptData,
        };
        std::mem::swap(&mut self.raw, &mut self.name);
        Some(state)
    }

    fn emit_current_comment(&mut self) {}

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {}

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, name: &[u8]) {
        self.name.extend(name);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        self.flush_attribute();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        self.attribute.extend(name);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        self.value.extend(value);
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && !self.raw.is_empty() && self.raw == self.name
    }
}

/// Most pieces are as they should be, and those need not be looked at byte by byte.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

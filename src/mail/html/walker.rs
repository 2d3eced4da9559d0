//! The stack of open elements: which styles hold, where lines and cells end, which link is open.

use super::css::{Declarations, Display, FontSize, Paint, Sheet, paint};
use super::element::{ELEMENTS, Element, Flow};
use super::tokens::{Attributes, Sink};
use crate::mail::builder::{Builder, Gap, Look, Quote, Rendered};

/// Elements nested deeper than this are read as if they were not there; browsers stop at 512.
const MAX_DEPTH: usize = 8192;
/// The index of an element of a kind that is not open.
const NONE: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Walker {
    builder: Builder,
    sheet: Sheet,
    stack: Vec<Open>,
    /// The innermost open element of each kind, as an index into `stack`.
    innermost: [u32; ELEMENTS],
    /// Elements open beyond `MAX_DEPTH`.
    beyond: usize,
    state: State,
}

/// An open element.
#[derive(Debug)]
struct Open {
    element: Element,
    /// The next open element of the same kind, outwards.
    outer: u32,
    /// What parts its content from what follows.
    gap: Gap,
    anchor: bool,
    /// What an anchor without any text says instead: its title or label.
    label: String,
    /// What held outside.
    before: State,
}

/// The styles that hold for the text that comes next.
#[derive(Clone, Copy, Debug)]
struct State {
    /// Taken out of sight as a whole: no descendant can be seen.
    gone: bool,
    /// `visibility: hidden`, which a descendant can undo.
    invisible: bool,
    tiny: bool,
    /// A cell made it so, which is how space between its parts is avoided: what it holds has a size of its own.
    tiny_cell: bool,
    ink: Paint,
    /// `None`: the page's own, presumably white, but that is not said.
    paper: Option<Paint>,
    /// Never text: scripts, styles, titles.
    nothing: bool,
    keeps_lines: bool,
    quote: Quote,
}

impl State {
    fn hidden(&self, sheet: &Sheet) -> bool {
        let unseen_ink = match (self.ink, self.paper) {
            (Paint::Transparent, _) => true,
            (Paint::Rgb(ink), Some(Paint::Rgb(paper))) => ink == paper && !sheet.paints_unseen,
            _ => false,
        };
        self.gone || self.invisible || self.tiny || unseen_ink
    }
}

impl Walker {
    pub(super) fn new(sheet: Sheet) -> Self {
        Self {
            builder: Builder::default(),
            sheet,
            stack: Vec::new(),
            innermost: [NONE; ELEMENTS],
            beyond: 0,
            state: State {
                gone: false,
                invisible: false,
                tiny: false,
                tiny_cell: false,
                ink: Paint::Other,
                paper: None,
                nothing: false,
                keeps_lines: false,
                quote: Quote::default(),
            },
        }
    }

    /// Whether the mail ended inside a title or a frame: its text was taken for the title's.
    pub(super) fn lost_text(&self) -> bool {
        [Element::Title, Element::Iframe, Element::Textarea].iter().any(|&element| self.is_open(element).is_some())
    }

    pub(super) fn finish(self) -> Rendered {
        self.builder.finish()
    }

    fn look(&self) -> Look {
        Look { hidden: self.state.hidden(&self.sheet), alt: false, quote: self.state.quote }
    }

    fn gap(&mut self, gap: Gap) {
        let hidden = self.state.hidden(&self.sheet);
        self.builder.gap(gap, hidden);
    }

    fn is_open(&self, element: Element) -> Option<usize> {
        self.innermost.get(element as usize).filter(|&&index| index != NONE).and_then(|&index| index.try_into().ok())
    }

    /// The innermost of several elements, as a stack length: nothing below it is touched.
    fn floor(&self, elements: &[Element]) -> usize {
        elements.iter().filter_map(|&element| self.is_open(element)).map(|index| index + 1).max().unwrap_or(0)
    }

    /// Closes the innermost `element` above `floor`, and all that is open in it.
    fn close(&mut self, element: Element, floor: usize) {
        if let Some(index) = self.is_open(element).filter(|&index| index >= floor) {
            while self.stack.len() > index {
                self.pop();
            }
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.stack.pop() else { return };
        if let Some(index) = self.innermost.get_mut(open.element as usize) {
            *index = open.outer;
        }
        if open.anchor {
            if !open.label.is_empty() && self.builder.anchor_is_empty() {
                let state = self.state;
                self.stand_in(&open.label, true, &state);
            }
            self.builder.close_anchor();
        }
        let was_hidden = self.state.hidden(&self.sheet);
        self.gap(open.gap);
        self.state = open.before;
        if was_hidden && !self.state.hidden(&self.sheet) {
            self.builder.gap(Gap::Row, true);
        }
    }

    /// What an end tag cannot reach beyond: the cell or table that it stands in.
    fn cell_floor(&self) -> usize {
        self.floor(&[Element::Td, Element::Th, Element::Caption, Element::Table])
    }

    /// Closes what a start tag ends by itself (HTML, 13.1.2.4).
    fn close_implied(&mut self, element: Element) {
        match element {
            Element::Td | Element::Th => {
                let floor = self.floor(&[Element::Table]);
                self.close(Element::Td, floor);
                self.close(Element::Th, floor);
            }
            Element::Tr | Element::TableGroup => {
                let floor = self.floor(&[Element::Table]);
                self.close(Element::Tr, floor);
                if element == Element::TableGroup {
                    self.close(Element::TableGroup, floor);
                }
            }
            Element::Li => self.close(Element::Li, self.floor(&[Element::Ul, Element::Ol]).max(self.cell_floor())),
            Element::Dd | Element::Dt => {
                let floor = self.floor(&[Element::Dl]).max(self.cell_floor());
                self.close(Element::Dd, floor);
                self.close(Element::Dt, floor);
            }
            Element::OptionItem => self.close(Element::OptionItem, self.floor(&[Element::Select])),
            Element::A => self.close(Element::A, self.cell_floor()),
            _ => {}
        }
        if element.ends_paragraph() {
            self.close(Element::P, self.cell_floor().max(self.floor(&[Element::Button])));
        }
    }

    fn declarations(&mut self, element: Element, attributes: &Attributes) -> Declarations {
        let mut declarations = if self.sheet.is_empty() {
            Declarations::default()
        } else {
            self.sheet.declarations(element, &attributes.id, &attributes.class)
        };
        if !attributes.style.is_empty() {
            declarations.cascade(&Declarations::parse(&attributes.style));
        }
        declarations
    }

    /// The state inside an element.
    fn inside(&self, element: Element, attributes: &Attributes, style: &Declarations) -> State {
        let mut state = self.state;
        let clipped = style.clips.value == Some(true)
            && (style.no_height.value == Some(true) || style.no_width.value == Some(true));
        let hidden_attribute = attributes.has_hidden && !attributes.hidden.eq_ignore_ascii_case("until-found");
        state.gone |= match style.display.value {
            Some(Display::None) => true,
            Some(_) => false,
            None => hidden_attribute || element == Element::Datalist,
        };
        state.gone |= clipped || style.transparent.value == Some(true) || style.off_screen.value == Some(true);
        if let Some(visible) = style.visible.value {
            state.invisible = !visible;
        }
        if let Some(size) = style.font_size.value {
            state.tiny = size == FontSize::Tiny;
            state.tiny_cell = state.tiny && element.flow() == Flow::Cell;
        } else if element == Element::A && state.tiny_cell {
            // A button whose size stands in styles that we do not read.
            state.tiny = false;
        }
        if element == Element::Font && !attributes.color.is_empty() {
            state.ink = paint(&attributes.color);
        }
        if element == Element::A {
            state.ink = Paint::Other;
        }
        if let Some(ink) = style.color.value {
            state.ink = ink;
        }
        let paper = style.background.value.or_else(|| match attributes.bgcolor.as_str() {
            "" => None,
            color => Some(paint(color)),
        });
        match paper {
            Some(Paint::Transparent) | None => {}
            paper => state.paper = paper,
        }
        if !attributes.background.is_empty() {
            state.paper = Some(Paint::Other);
        }
        state.nothing |= element.flow() == Flow::Nothing;
        let keeps_lines = matches!(element, Element::Pre | Element::Textarea);
        state.keeps_lines = style.keeps_lines.value.unwrap_or(state.keeps_lines || keeps_lines);
        if element == Element::Blockquote {
            state.quote.indented = state.quote.indented.saturating_add(1);
            if is_cited(attributes) {
                state.quote.cited = state.quote.cited.saturating_add(1);
            }
        }
        state
    }

    /// Text that stands for an element: an image's alt text, a button's value.
    fn stand_in(&mut self, text: &str, alt: bool, state: &State) {
        // An alt text has no size or colour while its image is shown: `font-size: 0` around images is a common idiom.
        let hidden = if alt { state.gone || state.invisible } else { state.hidden(&self.sheet) };
        let look = Look { hidden, alt, quote: state.quote };
        if !self.state.nothing && text.chars().any(char::is_alphanumeric) {
            self.builder.push(text, look, false);
        }
    }

    fn void(&mut self, element: Element, attributes: &Attributes, state: &State) {
        let hidden = state.hidden(&self.sheet);
        match element {
            Element::Img => {
                let pixel = |size: &str| matches!(size.trim().trim_end_matches("px"), "0" | "1");
                if !(pixel(&attributes.width) && pixel(&attributes.height)) {
                    let text = if attributes.alt.trim().is_empty() { &attributes.title } else { &attributes.alt };
                    self.stand_in(text, true, state);
                }
            }
            Element::Input => {
                let kind = attributes.kind.to_ascii_lowercase();
                if !matches!(kind.as_str(), "hidden" | "checkbox" | "radio" | "password" | "image" | "file") {
                    self.builder.gap(Gap::Blank, hidden);
                    self.stand_in(&attributes.value, false, state);
                    self.builder.gap(Gap::Blank, hidden);
                }
            }
            Element::Area if attributes.has_href => {
                self.builder.open_anchor(attributes.href.clone(), Look { hidden, alt: false, quote: state.quote });
                self.stand_in(&attributes.alt, true, state);
                self.builder.close_anchor();
            }
            Element::Br | Element::Hr => self.gap(Gap::Block),
            _ => {}
        }
    }
}

impl Sink for Walker {
    fn start(&mut self, element: Element, attributes: &Attributes) {
        self.close_implied(element);
        let style = self.declarations(element, attributes);
        let state = self.inside(element, attributes, &style);
        let gap = match (style.display.value, element.flow()) {
            (Some(Display::None), _) => Gap::None,
            (_, Flow::Cell) => Gap::Cell,
            (_, Flow::Row) => Gap::Row,
            (Some(Display::Block), _) => Gap::Block,
            (Some(Display::InlineBlock), _) => Gap::Blank,
            (Some(Display::Cell), _) => Gap::Cell,
            (Some(Display::Row), _) => Gap::Row,
            (Some(Display::Inline), _) | (_, Flow::Inline | Flow::Nothing) => Gap::None,
            (_, Flow::Apart) => Gap::Blank,
            (_, Flow::Block) => Gap::Block,
        };
        if element.is_void() {
            self.void(element, attributes, &state);
            return;
        }
        if self.stack.len() >= MAX_DEPTH {
            self.beyond += 1;
            self.gap(gap);
            return;
        }
        let (outside, inside) = (self.state.hidden(&self.sheet), state.hidden(&self.sheet));
        if inside && !outside {
            self.builder.gap(Gap::Row, true);
        }
        self.builder.gap(gap, outside);
        if outside && !inside {
            self.builder.gap(gap, false);
        }
        let anchor = element == Element::A && attributes.has_href;
        let index = self.stack.len().try_into().unwrap_or(NONE);
        let outer = self.innermost.get_mut(element as usize).map_or(NONE, |slot| std::mem::replace(slot, index));
        let label = match (anchor, attributes.title.is_empty()) {
            (false, _) => String::new(),
            (true, true) => attributes.aria_label.clone(),
            (true, false) => attributes.title.clone(),
        };
        self.stack.push(Open { element, outer, gap, anchor, label, before: self.state });
        self.state = state;
        if anchor {
            self.builder.open_anchor(attributes.href.trim().to_owned(), self.look());
        }
    }

    fn end(&mut self, element: Element) {
        match element {
            Element::Body | Element::Html => return,
            Element::Br => {
                self.gap(Gap::Block);
                return;
            }
            Element::P if self.is_open(Element::P).is_none() => self.gap(Gap::Block),
            _ => {}
        }
        if self.beyond > 0 && !element.is_void() {
            self.beyond -= 1;
            self.gap(match element.flow() {
                Flow::Block => Gap::Block,
                Flow::Cell => Gap::Cell,
                Flow::Row => Gap::Row,
                _ => Gap::None,
            });
            return;
        }
        let floor = match element {
            Element::Table => 0,
            Element::Td | Element::Th | Element::Tr | Element::TableGroup | Element::Caption => {
                self.floor(&[Element::Table])
            }
            _ => self.cell_floor(),
        };
        self.close(element, floor);
    }

    fn text(&mut self, text: &str) {
        if !self.state.nothing {
            let look = self.look();
            self.builder.push(text, look, self.state.keeps_lines);
        }
    }
}

/// A quotation of an older mail, not an indented paragraph.
fn is_cited(attributes: &Attributes) -> bool {
    attributes.kind.eq_ignore_ascii_case("cite")
        || attributes.class.split_ascii_whitespace().any(|class| {
            ["gmail_quote", "protonmail_quote", "tutanota_quote", "yahoo_quoted", "moz-cite", "zmail_quote"]
                .contains(&class)
        })
}

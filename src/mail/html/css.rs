//! As much of CSS as decides whether text is seen: a handful of properties, simple selectors, `!important`.
//! Rules inside `@media` are left out, since they hold only on some screens; so are rules with combinators,
//! pseudo-classes and attribute selectors.

use std::collections::HashMap;

use super::element::Element;

/// So many rules of one mail are kept; a mail's style sheet rarely has a tenth of them.
const MAX_RULES: usize = 4096;
/// So many rules of one selector key are looked at.
const MAX_RULES_A_KEY: usize = 32;
/// So many classes of one element are looked up.
const MAX_CLASSES: usize = 8;
/// So many rules are compared with elements in one mail: a mail of 100 KB needs a few thousand comparisons.
const MAX_COMPARISONS: usize = 1_000_000;

/// What `display` does to text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    None,
    Inline,
    InlineBlock,
    Block,
    Cell,
    Row,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FontSize {
    /// At most a pixel.
    Tiny,
    Readable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Rgb(u32),
    Transparent,
    /// An image, a gradient, a name that is not known here.
    Other,
}

/// A declared value and the weight it was declared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Declared<T> {
    pub(super) value: Option<T>,
    important: bool,
}

impl<T> Default for Declared<T> {
    fn default() -> Self {
        Self { value: None, important: false }
    }
}

impl<T> Declared<T> {
    fn set(&mut self, value: T, important: bool) {
        if important || !self.important {
            *self = Self { value: Some(value), important };
        }
    }

    fn take_from(&mut self, later: Self) {
        if let Some(value) = later.value {
            self.set(value, later.important);
        }
    }
}

/// The declarations of a style attribute or of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Declarations {
    pub(super) display: Declared<Display>,
    /// `visibility: visible`.
    pub(super) visible: Declared<bool>,
    pub(super) font_size: Declared<FontSize>,
    pub(super) transparent: Declared<bool>,
    pub(super) clips: Declared<bool>,
    /// `width`, `height`, `max-width` or `max-height` is nought.
    pub(super) no_height: Declared<bool>,
    pub(super) no_width: Declared<bool>,
    pub(super) off_screen: Declared<bool>,
    /// `white-space: pre` and its kin: line ends in the text are line ends on the screen.
    pub(super) keeps_lines: Declared<bool>,
    pub(super) color: Declared<Paint>,
    pub(super) background: Declared<Paint>,
}

impl Declarations {
    /// Adds declarations that come later in the cascade.
    pub(super) fn cascade(&mut self, later: &Self) {
        self.display.take_from(later.display);
        self.visible.take_from(later.visible);
        self.font_size.take_from(later.font_size);
        self.transparent.take_from(later.transparent);
        self.clips.take_from(later.clips);
        self.no_height.take_from(later.no_height);
        self.no_width.take_from(later.no_width);
        self.off_screen.take_from(later.off_screen);
        self.keeps_lines.take_from(later.keeps_lines);
        self.color.take_from(later.color);
        self.background.take_from(later.background);
    }

    /// Reads `display: none; color: #fff !important`, as in a style attribute.
    pub(super) fn parse(text: &str) -> Self {
        let mut declarations = Self::default();
        for declaration in text.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            declarations.declare(name.trim(), value.trim());
        }
        declarations
    }

    fn declare(&mut self, name: &str, value: &str) {
        let first = name.as_bytes().first().map(u8::to_ascii_lowercase);
        if !matches!(first, Some(b'b' | b'c' | b'd' | b'f' | b'h' | b'l' | b'm' | b'o' | b't' | b'v' | b'w')) {
            return;
        }
        let (value, important) = match value.rsplit_once('!') {
            Some((before, word)) if word.trim().eq_ignore_ascii_case("important") => (before.trim_end(), true),
            _ => (value, false),
        };
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("display") {
            if let Some(display) = display(value) {
                self.display.set(display, important);
            }
        } else if is("visibility") {
            let hidden = value.eq_ignore_ascii_case("hidden") || value.eq_ignore_ascii_case("collapse");
            if hidden || value.eq_ignore_ascii_case("visible") {
                self.visible.set(!hidden, important);
            }
        } else if is("font-size") {
            if let Some(size) = font_size(value) {
                self.font_size.set(size, important);
            }
        } else if is("font") {
            if let Some(size) = value.split_ascii_whitespace().find_map(font_shorthand) {
                self.font_size.set(size, important);
            }
        } else if is("opacity") {
            if let Some((number, _)) = number(value) {
                self.transparent.set(number < 0.05, important);
            }
        } else if is("overflow") || is("overflow-x") || is("overflow-y") {
            let clips = value.eq_ignore_ascii_case("hidden") || value.eq_ignore_ascii_case("clip");
            self.clips.set(clips, important);
        } else if is("height") || is("max-height") {
            if let Some(size) = number(value) {
                self.no_height.set(is_nought(size), important);
            }
        } else if is("width") || is("max-width") {
            if let Some(size) = number(value) {
                self.no_width.set(is_nought(size), important);
            }
        } else if is("text-indent") || is("left") || is("top") || is("margin-left") || is("margin-top") {
            if let Some((number, _)) = number(value) {
                self.off_screen.set(number <= -500.0, important);
            }
        } else if is("white-space") {
            let keeps = value.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("pre"));
            self.keeps_lines.set(keeps || value.eq_ignore_ascii_case("break-spaces"), important);
        } else if is("color") {
            self.color.set(paint(value), important);
        } else if is("background-color") || is("background") {
            let paint = match paint(value) {
                Paint::Other if is("background") && !value.contains('(') => {
                    value.split_ascii_whitespace().map(paint).next().unwrap_or(Paint::Other)
                }
                paint => paint,
            };
            self.background.set(paint, important);
        } else if is("background-image") && !value.eq_ignore_ascii_case("none") {
            self.background.set(Paint::Other, important);
        }
    }
}

fn display(value: &str) -> Option<Display> {
    let is = |known: &str| value.eq_ignore_ascii_case(known);
    Some(if is("none") {
        Display::None
    } else if is("inline") || is("contents") {
        Display::Inline
    } else if is("inline-block") || is("inline-flex") || is("inline-grid") || is("inline-table") {
        Display::InlineBlock
    } else if is("table-cell") {
        Display::Cell
    } else if is("table") || is("table-row") {
        Display::Row
    } else if is("block") || is("flex") || is("grid") || is("list-item") {
        Display::Block
    } else {
        return None;
    })
}

/// A number and its unit.
fn number(value: &str) -> Option<(f32, &str)> {
    let value = value.trim_start();
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(value.len());
    let (digits, unit) = value.split_at_checked(end)?;
    Some((digits.parse().ok()?, unit.trim()))
}

/// At most a pixel.
fn is_nought((number, unit): (f32, &str)) -> bool {
    number <= 0.0 || (number <= 1.0 && (unit.is_empty() || unit.eq_ignore_ascii_case("px")))
}

/// `None`: as its parent.
fn font_size(value: &str) -> Option<FontSize> {
    let Some((number, unit)) = number(value) else {
        let keyword = ["small", "medium", "large", "initial"].iter().any(|word| value.contains(word));
        return keyword.then_some(FontSize::Readable);
    };
    if number <= 0.0 {
        return Some(FontSize::Tiny);
    }
    match unit.get(..2).unwrap_or(unit) {
        "em" | "%" => None,
        "re" => Some(FontSize::Readable),
        _ => Some(if number < 2.0 { FontSize::Tiny } else { FontSize::Readable }),
    }
}

/// The size in `font: italic 700 12px/1.5 Arial`; a bare number is a weight, unless it is nought.
fn font_shorthand(word: &str) -> Option<FontSize> {
    let size = word.split('/').next()?;
    let (value, unit) = number(size)?;
    if unit.is_empty() && value != 0.0 && !word.contains('/') { None } else { font_size(size) }
}

/// Reads a colour.
pub(super) fn paint(value: &str) -> Paint {
    let value = value.trim();
    if let Some(hex) = value.strip_prefix('#') {
        let digits = |len: usize| (hex.len() == len).then(|| u32::from_str_radix(hex, 16).ok()).flatten();
        let wide = |rgb: u32| ((rgb & 0xF00) << 8 | (rgb & 0xF0) << 4 | (rgb & 0xF)) * 0x11;
        return digits(6)
            .map(Paint::Rgb)
            .or_else(|| digits(3).map(|rgb| Paint::Rgb(wide(rgb))))
            .or_else(|| digits(8).map(|rgba| if rgba & 0xFF == 0 { Paint::Transparent } else { Paint::Rgb(rgba >> 8) }))
            .unwrap_or(Paint::Other);
    }
    if value.eq_ignore_ascii_case("transparent") {
        return Paint::Transparent;
    }
    if value.eq_ignore_ascii_case("white") {
        return Paint::Rgb(0xFF_FFFF);
    }
    if value.eq_ignore_ascii_case("black") {
        return Paint::Rgb(0);
    }
    let Some((function, rest)) = value.split_once('(') else { return Paint::Other };
    if !(function.eq_ignore_ascii_case("rgb") || function.eq_ignore_ascii_case("rgba")) {
        return Paint::Other;
    }
    let mut parts = rest.trim_end_matches(')').split([',', ' ', '/']).filter(|part| !part.is_empty());
    let mut channel = || parts.next().and_then(|part| part.trim().parse::<u8>().ok()).map(u32::from);
    let (Some(red), Some(green), Some(blue)) = (channel(), channel(), channel()) else { return Paint::Other };
    match parts.next().and_then(number) {
        Some((alpha, _)) if alpha < 0.05 => Paint::Transparent,
        _ => Paint::Rgb(red << 16 | green << 8 | blue),
    }
}

/// A mail's style sheets.
#[derive(Debug)]
pub(super) struct Sheet {
    ids: HashMap<String, Vec<Rule>>,
    classes: HashMap<String, Vec<Rule>>,
    /// Without a class or id; by element.
    elements: HashMap<Option<u8>, Vec<Rule>>,
    rules: usize,
    /// How many more rules may be compared with an element; what is left of it bounds the time a sheet can take.
    budget: usize,
    /// A rule that is not understood paints backgrounds, so that nothing can be said about equal colours.
    pub(super) paints_unseen: bool,
}

#[derive(Debug)]
struct Rule {
    element: Option<Element>,
    id: Option<String>,
    classes: Vec<String>,
    /// Order in the cascade: ids, classes and elements of the selector, then its place (Selectors 4, section 15).
    rank: (usize, usize, usize, usize),
    declarations: Declarations,
}

impl Sheet {
    /// Collects the `<style>` elements of a whole mail: they hold for what stands before them, too.
    pub(super) fn of(html: &str) -> Self {
        let mut sheet = Self {
            ids: HashMap::new(),
            classes: HashMap::new(),
            elements: HashMap::new(),
            rules: 0,
            budget: MAX_COMPARISONS,
            paints_unseen: false,
        };
        let mut rest = html;
        while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
            rest = rest.get(at + 1..).unwrap_or_default();
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.find("-->").and_then(|end| comment.get(end..)).unwrap_or_default();
            } else if rest.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("style")) {
                let Some((attributes, body)) = rest.split_once('>') else { break };
                let (css, after) = body.split_at_checked(end_of_style(body)).unwrap_or((body, ""));
                if !for_other_media(attributes) {
                    sheet.add(css);
                }
                rest = after;
            }
        }
        sheet
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules == 0
    }

    /// What the rules declare for an element, in the order of the cascade.
    pub(super) fn declarations(&mut self, element: Element, id: &str, classes: &str) -> Declarations {
        let names = || classes.split_ascii_whitespace().take(MAX_CLASSES);
        let mut matching: Vec<&Rule> = Vec::new();
        let lists = [self.elements.get(&None), self.elements.get(&Some(element as u8)), self.ids.get(id)]
            .into_iter()
            .chain(names().map(|name| self.classes.get(name)));
        for rules in lists.flatten() {
            self.budget = self.budget.saturating_sub(rules.len());
            if self.budget == 0 {
                break;
            }
            matching.extend(rules.iter().filter(|rule| {
                rule.element.is_none_or(|needed| needed == element)
                    && rule.id.as_ref().is_none_or(|needed| needed == id)
                    && rule.classes.iter().all(|needed| names().any(|name| name == needed))
            }));
        }
        matching.sort_by_key(|rule| rule.rank);
        let mut declarations = Declarations::default();
        for rule in matching {
            declarations.cascade(&rule.declarations);
        }
        declarations
    }

    fn add(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some(open) = rest.find(['{', ';', '}']) {
            let (selector, after) = rest.split_at_checked(open).unwrap_or((rest, ""));
            let Some(body) = after.strip_prefix('{') else {
                // `@import …;` or a stray brace.
                rest = after.get(1..).unwrap_or_default();
                continue;
            };
            let selector = selector.trim().trim_start_matches("<!--").trim_start();
            if selector.starts_with('@') {
                let media = selector.strip_prefix("@media").map(str::trim);
                if media.is_some_and(|media| matches!(media, "screen" | "all" | "only screen")) {
                    // Its rules hold: go on inside; its closing brace is stray.
                    rest = body;
                } else {
                    rest = after_block(body);
                }
                continue;
            }
            let (declarations, after) = body.split_once('}').unwrap_or((body, ""));
            self.add_rule(selector, &Declarations::parse(declarations));
            rest = after;
        }
    }

    fn add_rule(&mut self, selectors: &str, declarations: &Declarations) {
        if *declarations == Declarations::default() {
            return;
        }
        for selector in selectors.split(',').map(str::trim) {
            if self.rules >= MAX_RULES {
                return;
            }
            let Some(mut rule) = Rule::parse(selector, *declarations) else {
                self.paints_unseen |= declarations.background.value.is_some();
                continue;
            };
            self.rules += 1;
            rule.rank.3 = self.rules;
            let rules = match (&rule.id, rule.classes.first()) {
                (Some(id), _) => self.ids.entry(id.clone()).or_default(),
                (None, Some(class)) => self.classes.entry(class.clone()).or_default(),
                (None, None) => self.elements.entry(rule.element.map(|element| element as u8)).or_default(),
            };
            if rules.len() < MAX_RULES_A_KEY {
                rules.push(rule);
            }
        }
    }
}

impl Rule {
    /// A compound selector: `td.code#main`. `None` for anything less simple.
    fn parse(selector: &str, declarations: Declarations) -> Option<Self> {
        if selector.is_empty() || selector.len() > 200 {
            return None;
        }
        let end = selector.find(['.', '#']).unwrap_or(selector.len());
        let (name, mut rest) = selector.split_at_checked(end)?;
        let simple = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let element = match name {
            "" | "*" => None,
            name if simple(name) => Some(Element::from_name(name.to_ascii_lowercase().as_bytes())),
            _ => return None,
        };
        if element == Some(Element::Unknown) {
            return None;
        }
        let mut id = None;
        let mut classes = Vec::new();
        while let Some(after) = rest.get(1..) {
            let end = after.find(['.', '#']).unwrap_or(after.len());
            let (part, next) = after.split_at_checked(end)?;
            if part.is_empty() || (part.is_ascii() && !simple(part)) {
                return None;
            }
            if rest.starts_with('#') {
                id = Some(part.to_owned());
            } else if classes.len() < MAX_CLASSES {
                classes.push(part.to_owned());
            }
            rest = next;
        }
        let rank = (usize::from(id.is_some()), classes.len(), usize::from(element.is_some()), 0);
        Some(Self { element, id, classes, rank, declarations })
    }
}

/// Where `</style` begins.
fn end_of_style(body: &str) -> usize {
    memchr::memmem::find_iter(body.as_bytes(), b"</")
        .find(|&at| body.get(at + 2..at + 7).is_some_and(|name| name.eq_ignore_ascii_case("style")))
        .unwrap_or(body.len())
}

/// `media="print"`, `media="(max-width: 600px)"`.
fn for_other_media(attributes: &str) -> bool {
    let attributes = attributes.to_ascii_lowercase();
    attributes
        .split_once("media=")
        .is_some_and(|(_, media)| !["screen", "all", ""].contains(&media.trim_matches(['"', '\'', ' ', '/'])))
}

/// What follows the block whose opening brace has been read.
fn after_block(body: &str) -> &str {
    let mut depth = 1usize;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return body.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

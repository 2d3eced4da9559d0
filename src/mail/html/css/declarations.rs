//! The properties that decide whether text is seen, and their values.

/// What `display` does to text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail::html) enum Display {
    None,
    Inline,
    InlineBlock,
    Block,
    Cell,
    Row,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail::html) enum FontSize {
    /// At most a pixel.
    Tiny,
    Readable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail::html) enum Paint {
    Rgb(u32),
    Transparent,
    /// An image, a gradient, a name that is not known here.
    Other,
}

/// A declared value and the weight it was declared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail::html) struct Declared<T> {
    pub(in crate::mail::html) value: Option<T>,
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
pub(in crate::mail::html) struct Declarations {
    pub(in crate::mail::html) display: Declared<Display>,
    /// `visibility: visible`.
    pub(in crate::mail::html) visible: Declared<bool>,
    pub(in crate::mail::html) font_size: Declared<FontSize>,
    pub(in crate::mail::html) transparent: Declared<bool>,
    pub(in crate::mail::html) clips: Declared<bool>,
    /// `width`, `height`, `max-width` or `max-height` is nought.
    pub(in crate::mail::html) no_height: Declared<bool>,
    pub(in crate::mail::html) no_width: Declared<bool>,
    pub(in crate::mail::html) off_screen: Declared<bool>,
    /// `white-space: pre` and its kin: line ends in the text are line ends on the screen.
    pub(in crate::mail::html) keeps_lines: Declared<bool>,
    pub(in crate::mail::html) color: Declared<Paint>,
    pub(in crate::mail::html) background: Declared<Paint>,
}

impl Declarations {
    /// Adds declarations that come later in the cascade.
    pub(in crate::mail::html) fn cascade(&mut self, later: &Self) {
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
    pub(in crate::mail::html) fn parse(text: &str) -> Self {
        let mut declarations = Self::default();
        let mut start = 0;
        for end in memchr::memchr_iter(b';', text.as_bytes()).chain([text.len()]) {
            let declaration = text.get(start..end).unwrap_or_default();
            start = end + 1;
            let colon = memchr::memchr(b':', declaration.as_bytes());
            let Some((name, value)) = colon.and_then(|colon| declaration.split_at_checked(colon)) else { continue };
            declarations.declare(name.trim(), value.get(1..).unwrap_or_default().trim());
        }
        declarations
    }

    fn declare(&mut self, name: &str, value: &str) {
        let first = name.as_bytes().first().map(u8::to_ascii_lowercase);
        if !matches!(first, Some(b'b' | b'c' | b'd' | b'f' | b'h' | b'l' | b'm' | b'o' | b't' | b'v' | b'w')) {
            return;
        }
        let mark = memchr::memrchr(b'!', value.as_bytes()).and_then(|mark| value.split_at_checked(mark));
        let (value, important) = match mark {
            Some((before, word)) if word.get(1..).is_some_and(|word| word.trim().eq_ignore_ascii_case("important")) => {
                (before.trim_end(), true)
            }
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
pub(in crate::mail::html) fn paint(value: &str) -> Paint {
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

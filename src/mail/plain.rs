//! Plain text: quotation marks at the start of lines, format=flowed (RFC 3676), dashes of signed texts.

use super::builder::{Builder, Gap, Look, Quote, Rendered};

/// What the Content-Type says of line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Fixed,
    /// A line that ends in a blank goes on in the next one.
    Flowed {
        /// That blank is no part of the text.
        delsp: bool,
    },
}

/// Renders a text/plain part.
pub(super) fn render(text: &str, format: Format) -> Rendered {
    let mut builder = Builder::default();
    let mut signed = Signed::No;
    // The depth of a flowed line that wants to go on.
    let mut open = None;
    for line in lines(text) {
        let line = match signed.read(line) {
            Some(line) => line,
            None => continue,
        };
        let (depth, content) = unquote(line);
        let look = Look { hidden: false, alt: false, quote: Quote { cited: depth, indented: depth } };
        if open != Some(depth) {
            builder.gap(Gap::Block, false);
        }
        let Format::Flowed { delsp } = format else {
            builder.push(content, look, true);
            open = None;
            continue;
        };
        let content = content.strip_prefix(' ').unwrap_or(content);
        let flows = content.ends_with(' ') && content != "-- ";
        let kept = if flows && delsp { content.strip_suffix(' ').unwrap_or(content) } else { content };
        builder.push(kept, look, true);
        open = flows.then_some(depth);
    }
    builder.finish()
}

/// Lines that end in CR LF, LF or a bare CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.split('\r')
    })
}

/// The number of `>` before a line, and the line after them. Arrows around text (`>>> 123456 <<<`) are no quotation.
fn unquote(line: &str) -> (u8, &str) {
    let mut depth = 0u8;
    let mut rest = line;
    loop {
        let after_blank = rest.strip_prefix(' ').filter(|_| depth > 0).unwrap_or(rest);
        let Some(after) = after_blank.strip_prefix('>') else { break };
        depth = depth.saturating_add(1);
        rest = after;
    }
    if depth == 0 || line.trim_end().ends_with('<') { (0, line) } else { (depth, rest) }
}

/// The frame of an OpenPGP clear-signed text (RFC 9580 section 7), which is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signed {
    No,
    Headers,
    Text,
    Signature,
}

impl Signed {
    /// The line without its dash escape, or nothing for a line of the frame.
    fn read<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let marker = line.strip_prefix("-----").and_then(|rest| rest.trim_end().strip_suffix("-----"));
        match (*self, marker) {
            (_, Some("BEGIN PGP SIGNED MESSAGE")) => *self = Self::Headers,
            (Self::Text, Some("BEGIN PGP SIGNATURE")) => *self = Self::Signature,
            (Self::Signature, Some("END PGP SIGNATURE")) => *self = Self::No,
            (Self::Headers, _) => {
                if line.trim().is_empty() {
                    *self = Self::Text;
                }
            }
            (Self::Signature, _) => {}
            (Self::Text, _) => return Some(line.strip_prefix("- ").unwrap_or(line)),
            (Self::No, _) => return Some(line),
        }
        None
    }
}

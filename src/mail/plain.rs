//! Plain text: quotation marks at the start of lines, format=flowed (RFC 3676), dashes of signed texts.

use std::borrow::Cow;

use super::builder::{Builder, Gap, Look, Quote, Rendered};

/// A URL in angle brackets goes over at most so many line ends.
const MAX_WRAPPED: usize = 8;

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
    let lines: Vec<&str> = lines(text).collect();
    let mut rest = lines.as_slice();
    while let [line, after @ ..] = rest {
        let (line, read) = with_wrapped_url(line, after).unwrap_or((Cow::Borrowed(line), 0));
        rest = after.get(read..).unwrap_or_default();
        let Some(line) = signed.read(&line) else { continue };
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

/// A URL in angle brackets goes on over line ends (RFC 3986 appendix C): the line with all of it, and how many lines of
/// those after it that takes.
fn with_wrapped_url<'a>(line: &'a str, after: &[&str]) -> Option<(Cow<'a, str>, usize)> {
    let (_, url) = line.rsplit_once('<')?;
    let starts = ["http://", "https://", "URL:http"].iter().any(|start| url.starts_with(start));
    if !starts || url.contains(['>', ' ', '\t']) {
        return None;
    }
    let mut whole = line.to_owned();
    for (index, next) in after.iter().take(MAX_WRAPPED).enumerate() {
        let (part, closes) = next.split_once('>').map_or((*next, false), |(part, _)| (part, true));
        if part.trim().contains([' ', '<', '\t']) || part.trim().is_empty() && !closes {
            return None;
        }
        whole.push_str(next.trim_start());
        if closes {
            return Some((whole.into(), index + 1));
        }
    }
    None
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
    fn read<'l>(&mut self, line: &'l str) -> Option<&'l str> {
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

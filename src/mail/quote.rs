//! Which lines the sender of this mail wrote, and which are an older mail's.

use super::builder::Rendered;
use super::{Anchor, Forwarded, Line};

/// Decides the quote depth of each line and finds the header of a forwarded original.
pub(super) fn settle(
    rendered: &Rendered,
    subject: &str,
    returned: bool,
) -> (Vec<Line>, Vec<Anchor>, Option<Forwarded>) {
    let _ = subject;
    let base = u8::from(returned);
    let least = rendered.lines.iter().filter(|line| !line.look.hidden).map(|line| line.look.quote.cited).min();
    let least = least.unwrap_or(0);
    let lines = rendered
        .lines
        .iter()
        .map(|line| Line {
            range: line.range.clone(),
            quote_depth: (line.look.quote.cited - least.min(line.look.quote.cited)).saturating_add(base),
            hidden: line.look.hidden,
            alt: line.look.alt,
        })
        .collect::<Vec<_>>();
    let anchors = rendered
        .anchors
        .iter()
        .map(|anchor| {
            let at = lines.partition_point(|line| line.range.end < anchor.range.start);
            Anchor {
                range: anchor.range.clone(),
                href: anchor.href.clone(),
                quote_depth: lines.get(at).map_or(base, |line| line.quote_depth),
                hidden: anchor.look.hidden,
            }
        })
        .collect();
    (lines, anchors, None)
}

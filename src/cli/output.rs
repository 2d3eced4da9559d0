//! What commands print: colour where it is wanted, plain tables, failures on standard error. A closed pipe ends the
//! output quietly.

use std::borrow::Cow;
use std::io::{self, Write};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use comfy_table::{Table, presets};

use super::{Color, Exit, Failure};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const NOTE: Style = AnsiColor::Yellow.on_default();

/// Decides once, for standard output and standard error.
pub(super) fn choose_color(color: Color) {
    match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
    .write_global();
}

/// Paints `text`; the stream strips the colour where nobody sees it.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes to standard output what a person reads.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    write(&harmless(text))
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Io, format!("failed to write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes one JSON object and a line end to standard output.
pub(super) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::new(Exit::Internal, format!("failed to write JSON: {error}")))?;
    write(&(text + "\n"))
}

/// What comes from mails and servers may hold what drives a terminal: of control characters only colours, line ends and
/// tabs are left.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmless = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    if text.chars().all(is_harmless) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let color = color(rest);
        let (piece, after) = rest.split_at_checked(color.unwrap_or(c.len_utf8())).unwrap_or((rest, ""));
        out.push_str(if color.is_some() || is_harmless(c) { piece } else { "·" });
        rest = after;
    }
    out.into()
}

/// The length of the escape sequence that sets a colour (SGR, ECMA-48 section 8.3.117), if the text begins with one.
fn color(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters.get(end..)?.starts_with('m').then_some(end + "\u{1b}[m".len())
}

/// An empty table without borders; `head` names its columns.
pub(super) fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(head.to_vec());
    table.column_iter_mut().for_each(|column| {
        column.set_padding((0, 2));
    });
    table
}

/// Renders a table without trailing blanks, its head in bold.
pub(super) fn render(table: &Table) -> String {
    let mut lines = table.lines();
    let head = lines.next().map(|line| paint(BOLD, line.trim_end())).unwrap_or_default();
    let mut text = head + "\n";
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Tells why the command failed.
pub(super) fn failure(failure: &Failure) {
    let prefix = if failure.names_itself { String::new() } else { format!("{} ", paint(BAD, "error:")) };
    let _ = writeln!(anstream::stderr(), "{}", harmless(&format!("{prefix}{failure}")));
}

/// `1 inbox`, `3 inboxes`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_drives_the_terminal_but_colours() {
        let painted = paint(BAD, "no") + "\tx\n";
        assert_eq!(harmless(&painted), painted);
        for (text, shown) in [
            ("\u{1b}]0;title\u{7}x", "·]0;title·x"),
            ("\u{1b}[2Jx\r\u{9b}1m", "·[2Jx··1m"),
            ("\u{1b}[1;31mx\u{1b}[", "\u{1b}[1;31mx·["),
            ("é\u{85}ü", "é·ü"),
        ] {
            assert_eq!(harmless(text), shown, "{text:?}");
        }
    }
}

//! What commands print: colour where it is wanted, plain tables, failures on standard error. A closed pipe ends the
//! output quietly.

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

/// Writes to standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
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
    print(&(text + "\n"))
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

/// Tells why the command failed. Configuration errors name themselves line by line; others get a prefix.
pub(super) fn failure(failure: &Failure) {
    let prefix = if failure.exit == Exit::Config { String::new() } else { format!("{} ", paint(BAD, "error:")) };
    let _ = writeln!(anstream::stderr(), "{prefix}{failure}");
}

/// `1 inbox`, `3 inboxes`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

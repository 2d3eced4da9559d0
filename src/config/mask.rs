//! Keeps secrets out of quoted lines. An error message shows the line it speaks of, and that line may hold a password.
//!
//! Works on the text alone, not on the parsed document, so that it also covers what does not parse: a misspelled
//! `pasword`, a missing quote, a secret in the wrong table. When in doubt it hides too much.

use std::ops::Range;

use super::file::{File, TABLES};
use super::reader::{Table, nearest};

/// The keys that hold secrets.
pub(super) const SECRET_KEYS: [&str; 6] =
    ["api_key", "api_keys", "password", "client_secret", "refresh_token", "secret"];

/// What the value of a secret key may say openly: where the secret is.
const SOURCE_KEYS: [&str; 3] = ["credential", "env", "file"];

/// What the names of secrets have in them.
const SECRET_WORDS: [&str; 5] = ["pass", "pwd", "secret", "token", "key"];

/// Keys that look like secrets and are none.
const OPEN_KEYS: [&str; 1] = ["token_url"];

/// Whether the text is TOML: in a text that is not, a quote or a line end in the wrong place can put a secret anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Sound,
    Broken,
}

/// Byte ranges that must not be shown.
#[derive(Debug)]
pub(super) struct Masks(Vec<Range<usize>>);

impl Masks {
    pub(super) fn find(text: &str, state: Text) -> Self {
        let mut masks = Vec::new();
        let mut at = 0;
        match state {
            Text::Sound => {
                while at < text.len() {
                    at = line(text, at, &mut masks);
                }
            }
            Text::Broken => {
                for line in text.split_inclusive('\n') {
                    let end = at + line.trim_end_matches(['\n', '\r']).len();
                    hide(at + open_part(text.get(at..end).unwrap_or_default()).min(end - at)..end, &mut masks);
                    at += line.len();
                }
            }
        }
        Self(masks)
    }

    /// The text of `range` with `…` for what must not be shown.
    pub(super) fn apply(&self, text: &str, range: Range<usize>) -> String {
        let mut out = String::new();
        let mut at = range.start;
        for mask in self.0.iter().filter(|mask| mask.start < range.end && mask.end > range.start) {
            out.push_str(text.get(at..mask.start.max(at)).unwrap_or_default());
            out.push('…');
            at = mask.end.clamp(at, range.end);
        }
        out.push_str(text.get(at..range.end).unwrap_or_default());
        out
    }
}

/// How much of a line of a broken text may be shown: all of a table header, of a comment and of a known key that holds
/// no secret; of other keys, the key. Nothing after a word that speaks of secrets.
fn open_part(line: &str) -> usize {
    let indent = blanks(line);
    let body = line.get(indent..).unwrap_or_default();
    let word = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(body.len());
    let key = body.get(..word).unwrap_or_default();
    let keys = || TABLES.iter().flat_map(|(_, keys)| *keys).chain(File::KEYS).copied();
    let after_key = body.get(word..).unwrap_or_default();
    let value = after_key.trim_start().starts_with('=').then(|| after_equals(line, line.find('=').unwrap_or_default()));
    let shown = if body.starts_with('#') {
        line.len()
    } else if body.starts_with('[') {
        indent + header(body)
    } else if nearest(key, keys()).is_none() {
        // Not even a misspelled key: perhaps the rest of a secret.
        indent
    } else if let Some(value) = value {
        let open = keys().any(|known| known == key) && !SECRET_KEYS.contains(&key) && key != "oauth2";
        // The keys in an inline table are not worth telling apart.
        if open && !line.get(value..).is_some_and(|value| value.starts_with('{')) { line.len() } else { value }
    } else {
        indent + word + blanks(after_key)
    };
    let lower = line.to_ascii_lowercase();
    let hint = SECRET_WORDS.iter().filter_map(|word| Some(lower.find(word)? + word.len())).min();
    let hint = hint.map(|at| {
        // Up to the value, so that the key stays readable.
        let rest = line.get(at..).unwrap_or_default();
        let key = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-').trim_start();
        let equals = line.len() - key.len();
        if key.starts_with('=') { after_equals(line, equals) } else { equals }
    });
    shown.min(hint.unwrap_or(shown))
}

/// How much of a line that begins with `[` is the header of a table, known or misspelled; else it may be a list.
fn header(body: &str) -> usize {
    let part = |c: char| c.is_ascii_alphanumeric() || "[]_.- ".contains(c);
    let end = body.find(|c| !part(c)).unwrap_or(body.len());
    let name = body.get(..end).unwrap_or_default().trim_matches(['[', ']', ' ']);
    let tables = || File::KEYS.iter().copied().chain(["oauth2"]);
    if name.split('.').all(|part| nearest(part, tables()).is_some()) { end } else { 1 }
}

/// Where the value begins after the `=` at `equals`.
fn after_equals(line: &str, equals: usize) -> usize {
    equals + 1 + blanks(line.get(equals + 1..).unwrap_or_default())
}

/// Looks through the line that begins at `start`; answers where the next one begins. A secret that spans several
/// lines is taken whole.
fn line(text: &str, start: usize, masks: &mut Vec<Range<usize>>) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let end = start + rest.find('\n').map_or(rest.len(), |at| at + 1);
    let mut at = start;
    while let Some(c) = text.get(at..end).and_then(|rest| rest.chars().next()) {
        match c {
            '=' => {
                let value = at + 1 + blanks(text.get(at + 1..end).unwrap_or_default());
                let key = key_before(text.get(start..at).unwrap_or_default());
                let hidden = if is_secret(key) { secret_value(text, value, end, masks) } else { None };
                match hidden {
                    Some(after) if after > end => return after,
                    Some(after) => at = after.max(at + 1),
                    None => at += 1,
                }
            }
            '"' | '\'' => {
                let close = closing(text, at + 1, end, c);
                userinfo(text, at..close, masks);
                at = close + 1;
            }
            c => at += c.len_utf8(),
        }
    }
    end
}

/// Masks the value that begins at `at`; answers where it ends.
fn secret_value(text: &str, at: usize, end: usize, masks: &mut Vec<Range<usize>>) -> Option<usize> {
    let value = text.get(at..)?;
    let line_end = end - usize::from(text.get(..end).is_some_and(|line| line.ends_with('\n')));
    for quotes in ["\"\"\"", "'''"] {
        if let Some(inside) = value.strip_prefix(quotes) {
            let from = at + 3;
            let to = from + inside.find(quotes).unwrap_or(inside.len());
            hide(from..to, masks);
            return Some((to + 3).min(text.len()));
        }
    }
    match value.chars().next()? {
        quote @ ('"' | '\'') => {
            let close = closing(text, at + 1, line_end, quote);
            hide(at + 1..close, masks);
            Some(close + 1)
        }
        '{' => {
            // Up to the line's end: what follows the brace on the same line is no loss.
            inline_table(text, at + 1..line_end, masks)?;
            Some(line_end)
        }
        '[' => secret_list(text, at + 1, masks),
        '\n' | '\r' => None,
        _ => {
            hide(at..line_end, masks);
            Some(line_end)
        }
    }
}

/// Masks what stands in an inline table and is no source.
fn inline_table(text: &str, range: Range<usize>, masks: &mut Vec<Range<usize>>) -> Option<()> {
    let mut from = range.start;
    while let Some(equals) = text.get(from..range.end).and_then(|rest| rest.find('=')) {
        let key = key_before(text.get(range.start..from + equals)?);
        let inner = from + equals + 1;
        let value = inner + blanks(text.get(inner..range.end)?);
        from = match text.get(value..range.end)?.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let close = closing(text, value + 1, range.end, quote);
                if !SOURCE_KEYS.contains(&key) {
                    hide(value + 1..close, masks);
                }
                (close + 1).min(range.end)
            }
            _ if SOURCE_KEYS.contains(&key) => inner,
            _ => {
                hide(value..range.end, masks);
                range.end
            }
        };
    }
    Some(())
}

/// Masks the elements of the list that is open at `at`, which may span lines; answers where it ends.
fn secret_list(text: &str, at: usize, masks: &mut Vec<Range<usize>>) -> Option<usize> {
    let mut at = at;
    loop {
        let Some(c) = text.get(at..)?.chars().next() else { return Some(at) };
        let rest = text.get(at..)?;
        let line_end = at + rest.find('\n').unwrap_or(rest.len());
        match c {
            ']' => return Some(at + 1),
            ',' | '\n' | '\r' | ' ' | '\t' => at += 1,
            '#' => at = line_end,
            '{' => {
                // A brace inside a string would end it too early: then the rest is hidden as what it is not.
                let close = at + text.get(at..line_end)?.find('}').unwrap_or(line_end - at);
                inline_table(text, at + 1..close, masks)?;
                at = (close + 1).min(line_end);
            }
            quote @ ('"' | '\'') => {
                let triple: String = [quote; 3].iter().collect();
                let (from, to) = match rest.strip_prefix(triple.as_str()) {
                    Some(inside) => (at + 3, at + 3 + inside.find(&triple).unwrap_or(inside.len())),
                    None => (at + 1, closing(text, at + 1, line_end, quote)),
                };
                hide(from..to, masks);
                at = (to + from - at).min(text.len());
            }
            _ => {
                hide(at..line_end, masks);
                at = line_end;
            }
        }
    }
}

/// Nothing need not be hidden.
fn hide(range: Range<usize>, masks: &mut Vec<Range<usize>>) {
    if !range.is_empty() {
        masks.push(range);
    }
}

/// Masks `user:password` in `scheme://user:password@host`.
fn userinfo(text: &str, string: Range<usize>, masks: &mut Vec<Range<usize>>) {
    let Some(value) = text.get(string.clone()) else { return };
    let Some(at) = value.find("://").map(|at| at + 3) else { return };
    let authority = value.get(at..).unwrap_or_default();
    let authority = authority.get(..authority.find(['/', '?', '#']).unwrap_or(authority.len())).unwrap_or_default();
    if let Some(info) = authority.rfind('@').filter(|&info| authority.get(..info).is_some_and(|i| i.contains(':'))) {
        masks.push(string.start + at..string.start + at + info);
    }
}

/// Where the string that is open at `at` closes, at most at the line's end.
fn closing(text: &str, at: usize, end: usize, quote: char) -> usize {
    let mut escaped = false;
    for (offset, c) in text.get(at..end).unwrap_or_default().char_indices() {
        match c {
            '\n' => return at + offset,
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return at + offset,
            _ => {}
        }
    }
    end
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// The last part of the key that ends this text: `password` of `oauth2 = { a.password`.
fn key_before(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches(['"', '\'']);
    let start = text
        .rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .map_or(0, |at| at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
    text.get(start..).unwrap_or_default()
}

/// Whether a key holds a secret, or was meant to.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace('-', "_");
    let looks = SECRET_WORDS.iter().any(|word| key.contains(word));
    let meant = SECRET_KEYS.iter().any(|secret| strsim::damerau_levenshtein(&key, secret) <= 2);
    (looks || meant) && !OPEN_KEYS.contains(&key.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Masks::find(text, Text::Sound).apply(text, 0..text.len())
    }

    fn shown_of_broken(text: &str) -> String {
        Masks::find(text, Text::Broken).apply(text, 0..text.len())
    }

    #[test]
    fn secrets_are_hidden_however_they_are_written() {
        for (text, expected) in [
            ("password = \"hunter2\" # why", "password = \"…\" # why"),
            ("pasword='hunter2'", "pasword='…'"),
            ("\"password\" = 'hunter2'", "\"password\" = '…'"),
            ("api-key = hunter2", "api-key = …"),
            ("password = 1234", "password = …"),
            ("password = \"hunter2", "password = \"…"),
            ("password = \"hun\\\"ter2\"", "password = \"…\""),
            ("# password = \"hunter2\"", "# password = \"…\""),
            ("password = { value = \"hunter2\" }", "password = { value = \"…\" }"),
            ("password = { file = \"/run/a\", value = 'hunter2' }", "password = { file = \"/run/a\", value = '…' }"),
            (
                "oauth2 = { client_id = 'a', client_secret = 'hunter2', x = 1 }",
                "oauth2 = { client_id = 'a', client_secret = '…', x = 1 }",
            ),
            ("inbox.password = 'hunter2'", "inbox.password = '…'"),
            ("password = '''\nhunter2\nhunter3'''\nhost = 'a'", "password = '''…'''\nhost = 'a'"),
            ("password = \"\"\"\nhunter2\n", "password = \"\"\"…"),
            ("password = [\"hunter2\",", "password = [\"…\","),
            (
                "api_keys = ['hunter2', { env = \"A\" }, \"hunter3\"] # why",
                "api_keys = ['…', { env = \"A\" }, \"…\"] # why",
            ),
            (
                "api_keys = [\n  # both\n  \"hunter2\",\n  { value = 'hunter3' },\n  hunter4\n]\naddress = 'a'",
                "api_keys = [\n  # both\n  \"…\",\n  { value = '…' },\n  …\n]\naddress = 'a'",
            ),
            ("api_keys = [\"\"\"\nhunter2\"\"\", 'hunter3'", "api_keys = [\"\"\"…\"\"\", '…'"),
            ("secret = \"otpauth://totp/a?secret=hunter2\"", "secret = \"…\""),
            ("base_url = \"https://me:hunter2@skyvern.example/x\"", "base_url = \"https://…@skyvern.example/x\""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
            assert!(!shown(text).contains("hunter"), "{text}");
        }
    }

    #[test]
    fn a_broken_text_shows_only_what_is_surely_no_secret() {
        for (text, expected) in [
            ("api_key = hunter2", "api_key = …"),
            ("password \"hunter2\"", "password …"),
            ("\"hunter2\"", "…"),
            ("  hunter2", "  …"),
            ("pass\"word = \"hunter2\"", "…"),
            ("hunter2= 1", "…"),
            ("passwort = hunter2", "passwort = …"),
            ("'hunter2', refresh_token = 1", "…"),
            ("[skyvern]\"api_key = \"hunter2\"", "[skyvern]…"),
            ("oauth2 = { client_s\"ecret = 'hunter2' }", "oauth2 = …"),
            ("ttl = \"5m\" password = \"hunter2\"", "ttl = \"5m\" password = …"),
            ("# password: hunter2", "# password…"),
            ("name = agents", "name = agents"),
            ("code = '[0-9]{6}", "code = '[0-9]{6}"),
            ("ttl = \"5m\" password = hunter2", "ttl = \"5m\" password = …"),
            ("[[inbox]", "[[inbox]"),
            ("[[inbox.ruel]]", "[[inbox.ruel]]"),
            ("  [hunter2\", 'hunter3']", "  […"),
            ("# watched by night", "# watched by night"),
        ] {
            assert_eq!(shown_of_broken(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays_readable() {
        for text in [
            "password = { file = \"/run/secrets/agents\" }",
            "api_key = { credential = \"skyvern-api-key\" }",
            "token_url = \"https://login.example/token\"",
            "code = '(?<code>key=[0-9]{6})'",
            "username = \"agents@example.com\"",
            "password =\nhost = 'a'",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_cut_through_a_secret_shows_none_of_it() {
        let text = "password = \"hunter2\"";
        assert_eq!(Masks::find(text, Text::Sound).apply(text, 0..15), "password = \"…");
    }
}

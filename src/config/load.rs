//! From a path to a [`Config`]: reading the file, its TOML, the checks, and the refusal of secrets that others can read.

use std::fs::File as Handle;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use toml::de::DeTable;

use super::check::{check, has_literal_secret};
use super::diagnostic::{Diagnostic, Problem, Problems, Source};
use super::file::File;
use super::reader::Reader;
use super::{Config, ConfigErrors, Options, Permissions, Secrets};

/// Far beyond any real configuration; keeps a wrong path (a disk image, a log) from being read into memory.
const LARGEST: u64 = 4 << 20;

impl Config {
    /// Reads and checks the file. Every secret and certificate is read once to see that it can be.
    ///
    /// # Errors
    /// All mistakes at once, in the order of the file.
    pub fn load(path: &Path) -> Result<Self, ConfigErrors> {
        Self::load_with(path, Options::default())
    }

    /// [`Config::load`] that leaves out what `options` say.
    pub fn load_with(path: &Path, options: Options) -> Result<Self, ConfigErrors> {
        let (text, mode) = read(path)?;
        let mode = (options.permissions == Permissions::Checked).then_some(mode);
        parse(&text, path, options.secrets, mode)
    }

    /// Checks a text as if it stood in the file at `path`, which is not looked at.
    pub fn parse(text: &str, path: &Path, secrets: Secrets) -> Result<Self, ConfigErrors> {
        parse(text, path, secrets, None)
    }
}

/// The text and the permission bits, from one open file so that they belong together.
fn read(path: &Path) -> Result<(String, u32), ConfigErrors> {
    let refused = |message: String, help| ConfigErrors(vec![Diagnostic::of_file(path, message, help)]);
    let failed = |error: std::io::Error| {
        let help = match error.kind() {
            std::io::ErrorKind::NotFound => Some("is that its name? --config FILE names another one".to_owned()),
            std::io::ErrorKind::PermissionDenied => {
                Some("it must be readable by the user that otp-relay runs as".to_owned())
            }
            _ => None,
        };
        refused(format!("failed to read the configuration: {error}"), help)
    };
    let mut file = Handle::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        let inside = path.join("otp-relay.toml").display().to_string();
        return Err(refused("this is a directory, not a file".to_owned(), Some(format!("did you mean {inside}?"))));
    }
    let mut bytes = Vec::new();
    file.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        return Err(refused("this file is larger than 4 MiB: it can't be a configuration".to_owned(), None));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        refused(format!("this file is not UTF-8 (line {line})"), Some("save it as UTF-8".to_owned()))
    })?;
    Ok((text, metadata.permissions().mode()))
}

/// `mode`: the file's permission bits, where they are to be looked at.
fn parse(text: &str, path: &Path, secrets: Secrets, mode: Option<u32>) -> Result<Config, ConfigErrors> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let base = path.parent().unwrap_or(Path::new(""));
    let mut reader = Reader { text, base, problems: Problems::default(), key: String::new() };
    for error in errors {
        reader.problems.push(syntax(text, &error));
    }
    let file = File::read(table.get_ref(), &mut reader);
    let mut problems = reader.problems;
    let config = check(&file, path, secrets, &mut problems);
    if let (Some(mode), Some(secret)) = (mode, has_literal_secret(&file))
        && mode & 0o077 != 0
    {
        problems.push(
            Problem::at(&secret, format!("this secret can be read by others: the file has mode {:04o}", mode & 0o7777))
                .help(format!(
                    "chmod 600 {}, or keep the secret elsewhere: {{ credential = \"NAME\" }}, {{ file = \"PATH\" }}",
                    path.display()
                )),
        );
    }
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(ConfigErrors(Source { path, text }.diagnostics(problems))),
    }
}

/// A mistake in the TOML itself, with help where its usual cause is known.
fn syntax(text: &str, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(text.len()..text.len());
    let message = error.message();
    if message.contains("escape") {
        return Problem::syntax(&span, "this is not an escape that a string in double quotes knows")
            .help("write regexes in single quotes, where a backslash is itself: '\\d{6}'");
    }
    if message.contains("must be quoted") {
        return Problem::syntax(&span, "this value is not TOML").help("a string needs quotes");
    }
    if message.starts_with("duplicate key") {
        return Problem::syntax(&span, format!("`{}` stands twice", text.get(span.clone()).unwrap_or_default()));
    }
    if message.starts_with("invalid multi-line") {
        // The end of the file is no help: the beginning of the string is.
        let quotes = if message.contains("literal") { "'''" } else { "\"\"\"" };
        if let Some(open) = text.get(..span.start).and_then(|before| before.rfind(quotes)) {
            return Problem::syntax(&(open..open + 3), "this string is never closed")
                .help(format!("it ends with {quotes}"));
        }
    }
    Problem::syntax(&span, format!("this is not TOML: {message}"))
}

//! Conditions on headers.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::super::diagnostic::Problem;
use super::super::pattern::Pattern;
use super::super::reader::{At, FromToml, Reader};

/// `header = { "List-Id" = '…' }`: names and what their values must match, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Headers(pub(in crate::config) Vec<(At<String>, At<Pattern>)>);

impl JsonSchema for Headers {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Headers".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": "string" } })
    }
}

impl FromToml for Headers {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(table) = value.get_ref().as_table() else {
            reader.wrong_type(value, "a table of header names and regexes", Some("{ \"List-Id\" = '…' }".into()));
            return None;
        };
        let mut headers: Vec<(At<String>, At<Pattern>)> = Vec::new();
        for (name, pattern) in table.iter() {
            let text = name.get_ref().as_ref();
            // RFC 5322 section 3.6.8: printable ASCII without the colon.
            if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic() && b != b':') {
                let problem = Problem::at(&name.span(), format!("`{text}` is not the name of a header"));
                reader.problems.push(match text.trim_end_matches([':', ' ']) {
                    trimmed if trimmed != text && !trimmed.is_empty() => problem.help(format!("write \"{trimmed}\"")),
                    _ => problem,
                });
            }
            reader.key = text.to_owned();
            let Some(pattern) = At::from_toml(pattern, reader) else { continue };
            headers.push((At { value: text.to_owned(), span: name.span() }, pattern));
        }
        headers.sort_by_key(|(name, _)| name.span.start);
        for (at, (name, _)) in headers.iter().enumerate() {
            if headers.iter().take(at).any(|(earlier, _)| earlier.value.eq_ignore_ascii_case(&name.value)) {
                let message = format!("the header `{}` stands twice (case does not matter)", name.value);
                reader.problems.push(Problem::at(&name.span, message).help("write one regex with `|`"));
            }
        }
        Some(Self(headers))
    }
}

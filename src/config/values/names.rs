//! One name, or a list of them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::super::reader::{At, FromToml, Reader};

/// `"mx.example.com"` or `["mx1.example.com", "mx2.example.com"]`.
#[derive(Clone, Debug)]
pub(in super::super) struct Names(pub(in super::super) Vec<At<String>>);

inline_schema!(Names, { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] });

impl FromToml for Names {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(_) => Vec::from_toml(value, reader),
            _ => {
                let name = reader.string(value, "a name or a list of names")?.to_owned();
                Some(vec![At { value: name, span: value.span() }])
            }
        }
        .map(Self)
    }
}

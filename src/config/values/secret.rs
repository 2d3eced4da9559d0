//! The four ways to write a secret. A value that is wrong is never repeated: it may be the secret.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::SecretString;
use toml::Spanned;
use toml::de::DeValue;

use super::super::Secret;
use super::super::diagnostic::Problem;
use super::super::reader::{FromToml, Reader, nearest};

impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let source = |name: &str, description: &str| {
            let mut properties = serde_json::Map::new();
            properties.insert(
                name.into(),
                serde_json::json!({ "type": "string", "minLength": 1, "description": description }),
            );
            serde_json::json!({ "type": "object", "properties": properties, "required": [name], "additionalProperties": false })
        };
        json_schema!({
            "description": "Where a secret is kept.",
            "anyOf": [
                { "type": "string", "minLength": 1, "description": "The secret itself: the file must then be readable by its owner alone." },
                source("credential", "A systemd credential (LoadCredential=)."),
                source("env", "An environment variable."),
                source("file", "A file that holds the secret alone."),
            ]
        })
    }
}

impl FromToml for Secret {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        const FORMS: &str =
            "write { credential = \"NAME\" }, { env = \"NAME\" }, { file = \"PATH\" } or \"the secret itself\"";
        let key = reader.key.clone();
        let table = match value.get_ref() {
            DeValue::String(text) if text.is_empty() => {
                reader.problems.push(Problem::at(&value.span(), format!("`{key}` is empty")).help(FORMS));
                return None;
            }
            DeValue::String(text) => return Some(Self::Literal(SecretString::from(text.as_ref().to_owned()))),
            DeValue::Table(table) => table,
            _ => {
                reader.wrong_type(value, "a string or a table that says where the secret is", None);
                return None;
            }
        };
        let mut source = None;
        let mut whole = true;
        for (name, place) in table.iter() {
            let found = match (name.get_ref().as_ref(), place.get_ref().as_str()) {
                ("credential" | "env" | "file", Some("")) => {
                    reader.problems.push(Problem::at(&place.span(), format!("`{}` is empty", name.get_ref())));
                    None
                }
                ("credential", Some(name)) if name.contains('/') => {
                    reader.problems.push(
                        Problem::at(&place.span(), "a credential is a name, not a path")
                            .help("write { file = \"PATH\" }"),
                    );
                    None
                }
                ("credential", Some(name)) => Some(Self::Credential(name.to_owned())),
                ("env", Some(name)) => Some(Self::Env(name.to_owned())),
                ("file", Some(path)) => Some(Self::File(reader.base.join(path))),
                (name @ ("credential" | "env" | "file"), None) => {
                    reader.key = name.to_owned();
                    reader.wrong_type(place, "a string", None);
                    None
                }
                (unknown, _) => {
                    let problem = Problem::at(&name.span(), format!("unknown key `{unknown}` in `{key}`"));
                    reader.problems.push(match nearest(unknown, ["credential", "env", "file"].into_iter()) {
                        Some(near) => problem.help(format!("did you mean `{near}`?")),
                        None => problem.help(FORMS),
                    });
                    None
                }
            };
            whole &= found.is_some();
            source = source.or(found);
        }
        if !whole {
            return None;
        }
        match source {
            Some(source) if table.len() == 1 => Some(source),
            Some(_) => {
                reader.problems.push(Problem::at(&value.span(), format!("`{key}` names several sources")).help(FORMS));
                None
            }
            None => {
                reader.problems.push(Problem::at(&value.span(), format!("`{key}` names no source")).help(FORMS));
                None
            }
        }
    }
}

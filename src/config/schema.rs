//! The JSON Schema of the configuration, for editors and `otp-relay schema`.

use schemars::generate::SchemaSettings;

use super::file::File;

/// The schema (JSON Schema 2020-12). The same for every run of one version.
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>().to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".into(), "otp-relay.toml".into());
    }
    schema
}

/// The schema as it stands in `config/otp-relay.schema.json`.
pub fn schema_text() -> String {
    // A value made of strings and numbers always prints.
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}

//! `otp-relay schema`: the JSON Schema of the configuration, for editors.

use clap::Args;

use super::{Exit, Failure, output};

/// Print the JSON Schema of the configuration file
#[derive(Debug, Args)]
#[command(
    after_help = "Example (for editors that complete and check TOML):\n  otp-relay schema > otp-relay.schema.json\n  \
sed -i '1i #:schema ./otp-relay.schema.json' otp-relay.toml"
)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn execute(self) -> Result<Exit, Failure> {
        output::print(&crate::config::schema_text())?;
        Ok(Exit::Fine)
    }
}

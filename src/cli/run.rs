//! `otp-relay run`: the daemon.

use clap::Args;

use super::{Exit, Failure, Global, LogFormat, LogLevel, logging};
use crate::config::Config;
use crate::daemon;

/// Watch the mailboxes and deliver what arrives, until SIGTERM
///
/// SIGHUP re-reads the configuration: a wrong one is refused and the old one stays, and only what changed reconnects.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  otp-relay run --config ./otp-relay.toml --log-format json")]
pub(super) struct Run {
    /// How log lines look
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
    /// What is logged; no level shows codes, secrets or mail text
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "OTP_RELAY_LOG")]
    log_level: LogLevel,
}

impl Run {
    pub(super) fn execute(self, global: &Global) -> Result<Exit, Failure> {
        let config = Config::load(&global.config_path())?;
        logging::start(self.log_format, self.log_level);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(Exit::Internal, format!("failed to start the runtime: {error}")))?;
        let ended = runtime.block_on(daemon::run(config));
        // A blocking call that hangs (a dead network file system, say) must not keep the process.
        runtime.shutdown_timeout(std::time::Duration::from_millis(200));
        ended?;
        Ok(Exit::Fine)
    }
}

//! The command line: its shape, and a thin file for each subcommand.

mod authenticator;
mod check;
mod exit;
mod explain;
mod history;
mod logging;
mod output;
mod replay;
mod run;
mod schema;
mod shell;
mod status;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{Config, Options, Permissions, Secrets};

pub use exit::{Exit, Failure};
pub use logging::{LogFormat, LogLevel};

/// Where the configuration is looked for without `--config`.
pub const DEFAULT_CONFIG: &str = "/etc/otp-relay/otp-relay.toml";

/// Hands one-time codes and sign-in links from mailboxes to the Skyvern runs that wait for them.
#[derive(Debug, Parser)]
#[command(name = "otp-relay", version, max_term_width = 100, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 fine, 1 a check failed, the daemon is not healthy, or nothing was found, 2 usage, 66 an input \
file can't be read, 69 the daemon or a server can't be reached, 70 internal error, 74 the store, or the output, failed, \
75 another daemon holds the store, 78 the configuration is wrong.\n\nSet-up in three steps: write /etc/otp-relay/otp-relay.toml, run `otp-relay check`, then \
`systemctl enable --now otp-relay`."
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every subcommand.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The configuration file [default: /etc/otp-relay/otp-relay.toml]
    #[arg(long, short, global = true, env = "OTP_RELAY_CONFIG", value_name = "FILE", help_heading = "Global options")]
    config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    color: Color,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Check(check::Check),
    Explain(explain::Explain),
    History(history::History),
    Replay(replay::Replay),
    Status(status::Status),
    Authenticator(authenticator::Authenticator),
    Schema(schema::Schema),
    Completions(shell::Completions),
    Man(shell::Man),
}

impl Global {
    /// The configuration, for commands that need no secret of it.
    pub(crate) fn config_without_secrets(&self) -> Result<Config, Failure> {
        let options = Options { secrets: Secrets::Unread, permissions: Permissions::Unchecked };
        Ok(Config::load_with(&self.config_path(), options)?)
    }

    /// The file to read: `--config`, `$OTP_RELAY_CONFIG` or the default.
    pub(crate) fn config_path(&self) -> PathBuf {
        self.config.clone().unwrap_or_else(|| DEFAULT_CONFIG.into())
    }
}

/// Parses the process's arguments and does what they say.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Fine };
            let _ = error.print();
            return exit;
        }
    };
    output::choose_color(cli.global.color);
    match cli.command.execute(&cli.global) {
        Ok(exit) => exit,
        Err(failure) => {
            output::failure(&failure);
            failure.exit
        }
    }
}

impl Command {
    fn execute(self, global: &Global) -> Result<Exit, Failure> {
        match self {
            Self::Run(command) => command.execute(global),
            Self::Check(command) => command.execute(global),
            Self::Explain(command) => command.execute(global),
            Self::History(command) => command.execute(global),
            Self::Replay(command) => command.execute(global),
            Self::Status(command) => command.execute(global),
            Self::Authenticator(command) => command.execute(global),
            Self::Schema(command) => command.execute(),
            Self::Completions(command) => command.execute(),
            Self::Man(command) => command.execute(),
        }
    }
}

/// A runtime for a command that talks to servers once and ends.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Internal, format!("failed to start the runtime: {error}")))?
        .block_on(work)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn every_subcommand_shows_an_example() {
        for command in super::Cli::command().get_subcommands().filter(|command| command.get_name() != "help") {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("otp-relay "), "`{} --help` has no example", command.get_name());
        }
    }
}

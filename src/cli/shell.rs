//! `otp-relay completions` and `otp-relay man`: what a package installs beside the program.

use clap::{Args, CommandFactory};

use super::{Cli, Exit, Failure, output};

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  otp-relay completions bash > /etc/bash_completion.d/otp-relay")]
pub(super) struct Completions {
    shell: clap_complete::Shell,
}

/// Print the manual page
///
/// Without a name the page of the program itself; with one, that of a subcommand.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  otp-relay man > /usr/local/share/man/man1/otp-relay.1\n  otp-relay man check | man -l -"
)]
pub(super) struct Man {
    #[arg(value_name = "SUBCOMMAND")]
    subcommand: Option<String>,
}

impl Completions {
    pub(super) fn execute(self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "otp-relay", &mut script);
        output::print(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Fine)
    }
}

impl Man {
    pub(super) fn execute(self) -> Result<Exit, Failure> {
        let mut command = Cli::command();
        command.build();
        let command = match &self.subcommand {
            None => command,
            Some(name) => command.find_subcommand(name).cloned().ok_or_else(|| {
                Failure::new(Exit::Usage, format!("there is no subcommand `{name}`; see `otp-relay help`"))
            })?,
        };
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(|error| Failure::new(Exit::Internal, format!("failed to render the manual page: {error}")))?;
        output::print(&String::from_utf8_lossy(&page))?;
        Ok(Exit::Fine)
    }
}

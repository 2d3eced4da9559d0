//! `otp-relay replay`: send again on purpose.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::explain::{self, Choice, PolicyChoice};
use super::history::asked_for;
use super::output::{self, BOLD, NOTE, paint};
use super::{Exit, Failure, Global, block_on};
use crate::config::Config;
use crate::daemon::control;
use crate::daemon::replay::{self, Alone, Replay as Value, ReplayError};
use crate::extract::Deliver;
use crate::sender;
use crate::store::{HistoryRow, Store};

/// Send the value of a mail to Skyvern again, on purpose
///
/// Names a mail by its ID in the history (it is fetched again: codes are not kept) or as a file. It goes the way that its
/// inbox and rule say (`deliver`): pushed to Skyvern, kept for the run that asks for it, or both. The running daemon pushes
/// it, in order among its others; without one, this command does. It counts as new: its lifetime begins now.
/// It waits until Skyvern has it, at most until its lifetime ends. Exit code 1: Skyvern did not take it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  otp-relay replay 4711\n  otp-relay replay --deliver push 4711\n  \
otp-relay replay --inbox agents mail.eml --dry-run")]
pub(super) struct Replay {
    /// An ID of `otp-relay history`, or a mail as a file (- for standard input)
    #[arg(value_name = "ID|FILE")]
    what: String,
    /// The inbox whose rules apply to a file
    #[arg(long, value_name = "NAME")]
    inbox: Option<String>,
    /// The way it goes, instead of the one that its inbox and rule say
    #[arg(long, value_name = "WAY")]
    deliver: Option<Way>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// How long a replay is waited for without a word.
const SOON: Duration = Duration::from_secs(3);

/// What `deliver` in the configuration says.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Way {
    /// To Skyvern, at once
    Push,
    /// Kept until a run asks for it at its totp_url
    Pull,
    /// Pushed, and kept for a run that asks
    Both,
}

impl From<Way> for Deliver {
    fn from(way: Way) -> Self {
        match way {
            Way::Push => Self::Push,
            Way::Pull => Self::Pull,
            Way::Both => Self::Both,
        }
    }
}

impl Replay {
    pub(super) fn execute(self, global: &Global) -> Result<Exit, Failure> {
        let row = self.what.parse::<i64>().ok().filter(|_| !Path::new(&self.what).exists());
        let config = global.config_without_secrets()?;
        if config.listen.is_none() && self.deliver.is_some_and(|way| Deliver::from(way).offers()) {
            let why = format!("{} has no [listen]: no run could ask for it", config.path.display());
            return Err(Failure::new(Exit::Usage, why));
        }
        block_on(async {
            let at_hand = match row {
                Some(_) => None,
                None => Some(self.value_of_file(global).await?),
            };
            if control::status(&config.service.socket).await.is_ok() {
                self.through_the_daemon(&config, row, at_hand).await
            } else {
                self.alone(Config::load(&global.config_path())?, row, at_hand).await
            }
        })
    }

    async fn value_of_file(&self, global: &Global) -> Result<Value, Failure> {
        let Choice { policy, verifier } =
            PolicyChoice { inbox: self.inbox.as_deref(), needs_config: true }.choose(global)?;
        let raw = explain::read(&PathBuf::from(&self.what))?;
        Ok(replay::of_mail(&sender::as_sent(&raw), explain::is_whole(&raw), &policy, &verifier, None).await?)
    }

    async fn through_the_daemon(
        self,
        config: &Config,
        row: Option<i64>,
        at_hand: Option<Value>,
    ) -> Result<Exit, Failure> {
        let socket = &config.service.socket;
        let refused = |error: std::io::Error| {
            // As it would be without a daemon.
            let refuses = matches!(error.kind(), ErrorKind::Other | ErrorKind::InvalidData);
            Failure::new(if refuses { Exit::CheckFailed } else { Exit::Unavailable }, error.to_string())
        };
        let value = match (at_hand, row) {
            (Some(value), _) => value,
            (None, row) => control::prepare(socket, row.unwrap_or_default()).await.map_err(refused)?,
        };
        let value = self.by_the_way_asked_for(value);
        if self.dry_run {
            return self.tell(&value, None);
        }
        let id = control::send(socket, value.clone()).await.map_err(refused)?;
        let store = Store::open_read_only(&config.store.url).await?;
        let settled = replay::settled(&store, id);
        tokio::pin!(settled);
        let row = match tokio::time::timeout(SOON, &mut settled).await {
            Ok(row) => row?,
            Err(_) => {
                anstream::eprintln!(
                    "{} Skyvern has not taken it yet; waiting until it does, or until the value's life ends. Ctrl-C leaves it to the daemon.",
                    paint(NOTE, "note:")
                );
                settled.await?
            }
        };
        self.tell(&value, row.as_ref())
    }

    async fn alone(self, config: Config, row: Option<i64>, at_hand: Option<Value>) -> Result<Exit, Failure> {
        if let (true, Some(value)) = (self.dry_run, &at_hand) {
            return self.tell(&self.by_the_way_asked_for(value.clone()), None);
        }
        let alone = Alone::open(config).await?;
        let value = match (at_hand, row) {
            (Some(value), _) => value,
            (None, row) => alone.of_row(row.unwrap_or_default()).await?,
        };
        let value = self.by_the_way_asked_for(value);
        if self.dry_run {
            return self.tell(&value, None);
        }
        let row = alone.send(value.clone()).await?;
        self.tell(&value, row.as_ref())
    }

    fn by_the_way_asked_for(&self, mut value: Value) -> Value {
        value.deliver = self.deliver.map_or(value.deliver, Deliver::from);
        value
    }

    fn tell(&self, value: &Value, row: Option<&HistoryRow>) -> Result<Exit, Failure> {
        let failed = row.and_then(|row| row.delivery.as_ref()).filter(|delivery| delivery.state != "delivered");
        let exit = if failed.is_none() { Exit::Fine } else { Exit::CheckFailed };
        if self.json {
            match row {
                Some(row) => output::print_json(row)?,
                None => output::print_json(&serde_json::json!({
                    "dry_run": true, "kind": value.kind, "masked": value.masked, "deliver": value.deliver,
                    "identifier": value.identifier, "inbox": value.inbox,
                }))?,
            }
            return Ok(exit);
        }
        let what = format!("{} {} for {}", value.kind, value.masked, paint(BOLD, &value.identifier));
        output::print(&match row {
            None => format!("would {}\n", planned(value.deliver, &what)),
            Some(row) => format!("{}: {what}\n", became(row)),
        })?;
        Ok(exit)
    }
}

fn planned(deliver: Deliver, what: &str) -> String {
    match deliver {
        Deliver::Push => format!("send {what}"),
        Deliver::Pull => format!("keep {what} until a run asks for it"),
        Deliver::Both => format!("send {what}, and keep it until a run asks for it"),
    }
}

/// What became of it, by each way that it went.
fn became(row: &HistoryRow) -> String {
    let pushed = row.delivery.as_ref().map(|delivery| {
        let reason = delivery.reason.as_ref().filter(|_| delivery.state != "delivered");
        format!("{}{}", delivery.state, reason.map(|reason| format!(" ({reason})")).unwrap_or_default())
    });
    pushed.into_iter().chain(row.offer.as_ref().map(asked_for)).collect::<Vec<_>>().join(", ")
}

impl From<ReplayError> for Failure {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Store(error) => error.into(),
            error @ ReplayError::Client(_) => Self::new(Exit::Config, error.to_string()),
            error @ ReplayError::Imap(_) => Self::new(Exit::Unavailable, error.to_string()),
            error => Self::new(Exit::CheckFailed, error.to_string()),
        }
    }
}

//! `otp-relay check`: would it work? The configuration, the listening side, each inbox step by step, then Skyvern.

mod listen;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;

use super::output::{self, BAD, BOLD, DIM, GOOD, NOTE, paint};
use super::{Exit, Failure, Global, block_on};
use crate::config::{Auth, Config, Diagnostic, Inbox, Options, Secrets};
use crate::events::short;
use crate::imap::{self, Step, Verdict};
use crate::skyvern::{Client, Probe};
use crate::store::{Store, StoreError};

/// Accounts are tried side by side, but not all at once.
const AT_ONCE: usize = 8;

/// Try the configuration, the listening side, each inbox and Skyvern, and say what to do about what fails
///
/// [listen]: address free (or held by the running daemon), certificate and key, API keys, authenticators. Each inbox: DNS,
/// TCP, TLS, login, every mailbox, IDLE, clock. Skyvern: reachable, key valid; no code is left there.
/// Changes nothing anywhere. Exit code 0: all works. 1: a check failed. 78: the configuration is wrong.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  otp-relay check\n  otp-relay check --offline --config ./otp-relay.toml\n  \
otp-relay check --json | jq -r '.checks[] | select(.verdict == \"failed\")'")]
pub(super) struct Check {
    /// Only the configuration: contact nobody, read no secrets
    #[arg(long)]
    offline: bool,
    /// Only this inbox (and Skyvern)
    #[arg(long, value_name = "NAME")]
    inbox: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    ok: bool,
    /// What is wrong with the configuration; nothing else is checked then.
    configuration: Vec<Diagnostic>,
    checks: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    /// An inbox's name, `store`, `listen` or `skyvern`.
    what: String,
    step: String,
    /// `ok`, `warning`, `failed`, `skipped`.
    verdict: &'static str,
    detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
    took_ms: u64,
}

impl Check {
    pub(super) fn execute(self, global: &Global) -> Result<Exit, Failure> {
        let options =
            if self.offline { Options { secrets: Secrets::Unread, ..Options::default() } } else { Options::default() };
        let config = match Config::load_with(&global.config_path(), options) {
            Ok(config) => config,
            Err(errors) if self.json => {
                output::print_json(&Report { ok: false, configuration: errors.0, checks: Vec::new() })?;
                return Ok(Exit::Config);
            }
            Err(errors) => return Err(errors.into()),
        };
        if let Some(name) = self.inbox.as_ref().filter(|name| !config.inboxes.iter().any(|inbox| inbox.name == **name))
        {
            return Err(Failure::new(Exit::Usage, format!("there is no inbox `{name}` in {}", config.path.display())));
        }
        if !self.json {
            let mailboxes: usize = config.inboxes.iter().map(|inbox| inbox.mailboxes.len()).sum();
            let rules: usize = config.inboxes.iter().map(|inbox| inbox.policy.rules.rules().len()).sum();
            output::print(&format!(
                "{} {}: {}, {}, {}{}\n",
                paint(GOOD, "✓"),
                config.path.display(),
                output::count(config.inboxes.len(), "inbox", "inboxes"),
                output::count(mailboxes, "mailbox", "mailboxes"),
                output::count(rules, "rule", "rules"),
                match config.authenticators.len() {
                    0 => String::new(),
                    n => format!(", {}", output::count(n, "authenticator", "authenticators")),
                },
            ))?;
        }
        let lines = if self.offline { Vec::new() } else { block_on(self.contact(&config))? };
        let failed = lines.iter().filter(|line| line.verdict == "failed").count();
        let exit = if failed == 0 { Exit::Fine } else { Exit::CheckFailed };
        if self.json {
            output::print_json(&Report { ok: failed == 0, configuration: Vec::new(), checks: lines })?;
        } else if !self.offline {
            output::print(&match failed {
                0 => format!("\n{} everything works\n", paint(GOOD, "✓")),
                1 => format!("\n{} one check failed\n", paint(BAD, "✗")),
                n => format!("\n{} {n} checks failed\n", paint(BAD, "✗")),
            })?;
        }
        Ok(exit)
    }

    /// Prints each result as it comes, in the order of the file.
    async fn contact(&self, config: &Config) -> Result<Vec<Line>, Failure> {
        let selected = |inbox: &&Arc<Inbox>| self.inbox.as_ref().is_none_or(|name| inbox.name == *name);
        let wanted = || config.inboxes.iter().filter(selected);
        // A renewed access token may come with a rotated refresh token, which only the store keeps. A running daemon has
        // the store and keeps it to itself.
        let needs_store = wanted().any(|inbox| matches!(inbox.account.auth, Auth::OAuth2(_)));
        let (line, store) = if needs_store { open_store(config).await } else { (look_at_store(config).await, None) };
        let mut lines = vec![line];
        if self.inbox.is_none() {
            lines.extend(listen::lines(config).await);
        }
        self.show(&lines)?;
        let mut probes = stream::iter(wanted())
            .map(|inbox| async {
                let steps = imap::probe(inbox, store.as_ref()).await;
                steps.into_iter().map(|step| Line::of_step(&inbox.name, step)).collect::<Vec<_>>()
            })
            .buffered(AT_ONCE);
        while let Some(taken) = probes.next().await {
            self.show(&taken)?;
            lines.extend(taken);
        }
        let skyvern = vec![skyvern_line(config).await];
        self.show(&skyvern)?;
        lines.extend(skyvern);
        Ok(lines)
    }

    fn show(&self, lines: &[Line]) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        let mut text = String::new();
        let mut last = "";
        let width = lines.iter().map(|line| line.step.chars().count()).max().unwrap_or_default().max(16);
        for line in lines {
            if line.what != last {
                text.push_str(&format!("\n{}\n", paint(BOLD, &line.what)));
                last = &line.what;
            }
            let sign = match line.verdict {
                "ok" => paint(GOOD, "✓"),
                "warning" => paint(NOTE, "!"),
                "failed" => paint(BAD, "✗"),
                _ => paint(DIM, "–"),
            };
            let took = paint(DIM, &format!("{:>7}", short(Duration::from_millis(line.took_ms))));
            text.push_str(&format!("  {sign} {:<width$} {took}  {}\n", line.step, line.detail));
            if let Some(advice) = line.advice {
                text.push_str(&format!("    {:<width$} {:>7}  {}\n", "", "", paint(NOTE, advice)));
            }
        }
        output::print(&text)
    }
}

impl Line {
    fn of_step(inbox: &str, step: Step) -> Self {
        let verdict = match step.verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Failed => "failed",
            Verdict::Skipped => "skipped",
        };
        let Step { name, detail, advice, took, .. } = step;
        Self { what: inbox.into(), step: name, verdict, detail, advice, took_ms: millis(took) }
    }
}

async fn open_store(config: &Config) -> (Line, Option<Store>) {
    match Store::open(&config.store.url).await {
        Ok(store) => (store_line("ok", config.store.url.clone()), Some(store)),
        Err(StoreError::Locked(_)) => {
            (store_line("ok", format!("{}, in use by the running daemon", config.store.url)), None)
        }
        Err(error) => (store_line("failed", error.to_string()), None),
    }
}

/// Leaves no file behind.
async fn look_at_store(config: &Config) -> Line {
    let path = Path::new(config.store.url.strip_prefix("sqlite://").unwrap_or(&config.store.url));
    if path.exists() {
        return match Store::open_read_only(&config.store.url).await {
            Ok(_) => store_line("ok", config.store.url.clone()),
            Err(error) => store_line("failed", error.to_string()),
        };
    }
    match path.parent() {
        Some(parent) if parent.is_dir() => store_line("ok", format!("{} will be created", path.display())),
        parent => {
            let parent = parent.unwrap_or(path).display();
            store_line(
                "warning",
                format!(
                    "{parent} does not exist yet (systemd's StateDirectory= makes it, else: mkdir -m 700 {parent})"
                ),
            )
        }
    }
}

fn store_line(verdict: &'static str, detail: String) -> Line {
    Line { what: "store".into(), step: "open".into(), verdict, detail, advice: None, took_ms: 0 }
}

async fn skyvern_line(config: &Config) -> Line {
    const UNREACHABLE: &str =
        "is Skyvern up, and is `base_url` its API's address (https://api.skyvern.com, or your own server's)?";
    let base = &config.skyvern.base_url;
    let line = |verdict, detail, advice, took| Line {
        what: "skyvern".into(),
        step: "key".into(),
        verdict,
        detail,
        advice,
        took_ms: millis(took),
    };
    let client = match Client::new(&config.skyvern) {
        Ok(client) => client,
        Err(error) => return line("failed", error.to_string(), None, Duration::ZERO),
    };
    match client.probe().await {
        Probe::Ready { http2, took } => {
            let protocol = if http2 { "HTTP/2" } else { "HTTP/1.1" };
            line("ok", format!("{base} takes the key, over {protocol}"), None, took)
        }
        Probe::Refused { status, reason } => {
            let advice = match status {
                401 | 403 => {
                    "is `api_key` the key of this Skyvern's organization (its Settings page), whole and not replaced since?"
                }
                404 | 405 => "`base_url` is the API's address alone, without a path like /v1",
                _ => UNREACHABLE,
            };
            line("failed", format!("{base} answers {status}: {reason}"), Some(advice), Duration::ZERO)
        }
        Probe::Unreachable { reason } if !config.pushes() => {
            let detail = format!("{base} can't be reached: {reason}. Nothing is pushed there by this configuration");
            line("warning", detail, None, Duration::ZERO)
        }
        Probe::Unreachable { reason } => {
            line("failed", format!("{base} can't be reached: {reason}"), Some(UNREACHABLE), Duration::ZERO)
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

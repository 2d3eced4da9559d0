//! `otp-relay explain`: what would be found in a mail and sent, and why.

mod page;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::{DEFAULT_CONFIG, Exit, Failure, Global, block_on, output};
use crate::config::{Dns, Inbox};
use crate::extract::{self, Explanation, Policy, SuggestedRule};
use crate::mail::{Message, Unsettled, Verification};
use crate::sender::{self, Verifier};

/// Mails beyond this are cut, as a mailbox's `max_message_size` does by default.
const MAX_FILE_SIZE: u64 = 2 * 1024 * 1024;

/// Show what would be found in mails and sent, and why
///
/// Sends nothing, and contacts nobody but DNS, where the inbox has `verify = true` and the sender decides. Without a configuration it shows built-in detection alone, with the recipient as
/// identifier. With one, name the inbox whose rules apply (a single inbox needs no naming).
/// Exit code 1 when nothing would be sent for any of the files, or not what was expected.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  otp-relay explain mail.eml\n  otp-relay explain --inbox agents --json *.eml\n  \
otp-relay explain - < mail.eml\n  otp-relay explain --expect 482913 mail.eml     # suggests a rule that finds it")]
pub(super) struct Explain {
    /// Mails as files (RFC 5322, as "show original" saves them), or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The inbox whose rules apply
    #[arg(long, value_name = "NAME")]
    inbox: Option<String>,
    /// Print one JSON object a line: file, kind, value, identifier, rule, reason and the whole trace
    #[arg(long)]
    json: bool,
    /// Show codes and links masked
    #[arg(long)]
    mask: bool,
    /// The code or link that should be found: where the outcome is another, prints a rule that finds it
    #[arg(long, value_name = "VALUE")]
    expect: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    /// `code`, `link`, `body` or `none`.
    kind: &'a str,
    value: Option<&'a str>,
    identifier: Option<&'a str>,
    rule: Option<&'a str>,
    reason: &'a str,
    outcome: &'a str,
    ttl_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a Explanation>,
    /// With `--expect`, where the outcome is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggested_rule: Option<&'a str>,
}

impl Explain {
    pub(super) fn execute(self, global: &Global) -> Result<Exit, Failure> {
        let Choice { policy, verifier } =
            PolicyChoice { inbox: self.inbox.as_deref(), needs_config: false }.choose(global)?;
        let (mut sent, mut unread, mut unexpected) = (0, 0, 0);
        for file in &self.files {
            let raw = match read(file) {
                Ok(raw) => raw,
                Err(failure) => {
                    output::failure(&failure);
                    unread += 1;
                    continue;
                }
            };
            let message = Message::parse(&raw);
            let verification = verified(&raw, &message, &policy, &verifier)?;
            let explanation = extract::explain_verified(&message, &policy, verification.as_ref());
            sent += usize::from(explanation.result.value.is_some());
            let is_it = |wanted: &str| {
                explanation.result.value.as_ref().is_some_and(|value| extract::is_expected(value, wanted))
            };
            let surprise = self.expect.as_ref().filter(|wanted| !is_it(wanted));
            unexpected += usize::from(surprise.is_some());
            let suggestion = surprise.map(|wanted| extract::suggest_rule(&message, &policy, wanted));
            self.show(file, &message, &policy, &explanation, suggestion.as_ref())?;
        }
        Ok(if unread > 0 {
            Exit::NoInput
        } else if unexpected > 0 || sent == 0 {
            Exit::CheckFailed
        } else {
            Exit::Fine
        })
    }

    fn show(
        &self,
        file: &Path,
        message: &Message,
        policy: &Policy,
        explanation: &Explanation,
        suggestion: Option<&Option<SuggestedRule>>,
    ) -> Result<(), Failure> {
        let name = file.display().to_string();
        let result = &explanation.result;
        if self.json {
            return output::print_json(&Line {
                file: &name,
                kind: result.kind,
                value: if self.mask { result.masked.as_deref() } else { result.value.as_deref() },
                identifier: result.identifier.as_deref(),
                rule: result.rule.as_deref(),
                reason: &result.reason,
                outcome: result.outcome,
                ttl_seconds: result.ttl_seconds,
                trace: (!self.mask).then_some(explanation),
                suggested_rule: suggestion.and_then(Option::as_ref).map(|rule| rule.toml.as_str()),
            });
        }
        let mut text = page::page(&name, message, policy, explanation, self.mask);
        if let Some(suggestion) = suggestion {
            text.push_str(&page::suggestion(suggestion.as_ref()));
        }
        output::print(&text)
    }
}

/// What applies to a mail that is at hand as a file.
pub(super) struct Choice {
    pub(super) policy: Policy,
    pub(super) verifier: Verifier,
}

/// Verifies the mail's signatures where its outcome hangs on them.
fn verified(
    raw: &[u8],
    message: &Message,
    policy: &Policy,
    verifier: &Verifier,
) -> Result<Option<Verification>, Failure> {
    if extract::extract_verified(message, policy, None).unsettled != Some(Unsettled::NotVerified) {
        return Ok(None);
    }
    if !is_whole(raw) {
        return Ok(Some(sender::cut(raw.len())));
    }
    block_on(async { Ok(Some(verifier.verify(&sender::as_sent(raw), message.sender_domain()).await)) })
}

/// Whether the file was not cut.
pub(super) fn is_whole(raw: &[u8]) -> bool {
    (raw.len() as u64) < MAX_FILE_SIZE
}

/// Whose rules apply to a mail that is at hand as a file.
pub(super) struct PolicyChoice<'a> {
    pub(super) inbox: Option<&'a str>,
    /// Without a configuration there is nothing to do; otherwise it is built-in detection alone.
    pub(super) needs_config: bool,
}

impl PolicyChoice<'_> {
    pub(super) fn choose(&self, global: &Global) -> Result<Choice, Failure> {
        let built_in = || Choice { policy: Policy::default(), verifier: Verifier::new(Dns::default()) };
        let asked_for = self.needs_config || global.config.is_some() || self.inbox.is_some();
        if !asked_for && std::fs::File::open(DEFAULT_CONFIG).is_err() {
            return Ok(built_in());
        }
        let config = global.config_without_secrets()?;
        let names = || config.inboxes.iter().map(|inbox| inbox.name.as_str()).collect::<Vec<_>>().join(", ");
        let path = config.path.display();
        let of = |inbox: &Inbox| Choice { policy: inbox.policy.clone(), verifier: Verifier::new(config.dns.clone()) };
        match (self.inbox, config.inboxes.as_slice()) {
            (Some(name), inboxes) => match inboxes.iter().find(|inbox| inbox.name == name) {
                Some(inbox) => Ok(of(inbox)),
                None => Err(Failure::new(
                    Exit::Usage,
                    format!("there is no inbox `{name}` in {path}; there are: {}", names()),
                )),
            },
            (None, [inbox]) => Ok(of(inbox)),
            (None, _) if !asked_for => Ok(built_in()),
            (None, _) => Err(Failure::new(
                Exit::Usage,
                format!("{path} has several inboxes; name one with --inbox: {}", names()),
            )),
        }
    }
}

/// Reads a mail, or as much of it as a mailbox would give.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut raw = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(MAX_FILE_SIZE).read_to_end(&mut raw)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(MAX_FILE_SIZE).read_to_end(&mut raw))
    };
    match read {
        Ok(_) => Ok(raw),
        Err(error) => Err(Failure::new(Exit::NoInput, format!("failed to read {}: {error}", file.display()))),
    }
}

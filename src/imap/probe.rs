//! `check`: tries an inbox step by step, and says of each step what a person wants to know. Changes nothing, and needs no
//! running daemon.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;

use super::account::Account;
use super::auth;
use super::connect::{self, in_time};
use super::error::Error;
use super::fetch::Items;
use super::session::Session;
use super::stream::Stream;
use super::tls::Trust;
use crate::config::certificate::Summary;
use crate::config::{Auth, Inbox, Tls};
use crate::store::Store;

/// A certificate that ends so soon is a warning.
const ENDS_SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Clocks that differ by less are fine.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(60);

/// One step of the way to a watched mailbox.
#[derive(Clone, Debug)]
pub struct Step {
    /// `dns`, `tcp`, `tls`, `login`, `mailbox NAME`, `idle`, `clock`.
    pub name: String,
    pub verdict: Verdict,
    /// For a person; holds no secrets.
    pub detail: String,
    /// What to do about a failure.
    pub advice: Option<&'static str>,
    pub took: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    /// It works, but somebody should look at it.
    Warning,
    Failed,
    /// Not tried.
    Skipped,
}

/// Steps as they are taken.
struct Steps {
    taken: Vec<Step>,
    since: Instant,
}

impl Steps {
    fn add(&mut self, name: impl Into<String>, verdict: Verdict, detail: impl Into<String>) {
        let (name, detail, took) = (name.into(), detail.into(), self.since.elapsed());
        self.taken.push(Step { name, verdict, detail, advice: None, took });
        self.since = Instant::now();
    }

    fn failed(&mut self, name: impl Into<String>, error: &Error) {
        self.add(name, Verdict::Failed, error.to_string());
        if let Some(step) = self.taken.last_mut() {
            step.advice = advice(error);
        }
    }

    /// The value of a step that went well; `None` after recording why it did not.
    fn take<T>(&mut self, name: &str, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.failed(name, &error)).ok()
    }
}

/// What to do about an error, where its own words do not say so.
fn advice(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Dns { .. } => {
            "is `host` spelled as the provider names it? `getent hosts NAME` asks as this machine does"
        }
        Error::Tcp { .. } => {
            "are `host` and `port` right (993 for TLS, 143 for STARTTLS), and does a firewall let this machine out?"
        }
        Error::Tls { .. } => {
            "`tls` must fit the port (\"implicit\": 993, \"starttls\": 143); `ca` names a private authority, \
             `pinned_sha256` a self-signed certificate"
        }
        Error::Rejected(_) => {
            "Gmail, iCloud, Yahoo and Fastmail want an app password, Microsoft 365 wants [inbox.oauth2]; do not repeat this \
             often, providers lock accounts"
        }
        Error::Login(_) => "does the account allow IMAP, and a way of logging in that this inbox has?",
        Error::Token { permanent: true, .. } => {
            "the consent is over: give it again, and put the new refresh token in place"
        }
        Error::Token { permanent: false, .. } => "is `token_url` (or `provider`) right, and can this machine reach it?",
        Error::Limit(_) | Error::NoGreeting => "wait a minute; if it stays so, lower `max_connections`",
        Error::Timeout(_) => "a firewall that drops silently, or a server that is overloaded",
        _ => return None,
    })
}

/// Tries everything that watching `inbox` needs, until something fails that the rest depends on.
///
/// `store` holds the rotated refresh tokens of OAuth 2.0 accounts; without one (the daemon has it) their login is
/// skipped, since asking for a token might make the provider rotate it.
pub async fn probe(inbox: &Inbox, store: Option<&Store>) -> Vec<Step> {
    let mut steps = Steps { taken: Vec::new(), since: Instant::now() };
    if let Some(mut session) = reach(inbox, &mut steps).await
        && log_in(inbox, store, &mut session, &mut steps).await.is_some()
    {
        look_around(inbox, &mut session, &mut steps).await;
    }
    steps.taken
}

/// DNS, TCP, TLS and the greeting.
async fn reach(inbox: &Inbox, steps: &mut Steps) -> Option<Session> {
    let account = &inbox.account;
    let trust = Trust::default();
    let addresses = steps.take("dns", in_time(account, connect::resolve(account)).await)?;
    let listed: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    steps.add("dns", Verdict::Ok, listed.join(", "));
    let tcp = steps.take("tcp", in_time(account, connect::first_to_answer(account, addresses)).await)?;
    let peer = tcp.peer_addr().map(|peer| peer.to_string()).unwrap_or_default();
    steps.add("tcp", Verdict::Ok, format!("connected to {peer}"));
    let (literal, patience) = (u64::from(inbox.watch.max_message_size), account.command_timeout);
    match account.tls {
        Tls::None => {
            let session = steps.take("greeting", Session::greeted(Stream::Plain(tcp), literal, patience).await)?;
            steps.add("tls", Verdict::Warning, "plain text: the password can be read on the way");
            Some(session)
        }
        Tls::Implicit => {
            let stream = steps.take("tls", in_time(account, connect::handshake(account, &trust, tcp)).await)?;
            describe_tls(&stream, steps);
            steps.take("greeting", Session::greeted(stream, literal, patience).await)
        }
        Tls::StartTls => {
            let plain = steps.take("greeting", Session::greeted(Stream::Plain(tcp), literal, patience).await)?;
            let Stream::Plain(tcp) = steps.take("tls", plain.start_tls().await)? else { return None };
            let stream = steps.take("tls", in_time(account, connect::handshake(account, &trust, tcp)).await)?;
            describe_tls(&stream, steps);
            Some(Session::ungreeted(stream, literal, patience))
        }
    }
}

fn describe_tls(stream: &Stream, steps: &mut Steps) {
    let version = stream.tls_version().unwrap_or("TLS");
    let summary = stream.certificates().first().map(|leaf| Summary::of(leaf)).unwrap_or_default();
    let issuer = summary.issuer.map(|issuer| format!(", issued by {issuer}")).unwrap_or_default();
    let (verdict, end) = match summary.not_after {
        None => (Verdict::Ok, String::new()),
        Some(end) => {
            let left = end.duration_since(Timestamp::now());
            let verdict = if left < ENDS_SOON { Verdict::Warning } else { Verdict::Ok };
            (verdict, format!(", valid until {} ({} days)", end.strftime("%Y-%m-%d"), left.as_hours() / 24))
        }
    };
    steps.add("tls", verdict, format!("{version}{issuer}{end}"));
}

async fn log_in(inbox: &Inbox, store: Option<&Store>, session: &mut Session, steps: &mut Steps) -> Option<()> {
    let config = &inbox.account;
    let credentials = match (&config.auth, store) {
        (Auth::OAuth2(_), None) => {
            steps.add("login", Verdict::Skipped, "the running daemon holds the tokens; see `otp-relay status`");
            return None;
        }
        (Auth::OAuth2(_), Some(store)) => {
            let account = Account::new(config.clone(), Trust::default(), store.clone(), TaskTracker::new());
            let credentials = steps.take("token", account.credentials().await)?.0;
            steps.add("token", Verdict::Ok, "the token endpoint gave an access token");
            credentials
        }
        (Auth::Password(secret), _) => {
            let read = secret.read().map_err(Error::from);
            auth::Credentials::Password(steps.take("login", read)?)
        }
    };
    // One attempt: several wrong ones would lock the account.
    let login = auth::log_in(session, &config.username, &credentials);
    let answered = timeout(config.command_timeout * 2, login).await;
    let result = answered.unwrap_or(Err(Error::Timeout(config.command_timeout * 2)));
    steps.take("login", result)?;
    steps.add("login", Verdict::Ok, format!("as {}", config.username));
    Some(())
}

async fn look_around(inbox: &Inbox, session: &mut Session, steps: &mut Steps) {
    let mut newest = None;
    for mailbox in &inbox.mailboxes {
        let name = format!("mailbox {mailbox}");
        match session.examine(mailbox).await {
            Ok(examined) => {
                if examined.exists > 0 {
                    newest = newest.max(last_arrival(session).await);
                }
                steps.add(name, Verdict::Ok, format!("{} messages", examined.exists));
            }
            Err(Error::Mailbox { name: wanted, said, .. }) => {
                let exist = session.list().await.unwrap_or_default();
                let error = Error::Mailbox { name: wanted, said, exist };
                steps.failed(name, &error);
            }
            Err(error) => {
                steps.failed(name, &error);
                return;
            }
        }
    }
    let poll = inbox.watch.poll_interval;
    match (session.capabilities.has("IDLE"), inbox.watch.idle) {
        (true, true) => steps.add("idle", Verdict::Ok, "the server announces mail (IDLE)"),
        (true, false) => steps.add("idle", Verdict::Ok, format!("switched off: a look every {poll:?}")),
        (false, _) => steps.add("idle", Verdict::Warning, format!("the server has no IDLE: a look every {poll:?}")),
    }
    if let Some(newest) = newest {
        let ahead = newest.duration_since(Timestamp::now());
        if ahead > CLOCK_SLACK {
            let text =
                format!("the newest mail arrived {}s in the future: one of the clocks is wrong", ahead.as_secs());
            steps.add("clock", Verdict::Warning, text);
        } else {
            steps.add("clock", Verdict::Ok, "no mail arrived in the future");
        }
    }
}

/// When the last message of the examined mailbox arrived.
async fn last_arrival(session: &mut Session) -> Option<Timestamp> {
    let mut fetching = session.fetch("*", Items::Dates).await.ok()?;
    let mut newest = None;
    while let Some(message) = fetching.next().await.ok()? {
        newest = newest.max(message.internal_date);
    }
    newest
}

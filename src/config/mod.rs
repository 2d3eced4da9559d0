//! What the operator wrote, as the daemon uses it. [`Config::load`] reads one TOML file and reports every error at once,
//! each with file, line, column, the line itself and what to write instead.
//!
//! The way of a file: `load` reads it, `reader` and `values` turn TOML into the tables of `file`, `check` turns
//! those into a [`Config`], and what is wrong on the way becomes `diagnostic`s. Nothing here talks to a server.

pub mod certificate;
mod check;
mod diagnostic;
mod file;
mod fingerprint;
mod load;
mod mask;
mod pattern;
mod provider;
mod reader;
mod schema;
pub mod secret;
pub(crate) mod units;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use diagnostic::Diagnostic;
pub use schema::{schema, schema_text};
pub use secret::Secret;
pub(crate) use units::parse_duration;

use crate::authenticator::Settings;
use crate::extract::{Identifier, Policy};

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it came from.
    pub path: PathBuf,
    pub skyvern: Skyvern,
    pub store: Store,
    pub service: Service,
    /// `None`: nobody can ask.
    pub listen: Option<Listen>,
    pub authenticators: Vec<Authenticator>,
    pub dns: Dns,
    pub inboxes: Vec<Arc<Inbox>>,
}

impl Config {
    /// Whether any mail's value is sent to Skyvern, rather than only kept until a run asks.
    pub fn pushes(&self) -> bool {
        self.inboxes.iter().any(|inbox| inbox.policy.may_push())
    }
}

/// `[skyvern]`: where codes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skyvern {
    pub base_url: url::Url,
    pub api_key: Secret,
    /// For one request, connect included.
    pub timeout: Duration,
    /// At most this many requests at once.
    pub connections: usize,
    /// A further root certificate (PEM).
    pub ca: Option<PathBuf>,
    /// The `source` that Skyvern stores with a code.
    pub source: String,
}

/// `[store]`: where cursors, outbox and history live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// `sqlite:///absolute/path`.
    pub url: String,
    /// How long history is kept.
    pub history: Duration,
}

/// `[service]`: the running daemon itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The unix socket that `otp-relay status` asks; default `status.sock` in `$RUNTIME_DIRECTORY`, else beside the store.
    pub socket: PathBuf,
}

/// `[dns]`: where `verify = true` finds the keys of signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dns {
    /// Empty: the system's.
    pub servers: Vec<SocketAddr>,
    /// For all look-ups of one mail.
    pub timeout: Duration,
}

impl Default for Dns {
    fn default() -> Self {
        Self { servers: Vec::new(), timeout: Duration::from_secs(5) }
    }
}

/// `[listen]` and `[[pull]]`: where Skyvern and monitoring ask, and who may ask for codes.
#[derive(Clone, Debug)]
pub struct Listen {
    pub address: Address,
    /// Where `/healthz`, `/readyz` and `/metrics` are answered, if not at `address`.
    pub monitoring: Option<Address>,
    pub tls: Option<CertificateFiles>,
    /// Keys that may have signed where no `[[pull]]` says otherwise. Without any, nobody may ask.
    pub api_keys: Vec<Secret>,
    /// In order: the first whose regex matches the identifier decides.
    pub pulls: Vec<PullKeys>,
    /// At once, over all addresses.
    pub max_connections: usize,
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Tcp(SocketAddr),
    /// A unix socket.
    Unix(PathBuf),
    /// The sockets that systemd hands over (`sd_listen_fds(3)`).
    Systemd,
}

/// A certificate chain and its private key (PEM); read again when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// `[[pull]]`: identifiers that only these keys may ask for.
#[derive(Clone, Debug)]
pub struct PullKeys {
    pub identifier: regex::Regex,
    pub api_keys: Vec<Secret>,
}

/// `[[authenticator]]`: an account whose codes come from an authenticator app's secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticator {
    pub identifier: Identifier,
    /// Base32 or an `otpauth://` URI.
    pub secret: Secret,
    /// What is written beside the secret.
    pub settings: Settings,
    /// With less time left the next code is given.
    pub min_remaining: Duration,
    /// One code may go to several runs within its period.
    pub share: bool,
}

/// `[[inbox]]`: an account on an IMAP server and what is made of its mail.
#[derive(Clone, Debug)]
pub struct Inbox {
    pub name: String,
    pub account: Account,
    pub mailboxes: Vec<String>,
    pub watch: Watch,
    pub policy: Policy,
    /// Changes whenever anything that the operator wrote for this inbox changes (rules included): equal fingerprints
    /// need no reload.
    pub fingerprint: u64,
}

/// How an account is reached. Equal accounts share their connection budget and login limits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// A further root certificate (PEM).
    pub ca: Option<PathBuf>,
    /// SHA-256 of the one certificate to accept, instead of chain and host name.
    pub pinned_sha256: Option<[u8; 32]>,
    pub username: String,
    pub auth: Auth,
    /// Connections at once; mailboxes beyond are polled in turn over one of them.
    pub max_connections: usize,
    /// For one connection attempt: DNS, TCP and TLS.
    pub connect_timeout: Duration,
    /// For one answer of the server outside IDLE.
    pub command_timeout: Duration,
}

/// How an inbox is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Use IDLE where the server has it.
    pub idle: bool,
    /// The longest IDLE before DONE and a look at the mailbox: finds half-open connections and servers that announce nothing.
    pub idle_timeout: Duration,
    /// The pause between looks without IDLE.
    pub poll_interval: Duration,
    /// How often a probe message must be seen to arrive; `None`: nothing is ever written to the account.
    pub canary: Option<Duration>,
    /// Bytes of a mail that are fetched first.
    pub first_fetch: u32,
    /// Bytes of a mail that are fetched at most, when nothing was found in the first part.
    pub max_message_size: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tls {
    Implicit,
    StartTls,
    None,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    Password(Secret),
    OAuth2(OAuth2),
}

/// `[inbox.oauth2]`: access tokens from a refresh token (RFC 6749 section 6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OAuth2 {
    pub token_url: url::Url,
    pub scope: Option<String>,
    pub client_id: String,
    /// Public clients have none.
    pub client_secret: Option<Secret>,
    pub refresh_token: Secret,
    /// A further root certificate (PEM) for the token endpoint.
    pub ca: Option<PathBuf>,
}

/// Every error of a configuration, in the order of the file. `Display` is all of them, ready to print.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
pub struct ConfigErrors(pub Vec<Diagnostic>);

/// What loading looks at beside the file's text. The default is everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub secrets: Secrets,
    pub permissions: Permissions,
}

/// Whether secrets and certificates are read once, to see that they can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    #[default]
    Read,
    /// Left alone: for `check --offline`, `explain`, and configurations of another machine.
    Unread,
}

/// Whether a file with a secret in it is refused when others can read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permissions {
    #[default]
    Checked,
    Unchecked,
}

//! What the operator wrote, as the daemon uses it. [`Config::load`] reads one TOML file and reports every error at once,
//! each with file, line, column, the line itself and what to write instead.
//!
//! The way of a file: `load` reads it, `reader` and `values` turn TOML into the tables of `file`, `check` turns
//! those into a [`Config`], and what is wrong on the way becomes `diagnostic`s. Nothing here talks to a server.

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

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use diagnostic::Diagnostic;
pub use schema::{schema, schema_text};
pub use secret::Secret;
pub(crate) use units::parse_duration;

use crate::extract::Policy;

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it came from.
    pub path: PathBuf,
    pub skyvern: Skyvern,
    pub store: Store,
    pub service: Service,
    pub inboxes: Vec<Arc<Inbox>>,
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

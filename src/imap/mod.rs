//! A mailbox on a server becomes raw messages in order, each looked at once. Read, never changed: EXAMINE and BODY.PEEK
//! only (but for the mailbox of the `canary`, where an inbox has one).
//!
//! ```text
//! start ─► Account (one each) ─► Watcher (a task for each session) ─► Session ─► Guard ─► Stream
//!          login limits, tokens    connect, examine, catch up,         strict     byte     TCP, TLS
//!                                  IDLE or poll, reconnect             commands   limits
//!                                        │
//!                                        └─► Look: fetch ─► digest (mail, extract) ─► store.commit
//! ```
//!
//! Promises: the cursor moves only after the server's tagged OK and in the same transaction as what was found; one
//! inbox's trouble is its own; no command is cancelled half-way without dropping its session; nothing a server sends
//! costs more memory than the limits say. Leaves to others: what a mail means (`mail`, `extract`), and everything after
//! the commit.

mod account;
mod again;
mod auth;
mod backoff;
mod bells;
mod canary;
mod connect;
mod digest;
mod error;
mod fetch;
mod guard;
mod idle;
mod look;
mod mailbox;
mod names;
mod oauth;
mod plan;
mod probe;
mod progress;
mod records;
mod session;
mod stream;
mod time;
mod tls;
mod watch;
mod watchers;

pub use again::fetch_again;
pub use bells::Bells;
pub use error::Error;
pub use probe::{Step, Verdict, probe};
pub use watchers::{Watchers, start};

/// Log targets that must stay silent at every level: async-imap and its parser trace whole mails, the certificate
/// verifier logs what we report ourselves.
pub const SILENCED: [&str; 3] = ["async_imap", "imap_proto", "rustls_platform_verifier"];

//! A mail with a one-time code arrives; a moment later the Skyvern run that waits for it has the code.
//!
//! The rooms of this house stand in the order in which a mail travels, and data only moves forward:
//!
//! ```text
//! config ─► imap ─► mail ─► extract ─► store ─► deliver ─► skyvern (push)
//!            watch   parse   find       commit    order,
//!            fetch           the code   cursor +  retry,       skyvern (pull) ◄─ http ◄─ Skyvern
//!                                       outbox    deadline           │
//!                                         ▲                          │
//!                                         └──────────────────────────┘
//! ```
//!
//! - [`config`]: what the operator wrote, checked in one go: every error at once, each with its line.
//! - [`imap`]: a mailbox on a server becomes raw messages in order. Reads, never writes.
//! - [`mail`]: bytes become a [`mail::Message`]: visible text, recipients, sender. Pure.
//! - [`sender`]: verifies a mail's signatures with keys from DNS, for inboxes that ask for it.
//! - [`extract`]: a message and a policy become an [`extract::Outcome`]. Pure.
//! - [`store`]: the durable meeting point: cursors, outbox, history.
//! - [`deliver`]: drains the outbox: order within an identifier, retries, deadlines.
//! - [`skyvern`]: all that knows Skyvern's contract.
//! - [`authenticator`]: the codes of authenticator apps, for secrets that are kept here. Pure.
//! - [`http`]: the listening side: Skyvern asks for codes, monitoring asks how it is.
//! - [`events`]: what is worth telling: one typed event makes the log line and the state that `status` shows.
//! - [`pulse`]: proof that the loops turn, for the watchdog.
//! - [`daemon`]: starts, wires, reloads and stops the tasks; tells systemd.
//! - [`cli`]: one file for each subcommand.
#![forbid(unsafe_code)]
#![warn(missing_debug_implementations, unreachable_pub)]

pub mod authenticator;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod deliver;
pub mod events;
pub mod extract;
pub mod http;
pub mod imap;
pub mod mail;
pub mod pulse;
pub mod sender;
pub mod skyvern;
pub mod store;

//! What integration tests stand on: a private real Dovecot, a scripted Skyvern, private certificates, and ways to wait
//! for a condition rather than for time.
//!
//! Everything is started on loopback, on ports of its own and in a directory of its own, so any number of tests run side
//! by side; everything ends and is removed when its handle is dropped. Nothing is ever skipped: what is missing on this
//! machine fails the test with a message that says what to install.
#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

pub mod booted;
pub mod dns;
pub mod dovecot;
pub mod imap_client;
pub mod lmtp;
pub mod mails;
pub mod nginx;
pub mod oauth_fake;
pub mod pki;
pub mod place;
pub mod reboot;
pub mod relay;
pub mod scripted;
pub mod signer;
pub mod skyvern_fake;
pub mod wait;

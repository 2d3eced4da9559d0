//! All that knows Skyvern's contract ("2FA Support (TOTP)" in its documentation, and what a real server was seen to do).
//!
//! - [`Slot::push`]: one attempt to hand a value over becomes a [`Verdict`].
//! - [`Slot::look_up`]: what became of attempts whose outcome is unknown.
//! - [`Client::probe`]: reachable, key valid; leaves nothing behind.
//! - [`pull`]: what arrives at a `totp_url`: signature, request, answer.
//!
//! Retries, order and deadlines are left to `deliver`. No verdict's reason ever holds a value, a key or what the server
//! quoted of them.

mod client;
mod lookup;
pub mod pull;
mod push;
#[cfg(test)]
mod tests;
mod verdict;

pub use client::{Client, ClientError, Probe, Slot};
pub use lookup::Lookup;
pub use push::Push;
pub use verdict::Verdict;

//! The real binary, from a mail in a real Dovecot to a scripted Skyvern: one file for each kind of day it may have.

#[path = "../support/mod.rs"]
mod support;

mod arrival;
mod asked;
mod crashes;
mod disk;
mod login;
mod outages;
mod reload;
mod restraint;
mod secrets;
mod senders;
mod shutdown;
#[path = "../http/wire.rs"]
#[allow(dead_code, reason = "the listening side's own tests use all of it")]
mod wire;

use support::dovecot::{Dovecot, USER};
use support::mails::code_mail;
use support::skyvern_fake::SkyvernFake;

/// A Dovecot with one user, and a Skyvern.
async fn servers() -> (Dovecot, SkyvernFake) {
    (Dovecot::start().await, SkyvernFake::start().await)
}

/// An address of [`USER`] of its own, so that codes don't wait for each other.
fn address(tag: impl std::fmt::Display) -> String {
    USER.replace('@', &format!("+{tag}@"))
}

/// Delivers a mail with `code` to [`address`] `tag` of [`USER`]'s INBOX.
async fn deliver(dovecot: &Dovecot, tag: impl std::fmt::Display, code: &str) {
    dovecot.deliver(USER, "INBOX", &code_mail(&address(tag), code)).await;
}

/// What Skyvern has for [`address`] `tag`.
fn codes_of(skyvern: &SkyvernFake, tag: impl std::fmt::Display) -> Vec<String> {
    let address = address(tag);
    skyvern.codes().into_iter().filter(|(identifier, _)| *identifier == address).map(|(_, code)| code).collect()
}

//! Watching mailboxes: against a scripted server that misbehaves on purpose, and against a real Dovecot.

mod canary;
mod daemon;
mod dovecot;

mod scripted_limits;
mod scripted_logins;
mod scripted_numbers;
mod scripted_sessions;
mod watched;

#[path = "../support/mod.rs"]
mod support;

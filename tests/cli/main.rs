//! Every subcommand as a person or a script runs it: what it prints, and the exit code.
//!
//! A command blocks the thread that waits for it, and the scripted Skyvern of the same test has to answer meanwhile:
//! tests that have one run with `flavor = "multi_thread"`.

#[path = "../support/mod.rs"]
mod support;

mod check;
mod explain;
mod offline;
mod permissions;
mod records;
mod senders;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program without any configuration of this machine.
fn otp_relay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_otp-relay"))
        .args(arguments)
        .env_remove("OTP_RELAY_CONFIG")
        .output()
        .expect("otp-relay runs")
}

/// A file of this test's own.
fn write(directory: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, content).expect("a file");
    path
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8 on standard output")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8 on standard error")
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("ended by a signal: {}", stderr(output)))
}

/// One JSON value a line.
fn lines(output: &Output) -> Vec<serde_json::Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).expect("a JSON value a line")).collect()
}

//! Configurations as operators write them: what is accepted, and what is said of what is not.
//!
//! `tests/config/bad/<case>/` holds an `otp-relay.toml` and the `expected.txt` it gets. To accept new texts after reading
//! them: `UPDATE_EXPECTED=1 cargo test --test config`.

use std::path::{Path, PathBuf};

use otp_relay::config::{Config, Options, Permissions, Secrets};

fn cases() -> Vec<PathBuf> {
    // Relative to the package's directory, where tests run.
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir("tests/config/bad").unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// All that is said of the file, as if its folder were the current one.
fn errors(case: &Path) -> String {
    // A checkout decides the files' modes.
    let options = Options { permissions: Permissions::Unchecked, secrets: Secrets::Read };
    let text = match Config::load_with(&case.join("otp-relay.toml"), options) {
        Ok(_) => String::new(),
        Err(errors) => format!("{errors}\n"),
    };
    text.replace(&format!("{}/", case.display()), "")
}

#[test]
fn every_bad_configuration_is_answered_as_expected() {
    let cases = cases();
    assert!(cases.len() > 40, "only {} cases were found", cases.len());
    let update = std::env::var_os("UPDATE_EXPECTED").is_some();
    let mut wrong = Vec::new();
    for case in cases {
        let found = errors(&case);
        assert_ne!(found, "", "{} was accepted", case.display());
        if update {
            std::fs::write(case.join("expected.txt"), &found).unwrap();
        }
        let expected = std::fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
        if found != expected {
            wrong.push(format!("== {}\n-- expected\n{expected}-- found\n{found}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

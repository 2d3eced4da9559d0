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

#[test]
fn no_slip_of_a_finger_makes_an_error_show_a_secret() {
    let secrets = ["hunter-one", "hunter-two", "hunter-three"];
    let text = r#"[skyvern]
api_key = "hunter-one"

[[inbox]]
name = "agents"
provider = "gmail"
username = "a@example.com"
oauth2 = { provider = "google", client_id = "x", client_secret = 'hunter-two', refresh_token = "hunter-three" }
"#;
    assert!(Config::parse(text, Path::new("otp-relay.toml"), Secrets::Read).is_ok());
    let mut broken = 0;
    for (at, old) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + old.len_utf8()..]);
        for new in ["", "\"", "'", "=", "[", "]", "{", "}", "#", "\n", ",", "\\", "x", "'''", "\"\"\""] {
            let changed = format!("{before}{new}{after}");
            let Err(errors) = Config::parse(&changed, Path::new("otp-relay.toml"), Secrets::Read) else { continue };
            broken += 1;
            let told = format!("{errors}\n{errors:?}\n{}", serde_json::to_string(&errors.0).unwrap());
            for secret in secrets {
                assert!(!told.contains(secret), "{changed}\n--\n{errors}");
            }
        }
    }
    assert!(broken > 500, "only {broken} changes were mistakes");
}

//! Commands that contact nobody: help, schema, completions, manual pages, `check --offline`.

use crate::{code, lines, otp_relay, stderr, stdout, write};

#[test]
fn help_names_every_subcommand_and_the_exit_codes() {
    let help = stdout(&otp_relay(&["--help"]));
    for name in ["run", "check", "explain", "history", "replay", "status", "schema", "completions", "man"] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(name)), "no {name} in:\n{help}");
    }
    assert!(help.contains("78 the configuration is wrong"), "{help}");
    assert_eq!(code(&otp_relay(&["--help"])), 0);
}

#[test]
fn usage_errors_exit_with_2() {
    assert_eq!(code(&otp_relay(&[])), 2);
    assert_eq!(code(&otp_relay(&["hsitory"])), 2);
    assert_eq!(code(&otp_relay(&["history", "--since", "yesterday"])), 2);
    assert_eq!(code(&otp_relay(&["man", "nothing"])), 2);
}

#[test]
fn the_schema_is_the_one_beside_the_samples() {
    let schema = stdout(&otp_relay(&["schema"]));
    assert_eq!(schema, std::fs::read_to_string("config/otp-relay.schema.json").unwrap());
    serde_json::from_str::<serde_json::Value>(&schema).expect("JSON");
}

#[test]
fn completions_and_manual_pages_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        let script = stdout(&otp_relay(&["completions", shell]));
        assert!(script.contains("otp-relay") && script.contains("explain"), "{shell}: {script}");
    }
    let page = stdout(&otp_relay(&["man"]));
    assert!(page.contains(".TH") && page.contains("replay"), "{page}");
    assert!(stdout(&otp_relay(&["man", "check"])).contains("offline"));
}

#[test]
fn check_offline_reads_the_configuration_alone() {
    let directory = tempfile::tempdir().unwrap();
    let text = "[skyvern]\napi_key = { env = \"NOT_SET_ANYWHERE\" }\n\n[[inbox]]\nname = \"a\"\nhost = \"imap.example.com\"\n\
                username = \"a@example.com\"\npassword = { file = \"/nowhere/secret\" }\n";
    let good = write(directory.path(), "good.toml", text);
    let output = otp_relay(&["check", "--offline", "--config", good.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("1 inbox, 1 mailbox, 0 rules"), "{}", stdout(&output));

    let bad = write(directory.path(), "bad.toml", text.replace("username", "usrname"));
    let output = otp_relay(&["check", "--offline", "--config", bad.to_str().unwrap()]);
    assert_eq!(code(&output), 78);
    assert!(stderr(&output).contains("did you mean `username`?"), "{}", stderr(&output));

    let output = otp_relay(&["check", "--offline", "--json", "--config", bad.to_str().unwrap()]);
    assert_eq!(code(&output), 78);
    let report = &lines(&output)[0];
    assert_eq!(report["ok"], false);
    assert_eq!(report["configuration"][0]["line"], 7, "{report}");
}

#[test]
fn a_configuration_that_is_not_there_is_named() {
    for command in [["run"].as_slice(), &["check"], &["history"], &["status"]] {
        let output = otp_relay(&[command, &["--config", "/nowhere/otp-relay.toml"]].concat());
        assert_eq!(code(&output), 78, "{command:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("/nowhere/otp-relay.toml"), "{command:?}: {}", stderr(&output));
    }
}

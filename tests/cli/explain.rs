//! `otp-relay explain`.

use crate::support::mails::{code_mail, mail, newsletter};
use crate::{code, lines, otp_relay, stderr, stdout, write};

const RULES: &str = r#"
    [skyvern]
    api_key = { env = "NOT_NEEDED_HERE" }

    [[inbox]]
    name = "agents"
    host = "imap.example.com"
    username = "agents@example.com"
    password = { env = "NOT_NEEDED_HERE_EITHER" }

    [[inbox.rule]]
    name = "acme"
    from = '@acme\.example$'
    code = 'door code (?<code>[A-Z]{2}-[0-9]{4})'
    totp_identifier = "acme-{recipient.local}"

    [[inbox]]
    name = "other"
    host = "imap.example.net"
    username = "other@example.net"
    password = { env = "NOT_NEEDED_HERE_EITHER" }
"#;

#[test]
fn json_is_one_object_for_each_file_and_needs_no_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let found = write(directory.path(), "code.eml", code_mail("shop@agents.example", "482913"));
    let none = write(directory.path(), "news.eml", newsletter("shop@agents.example"));
    let output = otp_relay(&["explain", "--json", found.to_str().unwrap(), none.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let objects = lines(&output);
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["file"], found.to_str().unwrap());
    assert_eq!(objects[0]["kind"], "code");
    assert_eq!(objects[0]["value"], "482913");
    assert_eq!(objects[0]["identifier"], "shop@agents.example");
    assert!(objects[0]["rule"].is_null());
    assert!(!objects[0]["reason"].as_str().unwrap().is_empty());
    assert_eq!(objects[1]["kind"], "none");
    assert!(objects[1]["value"].is_null());
    assert!(!objects[1]["reason"].as_str().unwrap().is_empty());
}

#[test]
fn a_mail_can_come_from_standard_input() {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_otp-relay"));
    command.env_remove("OTP_RELAY_CONFIG").args(["explain", "--json", "-"]);
    let output = command.write_stdin(code_mail("a@b.example", "771204")).output().unwrap();
    assert_eq!(lines(&output)[0]["value"], "771204");
}

#[test]
fn the_page_shows_text_candidates_and_the_request() {
    let directory = tempfile::tempdir().unwrap();
    let file = write(directory.path(), "code.eml", code_mail("shop@agents.example", "482913"));
    let page = stdout(&otp_relay(&["explain", file.to_str().unwrap()]));
    assert!(page.contains("your verification code is 482913"), "{page}");
    assert!(page.contains("recipient  shop@agents.example (to)"), "{page}");
    assert!(page.contains(r#"POST /v1/credentials/totp {"content":"482913","totp_identifier":"shop@agents.example"}"#));
    assert!(!page.contains('\u{1b}'), "no colour into a pipe");
}

#[test]
fn colour_can_be_asked_for_and_codes_can_be_masked() {
    let directory = tempfile::tempdir().unwrap();
    let file = write(directory.path(), "code.eml", code_mail("shop@agents.example", "482913"));
    let painted = stdout(&otp_relay(&["explain", "--color", "always", file.to_str().unwrap()]));
    assert!(painted.contains('\u{1b}'));
    for arguments in [vec!["explain", "--mask"], vec!["explain", "--mask", "--json"]] {
        let output = otp_relay(&[arguments.as_slice(), &[file.to_str().unwrap()]].concat());
        assert!(!stdout(&output).contains("482913"), "{}", stdout(&output));
        assert!(stdout(&output).contains("4****3"));
    }
}

#[test]
fn rules_of_the_named_inbox_apply_condition_by_condition() {
    let directory = tempfile::tempdir().unwrap();
    let config = write(directory.path(), "otp-relay.toml", RULES);
    let text = "Your door code KX-7731 is good until noon.";
    let file = write(directory.path(), "door.eml", mail("desk@acme.example", "agents@example.com", "Your visit", text));
    let run = |inbox: &str| {
        otp_relay(&["explain", "--config", config.to_str().unwrap(), "--inbox", inbox, file.to_str().unwrap()])
    };
    let page = stdout(&run("agents"));
    assert!(page.contains("rule acme ✓"), "{page}");
    assert!(page.contains("code KX-7731 for acme-agents"), "{page}");

    let unknown = run("agentz");
    assert_eq!(code(&unknown), 2);
    assert!(stderr(&unknown).contains("there are: agents, other"), "{}", stderr(&unknown));

    let unnamed = otp_relay(&["explain", "--config", config.to_str().unwrap(), file.to_str().unwrap()]);
    assert_eq!(code(&unnamed), 2);
    assert!(stderr(&unnamed).contains("--inbox"), "{}", stderr(&unnamed));
}

#[test]
fn exit_codes_tell_found_from_nothing_from_unreadable() {
    let directory = tempfile::tempdir().unwrap();
    let none = write(directory.path(), "news.eml", newsletter("a@b.example"));
    assert_eq!(code(&otp_relay(&["explain", none.to_str().unwrap()])), 1);
    let missing = otp_relay(&["explain", "/nowhere/mail.eml"]);
    assert_eq!(code(&missing), 66);
    assert!(stderr(&missing).contains("/nowhere/mail.eml"), "{}", stderr(&missing));
    assert_eq!(code(&otp_relay(&["explain"])), 2);
}

#[test]
fn rubbish_is_explained_too() {
    let directory = tempfile::tempdir().unwrap();
    let file = write(directory.path(), "rubbish.eml", [0xff, 0x00, 0x80, b'\n', 0x1b, b'['].repeat(1000));
    let output = otp_relay(&["explain", "--json", file.to_str().unwrap()]);
    assert_eq!((code(&output), lines(&output)[0]["kind"].as_str()), (1, Some("none")));
}

#[test]
fn an_expected_value_that_was_not_found_brings_a_rule_that_finds_it() {
    let directory = tempfile::tempdir().unwrap();
    let text = "Bring your umbrella.\n\nThe gate opens with KX-7731 until noon.";
    let file = write(directory.path(), "gate.eml", mail("desk@acme.example", "agents@example.com", "Your visit", text));
    let run = |expected: &str| otp_relay(&["explain", "--json", "--expect", expected, file.to_str().unwrap()]);
    let output = run("KX-7731");
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    let rule = lines(&output)[0]["suggested_rule"].as_str().unwrap().to_owned();

    let config = "[skyvern]\napi_key = { env = \"K\" }\n\n[[inbox]]\nname = \"agents\"\nhost = \"imap.example.com\"\n\
                  username = \"agents@example.com\"\npassword = { env = \"P\" }\n\n";
    let config = write(directory.path(), "otp-relay.toml", format!("{config}{rule}\n"));
    let output = otp_relay(&[
        "explain",
        "--json",
        "--expect",
        "KX-7731",
        "--inbox",
        "agents",
        "--config",
        config.to_str().unwrap(),
        file.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    assert_eq!(lines(&output)[0]["value"], "KX-7731");

    assert!(lines(&run("QQ-0000"))[0]["suggested_rule"].is_null());
}

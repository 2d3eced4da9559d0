//! `otp-relay check` against real and missing servers.

use crate::support::dovecot::{Dovecot, PASSWORD, USER};
use crate::support::mails::newsletter;
use crate::support::pki::Pki;
use crate::support::place::place;
use crate::support::relay::{Relay, inbox, inbox_of};
use crate::support::skyvern_fake::{API_KEY, SkyvernFake};
use crate::{code, lines, otp_relay, stdout};

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_works_is_said_to_work_and_nothing_is_left_behind() {
    let (dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    // Something whose time can be compared with the clock.
    dovecot.deliver(USER, "INBOX", &newsletter(USER)).await;
    let relay = Relay::new(&skyvern, &inbox(&dovecot, ""));
    let before: Vec<_> = std::fs::read_dir(relay.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    let output = relay.command(&["check"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stdout(&output).contains("everything works"), "{}", stdout(&output));
    let after: Vec<_> = std::fs::read_dir(relay.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(before.len(), after.len(), "{after:?}");
    assert!(skyvern.rows().is_empty(), "no code is left at Skyvern");

    let report = &lines(&relay.command(&["check", "--json"]))[0];
    assert_eq!(report["ok"], true);
    let steps: Vec<&str> =
        report["checks"].as_array().unwrap().iter().filter_map(|line| line["step"].as_str()).collect();
    for step in ["dns", "tcp", "tls", "login", "mailbox INBOX", "idle", "clock", "key"] {
        assert!(steps.contains(&step), "no {step} in {steps:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_fails_its_inbox_and_not_the_others() {
    let dovecot = Dovecot::builder().user(USER, PASSWORD).user("other@example.com", PASSWORD).start().await;
    let skyvern = SkyvernFake::start().await;
    let wrong = inbox_of(&dovecot, "wrong", "other@example.com", "not-the-password", "");
    let relay = Relay::new(&skyvern, &(inbox(&dovecot, "") + &wrong));
    let output = relay.command(&["check", "--json"]);
    assert_eq!(code(&output), 1);
    let report = &lines(&output)[0];
    let failed: Vec<(&str, &str)> = (report["checks"].as_array().unwrap().iter())
        .filter(|line| line["verdict"] == "failed")
        .filter_map(|line| Some((line["what"].as_str()?, line["step"].as_str()?)))
        .collect();
    assert_eq!(failed, [("wrong", "login")], "{report}");
    assert!(!stdout(&output).contains("not-the-password"));
    let advice = report["checks"].as_array().unwrap().iter().find_map(|line| line["advice"].as_str()).unwrap();
    assert!(advice.contains("app password"), "{advice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_fails_with_advice() {
    let skyvern = SkyvernFake::start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let inboxes = [("nowhere", "nowhere.invalid", 993), ("closed", "127.0.0.1", free)].map(|(name, host, port)| {
        format!(
            "[[inbox]]\nname = \"{name}\"\nhost = \"{host}\"\nport = {port}\nusername = \"{name}@example.com\"\n\
             password = \"made-up\"\n"
        )
    });
    let relay = Relay::new(&skyvern, &inboxes.concat());
    let output = relay.command(&["check", "--json"]);
    assert_eq!(code(&output), 1);
    let report = &lines(&output)[0];
    let told = |what: &str, step: &str| {
        let checks = report["checks"].as_array().unwrap();
        let line = checks.iter().find(|line| line["what"] == what && line["step"] == step);
        line.unwrap_or_else(|| panic!("{report}"))["advice"].as_str().unwrap().to_owned()
    };
    assert!(told("nowhere", "dns").contains("`host`"));
    assert!(told("closed", "tcp").contains("993"));
    let page = stdout(&relay.command(&["check"]));
    let advice = page.lines().skip_while(|line| !line.contains("✗ tcp")).nth(1).unwrap_or_default();
    assert!(advice.trim_start().starts_with("are `host` and `port` right"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_missing_is_named_with_those_that_exist() {
    let (dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let relay = Relay::new(&skyvern, &inbox(&dovecot, "mailboxes = [\"INBOX\", \"Spam\"]"));
    let output = relay.command(&["check"]);
    assert_eq!(code(&output), 1);
    let page = stdout(&output);
    let line = page.lines().find(|line| line.contains("mailbox Spam")).unwrap_or_else(|| panic!("{page}"));
    assert!(line.contains("INBOX"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_skyvern_that_refuses_the_key_or_is_away_is_told() {
    let (dovecot, mut skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let relay = Relay::new(&skyvern, &inbox(&dovecot, ""));
    // The copy stands beside the original, with its secrets and so with its permissions.
    let wrong = relay.path().join("wrong.toml");
    std::fs::copy(relay.config(), &wrong).unwrap();
    let config = std::fs::read_to_string(&wrong).unwrap();
    std::fs::write(&wrong, config.replace(API_KEY, "another-made-up-key")).unwrap();
    let output = otp_relay(&["check", "--config", wrong.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("403"), "{}", stdout(&output));
    assert!(stdout(&output).contains("is `api_key` the key of this Skyvern's organization"), "{}", stdout(&output));

    skyvern.stop().await;
    let output = relay.command(&["check"]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("can't be reached"), "{}", stdout(&output));
    assert!(stdout(&output).contains("is Skyvern up"), "{}", stdout(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listening_side_is_tried_whether_the_daemon_runs_or_not() {
    let (dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let directory = tempfile::tempdir().unwrap();
    let pki = Pki::create(directory.path());
    let at = place();
    let more = format!(
        "[listen]\naddress = \"{at}\"\ncert = \"{}\"\nkey = \"{}\"\nmonitoring = \"unix:{}\"\n\n\
         [[authenticator]]\ntotp_identifier = \"alice\"\nsecret = \"GEZDGNBVGY3TQOJQ\"\n\n",
        pki.certificate.display(),
        pki.key.display(),
        directory.path().join("http.sock").display(),
    );
    let mut relay = Relay::new(&skyvern, &(more + &inbox(&dovecot, "")));
    let listening = |relay: &Relay| -> Vec<(String, String, String)> {
        let report = lines(&relay.command(&["check", "--json"])).remove(0);
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (report["checks"].as_array().unwrap().iter())
            .filter(|line| line["what"] == "listen")
            .map(|line| (text(&line["step"]), text(&line["verdict"]), text(&line["detail"])))
            .collect()
    };
    let free = listening(&relay);
    let steps: Vec<(&str, &str)> = free.iter().map(|(step, verdict, _)| (step.as_str(), verdict.as_str())).collect();
    let expected =
        [("address", "ok"), ("monitoring", "ok"), ("certificate", "ok"), ("keys", "ok"), ("authenticator alice", "ok")];
    assert_eq!(steps, expected);
    assert!(free[0].2.ends_with("is free") && free[2].2.contains("valid until"), "{free:?}");

    relay.start();
    relay.until_watching().await;
    let held = listening(&relay);
    assert!(held[..2].iter().all(|(.., detail)| detail.ends_with("in use by the running daemon")), "{held:?}");
    assert_eq!(code(&relay.command(&["check"])), 0);

    relay.terminate().await;
    let _other = std::net::TcpListener::bind(at).unwrap();
    let output = relay.command(&["check"]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("another process listens there"), "{}", stdout(&output));
}

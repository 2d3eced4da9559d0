//! What a configuration becomes: defaults, presets, secrets, permissions, fingerprints, and the shape of an error.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use otp_relay::config::{Auth, Config, ConfigErrors, Diagnostic, Options, Permissions, Secret, Secrets, Tls};
use otp_relay::extract::policy::{Action, Prefer, RecipientSource};
use secrecy::ExposeSecret;
use tempfile::TempDir;

const SKYVERN: &str = "[skyvern]\napi_key = { env = \"OTP_RELAY_TEST_NEVER_SET\" }\n";
const INBOX: &str = "[[inbox]]\nname = \"agents\"\nhost = \"imap.example.com\"\nusername = \"agents@example.com\"\n\
                     password = { file = \"/run/secrets/agents\" }\n";

fn parse(text: &str) -> Result<Config, ConfigErrors> {
    Config::parse(text, Path::new("/etc/otp-relay/otp-relay.toml"), Secrets::Unread)
}

fn config(text: &str) -> Config {
    parse(text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The smallest configuration and `more` at the end of its inbox.
fn with(more: &str) -> Config {
    config(&format!("{SKYVERN}\n{INBOX}{more}"))
}

fn errors(text: &str) -> Vec<Diagnostic> {
    parse(text).map(|_| ()).unwrap_err().0
}

/// A directory with an `otp-relay.toml` of this text and mode.
fn written(text: impl AsRef<[u8]>, mode: u32) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("otp-relay.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    (directory, path)
}

fn message(result: Result<Config, ConfigErrors>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

/// Runs a test in a second process that has `argument` as `OTP_RELAY_TEST_CHILD`, and one variable more. (The environment
/// of a running process can't be changed safely.)
fn in_child(test: &str, argument: &str, variable: Option<(&str, &str)>) {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test]).env_remove("RUNTIME_DIRECTORY").env_remove("CREDENTIALS_DIRECTORY");
    let child = child.env("OTP_RELAY_TEST_CHILD", argument).envs(variable).output().unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && told.contains("1 passed"), "{told}");
}

#[test]
fn what_is_left_out_has_the_documented_default() {
    let config = with("");
    assert_eq!(config.path, Path::new("/etc/otp-relay/otp-relay.toml"));
    assert_eq!(config.skyvern.base_url.as_str(), "https://api.skyvern.com/");
    assert_eq!(config.skyvern.timeout, Duration::from_secs(10));
    assert_eq!(config.skyvern.connections, 16);
    assert_eq!(config.skyvern.ca, None);
    assert_eq!(config.skyvern.source, "email");
    assert_eq!(config.store.url, "sqlite:///var/lib/otp-relay/state.db");
    assert_eq!(config.store.history, Duration::from_secs(30 * 24 * 3600));
    let inbox = &config.inboxes[0];
    assert_eq!(inbox.mailboxes, ["INBOX"]);
    assert_eq!((inbox.account.port, inbox.account.tls), (993, Tls::Implicit));
    assert_eq!(inbox.account.max_connections, 10);
    assert_eq!(inbox.account.connect_timeout, Duration::from_secs(30));
    assert_eq!(inbox.account.command_timeout, Duration::from_secs(60));
    assert!(inbox.watch.idle);
    assert_eq!(inbox.watch.idle_timeout, Duration::from_secs(300));
    assert_eq!(inbox.watch.poll_interval, Duration::from_secs(10));
    assert_eq!((inbox.watch.first_fetch, inbox.watch.max_message_size), (256 * 1024, 2 * 1024 * 1024));
    let policy = &inbox.policy;
    assert_eq!((policy.inbox.as_str(), policy.username.as_str()), ("agents", "agents@example.com"));
    assert_eq!((policy.ttl, policy.max_ttl), (Duration::from_secs(600), Duration::from_secs(3600)));
    assert!(policy.detect && policy.prefer == Prefer::Code && policy.rules.rules().is_empty());
    assert_eq!(policy.recipient_order, RecipientSource::DEFAULT);
    assert_eq!(policy.identifier.fields().map(|field| field.name()).collect::<Vec<_>>(), ["recipient"]);
}

#[test]
fn the_policy_without_a_configuration_has_the_same_defaults() {
    let (configured, default) = (with("").inboxes[0].policy.clone(), otp_relay::extract::Policy::default());
    assert_eq!(configured.identifier, default.identifier);
    assert_eq!((configured.ttl, configured.max_ttl), (default.ttl, default.max_ttl));
    assert_eq!((configured.detect, configured.prefer), (default.detect, default.prefer));
    assert_eq!(configured.recipient_order, default.recipient_order);
}

#[test]
fn a_provider_fills_host_port_and_tls() {
    for (provider, host) in [
        ("gmail", "imap.gmail.com"),
        ("fastmail", "imap.fastmail.com"),
        ("icloud", "imap.mail.me.com"),
        ("yahoo", "imap.mail.yahoo.com"),
    ] {
        let text = format!(
            "{SKYVERN}\n{}",
            INBOX.replace("host = \"imap.example.com\"", &format!("provider = \"{provider}\""))
        );
        let account = config(&text).inboxes[0].account.clone();
        assert_eq!((account.host.as_str(), account.port, account.tls), (host, 993, Tls::Implicit));
    }
}

#[test]
fn oauth2_providers_fill_endpoint_and_scope() {
    let oauth2 = |inbox: &str, table: &str| {
        let text = format!(
            "{SKYVERN}\n[[inbox]]\nname = \"a\"\n{inbox}\nusername = \"a@example.com\"\n[inbox.oauth2]\n{table}\n\
             client_id = \"made-up\"\nrefresh_token = {{ env = \"A\" }}\n"
        );
        match config(&text).inboxes[0].account.auth.clone() {
            Auth::OAuth2(oauth2) => (oauth2.token_url.to_string(), oauth2.scope),
            Auth::Password(_) => panic!("a password"),
        }
    };
    assert_eq!(
        oauth2("provider = \"gmail\"", "provider = \"google\""),
        ("https://oauth2.googleapis.com/token".into(), Some("https://mail.google.com/".into()))
    );
    let microsoft = "https://outlook.office.com/IMAP.AccessAsUser.All offline_access";
    assert_eq!(
        oauth2("provider = \"outlook\"", "provider = \"microsoft\""),
        ("https://login.microsoftonline.com/common/oauth2/v2.0/token".into(), Some(microsoft.into()))
    );
    assert_eq!(
        oauth2("provider = \"outlook\"", "provider = \"microsoft\"\ntenant = \"example.com\"\nscope = \"mail\""),
        ("https://login.microsoftonline.com/example.com/oauth2/v2.0/token".into(), Some("mail".into()))
    );
    assert_eq!(
        oauth2("host = \"imap.example.com\"", "token_url = \"https://login.example.com/token\""),
        ("https://login.example.com/token".into(), None)
    );
    assert_eq!(
        oauth2("host = \"localhost\"", "token_url = \"http://127.0.0.1:99/token\"").0,
        "http://127.0.0.1:99/token"
    );
}

#[test]
fn an_inboxs_rules_come_before_those_of_all_inboxes() {
    let config = with(
        "totp_identifier = \"{match.account}\"\ndetect = false\n\
         [[inbox.rule]]\nname = \"own\"\nfrom = '@acme\\.example$'\nheader = { \"List-Id\" = 'x', \"X-A\" = 'y' }\n\
         code = '(?<account>[a-z]+): (?<code>[0-9]{6})'\nttl = \"5m\"\nworkflow_id = \"w_1\"\n\
         [[inbox.rule]]\nname = \"body\"\nsubject = 'x'\nforward = \"body\"\ntotp_identifier = \"x\"\n\
         [[rule]]\nname = \"all\"\nsubject = 'y'\nlink = 'https://acme\\.example/\\S+'\ntotp_identifier = \"{from.domain}\"\n\
         [[rule]]\nname = \"found\"\nsubject = 'z'\ndetect = true\nprefer = \"link\"\ntotp_identifier = \"x\"\n\
         [[rule]]\nname = \"news\"\nsubject = 'news'\nignore = true\n",
    );
    let rules = config.inboxes[0].policy.rules.rules();
    assert_eq!(
        rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(),
        ["own", "body", "all", "found", "news"]
    );
    assert_eq!(rules[0].headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["List-Id", "X-A"]);
    assert_eq!(rules[0].ttl, Some(Duration::from_secs(300)));
    assert!(rules[0].workflow_id.is_some() && rules[0].identifier.is_none());
    assert!(matches!(rules[0].action, Action::Code(_)));
    assert!(matches!(rules[1].action, Action::ForwardBody));
    assert!(matches!(rules[2].action, Action::Link(_)));
    assert!(matches!(rules[3].action, Action::Detect) && rules[3].prefer == Some(Prefer::Link));
    assert!(matches!(rules[4].action, Action::Ignore));
}

#[test]
fn small_things_are_put_right_without_a_word() {
    let inbox = with("mailboxes = [\"inbox\", \"Junk\"]\ntls = \"starttls\"\n").inboxes[0].clone();
    assert_eq!(inbox.mailboxes, ["INBOX", "Junk"]);
    assert_eq!((inbox.account.port, inbox.account.tls), (143, Tls::StartTls));
    let pin = with(&format!("pinned_sha256 = \"{}\"\n", ["aB"; 32].join(":"))).inboxes[0].account.pinned_sha256;
    assert_eq!(pin, Some([0xab; 32]));
    for (written, host) in [
        ("IMAP.Example.COM", "imap.example.com"),
        ("[::1]", "::1"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("10.0.0.1", "10.0.0.1"),
    ] {
        let text = format!("{SKYVERN}\n{}", INBOX.replace("imap.example.com", written));
        assert_eq!(config(&text).inboxes[0].account.host, host);
    }
}

#[test]
fn plain_text_is_allowed_towards_this_machine_or_on_request() {
    for (host, more) in [
        ("localhost", ""),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("mail.localhost", ""),
        ("imap.example.com", "allow_plaintext = true\n"),
    ] {
        let text = format!("{SKYVERN}\n{}tls = \"none\"\n{more}", INBOX.replace("imap.example.com", host));
        assert_eq!(config(&text).inboxes[0].account.tls, Tls::None, "{host}");
    }
    for (url, more) in [
        ("http://localhost:8000", ""),
        ("http://127.0.0.1", ""),
        ("http://[::1]:8000/sub", ""),
        ("http://skyvern.example", "allow_plaintext = true\n"),
    ] {
        config(&format!("{SKYVERN}base_url = \"{url}\"\n{more}\n{INBOX}"));
    }
    for host in ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "0.0.0.0"] {
        let text = format!("{SKYVERN}\n{}tls = \"none\"\n", INBOX.replace("imap.example.com", host));
        assert!(errors(&text)[0].message.contains("without TLS"), "{host}");
    }
}

#[test]
fn an_inbox_that_is_not_enabled_is_checked_all_the_same() {
    let second = INBOX.replace("agents", "spare");
    let config = with(&format!("{second}enabled = false\n"));
    assert_eq!(config.inboxes.iter().map(|inbox| inbox.name.as_str()).collect::<Vec<_>>(), ["agents"]);
    let errors = errors(&format!("{SKYVERN}\n{INBOX}{second}enabled = false\nttl = \"x\"\n"));
    assert_eq!(errors.len(), 1);
}

#[test]
fn the_socket_stands_in_the_runtime_directory_or_beside_the_store() {
    const NAME: &str = "the_socket_stands_in_the_runtime_directory_or_beside_the_store";
    let socket = |more: &str| config(&format!("{SKYVERN}{more}\n{INBOX}")).service.socket;
    let store = "[store]\nurl = \"sqlite:///srv/relay/a.db\"\n";
    if let Ok(expected) = std::env::var("OTP_RELAY_TEST_CHILD") {
        assert_eq!(socket(store), Path::new(&expected));
        return;
    }
    in_child(NAME, "/run/otp-relay/status.sock", Some(("RUNTIME_DIRECTORY", "/run/otp-relay:/run/other")));
    in_child(NAME, "/srv/relay/status.sock", Some(("RUNTIME_DIRECTORY", "")));
    in_child(NAME, "/srv/relay/status.sock", None);
    assert_eq!(socket("[service]\nsocket = \"/run/x.sock\"\n"), Path::new("/run/x.sock"));
    assert_eq!(socket("[service]\nsocket = \"x.sock\"\n"), Path::new("/etc/otp-relay/x.sock"));
}

#[test]
fn secrets_and_certificates_are_read_where_they_are() {
    let text = "[skyvern]\napi_key = { file = \"key\" }\nca = \"ca.pem\"\n\n[[inbox]]\nname = \"a\"\nhost = \"imap.example.com\"\n\
                ca = \"ca.pem\"\nusername = \"a@example.com\"\npassword = { env = \"PATH\" }\n";
    let (directory, path) = written(text, 0o644);
    assert!(message(Config::load(&path)).contains("key can't be read"));
    fs::write(directory.path().join("key"), "made-up-key\n").unwrap();
    fs::write(directory.path().join("ca.pem"), "no certificate").unwrap();
    assert_eq!(message(Config::load(&path)).matches("holds no certificate").count(), 2);
    let certificate = rcgen::generate_simple_self_signed(["imap.example.com".to_owned()]).unwrap().cert.pem();
    fs::write(directory.path().join("ca.pem"), format!("# ours\n{certificate}{certificate}")).unwrap();
    let config = Config::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(config.skyvern.api_key, Secret::File(directory.path().join("key")));
    assert_eq!(config.skyvern.api_key.read().unwrap().expose_secret(), "made-up-key");
    assert_eq!(config.inboxes[0].account.ca, Some(directory.path().join("ca.pem")));
    // Nothing is read where it was asked not to.
    fs::remove_file(directory.path().join("key")).unwrap();
    fs::remove_file(directory.path().join("ca.pem")).unwrap();
    assert!(Config::load_with(&path, Options { secrets: Secrets::Unread, ..Options::default() }).is_ok());
}

#[test]
fn credentials_are_read_from_the_directory_that_systemd_names() {
    const NAME: &str = "credentials_are_read_from_the_directory_that_systemd_names";
    let text = format!(
        "[skyvern]\napi_key = {{ credential = \"skyvern-api-key\" }}\n\n{}",
        INBOX.replace("/run/secrets/agents", "p")
    );
    if let Some(path) = std::env::var_os("OTP_RELAY_TEST_CHILD") {
        let config = Config::load(Path::new(&path)).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(config.skyvern.api_key.read().unwrap().expose_secret(), "made-up-key");
        return;
    }
    let (directory, path) = written(&text, 0o644);
    fs::write(directory.path().join("p"), "made-up").unwrap();
    fs::write(directory.path().join("skyvern-api-key"), "made-up-key").unwrap();
    assert!(message(Config::load(&path)).contains("LoadCredential=skyvern-api-key`"));
    let directory = directory.path().to_str().unwrap();
    in_child(NAME, path.to_str().unwrap(), Some(("CREDENTIALS_DIRECTORY", directory)));
}

#[test]
fn a_secret_in_a_file_that_others_can_read_is_refused() {
    let literal = format!("{SKYVERN}\n{}", INBOX.replace("{ file = \"/run/secrets/agents\" }", "\"hunter2\""));
    let oauth2 = format!(
        "{SKYVERN}\n[[inbox]]\nname = \"a\"\nhost = \"imap.example.com\"\nusername = \"a\"\n[inbox.oauth2]\n\
         token_url = \"https://login.example.com/\"\nclient_id = \"x\"\nclient_secret = {{ env = \"A\" }}\nrefresh_token = \"hunter2\"\n"
    );
    let options = Options { secrets: Secrets::Unread, permissions: Permissions::Checked };
    for text in [&literal, &oauth2] {
        for mode in [0o644, 0o640, 0o604, 0o660, 0o666, 0o610] {
            let (_directory, path) = written(text, mode);
            let told = message(Config::load_with(&path, options));
            assert!(
                told.contains(&format!("this secret can be read by others: the file has mode {mode:04o}")),
                "{told}"
            );
            assert!(told.contains(&format!("chmod 600 {}", path.display())), "{told}");
            assert!(!told.contains("hunter"), "{told}");
            let line = text.lines().position(|line| line.contains("hunter2")).unwrap() + 1;
            assert!(told.contains(&format!("otp-relay.toml:{line}:")), "{told}");
            assert!(Config::load_with(&path, Options { permissions: Permissions::Unchecked, ..options }).is_ok());
        }
        for mode in [0o600, 0o400, 0o700] {
            assert!(Config::load_with(&written(text, mode).1, options).is_ok(), "{mode:o}");
        }
    }
    // Without a secret in it, the file may be read by anybody.
    assert!(Config::load_with(&written(format!("{SKYVERN}\n{INBOX}"), 0o644).1, options).is_ok());
}

#[test]
fn a_file_that_is_none_says_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("otp-relay.toml");
    let told = message(Config::load(&missing));
    assert!(told.starts_with(&format!("{}: error: failed to read the configuration: No such file", missing.display())));
    assert!(told.ends_with("help: is that its name? --config FILE names another one"), "{told}");
    let told = message(Config::load(directory.path()));
    assert!(told.contains("this is a directory, not a file"), "{told}");
    assert!(told.ends_with(&format!("did you mean {}?", missing.display())), "{told}");
    assert!(message(Config::load(&written("x = 1", 0o600).1.join("below"))).contains("failed to read"));
    let told = message(Config::load(&written(b"[skyvern]\nsource = \"caf\xe9\"\n", 0o600).1));
    assert!(told.contains("this file is not UTF-8 (line 2)"), "{told}");
    assert!(message(Config::load(&written(vec![b'#'; 5 << 20], 0o600).1)).contains("larger than 4 MiB"));
}

#[test]
fn files_from_other_systems_are_read() {
    let text = format!("\u{feff}{SKYVERN}\n{INBOX}").replace('\n', "\r\n");
    assert_eq!(config(&text).inboxes.len(), 1);
    let told = errors(&text.replace("agents@", " @"));
    assert_eq!(told[0].line_text.as_deref(), Some("username = \" @example.com\""));
}

#[test]
fn an_error_knows_its_place_and_prints_as_json() {
    let text = format!("{SKYVERN}\n{INBOX}\ttotp_identifier =\t\"agentur-für-{{recipent}}\" # hier\n");
    let found = &errors(&text)[0];
    assert_eq!((found.line, found.column), (Some(9), Some(33)));
    assert_eq!(
        found.to_string(),
        "/etc/otp-relay/otp-relay.toml:9:33: error: unknown field `{recipent}`\n\
         \x20 9 | \ttotp_identifier =\t\"agentur-für-{recipent}\" # hier\n\
         \x20   | \t                 \t             ^^^^^^^^^^\n\
         \x20 help: did you mean `{recipient}`?"
    );
    assert_eq!(
        serde_json::to_value(found).unwrap(),
        serde_json::json!({
            "file": "/etc/otp-relay/otp-relay.toml",
            "line": 9,
            "column": 33,
            "message": "unknown field `{recipent}`",
            "line_text": "\ttotp_identifier =\t\"agentur-für-{recipent}\" # hier",
            "help": "did you mean `{recipient}`?",
        })
    );
    let whole = &errors("")[0];
    assert_eq!(serde_json::to_value(whole).unwrap()["line"], serde_json::Value::Null);
}

#[test]
fn many_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let text = fs::read_to_string("tests/config/bad/many-mistakes-at-once/otp-relay.toml").unwrap();
    let errors = Config::parse(&text, Path::new("otp-relay.toml"), Secrets::Read).map(|_| ()).unwrap_err().0;
    assert!(errors.len() >= 15, "only {}", errors.len());
    let places: Vec<_> = errors.iter().map(|error| (error.line, error.column)).collect();
    assert!(places.is_sorted(), "{places:?}");
    for error in &errors {
        assert_eq!(error.line_text.is_some(), error.line.is_some());
        let line = text.lines().nth(error.line.unwrap() - 1).unwrap();
        assert!(error.line_text.as_deref() == Some(line) || line.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_fingerprint_changes_with_everything_that_matters_and_nothing_else() {
    let text = format!(
        "{SKYVERN}\n[[inbox]]\nname = \"agents\"\nhost = \"imap.example.com\"\nusername = \"agents@example.com\"\n\
         password = {{ file = \"/run/a\" }}\n\
         [[inbox.rule]]\nname = \"own\"\nfrom = 'a'\ncode = '([0-9]{{6}})'\n{}\
         [[rule]]\nname = \"all\"\nsubject = 'b'\nlink = 'https://b.example/\\S+'\n",
        INBOX.replace("agents", "other")
    );
    let fingerprints =
        |text: &str| -> Vec<u64> { config(text).inboxes.iter().map(|inbox| inbox.fingerprint).collect() };
    let before = fingerprints(&text);
    assert_ne!(before[0], before[1]);
    // Other words for the same, and what is not the inbox's.
    for (from, to) in [
        ("name = \"own\"", "name = \"own\" # a comment"),
        (
            "host = \"imap.example.com\"\nusername = \"agents",
            "port = 993\nttl = \"600s\"\nhost = \"IMAP.example.com\"\nusername = \"agents",
        ),
        (SKYVERN, "[skyvern]\napi_key = \"x\"\nbase_url = \"https://skyvern.example\"\n[store]\nhistory = \"1d\"\n"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        assert_eq!(fingerprints(&changed), before, "{to}");
    }
    // The rules for all concern every inbox.
    for (from, to) in
        [("subject = 'b'", "subject = 'c'"), ("name = \"all\"", "name = \"every\""), ("https://b", "https://c")]
    {
        let after = fingerprints(&text.replacen(from, to, 1));
        assert!(after[0] != before[0] && after[1] != before[1], "{to}");
    }
    // What is one inbox's concerns that one.
    let mut seen = vec![before[0]];
    for (from, to) in [
        ("password = { file = \"/run/a\" }", "password = { file = \"/run/b\" }"),
        ("password = { file = \"/run/a\" }", "password = { env = \"/run/a\" }"),
        ("password = { file = \"/run/a\" }", "password = { credential = \"a\" }"),
        ("password = { file = \"/run/a\" }", "password = \"one\""),
        ("password = { file = \"/run/a\" }", "password = \"two\""),
        ("agents@example.com", "agent@example.com"),
        ("imap.example.com", "mail.example.com"),
        ("from = 'a'", "from = 'aa'"),
        ("from = 'a'", "to = 'a'"),
        ("from = 'a'", "header = { X = 'a' }"),
        ("from = 'a'", "from = 'a'\ntask_id = \"x\""),
        ("from = 'a'", "from = 'a'\nworkflow_id = \"x\""),
        ("from = 'a'", "from = 'a'\nworkflow_run_id = \"x\""),
        ("from = 'a'", "from = 'a'\ntotp_identifier = \"x\""),
        ("from = 'a'", "from = 'a'\nttl = \"5m\""),
        ("code = '([0-9]{6})'", "code = '([0-9]{5})'"),
        ("code = '([0-9]{6})'", "ignore = true"),
        ("code = '([0-9]{6})'", "detect = true"),
        ("code = '([0-9]{6})'", "detect = true\nprefer = \"link\""),
        ("code = '([0-9]{6})'", "forward = \"body\""),
    ] {
        let after = fingerprints(&text.replacen(from, to, 1));
        assert!(!seen.contains(&after[0]), "{to}");
        assert_eq!(after[1], before[1], "{to}");
        seen.push(after[0]);
    }
    for line in [
        "port = 1993",
        "tls = \"starttls\"",
        "ca = \"/a.pem\"",
        "pinned_sha256 = \"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"",
        "mailboxes = [\"Junk\"]",
        "totp_identifier = \"x\"",
        "task_id = \"x\"",
        "workflow_id = \"x\"",
        "workflow_run_id = \"x\"",
        "ttl = \"5m\"",
        "max_ttl = \"2h\"",
        "detect = false",
        "prefer = \"link\"",
        "recipient_order = [\"to\"]",
        "idle = false",
        "idle_timeout = \"1m\"",
        "poll_interval = \"1m\"",
        "max_connections = 2",
        "first_fetch = \"1KiB\"",
        "max_message_size = \"1MiB\"",
        "connect_timeout = \"1s\"",
        "command_timeout = \"1s\"",
    ] {
        let after = fingerprints(&text.replacen("name = \"agents\"", &format!("name = \"agents\"\n{line}"), 1));
        assert!(!seen.contains(&after[0]), "{line}");
        assert_eq!(after[1], before[1], "{line}");
        seen.push(after[0]);
    }
}

#[test]
fn no_secret_shows_in_the_debug_form_of_a_configuration() {
    let text = "[skyvern]\napi_key = \"hunter1\"\n[[inbox]]\nname = \"a\"\nhost = \"imap.example.com\"\nusername = \"a\"\n\
                oauth2 = { token_url = \"https://login.example.com/\", client_id = \"x\", client_secret = \"hunter2\", refresh_token = \"hunter3\" }\n";
    assert!(!format!("{:?}", config(text)).contains("hunter"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..40)) {
        let _ = parse(&pieces.concat());
    }

    #[test]
    fn no_text_at_all_makes_it_panic(text in "\\PC{0,200}") {
        let _ = parse(&text);
        let _ = parse(&format!("{SKYVERN}\n{INBOX}totp_identifier = \"{text}\"\n[[inbox.rule]]\nname = 'x'\ncode = '''{text}'''\n"));
    }
}

/// What configurations are made of, and what breaks them.
const PIECES: &[&str] = &[
    "[skyvern]\n",
    "[[inbox]]\n",
    "[inbox]\n",
    "[inbox.oauth2]\n",
    "[[inbox.rule]]\n",
    "[[rule]]\n",
    "[store]\n",
    "[[store]]\n",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "=",
    ",",
    "\n",
    "\r\n",
    "#",
    "\\",
    " ",
    "\t",
    "é",
    "…",
    "\u{feff}",
    "\u{0}",
    "api_key",
    "password",
    "name",
    "url",
    "header",
    "code",
    "mailboxes",
    "totp_identifier",
    "ttl",
    "port",
    "oauth2",
    "rule",
    " = ",
    "= \"",
    "\"\n",
    "= '",
    "'\n",
    "= 5\n",
    "= true\n",
    "= [\"a\"]\n",
    "= { a = 'b' }\n",
    "= { env = \"A\" }\n",
    "\"é{recipient\"",
    "'(?<é>[é&&b]^'",
    "\"\\u00e9(\"",
    "= 1979-05-27\n",
    "= 1e400\n",
    "= 99999999999999999999\n",
    "= \"10s\"\n",
];

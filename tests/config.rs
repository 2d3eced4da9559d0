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
    let text = r#"[skyvern]
api_key = "hunter-one"

[[inbox]]
name = "agents"
provider = "gmail"
username = "a@example.com"
oauth2 = { provider = "google", client_id = "x", client_secret = 'hunter-two', refresh_token = "hunter-three" }
"#;
    slip(text, &["hunter-one", "hunter-two", "hunter-three"]);
}

#[test]
fn no_slip_of_a_finger_in_a_list_shows_a_secret() {
    let text = r#"skyvern.api_key = { env = "PATH" }
inbox = [{ name = "agents", provider = "gmail", username = "a@example.com", password = { env = "PATH" } }]

[listen]
address = "127.0.0.1:8025"
api_keys = [
  "hunter-four",
  'hunter-five',
]

[[authenticator]]
totp_identifier = "acme"
secret = "GEZDGNBVGY3TQOJQ"
"#;
    slip(text, &["hunter-four", "hunter-five", "GEZDGNBVGY3TQOJQ"]);
}

/// Changes every character in every likely way, and looks at what is said of it.
fn slip(text: &str, secrets: &[&str]) {
    assert!(Config::parse(text, Path::new("otp-relay.toml"), Secrets::Read).is_ok());
    let mut broken = 0;
    for (at, old) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + old.len_utf8()..]);
        for new in ["", "\"", "'", "=", "[", "{", "}", "#", "\n", "\\", "'''"] {
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

// Samples and schema.

/// Every table of the schema by the header it stands under in a file, with its keys.
fn tables() -> Vec<(&'static str, serde_json::Map<String, serde_json::Value>)> {
    let schema = otp_relay::config::schema();
    let keys = |table: &str| {
        let table = if table.is_empty() { &schema } else { &schema["$defs"][table] };
        table["properties"].as_object().unwrap_or_else(|| panic!("no properties in {table}")).clone()
    };
    vec![
        ("", keys("")),
        ("skyvern", keys("Skyvern")),
        ("store", keys("Store")),
        ("service", keys("Service")),
        ("listen", keys("Listen")),
        ("pull", keys("Pull")),
        ("dns", keys("Dns")),
        ("authenticator", keys("Authenticator")),
        ("inbox", keys("Inbox")),
        ("inbox.oauth2", keys("OAuth2")),
        ("inbox.rule", keys("Rule")),
        ("rule", keys("Rule")),
    ]
}

fn sample(name: &str) -> String {
    std::fs::read_to_string(Path::new("config").join(name)).unwrap()
}

/// Everything that a configuration says.
fn parsed(text: &str) -> String {
    let config = Config::parse(text, Path::new("/etc/otp-relay/otp-relay.toml"), Secrets::Unread)
        .unwrap_or_else(|errors| panic!("{errors}\n\n{text}"));
    format!("{config:#?}")
}

/// A line `#key = value` of the annotated sample: its table, its key, and the line without the `#`.
struct Commented<'t> {
    line: usize,
    table: String,
    key: &'t str,
    written: &'t str,
    /// Its table's header is commented as well.
    in_commented_table: bool,
}

fn commented(text: &str) -> Vec<Commented<'_>> {
    let mut found = Vec::new();
    let (mut table, mut in_commented_table) = (String::new(), false);
    for (line, written) in text.lines().enumerate() {
        let (open, is_commented) = match written.strip_prefix('#') {
            Some(open) => (open, true),
            None => (written, false),
        };
        if open.starts_with('[') {
            table = open.trim_matches(['[', ']']).to_owned();
            in_commented_table = is_commented;
        } else if is_commented && !open.starts_with([' ', ':']) && !open.is_empty() {
            let (key, _) = open.split_once(" = ").unwrap_or_else(|| panic!("line {}: {written}", line + 1));
            found.push(Commented { line, table: table.clone(), key, written: open, in_commented_table });
        }
    }
    found
}

fn with_lines(text: &str, lines: &[&Commented<'_>]) -> String {
    let written = |(at, line)| lines.iter().find(|commented| commented.line == at).map_or(line, |it| it.written);
    text.lines().enumerate().map(written).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_annotated_sample_shows_every_key_where_it_belongs() {
    let text = sample("otp-relay.toml");
    let commented = commented(&text);
    let mut active: Vec<(String, String)> = Vec::new();
    let mut table = String::new();
    for line in text.lines() {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']).to_owned();
        } else if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            active.push((table.clone(), key.to_owned()));
        }
    }
    for (table, keys) in tables() {
        for key in keys.keys() {
            // Tables show as headers; the global rules have the keys of an inbox's.
            let is_table =
                ["skyvern", "store", "service", "listen", "pull", "dns", "authenticator", "inbox", "rule", "oauth2"]
                    .contains(&key.as_str());
            let shown = commented.iter().any(|it| it.table == table && it.key == key)
                || active.iter().any(|(t, k)| t == table && k == key)
                || is_table && text.contains(&format!("[{}]", [table, key].join(".").trim_start_matches('.')))
                || table == "rule";
            assert!(shown, "config/otp-relay.toml does not show `{key}` of [{table}]");
        }
    }
    for it in &commented {
        let known = tables().iter().any(|(table, keys)| *table == it.table && keys.contains_key(it.key));
        assert!(known, "line {}: [{}] has no key `{}`", it.line + 1, it.table, it.key);
    }
}

#[test]
fn taking_the_comment_from_a_default_of_the_sample_changes_nothing() {
    let text = sample("otp-relay.toml");
    let commented = commented(&text);
    let tables = tables();
    let default = |it: &Commented<'_>| {
        tables.iter().find(|(table, _)| *table == it.table).and_then(|(_, keys)| keys[it.key].get("default")).cloned()
    };
    let defaults: Vec<&Commented<'_>> =
        commented.iter().filter(|it| !it.in_commented_table && default(it).is_some()).collect();
    assert!(defaults.len() > 25, "only {} defaults were found", defaults.len());
    let plain = parsed(&text);
    let all = parsed(&with_lines(&text, &defaults));
    assert_eq!(all, plain);
    for it in defaults {
        assert_eq!(parsed(&with_lines(&text, &[it])), plain, "{}", it.written);
        // The schema tells editors the same default.
        let document: toml::Table = it.written.parse().unwrap();
        let written = serde_json::to_value(&document[it.key]).unwrap();
        assert_eq!(Some(written), default(it), "{}", it.written);
    }
}

#[test]
fn every_default_of_the_schema_stands_in_the_sample() {
    let text = sample("otp-relay.toml");
    let commented = commented(&text);
    for (table, keys) in tables() {
        for (key, schema) in keys.iter().filter(|(_, schema)| schema.get("default").is_some()) {
            let shown = commented.iter().any(|it| it.table == table && it.key == key);
            assert!(shown, "`{key}` of [{table}] has the default {} that the sample does not show", schema["default"]);
        }
    }
}

#[test]
fn every_example_of_the_sample_is_valid_by_itself() {
    let text = sample("otp-relay.toml");
    for it in commented(&text) {
        let with = with_lines(&text, &[&it]);
        let with = match (it.table.as_str(), it.key) {
            _ if it.in_commented_table => continue,
            ("inbox", "provider") => with.replace("host = \"imap.example.com\"\n", ""),
            // One action a rule, and a group for the template that wants one.
            ("inbox.rule", "link" | "detect" | "forward" | "ignore") => {
                with.lines().filter(|line| !line.starts_with("code = ")).collect::<Vec<_>>().join("\n")
            }
            ("inbox.rule", "prefer") => with.replace("code = ", "detect = true\n#"),
            ("inbox.rule", "deliver") => with.replace("#[listen]", "[listen]").replace("#address = ", "address = "),
            // Who requires something names a witness, and the other way round.
            ("inbox", "require") => with.replace("#verify = false", "verify = true"),
            ("inbox", "authserv_id" | "trusted_forwarders") => {
                with.replace("#require = \"dmarc\"", "require = \"dmarc\"").replace("#verify = false", "verify = true")
            }
            ("inbox.rule", "require") => with.replace("#verify = false", "verify = true"),
            ("inbox.rule", "task_id") => with.replace("(?i)code is", "(?i)(?<task>[a-z]+) code is"),
            _ => with,
        };
        assert_ne!(parsed(&with), "", "{}", it.written);
    }
    // The tables that are commented as a whole, every key at once. Certificates are not read here.
    for (table, said) in
        [("listen", "Listen"), ("pull", "PullKeys"), ("authenticator", "Authenticator"), ("dns", "Dns")]
    {
        let mut text = text.replace("#[listen]", "[listen]").replace("#address = ", "address = ");
        for header in [format!("[{table}]"), format!("[[{table}]]")] {
            text = text.replace(&format!("#{header}"), &header);
        }
        let all = commented(&text);
        let lines: Vec<&Commented<'_>> = all.iter().filter(|it| it.table == table).collect();
        assert!(lines.len() > 1, "{table}");
        assert!(parsed(&with_lines(&text, &lines)).contains(said), "{table}");
    }
    // The whole table of OAuth 2.0, once by provider and once by endpoint.
    let oauth2 = text
        .replace("password = { credential = \"agents-password\" }\n", "")
        .replace("#[inbox.oauth2]", "[inbox.oauth2]");
    for left_out in [["token_url", "scope", "tenant"].as_slice(), &["provider", "tenant"]] {
        let all = commented(&oauth2);
        let lines: Vec<&Commented<'_>> =
            all.iter().filter(|it| it.table == "inbox.oauth2" && !left_out.contains(&it.key)).collect();
        assert_eq!(
            lines.len() + left_out.len(),
            tables().iter().find(|(table, _)| *table == "inbox.oauth2").unwrap().1.len()
        );
        // Certificates are not read here.
        assert!(parsed(&with_lines(&oauth2, &lines)).contains("OAuth2"));
    }
}

#[test]
fn every_sample_is_a_valid_configuration() {
    let mut samples: Vec<String> = std::fs::read_dir("config")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    samples.sort();
    assert_eq!(
        samples,
        [
            "demo.toml",
            "dovecot.toml",
            "fastmail.toml",
            "gmail-app-password.toml",
            "gmail-oauth.toml",
            "icloud.toml",
            "microsoft365.toml",
            "otp-relay.toml",
            "yahoo.toml",
        ]
    );
    for name in samples {
        let text = sample(&name);
        if name == "demo.toml" {
            let text =
                text.replace("@DIR@", "/tmp/demo").replace("@IMAP_PORT@", "4993").replace("@SKYVERN_PORT@", "8000");
            parsed(&text);
        } else {
            assert!(text.starts_with("#:schema ./otp-relay.schema.json\n"), "{name} does not name its schema");
            parsed(&text);
        }
    }
}

#[test]
fn the_schema_in_the_repository_is_the_one_the_program_prints() {
    let printed = otp_relay::config::schema_text();
    let path = Path::new("config/otp-relay.schema.json");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(path, &printed).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), printed);
}

// docs/configuration.md.

/// The rows of the document's tables under each `##` heading, as cells.
fn documented() -> Vec<(String, Vec<Vec<String>>)> {
    let text = std::fs::read_to_string("docs/configuration.md").unwrap();
    let mut sections: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push((heading.trim_matches(['`', '[', ']']).to_owned(), Vec::new()));
        } else if let (Some(row), Some((_, rows))) = (line.strip_prefix("| `"), sections.last_mut()) {
            rows.push(row.trim_end_matches(" |").split(" | ").map(|cell| cell.trim_matches('`').to_owned()).collect());
        }
    }
    sections
}

#[test]
fn the_document_describes_every_key_with_its_default() {
    let documented = documented();
    for (table, keys) in tables() {
        let heading = match table {
            "" | "inbox.rule" => continue,
            "rule" => "Rules",
            table => table,
        };
        let rows = &documented.iter().find(|(found, _)| found == heading).unwrap_or_else(|| panic!("no {heading}")).1;
        for (key, schema) in &keys {
            let row = rows.iter().find(|row| row[0] == *key).unwrap_or_else(|| panic!("{heading} lacks `{key}`"));
            assert_eq!(row.len(), 4, "{row:?}");
            assert!(!row[3].is_empty(), "{row:?}");
            if let Some(default) = schema.get("default") {
                assert_eq!(row[2], default.to_string().replace("\",\"", "\", \""), "`{key}` of {heading}");
            }
        }
        for row in rows {
            assert!(keys.contains_key(&row[0]), "{heading} describes `{}`, which is no key", row[0]);
        }
    }
}

#[test]
fn the_examples_of_the_document_are_valid() {
    let text = std::fs::read_to_string("docs/configuration.md").unwrap();
    let skyvern = "[skyvern]\napi_key = { env = \"A\" }\n";
    let inbox = "[[inbox]]\nname = \"a\"\nhost = \"imap.example.com\"\nusername = \"a@example.com\"\npassword = { env = \"A\" }\n";
    let examples: Vec<&str> = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 10);
    for example in examples {
        let is_one_of = |headers: &[&str]| headers.iter().any(|header| example.starts_with(header));
        let has_inbox = example.contains("[[inbox]]\n");
        parsed(&match () {
            () if example.contains("[skyvern]\n") && has_inbox => example.to_owned(),
            () if example.starts_with("[skyvern]") => format!("{example}{inbox}"),
            () if is_one_of(&["[store]", "[service]", "[listen]", "[[authenticator]]"]) => {
                format!("{skyvern}{example}{inbox}")
            }
            () if has_inbox => format!("{skyvern}{example}"),
            () => format!("{skyvern}{inbox}{example}"),
        });
    }
}

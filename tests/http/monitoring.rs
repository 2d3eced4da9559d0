//! What monitoring sees.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use otp_relay::events::Event;
use otp_relay::store::MailboxId;

use crate::support::wait::LIMIT;
use crate::wire::{Request, send};
use crate::world::{IDENTIFIER, World};

fn inbox() -> MailboxId {
    MailboxId { inbox: "agents".into(), mailbox: "INBOX".into() }
}

async fn json(world: &World, path: &str) -> (u16, serde_json::Value) {
    let answer = world.get(path).await;
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

async fn until_status(world: &World, path: &str, status: u16) -> serde_json::Value {
    let start = std::time::Instant::now();
    loop {
        let (found, json) = json(world, path).await;
        if found == status {
            return json;
        }
        assert!(start.elapsed() < LIMIT, "{path} stays at {found}: {json}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn health_is_good_until_a_mailbox_is_out_of_touch() {
    let world = World::new().await;
    let health = until_status(&world, "/healthz", 200).await;
    assert_eq!(health, serde_json::json!({ "healthy": true, "reasons": [] }));
    world.events.emit(Event::MailboxAdded { mailbox: &inbox(), limit: Duration::ZERO });
    let health = until_status(&world, "/healthz", 503).await;
    let reason = health["reasons"][0].as_str().unwrap();
    assert!(reason.starts_with("agents INBOX is out of touch"), "{health}");
    world.events.emit(Event::MailboxDropped { mailbox: &inbox() });
    until_status(&world, "/healthz", 200).await;
}

#[tokio::test]
async fn a_loop_that_does_not_turn_is_told() {
    let world = World::new().await;
    let pulse = world.pulses.start("agents/INBOX", Duration::ZERO);
    let health = until_status(&world, "/healthz", 503).await;
    assert_eq!(health["reasons"][0], "the loop of agents/INBOX does not turn");
    pulse.beat(Duration::from_secs(3600));
    until_status(&world, "/healthz", 200).await;
}

#[tokio::test]
async fn ready_means_that_every_mailbox_was_tried() {
    let world = World::new().await;
    until_status(&world, "/readyz", 200).await;
    world.events.emit(Event::MailboxAdded { mailbox: &inbox(), limit: Duration::from_secs(60) });
    let ready = until_status(&world, "/readyz", 503).await;
    assert_eq!(ready, serde_json::json!({ "ready": false, "reasons": ["agents INBOX is not connected yet"] }));
    world.events.emit(Event::MailboxWatched { mailbox: &inbox(), how: "idle", next_uid: 1 });
    until_status(&world, "/readyz", 200).await;
}

#[tokio::test]
async fn pulls_are_counted_by_their_answer() {
    let world = World::new().await;
    world.ask(IDENTIFIER, "a").await;
    world.arrive(IDENTIFIER, "482913").await;
    world.ask(IDENTIFIER, "a").await;
    world.ask(IDENTIFIER, "a").await;
    let page = world.get("/metrics").await;
    assert_eq!(page.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    for line in [
        "otp_relay_pull_answers_total{outcome=\"given\"} 1",
        "otp_relay_pull_answers_total{outcome=\"again\"} 1",
        "otp_relay_pull_answers_total{outcome=\"not_yet\"} 1",
        "otp_relay_http_requests_total{endpoint=\"totp\",code=\"200\"} 3",
        "otp_relay_llm_parses_avoided_total 1",
        "otp_relay_pull_duration_seconds_count 1",
        "otp_relay_http_connections 1",
    ] {
        assert!(page.text().contains(&format!("{line}\n")), "{line}\n{}", page.text());
    }
    assert!(!page.text().contains("482913") && !page.text().contains(IDENTIFIER));
}

#[tokio::test]
async fn monitoring_has_an_address_of_its_own_if_it_is_given_one() {
    let listen = "[listen]\naddress = \"127.0.0.1:8025\"\nmonitoring = \"127.0.0.1:9125\"\n";
    let world = World::with(listen).await;
    let addresses = world.http.addresses();
    let get = |path: &'static str| Request::new("GET", path);
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(send(addresses[0], &get(path)).await.status, 404, "{path}");
        assert_eq!(send(addresses[1], &get(path)).await.status, 200, "{path}");
    }
    assert_eq!(send(addresses[1], &crate::world::signed("/totp/a", "{}")).await.status, 404);
    assert_eq!(send(addresses[0], &crate::world::signed("/totp/a", "{}")).await.status, 200);
}

fn promtool(arguments: &[&str], input: &[u8]) {
    let mut child = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is missing: apt-get install prometheus");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("should") && !said.contains("no help"), "{said}");
}

/// The page of a relay that has seen everything.
async fn full_page() -> String {
    let world = World::new().await;
    let mailbox = inbox();
    world.arrive(IDENTIFIER, "482913").await;
    world.ask(IDENTIFIER, "a").await;
    let second = Duration::from_secs(1);
    let now = jiff::Timestamp::now();
    let steps = otp_relay::events::Steps { arrived_at: now, seen_at: now, fetched_at: now, extracted_at: now };
    for event in [
        Event::MailboxAdded { mailbox: &mailbox, limit: Duration::from_secs(60) },
        Event::MailboxWatched { mailbox: &mailbox, how: "idle", next_uid: 1 },
        Event::MailSeen {
            mailbox: &mailbox,
            uid: 1,
            outcome: "found",
            rule: None,
            reason: "",
            identifier: None,
            steps,
        },
        Event::Delivered {
            delivery: 1,
            inbox: "agents",
            identifier: IDENTIFIER,
            kind: "code",
            attempts: 1,
            since_arrival: second,
            since_seen: None,
            since_commit: second,
        },
        Event::MailboxLost { mailbox: &mailbox, cause: "bye", reason: "", retry_in: second },
        Event::CanarySeen { mailbox: &mailbox, took: second },
        Event::CanaryMissed { mailbox: &mailbox, reason: "" },
    ] {
        world.events.emit(event);
    }
    world.get("/metrics").await.text()
}

#[tokio::test]
async fn promtool_finds_nothing_wrong_with_the_metrics() {
    promtool(&["check", "metrics"], full_page().await.as_bytes());
}

#[test]
fn promtool_finds_nothing_wrong_with_the_alert_rules() {
    promtool(&["check", "rules", "docs/monitoring/alerts.yml"], b"");
    promtool(&["test", "rules", "docs/monitoring/alerts_test.yml"], b"");
}

/// Every query of the dashboard, with Grafana's variables filled in.
fn queries(dashboard: &serde_json::Value) -> Vec<String> {
    let inner: Box<dyn Iterator<Item = &serde_json::Value>> = match dashboard {
        serde_json::Value::Object(object) => Box::new(object.values()),
        serde_json::Value::Array(array) => Box::new(array.iter()),
        _ => return Vec::new(),
    };
    let own = dashboard.get("expr").and_then(|expr| expr.as_str());
    let own = own.map(|expr| expr.replace("$__rate_interval", "5m").replace("$instance", ".*"));
    own.into_iter().chain(inner.flat_map(queries)).collect()
}

#[test]
fn promtool_can_read_every_query_of_the_dashboard() {
    let dashboard = std::fs::read_to_string("docs/monitoring/dashboard.json").unwrap();
    let queries = queries(&serde_json::from_str(&dashboard).unwrap());
    assert!(queries.len() > 20, "{queries:?}");
    assert!(queries.iter().all(|query| !query.contains('$')), "{queries:?}");
    let rules: Vec<_> = (queries.iter().enumerate())
        .map(|(n, query)| serde_json::json!({ "record": format!("dashboard:query_{n}"), "expr": query }))
        .collect();
    // JSON is YAML.
    let file = serde_json::json!({ "groups": [{ "name": "dashboard", "rules": rules }] });
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("dashboard.yml");
    std::fs::write(&path, file.to_string()).unwrap();
    promtool(&["check", "rules", path.to_str().unwrap()], b"");
}

#[test]
fn every_alert_is_seen_to_be_raised() {
    let read = |file: &str| std::fs::read_to_string(format!("docs/monitoring/{file}")).unwrap();
    let (alerts, tests) = (read("alerts.yml"), read("alerts_test.yml"));
    let raised: Vec<&str> = tests
        .split("alertname: ")
        .skip(1)
        .filter(|test| test.lines().nth(1).is_some_and(|line| line.trim() == "exp_alerts:"))
        .filter_map(|test| test.lines().next())
        .collect();
    let names: Vec<&str> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(raised.contains(&name), "alerts_test.yml never raises {name}");
    }
}

/// Every metric that a text names.
fn named(text: &str) -> std::collections::BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !is_name(c)).filter(|word| word.starts_with("otp_relay_")).map(str::to_owned).collect()
}

#[tokio::test]
async fn dashboard_alerts_and_document_name_the_metrics_that_there_are() {
    let page = full_page().await;
    let known: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let dashboard = std::fs::read_to_string("docs/monitoring/dashboard.json").unwrap();
    serde_json::from_str::<serde_json::Value>(&dashboard).expect("the dashboard is JSON");
    let alerts = std::fs::read_to_string("docs/monitoring/alerts.yml").unwrap();
    let names = named(&format!("{dashboard}{alerts}"));
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|tail| name.strip_suffix(tail)).unwrap_or(&name);
        assert!(known.iter().any(|known| *known == name || *known == base), "there is no {name}");
    }
    let document = std::fs::read_to_string("docs/monitoring/README.md").unwrap();
    let documented: Vec<&str> = document
        .lines()
        .filter(|line| line.starts_with("| `") && !line.starts_with("| `/"))
        .flat_map(|line| line.split('|').nth(1).unwrap().split('`').skip(1).step_by(2))
        .collect();
    let ours: Vec<&str> = known.iter().filter_map(|name| name.strip_prefix("otp_relay_")).collect();
    for name in &ours {
        assert!(documented.contains(name), "docs/monitoring/README.md does not say what {name} is");
    }
    for name in documented {
        assert!(ours.contains(&name), "docs/monitoring/README.md describes {name}, which there is not");
    }
}

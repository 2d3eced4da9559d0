use std::collections::BTreeMap;

use super::*;
use crate::events::{Events, Steps};

fn mailbox(name: &str) -> MailboxId {
    MailboxId { inbox: "agents".into(), mailbox: name.into() }
}

fn steps() -> Steps {
    let now = Timestamp::now();
    Steps { arrived_at: now, seen_at: now, fetched_at: now, extracted_at: now }
}

fn seen(events: &Events, mailbox: &MailboxId, outcome: &'static str) {
    events.emit(Event::MailSeen {
        mailbox,
        uid: 1,
        outcome,
        rule: None,
        reason: "",
        identifier: Some("agent@example.com"),
        steps: steps(),
    });
}

fn delivered(events: &Events, kind: &'static str) {
    events.emit(Event::Delivered {
        delivery: 1,
        inbox: "agents",
        identifier: "agent@example.com",
        kind,
        attempts: 1,
        since_arrival: Duration::from_millis(800),
        since_seen: Some(Duration::from_millis(30)),
        since_commit: Duration::from_millis(20),
    });
}

fn page(events: &Events) -> String {
    events.metrics().page(&events.board(), &Now { healthy: true, ..Now::default() }, Format::Prometheus)
}

/// The value of a series, written as on the page.
fn value(page: &str, series: &str) -> Option<f64> {
    page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn events_are_counted_by_what_they_are() {
    let events = Events::default();
    let inbox = mailbox("INBOX");
    events.emit(Event::MailboxAdded { mailbox: &inbox, limit: Duration::from_secs(60) });
    events.emit(Event::MailboxWatched { mailbox: &inbox, how: "idle", next_uid: 1 });
    seen(&events, &inbox, "found");
    seen(&events, &inbox, "found");
    seen(&events, &inbox, "nothing");
    delivered(&events, "code");
    delivered(&events, "body");
    let retry_in = Duration::from_secs(1);
    events.emit(Event::MailPostponed { mailbox: &inbox, uid: 4, reason: "DNS did not answer", retry_in });
    events.emit(Event::MailboxLost { mailbox: &inbox, cause: "timeout", reason: "", retry_in });
    events.emit(Event::PullRefused { reason: "wrong", from: "192.0.2.1", told: None });
    let page = page(&events);
    for (series, expected) in [
        ("otp_relay_healthy", 1.0),
        ("otp_relay_mails_total{inbox=\"agents\",mailbox=\"INBOX\",outcome=\"found\"}", 2.0),
        ("otp_relay_mails_total{inbox=\"agents\",mailbox=\"INBOX\",outcome=\"nothing\"}", 1.0),
        ("otp_relay_mails_total{inbox=\"agents\",mailbox=\"INBOX\",outcome=\"refused\"}", 0.0),
        ("otp_relay_mails_postponed_total{inbox=\"agents\",mailbox=\"INBOX\"}", 1.0),
        ("otp_relay_mailbox_connected{inbox=\"agents\",mailbox=\"INBOX\"}", 0.0),
        ("otp_relay_mailbox_reconnects_total{inbox=\"agents\",mailbox=\"INBOX\",cause=\"timeout\"}", 1.0),
        ("otp_relay_deliveries_total{destination=\"skyvern\",verdict=\"delivered\"}", 2.0),
        ("otp_relay_deliveries_total{destination=\"skyvern\",verdict=\"expired\"}", 0.0),
        ("otp_relay_delivery_duration_seconds_count{destination=\"skyvern\"}", 2.0),
        ("otp_relay_step_duration_seconds_bucket{le=\"0.025\",step=\"accepted\"}", 2.0),
        ("otp_relay_step_duration_seconds_count{step=\"seen\"}", 3.0),
        // The body is read by Skyvern's language model.
        ("otp_relay_llm_parses_avoided_total", 1.0),
        ("otp_relay_pull_signature_failures_total{reason=\"wrong\"}", 1.0),
        ("otp_relay_pull_signature_failures_total{reason=\"missing\"}", 0.0),
    ] {
        assert_eq!(value(&page, series), Some(expected), "{series}\n{page}");
    }
    assert!(
        value(&page, "otp_relay_mailbox_last_contact_timestamp_seconds{inbox=\"agents\",mailbox=\"INBOX\"}")
            > Some(1.6e9)
    );
    assert!(value(&page, "process_resident_memory_bytes") > Some(1e6), "{page}");
    assert!(value(&page, "process_cpu_seconds_total").is_some(), "{page}");
}

#[test]
fn an_unknown_word_adds_no_series_of_its_own() {
    let events = Events::default();
    let inbox = mailbox("INBOX");
    for cause in ["new-one", "another", "third"] {
        events.emit(Event::MailboxLost { mailbox: &inbox, cause, reason: "", retry_in: Duration::ZERO });
        seen(&events, &inbox, cause);
        events.emit(Event::HttpAnswered { endpoint: cause, status: 404 });
    }
    let page = page(&events);
    assert_eq!(
        value(&page, "otp_relay_mailbox_reconnects_total{inbox=\"agents\",mailbox=\"INBOX\",cause=\"other\"}"),
        Some(3.0)
    );
    assert_eq!(value(&page, "otp_relay_http_requests_total{endpoint=\"other\",code=\"404\"}"), Some(3.0));
    assert!(!page.contains("another"), "{page}");
}

#[test]
fn a_mailbox_that_is_dropped_leaves_no_series() {
    let events = Events::default();
    let (inbox, junk) = (mailbox("INBOX"), mailbox("Junk"));
    for mailbox in [&inbox, &junk] {
        events.emit(Event::MailboxAdded { mailbox, limit: Duration::from_secs(60) });
        seen(&events, mailbox, "found");
        events.emit(Event::LoginRejected { mailbox, reason: "", retry_in: Duration::ZERO });
        events.emit(Event::CanarySeen { mailbox, took: Duration::ZERO });
        events.emit(Event::CanaryMissed { mailbox, reason: "" });
    }
    assert!(page(&events).contains("Junk"));
    events.emit(Event::MailboxDropped { mailbox: &junk });
    let page = page(&events);
    assert!(!page.contains("Junk"), "{page}");
    assert!(page.contains("INBOX"));
}

#[test]
fn the_destination_has_the_name_it_is_given_last() {
    let events = Events::default();
    delivered(&events, "code");
    events.metrics().name_destination("skyvern.example.com");
    delivered(&events, "code");
    let page = page(&events);
    assert!(!page.contains("destination=\"skyvern\""), "{page}");
    let series = "otp_relay_deliveries_total{destination=\"skyvern.example.com\",verdict=\"delivered\"}";
    assert_eq!(value(&page, series), Some(1.0));
}

#[test]
fn a_clock_that_is_behind_the_servers_does_not_count_backwards() {
    let events = Events::default();
    let now = Timestamp::now();
    let ahead = now + jiff::SignedDuration::from_secs(30);
    let steps = Steps { arrived_at: ahead, seen_at: now, fetched_at: now, extracted_at: now };
    let inbox = mailbox("INBOX");
    events.emit(Event::MailSeen {
        mailbox: &inbox,
        uid: 1,
        outcome: "found",
        rule: None,
        reason: "",
        identifier: None,
        steps,
    });
    assert_eq!(value(&page(&events), "otp_relay_step_duration_seconds_sum{step=\"seen\"}"), Some(0.0));
}

#[test]
fn labels_are_escaped() {
    let events = Events::default();
    events.emit(Event::MailboxAdded { mailbox: &mailbox("a\"b\\c\nd"), limit: Duration::from_secs(60) });
    assert!(page(&events).contains(r#"mailbox="a\"b\\c\nd""#));
}

#[test]
fn both_formats_say_the_same_and_every_series_has_its_help_and_type() {
    let events = Events::default();
    let inbox = mailbox("INBOX");
    events.emit(Event::MailboxAdded { mailbox: &inbox, limit: Duration::from_secs(60) });
    seen(&events, &inbox, "found");
    delivered(&events, "code");
    let open = events.metrics().page(&events.board(), &Now::default(), Format::OpenMetrics);
    assert!(open.ends_with("# EOF\n"));
    assert!(open.contains("# TYPE otp_relay_mails counter\n"));
    let plain = page(&events);
    let mut types = BTreeMap::new();
    for line in plain.lines() {
        if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            assert!(plain.contains(&format!("# HELP {name} ")), "{name} has no help");
            assert!(types.insert(name, kind).is_none(), "{name} is declared twice");
        } else if !line.starts_with('#') {
            let name = line.split(['{', ' ']).next().unwrap();
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|tail| name.strip_suffix(tail));
            let kind = types.get(name).or_else(|| base.and_then(|base| types.get(base)));
            let kind = kind.unwrap_or_else(|| panic!("{name} has no type"));
            assert_eq!(*kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
        }
    }
    let series = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(series(&open), series(&plain));
    assert!(types.len() > 25, "{types:?}");
}

#[test]
fn who_asks_for_openmetrics_gets_it() {
    let accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3";
    assert_eq!(Format::of_accept(Some(accept)), Format::OpenMetrics);
    assert_eq!(Format::of_accept(Some("*/*")), Format::Prometheus);
    assert_eq!(Format::of_accept(None), Format::Prometheus);
}

//! The listening side: could the daemon listen there, is its certificate good, and what would it serve?

use std::collections::HashSet;
use std::io;

use jiff::{SignedDuration, Timestamp};

use super::Line;
use crate::config::certificate::{self, Summary};
use crate::config::{Address, Authenticator, CertificateFiles, Config, Listen};
use crate::daemon::control;
use crate::http;

/// A certificate that ends so soon is a warning.
const ENDS_SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
/// From here on every user may listen (ip(7)).
const FIRST_FREE_PORT: u16 = 1024;

/// One line for each thing that can be wrong; none where nothing listens. Keys and secrets were read with the configuration.
pub(super) async fn lines(config: &Config) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(listen) = &config.listen {
        let held = held_by_the_daemon(config).await;
        lines.push(address("address", &listen.address, &held));
        lines.extend(listen.monitoring.as_ref().map(|monitoring| address("monitoring", monitoring, &held)));
        lines.extend(listen.tls.as_ref().map(|files| certificate(files, Timestamp::now())));
        lines.push(keys(listen));
    }
    lines.extend(config.authenticators.iter().map(|authenticator| served(authenticator, config.listen.is_some())));
    lines
}

fn line(step: &str, verdict: &'static str, detail: String) -> Line {
    Line { what: "listen".into(), step: step.into(), verdict, detail, advice: None, took_ms: 0 }
}

/// Where the running daemon listens.
async fn held_by_the_daemon(config: &Config) -> HashSet<String> {
    let status = control::status(&config.service.socket).await;
    status.map(|status| status.board.listening.into_iter().map(|place| place.address).collect()).unwrap_or_default()
}

fn address(step: &str, address: &Address, held: &HashSet<String>) -> Line {
    let name = match address {
        Address::Tcp(address) => address.to_string(),
        Address::Unix(path) => format!("unix:{}", path.display()),
        Address::Systemd => {
            let detail = "systemd hands it over at the start: `systemctl status otp-relay.socket`";
            return line(step, "skipped", detail.into());
        }
    };
    if held.contains(&name) {
        return line(step, "ok", format!("{name}, in use by the running daemon"));
    }
    match (http::try_out(address), address) {
        (Ok(()), Address::Tcp(address)) if address.port() < FIRST_FREE_PORT => line(
            step,
            "warning",
            format!(
                "{name} is free for this user, but ports below {FIRST_FREE_PORT} are not for the daemon's: have systemd listen there (docs/pull.md)"
            ),
        ),
        (Ok(()), _) => line(step, "ok", format!("{name} is free")),
        (Err(error), _) => line(step, "failed", format!("{name}: {}", why(&error))),
    }
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another process listens there (`ss -lptn` names it)".into(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".into(),
        io::ErrorKind::PermissionDenied => "this user may not listen there".into(),
        io::ErrorKind::NotFound => {
            "its directory does not exist yet (systemd's RuntimeDirectory= makes /run/otp-relay)".into()
        }
        _ => error.to_string(),
    }
}

fn certificate(files: &CertificateFiles, now: Timestamp) -> Line {
    let certified = match certificate::read(&files.cert, &files.key) {
        Ok(certified) => certified,
        Err(error) => return line("certificate", "failed", error.to_string()),
    };
    let summary = certified.cert.first().map(|der| Summary::of(der)).unwrap_or_default();
    let (verdict, detail) = judged(&summary, now);
    line("certificate", verdict, format!("{}: {detail}", files.cert.display()))
}

fn judged(summary: &Summary, now: Timestamp) -> (&'static str, String) {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let issuer = summary.issuer.as_deref().map(|issuer| format!(", issued by {issuer}")).unwrap_or_default();
    match (summary.not_before, summary.not_after) {
        (Some(begins), _) if begins > now => ("failed", format!("it is valid from {} only{issuer}", day(begins))),
        (_, Some(ends)) if ends <= now => ("failed", format!("it ended on {}{issuer}", day(ends))),
        (_, Some(ends)) if ends.duration_since(now) < ENDS_SOON => {
            ("warning", format!("it ends soon, on {}{issuer}", day(ends)))
        }
        (_, Some(ends)) => ("ok", format!("it fits its key and is valid until {}{issuer}", day(ends))),
        (_, None) => ("warning", "it fits its key, but does not say until when it is valid".into()),
    }
}

fn keys(listen: &Listen) -> Line {
    let of = |count: usize| match count {
        1 => "one API key".to_owned(),
        count => format!("{count} API keys"),
    };
    let own = match listen.pulls.len() {
        0 => String::new(),
        1 => ", and one [[pull]] has its own".to_owned(),
        pulls => format!(", and {pulls} [[pull]] have their own"),
    };
    line("keys", "ok", format!("requests are signed with {}{own}", of(listen.api_keys.len())))
}

fn served(authenticator: &Authenticator, listens: bool) -> Line {
    let step = format!("authenticator {}", authenticator.identifier);
    if listens {
        line(&step, "ok", "its secret makes codes".into())
    } else {
        line(&step, "warning", "its secret makes codes, but without [listen] no run can ask for them".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_certificate_is_judged_by_its_time() {
        let summary = |from: &str, until: &str| Summary {
            issuer: Some("Example Authority".into()),
            not_before: Some(at(from)),
            not_after: Some(at(until)),
        };
        let now = at("2026-06-15T12:00:00Z");
        let table = [
            ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "ok"),
            ("2026-01-01T00:00:00Z", "2026-06-20T00:00:00Z", "warning"),
            ("2026-01-01T00:00:00Z", "2026-06-15T11:59:59Z", "failed"),
            ("2026-06-16T00:00:00Z", "2027-01-01T00:00:00Z", "failed"),
        ];
        for (from, until, expected) in table {
            let (verdict, detail) = judged(&summary(from, until), now);
            assert_eq!(verdict, expected, "{detail}");
            assert!(detail.contains("Example Authority"), "{detail}");
        }
        assert_eq!(judged(&Summary::default(), now).0, "warning");
    }

    #[test]
    fn an_address_that_is_taken_is_told_unless_the_daemon_has_it() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let at = taken.local_addr().unwrap();
        let found = address("address", &Address::Tcp(at), &HashSet::new());
        assert_eq!(found.verdict, "failed");
        assert!(found.detail.contains("another process listens there"), "{}", found.detail);
        let found = address("address", &Address::Tcp(at), &HashSet::from([at.to_string()]));
        assert_eq!((found.verdict, found.detail.ends_with("in use by the running daemon")), ("ok", true));
        drop(taken);
        assert_eq!(address("address", &Address::Tcp(at), &HashSet::new()).verdict, "ok");
        // Of the documentation's (RFC 5737), and so nobody's.
        let nowhere = address("address", &Address::Tcp("192.0.2.1:8025".parse().unwrap()), &HashSet::new());
        assert!(nowhere.detail.contains("no such address"), "{}", nowhere.detail);
    }

    #[test]
    fn a_unix_socket_is_tried_without_making_it() {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("http.sock");
        let tried = |path: &std::path::Path| address("address", &Address::Unix(path.to_owned()), &HashSet::new());
        assert_eq!(tried(&socket).verdict, "ok");
        assert!(!socket.exists());
        let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(tried(&socket).verdict, "failed");
        drop(listener);
        assert_eq!(tried(&socket).verdict, "ok");
        assert!(socket.exists(), "what a dead daemon left is its successor's to remove");
        assert!(tried(&directory.path().join("missing/http.sock")).detail.contains("does not exist"));
        let file = directory.path().join("file");
        std::fs::write(&file, "precious").unwrap();
        assert!(tried(&file).detail.contains("no socket"));
    }
}

//! The systemd unit: as hardened as it claims, and the real binary lives in it.

mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use support::booted::{Booted, Files, obstacle};
use support::dovecot::{Dovecot, HOST, PASSWORD, USER};
use support::mails::code_mail;
use support::relay::RULE;
use support::skyvern_fake::{API_KEY, SkyvernFake};
use support::wait::until_true;

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/systemd/otp-relay.service");
const SERVICE: &str = "otp-relay.service";

#[test]
fn its_exposure_is_at_most_1_5() {
    let output = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", UNIT])
        .env("SYSTEMD_COLORS", "0")
        .env("SYSTEMD_EMOJI", "0")
        .output()
        .expect("this test needs systemd-analyze: install systemd (make test does it)");
    let report = String::from_utf8_lossy(&output.stdout);
    let score = report.split("Overall exposure level").nth(1).and_then(|rest| rest.split_whitespace().nth(2));
    let score: f64 = score.and_then(|score| score.parse().ok()).unwrap_or_else(|| panic!("no score in:\n{report}"));
    assert!(score <= 1.5, "the exposure is {score}:\n{report}");
}

#[test]
fn systemd_finds_no_fault_in_it_nor_in_the_socket_unit_that_the_document_offers() {
    // With a binary that exists on this machine, and without a manual page that is not installed yet.
    let unit = std::fs::read_to_string(UNIT).expect("failed to read the unit");
    let unit = unit.replace("/usr/bin/otp-relay", env!("CARGO_BIN_EXE_otp-relay")).replace("Documentation=man:", "#");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join(SERVICE);
    std::fs::write(&path, unit).expect("failed to write");
    let socket = directory.path().join("otp-relay.socket");
    std::fs::copy("docs/pull/otp-relay.socket", &socket).expect("failed to copy the socket unit");
    let verify = Command::new("systemd-analyze").args(["verify", "--man=no"]).args([&path, &socket]).output();
    let output = verify.expect("systemd-analyze");
    let complaints = String::from_utf8_lossy(&output.stderr);
    let about_it: Vec<&str> = complaints.lines().filter(|line| line.contains("otp-relay")).collect();
    assert!(output.status.success() && about_it.is_empty(), "{complaints}");
}

#[tokio::test]
async fn the_real_binary_lives_in_the_real_unit() {
    if let Some(obstacle) = obstacle() {
        eprintln!("\n!!! NOT TESTED: systemd can't be booted here ({obstacle}). It takes root and namespaces. !!!\n");
        return;
    }
    let (dovecot, skyvern) = (Dovecot::start().await, SkyvernFake::start().await);
    let systemd = Booted::boot(&files(&dovecot, &skyvern)).await;

    // Ready means ready: `start` returns only then. And it is nobody in particular.
    systemd.systemctl(&["start", SERVICE]);
    assert_eq!(systemd.property(SERVICE, "ActiveState"), "active");
    let owner =
        |path: &str| String::from_utf8(systemd.run(&["stat", "-L", "-c", "%U %a", path]).stdout).expect("UTF-8");
    assert_eq!(owner("/var/lib/otp-relay").trim(), "otp-relay 700");
    assert_eq!(owner("/var/lib/otp-relay/state.db").trim(), "otp-relay 600");

    // Credentials, TLS, the store and HTTP all work inside the walls.
    dovecot.until_idle(USER, 1).await;
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "100001")).await;
    skyvern.until_code("100001").await;

    // A shell finds it as the daemon's own surroundings do, and the credentials where systemd has them from.
    let status = systemd.run(&["otp-relay", "status"]);
    let said = String::from_utf8_lossy(&status.stdout).into_owned() + &String::from_utf8_lossy(&status.stderr);
    assert!(status.status.success() && said.contains("healthy"), "{said}");

    // Reload: the same process goes on.
    let pid = systemd.property(SERVICE, "MainPID");
    systemd.systemctl(&["reload", SERVICE]);
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "100002")).await;
    skyvern.until_code("100002").await;
    assert_eq!(systemd.property(SERVICE, "MainPID"), pid);

    // The watchdog (15 s here) bites a daemon that hangs, and none that doesn't.
    assert_eq!(systemd.property(SERVICE, "NRestarts"), "0", "fed by a daemon that does nothing but wait");
    systemd.systemctl(&["kill", "--signal=STOP", SERVICE]);
    until_true("the watchdog has restarted it", || systemd.property(SERVICE, "NRestarts") == "1").await;
    until_true("it is active again", || systemd.property(SERVICE, "ActiveState") == "active").await;
    dovecot.deliver(USER, "INBOX", &code_mail(USER, "100003")).await;
    skyvern.until_code("100003").await;
    let sent: Vec<_> = skyvern.codes().into_iter().map(|(_, code)| code).collect();
    assert_eq!(sent, ["100001", "100002", "100003"]);

    // Stop: in good order.
    let start = Instant::now();
    systemd.systemctl(&["stop", SERVICE]);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(systemd.property(SERVICE, "Result"), "success");

    // A configuration that is wrong is not tried again and again.
    let broken = "echo 'nonsense = 1' >> /etc/otp-relay/otp-relay.toml";
    assert!(systemd.run(&["sh", "-c", broken]).status.success());
    assert!(!systemd.run(&["systemctl", "start", SERVICE]).status.success());
    assert_eq!(systemd.property(SERVICE, "ExecMainStatus"), "78");
    assert_eq!(systemd.property(SERVICE, "ActiveState"), "failed");

    let journal = systemd.journal();
    assert!(!journal.contains("100001") && !journal.contains(PASSWORD), "{journal}");
}

fn files(dovecot: &Dovecot, skyvern: &SkyvernFake) -> Files {
    let files = Files::new();
    files.copy("/usr/bin/otp-relay", Path::new(env!("CARGO_BIN_EXE_otp-relay")));
    files.copy("/etc/systemd/system/otp-relay.service", Path::new(UNIT));
    // Some seconds rather than a minute, and a credential with a path.
    let drop_in = "[Service]\nWatchdogSec=15s\nRestartSec=100ms\nLoadCredential=agents-password:/etc/otp-relay/credentials/agents\n";
    files.write("/etc/systemd/system/otp-relay.service.d/test.conf", drop_in);
    files.write("/etc/credstore/skyvern-api-key", API_KEY);
    files.write("/etc/otp-relay/credentials/agents", PASSWORD);
    files.copy("/etc/otp-relay/ca.pem", &dovecot.pki().ca);
    files.write(
        "/etc/otp-relay/otp-relay.toml",
        format!(
            "[skyvern]\nbase_url = \"{}\"\napi_key = {{ credential = \"skyvern-api-key\" }}\n\n\
             [[inbox]]\nname = \"agents\"\nhost = \"{HOST}\"\nport = {}\nca = \"/etc/otp-relay/ca.pem\"\n\
             username = \"{USER}\"\npassword = {{ credential = \"agents-password\" }}\n{RULE}",
            skyvern.base_url(),
            dovecot.imaps_port(),
        ),
    );
    files
}

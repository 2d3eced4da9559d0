//! What an idle inbox costs.

use std::process::{Child, Command, Stdio};

use crate::support::pki::Pki;
use crate::support::scripted::{PASSWORD, Scripted};
use crate::support::wait::until_true;

/// The daemon with so many inboxes on one TLS server; its resident memory in KiB once all of them IDLE.
async fn resident(inboxes: usize) -> u64 {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let pki = Pki::create(directory.path());
    let server = Scripted::start_tls(&pki).await;
    server.model().username = None;
    let mut config = format!(
        "[skyvern]\nbase_url = \"http://127.0.0.1:9\"\napi_key = \"made-up\"\n[store]\nurl = \"sqlite://{}\"\n\
         [service]\nsocket = \"{}\"\n",
        at("state.db"),
        at("status.sock")
    );
    for n in 0..inboxes {
        config += &format!(
            "[[inbox]]\nname = \"inbox-{n}\"\nhost = \"localhost\"\nport = {}\ntls = \"implicit\"\nca = \"{}\"\n\
             username = \"agent-{n}@example.com\"\npassword = \"{PASSWORD}\"\ntotp_identifier = \"agent-{n}\"\n",
            server.port(),
            at("ca.pem"),
        );
    }
    std::fs::write(at("otp-relay.toml"), config).expect("a configuration");
    std::fs::set_permissions(at("otp-relay.toml"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("mode");
    let daemon = Daemon(
        Command::new(env!("CARGO_BIN_EXE_otp-relay"))
            .args(["run", "--config", &at("otp-relay.toml")])
            .stdin(Stdio::null())
            .spawn()
            .expect("failed to start the daemon"),
    );
    until_true("all inboxes IDLE", || server.model().idling == inboxes).await;
    daemon.resident()
}

struct Daemon(Child);

impl Daemon {
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn an_idle_inbox_under_tls_costs_little() {
    let few = resident(20).await;
    let many = resident(420).await;
    let each = (many.saturating_sub(few)) / 400;
    println!("20 inboxes: {few} KiB, 420 inboxes: {many} KiB, each {each} KiB");
    assert!(each <= 60, "{each} KiB an inbox");
}

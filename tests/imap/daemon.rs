//! What the whole daemon costs while it waits, and what it says when a server makes the parser panic.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::support::mails::code_mail;
use crate::support::pki::Pki;
use crate::support::scripted::{Act, PASSWORD, Scripted, USER};
use crate::support::wait::until_true;

/// `otp-relay run` with some inboxes on one TLS server.
struct Daemon {
    process: Child,
    directory: TempDir,
}

impl Daemon {
    /// Starts the server as well; anybody with the password may log in.
    async fn start(inboxes: usize, level: &str) -> (Self, Scripted) {
        let directory = tempfile::tempdir().expect("a directory");
        let at = |name: &str| directory.path().join(name);
        let pki = Pki::create(directory.path());
        let server = Scripted::start_tls(&pki).await;
        server.model().username = None;
        let mut config = format!(
            "[skyvern]\nbase_url = \"http://127.0.0.1:9\"\napi_key = \"made-up\"\n[store]\nurl = \"sqlite://{}\"\n\
             [service]\nsocket = \"{}\"\n",
            at("state.db").display(),
            at("status.sock").display()
        );
        for n in 0..inboxes {
            let _ = write!(
                config,
                "[[inbox]]\nname = \"inbox-{n}\"\nhost = \"localhost\"\nport = {}\ntls = \"implicit\"\nca = \"{}\"\n\
                 username = \"agent-{n}@example.com\"\npassword = \"{PASSWORD}\"\ntotp_identifier = \"agent-{n}\"\n",
                server.port(),
                pki.ca.display(),
            );
        }
        fs::write(at("otp-relay.toml"), config).expect("a configuration");
        fs::set_permissions(at("otp-relay.toml"), fs::Permissions::from_mode(0o600)).expect("permissions");
        let process = Command::new(env!("CARGO_BIN_EXE_otp-relay"))
            .arg("run")
            .arg("--config")
            .arg(at("otp-relay.toml"))
            .args(["--log-level", level])
            .stdin(Stdio::null())
            .stderr(File::create(at("log")).expect("a log"))
            .spawn()
            .expect("failed to start the daemon");
        (Self { process, directory }, server)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    /// Resident memory in KiB.
    fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("The daemon said:\n{}", self.log());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn an_idle_inbox_under_tls_costs_little() {
    let resident = async |inboxes| {
        let (daemon, server) = Daemon::start(inboxes, "info").await;
        until_true("all inboxes IDLE", || server.model().idling == inboxes).await;
        daemon.resident()
    };
    let few = resident(20).await;
    let many = resident(520).await;
    let each = many.saturating_sub(few) / 500;
    println!("20 inboxes: {few} KiB, 520 inboxes: {many} KiB, each {each} KiB");
    assert!(each <= 60, "{each} KiB an inbox");
}

#[tokio::test]
async fn neither_panics_nor_traces_tell_what_the_server_sent() {
    let (daemon, server) = Daemon::start(1, "trace").await;
    until_true("it IDLEs", || server.model().idling == 1).await;
    // The parser panics in the middle of this text, and its panic would quote it.
    server.fault("UID FETCH", Act::Say("* OK [ALERT]ü your code is 482913\r\n".into()));
    server.fault("UID FETCH", Act::Say("* your code is 482913\r\n".into()));
    server.deliver(&code_mail(USER, "482913"));
    until_true("the mail is looked at", || daemon.log().contains(" uid=1 ")).await;
    let log = daemon.log();
    assert!(log.contains("something panicked"), "{log}");
    assert!(!log.contains("482913") && !log.contains(PASSWORD), "{log}");
    let base64 = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("\0agent-0@example.com\0{PASSWORD}"),
    );
    assert!(server.said().concat().iter().any(|line| line.contains(&base64)), "the password was sent like this");
    assert!(!log.contains(&base64), "{log}");
}

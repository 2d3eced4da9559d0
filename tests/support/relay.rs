//! The real binary as a child process, with a configuration and a store of its own. What it writes is kept over all its
//! lives, at the finest log level, so that any test can look for what must not be in it.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use super::dovecot::{Dovecot, HOST, PASSWORD, USER, signal};
use super::skyvern_fake::{API_KEY, SkyvernFake};
use super::wait::{LIMIT, until, until_true};

/// What finds the codes of [`super::mails::code_mail`], whatever built-in detection makes of them.
pub const RULE: &str = "
[[rule]]
name = \"verification\"
subject = '^Your verification code$'
code = 'verification code is (?<code>[0-9]{6})'
";

/// A relay, running or not.
#[derive(Debug)]
pub struct Relay {
    child: Option<Child>,
    directory: TempDir,
    skyvern: String,
    /// What the binary is started with: `unshare …`, say.
    wrapper: Vec<String>,
    log_format: &'static str,
}

/// An `[[inbox]]` for a user of `dovecot`, over implicit TLS; `more` follows its keys.
pub fn inbox_of(dovecot: &Dovecot, name: &str, user: &str, password: &str, more: &str) -> String {
    format!(
        "[[inbox]]\nname = \"{name}\"\nhost = \"{HOST}\"\nport = {}\ntls = \"implicit\"\nca = \"{}\"\n\
         username = \"{user}\"\npassword = \"{password}\"\n{more}\n",
        dovecot.imaps_port(),
        dovecot.pki().ca.display(),
    )
}

/// [`inbox_of`] the one user of a [`Dovecot::start`]; its name is `agents`.
pub fn inbox(dovecot: &Dovecot, more: &str) -> String {
    inbox_of(dovecot, "agents", USER, PASSWORD, more)
}

impl Relay {
    /// Not started yet.
    pub fn new(skyvern: &SkyvernFake, inboxes: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("otp-relay-e2e-").tempdir().expect("a directory");
        fs::create_dir(directory.path().join("state")).expect("failed to create a directory");
        let ca = skyvern.ca().map(|ca| format!("ca = \"{}\"\n", ca.display())).unwrap_or_default();
        let url = skyvern.base_url();
        let skyvern = format!("[skyvern]\nbase_url = \"{url}\"\napi_key = \"{API_KEY}\"\ntimeout = \"2s\"\n{ca}");
        let relay = Self { child: None, directory, skyvern, wrapper: Vec::new(), log_format: "text" };
        relay.configure(inboxes);
        relay
    }

    /// Started, and every mailbox is watched.
    pub async fn watching(skyvern: &SkyvernFake, inboxes: &str) -> Self {
        let mut relay = Self::new(skyvern, inboxes);
        relay.start();
        relay.until_watching().await;
        relay
    }

    /// Rewrites the configuration; a running relay has to be told.
    pub fn configure(&self, inboxes: &str) {
        let (state, skyvern) = (self.state(), &self.skyvern);
        let (store, socket) = (state.join("state.db"), self.socket());
        let text = format!(
            "{skyvern}\n[store]\nurl = \"sqlite://{}\"\n\n[service]\nsocket = \"{}\"\n\n{inboxes}{RULE}",
            store.display(),
            socket.display()
        );
        // It holds passwords: readable by nobody else, or it is refused.
        let mut file = fs::File::options()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(self.config())
            .expect("failed to write the configuration");
        file.write_all(text.as_bytes()).expect("failed to write the configuration");
    }

    /// From the next start on, the binary is run by this command.
    pub fn wrap(&mut self, wrapper: &[&str]) {
        self.wrapper = wrapper.iter().map(ToString::to_string).collect();
    }

    /// From the next start on, the log is JSON.
    pub fn log_json(&mut self) {
        self.log_format = "json";
    }

    pub fn start(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = fs::File::options().create(true).append(true).open(self.log_path()).expect("a log");
        let mut words = self.wrapper.iter().map(String::as_str).chain([env!("CARGO_BIN_EXE_otp-relay")]);
        let child = Command::new(words.next().expect("a program"))
            .args(words)
            .args(["run", "--log-level", "trace", "--log-format", self.log_format, "--config"])
            .arg(self.config())
            .env("RUST_LOG", "trace")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("failed to start otp-relay");
        self.child = Some(child);
    }

    /// Waits until every mailbox is in IDLE or polled.
    pub async fn until_watching(&mut self) {
        self.until_status("every mailbox is watched", |status| {
            let mailboxes = status["mailboxes"].as_array().cloned().unwrap_or_default();
            !mailboxes.is_empty()
                && mailboxes.iter().all(|mailbox| ["idle", "poll"].iter().any(|state| mailbox["state"] == *state))
        })
        .await;
    }

    /// Waits until the daemon's status is as `wanted`.
    pub async fn until_status(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        until(what, || {
            self.check_alive();
            self.status().filter(&wanted)
        })
        .await
    }

    /// What `otp-relay status --json` would print; `None` while nobody answers.
    pub fn status(&self) -> Option<Value> {
        let mut socket = UnixStream::connect(self.socket()).ok()?;
        socket.set_read_timeout(Some(LIMIT)).ok()?;
        socket.write_all(b"\"status\"\n").ok()?;
        let mut text = String::new();
        socket.read_to_string(&mut text).ok()?;
        let mut answer: Value = serde_json::from_str(&text).ok()?;
        Some(answer["status"].take())
    }

    /// The rows of `otp-relay history --json`, oldest first.
    pub fn history(&self) -> Vec<Value> {
        let output = self.command(&["history", "--json"]);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
    }

    /// Waits until history has `count` rows and none is queued.
    pub async fn until_settled(&self, count: usize) -> Vec<Value> {
        until(&format!("history has {count} settled rows"), || {
            let rows = self.history();
            let settled = rows.iter().filter(|row| row["delivery"]["state"] != "queued").count();
            (settled >= count).then_some(rows)
        })
        .await
    }

    /// Runs another subcommand with the same configuration.
    pub fn command(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_otp-relay"))
            .args(arguments)
            .arg("--config")
            .arg(self.config())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("failed to run otp-relay")
    }

    /// SIGKILL: whatever it is doing, it ends here.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// SIGTERM; its exit status, and how long it took.
    pub async fn terminate(&mut self) -> (ExitStatus, Duration) {
        let mut child = self.child.take().expect("it does not run");
        let start = Instant::now();
        signal(child.id(), Signal::TERM);
        let status = until("otp-relay ends", || child.try_wait().expect("failed to wait")).await;
        (status, start.elapsed())
    }

    /// SIGHUP: read the configuration again.
    pub fn hang_up(&self) {
        signal(self.pid(), Signal::HUP);
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it does not run").id()
    }

    /// The exit status, once it has ended by itself.
    pub async fn until_ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it does not run");
        until("otp-relay ends", || child.try_wait().expect("failed to wait")).await
    }

    /// Everything it wrote in all its lives.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path()).unwrap_or_default()).into_owned()
    }

    /// Waits until the log holds `text`.
    pub async fn until_logged(&self, text: &str) {
        until_true(&format!("the log says {text:?}"), || self.log().contains(text)).await;
    }

    /// Where the store lies.
    pub fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn config(&self) -> PathBuf {
        self.path().join("otp-relay.toml")
    }

    fn socket(&self) -> PathBuf {
        self.path().join("status.sock")
    }

    fn log_path(&self) -> PathBuf {
        self.path().join("log")
    }

    fn check_alive(&mut self) {
        let ended = self.child.as_mut().and_then(|child| child.try_wait().expect("failed to wait"));
        if let Some(status) = ended {
            self.child = None;
            panic!("otp-relay ended with {status}");
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("otp-relay said:\n{}", self.log());
        }
    }
}

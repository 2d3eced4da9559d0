//! The measured processes: started with a configuration of their own, read through `/proc`, ended when dropped.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::probe::Task;

/// An inbox of the relay's configuration.
pub struct Inbox {
    user: String,
    port: u16,
    ca: PathBuf,
}

impl Inbox {
    pub fn new(user: &str, port: u16, ca: &Path) -> Self {
        Self { user: user.into(), port, ca: ca.into() }
    }
}

pub struct Child(std::process::Child);

impl Child {
    /// The real binary, as an operator runs it.
    pub fn relay(directory: &Path, inboxes: &[Inbox], skyvern: SocketAddr, skyvern_ca: &Path) -> Self {
        let mut config = format!(
            "[skyvern]\nbase_url = \"https://localhost:{}\"\napi_key = {{ env = \"BENCH_KEY\" }}\nca = \"{}\"\n\n\
             [store]\nurl = \"sqlite://{}\"\n\n\
             [[rule]]\nname = \"acme\"\nfrom = '@acme\\.example$'\ncode = 'code is (?<code>[0-9]{{6}})'\n",
            skyvern.port(),
            skyvern_ca.display(),
            directory.join("state.db").display(),
        );
        for (n, inbox) in inboxes.iter().enumerate() {
            let _ = write!(
                config,
                "\n[[inbox]]\nname = \"inbox{n}\"\nhost = \"localhost\"\nport = {}\nca = \"{}\"\nusername = \"{}\"\n\
                 password = {{ env = \"BENCH_PASSWORD\" }}\n",
                inbox.port,
                inbox.ca.display(),
                inbox.user,
            );
        }
        let path = directory.join("otp-relay.toml");
        std::fs::write(&path, config).expect("a configuration");
        let log = std::fs::File::create(directory.join("log")).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_otp-relay"))
            .arg("run")
            .arg("--config")
            .arg(path)
            .env("BENCH_KEY", "bench")
            .env("BENCH_PASSWORD", "secret")
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("otp-relay starts");
        Self(child)
    }

    pub fn probe(
        task: Task,
        imap: SocketAddr,
        skyvern: SocketAddr,
        imap_ca: &Path,
        skyvern_ca: &Path,
        user: &str,
    ) -> Self {
        let child = Command::new(std::env::current_exe().expect("this program"))
            .args([task.argument(), &imap.to_string(), &skyvern.to_string()])
            .args([imap_ca, skyvern_ca])
            .arg(user)
            .stdin(Stdio::null())
            .spawn()
            .expect("the probe starts");
        Self(child)
    }

    /// The relay's own record of each mail.
    pub fn history(&self, directory: &Path) -> Vec<serde_json::Value> {
        let output = Command::new(env!("CARGO_BIN_EXE_otp-relay"))
            .args(["history", "--json", "--config"])
            .arg(directory.join("otp-relay.toml"))
            .output()
            .expect("otp-relay history runs");
        String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Resident memory now, in bytes.
    pub fn memory(&self) -> f64 {
        self.status("VmRSS:")
    }

    /// The most resident memory so far, in bytes.
    pub fn peak_memory(&self) -> f64 {
        self.status("VmHWM:")
    }

    /// User and system time so far.
    pub fn cpu_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("the process runs");
        // After the name in parentheses: utime and stime are the 12th and 13th field, in ticks of 10 ms.
        let ticks: u64 = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Duration::from_millis(ticks * 10)
    }

    fn status(&self, key: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("the process runs");
        let line = status.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or_default() * 1024.0
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

//! A systemd of its own (`tests/systemd/boot`), and ways to run things beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use super::wait::until;

const BOOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/systemd/boot");

/// A booted systemd; ends when dropped.
#[derive(Debug)]
pub struct Booted {
    boot: Child,
    /// Process 1, as seen from here.
    init: u32,
}

/// What is laid over the machine before it boots.
#[derive(Debug)]
pub struct Files(TempDir);

impl Files {
    pub fn new() -> Self {
        Self(tempfile::Builder::new().prefix("otp-relay-boot-").tempdir().expect("a directory"))
    }

    /// Puts `content` at `path`, which is absolute.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        fs::write(self.prepare(path), content).expect("failed to write");
    }

    /// Puts a copy of `from` at `path`, which is absolute.
    pub fn copy(&self, path: &str, from: &Path) {
        fs::copy(from, self.prepare(path)).expect("failed to copy");
    }

    fn prepare(&self, path: &str) -> PathBuf {
        let path = self.0.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().expect("an absolute path")).expect("failed to create a directory");
        path
    }
}

/// Why systemd can't be booted here, if it can't: that takes root, and namespaces that are not forbidden.
pub fn obstacle() -> Option<String> {
    let probe =
        Command::new(BOOT).arg("--probe").stdin(Stdio::null()).output().expect("failed to run tests/systemd/boot");
    (!probe.status.success()).then(|| String::from_utf8_lossy(&probe.stderr).trim().to_owned())
}

impl Booted {
    /// Boots with `files`; returns when systemd takes orders.
    pub async fn boot(files: &Files) -> Self {
        let boot = Command::new(BOOT).arg(files.0.path()).stdin(Stdio::null()).spawn().expect("failed to boot");
        let id = boot.id();
        let init = until("systemd has been started", || process_one_below(id)).await;
        let booted = Self { boot, init };
        until("systemd takes orders", || {
            booted.run(&["systemctl", "--quiet", "is-active", "default.target"]).status.success().then_some(())
        })
        .await;
        booted
    }

    /// Runs a command beside systemd.
    pub fn run(&self, command: &[&str]) -> Output {
        Command::new("nsenter")
            .args(["--target", &self.init.to_string(), "--mount", "--pid", "--ipc", "--uts", "--cgroup", "--wd=/"])
            .args(command)
            .stdin(Stdio::null())
            .output()
            .expect("failed to run nsenter")
    }

    /// `systemctl` with these arguments; panics with what it says if it fails.
    pub fn systemctl(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["systemctl"], arguments].concat());
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "systemctl {arguments:?}: {said}{complained}\n{}", self.journal());
        said.into_owned()
    }

    /// A property of a unit.
    pub fn property(&self, unit: &str, name: &str) -> String {
        self.systemctl(&["show", "--value", "--property", name, unit]).trim().to_owned()
    }

    /// Everything otp-relay and systemd said about it.
    pub fn journal(&self) -> String {
        let output = self.run(&["journalctl", "--no-pager", "--output=short-precise", "--unit=otp-relay.service"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Booted {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the journal:\n{}", self.journal());
        }
        super::dovecot::signal(self.boot.id(), rustix::process::Signal::TERM);
        let _ = self.boot.wait();
    }
}

/// The `systemd` among the children of the children of … `ancestor`.
fn process_one_below(ancestor: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{ancestor}/task/{ancestor}/children")).ok()?;
    children.split_whitespace().filter_map(|pid| pid.parse().ok()).find_map(|child: u32| {
        let name = fs::read_to_string(format!("/proc/{child}/comm")).ok()?;
        if name.trim() == "systemd" { Some(child) } else { process_one_below(child) }
    })
}

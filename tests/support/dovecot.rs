//! A private real Dovecot: a child process on loopback, with ports, directory, certificates and users of its own.
//!
//! Runs as root or as an ordinary user. It is ready when `start` returns: every listener has greeted. Dropping the handle
//! ends it and removes its directory.

mod config;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;

use super::imap_client::ImapClient;
use super::lmtp::Courier;
use super::oauth_fake::OAuthFake;
use super::pki::Pki;
use super::wait::{LIMIT, until, until_true};

/// The user of a Dovecot that was given none.
pub const USER: &str = "agents@example.com";
pub const PASSWORD: &str = "made-up-password";

/// The host name its certificate is good for.
pub const HOST: &str = "localhost";

/// A running (or stopped) server.
#[derive(Debug)]
pub struct Dovecot {
    child: Option<Child>,
    ports: Ports,
    pki: Pki,
    users: Mutex<BTreeMap<String, String>>,
    directory: TempDir,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    imap: u16,
    imaps: u16,
    lmtp: u16,
}

/// What a server is to be like.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    users: BTreeMap<String, String>,
    without_idle: bool,
    max_connections: Option<u32>,
    tokeninfo_url: Option<String>,
    certificate_names: Option<Vec<String>>,
    settings: String,
}

impl Builder {
    /// A further user; names are addresses. Without any there is [`USER`] with [`PASSWORD`].
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.insert(name.into(), password.into());
        self
    }

    /// IDLE is neither announced before nor after login.
    pub fn without_idle(mut self) -> Self {
        self.without_idle = true;
        self
    }

    /// `mail_max_userip_connections`: beyond it a login is answered with `NO [LIMIT]`.
    pub fn max_connections(mut self, connections: u32) -> Self {
        self.max_connections = Some(connections);
        self
    }

    /// XOAUTH2 and OAUTHBEARER with the access tokens of `oauth`, beside passwords.
    pub fn oauth2(mut self, oauth: &OAuthFake) -> Self {
        self.tokeninfo_url = Some(oauth.tokeninfo_url());
        self
    }

    /// A certificate for these names instead of `localhost` and the loopback addresses.
    pub fn certificate_for(mut self, names: &[&str]) -> Self {
        self.certificate_names = Some(names.iter().map(ToString::to_string).collect());
        self
    }

    /// A further line of Dovecot's configuration.
    pub fn setting(mut self, line: &str) -> Self {
        self.settings += line;
        self.settings.push('\n');
        self
    }

    /// Starts it, and returns when it greets on every port.
    pub async fn start(mut self) -> Dovecot {
        assert!(
            config::installed(),
            "these tests need a real Dovecot: install dovecot-imapd and dovecot-lmtpd (make test does it)"
        );
        if self.users.is_empty() {
            self = self.user(USER, PASSWORD);
        }
        let mut complaint = String::new();
        for _ in 0..10 {
            match self.try_start().await {
                Ok(dovecot) => return dovecot,
                Err(log) => complaint = log,
            }
        }
        panic!("Dovecot does not start; it says:\n{complaint}");
    }

    /// Another process may take a port between our look and Dovecot's bind: then the whole is tried anew.
    async fn try_start(&self) -> Result<Dovecot, String> {
        let directory = tempfile::Builder::new().prefix("otp-relay-dovecot-").tempdir().expect("a directory");
        // Dovecot's own users have to get through.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).expect("failed to set permissions");
        let pki = match &self.certificate_names {
            None => Pki::create(directory.path()),
            Some(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                Pki::for_names(directory.path(), &names)
            }
        };
        let ports = Ports { imap: config::free_port(), imaps: config::free_port(), lmtp: config::free_port() };
        config::write(self, directory.path(), ports);
        let mut dovecot = Dovecot { child: None, ports, pki, users: Mutex::new(self.users.clone()), directory };
        dovecot.write_users();
        dovecot.spawn().await.map_err(|()| dovecot.log())?;
        Ok(dovecot)
    }
}

impl Dovecot {
    /// One user ([`USER`], [`PASSWORD`]), IDLE, passwords only.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Plain text, and STARTTLS.
    pub fn imap_port(&self) -> u16 {
        self.ports.imap
    }

    /// Implicit TLS.
    pub fn imaps_port(&self) -> u16 {
        self.ports.imaps
    }

    /// The certificates: what a client has to trust (`ca`), or to pin.
    pub fn pki(&self) -> &Pki {
        &self.pki
    }

    /// Delivers into `mailbox` (created if missing); the moment of the server's acknowledgement.
    pub async fn deliver(&self, user: &str, mailbox: &str, mail: &[u8]) -> Instant {
        self.courier().await.deliver(user, mailbox, mail).await
    }

    /// For many mails over one LMTP session.
    pub async fn courier(&self) -> Courier {
        Courier::connect(self.ports.lmtp).await
    }

    /// Appends to an existing mailbox, with an INTERNALDATE (`01-Feb-2026 10:00:00 +0000`) if given.
    pub async fn append(&self, user: &str, mailbox: &str, internal_date: Option<&str>, mail: &[u8]) {
        self.imap(user).await.append(mailbox, internal_date, mail).await;
    }

    /// A session of `user`, who may do anything to the mailbox.
    pub async fn imap(&self, user: &str) -> ImapClient {
        let password = self.users().get(user).expect("no such user").clone();
        ImapClient::login(self.ports.imap, user, &password).await
    }

    /// From the next login on: Dovecot looks at its users at most once a second, so this waits until it has.
    pub async fn set_password(&self, user: &str, password: &str) {
        self.users().insert(user.into(), password.into());
        self.write_users();
        let takes_it = || self.doveadm(&["auth", "test", user, password]).contains("auth succeeded");
        until_true("Dovecot takes the new password", takes_it).await;
    }

    /// Cuts every session of `user`.
    pub fn kick(&self, user: &str) {
        self.doveadm(&["kick", user]);
    }

    /// IMAP sessions of `user` that are logged in.
    pub fn sessions(&self, user: &str) -> usize {
        let who = self.doveadm(&["who", "-1"]);
        who.lines().filter(|line| line.split_whitespace().take(2).eq([user, "imap"])).count()
    }

    /// Waits until `user` has `count` sessions that are in IDLE right now.
    pub async fn until_idle(&self, user: &str, count: usize) {
        until_true(&format!("{user} has {count} sessions in IDLE"), || self.idling(user) == count).await;
    }

    /// Sessions of `user` whose last command was IDLE without a DONE since.
    pub fn idling(&self, user: &str) -> usize {
        let open = |said: &String| {
            let said = said.to_ascii_uppercase();
            let idle = said.rfind(" IDLE\r\n").or_else(|| said.rfind(" IDLE\n"));
            idle.is_some_and(|at| !said[at..].contains("DONE"))
        };
        let alive = self.sessions(user);
        self.said(user).iter().filter(|said| open(said)).count().min(alive)
    }

    /// What clients said after login, session by session in the order of their start: to see that a mailbox is only read.
    pub fn said(&self, user: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path().join("raw").join(user)) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension() == Some("in".as_ref()))
            .collect();
        files.sort();
        files
            .iter()
            .filter_map(|path| fs::read(path).ok())
            .map(|raw| String::from_utf8_lossy(&raw).into_owned())
            .collect()
    }

    /// Every mail file of `user`, with its flags in its name: equal before and after if nothing changed the mailbox.
    pub fn mail_files(&self, user: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut directories = vec![self.path().join("mail").join(user)];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    directories.push(path);
                } else if path.parent().is_some_and(|parent| parent.ends_with("new") || parent.ends_with("cur")) {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.path().join("log")).unwrap_or_default()
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Ends it in good order: sessions get their BYE.
    pub async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        signal(child.id(), Signal::TERM);
        until("Dovecot ends", || child.try_wait().expect("failed to wait for Dovecot")).await;
    }

    /// Ends it as a power cut does: every process at once, no BYE.
    pub fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        // Stopped first: it forks no more while its children are counted.
        signal(child.id(), Signal::STOP);
        let children = children_of(child.id());
        let _ = child.kill();
        children.into_iter().for_each(|pid| signal(pid, Signal::KILL));
        let _ = child.wait();
    }

    /// After [`Self::stop`] or [`Self::kill`]: the same mailboxes on the same ports.
    pub async fn start_again(&mut self) {
        // Children of the old one may hold the ports a moment longer.
        for _ in 0..50 {
            if self.spawn().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("Dovecot does not start again; it says:\n{}", self.log());
    }

    async fn spawn(&mut self) -> Result<(), ()> {
        let log = fs::File::options().create(true).append(true).open(self.path().join("log")).expect("a log");
        let child = Command::new(config::BINARY)
            .arg("-F")
            .arg("-c")
            .arg(self.path().join("dovecot.conf"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("failed to start Dovecot");
        self.child = Some(child);
        for (port, greeting) in [(self.ports.imap, "* OK"), (self.ports.lmtp, "220")] {
            self.until_greeted(port, greeting).await?;
        }
        Ok(())
    }

    async fn until_greeted(&mut self, port: u16, greeting: &str) -> Result<(), ()> {
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            if !matches!(self.child.as_mut().map(Child::try_wait), Some(Ok(None))) {
                self.child = None;
                return Err(());
            }
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await {
                let mut line = String::new();
                if BufReader::new(stream).read_line(&mut line).await.is_ok() && line.starts_with(greeting) {
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err(())
    }

    fn doveadm(&self, arguments: &[&str]) -> String {
        let output = Command::new(config::DOVEADM)
            .arg("-c")
            .arg(self.path().join("dovecot.conf"))
            .args(arguments)
            .output()
            .expect("failed to run doveadm");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn users(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_users(&self) {
        let lines: String =
            self.users().iter().map(|(name, password)| format!("{name}:{{PLAIN}}{password}::::::\n")).collect();
        // Renamed into place, so that no login sees half a file.
        let (new, path) = (self.path().join("users.new"), self.path().join("users"));
        fs::write(&new, lines).expect("failed to write users");
        fs::rename(&new, &path).expect("failed to write users");
        for user in self.users().keys() {
            config::create_for_mail(&self.path().join("raw").join(user));
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("Dovecot said:\n{}", self.log());
        }
        self.kill();
    }
}

pub(super) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

fn children_of(parent: u32) -> Vec<u32> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    fs::read_to_string(path).unwrap_or_default().split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

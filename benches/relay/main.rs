//! `make bench`: the whole daemon, measured from outside and side by side with a bare probe, over TLS on loopback.
//!
//! 1. Latency from the delivery's acknowledgement to the arrival of the push: the relay and the probe in turn, mail by
//!    mail, on a server that announces at once and on Dovecot.
//! 2. A burst of 1,000 mails into one inbox (each for a run of its own, and all for one) and into 50, against the bare probe
//!    and against the time in which Dovecot hands the same mails out at once.
//! 3. Resident memory and CPU time with 1, 50 and 500 idle inboxes.
//!
//! `--quick` measures fewer mails; `latency`, `burst` or `idle` measures only that part.

mod imap_server;
mod probe;
mod process;
mod skyvern_server;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use imap_server::ImapServer;
use probe::Task;
use process::{Child, Inbox};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use skyvern_server::SkyvernServer;
use support::dovecot::Dovecot;
use support::lmtp::Courier;
use support::pki::Pki;
use tokio_rustls::TlsAcceptor;

const LIMIT: Duration = Duration::from_secs(120);
/// Whose mails the bare probe takes, where the relay has inboxes of its own.
const BARE: &str = "bare@example.com";

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if let [mode, imap, skyvern, imap_ca, skyvern_ca, user] = arguments.as_slice()
        && let Some(task) = probe::Task::from_argument(mode)
    {
        let (imap, skyvern) = (imap.parse().expect("an address"), skyvern.parse().expect("an address"));
        let tls = [imap_ca, skyvern_ca].map(|ca| client_tls(Path::new(ca)));
        if let Err(error) = runtime.block_on(probe::run(task, imap, skyvern, tls, user)) {
            eprintln!("the probe failed: {error}");
            std::process::exit(1);
        }
        return;
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let wanted: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with('-')).collect();
    let wants = |part: &str| wanted.is_empty() || wanted.contains(&part);
    runtime.block_on(async {
        println!(
            "otp-relay {} on {} cores",
            env!("CARGO_PKG_VERSION"),
            std::thread::available_parallelism().map_or(1, usize::from)
        );
        let bench = Bench::start().await;
        if wants("latency") {
            bench.latency_announced(if quick { 30 } else { 200 }).await;
            bench.latency_dovecot(if quick { 10 } else { 200 }).await;
        }
        if wants("burst") {
            let mails = if quick { 200 } else { 1000 };
            bench.burst(mails, 1, Runs::Many).await;
            bench.burst(mails, 1, Runs::One).await;
            bench.burst(mails, 50, Runs::One).await;
        }
        if wants("idle") {
            bench.idle(&[1, 50, 500], Duration::from_secs(if quick { 5 } else { 20 })).await;
        }
    });
}

/// Who waits for the codes of an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs {
    /// One run, for all codes: each goes only when the one before was taken.
    One,
    /// Each code has a run of its own, which gave the site an address of its own: `inbox+n@…`.
    Many,
}

/// The servers that every part uses.
struct Bench {
    pki: Pki,
    skyvern: SkyvernServer,
    directory: tempfile::TempDir,
}

impl Bench {
    async fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let pki = Pki::create(directory.path());
        let skyvern = SkyvernServer::start(server_tls(&pki, &[b"h2", b"http/1.1"])).await;
        Self { pki, skyvern, directory }
    }

    async fn latency_announced(&self, mails: usize) {
        let imap = ImapServer::start(server_tls(&self.pki, &[])).await;
        let inboxes = [Inbox::new("relay@example.com", imap.address.port(), &self.pki.ca)];
        let directory = self.path("announced");
        let relay = Child::relay(&directory, &inboxes, self.skyvern.address, &self.pki.ca);
        let _probe = Child::probe(
            Task::Watch,
            imap.address,
            self.skyvern.address,
            &self.pki.ca,
            &self.pki.ca,
            "probe@example.com",
        );
        let mut taken = [Vec::new(), Vec::new()];
        for round in 0..mails + WARM_UP {
            for (who, user) in ["relay@example.com", "probe@example.com"].into_iter().enumerate() {
                support::wait::until_true("an idle session", || imap.idle_sessions(user) == 1).await;
                // A client that is told within the instant in which it began to wait would measure the server.
                tokio::time::sleep(Duration::from_millis(5)).await;
                let code = code(who, round);
                let from = Instant::now();
                imap.deliver(user, mail(user, &code));
                let at = self.skyvern.arrival(&code, LIMIT).await.expect("the push arrives");
                if round >= WARM_UP {
                    taken[who].push(at.duration_since(from));
                }
            }
        }
        report_latency("announced at once", &mut taken);
        report_steps(&relay.history(&directory));
    }

    async fn latency_dovecot(&self, mails: usize) {
        let dovecot =
            Dovecot::builder().user("relay@example.com", "secret").user("probe@example.com", "secret").start().await;
        let address = SocketAddr::from(([127, 0, 0, 1], dovecot.imaps_port()));
        let inboxes = [Inbox::new("relay@example.com", address.port(), &dovecot.pki().ca)];
        let _relay = Child::relay(&self.path("dovecot"), &inboxes, self.skyvern.address, &self.pki.ca);
        let _probe = Child::probe(
            Task::Watch,
            address,
            self.skyvern.address,
            &dovecot.pki().ca,
            &self.pki.ca,
            "probe@example.com",
        );
        let mut courier = dovecot.courier().await;
        let mut taken = [Vec::new(), Vec::new()];
        for round in 0..mails + 2 {
            for (who, user) in ["relay@example.com", "probe@example.com"].into_iter().enumerate() {
                dovecot.until_idle(user, 1).await;
                let code = code(2 + who, round);
                let from = courier.deliver(user, "INBOX", &mail(user, &code)).await;
                let at = self.skyvern.arrival(&code, LIMIT).await.expect("the push arrives");
                if round >= 2 {
                    taken[who].push(at.saturating_duration_since(from));
                }
            }
        }
        report_latency("Dovecot", &mut taken);
    }

    /// Once while the relay watches, and once more with the same mails waiting for a relay that starts.
    async fn burst(&self, mails: usize, inboxes: usize, runs: Runs) {
        let users: Vec<String> = (0..inboxes).map(|n| format!("burst{n}@example.com")).collect();
        let mut builder = Dovecot::builder().user(BARE, "secret");
        for user in &users {
            builder = builder.user(user, "secret");
        }
        let dovecot = builder.setting("mail_max_userip_connections = 1000").start().await;
        let port = dovecot.imaps_port();
        let list: Vec<Inbox> = users.iter().map(|user| Inbox::new(user, port, &dovecot.pki().ca)).collect();
        self.skyvern.forget();
        let relay =
            Child::relay(&self.path(&format!("burst{inboxes}{runs:?}")), &list, self.skyvern.address, &self.pki.ca);
        for user in &users {
            dovecot.until_idle(user, 1).await;
        }
        let mut courier = dovecot.courier().await;
        let began = Instant::now();
        for n in 0..mails {
            let user = &users[n % inboxes];
            let to = match runs {
                Runs::One => user.clone(),
                Runs::Many => user.replace('@', &format!("+{n}@")),
            };
            courier.deliver(user, "INBOX", &mail(&to, &code(4, n))).await;
        }
        let delivered = began.elapsed();
        support::wait::until_true("all pushes", || self.skyvern.count() == mails).await;
        let pushed = began.elapsed();
        let peak = relay.peak_memory();
        drop(relay);
        let bare = if inboxes == 1 { Some(self.bare_burst(&dovecot, &mut courier, mails).await) } else { None };

        // The same mails, waiting: how fast Dovecot hands them out, and how fast the relay takes them.
        let began = Instant::now();
        for user in &users {
            probe::fetch_all(SocketAddr::from(([127, 0, 0, 1], port)), client_tls(&dovecot.pki().ca), user)
                .await
                .expect("Dovecot hands out its mails");
        }
        let handed_out = began.elapsed();
        self.skyvern.forget();
        let relay =
            Child::relay(&self.path(&format!("backlog{inboxes}{runs:?}")), &list, self.skyvern.address, &self.pki.ca);
        let began = self.skyvern_first().await;
        support::wait::until_true("all pushes", || self.skyvern.count() == mails).await;
        let taken = began.elapsed();
        drop(relay);
        let bare_backlog = match (runs, users.as_slice()) {
            (Runs::Many, [user]) => Some(self.bare_backlog(&dovecot, user, mails).await),
            _ => None,
        };
        let rate = |took: Duration| mails as f64 / took.as_secs_f64();
        let for_whom = match runs {
            Runs::One => "all of an inbox for one run",
            Runs::Many => "each for a run of its own",
        };
        println!("\nburst of {mails} mails into {inboxes} inbox{}, {for_whom}", if inboxes == 1 { "" } else { "es" });
        println!("  delivered by LMTP one by one  {:>8.0} mails/s", rate(delivered));
        println!("  pushed while they arrived     {:>8.0} mails/s  (peak memory {:.1} MB)", rate(pushed), peak / 1e6);
        if let Some(bare) = bare {
            let bare = rate(bare);
            println!(
                "  so many more, by a bare probe {bare:>8.0} mails/s  (the relay {:.2} of that)",
                rate(pushed) / bare
            );
        }
        println!("  Dovecot hands out a backlog   {:>8.0} mails/s", rate(handed_out));
        println!(
            "  the relay pushes a backlog    {:>8.0} mails/s  ({:.2} of that)",
            rate(taken),
            rate(taken) / rate(handed_out)
        );
        if let Some(bare) = bare_backlog {
            println!(
                "  a bare probe pushes it        {:>8.0} mails/s  ({:.2} of that)",
                rate(bare),
                rate(bare) / rate(handed_out)
            );
        }
    }

    /// The floor: how long a burst takes by a process that fetches and pushes what is announced, and does nothing else.
    async fn bare_burst(&self, dovecot: &Dovecot, courier: &mut Courier, mails: usize) -> Duration {
        self.skyvern.forget();
        let address = SocketAddr::from(([127, 0, 0, 1], dovecot.imaps_port()));
        let _probe = Child::probe(Task::Watch, address, self.skyvern.address, &dovecot.pki().ca, &self.pki.ca, BARE);
        dovecot.until_idle(BARE, 1).await;
        let began = Instant::now();
        for n in 0..mails {
            courier.deliver(BARE, "INBOX", &mail(BARE, &code(4, n))).await;
        }
        support::wait::until_true("all pushes", || self.skyvern.count() == mails).await;
        began.elapsed()
    }

    /// The floor: how long a process takes that fetches a backlog and pushes it, and does nothing else.
    async fn bare_backlog(&self, dovecot: &Dovecot, user: &str, mails: usize) -> Duration {
        self.skyvern.forget();
        let address = SocketAddr::from(([127, 0, 0, 1], dovecot.imaps_port()));
        let _probe = Child::probe(Task::TakeAll, address, self.skyvern.address, &dovecot.pki().ca, &self.pki.ca, user);
        let began = self.skyvern_first().await;
        support::wait::until_true("all pushes", || self.skyvern.count() == mails).await;
        began.elapsed()
    }

    /// When the first push has arrived: what comes before is start-up and login.
    async fn skyvern_first(&self) -> Instant {
        support::wait::until_true("the first push", || self.skyvern.count() > 0).await;
        Instant::now()
    }

    async fn idle(&self, counts: &[usize], watch: Duration) {
        println!("\nidle inboxes over TLS        resident     CPU in {} s", watch.as_secs());
        let mut figures = Vec::new();
        for &count in counts {
            let imap = ImapServer::start(server_tls(&self.pki, &[])).await;
            let users: Vec<String> = (0..count).map(|n| format!("idle{n}@example.com")).collect();
            let list: Vec<Inbox> =
                users.iter().map(|user| Inbox::new(user, imap.address.port(), &self.pki.ca)).collect();
            let relay = Child::relay(&self.path(&format!("idle{count}")), &list, self.skyvern.address, &self.pki.ca);
            support::wait::until_true("idle sessions", || users.iter().all(|user| imap.idle_sessions(user) == 1)).await;
            tokio::time::sleep(Duration::from_secs(2)).await;
            let before = relay.cpu_time();
            tokio::time::sleep(watch).await;
            let (memory, cpu) = (relay.memory(), relay.cpu_time() - before);
            println!("  {count:>5}                    {:>8.1} MB  {:>8.0} ms", memory / 1e6, cpu.as_secs_f64() * 1e3);
            figures.push((count, memory));
        }
        if let [(one, first), .., (many, last)] = figures.as_slice() {
            println!("  each further inbox         {:>8.1} KB", (last - first) / (many - one) as f64 / 1e3);
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::create_dir(&path).expect("a directory");
        path
    }
}

const WARM_UP: usize = 10;

fn report_latency(server: &str, taken: &mut [Vec<Duration>; 2]) {
    println!("\nlatency, delivery acknowledged to push arrived, {} mails each: {server}", taken[0].len());
    println!("            p50         p95         p99");
    let mut rows = Vec::new();
    for (name, times) in ["relay", "probe"].into_iter().zip(taken) {
        times.sort();
        let quantile = |q: f64| times[((times.len() - 1) as f64 * q).round() as usize].as_secs_f64() * 1e3;
        let row = [quantile(0.5), quantile(0.95), quantile(0.99)];
        println!("  {name} {:>8.2} ms {:>8.2} ms {:>8.2} ms", row[0], row[1], row[2]);
        rows.push(row);
    }
    println!(
        "  ratio {:>8.2}    {:>8.2}    {:>8.2}",
        rows[0][0] / rows[1][0],
        rows[0][1] / rows[1][1],
        rows[0][2] / rows[1][2]
    );
}

/// Where the relay's own time goes, from its history. What goes ahead of its commit counts as committed with its intent.
fn report_steps(rows: &[serde_json::Value]) {
    let time = |row: &serde_json::Value, at: &str| row.pointer(at)?.as_str()?.parse::<jiff::Timestamp>().ok();
    let steps = [
        ("seen to fetched", "/seen_at", "/fetched_at"),
        ("fetched to extracted", "/fetched_at", "/extracted_at"),
        ("extracted to committed", "/extracted_at", "/committed_at"),
        ("committed to sent", "/committed_at", "/delivery/sent_at"),
        ("sent to accepted", "/delivery/sent_at", "/delivery/settled_at"),
    ];
    println!("  of it, at the median:");
    for (name, from, to) in steps {
        let mut times: Vec<f64> = rows
            .iter()
            .filter_map(|row| Some(time(row, to)?.duration_since(time(row, from)?).as_secs_f64() * 1e3))
            .collect();
        times.sort_by(f64::total_cmp);
        println!("    {name:<24} {:>6.2} ms", times.get(times.len() / 2).copied().unwrap_or(f64::NAN));
    }
}

/// Six digits, different for each part and mail.
fn code(part: usize, n: usize) -> String {
    format!("{:06}", 100_000 + part * 100_000 + n)
}

fn mail(to: &str, code: &str) -> Vec<u8> {
    let text = format!("Hello,\n\nyour sign-in code is {code}\n\nIt can be used once, for ten minutes.");
    support::mails::mail("Acme <no-reply@acme.example>", to, "Your sign-in code", &text)
}

fn server_tls(pki: &Pki, alpn: &[&[u8]]) -> TlsAcceptor {
    let chain: Vec<_> = CertificateDer::pem_file_iter(&pki.certificate)
        .expect("a certificate file")
        .collect::<Result<_, _>>()
        .expect("certificates");
    let key = PrivateKeyDer::from_pem_file(&pki.key).expect("a key");
    let mut config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a server configuration");
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

fn client_tls(ca: &Path) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).expect("a CA file")).expect("a CA");
    rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

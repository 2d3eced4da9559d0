//! A private nginx with the configuration of `docs/pull/nginx.conf`, on a port of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::pki::Pki;
use super::wait::LIMIT;

/// Ends when dropped.
#[derive(Debug)]
pub struct Nginx {
    child: Child,
    pub address: SocketAddr,
    pub pki: Pki,
    _directory: tempfile::TempDir,
}

impl Nginx {
    /// In front of a relay.
    pub async fn start(relay: SocketAddr) -> Self {
        Self::start_with(relay, |site| site).await
    }

    /// The same without TLS, for who trusts only authorities that everybody knows.
    pub async fn start_plain(relay: SocketAddr) -> Self {
        Self::start_with(relay, |site| site.replace(" ssl;", ";").replace("ssl_certificate", "#ssl_certificate")).await
    }

    async fn start_with(relay: SocketAddr, change: impl Fn(String) -> String) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let pki = Pki::create(directory.path());
        let documented = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pull/nginx.conf"));
        let documented = documented.expect("failed to read docs/pull/nginx.conf");
        let start = Instant::now();
        loop {
            // A port that is free now; should another process take it meanwhile, the next one is tried.
            let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            let site = site(&documented, address, relay, &pki);
            write(directory.path(), &change(site));
            let mut child = spawn(directory.path());
            while TcpStream::connect(address).is_err() {
                if child.try_wait().expect("nginx").is_some() {
                    break;
                }
                assert!(start.elapsed() < LIMIT, "nginx never listens");
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            if child.try_wait().expect("nginx").is_none() {
                return Self { child, address, pki, _directory: directory };
            }
            let log = fs::read_to_string(directory.path().join("error.log")).unwrap_or_default();
            assert!(log.contains("Address already in use"), "nginx does not start: {log}");
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(directory: &Path) -> Child {
    Command::new("/usr/sbin/nginx")
        .arg("-e")
        .arg(directory.join("error.log"))
        .arg("-c")
        .arg(directory.join("nginx.conf"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx is missing: apt-get install nginx-light")
}

/// The documented configuration with other names, ports and certificates.
fn site(documented: &str, address: SocketAddr, relay: SocketAddr, pki: &Pki) -> String {
    const LETSENCRYPT: &str = "/etc/letsencrypt/live/relay.example.com";
    let replaced = [
        ("listen 443 ssl", format!("listen {address} ssl")),
        ("127.0.0.1:8025;", format!("{relay};")),
        ("server_name relay.example.com", "server_name localhost".to_owned()),
        ("fullchain.pem", pki.certificate.display().to_string()),
        ("privkey.pem", pki.key.display().to_string()),
    ];
    let mut site = documented.replace(&format!("{LETSENCRYPT}/"), "");
    for (from, to) in replaced {
        assert!(site.contains(from), "docs/pull/nginx.conf has no `{from}`");
        site = site.replace(from, &to);
    }
    site
}

fn write(directory: &Path, site: &str) {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path {}/{kind};\n", directory.display()))
        .concat();
    // One process, which ends with its handle.
    let main = format!(
        "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log {0}/error.log;\nevents {{}}\nhttp {{\n{temporary}    \
         access_log off;\n    include {0}/site.conf;\n}}\n",
        directory.display()
    );
    fs::write(directory.join("site.conf"), site).expect("failed to write site.conf");
    fs::write(directory.join("nginx.conf"), main).expect("failed to write nginx.conf");
}

//! A private dnsmasq that serves TXT records and nothing else, on a port of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::dovecot::signal;
use super::wait::LIMIT;

/// Ends when dropped.
#[derive(Debug)]
pub struct Dns {
    child: Child,
    pub address: SocketAddr,
    _directory: tempfile::TempDir,
}

impl Dns {
    /// Serves these names and texts; every other name below `.example` does not exist, all else is refused.
    pub async fn start(records: &[(String, String)]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let start = Instant::now();
        loop {
            // A port that is free now; should another process take it meanwhile, the next one is tried.
            let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
            let mut text = format!(
                "port={port}\nlisten-address=127.0.0.1\nbind-interfaces\nno-resolv\nno-hosts\nlocal=/example/\nuser=\n"
            );
            for (name, value) in records {
                // A string of a TXT record has at most 255 bytes.
                let pieces =
                    value.as_bytes().chunks(200).map(|piece| format!(",\"{}\"", String::from_utf8_lossy(piece)));
                text.push_str(&format!("txt-record={name}{}\n", pieces.collect::<String>()));
            }
            let config = directory.path().join("dnsmasq.conf");
            fs::write(&config, text).expect("failed to write dnsmasq.conf");
            let mut child = Command::new("/usr/sbin/dnsmasq")
                .args(["--keep-in-foreground", "--pid-file="])
                .arg(format!("--conf-file={}", config.display()))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("dnsmasq does not start: run scripts/ensure dnsmasq");
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            while TcpStream::connect(address).is_err() && child.try_wait().expect("dnsmasq").is_none() {
                assert!(start.elapsed() < LIMIT, "dnsmasq never listens");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            if child.try_wait().expect("dnsmasq").is_none() {
                return Self { child, address, _directory: directory };
            }
            assert!(start.elapsed() < LIMIT, "dnsmasq does not start");
        }
    }
}

impl Dns {
    /// From now on it answers nobody, until [`Self::resume`].
    pub fn pause(&self) {
        signal(self.child.id(), Signal::STOP);
    }

    pub fn resume(&self) {
        signal(self.child.id(), Signal::CONT);
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

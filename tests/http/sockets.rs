//! Sockets that are not TCP: unix, and those that systemd hands over.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tokio::net::{TcpStream, UnixStream};

use crate::support::wait::LIMIT;
use crate::wire::{self, Request};
use crate::world::{IDENTIFIER, KEY, World, code_of, config, signed};

fn at(socket: &Path) -> String {
    format!("[listen]\naddress = \"unix:{}\"\n", socket.display())
}

#[tokio::test]
async fn a_unix_socket_serves_its_group_and_goes_with_the_relay() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("http.sock");
    let world = World::with(&at(&socket)).await;
    world.arrive(IDENTIFIER, "482913").await;
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);
    let mut stream = UnixStream::connect(&socket).await.unwrap();
    let answer = wire::send_on(&mut stream, &signed("/totp/agent@example.com", "{}")).await;
    assert_eq!(code_of(&answer), "482913");
    world.end().await;
    assert!(!socket.exists());
}

#[tokio::test]
async fn a_socket_that_a_dead_relay_left_is_taken_over_and_a_living_one_and_a_file_are_not() {
    use otp_relay::http::{Ground, LookNow, start};
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("http.sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let world = World::with(&at(&socket)).await;
    let ground = Ground {
        store: world.store.clone(),
        events: world.events.clone(),
        pulses: world.pulses.clone(),
        look_now: LookNow::default(),
        cancel: world.cancel.clone(),
        tracker: world.tracker.clone(),
    };
    let error = start(&config(&at(&socket)), ground.clone()).await.unwrap_err().to_string();
    assert!(error.contains("another process listens there"), "{error}");
    let file = directory.path().join("file");
    std::fs::write(&file, "precious").unwrap();
    let error = start(&config(&at(&file)), ground).await.unwrap_err().to_string();
    assert!(error.contains("a file that is no socket"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
}

#[tokio::test]
async fn without_the_sockets_of_systemd_that_is_told() {
    use otp_relay::http::{Ground, LookNow, start};
    let world = World::new().await;
    let ground = Ground {
        store: world.store.clone(),
        events: world.events.clone(),
        pulses: world.pulses.clone(),
        look_now: LookNow::default(),
        cancel: world.cancel.clone(),
        tracker: world.tracker.clone(),
    };
    let error = start(&config("[listen]\naddress = \"systemd\"\n"), ground).await.unwrap_err().to_string();
    assert!(error.contains("sockets of systemd"), "{error}");
}

/// A relay behind `systemd-socket-activate`, which hands sockets over as systemd does.
struct Activated {
    child: Child,
    _directory: tempfile::TempDir,
}

impl Drop for Activated {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Activated {
    fn start(listen: &str) -> (Self, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("otp-relay.toml");
        let text = format!(
            "[skyvern]\nbase_url = \"http://127.0.0.1:9\"\napi_key = {{ env = \"OTP_RELAY_TEST_KEY\" }}\n\n\
             [store]\nurl = \"sqlite://{0}/state.db\"\n\n[service]\nsocket = \"{0}/status.sock\"\n\n\
             [listen]\naddress = \"systemd\"\n\n[[inbox]]\nname = \"agents\"\nhost = \"127.0.0.1\"\nport = 9\n\
             tls = \"none\"\nusername = \"agents@example.com\"\npassword = {{ env = \"OTP_RELAY_TEST_KEY\" }}\n",
            directory.path().display()
        );
        std::fs::write(&file, text).unwrap();
        let socket = directory.path().join("http.sock");
        let listen = listen.replace("SOCKET", &socket.display().to_string());
        let child = Command::new("systemd-socket-activate")
            .args(["--setenv", &format!("OTP_RELAY_TEST_KEY={KEY}"), "--listen", &listen])
            .args([env!("CARGO_BIN_EXE_otp-relay"), "run", "--config"])
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("systemd-socket-activate is missing: apt-get install systemd");
        (Self { child, _directory: directory }, socket)
    }
}

#[tokio::test]
async fn a_socket_unit_of_tcp_starts_the_relay_and_the_first_request_is_served() {
    // A port that is free now; systemd-socket-activate can't choose one itself.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (_relay, _) = Activated::start(&format!("127.0.0.1:{port}"));
    let start = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)).await {
            Ok(stream) => break stream,
            Err(error) => assert!(start.elapsed() < LIMIT, "{error}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!(code_of(&wire::send_on(&mut stream, &signed("/totp/a", "{}")).await), "");
}

#[tokio::test]
async fn a_socket_unit_of_a_unix_socket_starts_the_relay_as_well() {
    let (_relay, socket) = Activated::start("SOCKET");
    let start = Instant::now();
    let mut stream = loop {
        match UnixStream::connect(&socket).await {
            Ok(stream) => break stream,
            Err(error) => assert!(start.elapsed() < LIMIT, "{error}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    let answer = wire::send_on(&mut stream, &Request::new("POST", "/totp/a").body("{}")).await;
    assert_eq!(answer.status, 401);
}

//! How long a signed request takes while one client sends ten thousand unsigned ones a second: the relay as an operator
//! runs it, over plain TCP on loopback.
//!
//! Prints the 50th and 99th percentile and the longest of the signed requests' times, alone and during the flood, and
//! fails if the flood slows them by more than 50 ms.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use otp_relay::skyvern::pull::sign;
use secrecy::SecretString;

const KEY: &str = "bench-key";
/// Unsigned requests a second.
const FLOOD: u64 = 10_000;
const FLOODERS: u64 = 16;
/// What the flood may add to a signed request's time.
const ALLOWED: Duration = Duration::from_millis(50);
/// Between two signed requests.
const PAUSE: Duration = Duration::from_millis(10);

struct Relay(Child);

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let span = Duration::from_secs(if quick { 3 } else { 15 });
    let directory = tempfile::tempdir().expect("a directory");
    let (relay, address) = start(directory.path());
    let alone = measure(address, span);
    println!("signed requests, alone          {}", describe(&alone));
    let flood = Flood::start(address);
    std::thread::sleep(Duration::from_secs(1));
    let before = flood.sent();
    let began = Instant::now();
    let during = measure(address, span);
    let rate = (flood.sent() - before) as f64 / began.elapsed().as_secs_f64();
    println!("signed requests, during a flood {}", describe(&during));
    println!("the flood                       {rate:.0} unsigned requests a second from one client");
    drop(flood);
    drop(relay);
    let slowed = percentile(&during, 0.99).saturating_sub(percentile(&alone, 0.99));
    println!(
        "slowed by                       {:.1} ms (99th percentile; allowed: {} ms)",
        ms(slowed),
        ALLOWED.as_millis()
    );
    assert!(rate > FLOOD as f64 * 0.9, "this machine does not reach {FLOOD} requests a second");
    assert!(slowed < ALLOWED, "the flood slows signed requests too much");
}

fn start(directory: &std::path::Path) -> (Relay, SocketAddr) {
    let address = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
    let config = format!(
        "[skyvern]\nbase_url = \"http://127.0.0.1:9\"\napi_key = {{ env = \"BENCH_KEY\" }}\n\n\
         [store]\nurl = \"sqlite://{0}/state.db\"\n\n[service]\nsocket = \"{0}/status.sock\"\n\n\
         [listen]\naddress = \"{address}\"\n\n[[inbox]]\nname = \"agents\"\nhost = \"127.0.0.1\"\nport = 9\n\
         tls = \"none\"\nusername = \"agents@example.com\"\npassword = {{ env = \"BENCH_KEY\" }}\ndeliver = \"pull\"\n",
        directory.display()
    );
    let path = directory.join("otp-relay.toml");
    std::fs::write(&path, config).expect("a configuration");
    let log = std::fs::File::create(directory.join("log")).expect("a log");
    let child = Command::new(env!("CARGO_BIN_EXE_otp-relay"))
        .args(["run", "--config"])
        .arg(path)
        .env("BENCH_KEY", KEY)
        .stdin(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("otp-relay starts");
    let relay = Relay(child);
    let start = Instant::now();
    while TcpStream::connect(address).is_err() {
        let log = || std::fs::read_to_string(directory.join("log")).unwrap_or_default();
        assert!(start.elapsed() < Duration::from_secs(30), "the relay does not listen: {}", log());
        std::thread::sleep(Duration::from_millis(20));
    }
    (relay, address)
}

fn request(signature: Option<&str>) -> Vec<u8> {
    let body = r#"{"task_id":"tsk_1"}"#;
    let signature = signature.map(|it| format!("x-skyvern-signature: {it}\r\n")).unwrap_or_default();
    format!(
        "POST /totp/agent@example.com HTTP/1.1\r\nHost: relay\r\n{signature}Content-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends and reads one answer; gives its status and whether the connection goes on.
fn exchange(stream: &mut TcpStream, request: &[u8]) -> std::io::Result<(u16, bool)> {
    stream.write_all(request)?;
    let mut answer = [0; 2048];
    let mut length = 0;
    loop {
        let read = stream.read(&mut answer[length..])?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        length += read;
        let text = String::from_utf8_lossy(&answer[..length]);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let wanted = head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok());
        if body.len() >= wanted.unwrap_or(0) {
            let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
            return Ok((status, !head.contains("connection: close")));
        }
    }
}

fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    Ok(stream)
}

/// The times of signed requests, each on a connection of its own as Skyvern makes them, connecting included.
fn measure(address: SocketAddr, span: Duration) -> Vec<Duration> {
    let signed = request(Some(&sign(br#"{"task_id":"tsk_1"}"#, &SecretString::from(KEY))));
    let end = Instant::now() + span;
    let mut times = Vec::new();
    while Instant::now() < end {
        let began = Instant::now();
        let mut stream = connect(address).expect("a connection");
        let (status, _) = exchange(&mut stream, &signed).expect("an answer");
        assert_eq!(status, 200, "a signed request is refused");
        times.push(began.elapsed());
        std::thread::sleep(PAUSE);
    }
    times.sort_unstable();
    times
}

struct Flood {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Flood {
    fn start(address: SocketAddr) -> Self {
        let (stop, sent) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let threads = (0..FLOODERS)
            .map(|_| {
                let (stop, sent) = (Arc::clone(&stop), Arc::clone(&sent));
                std::thread::spawn(move || flood(address, &stop, &sent))
            })
            .collect();
        Self { stop, sent, threads }
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A share of the flood, at its pace, connecting anew whenever it is hung up on.
fn flood(address: SocketAddr, stop: &AtomicBool, sent: &AtomicU64) {
    let unsigned = request(None);
    let between = Duration::from_secs(1) * FLOODERS as u32 / FLOOD as u32;
    let mut stream = None;
    let mut next = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let open = match stream.take() {
            Some(open) => open,
            None => match connect(address) {
                Ok(open) => open,
                Err(_) => continue,
            },
        };
        let mut open = open;
        if let Ok((status, goes_on)) = exchange(&mut open, &unsigned) {
            assert!(matches!(status, 401 | 429), "an unsigned request is answered with {status}");
            sent.fetch_add(1, Ordering::Relaxed);
            stream = goes_on.then_some(open);
        }
        next += between;
        let now = Instant::now();
        // What was missed is not made up for at once.
        next = next.max(now - between * 20);
        std::thread::sleep(next.saturating_duration_since(now));
    }
}

fn percentile(times: &[Duration], part: f64) -> Duration {
    let at = ((times.len() as f64 - 1.0) * part).round() as usize;
    times.get(at).copied().unwrap_or_default()
}

fn describe(times: &[Duration]) -> String {
    format!(
        "p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms ({} requests)",
        ms(percentile(times, 0.5)),
        ms(percentile(times, 0.99)),
        ms(percentile(times, 1.0)),
        times.len()
    )
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

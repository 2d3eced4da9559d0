//! Addresses to listen at that no other test has.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};

/// 127.0.0.0/8 is all this machine, and processes that run at once have numbers of their own.
pub fn place() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    SocketAddr::from(([127, 64 | high & 63, middle, low], NEXT.fetch_add(1, Ordering::Relaxed)))
}

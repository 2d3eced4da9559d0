//! The listening side over real sockets: what Skyvern gets, what attackers get, and what monitoring sees.

#[path = "../support/mod.rs"]
mod support;

mod attacks;
mod authenticators;
mod desk;
mod keys;
mod limits;
mod many;
mod monitoring;
mod pull;
mod sockets;
mod tls;
mod wire;
mod world;

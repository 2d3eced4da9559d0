//! Delivery against a Skyvern that misbehaves on purpose: each value arrives once, in order, in time, or not at all.

mod faults;
mod nat;
mod order;
mod outage;
mod power;
mod refused;
mod relay;
mod restart;
#[path = "../support/mod.rs"]
mod support;
mod unknown;

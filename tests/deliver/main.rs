//! Delivery against a Skyvern that misbehaves on purpose: each value arrives once, in order, in time, or not at all.

mod fake;
mod faults;
mod relay;

//! Drains the outbox: order within an identifier, retries, deadlines.

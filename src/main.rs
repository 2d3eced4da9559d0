//! Command line, logging, TLS provider, errors to exit codes.
fn main() {}

//! Command line, logging, TLS provider, errors to exit codes: the work is in the library.

use otp_relay::cli::Exit;

fn main() -> Exit {
    // One TLS provider for IMAP and HTTP. It can only be refused where one was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    otp_relay::cli::main()
}

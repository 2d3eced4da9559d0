//! Verifies who signed a mail: DKIM (RFC 6376) and ARC (RFC 8617) on the bytes that were fetched, with keys from DNS.
//!
//! Between `imap`, which has the bytes, and `mail`, which judges what comes of it: only mails of inboxes or rules with
//! `require` and `verify = true` get here, and only if something of them would be sent. All look-ups of a mail go out
//! together and have one deadline; what DNS did not answer in that time is open, not failed, and whoever asked decides
//! whether to ask again. Bounded: a few signatures of the From domain, one short chain, answers kept as long as DNS says
//! but at most an hour.

mod dns;
mod keys;
mod signatures;

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::time::Instant;

use crate::config;
use crate::mail::Verification;
use dns::Dns;

/// Verifies mails; cheap to clone. Nothing is looked up, and no socket opened, before the first mail needs it.
#[derive(Clone, Debug)]
pub struct Verifier {
    dns: Dns,
}

impl Verifier {
    pub fn new(settings: config::Dns) -> Self {
        Self { dns: Dns::new(settings) }
    }

    /// Other servers or another deadline, from now on.
    pub fn reload(&self, settings: config::Dns) {
        self.dns.reload(settings);
    }

    /// For how long one mail may keep its caller waiting.
    pub fn timeout(&self) -> std::time::Duration {
        self.dns.settings().timeout
    }

    /// Verifies a whole mail from `domain`, as [`Message::sender_domain`](crate::mail::Message::sender_domain) gives it.
    /// Never fails and never panics: what can't be verified says why.
    pub async fn verify(&self, raw: &[u8], domain: Option<&str>) -> Verification {
        let until = Instant::now() + self.timeout();
        let Some(domain) = domain else { return Verification::Impossible("it has no From address".into()) };
        let work = AssertUnwindSafe(signatures::verify(raw, domain, &self.dns, until)).catch_unwind();
        work.await.unwrap_or_else(|_panic| Verification::Impossible("it is malformed".into()))
    }
}

/// A mail from a file as it was sent: files often have bare line feeds, signatures are made over CR LF.
pub fn as_sent(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.windows(2).any(|pair| pair == b"\r\n") || !raw.contains(&b'\n') {
        return Cow::Borrowed(raw);
    }
    let mut sent = Vec::with_capacity(raw.len() + raw.len() / 32);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => sent.extend(text.iter().chain(b"\r\n")),
            None => sent.extend(line),
        }
    }
    Cow::Owned(sent)
}

/// What [`Verifier::verify`] would say of a mail of which only the beginning is at hand: a signature covers all of it.
pub fn cut(bytes: usize) -> Verification {
    let size = config::units::size_text(bytes as u64);
    Verification::Impossible(format!(
        "only its first {size} were fetched (max_message_size), a signature covers all of it"
    ))
}

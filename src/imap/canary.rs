//! The canary: a probe message that must be seen to arrive by the very connection that watches, for inboxes that ask for
//! it (`canary = "15m"`). It shows what IDLE and NOOP can't: that the server still takes mail in for this account, and
//! that this connection is told of it.
//!
//! This is the only place that writes to an account, and it writes to one mailbox of its own alone: `otp-relay-canary`,
//! created once. It is also the only one that is ever SELECTed. A probe is deleted as soon as it was seen, by the session
//! that put it there: an account may have several, each with a probe of its own. One that its session could not delete is
//! deleted by the next proof of any session once it is old. Messages of others are left alone.

use std::time::Duration;

use async_imap::imap_proto::Response;
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use super::error::Error;
use super::fetch::Items;
use super::look::uid_set;
use super::names;
use super::session::{Examined, Session};

/// The mailbox, and where servers put it that keep all folders below INBOX.
const NAMES: [&str; 3] = ["otp-relay-canary", "INBOX.otp-relay-canary", "INBOX/otp-relay-canary"];
/// Marks our probes.
const HEADER: &str = "X-Otp-Relay-Canary";
const SENDER: &str = "From: otp-relay <otp-relay@localhost>";
/// Without an announcement the mailbox is looked at again after this long.
const LOOK: Duration = Duration::from_secs(5);
/// Between two looks without IDLE.
const NOOP: Duration = Duration::from_secs(1);
/// No session waits for a probe of this age any more.
const STALE: SignedDuration = SignedDuration::from_hours(1);
/// Probes that are deleted at once, and how much of each is read.
const OLD: usize = 200;
const BYTES: u32 = 2048;

/// What came of a proof, where the connection is well.
#[derive(Debug)]
pub(super) enum Proof {
    /// Seen after this long.
    Seen(Duration),
    /// The server does not take the probe; why, for a person.
    Refused(String),
}

impl Session {
    /// Puts a probe into the canary's mailbox and waits until it is seen. Leaves that mailbox selected.
    ///
    /// # Errors
    /// [`Error::Canary`] if it is not seen in time; else what breaks the connection.
    pub(super) async fn prove(&mut self, idles: bool) -> Result<Proof, Error> {
        match self.probe(idles).await {
            Ok(took) => Ok(Proof::Seen(took)),
            Err(Error::Refused { command, said, .. }) => {
                Ok(Proof::Refused(format!("the server refuses {command} for the canary: {said}")))
            }
            Err(Error::Mailbox { said, .. }) => {
                Ok(Proof::Refused(format!("the mailbox {} can't be opened: {said}", NAMES[0])))
            }
            Err(error) => Err(error),
        }
    }

    async fn probe(&mut self, idles: bool) -> Result<Duration, Error> {
        let (name, selected) = self.open_canary().await?;
        let token = token(Timestamp::now());
        let began = Instant::now();
        self.append(name, &probe(&token)).await?;
        let mut from = selected.uid_next.unwrap_or(1);
        while !self.sees(&token, from).await? {
            // As long as the server may take for any answer.
            if began.elapsed() >= self.patience {
                return Err(Error::Canary(self.patience));
            }
            if idles {
                match self.idle(LOOK.min(self.patience), std::future::pending(), || ()).await {
                    Ok(_) => {}
                    Err(Error::Refused { .. }) => sleep(NOOP).await,
                    Err(error) => return Err(error),
                }
            } else {
                sleep(NOOP).await;
                self.run("NOOP", "NOOP", |_| Ok(())).await?;
            }
            if began.elapsed() >= LOOK {
                // Some servers show new mail only to who opens the mailbox anew.
                from = self.select(name).await?.uid_next.map_or(1, |_| from);
            }
        }
        let took = began.elapsed();
        self.clear(&token).await?;
        Ok(took)
    }

    /// Selects the canary's mailbox; makes it if there is none.
    async fn open_canary(&mut self) -> Result<(&'static str, Examined), Error> {
        let mut refused = None;
        for name in NAMES {
            match self.select(name).await {
                Ok(selected) => return Ok((name, selected)),
                Err(Error::Mailbox { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        for name in NAMES {
            let command = format!("CREATE {}", names::quoted(name)?);
            match self.run("CREATE", &command, |_| Ok(())).await {
                Ok(_) => return Ok((name, self.select(name).await?)),
                Err(error @ Error::Refused { .. }) => {
                    // Another session of this account may have been first.
                    match self.select(name).await {
                        Ok(selected) => return Ok((name, selected)),
                        Err(Error::Mailbox { .. }) => refused = refused.or(Some(error)),
                        Err(error) => return Err(error),
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(refused.unwrap_or_else(|| Error::protocol("it has no name for the canary")))
    }

    /// APPEND (RFC 3501 section 6.3.11), read already.
    async fn append(&mut self, mailbox: &str, message: &str) -> Result<(), Error> {
        let command = format!(r"APPEND {} (\Seen) {{{}}}", names::quoted(mailbox)?, message.len());
        let tag = self.send(&command).await?;
        let mut is_sent = false;
        loop {
            let response = self.read().await?;
            match response.parsed() {
                Response::Continue(_) if !is_sent => {
                    is_sent = true;
                    self.write(&format!("{message}\r\n")).await?;
                }
                Response::Continue(_) => {
                    return Err(Error::protocol("it asked for more after APPEND, which has no more"));
                }
                Response::Done { .. } => return self.finish(&tag, "APPEND", &response).map(|_| ()),
                _ => {}
            }
        }
    }

    /// Whether the probe is among the messages from this UID on.
    async fn sees(&mut self, token: &str, from: u32) -> Result<bool, Error> {
        let mut seen = false;
        let mut messages = self.fetch(&format!("{from}:*"), Items::BytesOnly { bytes: BYTES }).await?;
        while let Some(message) = messages.next().await? {
            seen |= message.body().is_some_and(|body| memchr::memmem::find(body, token.as_bytes()).is_some());
        }
        Ok(seen)
    }

    /// Deletes the session's probe, and those that an earlier connection left behind.
    async fn clear(&mut self, token: &str) -> Result<(), Error> {
        let now = Timestamp::now();
        let all = self.search("ALL").await?;
        let recent = all.get(all.len().saturating_sub(OLD)..).unwrap_or_default();
        if recent.is_empty() {
            return Ok(());
        }
        let mut probes = Vec::new();
        let mut messages = self.fetch(&uid_set(recent), Items::BytesOnly { bytes: BYTES }).await?;
        while let Some(message) = messages.next().await? {
            if message.body().and_then(token_of).is_some_and(|found| found == token || is_stale(found, now)) {
                probes.push(message.uid);
            }
        }
        probes.sort_unstable();
        probes.dedup();
        if !probes.is_empty() {
            let store = format!(r"UID STORE {} +FLAGS.SILENT (\Deleted)", uid_set(&probes));
            self.run("UID STORE", &store, |_| Ok(())).await?;
            self.run("EXPUNGE", "EXPUNGE", |_| Ok(())).await?;
        }
        Ok(())
    }
}

/// Names a probe, and says when it was made.
fn token(now: Timestamp) -> String {
    format!("{}-{}", now.as_second(), HEXLOWER.encode(&rand::random::<[u8; 16]>()))
}

/// Whether whoever made it no longer waits for it. What does not say when it was made is nobody's.
fn is_stale(token: &str, now: Timestamp) -> bool {
    let made = token.split_once('-').and_then(|(seconds, _)| Timestamp::from_second(seconds.parse().ok()?).ok());
    // A clock that was set back must not keep one for ever.
    made.is_none_or(|made| now.duration_since(made).abs() >= STALE)
}

/// The token of a probe; `None` for every other mail, also one that quotes a probe or only claims its header.
fn token_of(raw: &[u8]) -> Option<&str> {
    let beginning = raw.get(..raw.len().min(BYTES as usize))?;
    let head = beginning.get(..memchr::memmem::find(beginning, b"\r\n\r\n")?)?;
    let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
    let token = lines.clone().find_map(|line| line.strip_prefix(HEADER)?.strip_prefix(": "))?;
    lines.any(|line| line == SENDER).then_some(token)
}

/// Whether a mail is a probe of ours, as one sees it that watches the canary's mailbox too, or Gmail's `All Mail`, which
/// shows every mailbox's messages: then it is passed over.
pub(super) fn is_probe(raw: &[u8]) -> bool {
    token_of(raw).is_some()
}

/// A message that says what it is to whoever finds it.
fn probe(token: &str) -> String {
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S +0000");
    [
        SENDER,
        "To: otp-relay <otp-relay@localhost>",
        "Subject: otp-relay canary",
        &format!("Date: {date}"),
        &format!("Message-ID: <{token}@otp-relay.invalid>"),
        &format!("{HEADER}: {token}"),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "otp-relay put this message here to see that mail still arrives, and deletes it",
        "as soon as it was seen. This mailbox is its own.",
        "",
    ]
    .join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_is_a_message_that_explains_itself() {
        let text = probe("0123456789abcdef");
        assert!(text.contains("\r\nX-Otp-Relay-Canary: 0123456789abcdef\r\n"));
        assert!(text.is_ascii() && text.len() < BYTES as usize);
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a bare line end");
        let message = mail_parser::MessageParser::default().parse(text.as_bytes()).unwrap();
        assert!(message.date().unwrap().to_timestamp() > 1_600_000_000);
    }

    #[test]
    fn a_probe_is_known_wherever_it_turns_up_and_nothing_else_is_taken_for_one() {
        let probe = probe("0123456789abcdef");
        assert!(is_probe(probe.as_bytes()));
        let behind_trace = format!("Received: by mx.example.com\r\n{probe}");
        assert!(is_probe(behind_trace.as_bytes()));
        let mail = "From: Acme <no-reply@acme.example>\r\nSubject: Your code\r\n\r\n";
        for other in [
            // Somebody forwards or quotes one, or only claims its header.
            format!("{mail}{probe}"),
            format!("From: Acme <no-reply@acme.example>\r\n{HEADER}: 1\r\n\r\nYour code is 482913"),
            probe.replace(HEADER, "X-Other"),
            String::new(),
        ] {
            assert!(!is_probe(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn only_what_nobody_waits_for_is_stale() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let hours = SignedDuration::from_hours;
        for (made, expected) in [(now, false), (now - hours(2), true), (now + hours(2), true)] {
            assert_eq!(is_stale(&token(made), now), expected, "{made}");
        }
        assert!(is_stale("0123456789abcdef", now));
    }
}

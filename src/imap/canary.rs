//! The canary: a probe message that must be seen to arrive by the very connection that watches, for inboxes that ask for
//! it (`canary = "15m"`). It shows what IDLE and NOOP can't: that the server still takes mail in for this account, and
//! that this connection is told of it.
//!
//! This is the only place that writes to an account, and it writes to one mailbox of its own alone: `otp-relay-canary`,
//! created once. It is also the only one that is ever SELECTed. Probes are deleted as soon as they were seen; other
//! messages that somebody puts there are left alone.

use std::time::Duration;

use async_imap::imap_proto::Response;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
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
/// Without an announcement the mailbox is looked at again after this long.
const LOOK: Duration = Duration::from_secs(5);
/// Between two looks without IDLE.
const NOOP: Duration = Duration::from_secs(1);
/// Old probes that are deleted at once, and how much of each is read.
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
        let token = HEXLOWER.encode(&rand::random::<[u8; 16]>());
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
        self.clear().await?;
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
                Err(error @ Error::Refused { .. }) => refused = refused.or(Some(error)),
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

    /// Deletes probes, also those that an earlier connection left behind.
    async fn clear(&mut self) -> Result<(), Error> {
        let all = self.search("ALL").await?;
        let recent = all.get(all.len().saturating_sub(OLD)..).unwrap_or_default();
        if recent.is_empty() {
            return Ok(());
        }
        let mut probes = Vec::new();
        let mut messages = self.fetch(&uid_set(recent), Items::BytesOnly { bytes: BYTES }).await?;
        while let Some(message) = messages.next().await? {
            if message.body().is_some_and(|body| memchr::memmem::find(body, HEADER.as_bytes()).is_some()) {
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

/// A message that says what it is to whoever finds it.
fn probe(token: &str) -> String {
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S +0000");
    [
        "From: otp-relay <otp-relay@localhost>",
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
}

//! IDLE (RFC 2177): waits until the server announces something, the time is up, or the caller is interrupted.
//!
//! Every response is read by the session itself, so that an EXISTS before the `+`, or the hundredth, is seen like any
//! other. A server that does not begin or end IDLE in time has gone.

use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, Response};
use jiff::Timestamp;
use tokio::time::{Instant, timeout};

use super::error::Error;
use super::session::{LONGEST_COMMAND, Session};

/// How long the server may take to end IDLE.
const DONE: Duration = Duration::from_secs(15);

/// Why IDLE ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// The mailbox changed: [`Session::news`] says when.
    News,
    /// Nothing came in time: look anyway.
    TimeUp,
    Interrupted,
}

impl Session {
    /// IDLEs for at most `longest`. `alive` is called whenever the server says something.
    ///
    /// NO or BAD to IDLE itself is [`Error::Refused`], and the session goes on.
    pub(super) async fn idle(
        &mut self,
        longest: Duration,
        interrupt: impl Future<Output = ()>,
        mut alive: impl FnMut(),
    ) -> Result<Woken, Error> {
        let tag = self.send("IDLE").await?;
        let patience = Instant::now() + LONGEST_COMMAND;
        loop {
            let response = self.read_until(patience).await?;
            match response.parsed() {
                Response::Continue(_) => break,
                Response::Done { .. } => {
                    self.finish(&tag, "IDLE", &response)?;
                    return Err(Error::protocol("it ended IDLE before it began"));
                }
                _ => {}
            }
        }
        alive();
        self.promise(longest);
        self.set_idle(true);
        let woken = self.wait(Instant::now() + longest, interrupt, alive).await;
        self.set_idle(false);
        let woken = woken?;
        self.write("DONE\r\n").await?;
        let end = async {
            loop {
                let response = self.read().await?;
                if let Response::Done { .. } = response.parsed() {
                    return self.finish(&tag, "IDLE", &response);
                }
            }
        };
        match timeout(DONE, end).await {
            Ok(ended) => ended.map(|_| woken),
            Err(_) => Err(Error::Timeout(DONE)),
        }
    }

    async fn wait(
        &mut self,
        until: Instant,
        interrupt: impl Future<Output = ()>,
        mut alive: impl FnMut(),
    ) -> Result<Woken, Error> {
        let mut interrupt = std::pin::pin!(interrupt);
        while self.news.is_none() {
            tokio::select! {
                response = self.read_idle() => {
                    match response?.parsed() {
                        // Even one that repeats the number we know: the server may have left an EXPUNGE out.
                        Response::MailboxData(MailboxDatum::Exists(_)) if !self.ignore_echoes => {
                            self.news.get_or_insert_with(Timestamp::now);
                        }
                        Response::Done { .. } => return Err(Error::protocol("it ended IDLE by itself")),
                        _ => {}
                    }
                    alive();
                }
                () = tokio::time::sleep_until(until) => return Ok(Woken::TimeUp),
                () = &mut interrupt => return Ok(Woken::Interrupted),
            }
        }
        Ok(Woken::News)
    }
}

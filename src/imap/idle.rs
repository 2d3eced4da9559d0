//! IDLE (RFC 2177): waits until the server announces something, the time is up, or the caller is interrupted.
//!
//! Every response is read by the session itself, so that an EXISTS before the `+`, or the hundredth, is seen like any
//! other. A server that does not begin or end IDLE in time has gone.
//!
//! When news end it, DONE goes out together with the command that asks for the mail (RFC 3501 section 5.5 lets a client
//! send the next command before the answer to the last), which saves a round trip to the server. A server that loses such
//! a command is noticed, and from then on is not given one: see [`Session::pipelines`].

use std::sync::atomic::Ordering;
use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, RequestId, Response, Status};
use jiff::Timestamp;
use tokio::time::{Instant, timeout, timeout_at};

use super::error::Error;
use super::session::{LONGEST_COMMAND, ResponseData, Session};

/// How long the server may take to end IDLE.
const DONE: Duration = Duration::from_secs(15);
/// How long it may take to begin the answer to a command that went out along with DONE.
const CONFIRMED: Duration = Duration::from_secs(5);

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
        if woken == Woken::News && self.pipelines.load(Ordering::Relaxed) {
            self.leaving = Some(tag);
        } else {
            self.write("DONE\r\n").await?;
            self.left(&tag).await?;
        }
        Ok(woken)
    }

    /// Ends IDLE, and sends a command along.
    pub(super) async fn leave_idle_with(&mut self, idle: &RequestId, command: &str) -> Result<RequestId, Error> {
        self.open = None;
        let tag = self.begin()?;
        self.write(&format!("DONE\r\n{} {command}\r\n", tag.0)).await?;
        // A server that takes both for one line says BAD.
        self.left(idle).await.inspect_err(|_| self.pipelines.store(false, Ordering::Relaxed))?;
        self.open = Some(tag.clone());
        self.unconfirmed = Some(Instant::now() + self.patience.min(CONFIRMED));
        Ok(tag)
    }

    /// The next response to a command that went out along with DONE; `None` if it is slow in coming, but is coming.
    /// Whatever goes wrong before the command is answered, the next one does not go out so.
    pub(super) async fn read_confirming(&mut self, soon: Instant) -> Result<Option<ResponseData>, Error> {
        let received = self.received();
        let response = match timeout_at(soon, self.read()).await {
            Ok(Ok(response)) => response,
            Err(_) if self.received() > received => {
                self.unconfirmed = None;
                return Ok(None);
            }
            failed => {
                self.pipelines.store(false, Ordering::Relaxed);
                return Err(match failed {
                    Ok(Err(error)) => error,
                    _ => Error::Timeout(self.patience.min(CONFIRMED)),
                });
            }
        };
        match response.parsed() {
            Response::Done { status: Status::Bad, .. } => self.pipelines.store(false, Ordering::Relaxed),
            Response::Done { .. }
            | Response::Continue(_)
            | Response::Fetch(..)
            | Response::MailboxData(MailboxDatum::Search(_)) => self.unconfirmed = None,
            _ => {}
        }
        Ok(Some(response))
    }

    /// Reads until the server has ended IDLE.
    async fn left(&mut self, idle: &RequestId) -> Result<(), Error> {
        let end = async {
            loop {
                let response = self.read().await?;
                if let Response::Done { .. } = response.parsed() {
                    return self.finish(idle, "IDLE", &response);
                }
            }
        };
        match timeout(DONE, end).await {
            Ok(ended) => ended.map(|_| ()),
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

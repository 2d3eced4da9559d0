//! Strict IMAP commands (RFC 3501): a command has succeeded when its own tagged OK came, and not before.
//!
//! async-imap's own commands take a closed connection or a NO for an empty answer. Here only its response stream is
//! used: commands are written by us (so that passwords never pass through its trace log), and every response is read and
//! judged until our tag comes. No response means the connection is lost; NO and BAD are errors; a command that was not
//! read to its end leaves the session unusable. EXISTS is noticed whenever it comes.
//!
//! Only commands whose answers the parser knows are sent: it ends the stream at an untagged response that it doesn't.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use async_imap::imap_proto::{Capability, MailboxDatum, NameAttribute, RequestId, Response, ResponseCode, Status};
use futures_util::{FutureExt, Stream as Responses};
use jiff::Timestamp;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout_at};

use super::error::{Answer, Error};
use super::guard::Guard;
use super::names;
use super::stream::Stream;
use crate::pulse::Pulse;

type Wire = async_imap::Client<Guard<Stream>>;

/// A response and the bytes it borrows from. async-imap does not export the type's name, only streams of it.
pub(super) type ResponseData =
    <<async_imap::extensions::idle::Handle<Guard<Stream>> as Responses>::Item as Success>::Value;

/// Names the success type of a result type.
pub(super) trait Success {
    type Value;
}

impl<T> Success for std::io::Result<T> {
    type Value = T;
}

/// The longest that one command may take altogether, however steadily its answer trickles in.
pub(super) const LONGEST_COMMAND: Duration = Duration::from_secs(10 * 60);
/// How late a promised sign of life may be: the machine may be busy.
pub(super) const GRACE: Duration = Duration::from_secs(30);
/// How many responses one command may yield: every message of a large mailbox may get a word in.
const MOST_RESPONSES: u32 = 1_000_000;
/// How many names a LIST may yield before the rest is only counted.
const NAMES_KEPT: usize = 20;
/// How many UIDs a SEARCH may yield.
const UIDS_KEPT: usize = 1_000_000;

/// A connection that was greeted, logged in or not.
#[derive(Debug)]
pub(super) struct Session {
    wire: Wire,
    /// For one answer of the server.
    pub(super) patience: Duration,
    tags: u32,
    /// A command was sent whose tagged answer has not come yet.
    pub(super) open: Option<RequestId>,
    /// An IDLE that is to be left with the next command.
    pub(super) leaving: Option<RequestId>,
    /// Until when a command that went out along with DONE has to be answered.
    pub(super) unconfirmed: Option<Instant>,
    /// Whether the server takes a command along with DONE, as far as all sessions of the account know.
    pub(super) pipelines: Arc<AtomicBool>,
    /// Responses that came since.
    responses: u32,
    pub(super) capabilities: Capabilities,
    /// Messages in the selected mailbox, as last announced.
    pub(super) exists: u32,
    /// Messages that went away since [`Session::take_expunged`].
    expunged: u32,
    /// When the server announced mail that nobody has looked for yet.
    pub(super) news: Option<Timestamp>,
    /// The server repeats EXISTS without news: a repeated number no longer ends IDLE.
    pub(super) ignore_echoes: bool,
    /// Who waits for the server, and for how long at most.
    pulse: Option<Arc<Pulse>>,
}

/// What the server can do (RFC 3501 section 7.2.1), upper case.
#[derive(Clone, Debug, Default)]
pub(super) struct Capabilities(Vec<String>);

impl Capabilities {
    fn of(list: &[Capability<'_>]) -> Self {
        Self(
            list.iter()
                .map(|capability| match capability {
                    Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                    Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
                    Capability::Atom(atom) => atom.to_ascii_uppercase(),
                })
                .collect(),
        )
    }

    #[cfg(test)]
    pub(super) fn from_names(names: &[&str]) -> Self {
        Self(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// `name` in upper case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }
}

/// An examined mailbox (RFC 3501 section 6.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Examined {
    pub(super) exists: u32,
    pub(super) uid_validity: u32,
    /// Some servers leave it out.
    pub(super) uid_next: Option<u32>,
}

impl Session {
    /// Takes the greeting (RFC 3501 section 7.1): only OK will do.
    pub(super) async fn greeted(stream: Stream, literal: u64, patience: Duration) -> Result<Self, Error> {
        let mut session = Self::ungreeted(stream, literal, patience);
        let greeting = match session.read().await {
            Ok(greeting) => greeting,
            Err(Error::Closed(_)) => return Err(Error::NoGreeting),
            Err(error) => return Err(error),
        };
        match greeting.parsed() {
            Response::Data { status: Status::Ok, outcome } => {
                if let Some(ResponseCode::Capabilities(list)) = &outcome.code {
                    session.capabilities = Capabilities::of(list);
                }
                Ok(session)
            }
            // Somebody else's mailbox, or an attacker's: we said nothing of who we are.
            Response::Data { status: Status::PreAuth, .. } => Err(Error::protocol(
                "it greeted with PREAUTH, as if somebody had logged in already; nothing is read from such a session",
            )),
            Response::Data { outcome, .. } => Err(Error::bye(outcome)),
            _ => Err(Error::protocol("it did not begin with a greeting")),
        }
    }

    /// A session on a stream whose greeting was taken before, as after STARTTLS.
    pub(super) fn ungreeted(stream: Stream, literal: u64, patience: Duration) -> Self {
        Self {
            wire: async_imap::Client::new(Guard::new(stream, literal, patience)),
            patience,
            tags: 0,
            open: None,
            leaving: None,
            unconfirmed: None,
            pipelines: Arc::new(AtomicBool::new(true)),
            responses: 0,
            capabilities: Capabilities::default(),
            exists: 0,
            expunged: 0,
            news: None,
            ignore_echoes: false,
            pulse: None,
        }
    }

    /// STARTTLS (RFC 3501 section 6.2.1). Gives the bare connection back; whatever the server, or somebody between,
    /// sent in plain text behind its answer is dropped with the parser's buffer.
    pub(super) async fn start_tls(mut self) -> Result<Stream, Error> {
        if self.capabilities.is_empty() {
            self.ask_capabilities().await?;
        }
        if !self.capabilities.has("STARTTLS") {
            return Err(Error::Login("the server offers no STARTTLS (is it a port for implicit TLS?)".into()));
        }
        self.run("STARTTLS", "STARTTLS", |_| Ok(())).await?;
        Ok(self.wire.into_inner().into_inner())
    }

    /// CAPABILITY (RFC 3501 section 6.1.1).
    pub(super) async fn ask_capabilities(&mut self) -> Result<(), Error> {
        let mut found = None;
        self.run("CAPABILITY", "CAPABILITY", |response| {
            if let Response::Capabilities(list) = response {
                found = Some(Capabilities::of(list));
            }
            Ok(())
        })
        .await?;
        self.capabilities = found.ok_or_else(|| Error::protocol("it answered CAPABILITY without capabilities"))?;
        Ok(())
    }

    /// ID (RFC 2971). Some providers serve only clients that say who they are; others refuse, which does no harm.
    pub(super) async fn identify(&mut self) -> Result<(), Error> {
        if !self.capabilities.has("ID") {
            return Ok(());
        }
        let command = concat!(r#"ID ("name" "otp-relay" "version" ""#, env!("CARGO_PKG_VERSION"), r#"")"#);
        match self.run("ID", command, |_| Ok(())).await {
            Ok(_) | Err(Error::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// EXAMINE (RFC 3501 section 6.3.2): opens the mailbox without ever changing it.
    pub(super) async fn examine(&mut self, mailbox: &str) -> Result<Examined, Error> {
        self.open("EXAMINE", mailbox).await
    }

    /// SELECT (RFC 3501 section 6.3.1): for a mailbox of our own alone.
    pub(super) async fn select(&mut self, mailbox: &str) -> Result<Examined, Error> {
        self.open("SELECT", mailbox).await
    }

    async fn open(&mut self, how: &'static str, mailbox: &str) -> Result<Examined, Error> {
        let (mut exists, mut uid_validity, mut uid_next) = (None, None, None);
        self.news = None;
        let command = format!("{how} {}", names::quoted(mailbox)?);
        let result = self
            .run(how, &command, |response| {
                match response {
                    Response::MailboxData(MailboxDatum::Exists(n)) => exists = Some(*n),
                    Response::Data { status: Status::Ok, outcome } => match &outcome.code {
                        Some(ResponseCode::UidValidity(n)) => uid_validity = Some(*n),
                        Some(ResponseCode::UidNext(n)) => uid_next = Some(*n),
                        _ => {}
                    },
                    _ => {}
                }
                Ok(())
            })
            .await;
        match result {
            Ok(_) => {}
            // With NO, or with BAD as hMailServer does: the session goes on.
            Err(Error::Refused { said, .. }) => {
                return Err(Error::Mailbox { name: mailbox.to_owned(), said, exist: Vec::new() });
            }
            Err(error) => return Err(error),
        }
        self.news = None;
        let (Some(exists), Some(uid_validity)) = (exists, uid_validity) else {
            return Err(Error::protocol("it opened the mailbox without EXISTS or UIDVALIDITY"));
        };
        Ok(Examined { exists, uid_validity, uid_next })
    }

    /// UID SEARCH (RFC 3501 section 6.4.4): UIDs in ascending order.
    pub(super) async fn search(&mut self, criteria: &str) -> Result<Vec<u32>, Error> {
        let mut uids = Vec::new();
        self.run("UID SEARCH", &format!("UID SEARCH {criteria}"), |response| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = response {
                if uids.len() + found.len() > UIDS_KEPT {
                    return Err(Error::protocol("it found more messages than a mailbox can hold"));
                }
                uids.extend_from_slice(found);
            }
            Ok(())
        })
        .await?;
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// LIST (RFC 3501 section 6.3.8): some names of mailboxes that can be opened, for a person.
    pub(super) async fn list(&mut self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        let mut more = 0_u32;
        self.run("LIST", r#"LIST "" "*""#, |response| {
            if let Response::MailboxData(MailboxDatum::List(data)) = response {
                if data.name_attributes.contains(&NameAttribute::NoSelect) {
                } else if names.len() < NAMES_KEPT {
                    names.push(names::readable(&data.name));
                } else {
                    more += 1;
                }
            }
            Ok(())
        })
        .await?;
        names.sort_unstable();
        if more > 0 {
            names.push(format!("and {more} more"));
        }
        Ok(names)
    }

    /// Sends a command and reads until its tagged answer, which must be OK.
    pub(super) async fn run(
        &mut self,
        name: &'static str,
        command: &str,
        mut on: impl FnMut(&Response<'_>) -> Result<(), Error>,
    ) -> Result<Option<Capabilities>, Error> {
        let until = Instant::now() + LONGEST_COMMAND;
        let tag = self.send(command).await?;
        loop {
            let response = self.read_until(until).await?;
            match response.parsed() {
                Response::Done { .. } => return self.finish(&tag, name, &response),
                Response::Continue(_) => {
                    return Err(Error::protocol(format!("it asked for more after {name}, which has no more")));
                }
                untagged => on(untagged)?,
            }
        }
    }

    /// Judges a tagged response; `Ok` holds the capabilities that came with it.
    pub(super) fn finish(
        &mut self,
        tag: &RequestId,
        name: &'static str,
        response: &ResponseData,
    ) -> Result<Option<Capabilities>, Error> {
        let Response::Done { tag: answered, status, outcome } = response.parsed() else {
            return Err(Error::protocol(format!("its answer to {name} has no tag")));
        };
        if answered != tag {
            return Err(Error::protocol(format!("it answered something that was not asked, instead of {name}")));
        }
        self.open = None;
        if let Some(error) = Answer::of(outcome).error(name, status) {
            return Err(error);
        }
        Ok(match &outcome.code {
            Some(ResponseCode::Capabilities(list)) => Some(Capabilities::of(list)),
            _ => None,
        })
    }

    /// Writes one command in one piece. Its tagged answer must be read before the next.
    pub(super) async fn send(&mut self, command: &str) -> Result<RequestId, Error> {
        if let Some(idle) = self.leaving.take() {
            return self.leave_idle_with(&idle, command).await;
        }
        let tag = self.begin()?;
        self.write(&format!("{} {command}\r\n", tag.0)).await?;
        Ok(tag)
    }

    /// The tag of a command that is sent now.
    pub(super) fn begin(&mut self) -> Result<RequestId, Error> {
        if self.open.is_some() {
            return Err(Error::protocol("the session is out of step: a command was not read to its end"));
        }
        self.tags += 1;
        self.responses = 0;
        let tag = RequestId(format!("A{}", self.tags));
        self.open = Some(tag.clone());
        Ok(tag)
    }

    /// Writes bytes of a command under way: a literal, an answer to a challenge, DONE.
    pub(super) async fn write(&mut self, text: &str) -> Result<(), Error> {
        self.promise(self.patience);
        let guard = self.wire.get_mut();
        let written = async {
            guard.write_all(text.as_bytes()).await?;
            guard.flush().await
        };
        written.await.map_err(|error| Error::io(&error))
    }

    /// The next response of a command under way.
    pub(super) async fn read_until(&mut self, until: Instant) -> Result<ResponseData, Error> {
        self.responses += 1;
        if self.responses > MOST_RESPONSES {
            return Err(Error::protocol("its answer has no end"));
        }
        if let Some(soon) = self.unconfirmed
            && let Some(response) = self.read_confirming(soon).await?
        {
            return Ok(response);
        }
        // Silence is an error; while something trickles in, that it does so is the sign of life.
        loop {
            let now = Instant::now();
            match timeout_at(until.min(now + self.patience), self.read()).await {
                Ok(response) => return response,
                Err(_) if Instant::now() < until => {}
                Err(_) => return Err(Error::Timeout(LONGEST_COMMAND)),
            }
        }
    }

    /// The next response, whatever it is. EXISTS, EXPUNGE and BYE are dealt with here. Can be cancelled: what has come
    /// in so far stays in the parser's buffer.
    pub(super) async fn read(&mut self) -> Result<ResponseData, Error> {
        self.promise(self.patience);
        self.read_idle().await
    }

    /// As [`Session::read`], without a promise of when it will be back.
    pub(super) async fn read_idle(&mut self) -> Result<ResponseData, Error> {
        // The parser has a few ways to panic at what a server sends (INTERNALDATE NIL is one).
        let read = AssertUnwindSafe(self.wire.read_response()).catch_unwind().await;
        let response = match read {
            Err(_panic) => return Err(Error::protocol("it sent something that the parser can't survive")),
            Ok(Err(error)) => return Err(Error::io(&error)),
            Ok(Ok(None)) => return Err(Error::Closed("the server closed it".into())),
            Ok(Ok(Some(response))) => response,
        };
        match response.parsed() {
            Response::MailboxData(MailboxDatum::Exists(n)) => {
                if *n != self.exists {
                    self.news.get_or_insert_with(Timestamp::now);
                }
                self.exists = *n;
            }
            Response::Expunge(_) => {
                self.exists = self.exists.saturating_sub(1);
                self.expunged = self.expunged.saturating_add(1);
            }
            Response::Data { status: Status::Bye, outcome } => return Err(Error::bye(outcome)),
            _ => {}
        }
        Ok(response)
    }

    /// Its owner's proof of life: from now on waits are promised there.
    pub(super) fn set_pulse(&mut self, pulse: Arc<Pulse>) {
        self.pulse = Some(pulse);
    }

    /// The next sign of life comes within `span`.
    pub(super) fn promise(&self, span: Duration) {
        if let Some(pulse) = &self.pulse {
            pulse.beat(span + GRACE);
        }
    }

    /// How many messages went away since the last time.
    pub(super) fn take_expunged(&mut self) -> u32 {
        std::mem::take(&mut self.expunged)
    }

    /// Bytes that the server has sent so far.
    pub(super) fn received(&mut self) -> u64 {
        self.wire.get_mut().received()
    }

    /// Silence is no error while `idle`.
    pub(super) fn set_idle(&mut self, idle: bool) {
        self.wire.get_mut().set_idle(idle);
    }
}

impl Capabilities {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

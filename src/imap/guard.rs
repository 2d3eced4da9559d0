//! Bounds what a server can make us do, while its bytes arrive: the length of a line, of a literal, of a whole response,
//! how deep lists nest, and how long it may be silent.
//!
//! The parser above allocates what a literal announces, re-reads an unfinished line with every packet, and recurses into
//! nested lists; none of that is limited there. The guard only watches: it passes all bytes on as they are, but for the
//! `~` of a literal8 (RFC 3516), which the parser does not know. It leaves the meaning of the bytes to the session.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::stream::Acknowledge;

/// The longest line without its literals: a SEARCH answer of some 50,000 messages.
const LINE: usize = 512 * 1024;
/// What a response may hold beside its largest literal.
const RESPONSE_EXTRA: usize = LINE + 64 * 1024;
/// Lists within lists. FETCH of what we ask for needs one; the parser's stack ends at some hundred.
const DEPTH: u8 = 40;
/// How much of a response's beginning is kept, to tell status responses: tag, status, and the first word of a code.
const PREFIX: usize = 64;

/// A limit that the server went beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Breach {
    #[error("it sent a line of more than {LINE} bytes")]
    Line,
    #[error("it announced a literal of {announced} bytes, {allowed} are allowed")]
    Literal { announced: u64, allowed: u64 },
    #[error("it sent a response of more than {0} bytes")]
    Response(usize),
    #[error("it sent lists nested more than {DEPTH} deep")]
    Depth,
}

/// The server neither sent nor took a byte for so long.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("nothing moved for {0:?}")]
pub(super) struct Silence(pub(super) Duration);

/// A stream under watch.
pub(super) struct Guard<S> {
    inner: S,
    scan: Scan,
    /// A `~` at the end of the last read: passed on unless a `{` follows.
    held_tilde: bool,
    patience: Duration,
    /// In IDLE silence is normal, and the caller keeps the time.
    idle: bool,
    read_alarm: Option<Pin<Box<Sleep>>>,
    write_alarm: Option<Pin<Box<Sleep>>>,
    received: u64,
}

impl<S> Guard<S> {
    /// `literal`: the longest literal in bytes; `patience`: the longest silence outside IDLE.
    pub(super) fn new(inner: S, literal: u64, patience: Duration) -> Self {
        Self {
            inner,
            scan: Scan::new(literal),
            held_tilde: false,
            patience,
            idle: false,
            read_alarm: None,
            write_alarm: None,
            received: 0,
        }
    }

    pub(super) fn into_inner(self) -> S {
        self.inner
    }

    /// Bytes that came so far.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Silence is no error while `idle`.
    pub(super) fn set_idle(&mut self, idle: bool) {
        self.idle = idle;
        self.read_alarm = None;
    }
}

impl<S> fmt::Debug for Guard<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("received", &self.received).field("idle", &self.idle).finish_non_exhaustive()
    }
}

/// Ready with an error once `patience` has passed since the alarm was set.
fn poll_alarm(alarm: &mut Option<Pin<Box<Sleep>>>, patience: Duration, cx: &mut Context<'_>) -> Poll<io::Error> {
    let alarm = alarm.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + patience)));
    alarm.as_mut().poll(cx).map(|()| io::Error::new(io::ErrorKind::TimedOut, Silence(patience)))
}

impl<S: AsyncRead + Acknowledge + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let start = buf.filled().len();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            if this.held_tilde {
                buf.put_slice(b"~");
                if buf.remaining() == 0 {
                    this.held_tilde = false;
                    return Poll::Ready(Ok(()));
                }
            }
            let fresh = buf.filled().len();
            this.inner.acknowledge_at_once();
            match Pin::new(&mut this.inner).poll_read(cx, buf) {
                Poll::Ready(Ok(())) => this.read_alarm = None,
                Poll::Ready(Err(error)) => {
                    buf.set_filled(start);
                    return Poll::Ready(Err(error));
                }
                Poll::Pending => {
                    buf.set_filled(start);
                    if this.idle {
                        return Poll::Pending;
                    }
                    return poll_alarm(&mut this.read_alarm, this.patience, cx).map(Err);
                }
            }
            if buf.filled().len() == fresh {
                // The end. A `~` held back at that point belongs to a broken response anyway.
                buf.set_filled(start);
                return Poll::Ready(Ok(()));
            }
            this.received += (buf.filled().len() - fresh) as u64;
            let was_held = std::mem::take(&mut this.held_tilde);
            let region = buf.filled_mut().get_mut(start..).unwrap_or_default();
            let scanned = match this.scan.pass(region, usize::from(was_held)) {
                Ok(scanned) => scanned,
                Err(breach) => {
                    buf.set_filled(start);
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, breach)));
                }
            };
            this.held_tilde = scanned.held_tilde;
            buf.set_filled(start + scanned.kept);
            if scanned.kept > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> Guard<S> {
    fn timed<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match polled {
            Poll::Ready(result) => {
                self.write_alarm = None;
                Poll::Ready(result)
            }
            Poll::Pending => poll_alarm(&mut self.write_alarm, self.patience, cx).map(Err),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.timed(cx, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_flush(cx);
        self.timed(cx, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.timed(cx, polled)
    }
}

/// Follows lines and literals (RFC 3501 sections 2.2 and 4.3) without understanding them.
struct Scan {
    literal_limit: u64,
    /// Bytes of a literal that are still to come.
    literal_left: u64,
    line: usize,
    response: usize,
    prefix: [u8; PREFIX],
    prefix_len: usize,
    depth: u8,
    quoted: bool,
    escaped: bool,
    brace: Brace,
}

/// How much of `{123}` CR LF was seen.
#[derive(Clone, Copy)]
enum Brace {
    No,
    Digits { any: bool, value: u64 },
    Closed(u64),
    Returned(u64),
}

/// What became of the bytes of one read.
struct Scanned {
    kept: usize,
    held_tilde: bool,
}

impl Scan {
    fn new(literal_limit: u64) -> Self {
        Self {
            literal_limit,
            literal_left: 0,
            line: 0,
            response: 0,
            prefix: [0; PREFIX],
            prefix_len: 0,
            depth: 0,
            quoted: false,
            escaped: false,
            brace: Brace::No,
        }
    }

    /// Looks at the bytes of a read and moves those that are passed on to the front. `held` is 1 if the first is a `~`
    /// that was held back.
    fn pass(&mut self, bytes: &mut [u8], held: usize) -> Result<Scanned, Breach> {
        let mut read = 0;
        let mut kept = 0;
        let mut held_tilde = false;
        while let Some(&byte) = bytes.get(read) {
            if self.literal_left > 0 {
                let here = usize::try_from(self.literal_left).unwrap_or(usize::MAX).min(bytes.len() - read);
                if read != kept {
                    bytes.copy_within(read..read + here, kept);
                }
                self.literal_left -= here as u64;
                self.count(here)?;
                read += here;
                kept += here;
                continue;
            }
            if byte == b'~' && !self.quoted {
                match bytes.get(read + 1) {
                    Some(b'{') => {
                        read += 1;
                        continue;
                    }
                    None if read >= held => {
                        held_tilde = true;
                        break;
                    }
                    _ => {}
                }
            }
            if let Some(target) = bytes.get_mut(kept) {
                *target = byte;
            }
            read += 1;
            kept += 1;
            self.line_byte(byte)?;
        }
        Ok(Scanned { kept, held_tilde })
    }

    fn count(&mut self, bytes: usize) -> Result<(), Breach> {
        self.response += bytes;
        let limit = RESPONSE_EXTRA + usize::try_from(self.literal_limit).unwrap_or(usize::MAX / 2);
        if self.response > limit { Err(Breach::Response(limit)) } else { Ok(()) }
    }

    fn line_byte(&mut self, byte: u8) -> Result<(), Breach> {
        self.line += 1;
        if self.line > LINE {
            return Err(Breach::Line);
        }
        self.count(1)?;
        if let Some(slot) = self.prefix.get_mut(self.prefix_len) {
            *slot = byte;
            self.prefix_len += 1;
        }
        self.nesting(byte)?;
        self.brace = match (self.brace, byte) {
            (_, b'{') => Brace::Digits { any: false, value: 0 },
            (Brace::Digits { value, .. }, b'0'..=b'9') => {
                Brace::Digits { any: true, value: value.saturating_mul(10).saturating_add(u64::from(byte - b'0')) }
            }
            (Brace::Digits { any: true, value }, b'}') => Brace::Closed(value),
            (Brace::Closed(value), b'\r') => Brace::Returned(value),
            (Brace::Returned(value), b'\n') => {
                self.brace = Brace::No;
                return self.line_end(Some(value));
            }
            (_, b'\n') => {
                self.brace = Brace::No;
                return self.line_end(None);
            }
            _ => Brace::No,
        };
        Ok(())
    }

    /// Counts the lists that are open outside of quoted strings.
    fn nesting(&mut self, byte: u8) -> Result<(), Breach> {
        if self.escaped {
            self.escaped = false;
            return Ok(());
        }
        match byte {
            b'\\' if self.quoted => self.escaped = true,
            b'"' => self.quoted = !self.quoted,
            b'(' if !self.quoted => {
                self.depth = self.depth.saturating_add(1);
                if self.depth > DEPTH && !self.is_status() {
                    return Err(Breach::Depth);
                }
            }
            b')' if !self.quoted => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    fn line_end(&mut self, announced: Option<u64>) -> Result<(), Breach> {
        self.line = 0;
        self.quoted = false;
        self.escaped = false;
        if let Some(announced) = announced {
            // The text of a status response is free: "{3}" at its end announces nothing. But the parser takes literals
            // within a BADCHARSET code.
            let text = self.is_status();
            if announced > self.literal_limit && (!text || self.has_charset_code()) {
                return Err(Breach::Literal { announced, allowed: self.literal_limit });
            }
            if !text {
                self.literal_left = announced;
                return Ok(());
            }
        }
        self.response = 0;
        self.prefix_len = 0;
        self.depth = 0;
        Ok(())
    }

    fn prefix(&self) -> &[u8] {
        self.prefix.get(..self.prefix_len).unwrap_or_default()
    }

    /// `+ …`, `* OK …`, `A1 NO …`: responses whose text is free (RFC 3501 section 7.1).
    fn is_status(&self) -> bool {
        let prefix = self.prefix();
        if prefix.first() == Some(&b'+') {
            return true;
        }
        let mut words = prefix.split(|&b| matches!(b, b' ' | b'\r' | b'\n'));
        let (tag, status) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        // Tags are ours and short: behind a longer one a code might begin beyond the prefix.
        tag.len() <= 16
            && [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|known| status.eq_ignore_ascii_case(known))
    }

    fn has_charset_code(&self) -> bool {
        const CODE: &[u8] = b"[BADCHARSET";
        self.prefix().windows(CODE.len()).any(|window| window.eq_ignore_ascii_case(CODE))
    }
}

#[cfg(test)]
mod tests;

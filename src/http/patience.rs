//! How long a peer may take. Between two requests a connection may rest for a while; a request's headers must then come
//! within a short time, and so must be taken what is written. (hyper's own header timeout also counts the rest.)

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::Limits;

/// What a connection is at; shared by its stream and its requests.
#[derive(Clone, Debug)]
pub(super) struct Phase(Arc<Mutex<Present>>);

#[derive(Debug)]
struct Present {
    state: State,
    /// Who read while a request was dealt with: when that is over, the time for the next one begins.
    reader: Option<Waker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The next request has not begun.
    Resting(Instant),
    /// Its headers are under way.
    Headers(Instant),
    /// It is dealt with, and nobody knows yet whether it is signed; its body has limits of its own.
    Asked(Instant),
    /// It is signed.
    Busy,
}

impl Phase {
    /// A new connection is as good as a request that has begun.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Present { state: State::Headers(Instant::now()), reader: None })))
    }

    /// The first bytes of a request may come; of TLS, they do now.
    pub(super) fn connected(&self) {
        self.set(State::Headers(Instant::now()));
    }

    pub(super) fn asked(&self) {
        self.set(State::Asked(Instant::now()));
    }

    pub(super) fn busy(&self) {
        self.set(State::Busy);
    }

    /// Since when nothing signed is under way; `None` while it is.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        match self.get() {
            State::Resting(since) | State::Headers(since) | State::Asked(since) => Some(since),
            State::Busy => None,
        }
    }

    pub(super) fn resting(&self) {
        self.set(State::Resting(Instant::now()));
        let reader = self.lock().reader.take();
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    fn set(&self, state: State) {
        self.lock().state = state;
    }

    fn get(&self) -> State {
        self.lock().state
    }

    fn lock(&self) -> MutexGuard<'_, Present> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pin_project! {
    /// A stream that ends when its peer takes too long.
    pub(super) struct Patient<S> {
        #[pin]
        stream: S,
        phase: Phase,
        header: Duration,
        idle: Duration,
        write: Duration,
        #[pin]
        reading: Option<Sleep>,
        #[pin]
        writing: Option<Sleep>,
    }
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, phase: Phase, limits: &Limits) -> Self {
        let Limits { header, idle, write, .. } = *limits;
        Self { stream, phase, header, idle, write, reading: None, writing: None }
    }
}

/// Polls a timer for `deadline`, made anew where it is for another time.
fn overdue(mut timer: Pin<&mut Option<Sleep>>, deadline: Instant, cx: &mut Context<'_>) -> bool {
    match timer.as_mut().as_pin_mut() {
        Some(mut sleep) => {
            if sleep.deadline() != deadline {
                sleep.as_mut().reset(deadline);
            }
        }
        None => timer.set(Some(sleep_until(deadline))),
    }
    timer.as_pin_mut().is_some_and(|sleep| sleep.poll(cx).is_ready())
}

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the peer is too slow")
}

impl<S: AsyncRead> AsyncRead for Patient<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut this = self.project();
        let before = buffer.filled().len();
        if let Poll::Ready(done) = this.stream.poll_read(cx, buffer) {
            if buffer.filled().len() > before && matches!(this.phase.get(), State::Resting(_)) {
                this.phase.set(State::Headers(Instant::now()));
            }
            return Poll::Ready(done);
        }
        let deadline = match this.phase.get() {
            State::Resting(since) => since + *this.idle,
            State::Headers(since) => since + *this.header,
            State::Asked(_) | State::Busy => {
                this.reading.set(None);
                this.phase.lock().reader = Some(cx.waker().clone());
                return Poll::Pending;
            }
        };
        if overdue(this.reading, deadline, cx) { Poll::Ready(Err(too_slow())) } else { Poll::Pending }
    }
}

impl<S: AsyncWrite> AsyncWrite for Patient<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.within(cx, |stream, cx| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.within(cx, |stream, cx| stream.poll_write_vectored(cx, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.within(cx, |stream, cx| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.within(cx, |stream, cx| stream.poll_shutdown(cx))
    }
}

impl<S> Patient<S> {
    /// The time for a write runs from when the peer first did not take it.
    fn within<T>(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let mut this = self.project();
        if let Poll::Ready(done) = write(this.stream, cx) {
            this.writing.set(None);
            return Poll::Ready(done);
        }
        if this.writing.is_none() {
            this.writing.set(Some(sleep_until(Instant::now() + *this.write)));
        }
        let is_late = this.writing.as_pin_mut().is_some_and(|sleep| sleep.poll(cx).is_ready());
        if is_late { Poll::Ready(Err(too_slow())) } else { Poll::Pending }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    fn limits() -> Limits {
        let seconds = Duration::from_secs;
        Limits { header: seconds(10), idle: seconds(75), write: seconds(10), ..Limits::default() }
    }

    /// How long reading takes to give up.
    async fn gives_up_after(stream: &mut (impl AsyncRead + Unpin)) -> Duration {
        let began = Instant::now();
        let error = stream.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_connection_that_says_nothing_is_given_up_soon() {
        let (_peer, stream) = duplex(64);
        let mut stream = Box::pin(Patient::new(stream, Phase::new(), &limits()));
        assert_eq!(gives_up_after(&mut stream).await.as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_resting_connection_is_kept_and_then_has_little_time_for_its_headers() {
        let (mut peer, stream) = duplex(64);
        let phase = Phase::new();
        let mut stream = Box::pin(Patient::new(stream, phase.clone(), &limits()));
        phase.resting();
        tokio::time::advance(Duration::from_secs(70)).await;
        peer.write_all(b"P").await.unwrap();
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 1);
        for _ in 0..3 {
            // A byte now and then does not gain time.
            tokio::time::advance(Duration::from_secs(3)).await;
            peer.write_all(b"O").await.unwrap();
            assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 1);
        }
        assert_eq!(gives_up_after(&mut stream).await.as_secs(), 1);
        phase.resting();
        assert_eq!(gives_up_after(&mut stream).await.as_secs(), 75);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_dealt_with_has_time() {
        let (_peer, stream) = duplex(64);
        let phase = Phase::new();
        let mut stream = Box::pin(Patient::new(stream, phase.clone(), &limits()));
        phase.asked();
        let read = tokio::time::timeout(Duration::from_secs(3600), stream.read(&mut [0; 8])).await;
        assert!(read.is_err(), "it was given up");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_take_its_answer_is_given_up() {
        let (_peer, stream) = duplex(4);
        let mut stream = Box::pin(Patient::new(stream, Phase::new(), &limits()));
        let began = Instant::now();
        let error = stream.write_all(b"more than four bytes").await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed().as_secs()), (io::ErrorKind::TimedOut, 10));
    }
}

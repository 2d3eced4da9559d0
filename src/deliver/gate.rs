//! The destination's gate: every request passes it. It closes when Skyvern refuses us whatever we send (403, 402), lets
//! one request through every now and then to see whether that has changed, and says each change once.
//! It is also where everybody waits when Skyvern asks for a pause (Retry-After).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::pace::LONGEST_HOLD;
use crate::events::{Event, Events};

#[derive(Debug)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Notify,
    events: Events,
    probe: Duration,
}

#[derive(Debug, Default)]
struct State {
    paused: Option<Paused>,
    /// Nobody sends before.
    hold: Option<Instant>,
}

#[derive(Debug)]
struct Paused {
    /// When a push may find out whether the pause is over.
    probe_at: Instant,
    /// One is doing so.
    probing: bool,
    /// A reading probe was refused as well, so that one which is let in means something.
    readers_too: bool,
}

/// The leave to make one request.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    probing: bool,
    used: bool,
}

/// What somebody at the gate is told.
enum Told {
    Go { probing: bool },
    Wait { until: Option<Instant> },
}

impl Gate {
    pub(super) fn new(events: Events, probe: Duration) -> Self {
        Self { state: Mutex::default(), changed: Notify::new(), events, probe }
    }

    /// Waits until a request may be made. Cancel-safe.
    pub(super) async fn pass(&self) -> Pass<'_> {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let until = match self.ask() {
                Told::Go { probing } => return Pass { gate: self, probing, used: false },
                Told::Wait { until } => until,
            };
            match until {
                Some(until) => tokio::select! {
                    () = sleep_until(until) => {}
                    () = changed => {}
                },
                None => changed.await,
            }
        }
    }

    fn ask(&self) -> Told {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(until) = state.hold.filter(|&hold| hold > now) {
            return Told::Wait { until: Some(until) };
        }
        match &mut state.paused {
            None => Told::Go { probing: false },
            Some(paused) if paused.probing => Told::Wait { until: None },
            Some(paused) if paused.probe_at > now => Told::Wait { until: Some(paused.probe_at) },
            Some(paused) => {
                paused.probing = true;
                Told::Go { probing: true }
            }
        }
    }

    /// Skyvern refused a push.
    pub(super) fn refused(&self, status: u16, reason: &str) {
        let probe_at = Instant::now() + self.probe;
        self.pause(status, reason, |state| match &mut state.paused {
            Some(paused) => paused.probe_at = probe_at,
            none => *none = Some(Paused { probe_at, probing: false, readers_too: false }),
        });
    }

    /// Skyvern refused a reading probe. The first push tries all the same.
    pub(super) fn reader_refused(&self, status: u16, reason: &str) {
        let probe_at = Instant::now();
        self.pause(status, reason, |state| match &mut state.paused {
            Some(paused) => paused.readers_too = true,
            none => *none = Some(Paused { probe_at, probing: false, readers_too: true }),
        });
    }

    fn pause(&self, status: u16, reason: &str, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        let first = state.paused.is_none();
        change(&mut state);
        drop(state);
        if first {
            self.events.emit(Event::DestinationPaused { status, reason });
        }
    }

    /// Skyvern dealt with a push.
    pub(super) fn let_in(&self) {
        let resumed = self.state().paused.take().is_some();
        if resumed {
            self.changed.notify_waiters();
            self.events.emit(Event::DestinationResumed);
        }
    }

    /// Skyvern dealt with a reading probe. A push that was refused while readers were let in (no credits) is another
    /// matter.
    pub(super) fn reader_let_in(&self) {
        if self.state().paused.as_ref().is_some_and(|paused| paused.readers_too) {
            self.let_in();
        }
    }

    /// Skyvern asked everybody to wait.
    pub(super) fn hold(&self, pause: Duration) {
        let until = Instant::now() + pause.min(LONGEST_HOLD);
        let mut state = self.state();
        state.hold = Some(state.hold.map_or(until, |hold| hold.max(until)));
    }

    /// Things have changed on our side: what was refused or asked for before says nothing any more.
    pub(super) fn reconsider(&self) {
        let mut state = self.state();
        state.hold = None;
        if let Some(paused) = &mut state.paused {
            paused.probe_at = Instant::now();
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// Whether a push would have to wait.
    pub(super) fn is_closed(&self) -> bool {
        let state = self.state();
        state.paused.is_some() || state.hold.is_some_and(|hold| hold > Instant::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// Whether the gate is still open for it.
    pub(super) fn is_good(&self) -> bool {
        self.probing || !self.gate.is_closed()
    }

    /// The request is made.
    pub(super) fn used(&mut self) {
        self.used = true;
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.probing {
            if let Some(paused) = &mut self.gate.state().paused {
                paused.probing = false;
                if self.used {
                    paused.probe_at = paused.probe_at.max(Instant::now() + self.gate.probe);
                }
            }
            self.gate.changed.notify_waiters();
        }
    }
}

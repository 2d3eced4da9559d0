//! Proof that the daemon's loops turn. Each loop holds a [`Pulse`] and says at every turn by when the next one is due;
//! systemd's watchdog is fed only while none is overdue.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// All pulses of the process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pulses {
    began: Instant,
    loops: Arc<Mutex<Loops>>,
}

#[derive(Debug, Default)]
struct Loops {
    next_id: u64,
    due: BTreeMap<u64, (String, Arc<AtomicU64>)>,
}

/// One loop's pulse; dropping it ends the obligation, unless it is a panic that ends the loop: that one stays overdue.
#[derive(Debug)]
pub struct Pulse {
    id: u64,
    began: Instant,
    /// Milliseconds since `began` by which the next beat is due.
    due: Arc<AtomicU64>,
    loops: Arc<Mutex<Loops>>,
}

impl Default for Pulses {
    fn default() -> Self {
        Self { began: Instant::now(), loops: Arc::default() }
    }
}

impl Pulses {
    /// Adds a loop whose first beat is due within `first`.
    pub fn start(&self, name: impl Into<String>, first: Duration) -> Pulse {
        let mut loops = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        let id = loops.next_id;
        loops.next_id += 1;
        let due = Arc::new(AtomicU64::new(0));
        loops.due.insert(id, (name.into(), due.clone()));
        let pulse = Pulse { id, began: self.began, due, loops: self.loops.clone() };
        pulse.beat(first);
        pulse
    }

    /// Runs `task`, which has no turns to tell of: only its panic counts.
    pub fn guard<F: Future>(&self, name: &str, task: F) -> impl Future<Output = F::Output> + use<F> {
        let alive = self.start(name, Duration::MAX);
        async move {
            let _alive = alive;
            task.await
        }
    }

    /// The names of the loops that should have turned by now and did not.
    pub fn overdue(&self) -> Vec<String> {
        let now = millis(self.began.elapsed());
        let loops = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        loops.due.values().filter(|(_, due)| due.load(Ordering::Relaxed) < now).map(|(name, _)| name.clone()).collect()
    }
}

impl Pulse {
    /// The loop turns; its next turn is due within `next`. Give the longest wait that is legitimate, plus slack.
    pub fn beat(&self, next: Duration) {
        self.due.store(millis(self.began.elapsed().saturating_add(next)), Ordering::Relaxed);
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.due.store(0, Ordering::Relaxed);
            return;
        }
        self.loops.lock().unwrap_or_else(PoisonError::into_inner).due.remove(&self.id);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_does_not_turn_is_named_until_it_turns_or_ends() {
        let pulses = Pulses::default();
        let late = pulses.start("late", Duration::ZERO);
        let _early = pulses.start("early", Duration::from_secs(3600));
        while pulses.overdue().is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(pulses.overdue(), ["late"]);
        late.beat(Duration::from_secs(3600));
        assert!(pulses.overdue().is_empty());
        let gone = pulses.start("gone", Duration::ZERO);
        drop(gone);
        assert!(pulses.overdue().is_empty());
    }

    #[tokio::test]
    async fn a_loop_that_a_panic_ends_stays_overdue() {
        let pulses = Pulses::default();
        let turning = pulses.start("turning", Duration::from_secs(3600));
        let ended = tokio::spawn(async move {
            let _turning = turning;
            panic!("made to");
        });
        assert!(ended.await.is_err());
        assert!(tokio::spawn(pulses.guard("guarded", async { panic!("made to") })).await.is_err());
        assert_eq!(pulses.guard("ending", async { 7 }).await, 7);
        while pulses.overdue().is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(pulses.overdue(), ["turning", "guarded"]);
    }
}

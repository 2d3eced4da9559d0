//! Proof that the loops turn. Each task promises when it will be back; a promise that is broken means that it hangs.
//! The daemon feeds systemd's watchdog only while none is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How late a task may be: the machine may be busy.
const GRACE: Duration = Duration::from_secs(30);

/// The promises of all tasks. Cheap to clone; clones share.
#[derive(Clone, Debug, Default)]
pub struct Pulses {
    promises: Arc<Mutex<Promises>>,
}

#[derive(Debug, Default)]
struct Promises {
    next: u64,
    due: BTreeMap<u64, (String, Instant)>,
}

/// One task's promise; withdrawn when its last clone is dropped. The default belongs to nobody and is never late.
#[derive(Clone, Debug, Default)]
pub struct Pulse {
    of: Option<Arc<Membership>>,
}

#[derive(Debug)]
struct Membership {
    pulses: Pulses,
    id: u64,
}

impl Pulses {
    /// A promise of the task `name`, due at once unless it is renewed.
    pub fn join(&self, name: &str) -> Pulse {
        let mut promises = self.lock();
        let id = promises.next;
        promises.next += 1;
        promises.due.insert(id, (name.to_owned(), Instant::now()));
        drop(promises);
        Pulse { of: Some(Arc::new(Membership { pulses: self.clone(), id })) }
    }

    /// The tasks that are late.
    pub fn overdue(&self) -> Vec<String> {
        let now = Instant::now();
        self.lock().due.values().filter(|(_, due)| now > *due + GRACE).map(|(name, _)| name.clone()).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Promises> {
        self.promises.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pulse {
    /// Promises to be back within `span`.
    pub fn promise(&self, span: Duration) {
        if let Some(of) = &self.of
            && let Some((_, due)) = of.pulses.lock().due.get_mut(&of.id)
        {
            *due = Instant::now() + span;
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.pulses.lock().due.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_promise_is_noticed_and_a_dropped_one_forgotten() {
        let pulses = Pulses::default();
        let pulse = pulses.join("agents/INBOX");
        pulse.promise(Duration::from_secs(5));
        assert!(pulses.overdue().is_empty());
        if let Some((_, due)) = pulses.lock().due.get_mut(&0) {
            *due = Instant::now().checked_sub(GRACE + Duration::from_secs(1)).unwrap();
        }
        assert_eq!(pulses.overdue(), ["agents/INBOX"]);
        drop(pulse);
        assert!(pulses.overdue().is_empty());
    }
}

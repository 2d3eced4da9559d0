//! A bell for each inbox: whoever wants its mail now rings, and its polled mailboxes look at once instead of at the end
//! of their pause. Mailboxes in IDLE need no bell.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// The bells of all inboxes. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Bells(Arc<Mutex<HashMap<String, watch::Sender<()>>>>);

impl Bells {
    /// Makes the polled mailboxes of this inbox look, soon if they have looked just now. Many rings are as good as one.
    pub fn ring(&self, inbox: &str) {
        if let Some(bell) = self.lock().get(inbox) {
            bell.send_replace(());
        }
    }

    /// Hears the bell of this inbox from now on.
    pub(super) fn hear(&self, inbox: &str) -> watch::Receiver<()> {
        let mut bells = self.lock();
        bells.retain(|_, bell| bell.receiver_count() > 0);
        bells.entry(inbox.to_owned()).or_default().subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_inbox_whose_bell_rings_hears_it_and_those_that_are_gone_are_forgotten() {
        let bells = Bells::default();
        let mut agents = bells.hear("agents");
        let others = bells.hear("others");
        bells.ring("agents");
        bells.ring("agents");
        bells.ring("nobody");
        assert!(agents.has_changed().unwrap() && !others.has_changed().unwrap());
        agents.mark_unchanged();
        assert!(!agents.has_changed().unwrap());
        drop(others);
        let _more = bells.hear("more");
        assert_eq!(bells.lock().len(), 2);
    }
}

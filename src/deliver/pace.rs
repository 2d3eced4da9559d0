//! The times that delivery keeps.

use std::time::Duration;

use rand::Rng;

/// The longest that a Retry-After holds anybody up: Skyvern uses no code that is older.
pub(super) const LONGEST_HOLD: Duration = Duration::from_secs(600);

/// How fast, how long and how often. The defaults are what the daemon runs with.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The pause before the second attempt; doubles up to `retry_max`.
    pub retry_first: Duration,
    pub retry_max: Duration,
    /// A refusing destination (403, 402) is tried again this often.
    pub probe: Duration,
    /// A connection without traffic for this long is used once, so that the next code finds it open and the key valid.
    pub warm: Duration,
    /// A request whose outcome is unknown may still be under way inside Skyvern: that its row is missing counts only
    /// this long after.
    pub settle: Duration,
    /// How long requests under way may take to end when the daemon ends.
    pub grace: Duration,
    /// A value with less life left than this is not sent.
    pub least_life: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            retry_first: Duration::from_millis(250),
            retry_max: Duration::from_secs(15),
            probe: Duration::from_secs(30),
            warm: Duration::from_secs(25),
            settle: Duration::from_secs(1),
            grace: Duration::from_secs(3),
            least_life: Duration::from_secs(1),
        }
    }
}

impl Pace {
    /// The pause after `failures` failures in a row: doubled each time, then anything from half of it to all of it, so
    /// that lanes which failed together do not come back together; never less than what the server asked for, within reason.
    pub(super) fn pause(&self, failures: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.retry_first.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(self.retry_max);
        let jittered = doubled.mul_f64(rand::rng().random_range(0.5..=1.0));
        asked.map_or(jittered, |asked| asked.min(LONGEST_HOLD).max(jittered))
    }
}

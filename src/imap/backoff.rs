//! How long to wait before the next attempt: doubling with jitter, each kind of trouble at its own pace.

use std::time::Duration;

use rand::Rng;

use super::error::Error;

/// The longest wait after an ordinary failure.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// A session that lived this long was a good one: the next failure starts from the beginning.
pub(super) const LIVED: Duration = Duration::from_secs(60);

/// The waits of one task.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after `error`.
    pub(super) fn after(&mut self, error: &Error) -> Duration {
        self.next(first(error))
    }

    /// The next of a series that begins with about `first`: doubled each time, at most five minutes, a quarter of jitter
    /// either way.
    pub(super) fn next(&mut self, first: Duration) -> Duration {
        let doubled = first.saturating_mul(1 << self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        doubled.min(LONGEST).mul_f64(rand::rng().random_range(0.75..1.25)).min(LONGEST)
    }

    /// The last attempt went well.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// Where the series begins. A limit is not a fault: coming back at once makes it worse.
fn first(error: &Error) -> Duration {
    Duration::from_secs(match error {
        Error::Limit(_) => 30,
        Error::NoGreeting => 5,
        Error::Mailbox { .. } => 60,
        Error::Login(_) => 15,
        _ => 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_minutes_and_start_again_after_a_reset() {
        let mut backoff = Backoff::default();
        let closed = Error::Closed("test".into());
        for expected in [1.0, 2.0, 4.0, 8.0] {
            let wait = backoff.after(&closed).as_secs_f64();
            assert!((0.75 * expected..=1.25 * expected).contains(&wait), "{wait} for {expected}");
        }
        for _ in 0..100 {
            assert!(backoff.after(&closed) <= LONGEST);
        }
        backoff.reset();
        assert!(backoff.after(&closed) < Duration::from_secs(2));
    }

    #[test]
    fn a_limit_waits_longer_than_a_fault() {
        let limit = Backoff::default().after(&Error::Limit("test".into()));
        let fault = Backoff::default().after(&Error::Closed("test".into()));
        assert!(limit > 10 * fault, "{limit:?} {fault:?}");
    }
}

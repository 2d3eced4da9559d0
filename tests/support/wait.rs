//! Waiting for a condition, with a limit that only a broken program reaches.

use std::time::{Duration, Instant};

/// Far beyond what any step takes on a loaded machine: reaching it is a failure, never a matter of luck.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Asks every 10 ms until the answer is `Some`. Panics with `what` after [`LIMIT`].
#[track_caller]
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> impl Future<Output = T> {
    let (caller, what) = (std::panic::Location::caller(), what.to_owned());
    async move {
        let start = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(start.elapsed() < LIMIT, "{caller}: waited {LIMIT:?} in vain for: {what}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Asks every 10 ms until the answer is `true`. Panics with `what` after [`LIMIT`].
#[track_caller]
pub fn until_true(what: &str, mut ask: impl FnMut() -> bool) -> impl Future<Output = ()> {
    until(what, move || ask().then_some(()))
}

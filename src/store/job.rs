//! What the writer is asked for, each with its answer still inside.

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::outbox::{self, Settling};
use super::writer::Tx;
use super::{Settled, StoreError};

/// What waits in the writer's queue.
pub(super) enum Request {
    Work(Box<dyn Job>),
    /// What became of a delivery. Many come at once, and are written at once.
    Settle(Settling, Reply<()>),
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;
pub(super) type Answer<T> = oneshot::Receiver<Result<T, StoreError>>;

impl Request {
    /// `is_whole`: the work asks for [`Tx::beginning`] ahead of its first question. `is_gone`: its delivery is on its way
    /// already.
    pub(super) fn work<T, F>(is_whole: bool, is_gone: bool, work: F) -> (Self, Answer<T>)
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        (Self::Work(Box::new(Typed { is_whole, is_gone, work: Some(work), result: None, reply })), answer)
    }

    pub(super) fn settle(delivery: i64, settled: Settled) -> (Self, Answer<()>) {
        let (reply, answer) = oneshot::channel();
        (Self::Settle(Settling { delivery, settled }, reply), answer)
    }
}

/// Makes jobs of requests, in their order: of settlements that follow one another a single one.
pub(super) fn jobs(requests: &mut Vec<Request>) -> Vec<Box<dyn Job>> {
    let mut jobs: Vec<Box<dyn Job>> = Vec::with_capacity(requests.len());
    let mut settlements = Settlements::default();
    for request in requests.drain(..) {
        match request {
            Request::Work(job) => {
                jobs.extend(settlements.take());
                jobs.push(job);
            }
            Request::Settle(settling, reply) => {
                settlements.settlings.push(settling);
                settlements.replies.push(reply);
            }
        }
    }
    jobs.extend(settlements.take());
    jobs
}

/// Something to be done in a transaction.
pub(super) trait Job: Send {
    /// It begins what surrounds it by itself.
    fn is_whole(&self) -> bool;
    /// Its delivery is on its way already.
    fn is_gone(&self) -> bool;
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>>;
    /// Answers, after the commit or instead of it.
    fn finish(self: Box<Self>, failed: Option<StoreError>);
}

struct Typed<T, F> {
    is_whole: bool,
    is_gone: bool,
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: Reply<T>,
}

impl<T, F> Job for Typed<T, F>
where
    T: Send,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send,
{
    fn is_whole(&self) -> bool {
        self.is_whole
    }

    fn is_gone(&self) -> bool {
        self.is_gone
    }

    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>> {
        Box::pin(async move {
            let Some(work) = self.work.take() else { return Ok(()) };
            let result = work(tx).await;
            let told = result.as_ref().map(|_| ()).map_err(Clone::clone);
            self.result = Some(result);
            told
        })
    }

    fn finish(self: Box<Self>, failed: Option<StoreError>) {
        let answer = match (failed, self.result) {
            (_, Some(Err(own))) => Err(own),
            (Some(shared), _) => Err(shared),
            (None, Some(done)) => done,
            (None, None) => Err(StoreError::closed()),
        };
        // Nobody waits any more: what was done is done.
        let _ = self.reply.send(answer);
    }
}

/// What became of several deliveries.
#[derive(Default)]
struct Settlements {
    settlings: Vec<Settling>,
    replies: Vec<Reply<()>>,
    /// In their order, once they are written.
    results: Vec<Result<(), StoreError>>,
}

impl Settlements {
    /// What was gathered, if anything was.
    fn take(&mut self) -> Option<Box<dyn Job>> {
        let gathered = std::mem::take(self);
        if gathered.settlings.is_empty() { None } else { Some(Box::new(gathered)) }
    }
}

impl Job for Settlements {
    fn is_whole(&self) -> bool {
        true
    }

    fn is_gone(&self) -> bool {
        false
    }

    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>> {
        Box::pin(async move {
            let settled = outbox::settle(tx, &self.settlings).await;
            self.results = settled.unwrap_or_else(|error| vec![Err(error); self.replies.len()]);
            // One that wrote nothing is no sign that anything can be written.
            match self.results.first() {
                Some(Err(error)) if self.results.iter().all(Result::is_err) => Err(error.clone()),
                _ => Ok(()),
            }
        })
    }

    fn finish(self: Box<Self>, failed: Option<StoreError>) {
        let mut results = self.results.into_iter();
        for reply in self.replies {
            let answer = match (&failed, results.next()) {
                (_, Some(Err(own))) => Err(own),
                (Some(shared), _) => Err(shared.clone()),
                (None, Some(Ok(()))) => Ok(()),
                (None, None) => Err(StoreError::closed()),
            };
            // Nobody waits any more: what was done is done.
            let _ = reply.send(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::Settlement;

    fn settle(delivery: i64) -> Request {
        let settled = Settled {
            outcome: Settlement::Expired,
            attempts: 0,
            sent_at: None,
            at: Timestamp::UNIX_EPOCH,
            reason: None,
            skyvern_row: None,
        };
        Request::settle(delivery, settled).0
    }

    #[test]
    fn only_settlements_that_follow_one_another_are_joined() {
        let work = || Request::work(false, false, |_| Box::pin(async { Ok(()) })).0;
        let mut requests = vec![settle(1), settle(2), work(), work(), settle(3), work(), settle(4), settle(5)];
        let jobs = jobs(&mut requests);
        assert!(requests.is_empty());
        // Those of settlements are whole.
        assert_eq!(jobs.iter().map(|job| job.is_whole()).collect::<Vec<_>>(), [true, false, false, true, false, true]);
    }
}

//! Group commit: one task owns the one connection that writes. It takes whatever requests wait, runs each inside a
//! savepoint of one transaction, commits once, waits for the disk once (fdatasync), and answers all. Nothing waits for
//! company: a lone request is committed at once, and while the disk works the next ones gather.
//!
//! What was committed for delivery goes to the outbox right after the commit, in the order of the commits, whether or
//! not the caller still waits, and while the disk still works: a process that ends from here on finds it again, and a
//! machine that loses its power is dealt with by [`super::machine`]. (What nothing speaks against is there already:
//! [`super::ahead`].) Everything else waits for the disk.
//!
//! Codes do not stay in the write-ahead log: it is emptied when the writer has been idle for a moment after one was
//! written or erased, and at least every [`LINGER`] under steady traffic.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::ahead::{Ahead, Flight};
use super::backlog::Backlog;
use super::intent::Intent;
use super::job::{Answer, Job, Request, jobs};
use super::lock::Lock;
use super::log::Log;
use super::machine::Doubt;
use super::{Delivery, Settled, StoreError, outbox};
use crate::extract::Identifier;

/// Requests that may wait before callers are held back.
const QUEUE: usize = 1024;
/// Requests that share one transaction at most.
const BATCH: usize = 128;
/// How long a transaction waits for company whose delivery is on its way already.
const PATIENCE: Duration = Duration::from_millis(2);
/// How long the writer is idle before it empties the log of what was erased.
const IDLE: Duration = Duration::from_millis(500);
/// The longest that something erased stays in the log under steady traffic.
const LINGER: Duration = Duration::from_secs(10);

/// What surrounds a request: alone, the transaction; among others, a savepoint in it.
const ALONE: Bounds = Bounds { begin: "BEGIN IMMEDIATE;", end: "COMMIT;", undo: "ROLLBACK;" };
const AMONG: Bounds = Bounds { begin: "SAVEPOINT job;", end: "RELEASE job;", undo: "ROLLBACK TO job; RELEASE job;" };

#[derive(Clone, Copy, Debug)]
struct Bounds {
    begin: &'static str,
    end: &'static str,
    undo: &'static str,
}

/// Sends requests to the writer task. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    requests: mpsc::Sender<Request>,
    stop: CancellationToken,
}

/// What a request works on: the connection, inside the transaction.
#[derive(Debug)]
pub(super) struct Tx {
    pub(super) connection: SqliteConnection,
    log: Log,
    /// What may have been sent although nothing here says so.
    pub(super) doubt: Option<Doubt>,
    /// Goes to the outbox when the transaction is committed.
    pub(super) fresh: Vec<Delivery>,
    /// A code was written or erased: the log holds it.
    pub(super) secret: bool,
    pub(super) ahead: Arc<Ahead>,
    /// Are over when the transaction is committed.
    pub(super) closing: Vec<Intent>,
    /// The commits of the transaction.
    pub(super) flights: Vec<Flight>,
    /// Of the commits that were looked at, the one that was asked for last.
    last_departure: u64,
    /// The identifiers for which something is to be asked for when the transaction is durable.
    pub(super) offered: Vec<Identifier>,
    /// Who is told so.
    arrivals: broadcast::Sender<Identifier>,
    pub(super) backlog: Backlog,
    revision: i64,
    stage: Stage,
}

/// How far the request under way is.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Nothing was asked; its first question begins what surrounds it, see [`Tx::beginning`].
    ToBegin(Bounds),
    Begun(Bounds),
    /// It has ended what surrounds it, see [`Tx::end_along`].
    Ended,
}

impl Tx {
    pub(super) fn new(
        connection: SqliteConnection,
        log: Log,
        doubt: Option<Doubt>,
        backlog: Backlog,
        ahead: Arc<Ahead>,
        arrivals: broadcast::Sender<Identifier>,
        revision: i64,
    ) -> Self {
        let (fresh, offered, closing, flights) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (secret, stage) = (false, Stage::Ended);
        Self {
            connection,
            log,
            doubt,
            fresh,
            secret,
            ahead,
            closing,
            flights,
            last_departure: 0,
            offered,
            arrivals,
            backlog,
            revision,
            stage,
        }
    }

    /// What is to be asked ahead of a request's question: it begins the transaction or the savepoint, unless one before
    /// did.
    pub(super) fn beginning(&mut self) -> &'static str {
        let Stage::ToBegin(bounds) = self.stage else { return "" };
        self.stage = Stage::Begun(bounds);
        bounds.begin
    }

    /// What may be asked behind the last question of a request; if that goes well, [`Tx::was_ended`] is to be told.
    pub(super) fn end_along(&self) -> &'static str {
        if let Stage::Begun(bounds) = self.stage { bounds.end } else { "" }
    }

    /// `is_done`: there is nothing left of the request; else more follows, as if nothing had been asked.
    pub(super) fn was_ended(&mut self, is_done: bool) {
        if let Stage::Begun(bounds) = self.stage {
            self.stage = if is_done { Stage::Ended } else { Stage::ToBegin(bounds) };
        }
    }

    /// A commit is looked at. Whether none that was asked for after it was looked at before: what memory said of it then holds now.
    pub(super) fn is_in_order(&mut self, departure: u64) -> bool {
        let is_in_order = departure > self.last_departure;
        self.last_departure = self.last_departure.max(departure);
        is_in_order
    }

    /// The next number of the change counter. A rolled back one is simply left out.
    pub(super) fn next_revision(&mut self) -> i64 {
        self.revision += 1;
        self.revision
    }
}

impl Writer {
    /// Starts the writer task. It ends, and closes the database, when it is told to or every `Writer` is gone.
    pub(super) fn start(tx: Tx, lock: Lock) -> (Self, JoinHandle<()>) {
        let (requests, queue) = mpsc::channel(QUEUE);
        let stop = CancellationToken::new();
        let task = tokio::spawn(write(tx, queue, stop.clone(), lock));
        (Self { requests, stop }, task)
    }

    /// Is cancelled when it takes nothing more.
    pub(super) fn stopped(&self) -> &CancellationToken {
        &self.stop
    }

    /// Takes nothing more; what waits is still done.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    /// Runs `work` in a transaction. When this returns `Ok`, all that it did is durable; else nothing is.
    ///
    /// `work` runs to its end even if the caller stops waiting.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        self.ask(None, Request::work(false, false, work), || ()).await
    }

    /// As [`Writer::run`], for work that asks for [`Tx::beginning`] ahead of its first question, at a reserved place; `placed`
    /// hands the delivery out once the request is there, and the transaction does not hurry.
    pub(super) async fn run_whole_at<T, F>(
        &self,
        place: Option<Reserved<'_>>,
        work: F,
        placed: Option<impl FnOnce()>,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        self.ask(place, Request::work(true, placed.is_some(), work), || placed.into_iter().for_each(|placed| placed()))
            .await
    }

    /// Writes down what became of a delivery. When this returns `Ok`, it is durable.
    pub(super) async fn settle(&self, delivery: i64, settled: Settled) -> Result<(), StoreError> {
        self.ask(None, Request::settle(delivery, settled), || ()).await
    }

    async fn ask<T>(
        &self,
        place: Option<Reserved<'_>>,
        (request, answer): (Request, Answer<T>),
        placed: impl FnOnce(),
    ) -> Result<T, StoreError> {
        match place {
            Some(Reserved(place)) => place.send(request),
            None => self.requests.send(request).await.map_err(|_| StoreError::closed())?,
        }
        placed();
        answer.await.map_err(|_| StoreError::closed())?
    }

    /// A place in the queue, if there is one: what is put there is done before whatever is asked for later.
    pub(super) fn reserve(&self) -> Option<Reserved<'_>> {
        self.requests.try_reserve().ok().map(Reserved)
    }
}

/// A place in the queue.
pub(super) struct Reserved<'w>(mpsc::Permit<'w, Request>);

/// Takes away what is left of values that were erased. `false`: not yet.
async fn clean(tx: &mut Tx) -> bool {
    if let Err(error) = outbox::shred(&mut tx.connection).await {
        tracing::debug!(%error, "emptying the store of values");
        return false;
    }
    tx.log.empty(&mut tx.connection).await
}

async fn write(mut tx: Tx, mut queue: mpsc::Receiver<Request>, stop: CancellationToken, lock: Lock) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut stopping = false;
    // An earlier process may have left something.
    let mut lingering = Some(Lingering::new());
    loop {
        let due = lingering.as_ref().map(Lingering::due);
        let received = tokio::select! {
            biased;
            received = queue.recv_many(&mut batch, BATCH) => received,
            () = stop.cancelled(), if !stopping => {
                queue.close();
                stopping = true;
                continue;
            }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                // A reader may be in the way, or the disk: then again after a while.
                lingering = if clean(&mut tx).await { None } else { Some(Lingering::later()) };
                continue;
            }
        };
        if received == 0 {
            break;
        }
        if let [Request::Work(alone)] = batch.as_slice()
            && alone.is_gone()
        {
            // The request leaves first, and what becomes of it may be part of the same transaction.
            let _ = timeout(PATIENCE, queue.recv_many(&mut batch, BATCH)).await;
        }
        transact(&mut tx, jobs(&mut batch)).await;
        if std::mem::take(&mut tx.secret) {
            lingering.get_or_insert_with(Lingering::new).touch();
        }
        if tx.log.is_long() {
            tx.log.empty(&mut tx.connection).await;
        }
    }
    if let Err(error) = outbox::shred(&mut tx.connection).await {
        tracing::debug!(%error, "emptying the store of values");
    }
    if let Err(error) = tx.connection.close().await {
        tracing::debug!(%error, "closing the store");
    }
    drop(lock);
}

/// Since when the log holds something that was written or erased, and when the last of it came.
struct Lingering {
    first: Instant,
    last: Instant,
}

impl Lingering {
    fn new() -> Self {
        let now = Instant::now();
        Self { first: now, last: now }
    }

    fn later() -> Self {
        let later = Instant::now() + LINGER / 2;
        Self { first: later, last: later }
    }

    fn touch(&mut self) {
        self.last = Instant::now().max(self.last);
    }

    /// When the log is to be emptied.
    fn due(&self) -> Instant {
        (self.last + IDLE).min(self.first + LINGER)
    }
}

/// One transaction for the whole batch; answers every job.
async fn transact(tx: &mut Tx, mut batch: Vec<Box<dyn Job>>) {
    let mut failed = match batch.as_mut_slice() {
        // The transaction is its savepoint.
        [alone] => surround(tx, ALONE, alone.as_mut()).await.err().map(|Failed { own, .. }| own),
        several => together(tx, several).await.err(),
    };
    let closed = std::mem::take(&mut tx.closing);
    match &failed {
        None => {
            tx.backlog.committed();
            tx.ahead.committed(&closed, tx.backlog.total());
        }
        Some(_) => {
            tx.backlog.back(0);
            tx.ahead.failed();
        }
    }
    let fresh = std::mem::take(&mut tx.fresh);
    if failed.is_none() {
        let is_awaited = !fresh.is_empty();
        for delivery in fresh {
            tx.ahead.hand_out(delivery);
        }
        if is_awaited {
            // The requests leave first: the disk would take the processor from them.
            tokio::task::yield_now().await;
        }
    }
    tx.flights.clear();
    if failed.is_none() {
        failed = tx.log.sync().await.err();
    }
    for identifier in std::mem::take(&mut tx.offered) {
        // Nobody may be waiting.
        let _ = if failed.is_none() { tx.arrivals.send(identifier) } else { Ok(0) };
    }
    for job in batch {
        job.finish(failed.clone());
    }
}

/// Several requests in one transaction. An error here is one of all of them.
async fn together(tx: &mut Tx, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let mut done = execute(tx, ALONE.begin).await;
    for job in batch {
        if done.is_err() {
            break;
        }
        let (fresh, offered, backlog) = (tx.fresh.len(), tx.offered.len(), tx.backlog.mark());
        let closing = tx.closing.len();
        if let Err(Failed { own, is_undone }) = surround(tx, AMONG, job.as_mut()).await {
            tx.fresh.truncate(fresh);
            tx.offered.truncate(offered);
            tx.closing.truncate(closing);
            tx.backlog.back(backlog);
            // A full disk rolls the whole transaction back: then there is no savepoint any more, and the request's own
            // error is what ails all. Else it is kept for its own answer.
            done = if is_undone { Ok(()) } else { Err(own) };
        }
    }
    if done.is_ok() {
        done = execute(tx, ALONE.end).await;
    }
    if done.is_err() {
        // SQLite has rolled back by itself after some errors; then this one says that there is nothing to do.
        let _ = execute(tx, ALONE.undo).await;
    }
    done
}

/// A request that failed.
struct Failed {
    own: StoreError,
    /// Nothing is left of it.
    is_undone: bool,
}

/// Runs a request within `bounds`.
async fn surround(tx: &mut Tx, bounds: Bounds, job: &mut dyn Job) -> Result<(), Failed> {
    tx.stage = Stage::ToBegin(bounds);
    let mut done = Ok(());
    if !job.is_whole() {
        let begin = tx.beginning();
        done = execute(tx, begin).await;
    }
    if done.is_ok() {
        done = job.run(tx).await;
    }
    let is_open = |tx: &Tx| matches!(tx.stage, Stage::Begun(_));
    if done.is_ok() && is_open(tx) {
        done = execute(tx, bounds.end).await;
    }
    match done {
        Ok(()) => Ok(()),
        Err(own) if is_open(tx) => Err(Failed { own, is_undone: execute(tx, bounds.undo).await.is_ok() }),
        Err(own) => Err(Failed { own, is_undone: true }),
    }
}

async fn execute(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    sqlx::query(sql).execute(&mut tx.connection).await?;
    Ok(())
}

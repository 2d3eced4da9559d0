//! Values that wait until Skyvern asks, and which run was given which: each value to one run, and to that run as often
//! as it asks. Leases survive a restart, and values are erased at their deadline, given or not.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::outbox::{time, value};
use super::writer::Tx;
use super::{OutboxState, StoreError};
use crate::extract::{Identifier, Run, Value};

/// Who asks, and what can be used.
#[derive(Clone, Debug)]
pub struct Asker {
    /// `None`: whatever there is.
    pub kind: Option<Kind>,
    pub run: Run,
}

/// The kind of value a run can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Code,
    Link,
}

/// What a run is given.
#[derive(Clone, Debug)]
pub struct Given {
    pub inbox: String,
    pub value: Value,
    pub arrived_at: Timestamp,
    /// `None` for a replay.
    pub seen_at: Option<Timestamp>,
    /// Whether no run had it before: a run that names itself has it from now on.
    pub is_first: bool,
}

/// Whose the code of an authenticator's period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The run's, from this very claim on.
    Now,
    /// The run's already.
    Already,
    ToAnother,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    history: i64,
    inbox: String,
    kind: String,
    value: String,
    arrived_at: i64,
    seen_at: Option<i64>,
    is_bound: bool,
}

/// Goes through `askers` in order, and gives the first of them for whom there is something what it may have: see [`one`].
///
/// Those before `first_new` were told that there is nothing: only what was not given to anybody can be for them.
pub(super) async fn claim(
    tx: &mut Tx,
    identifier: Identifier,
    askers: Vec<Asker>,
    first_new: usize,
    now: Timestamp,
) -> Result<Option<(usize, Given)>, StoreError> {
    let (is_anything_free,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM offer
            WHERE identifier = ? AND value IS NOT NULL AND deadline > ? AND given_at IS NULL)",
    )
    .bind(identifier.as_str())
    .bind(now.as_microsecond())
    .fetch_one(&mut tx.connection)
    .await?;
    let skipped = if is_anything_free { 0 } else { first_new };
    for (at, asker) in askers.iter().enumerate().skip(skipped) {
        if let Some(given) = one(tx, &identifier, asker, now).await? {
            return Ok(Some((at, given)));
        }
    }
    Ok(None)
}

/// The newest live value of the identifier that the run may have and no other run was given; it is bound to the run.
/// One that does not say for which run it asks gets the newest, and nothing is bound.
async fn one(tx: &mut Tx, identifier: &Identifier, asker: &Asker, now: Timestamp) -> Result<Option<Given>, StoreError> {
    let Run { task_id, workflow_run_id } = &asker.run;
    // As Scope::admits and Run::is_same have it.
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, history, inbox, kind, value, arrived_at, seen_at, given_at IS NOT NULL AS is_bound
         FROM offer
         WHERE identifier = ?1 AND value IS NOT NULL AND deadline > ?2 AND (?3 IS NULL OR kind = ?3)
            AND (task_id IS NULL OR task_id = ?4) AND (workflow_run_id IS NULL OR workflow_run_id = ?5)
            AND (given_at IS NULL OR (?4 IS NULL AND ?5 IS NULL)
                OR CASE WHEN given_task IS NOT NULL AND ?4 IS NOT NULL THEN given_task = ?4 ELSE given_run = ?5 END)
         ORDER BY arrived_at DESC, uid DESC, id DESC LIMIT 1",
    )
    .bind(identifier.as_str())
    .bind(now.as_microsecond())
    .bind(asker.kind.map(Kind::as_str))
    .bind(task_id)
    .bind(workflow_run_id)
    .fetch_optional(&mut tx.connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let is_first = !row.is_bound;
    if is_first && asker.run.is_named() {
        sqlx::query("UPDATE offer SET given_at = ?, given_task = ?, given_run = ? WHERE id = ?")
            .bind(now.as_microsecond())
            .bind(task_id)
            .bind(workflow_run_id)
            .bind(row.id)
            .execute(&mut tx.connection)
            .await?;
        let revision = tx.next_revision();
        sqlx::query("UPDATE history SET revision = ? WHERE id = ?")
            .bind(revision)
            .bind(row.history)
            .execute(&mut tx.connection)
            .await?;
    }
    let unreadable = |_| StoreError::Failed(format!("the value of offer {} can't be read", row.id));
    Ok(Some(Given {
        value: value(&row.kind, &row.value).map_err(unreadable)?,
        inbox: row.inbox,
        arrived_at: time(row.arrived_at)?,
        seen_at: row.seen_at.map(time).transpose()?,
        is_first,
    }))
}

/// Binds the code of an authenticator's period to the run, unless another has it.
pub(super) async fn claim_step(tx: &mut Tx, identifier: Identifier, step: u64, run: Run) -> Result<Bound, StoreError> {
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    let holder: Option<(Option<String>, Option<String>)> =
        sqlx::query_as("SELECT task_id, workflow_run_id FROM authenticator_lease WHERE identifier = ? AND step = ?")
            .bind(identifier.as_str())
            .bind(step)
            .fetch_optional(&mut tx.connection)
            .await?;
    if let Some((task_id, workflow_run_id)) = holder {
        let is_same = Run { task_id, workflow_run_id }.is_same(&run);
        return Ok(if is_same { Bound::Already } else { Bound::ToAnother });
    }
    // Far enough back that a clock which is set does not free what was given.
    sqlx::query("DELETE FROM authenticator_lease WHERE identifier = ? AND step < ?")
        .bind(identifier.as_str())
        .bind(step.saturating_sub(KEPT_STEPS))
        .execute(&mut tx.connection)
        .await?;
    sqlx::query("INSERT INTO authenticator_lease (identifier, step, task_id, workflow_run_id) VALUES (?, ?, ?, ?)")
        .bind(identifier.as_str())
        .bind(step)
        .bind(run.task_id)
        .bind(run.workflow_run_id)
        .execute(&mut tx.connection)
        .await?;
    Ok(Bound::Now)
}

/// An hour of periods of 30 seconds.
const KEPT_STEPS: i64 = 120;

/// Erases the values whose deadline has passed; answers the next deadline.
pub(super) async fn erase(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let ended: Vec<(i64,)> =
        sqlx::query_as("UPDATE offer SET value = NULL WHERE value IS NOT NULL AND deadline <= ? RETURNING history")
            .bind(now.as_microsecond())
            .fetch_all(&mut tx.connection)
            .await?;
    for (history,) in &ended {
        let revision = tx.next_revision();
        sqlx::query("UPDATE history SET revision = ? WHERE id = ?")
            .bind(revision)
            .bind(history)
            .execute(&mut tx.connection)
            .await?;
    }
    tx.secret |= !ended.is_empty();
    let (next,): (Option<i64>,) =
        sqlx::query_as("SELECT min(deadline) FROM offer WHERE value IS NOT NULL").fetch_one(&mut tx.connection).await?;
    next.map(time).transpose()
}

/// How much waits to be asked for: live values that no run was given.
pub(super) async fn state(connection: &mut SqliteConnection, now: Timestamp) -> Result<OutboxState, StoreError> {
    let (waiting, oldest): (i64, Option<i64>) = sqlx::query_as(
        "SELECT count(*), min(arrived_at) FROM offer WHERE value IS NOT NULL AND given_at IS NULL AND deadline > ?",
    )
    .bind(now.as_microsecond())
    .fetch_one(connection)
    .await?;
    Ok(OutboxState { waiting: u64::try_from(waiting).unwrap_or_default(), oldest: oldest.map(time).transpose()? })
}

//! How much waits for delivery, by inbox: what is queued is held in memory, so it has a limit. An inbox beyond it has to
//! leave further mail on its server until some of its values are delivered or expire; others go on.

use std::collections::HashMap;

use sqlx::SqliteConnection;

use super::StoreError;

/// For one inbox: some thousand codes, or some dozen whole mails.
const INBOX: u64 = 4 << 20;
/// For all together, save for what every inbox may always have.
const TOTAL: u64 = 16 << 20;
const ALWAYS: u64 = 64 << 10;
/// What an entry takes beside its value.
const OVERHEAD: u64 = 512;

/// Bytes that wait, as of the last commit, and what the transaction under way changes.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    inboxes: HashMap<String, u64>,
    total: u64,
    pending: Vec<Change>,
}

#[derive(Debug)]
enum Change {
    Add(String, u64),
    Remove(String, u64),
}

impl Backlog {
    pub(super) async fn load(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let queued: Vec<(String, i64)> = sqlx::query_as(
            "SELECT inbox, octet_length(value) FROM waiting JOIN delivery ON delivery.id = waiting.delivery",
        )
        .fetch_all(connection)
        .await?;
        let mut backlog = Self::default();
        for (inbox, bytes) in queued {
            backlog.pending.push(Change::Add(inbox, size(bytes)));
        }
        backlog.committed();
        Ok(backlog)
    }

    /// Takes `bytes` more of `inbox`, unless that is too much. An inbox of which nothing waits may add anything.
    pub(super) fn add(&mut self, inbox: &str, bytes: usize) -> Result<(), StoreError> {
        let bytes = size(i64::try_from(bytes).unwrap_or(i64::MAX));
        let (mut own, mut total) = (self.inboxes.get(inbox).copied().unwrap_or_default(), self.total);
        for change in &self.pending {
            match change {
                Change::Add(of, bytes) => {
                    total += bytes;
                    own += if of == inbox { *bytes } else { 0 };
                }
                Change::Remove(of, bytes) => {
                    total = total.saturating_sub(*bytes);
                    own = own.saturating_sub(if of == inbox { *bytes } else { 0 });
                }
            }
        }
        let too_much = own + bytes > INBOX || (total + bytes > TOTAL && own + bytes > ALWAYS);
        if own > 0 && too_much {
            return Err(StoreError::Backlog { inbox: inbox.to_owned(), bytes: own });
        }
        self.pending.push(Change::Add(inbox.to_owned(), bytes));
        Ok(())
    }

    /// `bytes` of `inbox` were delivered or given up.
    pub(super) fn remove(&mut self, inbox: String, bytes: i64) {
        self.pending.push(Change::Remove(inbox, size(bytes)));
    }

    /// Bytes that wait, as of the last commit.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// A place to go [`Self::back`] to.
    pub(super) fn mark(&self) -> usize {
        self.pending.len()
    }

    /// Forgets what was changed since `mark`.
    pub(super) fn back(&mut self, mark: usize) {
        self.pending.truncate(mark);
    }

    /// What was changed is durable.
    pub(super) fn committed(&mut self) {
        for change in self.pending.drain(..) {
            match change {
                Change::Add(inbox, bytes) => {
                    *self.inboxes.entry(inbox).or_default() += bytes;
                    self.total += bytes;
                }
                Change::Remove(inbox, bytes) => {
                    self.total = self.total.saturating_sub(bytes);
                    if let Some(own) = self.inboxes.get_mut(&inbox) {
                        *own = own.saturating_sub(bytes);
                        if *own == 0 {
                            self.inboxes.remove(&inbox);
                        }
                    }
                }
            }
        }
    }
}

fn size(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inbox_beyond_its_limit_has_to_wait_and_others_go_on() {
        let mut backlog = Backlog::default();
        let mut taken = 0;
        while backlog.add("flooded", 60_000).is_ok() {
            taken += 1;
        }
        assert_eq!(taken, INBOX / (60_000 + OVERHEAD));
        assert!(backlog.add("calm", 6).is_ok());
        backlog.committed();
        assert!(matches!(backlog.add("flooded", 60_000), Err(StoreError::Backlog { .. })));
        backlog.remove("flooded".into(), 60_000);
        assert!(backlog.add("flooded", 60_000).is_ok(), "room is there again");
    }

    #[test]
    fn beyond_the_common_limit_every_inbox_keeps_its_share() {
        let mut backlog = Backlog::default();
        for n in 0..5 {
            while backlog.add(&format!("flooded{n}"), 60_000).is_ok() {}
        }
        backlog.committed();
        assert!(backlog.add("late", 6).is_ok());
        let mut more = 0;
        while backlog.add("late", 6000).is_ok() {
            more += 1;
        }
        assert_eq!(more, (ALWAYS - 6 - OVERHEAD) / (6000 + OVERHEAD));
    }

    #[test]
    fn a_value_of_any_size_is_taken_where_nothing_waits_and_a_rollback_forgets_it() {
        let mut backlog = Backlog::default();
        let mark = backlog.mark();
        assert!(backlog.add("agents", 10 << 20).is_ok());
        assert!(backlog.add("agents", 6).is_err());
        backlog.back(mark);
        assert!(backlog.add("agents", 6).is_ok());
    }
}

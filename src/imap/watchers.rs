//! All accounts at once: starts their sessions, applies a changed configuration, and knows whether all of them turn.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::account::Account;
use super::bells::Bells;
use super::mailbox::Mailbox;
use super::plan;
use super::records::Records;
use super::session::GRACE;
use super::tls::Trust;
use super::watch::Watcher;
use crate::config::{self, Inbox};
use crate::events::Events;
use crate::pulse::Pulses;
use crate::sender::Verifier;
use crate::store::{MailboxId, Store};

/// The running sessions.
#[derive(Debug)]
pub struct Watchers {
    accounts: HashMap<config::Account, Watched>,
    records: Records,
    trust: Trust,
    bells: Bells,
    pulses: Pulses,
    cancel: CancellationToken,
    tracker: TaskTracker,
}

/// An account with its sessions.
#[derive(Debug)]
struct Watched {
    account: Arc<Account>,
    /// By name. Sessions hold receivers: new settings reach them without a reconnect.
    inboxes: BTreeMap<String, watch::Sender<Arc<Inbox>>>,
    /// By the mailboxes they watch.
    sessions: HashMap<Vec<MailboxId>, Running>,
}

#[derive(Debug)]
struct Running {
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

/// Starts watching. Every task ends soon after `cancel`, and is counted by `tracker`; each has its pulse among `pulses`.
pub async fn start(
    inboxes: Vec<Arc<Inbox>>,
    store: Store,
    events: Events,
    verifier: Verifier,
    pulses: Pulses,
    cancel: CancellationToken,
    tracker: TaskTracker,
) -> Watchers {
    let mut watchers = Watchers {
        accounts: HashMap::new(),
        records: Records { store, events, verifier, is_shared: false },
        trust: Trust::default(),
        bells: Bells::default(),
        pulses,
        cancel,
        tracker,
    };
    watchers.reload(inboxes).await;
    watchers
}

impl Watchers {
    /// Applies a new configuration; gives the number of inboxes that were added, removed or changed.
    ///
    /// Sessions go on where account and mailboxes are as before: changed rules and intervals reach them as they are.
    /// Refused credentials get another chance.
    pub async fn reload(&mut self, inboxes: Vec<Arc<Inbox>>) -> usize {
        let before = self.fingerprints();
        let mut wanted: HashMap<config::Account, Vec<Arc<Inbox>>> = HashMap::new();
        for inbox in inboxes {
            wanted.entry(inbox.account.clone()).or_default().push(inbox);
        }
        // What ends goes first: a mailbox may come back under another account, and is never watched twice.
        let gone: Vec<_> = self.accounts.keys().filter(|account| !wanted.contains_key(*account)).cloned().collect();
        for account in gone {
            if let Some(watched) = self.accounts.remove(&account) {
                end(watched.sessions.into_values().collect()).await;
            }
        }
        for (config, inboxes) in &wanted {
            if let Some(watched) = self.accounts.get_mut(config) {
                watched.end_obsolete(inboxes).await;
            }
        }
        for (config, inboxes) in wanted {
            let watched = self.accounts.entry(config).or_insert_with_key(|config| Watched {
                account: Account::new(
                    config.clone(),
                    self.trust.clone(),
                    self.records.store.clone(),
                    self.tracker.clone(),
                ),
                inboxes: BTreeMap::new(),
                sessions: HashMap::new(),
            });
            watched.account.pardon();
            watched.settle(&inboxes);
            for mailboxes in sessions(watched.account.config.max_connections, &inboxes) {
                if !watched.sessions.contains_key(&mailboxes) {
                    let cancel = self.cancel.child_token();
                    let watcher = watched.watcher(&mailboxes, &self.records, &self.bells, &self.pulses, cancel.clone());
                    let task = self.tracker.spawn(watcher.run());
                    watched.sessions.insert(mailboxes, Running { cancel, task });
                }
            }
        }
        let after = self.fingerprints();
        let changed = after.iter().filter(|(name, fingerprint)| before.get(*name) != Some(fingerprint)).count();
        changed + before.keys().filter(|name| !after.contains_key(*name)).count()
    }

    /// Makes polled mailboxes look now.
    pub fn bells(&self) -> Bells {
        self.bells.clone()
    }

    fn fingerprints(&self) -> HashMap<String, u64> {
        let senders = self.accounts.values().flat_map(|watched| &watched.inboxes);
        senders.map(|(name, sender)| (name.clone(), sender.borrow().fingerprint)).collect()
    }
}

/// The sessions that watch these inboxes of one account.
fn sessions(connections: usize, inboxes: &[Arc<Inbox>]) -> Vec<Vec<MailboxId>> {
    let mailboxes: Vec<Vec<MailboxId>> = inboxes
        .iter()
        .map(|inbox| {
            let id = |mailbox: &String| MailboxId { inbox: inbox.name.clone(), mailbox: mailbox.clone() };
            inbox.mailboxes.iter().map(id).collect()
        })
        .collect();
    plan::sessions(&mailboxes, connections)
}

async fn end(sessions: Vec<Running>) {
    for running in &sessions {
        running.cancel.cancel();
    }
    for running in sessions {
        // A task that panicked has ended as well.
        let _ = running.task.await;
    }
}

impl Watched {
    async fn end_obsolete(&mut self, inboxes: &[Arc<Inbox>]) {
        let plan = sessions(self.account.config.max_connections, inboxes);
        let obsolete: Vec<_> = self.sessions.extract_if(|mailboxes, _| !plan.contains(mailboxes)).collect();
        end(obsolete.into_iter().map(|(_, running)| running).collect()).await;
    }

    /// Hands the settings to running sessions.
    fn settle(&mut self, inboxes: &[Arc<Inbox>]) {
        self.inboxes.retain(|name, _| inboxes.iter().any(|inbox| inbox.name == *name));
        for inbox in inboxes {
            match self.inboxes.get(&inbox.name) {
                Some(sender) => {
                    sender.send_if_modified(|present| {
                        let is_new = present.fingerprint != inbox.fingerprint;
                        *present = Arc::clone(inbox);
                        is_new
                    });
                }
                None => {
                    self.inboxes.insert(inbox.name.clone(), watch::Sender::new(Arc::clone(inbox)));
                }
            }
        }
    }

    fn watcher(
        &self,
        mailboxes: &[MailboxId],
        records: &Records,
        bells: &Bells,
        pulses: &Pulses,
        cancel: CancellationToken,
    ) -> Watcher {
        let mailboxes: Vec<Mailbox> = mailboxes
            .iter()
            .filter_map(|id| {
                let inbox = self.inboxes.get(&id.inbox)?.subscribe();
                let bell = bells.hear(&id.inbox);
                Some(Mailbox { id: id.clone(), inbox, bell, progress: None, dates_break: false, half_seen: false })
            })
            .collect();
        let name = mailboxes.first().map(|first| format!("{}/{}", first.id.inbox, first.id.mailbox));
        let records = Records { is_shared: mailboxes.len() > 1, ..records.clone() };
        Watcher {
            mailboxes,
            account: Arc::clone(&self.account),
            records,
            pulse: Arc::new(pulses.start(name.unwrap_or_default(), GRACE)),
            cancel,
            opened_at: None,
            canary_at: None,
        }
    }
}

//! One mail fetched once more, over a connection of its own, for a replay.

use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::TaskTracker;

use super::account::Account;
use super::error::Error;
use super::fetch::Items;
use super::tls::Trust;
use crate::config::Inbox;
use crate::pulse::Pulses;
use crate::store::Store;

/// Fetches the first `max_message_size` bytes of a mail. `None`: it is no longer there, or the mailbox was renumbered.
///
/// # Errors
/// Whatever keeps a session from coming about or from answering.
pub async fn fetch_again(
    inbox: &Inbox,
    store: &Store,
    mailbox: &str,
    uid_validity: u32,
    uid: u32,
) -> Result<Option<Vec<u8>>, Error> {
    let bytes = inbox.watch.max_message_size;
    let account = Account::new(inbox.account.clone(), Trust::default(), store.clone(), TaskTracker::new());
    // Nobody's watchdog depends on this session: its pulse is counted nowhere.
    let pulse = Arc::new(Pulses::default().start("fetch again", Duration::MAX));
    let mut session = account.open(u64::from(bytes), &pulse).await.map_err(|failure| failure.error)?;
    if session.examine(mailbox).await?.uid_validity != uid_validity {
        return Ok(None);
    }
    let mut found = None;
    let mut fetching = session.fetch(&uid.to_string(), Items::BytesOnly { bytes }).await?;
    while let Some(message) = fetching.next().await? {
        if message.uid == uid {
            found = message.body().map(<[u8]>::to_vec);
        }
    }
    Ok(found)
}

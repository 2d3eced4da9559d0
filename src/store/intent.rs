//! Intents: what goes to Skyvern while its transaction is still being made, written down before it goes.
//!
//! A file of fixed size beside the database, a slot for each intent. It is written before the value is handed out and
//! wiped when its transaction is made; the kernel has it from then on, so that after any end of the process a mail that
//! is found again and has an intent is known to be one that may have been sent. (After an end of the machine, which may
//! lose both, see [`super::machine`].) No slot holds a value; a slot that can't be read is a free one.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::insert::Ways;
use super::lock::beside;
use super::outbox::time;
use super::{Finding, MailboxId, NewDelivery, Sighting};
use crate::mail::Fingerprint;

/// Intents at a time. More are not needed: only what comes while nothing else does goes ahead.
const SLOTS: usize = 64;
/// Fingerprint, inbox, what is delivered, time, and a check over all of them. None crosses the border of a page.
const SLOT: usize = 64;
const CHECKED: usize = SLOT - 8;
/// After so long no mail is found again that could still be sent.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What an intent is about: the mail, and as in history either the inbox or what is delivered to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct About {
    fingerprint: Fingerprint,
    inbox: [u8; 8],
    delivers: [u8; 8],
}

impl About {
    /// `None`: a mail of which nothing is pushed.
    pub(super) fn of(mailbox: &MailboxId, sighting: &Sighting) -> Option<Self> {
        let Finding::Deliver(new) = &sighting.finding else { return None };
        Ways::of(new).push().then(|| Self {
            fingerprint: sighting.fingerprint,
            inbox: digest([mailbox.inbox.as_str()]),
            delivers: delivers(new),
        })
    }

    /// The same mail in the same inbox, or the same value of it for the same reader: see `twin!` in [`super::insert`].
    fn is_twin(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint && (self.inbox == other.inbox || self.delivers == other.delivers)
    }
}

/// Made of what history knows of a value, not of the value.
fn delivers(new: &NewDelivery) -> [u8; 8] {
    let scope = [&new.scope.task_id, &new.scope.workflow_id, &new.scope.workflow_run_id];
    let [task, workflow, run] = scope.map(|part| part.as_deref().unwrap_or("\0"));
    digest([new.value.kind(), &new.value.masked(), new.identifier.as_str(), task, workflow, run])
}

fn digest<const N: usize>(parts: [&str; N]) -> [u8; 8] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    head(&hash.finalize())
}

fn head(bytes: &[u8]) -> [u8; 8] {
    bytes.first_chunk().copied().unwrap_or_default()
}

/// One that is written down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intent {
    slot: usize,
    about: About,
    /// When it was handed out.
    pub(super) at: Timestamp,
    /// What it was handed out as, and until when that is of use; `None`: by a process that ended.
    pub(super) handed: Option<(i64, Timestamp)>,
}

/// All intents whose transactions are not made yet.
#[derive(Debug)]
pub(super) struct Intents {
    /// `None`: it can't be written, so nothing goes ahead.
    file: Option<File>,
    open: Vec<Intent>,
}

impl Intents {
    /// Reads what an earlier process left behind.
    pub(super) fn open(database: &Path, now: Timestamp) -> Self {
        let path = beside(database, "-intents");
        match Self::read(&path, now) {
            Ok(intents) => intents,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "can't be used: values wait for their transactions");
                Self { file: None, open: Vec::new() }
            }
        }
    }

    fn read(path: &Path, now: Timestamp) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let mut bytes = [0; SLOTS * SLOT];
        let mut read = 0;
        while read < bytes.len() {
            match file.read_at(&mut bytes[read..], read as u64)? {
                0 => break,
                more => read += more,
            }
        }
        let mut open = Vec::new();
        for (slot, bytes) in bytes.chunks_exact(SLOT).enumerate() {
            open.extend(decode(slot, bytes).filter(|intent| !is_over(intent, now)));
        }
        // All of it now: a disk that is full later is none for what only overwrites.
        let mut clean = [0; SLOTS * SLOT];
        for intent in &open {
            clean[intent.slot * SLOT..][..SLOT].copy_from_slice(&encode(&intent.about, intent.at));
        }
        file.write_all_at(&clean, 0)?;
        file.set_len(clean.len() as u64)?;
        Ok(Self { file: Some(file), open })
    }

    /// Writes one down. `None`: it can't be; or the mail has one.
    pub(super) fn write(&mut self, about: About, at: Timestamp, handed: (i64, Timestamp)) -> Option<Intent> {
        let file = self.file.as_ref()?;
        if self.find(&about).is_some() {
            return None;
        }
        self.open.retain(|intent| !is_over(intent, at));
        let slot = (0..SLOTS).find(|slot| self.open.iter().all(|intent| intent.slot != *slot))?;
        let intent = Intent { slot, about, at, handed: Some(handed) };
        if let Err(error) = file.write_all_at(&encode(&about, at), (slot * SLOT) as u64) {
            tracing::warn!(%error, "the file of intents can't be written: values wait for their transactions");
            self.file = None;
            return None;
        }
        self.open.push(intent);
        Some(intent)
    }

    /// The one of the same mail.
    pub(super) fn find(&self, about: &About) -> Option<Intent> {
        self.open.iter().find(|intent| intent.about.is_twin(about)).copied()
    }

    /// The one that was handed out as `delivery`, while it is of use.
    pub(super) fn is_handed(&self, delivery: i64, now: Timestamp) -> bool {
        self.open.iter().filter_map(|intent| intent.handed).any(|(id, until)| id == delivery && now < until)
    }

    /// The transaction is made.
    pub(super) fn close(&mut self, done: &Intent) {
        self.open.retain(|intent| intent.slot != done.slot || intent.about != done.about);
        if let Some(file) = &self.file
            && self.open.iter().all(|intent| intent.slot != done.slot)
        {
            // What stays is found to be known, should it be read.
            let _ = file.write_all_at(&[0; SLOT], (done.slot * SLOT) as u64);
        }
    }

    /// The mails that they are about.
    pub(super) fn fingerprints(&self) -> impl Iterator<Item = &Fingerprint> {
        self.open.iter().map(|intent| &intent.about.fingerprint)
    }
}

fn is_over(intent: &Intent, now: Timestamp) -> bool {
    now.duration_since(intent.at) > KEPT
}

fn encode(about: &About, at: Timestamp) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[..32].copy_from_slice(&about.fingerprint.0);
    slot[32..40].copy_from_slice(&about.inbox);
    slot[40..48].copy_from_slice(&about.delivers);
    slot[48..CHECKED].copy_from_slice(&at.as_microsecond().to_be_bytes());
    let check = head(&Sha256::digest(&slot[..CHECKED]));
    slot[CHECKED..].copy_from_slice(&check);
    slot
}

fn decode(slot: usize, bytes: &[u8]) -> Option<Intent> {
    let (checked, check) = bytes.split_at_checked(CHECKED)?;
    if check != head(&Sha256::digest(checked)) {
        return None;
    }
    let fingerprint = Fingerprint(checked.first_chunk().copied()?);
    let about = About { fingerprint, inbox: head(&checked[32..]), delivers: head(&checked[40..]) };
    let at = time(i64::from_be_bytes(head(&checked[48..]))).ok()?;
    Some(Intent { slot, about, at, handed: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(mail: u8, inbox: &str, delivers: &str) -> About {
        About { fingerprint: Fingerprint([mail; 32]), inbox: digest([inbox]), delivers: digest([delivers]) }
    }

    fn soon(now: Timestamp) -> Timestamp {
        now + SignedDuration::from_mins(10)
    }

    #[test]
    fn an_intent_outlives_its_process_until_its_transaction_is_made() {
        let directory = tempfile::tempdir().unwrap();
        let (path, now) = (directory.path().join("state.db"), Timestamp::now());
        let mut intents = Intents::open(&path, now);
        let mail = about(1, "agents", "482913");
        let intent = intents.write(mail, now, (7, soon(now))).unwrap();
        assert!(intents.write(mail, now, (8, soon(now))).is_none(), "one for each mail");
        assert!(intents.is_handed(7, now) && !intents.is_handed(7, soon(now)) && !intents.is_handed(8, now));

        let mut again = Intents::open(&path, now);
        let left = again.find(&mail).unwrap();
        assert_eq!((left.about, left.at.as_microsecond(), left.handed), (mail, now.as_microsecond(), None));
        assert!(again.find(&about(1, "agents", "else")).is_some(), "the same mail in the same inbox");
        assert!(again.find(&about(1, "other", "482913")).is_some(), "the same value for the same reader");
        assert!(again.find(&about(1, "other", "else")).is_none());
        assert!(again.find(&about(2, "agents", "482913")).is_none());
        again.close(&left);
        assert!(again.find(&mail).is_none());
        intents.close(&intent);
        assert!(Intents::open(&path, now).open.is_empty());
    }

    #[test]
    fn what_can_not_be_read_or_is_old_is_a_free_slot() {
        let directory = tempfile::tempdir().unwrap();
        let (path, now) = (directory.path().join("state.db"), Timestamp::now());
        let mut intents = Intents::open(&path, now);
        for mail in 0..3 {
            intents.write(about(mail, "agents", "482913"), now, (i64::from(mail), soon(now))).unwrap();
        }
        let file = beside(&path, "-intents");
        let mut bytes = std::fs::read(&file).unwrap();
        assert_eq!(bytes.len(), SLOTS * SLOT);
        bytes[SLOT + 3] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        let left = |now| Intents::open(&path, now).fingerprints().map(|mail| mail.0[0]).collect::<Vec<_>>();
        assert_eq!(left(now), [0, 2]);
        std::fs::write(&file, &bytes[..SLOT + 9]).unwrap();
        assert_eq!(left(now), [0]);
        assert!(left(now + KEPT + SignedDuration::from_secs(1)).is_empty());
        std::fs::write(&file, vec![0x5a; 100_000]).unwrap();
        assert!(left(now).is_empty());
        assert_eq!(std::fs::metadata(&file).unwrap().len(), (SLOTS * SLOT) as u64);
    }

    #[test]
    fn without_a_free_slot_or_a_file_nothing_is_written() {
        let directory = tempfile::tempdir().unwrap();
        let (path, now) = (directory.path().join("state.db"), Timestamp::now());
        let mut intents = Intents::open(&path, now);
        let mut written = 0;
        for mail in 0..=u8::MAX {
            written += usize::from(intents.write(about(mail, "agents", "482913"), now, (1, soon(now))).is_some());
        }
        assert_eq!(written, SLOTS);
        let later = now + KEPT + SignedDuration::from_secs(1);
        assert!(
            intents.write(about(200, "agents", "482913"), later, (1, soon(later))).is_some(),
            "the old ones are over"
        );

        std::fs::create_dir(beside(&directory.path().join("other.db"), "-intents")).unwrap();
        let mut none = Intents::open(&directory.path().join("other.db"), now);
        assert!(none.write(about(1, "agents", "482913"), now, (1, soon(now))).is_none());
    }
}

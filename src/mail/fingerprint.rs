//! Knows a mail again: by Message-ID and Date, or by its first bytes.

use sha2::{Digest, Sha256};

use super::Fingerprint;
use super::header::{Field, find};

/// So many bytes stand for a mail without a Message-ID: no more than are always fetched at once, so that the fingerprint
/// does not depend on how much of the mail has been fetched.
const PREFIX: usize = 64 * 1024;

pub(super) fn of(fields: &[Field<'_>], raw: &[u8]) -> Fingerprint {
    let written = |name| find(fields, name).map(|field| field.value.trim_ascii()).unwrap_or_default();
    let id = written("Message-ID");
    if id.is_empty() {
        return of_bytes(raw);
    }
    let mut hash = Sha256::new();
    hash.update(id);
    hash.update(b"\n");
    hash.update(written("Date"));
    Fingerprint(hash.finalize().into())
}

pub(super) fn of_bytes(raw: &[u8]) -> Fingerprint {
    Fingerprint(Sha256::digest(raw.get(..PREFIX).unwrap_or(raw)).into())
}

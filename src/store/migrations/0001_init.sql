-- Times are microseconds since 1970-01-01 UTC.

-- Where watching goes on: every UID below next_uid was dealt with.
CREATE TABLE mailbox (
    inbox        TEXT    NOT NULL,
    mailbox      TEXT    NOT NULL,
    uid_validity INTEGER NOT NULL,
    next_uid     INTEGER NOT NULL,
    PRIMARY KEY (inbox, mailbox)
) STRICT, WITHOUT ROWID;

-- A row for every mail that was looked at, and for every replay (which has no mailbox, UID and fingerprint).
-- Holds no code, no link and no mail text.
CREATE TABLE history (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Grows with every change of the row or its delivery: what a follower has not seen yet.
    revision        INTEGER NOT NULL,
    inbox           TEXT    NOT NULL,
    mailbox         TEXT,
    uid_validity    INTEGER,
    uid             INTEGER,
    fingerprint     BLOB,
    replay_of       INTEGER,
    arrived_at      INTEGER NOT NULL,
    seen_at         INTEGER,
    fetched_at      INTEGER,
    extracted_at    INTEGER,
    committed_at    INTEGER NOT NULL,
    sender_domain   TEXT,
    outcome         TEXT    NOT NULL CHECK (outcome IN
        ('found', 'nothing', 'ignored', 'refused', 'expired', 'duplicate', 'replayed')),
    rule            TEXT,
    reason          TEXT,
    kind            TEXT,
    masked          TEXT,
    identifier      TEXT,
    task_id         TEXT,
    workflow_id     TEXT,
    workflow_run_id TEXT,
    UNIQUE (inbox, mailbox, uid_validity, uid)
) STRICT;

CREATE INDEX history_by_fingerprint ON history (fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX history_by_revision ON history (revision);

-- The outbox, and what became of its entries. `value` is there only while the state is 'queued'.
CREATE TABLE delivery (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    history         INTEGER NOT NULL UNIQUE REFERENCES history (id) ON DELETE CASCADE,
    inbox           TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('code', 'link', 'body')),
    value           TEXT,
    identifier      TEXT    NOT NULL,
    task_id         TEXT,
    workflow_id     TEXT,
    workflow_run_id TEXT,
    arrived_at      INTEGER NOT NULL,
    uid             INTEGER NOT NULL,
    seen_at         INTEGER,
    deadline        INTEGER NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('queued', 'delivered', 'rejected', 'expired', 'overtaken')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    -- 1: a request may have been made whose outcome is not written down.
    attempt_open    INTEGER NOT NULL CHECK (attempt_open IN (0, 1)),
    sent_at         INTEGER,
    settled_at      INTEGER,
    reason          TEXT,
    skyvern_row     TEXT,
    CHECK ((state = 'queued') = (value IS NOT NULL))
) STRICT;

CREATE INDEX delivery_queued ON delivery (arrived_at, uid, id) WHERE state = 'queued';
CREATE INDEX delivery_accepted ON delivery (identifier, kind, arrived_at) WHERE state = 'delivered';

-- Refresh tokens that a provider rotated, each with the SHA-256 of the configured one it descends from.
CREATE TABLE rotated_token (
    account    TEXT    NOT NULL PRIMARY KEY,
    configured BLOB    NOT NULL,
    token      TEXT    NOT NULL,
    kept_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What waits to be sent. The rows of `delivery` grow while they wait and when they end, and SQLite, which moves rows to other pages
-- then, leaves what stood in the old place behind, erased nowhere. So values have a table of their own, in which nothing grows,
-- and which is emptied as a whole when nothing waits.
CREATE TABLE waiting (
    delivery INTEGER NOT NULL PRIMARY KEY,
    value    TEXT    NOT NULL
) STRICT;

INSERT INTO waiting (delivery, value) SELECT id, value FROM delivery WHERE state = 'queued';

CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    history         INTEGER NOT NULL UNIQUE REFERENCES history (id) ON DELETE CASCADE,
    inbox           TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('code', 'link', 'body')),
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
    skyvern_row     TEXT
) STRICT;

INSERT INTO outbox (id, history, inbox, kind, identifier, task_id, workflow_id, workflow_run_id, arrived_at, uid, seen_at,
        deadline, state, attempts, attempt_open, sent_at, settled_at, reason, skyvern_row)
    SELECT id, history, inbox, kind, identifier, task_id, workflow_id, workflow_run_id, arrived_at, uid, seen_at,
        deadline, state, attempts, attempt_open, sent_at, settled_at, reason, skyvern_row
    FROM delivery;

-- Numbers are never used twice.
DELETE FROM sqlite_sequence WHERE name = 'outbox';
INSERT INTO sqlite_sequence (name, seq) SELECT 'outbox', seq FROM sqlite_sequence WHERE name = 'delivery';
DROP TABLE delivery;
ALTER TABLE outbox RENAME TO delivery;

CREATE INDEX delivery_queued ON delivery (arrived_at, uid, id) WHERE state = 'queued';
CREATE INDEX delivery_accepted ON delivery (identifier, kind, arrived_at) WHERE state = 'delivered';

-- Values that wait until a run asks for them, and the run that was given each. `value` is there until the deadline.
CREATE TABLE offer (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    history         INTEGER NOT NULL UNIQUE REFERENCES history (id) ON DELETE CASCADE,
    inbox           TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('code', 'link', 'body')),
    value           TEXT,
    identifier      TEXT    NOT NULL,
    -- The run that alone may be given it. (A workflow's version, which no request names, is only in history.)
    task_id         TEXT,
    workflow_run_id TEXT,
    arrived_at      INTEGER NOT NULL,
    uid             INTEGER NOT NULL,
    seen_at         INTEGER,
    deadline        INTEGER NOT NULL,
    -- The lease: when it was first given, and to which run.
    given_at        INTEGER,
    given_task      TEXT,
    given_run       TEXT,
    CHECK ((given_at IS NULL) = (given_task IS NULL AND given_run IS NULL))
) STRICT;

CREATE INDEX offer_live ON offer (identifier, arrived_at, uid, id) WHERE value IS NOT NULL;
CREATE INDEX offer_deadline ON offer (deadline) WHERE value IS NOT NULL;

-- Which run was given the code of an authenticator's period (`step`: its number since 1970).
CREATE TABLE authenticator_lease (
    identifier      TEXT    NOT NULL,
    step            INTEGER NOT NULL,
    task_id         TEXT,
    workflow_run_id TEXT,
    PRIMARY KEY (identifier, step)
) STRICT, WITHOUT ROWID;

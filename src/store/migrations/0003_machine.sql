-- The boot of the machine in which the store was last opened, and until when what arrives is looked up before it is
-- sent: a machine that lost its power may have lost the last commits, and what they say was sent.
CREATE TABLE machine (
    only           INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    boot           TEXT    NOT NULL,
    opened_at      INTEGER NOT NULL,
    doubtful_until INTEGER NOT NULL
) STRICT;

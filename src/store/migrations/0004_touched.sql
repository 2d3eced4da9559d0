-- Counted up by the commit that begins the write-ahead log anew.
ALTER TABLE machine ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;

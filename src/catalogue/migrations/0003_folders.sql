-- Folders that are looked through again and again, what became of files, and which job comes when.

CREATE TABLE folders (
    path     BLOB PRIMARY KEY,
    include  TEXT NOT NULL,                         -- JSON list of patterns; an empty one lets everything in
    exclude  TEXT NOT NULL,                         -- JSON list of patterns
    added_at TEXT NOT NULL
) STRICT;

ALTER TABLE files ADD COLUMN missing_since TEXT;    -- when the file was first not found; NULL while it is there
ALTER TABLE recordings ADD COLUMN changed_path BLOB; -- where its media were, until other bytes took their place

-- Files that could not be read, until they can or are gone.
CREATE TABLE skipped (
    path   BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    since  TEXT NOT NULL
) STRICT;

-- What a person switched on: 'paused'.
CREATE TABLE switches (
    name  TEXT PRIMARY KEY,
    since TEXT NOT NULL
) STRICT;

ALTER TABLE jobs ADD COLUMN next_try_ms INTEGER;    -- since 1970; NULL: at once. What failed may pass until then
ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0; -- the highest first
ALTER TABLE jobs ADD COLUMN place INTEGER NOT NULL DEFAULT 0;    -- among equals the lowest first
DROP INDEX jobs_by_state;
CREATE INDEX jobs_by_state ON jobs (state, kind, priority DESC, place, id);

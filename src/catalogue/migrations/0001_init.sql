-- The catalogue: everything about recordings except their words.
-- Times are whole milliseconds; paths are bytes, because file names need not be UTF-8.

CREATE TABLE recordings (
    id               TEXT PRIMARY KEY,              -- 32 hex digits, from the media's bytes
    title            TEXT NOT NULL,
    date             TEXT,                          -- ISO 8601, never a file time
    people           TEXT,
    place            TEXT,
    description      TEXT,
    language         TEXT,                          -- declared, not detected
    rights           TEXT,
    source_url       TEXT,
    kind             TEXT NOT NULL DEFAULT 'audio' CHECK (kind IN ('audio', 'video')),
    duration_ms      INTEGER,
    full_hash        TEXT,                          -- BLAKE3 of all bytes, filled in by the plan job
    damage           TEXT,                          -- what was wrong with the media, for people
    revision         INTEGER,                       -- current revision of the transcript
    indexed_revision INTEGER,                       -- revision that the index holds
    added_at         TEXT NOT NULL
) STRICT;

CREATE TABLE files (
    path      BLOB PRIMARY KEY,
    size      INTEGER NOT NULL,
    mtime_ns  INTEGER NOT NULL,
    inode     INTEGER NOT NULL,
    recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX files_by_recording ON files (recording);

CREATE TABLE revisions (
    recording   TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    source      TEXT NOT NULL CHECK (source IN ('recognised', 'imported')),
    sidecars    TEXT,                               -- hash over the sidecars there were; NULL for none
    languages   TEXT NOT NULL,                      -- separated by commas, most words first
    words       INTEGER NOT NULL,
    speech_ms   INTEGER NOT NULL,
    doubtful_ms INTEGER NOT NULL,
    gap_ms      INTEGER NOT NULL,
    missing     TEXT,                               -- why some segments are missing
    PRIMARY KEY (recording, number)
) STRICT;

CREATE TABLE speakers (
    recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (recording, ordinal)
) STRICT;

CREATE TABLE captions (
    recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    path      BLOB NOT NULL,
    language  TEXT NOT NULL,
    PRIMARY KEY (recording, path)
) STRICT;

-- One row per piece of work that a worker does. A row is unique by what it would compute, so that asking twice is
-- asking once. Merging and indexing need no rows: they are due when every segment has ended, and when
-- recordings.revision differs from recordings.indexed_revision. Rows go when their revision is stored; those of a
-- recording that failed stay to say why.
CREATE TABLE jobs (
    id           INTEGER PRIMARY KEY,
    recording    TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('plan', 'segment')),
    ordinal      INTEGER NOT NULL DEFAULT 0,
    options      TEXT NOT NULL,                     -- JSON, see jobs.rs
    options_hash TEXT NOT NULL,
    length_ms    INTEGER NOT NULL DEFAULT 0,        -- how much of the recording a segment covers
    state        TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'done', 'failed')),
    attempts     INTEGER NOT NULL DEFAULT 0,        -- deaths of a worker that ran this job alone
    reason       TEXT,
    hint         TEXT,
    UNIQUE (recording, kind, ordinal, options_hash)
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, kind);

-- What was removed on purpose: the next scan must not bring it back.
CREATE TABLE removed (
    recording TEXT PRIMARY KEY,
    title     TEXT NOT NULL
) STRICT;

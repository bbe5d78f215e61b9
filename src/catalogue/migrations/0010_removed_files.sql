-- The files of recordings that were removed on purpose, so that a scan need not read them again.
CREATE TABLE removed_files (
    path      BLOB PRIMARY KEY,                         -- as files.path
    size      INTEGER NOT NULL,
    mtime_ns  INTEGER NOT NULL,
    inode     INTEGER NOT NULL,
    recording TEXT NOT NULL REFERENCES removed (recording) ON DELETE CASCADE
) STRICT;

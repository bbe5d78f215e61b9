-- What tells whether a revision's file is still what was written, and that it no longer is.
ALTER TABLE revisions ADD COLUMN hash TEXT;           -- BLAKE3 of the file's bytes, hex; NULL before there were hashes
ALTER TABLE revisions ADD COLUMN lost TEXT;           -- why its words cannot be indexed: the file is damaged or missing

-- What each source says of a recording. The columns of `recordings` hold what is in effect; they are written together
-- with these rows (metadata.rs).
CREATE TABLE statements (
    recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    field     TEXT NOT NULL,
    source    TEXT NOT NULL CHECK (source IN ('name', 'tag', 'sidecar', 'csv', 'person')),
    value     TEXT NOT NULL,                        -- empty: there is none
    against   TEXT,                                 -- of an edit: what the sidecar said then
    PRIMARY KEY (recording, field, source)
) STRICT, WITHOUT ROWID;
-- Where a person must decide begins with what a person said, which is little.
CREATE INDEX edits ON statements (recording, field) WHERE source IN ('csv', 'person');

ALTER TABLE recordings ADD COLUMN folder TEXT;      -- the collection it belongs to, wherever its file lies

INSERT INTO statements (recording, field, source, value) SELECT id, 'title', 'name', title FROM recordings;
INSERT INTO statements (recording, field, source, value)
SELECT id, 'date', 'tag', date FROM recordings WHERE date IS NOT NULL;

-- A recording begins with the title that its file's name gives.
CREATE TRIGGER named AFTER INSERT ON recordings BEGIN
    INSERT INTO statements (recording, field, source, value) VALUES (new.id, 'title', 'name', new.title);
END;

-- The document beside the media that states their metadata, as it was when it was read last.
CREATE TABLE documents (
    recording TEXT PRIMARY KEY REFERENCES recordings (id) ON DELETE CASCADE,
    path      BLOB NOT NULL,
    stamp     TEXT NOT NULL,                        -- a hash over its name, size and time
    problem   TEXT                                  -- what cannot be used of it
) STRICT;

-- What a person calls a speaker, by the name in the transcript: it outlives the transcript.
CREATE TABLE speaker_names (
    recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    spoken_as TEXT NOT NULL,                        -- speakers.name
    name      TEXT NOT NULL,
    PRIMARY KEY (recording, spoken_as)
) STRICT;

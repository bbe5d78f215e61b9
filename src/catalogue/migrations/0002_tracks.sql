-- The sound tracks of a recording's media file, in file order.
CREATE TABLE tracks (
    recording  TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,                    -- from 1, among the sound tracks
    language   TEXT,
    codec      TEXT NOT NULL,
    channels   INTEGER NOT NULL,                    -- 0 when the file does not say
    is_default INTEGER NOT NULL,
    is_read    INTEGER NOT NULL,
    PRIMARY KEY (recording, number)
) STRICT;

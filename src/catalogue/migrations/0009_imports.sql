-- Whether a person brought the words of a revision: then no scan and no changed sidecar replaces them, only a person.
ALTER TABLE revisions ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0;

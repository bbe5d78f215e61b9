-- Deaths of a worker that ran a job alone, which fail it; what may pass is counted in `attempts` and lengthens the pauses.
ALTER TABLE jobs ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;

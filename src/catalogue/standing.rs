//! A standing is how far a recording is, as a scan must know it to tell whether there is something to do.

use std::collections::HashMap;

use indexer::recording::RecordingId;

use super::{Catalogue, Result, id_of};

/// How far a recording is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The hash over the sidecars that the current revision was made beside: `None` without a revision, `Some(None)`
    /// when there were none.
    pub sidecars: Option<Option<String>>,
    /// Whether a person brought the current words.
    pub is_by_hand: bool,
    /// Whether its words are being made: a job has not ended, or all have and wait to be merged.
    pub is_pending: bool,
    /// The hashes of the options with which planning it failed.
    pub failed: Vec<String>,
}

struct Revision {
    id: String,
    revision: Option<i64>,
    sidecars: Option<String>,
    by_hand: bool,
}

from_columns!(Revision { id, revision, sidecars, by_hand });

struct Job {
    recording: String,
    kind: String,
    state: String,
    options_hash: String,
}

from_columns!(Job { recording, kind, state, options_hash });

impl Catalogue {
    /// Returns how far every recording is.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn standings(&self) -> Result<HashMap<RecordingId, Standing>> {
        let rows: Vec<Revision> = sqlx::query_as(
            "SELECT r.id, v.number AS revision, v.sidecars, coalesce(v.by_hand, 0) AS by_hand
               FROM recordings r LEFT JOIN revisions v ON v.recording = r.id AND v.number = r.revision",
        )
        .fetch_all(&self.readers)
        .await?;
        let mut standings = HashMap::with_capacity(rows.len());
        for row in rows {
            let sidecars = row.revision.is_some().then_some(row.sidecars);
            let standing = Standing { sidecars, is_by_hand: row.by_hand, ..Standing::default() };
            standings.insert(id_of(&row.id)?, standing);
        }
        // Storing a revision forgets its jobs, so a plan that is done has segments which are not merged yet.
        let jobs: Vec<Job> = sqlx::query_as(
            "SELECT recording, kind, state, options_hash FROM jobs
              WHERE state IN ('ready', 'running') OR kind = 'plan'",
        )
        .fetch_all(&self.readers)
        .await?;
        for job in jobs {
            let Some(standing) = standings.get_mut(&id_of(&job.recording)?) else { continue };
            if job.kind == "plan" && job.state == "failed" {
                standing.failed.push(job.options_hash);
            } else {
                standing.is_pending = true;
            }
        }
        Ok(standings)
    }
}

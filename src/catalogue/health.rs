//! The health of the catalogue: what the file says of itself, and rows that name what is not there.

use std::collections::BTreeSet;
use std::path::Path;

use indexer::recording::RecordingId;
use indexer::transcript::Revision;

use super::{Catalogue, CatalogueError, Result, count_of, id_of, metadata};

/// How the words of a revision came, which is how they can come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Recognised from the sound.
    Recognised,
    /// Taken from a file beside the media.
    Sidecar,
    /// A person brought them: nobody else can do so again.
    Person,
}

/// A revision as it stands in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRevision {
    /// The recording.
    pub recording: RecordingId,
    /// Its title.
    pub title: String,
    /// The revision.
    pub number: Revision,
    /// BLAKE3 of its file, hex; `None` when it was written before there were hashes.
    pub hash: Option<String>,
    /// Whether it is the one in use.
    pub is_current: bool,
    /// How its words came.
    pub origin: Origin,
    /// Whether its file could not be read when it was to be indexed.
    pub is_lost: bool,
}

struct Row {
    recording: String,
    title: String,
    number: i64,
    hash: Option<String>,
    is_current: bool,
    origin: String,
    is_lost: bool,
}

from_columns!(Row { recording, title, number, hash, is_current, origin, is_lost });

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    /// `plan` or `segment`.
    pub kind: String,
    /// `ready`, `running`, `done` or `failed`.
    pub state: String,
    /// How many.
    pub count: u32,
}

/// Whatever names a recording does so in the column of that name.
const ORPHANS: &str =
    "SELECT \"table\", count(*) FROM pragma_foreign_key_check WHERE parent = 'recordings' GROUP BY \"table\"";

impl Catalogue {
    /// Returns what `SQLite` finds wrong with the file: pages that contradict each other.
    ///
    /// # Errors
    /// When the catalogue cannot even be looked at.
    pub async fn contradictions(&self) -> Result<Vec<String>> {
        let lines: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check(20)").fetch_all(&self.readers).await?;
        Ok(lines.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect())
    }

    /// Returns how many rows name a recording that is not there, by their table.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn orphans(&self) -> Result<Vec<(String, u32)>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(ORPHANS).fetch_all(&self.readers).await?;
        rows.into_iter().map(|(table, count)| Ok((table, count_of(count)?))).collect()
    }

    /// Makes the recordings again that rows name in vain, from what those rows say; returns them with their titles.
    ///
    /// What they do not say, how long the media are and whether they have a picture, is not known then.
    ///
    /// # Errors
    /// When the catalogue fails; then nothing is changed.
    pub async fn adopt_orphans(&self) -> Result<Vec<(RecordingId, String)>> {
        let mut change = self.begin().await?;
        let tables: Vec<(String, i64)> = sqlx::query_as(ORPHANS).fetch_all(&mut *change).await?;
        let mut ids = BTreeSet::new();
        for (table, _) in tables {
            let named = format!("SELECT recording FROM {table} WHERE recording NOT IN (SELECT id FROM recordings)");
            let rows: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(named)).fetch_all(&mut *change).await?;
            ids.extend(rows.into_iter().map(|(id,)| id));
        }
        let mut adopted = Vec::with_capacity(ids.len());
        for id in ids {
            // Where the name of its file is known, the trigger that would note it is passed over.
            sqlx::query(
                "INSERT OR IGNORE INTO recordings (id, added_at, title, revision)
                 VALUES (?1, ?2,
                         coalesce((SELECT value FROM statements
                                    WHERE recording = ?1 AND field = 'title' AND source = 'name'), ?1),
                         (SELECT max(number) FROM revisions WHERE recording = ?1))",
            )
            .bind(&id)
            .bind(jiff::Timestamp::now().to_string())
            .execute(&mut *change)
            .await?;
            let recording = id_of(&id)?;
            metadata::settle(&mut change, recording).await?;
            let (title,): (String,) =
                sqlx::query_as("SELECT title FROM recordings WHERE id = ?").bind(&id).fetch_one(&mut *change).await?;
            adopted.push((recording, title));
        }
        change.commit().await?;
        Ok(adopted)
    }

    /// Returns the recordings whose current revision has no row, with their titles.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn without_their_revision(&self) -> Result<Vec<(RecordingId, String)>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, title FROM recordings r WHERE revision IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM revisions v WHERE v.recording = r.id AND v.number = r.revision)
              ORDER BY title, id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(|(id, title)| Ok((id_of(&id)?, title))).collect()
    }

    /// Makes the newest revision that there is the current one, or none; it is to be indexed then.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn use_newest_revision(&self, recording: RecordingId) -> Result<()> {
        sqlx::query(
            "UPDATE recordings SET indexed_revision = NULL,
                    revision = (SELECT max(number) FROM revisions WHERE recording = recordings.id) WHERE id = ?",
        )
        .bind(recording.to_string())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Returns every revision of every recording.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn stored_revisions(&self) -> Result<Vec<StoredRevision>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT v.recording, r.title, v.number, v.hash, r.revision IS v.number AS is_current,
                    iif(v.by_hand, 'by hand', v.source) AS origin, v.lost IS NOT NULL AS is_lost
               FROM revisions v JOIN recordings r ON r.id = v.recording ORDER BY r.title, v.recording, v.number",
        )
        .fetch_all(&self.readers)
        .await?;
        let stored = |row: Row| {
            Ok(StoredRevision {
                recording: id_of(&row.recording)?,
                title: row.title,
                number: count_of(row.number)?,
                hash: row.hash,
                is_current: row.is_current,
                origin: match row.origin.as_str() {
                    "recognised" => Origin::Recognised,
                    "by hand" => Origin::Person,
                    _ => Origin::Sidecar,
                },
                is_lost: row.is_lost,
            })
        };
        rows.into_iter().map(stored).collect()
    }

    /// Returns which revision of which recording the index should hold.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn claimed_by_index(&self) -> Result<Vec<(RecordingId, Revision)>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT r.id, r.revision FROM recordings r JOIN revisions v ON v.recording = r.id AND v.number = r.revision
              WHERE r.indexed_revision = r.revision AND v.lost IS NULL",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(|(id, revision)| Ok((id_of(&id)?, count_of(revision)?))).collect()
    }

    /// Notes the hash of a revision's file.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_hash(&self, recording: RecordingId, revision: Revision, hash: &str) -> Result<()> {
        sqlx::query("UPDATE revisions SET hash = ? WHERE recording = ? AND number = ?")
            .bind(hash)
            .bind(recording.to_string())
            .bind(revision)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Marks a revision whose file cannot be read, with the reason, so that nobody tries to index it again.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_lost(&self, recording: RecordingId, revision: Revision, reason: &str) -> Result<()> {
        let mut change = self.begin().await?;
        sqlx::query("UPDATE revisions SET lost = ? WHERE recording = ? AND number = ?")
            .bind(reason)
            .bind(recording.to_string())
            .bind(revision)
            .execute(&mut *change)
            .await?;
        sqlx::query("UPDATE recordings SET indexed_revision = revision WHERE id = ? AND revision = ?")
            .bind(recording.to_string())
            .bind(revision)
            .execute(&mut *change)
            .await?;
        Ok(change.commit().await?)
    }

    /// Notes that a revision's file is right again; it is to be indexed.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_found(&self, recording: RecordingId, revision: Revision) -> Result<()> {
        let mut change = self.begin().await?;
        sqlx::query("UPDATE revisions SET lost = NULL WHERE recording = ? AND number = ?")
            .bind(recording.to_string())
            .bind(revision)
            .execute(&mut *change)
            .await?;
        sqlx::query("UPDATE recordings SET indexed_revision = NULL WHERE id = ?")
            .bind(recording.to_string())
            .execute(&mut *change)
            .await?;
        Ok(change.commit().await?)
    }

    /// Forgets a revision that is not in use.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn forget_revision(&self, recording: RecordingId, revision: Revision) -> Result<()> {
        sqlx::query(
            "DELETE FROM revisions WHERE recording = ?1 AND number = ?2
                AND ?2 IS NOT (SELECT revision FROM recordings WHERE id = ?1)",
        )
        .bind(recording.to_string())
        .bind(revision)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Returns the recordings that are being worked on, each with the hash of the options: those with a work folder.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn in_hand(&self) -> Result<Vec<(RecordingId, String)>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT DISTINCT recording, options_hash FROM jobs WHERE kind = 'plan' AND state <> 'failed'",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(|(id, hash)| Ok((id_of(&id)?, hash))).collect()
    }

    /// Counts the jobs by kind and state.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn job_counts(&self) -> Result<Vec<JobCount>> {
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT kind, state, count(*) FROM jobs GROUP BY kind, state ORDER BY kind, state")
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(|(kind, state, count)| Ok(JobCount { kind, state, count: count_of(count)? })).collect()
    }

    /// Writes the catalogue as it stands at this moment into a file that is not there yet, whoever writes meanwhile.
    ///
    /// # Errors
    /// When the catalogue fails, or the file cannot be written.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        let Some(name) = path.to_str() else {
            return Err(CatalogueError::Copy(format!("{} is not UTF-8; give another name", path.display())));
        };
        sqlx::query("VACUUM INTO ?").bind(name).execute(&self.readers).await?;
        Ok(())
    }
}

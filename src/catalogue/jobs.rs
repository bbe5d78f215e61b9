//! A job is a piece of work for a worker: planning a recording, or recognising one segment of it.

use super::recordings::Failure;
use super::{Catalogue, CatalogueError, Result, count_of};
use indexer::audio::TrackChoice;
use indexer::pipeline::Channels;
use indexer::recording::{Language, RecordingId};
use indexer::time::Millis;
use indexer::transcript::Revision;
use serde::{Deserialize, Serialize};

/// The number of a job's row.
pub type JobId = i64;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Reads the media once: takes a sidecar, or finds the speech and cuts it into segments.
    Plan,
    /// Recognises the words of one segment.
    Segment,
}

impl JobKind {
    /// Returns the name used in the catalogue and over HTTP.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Segment => "segment",
        }
    }
}

/// What something was chosen for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// For all recordings: what one of them states goes before it.
    #[default]
    Library,
    /// For this recording: it goes before what the recording states.
    Recording,
}

impl Scope {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    fn is_library(&self) -> bool {
        *self == Self::Library
    }
}

/// What decides a job's result, besides the recording itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobOptions {
    /// The name of the model.
    pub model: String,
    /// The languages that may be recognised; none for all.
    pub languages: Vec<Language>,
    /// What they were named for.
    #[serde(default, skip_serializing_if = "Scope::is_library")]
    pub languages_for: Scope,
    /// Whether recognition spends less time.
    #[serde(default)]
    pub fast: bool,
    /// Names and terms that may be said, one a line.
    #[serde(default)]
    pub glossary: String,
    /// The longest segment, seconds.
    pub segment_seconds: u32,
    /// The sound track that is read.
    #[serde(default)]
    pub track: TrackChoice,
    /// What becomes of two channels.
    #[serde(default)]
    pub channels: Channels,
    /// Recognise even when there is a sidecar.
    pub transcribe: bool,
    /// A hash over the sidecars there are; `None` without any.
    pub sidecars: Option<String>,
    /// Whether only the media file is to be read: a person brought the words before anybody looked at it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub facts_only: bool,
    /// The revision whose words take the times of those that are recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub align: Option<Revision>,
}

impl JobOptions {
    /// Returns 16 hex digits that differ when the options do.
    #[must_use]
    pub fn hash(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&json).to_hex()[..16].to_owned()
    }
}

/// One job as its row tells it.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its row.
    pub id: JobId,
    /// The recording.
    pub recording: RecordingId,
    /// What to do.
    pub kind: JobKind,
    /// Which segment; 0 for a plan.
    pub ordinal: u32,
    /// What decides the result.
    pub options: JobOptions,
    /// How much of the recording a segment covers.
    pub length: Millis,
}

/// A job with its state, for people.
#[derive(Debug, Clone)]
pub struct JobRow {
    /// The recording's id.
    pub recording: String,
    /// The recording's title.
    pub title: String,
    /// `plan` or `segment`.
    pub kind: String,
    /// Which segment.
    pub ordinal: i64,
    /// `ready`, `running`, `done` or `failed`.
    pub state: String,
    /// How often it was tried in vain.
    pub attempts: i64,
    /// Why it failed, or waits for its next try.
    pub reason: Option<String>,
    /// What a person can do.
    pub hint: Option<String>,
    /// When it is tried again, milliseconds since 1970; at once when missing.
    pub next_try_ms: Option<i64>,
    /// The highest comes first.
    pub priority: i64,
}

from_columns!(JobRow { recording, title, kind, ordinal, state, attempts, reason, hint, next_try_ms, priority });

pub(super) struct Row {
    id: i64,
    recording: String,
    kind: String,
    ordinal: i64,
    options: String,
    length_ms: i64,
}

from_columns!(Row { id, recording, kind, ordinal, options, length_ms });

impl TryFrom<Row> for Job {
    type Error = CatalogueError;

    fn try_from(row: Row) -> Result<Self> {
        let damaged = || CatalogueError::Damaged(format!("job {}", row.id));
        Ok(Self {
            id: row.id,
            recording: row.recording.parse().map_err(|_| damaged())?,
            kind: if row.kind == "plan" { JobKind::Plan } else { JobKind::Segment },
            ordinal: count_of(row.ordinal)?,
            options: serde_json::from_str(&row.options).map_err(|_| damaged())?,
            length: Millis::new(count_of(row.length_ms)?),
        })
    }
}

/// A recording that is to be planned.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The recording.
    pub recording: RecordingId,
    /// What decides the result.
    pub options: JobOptions,
    /// Among jobs of equal priority the lowest comes first.
    pub place: i64,
}

impl Catalogue {
    /// Asks for recordings to be planned, in place of what was asked before.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn add_plans(&self, wishes: &[Wish]) -> Result<()> {
        if wishes.is_empty() {
            return Ok(());
        }
        let mut change = self.begin().await?;
        for Wish { recording, options, place } in wishes {
            // What was asked to come first still does.
            let before: Vec<(i64,)> = sqlx::query_as("DELETE FROM jobs WHERE recording = ? RETURNING priority")
                .bind(recording.to_string())
                .fetch_all(&mut *change)
                .await?;
            let priority = before.into_iter().map(|(priority,)| priority).max().unwrap_or(0);
            sqlx::query(
                "INSERT INTO jobs (recording, kind, options, options_hash, priority, place)
                 VALUES (?, 'plan', ?, ?, ?, ?)",
            )
            .bind(recording.to_string())
            .bind(serde_json::to_string(options).unwrap_or_default())
            .bind(options.hash())
            .bind(priority)
            .bind(place)
            .execute(&mut *change)
            .await?;
        }
        Ok(change.commit().await?)
    }

    /// Forgets all jobs of a recording.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn clear_jobs(&self, recording: RecordingId) -> Result<()> {
        sqlx::query("DELETE FROM jobs WHERE recording = ?").bind(recording.to_string()).execute(&self.writer).await?;
        Ok(())
    }
    /// Returns the models without which the waiting jobs cannot be done; taking a sidecar needs none.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn models_needed(&self) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT DISTINCT options ->> 'model' FROM jobs
              WHERE state IN ('ready', 'running')
                AND options ->> 'facts_only' IS NULL
                AND (kind = 'segment' OR options ->> 'sidecars' IS NULL OR options ->> 'transcribe')",
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(|(model,)| model).collect())
    }

    /// Marks a plan done and adds the segments that it found.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn finish_plan(&self, plan: &Job, segments: &[Millis]) -> Result<()> {
        let json = serde_json::to_string(&plan.options).unwrap_or_default();
        let mut change = self.begin().await?;
        for (ordinal, length) in segments.iter().enumerate() {
            sqlx::query(
                "INSERT INTO jobs (recording, kind, ordinal, options, options_hash, length_ms, priority, place)
                 SELECT ?, 'segment', ?, ?, ?, ?, priority, place FROM jobs WHERE id = ? ON CONFLICT DO NOTHING",
            )
            .bind(plan.recording.to_string())
            .bind(i64::try_from(ordinal).unwrap_or(i64::MAX))
            .bind(&json)
            .bind(plan.options.hash())
            .bind(length.get())
            .bind(plan.id)
            .execute(&mut *change)
            .await?;
        }
        sqlx::query("UPDATE jobs SET state = 'done' WHERE id = ?").bind(plan.id).execute(&mut *change).await?;
        Ok(change.commit().await?)
    }

    /// Marks a segment done.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn finish_segment(&self, id: JobId) -> Result<()> {
        sqlx::query("UPDATE jobs SET state = 'done' WHERE id = ?").bind(id).execute(&self.writer).await?;
        Ok(())
    }

    /// Marks a job failed, with the reason; a plan that fails takes its segments along.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn fail_job(&self, id: JobId, failure: &Failure) -> Result<()> {
        let mut change = self.begin().await?;
        sqlx::query(
            "UPDATE jobs SET state = 'failed', reason = ?, hint = ?, attempts = max(attempts, deaths, 1)
              WHERE id = ?",
        )
        .bind(&failure.reason)
        .bind(&failure.hint)
        .bind(id)
        .execute(&mut *change)
        .await?;
        sqlx::query(
            "DELETE FROM jobs WHERE kind = 'segment' AND (recording, options_hash) IN
                 (SELECT recording, options_hash FROM jobs WHERE id = ? AND kind = 'plan')",
        )
        .bind(id)
        .execute(&mut *change)
        .await?;
        Ok(change.commit().await?)
    }

    /// Returns plans whose segments have all ended, so that their words can be merged.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn plans_to_merge(&self) -> Result<Vec<Job>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, recording, kind, ordinal, options, length_ms FROM jobs p
              WHERE kind = 'plan' AND state = 'done' AND NOT EXISTS
                    (SELECT 1 FROM jobs s WHERE s.recording = p.recording AND s.kind = 'segment'
                        AND s.options_hash = p.options_hash AND +s.state IN ('ready', 'running'))
              ORDER BY id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(Job::try_from).collect()
    }

    /// Returns the finished plan of a recording whose words are being made.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn plan_of(&self, recording: RecordingId) -> Result<Option<Job>> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, recording, kind, ordinal, options, length_ms FROM jobs
              WHERE recording = ? AND kind = 'plan' AND state = 'done' ORDER BY id DESC LIMIT 1",
        )
        .bind(recording.to_string())
        .fetch_optional(&self.readers)
        .await?;
        row.map(Job::try_from).transpose()
    }

    /// Returns why segments of a plan failed: each ordinal with its reason.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn failed_segments(&self, plan: &Job) -> Result<Vec<(u32, String)>> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT ordinal, coalesce(reason, '') FROM jobs
              WHERE recording = ? AND kind = 'segment' AND options_hash = ? AND state = 'failed' ORDER BY ordinal",
        )
        .bind(plan.recording.to_string())
        .bind(plan.options.hash())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(|(ordinal, reason)| Ok((count_of(ordinal)?, reason))).collect()
    }

    /// Returns every job with its state.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn jobs(&self) -> Result<Vec<JobRow>> {
        Ok(sqlx::query_as(
            "SELECT j.recording, r.title, j.kind, j.ordinal, j.state, j.attempts, j.reason, j.hint, j.next_try_ms,
                    j.priority
               FROM jobs j JOIN recordings r ON r.id = j.recording ORDER BY j.id",
        )
        .fetch_all(&self.readers)
        .await?)
    }
}

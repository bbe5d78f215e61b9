//! The queue: which job comes next, what waits for another try, and what comes first.
//!
//! A job that is ready may have a time before which it is not tried: it failed, and what made it fail may pass.

use std::time::Duration;

use indexer::recording::RecordingId;

use super::jobs::{Job, JobId, Row};
use super::recordings::Failure;
use super::{Catalogue, Result, count_of};

/// How many recordings may have their sound on disk at a time, waiting to be recognised.
const PLANNED_AHEAD: i64 = 3;

/// The longest pause before another try.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// How a job's pauses grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// What failed may pass within moments: 15 s, and each time four times as long, up to [`LONGEST_PAUSE`].
    Growing,
    /// It was not even tried, since something must be brought back first: ten minutes. A scan that finds it makes the
    /// job due at once.
    Long,
}

/// A job's next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextTry {
    /// How often it was tried in vain.
    pub attempts: u32,
    /// When it is tried again.
    pub at: jiff::Timestamp,
}

/// Says whether a ready job is due. A time further away than any pause was set before the clock was turned back.
const DUE: &str = "(next_try_ms IS NULL OR next_try_ms <= ?1 OR next_try_ms > ?2)";

/// The two times that [`DUE`] asks for.
fn due_times() -> (i64, i64) {
    let now = jiff::Timestamp::now().as_millisecond();
    (now, now.saturating_add(millis(LONGEST_PAUSE)))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Catalogue {
    /// Takes the next job that is due and marks it running. What was asked to come first does; then segments come
    /// before plans, so that what was begun is finished.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn take_job(&self) -> Result<Option<Job>> {
        let (now, far) = due_times();
        let due = format!("state = 'ready' AND {DUE}");
        let order = "ORDER BY priority DESC, place, id LIMIT 1";
        let statement = format!(
            "UPDATE jobs SET state = 'running', next_try_ms = NULL WHERE id = coalesce(
                 (SELECT id FROM jobs WHERE {due} AND kind = 'segment'
                     AND priority >= (SELECT max(priority) FROM jobs WHERE {due}) {order}),
                 (SELECT id FROM jobs p WHERE {due} AND kind = 'plan'
                     AND (SELECT count(DISTINCT recording) FROM jobs s WHERE s.kind = 'segment'
                             AND s.state IN ('ready', 'running') AND s.priority >= p.priority) < ?3 {order}),
                 (SELECT id FROM jobs WHERE {due} AND kind = 'segment' {order}))
             RETURNING id, recording, kind, ordinal, options, length_ms"
        );
        // All rows of a change that gives rows are fetched: a disk that is full is told after the last of them.
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(now)
            .bind(far)
            .bind(PLANNED_AHEAD)
            .fetch_all(&self.writer)
            .await?;
        rows.into_iter().next().map(Job::try_from).transpose()
    }

    /// Takes one certain job, if it is ready, and marks it running.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn take_this_job(&self, id: JobId) -> Result<Option<Job>> {
        let rows: Vec<Row> = sqlx::query_as(
            "UPDATE jobs SET state = 'running', next_try_ms = NULL WHERE id = ? AND state = 'ready'
             RETURNING id, recording, kind, ordinal, options, length_ms",
        )
        .bind(id)
        .fetch_all(&self.writer)
        .await?;
        rows.into_iter().next().map(Job::try_from).transpose()
    }

    /// Returns whether a job that was taken is still to be done as it was taken: it was not asked for otherwise, and its
    /// recording was not removed.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn is_running(&self, job: &Job) -> Result<bool> {
        // Numbers of rows are given again once their rows are gone, so the number alone would not tell.
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT 1 FROM jobs WHERE id = ? AND recording = ? AND kind = ? AND ordinal = ? AND options_hash = ?
                AND state = 'running'",
        )
        .bind(job.id)
        .bind(job.recording.to_string())
        .bind(job.kind.as_str())
        .bind(job.ordinal)
        .bind(job.options.hash())
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.is_some())
    }

    /// Returns whether any job is running, due, or due within some time.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn has_work(&self, within: Duration) -> Result<bool> {
        let (now, far) = due_times();
        let statement = format!("SELECT 1 FROM jobs WHERE state = 'running' OR state = 'ready' AND {DUE} LIMIT 1");
        let row: Option<(i64,)> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(now.saturating_add(millis(within)))
            .bind(far)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// Makes every running job ready: at the start of a program nothing can be running.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn reset_running_jobs(&self) -> Result<u64> {
        let done = sqlx::query("UPDATE jobs SET state = 'ready' WHERE state = 'running'").execute(&self.writer).await?;
        Ok(done.rows_affected())
    }

    /// Puts a job back as if it had never been taken.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn release_job(&self, id: JobId) -> Result<()> {
        sqlx::query("UPDATE jobs SET state = 'ready' WHERE id = ? AND state = 'running'")
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Puts a job back to be tried again after a pause, with the reason; returns when, unless it is gone.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn postpone_job(&self, id: JobId, failure: &Failure, pause: Pause) -> Result<Option<NextTry>> {
        let (now, _) = due_times();
        let (first, grows) = match pause {
            Pause::Growing => (Duration::from_secs(15), true),
            Pause::Long => (Duration::from_secs(10 * 60), false),
        };
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "UPDATE jobs SET state = 'ready', attempts = attempts + ?1, reason = ?2, hint = ?3,
                    next_try_ms = ?4 + min(?5, ?6 * (1 << min(20, 2 * ?1 * attempts)))
              WHERE id = ?7 AND state = 'running' RETURNING attempts, next_try_ms",
        )
        .bind(i64::from(grows))
        .bind(&failure.reason)
        .bind(&failure.hint)
        .bind(now)
        .bind(millis(LONGEST_PAUSE))
        .bind(millis(first))
        .bind(id)
        .fetch_all(&self.writer)
        .await?;
        rows.into_iter()
            .next()
            .map(|(attempts, at)| {
                let at = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::MAX);
                Ok(NextTry { attempts: count_of(attempts)?, at })
            })
            .transpose()
    }

    /// Counts a death of a worker that ran this job alone; returns how many there were.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn count_death(&self, id: JobId) -> Result<u32> {
        let rows: Vec<(i64,)> = sqlx::query_as("UPDATE jobs SET deaths = deaths + 1 WHERE id = ? RETURNING deaths")
            .bind(id)
            .fetch_all(&self.writer)
            .await?;
        count_of(rows.first().map_or(0, |&(deaths,)| deaths))
    }

    /// Lets what failed of a recording, or waits for another try, be tried at once; returns whether there is any.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn retry_jobs(&self, recording: RecordingId) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE jobs SET state = 'ready', attempts = 0, deaths = 0, next_try_ms = NULL, reason = NULL, hint = NULL
              WHERE recording = ? AND (state = 'failed' OR state = 'ready' AND next_try_ms IS NOT NULL)",
        )
        .bind(recording.to_string())
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Makes the jobs of recordings that wait for another try due at once.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn hurry(&self, recordings: &[RecordingId]) -> Result<()> {
        let mut change = self.begin().await?;
        for recording in recordings {
            sqlx::query("UPDATE jobs SET next_try_ms = NULL WHERE recording = ? AND next_try_ms IS NOT NULL")
                .bind(recording.to_string())
                .execute(&mut *change)
                .await?;
        }
        Ok(change.commit().await?)
    }

    /// Returns whether a recording has jobs that have not ended.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn has_jobs(&self, recording: RecordingId) -> Result<bool> {
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT 1 FROM jobs WHERE recording = ? AND state IN ('ready', 'running') LIMIT 1")
                .bind(recording.to_string())
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.is_some())
    }

    /// Lets a recording's jobs come before all others; returns whether it has any that have not ended.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn put_first(&self, recording: RecordingId) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE jobs SET priority = 1 + (SELECT max(priority) FROM jobs), next_try_ms = NULL
              WHERE recording = ?1 AND EXISTS
                    (SELECT 1 FROM jobs WHERE recording = ?1 AND state IN ('ready', 'running'))",
        )
        .bind(recording.to_string())
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

#[cfg(test)]
mod tests {
    use indexer::time::Millis;

    use super::*;
    use crate::catalogue::files::{ReadFile, Stamp};
    use crate::catalogue::jobs::{JobKind, JobOptions, Wish};

    fn id(number: u8) -> RecordingId {
        RecordingId::new([number; 16])
    }

    /// A catalogue in which recordings with these places wait to be planned, the first numbered 0.
    async fn waiting(folder: &tempfile::TempDir, places: &[i64]) -> Catalogue {
        let catalogue = Catalogue::open(&folder.path().join("aloud.sqlite")).await.expect("a catalogue");
        let stamp = Stamp { size: 1, mtime_ns: 0, inode: 0 };
        for (number, &place) in (0..).zip(places) {
            let path = format!("/{number}.wav").into();
            let file = ReadFile { path, stamp, recording: id(number), title: number.to_string() };
            catalogue.take_files(&[file]).await.expect("a file");
            let options = JobOptions { model: "base".into(), ..JobOptions::default() };
            catalogue.add_plans(&[Wish { recording: id(number), options, place }]).await.expect("a job");
        }
        catalogue
    }

    async fn next(catalogue: &Catalogue) -> Option<(RecordingId, JobKind)> {
        catalogue.take_job().await.expect("an answer").map(|job| (job.recording, job.kind))
    }

    #[tokio::test]
    async fn what_was_begun_is_finished_and_what_comes_first_does() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let catalogue = waiting(&folder, &[0, 0, 0, -5, 0]).await;
        let newest = catalogue.take_job().await.expect("an answer").expect("a job");
        assert_eq!(newest.recording, id(3), "by place");
        catalogue.finish_plan(&newest, &[Millis::new(1); 2]).await.expect("segments");
        assert_eq!(next(&catalogue).await, Some((id(3), JobKind::Segment)), "segments before plans");
        assert!(catalogue.put_first(id(4)).await.expect("an answer"));
        assert!(catalogue.put_first(id(2)).await.expect("an answer"));
        assert_eq!(next(&catalogue).await, Some((id(2), JobKind::Plan)), "who was put first last");
        let fourth = catalogue.take_job().await.expect("an answer").expect("a job");
        assert_eq!(fourth.recording, id(4));
        catalogue.finish_plan(&fourth, &[Millis::new(1)]).await.expect("a segment");
        assert_eq!(next(&catalogue).await, Some((id(4), JobKind::Segment)), "its segments, too");
        assert_eq!(next(&catalogue).await, Some((id(3), JobKind::Segment)));
        assert_eq!(next(&catalogue).await, Some((id(0), JobKind::Plan)));
        assert!(!catalogue.put_first(id(9)).await.expect("an answer"), "nothing to do for it");
    }

    #[tokio::test]
    async fn pauses_grow_end_and_survive_a_clock_that_is_turned_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let catalogue = waiting(&folder, &[0]).await;
        let failure = Failure { reason: "busy".into(), hint: String::new() };
        let mut pauses = Vec::new();
        for _ in 0..6 {
            catalogue.hurry(&[id(0)]).await.expect("an answer");
            let job = catalogue.take_job().await.expect("an answer").expect("a job");
            let before = jiff::Timestamp::now();
            let next =
                catalogue.postpone_job(job.id, &failure, Pause::Growing).await.expect("an answer").expect("there");
            pauses.push((next.attempts, (next.at.as_second() - before.as_second() + 5) / 15));
        }
        // In quarters of a minute.
        assert_eq!(pauses, [(1, 1), (2, 4), (3, 16), (4, 64), (5, 240), (6, 240)]);
        assert_eq!(next(&catalogue).await, None, "it waits");
        assert!(!catalogue.has_work(Duration::from_secs(60)).await.expect("an answer"));
        assert!(catalogue.has_work(LONGEST_PAUSE).await.expect("an answer"));
        // Set a day ahead of now.
        sqlx::query("UPDATE jobs SET next_try_ms = next_try_ms + 86400000")
            .execute(&catalogue.writer)
            .await
            .expect("time");
        let job = catalogue.take_job().await.expect("an answer").expect("a job");
        let next = catalogue.postpone_job(job.id, &failure, Pause::Long).await.expect("an answer").expect("there");
        assert_eq!(next.attempts, 6, "it was not tried");
        assert!(catalogue.retry_jobs(id(0)).await.expect("an answer"));
        let _ = catalogue.take_job().await.expect("an answer").expect("a job");
        assert_eq!(catalogue.jobs().await.expect("jobs")[0].attempts, 0);
    }
}

//! A revision is one finished transcript of a recording; the newest is current.

use super::{Catalogue, Result, count_of, id_of};
use indexer::recording::{Language, RecordingId};
use indexer::transcript::{Gap, Revision, Transcript, WordRange};

/// Where the words of a revision come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Recognised from the sound.
    Recognised,
    /// Taken from a sidecar, or from a file that a person brought.
    Imported,
}

/// What is stored of a revision besides its words.
#[derive(Debug, Clone)]
pub struct RevisionFacts {
    /// Where the words come from.
    pub source: Source,
    /// A hash over the sidecars there were.
    pub sidecars: Option<String>,
    /// Why some segments are missing.
    pub missing: Option<String>,
    /// Whether a person brought the words, so that only a person replaces them.
    pub by_hand: bool,
}

struct Pending {
    id: String,
    revision: i64,
}

from_columns!(Pending { id, revision });

/// Returns the languages of a transcript, most words first.
fn languages(transcript: &Transcript) -> Vec<Language> {
    let mut counts = std::collections::BTreeMap::<Language, usize>::new();
    for word in &transcript.words {
        *counts.entry(word.language).or_default() += 1;
    }
    counts.remove(&Language::UNKNOWN);
    let mut languages: Vec<_> = counts.into_iter().collect();
    languages.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    languages.into_iter().map(|(language, _)| language).collect()
}

impl Catalogue {
    /// Returns the number for a recording's next revision.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn next_revision(&self, recording: RecordingId) -> Result<Revision> {
        let (newest,): (i64,) = sqlx::query_as("SELECT coalesce(max(number), 0) FROM revisions WHERE recording = ?")
            .bind(recording.to_string())
            .fetch_one(&self.readers)
            .await?;
        Ok(count_of(newest)?.saturating_add(1))
    }

    /// Makes a transcript, whose file with this hash is already on disk, the current revision, and ends the jobs that
    /// made it.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn store_revision(&self, transcript: &Transcript, facts: &RevisionFacts, hash: &str) -> Result<()> {
        let id = transcript.recording.to_string();
        let millis = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        let speech = transcript
            .stretches
            .iter()
            .filter_map(|stretch| transcript.span(stretch.words))
            .map(|span| u64::from(span.duration().get()))
            .sum::<u64>();
        let gap = transcript
            .gaps
            .iter()
            .map(|&(Gap::NoWords(span) | Gap::Unheard(span))| u64::from(span.duration().get()))
            .sum::<u64>();
        let languages = languages(transcript).iter().map(Language::as_str).collect::<Vec<_>>().join(",");
        let mut change = self.begin().await?;
        sqlx::query(
            "INSERT OR REPLACE INTO revisions
                 (recording, number, source, sidecars, languages, words, speech_ms, doubtful_ms, gap_ms, missing, by_hand,
                  hash)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&id)
        .bind(transcript.revision)
        .bind(match facts.source {
            Source::Recognised => "recognised",
            Source::Imported => "imported",
        })
        .bind(&facts.sidecars)
        .bind(languages)
        .bind(WordRange::new(0, u32::try_from(transcript.words.len()).unwrap_or(u32::MAX)).len())
        .bind(millis(speech))
        .bind(transcript.doubtful_time().get())
        .bind(millis(gap))
        .bind(&facts.missing)
        .bind(facts.by_hand)
        .bind(hash)
        .execute(&mut *change)
        .await?;
        sqlx::query("UPDATE recordings SET revision = ? WHERE id = ?")
            .bind(transcript.revision)
            .bind(&id)
            .execute(&mut *change)
            .await?;
        sqlx::query("DELETE FROM speakers WHERE recording = ?").bind(&id).execute(&mut *change).await?;
        for (ordinal, name) in transcript.speakers.iter().enumerate() {
            sqlx::query("INSERT INTO speakers (recording, ordinal, name) VALUES (?, ?, ?)")
                .bind(&id)
                .bind(i64::try_from(ordinal).unwrap_or(i64::MAX))
                .bind(name)
                .execute(&mut *change)
                .await?;
        }
        sqlx::query("DELETE FROM jobs WHERE recording = ?").bind(&id).execute(&mut *change).await?;
        Ok(change.commit().await?)
    }

    /// Marks that the index holds a revision.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_indexed(&self, recording: RecordingId, revision: Revision) -> Result<()> {
        sqlx::query("UPDATE recordings SET indexed_revision = ? WHERE id = ?")
            .bind(revision)
            .bind(recording.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Notes that the index holds some revisions, all at once.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_all_indexed(&self, revisions: &[(RecordingId, Revision)]) -> Result<()> {
        let mut change = self.begin().await?;
        for (recording, revision) in revisions {
            sqlx::query("UPDATE recordings SET indexed_revision = ? WHERE id = ?")
                .bind(revision)
                .bind(recording.to_string())
                .execute(&mut *change)
                .await?;
        }
        Ok(change.commit().await?)
    }

    /// Marks that the index is about to lose a recording's words; until it holds them again they are to be indexed.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_unindexed(&self, recording: RecordingId) -> Result<()> {
        sqlx::query("UPDATE recordings SET indexed_revision = NULL WHERE id = ?")
            .bind(recording.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Marks that there is no index: everything is to be indexed.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_all_unindexed(&self) -> Result<()> {
        sqlx::query("UPDATE recordings SET indexed_revision = NULL").execute(&self.writer).await?;
        Ok(())
    }

    /// Returns whether the index was ever given anything that is still in the catalogue.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn has_indexed(&self) -> Result<bool> {
        let (has,): (bool,) =
            sqlx::query_as("SELECT EXISTS (SELECT 1 FROM recordings WHERE indexed_revision IS NOT NULL)")
                .fetch_one(&self.readers)
                .await?;
        Ok(has)
    }

    /// Returns the current revisions that the index does not hold, or all of them.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn revisions_to_index(&self, all: bool) -> Result<Vec<(RecordingId, Revision)>> {
        let rows: Vec<Pending> = sqlx::query_as(
            "SELECT id, revision FROM recordings
              WHERE revision IS NOT NULL AND (? OR indexed_revision IS NOT revision) ORDER BY added_at, id",
        )
        .bind(all)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|row| {
                let id = id_of(&row.id)?;
                Ok((id, count_of(row.revision)?))
            })
            .collect()
    }

    /// Returns whether a person brought a recording's current words.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn is_by_hand(&self, recording: RecordingId) -> Result<bool> {
        let row: Option<(bool,)> = sqlx::query_as(
            "SELECT v.by_hand FROM recordings r JOIN revisions v ON v.recording = r.id AND v.number = r.revision
              WHERE r.id = ?",
        )
        .bind(recording.to_string())
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.is_some_and(|(by_hand,)| by_hand))
    }

    /// Returns the newest revision whose words were all recognised from the sound.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn newest_recognised(&self, recording: RecordingId) -> Result<Option<Revision>> {
        let (newest,): (Option<i64>,) = sqlx::query_as(
            "SELECT max(number) FROM revisions WHERE recording = ? AND source = 'recognised' AND missing IS NULL",
        )
        .bind(recording.to_string())
        .fetch_one(&self.readers)
        .await?;
        newest.map(count_of).transpose()
    }
}

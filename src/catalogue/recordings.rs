//! A recording in the catalogue: what is known about one interview besides its words.

use std::path::PathBuf;

use super::{Catalogue, CatalogueError, Result, count_of, id_of, metadata, path_of};
use indexer::query::Label;
use indexer::recording::{Language, RecordingId};
use indexer::time::Millis;
use indexer::transcript::Revision;

use crate::metadata::{Conflict, Field, Source};

/// Whether a recording has a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sound only.
    Audio,
    /// Sound and picture.
    Video,
}

impl Kind {
    /// Returns the name used in the catalogue and over HTTP.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// How far a recording has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing has begun.
    Waiting,
    /// Its words are being made.
    Transcribing,
    /// Its words can be searched.
    Searchable,
    /// Its words can be searched, but some segments failed.
    Partly,
    /// It failed as a whole.
    Failed,
}

impl State {
    /// Returns the name used over HTTP and in `aloud status`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Transcribing => "transcribing",
            Self::Searchable => "searchable",
            Self::Partly => "partly",
            Self::Failed => "failed",
        }
    }

    /// Returns whether search finds its words.
    #[must_use]
    pub const fn is_searchable(self) -> bool {
        matches!(self, Self::Searchable | Self::Partly)
    }
}

/// Where a recording's media are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// At least one file was there when it was last looked for.
    There,
    /// No file was.
    Missing,
    /// Other bytes took the place of its last file.
    Changed,
}

/// Why something failed, and what a person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What failed, a lowercase fragment.
    pub reason: String,
    /// The next step; may be empty.
    pub hint: String,
}

/// One recording with everything that is shown of it.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Its identity.
    pub id: RecordingId,
    /// What people call it.
    pub title: String,
    /// When it was recorded, ISO 8601; never a file's time.
    pub date: Option<String>,
    /// Who is in it.
    pub people: Option<String>,
    /// Where it was recorded.
    pub place: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// The collection it belongs to.
    pub folder: Option<String>,
    /// What only a person can decide about its metadata.
    pub conflicts: Vec<Conflict>,
    /// What cannot be used of the document that states its metadata.
    pub document_problem: Option<DocumentProblem>,
    /// Audio or video.
    pub kind: Kind,
    /// How long it is, once it was read.
    pub duration: Option<Millis>,
    /// The languages that somebody stated for it.
    pub stated_languages: Vec<Language>,
    /// What was wrong with the media file.
    pub damage: Option<String>,
    /// The current revision of its transcript.
    pub revision: Option<Revision>,
    /// How far it has come.
    pub state: State,
    /// Why it, or part of it, failed, or waits for another try.
    pub failure: Option<Failure>,
    /// How often what failed was tried in vain.
    pub attempts: u32,
    /// Whether words are being made, be it that there are some already.
    pub is_pending: bool,
    /// When it is tried again by itself.
    pub next_try: Option<jiff::Timestamp>,
    /// Whether its media are there.
    pub media: Media,
    /// How much of the running recognition is finished.
    pub done: Millis,
    /// What the current revision holds.
    pub counts: Counts,
    /// Where its media are; the first is served.
    pub files: Vec<PathBuf>,
    /// The speakers' names by ordinal; several of one name are one person.
    pub speakers: Vec<String>,
}

/// What cannot be used of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentProblem {
    /// The document.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: String,
}

/// What one revision holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Languages, most words first.
    pub languages: Vec<Language>,
    /// How many words.
    pub words: u32,
    /// How much time words cover.
    pub speech: Millis,
    /// How much of it is doubtful.
    pub doubtful: Millis,
    /// How much speech has no words.
    pub gap: Millis,
}

struct Row {
    id: String,
    title: String,
    date: Option<String>,
    people: Option<String>,
    place: Option<String>,
    description: Option<String>,
    folder: Option<String>,
    document_path: Option<Vec<u8>>,
    document_problem: Option<String>,
    kind: String,
    duration_ms: Option<i64>,
    language: Option<String>,
    damage: Option<String>,
    revision: Option<i64>,
    indexed_revision: Option<i64>,
    languages: Option<String>,
    words: Option<i64>,
    speech_ms: Option<i64>,
    doubtful_ms: Option<i64>,
    gap_ms: Option<i64>,
    missing: Option<String>,
    lost: Option<String>,
    pending: i64,
    begun: i64,
    done_ms: i64,
    failed_reason: Option<String>,
    failed_hint: Option<String>,
    failed_attempts: Option<i64>,
    later_reason: Option<String>,
    later_hint: Option<String>,
    later_attempts: Option<i64>,
    next_try_ms: Option<i64>,
    media: String,
}

from_columns!(Row {
    id,
    title,
    date,
    people,
    place,
    description,
    folder,
    document_path,
    document_problem,
    kind,
    duration_ms,
    language,
    damage,
    revision,
    indexed_revision,
    languages,
    words,
    speech_ms,
    doubtful_ms,
    gap_ms,
    missing,
    lost,
    pending,
    begun,
    done_ms,
    failed_reason,
    failed_hint,
    failed_attempts,
    later_reason,
    later_hint,
    later_attempts,
    next_try_ms,
    media,
});

/// All that [`Row`] holds; jobs are looked at only where no revision answers for the recording.
///
/// The plus before a state keeps `SQLite` from seeking a recording's jobs among all jobs in that state.
const SELECT: &str = "
    SELECT r.id, r.title, r.date, r.people, r.place, r.description, r.folder, r.kind, r.duration_ms, r.language, r.damage,
           r.revision, r.indexed_revision, d.path AS document_path, d.problem AS document_problem,
           v.languages, v.words, v.speech_ms, v.doubtful_ms, v.gap_ms, v.missing, v.lost,
           (SELECT count(*) FROM jobs j WHERE j.recording = r.id AND +j.state IN ('ready', 'running')) AS pending,
           (SELECT count(*) FROM jobs j WHERE j.recording = r.id AND (+j.state = 'running' OR j.kind = 'segment')) AS begun,
           (SELECT coalesce(sum(j.length_ms), 0) FROM jobs j
             WHERE j.recording = r.id AND j.kind = 'segment' AND +j.state IN ('done', 'failed')) AS done_ms,
           f.reason AS failed_reason, f.hint AS failed_hint, f.attempts AS failed_attempts,
           l.reason AS later_reason, l.hint AS later_hint, l.attempts AS later_attempts, l.next_try_ms,
           CASE WHEN EXISTS (SELECT 1 FROM files p WHERE p.recording = r.id AND p.missing_since IS NULL) THEN 'there'
                WHEN r.changed_path IS NOT NULL THEN 'changed' ELSE 'missing' END AS media
      FROM recordings r
      LEFT JOIN revisions v ON v.recording = r.id AND v.number = r.revision
      LEFT JOIN documents d ON d.recording = r.id AND d.problem IS NOT NULL
      LEFT JOIN jobs f ON f.id = (SELECT max(j.id) FROM jobs j
                                   WHERE j.recording = r.id AND +j.state = 'failed' AND j.kind = 'plan')
      LEFT JOIN jobs l ON l.id = (SELECT max(j.id) FROM jobs j
                                   WHERE j.recording = r.id AND +j.state = 'ready' AND j.next_try_ms IS NOT NULL)";

impl Row {
    fn state(&self) -> State {
        if self.lost.is_some() && self.pending == 0 {
            State::Failed
        } else if self.lost.is_none() && self.revision.is_some() && self.revision == self.indexed_revision {
            if self.missing.is_some() { State::Partly } else { State::Searchable }
        } else if self.pending > 0 || self.revision.is_some() {
            if self.begun > 0 { State::Transcribing } else { State::Waiting }
        } else if self.failed_reason.is_some() {
            State::Failed
        } else {
            State::Waiting
        }
    }

    fn into_recording(self, files: Vec<PathBuf>, speakers: Vec<String>, conflicts: Vec<Conflict>) -> Result<Recording> {
        let state = self.state();
        let damaged = |what: &str| CatalogueError::Damaged(format!("{what} of recording {}", self.id));
        let count_of = |value| count_of(value).map_err(|_| damaged("a number"));
        let millis = |value: Option<i64>| value.map(count_of).transpose().map(|ms| ms.map(Millis::new));
        let failure = match state {
            State::Partly => self.missing.clone().map(|reason| Failure {
                reason,
                hint: format!("try again with: aloud transcribe {}", &self.id[..8.min(self.id.len())]),
            }),
            _ if self.next_try_ms.is_some() => self
                .later_reason
                .clone()
                .map(|reason| Failure { reason, hint: self.later_hint.clone().unwrap_or_default() }),
            State::Waiting | State::Transcribing => None,
            State::Failed | State::Searchable => {
                let failed = self.failed_reason.clone();
                let failed = failed.map(|reason| (reason, self.failed_hint.clone().unwrap_or_default()));
                let lost = || Some((self.lost.clone()?, "see what can be done with: aloud doctor".into()));
                failed.or_else(lost).map(|(reason, hint)| Failure { reason, hint })
            }
        };
        let counts = Counts {
            languages: self.languages.as_deref().unwrap_or("").split(',').filter_map(Language::from_tag).collect(),
            words: count_of(self.words.unwrap_or(0))?,
            speech: millis(self.speech_ms)?.unwrap_or_default(),
            doubtful: millis(self.doubtful_ms)?.unwrap_or_default(),
            gap: millis(self.gap_ms)?.unwrap_or_default(),
        };
        Ok(Recording {
            id: self.id.parse().map_err(|_| damaged("id"))?,
            kind: if self.kind == "video" { Kind::Video } else { Kind::Audio },
            duration: millis(self.duration_ms)?,
            stated_languages: self
                .language
                .as_deref()
                .unwrap_or("")
                .split(", ")
                .filter_map(Language::from_tag)
                .collect(),
            revision: self.revision.map(count_of).transpose()?,
            is_pending: self.pending > 0,
            attempts: count_of(self.later_attempts.or(self.failed_attempts).unwrap_or(0))?,
            next_try: self.next_try_ms.and_then(|at| jiff::Timestamp::from_millisecond(at).ok()),
            media: match self.media.as_str() {
                "there" => Media::There,
                "changed" => Media::Changed,
                _ => Media::Missing,
            },
            done: Millis::new(count_of(self.done_ms)?),
            title: self.title,
            date: self.date,
            people: self.people,
            place: self.place,
            description: self.description,
            folder: self.folder,
            conflicts,
            document_problem: self
                .document_path
                .zip(self.document_problem)
                .map(|(path, problem)| DocumentProblem { path: path_of(path), problem }),
            damage: self.damage,
            state,
            failure,
            counts,
            files,
            speakers,
        })
    }
}

/// How much of the library search can answer for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All recordings.
    pub recordings: u32,
    /// Those whose words can be searched.
    pub searchable: u32,
    /// Those still to come.
    pub waiting: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those whose media are gone or were changed; their words stay.
    pub missing: u32,
    /// Whether the work is paused.
    pub paused: bool,
    /// How much time the searchable words cover, milliseconds.
    pub speech_ms: u64,
    /// How much of it is doubtful, milliseconds.
    pub doubtful_ms: u64,
    /// How much speech has no words, milliseconds.
    pub gap_ms: u64,
}

impl Catalogue {
    /// Returns every recording by title, case and marks aside.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn recordings(&self) -> Result<Vec<Recording>> {
        let mut rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(SELECT)).fetch_all(&self.readers).await?;
        rows.sort_by_cached_key(|row| (Label::new(&row.title).row(), row.title.clone(), row.id.clone()));
        let files: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT recording, path FROM files ORDER BY path").fetch_all(&self.readers).await?;
        let speakers: Vec<(String, String)> = sqlx::query_as(
            "SELECT s.recording, coalesce(n.name, s.name) FROM speakers s
               LEFT JOIN speaker_names n ON n.recording = s.recording AND n.spoken_as = s.name ORDER BY s.ordinal",
        )
        .fetch_all(&self.readers)
        .await?;
        let mut conflicts_of = self.conflicts(None).await?;
        let mut files_of = std::collections::HashMap::<String, Vec<PathBuf>>::new();
        for (recording, path) in files {
            files_of.entry(recording).or_default().push(path_of(path));
        }
        let mut speakers_of = std::collections::HashMap::<String, Vec<String>>::new();
        for (recording, name) in speakers {
            speakers_of.entry(recording).or_default().push(name);
        }
        rows.into_iter()
            .map(|row| {
                let files = files_of.remove(&row.id).unwrap_or_default();
                let speakers = speakers_of.remove(&row.id).unwrap_or_default();
                let conflicts = conflicts_of.remove(&row.id).unwrap_or_default();
                row.into_recording(files, speakers, conflicts)
            })
            .collect()
    }

    /// Returns one recording.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn recording(&self, id: RecordingId) -> Result<Option<Recording>> {
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE r.id = ?")))
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let speakers = self.speakers(id).await?.into_iter().map(|speaker| speaker.name).collect();
        let files = self.files_of(id).await?;
        let conflicts = self.conflicts(Some(id)).await?.remove(&id.to_string()).unwrap_or_default();
        row.into_recording(files, speakers, conflicts).map(Some)
    }

    /// Returns the recordings whose id begins with some hex digits, at most two: one is an answer, two are a question.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn recordings_by_prefix(&self, prefix: &str) -> Result<Vec<RecordingId>> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM recordings WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2")
                .bind(prefix)
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(|(id,)| id_of(&id)).collect()
    }

    /// Adds a recording unless it is there, with a title made of its file's name; returns whether it is new.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn add_recording(&self, id: RecordingId, title: &str) -> Result<bool> {
        let done = sqlx::query("INSERT INTO recordings (id, title, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(id.to_string())
            .bind(title)
            .bind(jiff::Timestamp::now().to_string())
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Stores what reading the media showed.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_media(&self, id: RecordingId, media: &MediaFacts) -> Result<()> {
        let mut change = self.begin().await?;
        let done =
            sqlx::query("UPDATE recordings SET kind = ?, duration_ms = ?, full_hash = ?, damage = ? WHERE id = ?")
                .bind(media.kind.as_str())
                .bind(media.duration.get())
                .bind(&media.full_hash)
                .bind(&media.damage)
                .bind(id.to_string())
                .execute(&mut *change)
                .await?;
        if done.rows_affected() > 0 {
            let tags = [(Field::Title, &media.title), (Field::Date, &media.date)];
            let read = |(field, text): (Field, &Option<String>)| Some((field, field.read_tag(text.as_deref()?)?));
            metadata::say(&mut change, id, Source::Tag, tags.into_iter().filter_map(read)).await?;
        }
        Ok(change.commit().await?)
    }

    /// Counts how much of the library search can answer for.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn coverage(&self) -> Result<Coverage> {
        let mut coverage = Coverage { paused: self.paused_since().await?.is_some(), ..Coverage::default() };
        let rows: Vec<Row> = sqlx::query_as(SELECT).fetch_all(&self.readers).await?;
        for row in &rows {
            coverage.recordings += 1;
            match row.state() {
                State::Searchable | State::Partly => coverage.searchable += 1,
                State::Waiting | State::Transcribing => coverage.waiting += 1,
                State::Failed => coverage.failed += 1,
            }
            coverage.missing += u32::from(row.media != "there");
            let sum = |value: Option<i64>| u64::try_from(value.unwrap_or(0)).unwrap_or(0);
            coverage.speech_ms += sum(row.speech_ms);
            coverage.doubtful_ms += sum(row.doubtful_ms);
            coverage.gap_ms += sum(row.gap_ms);
        }
        Ok(coverage)
    }

    /// Removes a recording with all that was derived from it; the media stay. Returns its title.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn remove_recording(&self, id: RecordingId) -> Result<Option<String>> {
        let mut change = self.begin().await?;
        let title: Option<(String,)> = sqlx::query_as("DELETE FROM recordings WHERE id = ? RETURNING title")
            .bind(id.to_string())
            .fetch_optional(&mut *change)
            .await?;
        if let Some((title,)) = &title {
            sqlx::query("INSERT INTO removed (recording, title) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(id.to_string())
                .bind(title)
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(title.map(|(title,)| title))
    }
}

/// What reading a media file showed.
#[derive(Debug, Clone)]
pub struct MediaFacts {
    /// Audio or video.
    pub kind: Kind,
    /// How long it is.
    pub duration: Millis,
    /// BLAKE3 of all its bytes, hex.
    pub full_hash: Option<String>,
    /// What was wrong with it.
    pub damage: Option<String>,
    /// The date in the container's tags.
    pub date: Option<String>,
    /// The title in the container's tags.
    pub title: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn titles_are_sorted_without_case_and_marks() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let catalogue = Catalogue::open(&folder.path().join("aloud.sqlite")).await.expect("a catalogue");
        for (number, title) in (0..).zip(["Zebra", "budget", "Écho", "“Archive”", "budget"]) {
            catalogue.add_recording(RecordingId::new([number; 16]), title).await.expect("a recording");
        }
        let recordings = catalogue.recordings().await.expect("recordings");
        let order: Vec<u8> = recordings.iter().map(|recording| recording.id.as_bytes()[0]).collect();
        assert_eq!(order, [3, 1, 4, 2, 0]);
    }
}

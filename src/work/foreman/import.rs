//! An import is a transcript that a person brings: it becomes the current revision, and no scan replaces it.

use indexer::recording::{Language, RecordingId};
use indexer::subtitles::align::align;
use indexer::subtitles::{self, Format, SubtitleError, sidecar};
use indexer::time::Millis;
use indexer::transcript::{Provenance, Revision, Transcript};
use serde::{Deserialize, Serialize};

use super::Foreman;
use crate::catalogue::jobs::{JobOptions, Wish};
use crate::catalogue::recordings::Recording;
use crate::catalogue::revisions::{RevisionFacts, Source};
use crate::library::StoreError;

/// How a file is to be taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRequest {
    /// The file's name, which the transcript names as its source.
    pub file: String,
    /// The format, by its name; found out when missing.
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The language of words that the file does not mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Whether the words take the times at which they are heard in the sound.
    #[serde(default)]
    pub align: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportReport {
    /// The recording.
    pub recording: RecordingId,
    /// Its title.
    pub title: String,
    /// The file's name.
    pub file: String,
    /// The format in which it was read.
    #[serde(rename = "as")]
    pub format: String,
    /// The revision that holds the words.
    pub revision: Revision,
    /// Whether that is a new one; not when the same words are current already.
    pub new: bool,
    /// How many words.
    pub words: usize,
    /// How many of them have their own times; those of the others were shared out.
    pub exact: usize,
    /// Whether the sound must be recognised first, after which the words take their times from it.
    pub aligning: bool,
    /// What was left out or mended.
    pub skipped: Vec<SkippedPart>,
}

/// A part of a file that did not become words, or not as it stood there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SkippedPart {
    /// Where: `line 12`.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is no such recording.
    #[error("there is no recording {0}")]
    NoRecording(RecordingId),
    /// Nobody knows such a format.
    #[error("the format {0:?} is not known; it is one of {names}", names = names())]
    NoFormat(String),
    /// It is not known how to read the file.
    #[error("it is not known what kind of transcript this is; say so with --as, which takes {names}", names = names())]
    Unrecognised,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] SubtitleError),
    /// It is a text without any time.
    #[error("the text has no times such as [00:01:23]; --align takes them from the sound")]
    Untimed,
    /// It cannot be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn names() -> String {
    Format::ALL.map(Format::name).join(", ")
}

impl Foreman {
    /// Takes the bytes of a file as a recording's words.
    ///
    /// They are current at once. With `align`, they take their times from the newest recognition of the sound if there
    /// is one; otherwise a recognition with `options` is asked for, and a second revision follows. The index is brought
    /// up to date by [`Foreman::finish_recordings`].
    ///
    /// # Errors
    /// When there is no such recording, the file cannot be read, or its words cannot be stored.
    pub async fn import(
        &self,
        id: RecordingId,
        request: &ImportRequest,
        bytes: Vec<u8>,
        options: &JobOptions,
    ) -> Result<ImportReport, ImportError> {
        let library = &self.shared.library;
        let recording = library.catalogue.recording(id).await.map_err(StoreError::from)?;
        let recording = recording.ok_or(ImportError::NoRecording(id))?;
        let (format, imported) = read(&recording, request.clone(), bytes).await?;
        let part = |part: &subtitles::Skipped| SkippedPart {
            place: format!("{} {}", format.counts(), part.line),
            reason: part.reason.to_owned(),
        };
        let mut skipped: Vec<_> = imported.skipped.iter().map(part).collect();
        skipped.extend(recording.duration.and_then(|end| behind(&imported.transcript, end)));
        let mut transcript = imported.transcript;
        let mut aligning = request.align;
        if let (true, Some(heard)) = (request.align, self.heard(id).await?) {
            transcript = beside(move || align(&transcript, &heard).transcript).await?;
            aligning = false;
        }
        let current = self.same_words(&recording, &transcript).await?;
        let is_new = current.is_none();
        transcript.revision = match current {
            Some(revision) => revision,
            None => library.catalogue.next_revision(id).await.map_err(StoreError::from)?,
        };
        if is_new {
            self.keep_by_hand(&transcript).await?;
        }
        // What was asked for before is not wanted any more, and the media file may never have been looked at.
        if aligning || (is_new && recording.duration.is_none()) {
            let align = aligning.then_some(transcript.revision);
            let wanted =
                JobOptions { transcribe: true, sidecars: None, facts_only: !aligning, align, ..options.clone() };
            // Somebody waits for it.
            let wish = Wish { recording: id, options: wanted, place: i64::MIN };
            library.catalogue.add_plans(&[wish]).await.map_err(StoreError::from)?;
        }
        self.work_changed();
        Ok(ImportReport {
            recording: id,
            title: recording.title,
            file: request.file.clone(),
            format: format.name().to_owned(),
            revision: transcript.revision,
            new: is_new,
            words: transcript.words.len(),
            exact: exact(&transcript),
            aligning,
            skipped,
        })
    }

    /// Stores words that a person wrote, with the times at which they were heard; not when others are current by now.
    pub(super) async fn keep_aligned(
        &self,
        recording: &Recording,
        written: Revision,
        heard: Transcript,
    ) -> Result<(), StoreError> {
        let library = self.shared.library.clone();
        if recording.revision != Some(written) {
            return Ok(library.catalogue.clear_jobs(recording.id).await?);
        }
        let (id, revision) = (recording.id, heard.revision);
        let mut transcript = beside(move || {
            let words = library.transcripts.read(id, written).map_err(|error| StoreError::Index(error.to_string()))?;
            Ok::<_, StoreError>(align(&words, &heard).transcript)
        })
        .await??;
        transcript.revision = revision;
        self.keep_by_hand(&transcript).await
    }

    async fn keep_by_hand(&self, transcript: &Transcript) -> Result<(), StoreError> {
        let facts = RevisionFacts { source: Source::Imported, sidecars: None, missing: None, by_hand: true };
        self.keep(transcript, &facts).await
    }

    /// Returns the newest recognition of a recording's whole sound.
    async fn heard(&self, id: RecordingId) -> Result<Option<Transcript>, StoreError> {
        let library = self.shared.library.clone();
        let Some(revision) = library.catalogue.newest_recognised(id).await? else { return Ok(None) };
        // One that cannot be read any more is recognised again.
        beside(move || library.transcripts.read(id, revision).ok()).await
    }

    /// Returns the current revision if a person brought exactly these words.
    async fn same_words(&self, recording: &Recording, words: &Transcript) -> Result<Option<Revision>, StoreError> {
        let library = self.shared.library.clone();
        let Some(revision) = recording.revision else { return Ok(None) };
        if !library.catalogue.is_by_hand(recording.id).await? {
            return Ok(None);
        }
        let id = recording.id;
        let current = beside(move || library.transcripts.read(id, revision).ok()).await?;
        let is_same = current.is_some_and(|current| {
            current.words == words.words && current.speakers == words.speakers && exact(&current) == exact(words)
        });
        Ok(is_same.then_some(revision))
    }
}

/// Says how many words lie behind the end of a recording, if any do: most likely they belong to another.
fn behind(transcript: &Transcript, end: Millis) -> Option<SkippedPart> {
    let mut starts = transcript.words.iter().map(|word| word.span.start()).filter(|start| *start > end);
    let first = starts.next()?;
    let reason = format!("{} words lie behind the end of the recording, {end}", starts.count() + 1);
    Some(SkippedPart { place: format!("at {first}"), reason })
}

/// Reads the bytes of a file.
async fn read(
    recording: &Recording,
    request: ImportRequest,
    bytes: Vec<u8>,
) -> Result<(Format, subtitles::Imported), ImportError> {
    let format = match &request.format {
        Some(name) => Format::from_name(name).ok_or_else(|| ImportError::NoFormat(name.clone()))?,
        None => Format::of(&request.file, &bytes).ok_or(ImportError::Unrecognised)?,
    };
    let named = sidecar::names(&request.file).into_iter().find_map(|(_, language)| language);
    let stated = request.language.or(named).unwrap_or(Language::UNKNOWN);
    // What neither anybody nor the file says is most likely what the recording is in.
    let likely = recording.stated_languages.first().or_else(|| recording.counts.languages.first()).copied();
    let id = recording.id;
    let has_letters = bytes.iter().any(u8::is_ascii_alphanumeric);
    let imported = beside(move || {
        let read = subtitles::read(&bytes, format, &request.file, stated, id, 1);
        let mut imported = match read {
            // The sound will tell the times that the text has not.
            Err(SubtitleError::NoWords(_)) if request.align && format == Format::Text => {
                subtitles::read_untimed(&bytes, &request.file, stated, id, 1)
            }
            read => read,
        }?;
        if let Some(likely) = likely {
            let words = imported.transcript.words.iter_mut().map(|word| &mut word.language);
            let stretches = imported.transcript.stretches.iter_mut().map(|stretch| &mut stretch.language);
            words.chain(stretches).filter(|it| **it == Language::UNKNOWN).for_each(|it| *it = likely);
        }
        Ok::<_, SubtitleError>(imported)
    });
    match imported.await? {
        Err(SubtitleError::NoWords(_)) if format == Format::Text && has_letters => Err(ImportError::Untimed),
        imported => Ok((format, imported?)),
    }
}

/// Returns how many words have their own times.
fn exact(transcript: &Transcript) -> usize {
    let is_exact = |provenance: &Provenance| !matches!(provenance, Provenance::Imported { exact_times: false, .. });
    let exact = transcript.stretches.iter().filter(|stretch| is_exact(&stretch.provenance));
    exact.map(|stretch| stretch.words.len() as usize).sum()
}

/// Does something slow beside everything else.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|panic| StoreError::Index(panic.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::identity;
    use crate::library::Library;
    use crate::work::foreman::LeaseError;
    use crate::work::protocol::{LeaseAnswer, MediaReport, Outcome};

    fn request(file: &str) -> ImportRequest {
        ImportRequest { file: file.into(), ..ImportRequest::default() }
    }

    #[tokio::test]
    async fn what_a_person_brings_meanwhile_is_not_replaced_by_work_that_was_begun() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = Foreman::new(Library::open(folder.path()).await.expect("a library")).await.expect("a foreman");
        let catalogue = &foreman.library().catalogue;
        let id = RecordingId::new([1; 16]);
        let media = folder.path().join("talk.mp4");
        std::fs::write(&media, "x").expect("writing");
        catalogue.add_recording(id, "talk").await.expect("a recording");
        catalogue.set_file(&media, identity::stamp(&media).expect("a stamp"), id).await.expect("a file");
        let options = JobOptions { model: "base".into(), segment_seconds: 300, ..JobOptions::default() };
        let wish = Wish { recording: id, options: options.clone(), place: 0 };
        catalogue.add_plans(&[wish]).await.expect("a job");
        let _ = foreman.worker_starts(1);
        let LeaseAnswer::Job { lease, .. } = foreman.lease(1).await.expect("an answer") else { panic!("no job") };

        let bytes = b"WEBVTT\n\n00:01.000 --> 00:02.000\nGood day.\n".to_vec();
        let report = foreman.import(id, &request("talk.sv.vtt"), bytes.clone(), &options).await.expect("words");
        assert_eq!((report.revision, report.new, report.words, report.exact), (1, true, 2, 0));

        let media = MediaReport {
            has_video: true,
            duration_ms: indexer::time::Millis::new(2000),
            full_hash: None,
            damage: None,
            title: None,
            date: None,
            captions: Vec::new(),
            tracks: Vec::new(),
        };
        let plan = indexer::pipeline::Plan {
            duration: media.duration_ms,
            segments: Vec::new(),
            languages: Vec::new(),
            gaps: Vec::new(),
        };
        let late = foreman.completed(lease, Outcome::Planned { media: media.clone(), plan }).await;
        assert!(matches!(late, Err(LeaseError::Gone)), "{late:?}");
        assert!(foreman.finish_recordings().await.expect("the index works"));

        // The media were never read, so that is what is left to do.
        let LeaseAnswer::Job { lease, task } = foreman.lease(1).await.expect("an answer") else { panic!("no job") };
        let crate::work::protocol::Task::Plan(task) = task else { panic!("nothing is recognised") };
        assert!(task.facts_only);
        foreman.completed(lease, Outcome::Read(media)).await.expect("it is stored");
        let recording = catalogue.recording(id).await.expect("a row").expect("there");
        assert_eq!((recording.revision, recording.kind.as_str(), recording.counts.words), (Some(1), "video", 2));
        assert_eq!(recording.counts.languages, [Language::from_tag("sv").expect("a language")]);
        assert!(!catalogue.has_work(std::time::Duration::ZERO).await.expect("an answer"));

        let again = foreman.import(id, &request("talk.sv.vtt"), bytes, &options).await.expect("words");
        assert_eq!((again.revision, again.new), (1, false));
        for (file, bytes) in [("talk.doc", &b"words"[..]), ("talk.vtt", b""), ("talk.json", b"{}")] {
            assert!(foreman.import(id, &request(file), bytes.to_vec(), &options).await.is_err(), "{file}");
        }
    }

    #[tokio::test]
    async fn words_that_were_recognised_before_give_their_times_at_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = Foreman::new(Library::open(folder.path()).await.expect("a library")).await.expect("a foreman");
        let catalogue = &foreman.library().catalogue;
        let id = RecordingId::new([1; 16]);
        catalogue.add_recording(id, "talk").await.expect("a recording");
        let heard = b"WEBVTT\n\n00:07.000 --> 00:09.000\nGood day to you.\n";
        let heard = subtitles::read(heard, Format::Vtt, "", Language::UNKNOWN, id, 1).expect("words").transcript;
        let facts = RevisionFacts { source: Source::Recognised, sidecars: None, missing: None, by_hand: false };
        foreman.keep(&heard, &facts).await.expect("it is stored");
        let wanted = ImportRequest { align: true, ..request("talk.txt") };
        let report =
            foreman.import(id, &wanted, b"[0:01] Good day, Ann, to you!".to_vec(), &JobOptions::default()).await;
        let report = report.expect("words");
        assert_eq!((report.revision, report.words, report.exact, report.aligning), (2, 5, 4, false));
        let words = foreman.library().transcripts.read(id, 2).expect("a transcript").words;
        assert_eq!(words[0].span.start(), heard.words[0].span.start());
        assert_eq!(words[4].span, heard.words[3].span);

        // A text without a single time, as most old transcripts are.
        let text = b"ANN: Good day.\nBO: To you!\n".to_vec();
        let untimed = foreman.import(id, &request("old.txt"), text.clone(), &JobOptions::default()).await;
        assert!(matches!(untimed, Err(ImportError::Untimed)), "{untimed:?}");
        let wanted = ImportRequest { align: true, ..request("old.txt") };
        let report = foreman.import(id, &wanted, text, &JobOptions::default()).await.expect("words");
        assert_eq!((report.revision, report.exact), (3, 4));
        let words = foreman.library().transcripts.read(id, 3).expect("a transcript").words;
        assert_eq!(words[words.len() - 1].span, heard.words[3].span);
    }
}

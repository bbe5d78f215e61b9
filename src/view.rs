//! What is shown of a recording, over HTTP and in the terminal (`docs/http-api.md`).

use std::collections::BTreeMap;

use indexer::recording::RecordingId;
use indexer::time::Millis;
use serde::{Deserialize, Serialize};

use crate::catalogue::captions::Captions;
use crate::catalogue::recordings::{Coverage, Media, Recording};
use crate::catalogue::speakers::{Speaker, people};
use crate::catalogue::tracks::Track;
use crate::metadata::{Conflict, Field, Source, Statements};

/// A recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordingView {
    /// 32 hex digits.
    pub id: RecordingId,
    /// What people call it.
    pub title: String,
    /// ISO 8601.
    pub date: Option<String>,
    /// How long it is.
    pub duration_ms: Option<Millis>,
    /// `audio` or `video`.
    pub kind: String,
    /// Languages of its words, most words first.
    pub languages: Vec<String>,
    /// The names of its speakers, each once.
    pub speakers: Vec<String>,
    /// `waiting`, `transcribing`, `searchable`, `partly` or `failed`.
    pub state: String,
    /// How far transcription is, while it runs.
    pub progress: Option<ProgressView>,
    /// Why it, or part of it, failed, or waits for another try.
    pub failure: Option<FailureView>,
    /// How often what failed was tried in vain.
    pub attempts: u32,
    /// Whether words are being made, be it that there are some already.
    pub pending: bool,
    /// When it is tried again by itself, ISO 8601.
    pub next_try: Option<String>,
    /// What was wrong with the media file.
    pub damage: Option<String>,
    /// The folders that hold its files.
    pub folders: Vec<String>,
    /// Where to play it.
    pub media: MediaView,
    /// The current revision of its transcript.
    pub revision: Option<u32>,
    /// How many words it has.
    pub words: u32,
    /// How much of the speech is doubtful.
    pub doubtful_ms: Millis,
    /// How much speech has no words.
    pub gap_ms: Millis,
    /// Fields of its metadata about which a person must decide.
    #[serde(default)]
    pub conflicts: Vec<ConflictView>,
    /// What cannot be used of the document that states its metadata.
    #[serde(default)]
    pub metadata_problem: Option<String>,
}

/// A field of which the document beside the media says something else than a person did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConflictView {
    /// The field.
    pub field: Field,
    /// What is in effect; `None` for nothing.
    pub value: Option<String>,
    /// What the document says.
    pub sidecar: String,
}

/// A field of a recording's metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldView {
    /// What is in effect; `None` for nothing.
    pub value: Option<String>,
    /// Who says so; `None` when nobody says anything.
    pub source: Option<Source>,
}

/// Every field of a recording's metadata.
pub type MetadataView = BTreeMap<Field, FieldView>;

/// A person who speaks in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeakerView {
    /// What they are called.
    pub name: String,
    /// What the transcript calls them; several when they were merged.
    pub spoken_as: Vec<String>,
}

/// How far transcription is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProgressView {
    /// How much is done.
    pub done_ms: Millis,
    /// How much there is.
    pub total_ms: Option<Millis>,
}

/// Why something failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FailureView {
    /// What failed.
    pub reason: String,
    /// The next step.
    pub hint: String,
}

/// Where media are played from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MediaView {
    /// The address.
    pub url: String,
    /// The type.
    pub mime: String,
    /// Whether a file is there.
    pub available: bool,
    /// `there`, `missing`, or `changed` where other bytes took the place of the last file.
    pub state: String,
}

/// A caption track.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CaptionsView {
    language: String,
    file: String,
    url: String,
}

/// A sound track.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TrackView {
    language: Option<String>,
    codec: String,
    channels: u16,
    default: bool,
    used: bool,
}

/// How much of the library search can answer for.
#[derive(Debug, Clone, Serialize)]
pub struct CoverageView {
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
    /// How much time the searchable words cover.
    pub speech_ms: u64,
    /// How much of it is doubtful.
    pub doubtful_ms: u64,
    /// How much speech has no words.
    pub gap_ms: u64,
}

impl RecordingView {
    /// Shows a recording; `running` is how much of its unfinished segments is done.
    #[must_use]
    pub fn new(recording: &Recording, running: Millis) -> Self {
        use crate::catalogue::recordings::State;
        let progress = (recording.state == State::Transcribing)
            .then(|| ProgressView { done_ms: recording.done.saturating_add(running), total_ms: recording.duration });
        let failure = recording
            .failure
            .as_ref()
            .map(|failure| FailureView { reason: failure.reason.clone(), hint: failure.hint.clone() });
        let mut folders: Vec<String> =
            recording.files.iter().filter_map(|path| Some(path.parent()?.to_string_lossy().into_owned())).collect();
        folders.dedup();
        Self {
            id: recording.id,
            title: recording.title.clone(),
            date: recording.date.clone(),
            duration_ms: recording.duration,
            kind: recording.kind.as_str().into(),
            languages: recording.counts.languages.iter().map(ToString::to_string).collect(),
            speakers: people(&recording.speakers),
            state: recording.state.as_str().into(),
            progress,
            failure,
            attempts: recording.attempts,
            pending: recording.is_pending,
            next_try: recording.next_try.map(|time| time.to_string()),
            damage: recording.damage.clone(),
            folders,
            media: recording.into(),
            revision: recording.revision,
            words: recording.counts.words,
            doubtful_ms: recording.counts.doubtful,
            gap_ms: recording.counts.gap,
            conflicts: recording.conflicts.iter().map(ConflictView::from).collect(),
            metadata_problem: recording.document_problem.as_ref().map(|it| {
                let name = it.path.file_name().map_or(it.path.as_path(), std::path::Path::new);
                format!("{}: {}", crate::ingest::shown(name), it.problem)
            }),
        }
    }
}

impl From<&Recording> for MediaView {
    fn from(recording: &Recording) -> Self {
        let file = recording.files.iter().find(|path| path.is_file());
        let state = match (file, recording.media) {
            (Some(_), _) => "there",
            (None, Media::Changed) => "changed",
            (None, Media::There | Media::Missing) => "missing",
        };
        let named = file.or(recording.files.first());
        let mime = named.and_then(|path| mime_guess::from_path(path).first_raw()).unwrap_or("application/octet-stream");
        Self {
            url: format!("/media/{}", recording.id),
            mime: mime.into(),
            available: file.is_some(),
            state: state.into(),
        }
    }
}

impl From<&Conflict> for ConflictView {
    fn from(Conflict { field, value, sidecar }: &Conflict) -> Self {
        Self { field: *field, value: Some(value.clone()).filter(|value| !value.is_empty()), sidecar: sidecar.clone() }
    }
}

/// Shows every field of a recording's metadata, with who says so.
#[must_use]
pub fn metadata(statements: &Statements) -> MetadataView {
    let field = |field| {
        let said = statements.in_effect(field);
        let value = said.map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty());
        (field, FieldView { value, source: said.map(|(source, _)| source) })
    };
    Field::ALL.map(field).into()
}

/// Shows who speaks, each person once.
#[must_use]
pub fn speakers(speakers: &[Speaker]) -> Vec<SpeakerView> {
    let mut shown: Vec<SpeakerView> = Vec::new();
    for Speaker { spoken_as, name } in speakers {
        match shown.iter_mut().find(|person| person.name == *name) {
            Some(person) => person.spoken_as.push(spoken_as.clone()),
            None => shown.push(SpeakerView { name: name.clone(), spoken_as: vec![spoken_as.clone()] }),
        }
    }
    shown
}

impl CaptionsView {
    pub(crate) fn new(recording: RecordingId, captions: &Captions) -> Self {
        let file = captions.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let url = format!("/api/v1/recordings/{recording}/captions.vtt?lang={}", captions.language);
        Self { language: captions.language.to_string(), file, url }
    }
}

impl From<Track> for TrackView {
    fn from(track: Track) -> Self {
        let Track { language, codec, channels, is_default, is_read } = track;
        Self { language: language.map(|it| it.to_string()), codec, channels, default: is_default, used: is_read }
    }
}

impl From<Coverage> for CoverageView {
    fn from(coverage: Coverage) -> Self {
        let Coverage { recordings, searchable, waiting, failed, missing, paused, speech_ms, doubtful_ms, gap_ms } =
            coverage;
        Self { recordings, searchable, waiting, failed, missing, paused, speech_ms, doubtful_ms, gap_ms }
    }
}

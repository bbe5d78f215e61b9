//! Transcripts: a recording's words, and captions made of them or read from a sidecar.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use indexer::passage::passages;
use indexer::recording::{Language, RecordingId};
use indexer::subtitles::{self, Format};
use indexer::time::{Millis, TimeSpan};
use indexer::transcript::{Gap, Percent, Provenance, Revision, SpeakerOrdinal, Transcript, Trust};
use serde::{Deserialize, Serialize};

use super::App;
use super::asked::Id;
use super::error::ApiError;

#[derive(Serialize)]
pub(crate) struct WordsView {
    recording: RecordingId,
    revision: Revision,
    speakers: Vec<String>,
    words: Columns,
    passages: Vec<PassageView>,
    stretches: Vec<StretchView>,
    gaps: Vec<GapView>,
}

#[derive(Serialize, Default)]
struct Columns {
    text: Vec<String>,
    start_ms: Vec<Millis>,
    end_ms: Vec<Millis>,
    confidence: Vec<Percent>,
    speaker: Vec<Option<SpeakerOrdinal>>,
}

#[derive(Serialize)]
struct PassageView {
    first_word: u32,
    end_word: u32,
    start_ms: Millis,
    end_ms: Millis,
}

#[derive(Serialize)]
struct StretchView {
    first_word: u32,
    end_word: u32,
    language: String,
    trust: &'static str,
    exact_times: bool,
}

#[derive(Serialize)]
struct GapView {
    kind: &'static str,
    start_ms: Millis,
    end_ms: Millis,
}

impl WordsView {
    /// Shows a transcript with its speakers called by these names, by ordinal.
    fn new(mut transcript: Transcript, names: &[String]) -> Self {
        // Those of the index, which knows the speakers as the transcript does.
        let passages = passages(&transcript)
            .iter()
            .map(|passage| PassageView {
                first_word: passage.words.start,
                end_word: passage.words.end,
                start_ms: passage.span.start(),
                end_ms: passage.span.end(),
            })
            .collect();
        let stretches = transcript
            .stretches
            .iter()
            .map(|stretch| StretchView {
                first_word: stretch.words.start,
                end_word: stretch.words.end,
                language: stretch.language.to_string(),
                trust: match stretch.trust {
                    Trust::Good => "good",
                    Trust::Doubtful(_) => "doubtful",
                    Trust::Edited => "edited",
                },
                exact_times: !matches!(stretch.provenance, Provenance::Imported { exact_times: false, .. }),
            })
            .collect();
        let gap = |kind, span: TimeSpan| GapView { kind, start_ms: span.start(), end_ms: span.end() };
        let gaps = transcript
            .gaps
            .iter()
            .map(|&it| match it {
                Gap::NoWords(span) => gap("no_words", span),
                Gap::Unheard(span) => gap("unheard", span),
            })
            .collect();
        transcript.name_speakers(names);
        let mut words = Columns::default();
        for word in transcript.words {
            words.text.push(word.text);
            words.start_ms.push(word.span.start());
            words.end_ms.push(word.span.end());
            words.confidence.push(word.confidence);
            words.speaker.push(word.speaker);
        }
        let (recording, revision, speakers) = (transcript.recording, transcript.revision, transcript.speakers);
        Self { recording, revision, speakers, words, passages, stretches, gaps }
    }
}

/// Returns the current revision's words, or the draft while the first is being made.
pub(crate) async fn words(State(app): State<App>, Id(id): Id) -> Result<Json<WordsView>, ApiError> {
    let library = app.foreman.library().clone();
    let recording = library.catalogue.recording(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    let draft = match recording.revision {
        Some(_) => None,
        None => app.foreman.draft(id).await?,
    };
    app.blocking(move || {
        let transcript = match (recording.revision, draft) {
            (Some(revision), _) => library.transcripts.read(id, revision).map_err(ApiError::internal)?,
            // Nobody can have named the speakers of a draft.
            (None, Some(draft)) => return Ok(Json(WordsView::new(draft, &[]))),
            (None, None) => return Err(ApiError::no_transcript(id)),
        };
        Ok(Json(WordsView::new(transcript, &recording.speakers)))
    })
    .await
}

/// Which captions are wanted.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    lang: Option<Language>,
}

/// Returns captions as WebVTT: a sidecar in the wanted language, else the transcript.
pub(crate) async fn captions(
    State(app): State<App>,
    Id(id): Id,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let Query(wanted) =
        wanted.map_err(|error| ApiError::bad_request(error.body_text(), "lang is a code such as en"))?;
    let library = app.foreman.library().clone();
    let recording = library.catalogue.recording(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    let files = library.catalogue.captions(id).await?;
    let text = app
        .blocking(move || {
            let is_spoken = wanted.lang.is_none_or(|language| recording.counts.languages.contains(&language));
            let transcript = if is_spoken {
                let revision = recording.revision.ok_or_else(|| ApiError::no_transcript(id))?;
                let mut transcript = library.transcripts.read(id, revision).map_err(ApiError::internal)?;
                transcript.name_speakers(&recording.speakers);
                transcript
            } else {
                let language = wanted.lang.unwrap_or(Language::UNKNOWN);
                let none = || ApiError::no_captions(language.as_str());
                let file = files.iter().find(|file| file.language == language).ok_or_else(none)?;
                let extension = file.path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
                let format = Format::from_extension(extension).ok_or_else(none)?;
                let bytes = std::fs::read(&file.path).map_err(|_| none())?;
                let imported = subtitles::read(&bytes, format, "", language, id, 1).map_err(ApiError::internal)?;
                imported.transcript
            };
            Ok(subtitles::write::vtt(&transcript))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "text/vtt; charset=utf-8")], text))
}

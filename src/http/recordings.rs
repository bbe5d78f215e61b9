//! Recordings: listed, shown, transcribed again, removed.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use indexer::audio::TrackChoice;
use indexer::pipeline::Channels;
use indexer::recording::{Language, RecordingId};
use indexer::transcribe::whisper;
use serde::{Deserialize, Serialize};

use super::App;
use super::asked::{Asked, Id};
use super::error::ApiError;
use crate::catalogue::jobs::{JobOptions, Scope};
use crate::config::read_glossary;
use crate::report::Event;
use crate::view::{CaptionsView, MetadataView, RecordingView, SpeakerView, TrackView};

#[derive(Serialize)]
pub(crate) struct List {
    recordings: Vec<RecordingView>,
}

#[derive(Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    recording: RecordingView,
    files: Vec<String>,
    captions: Vec<CaptionsView>,
    tracks: Vec<TrackView>,
    metadata: MetadataView,
    voices: Vec<SpeakerView>,
    public_url: Option<String>,
}

/// What was asked for is done, or will be.
#[derive(Serialize)]
pub(crate) struct Done {
    id: RecordingId,
}

/// Lists every recording.
pub(crate) async fn list(State(app): State<App>) -> Result<Json<List>, ApiError> {
    let running = app.foreman.running();
    let recordings = app.foreman.library().catalogue.recordings().await?;
    let view = |recording: &_| -> RecordingView {
        let recording: &crate::catalogue::recordings::Recording = recording;
        RecordingView::new(recording, running.get(&recording.id).copied().unwrap_or_default())
    };
    Ok(Json(List { recordings: recordings.iter().map(view).collect() }))
}

/// Shows one recording as it stands now; `None` when it is gone.
pub(crate) async fn view(app: &App, id: RecordingId) -> Result<Option<RecordingView>, ApiError> {
    let Some(recording) = app.foreman.library().catalogue.recording(id).await? else { return Ok(None) };
    let running = app.foreman.running().get(&id).copied().unwrap_or_default();
    Ok(Some(RecordingView::new(&recording, running)))
}

/// Shows one recording with its files.
pub(crate) async fn show(State(app): State<App>, Id(id): Id) -> Result<Json<Shown>, ApiError> {
    whole(&app, id).await
}

/// Shows all that is known of one recording.
pub(super) async fn whole(app: &App, id: RecordingId) -> Result<Json<Shown>, ApiError> {
    let catalogue = &app.foreman.library().catalogue;
    let recording = view(app, id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    let files = catalogue.files_of(id).await?;
    let captions = catalogue.captions(id).await?;
    let tracks = catalogue.tracks(id).await?;
    Ok(Json(Shown {
        recording,
        files: files.iter().map(|path| crate::ingest::shown(path)).collect(),
        captions: captions.iter().map(|captions| CaptionsView::new(id, captions)).collect(),
        tracks: tracks.into_iter().map(TrackView::from).collect(),
        metadata: crate::view::metadata(&catalogue.statements(id).await?),
        voices: crate::view::speakers(&catalogue.speakers(id).await?),
        public_url: app.public_url.as_deref().map(str::to_owned),
    }))
}

/// Removes a recording and all that was derived from it; the media stay.
pub(crate) async fn remove(State(app): State<App>, Id(id): Id) -> Result<Json<Done>, ApiError> {
    // First of all: a copy that is being made would be there again after everything else is gone.
    app.copies.delete(id).map_err(ApiError::internal)?;
    let title = app.foreman.library().remove(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    app.foreman.tell(Event::Removed { recording: id, title });
    Ok(Json(Done { id }))
}

/// How recordings are to be transcribed.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TranscribeRequest {
    /// The model; the configured one when missing.
    pub model: Option<String>,
    /// The languages that may be recognised; those that the recording states, or else the configured ones, when missing.
    pub languages: Option<Vec<Language>>,
    /// Whether recognition spends less time; as configured when missing.
    pub fast: Option<bool>,
    /// Names and terms that may be said, one a line; the configured ones when missing.
    pub glossary: Option<String>,
    /// The sound track; the one that a player plays when missing.
    pub track: Option<TrackChoice>,
    /// What becomes of two channels; as configured when missing.
    pub channels: Option<Channels>,
}

impl TranscribeRequest {
    /// Returns what decides the result: what is asked for, and the rest as it is configured here.
    pub(super) fn options(self, app: &App) -> Result<JobOptions, ApiError> {
        let recognised = |languages: Vec<Language>| languages.into_iter().map(Language::recognised).collect::<Vec<_>>();
        let languages = self.languages.map(recognised);
        if let Some(unknown) = languages.iter().flatten().find(|it| !whisper::knows(**it)) {
            let message = format!("languages: Whisper does not know {unknown}");
            return Err(ApiError::bad_request(message, "give codes like en, sv, fr; none for all"));
        }
        let glossary = self.glossary.as_deref().map(read_glossary).transpose().map_err(|problem| {
            ApiError::bad_request(format!("glossary: {problem}"), "give a text with a name a line")
        })?;
        let configured = &app.options;
        // The configured one may come yet: until then its jobs wait.
        if let Some(model) = self.model.as_ref().filter(|&model| *model != configured.model) {
            let there = crate::models::names(&app.models).map_err(ApiError::internal)?;
            if !there.contains(model) {
                let message = format!("model: there is no {model:?} on this machine; there are: {}", there.join(", "));
                return Err(ApiError::bad_request(message, "fetch it with: aloud models get NAME"));
            }
        }
        Ok(JobOptions {
            model: self.model.unwrap_or_else(|| configured.model.clone()),
            languages: languages.unwrap_or_else(|| configured.languages.clone()),
            fast: self.fast.unwrap_or(configured.fast),
            glossary: glossary.unwrap_or(&configured.glossary).to_owned(),
            track: self.track.unwrap_or_default(),
            channels: self.channels.unwrap_or(configured.channels),
            ..configured.clone()
        })
    }
}

/// Asks for a new revision; the old one stays current until it is done.
pub(crate) async fn transcribe(
    State(app): State<App>,
    Id(id): Id,
    Asked(request): Asked<TranscribeRequest>,
) -> Result<(StatusCode, Json<Done>), ApiError> {
    let catalogue = &app.foreman.library().catalogue;
    let recording = catalogue.recording(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    let languages_for = if request.languages.is_some() { Scope::Recording } else { Scope::Library };
    let options = JobOptions { languages_for, ..request.options(&app)? };
    crate::ingest::ask_again(app.foreman.library(), &recording, &options).await?;
    app.foreman.forget_trouble();
    Ok((StatusCode::ACCEPTED, Json(Done { id })))
}

/// Tries again what failed of a recording.
pub(crate) async fn retry(State(app): State<App>, Id(id): Id) -> Result<(StatusCode, Json<Done>), ApiError> {
    let library = app.foreman.library();
    let recording = library.catalogue.recording(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    if !crate::ingest::retry(library, &recording, &app.options).await? {
        let hint = "to make its words anew, post to /api/v1/recordings/{id}/transcribe";
        return Err(ApiError::conflict(format!("nothing of recording {id} failed"), hint));
    }
    app.foreman.forget_trouble();
    Ok((StatusCode::ACCEPTED, Json(Done { id })))
}

/// Lets a recording's jobs come before all others.
pub(crate) async fn put_first(State(app): State<App>, Id(id): Id) -> Result<(StatusCode, Json<Done>), ApiError> {
    let catalogue = &app.foreman.library().catalogue;
    if !catalogue.put_first(id).await? {
        catalogue.recording(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
        let hint = "its state is at /api/v1/recordings/{id}";
        return Err(ApiError::conflict(format!("there is nothing to do for recording {id}"), hint));
    }
    app.foreman.work_changed();
    Ok((StatusCode::ACCEPTED, Json(Done { id })))
}

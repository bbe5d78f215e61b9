//! Access copies: asked for, looked at, played, deleted ([`crate::access`]).

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use indexer::audio;
use indexer::recording::RecordingId;
use indexer::time::Millis;
use serde::Serialize;
use tower_http::services::ServeFile;

use super::App;
use super::asked::Id;
use super::error::ApiError;
use super::media;
use crate::access::{self, Original};

/// How far a copy is, and what it is needed for.
#[derive(Serialize)]
pub(crate) struct CopyView {
    state: &'static str,
    done_ms: Millis,
    total_ms: Option<Millis>,
    reason: Option<String>,
    url: String,
    codecs: Vec<String>,
    possible: bool,
    command: String,
}

/// Shows how far the copy of a recording is.
pub(crate) async fn show(State(app): State<App>, Id(id): Id) -> Result<Json<CopyView>, ApiError> {
    view(&app, id).await.map(Json)
}

/// Begins to make it.
pub(crate) async fn make(State(app): State<App>, Id(id): Id) -> Result<(StatusCode, Json<CopyView>), ApiError> {
    let recording = app.foreman.library().catalogue.recording(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    let path = media::original(&app, id).await?;
    if app.copies.ffmpeg().is_none() {
        return Err(ApiError::no_ffmpeg());
    }
    app.copies.make(id, Original { path, duration: recording.duration });
    Ok((StatusCode::ACCEPTED, Json(view(&app, id).await?)))
}

/// Deletes it.
pub(crate) async fn delete(State(app): State<App>, Id(id): Id) -> Result<Json<CopyView>, ApiError> {
    app.copies.delete(id).map_err(ApiError::internal)?;
    view(&app, id).await.map(Json)
}

/// Serves it as the original is served.
pub(crate) async fn play(State(app): State<App>, Id(id): Id, request: Request) -> Result<Response<Body>, ApiError> {
    if app.copies.state(id) != access::State::Ready {
        return Err(ApiError::no_copy(id));
    }
    let mut service = ServeFile::new(app.copies.path(id)).ignore_multi_range_requests(true);
    let response = service.try_call(request).await.map_err(ApiError::internal)?;
    Ok(response.into_response())
}

async fn view(app: &App, id: RecordingId) -> Result<CopyView, ApiError> {
    let recording = app.foreman.library().catalogue.recording(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    let original = media::original(app, id).await.ok();
    let ffmpeg = app.copies.ffmpeg().cloned();
    let (state, done_ms, reason) = match app.copies.state(id) {
        access::State::None => ("none", Millis::ZERO, None),
        access::State::Waiting => ("waiting", Millis::ZERO, None),
        access::State::Running(done) => ("running", done, None),
        access::State::Ready => ("ready", recording.duration.unwrap_or_default(), None),
        access::State::Failed(reason) => ("failed", Millis::ZERO, Some(reason)),
    };
    let possible = ffmpeg.is_some() && original.is_some();
    let command = original.as_deref().map(audio::conversion).unwrap_or_default();
    // Only where a person is to choose: while the copy is made, this is asked every second.
    let is_told = matches!(state, "none" | "failed");
    let codecs = match (ffmpeg, original) {
        (Some(ffmpeg), Some(original)) if is_told => {
            app.blocking(move || Ok(ffmpeg.codecs(&original).unwrap_or_default())).await?
        }
        _ => Vec::new(),
    };
    Ok(CopyView {
        state,
        done_ms,
        total_ms: recording.duration,
        reason,
        url: format!("/media/{id}/access"),
        codecs,
        possible,
        command,
    })
}

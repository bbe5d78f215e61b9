//! Media: the file itself, in ranges, so that a browser can jump.

use std::path::PathBuf;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::response::IntoResponse;
use indexer::recording::RecordingId;
use tower_http::services::ServeFile;

use super::App;
use super::asked::Id;
use super::error::ApiError;
use crate::ingest::identity;

/// Serves the first of a recording's files that is there and has not been changed.
pub(crate) async fn serve(State(app): State<App>, Id(id): Id, request: Request) -> Result<Response<Body>, ApiError> {
    let file = original(&app, id).await?;
    let mut service = ServeFile::new(&file).ignore_multi_range_requests(true);
    let response = service.try_call(request).await.map_err(ApiError::internal)?;
    Ok(response.into_response())
}

/// Returns the first of a recording's files that is there and has not been changed.
pub(super) async fn original(app: &App, id: RecordingId) -> Result<PathBuf, ApiError> {
    let catalogue = &app.foreman.library().catalogue;
    let files = catalogue.files_of(id).await?;
    if files.is_empty() && catalogue.recording(id).await?.is_none() {
        return Err(ApiError::no_recording(id));
    }
    for file in files {
        // Other bytes at the same path are another recording: its words would be heard at the wrong times.
        let Ok(stamp) = identity::stamp(&file) else { continue };
        if catalogue.file(&file, stamp).await? == Some(id) {
            return Ok(file);
        }
    }
    Err(ApiError::no_media(id))
}

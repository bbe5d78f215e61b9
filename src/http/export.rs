//! Export: a recording's words as a file to keep.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use indexer::subtitles::write::ExportFormat;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::App;
use super::asked::Id;
use super::error::ApiError;
use crate::export;

/// What is wanted.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    format: String,
}

/// Returns the current revision's words in a format, to be saved under the recording's title.
pub(crate) async fn download(
    State(app): State<App>,
    Id(id): Id,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let hint = "format is vtt, srt, txt, json, csv, md or ttml";
    let Query(wanted) = wanted.map_err(|error| ApiError::bad_request(error.body_text(), hint))?;
    let format = ExportFormat::from_name(&wanted.format)
        .ok_or_else(|| ApiError::bad_request(format!("{:?} is no format", wanted.format), hint))?;
    let library = app.foreman.library().clone();
    let recording = library.catalogue.recording(id).await?.ok_or_else(|| ApiError::no_recording(id))?;
    if recording.revision.is_none() {
        return Err(ApiError::no_transcript(id));
    }
    let name = format!("{}.{}", export::safe_name(&recording.title), format.extension());
    let public_url = app.public_url.clone();
    let text = app
        .blocking(move || export::text(&library, &recording, format, public_url.as_deref()).map_err(ApiError::internal))
        .await?;
    // A name of plain letters for old programs, and the real one (RFC 6266).
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ()".contains(c) { c } else { '_' }).collect();
    let encoded = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    Ok(([(header::CONTENT_TYPE, format.mime().to_owned()), (header::CONTENT_DISPOSITION, disposition)], text))
}

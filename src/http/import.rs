//! Import: a transcript that somebody brings, in the body of a request.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Query, State};

use super::App;
use super::asked::Id;
use super::error::ApiError;
use crate::work::foreman::{ImportError, ImportReport, ImportRequest};

/// Takes a file's bytes as a recording's words; they are current at once, and searchable a moment later.
pub(crate) async fn import(
    State(app): State<App>,
    Id(id): Id,
    request: Result<Query<ImportRequest>, QueryRejection>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<ImportReport>, ApiError> {
    let hint = "file is the file's name; as, language and align=true may follow; the body is the file";
    let Query(request) = request.map_err(|error| ApiError::bad_request(error.body_text(), hint))?;
    let bytes = bytes.map_err(|error| ApiError::bad_body(error.status(), error.body_text(), hint))?;
    match app.foreman.import(id, &request, bytes.into(), &app.options).await {
        Ok(report) => Ok(Json(report)),
        Err(ImportError::NoRecording(id)) => Err(ApiError::no_recording(id)),
        Err(ImportError::Store(error)) => Err(error.into()),
        Err(error) => Err(ApiError::bad_request(error.to_string(), "docs/transcripts.md says what is read")),
    }
}

//! What a request asks: the recording that its address names, and its body. What cannot be read is answered like all
//! other errors.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use indexer::recording::RecordingId;
use serde::de::DeserializeOwned;

use super::error::{ApiError, recording_id};

const HINT: &str = "the form is described in docs/http-api.md";

/// The recording that an address names; nothing has been looked up yet.
pub(crate) struct Id(pub(crate) RecordingId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        let Path(named) = named.map_err(|_| ApiError::no_recording("of that name"))?;
        recording_id(&named).map(Self)
    }
}

/// The body of a request, as JSON.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(asked) = Json::from_request(request, state)
            .await
            .map_err(|error| ApiError::bad_body(error.status(), error.body_text(), HINT))?;
        Ok(Self(asked))
    }
}

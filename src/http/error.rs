//! What a client is told when a request fails: `{"error": {"code", "message", "hint"}}`. Internals are logged, not told.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use indexer::recording::RecordingId;
use serde::Serialize;

use crate::catalogue::CatalogueError;
use crate::library::StoreError;

/// A failed request.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    hint: &'static str,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    code: &'a str,
    message: &'a str,
    hint: &'a str,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: String, hint: &'static str) -> Self {
        Self { status, code, message, hint }
    }

    /// The request itself is wrong.
    pub(crate) fn bad_request(message: impl Into<String>, hint: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message.into(), hint)
    }

    /// The body of the request is longer than it may be, or cannot be read.
    pub(crate) fn bad_body(status: StatusCode, problem: String, hint: &'static str) -> Self {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::new(status, "too_long", problem, "divide it; docs/http-api.md says how long a body may be");
        }
        Self::bad_request(problem, hint)
    }

    /// No recording has this id.
    pub(crate) fn no_recording(id: impl std::fmt::Display) -> Self {
        let hint = "list them at /api/v1/recordings";
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no recording {id}"), hint)
    }

    /// A recording has no words yet.
    pub(crate) fn no_transcript(id: RecordingId) -> Self {
        let hint = "its state is at /api/v1/recordings/{id}";
        Self::new(StatusCode::NOT_FOUND, "no_transcript", format!("recording {id} has no transcript yet"), hint)
    }

    /// A recording has no captions in a language.
    pub(crate) fn no_captions(language: &str) -> Self {
        let hint = "the languages are listed with the recording";
        Self::new(StatusCode::NOT_FOUND, "no_captions", format!("there are no captions in {language:?}"), hint)
    }

    /// A recording's media file is gone or was changed.
    pub(crate) fn no_media(id: RecordingId) -> Self {
        let hint = "bring the file back, or index the folder to which it moved; the transcript stays readable";
        Self::new(StatusCode::GONE, "media_missing", format!("the media of recording {id} are gone or changed"), hint)
    }

    /// The page is not made of this.
    pub(crate) fn no_asset(path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no {path}"), "load the page again")
    }

    /// There is nothing on this machine that makes copies.
    pub(crate) fn no_ffmpeg() -> Self {
        let hint =
            "install ffmpeg on the server, or convert the file with the command at /api/v1/recordings/{id}/access";
        Self::new(StatusCode::NOT_IMPLEMENTED, "no_ffmpeg", "this server has no ffmpeg".into(), hint)
    }

    /// A recording has no access copy.
    pub(crate) fn no_copy(id: RecordingId) -> Self {
        let hint = "ask for it with POST /api/v1/recordings/{id}/access";
        Self::new(StatusCode::NOT_FOUND, "no_copy", format!("recording {id} has no access copy"), hint)
    }

    /// Only programs of the same user may do this.
    pub(crate) fn forbidden(message: &str, hint: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message.to_owned(), hint)
    }

    /// The request means nothing in the state in which things are.
    pub(crate) fn conflict(message: String, hint: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message, hint)
    }

    /// Too much is being worked on.
    pub(crate) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "the server is busy".into(), "try again in a second")
    }

    /// Something failed that the client cannot mend; the cause goes to the log.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        let hint = "the server's log says more";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server could not do this".into(), hint)
    }
}

impl<E: Into<StoreError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        let error = error.into();
        // What whoever looks after the machine can mend is told: commands pass it on to them.
        let (status, code, hint) = match &error {
            StoreError::Catalogue(CatalogueError::Locked) => {
                (StatusCode::SERVICE_UNAVAILABLE, "locked", "try again when the other program is closed")
            }
            error if error.is_disk_full() => {
                (StatusCode::INSUFFICIENT_STORAGE, "disk_full", "make room on the disk of the library, then try again")
            }
            _ => return Self::internal(error),
        };
        tracing::error!(%error, "a request failed");
        Self::new(status, code, error.to_string(), hint)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Body { error: Inner { code: self.code, message: &self.message, hint: self.hint } };
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
        }
        response
    }
}

/// Says that an address does not exist.
pub(crate) fn no_such_address(uri: &axum::http::Uri) -> ApiError {
    let hint = "the addresses are listed in docs/http-api.md";
    ApiError::new(StatusCode::NOT_FOUND, "not_found", format!("there is nothing at {}", uri.path()), hint)
}

/// Says that an address is asked in another way.
pub(crate) async fn wrong_method(method: axum::http::Method, uri: axum::http::Uri) -> ApiError {
    let hint = "the header Allow and docs/http-api.md say in which ways";
    let message = format!("nothing is done with {method} at {}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message, hint)
}

/// Reads an id out of an address.
pub(crate) fn recording_id(text: &str) -> Result<RecordingId, ApiError> {
    text.parse().map_err(|_| ApiError::no_recording(text))
}

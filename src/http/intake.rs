//! Intake: commands of the same user hand their files to the running server.
//!
//! Which files are read is never decided over the network: only the token in the library's lock file opens this.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use indexer::recording::RecordingId;
use serde::{Deserialize, Serialize};

use super::App;
use super::asked::Asked;
use super::error::ApiError;
use super::guard::same;
use super::recordings::TranscribeRequest;
use crate::catalogue::jobs::JobOptions;
use crate::ingest::known::{self, KnowError};
use crate::ingest::order::Order;
use crate::ingest::{self, READERS, Request, find};
use crate::report::Event;
use crate::work::protocol::WirePath;

/// Files to be taken in.
#[derive(Debug, Serialize, Deserialize)]
pub struct IntakeRequest {
    /// Files and folders, absolute.
    pub paths: Vec<WirePath>,
    /// Recognise even where there is a sidecar.
    pub transcribe: bool,
    /// How they are transcribed.
    #[serde(default)]
    pub how: TranscribeRequest,
    /// Which new recordings come first.
    pub order: Order,
}

/// What was taken in.
#[derive(Debug, Serialize, Deserialize)]
pub struct IntakeAnswer {
    /// The recordings among the files.
    pub recordings: Vec<RecordingId>,
    /// Those that have something to do.
    pub queued: Vec<RecordingId>,
    /// What happened meanwhile: files that were not taken, and the sum.
    pub events: Vec<Event>,
}

/// Lets only programs of the same user go on.
pub(super) fn only_with_token(app: &App, headers: &HeaderMap) -> Result<(), ApiError> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shown.and_then(|shown| shown.strip_prefix("Bearer ")) {
        Some(shown) if same(shown, &app.token) => Ok(()),
        _ => Err(ApiError::forbidden("this is done on the command line only", "see: aloud help")),
    }
}

/// Takes files in.
pub(crate) async fn take_in(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(request): Asked<IntakeRequest>,
) -> Result<Json<IntakeAnswer>, ApiError> {
    only_with_token(&app, &headers)?;
    let IntakeRequest { paths, transcribe, how, order } = request;
    let paths: Vec<_> = paths.into_iter().map(|path| path.0).collect();
    let options = JobOptions { transcribe, ..how.options(&app)? };
    let events = std::sync::Mutex::new(Vec::new());
    let tell = |event| events.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(event);
    let library = app.foreman.library();
    let found = tokio::task::spawn_blocking(move || find::media(&paths)).await.map_err(ApiError::internal)?;
    let request = Request { options: &options, order, threads: READERS, is_ready: &|_| true };
    let intake = ingest::take_in(library, found, &request, &tell).await?;
    // Whoever names files wants them now.
    library.catalogue.hurry(&intake.queued).await?;
    app.foreman.forget_trouble();
    let events = events.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(Json(IntakeAnswer { recordings: intake.recordings, queued: intake.queued, events }))
}

/// Makes a media file known without asking for its words.
pub(crate) async fn know(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(path): Asked<WirePath>,
) -> Result<Json<RecordingId>, ApiError> {
    only_with_token(&app, &headers)?;
    match known::know(&app.foreman.library().catalogue, &path.0).await {
        Ok(id) => Ok(Json(id)),
        Err(KnowError::Refused(reason)) => Err(ApiError::bad_request(reason, "name a media file that can be read")),
        Err(KnowError::Catalogue(error)) => Err(error.into()),
    }
}

/// Makes the index anew; searches are answered meanwhile.
pub(crate) async fn reindex(State(app): State<App>, headers: HeaderMap) -> Result<Json<usize>, ApiError> {
    only_with_token(&app, &headers)?;
    Ok(Json(app.foreman.library().rebuild_index().await?))
}

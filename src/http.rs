//! The server: the page, the interface behind it (`docs/http-api.md`), and the media.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, patch, post};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;

use crate::access::AccessCopies;
use crate::answer::KnownKeeper;
use crate::catalogue::jobs::JobOptions;
use crate::ingest::watch::Changes;
use crate::work::foreman::Foreman;

mod access;
mod asked;
mod coverage;
mod edits;
mod error;
mod events;
mod export;
mod folders;
pub mod guard;
mod import;
mod intake;
mod jobs;
mod media;
mod metrics;
mod page;
mod recordings;
mod request;
mod search;
mod transcripts;
pub mod work;

pub use edits::{EditRequest, Merged, Renamed, RowRequest, SpeakersRequest};
pub use folders::FolderRequest;
pub use guard::Guard;
pub use intake::{IntakeAnswer, IntakeRequest};
pub use jobs::Work;
use metrics::Counters;
pub use recordings::TranscribeRequest;
use request::Requests;

/// The longest body of a request from a page or a command.
const BODY: usize = 1 << 20;

/// The longest body that holds a transcript, or what a command has to say of many recordings.
const LONG_BODY: usize = indexer::subtitles::MAX_BYTES;

/// Searches and transcripts that are worked on at a time; one more is told to come back.
const POOL: usize = 16;

/// What every handler needs.
#[derive(Clone)]
pub struct App {
    /// The library and its work.
    pub foreman: Foreman,
    /// What recordings are transcribed with when nobody says otherwise.
    pub options: JobOptions,
    /// The folder that holds models.
    pub models: Arc<Path>,
    /// What opens the door for programs of the same user, as the lock file tells them.
    pub token: Arc<str>,
    /// The address that links in exports begin with.
    pub public_url: Option<Arc<str>>,
    /// Where the watching of folders is told of what changed.
    pub changes: Changes,
    /// What answers need of the catalogue.
    known: KnownKeeper,
    copies: AccessCopies,
    pool: Arc<Semaphore>,
    counters: Arc<Counters>,
}

impl App {
    /// Puts together what handlers need.
    #[must_use]
    pub fn new(foreman: Foreman, options: JobOptions, models: &Path, token: &str, changes: Changes) -> Self {
        let copies = AccessCopies::new(foreman.library().access_folder(), crate::ffmpeg::find());
        Self {
            foreman,
            options,
            models: models.into(),
            token: token.into(),
            public_url: None,
            changes,
            known: KnownKeeper::default(),
            copies,
            pool: Arc::new(Semaphore::new(POOL)),
            counters: Arc::default(),
        }
    }

    /// Says at which address others reach the page.
    #[must_use]
    pub fn at(self, public_url: Option<&str>) -> Self {
        Self { public_url: public_url.map(Into::into), ..self }
    }

    /// Runs something slow beside the requests; a full pool answers 503.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, error::ApiError> + Send + 'static,
    ) -> Result<T, error::ApiError> {
        let Ok(permit) = self.pool.clone().try_acquire_owned() else { return Err(error::ApiError::busy()) };
        // What it logs carries the id of its request.
        let request = tracing::Span::current();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            request.in_scope(work)
        });
        done.await.map_err(error::ApiError::internal)?
    }
}

/// Serves the page and its interface until `end` is ready.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    guard: Guard,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router(app, guard).into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(end)
        .await
}

/// Every address of the server on one page.
fn router(app: App, guard: Guard) -> Router {
    let requests = Arc::new(Requests::new(app.counters.clone()));
    let compressed = Router::new()
        .route("/", get(page::index))
        .route("/library", get(page::index))
        .route("/r/{id}", get(page::index))
        .route("/assets/{version}/{*path}", get(page::asset))
        .route("/api/v1/search", get(search::search))
        .route("/api/v1/recordings", get(recordings::list))
        .route("/api/v1/recordings/{id}", get(recordings::show).delete(recordings::remove).patch(edits::edit))
        .route("/api/v1/recordings/{id}/speakers", patch(edits::speakers))
        .route("/api/v1/recordings/{id}/transcript", get(transcripts::words))
        .route("/api/v1/recordings/{id}/transcribe", post(recordings::transcribe))
        .route("/api/v1/recordings/{id}/retry", post(recordings::retry))
        .route("/api/v1/recordings/{id}/first", post(recordings::put_first))
        .route("/api/v1/recordings/{id}/access", get(access::show).post(access::make).delete(access::delete))
        .route("/api/v1/recordings/{id}/captions.vtt", get(transcripts::captions))
        .route("/api/v1/recordings/{id}/export", get(export::download))
        .route("/api/v1/know", post(intake::know))
        .route("/api/v1/reindex", post(intake::reindex))
        .route("/api/v1/folders", post(folders::change))
        .route("/api/v1/jobs", get(jobs::list))
        .route("/api/v1/work", get(jobs::work))
        .route("/api/v1/jobs/pause", post(jobs::pause))
        .route("/api/v1/jobs/resume", post(jobs::resume))
        .route("/api/v1/coverage", get(coverage::show))
        .route("/openapi.json", get(page::openapi))
        .route("/metrics", get(metrics::show))
        .route("/healthz", get(coverage::health))
        .layer(CompressionLayer::new());
    // Media are compressed already, and need their length and ranges; events must not wait for a full buffer.
    Router::new()
        .route("/media/{id}", get(media::serve))
        .route("/media/{id}/access", get(access::play))
        .route("/api/v1/events", get(events::stream))
        .merge(compressed)
        .fallback(page::missing)
        .layer(DefaultBodyLimit::max(BODY))
        .merge(
            // A transcript, and what commands of the same user say of many files or recordings together.
            Router::new()
                .route("/api/v1/recordings/{id}/import", post(import::import))
                .route("/api/v1/intake", post(intake::take_in))
                .route("/api/v1/edits", post(edits::edit_all))
                .layer(DefaultBodyLimit::max(LONG_BODY)),
        )
        .method_not_allowed_fallback(error::wrong_method)
        .layer(axum::middleware::from_fn_with_state(Arc::new(guard), guard::check))
        .layer(axum::middleware::from_fn_with_state(requests, request::follow))
        .with_state(app)
}

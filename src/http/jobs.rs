//! Jobs: what is waiting, running or failed, and the pause of the work.

use axum::Json;
use axum::extract::State;
use indexer::time::Millis;
use serde::{Deserialize, Serialize};

use super::App;
use super::error::ApiError;
use crate::ingest::shown;

#[derive(Serialize)]
pub(crate) struct List {
    jobs: Vec<JobView>,
    #[serde(flatten)]
    work: Work,
}

/// How much is left to do, and what keeps it from being done.
#[derive(Debug, Serialize, Deserialize)]
pub struct Work {
    /// Whether the work is paused.
    pub paused: bool,
    /// How many recordings have something left to do.
    pub recordings_left: u32,
    /// How long that will take, once it can be told.
    pub left_ms: Option<Millis>,
    /// What keeps all of it from going on.
    pub trouble: Option<String>,
    skipped: Vec<SkippedView>,
}

#[derive(Serialize)]
struct JobView {
    recording: String,
    title: String,
    kind: String,
    ordinal: i64,
    state: String,
    attempts: i64,
    reason: Option<String>,
    hint: Option<String>,
    next_try: Option<String>,
    priority: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct SkippedView {
    path: String,
    reason: String,
}

/// Lists all jobs, what keeps them from going on, how long they will take, and the files that could not be read.
pub(crate) async fn list(State(app): State<App>) -> Result<Json<List>, ApiError> {
    let jobs = app.foreman.library().catalogue.jobs().await?;
    let time = |at: i64| jiff::Timestamp::from_millisecond(at).ok().map(|at| at.to_string());
    let jobs = jobs
        .into_iter()
        .map(|job| JobView {
            recording: job.recording,
            title: job.title,
            kind: job.kind,
            ordinal: job.ordinal,
            state: job.state,
            attempts: job.attempts,
            reason: job.reason,
            hint: job.hint,
            next_try: job.next_try_ms.and_then(time),
            priority: job.priority,
        })
        .collect();
    Ok(Json(List { jobs, work: work_of(&app).await? }))
}

/// Says how much is left to do, what keeps it from being done, and which files could not be read.
pub(crate) async fn work(State(app): State<App>) -> Result<Json<Work>, ApiError> {
    Ok(Json(work_of(&app).await?))
}

async fn work_of(app: &App) -> Result<Work, ApiError> {
    let (recordings_left, left_ms) = app.foreman.left().await?;
    let skipped = app.foreman.library().catalogue.skipped().await?;
    let skipped = skipped.into_iter().map(|(path, reason)| SkippedView { path: shown(&path), reason }).collect();
    let (paused, trouble) = (app.foreman.is_paused(), app.foreman.trouble());
    Ok(Work { paused, recordings_left, left_ms, trouble, skipped })
}

/// Whether the work is paused now.
#[derive(Serialize)]
pub(crate) struct Paused {
    paused: bool,
}

/// Pauses the work, also beyond the end of the server; what is being done is done to its end.
pub(crate) async fn pause(State(app): State<App>) -> Result<Json<Paused>, ApiError> {
    app.foreman.set_paused(true).await?;
    Ok(Json(Paused { paused: true }))
}

/// Lets the work go on.
pub(crate) async fn resume(State(app): State<App>) -> Result<Json<Paused>, ApiError> {
    app.foreman.set_paused(false).await?;
    Ok(Json(Paused { paused: false }))
}

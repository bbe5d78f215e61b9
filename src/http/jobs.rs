//! Jobs: what is waiting, running or failed.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::App;
use super::error::ApiError;

#[derive(Serialize)]
pub(crate) struct List {
    jobs: Vec<JobView>,
    trouble: Option<String>,
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
}

/// Lists all jobs, and what keeps them from going on.
pub(crate) async fn list(State(app): State<App>) -> Result<Json<List>, ApiError> {
    let jobs = app.foreman.library().catalogue.jobs().await?;
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
        })
        .collect();
    Ok(Json(List { jobs, trouble: app.foreman.trouble() }))
}

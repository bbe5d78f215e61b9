//! Coverage: how much of the library search can answer for, and whether it can answer at all.

use std::time::Duration;

use axum::Json;
use axum::extract::State;

use super::App;
use super::error::ApiError;
use crate::view::CoverageView;

pub(crate) async fn show(State(app): State<App>) -> Result<Json<CoverageView>, ApiError> {
    Ok(Json(app.foreman.library().catalogue.coverage().await?.into()))
}

/// How long the catalogue may take to say anything.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says whether the server can do its work, to whoever watches it.
pub(crate) async fn health(State(app): State<App>) -> Result<&'static str, ApiError> {
    let state = tokio::time::timeout(PATIENCE, app.foreman.library().catalogue.state()).await;
    state.map_err(|_| ApiError::internal("the catalogue does not answer"))??;
    Ok("ok")
}

//! Coverage: how much of the library search can answer for.

use axum::Json;
use axum::extract::State;

use super::App;
use super::error::ApiError;
use crate::view::CoverageView;

pub(crate) async fn show(State(app): State<App>) -> Result<Json<CoverageView>, ApiError> {
    Ok(Json(app.foreman.library().catalogue.coverage().await?.into()))
}

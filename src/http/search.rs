//! Search: from a query to moments.

use std::time::Instant;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use indexer::recording::RecordingId;
use serde::Deserialize;

use super::App;
use super::error::ApiError;
use crate::answer::{self, Answer, Question, Sort};

/// The longest query that is read; what is longer is no question.
const LONGEST: usize = 10_000;

/// The furthest that results are paged: nobody reads so many, and skipping costs.
const FURTHEST: usize = 1_000_000;

#[derive(Deserialize)]
pub(crate) struct Parameters {
    #[serde(default)]
    q: String,
    recording: Option<RecordingId>,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    group: GroupBy,
    #[serde(default)]
    offset: usize,
    #[serde(default = "twenty")]
    limit: usize,
    #[serde(default)]
    facets: bool,
}

const fn twenty() -> usize {
    20
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "snake_case")]
enum GroupBy {
    #[default]
    Recording,
    None,
}

/// Answers a query.
pub(crate) async fn search(
    State(app): State<App>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Json<Answer>, ApiError> {
    let hint = "q, recording, sort=relevance|time|date, group=recording|none, offset, limit, facets=true";
    let Query(parameters) = parameters.map_err(|error| ApiError::bad_request(error.body_text(), hint))?;
    if parameters.q.len() > LONGEST {
        return Err(ApiError::bad_request(format!("the query is longer than {LONGEST} bytes"), "shorten it"));
    }
    if parameters.offset > FURTHEST {
        return Err(ApiError::bad_request(format!("offset is more than {FURTHEST}"), "narrow the query instead"));
    }
    let question = Question {
        text: parameters.q,
        recording: parameters.recording,
        grouped: parameters.group == GroupBy::Recording,
        sort: parameters.sort,
        offset: parameters.offset,
        limit: parameters.limit,
        facets: parameters.facets,
    };
    let began = Instant::now();
    let library = app.foreman.library().clone();
    let known = app.known.known(&library).await?;
    let answer = app.blocking(move || answer::ask(&library, &known, &question).map_err(ApiError::internal)).await?;
    app.counters.count_search(began.elapsed());
    Ok(Json(answer))
}

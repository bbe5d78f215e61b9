//! Search: from a query to moments.

use std::time::Instant;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use indexer::recording::RecordingId;
use indexer::search;
use serde::Deserialize;

use super::App;
use super::error::ApiError;
use crate::answer::Known;
use crate::answer::{self, Question, Sort, table};
use crate::library::Library;

/// The longest query that is read; what is longer is no question.
const LONGEST: usize = 10_000;

/// The furthest that results are paged: nobody reads so many, and skipping costs.
const FURTHEST: usize = 1_000_000;

/// The most hits or recordings that one answer holds.
const MOST: usize = 1000;

/// The most hits that a table holds: more than anybody reads, and less than a server should be asked for at once.
const LONGEST_TABLE: usize = 100_000;

/// What tells spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

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
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Json,
    Csv,
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
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, ApiError> {
    let hint = "q, recording, sort=relevance|time|date, group=recording|none, offset, limit, facets=true, format=csv";
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
        limit: parameters.limit.clamp(1, MOST),
        facets: parameters.facets,
    };
    let began = Instant::now();
    let library = app.foreman.library().clone();
    let known = app.known.known(&library).await?;
    if let Some(id) = question.recording.filter(|&id| !known.has(id)) {
        return Err(ApiError::no_recording(id));
    }
    if parameters.format == Format::Csv {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let site =
            app.public_url.as_deref().map_or_else(|| format!("http://{host}"), |url| url.trim_end_matches('/').into());
        let table = app.blocking(move || whole_table(&library, &known, question, &site)).await?;
        let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
        return Ok(([kind, (header::CONTENT_DISPOSITION, "attachment; filename=\"aloud.csv\"")], table).into_response());
    }
    let answer = app.blocking(move || answer::ask(&library, &known, &question).map_err(failed)).await?;
    app.counters.count_search(began.elapsed());
    Ok(Json(answer).into_response())
}

fn failed(error: search::Error) -> ApiError {
    match error {
        search::Error::TooSlow => ApiError::bad_request(error.to_string(), "ask for fewer alternatives and exclusions"),
        error => ApiError::internal(error),
    }
}

/// Writes every hit as a line of a table, wherever the question would begin or end.
fn whole_table(library: &Library, known: &Known, question: Question, site: &str) -> Result<String, ApiError> {
    let question = Question { grouped: false, offset: 0, limit: LONGEST_TABLE, facets: false, ..question };
    let answer = answer::ask(library, known, &question).map_err(failed)?;
    let mut table = format!("{BYTE_ORDER_MARK}{}\r\n", table::HEAD);
    let left = answer.total_hits.saturating_sub(LONGEST_TABLE);
    for line in table::rows(&answer, site).chain(table::remarks(&answer, left)) {
        table.push_str(&line);
        table.push_str("\r\n");
    }
    Ok(table)
}

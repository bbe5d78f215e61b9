//! The work protocol's addresses, on a listener of their own that only this machine can reach.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use tokio::net::TcpListener;

use super::guard::same;
use crate::work::foreman::{Foreman, LeaseError};
use crate::work::protocol::{Heartbeat, LeaseAnswer, LeaseId, LeaseRequest, Outcome, WorkFailure};

/// The longest answer of a worker: the words of ten hours as JSON.
const BODY: usize = 256 << 20;

/// Where workers find their work.
#[derive(Debug, Clone)]
pub struct WorkDoor {
    /// The address: `http://127.0.0.1:40123`.
    pub address: String,
    /// What opens it.
    pub token: String,
}

/// Opens the door for workers on a free port of this machine, until the program ends.
///
/// # Errors
/// When no port can be had or the system gives no random numbers.
pub async fn open(foreman: Foreman) -> io::Result<WorkDoor> {
    let token = random_token()?;
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/work/v1/lease", post(lease))
        .route("/work/v1/sound/{lease}", get(sound))
        .route("/work/v1/heartbeat", post(heartbeat))
        .route("/work/v1/complete/{lease}", post(complete))
        .route("/work/v1/fail/{lease}", post(fail))
        .route("/work/v1/release/{lease}", post(release))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(axum::middleware::from_fn_with_state(Arc::<str>::from(token.as_str()), check))
        .with_state(foreman);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(WorkDoor { address, token })
}

/// Returns 128 random bits as hex digits.
///
/// # Errors
/// When the system gives no random numbers.
pub fn random_token() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

async fn check(State(token): State<Arc<str>>, request: Request, next: Next) -> Response {
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shown.and_then(|shown| shown.strip_prefix("Bearer ")) {
        Some(shown) if same(shown, &token) => next.run(request).await,
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

impl IntoResponse for LeaseError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Gone => StatusCode::GONE,
            Self::Damaged(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Store(_) => StatusCode::INSUFFICIENT_STORAGE,
        };
        (status, self.to_string()).into_response()
    }
}

async fn lease(
    State(foreman): State<Foreman>,
    Json(request): Json<LeaseRequest>,
) -> Result<Json<LeaseAnswer>, LeaseError> {
    // To its end, also when the worker dies while it waits: half of a lease would be a job that nobody ends.
    let lease = tokio::spawn(async move { foreman.lease(request.worker).await });
    let lease = lease.await.map_err(|panic| LeaseError::Damaged(panic.to_string()))?;
    Ok(Json(lease?))
}

async fn sound(State(foreman): State<Foreman>, Path(lease): Path<LeaseId>) -> Result<Vec<u8>, LeaseError> {
    let path = foreman.sound(lease).ok_or(LeaseError::Gone)?;
    tokio::fs::read(&path).await.map_err(|source| LeaseError::Store(crate::library::StoreError::File { path, source }))
}

async fn heartbeat(State(foreman): State<Foreman>, Json(beat): Json<Heartbeat>) -> Result<StatusCode, LeaseError> {
    foreman.heartbeat(&beat).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn complete(
    State(foreman): State<Foreman>,
    Path(lease): Path<LeaseId>,
    Json(outcome): Json<Outcome>,
) -> Result<StatusCode, LeaseError> {
    foreman.completed(lease, outcome).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn fail(
    State(foreman): State<Foreman>,
    Path(lease): Path<LeaseId>,
    Json(failure): Json<WorkFailure>,
) -> Result<StatusCode, LeaseError> {
    foreman.failed(lease, failure).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn release(State(foreman): State<Foreman>, Path(lease): Path<LeaseId>) -> Result<StatusCode, LeaseError> {
    foreman.release(lease).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! A request has an id, which its answer carries and every line about it in the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::metrics::Counters;

/// The header, as proxies and other programs name it.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from outside; longer ones would fill the log.
const LONGEST: usize = 64;

/// What follows requests.
#[derive(Debug)]
pub(crate) struct Requests {
    /// Tells the ids of one run of the server from those of another.
    run: String,
    next: AtomicU64,
    counters: Arc<Counters>,
}

impl Requests {
    pub(crate) fn new(counters: Arc<Counters>) -> Self {
        let mut run = [0; 4];
        // Without random numbers ids repeat after a start, which costs nothing but clearness.
        let _ = getrandom::fill(&mut run);
        let run = run.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { run, next: AtomicU64::new(1), counters }
    }

    /// Returns the id that a proxy gave, or a new one.
    fn id(&self, given: Option<&HeaderValue>) -> String {
        let is_plain = |id: &&str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
            (1..=LONGEST).contains(&id.len()) && id.bytes().all(plain)
        };
        let given = given.and_then(|id| id.to_str().ok()).filter(is_plain).map(str::to_owned);
        given.unwrap_or_else(|| format!("{}-{}", self.run, self.next.fetch_add(1, Ordering::Relaxed)))
    }
}

/// Gives a request its id, and logs and counts its answer. What is searched for is confidential and not logged.
pub(crate) async fn follow(State(requests): State<Arc<Requests>>, request: Request, next: Next) -> Response {
    let id = requests.id(request.headers().get(&HEADER));
    // Of the highest level, so that errors carry it whatever else is logged.
    let span = tracing::error_span!("request", id, method = %request.method(), path = request.uri().path());
    let answered = async {
        let began = Instant::now();
        let response = next.run(request).await;
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), took_ms, "answered");
        response
    };
    let mut response = answered.instrument(span).await;
    requests.counters.count_answer(response.status());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_from_outside_is_taken_when_it_is_plain() {
        let requests = Requests::new(Arc::default());
        let own = |id: &str| id.starts_with(&requests.run);
        for (given, is_taken) in
            [("a-Z_0.9:x", true), ("", false), ("a b", false), ("<x>", false), (&"x".repeat(65), false)]
        {
            let id = requests.id(HeaderValue::from_str(given).ok().as_ref());
            assert_eq!((id == given, own(&id)), (is_taken, !is_taken), "{given:?} {id}");
        }
        assert_ne!(requests.id(None), requests.id(None));
    }
}

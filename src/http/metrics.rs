//! Metrics: what the server and its work are doing, in the text form that Prometheus reads (version 0.0.4).

use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::App;
use super::error::ApiError;
use crate::catalogue::health::JobCount;
use crate::catalogue::jobs::JobKind;

/// The upper bounds of the times of searches, milliseconds.
const BOUNDS_MS: [u64; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/// What is counted from the start of the server on.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Answers by the first digit of their status, from 1.
    answered: [AtomicU64; 5],
    /// Searches no longer than each bound and longer than the one before it; the last is for all others.
    searches: [AtomicU64; BOUNDS_MS.len() + 1],
    searching_us: AtomicU64,
}

impl Counters {
    /// Counts an answer.
    pub(crate) fn count_answer(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(class) = self.answered.get(class) {
            class.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a search that was answered, with the time that it took.
    pub(crate) fn count_search(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_MS.iter().position(|&bound| us <= bound * 1000).unwrap_or(BOUNDS_MS.len());
        self.searches[bucket].fetch_add(1, Ordering::Relaxed);
        self.searching_us.fetch_add(us, Ordering::Relaxed);
    }
}

/// Metrics as they are written down.
struct Text(String);

impl Text {
    fn about(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (n, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{}{label}=\"{text}\"", if n == 0 { '{' } else { ',' });
        }
        let end = if labels.is_empty() { " " } else { "} " };
        let _ = writeln!(self.0, "{end}{value}");
    }

    fn single(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.about(name, kind, help);
        self.value(name, &[], value);
    }
}

/// Returns milliseconds as Prometheus wants times: in seconds.
fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// Shows all metrics.
pub(crate) async fn show(State(app): State<App>) -> Result<Response, ApiError> {
    let library = app.foreman.library();
    let coverage = app.known.known(library).await?.coverage;
    let jobs = library.catalogue.job_counts().await?;
    let mut text = Text(String::with_capacity(1 << 12));
    text.about("aloud_build_info", "gauge", "Which version is running.");
    text.value("aloud_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    text.about("aloud_recordings", "gauge", "Recordings in the library, by what has become of them.");
    for (state, count) in
        [("searchable", coverage.searchable), ("waiting", coverage.waiting), ("failed", coverage.failed)]
    {
        text.value("aloud_recordings", &[("state", state)], count);
    }
    for (name, help, ms) in [
        ("aloud_speech_seconds", "Speech whose words can be searched.", coverage.speech_ms),
        ("aloud_doubtful_speech_seconds", "Speech whose words are doubtful.", coverage.doubtful_ms),
        ("aloud_speech_without_words_seconds", "Speech without words.", coverage.gap_ms),
    ] {
        text.single(name, "gauge", help, seconds(ms));
    }
    text.about("aloud_jobs", "gauge", "Pieces of work that are not forgotten yet, by kind and state.");
    for kind in [JobKind::Plan, JobKind::Segment] {
        for state in ["ready", "running", "done", "failed"] {
            let is_it = |job: &&JobCount| job.kind == kind.as_str() && job.state == state;
            let count = jobs.iter().find(is_it).map_or(0, |job| job.count);
            text.value("aloud_jobs", &[("kind", kind.as_str()), ("state", state)], count);
        }
    }
    work(&app, &mut text);
    requests(&app.counters, &mut text);
    if let Ok(disk) = rustix::fs::statvfs(library.root()) {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        text.single("aloud_disk_free_bytes", "gauge", "Room on the disk of the library.", free);
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text.0).into_response())
}

fn work(app: &App, text: &mut Text) {
    let tally = app.foreman.tally();
    text.about("aloud_jobs_failed_total", "counter", "Pieces of work that failed since the start, by kind.");
    for kind in [JobKind::Plan, JobKind::Segment] {
        text.value("aloud_jobs_failed_total", &[("kind", kind.as_str())], tally.failures(kind));
    }
    let (recognised, recognising) = (tally.recognised_ms(), tally.recognising_ms());
    let help = "Time of recordings that was recognised since the start.";
    text.single("aloud_recognised_seconds_total", "counter", help, seconds(recognised));
    let help = "Time that threads spent recognising it.";
    text.single("aloud_recognising_seconds_total", "counter", help, seconds(recognising));
    if let Some(thousandths) = recognised.saturating_mul(1000).checked_div(recognising) {
        let help = "How many times faster than real time one thread recognises, since the start.";
        text.single("aloud_recognition_times_real_time", "gauge", help, seconds(thousandths));
    }
    let help = "Whether something keeps the work from going on, such as a full disk.";
    text.single("aloud_work_stalled", "gauge", help, u8::from(app.foreman.trouble().is_some()));
}

fn requests(counters: &Counters, text: &mut Text) {
    text.about("aloud_http_responses_total", "counter", "Answers since the start, by class of status.");
    for (count, class) in counters.answered.iter().zip(["1xx", "2xx", "3xx", "4xx", "5xx"]) {
        text.value("aloud_http_responses_total", &[("class", class)], count.load(Ordering::Relaxed));
    }
    text.about("aloud_search_seconds", "histogram", "How long searches took, from the request to the answer.");
    let mut total = 0;
    for (count, bound) in counters.searches.iter().zip(BOUNDS_MS.iter().map(Some).chain([None])) {
        total += count.load(Ordering::Relaxed);
        let bound = bound.map_or_else(|| "+Inf".into(), |&ms| seconds(ms));
        text.value("aloud_search_seconds_bucket", &[("le", &bound)], total);
    }
    let us = counters.searching_us.load(Ordering::Relaxed);
    text.value("aloud_search_seconds_sum", &[], format!("{}.{:06}", us / 1_000_000, us % 1_000_000));
    text.value("aloud_search_seconds_count", &[], total);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_counted_in_every_bucket_above_it() {
        let counters = Counters::default();
        for us in [1000, 1001, 9_999_999] {
            counters.count_search(Duration::from_micros(us));
        }
        let mut text = Text(String::new());
        requests(&counters, &mut text);
        for line in [
            "aloud_search_seconds_bucket{le=\"0.001\"} 1",
            "aloud_search_seconds_bucket{le=\"0.002\"} 2",
            "aloud_search_seconds_bucket{le=\"5.000\"} 2",
            "aloud_search_seconds_bucket{le=\"+Inf\"} 3",
            "aloud_search_seconds_sum 10.002000",
            "aloud_search_seconds_count 3",
        ] {
            assert!(text.0.lines().any(|it| it == line), "{line}\n{}", text.0);
        }
    }

    #[test]
    fn what_stands_in_a_label_cannot_leave_it() {
        let mut text = Text(String::new());
        text.value("a", &[("b", "\"} 1\nc \\"), ("d", "e")], 2);
        assert_eq!(text.0, "a{b=\"\\\"} 1\\nc \\\\\",d=\"e\"} 2\n");
    }
}

//! Why a job fails, in words for a person, and whether that may pass.

use std::path::Path;
use std::time::Duration;

use indexer::audio::MediaError;
use indexer::pipeline::PlanError;
use indexer::transcribe::RecognitionError;

use crate::work::protocol::{Outlook, WorkFailure};

/// A file that was changed so lately may still be copied or recorded.
const FRESH: Duration = Duration::from_secs(60);

pub(super) fn stalled(reason: String, hint: &str) -> WorkFailure {
    WorkFailure { reason, hint: hint.to_owned(), outlook: Outlook::Stalled }
}

pub(super) fn passing(reason: String, hint: &str) -> WorkFailure {
    WorkFailure { reason, hint: hint.to_owned(), outlook: Outlook::Passing }
}

fn lasting(reason: String, hint: &str) -> WorkFailure {
    WorkFailure { reason, hint: hint.to_owned(), outlook: Outlook::Lasting }
}

pub(super) fn media_failure(error: &MediaError, path: &Path) -> WorkFailure {
    if matches!(error, MediaError::NotFound(_) | MediaError::NoPermission(_) | MediaError::Io { .. }) {
        // A mount that went, a lock that somebody holds: the same file may be read later.
        return passing(error.to_string(), "");
    }
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let is_fresh = matches!(error, MediaError::Empty(_) | MediaError::NoIndex(_) | MediaError::Damaged { .. })
        && modified.and_then(|time| time.elapsed().ok()).is_some_and(|age| age < FRESH);
    lasting(
        error.to_string(),
        if is_fresh { "if it is still being written, index it again when it is complete" } else { "" },
    )
}

pub(super) fn recognition_failure(error: &RecognitionError) -> WorkFailure {
    match error {
        RecognitionError::Model(_) => stalled(error.to_string(), "then run the same command again"),
        _ => lasting(error.to_string(), "try it again with: aloud transcribe"),
    }
}

pub(super) fn plan_failure(error: &PlanError, path: &Path) -> WorkFailure {
    match error {
        PlanError::Source(error) => match error.downcast_ref::<MediaError>() {
            Some(error) => media_failure(error, path),
            None => lasting(error.to_string(), ""),
        },
        PlanError::Sink { .. } => {
            stalled(error.to_string(), "make room in the library's folder; the work then goes on")
        }
        PlanError::Recognition(error) => recognition_failure(error),
        _ => lasting(error.to_string(), ""),
    }
}

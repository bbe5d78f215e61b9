//! Why a job fails, in words for a person, and whether that may pass.

use std::path::Path;
use std::time::Duration;

use indexer::audio::MediaError;
use indexer::pipeline::PlanError;
use indexer::transcribe::RecognitionError;

use crate::work::protocol::{Outlook, WorkFailure};

/// A file that was changed so lately may still be copied or recorded.
const FRESH: Duration = Duration::from_secs(60);

fn stalled(reason: String, hint: &str) -> WorkFailure {
    WorkFailure { reason, hint: hint.to_owned(), outlook: Outlook::Stalled }
}

pub(super) fn passing(reason: String, hint: &str) -> WorkFailure {
    WorkFailure { reason, hint: hint.to_owned(), outlook: Outlook::Passing }
}

/// Nothing goes on while the library's folder takes nothing.
pub(super) fn cannot_store(error: &dyn std::error::Error) -> WorkFailure {
    stalled(error.to_string(), "make room in the library's folder; the work then goes on")
}

pub(super) fn lasting(reason: String, hint: &str) -> WorkFailure {
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

/// Without the configured model nothing goes on; without another one only what asks for it fails.
pub(super) fn recognition_failure(error: &RecognitionError, configured: &Path) -> WorkFailure {
    match error {
        RecognitionError::Model(path) if path == configured => {
            stalled(error.to_string(), "then run the same command again")
        }
        RecognitionError::Model(_) => lasting(error.to_string(), "then try it again with: aloud retry"),
        _ => lasting(error.to_string(), "try it again with: aloud transcribe"),
    }
}

pub(super) fn plan_failure(error: &PlanError, path: &Path, configured: &Path) -> WorkFailure {
    match error {
        PlanError::Source(error) => match error.downcast_ref::<MediaError>() {
            Some(error) => media_failure(error, path),
            None => lasting(error.to_string(), ""),
        },
        PlanError::Sink { .. } => cannot_store(error),
        PlanError::Recognition(error) => recognition_failure(error, configured),
        _ => lasting(error.to_string(), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_without_the_configured_model_everything_waits() {
        let configured = Path::new("/models/base.ggml");
        for (missing, expected) in [("/models/base.ggml", Outlook::Stalled), ("/models/other.ggml", Outlook::Lasting)] {
            let failure = recognition_failure(&RecognitionError::Model(missing.into()), configured);
            assert_eq!(failure.outlook, expected, "{failure:?}");
        }
    }
}

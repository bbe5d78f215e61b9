//! A finding is what one look at a library or its surroundings showed, and the next step.

use indexer::recording::RecordingId;
use serde::Serialize;

/// What one look showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: one word.
    pub what: &'static str,
    /// Whether all is well; a good finding may still have a next step.
    pub good: bool,
    /// The one recording that it is about; the others do not mind then.
    pub recording: Option<RecordingId>,
    /// What was found.
    pub found: String,
    /// The next step; may be empty.
    pub next: String,
}

impl Finding {
    /// All is well.
    #[must_use]
    pub fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, good: true, recording: None, found: found.into(), next: String::new() }
    }

    /// Nothing is wrong, but something can be done.
    #[must_use]
    pub fn note(what: &'static str, found: impl Into<String>, next: impl Into<String>) -> Self {
        Self { next: next.into(), ..Self::good(what, found) }
    }

    /// Something is wrong.
    #[must_use]
    pub fn bad(what: &'static str, found: impl Into<String>, next: impl Into<String>) -> Self {
        Self { good: false, ..Self::note(what, found, next) }
    }

    /// Says that it is about one recording only.
    #[must_use]
    pub fn of(self, recording: RecordingId) -> Self {
        Self { recording: Some(recording), ..self }
    }
}

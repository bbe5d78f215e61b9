//! The tally: what the foreman's workers have done since the program started.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indexer::time::Millis;

use crate::catalogue::jobs::JobKind;

/// Numbers that only grow.
#[derive(Debug, Default)]
pub struct Tally {
    recognised_ms: AtomicU64,
    recognising_ms: AtomicU64,
    failed_plans: AtomicU64,
    failed_segments: AtomicU64,
}

impl Tally {
    /// Counts a job that was done: how much of its recording it covers, and how long a thread was at it.
    pub(super) fn count_done(&self, kind: JobKind, length: Millis, took: Duration) {
        if kind == JobKind::Segment {
            self.recognised_ms.fetch_add(length.get().into(), Ordering::Relaxed);
            let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            self.recognising_ms.fetch_add(took, Ordering::Relaxed);
        }
    }

    /// Counts a job that failed for good.
    pub(super) fn count_failed(&self, kind: JobKind) {
        self.failed(kind).fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how much of recordings was recognised, milliseconds.
    #[must_use]
    pub fn recognised_ms(&self) -> u64 {
        self.recognised_ms.load(Ordering::Relaxed)
    }

    /// Returns how long threads were at it, milliseconds; two threads count twice.
    #[must_use]
    pub fn recognising_ms(&self) -> u64 {
        self.recognising_ms.load(Ordering::Relaxed)
    }

    /// Returns how many jobs of a kind failed.
    #[must_use]
    pub fn failures(&self, kind: JobKind) -> u64 {
        self.failed(kind).load(Ordering::Relaxed)
    }

    fn failed(&self, kind: JobKind) -> &AtomicU64 {
        match kind {
            JobKind::Plan => &self.failed_plans,
            JobKind::Segment => &self.failed_segments,
        }
    }
}

//! Time inside a recording: whole milliseconds of the presentation, as a browser's `<video>.currentTime` counts it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Samples a second of all sound inside this crate (Whisper's and the VAD's rate).
pub const SAMPLE_RATE: u32 = 16_000;

/// Samples in a millisecond at [`SAMPLE_RATE`].
pub const SAMPLES_PER_MILLI: usize = SAMPLE_RATE as usize / 1000;

/// A point in time or a length of time in milliseconds; at most 49 days.
///
/// As a point it counts from the start of the *presentation*, which is where a browser's player shows 0:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(u32);

impl Millis {
    /// The start of the presentation.
    pub const ZERO: Self = Self(0);
    /// The latest time that can be said.
    pub const MAX: Self = Self(u32::MAX);

    /// Makes a time of whole milliseconds.
    #[must_use]
    pub const fn new(millis: u32) -> Self {
        Self(millis)
    }

    /// Makes a time of whole seconds, at most [`Millis::MAX`].
    #[must_use]
    pub const fn from_seconds(seconds: u32) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Returns the time of a sample at [`SAMPLE_RATE`], rounded down.
    #[must_use]
    pub fn from_samples(samples: u64) -> Self {
        Self(u32::try_from(samples / SAMPLES_PER_MILLI as u64).unwrap_or(u32::MAX))
    }

    /// Returns the number of the first sample at or after this time, at [`SAMPLE_RATE`].
    #[must_use]
    pub const fn to_samples(self) -> u64 {
        self.0 as u64 * SAMPLES_PER_MILLI as u64
    }

    /// Returns the whole milliseconds.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Adds a length, stopping at [`Millis::MAX`].
    #[must_use]
    pub const fn saturating_add(self, length: Self) -> Self {
        Self(self.0.saturating_add(length.0))
    }

    /// Returns how long after `earlier` this is; zero when it is not later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// Writes `1:02:03.250`, or `2:03.250` under an hour.
impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes) = (self.0 / 3_600_000, self.0 / 60_000 % 60);
        let (seconds, millis) = (self.0 / 1000 % 60, self.0 % 1000);
        if hours > 0 {
            write!(f, "{hours}:{minutes:02}:{seconds:02}.{millis:03}")
        } else {
            write!(f, "{minutes}:{seconds:02}.{millis:03}")
        }
    }
}

/// A stretch of time, half-open and never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimeSpan {
    start: Millis,
    end: Millis,
}

impl TimeSpan {
    /// Makes a span; `None` when `end` does not lie after `start`.
    #[must_use]
    pub fn new(start: Millis, end: Millis) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// Makes a span of at least one millisecond, moving `end` (or at the very end of time, `start`) when needed.
    #[must_use]
    pub fn at_least_one(start: Millis, end: Millis) -> Self {
        let start = Millis(start.0.min(u32::MAX - 1));
        Self { start, end: end.max(Millis(start.0 + 1)) }
    }

    /// Returns the first millisecond inside.
    #[must_use]
    pub const fn start(self) -> Millis {
        self.start
    }

    /// Returns the first millisecond after.
    #[must_use]
    pub const fn end(self) -> Millis {
        self.end
    }

    /// Returns the length.
    #[must_use]
    pub const fn duration(self) -> Millis {
        self.end.since(self.start)
    }

    /// Returns whether a time lies inside.
    #[must_use]
    pub fn contains(self, time: Millis) -> bool {
        self.start <= time && time < self.end
    }

    /// Returns what two spans share.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_as_a_clock() {
        for (millis, shown) in
            [(0, "0:00.000"), (83_250, "1:23.250"), (3_723_004, "1:02:03.004"), (u32::MAX, "1193:02:47.295")]
        {
            assert_eq!(Millis::new(millis).to_string(), shown);
        }
    }

    #[test]
    fn samples_and_times_agree() {
        for millis in [0, 1, 999, 83_250] {
            assert_eq!(Millis::from_samples(Millis::new(millis).to_samples()), Millis::new(millis));
        }
        assert_eq!(Millis::from_samples(u64::MAX), Millis::MAX);
    }

    #[test]
    fn a_span_is_never_empty() {
        assert_eq!(TimeSpan::new(Millis::new(5), Millis::new(5)), None);
        assert_eq!(TimeSpan::at_least_one(Millis::new(5), Millis::new(3)).duration(), Millis::new(1));
        assert_eq!(TimeSpan::at_least_one(Millis::MAX, Millis::ZERO).end(), Millis::MAX);
    }
}

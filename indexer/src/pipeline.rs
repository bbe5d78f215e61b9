//! The pipeline takes a recording's sound to a transcript in three steps, each a plain function that may run anywhere.
//!
//! [`plan`] reads the sound once, finds the speech in it and cuts it into segments; [`segment`] turns the sound of one
//! segment into words and depends on nothing else; [`merge`] joins what the segments gave.

use serde::{Deserialize, Serialize};

use crate::recording::Language;
use crate::time::{Millis, TimeSpan};
use crate::transcribe::RecognitionError;
use crate::transcribe::window::Window;
use crate::transcript::{Gap, Percent, Trust};

mod ballot;
mod merge;
mod plan;
mod segment;

pub use merge::merge;
pub use plan::{PlanOptions, plan};
pub use segment::segment;

/// Sound that can be read once from its start to its end.
pub trait SoundSource {
    /// Puts the next samples into `out`, whose former content is gone; returns `false` when there are no more.
    ///
    /// Samples are mono, [`crate::time::SAMPLE_RATE`], -1 to 1, and without gaps from the start of the presentation.
    ///
    /// # Errors
    /// When the sound cannot be read or decoded.
    fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, SourceError>;
}

/// What went wrong where sound comes from.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Takes the sound of each segment as soon as it is known.
pub trait SegmentSink {
    /// Keeps the samples of a segment's span: mono, [`crate::time::SAMPLE_RATE`]. Ordinals count from 0 without gaps.
    ///
    /// # Errors
    /// When they cannot be kept.
    fn write(&mut self, ordinal: u32, span: TimeSpan, samples: &[i16]) -> std::io::Result<()>;
}

/// Where a recording's speech lies. It travels as JSON between processes and is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How long the sound is.
    pub duration: Millis,
    /// The segments in order; they do not overlap.
    pub segments: Vec<SegmentPlan>,
    /// The languages that are spoken, the commonest first; none when there is no speech.
    pub languages: Vec<Language>,
    /// Loud sound outside all segments.
    pub gaps: Vec<Gap>,
}

/// A segment: a few minutes of speech that are transcribed as one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentPlan {
    /// Its number in the recording, from 0.
    pub ordinal: u32,
    /// From the start of its first window to the end of its last.
    pub span: TimeSpan,
    /// What is decoded, window by window, in order and not overlapping.
    pub windows: Vec<Window>,
}

/// What was said in one segment. It travels as JSON between processes and is stored until the recording is done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SegmentWords {
    /// What each window gave, in order; windows without words are left out.
    pub stretches: Vec<SegmentStretch>,
    /// Speech without words.
    pub gaps: Vec<Gap>,
}

/// What one window gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentStretch {
    /// The language decided for it.
    pub language: Language,
    /// How far to believe it.
    pub trust: Trust,
    /// Its words in order, at least one.
    pub words: Vec<SegmentWord>,
}

/// A word as `[text, start_ms, end_ms, confidence]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentWord(pub String, pub Millis, pub Millis, pub Percent);

/// Why no plan could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The sound cannot be read.
    #[error(transparent)]
    Source(SourceError),
    /// A segment's sound cannot be kept.
    #[error("cannot store the sound of segment {ordinal} ({error})")]
    Sink {
        /// The segment's number.
        ordinal: u32,
        /// What went wrong.
        #[source]
        error: std::io::Error,
    },
    /// The language could not be found out, or somebody asked to stop.
    #[error(transparent)]
    Recognition(#[from] RecognitionError),
}

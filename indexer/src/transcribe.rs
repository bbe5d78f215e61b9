//! Recognition is the way from sound to words.
//!
//! The sound is cut into [`frame`]s, whose voice and loudness give the [`region`]s of speech; neighbouring regions are
//! packed into [`window`]s, and a [`Transcriber`] turns the sound of one window at a time into words. Each window is
//! decoded alone, so that a mistake in one cannot swallow the next.

use crate::cancel::Cancel;
use crate::recording::Language;
use crate::transcript::{Trust, Word};

pub mod cpu;
pub mod gain;
pub mod frame;
pub mod region;
pub mod unheard;
pub mod window;
pub mod missed;
pub mod onset;
pub mod anchor;
pub mod words;
pub mod trust;
pub mod tries;
pub mod whisper;

use window::Window;

/// The sound of one window and what may be spoken in it.
#[derive(Debug, Clone, Copy)]
pub struct Excerpt<'a> {
    /// Where in the recording it lies.
    pub window: &'a Window,
    /// The samples of the window's span: mono, [`crate::time::SAMPLE_RATE`], -1 to 1.
    pub sound: &'a [f32],
    /// The languages to choose from, the commonest of the recording first; none means every language of the model.
    pub languages: &'a [Language],
    /// Languages that are rarer, and chosen only when the sound is clearly in one of them.
    pub others: &'a [Language],
}

/// What was understood in one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The words in order: inside the window, starts never going back, none overlapping the next.
    pub words: Vec<Word>,
    /// The language that was decided for.
    pub language: Language,
    /// How far to believe the words.
    pub trust: Trust,
}

/// Something that understands speech.
///
/// # For implementers
/// The same excerpt must give the same words, whatever was transcribed before it: killed work is repeated elsewhere.
pub trait Transcriber {
    /// Returns the words of one window.
    ///
    /// # Errors
    /// When the work is cancelled, no allowed language is known, or recognition itself fails.
    fn transcribe(&mut self, excerpt: &Excerpt<'_>, cancel: &Cancel) -> Result<Heard, RecognitionError>;

    /// Returns how probable each known language is in some seconds of speech; the probabilities sum to 1.
    ///
    /// # Errors
    /// When recognition itself fails.
    fn detect(&mut self, sound: &[f32]) -> Result<Vec<(Language, f32)>, RecognitionError>;
}

fn codes(languages: &[Language]) -> String {
    languages.iter().map(Language::as_str).collect::<Vec<_>>().join(", ")
}

/// Why speech could not be turned into words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecognitionError {
    /// Somebody asked to stop.
    #[error("recognition was cancelled")]
    Cancelled,
    /// The weights cannot be used.
    #[error("cannot load the model {0}; fetch it again with `aloud models get`")]
    Model(std::path::PathBuf),
    /// None of the allowed languages is one of the model's.
    #[error("the model does not know {}; choose another language or model", codes(.0))]
    UnknownLanguages(Vec<Language>),
    /// The recogniser gave up.
    #[error("recognition failed ({0})")]
    Failed(String),
}

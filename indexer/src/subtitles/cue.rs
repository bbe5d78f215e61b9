//! A cue is a text that a file puts between two times; it is all that the formats have in common.

use super::{Origin, Skipped};
use crate::recording::Language;
use crate::time::{Millis, TimeSpan};
use crate::transcript::Percent;

/// How long a letter is taken to last where a cue has no length of its own: quick speech, 16 letters a second.
const LETTER: Millis = Millis::new(60);

/// What a reader makes of a whole file.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) cues: Vec<Cue>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) origin: Origin,
    /// The language that the file declares for the whole of itself.
    pub(super) language: Option<Language>,
    /// Whether the file says that its times of words were shared out.
    pub(super) is_approximate: bool,
}

impl Script {
    /// Returns whether the file times more than its cues.
    pub(super) fn has_word_times(&self) -> bool {
        !self.is_approximate
            && (self.origin == Origin::Ours
                || self.cues.iter().any(|cue| cue.pieces.iter().any(|piece| piece.start.is_some())))
    }
}

/// A text between two times.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cue {
    pub(super) span: TimeSpan,
    /// The text in order, with `\n` where the file breaks lines; joined, it is the cue's text.
    pub(super) pieces: Vec<Piece>,
}

/// A part of a cue's text of which one thing holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// When it is said, where the file tells more than the cue's times.
    pub(super) start: Option<Millis>,
    pub(super) end: Option<Millis>,
    pub(super) speaker: Option<String>,
    /// Its language where the file marks it.
    pub(super) language: Option<Language>,
    pub(super) confidence: Percent,
}

impl Piece {
    /// Makes a piece of which only the text is known.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), start: None, end: None, speaker: None, language: None, confidence: Percent::FULL }
    }
}

impl Cue {
    /// Makes a cue of the times a file gives; the flag tells that the end had to be estimated.
    pub(super) fn new(start: Millis, end: Millis, pieces: Vec<Piece>) -> (Self, bool) {
        let mut cue = Self { span: TimeSpan::at_least_one(start, end), pieces };
        let mended = end <= start;
        if mended {
            let letters = cue.text().chars().filter(|c| c.is_alphanumeric()).count();
            let length = LETTER.get().saturating_mul(u32::try_from(letters).unwrap_or(u32::MAX));
            cue.span = TimeSpan::at_least_one(start, start.saturating_add(Millis::new(length)));
        }
        (cue, mended)
    }

    /// Returns the text with its line breaks.
    pub(super) fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

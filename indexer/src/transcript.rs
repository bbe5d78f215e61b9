//! A transcript is what was said in one recording, word by word, each with its time.
//!
//! A transcript is never changed: a new recognition, import or edit makes a new revision.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::recording::{Language, RecordingId};
use crate::time::{Millis, TimeSpan};

pub mod file;

/// The number of a revision of one recording's transcript; the first is 1.
pub type Revision = u32;

/// A share of one hundred, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(u8);

impl Percent {
    /// Nothing is known against it.
    pub const FULL: Self = Self(100);

    /// Words that the recogniser is less sure of are doubtful: in English every third of them is wrong, of the others
    /// one of twenty (measured in `docs/decisions/recognition.md`).
    pub const DOUBTFUL: Self = Self(60);

    /// Makes a percentage; more than 100 becomes 100.
    #[must_use]
    pub const fn new(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// Makes a percentage of a probability; what is not a number becomes 0.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100 first")]
    pub fn from_probability(probability: f32) -> Self {
        Self((probability.clamp(0.0, 1.0) * 100.0).round() as u8)
    }

    /// Returns the number, 0 to 100.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Which speaker of a recording, counted from 0 in the order of [`Transcript::speakers`]; names live in the catalogue.
pub type SpeakerOrdinal = u16;

/// One word-boundary segment with the punctuation and space that follow it.
///
/// In scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) a word is one grapheme cluster. The texts of all
/// words, joined, are the transcript's text. [`crate::term::split_words`] makes words of any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text with what follows it up to the next word; before the first word of a transcript also what precedes.
    pub text: String,
    /// When it is said.
    pub span: TimeSpan,
    /// How sure the recogniser was; [`Percent::FULL`] for what people wrote.
    pub confidence: Percent,
    /// The language it is in.
    pub language: Language,
    /// Who said it, when that is known.
    pub speaker: Option<SpeakerOrdinal>,
}

/// Consecutive words of a transcript: ordinals, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WordRange {
    /// The first word's ordinal.
    pub start: u32,
    /// The ordinal after the last word's.
    pub end: u32,
}

impl WordRange {
    /// Makes a range of ordinals.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Returns how many words it holds.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Returns whether it holds no word.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Returns whether a word lies inside.
    #[must_use]
    pub const fn contains(self, ordinal: u32) -> bool {
        self.start <= ordinal && ordinal < self.end
    }

    /// Returns the range as slice indices.
    #[must_use]
    pub const fn indices(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What one window of recognition, one import or one edit gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The words; stretches partition the words of a transcript.
    pub words: WordRange,
    /// The language decided for it.
    pub language: Language,
    /// How far to believe it.
    pub trust: Trust,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// How far a stretch can be believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Nothing speaks against it.
    Good,
    /// It is kept and searchable, but something looks wrong.
    Doubtful(Vec<Doubt>),
    /// A person wrote or corrected it.
    Edited,
}

/// A reason to doubt a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The same words come again and again.
    Repeats,
    /// The recogniser's mean log-probability is low.
    LowProbability,
    /// More words a second than people speak.
    TooFast,
    /// The recogniser takes it for likely that nobody speaks.
    NoSpeech,
}

/// Where a stretch comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Provenance {
    /// Recognised from the sound.
    Recognised {
        /// The model's name, such as `base`.
        model: String,
    },
    /// Taken from a file that somebody made.
    Imported {
        /// The name of that file.
        file: String,
        /// Whether the file timed every word; otherwise times were spread over each cue.
        exact_times: bool,
    },
}

/// Sound in which no word was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Speech was detected, but recognition gave no word.
    NoWords(TimeSpan),
    /// Sound of speech energy that the detector passed over.
    Unheard(TimeSpan),
}

/// What was said in one recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// The recording.
    pub recording: RecordingId,
    /// Which revision this is.
    pub revision: Revision,
    /// Every word in the order in which it is said; starts never go back.
    pub words: Vec<Word>,
    /// Where the words come from; partitions `words`.
    pub stretches: Vec<Stretch>,
    /// Where words are missing.
    pub gaps: Vec<Gap>,
    /// The speakers' names as the source gave them; a word's speaker is an index into this.
    pub speakers: Vec<String>,
}

impl Transcript {
    /// Returns when the first of some words starts and the last ends; `None` for no words.
    #[must_use]
    pub fn span(&self, words: WordRange) -> Option<TimeSpan> {
        let words = self.words.get(words.indices())?;
        let end = words.iter().map(|word| word.span.end()).max()?;
        Some(TimeSpan::at_least_one(words.first()?.span.start(), end))
    }

    /// Returns the text of some words, as they were written.
    #[must_use]
    pub fn text(&self, words: WordRange) -> String {
        self.words.get(words.indices()).unwrap_or_default().iter().map(|word| word.text.as_str()).collect()
    }

    /// Calls the speakers by other names, given by ordinal; those of one name become one speaker. A speaker without a
    /// name keeps that of the source.
    pub fn name_speakers(&mut self, names: &[String]) {
        let mut people: Vec<String> = Vec::new();
        let mut ordinals: Vec<SpeakerOrdinal> = Vec::new();
        for (ordinal, spoken_as) in self.speakers.iter().enumerate() {
            let name = names.get(ordinal).unwrap_or(spoken_as);
            let place = people.iter().position(|person| person == name).unwrap_or_else(|| {
                people.push(name.clone());
                people.len() - 1
            });
            // There are no more people than ordinals.
            ordinals.push(SpeakerOrdinal::try_from(place).unwrap_or(SpeakerOrdinal::MAX));
        }
        for word in &mut self.words {
            word.speaker = word.speaker.and_then(|ordinal| ordinals.get(usize::from(ordinal)).copied());
        }
        self.speakers = people;
    }

    /// Returns how many milliseconds of the recording lie in stretches that are doubtful.
    #[must_use]
    pub fn doubtful_time(&self) -> Millis {
        self.stretches
            .iter()
            .filter(|stretch| matches!(stretch.trust, Trust::Doubtful(_)))
            .filter_map(|stretch| self.span(stretch.words))
            .fold(Millis::ZERO, |sum, span| sum.saturating_add(span.duration()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Language;

    #[test]
    fn speakers_of_one_name_become_one() {
        let word = |speaker| Word {
            text: "so ".into(),
            span: TimeSpan::at_least_one(Millis::ZERO, Millis::ZERO),
            confidence: Percent::new(90),
            language: Language::UNKNOWN,
            speaker,
        };
        let mut transcript = Transcript {
            recording: RecordingId::new([0; 16]),
            revision: 1,
            words: [Some(0), Some(1), Some(2), Some(3), None].map(word).into(),
            stretches: Vec::new(),
            gaps: Vec::new(),
            speakers: ["Ann", "Right", "Ann L.", "Bo"].map(str::to_owned).into(),
        };
        transcript.name_speakers(&["Ann Lee", "Cy", "Ann Lee"].map(str::to_owned));
        assert_eq!(transcript.speakers, ["Ann Lee", "Cy", "Bo"]);
        let speakers: Vec<_> = transcript.words.iter().map(|word| word.speaker).collect();
        assert_eq!(speakers, [Some(0), Some(1), Some(0), Some(2), None]);
    }
}

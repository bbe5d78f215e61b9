//! A choice says which of a file's sound tracks is meant, and whether its two channels are kept apart.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::info::AudioTrack;
use crate::recording::Language;

/// What is read of a file's sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selection {
    /// The track.
    pub track: TrackChoice,
    /// Whether the two channels of a stereo track are given side by side; any other sound is always mixed to one.
    pub sides: bool,
}

/// Which of several sound tracks is meant; as text `default`, a number such as `2`, or a language such as `sv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TrackChoice {
    /// The one that a player plays when nobody says otherwise.
    #[default]
    Default,
    /// The sound track with this number, counted from 1 in file order; tracks of pictures and captions do not count.
    Number(u32),
    /// The first sound track in this language.
    Language(Language),
}

impl TrackChoice {
    /// Returns the index of the track that is meant; `None` when there is none.
    pub(super) fn pick(self, tracks: &[AudioTrack]) -> Option<usize> {
        match self {
            Self::Default => tracks.iter().position(|track| track.is_default),
            Self::Number(number) => {
                let index = usize::try_from(number.checked_sub(1)?).ok()?;
                (index < tracks.len()).then_some(index)
            }
            Self::Language(language) => tracks.iter().position(|track| track.language == Some(language.shortest())),
        }
    }
}

/// A text names no track.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a sound track: {0:?} (give its number, counted from 1, or its language, such as sv)")]
pub struct NotATrack(String);

impl FromStr for TrackChoice {
    type Err = NotATrack;

    fn from_str(text: &str) -> Result<Self, NotATrack> {
        let wrong = || NotATrack(text.to_owned());
        if text == "default" {
            return Ok(Self::Default);
        }
        match text.parse() {
            Ok(0) => Err(wrong()),
            Ok(number) => Ok(Self::Number(number)),
            Err(_) => Language::from_tag(text).map(Self::Language).ok_or_else(wrong),
        }
    }
}

impl fmt::Display for TrackChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Language(language) => write!(f, "{language}"),
        }
    }
}

impl TryFrom<String> for TrackChoice {
    type Error = NotATrack;

    fn try_from(text: String) -> Result<Self, NotATrack> {
        text.parse()
    }
}

impl From<TrackChoice> for String {
    fn from(choice: TrackChoice) -> Self {
        choice.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(language: &str, is_default: bool) -> AudioTrack {
        let language = Language::from_tag(language);
        AudioTrack { id: 7, codec: "AAC".into(), sample_rate: 48_000, channels: 2, language, is_default }
    }

    #[test]
    fn a_number_counts_sound_tracks_and_a_language_means_the_first() {
        let tracks = [track("en", false), track("sv", true), track("sv", false), track("", false)];
        for (text, index) in [
            ("default", Some(1)),
            ("1", Some(0)),
            ("4", Some(3)),
            ("5", None),
            ("sv", Some(1)),
            ("swe", Some(1)),
            ("en-GB", Some(0)),
            ("de", None),
        ] {
            let choice: TrackChoice = text.parse().expect(text);
            assert_eq!(choice.pick(&tracks), index, "{text}");
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        for wrong in ["", "0", "-1", "swedish", "1.5", "99999999999"] {
            assert_eq!(wrong.parse::<TrackChoice>(), Err(NotATrack(wrong.into())));
        }
    }
}

//! What a media file says about itself, and what was found wrong with it.

use std::fmt;

use crate::recording::Language;
use crate::time::Millis;

/// What a media file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaInfo {
    /// The container as people call it, such as `MP4` or `WebM/Matroska`.
    pub container: &'static str,
    /// The length of the presentation; `None` when the file does not say, as in a live recording.
    pub duration: Option<Millis>,
    /// Whether there is a picture that moves.
    pub has_video: bool,
    /// The sound tracks in file order; at least one.
    pub tracks: Vec<AudioTrack>,
    /// Which of them is read, as an index.
    pub track: usize,
    /// The title in the container's tags.
    pub title: Option<String>,
    /// The date in the container's tags as it stands there, mostly `2021`, `2021-05-03` or `2021-05-03T09:12:00Z`.
    pub date: Option<String>,
}

/// One sound track of a media file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioTrack {
    /// The number that the container gives it.
    pub id: u32,
    /// The codec as people call it, such as `AAC`.
    pub codec: String,
    /// Samples a second; 0 when the container does not say.
    pub sample_rate: u32,
    /// Channels; 0 when the container does not say.
    pub channels: u16,
    /// The language that the container states, under its two-letter code where it has one.
    pub language: Option<Language>,
    /// Whether this is the track that a player plays when nobody chooses.
    pub is_default: bool,
}

/// Writes `sv, AAC, stereo, default`, as far as it is known.
impl fmt::Display for AudioTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(language) = self.language {
            write!(f, "{language}, ")?;
        }
        f.write_str(&self.codec)?;
        match self.channels {
            0 => {}
            1 => f.write_str(", mono")?,
            2 => f.write_str(", stereo")?,
            channels => write!(f, ", {channels} channels")?,
        }
        f.write_str(if self.is_default { ", default" } else { "" })
    }
}

/// What was wrong with a file although its sound could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Damage {
    /// Where the sound broke off before the end that the file declares.
    pub truncated_at: Option<Millis>,
    /// How many separate places could not be decoded or carried an impossible time.
    pub places: u32,
}

impl Damage {
    /// Returns whether nothing was wrong.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.truncated_at.is_none() && self.places == 0
    }
}

/// Writes `truncated at 12:34, damaged: 3 places`; nothing when nothing was wrong.
impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(time) = self.truncated_at {
            let time = time.to_string();
            // Where a player stops is no moment to quote: whole seconds will do.
            write!(f, "truncated at {}", time.split_once('.').map_or(time.as_str(), |(seconds, _)| seconds))?;
        }
        let separator = if self.truncated_at.is_some() { ", " } else { "" };
        match self.places {
            0 => Ok(()),
            1 => write!(f, "{separator}damaged: 1 place"),
            places => write!(f, "{separator}damaged: {places} places"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_shown_in_words() {
        let at = Some(Millis::new(754_900));
        for (truncated_at, places, shown) in [
            (None, 0, ""),
            (None, 1, "damaged: 1 place"),
            (at, 0, "truncated at 12:34"),
            (at, 3, "truncated at 12:34, damaged: 3 places"),
        ] {
            assert_eq!(Damage { truncated_at, places }.to_string(), shown);
        }
    }
}

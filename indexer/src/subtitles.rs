//! Subtitles are a transcript that somebody already has, in a file that players or other recognisers know.
//!
//! Reading goes through one noun, the cue: a file's bytes become text ([`decode`]), the text becomes cues
//! ([`vtt`], [`srt`], [`json`]), the cues are mended ([`label`], [`rolling`], [`order`]) and become words ([`words`]).
//! Writing goes back through the caption ([`caption`], [`mod@write`]). Which file beside a recording is its transcript is
//! decided in [`sidecar`].

use crate::recording::{Language, RecordingId};
use crate::transcript::{Revision, Transcript};

mod blocks;
mod caption;
mod clock;
mod cue;
mod decode;
mod json;
mod label;
mod markup;
mod order;
mod rolling;
pub mod sidecar;
mod srt;
mod vtt;
mod words;
pub mod write;

/// The longest file that is read: a recogniser's most verbose JSON of ten hours of speech is about 40 MB.
pub const MAX_BYTES: usize = 64 << 20;

/// A format of subtitles that is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// WebVTT, <https://www.w3.org/TR/webvtt1/>.
    Vtt,
    /// SubRip, which has no standard.
    Srt,
    /// What openai-whisper, faster-whisper, WhisperX and whisper.cpp write as JSON.
    Json,
}

impl Format {
    /// Returns the format of a file name's extension (without the dot), whatever its case.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        [Self::Vtt, Self::Srt, Self::Json].into_iter().find(|format| extension.eq_ignore_ascii_case(format.extension()))
    }

    /// Returns the extension that such a file has, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Json => "json",
        }
    }
}

/// Who made a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This program exported it: nothing in it is new, so it is never taken as a sidecar.
    Ours,
    /// Somebody or something else.
    Foreign,
}

/// A part of a file that did not become words, or not as it stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The line, from 1; in JSON, whose lines mean nothing, the ordinal of the segment, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

/// What reading a file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The words; at least one.
    pub transcript: Transcript,
    /// What was left out or mended, in the order of the file.
    pub skipped: Vec<Skipped>,
    /// Who made the file.
    pub origin: Origin,
}

/// Why a file of subtitles cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubtitleError {
    /// It is longer than [`MAX_BYTES`].
    #[error("the file has more than {} MiB, which no transcript needs; check that it is one", MAX_BYTES >> 20)]
    TooLong,
    /// It is JSON of something else, or not JSON at all.
    #[error("the file is not a transcript as Whisper programs write it as JSON ({0})")]
    NotATranscript(String),
    /// Nothing in it is a word with a time.
    #[error("the file holds no words with times; check that it is a whole {0} file")]
    NoWords(&'static str),
}

/// Reads the bytes of a subtitle file as a revision of a recording's transcript.
///
/// Starts never go back, every word has a letter or digit, and whatever could not be used is listed. `file_name` is
/// what the provenance names. `language` is that of every word unless the file itself marks a word's language; when
/// it is [`Language::UNKNOWN`], the language that the file declares for itself is taken.
///
/// # Errors
/// When the file is too long, is not of the format, or holds no words.
pub fn read(
    bytes: &[u8],
    format: Format,
    file_name: &str,
    language: Language,
    recording: RecordingId,
    revision: Revision,
) -> Result<Imported, SubtitleError> {
    let text = decode::text(bytes, format)?;
    let mut script = match format {
        Format::Vtt => vtt::read(&text),
        Format::Srt => srt::read(&text),
        Format::Json => json::read(&text)?,
    };
    if script.origin == Origin::Foreign {
        order::sort(&mut script.cues);
        if format != Format::Json {
            rolling::unroll(&mut script.cues);
        }
        if !script.has_word_times() {
            order::part(&mut script.cues);
        }
    }
    // Our own WebVTT and JSON name speakers otherwise, so what looks like a label there was said.
    if format == Format::Srt || (format == Format::Vtt && script.origin == Origin::Foreign) {
        label::take(&mut script.cues);
    }
    let language = if language == Language::UNKNOWN { script.language.unwrap_or(language) } else { language };
    let source = words::Source { recording, revision, file_name, language };
    let transcript = words::transcript(&script, &source).ok_or(SubtitleError::NoWords(format.extension()))?;
    Ok(Imported { transcript, skipped: script.skipped, origin: script.origin })
}

#[cfg(test)]
mod tests;

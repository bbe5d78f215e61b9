//! Subtitles are a transcript that somebody already has, in a file that players or other recognisers know.
//!
//! Reading goes through one noun, the cue: a file's bytes become text ([`decode`]), the text becomes cues (one module for
//! each [`Format`]), the cues are mended ([`stamps`], [`label`], [`rolling`], [`order`]) and become words ([`words`]),
//! which may take their times from words that were recognised ([`mod@align`]).
//! Writing goes back through the caption ([`caption`], [`mod@write`]). Which file beside a recording is its transcript is
//! decided in [`sidecar`].

use crate::recording::{Language, RecordingId};
use crate::transcript::{Revision, Transcript};

pub mod align;
mod blocks;
mod caption;
mod clock;
mod cue;
mod decode;
mod format;
mod json;
mod label;
mod markup;
mod ohms;
mod order;
mod otr;
mod rolling;
mod sbv;
mod sheet;
pub mod sidecar;
mod srt;
mod stamps;
mod text;
mod ttml;
mod vtt;
mod words;
pub mod write;
mod xml;

use cue::Script;
pub use format::Format;

/// The longest file that is read: a recogniser's most verbose JSON of ten hours of speech is about 40 MB.
pub const MAX_BYTES: usize = 64 << 20;

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
    /// The line, from 1; where lines mean nothing, what [`Format::counts`] says, from 1.
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
    /// It is JSON, XML or a table of something else.
    #[error("the file is not a transcript in {format} ({problem})")]
    NotATranscript {
        /// What it should be.
        format: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Nothing in it is a word with a time.
    #[error("the file holds no words with times; check that it is a whole file in the format {0}")]
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
    let script = match format {
        Format::Vtt => vtt::read(&text),
        Format::Srt => srt::read(&text),
        Format::Json => json::read(&text)?,
        Format::Ttml => ttml::read(&text),
        Format::Sbv => sbv::read(&text),
        Format::Otr => otr::read(&text)?,
        Format::Ohms => ohms::read(&text)?,
        Format::Text => text::read(&text),
        Format::Csv => sheet::read(&text)?,
    };
    finish(script, format, &words::Source { recording, revision, file_name, language })
}

/// Reads a text without any times, so that [`align::align`] can find its words in the sound.
///
/// The times that the words have are made up: as if somebody read the text aloud, quickly and without a pause.
///
/// # Errors
/// When the file is too long or holds no words.
pub fn read_untimed(
    bytes: &[u8],
    file_name: &str,
    language: Language,
    recording: RecordingId,
    revision: Revision,
) -> Result<Imported, SubtitleError> {
    let text = decode::text(bytes, Format::Text)?;
    let source = words::Source { recording, revision, file_name, language };
    finish(text::read_untimed(&text), Format::Text, &source)
}

/// Mends what was read and makes words of it.
fn finish(mut script: Script, format: Format, source: &words::Source<'_>) -> Result<Imported, SubtitleError> {
    if script.origin == Origin::Foreign {
        order::sort(&mut script.cues);
        if format.may_roll() {
            rolling::unroll(&mut script.cues);
        }
        if !script.has_word_times() {
            order::part(&mut script.cues);
        }
    }
    // Our own files but these name speakers otherwise, so what looks like a label there was said; so does JSON.
    let may_have_labels = script.origin == Origin::Foreign || matches!(format, Format::Srt | Format::Text);
    if may_have_labels && format != Format::Json {
        label::take(&mut script.cues);
    }
    let stated = source.language;
    let language = if stated == Language::UNKNOWN { script.language.unwrap_or(stated) } else { stated };
    let source = words::Source { language, ..*source };
    let transcript = words::transcript(&script, &source).ok_or(SubtitleError::NoWords(format.name()))?;
    Ok(Imported { transcript, skipped: script.skipped, origin: script.origin })
}

#[cfg(test)]
mod tests;

//! The transcript file: columnar JSON, compressed with Zstandard (`docs/transcript-format.md`).

use serde::{Deserialize, Serialize};

use super::{Gap, Percent, Provenance, Revision, SpeakerOrdinal, Stretch, Transcript, Trust, Word, WordRange};
use crate::recording::{Language, RecordingId};
use crate::time::{Millis, TimeSpan};

/// The version of the format that this program writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// The longest file that is read, uncompressed: a hundred times what ten hours of speech need.
const MAX_BYTES: usize = 1 << 30;

/// Compression level: 3 takes a third of the space of the text and no time worth measuring.
const LEVEL: i32 = 3;

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    recording: RecordingId,
    revision: Revision,
    words: Columns,
    stretches: Vec<StretchRow>,
    gaps: Vec<Gap>,
    speakers: Vec<String>,
}

/// What can be read of any version.
#[derive(Deserialize)]
struct Header {
    format: u32,
}

/// One entry per word in every column.
#[derive(Serialize, Deserialize, Default)]
struct Columns {
    text: Vec<String>,
    start_ms: Vec<Millis>,
    end_ms: Vec<Millis>,
    confidence: Vec<Percent>,
    speaker: Vec<Option<SpeakerOrdinal>>,
    language: Vec<Language>,
}

#[derive(Serialize, Deserialize)]
struct StretchRow {
    first_word: u32,
    end_word: u32,
    language: Language,
    trust: Trust,
    provenance: Provenance,
}

/// Why a transcript file cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The bytes are not Zstandard or not the JSON of the format.
    #[error("the transcript file is damaged ({0})")]
    Damaged(String),
    /// A newer program wrote it.
    #[error("the transcript file has format {0}, this program reads up to {FORMAT}; install a newer aloud")]
    TooNew(u32),
}

/// Returns the bytes of a transcript's file.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "neither writing such JSON nor compressing in memory can fail")]
pub fn write(transcript: &Transcript) -> Vec<u8> {
    let mut words = Columns::default();
    for word in &transcript.words {
        words.text.push(word.text.clone());
        words.start_ms.push(word.span.start());
        words.end_ms.push(word.span.end());
        words.confidence.push(word.confidence);
        words.speaker.push(word.speaker);
        words.language.push(word.language);
    }
    let stretch_row = |stretch: &Stretch| StretchRow {
        first_word: stretch.words.start,
        end_word: stretch.words.end,
        language: stretch.language,
        trust: stretch.trust.clone(),
        provenance: stretch.provenance.clone(),
    };
    let file = File {
        format: FORMAT,
        recording: transcript.recording,
        revision: transcript.revision,
        words,
        stretches: transcript.stretches.iter().map(stretch_row).collect(),
        gaps: transcript.gaps.clone(),
        speakers: transcript.speakers.clone(),
    };
    let json = serde_json::to_vec(&file).expect("a transcript has only string keys and finite numbers");
    zstd::bulk::compress(&json, LEVEL).expect("memory is the only thing that compressing can lack")
}

/// Reads the bytes of a transcript's file.
///
/// # Errors
/// When the bytes are damaged or were written by a newer program.
pub fn read(bytes: &[u8]) -> Result<Transcript, FileError> {
    let damaged = |error: &dyn std::fmt::Display| FileError::Damaged(error.to_string());
    let json = zstd::bulk::decompress(bytes, MAX_BYTES).map_err(|error| damaged(&error))?;
    let parsed = serde_json::from_slice::<File>(&json);
    if let Some(format) = newer_format(&json, parsed.as_ref().ok()) {
        return Err(FileError::TooNew(format));
    }
    let file = parsed.map_err(|error| damaged(&error))?;
    let count = file.words.text.len();
    let columns = &file.words;
    let lengths = [
        columns.start_ms.len(),
        columns.end_ms.len(),
        columns.confidence.len(),
        columns.speaker.len(),
        columns.language.len(),
    ];
    if lengths.iter().any(|&length| length != count) {
        return Err(FileError::Damaged("its columns differ in length".into()));
    }
    if !file.words.start_ms.is_sorted() {
        return Err(FileError::Damaged("a word starts before the one before it".into()));
    }
    let mut words = Vec::with_capacity(count);
    for (ordinal, text) in file.words.text.into_iter().enumerate() {
        let span = TimeSpan::new(file.words.start_ms[ordinal], file.words.end_ms[ordinal])
            .ok_or_else(|| FileError::Damaged(format!("word {ordinal} ends before it starts")))?;
        let speaker = file.words.speaker[ordinal];
        if speaker.is_some_and(|speaker| usize::from(speaker) >= file.speakers.len()) {
            return Err(FileError::Damaged(format!("word {ordinal} has a speaker that is not listed")));
        }
        words.push(Word {
            text,
            span,
            confidence: file.words.confidence[ordinal],
            language: file.words.language[ordinal],
            speaker,
        });
    }
    let mut stretches = Vec::with_capacity(file.stretches.len());
    let mut next = 0;
    for row in file.stretches {
        if row.first_word != next || row.end_word < next || row.end_word as usize > count {
            return Err(FileError::Damaged("its stretches do not partition its words".into()));
        }
        next = row.end_word;
        stretches.push(Stretch {
            words: WordRange::new(row.first_word, row.end_word),
            language: row.language,
            trust: row.trust,
            provenance: row.provenance,
        });
    }
    if next as usize != count {
        return Err(FileError::Damaged("its stretches do not partition its words".into()));
    }
    Ok(Transcript {
        recording: file.recording,
        revision: file.revision,
        words,
        stretches,
        gaps: file.gaps,
        speakers: file.speakers,
    })
}

/// Returns the format of a file that a newer program wrote, whether or not it could be read as one of this format.
fn newer_format(json: &[u8], parsed: Option<&File>) -> Option<u32> {
    let format = match parsed {
        Some(file) => file.format,
        None => serde_json::from_slice::<Header>(json).ok()?.format,
    };
    (format > FORMAT).then_some(format)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Doubt;

    fn sample() -> Transcript {
        let word = |text: &str, start: u32| Word {
            text: text.into(),
            span: TimeSpan::at_least_one(Millis::new(start), Millis::new(start + 300)),
            confidence: Percent::new(87),
            language: Language::from_tag("sv").unwrap_or(Language::UNKNOWN),
            speaker: Some(0),
        };
        Transcript {
            recording: RecordingId::new([7; 16]),
            revision: 3,
            words: vec![word("Vad ", 100), word("sägs? ", 400)],
            stretches: vec![Stretch {
                words: WordRange::new(0, 2),
                language: Language::UNKNOWN,
                trust: Trust::Doubtful(vec![Doubt::Repeats]),
                provenance: Provenance::Recognised { model: "base".into() },
            }],
            gaps: vec![Gap::NoWords(TimeSpan::at_least_one(Millis::new(900), Millis::new(2000)))],
            speakers: vec!["Ann Lee".into()],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let transcript = sample();
        assert_eq!(read(&write(&transcript)).expect("a fresh file"), transcript);
    }

    #[test]
    fn a_newer_or_damaged_file_is_refused() {
        let json = zstd::bulk::decompress(&write(&sample()), MAX_BYTES).expect("a fresh file");
        let with = |from: &str, to: &str| {
            let json = String::from_utf8(json.clone()).expect("JSON").replacen(from, to, 1);
            read(&zstd::bulk::compress(json.as_bytes(), LEVEL).expect("small"))
        };
        assert!(matches!(with("\"format\":1", "\"format\":2"), Err(FileError::TooNew(2))));
        assert!(matches!(with("[100,400]", "[100]"), Err(FileError::Damaged(_))));
        assert!(matches!(with("[400,700]", "[100,700]"), Err(FileError::Damaged(_))));
        assert!(matches!(with("[0,0]", "[0,9]"), Err(FileError::Damaged(_))));
        assert!(matches!(with("\"end_word\":2", "\"end_word\":3"), Err(FileError::Damaged(_))));
        assert!(matches!(with("\"end_word\":2", "\"end_word\":1"), Err(FileError::Damaged(_))));
        assert!(matches!(with("[100,400]", "[399,300]"), Err(FileError::Damaged(_))));
        assert!(matches!(read(b"not zstd"), Err(FileError::Damaged(_))));
    }
}

//! The words file holds what a snippet and a link need of one revision, so that no transcript is parsed for them.
//!
//! `<recording>-<revision>.words` is written once, never changed and read through a memory map. All numbers are
//! little-endian; times are milliseconds of the presentation.
//!
//! | part | content |
//! |---|---|
//! | header, 48 bytes | magic `ALOUDWDS`; u32 version 1; 16 bytes recording; u32 revision, words, passages, runs, bytes of blocks |
//! | passages, 16 bytes each | u32 first word, start, end, offset of its block |
//! | runs, 12 bytes each | u32 first word; u16 speaker (65535: not known); 3 bytes language; u8 1 when doubtful; 2 bytes 0 |
//! | blocks, one a passage | per word three varints (LEB128): start less the start before it (for the first: less the passage's) modulo 2^32, end less start, bytes of text; then the texts |
//!
//! A run is a longest series of words with the same speaker, language and doubt.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::Error;
use crate::passage::Passage;
use crate::recording::{Language, RecordingId};
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Revision, SpeakerOrdinal, Transcript, Trust, WordRange};

const MAGIC: &[u8; 8] = b"ALOUDWDS";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 48;
const PASSAGE_BYTES: usize = 16;
const RUN_BYTES: usize = 12;
const NO_SPEAKER: u16 = u16::MAX;

/// The ending of a words file's name.
pub const EXTENSION: &str = "words";

/// Returns the name of the words file of a revision.
#[must_use]
pub fn file_name(recording: RecordingId, revision: Revision) -> String {
    format!("{recording}-{revision}.{EXTENSION}")
}

/// Who says a word, in which language, and whether that can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Who says it, when that is known.
    pub speaker: Option<SpeakerOrdinal>,
    /// The language it is in.
    pub language: Language,
    /// Whether its stretch is doubtful.
    pub is_doubtful: bool,
}

/// A word as it stands in a words file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredWord<'a> {
    /// The text with what follows it up to the next word.
    pub text: &'a str,
    /// When it is said.
    pub span: TimeSpan,
}

/// Returns the doubtful words of a transcript as rising ranges.
pub(super) fn doubtful(transcript: &Transcript) -> Vec<WordRange> {
    let mut ranges: Vec<WordRange> = Vec::new();
    for stretch in transcript.stretches.iter().filter(|stretch| matches!(stretch.trust, Trust::Doubtful(_))) {
        match ranges.last_mut().filter(|range| range.end == stretch.words.start) {
            Some(range) => range.end = stretch.words.end,
            None => ranges.push(stretch.words),
        }
    }
    ranges.retain(|range| !range.is_empty());
    ranges
}

/// Writes the words file of a transcript into a folder: beside, synced, then renamed over one of the same name.
///
/// # Errors
/// When the folder cannot be written to.
pub fn write(folder: &Path, transcript: &Transcript, passages: &[Passage]) -> Result<(), Error> {
    let path = folder.join(file_name(transcript.recording, transcript.revision));
    let beside = path.with_extension("words.new");
    let failed = |source| Error::File { path: beside.clone(), source };
    let mut file = File::create(&beside).map_err(failed)?;
    file.write_all(&bytes(transcript, passages)).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&beside, &path).and_then(|()| File::open(folder)?.sync_all()).map_err(failed)
}

fn bytes(transcript: &Transcript, passages: &[Passage]) -> Vec<u8> {
    let mut table = Vec::with_capacity(passages.len() * PASSAGE_BYTES);
    let mut blocks = Vec::new();
    for passage in passages {
        for number in [passage.words.start, passage.span.start().get(), passage.span.end().get(), count(&blocks)] {
            table.extend_from_slice(&number.to_le_bytes());
        }
        let words = &transcript.words[passage.words.indices()];
        let mut before = passage.span.start().get();
        for word in words {
            let length = u32::try_from(word.text.len()).unwrap_or(u32::MAX);
            let start = word.span.start().get();
            for number in [start.wrapping_sub(before), word.span.duration().get(), length] {
                put_varint(&mut blocks, number);
            }
            before = start;
        }
        blocks.extend(words.iter().flat_map(|word| word.text.as_bytes()));
    }
    let runs = runs(transcript);
    let mut bytes = Vec::with_capacity(HEADER_BYTES + table.len() + runs.len() + blocks.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(transcript.recording.as_bytes());
    let counts = [transcript.words.len(), passages.len(), runs.len() / RUN_BYTES, blocks.len()];
    bytes.extend_from_slice(&transcript.revision.to_le_bytes());
    for number in counts {
        bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    }
    bytes.extend(table);
    bytes.extend(runs);
    bytes.extend(blocks);
    bytes
}

fn count(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

fn runs(transcript: &Transcript) -> Vec<u8> {
    let doubtful = doubtful(transcript);
    let mut runs = Vec::new();
    let mut before = None;
    for (ordinal, word) in (0_u32..).zip(&transcript.words) {
        let is_doubtful = super::rank::is_touched(&doubtful, WordRange::new(ordinal, ordinal + 1));
        let voice = Voice { speaker: word.speaker, language: word.language, is_doubtful };
        if before == Some(voice) {
            continue;
        }
        before = Some(voice);
        let mut language = [0; 3];
        let code = voice.language.as_str().as_bytes();
        language[..code.len()].copy_from_slice(code);
        runs.extend_from_slice(&ordinal.to_le_bytes());
        runs.extend_from_slice(&voice.speaker.unwrap_or(NO_SPEAKER).to_le_bytes());
        runs.extend_from_slice(&language);
        runs.extend_from_slice(&[u8::from(voice.is_doubtful), 0, 0]);
    }
    runs
}

fn put_varint(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7F) as u8);
}

fn take_varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7F).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// An open words file.
#[derive(Debug)]
pub struct WordsFile {
    path: PathBuf,
    map: Mmap,
    words: u32,
    passages: usize,
    runs: usize,
}

impl WordsFile {
    /// Opens the words file of a revision.
    ///
    /// # Errors
    /// When it is not there, cannot be read or is not what its header says.
    pub fn open(folder: &Path, recording: RecordingId, revision: Revision) -> Result<Self, Error> {
        let path = folder.join(file_name(recording, revision));
        let failed = |source| Error::File { path: path.clone(), source };
        let file = File::open(&path).map_err(failed)?;
        #[expect(
            unsafe_code,
            reason = "a words file is written beside and renamed, then never changed or cut: removing one leaves the map whole"
        )]
        // SAFETY: nobody writes to the file while it is mapped.
        let map = unsafe { Mmap::map(&file) }.map_err(failed)?;
        let damaged = |what| Error::Damaged { path: path.clone(), what };
        let header = map.get(..HEADER_BYTES).ok_or_else(|| damaged("it is too short"))?;
        if &header[..8] != MAGIC || number(header, 8) != Some(VERSION) {
            return Err(damaged("it is not a words file of this version"));
        }
        if &header[12..28] != recording.as_bytes() || number(header, 28) != Some(revision) {
            return Err(damaged("it belongs to another revision"));
        }
        let count = |offset| number(header, offset).unwrap_or_default() as usize;
        let (passages, runs, blocks) = (count(36), count(40), count(44));
        if HEADER_BYTES + passages * PASSAGE_BYTES + runs * RUN_BYTES + blocks != map.len() {
            return Err(damaged("its length is wrong"));
        }
        let words = number(header, 32).unwrap_or_default();
        Ok(Self { path, map, words, passages, runs })
    }

    /// Returns how many words there are.
    #[must_use]
    pub fn words(&self) -> u32 {
        self.words
    }

    /// Returns who says a word; `None` when there is no such word.
    #[must_use]
    pub fn voice(&self, word: u32) -> Option<Voice> {
        let run = |index: usize| self.map.get(self.runs_offset() + index * RUN_BYTES..)?.get(..RUN_BYTES);
        let index = last_at_or_before(self.runs, word, |index| number(run(index)?, 0))?;
        let run = run(index)?;
        let speaker = u16::from_le_bytes([run[4], run[5]]);
        let code = std::str::from_utf8(&run[6..9]).ok()?.trim_end_matches('\0');
        Some(Voice {
            speaker: (speaker != NO_SPEAKER).then_some(speaker),
            language: Language::from_tag(code).unwrap_or(Language::UNKNOWN),
            is_doubtful: run[9] == 1,
        })
    }

    /// Returns whether any of some words is doubtful.
    #[must_use]
    pub fn is_doubtful(&self, words: WordRange) -> bool {
        (words.start..words.end).any(|word| self.voice(word).is_some_and(|voice| voice.is_doubtful))
    }

    /// Returns when a word starts.
    ///
    /// # Errors
    /// When there is no such word or the file is damaged.
    pub fn start(&self, word: u32) -> Result<Millis, Error> {
        let words = self.read(WordRange::new(word, word + 1))?;
        words.first().map(|word| word.span.start()).ok_or_else(|| self.damaged("a word is missing"))
    }

    /// Returns some words; those beyond the last are left out.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn read(&self, words: WordRange) -> Result<Vec<StoredWord<'_>>, Error> {
        let mut found = Vec::with_capacity(words.len().min(self.words) as usize);
        let first = last_at_or_before(self.passages, words.start, |index| self.passage_word(index));
        for passage in first.unwrap_or_default()..self.passages {
            let start = self.passage_word(passage).unwrap_or(self.words);
            if start >= words.end {
                break;
            }
            let wanted = |ordinal| words.contains(ordinal);
            self.read_block(passage, start, wanted, &mut found).ok_or_else(|| self.damaged("a block is cut"))?;
        }
        Ok(found)
    }

    fn read_block<'a>(
        &'a self,
        passage: usize,
        first_word: u32,
        wanted: impl Fn(u32) -> bool,
        found: &mut Vec<StoredWord<'a>>,
    ) -> Option<()> {
        let entry = self.map.get(HEADER_BYTES + passage * PASSAGE_BYTES..)?;
        let end_word = if passage + 1 < self.passages { self.passage_word(passage + 1)? } else { self.words };
        let blocks = self.map.get(self.runs_offset() + self.runs * RUN_BYTES..)?;
        let block = blocks.get(number(entry, 12)? as usize..)?;
        // The texts stand after the numbers of all words.
        let count = end_word.checked_sub(first_word)?;
        let mut texts = block;
        for _ in 0..count.checked_mul(3)? {
            take_varint(&mut texts)?;
        }
        let (mut numbers, mut clock) = (block, number(entry, 4)?);
        for ordinal in first_word..end_word {
            clock = clock.wrapping_add(take_varint(&mut numbers)?);
            let start = Millis::new(clock);
            let end = start.saturating_add(Millis::new(take_varint(&mut numbers)?));
            let (text, rest) = texts.split_at_checked(take_varint(&mut numbers)? as usize)?;
            texts = rest;
            if wanted(ordinal) {
                let text = std::str::from_utf8(text).ok()?;
                found.push(StoredWord { text, span: TimeSpan::at_least_one(start, end) });
            }
        }
        Some(())
    }

    fn passage_word(&self, index: usize) -> Option<u32> {
        number(&self.map, HEADER_BYTES + index * PASSAGE_BYTES)
    }

    fn runs_offset(&self) -> usize {
        HEADER_BYTES + self.passages * PASSAGE_BYTES
    }

    fn damaged(&self, what: &'static str) -> Error {
        Error::Damaged { path: self.path.clone(), what }
    }
}

fn number(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(offset..)?.first_chunk().copied()?))
}

/// Returns the last of `count` rising entries that is at most `value`.
fn last_at_or_before(count: usize, value: u32, entry: impl Fn(usize) -> Option<u32>) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if entry(middle)? <= value { low = middle + 1 } else { high = middle }
    }
    low.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passage::passages;
    use crate::search::tests::transcript;
    use crate::transcript::{Doubt, Provenance, Stretch};

    fn sample() -> Transcript {
        let long = (0..300).map(|number| format!("ord{number}, ")).collect::<Vec<_>>().concat();
        let mut transcript = transcript(7, 3, &[(Some(1), "Vad sägs? "), (None, &long), (Some(0), "東京 ")]);
        transcript.words[1].language = Language::from_tag("sv").expect("a tag");
        transcript.words[2].language = Language::from_tag("yue").expect("a tag");
        transcript.stretches = vec![Stretch {
            words: WordRange::new(100, 120),
            language: Language::UNKNOWN,
            trust: Trust::Doubtful(vec![Doubt::Repeats]),
            provenance: Provenance::Recognised { model: "base".into() },
        }];
        transcript
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let transcript = sample();
        write(folder.path(), &transcript, &passages(&transcript)).expect("written");
        let file = WordsFile::open(folder.path(), transcript.recording, 3).expect("opened");
        assert_eq!(file.words() as usize, transcript.words.len());
        let everything = file.read(WordRange::new(0, 1000)).expect("words");
        assert_eq!(everything.len(), transcript.words.len());
        for (ordinal, (stored, word)) in (0_u32..).zip(everything.iter().zip(&transcript.words)) {
            assert_eq!((stored.text, stored.span), (word.text.as_str(), word.span));
            assert_eq!(file.start(ordinal).expect("a time"), word.span.start());
            let is_doubtful = (100..120).contains(&ordinal);
            let expected = Voice { speaker: word.speaker, language: word.language, is_doubtful };
            assert_eq!(file.voice(ordinal), Some(expected));
        }
        assert_eq!(file.read(WordRange::new(105, 230)).expect("words"), everything[105..230]);
        assert!(file.is_doubtful(WordRange::new(119, 121)) && !file.is_doubtful(WordRange::new(120, 130)));
        assert!(file.start(304).is_err());
    }

    #[test]
    fn an_empty_transcript_has_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let transcript = transcript(1, 1, &[]);
        write(folder.path(), &transcript, &[]).expect("written");
        let file = WordsFile::open(folder.path(), transcript.recording, 1).expect("opened");
        assert_eq!(file.read(WordRange::new(0, 5)).expect("no words"), []);
        assert_eq!(file.voice(0), None);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_never_a_panic() {
        let folder = tempfile::tempdir().expect("a folder");
        let transcript = sample();
        write(folder.path(), &transcript, &passages(&transcript)).expect("written");
        let path = folder.path().join(file_name(transcript.recording, 3));
        let whole = fs::read(&path).expect("bytes");
        for length in (0..whole.len()).step_by(13) {
            fs::write(&path, &whole[..length]).expect("written");
            assert!(WordsFile::open(folder.path(), transcript.recording, 3).is_err(), "{length}");
        }
        for offset in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[offset] ^= 0xFF;
            fs::write(&path, bytes).expect("written");
            if let Ok(file) = WordsFile::open(folder.path(), transcript.recording, 3) {
                let _ = file.read(WordRange::new(90, 240));
                let _ = (file.voice(110), file.start(150));
            }
        }
    }
}

//! The words file holds the texts and times of one revision, so that no transcript is parsed for a snippet or a link.
//!
//! `<recording>-<revision>.words` is written once, never changed and read through a memory map. All numbers are
//! little-endian; times are milliseconds of the presentation.
//!
//! | part | content |
//! |---|---|
//! | header, 48 bytes | magic `ALOUDWDS`; u32 version 2; 16 bytes recording; u32 revision, words, passages, blocks, bytes of times |
//! | passages, 12 bytes each | u32 first word, start, offset of its times |
//! | blocks, 8 bytes each | u32 offset of its texts, their length when unpacked |
//! | times, one run a passage | two bytes: the parameters of its codes; then per word two codes: start less the end before it (for the first: less the passage's start), zigzag; end less start |
//! | texts, one a block | the texts of [`BLOCK_PASSAGES`] passages, byte 255 after each word, packed with Zstandard |
//!
//! A code is Rice's ([`bits`]): it takes about as many bits as the numbers vary, and any passage is read alone.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use zstd::bulk::{Compressor, Decompressor};

use super::Error;
use crate::passage::Passage;
use crate::recording::RecordingId;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Revision, Transcript, WordRange};

mod bits;

use bits::{BitReader, BitWriter, parameter};

const MAGIC: &[u8; 8] = b"ALOUDWDS";
const VERSION: u32 = 2;
const HEADER_BYTES: usize = 48;
const PASSAGE_BYTES: usize = 12;
const BLOCK_BYTES: usize = 8;

/// How many passages are packed together: some ten kilobytes, unpacked in some twenty microseconds.
const BLOCK_PASSAGES: usize = 16;

/// Ends a word in a block; it stands in no UTF-8 text.
const WORD_END: u8 = 0xFF;

/// How many bytes of a block are counted at once.
const COUNTED: usize = 256;

/// How hard texts are packed: beyond this, the time doubles for one part in a hundred.
const LEVEL: i32 = 9;

/// The longest block that is unpacked; nothing that was written comes near.
const MAX_BLOCK_BYTES: usize = 1 << 26;

/// The ending of a words file's name.
pub const EXTENSION: &str = "words";

/// Returns the name of the words file of a revision.
#[must_use]
pub fn file_name(recording: RecordingId, revision: Revision) -> String {
    format!("{recording}-{revision}.{EXTENSION}")
}

/// What packs texts, kept for the same reason as [`Unpacker`].
pub struct Packer(Compressor<'static>);

impl Packer {
    /// Makes one.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new() -> Result<Self, Error> {
        Compressor::new(LEVEL).map(Self).map_err(|error| Error::Engine(error.to_string()))
    }
}

/// Writes the words file of a transcript into a folder: beside, then renamed over one of the same name. Before anything
/// names it, it must be [synced](sync), and the folder too.
///
/// # Errors
/// When the folder cannot be written to.
pub fn write(folder: &Path, transcript: &Transcript, passages: &[Passage], packer: &mut Packer) -> Result<(), Error> {
    let path = folder.join(file_name(transcript.recording, transcript.revision));
    let beside = path.with_extension("words.new");
    let failed = |source| Error::File { path: beside.clone(), source };
    let bytes = bytes(transcript, passages, packer).map_err(failed)?;
    let mut file = File::create(&beside).map_err(failed)?;
    file.write_all(&bytes).map_err(failed)?;
    if path.exists() {
        // The one in its place may be named already, and must not be lost to a power cut.
        file.sync_all().map_err(failed)?;
    }
    fs::rename(&beside, &path).map_err(failed)
}

/// Waits until the disk holds the words file of a revision; one that is not there needs no wait.
///
/// # Errors
/// When the disk cannot be written.
pub fn sync(folder: &Path, recording: RecordingId, revision: Revision) -> Result<(), Error> {
    let path = folder.join(file_name(recording, revision));
    match File::open(&path).and_then(|file| file.sync_all()) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(Error::File { path, source }),
        _ => Ok(()),
    }
}

fn bytes(transcript: &Transcript, passages: &[Passage], packer: &mut Packer) -> std::io::Result<Vec<u8>> {
    let (mut table, mut times) = (Vec::new(), Vec::new());
    for passage in passages {
        for number in [passage.words.start, passage.span.start().get(), count(times.len())] {
            table.extend_from_slice(&number.to_le_bytes());
        }
        write_times(transcript, passage, &mut times);
    }
    let (mut blocks, mut texts, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for passages in passages.chunks(BLOCK_PASSAGES) {
        let words = passages.iter().flat_map(|passage| &transcript.words[passage.words.indices()]);
        plain.clear();
        for word in words {
            plain.extend_from_slice(word.text.as_bytes());
            plain.push(WORD_END);
        }
        for number in [count(texts.len()), count(plain.len())] {
            blocks.extend_from_slice(&number.to_le_bytes());
        }
        texts.extend(packer.0.compress(&plain)?);
    }
    let mut bytes = Vec::with_capacity(HEADER_BYTES + table.len() + blocks.len() + times.len() + texts.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(transcript.recording.as_bytes());
    bytes.extend_from_slice(&transcript.revision.to_le_bytes());
    for number in [transcript.words.len(), passages.len(), blocks.len() / BLOCK_BYTES, times.len()] {
        bytes.extend_from_slice(&count(number).to_le_bytes());
    }
    for part in [table, blocks, times, texts] {
        bytes.extend(part);
    }
    Ok(bytes)
}

fn write_times(transcript: &Transcript, passage: &Passage, times: &mut Vec<u8>) {
    let words = &transcript.words[passage.words.indices()];
    let mut before = passage.span.start().get();
    let mut pairs = Vec::with_capacity(words.len());
    for word in words {
        pairs.push((zigzag(word.span.start().get().wrapping_sub(before)), word.span.duration().get()));
        before = word.span.end().get();
    }
    let (pauses, lengths) =
        (parameter(pairs.iter().map(|&(pause, _)| pause)), parameter(pairs.iter().map(|&(_, length)| length)));
    times.extend([pauses, lengths]);
    let mut bits = BitWriter::new(times);
    for (pause, length) in pairs {
        bits.write(pause, pauses);
        bits.write(length, lengths);
    }
    bits.finish();
}

/// Makes small numbers of differences that are small either way.
fn zigzag(difference: u32) -> u32 {
    let signed = difference.cast_signed();
    ((signed << 1) ^ (signed >> 31)).cast_unsigned()
}

fn unzigzag(number: u32) -> u32 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// An open words file.
#[derive(Debug)]
pub struct WordsFile {
    path: PathBuf,
    map: Mmap,
    words: u32,
    passages: usize,
    blocks: usize,
    times: usize,
}

/// What unpacks texts, kept because making it takes memory that a block does not need again.
pub struct Unpacker {
    engine: Decompressor<'static>,
    plain: Vec<u8>,
}

/// Reads texts of a words file, one place after the other.
pub struct TextReader<'a> {
    file: &'a WordsFile,
    unpacker: &'a mut Unpacker,
    /// The block that was unpacked last: the hits of a page are often in one.
    unpacked: Option<usize>,
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
        let [words, passages, blocks, times] = [32, 36, 40, 44].map(|at| number(header, at).unwrap_or_default());
        let (passages, blocks, times) = (passages as usize, blocks as usize, times as usize);
        let length = HEADER_BYTES + passages * PASSAGE_BYTES + blocks * BLOCK_BYTES + times;
        // The two codes of a word take a bit each at the least.
        if length > map.len() || words as usize > times * 4 {
            return Err(damaged("it is cut"));
        }
        Ok(Self { path, map, words, passages, blocks, times })
    }

    /// Returns how many words there are.
    #[must_use]
    pub fn words(&self) -> u32 {
        self.words
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// When something in it cannot be read.
    pub fn verify(&self, unpacker: &mut Unpacker) -> Result<(), Error> {
        let mut words = 0;
        self.texts(unpacker).read(WordRange::new(0, self.words), |_, _| words += 1)?;
        if words == self.words { Ok(()) } else { Err(self.damaged("words are missing")) }
    }

    /// Returns how many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.map.len() as u64
    }

    /// Returns when a word starts.
    ///
    /// # Errors
    /// When there is no such word or the file is damaged.
    pub fn start(&self, word: u32) -> Result<Millis, Error> {
        let spans = self.spans(WordRange::new(word, word + 1))?;
        spans.first().map(|span| span.start()).ok_or_else(|| self.damaged("a word is missing"))
    }

    /// Returns when some words are said; those beyond the last are left out.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn spans(&self, words: WordRange) -> Result<Vec<TimeSpan>, Error> {
        let mut found = Vec::with_capacity(words.len().min(self.words) as usize);
        for passage in self.passages_of(words) {
            self.read_times(passage, words, &mut found).ok_or_else(|| self.damaged("its times are cut"))?;
        }
        Ok(found)
    }

    /// Returns what reads its texts.
    pub fn texts<'a>(&'a self, unpacker: &'a mut Unpacker) -> TextReader<'a> {
        TextReader { file: self, unpacker, unpacked: None }
    }

    /// The passages that hold some words.
    fn passages_of(&self, words: WordRange) -> std::ops::Range<usize> {
        let starts_by = |word: u32| {
            let (mut low, mut high) = (0, self.passages);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.first_word(middle) <= word { low = middle + 1 } else { high = middle }
            }
            low
        };
        let end = if words.is_empty() { 0 } else { starts_by(words.end - 1) };
        starts_by(words.start).saturating_sub(1).min(end)..end
    }

    /// The first word of a passage; beyond the last passage, the number of words.
    fn first_word(&self, passage: usize) -> u32 {
        let place = HEADER_BYTES + passage * PASSAGE_BYTES;
        if passage < self.passages { number(&self.map, place).unwrap_or(self.words) } else { self.words }
    }

    fn read_times(&self, passage: usize, words: WordRange, found: &mut Vec<TimeSpan>) -> Option<()> {
        let entry = self.map.get(HEADER_BYTES + passage * PASSAGE_BYTES..)?;
        let times = self.map.get(self.times_offset()..self.texts_offset())?.get(number(entry, 8)? as usize..)?;
        let (&[pauses, lengths], codes) = times.split_first_chunk()?;
        let mut bits = BitReader::new(codes);
        let mut before = number(entry, 4)?;
        for ordinal in self.first_word(passage)..self.first_word(passage + 1).min(words.end) {
            let start = before.wrapping_add(unzigzag(bits.read(pauses)?));
            before = start.wrapping_add(bits.read(lengths)?);
            if words.contains(ordinal) {
                found.push(TimeSpan::at_least_one(Millis::new(start), Millis::new(before)));
            }
        }
        Some(())
    }

    /// Returns the packed texts of a block, and their length when unpacked.
    fn block(&self, block: usize) -> Option<(&[u8], usize)> {
        let entry = |block: usize| self.map.get(HEADER_BYTES + self.passages * PASSAGE_BYTES + block * BLOCK_BYTES..);
        let offset = |block| number(entry(block)?, 0);
        let texts = self.map.get(self.texts_offset()..)?;
        let end = if block + 1 < self.blocks { offset(block + 1)? as usize } else { texts.len() };
        let length = (number(entry(block)?, 4)? as usize).min(MAX_BLOCK_BYTES);
        let packed = texts.get(offset(block)? as usize..end).filter(|_| block < self.blocks)?;
        Some((packed, length))
    }

    fn times_offset(&self) -> usize {
        HEADER_BYTES + self.passages * PASSAGE_BYTES + self.blocks * BLOCK_BYTES
    }

    fn texts_offset(&self) -> usize {
        self.times_offset() + self.times
    }

    fn damaged(&self, what: &'static str) -> Error {
        Error::Damaged { path: self.path.clone(), what }
    }
}

impl Unpacker {
    /// Makes one.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new() -> Result<Self, Error> {
        let engine = Decompressor::new().map_err(|error| Error::Engine(error.to_string()))?;
        Ok(Self { engine, plain: Vec::new() })
    }
}

impl TextReader<'_> {
    /// Returns how many words there are.
    #[must_use]
    pub fn words(&self) -> u32 {
        self.file.words
    }

    /// Shows `each` of some words, its text with what follows it up to the next word and when it is said; those beyond
    /// the last are left out.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn read(&mut self, words: WordRange, mut each: impl FnMut(&str, TimeSpan)) -> Result<(), Error> {
        let spans = self.file.spans(words)?;
        let passages = self.file.passages_of(words);
        let mut left = spans.iter();
        if !passages.is_empty() {
            for block in passages.start / BLOCK_PASSAGES..=(passages.end - 1) / BLOCK_PASSAGES {
                let read = self.read_block(block, words, &mut left, &mut each);
                read.ok_or_else(|| self.file.damaged("a block is cut"))?;
            }
        }
        if left.next().is_some() {
            return Err(self.file.damaged("words are missing"));
        }
        Ok(())
    }

    fn read_block(
        &mut self,
        block: usize,
        words: WordRange,
        spans: &mut std::slice::Iter<'_, TimeSpan>,
        each: &mut impl FnMut(&str, TimeSpan),
    ) -> Option<()> {
        let file = self.file;
        if self.unpacked != Some(block) {
            self.unpacked = None;
            let (packed, length) = file.block(block)?;
            let plain = &mut self.unpacker.plain;
            plain.clear();
            plain.reserve(length);
            self.unpacker.engine.decompress_to_buffer(packed, plain).ok()?;
            self.unpacked = Some(block);
        }
        let (first, end) = (file.first_word(block * BLOCK_PASSAGES), file.first_word((block + 1) * BLOCK_PASSAGES));
        let wanted = words.start.max(first)..words.end.min(end);
        let mut rest = after(&self.unpacker.plain, (wanted.start - first) as usize)?;
        for _ in wanted {
            // Words are short: this is sooner done than asking for a search.
            let end = rest.iter().position(|&byte| byte == WORD_END)?;
            each(std::str::from_utf8(&rest[..end]).ok()?, *spans.next()?);
            rest = &rest[end + 1..];
        }
        Some(())
    }
}

/// Returns what follows so many words in a block.
fn after(mut texts: &[u8], mut words: usize) -> Option<&[u8]> {
    // Counting is many times as fast as going from one to the next.
    while let Some((some, rest)) = texts.split_at_checked(COUNTED) {
        let count = memchr::memchr_iter(WORD_END, some).count();
        if count >= words {
            break;
        }
        words -= count;
        texts = rest;
    }
    match words.checked_sub(1) {
        Some(before) => texts.get(memchr::memchr_iter(WORD_END, texts).nth(before)? + 1..),
        None => Some(texts),
    }
}

fn number(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(offset..)?.first_chunk().copied()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passage::passages;
    use crate::search::tests::transcript;

    fn write(folder: &Path, transcript: &Transcript, passages: &[Passage]) {
        super::write(folder, transcript, passages, &mut Packer::new().expect("memory")).expect("written");
    }

    fn read(file: &WordsFile, words: WordRange) -> Result<Vec<(String, TimeSpan)>, Error> {
        let mut found = Vec::new();
        let mut unpacker = Unpacker::new().expect("memory");
        file.texts(&mut unpacker).read(words, |text, span| found.push((text.to_owned(), span)))?;
        Ok(found)
    }

    fn sample() -> Transcript {
        let long = (0..300).map(|number| format!("ord{number}, ")).collect::<Vec<_>>().concat();
        let long = format!("{long}{}", "so ".repeat(2500));
        let mut transcript = transcript(7, 3, &[(Some(1), "Vad sägs? "), (None, &long), (Some(0), "東京 ")]);
        // One on top of the one before, and one long after it.
        transcript.words[1].span = transcript.words[0].span;
        transcript.words[304].span = TimeSpan::at_least_one(Millis::new(9_000_000), Millis::new(9_000_001));
        transcript
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let transcript = sample();
        write(folder.path(), &transcript, &passages(&transcript));
        let file = WordsFile::open(folder.path(), transcript.recording, 3).expect("opened");
        assert_eq!(file.words() as usize, transcript.words.len());
        let everything = read(&file, WordRange::new(0, 9000)).expect("words");
        assert_eq!(everything.len(), transcript.words.len());
        for (ordinal, ((text, span), word)) in (0_u32..).zip(everything.iter().zip(&transcript.words)) {
            assert_eq!((text, *span), (&word.text, word.span));
            assert_eq!(file.start(ordinal).expect("a time"), word.span.start());
        }
        assert_eq!(read(&file, WordRange::new(105, 230)).expect("words"), everything[105..230]);
        assert_eq!(read(&file, WordRange::new(2803, 2900)).expect("words"), everything[2803..]);
        assert_eq!(read(&file, WordRange::new(2804, 2900)).expect("no words"), []);
        assert!(file.start(2804).is_err());
    }

    #[test]
    fn an_empty_transcript_has_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let transcript = transcript(1, 1, &[]);
        write(folder.path(), &transcript, &[]);
        let file = WordsFile::open(folder.path(), transcript.recording, 1).expect("opened");
        assert_eq!(read(&file, WordRange::new(0, 5)).expect("no words"), []);
        assert!(file.start(0).is_err());
    }

    #[test]
    fn a_damaged_file_is_an_error_and_never_a_panic() {
        let folder = tempfile::tempdir().expect("a folder");
        let transcript = sample();
        write(folder.path(), &transcript, &passages(&transcript));
        let path = folder.path().join(file_name(transcript.recording, 3));
        let whole = fs::read(&path).expect("bytes");
        for length in (0..whole.len()).step_by(13) {
            fs::write(&path, &whole[..length]).expect("written");
            let file = WordsFile::open(folder.path(), transcript.recording, 3);
            assert!(file.and_then(|file| read(&file, WordRange::new(2700, 2800))).is_err(), "{length}");
        }
        for offset in (0..600).chain(600..whole.len()).filter(|offset| *offset < 200 || offset % 7 == 0) {
            let mut bytes = whole.clone();
            bytes[offset] ^= 0xFF;
            fs::write(&path, bytes).expect("written");
            if let Ok(file) = WordsFile::open(folder.path(), transcript.recording, 3) {
                let _ = read(&file, WordRange::new(90, 240));
                let _ = file.start(150);
            }
        }
    }
}

//! Columns are what is known of each recording of a segment besides its terms.
//!
//! They are read out of tantivy once a segment and kept, some 2 kB for an hour of speech; else some three hundred numbers
//! would be taken out of their bits for each recording that a word is said in.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use super::engine;
use super::schema;
use crate::recording::RecordingId;
use crate::search::rank::is_touched;
use crate::search::{Error, Roll};
use crate::transcript::{Revision, SpeakerOrdinal, WordRange};

/// Words of one value after each other: from the first number on, the second number.
pub(super) type Run = (u32, u32);

pub(super) struct Columns {
    recordings: Vec<RecordingId>,
    revisions: Vec<Revision>,
    /// One more than there are documents.
    heads: Vec<Head>,
    passages: Vec<u32>,
    tones: Vec<Tone>,
    doubtful: Vec<WordRange>,
    speakers: Vec<Run>,
    languages: Vec<Run>,
    /// The numbers of the recordings in the roll of a version, which mostly is the one of the search before.
    numbers: Mutex<Option<(u64, Numbers)>>,
}

/// Where the lists of a document start, each among those of all; they end where the next document's start. Side by side,
/// for a search asks for all of them and rarely for two documents that lie together.
#[derive(Debug, Clone, Copy)]
struct Head {
    words: u32,
    passages: u32,
    doubtful: u32,
    speakers: u32,
    languages: u32,
}

/// What all words of a passage have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tone {
    /// Who says them, if it is one.
    speaker: Option<u16>,
    /// Their language, if it is one.
    language: Option<NonZeroU32>,
    /// Whether any of them is doubtful.
    pub(super) is_doubtful: bool,
}

impl Tone {
    /// Returns who says a word of the passage, as [`speaker_of_number`] reads it, by the `runs` of all speakers.
    #[inline]
    pub(super) fn speaker(self, runs: &[Run], word: u32) -> u32 {
        self.speaker.map_or_else(|| value_at(runs, word), u32::from)
    }

    /// Returns the language of a word of the passage, by the `runs` of all languages.
    #[inline]
    pub(super) fn language(self, runs: &[Run], word: u32) -> u32 {
        self.language.map_or_else(|| value_at(runs, word), NonZeroU32::get)
    }
}

/// The number of the recording of each document, if it has one.
pub(super) type Numbers = Arc<[Option<u32>]>;

impl Columns {
    pub(super) fn open(reader: &SegmentReader) -> Result<Self, Error> {
        let column = |name| {
            let column = reader.fast_fields().column_opt::<u64>(name).map_err(engine)?;
            Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
        };
        let (high, low) = (column(schema::ID_HIGH)?, column(schema::ID_LOW)?);
        let number = |column: &Column<u64>, doc| column.first(doc).unwrap_or_default();
        let all = || 0..reader.max_doc();
        let (revisions, words) = (column(schema::REVISION)?, column(schema::WORDS)?);
        let as_range = |(start, end)| WordRange::new(start, end);
        let names = [schema::PASSAGES, schema::DOUBTFUL, schema::SPEAKERS, schema::LANGUAGES];
        let [passages, doubtful, speakers, languages] = names.map(column);
        let (passages, doubtful, speakers, languages) = (passages?, doubtful?, speakers?, languages?);
        let mut columns = Self {
            recordings: all().map(|doc| schema::id_of_numbers(number(&high, doc), number(&low, doc))).collect(),
            revisions: all().map(|doc| small(number(&revisions, doc))).collect(),
            heads: Vec::with_capacity(reader.max_doc() as usize + 1),
            passages: Vec::new(),
            tones: Vec::new(),
            doubtful: Vec::new(),
            speakers: Vec::new(),
            languages: Vec::new(),
            numbers: Mutex::default(),
        };
        for doc in all() {
            columns.begin(small(number(&words, doc)));
            let of = |column: &Column<u64>| column.values_for_doc(doc).map(small).collect::<Vec<_>>();
            let pairs = |column: &Column<u64>| -> Vec<Run> {
                of(column).chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
            };
            columns.passages.extend(of(&passages));
            columns.doubtful.extend(pairs(&doubtful).into_iter().map(as_range));
            columns.speakers.extend(pairs(&speakers));
            columns.languages.extend(pairs(&languages));
        }
        columns.begin(0);
        for doc in all() {
            let tones = columns.tones_of(doc);
            columns.tones.extend(tones);
        }
        columns.passages.shrink_to_fit();
        columns.tones.shrink_to_fit();
        columns.doubtful.shrink_to_fit();
        columns.speakers.shrink_to_fit();
        columns.languages.shrink_to_fit();
        Ok(columns)
    }

    /// Begins a document with so many words.
    fn begin(&mut self, words: u32) {
        self.heads.push(Head {
            words,
            passages: length(&self.passages),
            doubtful: length(&self.doubtful),
            speakers: length(&self.speakers),
            languages: length(&self.languages),
        });
    }

    fn tones_of(&self, doc: DocId) -> Vec<Tone> {
        let (speakers, languages, doubtful) = (self.speakers(doc), self.languages(doc), self.doubtful(doc));
        let starts = self.passages(doc);
        let ends = starts.iter().skip(1).copied().chain([self.word_count(doc)]);
        let passages = starts.iter().zip(ends).map(|(&start, end)| WordRange::new(start, end));
        let tone = |words: WordRange| Tone {
            speaker: only_value(speakers, words).and_then(|speaker| speaker.try_into().ok()),
            language: only_value(languages, words).and_then(NonZeroU32::new),
            is_doubtful: is_touched(doubtful, words),
        };
        passages.map(tone).collect()
    }

    pub(super) fn recording(&self, doc: DocId) -> RecordingId {
        self.recordings[doc as usize]
    }

    /// Returns the numbers of the recordings in a roll.
    pub(super) fn numbers(&self, roll: &Roll) -> Numbers {
        let mut kept = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((version, numbers)) if *version == roll.version => Arc::clone(numbers),
            _ => {
                let numbers: Numbers = self.recordings.iter().map(|&recording| roll.number(recording)).collect();
                *kept = Some((roll.version, Arc::clone(&numbers)));
                numbers
            }
        }
    }

    pub(super) fn revision(&self, doc: DocId) -> Revision {
        self.revisions[doc as usize]
    }

    /// Returns how many words a recording has.
    pub(super) fn word_count(&self, doc: DocId) -> u32 {
        self.heads[doc as usize].words
    }

    /// Returns the ordinals at which passages start.
    pub(super) fn passages(&self, doc: DocId) -> &[u32] {
        self.list(doc, &self.passages, |head| head.passages)
    }

    /// Returns the doubtful words.
    pub(super) fn doubtful(&self, doc: DocId) -> &[WordRange] {
        self.list(doc, &self.doubtful, |head| head.doubtful)
    }

    /// Returns what the words of each passage have in common.
    pub(super) fn tones(&self, doc: DocId) -> &[Tone] {
        self.list(doc, &self.tones, |head| head.passages)
    }

    /// Returns who says the words, as [`speaker_of_number`] reads it.
    pub(super) fn speakers(&self, doc: DocId) -> &[Run] {
        self.list(doc, &self.speakers, |head| head.speakers)
    }

    /// Returns the languages of the words, as [`schema::language_of_number`] reads them.
    pub(super) fn languages(&self, doc: DocId) -> &[Run] {
        self.list(doc, &self.languages, |head| head.languages)
    }

    fn list<'a, T>(&self, doc: DocId, all: &'a [T], start: impl Fn(&Head) -> u32) -> &'a [T] {
        let heads = &self.heads[doc as usize..];
        &all[start(&heads[0]) as usize..start(&heads[1]) as usize]
    }
}

/// Returns whom a number in the column of speakers stands for.
pub(super) fn speaker_of_number(number: u32) -> Option<SpeakerOrdinal> {
    number.checked_sub(1).and_then(|ordinal| SpeakerOrdinal::try_from(ordinal).ok())
}

/// Returns the value of the run that holds a word.
pub(super) fn value_at(runs: &[Run], word: u32) -> u32 {
    let after = runs.partition_point(|&(start, _)| start <= word);
    after.checked_sub(1).map_or(0, |index| runs[index].1)
}

/// Returns the value of the run that holds all of some words, at least one.
fn only_value(runs: &[Run], words: WordRange) -> Option<u32> {
    let after = runs.partition_point(|&(start, _)| start <= words.start);
    let is_one = runs.get(after).is_none_or(|&(start, _)| start >= words.end);
    is_one.then(|| value_at(runs, words.start))
}

/// There are no more numbers in a column of a segment.
fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

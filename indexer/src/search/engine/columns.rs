//! Columns are what is known of each recording of a segment besides its terms.
//!
//! They are read out of tantivy once a segment and kept, some 1.2 kB for an hour of speech; else some three hundred numbers
//! would be taken out of their bits for each recording that a word is said in.

use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use super::engine;
use super::schema;
use crate::recording::RecordingId;
use crate::search::Error;
use crate::transcript::{Revision, SpeakerOrdinal, WordRange};

/// Words of one value after each other: from the first number on, the second number.
pub(super) type Run = (u32, u32);

pub(super) struct Columns {
    recordings: Vec<RecordingId>,
    revisions: Vec<Revision>,
    words: Vec<u32>,
    passages: Lists<u32>,
    doubtful: Lists<WordRange>,
    speakers: Lists<Run>,
    languages: Lists<Run>,
}

/// A list a document, one after the other.
struct Lists<T> {
    ends: Vec<usize>,
    values: Vec<T>,
}

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
        Ok(Self {
            recordings: all().map(|doc| schema::id_of_numbers(number(&high, doc), number(&low, doc))).collect(),
            revisions: all().map(|doc| small(number(&revisions, doc))).collect(),
            words: all().map(|doc| small(number(&words, doc))).collect(),
            passages: Lists::read(all(), &column(schema::PASSAGES)?, |numbers| numbers.next()),
            doubtful: Lists::read(all(), &column(schema::DOUBTFUL)?, |numbers| pair(numbers).map(as_range)),
            speakers: Lists::read(all(), &column(schema::SPEAKERS)?, pair),
            languages: Lists::read(all(), &column(schema::LANGUAGES)?, pair),
        })
    }

    pub(super) fn recording(&self, doc: DocId) -> RecordingId {
        self.recordings[doc as usize]
    }

    pub(super) fn revision(&self, doc: DocId) -> Revision {
        self.revisions[doc as usize]
    }

    /// Returns how many words a recording has.
    pub(super) fn word_count(&self, doc: DocId) -> u32 {
        self.words[doc as usize]
    }

    /// Returns the ordinals at which passages start.
    pub(super) fn passages(&self, doc: DocId) -> &[u32] {
        self.passages.of(doc)
    }

    /// Returns the doubtful words.
    pub(super) fn doubtful(&self, doc: DocId) -> &[WordRange] {
        self.doubtful.of(doc)
    }

    /// Returns who says the words, as [`speaker_of_number`] reads it.
    pub(super) fn speakers(&self, doc: DocId) -> &[Run] {
        self.speakers.of(doc)
    }

    /// Returns the languages of the words, as [`schema::language_of_number`] reads them.
    pub(super) fn languages(&self, doc: DocId) -> &[Run] {
        self.languages.of(doc)
    }
}

impl<T> Lists<T> {
    /// Reads the list of each document; `next` makes a value of one or more numbers.
    fn read(
        docs: impl Iterator<Item = DocId>,
        column: &Column<u64>,
        next: impl Fn(&mut dyn Iterator<Item = u32>) -> Option<T>,
    ) -> Self {
        let mut lists = Self { ends: Vec::new(), values: Vec::new() };
        for doc in docs {
            let mut numbers = column.values_for_doc(doc).map(small);
            lists.values.extend(std::iter::from_fn(|| next(&mut numbers)));
            lists.ends.push(lists.values.len());
        }
        lists.values.shrink_to_fit();
        lists
    }

    fn of(&self, doc: DocId) -> &[T] {
        let doc = doc as usize;
        let start = doc.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.values[start..self.ends[doc]]
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

fn pair(numbers: &mut dyn Iterator<Item = u32>) -> Option<Run> {
    Some((numbers.next()?, numbers.next()?))
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

//! A snapshot is the index as one commit left it; it stays the same while later commits are made.

use std::collections::BTreeSet;

use tantivy::columnar::Column;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::engine;
use super::schema::{self, Fields};
use crate::recording::{Language, RecordingId};
use crate::search::Error;
use crate::transcript::{Revision, SpeakerOrdinal, WordRange};

pub(super) struct Snapshot {
    pub(super) searcher: Searcher,
    pub(super) columns: Vec<Columns>,
    /// All words of all recordings.
    pub(super) words: u64,
    /// The languages that have words.
    pub(super) languages: BTreeSet<Language>,
    recording_field: tantivy::schema::Field,
}

/// What is read by document in one segment.
pub(super) struct Columns {
    id_high: Column<u64>,
    id_low: Column<u64>,
    revision: Column<u64>,
    words: Column<u64>,
    passages: Column<u64>,
    doubtful: Column<u64>,
    speakers: Column<u64>,
    languages: Column<u64>,
}

/// Words of one value after each other: from the first number on, the second number.
pub(super) type Run = (u32, u32);

impl Snapshot {
    pub(super) fn new(searcher: Searcher, fields: &Fields) -> Result<Self, Error> {
        let columns = searcher.segment_readers().iter().map(Columns::open).collect::<Result<Vec<_>, _>>()?;
        let mut snapshot =
            Self { searcher, columns, words: 0, languages: BTreeSet::new(), recording_field: fields.recording };
        snapshot.words = snapshot.documents().map(|(columns, doc)| columns.words.first(doc).unwrap_or(0)).sum();
        let mut languages = BTreeSet::new();
        let mut runs = Vec::new();
        for (columns, doc) in snapshot.documents() {
            columns.languages(doc, &mut runs);
            languages.extend(runs.iter().map(|&(_, language)| language));
        }
        snapshot.languages = languages.into_iter().map(schema::language_of_number).collect();
        Ok(snapshot)
    }

    /// Returns every document that is not deleted.
    fn documents(&self) -> impl Iterator<Item = (&Columns, DocId)> {
        let segments = self.searcher.segment_readers().iter().zip(&self.columns);
        segments.flat_map(|(reader, columns)| reader.doc_ids_alive().map(move |doc| (columns, doc)))
    }

    pub(super) fn recordings(&self) -> Vec<(RecordingId, Revision)> {
        self.documents().map(|(columns, doc)| (columns.recording(doc), columns.revision(doc))).collect()
    }

    /// Returns where a recording is.
    pub(super) fn find(&self, recording: RecordingId) -> Result<Option<DocAddress>, Error> {
        let term = Term::from_field_bytes(self.recording_field, recording.as_bytes());
        for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
            let index = reader.inverted_index(self.recording_field).map_err(engine)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic).map_err(engine)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    return Ok(Some(DocAddress::new(segment, postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Returns the revision of a recording that can be found.
    pub(super) fn revision(&self, recording: RecordingId) -> Result<Option<Revision>, Error> {
        let address = self.find(recording)?;
        Ok(address.map(|address| self.columns[address.segment_ord as usize].revision(address.doc_id)))
    }
}

impl Columns {
    fn open(reader: &SegmentReader) -> Result<Self, Error> {
        let column = |name| {
            let column = reader.fast_fields().column_opt::<u64>(name).map_err(engine)?;
            Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
        };
        Ok(Self {
            id_high: column(schema::ID_HIGH)?,
            id_low: column(schema::ID_LOW)?,
            revision: column(schema::REVISION)?,
            words: column(schema::WORDS)?,
            passages: column(schema::PASSAGES)?,
            doubtful: column(schema::DOUBTFUL)?,
            speakers: column(schema::SPEAKERS)?,
            languages: column(schema::LANGUAGES)?,
        })
    }

    pub(super) fn recording(&self, doc: DocId) -> RecordingId {
        let number = |column: &Column<u64>| column.first(doc).unwrap_or_default();
        schema::id_of_numbers(number(&self.id_high), number(&self.id_low))
    }

    pub(super) fn revision(&self, doc: DocId) -> Revision {
        small(self.revision.first(doc).unwrap_or_default())
    }

    /// Puts the ordinals at which passages start into `starts`.
    pub(super) fn passages(&self, doc: DocId, starts: &mut Vec<u32>) {
        starts.clear();
        starts.extend(self.passages.values_for_doc(doc).map(small));
    }

    /// Returns how many words a recording has.
    pub(super) fn word_count(&self, doc: DocId) -> u32 {
        small(self.words.first(doc).unwrap_or_default())
    }

    /// Puts the doubtful words into `ranges`.
    pub(super) fn doubtful(&self, doc: DocId, ranges: &mut Vec<WordRange>) {
        ranges.clear();
        ranges.extend(pairs(&self.doubtful, doc).map(|(start, end)| WordRange::new(start, end)));
    }

    /// Puts who says the words into `runs`, as [`speaker_of_number`] reads them.
    pub(super) fn speakers(&self, doc: DocId, runs: &mut Vec<Run>) {
        runs.clear();
        runs.extend(pairs(&self.speakers, doc));
    }

    /// Puts the languages of the words into `runs`, as [`schema::language_of_number`] reads them.
    pub(super) fn languages(&self, doc: DocId, runs: &mut Vec<Run>) {
        runs.clear();
        runs.extend(pairs(&self.languages, doc));
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

fn pairs(column: &Column<u64>, doc: DocId) -> impl Iterator<Item = Run> {
    let mut numbers = column.values_for_doc(doc).map(small);
    std::iter::from_fn(move || Some((numbers.next()?, numbers.next()?)))
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

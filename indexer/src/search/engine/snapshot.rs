//! A snapshot is the index as one commit left it; it stays the same while later commits are made.

use tantivy::columnar::Column;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::engine;
use super::schema::{self, Fields};
use crate::recording::RecordingId;
use crate::search::Error;
use crate::transcript::{Revision, WordRange};

pub(super) struct Snapshot {
    pub(super) searcher: Searcher,
    pub(super) columns: Vec<Columns>,
    /// All words of all recordings.
    pub(super) words: u64,
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
}

impl Snapshot {
    pub(super) fn new(searcher: Searcher, fields: &Fields) -> Result<Self, Error> {
        let columns = searcher.segment_readers().iter().map(Columns::open).collect::<Result<Vec<_>, _>>()?;
        let mut snapshot = Self { searcher, columns, words: 0, recording_field: fields.recording };
        snapshot.words = snapshot.documents().map(|(columns, doc)| columns.words.first(doc).unwrap_or(0)).sum();
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

    /// Returns how often a term is said.
    pub(super) fn occurrences(&self, term: &Term) -> Result<u64, Error> {
        let mut count = 0;
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(term.field()).map_err(engine)?;
            let Some(mut postings) = index.read_postings(term, IndexRecordOption::WithFreqs).map_err(engine)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    count += u64::from(postings.term_freq());
                }
                postings.advance();
            }
        }
        Ok(count)
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

    /// Puts the doubtful words into `ranges`.
    pub(super) fn doubtful(&self, doc: DocId, ranges: &mut Vec<WordRange>) {
        ranges.clear();
        let mut borders = self.doubtful.values_for_doc(doc).map(small);
        while let (Some(start), Some(end)) = (borders.next(), borders.next()) {
            ranges.push(WordRange::new(start, end));
        }
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

//! A snapshot is the index as one commit left it; it stays the same while later commits are made.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::columns::Columns;
use super::engine;
use super::schema::{self, Fields};
use crate::recording::{Language, RecordingId};
use crate::search::Error;
use crate::search::fault::{Fault, is_seeded};
use crate::search::words_file::{Unpacker, WordsFile};
use crate::transcript::Revision;

/// The most words files that stay open: a quarter of the maps that a process of Linux may have.
const MOST_OPEN: usize = 1 << 14;

/// Returns whether a document of a segment was neither replaced nor removed.
pub(super) fn lives(reader: &SegmentReader, doc: DocId) -> bool {
    !reader.is_deleted(doc) || is_seeded(Fault::Deleted)
}

pub(super) struct Snapshot {
    pub(super) searcher: Searcher,
    pub(super) columns: Vec<Arc<Columns>>,
    /// All words of all recordings.
    pub(super) words: u64,
    /// The languages that have words.
    pub(super) languages: BTreeSet<Language>,
    /// How many searches are under way.
    pub(super) searching: AtomicUsize,
    recording_field: tantivy::schema::Field,
    words_folder: PathBuf,
    /// A page shows lines of twenty files, which would be opened for each.
    open: Mutex<HashMap<DocAddress, Arc<WordsFile>>>,
    /// Those that nobody uses now.
    unpackers: Mutex<Vec<Unpacker>>,
}

impl Snapshot {
    /// Reads a commit; what it has in common with the one `before` is kept.
    pub(super) fn new(
        searcher: Searcher,
        fields: &Fields,
        words_folder: PathBuf,
        before: Option<&Self>,
    ) -> Result<Self, Error> {
        let known = before.into_iter().flat_map(|before| before.searcher.segment_readers().iter().zip(&before.columns));
        let known: HashMap<_, _> = known.map(|(reader, columns)| (reader.segment_id(), columns)).collect();
        let columns = |reader: &SegmentReader| match known.get(&reader.segment_id()) {
            Some(&columns) => Ok(Arc::clone(columns)),
            None => Columns::open(reader).map(Arc::new),
        };
        let columns = searcher.segment_readers().iter().map(columns).collect::<Result<Vec<_>, _>>()?;
        let mut snapshot = Self {
            searcher,
            columns,
            words: 0,
            languages: BTreeSet::new(),
            searching: AtomicUsize::new(0),
            recording_field: fields.recording,
            words_folder,
            open: Mutex::default(),
            unpackers: Mutex::default(),
        };
        snapshot.words = snapshot.documents().map(|(columns, doc)| u64::from(columns.word_count(doc))).sum();
        let runs = snapshot.documents().flat_map(|(columns, doc)| columns.languages(doc));
        let languages: BTreeSet<u32> = runs.map(|&(_, language)| language).collect();
        snapshot.languages = languages.into_iter().map(schema::language_of_number).collect();
        Ok(snapshot)
    }

    /// Returns every document that is not deleted.
    fn documents(&self) -> impl Iterator<Item = (&Columns, DocId)> {
        let segments = self.searcher.segment_readers().iter().zip(&self.columns);
        segments.flat_map(|(reader, columns)| reader.doc_ids_alive().map(move |doc| (&**columns, doc)))
    }

    /// Returns the segments that still hold recordings which were removed, not replaced.
    pub(super) fn segments_with_removed(&self) -> Vec<SegmentId> {
        let segments = || self.searcher.segment_readers().iter().zip(&self.columns);
        if !segments().any(|(reader, _)| reader.has_deletes()) {
            return Vec::new();
        }
        let found: HashSet<RecordingId> = self.recordings().into_iter().map(|(recording, _)| recording).collect();
        let holds_removed = |(reader, columns): &(&SegmentReader, &Arc<Columns>)| {
            reader.has_deletes() && (0..reader.max_doc()).any(|doc| !found.contains(&columns.recording(doc)))
        };
        segments().filter(holds_removed).map(|(reader, _)| reader.segment_id()).collect()
    }

    pub(super) fn recordings(&self) -> Vec<(RecordingId, Revision)> {
        self.documents().map(|(columns, doc)| (columns.recording(doc), columns.revision(doc))).collect()
    }

    /// Reads every words file; returns the recordings whose file is not what was written, and how many bytes were read.
    pub(super) fn verify_words(&self) -> Result<(Vec<RecordingId>, u64), Error> {
        let mut unpacker = Unpacker::new()?;
        let (mut unreadable, mut bytes) = (Vec::new(), 0);
        for (recording, revision) in self.recordings() {
            // Not one of those that are open: what is there now counts.
            let file = WordsFile::open(&self.words_folder, recording, revision);
            match file.and_then(|file| file.verify(&mut unpacker).map(|()| file.bytes())) {
                Ok(read) => bytes += read,
                Err(_) => unreadable.push(recording),
            }
        }
        Ok((unreadable, bytes))
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

    /// Lends what unpacks texts.
    pub(super) fn with_unpacker<T>(&self, with: impl FnOnce(&mut Unpacker) -> Result<T, Error>) -> Result<T, Error> {
        let idle = || self.unpackers.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut unpacker = taken.map_or_else(Unpacker::new, Ok)?;
        let result = with(&mut unpacker);
        idle().push(unpacker);
        result
    }

    /// Returns the words file of a document.
    pub(super) fn words_file(&self, address: DocAddress) -> Result<Arc<WordsFile>, Error> {
        let open = || self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open().get(&address) {
            return Ok(Arc::clone(file));
        }
        let columns = &self.columns[address.segment_ord as usize];
        let (recording, revision) = (columns.recording(address.doc_id), columns.revision(address.doc_id));
        let file = Arc::new(WordsFile::open(&self.words_folder, recording, revision)?);
        let mut open = open();
        if open.len() >= MOST_OPEN {
            // Whichever comes again is opened again.
            open.clear();
        }
        open.insert(address, Arc::clone(&file));
        Ok(file)
    }
}

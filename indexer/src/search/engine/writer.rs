//! The writer puts transcripts into the index and takes them out; what it did is found after a commit.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::{IndexWriter, TantivyError};

use super::engine;
use super::generation::Generation;
use super::schema::{Fields, KnownForms};
use crate::passage::passages;
use crate::recording::RecordingId;
use crate::search::Error;
use crate::search::words_file::{self, Packer};
use crate::transcript::{Revision, Transcript};

/// Memory in which the postings of uncommitted recordings are gathered before they become a segment.
const MEMORY_BYTES: usize = 50_000_000;

/// Segments of fewer recordings count as equally large. Tantivy's own 10,000 is meant for small documents: with it a
/// library of 10,000 hours was merged as a whole on every eighth commit.
const MIN_LAYER_RECORDINGS: u32 = 8;

/// The share of the library that a segment may hold to be merged with others; eight become one at a time, so that four
/// remain and a search has work for several cores.
const MAX_MERGED_SHARE: usize = 32;

/// Segments of so many recordings are merged in any library: in a small one, one core is enough.
const MIN_MERGED: usize = 64;

/// How many segments a library has after it was indexed anew: enough for several cores.
const FEW_SEGMENTS: usize = 4;

/// The share of deleted recordings from which a segment is written anew.
const MAX_DELETED_RATIO: f32 = 0.3;

/// Writes to an index; there is one at a time.
pub struct Writer {
    generation: Arc<Generation>,
    fields: Fields,
    engine: IndexWriter,
    packer: Packer,
    forms: KnownForms,
    /// The revisions with a words file of the recordings written to since the last commit.
    touched: BTreeMap<RecordingId, BTreeSet<Revision>>,
}

impl Writer {
    pub(super) fn new(generation: Arc<Generation>, fields: Fields) -> Result<Self, Error> {
        let writer = generation.index.writer_with_num_threads(1, MEMORY_BYTES).map_err(|error| match error {
            TantivyError::LockFailure(..) => Error::InUse(generation.words_path()),
            error => engine(error),
        })?;
        // A writer that was killed in its commit may have left files under the names that this one will choose.
        writer.garbage_collect_files().wait().map_err(engine)?;
        let mut policy = LogMergePolicy::default();
        policy.set_min_layer_size(MIN_LAYER_RECORDINGS);
        policy.set_del_docs_ratio_before_merge(MAX_DELETED_RATIO);
        generation.reload(&fields)?;
        let recordings = generation.snapshot().recordings().len();
        policy.set_max_docs_before_merge((recordings / MAX_MERGED_SHARE).max(MIN_MERGED));
        writer.set_merge_policy(Box::new(policy));
        let (packer, forms) = (Packer::new()?, KnownForms::default());
        let writer = Self { generation, fields, engine: writer, packer, forms, touched: BTreeMap::new() };
        writer.sweep()?;
        Ok(writer)
    }

    /// Puts a transcript in the place of the recording's earlier one; repeating it changes nothing.
    ///
    /// # Errors
    /// When the disk cannot be written; the earlier transcript stays.
    pub fn replace(&mut self, transcript: &Transcript) -> Result<(), Error> {
        let passages = passages(transcript);
        words_file::write(&self.generation.words_path(), transcript, &passages, &mut self.packer)?;
        self.remove(transcript.recording)?;
        self.touched.entry(transcript.recording).or_default().insert(transcript.revision);
        let document = self.fields.document(transcript, &passages, &mut self.forms);
        self.engine.add_document(document).map_err(engine)?;
        Ok(())
    }

    /// Takes a recording out; one that is not there is no error.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn remove(&mut self, recording: RecordingId) -> Result<(), Error> {
        let revision = self.generation.snapshot().revision(recording)?;
        self.touched.entry(recording).or_default().extend(revision);
        self.engine.delete_term(self.fields.recording_term(recording));
        Ok(())
    }

    /// Makes everything written so far permanent and findable, all at once. No file of the index holds words of a
    /// removed recording any more, once this is [finished](Self::finish).
    ///
    /// # Errors
    /// When the disk cannot be written; then nothing since the last commit is found and all of it must be repeated
    /// with a new writer.
    pub fn commit(&mut self) -> Result<(), Error> {
        let folder = self.generation.words_path();
        // All at once, when the system has written most of them by itself: waiting for each took half of a rebuild.
        for (&recording, revisions) in &self.touched {
            revisions.iter().try_for_each(|&revision| words_file::sync(&folder, recording, revision))?;
        }
        let synced = fs::File::open(&folder).and_then(|folder| folder.sync_all());
        synced.map_err(|source| Error::File { path: folder, source })?;
        self.engine.commit().map_err(engine)?;
        self.generation.reload(&self.fields)?;
        let snapshot = self.generation.snapshot();
        for (recording, revisions) in std::mem::take(&mut self.touched) {
            let current = snapshot.revision(recording)?;
            for revision in revisions.into_iter().filter(|&revision| Some(revision) != current) {
                // What cannot be removed now is swept by the next writer.
                let _ = fs::remove_file(self.generation.words_path().join(words_file::file_name(recording, revision)));
            }
        }
        self.purge()
    }

    /// Writes the segments anew that hold words of removed recordings: who withdraws consent is not to wait until they
    /// are merged. It follows from what is there, so that the next commit does what one that was cut off did not.
    fn purge(&mut self) -> Result<(), Error> {
        let segments = self.generation.snapshot().segments_with_removed();
        for &segment in &segments {
            match self.engine.merge(&[segment]).wait() {
                // It is being merged with others, which leaves them out too.
                Ok(_) | Err(TantivyError::InvalidArgument(_)) => {}
                Err(error) => return Err(engine(error)),
            }
        }
        if segments.is_empty() { Ok(()) } else { self.generation.reload(&self.fields) }
    }

    /// Leaves merging to [`gather`](Self::gather): a commit would begin to merge the same segments beside it.
    pub(super) fn gather_alone(&self) {
        self.engine.set_merge_policy(Box::new(NoMergePolicy));
    }

    /// Merges all segments into a few of about one size: a word is looked up in each.
    pub(super) fn gather(&mut self) -> Result<(), Error> {
        let mut segments = self.generation.index.searchable_segment_metas().map_err(engine)?;
        if segments.len() <= FEW_SEGMENTS {
            return Ok(());
        }
        segments.sort_by_key(|segment| std::cmp::Reverse(segment.num_docs()));
        let mut groups: Vec<(u32, Vec<SegmentId>)> = vec![(0, Vec::new()); FEW_SEGMENTS];
        for segment in segments {
            if let Some((recordings, group)) = groups.iter_mut().min_by_key(|(recordings, _)| *recordings) {
                *recordings += segment.num_docs();
                group.push(segment.id());
            }
        }
        let merges: Vec<_> =
            groups.iter().filter(|(_, group)| group.len() > 1).map(|(_, group)| self.engine.merge(group)).collect();
        merges.into_iter().try_for_each(|merge| merge.wait().map(drop).map_err(engine))
    }

    /// Waits until segments are merged; for programs that end after writing.
    ///
    /// # Errors
    /// When a merge failed; everything committed stays as it is.
    pub fn finish(self) -> Result<(), Error> {
        self.engine.wait_merging_threads().map_err(engine)
    }

    /// Removes the words files that a writer left which did not come to its commit.
    fn sweep(&self) -> Result<(), Error> {
        let folder = self.generation.words_path();
        let named = self
            .generation
            .snapshot()
            .recordings()
            .into_iter()
            .map(|(id, revision)| words_file::file_name(id, revision));
        let named: BTreeSet<_> = named.map(std::ffi::OsString::from).collect();
        let files = fs::read_dir(&folder).map_err(|source| Error::File { path: folder.clone(), source })?;
        for file in files.flatten().filter(|file| !named.contains(&file.file_name())) {
            let _ = fs::remove_file(file.path());
        }
        Ok(())
    }
}

//! A cursor walks through the recordings of one segment in which one word of a query is said.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader, TERMINATED, Term};

use super::engine;
use super::plan::{Exact, WordTerms};
use crate::search::Error;
use crate::search::moment::Occurrence;

pub(super) struct WordCursor {
    /// The terms that count, with whether each is the form that was asked for; no two share a position.
    said: Vec<(SegmentPostings, bool)>,
    /// The form that was asked for, where it has positions in common with the terms that count.
    exact: Option<SegmentPostings>,
    positions: Vec<u32>,
}

impl WordCursor {
    /// Opens a cursor; `None` when the word is said nowhere in the segment.
    pub(super) fn open(index: &InvertedIndexReader, terms: &WordTerms) -> Result<Option<Self>, Error> {
        let read = |term: &Term| index.read_postings(term, IndexRecordOption::WithFreqsAndPositions).map_err(engine);
        let (is_unmarked_exact, exact) = match &terms.exact {
            Exact::Unmarked => (true, None),
            Exact::Own(term) => (false, read(term)?),
        };
        let unmarked = read(&terms.unmarked)?.map(|postings| (postings, is_unmarked_exact));
        let marked = read(&terms.marked)?.map(|postings| (postings, false));
        let said: Vec<_> = unmarked.into_iter().chain(marked).collect();
        Ok((!said.is_empty()).then_some(Self { said, exact, positions: Vec::new() }))
    }

    /// Returns in how many recordings of the segment the word is said, at most.
    pub(super) fn cost(&self) -> u32 {
        self.said.iter().map(|(postings, _)| postings.doc_freq()).sum()
    }

    /// Returns the first recording at or after `target` in which the word is said, or [`TERMINATED`].
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        self.said.iter_mut().map(|(postings, _)| seek(postings, target)).min().unwrap_or(TERMINATED)
    }

    /// Puts where the word is said in a recording, which was sought before, into `places`.
    pub(super) fn read(&mut self, doc: DocId, places: &mut Vec<Occurrence>) {
        places.clear();
        for (postings, is_exact) in &mut self.said {
            if postings.doc() == doc {
                postings.positions(&mut self.positions);
                let is_exact = *is_exact;
                places.extend(self.positions.iter().map(|&first| Occurrence { first, is_exact }));
            }
        }
        if !places.is_sorted() {
            places.sort_unstable();
        }
        let Some(postings) = &mut self.exact else { return };
        if seek(postings, doc) != doc {
            return;
        }
        postings.positions(&mut self.positions);
        let mut place = 0;
        for &position in &self.positions {
            place += places[place..].partition_point(|place| place.first < position);
            if let Some(place) = places.get_mut(place).filter(|place| place.first == position) {
                place.is_exact = true;
            }
        }
    }
}

/// Like `SegmentPostings::seek`, which must not be asked to go back.
fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() < target { postings.seek(target) } else { postings.doc() }
}

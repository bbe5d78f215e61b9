//! A cursor reads where one word of a query is said, in one recording of a segment after the other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader};

use super::columns::Run;
use super::engine;
use super::plan::List;
use super::schema::number_of_language;
use crate::search::Error;
use crate::search::fault::{Fault, is_seeded};
use crate::search::moment::{Form, Occurrence};

pub(super) struct WordCursor {
    said: Vec<(SegmentPostings, Form, Option<u32>)>,
    /// The recording at which each list stands, the earliest first: a prefix has hundreds of lists, of which a recording
    /// is in few.
    next: BinaryHeap<Reverse<(DocId, usize)>>,
    positions: Vec<u32>,
    /// The lists that have the word in the recording at which they stand.
    here: Vec<usize>,
    /// Where each of them ends among the places.
    ends: Vec<usize>,
    merged: Vec<Occurrence>,
}

impl WordCursor {
    pub(super) fn open(index: &InvertedIndexReader, lists: &[List<TermInfo>]) -> Result<Self, Error> {
        let mut said = Vec::with_capacity(lists.len());
        for list in lists {
            let read = index.read_postings_from_terminfo(&list.term, IndexRecordOption::WithFreqsAndPositions);
            said.push((read.map_err(engine)?, list.form, list.language.map(number_of_language)));
        }
        let next = said.iter().enumerate().map(|(list, (postings, ..))| Reverse((postings.doc(), list))).collect();
        Ok(Self { said, next, positions: Vec::new(), here: Vec::new(), ends: Vec::new(), merged: Vec::new() })
    }

    /// Puts where the word is said in a recording, which must not lie before the one read last, into `places`.
    pub(super) fn read(&mut self, doc: DocId, languages: &[Run], places: &mut Vec<Occurrence>) {
        places.clear();
        self.here.clear();
        self.ends.clear();
        while let Some(Reverse((at, list))) = self.next.peek().copied().filter(|Reverse((at, _))| *at <= doc) {
            self.next.pop();
            let at = if at < doc { self.said[list].0.seek(doc) } else { at };
            if at == doc {
                self.add(list, languages, places);
                self.here.push(list);
                self.ends.push(places.len());
            } else {
                self.next.push(Reverse((at, list)));
            }
        }
        // They stay here, for the recording may be read again.
        self.next.extend(self.here.iter().map(|&list| Reverse((doc, list))));
        while self.ends.len() > 1 {
            self.merge_pairs(places);
        }
    }

    /// Makes one list of every two in `places`.
    fn merge_pairs(&mut self, places: &mut Vec<Occurrence>) {
        self.merged.clear();
        let mut start = 0;
        let pairs = self.ends.len().div_ceil(2);
        for pair in 0..pairs {
            let middle = self.ends[pair * 2];
            let end = self.ends.get(pair * 2 + 1).copied().unwrap_or(middle);
            merge(&places[start..middle], &places[middle..end], &mut self.merged);
            self.ends[pair] = self.merged.len();
            start = end;
        }
        self.ends.truncate(pairs);
        std::mem::swap(places, &mut self.merged);
    }

    /// Adds where one of the lists has the word in the recording at which it stands.
    fn add(&mut self, list: usize, languages: &[Run], places: &mut Vec<Occurrence>) {
        let (postings, form, language) = &mut self.said[list];
        postings.positions(&mut self.positions);
        if is_seeded(Fault::LastPosition) {
            self.positions.pop();
        }
        let form = *form;
        let place = |&first: &u32| Occurrence { first, end: first + 1, form };
        match language {
            None => places.extend(self.positions.iter().map(place)),
            Some(language) => {
                // Both rise.
                let mut runs = languages;
                let is_in = |first: &&u32| {
                    while runs.get(1).is_some_and(|&(start, _)| start <= **first) {
                        runs = &runs[1..];
                    }
                    runs.first().is_some_and(|(_, value)| value == language)
                };
                places.extend(self.positions.iter().filter(is_in).map(place));
            }
        }
    }
}

/// Merges two rising lists; of places that are in both the better form stays.
fn merge(one: &[Occurrence], other: &[Occurrence], into: &mut Vec<Occurrence>) {
    into.reserve(one.len() + other.len());
    let (mut left, mut right) = (0, 0);
    while let (Some(&here), Some(&there)) = (one.get(left), other.get(right)) {
        // No branches: which comes next cannot be foreseen.
        let (is_here, is_there) = (here.first <= there.first, there.first <= here.first);
        let next = if is_here { here } else { there };
        let form = if is_here && is_there { here.form.min(there.form) } else { next.form };
        into.push(Occurrence { form, ..next });
        left += usize::from(is_here);
        right += usize::from(is_there);
    }
    into.extend_from_slice(&one[left..]);
    into.extend_from_slice(&other[right..]);
}

//! A cursor reads where one word of a query is said, in one recording of a segment after the other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader};

use super::columns::{Run, value_at};
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
}

impl WordCursor {
    pub(super) fn open(index: &InvertedIndexReader, lists: &[List<TermInfo>]) -> Result<Self, Error> {
        let mut said = Vec::with_capacity(lists.len());
        for list in lists {
            let read = index.read_postings_from_terminfo(&list.term, IndexRecordOption::WithFreqsAndPositions);
            said.push((read.map_err(engine)?, list.form, list.language.map(number_of_language)));
        }
        let next = said.iter().enumerate().map(|(list, (postings, ..))| Reverse((postings.doc(), list))).collect();
        Ok(Self { said, next, positions: Vec::new(), here: Vec::new() })
    }

    /// Puts where the word is said in a recording, which must not lie before the one read last, into `places`.
    pub(super) fn read(&mut self, doc: DocId, languages: &[Run], places: &mut Vec<Occurrence>) {
        places.clear();
        self.here.clear();
        while let Some(Reverse((at, list))) = self.next.peek().copied().filter(|Reverse((at, _))| *at <= doc) {
            self.next.pop();
            let at = if at < doc { self.said[list].0.seek(doc) } else { at };
            if at == doc {
                self.add(list, languages, places);
                self.here.push(list);
            } else {
                self.next.push(Reverse((at, list)));
            }
        }
        // They stay here, for the recording may be read again.
        self.next.extend(self.here.iter().map(|&list| Reverse((doc, list))));
        if self.here.len() > 1 {
            // The best form of each position comes first and stays. Each list rises, which a stable sort makes use of.
            places.sort_by_key(|place| (place.first, place.form));
            places.dedup_by_key(|place| place.first);
        }
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
                let is_in = |first: &&u32| value_at(languages, **first) == *language;
                places.extend(self.positions.iter().filter(is_in).map(place));
            }
        }
    }
}

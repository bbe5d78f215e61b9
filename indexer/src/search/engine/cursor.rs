//! A cursor reads where one word of a query is said, in one recording of a segment after the other.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader};

use super::engine;
use super::plan::List;
use super::schema::language_of_number;
use super::snapshot::{Run, value_at};
use crate::recording::Language;
use crate::search::Error;
use crate::search::fault::{Fault, is_seeded};
use crate::search::moment::{Form, Occurrence};

pub(super) struct WordCursor {
    said: Vec<(SegmentPostings, Form, Option<Language>)>,
    positions: Vec<u32>,
}

impl WordCursor {
    pub(super) fn open(index: &InvertedIndexReader, lists: &[List]) -> Result<Self, Error> {
        let mut said = Vec::new();
        for list in lists {
            let read = index.read_postings(&list.term, IndexRecordOption::WithFreqsAndPositions).map_err(engine)?;
            said.extend(read.map(|postings| (postings, list.form, list.language)));
        }
        Ok(Self { said, positions: Vec::new() })
    }

    /// Puts where the word is said in a recording, which must not lie before the one read last, into `places`.
    pub(super) fn read(&mut self, doc: DocId, languages: &[Run], places: &mut Vec<Occurrence>) {
        places.clear();
        let mut lists = 0;
        for (postings, form, language) in &mut self.said {
            // Seeking must not go back.
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() != doc {
                continue;
            }
            postings.positions(&mut self.positions);
            if is_seeded(Fault::LastPosition) {
                self.positions.pop();
            }
            let form = *form;
            let place = |&first: &u32| Occurrence { first, end: first + 1, form };
            match language {
                None => places.extend(self.positions.iter().map(place)),
                Some(language) => {
                    let is_in = |first: &&u32| language_of_number(value_at(languages, **first)) == *language;
                    places.extend(self.positions.iter().filter(is_in).map(place));
                }
            }
            lists += 1;
        }
        if lists > 1 {
            // The best form of each position comes first and stays.
            places.sort_unstable();
            places.dedup_by_key(|place| place.first);
        }
    }
}

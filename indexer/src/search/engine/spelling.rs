//! Words of the library that look like one that is said nowhere in it.

use std::time::Instant;

use tantivy::postings::Postings as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, TERMINATED};

use super::engine;
use super::expansion::expand;
use super::plan::Plan;
use super::schema::Fields;
use super::snapshot::Snapshot;
use crate::query::{Likeness, Query, QueryWord};
use crate::search::{Error, MissingWord};
use crate::term::terms;
use crate::transcript::WordRange;

/// The most words that are named as similar to one.
const SIMILAR: usize = 3;

/// How many letters a word has, at least, for one change and for two: others become every word of their length.
const LETTERS_OF_ONE_CHANGE: usize = 3;
const LETTERS_OF_TWO_CHANGES: usize = 5;

/// Returns the words that a query requires and that are said nowhere, each with those that look most like it.
pub(super) fn missing_words(
    snapshot: &Snapshot,
    fields: &Fields,
    query: &Query,
    until: Instant,
) -> Result<Vec<MissingWord>, Error> {
    let plan = Plan::new(snapshot, fields, query, until)?;
    let missing = plan.missing().map(|word| {
        plan.in_time()?;
        let similar = if word.likeness == Likeness::Inflected { similar(snapshot, fields, word)? } else { Vec::new() };
        Ok(MissingWord { word: word.clone(), similar })
    });
    missing.collect()
}

/// Returns the commonest words among those with the fewest changes, as they are said.
fn similar(snapshot: &Snapshot, fields: &Fields, word: &QueryWord) -> Result<Vec<String>, Error> {
    let letters = word.terms.folded.chars().count();
    for (changes, fewest) in [(1, LETTERS_OF_ONE_CHANGE), (2, LETTERS_OF_TWO_CHANGES)] {
        if letters < fewest {
            break;
        }
        let mut found =
            expand(snapshot, fields, &QueryWord { likeness: Likeness::Fuzzy(changes), ..word.clone() })?.used;
        if !found.is_empty() {
            found.truncate(SIMILAR);
            return found.into_iter().map(|folded| as_said(snapshot, fields, folded)).collect();
        }
    }
    Ok(Vec::new())
}

/// Returns the form in which a folded form is said: without marks, unless more recordings have it with marks.
fn as_said(snapshot: &Snapshot, fields: &Fields, folded: String) -> Result<String, Error> {
    let marked = fields.folded_term(&folded);
    let recordings = |term| snapshot.searcher.doc_freq(term).map_err(engine);
    if recordings(&fields.exact_term(&folded))? >= recordings(&marked)? {
        return Ok(folded);
    }
    for (segment, reader) in (0..).zip(snapshot.searcher.segment_readers()) {
        let index = reader.inverted_index(fields.forms).map_err(engine)?;
        let read = index.read_postings(&marked, IndexRecordOption::WithFreqsAndPositions).map_err(engine)?;
        let Some(mut postings) = read else { continue };
        while postings.doc() != TERMINATED && reader.is_deleted(postings.doc()) {
            postings.advance();
        }
        if postings.doc() == TERMINATED {
            continue;
        }
        let mut positions = Vec::new();
        postings.positions(&mut positions);
        let Some(&word) = positions.first() else { continue };
        let mut said = folded;
        snapshot.with_unpacker(|unpacker| {
            let file = snapshot.words_file(DocAddress::new(segment, postings.doc()))?;
            file.texts(unpacker).read(WordRange::new(word, word + 1), |text, _| said = terms(text).exact)
        })?;
        return Ok(said);
    }
    Ok(folded)
}

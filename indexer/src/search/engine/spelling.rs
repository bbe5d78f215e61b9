//! Words of the library that look like one that is said nowhere in it.

use std::time::Instant;

use tantivy::postings::Postings as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, TERMINATED};

use super::engine;
use super::expansion::{Likes, expand};
use super::plan::Plan;
use super::schema::Fields;
use super::snapshot::Snapshot;
use crate::query::{Likeness, Query, QueryWord, Value};
use crate::search::{Error, MissingWord};
use crate::term::terms;
use crate::transcript::WordRange;

/// The most words that are named as similar to one.
const SIMILAR: usize = 3;

/// How many letters a word has, at least, for one change and for two: others become every word of their length.
const LETTERS_OF_ONE_CHANGE: usize = 3;
const LETTERS_OF_TWO_CHANGES: usize = 5;

/// Returns the words that a query requires and that are said nowhere, in whatever language it looks, each with those that
/// look most like it.
pub(super) fn missing_words(
    snapshot: &Snapshot,
    fields: &Fields,
    query: &Query,
    until: Instant,
) -> Result<Vec<MissingWord>, Error> {
    let filters = query.filters.without(|value| matches!(value, Value::Language(_)));
    let query = Query { filters, ..query.clone() };
    let plan = Plan::new(snapshot, fields, &query, until)?;
    let missing = plan.missing().map(|word| {
        plan.in_time()?;
        let similar = similar(snapshot, fields, word)?;
        Ok(MissingWord { word: word.clone(), similar })
    });
    missing.collect()
}

/// Returns the commonest words among those with the fewest changes, as they are said; of a prefix, their beginnings.
fn similar(snapshot: &Snapshot, fields: &Fields, word: &QueryWord) -> Result<Vec<String>, Error> {
    let asked = &word.terms.folded;
    let letters = asked.chars().count();
    for (changes, fewest) in [(1, LETTERS_OF_ONE_CHANGE), (2, LETTERS_OF_TWO_CHANGES)] {
        if letters < fewest {
            break;
        }
        let likes = match word.likeness {
            Likeness::Inflected | Likeness::Exact => Likes::Changed(changes),
            Likeness::Prefix => Likes::BeginningChanged(changes),
            // That none is like it was asked for.
            Likeness::Fuzzy(_) => break,
        };
        let found = expand(snapshot, fields, asked, likes)?.used;
        if found.is_empty() {
            continue;
        }
        if word.likeness != Likeness::Prefix {
            return found.into_iter().take(SIMILAR).map(|folded| as_said(snapshot, fields, folded)).collect();
        }
        let mut beginnings: Vec<String> = Vec::new();
        for beginning in found.iter().map(|folded| beginning(folded, asked)) {
            if beginnings.len() < SIMILAR && beginnings.iter().all(|known| known != beginning) {
                beginnings.push(beginning.to_owned());
            }
        }
        return Ok(beginnings);
    }
    Ok(Vec::new())
}

/// Returns the beginning of a word that is most like another; of equally good ones the one of as many letters.
fn beginning<'a>(word: &'a str, asked: &str) -> &'a str {
    let letters = asked.chars().count();
    let ends = word.char_indices().map(|(at, _)| at).skip(1).chain([word.len()]);
    let beginnings = ends.enumerate().map(|(number, end)| (number + 1, &word[..end]));
    let rank = |&(count, beginning): &(usize, &str)| (strsim::osa_distance(beginning, asked), count.abs_diff(letters));
    beginnings.min_by_key(rank).map_or(word, |(_, beginning)| beginning)
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

//! An expansion is the words of the library that count as a prefix or as a word that may be misspelt.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tantivy::postings::TermInfo;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use super::engine;
use super::schema::Fields;
use super::snapshot::{Snapshot, lives};
use crate::search::{Error, MAX_EXPANSION};

/// Which folded forms a word stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Likes {
    /// Those that begin with it.
    Beginning,
    /// Those that become it by so many changes.
    Changed(u8),
    /// Those whose beginning does.
    BeginningChanged(u8),
}

/// The folded forms that are looked for.
pub(super) struct Expansion {
    pub(super) used: Vec<String>,
    /// How many there are.
    pub(super) found: usize,
}

/// Returns the commonest of the folded forms in the library that a folded form stands for; of equally common ones the
/// first in the order of letters.
pub(super) fn expand(snapshot: &Snapshot, fields: &Fields, word: &str, likes: Likes) -> Result<Expansion, Error> {
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for reader in snapshot.searcher.segment_readers() {
        let index = reader.inverted_index(fields.forms).map_err(engine)?;
        for kind in Fields::folded_prefixes() {
            let beginning = format!("{kind}{word}");
            let mut add = |term: &[u8], info: &TermInfo| {
                if term.starts_with(kind.to_string().as_bytes())
                    && let Some(folded) = Fields::folded_of(term)
                {
                    let recordings = living(reader, &index, info)?;
                    if recordings > 0 {
                        *found.entry(folded.to_owned()).or_default() += recordings;
                    }
                }
                Ok::<_, Error>(())
            };
            let changed = |new: fn(Term, u8, bool) -> FuzzyTermQuery, changes| {
                new(Term::from_field_text(fields.forms, &beginning), changes, true).automaton().map_err(engine)
            };
            let automaton = match likes {
                Likes::Beginning => None,
                Likes::Changed(changes) => Some(changed(FuzzyTermQuery::new, changes)?),
                Likes::BeginningChanged(changes) => Some(changed(FuzzyTermQuery::new_prefix, changes)?),
            };
            if let Some(automaton) = automaton {
                let mut terms = index.terms().search(automaton).into_stream().map_err(|error| io(&error))?;
                while let Some((term, info)) = terms.next() {
                    add(term, info)?;
                }
            } else {
                let mut terms = index.terms().range().ge(&beginning).into_stream().map_err(|error| io(&error))?;
                while let Some((term, info)) = terms.next() {
                    if !term.starts_with(beginning.as_bytes()) {
                        break;
                    }
                    add(term, info)?;
                }
            }
        }
    }
    let count = found.len();
    let mut commonest: Vec<(String, u64)> = found.into_iter().collect();
    commonest.sort_by_key(|&(_, recordings)| Reverse(recordings));
    commonest.truncate(MAX_EXPANSION);
    Ok(Expansion { used: commonest.into_iter().map(|(folded, _)| folded).collect(), found: count })
}

/// Returns in how many recordings of a segment a term is said, without those that were removed.
fn living(reader: &SegmentReader, index: &InvertedIndexReader, info: &TermInfo) -> Result<u64, Error> {
    if !reader.has_deletes() {
        return Ok(info.doc_freq.into());
    }
    let read = index.read_postings_from_terminfo(info, IndexRecordOption::Basic);
    let mut postings = read.map_err(|error| io(&error))?;
    let mut count = 0;
    while postings.doc() != TERMINATED {
        count += u64::from(lives(reader, postings.doc()));
        postings.advance();
    }
    Ok(count)
}

fn io(error: &std::io::Error) -> Error {
    Error::Engine(error.to_string())
}

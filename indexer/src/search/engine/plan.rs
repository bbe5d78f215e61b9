//! A plan is a query in the terms of the index, with how much each part says.

use tantivy::Term;

use super::schema::Fields;
use super::snapshot::Snapshot;
use crate::query::{Part, Query, QueryWord};
use crate::search::Error;
use crate::search::rank::rarity;

pub(super) struct Plan {
    pub(super) required: Vec<Vec<WordTerms>>,
    pub(super) excluded: Vec<Vec<WordTerms>>,
    /// One for each required part.
    pub(super) rarities: Vec<f32>,
}

/// The terms under which a word of a query is said.
pub(super) struct WordTerms {
    /// Without marks, as the query's folded form is.
    pub(super) unmarked: Term,
    /// With any marks.
    pub(super) marked: Term,
    /// Which of the two, or which third term beside them, is the very form that was asked for.
    pub(super) exact: Exact,
}

/// Where the very form that was asked for is found.
pub(super) enum Exact {
    /// Under the unmarked term.
    Unmarked,
    /// Under a term of its own, at some of the positions of the marked one.
    Own(Term),
}

impl Plan {
    pub(super) fn new(snapshot: &Snapshot, fields: &Fields, query: &Query) -> Result<Self, Error> {
        let terms = |parts: &[Part]| -> Vec<Vec<WordTerms>> {
            parts.iter().map(|part| part.words().iter().map(|word| WordTerms::new(fields, word)).collect()).collect()
        };
        let required = terms(&query.required);
        let rarities = required.iter().map(|words| part_rarity(snapshot, words)).collect::<Result<_, _>>()?;
        Ok(Self { required, excluded: terms(&query.excluded), rarities })
    }
}

/// The rarity of a phrase is that of its rarest word, which is known without looking for the phrase everywhere.
fn part_rarity(snapshot: &Snapshot, words: &[WordTerms]) -> Result<f32, Error> {
    let mut fewest = u64::MAX;
    for word in words {
        fewest = fewest.min(snapshot.occurrences(&word.unmarked)? + snapshot.occurrences(&word.marked)?);
    }
    Ok(rarity(snapshot.words, fewest))
}

impl WordTerms {
    fn new(fields: &Fields, word: &QueryWord) -> Self {
        let terms = &word.terms;
        let exact =
            if terms.exact == terms.folded { Exact::Unmarked } else { Exact::Own(fields.exact_term(&terms.exact)) };
        Self { unmarked: fields.exact_term(&terms.folded), marked: fields.folded_term(&terms.folded), exact }
    }
}

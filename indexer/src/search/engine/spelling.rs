//! Words of the library that look like one that is said nowhere in it.

use std::time::Instant;

use super::expansion::expand;
use super::plan::Plan;
use super::schema::Fields;
use super::snapshot::Snapshot;
use crate::query::{Likeness, Query, QueryWord};
use crate::search::{Error, MissingWord};

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

/// Returns the commonest folded forms among those with the fewest changes.
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
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

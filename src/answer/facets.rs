//! Facets count the hits of an answer by speaker, language, folder and year, so that a person can narrow it down.
//!
//! Each ignores the filter that it would set itself: who chose one speaker still sees the others.

use std::cmp::Reverse;
use std::collections::HashMap;

use indexer::query::{Query, Value};
use indexer::search::{Answer, Error, Tally};
use serde::Serialize;

use super::known::{Entry, Known};

/// How many values a facet names; of more, the page could show none.
const NAMED: usize = 50;

/// The hits of an answer by what can be chosen.
#[derive(Debug, Default, Serialize)]
pub struct Facets {
    speaker: Facet,
    language: Facet,
    folder: Facet,
    year: Facet,
}

/// Values with the number of their hits, most hits first.
#[derive(Debug, Default, Serialize)]
struct Facet {
    values: Vec<Count>,
    /// How many other values there are.
    more: usize,
}

#[derive(Debug, Serialize)]
struct Count {
    value: String,
    hits: usize,
}

impl Facets {
    /// Counts the hits of an answer to a query; where the query has a filter of its own kind, `search` counts without it.
    pub(super) fn count(
        query: &Query,
        answer: &Answer,
        known: &Known,
        search: impl Fn(&Query) -> Result<Answer, Error>,
    ) -> Result<Self, Error> {
        let facet = |is_own: fn(&Value) -> bool, values: fn(&Entry, &Tally) -> Vec<(String, usize)>| {
            let filters = query.filters.without(is_own);
            if filters == query.filters {
                return Ok(Facet::of(&answer.tallies, known, values));
            }
            let without = search(&Query { filters, ..query.clone() })?;
            Ok(Facet::of(&without.tallies, known, values))
        };
        Ok(Self {
            speaker: facet(|value| matches!(value, Value::Speaker(_)), speakers)?,
            language: facet(|value| matches!(value, Value::Language(_)), languages)?,
            folder: facet(|value| matches!(value, Value::Folder(_)), folders)?,
            year: facet(|value| matches!(value, Value::Date(_)), year)?,
        })
    }
}

impl Facet {
    fn of(tallies: &[Tally], known: &Known, values: fn(&Entry, &Tally) -> Vec<(String, usize)>) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for tally in tallies {
            let Some(entry) = known.recordings.get(&tally.recording) else { continue };
            for (value, hits) in values(entry, tally) {
                *counts.entry(value).or_default() += hits;
            }
        }
        let mut values: Vec<Count> = counts.into_iter().map(|(value, hits)| Count { value, hits }).collect();
        values.sort_by(|one, other| (Reverse(one.hits), &one.value).cmp(&(Reverse(other.hits), &other.value)));
        let more = values.len().saturating_sub(NAMED);
        values.truncate(NAMED);
        Self { values, more }
    }
}

fn speakers(entry: &Entry, tally: &Tally) -> Vec<(String, usize)> {
    let named = |&(speaker, hits): &(Option<u16>, usize)| {
        Some((entry.recording.speakers.get(usize::from(speaker?))?.clone(), hits))
    };
    tally.speakers.iter().filter_map(named).collect()
}

fn languages(_: &Entry, tally: &Tally) -> Vec<(String, usize)> {
    tally.languages.iter().map(|(language, hits)| (language.to_string(), *hits)).collect()
}

fn folders(entry: &Entry, tally: &Tally) -> Vec<(String, usize)> {
    entry.about.folders.iter().map(|folder| (folder.text().to_owned(), tally.hits)).collect()
}

fn year(entry: &Entry, tally: &Tally) -> Vec<(String, usize)> {
    let year = entry.about.date.as_deref().and_then(|date| date.get(..4));
    year.map(|year| (year.to_owned(), tally.hits)).into_iter().collect()
}

//! Facets count the hits of an answer by speaker, language, folder and year, so that a person can narrow it down.
//!
//! Each ignores the filter that it would set itself: who chose one speaker still sees the others.

use std::collections::BTreeMap;

use indexer::query::{Query, Value};
use indexer::search::{Answer, Error, Tallies};
use serde::Serialize;

use super::known::Known;

/// How many values a facet names; of more, the page could show none.
const NAMED: usize = 50;

/// The hits of an answer by what can be chosen.
#[derive(Debug, Default, Serialize)]
pub(super) struct Facets {
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
        let facet = |is_own: fn(&Value) -> bool, count: fn(&Known, &Tallies) -> Facet| {
            let filters = query.filters.without(is_own);
            if filters == query.filters {
                return Ok(count(known, &answer.tallies));
            }
            let without = search(&Query { filters, ..query.clone() })?;
            Ok(count(known, &without.tallies))
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
    /// Takes values with their hits, each once.
    fn of<T: AsRef<str> + Ord>(mut counts: Vec<(T, usize)>) -> Self {
        counts.sort_unstable_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
        let more = counts.len().saturating_sub(NAMED);
        let named = counts.into_iter().take(NAMED);
        Self { values: named.map(|(value, hits)| Count { value: value.as_ref().to_owned(), hits }).collect(), more }
    }
}

/// Hits by place in [`Known::values`]: there may be thousands of recordings, and few values.
struct Places<'a> {
    known: &'a Known,
    hits: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(known: &'a Known) -> Self {
        Self { known, hits: vec![0; known.values.len()] }
    }

    fn add(&mut self, place: u32, hits: usize) {
        self.hits[place as usize] += hits;
    }

    fn facet(self) -> Facet {
        let counts = self.known.values.iter().zip(self.hits).filter(|&(_, hits)| hits > 0);
        Facet::of(counts.collect())
    }
}

fn speakers(known: &Known, tallies: &Tallies) -> Facet {
    let mut places = Places::new(known);
    for &(number, speaker, hits) in &tallies.speakers {
        if let Some(&name) = known.counted.speakers.of(number).get(usize::from(speaker)) {
            places.add(name, hits);
        }
    }
    places.facet()
}

fn languages(_: &Known, tallies: &Tallies) -> Facet {
    let mut counts = BTreeMap::new();
    for &(language, hits) in &tallies.languages {
        *counts.entry(language).or_default() += hits;
    }
    Facet::of(counts.into_iter().map(|(language, hits)| (language.to_string(), hits)).collect())
}

fn folders(known: &Known, tallies: &Tallies) -> Facet {
    let mut places = Places::new(known);
    for &(number, hits) in &tallies.recordings {
        for &folder in known.counted.folders.of(number) {
            places.add(folder, hits);
        }
    }
    places.facet()
}

fn year(known: &Known, tallies: &Tallies) -> Facet {
    let mut places = Places::new(known);
    for &(number, hits) in &tallies.recordings {
        for &year in known.counted.years.of(number) {
            places.add(year, hits);
        }
    }
    places.facet()
}

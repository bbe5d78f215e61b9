//! Facets count the hits of an answer by speaker, language, folder and year, so that a person can narrow it down.
//!
//! Each ignores the filter that it would set itself: who chose one speaker still sees the others.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use indexer::query::{Query, Value};
use indexer::recording::Language;
use indexer::search::{Answer, Error, Tallies};
use serde::Serialize;

use super::known::{IdHasher, Known};

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
        let facet = |is_own: fn(&Value) -> bool, values: Values| {
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
    fn of(tallies: &Tallies, known: &Known, values: Values) -> Self {
        let mut counts: HashMap<Key, usize, BuildHasherDefault<IdHasher>> = HashMap::default();
        values(known, tallies, &mut |key, hits| *counts.entry(key).or_default() += hits);
        let text = |key: &Key| match key {
            Key::Value(place) => known.values[*place as usize].clone(),
            Key::Language(language) => language.to_string(),
        };
        let mut counts: Vec<(String, usize)> = counts.iter().map(|(key, &hits)| (text(key), hits)).collect();
        counts.sort_unstable_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
        let more = counts.len().saturating_sub(NAMED);
        let named = counts.into_iter().take(NAMED);
        Self { values: named.map(|(value, hits)| Count { value, hits }).collect(), more }
    }
}

/// A value, as it is counted: a number, for there may be thousands of recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// A place in [`Known::values`].
    Value(u32),
    Language(Language),
}

/// Counts hits by some value of their recordings or words.
type Values = fn(&Known, &Tallies, &mut dyn FnMut(Key, usize));

fn speakers(known: &Known, tallies: &Tallies, count: &mut dyn FnMut(Key, usize)) {
    for &(number, speaker, hits) in &tallies.speakers {
        let entry = known.entries.get(number as usize);
        if let Some(&name) = entry.and_then(|entry| entry.counted.speakers.get(usize::from(speaker))) {
            count(Key::Value(name), hits);
        }
    }
}

fn languages(_: &Known, tallies: &Tallies, count: &mut dyn FnMut(Key, usize)) {
    tallies.languages.iter().for_each(|&(language, hits)| count(Key::Language(language), hits));
}

fn folders(known: &Known, tallies: &Tallies, count: &mut dyn FnMut(Key, usize)) {
    for &(number, hits) in &tallies.recordings {
        let folders = known.entries.get(number as usize).map_or(&[][..], |entry| &entry.counted.folders);
        for &folder in folders {
            count(Key::Value(folder), hits);
        }
    }
}

fn year(known: &Known, tallies: &Tallies, count: &mut dyn FnMut(Key, usize)) {
    for &(number, hits) in &tallies.recordings {
        if let Some(year) = known.entries.get(number as usize).and_then(|entry| entry.counted.year) {
            count(Key::Value(year), hits);
        }
    }
}

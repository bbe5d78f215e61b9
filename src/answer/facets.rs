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
    fn of(tallies: &[Tally], known: &Known, values: Values) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for tally in tallies {
            let Some(entry) = known.recordings.get(&tally.recording) else { continue };
            values(entry, tally, &mut |value, hits| *counts.entry(value).or_default() += hits);
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_unstable_by_key(|&(value, hits)| (Reverse(hits), value));
        let more = counts.len().saturating_sub(NAMED);
        let named = counts.into_iter().take(NAMED);
        Self { values: named.map(|(value, hits)| Count { value: value.to_owned(), hits }).collect(), more }
    }
}

/// Counts hits by some value of a recording or of its words.
type Values = for<'a> fn(&'a Entry, &'a Tally, &mut dyn FnMut(&'a str, usize));

fn speakers<'a>(entry: &'a Entry, tally: &'a Tally, count: &mut dyn FnMut(&'a str, usize)) {
    for &(speaker, hits) in &tally.speakers {
        let name = speaker.and_then(|speaker| entry.recording.speakers.get(usize::from(speaker)));
        if let Some(name) = name {
            count(name, hits);
        }
    }
}

fn languages<'a>(_: &'a Entry, tally: &'a Tally, count: &mut dyn FnMut(&'a str, usize)) {
    tally.languages.iter().for_each(|(language, hits)| count(language.as_str(), *hits));
}

fn folders<'a>(entry: &'a Entry, tally: &'a Tally, count: &mut dyn FnMut(&'a str, usize)) {
    entry.about.folders.iter().for_each(|folder| count(folder.text(), tally.hits));
}

fn year<'a>(entry: &'a Entry, tally: &'a Tally, count: &mut dyn FnMut(&'a str, usize)) {
    let year = entry.about.date.as_deref().and_then(|date| date.get(..4));
    if let Some(year) = year {
        count(year, tally.hits);
    }
}

//! Suggestions say what to ask instead when nothing was found, and how much that finds.

use indexer::query::{Part, Query, QueryWord};
use indexer::search::{Error, MissingWord};
use indexer::term::terms;
use serde::Serialize;

/// The most queries that are tried for each kind of suggestion: nobody reads more, and each is a search.
const TRIED: usize = 8;

/// The most spellings of a whole query.
const SPELLINGS: usize = 3;

/// What else may be asked (`docs/http-api.md`).
#[derive(Debug, Serialize)]
pub struct Suggestions {
    /// Words of the query that are said nowhere in the library.
    pub missing: Vec<String>,
    /// The query with words that are said and look like those.
    pub instead: Vec<Instead>,
    /// The query without one thing that it asks, or without all words that are said nowhere.
    pub without: Vec<Without>,
}

/// A query that finds something.
#[derive(Debug, Serialize)]
pub struct Instead {
    /// The query.
    pub query: String,
    /// All its hits.
    pub hits: usize,
}

/// A query that finds something because it asks less.
#[derive(Debug, Serialize)]
pub struct Without {
    /// What it does not ask, as it was written, several words with spaces between; `null` for the order of the words of
    /// phrases.
    pub left_out: Option<String>,
    /// The query.
    pub query: String,
    /// All its hits.
    pub hits: usize,
}

impl Suggestions {
    /// Tries queries like one that found nothing; `count` returns how many hits a query has.
    pub(super) fn of(
        query: &Query,
        missing: &[MissingWord],
        count: impl Fn(&Query) -> Result<usize, Error>,
    ) -> Result<Self, Error> {
        let mut instead: Vec<Instead> = Vec::new();
        for place in 0..SPELLINGS {
            let other = respelt(query, missing, place);
            let text = other.to_string();
            let is_new = other != *query && instead.iter().all(|known| known.query != text);
            let hits = if is_new { count(&other)? } else { 0 };
            instead.extend((hits > 0).then_some(Instead { query: text, hits }));
        }
        let words: Vec<_> = missing.iter().map(|missing| Part::Word(missing.word.clone()).to_string()).collect();
        let said = query.without_words(&|word| missing.iter().any(|missing| missing.word == *word));
        let loose = query.without_quotes();
        let mut fewer: Vec<(Option<String>, Query)> = Vec::new();
        fewer.extend(said.map(|query| (Some(words.join(" ")), query)));
        fewer.extend(loose.map(|query| (None, query)));
        fewer.extend(query.without_each().into_iter().map(|(left_out, query)| (Some(left_out), query)));
        let mut without: Vec<Without> = Vec::new();
        for (left_out, query) in fewer.into_iter().take(TRIED) {
            let text = query.to_string();
            let is_new = without.iter().all(|known| known.query != text);
            let hits = if is_new { count(&query)? } else { 0 };
            without.extend((hits > 0).then_some(Without { left_out, query: text, hits }));
        }
        Ok(Self { missing: missing.iter().map(|it| it.word.text.clone()).collect(), instead, without })
    }
}

/// Puts the similar word of a rank, or the last there is, in the place of each missing one.
fn respelt(query: &Query, missing: &[MissingWord], rank: usize) -> Query {
    query.with_words(&|word| {
        let similar = &missing.iter().find(|missing| missing.word == *word)?.similar;
        let text = similar.get(rank).or(similar.last())?;
        Some(QueryWord { text: text.clone(), terms: terms(text), likeness: word.likeness })
    })
}

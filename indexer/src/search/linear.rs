//! The oracle: evaluates what counts as found by brute force over the words, independently of any index.
//!
//! It shares nothing with [`super::engine`] but the terms, the passages and the query, and is written to be plainly
//! right, not fast.

use std::collections::BTreeSet;

use crate::passage::{Passage, passages};
use crate::query::{Part, Query, REACH_WORDS};
use crate::recording::RecordingId;
use crate::term::{Terms, terms};
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Transcript, WordRange};

/// A passage that the contract calls a hit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinearHit {
    /// The recording.
    pub recording: RecordingId,
    /// The passage's ordinal.
    pub passage: u32,
    /// From the start of the first moment to the end of the last one that starts in the passage.
    pub span: TimeSpan,
    /// Every occurrence of a required part inside such a moment.
    pub matches: Vec<WordRange>,
    /// Where a link points to: the start of the first matched word.
    pub start: Millis,
}

/// Transcripts that can be searched word by word.
#[derive(Debug)]
pub struct Linear<'a>(Vec<Prepared<'a>>);

#[derive(Debug)]
struct Prepared<'a> {
    transcript: &'a Transcript,
    terms: Vec<Terms>,
    passages: Vec<Passage>,
}

impl<'a> Linear<'a> {
    /// Takes the transcripts to search.
    #[must_use]
    pub fn new(transcripts: &'a [Transcript]) -> Self {
        let prepare = |transcript: &'a Transcript| Prepared {
            transcript,
            terms: transcript.words.iter().map(|word| terms(&word.text)).collect(),
            passages: passages(transcript),
        };
        Self(transcripts.iter().map(prepare).collect())
    }

    /// Returns all hits, by recording and then in the order of time.
    #[must_use]
    pub fn search(&self, query: &Query) -> Vec<LinearHit> {
        let mut hits: Vec<LinearHit> = self.0.iter().flat_map(|recording| recording.hits(query)).collect();
        hits.sort();
        hits
    }
}

impl Prepared<'_> {
    fn hits(&self, query: &Query) -> Vec<LinearHit> {
        let required: Vec<Vec<WordRange>> = query.required.iter().map(|part| self.occurrences(part)).collect();
        let excluded: Vec<Vec<WordRange>> = query.excluded.iter().map(|part| self.occurrences(part)).collect();
        let mut moments = self.moments(&required);
        moments.retain(|moment| {
            let touched: Vec<&Passage> = self.passages.iter().filter(|it| overlap(it.words, *moment)).collect();
            let starts_there = |found: &WordRange| touched.iter().any(|passage| passage.words.contains(found.start));
            !excluded.iter().flatten().any(starts_there)
        });
        self.passages.iter().filter_map(|passage| self.hit(passage, &moments, &required)).collect()
    }

    fn hit(&self, passage: &Passage, moments: &[WordRange], required: &[Vec<WordRange>]) -> Option<LinearHit> {
        let moments: Vec<&WordRange> = moments.iter().filter(|moment| passage.words.contains(moment.start)).collect();
        let is_held = |found: &&WordRange| moments.iter().any(|moment| contains(**moment, **found));
        let matches: BTreeSet<WordRange> = required.iter().flatten().filter(is_held).copied().collect();
        let start = moments.iter().map(|moment| moment.start).min()?;
        let end = moments.iter().map(|moment| moment.end).max()?;
        let first_matched = matches.first()?.start;
        Some(LinearHit {
            recording: self.transcript.recording,
            passage: passage.ordinal,
            span: self.transcript.span(WordRange::new(start, end))?,
            matches: matches.into_iter().collect(),
            start: self.transcript.words[first_matched as usize].span.start(),
        })
    }

    fn occurrences(&self, part: &Part) -> Vec<WordRange> {
        let asked = part.words();
        let mut found = Vec::new();
        for start in 0..self.terms.len() {
            let Some(said) = self.terms.get(start..start + asked.len()) else { break };
            if asked.iter().zip(said).all(|(asked, said)| asked.terms.folded == said.folded) {
                let start = u32::try_from(start).expect("words are counted in 32 bits");
                found.push(WordRange::new(start, start + u32::try_from(asked.len()).expect("a query is short")));
            }
        }
        found
    }

    /// Every stretch that holds all parts and no longer does when a word is taken from either end.
    fn moments(&self, required: &[Vec<WordRange>]) -> Vec<WordRange> {
        let mut moments = Vec::new();
        if required.is_empty() || required.iter().any(Vec::is_empty) {
            return moments;
        }
        let holds_all =
            |stretch: WordRange| required.iter().all(|part| part.iter().any(|&found| contains(stretch, found)));
        let words = u32::try_from(self.terms.len()).expect("words are counted in 32 bits");
        for start in 0..words {
            // The first end that holds all; any later one could be shortened at its end.
            let longest = words.min(start + REACH_WORDS);
            if !holds_all(WordRange::new(start, longest)) {
                continue;
            }
            let end = (start + 1..=longest).find(|&end| holds_all(WordRange::new(start, end)));
            if let Some(end) = end.filter(|&end| !holds_all(WordRange::new(start + 1, end))) {
                moments.push(WordRange::new(start, end));
            }
        }
        moments
    }
}

fn contains(outer: WordRange, inner: WordRange) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn overlap(one: WordRange, other: WordRange) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;
    use crate::search::tests::transcript;

    fn found(text: &str, query: &str) -> Vec<(u32, u32)> {
        let transcripts = [transcript(1, 1, &[(None, text)])];
        let hits = Linear::new(&transcripts).search(&parse(query).query);
        hits.iter().flat_map(|hit| &hit.matches).map(|words| (words.start, words.end)).collect()
    }

    #[test]
    fn the_contract_in_examples() {
        let far = format!("start {} end", "so ".repeat(148));
        let too_far = format!("start {} end", "so ".repeat(149));
        for (text, query, expected) in [
            ("we met the museum", "museum", &[(3, 4)][..]),
            ("Café, musée!", "cafe musee", &[(0, 1), (1, 2)]),
            ("cafe", "café", &[(0, 1)]),
            ("a b a", "a b", &[(0, 1), (1, 2), (2, 3)]),
            ("a a b", "a b", &[(1, 2), (2, 3)]),
            ("the local museum is local", "\"local museum\"", &[(1, 3)]),
            ("local. Museum", "\"local museum\"", &[(0, 2)]),
            ("the local museum", "\"museum local\"", &[]),
            ("cost of money", "cost -money", &[]),
            ("cost of money", "cost -\"money cost\"", &[(0, 1)]),
            ("cost of money", "-money", &[]),
            (&far, "start end", &[(0, 1), (149, 150)]),
            (&too_far, "start end", &[]),
        ] {
            assert_eq!(found(text, query), expected, "{query:?} in {text:?}");
        }
    }
}

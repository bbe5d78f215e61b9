//! A baseline is how transcripts are searched elsewhere: BM25 over captions, or over chunks of equal length.
//!
//! Words are lower-cased and found as they are; what holds any of the query's words is found (Lucene's default, k1 1.2,
//! b 0.75). Operators and filters are not understood; their words are left out where they are no words to look for.

use std::collections::HashMap;

use indexer::transcript::WordRange;

use crate::Result;
use crate::interview::Interview;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// A caption: two lines of 42 characters hold about so many words.
const CAPTION_WORDS: usize = 14;

/// A chunk as it is cut for search by meaning.
const CHUNK_WORDS: usize = 200;

pub(crate) struct Baseline {
    units: Vec<(Result, Vec<String>)>,
    /// In how many units each word is.
    spread: HashMap<String, usize>,
    mean_length: f64,
}

impl Baseline {
    /// Cuts where sentences end, or when a caption is full.
    pub(crate) fn captions(interviews: &[Interview]) -> Self {
        Self::new(interviews, |length, ends_sentence| length == CAPTION_WORDS || ends_sentence)
    }

    /// Cuts after every two hundred words.
    pub(crate) fn chunks(interviews: &[Interview]) -> Self {
        Self::new(interviews, |length, _| length == CHUNK_WORDS)
    }

    fn new(interviews: &[Interview], is_full: impl Fn(usize, bool) -> bool) -> Self {
        let mut units: Vec<(Result, Vec<String>)> = Vec::new();
        for (interview, Interview { transcript, .. }) in interviews.iter().enumerate() {
            let mut start = 0;
            for (end, word) in (1..).zip(&transcript.words) {
                let is_last = end as usize == transcript.words.len();
                if is_full((end - start) as usize, word.text.contains(['.', '?', '!'])) || is_last {
                    let words = WordRange::new(start, end);
                    let unit = Result { interview, word: start, start: transcript.words[start as usize].span.start() };
                    units.push((unit, tokens(&transcript.text(words))));
                    start = end;
                }
            }
        }
        let mut spread = HashMap::new();
        for (_, words) in &units {
            let mut words: Vec<&String> = words.iter().collect();
            words.sort_unstable();
            words.dedup();
            for word in words {
                *spread.entry(word.clone()).or_default() += 1;
            }
        }
        let all: usize = units.iter().map(|(_, words)| words.len()).sum();
        Self { mean_length: all as f64 / units.len() as f64, units, spread }
    }

    pub(crate) fn search(&self, query: &str) -> Vec<Result> {
        let is_word =
            |part: &&str| !part.contains("NEAR/") && !part.contains(':') && *part != "OR" && !part.starts_with('-');
        let asked: Vec<String> = query.split(' ').filter(is_word).flat_map(tokens).collect();
        let scored = self.units.iter().map(|(unit, words)| (self.score(&asked, words), unit));
        let mut found: Vec<_> = scored.filter(|(score, _)| *score > 0.0).collect();
        found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        found.into_iter().map(|(_, unit)| unit.clone()).collect()
    }

    fn score(&self, asked: &[String], words: &[String]) -> f64 {
        let of = |asked: &String| {
            let frequency = words.iter().filter(|word| *word == asked).count() as f64;
            let spread = *self.spread.get(asked).unwrap_or(&0) as f64;
            let rarity = (1.0 + (self.units.len() as f64 - spread + 0.5) / (spread + 0.5)).ln();
            let length = words.len() as f64 / self.mean_length;
            rarity * frequency / (frequency + K1 * (1.0 - B + B * length))
        };
        asked.iter().map(of).sum()
    }
}

fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

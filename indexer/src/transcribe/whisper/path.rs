//! A path is a text on its way, token by token: what was chosen at each place, and what might have been.

use super::draft::{Sentence, Written, believed};
use super::rules::{CENTIS_A_TIME, Choice};
use super::vocabulary::TokenId;
use super::{Model, SHORTEST};
use crate::time::SAMPLE_RATE;

/// Hardly anybody says more tokens a second: fast Hindi has twelve, a letter of Georgian or Burmese nearly three.
const FASTEST: usize = 24;

/// Tokens that even the shortest sound may have.
const FEWEST: usize = 16;

/// A run of at most so many tokens that comes again and again is a loop.
const LONGEST_LOOP: usize = 48;

/// So many times in a row no run of tokens comes.
const LOOPS: usize = 4;

/// Shorter repeats, in tokens, are left alone: people laugh, count and stammer.
const SHORTEST_LOOP: usize = 12;

/// A run of so many tokens is a sentence, which nobody says twice without a word between; of a shorter one, all rounds but
/// the last may have been said.
const SENTENCE: usize = 8;

/// How long the last word of a text that was cut may last, in centiseconds.
const AFTER_LAST: i64 = 100;

/// What holds for all paths through one sound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The last time that lies in the sound, in times after its start.
    pub(super) latest: TokenId,
    /// The most tokens of a text.
    most: usize,
    /// The most tokens of prompt and text.
    room: usize,
}

impl Bounds {
    pub(super) fn of(samples: usize, model: &Model) -> Self {
        Self {
            latest: TokenId::try_from(samples * 50 / SAMPLE_RATE as usize).unwrap_or(TokenId::MAX),
            most: samples.max(SHORTEST) * FASTEST / SAMPLE_RATE as usize + FEWEST,
            room: usize::try_from(model.context.n_text_ctx()).unwrap_or(0),
        }
    }

    /// Returns whether a path may not become longer.
    pub(super) fn are_reached_by(self, path: &Path) -> bool {
        path.written().len() >= self.most || path.tokens.len() >= self.room
    }
}

/// The tokens of a text after a prompt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    prompt: usize,
    /// The prompt, then what was chosen.
    tokens: Vec<TokenId>,
    choices: Vec<Choice>,
    /// Tokens from here on are no text.
    end: TokenId,
}

impl Path {
    pub(super) fn new(prompt: &[TokenId], end: TokenId) -> Self {
        Self { prompt: prompt.len(), tokens: prompt.to_vec(), choices: Vec::new(), end }
    }

    /// Returns prompt and text.
    pub(super) fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }

    /// Returns the text, times included.
    pub(super) fn written(&self) -> &[TokenId] {
        &self.tokens[self.prompt..]
    }

    pub(super) fn choices(&self) -> &[Choice] {
        &self.choices
    }

    pub(super) fn push(&mut self, choice: Choice) {
        self.tokens.push(choice.id);
        self.choices.push(choice);
    }

    /// Returns the path as far as its first `count` tokens of text.
    pub(super) fn up_to(&self, count: usize) -> Self {
        let mut path = self.clone();
        path.tokens.truncate(self.prompt + count);
        path.choices.truncate(count);
        path
    }

    /// Goes on with what another path has from its `count`th token of text on.
    pub(super) fn join(&mut self, other: &Self, count: usize) {
        other.choices[count..].iter().for_each(|&choice| self.push(choice));
    }

    pub(super) fn has_words(&self) -> bool {
        self.written().iter().any(|&id| id < self.end)
    }

    /// Returns the sum of the logarithms of probability of some tokens.
    pub(super) fn log_probability(&self, range: std::ops::Range<usize>) -> f32 {
        self.choices[range].iter().map(|choice| choice.probability.max(1e-9).ln()).sum()
    }

    /// Returns how many tokens are kept of a text in which a run of words has come so often that it is a loop, if it
    /// has: the next token begins the second round of a sentence, or completes the last round of a shorter run.
    pub(super) fn before_loop(&self) -> Option<usize> {
        let text: Vec<(usize, TokenId)> =
            (0..).zip(self.written().iter().copied()).filter(|it| it.1 < self.end).collect();
        let ids: Vec<TokenId> = text.iter().map(|it| it.1).collect();
        let (count, length) = (1..=ids.len()).find_map(|count| Some((count, round_of_loop(&ids[..count])?)))?;
        let leave = if length < SENTENCE { 1 } else { length * (LOOPS - 1) };
        Some(text[count - leave].0)
    }

    /// Returns the tokens that would complete a loop.
    pub(super) fn barred(&self) -> Vec<TokenId> {
        let mut text: Vec<TokenId> = self.written().iter().copied().filter(|&id| id < self.end).collect();
        let candidates: Vec<TokenId> =
            (1..=LONGEST_LOOP.min(text.len())).map(|length| text[text.len() - length]).collect();
        let mut barred = Vec::new();
        for candidate in candidates {
            text.push(candidate);
            if !barred.contains(&candidate) && round_of_loop(&text).is_some() {
                barred.push(candidate);
            }
            text.pop();
        }
        barred
    }

    /// Returns the text as sentences between times.
    pub(super) fn sentences(&self, model: &Model, bounds: Bounds) -> Vec<Sentence> {
        let first_time = model.vocabulary.first_time;
        let mut sentences = Sentences::default();
        for choice in &self.choices {
            if choice.id >= first_time {
                sentences.time(i64::from(choice.id - first_time) * CENTIS_A_TIME);
                continue;
            }
            let bytes = model.context.token_to_bytes(choice.id).map(<[u8]>::to_vec).unwrap_or_default();
            let start = choice.time.and_then(|(time, alone, all)| believed(time, alone, all));
            sentences.open.tokens.push(Written { bytes, probability: choice.probability, start });
        }
        let end = i64::from(bounds.latest) * CENTIS_A_TIME;
        // A text that found no room to end says nothing of what comes after its last word.
        let last = if bounds.are_reached_by(self) { sentences.last_time() } else { None };
        sentences.finish(last.map_or(end, |last| (last + AFTER_LAST).min(end)))
    }
}

/// Returns the length of the run that the last of some words only repeat, if they do.
fn round_of_loop(tokens: &[TokenId]) -> Option<usize> {
    (1..=LONGEST_LOOP).find(|&length| {
        let repeated = (length * (LOOPS - 1)).max(SHORTEST_LOOP);
        let Some(before) = tokens.len().checked_sub(repeated + length) else { return false };
        tokens[before..].iter().zip(&tokens[before + length..]).all(|(token, later)| token == later)
    })
}

/// Tokens as sentences between times.
#[derive(Default)]
struct Sentences {
    done: Vec<Sentence>,
    open: Sentence,
}

impl Sentences {
    fn time(&mut self, time: i64) {
        if self.open.tokens.is_empty() {
            self.open.start = time;
        } else {
            self.close(time);
        }
    }

    fn close(&mut self, end: i64) {
        self.open.end = end;
        self.done.push(std::mem::take(&mut self.open));
        self.open.start = end;
    }

    /// Returns the last time that is known.
    fn last_time(&self) -> Option<i64> {
        let started = self.open.tokens.iter().rev().find_map(|token| token.start);
        started.max((!self.open.tokens.is_empty()).then_some(self.open.start))
    }

    fn finish(mut self, end: i64) -> Vec<Sentence> {
        if !self.open.tokens.is_empty() {
            self.close(end);
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text is below 100, times are 200 and above.
    fn path(tokens: &[TokenId]) -> Path {
        let mut path = Path::new(&[101, 102], 100);
        for &id in tokens {
            path.push(Choice { id, probability: 0.5, time: None, rival: None });
        }
        path
    }

    #[test]
    fn a_loop_is_seen_where_it_begins_to_be_one() {
        // Twice in a row a sentence of nine words, and what follows.
        let nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        let sentences: Vec<TokenId> = [&[200], &nine[..], &nine, &[210], &nine, &nine[..8]].concat();
        let looped = [&sentences[..], &[9]].concat();
        let rows: [(&[TokenId], Option<usize>, &[TokenId]); 7] = [
            (&sentences, None, &[9]),
            (&looped, Some(10), &[1]),
            (&[200, 1, 2, 3, 4], None, &[]),
            // Thirteen in a row, and what would be the thirteenth.
            (&[200, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7], Some(13), &[7]),
            (&[200, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7], None, &[7]),
            // Four times the same five words, times between them; the last word would complete it.
            (&[1, 2, 3, 4, 5, 210, 1, 2, 3, 4, 5, 220, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 9], Some(21), &[]),
            (&[1, 2, 3, 4, 5, 210, 1, 2, 3, 4, 5, 220, 1, 2, 3, 4, 5, 1, 2, 3, 4], None, &[5]),
        ];
        for (tokens, start, barred) in rows {
            let path = path(tokens);
            assert_eq!((path.before_loop(), path.barred().as_slice()), (start, barred), "{tokens:?}");
        }
    }

    #[test]
    fn parts_of_paths_are_joined() {
        let mut one = path(&[200, 1, 2, 3]).up_to(2);
        one.join(&path(&[200, 5, 6, 7, 250]), 3);
        assert_eq!(one, path(&[200, 1, 7, 250]));
        assert_eq!(one.tokens(), [101, 102, 200, 1, 7, 250]);
        assert!(one.has_words() && !path(&[200, 250]).has_words());
        assert!((one.log_probability(1..3) - 2.0 * 0.5_f32.ln()).abs() < 1e-5);
    }
}

//! A draft is what one try at some sound wrote: sentences of tokens, with times in centiseconds of the sound.

use super::rules::CENTIS_A_TIME;
use super::vocabulary::TokenId;
use crate::time::{Millis, TimeSpan};
use crate::transcribe::anchor::{self, Mark};
use crate::transcribe::words::Token;

/// A time that the model names is believed above this probability, alone and together with all other times.
const BELIEVED: f32 = 0.01;

/// A text token as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    /// Its bytes, which may end inside a letter.
    pub(super) bytes: Vec<u8>,
    /// How sure the model was, 0 to 1.
    pub(super) probability: f32,
    /// When it starts, if the model says so.
    pub(super) start: Option<i64>,
}

/// Some tokens between two times.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Sentence {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) tokens: Vec<Written>,
}

/// What one try wrote.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Draft {
    pub(super) sentences: Vec<Sentence>,
}

impl Draft {
    /// Returns the mean log-probability of the text tokens; 0 without any.
    pub(super) fn mean_log_probability(&self) -> f32 {
        let logs = self.sentences.iter().flat_map(|sentence| &sentence.tokens).map(|it| it.probability.max(1e-9).ln());
        let (sum, count) = logs.fold((0.0, 0.0), |(sum, count), log| (sum + log, count + 1.0));
        sum / f32::max(count, 1.0)
    }

    /// Returns the tokens with their times in a recording, in which the sound takes `span`.
    pub(super) fn tokens(&self, span: TimeSpan) -> Vec<Token> {
        let time = |centis: i64| {
            let millis = Millis::new(u32::try_from(centis.max(0).saturating_mul(10)).unwrap_or(u32::MAX));
            span.start().saturating_add(millis).min(span.end())
        };
        let mut tokens = Vec::new();
        for sentence in &self.sentences {
            let marks: Vec<Mark> = sentence
                .tokens
                .iter()
                .map(|token| Mark { start: token.start, weight: anchor::weight(&token.bytes) })
                .collect();
            let times = anchor::spread(&marks, sentence.start, sentence.end);
            tokens.extend(sentence.tokens.iter().zip(times).map(|(token, (start, end))| Token {
                bytes: token.bytes.clone(),
                start: time(start),
                end: time(end),
                probability: token.probability,
            }));
        }
        tokens
    }
}

/// Returns the time that a model names, in centiseconds, where it is sure enough.
pub(super) fn believed(time: TokenId, alone: f32, all: f32) -> Option<i64> {
    (alone > BELIEVED && all > BELIEVED).then(|| CENTIS_A_TIME * i64::from(time))
}

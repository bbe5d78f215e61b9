//! The greedy search: always the likeliest next token. The same sound gives the same words.

use super::draft::{Sentence, Written, believed};
use super::ear::Ear;
use super::rules::{self, CENTIS_A_TIME};
use super::vocabulary::{TokenId, Vocabulary};
use super::{Model, SHORTEST};
use crate::cancel::Cancel;
use crate::time::SAMPLE_RATE;
use crate::transcribe::RecognitionError;

/// Nobody says more tokens a second in any script.
const FASTEST: usize = 16;

/// Tokens that even the shortest sound may have.
const FEWEST: usize = 16;

/// A run of at most so many tokens that comes again and again is a loop.
const LONGEST_LOOP: usize = 24;

/// So many tokens of repeats are enough to see that it will never end.
const LOOP: usize = 60;

/// Writes what the ear has heard after `prompt`; `samples` is how much it heard.
pub(super) fn sentences(
    ear: &mut Ear,
    model: &Model,
    prompt: &[TokenId],
    samples: usize,
    cancel: &Cancel,
) -> Result<Vec<Sentence>, RecognitionError> {
    let vocabulary = &model.vocabulary;
    let sound = samples.max(SHORTEST);
    let room = usize::try_from(model.context.n_text_ctx() / 2).unwrap_or(0);
    let most = (sound * FASTEST / SAMPLE_RATE as usize + FEWEST).min(room);
    let latest = TokenId::try_from(samples * 50 / SAMPLE_RATE as usize).unwrap_or(TokenId::MAX);

    let mut text = prompt.to_vec();
    let mut sentences = Sentences::default();
    let (mut past, mut said) = (0, Vec::new());
    while text.len() - prompt.len() < most {
        if cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled);
        }
        let logits = ear.after(&text, past)?;
        let choice = rules::choose(logits, &text[prompt.len()..], latest, vocabulary);
        if choice.id == vocabulary.end {
            break;
        }
        past = text.len();
        text.push(choice.id);
        sentences.push(model, vocabulary, choice);
        if choice.id < vocabulary.end {
            said.push(choice.id);
            if is_loop(&said) {
                break;
            }
        }
    }
    Ok(sentences.finish(i64::from(latest) * CENTIS_A_TIME))
}

/// Returns whether the last of the text tokens only repeat some run of tokens.
fn is_loop(tokens: &[TokenId]) -> bool {
    (1..=LONGEST_LOOP).any(|length| {
        let Some(before) = tokens.len().checked_sub(LOOP + length) else { return false };
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
    fn push(&mut self, model: &Model, vocabulary: &Vocabulary, choice: rules::Choice) {
        if choice.id >= vocabulary.first_time {
            let time = i64::from(choice.id - vocabulary.first_time) * CENTIS_A_TIME;
            if self.open.tokens.is_empty() {
                self.open.start = time;
            } else {
                self.close(time);
            }
            return;
        }
        let bytes = model.context.token_to_bytes(choice.id).map(<[u8]>::to_vec).unwrap_or_default();
        let start = choice.time.and_then(|(time, alone, all)| believed(time, alone, all, 0));
        self.open.tokens.push(Written { bytes, probability: choice.probability, start });
    }

    fn close(&mut self, end: i64) {
        self.open.end = end;
        self.done.push(std::mem::take(&mut self.open));
        self.open.start = end;
    }

    fn finish(mut self, end: i64) -> Vec<Sentence> {
        if !self.open.tokens.is_empty() {
            self.close(end);
        }
        self.done
    }
}

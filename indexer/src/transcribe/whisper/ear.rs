//! An ear hears some sound once (the encoder) and then answers any number of beginnings (the decoder).
//!
//! whisper.cpp's own way listens once to find the language, once more to write, and again whenever a text ends early.

use whisper_rs::{FullParams, SamplingStrategy, WhisperState};

use super::rules;
use super::vocabulary::TokenId;
use super::{Model, failed, positions, prepared};
use crate::transcribe::RecognitionError;
use crate::transcribe::tries::Beginning;

/// The memory of one thread over a model.
pub(super) struct Ear {
    model: Model,
    state: WhisperState,
    parameters: FullParams<'static, 'static>,
    /// The tokens that the decoder remembers.
    given: Vec<TokenId>,
}

impl Ear {
    pub(super) fn new(model: &Model) -> Result<Self, RecognitionError> {
        let state = model.context.create_state().map_err(failed)?;
        let mut parameters = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        parameters.set_n_threads(1);
        // Any language will do: without one it would be looked for. (Set once, because setting it leaks.)
        parameters.set_language(Some("en"));
        // No more than 100 ms runs neither encoder nor decoder.
        parameters.set_duration_ms(100);
        Ok(Self { model: model.clone(), state, parameters, given: Vec::new() })
    }

    /// Hears some sound; what it heard before is forgotten.
    pub(super) fn listen(&mut self, sound: &[f32]) -> Result<(), RecognitionError> {
        self.given.clear();
        let mut parameters = self.parameters.clone();
        parameters.set_audio_ctx(positions(sound.len(), self.model.context.n_audio_ctx()));
        // A run that does nothing, but leaves spectrogram and encoder's length in the state, where the next call looks
        // for them: there is no other way to set the length.
        self.state.full(parameters, &prepared(sound)).map_err(failed)?;
        self.state.encode(0, 1).map_err(failed)
    }

    /// Returns the logits after some tokens, at least one. What they have in common with those of the last call is not
    /// decoded again.
    pub(super) fn after(&mut self, tokens: &[TokenId]) -> Result<&[f32], RecognitionError> {
        // The library answers with the logits of the first token of a batch, so the last is a batch of its own.
        let last = tokens.len().saturating_sub(1);
        let known = self.given.iter().zip(&tokens[..last]).take_while(|(given, token)| given == token).count();
        self.given.truncate(known);
        if known < last {
            self.state.decode(&tokens[known..last], known, 1).map_err(failed)?;
        }
        self.state.decode(&tokens[last..], last, 1).map_err(failed)?;
        self.given.extend(&tokens[known..]);
        self.state.get_logits().map_err(failed)
    }

    /// Returns how likely each language is, and how likely it is that nobody speaks.
    pub(super) fn beginning(&mut self) -> Result<Beginning, RecognitionError> {
        let model = self.model.clone();
        let vocabulary = &model.vocabulary;
        let logits = self.after(&[vocabulary.start])?;
        let nobody = rules::softmax(logits, 0..TokenId::try_from(logits.len()).unwrap_or(TokenId::MAX));
        let nobody = nobody.get(usize::try_from(vocabulary.no_speech).unwrap_or(usize::MAX)).copied().unwrap_or(0.0);
        let likely = rules::softmax(logits, vocabulary.languages.iter().copied());
        let languages = (0..).zip(likely).filter_map(|(id, p)| Some((super::language_of(id)?, p))).collect();
        Ok(Beginning { languages, no_speech: nobody })
    }
}

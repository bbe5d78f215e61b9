//! The beam search: several beginnings are pursued at once, by whisper.cpp's own run, which hears the sound again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use whisper_rs::{FullParams, SamplingStrategy, WhisperSegment, WhisperState, WhisperTokenData};

use super::draft::{Sentence, Written, believed};
use super::rules::CENTIS_A_TIME;
use super::{Model, failed, positions, prepared, whisper_code};
use crate::cancel::Cancel;
use crate::recording::Language;
use crate::transcribe::RecognitionError;

/// How many beginnings are pursued, as many as Whisper's authors do.
const WIDTH: i32 = 5;

/// The beam search over a model.
pub(super) struct Beam {
    /// Stands before what is said.
    glossary: Option<String>,
    /// Built once for each language, because building leaks a little (the language's name, the closure).
    parameters: HashMap<Language, FullParams<'static, 'static>>,
    /// What the closures in `parameters` look at.
    cancel: Arc<Mutex<Cancel>>,
}

impl Beam {
    pub(super) fn new(glossary: Option<String>) -> Self {
        Self { glossary, parameters: HashMap::new(), cancel: Arc::default() }
    }

    /// Writes what is said in some sound, in a memory of its own: candidates are drawn at random, by a generator that
    /// goes on from run to run of one state, and what a window gave would depend on the windows before it.
    pub(super) fn sentences(
        &mut self,
        model: &Model,
        sound: &[f32],
        language: Language,
        cancel: &Cancel,
    ) -> Result<Vec<Sentence>, RecognitionError> {
        self.cancel.lock().unwrap_or_else(PoisonError::into_inner).clone_from(cancel);
        let mut parameters = self.parameters(language);
        parameters.set_audio_ctx(positions(sound.len(), model.context.n_audio_ctx()));
        let mut state = model.context.create_state().map_err(failed)?;
        let outcome = state.full(parameters, &prepared(sound));
        if cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled);
        }
        outcome.map_err(failed)?;
        Ok(sentences(model, &state))
    }

    fn parameters(&mut self, language: Language) -> FullParams<'static, 'static> {
        let (glossary, cancel) = (self.glossary.as_deref(), &self.cancel);
        let new = || new_parameters(language, glossary, Arc::clone(cancel));
        self.parameters.entry(language).or_insert_with(new).clone()
    }
}

fn new_parameters(
    language: Language,
    glossary: Option<&str>,
    cancel: Arc<Mutex<Cancel>>,
) -> FullParams<'static, 'static> {
    let mut parameters = FullParams::new(SamplingStrategy::BeamSearch { beam_size: WIDTH, patience: -1.0 });
    parameters.set_n_threads(1);
    parameters.set_language(whisper_code(language));
    parameters.set_translate(false);
    // What one window said must not colour the next.
    parameters.set_no_context(true);
    if let Some(glossary) = glossary {
        parameters.set_initial_prompt(glossary);
    }
    parameters.set_suppress_blank(true);
    parameters.set_suppress_nst(true);
    parameters.set_temperature(0.0);
    // Which try comes next is decided outside.
    parameters.set_temperature_inc(0.0);
    // Never passed over here: what seems to be silence is judged with all other tries.
    parameters.set_no_speech_thold(1.0);
    parameters.set_print_progress(false);
    parameters.set_print_realtime(false);
    parameters.set_print_timestamps(false);
    // whisper-rs calls the closure through the type named here but stores it boxed; only a boxed closure fits both.
    let cancelled: Box<dyn FnMut() -> bool> =
        Box::new(move || cancel.lock().unwrap_or_else(PoisonError::into_inner).is_cancelled());
    parameters.set_abort_callback_safe::<_, Box<dyn FnMut() -> bool>>(cancelled);
    parameters
}

/// Returns what a run wrote.
fn sentences(model: &Model, state: &WhisperState) -> Vec<Sentence> {
    let vocabulary = &model.vocabulary;
    // Where the encoder's view began when the current sentences were written, in centiseconds of the sound.
    let mut view = 0;
    let mut sentences = Vec::new();
    for segment in state.as_iter() {
        let all = data_of(&segment);
        if let Some(data) = all.first().filter(|data| data.id >= vocabulary.first_time) {
            view = segment.start_timestamp() - CENTIS_A_TIME * i64::from(data.id - vocabulary.first_time);
        }
        let tokens = (0..)
            .zip(&all)
            .filter(|(_, data)| data.id < vocabulary.end)
            .map(|(number, data)| Written {
                bytes: bytes_of(&segment, number),
                probability: data.p,
                start: believed(data.tid - vocabulary.first_time, data.pt, data.ptsum, view),
            })
            .collect();
        sentences.push(Sentence { start: segment.start_timestamp(), end: segment.end_timestamp(), tokens });
    }
    sentences
}

fn data_of(segment: &WhisperSegment<'_>) -> Vec<WhisperTokenData> {
    (0..segment.n_tokens()).filter_map(|number| Some(segment.get_token(number)?.token_data())).collect()
}

/// Returns a token's bytes, which may end inside a letter.
fn bytes_of(segment: &WhisperSegment<'_>, number: i32) -> Vec<u8> {
    let token = segment.get_token(number);
    token.and_then(|token| token.to_bytes().map(<[u8]>::to_vec).ok()).unwrap_or_default()
}

//! Whisper, run by whisper.cpp. The only file that names whisper-rs, whose traps it works around.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, Once, PoisonError};

use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperSegment, WhisperState,
    WhisperTokenData,
};

use super::anchor::{self, Mark};
use super::words::Token;
use super::{Excerpt, Heard, RecognitionError, Transcriber, onset, trust, words};
use crate::cancel::Cancel;
use crate::recording::Language;
use crate::time::{Millis, SAMPLE_RATE, TimeSpan};

/// Shorter sound is filled up with silence to one second: whisper.cpp passes over less than 100 ms without a word.
const SHORTEST: usize = SAMPLE_RATE as usize;

/// Softer windows are raised to this peak: the spectrogram that Whisper reads depends on how loud the sound is.
const PEAK: f32 = 0.5;

/// More than this factor (30 dB) would only raise noise.
const MOST_GAIN: f32 = 32.0;

/// Encoder positions a second of sound.
const POSITIONS: usize = 50;

/// Positions of silence that the encoder sees after the sound, without which it breaks off.
const MARGIN: usize = 64;

/// How many beginnings [`Search::Beam`] pursues, as many as Whisper's authors do.
const BEAM: i32 = 5;

/// A time that the model names is believed above this probability, alone and together with all other times.
const BELIEVED: f32 = 0.01;

/// Codes of ISO 639 beside those that Whisper uses for the same language.
const ALIASES: [(&str, &str); 4] = [("nb", "no"), ("jv", "jw"), ("fil", "tl"), ("iw", "he")];

/// Whisper's weights, loaded once; clones share them.
#[derive(Clone)]
pub struct Model {
    context: Arc<WhisperContext>,
}

impl Model {
    /// Reads a model file in whisper.cpp's format.
    ///
    /// # Errors
    /// When the file cannot be read or is not such a model. A damaged file can end the process instead:
    /// check its hash first and load it in a process of its own.
    pub fn load(path: &Path) -> Result<Self, RecognitionError> {
        silence();
        let context = WhisperContext::new_with_params(path, WhisperContextParameters::default())
            .map_err(|_| RecognitionError::Model(path.to_owned()))?;
        Ok(Self { context: Arc::new(context) })
    }

    /// Makes a recogniser over these weights for one thread.
    #[must_use]
    pub fn recogniser(&self, search: Search) -> Recogniser {
        Recogniser { model: self.clone(), search, parameters: HashMap::new(), cancel: Arc::default() }
    }

    fn is_multilingual(&self) -> bool {
        self.context.is_multilingual()
    }
}

/// How the likeliest text is sought (measured in `docs/decisions/recognition.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Search {
    /// Several beginnings are pursued at once: fewer errors where the model is less at home than in English, a third
    /// more time.
    Beam,
    /// Always the likeliest next token.
    #[default]
    Greedy,
}

/// Returns the languages that multilingual models know.
#[must_use]
pub fn languages() -> Vec<Language> {
    (0..=whisper_rs::get_lang_max_id()).filter_map(language_of).collect()
}

/// Returns what the compiled library says of the instructions that it uses, as `AVX2 = 1 | FMA = 1 | …`.
#[must_use]
pub fn cpu_report() -> &'static str {
    silence();
    whisper_rs::print_system_info()
}

/// Whisper for one thread. Several recognisers keep all cores busy without waiting for each other, which the threads of
/// one would.
pub struct Recogniser {
    model: Model,
    search: Search,
    /// Built once for each language, because building leaks a little (the language's name, the closure).
    parameters: HashMap<Language, FullParams<'static, 'static>>,
    /// What the closures in `parameters` look at.
    cancel: Arc<Mutex<Cancel>>,
}

impl Transcriber for Recogniser {
    fn transcribe(&mut self, excerpt: &Excerpt<'_>, cancel: &Cancel) -> Result<Heard, RecognitionError> {
        let language = self.choose(excerpt)?;
        self.cancel.lock().unwrap_or_else(PoisonError::into_inner).clone_from(cancel);
        let mut parameters = self.parameters(language);
        parameters.set_audio_ctx(positions(excerpt.sound.len(), self.model.context.n_audio_ctx()));
        let mut state = self.state()?;
        let outcome = state.full(parameters, &prepared(excerpt.sound));
        if cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled);
        }
        outcome.map_err(failed)?;

        let span = excerpt.window.span;
        let (tokens, mean_log_probability) = self.tokens(&state, span);
        let sounds = onset::sounds(excerpt.sound, span.start());
        let heard = match words::text(&tokens) {
            text if trust::is_sound_note(&text) => Vec::new(),
            _ => words::words(&tokens, span, &sounds, language),
        };
        let trust = trust::judge(&heard, mean_log_probability);
        Ok(Heard { words: heard, language, trust })
    }

    fn detect(&mut self, sound: &[f32]) -> Result<Vec<(Language, f32)>, RecognitionError> {
        if !self.model.is_multilingual() {
            return Ok(vec![(Language::from_tag("en").unwrap_or(Language::UNKNOWN), 1.0)]);
        }
        // Decoding no more than 100 ms runs neither encoder nor decoder, but leaves the spectrogram and the encoder's
        // length in the state, where the detection looks for them.
        let mut parameters = self.parameters(Language::from_tag("en").unwrap_or(Language::UNKNOWN));
        parameters.set_audio_ctx(positions(sound.len(), self.model.context.n_audio_ctx()));
        parameters.set_duration_ms(100);
        let mut state = self.state()?;
        state.full(parameters, &prepared(sound)).map_err(failed)?;
        let (_, probabilities) = state.lang_detect(0, 1).map_err(failed)?;
        Ok((0..).zip(probabilities).filter_map(|(id, probability)| Some((language_of(id)?, probability))).collect())
    }
}

impl Recogniser {
    /// Returns the language of an excerpt: the only one allowed, or the likeliest of those allowed.
    fn choose(&mut self, excerpt: &Excerpt<'_>) -> Result<Language, RecognitionError> {
        let allowed = excerpt.languages;
        let known: Vec<Language> =
            allowed.iter().copied().filter(|&language| whisper_code(language).is_some()).collect();
        match known.as_slice() {
            [] if !allowed.is_empty() => return Err(RecognitionError::UnknownLanguages(allowed.to_vec())),
            [only] => return Ok(*only),
            _ => {}
        }
        let likely = self.detect(excerpt.sound)?;
        let probability = |language: Language| {
            let code = whisper_code(language);
            likely.iter().find(|(other, _)| code == Some(other.as_str())).map_or(0.0, |(_, probability)| *probability)
        };
        let candidates = if known.is_empty() { likely.iter().map(|&(language, _)| language).collect() } else { known };
        let best = candidates.into_iter().max_by(|&a, &b| probability(a).total_cmp(&probability(b)));
        best.ok_or_else(|| RecognitionError::Failed("the model names no language".into()))
    }

    /// Makes the memory of one run.
    ///
    /// whisper.cpp's beam draws its candidates at random, from a generator that goes on from run to run of one state:
    /// what a window gave would depend on the windows before it. A new state costs a fiftieth of a second.
    fn state(&self) -> Result<WhisperState, RecognitionError> {
        self.model.context.create_state().map_err(failed)
    }

    fn parameters(&mut self, language: Language) -> FullParams<'static, 'static> {
        let (search, cancel) = (self.search, &self.cancel);
        self.parameters.entry(language).or_insert_with(|| new_parameters(search, language, Arc::clone(cancel))).clone()
    }

    /// Returns the text tokens of a run and their mean log-probability.
    fn tokens(&self, state: &WhisperState, window: TimeSpan) -> (Vec<Token>, f32) {
        let first_special = self.model.context.token_eot();
        let first_time = self.model.context.token_beg();
        let mut tokens = Vec::new();
        let mut sum = 0.0;
        // Where the encoder's view began when the current sentences were written, in centiseconds of the window.
        let mut view = 0;
        for sentence in state.as_iter() {
            let all = data_of(&sentence);
            if let Some(data) = all.first().filter(|data| data.id >= first_time) {
                view = sentence.start_timestamp() - 2 * i64::from(data.id - first_time);
            }
            let spoken: Vec<_> = all.iter().enumerate().filter(|(_, data)| data.id < first_special).collect();
            let bytes: Vec<Vec<u8>> = spoken.iter().map(|&(number, _)| bytes_of(&sentence, number)).collect();
            let marks: Vec<Mark> = spoken
                .iter()
                .zip(&bytes)
                .map(|((_, data), bytes)| Mark {
                    start: (data.pt > BELIEVED && data.ptsum > BELIEVED)
                        .then(|| view + 2 * i64::from(data.tid - first_time)),
                    weight: anchor::weight(bytes),
                })
                .collect();
            let times = anchor::spread(&marks, sentence.start_timestamp(), sentence.end_timestamp());
            for (((_, data), bytes), (start, end)) in spoken.iter().zip(bytes).zip(times) {
                let time = |centis: i64| {
                    let millis = Millis::new(u32::try_from(centis.max(0).saturating_mul(10)).unwrap_or(u32::MAX));
                    window.start().saturating_add(millis).min(window.end())
                };
                sum += data.plog;
                tokens.push(Token { bytes, start: time(start), end: time(end), probability: data.p });
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a window has some hundred tokens")]
        let mean = sum / tokens.len().max(1) as f32;
        (tokens, mean)
    }
}

fn data_of(sentence: &WhisperSegment<'_>) -> Vec<WhisperTokenData> {
    (0..sentence.n_tokens()).filter_map(|number| Some(sentence.get_token(number)?.token_data())).collect()
}

/// Returns a token's bytes, which may end inside a letter.
fn bytes_of(sentence: &WhisperSegment<'_>, number: usize) -> Vec<u8> {
    let token = i32::try_from(number).ok().and_then(|number| sentence.get_token(number));
    token.and_then(|token| token.to_bytes().map(<[u8]>::to_vec).ok()).unwrap_or_default()
}

fn new_parameters(search: Search, language: Language, cancel: Arc<Mutex<Cancel>>) -> FullParams<'static, 'static> {
    let mut parameters = FullParams::new(match search {
        Search::Beam => SamplingStrategy::BeamSearch { beam_size: BEAM, patience: -1.0 },
        Search::Greedy => SamplingStrategy::Greedy { best_of: 1 },
    });
    parameters.set_n_threads(1);
    parameters.set_language(whisper_code(language));
    parameters.set_translate(false);
    // What one window said must not colour the next.
    parameters.set_no_context(true);
    parameters.set_suppress_blank(true);
    parameters.set_suppress_nst(true);
    // One try: a second one, at a higher temperature, is a roll of dice that takes five times as long.
    parameters.set_temperature(0.0);
    parameters.set_temperature_inc(0.0);
    // Passed over only when silence is likely and the words are not.
    parameters.set_no_speech_thold(0.6);
    parameters.set_logprob_thold(-1.0);
    parameters.set_print_progress(false);
    parameters.set_print_realtime(false);
    parameters.set_print_timestamps(false);
    // whisper-rs calls the closure through the type named here but stores it boxed; only a boxed closure fits both.
    let cancelled: Box<dyn FnMut() -> bool> =
        Box::new(move || cancel.lock().unwrap_or_else(PoisonError::into_inner).is_cancelled());
    parameters.set_abort_callback_safe::<_, Box<dyn FnMut() -> bool>>(cancelled);
    parameters
}

/// Returns how much of its input the encoder should look at: half the work for half the sound.
fn positions(samples: usize, most: i32) -> i32 {
    let needed = (samples.max(SHORTEST) * POSITIONS).div_ceil(SAMPLE_RATE as usize) + MARGIN;
    i32::try_from(needed).unwrap_or(most).min(most)
}

/// Returns sound as Whisper likes it: not too short and not too soft.
fn prepared(sound: &[f32]) -> Vec<f32> {
    let peak = sound.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let factor = (PEAK / peak).clamp(1.0, MOST_GAIN);
    let mut sound: Vec<f32> = sound.iter().map(|sample| sample * factor).collect();
    sound.resize(sound.len().max(SHORTEST), 0.0);
    sound
}

/// Returns Whisper's code of a language, if Whisper knows it.
fn whisper_code(language: Language) -> Option<&'static str> {
    let code = language.as_str();
    let code = ALIASES.iter().find(|(other, _)| *other == code).map_or(code, |(_, own)| own);
    silence();
    whisper_rs::get_lang_str(whisper_rs::get_lang_id(code)?)
}

fn language_of(id: i32) -> Option<Language> {
    Language::from_tag(whisper_rs::get_lang_str(id)?)
}

/// Keeps whisper.cpp from writing to standard error.
fn silence() {
    static HOOKS: Once = Once::new();
    HOOKS.call_once(whisper_rs::install_logging_hooks);
}

fn failed(error: whisper_rs::WhisperError) -> RecognitionError {
    RecognitionError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoder_looks_at_the_sound_and_a_margin() {
        for (seconds, expected) in [(0, 114), (1, 114), (10, 564), (28, 1464), (30, 1500)] {
            assert_eq!(positions(seconds * SAMPLE_RATE as usize, 1500), expected);
        }
    }

    #[test]
    fn short_and_soft_sound_is_prepared() {
        for (given, expected) in [(0.1, 0.5), (-0.9, -0.9), (0.001, 0.032), (0.0, 0.0)] {
            let sound = prepared(&[given, 0.0]);
            assert_eq!(sound.len(), SHORTEST);
            assert!((sound[0] - expected).abs() < 1e-6, "{given}");
        }
        assert_eq!(prepared(&vec![0.3; 20_000]).len(), 20_000);
    }

    #[test]
    fn languages_are_known_by_either_code() {
        for (tag, code) in
            [("en", Some("en")), ("nb", Some("no")), ("jv", Some("jw")), ("yue", Some("yue")), ("und", None)]
        {
            assert_eq!(whisper_code(Language::from_tag(tag).expect("a tag")), code);
        }
        assert!(languages().len() > 90);
    }

    #[test]
    fn the_library_has_what_the_build_asks_for() {
        if cfg!(target_arch = "x86_64") {
            for feature in ["AVX2 = 1", "FMA = 1", "F16C = 1", "LLAMAFILE = 1"] {
                assert!(cpu_report().contains(feature), "{feature} is missing in {}", cpu_report());
            }
            assert!(!cpu_report().contains("AMX_INT8 = 1"), "{}", cpu_report());
        }
    }

    #[test]
    fn a_missing_model_is_named() {
        let error = Model::load(Path::new("nowhere/ggml-base.bin")).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("nowhere/ggml-base.bin")));
    }

    /// A model without weights, which whisper.cpp accepts for tests: it runs encoder and decoder on
    /// numbers that mean nothing, and says nothing.
    fn empty_model(path: &Path) {
        // vocabulary; encoder: positions, width, heads, layers; decoder: the same; mel bands; float16.
        let sizes = [51_865, 1500, 64, 1, 1, 448, 64, 1, 1, 80, 1];
        let (bands, bins) = (80, 201);
        let mut numbers: Vec<u32> = vec![0x6767_6d6c];
        numbers.extend(sizes);
        numbers.extend([bands, bins]);
        numbers.extend(vec![0; 80 * 201]);
        // One token is listed: the space.
        numbers.extend([1, 1]);
        let mut bytes: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
        bytes.push(b' ');
        std::fs::write(path, bytes).expect("a writable folder");
    }

    #[test]
    fn a_run_ends_by_itself_and_stops_when_cancelled() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("empty.bin");
        empty_model(&path);
        let mut recogniser = Model::load(&path).expect("a model").recogniser(Search::Greedy);
        let span = TimeSpan::at_least_one(Millis::ZERO, Millis::from_seconds(1));
        let window = super::super::window::Window { span, speech: vec![span] };
        let languages = [Language::from_tag("en").expect("a tag")];
        let sound = vec![0.0; 16_000];
        let excerpt = Excerpt { window: &window, sound: &sound, languages: &languages };
        let cancel = Cancel::new();
        for _ in 0..2 {
            let heard = recogniser.transcribe(&excerpt, &cancel).expect("a flag that is not set lets a run finish");
            assert_eq!(heard.language, languages[0]);
        }
        cancel.cancel();
        assert!(matches!(recogniser.transcribe(&excerpt, &cancel), Err(RecognitionError::Cancelled)));
        recogniser.transcribe(&excerpt, &Cancel::new()).expect("each run looks at its own flag");
    }
}

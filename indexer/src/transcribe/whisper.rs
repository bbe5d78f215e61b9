//! Whisper, run by whisper.cpp. Only this file and its folder name whisper-rs, whose traps they work around.

use std::path::Path;
use std::sync::{Arc, Once};

use whisper_rs::{WhisperContext, WhisperContextParameters};

use super::tries::{self, Beginning, Ears, Languages, Profile, Search, Try};
use super::trust::{self, Evidence};
use super::{Excerpt, Heard, RecognitionError, Transcriber, onset, words};
use crate::cancel::Cancel;
use crate::recording::Language;
use crate::time::{SAMPLE_RATE, TimeSpan};

mod vocabulary;
mod rules;
mod draft;
mod path;
mod ear;
mod greedy;
mod second;

use draft::Draft;
use ear::Ear;
use greedy::Walk;
use path::{Bounds, Path as Text};
use vocabulary::{TokenId, Vocabulary};

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

/// Positions come in multiples of this: with any other number ggml has no fast product for the encoder's attention, and
/// the whole encoder takes half as long again (`docs/decisions/recognition.md`).
const TILE: usize = 16;

/// Whisper's weights, loaded once; clones share them.
#[derive(Clone)]
pub struct Model {
    context: Arc<WhisperContext>,
    vocabulary: Arc<Vocabulary>,
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
        Ok(Self { vocabulary: Arc::new(Vocabulary::of(&context)), context: Arc::new(context) })
    }

    /// Makes a recogniser over these weights for one thread.
    ///
    /// `glossary` is text with names and terms that may be said; what does not fit is left out.
    #[must_use]
    pub fn recogniser(&self, profile: Profile, glossary: &str) -> Recogniser {
        Recogniser {
            model: self.clone(),
            profile,
            glossary: fitting(glossary, |text| self.tokens(text)),
            ear: None,
            texts: Vec::new(),
            cancel: Cancel::new(),
        }
    }

    /// Returns a text as tokens; none for a text that holds a zero byte.
    fn tokens(&self, text: &str) -> Vec<TokenId> {
        // Each has a byte at least: with less room than it needs, the binding makes a list of a negative length.
        self.context.tokenize(text, text.len() + 1).unwrap_or_default()
    }
}

/// How many tokens of a glossary are given: half of what the model can remember, less its marks.
const GLOSSARY: usize = 200;

/// A name rarely has fewer tokens, with its comma.
const FEWEST: usize = 3;

/// Returns the lines of a glossary that the model can remember, the first before others, as one text in tokens.
fn fitting(glossary: &str, tokens: impl Fn(&str) -> Vec<TokenId>) -> Vec<TokenId> {
    let (mut text, mut fitting) = (String::new(), Vec::new());
    for name in glossary.lines().map(str::trim).filter(|name| !name.is_empty()) {
        let longer = if text.is_empty() { format!(" {name}") } else { format!("{text}, {name}") };
        let longer_tokens = tokens(&longer);
        if (1..=GLOSSARY).contains(&longer_tokens.len()) {
            (text, fitting) = (longer, longer_tokens);
        } else if fitting.len() + FEWEST > GLOSSARY {
            break;
        }
    }
    fitting
}

/// Returns whether multilingual models know a language.
#[must_use]
pub fn knows(language: Language) -> bool {
    whisper_code(language).is_some()
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
    profile: Profile,
    glossary: Vec<TokenId>,
    /// Made when it is first needed.
    ear: Option<Ear>,
    /// The texts that were written first of what the ear has heard, by language.
    texts: Vec<(Language, Text)>,
    cancel: Cancel,
}

impl Transcriber for Recogniser {
    fn transcribe(&mut self, excerpt: &Excerpt<'_>, cancel: &Cancel) -> Result<Heard, RecognitionError> {
        self.cancel = cancel.clone();
        let known = |all: &[Language]| all.iter().copied().filter_map(canonical).collect::<Vec<_>>();
        let (candidates, allowed) = (known(excerpt.languages), known(excerpt.others));
        if candidates.is_empty() && !excerpt.languages.is_empty() {
            return Err(RecognitionError::UnknownLanguages(excerpt.languages.to_vec()));
        }
        let others = |language: Language| candidates.is_empty() || allowed.contains(&language);
        let languages = Languages { candidates: &candidates, others: &others };
        let profile = self.profile;
        tries::hear(self, excerpt, profile, &languages)
    }

    fn detect(&mut self, sound: &[f32]) -> Result<Vec<(Language, f32)>, RecognitionError> {
        if self.model.vocabulary.languages.is_empty() {
            return Ok(vec![(Language::from_tag("en").unwrap_or(Language::UNKNOWN), 1.0)]);
        }
        Ok(self.listen(sound)?.languages)
    }
}

impl Ears for Recogniser {
    fn listen(&mut self, sound: &[f32]) -> Result<Beginning, RecognitionError> {
        if self.cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled);
        }
        let ear = match &mut self.ear {
            Some(ear) => ear,
            none => none.insert(Ear::new(&self.model)?),
        };
        self.texts.clear();
        ear.listen(sound)?;
        ear.beginning()
    }

    fn write(
        &mut self,
        sound: &[f32],
        span: TimeSpan,
        language: Language,
        search: Search,
    ) -> Result<Try, RecognitionError> {
        let Some(ear) = &mut self.ear else { return Err(RecognitionError::Failed("nothing was heard".into())) };
        let vocabulary = &self.model.vocabulary;
        let bounds = Bounds::of(sound.len(), &self.model);
        let mut walk = Walk { ear, model: &self.model, bounds, cancel: &self.cancel };
        let known = self.texts.iter().find(|(it, _)| *it == language).map(|(_, text)| text.clone());
        let mut text =
            known.unwrap_or_else(|| Text::new(&prompt(vocabulary, &self.glossary, language), vocabulary.end));
        if text.written().is_empty() {
            walk.follow(&mut text)?;
            self.texts.push((language, text.clone()));
        }
        if search == Search::Second {
            text = second::thoughts(&mut walk, text)?;
        }
        let sentences = text.sentences(&self.model, bounds);
        let draft = Draft { sentences };
        let tokens = draft.tokens(span);
        let words = match words::text(&tokens) {
            text if trust::is_sound_note(&text) => Vec::new(),
            _ => words::words(&tokens, span, &onset::sounds(sound, span.start()), language),
        };
        let evidence = Evidence { mean_log_probability: draft.mean_log_probability(), ..Evidence::default() };
        Ok(Try { words, language, evidence })
    }
}

/// Returns the tokens before the first that is written.
fn prompt(vocabulary: &Vocabulary, glossary: &[TokenId], language: Language) -> Vec<TokenId> {
    let mut prompt = Vec::with_capacity(glossary.len() + 4);
    if !glossary.is_empty() {
        prompt.push(vocabulary.earlier);
        prompt.extend(glossary);
    }
    prompt.push(vocabulary.start);
    let id = whisper_code(language).and_then(whisper_rs::get_lang_id).and_then(|id| usize::try_from(id).ok());
    if let Some(&language) = id.and_then(|id| vocabulary.languages.get(id)) {
        prompt.extend([language, vocabulary.transcribe]);
    }
    prompt
}

/// Returns a language as the model calls it, if the model knows it.
fn canonical(language: Language) -> Option<Language> {
    Language::from_tag(whisper_code(language)?)
}

/// Returns how much of its input the encoder should look at: half the work for half the sound.
fn positions(samples: usize, most: i32) -> i32 {
    let needed = (samples.max(SHORTEST) * POSITIONS).div_ceil(SAMPLE_RATE as usize) + MARGIN;
    let most = usize::try_from(most).unwrap_or(0) / TILE * TILE;
    i32::try_from(needed.next_multiple_of(TILE).min(most)).unwrap_or(0)
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
    silence();
    whisper_rs::get_lang_str(whisper_rs::get_lang_id(language.recognised().as_str())?)
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
    use crate::time::Millis;

    #[test]
    fn the_encoder_looks_at_the_sound_and_a_margin() {
        for (seconds, expected) in [(0, 128), (1, 128), (10, 576), (28, 1472), (30, 1488)] {
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
    fn of_a_glossary_whole_names_are_given_as_far_as_they_fit() {
        // A token a word.
        let tokens = |text: &str| (0..).zip(text.split_whitespace()).map(|(number, _)| number).collect::<Vec<_>>();
        let names = |count: usize| "Anna Berg\n\n".repeat(count);
        let long = "word ".repeat(300);
        for (glossary, expected) in [
            (String::new(), 0),
            (names(3), 6),
            (names(1000), 200),
            (format!("{}{long}\nOne", names(98)), 197),
            (format!("{long}\n{long}\nAnna"), 1),
        ] {
            assert_eq!(fitting(&glossary, tokens).len(), expected);
        }
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
        let mut recogniser = Model::load(&path).expect("a model").recogniser(Profile::Fast, "");
        let span = TimeSpan::at_least_one(Millis::ZERO, Millis::from_seconds(1));
        let window = super::super::window::Window { span, speech: vec![span] };
        let languages = [Language::from_tag("en").expect("a tag")];
        let sound = vec![0.0; 16_000];
        let excerpt = Excerpt { window: &window, sound: &sound, languages: &languages, others: &[] };
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

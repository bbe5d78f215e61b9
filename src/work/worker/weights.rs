//! Weights: the models in memory, shared by all threads, each loaded when it is first needed.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use indexer::cancel::Cancel;
use indexer::recording::Language;
use indexer::transcribe::tries::Profile;
use indexer::transcribe::whisper::{Model, Recogniser};
use indexer::transcribe::{Excerpt, Heard, RecognitionError, Transcriber};

use crate::models;

/// The models that are in memory, shared by all threads.
pub(super) struct Weights {
    folder: PathBuf,
    loaded: Mutex<Vec<Loaded>>,
}

/// A model in memory.
#[derive(Clone)]
struct Loaded {
    name: String,
    model: Model,
    is_english_only: bool,
}

impl Weights {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, loaded: Mutex::default() }
    }

    fn model(&self, name: &str) -> Result<Loaded, RecognitionError> {
        // Held while loading, so that two threads do not load the same weights.
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = loaded.iter().find(|loaded| loaded.name == name) {
            return Ok(loaded.clone());
        }
        let path = models::path(&self.folder, name);
        // whisper.cpp ends the process on a damaged file.
        let summary = indexer::models::check(&path).map_err(|_| RecognitionError::Model(path.clone()))?;
        let (model, is_english_only) = (Model::load(&path)?, summary.dimensions.is_english_only());
        let new = Loaded { name: name.to_owned(), model, is_english_only };
        loaded.push(new.clone());
        Ok(new)
    }
}

/// What a recogniser is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wanted {
    pub(super) model: String,
    pub(super) profile: Profile,
    pub(super) glossary: String,
}

/// A recogniser that loads its model when it is first needed: taking sidecars needs none.
pub(super) struct Lazy {
    weights: Arc<Weights>,
    wanted: Wanted,
    ready: Option<(Wanted, Recogniser)>,
}

impl Lazy {
    pub(super) fn new(weights: Arc<Weights>) -> Self {
        Self { weights, wanted: Wanted::default(), ready: None }
    }

    pub(super) fn choose(&mut self, wanted: Wanted) {
        self.wanted = wanted;
    }

    /// Loads the chosen model, unless it is in memory; returns whether it knows English alone.
    pub(super) fn load(&self) -> Result<bool, RecognitionError> {
        self.weights.model(&self.wanted.model).map(|loaded| loaded.is_english_only)
    }

    fn recogniser(&mut self) -> Result<&mut Recogniser, RecognitionError> {
        if self.ready.as_ref().is_none_or(|(made, _)| *made != self.wanted) {
            let Loaded { model, .. } = self.weights.model(&self.wanted.model)?;
            let recogniser = model.recogniser(self.wanted.profile, &self.wanted.glossary);
            self.ready = Some((self.wanted.clone(), recogniser));
        }
        match &mut self.ready {
            Some((_, recogniser)) => Ok(recogniser),
            None => Err(RecognitionError::Failed("no model is loaded".into())),
        }
    }
}

impl Transcriber for Lazy {
    fn transcribe(&mut self, excerpt: &Excerpt<'_>, cancel: &Cancel) -> Result<Heard, RecognitionError> {
        self.recogniser()?.transcribe(excerpt, cancel)
    }

    fn detect(&mut self, sound: &[f32]) -> Result<Vec<(Language, f32)>, RecognitionError> {
        self.recogniser()?.detect(sound)
    }
}

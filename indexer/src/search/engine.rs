//! The index: finds the hits of a query in many recordings at once.
//!
//! Only this file and its folder name tantivy. One document of it is one recording; the position of a term is the
//! ordinal of its word, so that phrases, moments and hits are exact merges over positions and no border cuts them.
//! Texts and times are not in it but in one [words file](super::words_file) for each recording.
//!
//! The folder holds generations, `<number>/{terms,words}`, and a file `current` that names the one in use. An index of
//! another version is built anew as the next generation, while the one in use answers; then `current` is replaced.
//! Everything in the folder is derived from the transcripts and may be deleted.

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use tantivy::TantivyError;

use self::generation::{Current, Generation};
use self::schema::Fields;
use super::{Answer, Error, MissingWord, Request};
use crate::query::Query;
use crate::recording::RecordingId;
use crate::transcript::Revision;

mod answer;
mod columns;
mod cursor;
mod expansion;
mod first;
mod generation;
mod plan;
mod reading;
mod rebuild;
mod restriction;
mod schema;
mod segment;
mod snapshot;
mod spelling;
mod writer;

pub use rebuild::Rebuild;
pub use writer::Writer;

/// How often a search starts again when a commit takes away a words file that it was about to read.
const ATTEMPTS: usize = 3;

/// A folder with an index; clones share it.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    fields: Fields,
    generation: RwLock<Arc<Generation>>,
}

/// What reading all of an index showed.
#[derive(Debug, Default)]
pub struct Verified {
    /// Recordings whose words file cannot be read: a search that finds them fails.
    pub unreadable: Vec<RecordingId>,
    /// How many bytes were read.
    pub bytes: u64,
}

impl Index {
    /// Opens an index to search in it; it is not changed.
    ///
    /// # Errors
    /// [`Error::NotBuilt`] when there is none or this version cannot read it; else when it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let current = Current::read(folder)?.filter(Current::is_readable);
        let current = current.ok_or_else(|| Error::NotBuilt(folder.to_owned()))?;
        let (schema, fields) = schema::schema();
        let generation = guarded(|| Generation::open(folder, &current, &schema, &fields))?;
        Ok(Self::of(folder, fields, generation))
    }

    /// Opens an index to write to it; where there is none that this version can read, nothing is found in it.
    ///
    /// [`Index::needs_rebuild`] tells whether it must be built, [`Index::can_answer`] whether it answers until then.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open_or_empty(folder: &Path) -> Result<Self, Error> {
        match Self::open(folder) {
            Err(Error::NotBuilt(_) | Error::Engine(_)) => {
                let (schema, fields) = schema::schema();
                let generation = Generation::empty(schema, &fields)?;
                Ok(Self::of(folder, fields, generation))
            }
            opened => opened,
        }
    }

    fn of(folder: &Path, fields: Fields, generation: Generation) -> Self {
        Self(Arc::new(Inner { folder: folder.to_owned(), fields, generation: RwLock::new(Arc::new(generation)) }))
    }

    /// Returns whether every transcript must be written anew, with [`Index::rebuild`].
    #[must_use]
    pub fn needs_rebuild(&self) -> bool {
        !self.generation().is_up_to_date
    }

    /// Returns whether there is something to search in and to write to.
    #[must_use]
    pub fn can_answer(&self) -> bool {
        self.generation().number.is_some()
    }

    /// Begins to build the index anew, beside the one in use.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn rebuild(&self) -> Result<Rebuild, Error> {
        Rebuild::new(self.clone())
    }

    /// Returns the one writer of this index.
    ///
    /// # Errors
    /// [`Error::InUse`] while there is another, in this process or outside; [`Error::NotBuilt`] when it must be built
    /// first.
    pub fn writer(&self) -> Result<Writer, Error> {
        let generation = self.generation();
        if generation.number.is_none() {
            return Err(Error::NotBuilt(self.0.folder.clone()));
        }
        Writer::new(generation, self.0.fields)
    }

    /// Looks for commits and rebuilds of other processes; those of this one are seen at once.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn reload(&self) -> Result<(), Error> {
        let generation = self.generation();
        match Current::read(&self.0.folder)?.filter(Current::is_readable) {
            Some(current) if Some(current.number) != generation.number => {
                let schema = schema::schema().0;
                let opened = guarded(|| Generation::open(&self.0.folder, &current, &schema, &self.0.fields))?;
                self.use_generation(opened);
                Ok(())
            }
            _ => guarded(|| generation.reload(&self.0.fields)),
        }
    }

    /// Reads all of it, which takes a while, to find out whether it is what was written.
    ///
    /// # Errors
    /// When its terms are not, or cannot be read: it must be built anew.
    pub fn verify(&self) -> Result<Verified, Error> {
        let generation = self.generation();
        if generation.number.is_none() {
            return Ok(Verified::default());
        }
        guarded(|| generation.verify())
    }

    /// Returns what lies in the folder besides the generation in use: what a program left that was killed.
    #[must_use]
    pub fn leftovers(&self) -> Vec<PathBuf> {
        let Some(number) = self.generation().number else { return Vec::new() };
        let kept = [number.to_string(), "current".into()];
        let entries = std::fs::read_dir(&self.0.folder).into_iter().flatten().flatten();
        let left = entries.filter(|entry| kept.iter().all(|kept| entry.file_name() != kept.as_str()));
        left.map(|entry| entry.path()).collect()
    }

    /// Removes what lies in the folder besides the generation in use; only while nobody builds one.
    pub fn sweep(&self) {
        for path in self.leftovers() {
            // What cannot be removed costs space only, until the next time.
            let _ = std::fs::remove_dir_all(&path).or_else(|_| std::fs::remove_file(&path));
        }
    }

    /// Returns every recording that can be found, with the revision of its transcript.
    #[must_use]
    pub fn recordings(&self) -> Vec<(RecordingId, Revision)> {
        self.generation().snapshot().recordings()
    }

    /// Returns what is found.
    ///
    /// # Errors
    /// When the index or a words file cannot be read, or it takes until after [`Request::until`].
    pub fn search(&self, request: &Request<'_>) -> Result<Answer, Error> {
        for _ in 1..ATTEMPTS {
            match self.answer(request) {
                Err(Error::File { source, .. }) if source.kind() == ErrorKind::NotFound => self.reload()?,
                answered => return answered,
            }
        }
        self.answer(request).map_err(|error| match error {
            Error::File { path, source } if source.kind() == ErrorKind::NotFound => {
                Error::Damaged { path, what: "it is missing" }
            }
            error => error,
        })
    }

    /// Returns the words that a query requires and that are said nowhere in the library.
    ///
    /// # Errors
    /// When the index cannot be read, or it takes until after the moment at which it is given up.
    pub fn missing_words(&self, query: &Query, until: Instant) -> Result<Vec<MissingWord>, Error> {
        guarded(|| spelling::missing_words(&self.generation().snapshot(), &self.0.fields, query, until))
    }

    fn answer(&self, request: &Request<'_>) -> Result<Answer, Error> {
        let generation = self.generation();
        guarded(|| answer::answer(&generation.snapshot(), &self.0.fields, request))
    }

    fn generation(&self) -> Arc<Generation> {
        Arc::clone(&self.0.generation.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn use_generation(&self, generation: Generation) {
        *self.0.generation.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(generation);
    }
}

/// Answers with an error where the engine panics, as it does when its files are damaged.
fn guarded<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let damaged = || Err(Error::Engine("it cannot be read, as when its files are damaged".into()));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| damaged())
}

fn engine(error: impl Into<TantivyError>) -> Error {
    Error::Engine(error.into().to_string())
}

#[cfg(test)]
mod tests;

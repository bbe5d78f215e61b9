//! The index: finds the hits of a query in many recordings at once.
//!
//! Only this file and its folder name tantivy. One document of it is one recording; the position of a term is the
//! ordinal of its word, so that phrases, moments and hits are exact merges over positions and no border cuts them.
//! Texts and times are not in it but in one [words file](super::words_file) for each recording.
//!
//! Everything in the folder is derived from the transcripts and may be deleted.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::directory::MmapDirectory;
use tantivy::{IndexReader, ReloadPolicy, TantivyError};

use self::reading::ReadingDirectory;
use self::schema::Fields;
use self::snapshot::Snapshot;
use super::{Answer, Error, Request};
use crate::recording::RecordingId;
use crate::term;
use crate::transcript::Revision;

mod answer;
mod cursor;
mod plan;
mod reading;
mod schema;
mod segment;
mod snapshot;
mod writer;

pub use writer::Writer;

/// The version of the schema, of passages and of words files; another one means a rebuild.
const VERSION: u32 = 1;

/// How often a search starts again when a commit takes away a words file that it was about to read.
const ATTEMPTS: usize = 3;

/// A folder with an index; clones share it.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    fields: Fields,
    index: tantivy::Index,
    reader: IndexReader,
    snapshot: RwLock<Arc<Snapshot>>,
    needs_rebuild: bool,
}

impl Index {
    /// Opens an index to search in it; it is not changed.
    ///
    /// # Errors
    /// [`Error::NotBuilt`] when there is none or it must be rebuilt; else when it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        if !is_current(folder)? {
            return Err(Error::NotBuilt(folder.to_owned()));
        }
        Self::load(folder, false)
    }

    /// Opens an index to write to it, and makes an empty one when there is none or another version made it.
    ///
    /// [`Index::needs_rebuild`] tells whether it was made empty.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn open_or_create(folder: &Path) -> Result<Self, Error> {
        if is_current(folder)?
            && let Ok(index) = Self::load(folder, false)
        {
            return Ok(index);
        }
        for part in [version_path(folder), terms_path(folder), words_path(folder)] {
            let removed = if part.is_dir() { fs::remove_dir_all(&part) } else { fs::remove_file(&part) };
            match removed {
                Err(source) if source.kind() != ErrorKind::NotFound => return Err(Error::File { path: part, source }),
                _ => {}
            }
        }
        for part in [terms_path(folder), words_path(folder)] {
            fs::create_dir_all(&part).map_err(|source| Error::File { path: part, source })?;
        }
        Self::load(folder, true)
    }

    fn load(folder: &Path, needs_rebuild: bool) -> Result<Self, Error> {
        let (schema, fields) = schema::schema();
        let directory = MmapDirectory::open(terms_path(folder)).map_err(engine)?;
        let index = if needs_rebuild {
            tantivy::Index::open_or_create(directory, schema)
        } else {
            tantivy::Index::open(ReadingDirectory(directory))
        };
        let index = index.map_err(engine)?;
        index.tokenizers().register(schema::TOKENIZER, schema::FormsTokenizer::default());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(engine)?;
        let snapshot = RwLock::new(Arc::new(Snapshot::new(reader.searcher(), &fields)?));
        Ok(Self(Arc::new(Inner { folder: folder.to_owned(), fields, index, reader, snapshot, needs_rebuild })))
    }

    /// Returns whether the index was made empty when it was opened and every transcript must be written to it again.
    ///
    /// It stays so on every opening until [`Index::confirm_rebuild`] is called.
    #[must_use]
    pub fn needs_rebuild(&self) -> bool {
        self.0.needs_rebuild
    }

    /// Keeps the index on the next opening: to be called once the rebuild is done or planned where a crash cannot
    /// undo it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn confirm_rebuild(&self) -> Result<(), Error> {
        let path = version_path(&self.0.folder);
        let beside = path.with_extension("new");
        let written = fs::write(&beside, version()).and_then(|()| fs::File::open(&beside)?.sync_all());
        written.and_then(|()| fs::rename(&beside, &path)).map_err(|source| Error::File { path, source })
    }

    /// Returns the one writer of this index.
    ///
    /// # Errors
    /// [`Error::InUse`] while there is another, in this process or outside.
    pub fn writer(&self) -> Result<Writer, Error> {
        Writer::new(self.clone())
    }

    /// Looks for commits of other processes; those of this one are seen at once.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn reload(&self) -> Result<(), Error> {
        self.0.reader.reload().map_err(engine)?;
        let snapshot = Arc::new(Snapshot::new(self.0.reader.searcher(), &self.0.fields)?);
        *self.0.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        Ok(())
    }

    /// Returns every recording that can be found, with the revision of its transcript.
    #[must_use]
    pub fn recordings(&self) -> Vec<(RecordingId, Revision)> {
        self.snapshot().recordings()
    }

    /// Returns what is found.
    ///
    /// # Errors
    /// When the index or a words file cannot be read.
    pub fn search(&self, request: &Request<'_>) -> Result<Answer, Error> {
        let words = words_path(&self.0.folder);
        for _ in 1..ATTEMPTS {
            match answer::answer(&self.snapshot(), &self.0.fields, &words, request) {
                Err(Error::File { source, .. }) if source.kind() == ErrorKind::NotFound => self.reload()?,
                answered => return answered,
            }
        }
        answer::answer(&self.snapshot(), &self.0.fields, &words, request)
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn terms_path(folder: &Path) -> PathBuf {
    folder.join("terms")
}

fn words_path(folder: &Path) -> PathBuf {
    folder.join("words")
}

fn version_path(folder: &Path) -> PathBuf {
    folder.join("version")
}

fn version() -> String {
    format!("index {VERSION}, terms {}\n", term::VERSION)
}

fn is_current(folder: &Path) -> Result<bool, Error> {
    let path = version_path(folder);
    match fs::read_to_string(&path) {
        Ok(found) => Ok(found == version()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => Ok(false),
        Err(source) => Err(Error::File { path, source }),
    }
}

fn engine(error: impl Into<TantivyError>) -> Error {
    Error::Engine(error.into().to_string())
}

#[cfg(test)]
mod tests;

//! A generation is one building of the index from all transcripts, with what was written to it since.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::directory::MmapDirectory;
use tantivy::schema::Schema;
use tantivy::{IndexReader, ReloadPolicy};

use super::reading::ReadingDirectory;
use super::schema::{Fields, FormsTokenizer, TOKENIZER};
use super::snapshot::Snapshot;
use super::{Verified, engine};
use crate::search::Error;
use crate::term;

/// The version of the schema and of words files; another one cannot be read.
const FORMAT: u32 = 2;

/// The version of what is put in: terms, and the cutting of passages. Another one is read, but finds other words.
const CONTENT: u32 = 1 + term::VERSION;

/// The folder of words files in that of a generation.
const WORDS: &str = "words";

/// That of tantivy's files.
const TERMS: &str = "terms";

/// What the file `current` says: which generation is in use, and which versions made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Current {
    pub(super) number: u32,
    format: u32,
    content: u32,
}

impl Current {
    /// Returns what is said of a generation that this version made.
    pub(super) const fn new(number: u32) -> Self {
        Self { number, format: FORMAT, content: CONTENT }
    }

    /// Reads which generation is in use, if one is.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join("current");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => return Ok(None),
            Err(source) => return Err(Error::File { path, source }),
        };
        let mut numbers = text.split_whitespace().filter_map(|word| word.parse().ok());
        let current = || Some(Self { number: numbers.next()?, format: numbers.next()?, content: numbers.next()? });
        Ok({ current }())
    }

    /// Writes it beside, then in the place of the old one.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        let (path, beside) = (folder.join("current"), folder.join("current.new"));
        let text = format!("generation {} format {} content {}\n", self.number, self.format, self.content);
        let written = fs::write(&beside, text).and_then(|()| fs::File::open(&beside)?.sync_all());
        let renamed =
            written.and_then(|()| fs::rename(&beside, &path)).and_then(|()| fs::File::open(folder)?.sync_all());
        renamed.map_err(|source| Error::File { path, source })
    }

    pub(super) fn is_readable(&self) -> bool {
        self.format == FORMAT
    }
}

pub(super) struct Generation {
    /// `None` for one that is empty and not on disk.
    pub(super) number: Option<u32>,
    /// Whether this version puts in the same.
    pub(super) is_up_to_date: bool,
    folder: PathBuf,
    pub(super) index: tantivy::Index,
    reader: IndexReader,
    snapshot: RwLock<Arc<Snapshot>>,
}

impl Generation {
    /// Opens a generation to search in it; nothing is changed.
    pub(super) fn open(folder: &Path, current: &Current, schema: &Schema, fields: &Fields) -> Result<Self, Error> {
        let folder = folder.join(current.number.to_string());
        let directory = MmapDirectory::open(folder.join(TERMS)).map_err(engine)?;
        let index = tantivy::Index::open(ReadingDirectory(directory)).map_err(engine)?;
        if index.schema() != *schema {
            return Err(Error::NotBuilt(folder));
        }
        Self::of(Some(current.number), current.content == CONTENT, folder, index, fields)
    }

    /// Makes a generation in the place of whatever has its number.
    pub(super) fn create(folder: &Path, number: u32, schema: Schema, fields: &Fields) -> Result<Self, Error> {
        let folder = folder.join(number.to_string());
        let terms = folder.join(TERMS);
        let cannot = |source| Error::File { path: folder.clone(), source };
        match fs::remove_dir_all(&folder) {
            Err(source) if source.kind() != ErrorKind::NotFound => return Err(cannot(source)),
            _ => {}
        }
        fs::create_dir_all(&terms).and_then(|()| fs::create_dir_all(folder.join(WORDS))).map_err(cannot)?;
        let directory = MmapDirectory::open(terms).map_err(engine)?;
        let index = tantivy::Index::open_or_create(directory, schema).map_err(engine)?;
        Self::of(Some(number), true, folder, index, fields)
    }

    /// Makes a generation in which nothing is found and to which nothing is written.
    pub(super) fn empty(schema: Schema, fields: &Fields) -> Result<Self, Error> {
        Self::of(None, false, PathBuf::new(), tantivy::Index::create_in_ram(schema), fields)
    }

    fn of(
        number: Option<u32>,
        is_up_to_date: bool,
        folder: PathBuf,
        index: tantivy::Index,
        fields: &Fields,
    ) -> Result<Self, Error> {
        index.tokenizers().register(TOKENIZER, FormsTokenizer::default());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(engine)?;
        let snapshot = Snapshot::new(reader.searcher(), fields, folder.join(WORDS), None)?;
        let snapshot = RwLock::new(Arc::new(snapshot));
        Ok(Self { number, is_up_to_date, folder, index, reader, snapshot })
    }

    /// Looks for commits.
    pub(super) fn reload(&self, fields: &Fields) -> Result<(), Error> {
        self.reader.reload().map_err(engine)?;
        let before = self.snapshot();
        let snapshot = Snapshot::new(self.reader.searcher(), fields, self.words_path(), Some(&before))?;
        let snapshot = Arc::new(snapshot);
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        Ok(())
    }

    /// Reads everything in it.
    pub(super) fn verify(&self) -> Result<Verified, Error> {
        let terms = self.folder.join(TERMS);
        let damaged = self.index.validate_checksum().map_err(engine)?;
        if let Some(file) = damaged.into_iter().min() {
            return Err(Error::Damaged { path: terms.join(file), what: "it is not what was written" });
        }
        let files = fs::read_dir(&terms).into_iter().flatten().flatten();
        let terms: u64 = files.filter_map(|file| Some(file.metadata().ok()?.len())).sum();
        let (unreadable, words) = self.snapshot().verify_words()?;
        Ok(Verified { unreadable, bytes: terms + words })
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn words_path(&self) -> PathBuf {
        self.folder.join(WORDS)
    }
}

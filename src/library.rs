//! A library is one folder: catalogue, transcripts and index opened together.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexer::recording::RecordingId;
use indexer::search::engine::{Index, Writer};
use indexer::transcript::Revision;

mod error;
pub mod files;
pub mod lock;
pub mod transcripts;

use crate::catalogue::{Catalogue, CatalogueError};
pub use error::StoreError;
use lock::{Holder, Lock, TakeError};
use transcripts::Transcripts;

/// An open library; clones share it.
#[derive(Clone)]
pub struct Library {
    root: PathBuf,
    /// What is known of recordings.
    pub catalogue: Catalogue,
    /// The words, as files.
    pub transcripts: Transcripts,
    /// The words, to be searched.
    pub index: Index,
    lock: Option<Arc<std::sync::Mutex<Lock>>>,
}

/// Why a library cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is none.
    #[error("there is no library in {}; make one with: aloud index FOLDER", .0.display())]
    Missing(PathBuf),
    /// Another process writes in it.
    #[error("the library {} is in use{}", root.display(), used_by(holder.as_ref()))]
    InUse {
        /// The library.
        root: PathBuf,
        /// Who uses it, if it says so.
        holder: Option<Holder>,
    },
    /// Its folder cannot be written.
    #[error("cannot write in the library {}: {source}; choose another with --library", root.display())]
    Folder {
        /// The library.
        root: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// Its catalogue cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Its index cannot be used.
    #[error("the index in {} cannot be used: {problem}", root.display())]
    Index {
        /// The library.
        root: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

impl OpenError {
    /// Returns whether the disk is full.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Folder { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            Self::Catalogue(error) => error.is_disk_full(),
            Self::Index { problem, .. } => problem.contains("No space left"),
            _ => false,
        }
    }
}

fn used_by(holder: Option<&Holder>) -> String {
    match holder {
        Some(Holder { pid, address: Some(address), .. }) => format!(" by the server at {address} (process {pid})"),
        Some(Holder { pid, .. }) => format!(" by process {pid}; wait until it is done"),
        None => "; wait until the other program is done".into(),
    }
}

impl Library {
    /// Opens a library for writing, making it when there is none; nobody else can do so until this is dropped.
    ///
    /// # Errors
    /// When another process holds it, its folder cannot be written, or what is in it cannot be used.
    pub async fn open(root: &Path) -> Result<Self, OpenError> {
        let cannot = |source| OpenError::Folder { root: root.to_owned(), source };
        std::fs::create_dir_all(root.join("work")).map_err(cannot)?;
        let lock = match Lock::take(&root.join("lock")) {
            Ok(lock) => lock,
            Err(TakeError::Held(holder)) => return Err(OpenError::InUse { root: root.to_owned(), holder }),
            Err(TakeError::Io(source)) => return Err(cannot(source)),
        };
        let catalogue = Catalogue::open(&root.join("aloud.sqlite")).await?;
        let index = Index::open_or_create(&root.join("index")).map_err(|error| index_error(root, &error))?;
        let library = Self {
            root: root.to_owned(),
            catalogue,
            transcripts: Transcripts::new(root.join("transcripts")),
            index,
            lock: Some(Arc::new(std::sync::Mutex::new(lock))),
        };
        if library.index.needs_rebuild() {
            library
                .rebuild_index()
                .await
                .map_err(|error| OpenError::Index { root: root.to_owned(), problem: error.to_string() })?;
        }
        Ok(library)
    }

    /// Opens a library for reading, beside whoever writes in it.
    ///
    /// # Errors
    /// When there is none, or what is in it cannot be used.
    pub async fn open_to_read(root: &Path) -> Result<Self, OpenError> {
        let file = root.join("aloud.sqlite");
        if !file.exists() {
            return Err(OpenError::Missing(root.to_owned()));
        }
        let catalogue = Catalogue::open_to_read(&file).await?;
        let index = Index::open(&root.join("index")).map_err(|error| index_error(root, &error))?;
        Ok(Self {
            root: root.to_owned(),
            catalogue,
            transcripts: Transcripts::new(root.join("transcripts")),
            index,
            lock: None,
        })
    }

    /// Returns the folder of the library.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder for unfinished work.
    #[must_use]
    pub fn work_folder(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Says to other programs of the same user where this library's server can be reached.
    ///
    /// # Errors
    /// When the lock file cannot be written.
    pub fn announce(&self, holder: &Holder) -> std::io::Result<()> {
        match &self.lock {
            Some(lock) => lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner).announce(holder),
            None => Ok(()),
        }
    }

    /// Changes the index on a thread of its own; what `change` did becomes visible together.
    async fn change_index(
        &self,
        change: impl FnOnce(&mut Writer) -> Result<(), String> + Send + 'static,
    ) -> Result<(), StoreError> {
        let index = self.index.clone();
        let changed = tokio::task::spawn_blocking(move || {
            let mut writer = index.writer().map_err(|error| error.to_string())?;
            change(&mut writer)?;
            writer.commit().map_err(|error| error.to_string())?;
            writer.finish().map_err(|error| error.to_string())
        });
        changed.await.map_err(|panic| StoreError::Index(panic.to_string()))?.map_err(StoreError::Index)
    }

    /// Puts revisions into the index and makes them visible together.
    ///
    /// # Errors
    /// When a transcript cannot be read or the index fails.
    pub async fn index_revisions(&self, revisions: &[(RecordingId, Revision)]) -> Result<(), StoreError> {
        let (transcripts, revisions) = (self.transcripts.clone(), revisions.to_vec());
        self.change_index(move |writer| replace_all(writer, &transcripts, &revisions)).await
    }

    /// Makes the index anew from the current revisions; returns how many there are. Searches find the old one meanwhile.
    ///
    /// # Errors
    /// When a transcript cannot be read or the index fails.
    pub async fn rebuild_index(&self) -> Result<usize, StoreError> {
        let revisions = self.catalogue.revisions_to_index(true).await?;
        let known: HashSet<_> = revisions.iter().map(|&(id, _)| id).collect();
        let gone: Vec<_> =
            self.index.recordings().into_iter().map(|(id, _)| id).filter(|id| !known.contains(id)).collect();
        let (transcripts, current) = (self.transcripts.clone(), revisions.clone());
        self.change_index(move |writer| {
            for id in gone {
                writer.remove(id).map_err(|error| error.to_string())?;
            }
            replace_all(writer, &transcripts, &current)
        })
        .await?;
        for &(id, revision) in &revisions {
            self.catalogue.set_indexed(id, revision).await?;
        }
        self.index.confirm_rebuild().map_err(|error| StoreError::Index(error.to_string()))?;
        Ok(revisions.len())
    }

    /// Removes a recording with all that was derived from it, never its media; returns its title.
    ///
    /// # Errors
    /// When the catalogue, the index or a file fails.
    pub async fn remove(&self, id: RecordingId) -> Result<Option<String>, StoreError> {
        // The index first: a crash before the end leaves a recording that can be removed again, not words without one.
        self.change_index(move |writer| writer.remove(id).map_err(|error| error.to_string())).await?;
        let Some(title) = self.catalogue.remove_recording(id).await? else { return Ok(None) };
        let gone = |path: PathBuf| move |source| StoreError::File { path, source };
        self.transcripts.remove(id).map_err(gone(self.root.join("transcripts")))?;
        let work = self.work_folder();
        for entry in std::fs::read_dir(&work).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&id.to_string()) {
                files::remove(&entry.path()).map_err(gone(entry.path()))?;
            }
        }
        Ok(Some(title))
    }
}

fn replace_all(
    writer: &mut Writer,
    transcripts: &Transcripts,
    revisions: &[(RecordingId, Revision)],
) -> Result<(), String> {
    for &(id, revision) in revisions {
        let transcript = transcripts.read(id, revision).map_err(|error| error.to_string())?;
        writer.replace(&transcript).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn index_error(root: &Path, error: &dyn std::error::Error) -> OpenError {
    OpenError::Index { root: root.to_owned(), problem: error.to_string() }
}

//! A library is one folder: catalogue, transcripts and index opened together.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

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

/// The file of the catalogue in the folder.
const CATALOGUE: &str = "aloud.sqlite";

/// How many transcripts wait to be indexed; each takes a few megabytes.
const READ_AHEAD: usize = 2;

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
    /// Whoever changes the index waits here for whoever does.
    changing: Arc<tokio::sync::Mutex<()>>,
    /// Whoever makes the index anew waits here for whoever does: both would write the same files.
    rebuilding: Arc<tokio::sync::Mutex<()>>,
    /// Whoever takes files in waits here for whoever does.
    taking_in: Arc<tokio::sync::Mutex<()>>,
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
        let catalogue = Catalogue::open(&root.join(CATALOGUE)).await?;
        let index = Index::open_or_empty(&root.join("index")).map_err(|error| index_error(root, &error))?;
        let library = Self {
            root: root.to_owned(),
            catalogue,
            transcripts: Transcripts::new(root.join("transcripts")),
            index,
            lock: Some(Arc::new(std::sync::Mutex::new(lock))),
            changing: Arc::default(),
            rebuilding: Arc::default(),
            taking_in: Arc::default(),
        };
        library.index.sweep();
        if !library.index.can_answer() {
            library
                .rebuild_index()
                .await
                .map_err(|error| OpenError::Index { root: root.to_owned(), problem: error.to_string() })?;
        } else if library.index.needs_rebuild() {
            // The one of an earlier version answers meanwhile; a program that ends before leaves it to the next.
            let library = library.clone();
            tokio::spawn(async move {
                if let Err(error) = library.rebuild_index().await {
                    tracing::error!(%error, "the index of an earlier version stays in use");
                }
            });
        }
        Ok(library)
    }

    /// Opens a library for writing that is there; a mistyped path makes none.
    ///
    /// # Errors
    /// When there is none, and as [`Self::open`] does.
    pub async fn open_existing(root: &Path) -> Result<Self, OpenError> {
        if !root.join(CATALOGUE).exists() {
            return Err(OpenError::Missing(root.to_owned()));
        }
        Self::open(root).await
    }

    /// Opens a library for reading, beside whoever writes in it.
    ///
    /// # Errors
    /// When there is none, or what is in it cannot be used.
    pub async fn open_to_read(root: &Path) -> Result<Self, OpenError> {
        let file = root.join(CATALOGUE);
        if !file.exists() {
            return Err(OpenError::Missing(root.to_owned()));
        }
        let catalogue = Catalogue::open_to_read(&file).await?;
        let index = match Index::open(&root.join("index")) {
            // A program that was killed while it made the library: there is nothing to find, and nothing to mend.
            Err(_) if !catalogue.has_indexed().await? => Index::open_or_empty(&root.join("index")),
            opened => opened,
        };
        let index = index.map_err(|error| index_error(root, &error))?;
        Ok(Self {
            root: root.to_owned(),
            catalogue,
            transcripts: Transcripts::new(root.join("transcripts")),
            index,
            lock: None,
            changing: Arc::default(),
            rebuilding: Arc::default(),
            taking_in: Arc::default(),
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

    /// Returns the folder for access copies.
    #[must_use]
    pub fn access_folder(&self) -> PathBuf {
        self.root.join("access")
    }

    /// Returns the folder for transcripts that the catalogue does not name and that somebody may miss.
    #[must_use]
    pub fn aside_folder(&self) -> PathBuf {
        self.root.join("aside")
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
    async fn change_index<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Writer) -> Result<T, String> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _turn = self.changing.lock().await;
        let index = self.index.clone();
        beside(move || {
            let mut writer = index.writer().map_err(|error| error.to_string())?;
            let changed = change(&mut writer)?;
            writer.commit().map_err(|error| error.to_string())?;
            writer.finish().map_err(|error| error.to_string())?;
            Ok(changed)
        })
        .await
    }

    /// Puts revisions into the index, makes them visible together and marks them as indexed; one whose file is missing
    /// or damaged stops no other, and is marked as lost. Returns those that can be found now.
    ///
    /// # Errors
    /// When a transcript cannot be read at present, or the index or the catalogue fails.
    pub async fn index_revisions(
        &self,
        revisions: &[(RecordingId, Revision)],
    ) -> Result<Vec<(RecordingId, Revision)>, StoreError> {
        let (transcripts, all) = (self.transcripts.clone(), revisions.to_vec());
        let lost = self.change_index(move |writer| replace_all(writer, &transcripts, &all)).await?;
        self.mark_indexed(revisions, &lost).await
    }

    /// Notes which revisions the index holds now, and which it cannot hold.
    async fn mark_indexed(
        &self,
        revisions: &[(RecordingId, Revision)],
        lost: &[Lost],
    ) -> Result<Vec<(RecordingId, Revision)>, StoreError> {
        for Lost { recording, revision, problem } in lost {
            tracing::error!(%recording, revision, problem, "a transcript is lost; run aloud doctor");
            self.catalogue.set_lost(*recording, *revision, problem).await?;
        }
        let is_lost = |id: RecordingId| lost.iter().any(|lost| lost.recording == id);
        let indexed: Vec<_> = revisions.iter().copied().filter(|&(id, _)| !is_lost(id)).collect();
        self.catalogue.set_all_indexed(&indexed).await?;
        Ok(indexed)
    }

    /// Makes the index anew from the current revisions; returns how many it holds. The old one answers until it is
    /// done, and takes in what is new meanwhile. Whoever asks while it is made waits for it. A transcript whose file is missing or damaged stops no other.
    ///
    /// # Errors
    /// When a transcript cannot be read at present, or the index or the catalogue fails; then the old one stays.
    pub async fn rebuild_index(&self) -> Result<usize, StoreError> {
        let _alone = if let Ok(alone) = self.rebuilding.try_lock() {
            alone
        } else {
            let alone = self.rebuilding.lock().await;
            if !self.index.needs_rebuild() {
                // Whoever did it took in what is new.
                return Ok(self.index.recordings().len());
            }
            alone
        };
        let before = self.catalogue.revisions_to_index(true).await?;
        let (index, transcripts, revisions) = (self.index.clone(), self.transcripts.clone(), before.clone());
        let (mut rebuild, mut lost) = beside(move || {
            let mut rebuild = index.rebuild().map_err(|error| error.to_string())?;
            let lost = replace_all(rebuild.writer(), &transcripts, &revisions)?;
            Ok((rebuild, lost))
        })
        .await?;
        let _turn = self.changing.lock().await;
        let now = self.catalogue.revisions_to_index(true).await?;
        let (old, new): (HashSet<_>, HashMap<_, _>) = (before.iter().collect(), now.iter().copied().collect());
        let changed: Vec<_> = now.iter().filter(|revision| !old.contains(revision)).copied().collect();
        let gone: Vec<_> = before.iter().map(|&(id, _)| id).filter(|id| !new.contains_key(id)).collect();
        lost.retain(|lost| now.contains(&(lost.recording, lost.revision)));
        let transcripts = self.transcripts.clone();
        let newly_lost = beside(move || {
            let lost = replace_all(rebuild.writer(), &transcripts, &changed)?;
            for id in gone {
                rebuild.writer().remove(id).map_err(|error| error.to_string())?;
            }
            rebuild.finish().map_err(|error| error.to_string())?;
            Ok(lost)
        })
        .await?;
        lost.extend(newly_lost);
        Ok(self.mark_indexed(&now, &lost).await?.len())
    }

    /// Removes a recording with all that was derived from it, never its media; returns its title.
    ///
    /// # Errors
    /// When the catalogue, the index or a file fails.
    pub async fn remove(&self, id: RecordingId) -> Result<Option<String>, StoreError> {
        // The index first: a crash before the end leaves a recording that can be removed again, not words without one;
        // until then it is one whose words are to be indexed.
        self.catalogue.set_unindexed(id).await?;
        self.change_index(move |writer| writer.remove(id).map_err(|error| error.to_string())).await?;
        let Some(title) = self.catalogue.remove_recording(id).await? else { return Ok(None) };
        let gone = |path: PathBuf| move |source| StoreError::File { path, source };
        self.transcripts.remove(id).map_err(gone(self.root.join("transcripts")))?;
        self.remove_derived(id)?;
        remove_of(id, &self.aside_folder())?;
        Ok(Some(title))
    }

    /// Removes what is kept of a recording until its words are merged, and its copy for browsers.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn remove_derived(&self, id: RecordingId) -> Result<(), StoreError> {
        [self.work_folder(), self.access_folder()].iter().try_for_each(|folder| remove_of(id, folder))
    }

    /// Waits until nobody else takes files in; until what is returned is dropped nobody else will.
    pub async fn turn_to_take_in(&self) -> impl Drop + use<> {
        self.taking_in.clone().lock_owned().await
    }
}

/// Removes what in a folder bears the name of a recording.
fn remove_of(id: RecordingId, folder: &Path) -> Result<(), StoreError> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&id.to_string()) {
            files::remove(&entry.path()).map_err(StoreError::file(&entry.path()))?;
        }
    }
    Ok(())
}

/// Runs something slow on the index beside everything else.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T, String> + Send + 'static) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|panic| StoreError::Index(panic.to_string()))?.map_err(StoreError::Index)
}

/// A revision that cannot be indexed, now or later.
struct Lost {
    recording: RecordingId,
    revision: Revision,
    problem: String,
}

/// Writes revisions to the index; the next one is read while one is written. Returns those whose file is missing or
/// damaged; the index holds nothing of their recordings then.
fn replace_all(
    writer: &mut Writer,
    transcripts: &Transcripts,
    revisions: &[(RecordingId, Revision)],
) -> Result<Vec<Lost>, String> {
    std::thread::scope(|scope| {
        let (sender, read) = mpsc::sync_channel(READ_AHEAD);
        scope.spawn(move || {
            // Whoever takes them stops at an error.
            let mut sent = revisions.iter().map(|&(id, revision)| sender.send(transcripts.read(id, revision)).is_ok());
            sent.all(|is_sent| is_sent);
        });
        let mut lost = Vec::new();
        for (transcript, &(recording, revision)) in read.into_iter().zip(revisions) {
            match transcript {
                Ok(transcript) => writer.replace(&transcript).map_err(|error| error.to_string())?,
                Err(error) if error.is_lasting() => {
                    writer.remove(recording).map_err(|error| error.to_string())?;
                    lost.push(Lost { recording, revision, problem: error.to_string() });
                }
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(lost)
    })
}

fn index_error(root: &Path, error: &dyn std::error::Error) -> OpenError {
    OpenError::Index { root: root.to_owned(), problem: error.to_string() }
}

//! Restoring: a backup becomes a library again, in a folder that is empty or not there yet.
//!
//! Everything is unpacked into `<library>/restoring` and checked there; then it is moved to its place, the catalogue
//! last. A restore that was killed is begun anew: a file in `restoring` tells that the folder is ours.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::archive::{self, Entry, Manifest};
use crate::catalogue::{Catalogue, CatalogueError};
use crate::library::lock::{Lock, TakeError};
use crate::library::{Library, OpenError, files};

/// The folder in which a backup is unpacked.
const STAGE: &str = "restoring";

/// The file in it that no other program makes.
const MARK: &str = "aloud-restore";

/// Why a backup was not restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// There is something in the folder.
    #[error("{} is not empty; name an empty or new folder with --library", .0.display())]
    Occupied(PathBuf),
    /// The backup cannot be read, or is none.
    #[error("{} cannot be restored: {problem}; try an earlier backup", path.display())]
    Unreadable {
        /// The backup.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The library cannot be written.
    #[error("cannot write in the library {}: {source}", path.display())]
    Folder {
        /// The library.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Its catalogue cannot be used.
    #[error("the catalogue in the backup cannot be used: {0}")]
    Catalogue(#[from] CatalogueError),
    /// The library cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Makes a library in `root` of a backup, and its index anew; returns it with what the backup says of itself.
///
/// # Errors
/// When there is something in `root`, the backup cannot be read or is damaged, or the disk is full; then there is still
/// no library in `root`, and the same can be tried again.
pub async fn restore(file: &Path, root: &Path) -> Result<(Library, Manifest), RestoreError> {
    let cannot = |source| RestoreError::Folder { path: root.to_owned(), source };
    let unreadable = |problem: String| RestoreError::Unreadable { path: file.to_owned(), problem };
    let backup = File::open(file).map_err(|error| unreadable(error.to_string()))?;
    let stage = root.join(STAGE);
    expect_free(root, &stage)?;
    std::fs::create_dir_all(root).map_err(cannot)?;
    let lock = match Lock::take(&root.join("lock")) {
        Ok(lock) => lock,
        Err(TakeError::Held(holder)) => return Err(OpenError::InUse { root: root.to_owned(), holder }.into()),
        Err(TakeError::Io(source)) => return Err(cannot(source)),
    };
    // Another restore may have ended before this one had the lock.
    expect_free(root, &stage)?;
    clear(&stage).and_then(|()| std::fs::create_dir_all(&stage)).map_err(cannot)?;
    File::create(stage.join(MARK)).map_err(cannot)?;
    let unpacked = tokio::task::spawn_blocking({
        let stage = stage.clone();
        move || unpack(backup, &stage)
    });
    let unpacked = unpacked.await.unwrap_or_else(|panic| Err(Unpacking::Read(io::Error::other(panic))));
    let manifest = match unpacked {
        Ok(manifest) => manifest,
        Err(problem) => {
            // On a full disk it would be in the way; what stays is removed by the next try.
            let _ = remove(&stage);
            return Err(match problem {
                Unpacking::Read(error) => unreadable(error.to_string()),
                Unpacking::Write(source) => cannot(source),
            });
        }
    };
    if let Err(error) = prepare(&stage.join("aloud.sqlite")).await {
        let _ = remove(&stage);
        return Err(error.into());
    }
    // Of a restore that was killed in between.
    files::remove(&root.join("transcripts")).map_err(cannot)?;
    for name in ["transcripts", "config.toml", "aloud.sqlite"] {
        if stage.join(name).exists() {
            std::fs::rename(stage.join(name), root.join(name)).map_err(cannot)?;
            File::open(root).and_then(|folder| folder.sync_all()).map_err(cannot)?;
        }
    }
    remove(&stage).map_err(cannot)?;
    drop(lock);
    Ok((Library::open(root).await?, manifest))
}

/// Sees that a folder is empty or not there, or holds nothing but a restore that was cut off.
fn expect_free(root: &Path, stage: &Path) -> Result<(), RestoreError> {
    let cannot = |source| RestoreError::Folder { path: root.to_owned(), source };
    let entries = match std::fs::read_dir(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(cannot)?,
    };
    // One that was killed before it could mark its folder left nothing in it.
    let is_marked = stage.join(MARK).is_file();
    let is_ours = is_marked || std::fs::read_dir(stage).is_ok_and(|mut entries| entries.next().is_none());
    for entry in entries {
        let name = entry.map_err(cannot)?.file_name();
        let is_known = match name.to_str() {
            Some("lock") => true,
            Some(STAGE) => is_ours,
            Some("transcripts" | "config.toml") => is_marked,
            _ => false,
        };
        if !is_known {
            return Err(RestoreError::Occupied(root.to_owned()));
        }
    }
    Ok(())
}

/// Removes what was unpacked; the mark stays.
fn clear(stage: &Path) -> io::Result<()> {
    let entries = match std::fs::read_dir(stage) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name() != MARK {
            files::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Removes the stage, its mark last.
fn remove(stage: &Path) -> io::Result<()> {
    clear(stage)?;
    files::remove(stage)
}

/// Brings a catalogue up to date; the index is yet to be made.
async fn prepare(path: &Path) -> Result<(), CatalogueError> {
    let catalogue = Catalogue::open(path).await?;
    catalogue.set_all_unindexed().await?;
    catalogue.close().await;
    // Closing does not say when the disk was full.
    Catalogue::write_back(path).await
}

/// Which side failed.
enum Unpacking {
    Read(io::Error),
    Write(io::Error),
}

fn unpack(backup: File, stage: &Path) -> Result<Manifest, Unpacking> {
    let (mut transcripts, mut has_catalogue, mut writing) = (0, false, None);
    let read = archive::read(backup, &mut |entry, bytes| {
        let path = match entry {
            Entry::Catalogue => stage.join("aloud.sqlite"),
            Entry::Config => stage.join("config.toml"),
            Entry::Transcript(name) => stage.join(name),
        };
        has_catalogue |= entry == Entry::Catalogue;
        transcripts += usize::from(matches!(entry, Entry::Transcript(_)));
        let created = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| File::create(&path));
        let mut note = |error: io::Error| {
            let kind = error.kind();
            writing = Some(error);
            io::Error::from(kind)
        };
        let mut file = Noted { file: created.map_err(&mut note)?, failed: None };
        let copied = io::copy(bytes, &mut file);
        if let Some(error) = file.failed {
            return Err(note(error));
        }
        copied.map(|_| ())
    });
    // All at once: waiting for each of ten thousand files takes minutes.
    rustix::fs::sync();
    match (read, writing) {
        (_, Some(error)) => Err(Unpacking::Write(error)),
        (Err(error), None) => Err(Unpacking::Read(error)),
        (Ok(manifest), None) if has_catalogue && manifest.transcripts == transcripts => Ok(manifest),
        (Ok(_), None) => Err(Unpacking::Read(io::Error::other("it is not complete"))),
    }
}

/// A file that remembers that it could not be written, since copying does not say which side failed.
struct Noted {
    file: File,
    failed: Option<io::Error>,
}

impl io::Write for Noted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        written.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.failed = Some(error);
            }
            io::Error::from(kind)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

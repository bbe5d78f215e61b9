//! A backup is one file with all that cannot be made again: the catalogue, the transcripts and the settings.
//!
//! It is consistent while a server works: the catalogue is copied as one moment left it, and every transcript that it
//! names is a file that was written before the row and never changes. Written beside, then renamed.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::archive::{Manifest, Writer};
use crate::catalogue::health::StoredRevision;
use crate::catalogue::{Catalogue, CatalogueError};
use crate::ingest::shown;
use crate::library::transcripts::{Transcripts, hash};

/// How often a backup begins anew because a recording was removed while it was made.
const ATTEMPTS: usize = 5;

/// What a backup holds.
#[derive(Debug)]
pub struct Backup {
    /// What it says of itself.
    pub manifest: Manifest,
    /// How large it is.
    pub bytes: u64,
    /// Transcripts that are missing or damaged in the library itself, each with what is wrong.
    pub problems: Vec<String>,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// There is no library.
    #[error("there is no library in {}", .0.display())]
    Missing(PathBuf),
    /// The file is there already.
    #[error("{} is there already; name a file that is not", .0.display())]
    Exists(PathBuf),
    /// Another backup is being written to the same file.
    #[error("another program is writing {}; wait until it is done", .0.display())]
    Busy(PathBuf),
    /// The catalogue failed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A file could not be read or written.
    #[error("cannot write the backup: {}: {source}{}", path.display(), room(source))]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Recordings are removed faster than they are written.
    #[error("recordings were removed while the backup was made; try again")]
    Unsteady,
}

fn room(error: &io::Error) -> &'static str {
    if error.kind() == io::ErrorKind::StorageFull { "; make room, or name a file on another disk" } else { "" }
}

/// What lies beside the file while it is made; it goes with this, whatever happens.
struct Beside {
    archive: PathBuf,
    catalogue: PathBuf,
}

impl Beside {
    fn of(file: &Path) -> Self {
        let with = |ending: &str| {
            let mut path = file.as_os_str().to_owned();
            path.push(ending);
            PathBuf::from(path)
        };
        Self { archive: with(".part"), catalogue: with(".sqlite.part") }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // They may be gone: the archive is renamed when it is done.
        let _ = std::fs::remove_file(&self.archive);
        let _ = std::fs::remove_file(&self.catalogue);
    }
}

/// Writes a backup of the library in `root` into a file that is not there yet.
///
/// # Errors
/// When there is no library, or something cannot be read or written; then there is no file.
pub async fn backup(root: &Path, file: &Path) -> Result<Backup, BackupError> {
    let source = root.join("aloud.sqlite");
    if !source.exists() {
        return Err(BackupError::Missing(root.to_owned()));
    }
    if file.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let beside = Beside::of(file);
    let cannot = |path: &Path| {
        let path = path.to_owned();
        move |source| BackupError::File { path, source }
    };
    // Interviews are confidential: the file is for its owner alone.
    let options = || {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        options
    };
    let claim = options().open(&beside.archive).map_err(cannot(&beside.archive))?;
    if claim.try_lock().is_err() {
        let busy = BackupError::Busy(file.to_owned());
        // What lies beside belongs to the other.
        std::mem::forget(beside);
        return Err(busy);
    }
    let catalogue = Catalogue::open_to_read(&source).await?;
    for _ in 0..ATTEMPTS {
        // What a killed program left is in the way of the copy.
        let _ = std::fs::remove_file(&beside.catalogue);
        catalogue.copy_to(&beside.catalogue).await.map_err(|error| {
            // It is the disk of the copy.
            let full = || BackupError::File { path: file.to_owned(), source: rustix::io::Errno::NOSPC.into() };
            if error.is_disk_full() { full() } else { error.into() }
        })?;
        let copy = Catalogue::open_to_read(&beside.catalogue).await?;
        let recordings = copy.recordings().await?.len();
        let revisions = copy.stored_revisions().await?;
        copy.close().await;
        let archive = claim.try_clone().map_err(cannot(&beside.archive))?;
        archive.set_len(0).map_err(cannot(&beside.archive))?;
        let (transcripts, root, copied) =
            (Transcripts::new(root.join("transcripts")), root.to_owned(), beside.catalogue.clone());
        let written =
            tokio::task::spawn_blocking(move || write(archive, recordings, &revisions, &transcripts, &root, &copied));
        let written = written.await.map_err(io::Error::other).and_then(|written| written);
        let (manifest, problems) = match written {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            written => written.map_err(cannot(file))?,
        };
        let now: BTreeSet<_> =
            catalogue.stored_revisions().await?.into_iter().map(|it| (it.recording, it.number)).collect();
        if problems.iter().any(|(revision, _)| !now.contains(&(revision.recording, revision.number))) {
            continue;
        }
        std::fs::rename(&beside.archive, file).map_err(cannot(file))?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(cannot(file))?;
        let bytes = claim.metadata().map_err(cannot(file))?.len();
        let problems = problems.into_iter().map(|(_, problem)| problem).collect();
        return Ok(Backup { manifest, bytes, problems });
    }
    Err(BackupError::Unsteady)
}

/// A transcript that is not what was written, with what is wrong.
type Problem = (StoredRevision, String);

fn write(
    archive: File,
    recordings: usize,
    revisions: &[StoredRevision],
    transcripts: &Transcripts,
    root: &Path,
    catalogue: &Path,
) -> io::Result<(Manifest, Vec<Problem>)> {
    let mut problems = Vec::new();
    let path_of = |revision: &StoredRevision| transcripts.path(revision.recording, revision.number);
    let (there, missing): (Vec<_>, Vec<_>) = revisions.iter().partition(|revision| path_of(revision).is_file());
    for revision in missing {
        problems.push((revision.clone(), format!("{}: {} is missing", revision.title, shown(&path_of(revision)))));
    }
    let manifest = Manifest::new(recordings, there.len());
    let mut writer = Writer::new(archive, &manifest)?;
    writer.add_file("aloud.sqlite", catalogue)?;
    match std::fs::read(root.join("config.toml")) {
        Ok(config) => writer.add("config.toml", &config)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    for revision in there {
        let path = path_of(revision);
        // What was removed this moment is not there: the caller begins anew.
        let bytes = std::fs::read(&path)?;
        if revision.hash.as_ref().is_some_and(|written| *written != hash(&bytes)) {
            problems.push((revision.clone(), format!("{}: {} is damaged", revision.title, shown(&path))));
        }
        writer.add(&format!("transcripts/{}/{}.json.zst", revision.recording, revision.number), &bytes)?;
    }
    writer.finish()?.sync_all()?;
    Ok((manifest, problems))
}

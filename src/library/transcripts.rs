//! The transcripts on disk: one immutable file a revision, `transcripts/<recording>/<revision>.json.zst`.

use std::io;
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;
use indexer::transcript::file::{self, FileError};
use indexer::transcript::{Revision, Transcript};

use super::files;

/// What is added to the name of a file that was put aside.
pub const ASIDE: &str = ".damaged";

/// Returns the hash by which damage to a file of these bytes shows.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The folder that holds every transcript of a library.
#[derive(Debug, Clone)]
pub struct Transcripts {
    folder: PathBuf,
}

/// Why a transcript cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: ReadProblem,
}

/// What is wrong with a transcript's file.
#[derive(Debug, thiserror::Error)]
pub enum ReadProblem {
    /// It cannot be read at all.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Its content is not right.
    #[error(transparent)]
    File(#[from] FileError),
}

impl ReadError {
    /// Returns whether reading again gives the same: the file is missing or damaged, and not only out of reach.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        match &self.problem {
            ReadProblem::Io(error) => error.kind() == io::ErrorKind::NotFound,
            ReadProblem::File(error) => matches!(error, FileError::Damaged(_)),
        }
    }
}

impl Transcripts {
    /// Names the folder, which need not exist yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns where a revision's file is.
    #[must_use]
    pub fn path(&self, recording: RecordingId, revision: Revision) -> PathBuf {
        self.folder.join(recording.to_string()).join(format!("{revision}.json.zst"))
    }

    /// Returns the folder, which need not exist yet.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a revision's file; returns the hash by which damage to it shows: BLAKE3 of its bytes, hex.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, transcript: &Transcript) -> io::Result<String> {
        let path = self.path(transcript.recording, transcript.revision);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let bytes = file::write(transcript);
        files::write_whole(&path, &bytes)?;
        Ok(hash(&bytes))
    }

    /// Returns the hash of a revision's file as it is now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn hash(&self, recording: RecordingId, revision: Revision) -> io::Result<String> {
        Ok(hash(&std::fs::read(self.path(recording, revision))?))
    }

    /// Puts a revision's file aside, as `<revision>.json.zst.damaged`: nobody can read it, but it may be all there is.
    ///
    /// # Errors
    /// When it is there and cannot be renamed.
    pub fn put_aside(&self, recording: RecordingId, revision: Revision) -> io::Result<()> {
        let path = self.path(recording, revision);
        let mut aside = path.clone().into_os_string();
        aside.push(ASIDE);
        match std::fs::rename(&path, aside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Reads a revision.
    ///
    /// # Errors
    /// When the file is missing, damaged, or was written by a newer program.
    pub fn read(&self, recording: RecordingId, revision: Revision) -> Result<Transcript, ReadError> {
        let path = self.path(recording, revision);
        let read = || -> Result<Transcript, ReadProblem> { Ok(file::read(&std::fs::read(&path)?)?) };
        read().map_err(|problem| ReadError { path: path.clone(), problem })
    }

    /// Removes all revisions of a recording.
    ///
    /// # Errors
    /// When they are there and cannot be removed.
    pub fn remove(&self, recording: RecordingId) -> io::Result<()> {
        files::remove(&self.folder.join(recording.to_string()))
    }
}

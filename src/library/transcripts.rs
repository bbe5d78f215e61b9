//! The transcripts on disk: one immutable file a revision, `transcripts/<recording>/<revision>.json.zst`.

use std::io;
use std::path::PathBuf;

use indexer::recording::RecordingId;
use indexer::transcript::file::{self, FileError};
use indexer::transcript::{Revision, Transcript};

use super::files;

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

    /// Writes a revision's file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, transcript: &Transcript) -> io::Result<()> {
        let path = self.path(transcript.recording, transcript.revision);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        files::write_whole(&path, &file::write(transcript))
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

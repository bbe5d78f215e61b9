//! Why something cannot be stored in a library.

use std::io;
use std::path::{Path, PathBuf};

use crate::catalogue::CatalogueError;

/// Why something cannot be stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The catalogue failed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A file failed.
    #[error("cannot write in {}: {source}", path.display())]
    File {
        /// The folder or file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The index failed.
    #[error("the index failed: {0}")]
    Index(String),
}

impl StoreError {
    /// Makes an error about a file or folder.
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }

    /// Returns whether the disk is full.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Catalogue(error) => error.is_disk_full(),
            Self::File { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            Self::Index(message) => message.contains("No space left"),
        }
    }
}

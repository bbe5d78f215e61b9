//! Why a model cannot be used.

use std::io;
use std::path::{Path, PathBuf};

/// Why a model cannot be used: the file, what is wrong with it, the next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The operating system refused.
    #[error("cannot {action} {}: {error}", .path.display())]
    Io {
        /// What was tried, as a verb: "read", "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        error: io::Error,
    },
    /// The file is something else.
    #[error("{} is not a whisper model: {found}; give a ggml file such as ggml-base.bin, or a CTranslate2 folder that holds model.bin and its vocabulary", .path.display())]
    NotAModel {
        /// The file or folder.
        path: PathBuf,
        /// What stands there instead.
        found: String,
    },
    /// The file ends too early.
    #[error("{} ends in the middle of {part}; it was not copied or fetched to its end: fetch it again", .path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// What was being read.
        part: String,
    },
    /// The file contradicts itself or what every Whisper model has.
    #[error("{} is damaged: {what}; fetch it again", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A model that cannot be used as it is.
    #[error("{} cannot be used: {what}", .path.display())]
    Unsupported {
        /// The file or folder.
        path: PathBuf,
        /// What is not supported, and what to do.
        what: String,
    },
}

impl ModelError {
    /// Returns a function that turns an error of the operating system on `path` into this error.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { action, path: path.to_owned(), error }
    }

    pub(super) fn not_a_model(path: &Path, found: impl Into<String>) -> Self {
        Self::NotAModel { path: path.to_owned(), found: found.into() }
    }

    pub(super) fn truncated(path: &Path, part: impl Into<String>) -> Self {
        Self::Truncated { path: path.to_owned(), part: part.into() }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }

    pub(super) fn unsupported(path: &Path, what: impl Into<String>) -> Self {
        Self::Unsupported { path: path.to_owned(), what: what.into() }
    }
}

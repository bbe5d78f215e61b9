//! A recording that is only to be known: its file is put into the catalogue, and nothing is asked for.

use std::path::Path;

use indexer::recording::RecordingId;

use super::identity;
use crate::catalogue::{Catalogue, CatalogueError};

/// Why a file is not known.
#[derive(Debug, thiserror::Error)]
pub enum KnowError {
    /// It cannot be read, or was removed from the library.
    #[error("{0}")]
    Refused(String),
    /// The catalogue failed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

/// Returns which recording a media file holds, putting it into the catalogue when it is not there.
///
/// # Errors
/// When the file cannot be read, was removed on purpose, or the catalogue fails.
pub async fn know(catalogue: &Catalogue, path: &Path) -> Result<RecordingId, KnowError> {
    let refused =
        |error: &std::io::Error| KnowError::Refused(format!("{} {}", super::shown(path), super::unreadable(error)));
    let stamp = identity::stamp(path).map_err(|error| refused(&error))?;
    if let Some(id) = catalogue.file(path, stamp).await? {
        return Ok(id);
    }
    let id = identity::identify(path, stamp).map_err(|error| refused(&error))?;
    if catalogue.removed().await?.contains(&id) {
        return Err(KnowError::Refused(format!("{}: {}", super::shown(path), super::removed(id))));
    }
    catalogue.add_recording(id, &super::title_of(path)).await?;
    catalogue.set_file(path, stamp, id).await?;
    Ok(id)
}

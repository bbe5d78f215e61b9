//! A recording that is only to be known: its file is put into the catalogue, and nothing is asked for.

use std::path::Path;

use indexer::recording::RecordingId;

use super::identity::{self, Stamped};
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
    let stamped = Stamped { path, stamp: identity::stamp(path).map_err(|error| refused(&error))? };
    if let Some(id) = catalogue.file(path, stamped.stamp).await? {
        return Ok(id);
    }
    let id = stamped.identify().map_err(|error| refused(&error))?;
    if catalogue.is_removed(id).await? {
        let short = &id.to_string()[..8];
        let reason = format!(
            "{} was removed from the library; to take it again: aloud remove --forget {short}",
            super::shown(path)
        );
        return Err(KnowError::Refused(reason));
    }
    catalogue.add_recording(id, &super::title_of(path)).await?;
    catalogue.set_file(path, stamped.stamp, id).await?;
    Ok(id)
}

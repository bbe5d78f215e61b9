//! A blob is the file of one revision; its hash tells whether it is what was written.

use std::io;

use crate::catalogue::CatalogueError;
use crate::catalogue::health::StoredRevision;
use crate::library::Library;

/// What a blob turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Blob {
    /// What was written.
    Whole,
    /// Readable, of a time before there were hashes; with the hash it has.
    Unhashed(String),
    /// Not there.
    Missing,
    /// Other bytes than were written, or bytes that are no transcript.
    Damaged(String),
    /// It cannot be read at present.
    OutOfReach(String),
}

impl Blob {
    /// Returns whether its words are gone.
    pub(super) const fn is_gone(&self) -> bool {
        matches!(self, Self::Missing | Self::Damaged(_))
    }
}

/// Looks at the file of every revision.
pub(super) async fn look(library: &Library) -> Result<Vec<(StoredRevision, Blob)>, CatalogueError> {
    let stored = library.catalogue.stored_revisions().await?;
    let transcripts = library.transcripts.clone();
    let looked = tokio::task::spawn_blocking(move || {
        let look = |revision: StoredRevision| {
            let blob = match transcripts.hash(revision.recording, revision.number) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Blob::Missing,
                Err(error) => Blob::OutOfReach(error.to_string()),
                Ok(now) => match &revision.hash {
                    Some(hash) if *hash == now => Blob::Whole,
                    Some(_) => Blob::Damaged("it is not what was written".into()),
                    None => match transcripts.read(revision.recording, revision.number) {
                        Ok(_) => Blob::Unhashed(now),
                        Err(error) if error.is_lasting() => Blob::Damaged(error.problem.to_string()),
                        Err(error) => Blob::OutOfReach(error.problem.to_string()),
                    },
                },
            };
            (revision, blob)
        };
        stored.into_iter().map(look).collect::<Vec<_>>()
    });
    let looked = looked.await.map_err(|panic| CatalogueError::Damaged(panic.to_string()))?;
    if looked.iter().all(|(_, blob)| *blob == Blob::Whole) {
        return Ok(looked);
    }
    // What was removed while it was looked at is not missing.
    let still: std::collections::HashSet<_> =
        library.catalogue.stored_revisions().await?.into_iter().map(|it| (it.recording, it.number)).collect();
    Ok(looked.into_iter().filter(|(revision, _)| still.contains(&(revision.recording, revision.number))).collect())
}

//! What the index holds beside what the catalogue says that it holds.

use std::collections::BTreeMap;

use indexer::recording::RecordingId;

use crate::catalogue::CatalogueError;
use crate::library::Library;

/// Where the two differ.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Recordings that should be found and are not, or with other words.
    pub(super) lacking: Vec<RecordingId>,
    /// Recordings that should not be found.
    pub(super) extra: Vec<RecordingId>,
    /// How many transcripts wait to be indexed; until then either is right.
    pub(super) waiting: usize,
    /// How many recordings can be found.
    pub(super) held: usize,
}

/// Compares them.
pub(super) async fn compare(library: &Library) -> Result<Difference, CatalogueError> {
    let claimed: BTreeMap<_, _> = library.catalogue.claimed_by_index().await?.into_iter().collect();
    let waiting: BTreeMap<_, _> = library.catalogue.revisions_to_index(false).await?.into_iter().collect();
    let held: BTreeMap<_, _> = library.index.recordings().into_iter().collect();
    let lacking = claimed.iter().filter(|(id, revision)| held.get(id) != Some(revision)).map(|(&id, _)| id).collect();
    let extra = held.keys().filter(|id| !claimed.contains_key(id) && !waiting.contains_key(id)).copied().collect();
    Ok(Difference { lacking, extra, waiting: waiting.len(), held: held.len() })
}

//! What the index holds beside what the catalogue says that it holds.

use std::collections::{BTreeMap, HashSet};

use indexer::recording::RecordingId;
use indexer::search::engine::Verified;

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
    /// Why it cannot be relied on at all, if that is so.
    pub(super) damage: Option<String>,
    /// How many bytes of it were read.
    pub(super) bytes: u64,
}

/// Compares them, and reads all of the index: what cannot be read is lacking.
pub(super) async fn compare(library: &Library) -> Result<Difference, CatalogueError> {
    let claimed: BTreeMap<_, _> = library.catalogue.claimed_by_index().await?.into_iter().collect();
    let waiting: BTreeMap<_, _> = library.catalogue.revisions_to_index(false).await?.into_iter().collect();
    let held: BTreeMap<_, _> = library.index.recordings().into_iter().collect();
    let index = library.index.clone();
    let verified = tokio::task::spawn_blocking(move || index.verify().map_err(|error| error.to_string())).await;
    let verified = verified.map_err(|panic| panic.to_string()).flatten();
    let damage = verified.as_ref().err().cloned();
    let Verified { unreadable, bytes } = verified.unwrap_or_default();
    let unreadable: HashSet<_> = unreadable.into_iter().collect();
    let is_held = |id, revision| damage.is_none() && held.get(id) == Some(revision) && !unreadable.contains(id);
    let lacking = claimed.iter().filter(|(id, revision)| !is_held(id, revision)).map(|(&id, _)| id).collect();
    let extra = held.keys().filter(|id| !claimed.contains_key(id) && !waiting.contains_key(id)).copied().collect();
    Ok(Difference { lacking, extra, waiting: waiting.len(), held: held.len(), damage, bytes })
}

//! A recording named on the command line: by its id, a prefix of it, or the path of its media.

use std::path::Path;

use super::exit::{Exit, Failure};
use crate::catalogue::Catalogue;
use crate::catalogue::recordings::Recording;

/// The shortest prefix of an id: shorter ones are more likely a word or a number.
const SHORTEST: usize = 4;

/// Finds the recording that a person means.
pub(super) async fn find(catalogue: &Catalogue, named: &str) -> Result<Recording, Failure> {
    let path = crate::ingest::absolute(Path::new(named));
    let id = match catalogue.recording_at(&path).await? {
        Some(id) => id,
        None => by_prefix(catalogue, named).await?,
    };
    let none = || Failure::new(Exit::Usage, format!("there is no recording {named}; list them with: aloud status"));
    catalogue.recording(id).await?.ok_or_else(none)
}

/// Returns what may be the beginning of an id, as ids are written.
pub(super) fn prefix(named: &str) -> Option<String> {
    let is_one = named.len() >= SHORTEST && named.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| named.to_ascii_lowercase())
}

async fn by_prefix(catalogue: &Catalogue, named: &str) -> Result<indexer::recording::RecordingId, Failure> {
    let none = || Failure::new(Exit::Usage, format!("there is no recording {named}; list them with: aloud status"));
    let prefix = prefix(named).ok_or_else(none)?;
    match catalogue.recordings_by_prefix(&prefix).await?.as_slice() {
        [] => Err(none()),
        [id] => Ok(*id),
        _ => Err(Failure::new(Exit::Usage, format!("several recordings begin with {named}; give more of the id"))),
    }
}

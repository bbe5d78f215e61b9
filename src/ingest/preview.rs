//! A preview says what taking files in would do; nothing is written.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use serde::Serialize;

use super::find::Found;
use super::sidecars::Listings;
use super::{LookedAt, Request, Wanted, blocking, look_at, removed, unreadable, wanted};
use crate::catalogue::jobs::JobOptions;
use crate::catalogue::{Catalogue, CatalogueError};

/// What would be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is a new recording, which would be transcribed.
    Transcribe,
    /// It is a new recording, whose words would be taken from a sidecar.
    Import,
    /// It is known, and its words would be made again or are still to be made.
    Again,
    /// Its recording is known at another path.
    Moved,
    /// Nothing would be done.
    Nothing,
    /// It would be left out: its recording was removed on purpose.
    Removed,
    /// It would not be taken.
    Skip,
}

/// A file with what would be done with it.
#[derive(Debug)]
pub struct Preview {
    /// The file.
    pub path: PathBuf,
    /// What would be done.
    pub verdict: Verdict,
    /// Why it would not be taken.
    pub reason: Option<String>,
}

/// Returns what would be done with each file, in the order in which it would be done.
///
/// # Errors
/// When the catalogue fails.
pub async fn preview(
    catalogue: Option<&Catalogue>,
    found: Found,
    request: &Request<'_>,
) -> Result<Vec<Preview>, CatalogueError> {
    let Found { mut files, refused, problems, looked } = found;
    request.order.sort(&mut files);
    let places: Vec<_> = looked.iter().map(|place| place.path.clone()).collect();
    let (known, standings, gone) = match catalogue {
        Some(catalogue) => {
            (catalogue.files_at(&places).await?, catalogue.standings().await?, catalogue.removed().await?)
        }
        None => (BTreeMap::new(), HashMap::new(), HashSet::new()),
    };
    let ids: Vec<_> = files
        .iter()
        .map(|file| known.get(&file.path).filter(|it| it.stamp == file.stamp).map(|it| it.recording))
        .collect();
    let threads = request.threads;
    let looked_at = blocking(move || look_at(files, &ids, threads, &mut Listings::default())).await;
    let mut previews: Vec<_> = refused
        .into_iter()
        .chain(problems)
        .map(|(path, reason)| Preview { path, verdict: Verdict::Skip, reason: Some(reason) })
        .collect();
    let mut seen = HashSet::new();
    for LookedAt { file, was_read, id, sidecars, .. } in looked_at {
        let path = file.path;
        let skip = |reason| Preview { path: path.clone(), verdict: Verdict::Skip, reason: Some(reason) };
        previews.push(match id {
            Err(error) => skip(unreadable(&error)),
            Ok(id) if gone.contains(&id) => {
                Preview { path: path.clone(), verdict: Verdict::Removed, reason: Some(removed(id)) }
            }
            Ok(id) => {
                let options = JobOptions { sidecars, ..request.options.clone() };
                let standing = standings.get(&id);
                let is_imported = options.sidecars.is_some() && !options.transcribe;
                let verdict = match (standing.is_some(), wanted(standing, &options)) {
                    _ if !seen.insert(id) => Verdict::Nothing,
                    (true, Wanted::Plan | Wanted::Pending) => Verdict::Again,
                    (true, Wanted::Nothing) if was_read => Verdict::Moved,
                    (true, Wanted::Nothing) => Verdict::Nothing,
                    (false, _) if is_imported => Verdict::Import,
                    (false, _) => Verdict::Transcribe,
                };
                Preview { path, verdict, reason: None }
            }
        });
    }
    Ok(previews)
}

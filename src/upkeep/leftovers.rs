//! Leftovers are files in a library that nothing names any more: a killed program left them, and they cost space only.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;

use crate::catalogue::CatalogueError;
use crate::library::Library;
use crate::library::transcripts::ASIDE;
use crate::work::folder;

/// What lies about in a library.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    /// Files and folders that nothing names.
    pub(super) paths: Vec<PathBuf>,
    /// Transcripts of recordings that the catalogue does not know, as folders.
    pub(super) strangers: Vec<PathBuf>,
    /// Transcripts that were put aside because they are damaged.
    pub(super) aside: Vec<PathBuf>,
    /// Whether more transcripts are without a recording than with one: then it is the catalogue that is wrong.
    pub(super) is_odd: bool,
}

/// Finds them; only while nobody works in the library.
pub(super) async fn find(library: &Library) -> Result<Leftovers, CatalogueError> {
    let mut known = HashMap::<RecordingId, HashSet<String>>::new();
    for recording in library.catalogue.recordings().await? {
        known.insert(recording.id, HashSet::new());
    }
    for revision in library.catalogue.stored_revisions().await? {
        known.entry(revision.recording).or_default().insert(format!("{}.json.zst", revision.number));
    }
    let mut left = Leftovers {
        paths: folder::leftovers(&library.work_folder(), &library.catalogue.in_hand().await?),
        ..Leftovers::default()
    };
    left.paths.extend(library.index.leftovers());
    for entry in entries(&library.access_folder()) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let recording = name.get(..32).and_then(|id| id.parse::<RecordingId>().ok());
        if recording.is_none_or(|id| !known.contains_key(&id)) {
            left.paths.push(entry);
        }
    }
    for folder in entries(library.transcripts.folder()) {
        let id = folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<RecordingId>().ok());
        let names = id.and_then(|id| known.get(&id));
        let mut holds_aside = false;
        for file in entries(&folder) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with(ASIDE) {
                left.aside.push(file);
                holds_aside = true;
            } else if names.is_some_and(|names| !names.contains(&name)) {
                left.paths.push(file);
            }
        }
        if names.is_none() && !holds_aside {
            left.strangers.push(folder);
        }
    }
    left.is_odd = left.strangers.len() > known.len();
    Ok(left)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

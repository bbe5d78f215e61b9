//! Leftovers are files in a library that nothing names any more: a killed program left them, and they cost space only.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;
use indexer::transcript::Revision;

use crate::catalogue::CatalogueError;
use crate::library::Library;
use crate::library::transcripts::ASIDE;
use crate::work::folder;

/// What lies about in a library.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    /// Files and folders that nothing names and that hold no words.
    pub(super) paths: Vec<PathBuf>,
    /// Transcripts that can be read and that the catalogue does not name.
    pub(super) unnamed: BTreeSet<(RecordingId, Revision)>,
    /// Transcripts that were put aside.
    pub(super) aside: Vec<PathBuf>,
    /// How many recordings have transcripts and are not in the catalogue.
    pub(super) strangers: usize,
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
    let removed = library.catalogue.removed().await?;
    for folder in entries(library.transcripts.folder()) {
        let id = folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<RecordingId>().ok());
        // What no program of ours named so is not ours.
        let Some(id) = id else { continue };
        let names = known.get(&id);
        if names.is_none() && removed.contains(&id) {
            left.paths.push(folder);
            continue;
        }
        let (mut without_words, mut is_kept) = (Vec::new(), false);
        for file in entries(&folder) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let number = name.strip_suffix(".json.zst").map(str::parse::<Revision>);
            if names.is_some_and(|names| names.contains(&name)) {
                is_kept = true;
            } else if name.ends_with(ASIDE) {
                is_kept = true;
                left.aside.push(file);
            } else if let Some(Ok(number)) = number
                && library.transcripts.path(id, number) == file
            {
                match library.transcripts.read(id, number) {
                    Ok(_) => is_kept |= left.unnamed.insert((id, number)),
                    Err(error) if error.is_lasting() => without_words.push(file),
                    Err(_) => is_kept = true,
                }
            } else if number.is_some() {
                // Somebody gave it this name.
                is_kept = true;
            } else {
                without_words.push(file);
            }
        }
        left.strangers += usize::from(names.is_none());
        if names.is_none() && !is_kept {
            left.paths.push(folder);
        } else {
            left.paths.append(&mut without_words);
        }
    }
    left.aside.extend(entries(&library.aside_folder()));
    left.is_odd = left.strangers > known.len();
    Ok(left)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

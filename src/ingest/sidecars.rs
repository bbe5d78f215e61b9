//! Sidecars on disk: the transcripts and captions that lie beside a media file (`docs/sidecars.md`).

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use indexer::recording::{Language, RecordingId};
use indexer::subtitles::sidecar::{self, Candidate, Choice};
use indexer::subtitles::{self, Imported, Origin};

use crate::catalogue::captions::Captions;
use crate::ingest::identity;

/// What a recording's sidecars gave.
#[derive(Debug)]
pub struct Taken {
    /// The one that became the transcript, with its name.
    pub transcript: Option<Imported>,
    /// Those that are shown as captions.
    pub captions: Vec<Captions>,
}

/// Returns a hash over the names, sizes and times of a media file's sidecars; `None` without any.
#[must_use]
pub fn stamp(media: &Path, listing: &Listing) -> Option<String> {
    let candidates = listing.candidates(media);
    if candidates.is_empty() {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    for candidate in &candidates {
        hasher.update(candidate.name.as_encoded_bytes());
        if let Ok(stamp) = identity::stamp(&media.with_file_name(&candidate.name)) {
            hasher.update(&stamp.size.to_le_bytes());
            hasher.update(&stamp.mtime_ns.to_le_bytes());
        }
    }
    Some(hasher.finalize().to_hex()[..16].to_owned())
}

/// Reads a media file's sidecars. `declared` is the recording's language if somebody stated it; `detect` finds it out
/// from the sound and is asked only when the names alone do not decide.
///
/// Sidecars that cannot be read are left out, and so are those that this program exported itself.
pub fn take(
    recording: RecordingId,
    media: &Path,
    declared: Option<Language>,
    detect: &mut dyn FnMut() -> Option<Language>,
) -> Taken {
    let read = |candidate: &Candidate| -> Option<Imported> {
        let bytes = bytes_of(&path_of(media, candidate))?;
        let language = candidate.language.or(declared).unwrap_or(Language::UNKNOWN);
        let name = candidate.name.to_string_lossy();
        let imported = subtitles::read(&bytes, candidate.format, &name, language, recording, 1).ok()?;
        (imported.origin == Origin::Foreign).then_some(imported)
    };
    let (usable, mut imports): (Vec<_>, Vec<_>) = Listing::around(media)
        .candidates(media)
        .into_iter()
        .filter_map(|candidate| read(&candidate).map(|import| (candidate, import)))
        .unzip();
    let mut spoken = declared;
    if sidecar::choose(&usable, spoken) == Choice::Detect {
        spoken = detect();
    }
    let transcript = match sidecar::choose(&usable, spoken) {
        Choice::Take { transcript, language } => {
            spoken = language;
            usable.iter().position(|candidate| *candidate == transcript).map(|at| imports.swap_remove(at))
        }
        Choice::Detect | Choice::Nothing => None,
    };
    let captions = sidecar::tracks(&usable, spoken)
        .iter()
        .map(|track| Captions { path: path_of(media, track), language: track.language.unwrap_or(Language::UNKNOWN) })
        .collect();
    Taken { transcript, captions }
}

/// Reads a subtitle file; `None` for what is too long for one, and for a pipe, which could keep us waiting for ever.
fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    let metadata = fs::metadata(path).ok()?;
    (metadata.is_file() && metadata.len() <= subtitles::MAX_BYTES as u64).then(|| fs::read(path).ok())?
}

fn path_of(media: &Path, candidate: &Candidate) -> PathBuf {
    media.with_file_name(&candidate.name)
}

/// The folders that were listed so far.
#[derive(Debug, Default)]
pub struct Listings(HashMap<PathBuf, Listing>);

impl Listings {
    /// Lists the folder of a media file, unless that was done.
    pub fn around(&mut self, media: &Path) -> &Listing {
        let folder = media.parent().unwrap_or(Path::new("/"));
        self.0.entry(folder.to_owned()).or_insert_with(|| Listing::around(media))
    }
}

/// The names in one folder, sorted, so that a folder of many recordings is listed once and not once for each.
#[derive(Debug)]
pub struct Listing {
    names: Vec<OsString>,
}

impl Listing {
    /// Lists the folder of a media file; a folder that cannot be listed has no names.
    #[must_use]
    pub fn around(media: &Path) -> Self {
        let folder = media.parent().unwrap_or(Path::new("/"));
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<OsString> = entries.map(|entry| entry.file_name()).collect();
        names.sort_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
        Self { names }
    }

    /// Returns whether a name stands in this folder.
    #[must_use]
    pub fn holds(&self, name: &OsStr) -> bool {
        self.names.binary_search_by(|other| other.as_encoded_bytes().cmp(name.as_encoded_bytes())).is_ok()
    }

    /// Returns the sidecars of a media file in this folder.
    fn candidates(&self, media: &Path) -> Vec<Candidate> {
        let (Some(name), Some(stem)) = (media.file_name(), media.file_stem()) else { return Vec::new() };
        // All that bears the file's name stands together.
        let stem = stem.as_encoded_bytes();
        let first = self.names.partition_point(|other| other.as_encoded_bytes() < stem);
        let related = self.names[first..].iter().take_while(|other| other.as_encoded_bytes().starts_with(stem));
        sidecar::candidates(name, related.map(OsString::as_os_str))
    }
}

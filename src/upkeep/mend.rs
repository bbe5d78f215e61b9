//! Mending a library: what is derived is made again, what the catalogue lost and the files still hold is taken back, and
//! what nothing names and holds no words is removed.

use std::path::Path;

use indexer::recording::RecordingId;
use indexer::transcript::{Provenance, Revision};

use super::blobs::{self, Blob};
use super::{indexed, leftovers};
use crate::catalogue::health::{Origin, StoredRevision};
use crate::catalogue::jobs::{JobOptions, Wish};
use crate::catalogue::revisions::{RevisionFacts, Source};
use crate::ingest::shown;
use crate::ingest::sidecars::{self, Listing};
use crate::library::{Library, StoreError, files};

/// Mends what can be mended, in a library that nobody else works in; returns what was done, for people. Words that are
/// to be made again are asked for with these options.
///
/// # Errors
/// When the catalogue, the index or a file fails; what was done until then stays.
pub async fn mend(library: &Library, options: &JobOptions) -> Result<Vec<String>, StoreError> {
    let mut done = Vec::new();
    let adopted = library.catalogue.adopt_orphans().await?;
    done.extend(adopted.iter().map(|(_, title)| format!("took {title} back into the catalogue")));
    let left = leftovers::find(library).await?;
    if !left.is_odd {
        for &(id, number) in &left.unnamed {
            done.push(take_back(library, id, number).await?);
        }
    }
    for (id, title) in library.catalogue.without_their_revision().await? {
        library.catalogue.use_newest_revision(id).await?;
        let has_none = library.catalogue.recording(id).await?.is_some_and(|recording| recording.revision.is_none());
        if has_none && !library.catalogue.has_jobs(id).await? {
            ask(library, id, options.clone()).await?;
            done.push(format!("asked for the words of {title}"));
        } else {
            done.push(format!("took the newest revision of {title} into use"));
        }
    }
    transcripts(library, options, &mut done).await?;
    for (id, _) in adopted {
        look_at_media(library, id, options).await?;
    }
    index(library, &mut done).await?;
    let left = leftovers::find(library).await?;
    // A damaged catalogue may have named them.
    if !left.is_odd && library.catalogue.contradictions().await?.is_empty() {
        for path in &left.paths {
            files::remove(path).map_err(StoreError::file(path))?;
            done.push(format!("removed {}", inside(library, path)));
        }
    }
    Ok(done)
}

/// Makes a transcript that the catalogue does not name the current one, as a store that was cut off would have; puts it
/// aside where a newer one is current or its recording is not known. Returns what was done.
async fn take_back(library: &Library, id: RecordingId, number: Revision) -> Result<String, StoreError> {
    let path = library.transcripts.path(id, number);
    let transcript = library.transcripts.read(id, number).map_err(|error| StoreError::Index(error.to_string()))?;
    let hash = library.transcripts.hash(id, number).map_err(StoreError::file(&path))?;
    let recording = library.catalogue.recording(id).await?.filter(|recording| {
        (transcript.recording, transcript.revision) == (id, number) && recording.revision.is_none_or(|it| it <= number)
    });
    let Some(recording) = recording else {
        // Named by its content, so that none takes the place of another.
        let aside = library.aside_folder().join(format!("{id}-{number}-{}.json.zst", &hash[..8]));
        let moved = std::fs::create_dir_all(library.aside_folder()).and_then(|()| std::fs::rename(&path, &aside));
        moved.map_err(StoreError::file(&path))?;
        return Ok(format!("put {} aside, as {}", inside(library, &path), inside(library, &aside)));
    };
    let is_imported = |provenance: &Provenance| matches!(provenance, Provenance::Imported { .. });
    let by_hand = transcript.stretches.iter().any(|stretch| is_imported(&stretch.provenance));
    // Words from a file count as brought by a person: better that no scan replaces them.
    let source = if by_hand { Source::Imported } else { Source::Recognised };
    let facts = RevisionFacts { source, sidecars: None, missing: None, by_hand };
    library.catalogue.store_revision(&transcript, &facts, &hash).await?;
    Ok(format!("took revision {number} of {} back into use", recording.title))
}

/// Asks for what is known of a recording's media to be found out again; its words are there.
async fn look_at_media(library: &Library, id: RecordingId, options: &JobOptions) -> Result<(), StoreError> {
    let Some(recording) = library.catalogue.recording(id).await? else { return Ok(()) };
    let is_there = recording.files.iter().any(|path| path.is_file());
    if recording.revision.is_none() || !is_there || library.catalogue.has_jobs(id).await? {
        return Ok(());
    }
    ask(library, id, JobOptions { transcribe: true, facts_only: true, ..options.clone() }).await
}

fn inside(library: &Library, path: &Path) -> String {
    shown(path.strip_prefix(library.root()).unwrap_or(path))
}

async fn transcripts(library: &Library, options: &JobOptions, done: &mut Vec<String>) -> Result<(), StoreError> {
    let mut noted = 0;
    for (revision, blob) in blobs::look(library).await? {
        let StoredRevision { recording, number, title, .. } = &revision;
        match blob {
            Blob::Whole if revision.is_lost => {
                library.catalogue.set_found(*recording, *number).await?;
                done.push(format!("took the transcript of {title} back"));
            }
            Blob::Unhashed(hash) => {
                library.catalogue.set_hash(*recording, *number, &hash).await?;
                noted += 1;
            }
            Blob::Missing | Blob::Damaged(_) if !revision.is_current => {
                let path = library.transcripts.path(*recording, *number);
                library.transcripts.put_aside(*recording, *number).map_err(StoreError::file(&path))?;
                library.catalogue.forget_revision(*recording, *number).await?;
                done.push(format!("put revision {number} of {title} aside"));
            }
            Blob::Missing | Blob::Damaged(_) => {
                if make_again(library, &revision, options).await? {
                    done.push(format!("asked for the words of {title} to be made again"));
                }
            }
            Blob::Whole | Blob::OutOfReach(_) => {}
        }
    }
    if noted > 0 {
        done.push(format!("noted the hashes of {noted} transcripts"));
    }
    Ok(())
}

/// Asks for the words of a recording whose transcript is gone, in the way in which they were made; returns whether that
/// is new and its media are there. Until the new words are there, search finds the old ones if it still has them.
async fn make_again(library: &Library, revision: &StoredRevision, options: &JobOptions) -> Result<bool, StoreError> {
    let catalogue = &library.catalogue;
    let id = revision.recording;
    let files = catalogue.files_of(id).await?;
    let Some(media) = files.iter().find(|path| path.is_file()) else { return Ok(false) };
    // What a person brought is not what a recogniser makes.
    if revision.origin == Origin::Person {
        return Ok(false);
    }
    if catalogue.has_jobs(id).await? {
        return Ok(false);
    }
    let sidecars = sidecars::stamp(media, &Listing::around(media));
    let options = JobOptions { transcribe: revision.origin == Origin::Recognised, sidecars, ..options.clone() };
    ask(library, id, options).await?;
    Ok(true)
}

/// Asks for words that were there before: they come before what is new.
async fn ask(library: &Library, recording: RecordingId, options: JobOptions) -> Result<(), StoreError> {
    Ok(library.catalogue.add_plans(&[Wish { recording, options, place: i64::MIN }]).await?)
}

async fn index(library: &Library, done: &mut Vec<String>) -> Result<(), StoreError> {
    let difference = indexed::compare(library).await?;
    if difference.damage.is_some() || !difference.lacking.is_empty() || !difference.extra.is_empty() {
        let count = library.rebuild_index().await?;
        done.push(format!("made the index anew: {count} recordings"));
    } else if difference.waiting > 0 {
        let pending = library.catalogue.revisions_to_index(false).await?;
        let count = library.index_revisions(&pending).await?.len();
        done.push(format!("indexed {count} transcripts"));
    }
    Ok(())
}

//! Mending a library: what is derived is made again, and what nothing names is removed.

use indexer::recording::RecordingId;

use super::blobs::{self, Blob};
use super::{indexed, leftovers};
use crate::catalogue::health::{Origin, StoredRevision};
use crate::catalogue::jobs::{JobOptions, Wish};
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
    index(library, &mut done).await?;
    let left = leftovers::find(library).await?;
    if !left.is_odd {
        for path in left.strangers.iter().chain(&left.paths) {
            files::remove(path).map_err(StoreError::file(path))?;
            done.push(format!("removed {}", shown(path.strip_prefix(library.root()).unwrap_or(path))));
        }
    }
    Ok(done)
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
    if !difference.lacking.is_empty() || !difference.extra.is_empty() {
        let count = library.rebuild_index().await?;
        done.push(format!("made the index anew: {count} recordings"));
    } else if difference.waiting > 0 {
        let pending = library.catalogue.revisions_to_index(false).await?;
        let count = library.index_revisions(&pending).await?.len();
        done.push(format!("indexed {count} transcripts"));
    }
    Ok(())
}

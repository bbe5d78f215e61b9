//! Looking a library over: is what the catalogue says true of the media, the transcripts, the index and the disk?

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use indexer::recording::RecordingId;

use super::Finding;
use super::blobs::{self, Blob};
use super::indexed::{self, Difference};
use super::leftovers;
use crate::catalogue::CatalogueError;
use crate::catalogue::health::{Origin, StoredRevision};
use crate::catalogue::recordings::{Media, Recording};
use crate::ingest::shown;
use crate::library::Library;

/// What to do when nothing else helps.
pub const RESTORE: &str = "restore the last backup into another folder: aloud restore FILE --library DIR";

/// What to do about what is derived.
const FIX: &str = "mend it with: aloud doctor --fix";

/// How often the index is compared again while a program works in the library, and what lies between.
const LOOKS: usize = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// Looks a library over. While a program works in it, what it has in hand is left out.
pub async fn check(library: &Library, is_in_use: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(error) = look(library, is_in_use, &mut findings).await {
        findings.push(Finding::bad("catalogue", error.to_string(), RESTORE));
    }
    findings
}

async fn look(library: &Library, is_in_use: bool, findings: &mut Vec<Finding>) -> Result<(), CatalogueError> {
    let contradictions = library.catalogue.contradictions().await?;
    let orphans = library.catalogue.orphans().await?;
    let is_sound = contradictions.is_empty() && orphans.is_empty();
    findings.extend(contradictions.into_iter().map(|found| Finding::bad("catalogue", found, RESTORE)));
    if !orphans.is_empty() {
        let (rows, tables): (Vec<u32>, Vec<&str>) = orphans.iter().map(|(table, rows)| (*rows, table.as_str())).unzip();
        let rows = rows.iter().sum::<u32>();
        let found = format!("{rows} rows name recordings that are not there: {}", tables.join(", "));
        findings.push(Finding::bad("catalogue", found, FIX));
    }
    let recordings = library.catalogue.recordings().await?;
    for (id, title) in library.catalogue.without_their_revision().await? {
        let found = format!("{title}: the catalogue names a revision that is not there");
        findings.push(Finding::bad("catalogue", found, FIX).of(id));
    }
    if is_sound {
        findings.push(Finding::good("catalogue", format!("{} recordings, its file is sound", recordings.len())));
    }
    media(&recordings, findings);
    transcripts(library, &recordings, findings).await?;
    index(library, &recordings, is_in_use, findings).await?;
    if is_in_use {
        findings.push(Finding::good("leftovers", "not looked for while a program works here"));
    } else {
        left_over(library, findings).await?;
    }
    Ok(())
}

fn media(recordings: &[Recording], findings: &mut Vec<Finding>) {
    let (mut there, mut changed) = (0, 0);
    for recording in recordings {
        if recording.files.iter().any(|path| path.is_file()) {
            there += 1;
            continue;
        }
        if recording.media == Media::Changed {
            changed += 1;
            let found = format!("{}: its media were changed: the new file is a recording of its own", recording.title);
            let next = "its words stay; if nobody needs them: aloud remove RECORDING";
            findings.push(Finding::note("media", found, next).of(recording.id));
            continue;
        }
        let place = recording.files.first().map_or_else(|| "no file is known".into(), |path| shown(path));
        let found = format!("{}: the media are gone: {place}", recording.title);
        let next = "bring the file back, or index the folder to which it moved";
        findings.push(Finding::bad("media", found, next).of(recording.id));
    }
    if there + changed == recordings.len() {
        findings.push(Finding::good("media", format!("the files of {there} recordings are there")));
    }
}

async fn transcripts(
    library: &Library,
    recordings: &[Recording],
    findings: &mut Vec<Finding>,
) -> Result<(), CatalogueError> {
    let recordings: HashMap<RecordingId, &Recording> = recordings.iter().map(|it| (it.id, it)).collect();
    let (mut whole, mut unhashed) = (0, 0);
    for (revision, blob) in blobs::look(library).await? {
        let what = match &blob {
            Blob::Whole => {
                whole += 1;
                if revision.is_lost {
                    let found = format!("{}: its transcript was lost and is back", revision.title);
                    findings.push(Finding::bad("transcript", found, FIX).of(revision.recording));
                }
                continue;
            }
            Blob::Unhashed(_) => {
                (whole, unhashed) = (whole + 1, unhashed + 1);
                continue;
            }
            Blob::Missing => "the file is missing".to_owned(),
            Blob::Damaged(how) => format!("the file is damaged: {how}"),
            Blob::OutOfReach(how) => format!("the file cannot be read: {how}"),
        };
        let recording = recordings.get(&revision.recording).copied();
        let path = library.transcripts.path(revision.recording, revision.number);
        let found = format!("{}, revision {}: {what}: {}", revision.title, revision.number, shown(&path));
        findings.push(damaged(library, recording, &revision, &blob, found).await?);
    }
    if unhashed > 0 {
        let found = format!("{unhashed} transcripts were written before there were hashes");
        findings.push(Finding::note("transcripts", found, "note their hashes with: aloud doctor --fix"));
    }
    findings.push(Finding::good("transcripts", format!("{whole} files are as they were written")));
    Ok(())
}

/// Says what can be done about a transcript that is not what was written.
async fn damaged(
    library: &Library,
    recording: Option<&Recording>,
    revision: &StoredRevision,
    blob: &Blob,
    found: String,
) -> Result<Finding, CatalogueError> {
    let finding = if !blob.is_gone() {
        Finding::bad("transcript", found, "see that its disk is there and that you may read it")
    } else if !revision.is_current {
        Finding::bad("transcript", found, "it is not in use; put it aside with: aloud doctor --fix")
    } else if library.catalogue.has_jobs(revision.recording).await? {
        Finding::note("transcript", found, "its words are to be made again: aloud serve, or aloud index, does that")
    } else if revision.origin == Origin::Person {
        let next = "a person brought its words: bring them again with aloud import, or take this file from a backup";
        Finding::bad("transcript", found, next)
    } else if recording.is_some_and(|it| it.files.iter().any(|path| path.is_file())) {
        Finding::bad("transcript", found, "ask for its words to be made again with: aloud doctor --fix")
    } else {
        let next = "bring its media back, then: aloud doctor --fix; or take this file from a backup";
        Finding::bad("transcript", found, next)
    };
    Ok(finding.of(revision.recording))
}

async fn index(
    library: &Library,
    recordings: &[Recording],
    is_in_use: bool,
    findings: &mut Vec<Finding>,
) -> Result<(), CatalogueError> {
    let mut difference = indexed::compare(library).await?;
    // What is committed while both are read is seen in one of them only.
    for _ in 1..if is_in_use { LOOKS } else { 1 } {
        if difference.damage.is_none() && difference.lacking.is_empty() && difference.extra.is_empty() {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        // An index that cannot be read is told as one that lacks everything.
        let _ = library.index.reload();
        difference = indexed::compare(library).await?;
    }
    let Difference { lacking, extra, waiting, held, damage, bytes } = difference;
    if let Some(damage) = damage {
        findings.push(Finding::bad("index", damage, FIX));
    } else if lacking.is_empty() && extra.is_empty() {
        let found = format!("{held} recordings, the index agrees with the catalogue; {} MB read", bytes / 1_000_000);
        findings.push(Finding::good("index", found));
    } else {
        let title = lacking.first().and_then(|id| recordings.iter().find(|it| it.id == *id)).map(|it| &it.title);
        let such = title.map_or_else(String::new, |title| format!(", such as {title}"));
        let found = format!("it lacks {} recordings and holds {} too many{such}", lacking.len(), extra.len());
        findings.push(Finding::bad("index", found, "mend it with: aloud reindex"));
    }
    if waiting > 0 {
        let found = format!("{waiting} transcripts wait to be indexed");
        findings.push(Finding::note("index", found, "aloud serve, or aloud index, does that"));
    }
    Ok(())
}

async fn left_over(library: &Library, findings: &mut Vec<Finding>) -> Result<(), CatalogueError> {
    let left = leftovers::find(library).await?;
    if left.is_odd {
        let found = format!("{} recordings have transcripts, but the catalogue does not know them", left.strangers);
        let next = "aloud.sqlite is not the one of this library; bring it back, or take it from a backup";
        findings.push(Finding::bad("leftovers", found, next));
    } else {
        for &(id, number) in &left.unnamed {
            let path = library.transcripts.path(id, number);
            let found = format!("no row names {}, which holds words", inside(library, &path));
            let next = "take it back, or put it aside, with: aloud doctor --fix";
            findings.push(Finding::note("leftovers", found, next));
        }
        for path in &left.paths {
            let found = format!("nothing names {}", inside(library, path));
            findings.push(Finding::note("leftovers", found, "it costs space only; remove it with: aloud doctor --fix"));
        }
        if left.unnamed.is_empty() && left.paths.is_empty() {
            findings.push(Finding::good("leftovers", "none"));
        }
    }
    for path in &left.aside {
        let found = format!("put aside: {}", inside(library, path));
        findings.push(Finding::note("leftovers", found, "delete it when nobody misses its words"));
    }
    Ok(())
}

fn inside(library: &Library, path: &Path) -> String {
    shown(path.strip_prefix(library.root()).unwrap_or(path))
}

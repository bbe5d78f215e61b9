//! Taking files in: finding media in folders, knowing a recording by its bytes, and deciding what there is to do.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;

pub mod find;
pub mod identity;
pub mod known;
pub mod pairing;
pub mod sidecars;
pub mod documents;

use crate::catalogue::jobs::JobOptions;
use crate::catalogue::recordings::Recording;
use crate::catalogue::{Catalogue, CatalogueError};
use crate::report::Event;
use documents::Documents;
use identity::Stamped;
use sidecars::Listing;

/// What taking files in came to.
#[derive(Debug, Default)]
pub struct Intake {
    /// Every recording among the files, once.
    pub recordings: Vec<RecordingId>,
    /// How many media files there were.
    pub files: u32,
    /// How many recordings were not known before.
    pub new: u32,
    /// How many recordings have something to do.
    pub queued: u32,
    /// How many paths could not be taken.
    pub skipped: u32,
}

/// Puts the media in some files and folders into the catalogue and asks for what is missing.
///
/// A file whose size, time and number are unchanged is not read again. `tell` is told what is not taken, and the sum.
///
/// # Errors
/// When the catalogue fails; files that cannot be read are told and left out.
pub async fn take_in(
    catalogue: &Catalogue,
    paths: &[PathBuf],
    options: &JobOptions,
    tell: &(dyn Fn(Event) + Sync),
) -> Result<Intake, CatalogueError> {
    let mut intake = Intake::default();
    let found = find::media(paths);
    for (path, reason) in found.problems {
        skip(&mut intake, tell, &path, reason);
    }
    let documents = Documents::known(catalogue).await?;
    let mut seen = HashSet::new();
    let mut listing = None;
    for path in found.files {
        intake.files += 1;
        let stamped = match identity::stamp(&path) {
            Ok(stamp) => Stamped { path: &path, stamp },
            Err(error) => {
                skip(&mut intake, tell, &path, unreadable(&error));
                continue;
            }
        };
        let known = catalogue.file(&path, stamped.stamp).await?;
        let id = match known {
            Some(id) => id,
            None => match stamped.identify() {
                Ok(id) => id,
                Err(error) => {
                    skip(&mut intake, tell, &path, unreadable(&error));
                    continue;
                }
            },
        };
        if catalogue.is_removed(id).await? {
            let short = &id.to_string()[..8];
            let reason = format!("it was removed from the library; to take it again: aloud remove --forget {short}");
            skip(&mut intake, tell, &path, reason);
            continue;
        }
        if known.is_none() {
            intake.new += u32::from(catalogue.add_recording(id, &title_of(&path)).await?);
            catalogue.set_file(&path, stamped.stamp, id).await?;
        }
        if !seen.insert(id) {
            continue;
        }
        intake.recordings.push(id);
        let around = match listing.take() {
            Some(listing) if Listing::is_around(&listing, &path) => listing,
            _ => Listing::around(&path),
        };
        // Before the words: it may state their language.
        for event in documents.take(catalogue, id, &path, &around).await? {
            intake.skipped += u32::from(matches!(event, Event::Skipped { .. }));
            tell(event);
        }
        let options = JobOptions { sidecars: sidecars::stamp(&path, &around), ..options.clone() };
        listing = Some(around);
        intake.queued += u32::from(ask(catalogue, id, &options).await?);
    }
    tell(Event::Scanned { files: intake.files, new: intake.new, queued: intake.queued });
    Ok(intake)
}

/// Asks for a recording's words where they are missing or its sidecars changed; returns whether anything is to do.
async fn ask(catalogue: &Catalogue, id: RecordingId, options: &JobOptions) -> Result<bool, CatalogueError> {
    let is_current = match catalogue.current_sidecars(id).await? {
        // New words were asked for by `transcribe`; a scan asks only for what is missing.
        Some(sidecars) => sidecars == options.sidecars,
        None => false,
    };
    if catalogue.has_pending_jobs(id).await? {
        return Ok(true);
    }
    // What a person brought, no scan replaces.
    if (is_current && !options.transcribe) || catalogue.is_by_hand(id).await? {
        return Ok(false);
    }
    if catalogue.failed_plan(id, &options.hash()).await? {
        // The same bytes fail the same way; `transcribe` tries again when somebody asks for it.
        return Ok(false);
    }
    catalogue.clear_jobs(id).await?;
    catalogue.add_plan(id, options).await
}

/// Asks for new words of a recording that is known, whatever there is already.
///
/// # Errors
/// When the catalogue fails.
pub async fn ask_again(
    catalogue: &Catalogue,
    recording: &Recording,
    options: &JobOptions,
) -> Result<(), CatalogueError> {
    let media = recording.files.iter().find(|path| path.exists());
    let sidecars = media.and_then(|media| sidecars::stamp(media, &Listing::around(media)));
    catalogue.clear_jobs(recording.id).await?;
    catalogue.add_plan(recording.id, &JobOptions { transcribe: true, sidecars, ..options.clone() }).await?;
    Ok(())
}

fn skip(intake: &mut Intake, tell: &(dyn Fn(Event) + Sync), path: &Path, reason: String) {
    intake.skipped += 1;
    tell(Event::Skipped { path: shown(path), reason });
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read ({error}); check that it is there and that you may read it")
}

/// Returns a path as it can be shown on one line: control characters and what is not UTF-8 are escaped.
#[must_use]
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.contains(char::is_control) { format!("{text:?}") } else { text.into_owned() }
}

/// Returns what people call a recording until somebody says better: the file's name without its extension.
fn title_of(path: &Path) -> String {
    let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
    let title = name.replace(['_', '\n', '\r', '\t'], " ");
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() { "untitled".into() } else { title }
}

#[cfg(test)]
mod tests {
    use indexer::time::Millis;

    use super::*;
    use crate::library::Library;

    #[tokio::test]
    async fn words_that_wait_to_be_merged_are_not_made_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = Library::open(folder.path()).await.expect("a library");
        let catalogue = &library.catalogue;
        let options = JobOptions { model: "base".into(), segment_seconds: 300, ..JobOptions::default() };
        let id = RecordingId::new([1; 16]);
        catalogue.add_recording(id, "talk").await.expect("a recording");
        assert!(ask(catalogue, id, &options).await.expect("an answer"));
        let plan = catalogue.take_job().await.expect("an answer").expect("a plan");
        catalogue.finish_plan(&plan, &[Millis::new(300_000)]).await.expect("a segment");
        let segment = catalogue.take_job().await.expect("an answer").expect("a segment");
        catalogue.finish_segment(segment.id).await.expect("its end");
        // Here the program is killed, and started again.
        assert!(ask(catalogue, id, &options).await.expect("an answer"));
        let waiting = catalogue.plans_to_merge().await.expect("an answer");
        assert_eq!(waiting.iter().map(|job| job.id).collect::<Vec<_>>(), [plan.id]);
        assert!(catalogue.take_job().await.expect("an answer").is_none(), "nothing is read or recognised again");
    }

    #[test]
    fn a_title_is_made_of_the_name() {
        for (path, title) in [
            ("/talks/Museum_partnership.mp4", "Museum partnership"),
            ("a  b\nc.webm", "a b c"),
            ("émoji 🎤.mp3", "émoji 🎤"),
            ("_.mp3", "untitled"),
        ] {
            assert_eq!(title_of(Path::new(path)), title);
        }
    }

    #[test]
    fn a_path_is_shown_on_one_line() {
        assert_eq!(shown(Path::new("/a b/c.mp4")), "/a b/c.mp4");
        assert_eq!(shown(Path::new("a\nb.mp4")), "\"a\\nb.mp4\"");
    }
}

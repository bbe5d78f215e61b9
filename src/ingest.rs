//! Taking files in: finding media in folders, knowing a recording by its bytes, and deciding what there is to do.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

use indexer::recording::RecordingId;

pub mod patterns;
pub mod identity;
pub mod find;
pub mod known;
pub mod order;
pub mod pairing;
pub mod sidecars;
pub mod documents;
pub mod preview;
pub mod watch;

use crate::catalogue::CatalogueError;
use crate::catalogue::files::{KnownFile, ReadFile, Stamp};
use crate::catalogue::jobs::{JobOptions, Wish};
use crate::catalogue::recordings::{Recording, State};
use crate::catalogue::standing::Standing;
use crate::library::{Library, StoreError};
use crate::report::{Event, MediaNews};
use documents::{Documents, FoundDocument};
use find::{Found, Looked};
use identity::FoundFile;
use order::Order;
use sidecars::Listings;

/// How many files are read before what they are is stored: a crash costs no more than reading those again.
const BATCH: usize = 512;

/// How many files are read at a time when nobody says otherwise: a disk answers several questions together faster.
pub const READERS: usize = 4;

/// How files are taken in.
pub struct Request<'a> {
    /// How new recordings are transcribed.
    pub options: &'a JobOptions,
    /// Which of them comes first.
    pub order: Order,
    /// How many files are read at a time.
    pub threads: usize,
    /// Says whether a file that is new or changed may be read now; it comes again otherwise.
    pub is_ready: &'a (dyn Fn(&FoundFile) -> bool + Sync),
}

/// What taking files in came to.
#[derive(Debug, Default)]
pub struct Intake {
    /// Every recording among the files, once.
    pub recordings: Vec<RecordingId>,
    /// Those that have something to do.
    pub queued: Vec<RecordingId>,
    /// How many media files there were.
    pub files: u32,
    /// How many recordings were not known before.
    pub new: u32,
    /// How many recordings were known at another path, which is gone.
    pub moved: u32,
    /// How many files are gone.
    pub missing: u32,
    /// How many files are left out since their recordings were removed on purpose.
    pub removed: u32,
    /// How many paths could not be taken.
    pub skipped: u32,
}

/// Puts media files into the catalogue, notes which are gone, and asks for what is missing.
///
/// A file whose size, time and number are unchanged is not read again, and where nothing is new nothing is written.
/// `tell` is told what is not taken, what became of recordings, and the sum.
///
/// # Errors
/// When the catalogue fails; files that cannot be read are told and left out.
pub async fn take_in(
    library: &Library,
    found: Found,
    request: &Request<'_>,
    tell: &(dyn Fn(Event) + Sync),
) -> Result<Intake, StoreError> {
    let _turn = library.turn_to_take_in().await;
    let catalogue = &library.catalogue;
    let Found { files, refused, problems, looked } = found;
    let places: Vec<_> = looked.iter().map(|place| place.path.clone()).collect();
    let known = catalogue.files_at(&places).await?;
    let mut scan = Scan {
        library,
        request,
        tell,
        removed: catalogue.removed().await?,
        removed_files: catalogue.removed_files().await?,
        standings: catalogue.standings().await?,
        documents: Documents::known(catalogue).await?,
        known: &known,
        listings: Listings::default(),
        seen: HashMap::new(),
        unreadable: Vec::new(),
        intake: Intake::default(),
    };
    for (path, reason) in &refused {
        scan.skip(path, reason.clone());
    }
    for (path, reason) in problems {
        scan.skip(&path, reason.clone());
        scan.unreadable.push((path, reason));
    }
    scan.intake.missing = scan.note_presence(&files, &looked).await?;
    let mut files: Vec<_> =
        files.into_iter().filter(|file| scan.known_as(file).is_some() || (request.is_ready)(file)).collect();
    request.order.sort(&mut files);
    scan.intake.files = u32::try_from(files.len()).unwrap_or(u32::MAX);
    while !files.is_empty() {
        let rest = files.split_off(files.len().min(BATCH));
        scan.take(std::mem::replace(&mut files, rest)).await?;
    }
    scan.note_unreadable(&looked).await?;
    let Intake { files, new, moved, missing, removed, .. } = scan.intake;
    let queued = u32::try_from(scan.intake.queued.len()).unwrap_or(u32::MAX);
    tell(Event::Scanned { files, new, queued, moved, missing, removed });
    Ok(scan.intake)
}

/// Taking files in, with what was known before.
struct Scan<'a> {
    library: &'a Library,
    request: &'a Request<'a>,
    tell: &'a (dyn Fn(Event) + Sync),
    removed: HashSet<RecordingId>,
    removed_files: HashMap<PathBuf, (Stamp, RecordingId)>,
    standings: HashMap<RecordingId, Standing>,
    documents: Documents,
    known: &'a BTreeMap<PathBuf, KnownFile>,
    listings: Listings,
    /// The recordings so far, each with whether there are transcripts beside the file that counts.
    seen: HashMap<RecordingId, bool>,
    unreadable: Vec<(PathBuf, String)>,
    intake: Intake,
}

impl Scan<'_> {
    /// Returns which recording a file holds that is as it was when it was last read.
    fn known_as(&self, file: &FoundFile) -> Option<RecordingId> {
        let taken = self.known.get(&file.path).map(|known| (known.stamp, known.recording));
        let removed = self.removed_files.get(&file.path).copied();
        [taken, removed].into_iter().flatten().find(|(stamp, _)| *stamp == file.stamp).map(|(_, recording)| recording)
    }

    fn skip(&mut self, path: &Path, reason: String) {
        self.intake.skipped += 1;
        (self.tell)(Event::Skipped { path: shown(path), reason });
    }

    /// Notes which files are gone and which are there again; returns how many are gone.
    async fn note_presence(&self, files: &[FoundFile], looked: &[Looked]) -> Result<u32, CatalogueError> {
        let there: HashSet<_> = files.iter().map(|file| file.path.as_path()).collect();
        let sought = self.known.iter().filter(|(path, known)| {
            !known.is_missing && !there.contains(path.as_path()) && looked.iter().any(|place| place.is_around(path))
        });
        let sought: Vec<_> = sought.map(|(path, _)| path.clone()).collect();
        // What is left out by a pattern or a name is there all the same.
        let gone = blocking(move || sought.into_iter().filter(|path| !path.is_file()).collect::<Vec<_>>()).await;
        let back: Vec<_> = files
            .iter()
            .filter(|file| self.known.get(&file.path).is_some_and(|it| it.is_missing && it.stamp == file.stamp))
            .map(|file| file.path.clone())
            .collect();
        self.library.catalogue.set_presence(&gone, &back).await?;
        for (paths, news) in [(&gone, MediaNews::Missing), (&back, MediaNews::Back)] {
            for known in paths.iter().filter_map(|path| self.known.get(path)) {
                (self.tell)(Event::Media { recording: known.recording, news });
            }
        }
        Ok(u32::try_from(gone.len()).unwrap_or(u32::MAX))
    }

    /// Takes one batch of files.
    async fn take(&mut self, files: Vec<FoundFile>) -> Result<(), StoreError> {
        let catalogue = &self.library.catalogue;
        let known: Vec<_> = files.iter().map(|file| self.known_as(file)).collect();
        let threads = self.request.threads;
        let mut listings = std::mem::take(&mut self.listings);
        let (looked_at, listings) = blocking(move || (look_at(files, &known, threads, &mut listings), listings)).await;
        self.listings = listings;
        let mut read = Vec::new();
        let mut removed = Vec::new();
        let mut there = Vec::new();
        for LookedAt { file, was_read, id, sidecars, document } in looked_at {
            match id {
                Err(error) => {
                    let reason = unreadable(&error);
                    self.skip(&file.path, reason.clone());
                    self.unreadable.push((file.path, reason));
                }
                Ok(id) if self.removed.contains(&id) => {
                    self.intake.removed += 1;
                    if was_read {
                        removed.push((file.path, file.stamp, id));
                    }
                }
                Ok(recording) => {
                    if was_read {
                        let (path, stamp, title) = (file.path.clone(), file.stamp, title_of(&file.path));
                        read.push(ReadFile { path, stamp, recording, title });
                    }
                    there.push((recording, file, sidecars, document));
                }
            }
        }
        catalogue.add_removed_files(&removed).await?;
        let taken = catalogue.take_files(&read).await?;
        self.intake.new += u32::try_from(taken.new.len()).unwrap_or(u32::MAX);
        self.intake.moved += u32::try_from(taken.moved.len()).unwrap_or(u32::MAX);
        for (recordings, news) in [(&taken.moved, MediaNews::Moved), (&taken.changed, MediaNews::Changed)] {
            for &recording in recordings {
                (self.tell)(Event::Media { recording, news });
            }
        }
        for (recording, title) in taken.forgotten {
            self.library.remove_derived(recording)?;
            (self.tell)(Event::Removed { recording, title });
        }
        let mut wishes = Vec::new();
        for (recording, file, sidecars, document) in there {
            // Of several copies the first counts, unless there are transcripts beside a later one only.
            let before = self.seen.get(&recording).copied();
            if before.is_some_and(|had_sidecars| had_sidecars || sidecars.is_none()) {
                continue;
            }
            self.seen.insert(recording, sidecars.is_some());
            if before.is_none() {
                self.intake.recordings.push(recording);
                // Before the words: it may state their language.
                for event in self.documents.take(catalogue, recording, document).await? {
                    self.intake.skipped += u32::from(matches!(event, Event::Skipped { .. }));
                    (self.tell)(event);
                }
            }
            let options = JobOptions { sidecars, ..self.request.options.clone() };
            match wanted(self.standings.get(&recording), &options) {
                Wanted::Nothing => continue,
                Wanted::Pending => {}
                Wanted::Plan => wishes.push(Wish { recording, options, place: self.request.order.place(&file) }),
            }
            if before.is_none() || !self.intake.queued.contains(&recording) {
                self.intake.queued.push(recording);
            }
        }
        Ok(catalogue.add_plans(&wishes).await?)
    }

    /// Notes what cannot be read, and forgets what could not be and now can or is gone.
    async fn note_unreadable(&self, looked: &[Looked]) -> Result<(), CatalogueError> {
        let before: BTreeMap<_, _> = self.library.catalogue.skipped().await?.into_iter().collect();
        let is_new = |(path, reason): &&(PathBuf, String)| before.get(path) != Some(reason);
        let new: Vec<_> = self.unreadable.iter().filter(is_new).cloned().collect();
        let still: HashSet<_> = self.unreadable.iter().map(|(path, _)| path).collect();
        let was_looked_for = |path: &&PathBuf| looked.iter().any(|place| place.is_around(path));
        let gone: Vec<_> = before.keys().filter(was_looked_for).filter(|path| !still.contains(path)).cloned().collect();
        self.library.catalogue.set_skipped(&new, &gone).await
    }
}

/// A file with what it is.
struct LookedAt {
    file: FoundFile,
    was_read: bool,
    id: std::io::Result<RecordingId>,
    /// A hash over the transcripts beside it.
    sidecars: Option<String>,
    /// What states its metadata.
    document: Option<FoundDocument>,
}

/// Reads the files that are not known, and looks what lies beside each.
fn look_at(
    files: Vec<FoundFile>,
    known: &[Option<RecordingId>],
    threads: usize,
    listings: &mut Listings,
) -> Vec<LookedAt> {
    let unknown: Vec<_> = files.iter().zip(known).filter(|(_, id)| id.is_none()).map(|(file, _)| file).collect();
    let mut read = identity::identify_all(&unknown, threads).into_iter();
    let mut looked_at = Vec::with_capacity(known.len());
    for (file, known) in files.into_iter().zip(known) {
        let id = known.map_or_else(|| read.next().unwrap_or_else(|| Err(std::io::ErrorKind::Other.into())), Ok);
        let around = listings.around(&file.path);
        let (sidecars, document) = (sidecars::stamp(&file.path, around), documents::find(&file.path, around));
        looked_at.push(LookedAt { file, was_read: known.is_none(), id, sidecars, document });
    }
    looked_at
}

/// What is to be done with a recording that a scan found.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Nothing,
    /// It is being done, or waits.
    Pending,
    /// It is to be planned.
    Plan,
}

/// Returns what is to be done: where words are missing or the sidecars changed they are wanted.
fn wanted(standing: Option<&Standing>, options: &JobOptions) -> Wanted {
    let Some(standing) = standing else { return Wanted::Plan };
    if standing.is_pending {
        return Wanted::Pending;
    }
    let is_current = match &standing.sidecars {
        // New words were asked for by `transcribe`, and a sidecar that went leaves the words that it gave; a scan asks
        // only for what is missing.
        Some(sidecars) => options.sidecars.is_none() || *sidecars == options.sidecars,
        None => false,
    };
    // What a person brought, no scan replaces. The same bytes fail the same way; `retry` tries again when somebody asks for it.
    let fails = standing.failed.contains(&options.hash());
    if standing.is_by_hand || (is_current && !options.transcribe) || fails { Wanted::Nothing } else { Wanted::Plan }
}

/// Asks for new words of a recording that is known, whatever there is already.
///
/// # Errors
/// When the catalogue fails.
pub async fn ask_again(library: &Library, recording: &Recording, options: &JobOptions) -> Result<(), CatalogueError> {
    let mut listings = Listings::default();
    let mut there = recording.files.iter().filter(|path| path.exists());
    let media = there.clone().next();
    let sidecars = there.find_map(|media| sidecars::stamp(media, listings.around(media)));
    let stamp = media.and_then(|media| identity::stamp(media).ok());
    let place = media.cloned().zip(stamp).map_or(0, |(path, stamp)| Order::Newest.place(&FoundFile { path, stamp }));
    let options = JobOptions { transcribe: true, sidecars, ..options.clone() };
    library.catalogue.add_plans(&[Wish { recording: recording.id, options, place }]).await
}

/// Tries again what failed of a recording; returns whether anything had.
///
/// # Errors
/// When the catalogue fails.
pub async fn retry(library: &Library, recording: &Recording, options: &JobOptions) -> Result<bool, CatalogueError> {
    if library.catalogue.retry_jobs(recording.id).await? {
        return Ok(true);
    }
    let is_partly = recording.state == State::Partly;
    if is_partly {
        // What was made of it is stored without its failed parts, which only a new revision can fill.
        ask_again(library, recording, options).await?;
    }
    Ok(is_partly)
}

/// Runs something that waits for a disk beside everything else.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read ({error}); check that it is there and that you may read it")
}

fn removed(id: RecordingId) -> String {
    let short = &id.to_string()[..8];
    format!("it was removed from the library; to take it again: aloud remove --forget {short}")
}

/// Returns the path under which a file is known: absolute, and without `..`, which is followed on the disk, since the name
/// before it may be a link.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let parts: Vec<_> = path.components().collect();
    let Some(last) = parts.iter().rposition(|part| *part == Component::ParentDir) else { return path };
    // Links that follow are names that a person chose.
    match parts[..=last].iter().collect::<PathBuf>().canonicalize() {
        Ok(above) => above.iter().chain(parts[last + 1..].iter().map(|part| part.as_os_str())).collect(),
        Err(_) => path,
    }
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
        let library = Library::open(&folder.path().join("library")).await.expect("a library");
        let catalogue = &library.catalogue;
        let media = folder.path().join("talk.mp4");
        std::fs::write(&media, b"bytes").expect("writing");
        let options = JobOptions { model: "base".into(), segment_seconds: 300, ..JobOptions::default() };
        let request = Request { options: &options, order: Order::Name, threads: 1, is_ready: &|_| true };
        let scan = async || {
            let found = find::media(std::slice::from_ref(&media));
            take_in(&library, found, &request, &|_| ()).await.expect("an intake")
        };
        assert_eq!((scan().await.new, catalogue.jobs().await.expect("jobs").len()), (1, 1));
        let plan = catalogue.take_job().await.expect("an answer").expect("a plan");
        catalogue.finish_plan(&plan, &[Millis::new(300_000)]).await.expect("a segment");
        let segment = catalogue.take_job().await.expect("an answer").expect("a segment");
        catalogue.finish_segment(segment.id).await.expect("its end");
        // Here the program is killed, and started again.
        assert_eq!(scan().await.queued, [plan.recording]);
        let waiting = catalogue.plans_to_merge().await.expect("an answer");
        assert_eq!(waiting.iter().map(|job| job.id).collect::<Vec<_>>(), [plan.id]);
        assert!(catalogue.take_job().await.expect("an answer").is_none(), "nothing is read or recognised again");
    }

    #[tokio::test]
    async fn where_nothing_is_new_nothing_is_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = Library::open(&folder.path().join("library")).await.expect("a library");
        let media = folder.path().join("media");
        for number in 0..3 {
            let path = media.join(number.to_string()).join("talk.mp4");
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(path, number.to_string()).expect("writing");
        }
        // A name that promises a file and holds none.
        std::os::unix::fs::symlink("nowhere", media.join("broken.mp4")).expect("a link");
        let options = JobOptions::default();
        let request = Request { options: &options, order: Order::Newest, threads: 2, is_ready: &|_| true };
        let scan = async || {
            let found = find::media(std::slice::from_ref(&media));
            let intake = take_in(&library, found, &request, &|_| ()).await.expect("an intake");
            (intake.files, intake.new, intake.queued.len(), intake.missing, intake.skipped)
        };
        assert_eq!(scan().await, (3, 3, 3, 0, 1));
        let before = library.catalogue.state().await.expect("a number");
        assert_eq!(scan().await, (3, 0, 3, 0, 1));
        assert_eq!(library.catalogue.state().await.expect("a number"), before);
        assert_eq!(library.catalogue.skipped().await.expect("a list").len(), 1);
        std::fs::remove_file(media.join("broken.mp4")).expect("removing");
        std::fs::remove_file(media.join("1/talk.mp4")).expect("removing");
        assert_eq!(scan().await, (2, 0, 2, 1, 0));
        assert!(library.catalogue.skipped().await.expect("a list").is_empty());
        assert_ne!(library.catalogue.state().await.expect("a number"), before);

        // What was removed on purpose is read once more, and then left alone.
        let removed = library.catalogue.recording_at(&media.join("0/talk.mp4")).await.expect("an answer").expect("one");
        library.remove(removed).await.expect("removing");
        assert_eq!(scan().await, (2, 0, 1, 0, 0));
        let before = library.catalogue.state().await.expect("a number");
        assert_eq!(scan().await, (2, 0, 1, 0, 0));
        assert_eq!(library.catalogue.state().await.expect("a number"), before);
        assert_eq!(library.catalogue.removed_files().await.expect("files").len(), 1);
        library.catalogue.forget_removed(removed).await.expect("no tombstone");
        assert!(library.catalogue.removed_files().await.expect("files").is_empty());
        assert_eq!(scan().await, (2, 1, 2, 0, 0));
    }

    #[test]
    fn only_what_is_missing_is_wanted() {
        let beside = |sidecars: Option<&str>, transcribe| JobOptions {
            sidecars: sidecars.map(str::to_owned),
            transcribe,
            ..JobOptions::default()
        };
        let made =
            |sidecars: Option<&str>| Standing { sidecars: Some(sidecars.map(str::to_owned)), ..Standing::default() };
        let failed = Standing { failed: vec![beside(None, false).hash()], ..Standing::default() };
        let pending = Standing { is_pending: true, ..made(None) };
        for (standing, options, expected) in [
            (None, beside(None, false), Wanted::Plan),
            (Some(Standing::default()), beside(None, false), Wanted::Plan),
            (Some(made(None)), beside(None, false), Wanted::Nothing),
            (Some(made(None)), beside(Some("a"), false), Wanted::Plan),
            (Some(made(Some("a"))), beside(Some("b"), false), Wanted::Plan),
            (Some(made(Some("a"))), beside(None, false), Wanted::Nothing),
            (Some(made(None)), beside(None, true), Wanted::Plan),
            (Some(pending), beside(Some("a"), true), Wanted::Pending),
            (Some(failed.clone()), beside(None, false), Wanted::Nothing),
            (Some(failed), beside(Some("a"), false), Wanted::Plan),
        ] {
            assert_eq!(wanted(standing.as_ref(), &options), expected, "{standing:?} {options:?}");
        }
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
    fn a_path_is_known_without_the_way_up() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("a folder");
        std::fs::create_dir_all(root.join("far/away")).expect("folders");
        std::os::unix::fs::symlink(root.join("far/away"), root.join("near")).expect("a link");
        for (path, expected) in [
            ("a/b.mp4", "a/b.mp4"),
            ("far/../a/b.mp4", "a/b.mp4"),
            ("far/away/../../near/b.mp4", "near/b.mp4"),
            ("near/../b.mp4", "far/b.mp4"),
            ("far/away/..", "far"),
            ("gone/../b.mp4", "gone/../b.mp4"),
        ] {
            assert_eq!(absolute(&root.join(path)).into_os_string(), root.join(expected).into_os_string(), "{path}");
        }
    }

    #[test]
    fn a_path_is_shown_on_one_line() {
        assert_eq!(shown(Path::new("/a b/c.mp4")), "/a b/c.mp4");
        assert_eq!(shown(Path::new("a\nb.mp4")), "\"a\\nb.mp4\"");
    }
}

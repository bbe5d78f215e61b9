//! Watching: folders are looked through when the system tells of changes in them, and from time to time all the same,
//! since network mounts tell nothing. A file is taken once it has rested and can be read to its end.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use super::find::{self, Looked, Root, is_ignored};
use super::identity::FoundFile;
use super::order::Order;
use super::patterns::Patterns;
use super::{Request, blocking, take_in};
use crate::catalogue::files::Stamp;
use crate::catalogue::folders::Folder;
use crate::catalogue::jobs::JobOptions;
use crate::library::{Library, StoreError};
use crate::report::Event;

/// How changes that come together are waited for, so that a folder is looked at once.
const TOGETHER: Duration = Duration::from_secs(1);

/// More places than these are not remembered one by one: everything is looked through.
const MOST_PLACES: usize = 1000;

/// How long after a failure, such as a full disk, the folders are looked through again.
const AFTER_FAILURE: Duration = Duration::from_secs(60);

/// How folders are watched.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How new recordings are transcribed.
    pub options: JobOptions,
    /// How long a file must stay as it is before it is taken.
    pub rest: Duration,
    /// How often everything is looked through.
    pub rescan: Duration,
    /// How many files are read at a time.
    pub threads: usize,
}

/// Places that are to be looked at, filled by whoever knows of changes; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Changes(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    places: Mutex<Places>,
    come: Notify,
}

#[derive(Debug, Default)]
struct Places {
    /// Everything is to be looked at, and the list of folders read again.
    all: bool,
    /// Each place, and whether folders inside are to be looked at, too.
    some: BTreeMap<PathBuf, bool>,
}

impl Changes {
    /// Says that everything is to be looked at: folders were added, or events were lost.
    pub fn everywhere(&self) {
        self.places().all = true;
        self.0.come.notify_one();
    }

    fn at(&self, path: PathBuf, deep: bool) {
        let mut places = self.places();
        *places.some.entry(path).or_default() |= deep;
        places.all |= places.some.len() > MOST_PLACES;
        drop(places);
        self.0.come.notify_one();
    }

    fn take(&self) -> Places {
        std::mem::take(&mut *self.places())
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        // The state is whole between any two statements that hold it.
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what the system tells.
    fn note(&self, told: notify::Result<notify::Event>) {
        let event = match told {
            Ok(event) => event,
            Err(error) => {
                tracing::debug!(%error, "watching folders");
                return self.everywhere();
            }
        };
        if event.need_rescan() {
            return self.everywhere();
        }
        // Our own looking and reading must not be a reason to look again.
        if matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write)) {
            return;
        }
        for path in event.paths.into_iter().filter(|path| !is_ignored(path)) {
            if path.is_file() {
                // A sidecar, too, is a reason to look at the media beside it.
                if let Some(folder) = path.parent() {
                    self.at(folder.to_owned(), false);
                }
            } else {
                // A folder that came with all that is in it, or something that is gone.
                self.at(path, true);
            }
        }
    }
}

/// Returns what has the system tell of changes, where it does.
fn watcher(changes: Changes) -> Option<RecommendedWatcher> {
    let config = notify::Config::default().with_follow_symlinks(false);
    RecommendedWatcher::new(move |told| changes.note(told), config)
        .inspect_err(|error| tracing::warn!(%error, "changes in folders are only found by looking from time to time"))
        .ok()
}

/// Files that were seen but not taken yet, each with what it looked like and since when.
type Resting = HashMap<PathBuf, (Stamp, Instant)>;

/// Watches the folders of a library. It never ends: whoever started it drops it.
///
/// `tell` is told what happens.
pub async fn run(library: &Library, changes: &Changes, settings: &Settings, tell: &(dyn Fn(Event) + Sync)) {
    let mut watch =
        Watch { library, changes, settings, tell, watcher: None, roots: Vec::new(), resting: Resting::new() };
    changes.everywhere();
    let mut next_scan = Instant::now();
    loop {
        let wake = watch.wakes_at(next_scan);
        let came = tokio::select! {
            () = changes.0.come.notified() => true,
            () = tokio::time::sleep_until(wake.into()) => false,
        };
        if came {
            tokio::time::sleep(TOGETHER.min(settings.rest)).await;
        }
        let now = Instant::now();
        let Places { all, mut some } = changes.take();
        let all = all || now >= next_scan;
        for path in watch.rested(now) {
            if let Some(folder) = path.parent() {
                some.entry(folder.to_owned()).or_insert(false);
            }
        }
        let looked = if all { watch.look_everywhere().await } else { watch.look(places(some)).await };
        match looked {
            Ok(()) if all => next_scan = now + settings.rescan,
            Ok(()) => {}
            Err(error) => {
                tracing::error!(%error, "the watched folders could not be looked through; it is tried again");
                next_scan = now + AFTER_FAILURE.min(settings.rescan);
            }
        }
    }
}

fn places(some: BTreeMap<PathBuf, bool>) -> Vec<Looked> {
    some.into_iter().map(|(path, deep)| Looked { path, deep }).collect()
}

struct Watch<'a> {
    library: &'a Library,
    changes: &'a Changes,
    settings: &'a Settings,
    tell: &'a (dyn Fn(Event) + Sync),
    watcher: Option<RecommendedWatcher>,
    roots: Vec<Root>,
    resting: Resting,
}

impl Watch<'_> {
    /// Returns when there is something to do even if nothing is told.
    fn wakes_at(&self, next_scan: Instant) -> Instant {
        let rested = self.resting.values().map(|(_, since)| *since + self.settings.rest);
        rested.fold(next_scan, Instant::min)
    }

    /// Returns the files that have been seen long enough ago to be looked at again.
    fn rested(&self, now: Instant) -> Vec<PathBuf> {
        let is_due = |since: Instant| since + self.settings.rest <= now;
        self.resting.iter().filter(|(_, (_, since))| is_due(*since)).map(|(path, _)| path.clone()).collect()
    }

    async fn look_everywhere(&mut self) -> Result<(), StoreError> {
        let folders = self.library.catalogue.folders().await?;
        let root = |Folder { path, include, exclude }| {
            let patterns = Patterns::new(&include, &exclude).unwrap_or_else(|error| {
                tracing::error!(folder = %path.display(), %error, "it is looked through without patterns");
                Patterns::default()
            });
            Root { path, patterns }
        };
        let before = std::mem::replace(&mut self.roots, folders.into_iter().map(root).collect());
        self.listen(before).await;
        self.look(self.roots.iter().map(|root| Looked { path: root.path.clone(), deep: true }).collect()).await
    }

    /// Has the system tell of changes in the folders, anew each time: of a disk that went and came again it says nothing,
    /// and to stop listening in a folder stops it in those around and inside, too.
    async fn listen(&mut self, before: Vec<Root>) {
        let Some(mut watcher) = self.watcher.take().or_else(|| watcher(self.changes.clone())) else { return };
        let roots = self.roots.clone();
        self.watcher = blocking(move || {
            for folder in before.iter().map(|root| &root.path) {
                // It may be gone.
                let _ = watcher.unwatch(folder);
            }
            for folder in roots.iter().map(|root| &root.path).filter(|folder| folder.is_dir()) {
                if let Err(error) = watcher.watch(folder, RecursiveMode::Recursive) {
                    let folder = super::shown(folder);
                    tracing::warn!(%folder, %error, "changes in this folder are only found by looking from time to time");
                }
            }
            Some(watcher)
        })
        .await;
    }

    /// Looks at some places, takes what has rested, and notes what is gone.
    async fn look(&mut self, places: Vec<Looked>) -> Result<(), StoreError> {
        if places.is_empty() {
            return Ok(());
        }
        let roots = self.roots.clone();
        let found = blocking(move || find::watched(&roots, &places)).await;
        let now = Instant::now();
        let mut before = std::mem::take(&mut self.resting);
        // What lies elsewhere rests on; what lies here and is not found is gone.
        self.resting = before.extract_if(|path, _| !found.looked.iter().any(|place| place.is_around(path))).collect();
        let resting = Mutex::new(Resting::new());
        let is_ready = |file: &FoundFile| {
            let since =
                before.get(&file.path).filter(|(stamp, _)| *stamp == file.stamp).map_or(now, |(_, since)| *since);
            let is_ready = since + self.settings.rest <= now;
            if !is_ready {
                let mut resting = resting.lock().unwrap_or_else(PoisonError::into_inner);
                resting.insert(file.path.clone(), (file.stamp, since));
            }
            is_ready
        };
        let request = Request {
            options: &self.settings.options,
            order: Order::Newest,
            threads: self.settings.threads,
            is_ready: &is_ready,
        };
        let taken = take_in(self.library, found, &request, self.tell).await;
        self.resting.extend(resting.into_inner().unwrap_or_else(PoisonError::into_inner));
        taken.map(|_| ())
    }
}

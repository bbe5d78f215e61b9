//! The foreman leases jobs to workers, stores what they bring, merges it and has it indexed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indexer::recording::RecordingId;
use indexer::time::Millis;
use tokio::sync::{broadcast, watch};

use super::estimate::Pace;
use super::folder::{self, WorkFolder};
use super::protocol::{LeaseId, PATIENCE};
use crate::catalogue::CatalogueError;
use crate::catalogue::jobs::{Job, JobId, JobKind};
use crate::library::{Library, StoreError, files};
use crate::report::Event;

mod crew;
mod import;
mod lease;
mod store;
mod tally;

pub use tally::Tally;

pub use crew::Crash;
pub use import::{ImportError, ImportReport, ImportRequest, SkippedPart};

/// How long reading a recording may stand still before it is given up. The slowest disk gives something within minutes;
/// a model that is loaded from it meanwhile takes some, too.
const STILL_READING: Millis = Millis::from_seconds(15 * 60);

/// How long recognition may stand still: the largest model takes minutes for 28 s on the slowest machine.
const STILL_RECOGNISING: Millis = Millis::from_seconds(60 * 60);

/// Events kept for a reader that is slow; older ones are lost to it, the catalogue still tells the state.
const EVENTS: usize = 1024;

/// Leases work out and takes it in; one per open library, shared by its clones.
#[derive(Clone)]
pub struct Foreman {
    shared: Arc<Shared>,
}

struct Shared {
    library: Library,
    leases: Mutex<Leases>,
    events: broadcast::Sender<Event>,
    /// Work was added, came back or ended.
    changed: watch::Sender<()>,
    tally: Tally,
}

#[derive(Default)]
struct Leases {
    next: LeaseId,
    running: HashMap<LeaseId, Lease>,
    /// Jobs that were in flight when a worker died: one of them may have killed it, so each is tried alone.
    suspects: VecDeque<JobId>,
    /// The worker that may have work now; others are told to stop.
    worker: Option<Crew>,
    stopping: bool,
    paused: bool,
    pace: Pace,
    trouble: Option<String>,
}

impl Leases {
    /// Counts the time that was worked; to be called before a lease is given or ends.
    fn tick(&mut self) {
        self.pace.tick(Instant::now(), !self.running.is_empty());
    }
}

/// Which worker process is running, and how.
#[derive(Clone, Copy)]
struct Crew {
    worker: u64,
    alone: bool,
}

struct Lease {
    job: Job,
    title: String,
    begun: Instant,
    beaten: Instant,
    done: Millis,
    still: Millis,
}

impl Lease {
    /// Returns whether nothing has happened for longer than its kind of job allows.
    fn is_stuck(&self) -> bool {
        let limit = match self.job.kind {
            JobKind::Plan => STILL_READING,
            JobKind::Segment => STILL_RECOGNISING,
        };
        self.still > limit
    }
}

/// Hears that the work changed, also between two times that it is asked.
pub struct Listener(watch::Receiver<()>);

impl Listener {
    /// Waits until something about the work has changed since the last wait, or a short time has passed.
    pub async fn wait_for_change(&mut self) {
        let _ = tokio::time::timeout(PATIENCE, self.0.changed()).await;
    }
}

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The lease ran out or was never given.
    #[error("this lease has run out")]
    Gone,
    /// What was brought cannot be used.
    #[error("the worker's answer is damaged: {0}")]
    Damaged(String),
    /// It cannot be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Foreman {
    /// Takes charge of a library. Whatever ran when the program last ended is ready again.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn new(library: Library) -> Result<Self, CatalogueError> {
        library.catalogue.reset_running_jobs().await?;
        for left in folder::leftovers(&library.work_folder(), &library.catalogue.in_hand().await?) {
            // What cannot be removed costs space only; `aloud doctor` names it.
            let _ = files::remove(&left);
        }
        let leases = Leases { paused: library.catalogue.paused_since().await?.is_some(), ..Leases::default() };
        let (leases, events) = (Mutex::new(leases), broadcast::channel(EVENTS).0);
        let shared = Shared { library, leases, events, changed: watch::Sender::new(()), tally: Tally::default() };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Begins anew after the work ended because the catalogue or a file failed: no worker is running then.
    ///
    /// # Errors
    /// When the catalogue still fails.
    pub async fn start_over(&self) -> Result<(), CatalogueError> {
        self.leases().running.clear();
        self.shared.library.catalogue.reset_running_jobs().await?;
        self.work_changed();
        Ok(())
    }

    /// Returns the library.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.shared.library
    }

    /// Returns what was done since the program started.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.shared.tally
    }

    /// Returns what happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.shared.events.subscribe()
    }

    /// Tells everybody what happened.
    pub fn tell(&self, event: Event) {
        // Nobody listening is fine.
        let _ = self.shared.events.send(event);
    }

    /// Says that jobs were added or taken back.
    pub fn work_changed(&self) {
        self.shared.changed.send_replace(());
    }

    /// Listens to what changes from now on.
    #[must_use]
    pub fn listen(&self) -> Listener {
        Listener(self.shared.changed.subscribe())
    }

    /// Ends the leasing: workers are told to stop when they next ask.
    pub fn stop(&self) {
        self.leases().stopping = true;
        self.work_changed();
    }

    /// Returns whether the leasing has ended.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.leases().stopping
    }

    /// Waits until the leasing has ended.
    pub async fn wait_until_stopping(&self) {
        let mut listener = self.listen();
        while !self.is_stopping() {
            listener.wait_for_change().await;
        }
    }

    /// Pauses the work, also beyond the end of the program, or lets it go on; what is being done is done to its end.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_paused(&self, paused: bool) -> Result<(), CatalogueError> {
        self.shared.library.catalogue.set_paused(paused).await?;
        self.leases().paused = paused;
        self.work_changed();
        Ok(())
    }

    /// Returns whether the work is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.leases().paused
    }

    /// Returns whether a job is being done now.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !self.leases().running.is_empty()
    }

    /// Returns how many leases were ever given.
    #[must_use]
    pub fn leases_given(&self) -> LeaseId {
        self.leases().next
    }

    /// Returns what keeps the work from going on, such as a full disk.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.leases().trouble.clone()
    }

    /// Tries again after trouble.
    pub fn forget_trouble(&self) {
        self.leases().trouble = None;
        self.work_changed();
    }

    /// Returns how much of each running job is done, in time of its recording.
    #[must_use]
    pub fn running(&self) -> HashMap<RecordingId, Millis> {
        let mut running = HashMap::<_, Millis>::new();
        for lease in self.leases().running.values().filter(|lease| lease.job.kind == JobKind::Segment) {
            let done = running.entry(lease.job.recording).or_default();
            *done = done.saturating_add(lease.done);
        }
        running
    }

    /// Returns how many recordings have something left to do, and how long that will take, once that can be told.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn left(&self) -> Result<(u32, Option<Millis>), CatalogueError> {
        let catalogue = &self.shared.library.catalogue;
        let (backlog, densities) = (catalogue.backlog().await?, catalogue.densities().await?);
        let running = self.running().into_values().fold(Millis::ZERO, Millis::saturating_add);
        let mut leases = self.leases();
        leases.tick();
        Ok((backlog.recordings, leases.pace.left(&backlog, &densities, running)))
    }

    fn leases(&self) -> MutexGuard<'_, Leases> {
        // The state is whole between any two statements that hold it.
        self.shared.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work_folder(&self, job: &Job) -> WorkFolder {
        WorkFolder::of(&self.shared.library.work_folder(), job)
    }

    /// Notes what keeps the work from going on, in words for a person.
    pub fn stall(&self, error: &StoreError) {
        self.set_trouble(if error.is_disk_full() {
            format!("no space left on the disk: {error}; make room; the work then goes on")
        } else {
            format!("{error}; mend that; the work then goes on")
        });
    }

    /// Notes what keeps the work from going on; nothing is leased until [`Foreman::forget_trouble`].
    pub fn set_trouble(&self, reason: String) {
        self.leases().trouble = Some(reason.clone());
        self.tell(Event::Stalled { reason });
    }
}

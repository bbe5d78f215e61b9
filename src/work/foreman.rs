//! The foreman leases jobs to workers, stores what they bring, merges it and has it indexed.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indexer::recording::RecordingId;
use indexer::time::Millis;
use tokio::sync::{Notify, broadcast};

use super::folder::WorkFolder;
use super::protocol::{
    Heartbeat, LEASE, LeaseAnswer, LeaseId, Outcome, PATIENCE, PlanTask, SegmentTask, Task, WorkFailure,
};
use crate::catalogue::CatalogueError;
use crate::catalogue::jobs::{Job, JobId, JobKind};
use crate::catalogue::recordings::Failure;
use crate::library::{Library, StoreError};
use crate::report::{Event, Stage};

mod store;

/// How often a worker may die while it runs one job alone, before that job counts as failed.
const DEATHS: u32 = 3;

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
    changed: Notify,
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
    trouble: Option<String>,
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
        let shared =
            Shared { library, leases: Mutex::default(), events: broadcast::channel(EVENTS).0, changed: Notify::new() };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Returns the library.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.shared.library
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
        self.shared.changed.notify_waiters();
    }

    /// Waits until something about the work changes, or a short time has passed.
    pub async fn wait_for_change(&self) {
        // A change between a caller's look and this wait is found again after the time.
        let _ = tokio::time::timeout(PATIENCE, self.shared.changed.notified()).await;
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
        while !self.is_stopping() {
            self.wait_for_change().await;
        }
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

    fn leases(&self) -> MutexGuard<'_, Leases> {
        // The state is whole between any two statements that hold it.
        self.shared.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a worker process starts; returns whether it must run one job at a time.
    #[must_use]
    pub fn worker_starts(&self, worker: u64) -> bool {
        let mut leases = self.leases();
        let alone = !leases.suspects.is_empty();
        leases.worker = Some(Crew { worker, alone });
        alone
    }

    /// Notes that a worker process ended; what it held goes back. `crash` says how it died, if it did.
    ///
    /// Only a death while running one job alone counts against that job; otherwise each is tried alone next.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn worker_ended(&self, crash: Option<&str>) -> Result<(), StoreError> {
        let (crew, held) = {
            let mut leases = self.leases();
            (leases.worker.take(), leases.running.drain().map(|(_, lease)| lease).collect::<Vec<_>>())
        };
        let alone = crew.is_some_and(|crew| crew.alone);
        for lease in held {
            let id = lease.job.id;
            if alone && let Some(crash) = crash {
                let deaths = self.shared.library.catalogue.count_death(id).await?;
                if deaths >= DEATHS {
                    let failure = Failure {
                        reason: format!("the worker process died {deaths} times on it ({crash})"),
                        hint: "the rest is kept; if the file plays elsewhere, please report it".into(),
                    };
                    self.fail(&lease.job, &lease.title, &failure).await?;
                    continue;
                }
            }
            self.shared.library.catalogue.release_job(id).await?;
            if crash.is_some() {
                self.leases().suspects.push_back(id);
            }
        }
        self.work_changed();
        Ok(())
    }

    /// Returns work for a worker's thread, waiting a short time for some.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn lease(&self, worker: u64) -> Result<LeaseAnswer, StoreError> {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let changed = self.shared.changed.notified();
            let (suspect, trouble) = {
                let mut leases = self.leases();
                let Some(crew) = leases.worker.filter(|crew| crew.worker == worker && !leases.stopping) else {
                    return Ok(LeaseAnswer::Stop);
                };
                let suspect = if crew.alone { leases.suspects.pop_front() } else { None };
                if crew.alone && suspect.is_none() {
                    return Ok(LeaseAnswer::Stop);
                }
                (suspect, leases.trouble.is_some())
            };
            let catalogue = &self.shared.library.catalogue;
            let job = match suspect {
                Some(id) => catalogue.take_this_job(id).await?,
                None if trouble => None,
                None => catalogue.take_job().await?,
            };
            match job {
                Some(job) => {
                    if let Some(answer) = self.begin(job).await? {
                        return Ok(answer);
                    }
                }
                None if suspect.is_some() => {}
                None => {
                    if tokio::time::timeout_at(until, changed).await.is_err() {
                        return Ok(LeaseAnswer::Wait);
                    }
                }
            }
        }
    }

    /// Makes a lease for a job; `None` when the job cannot even begin, which is stored with its reason.
    async fn begin(&self, job: Job) -> Result<Option<LeaseAnswer>, StoreError> {
        let catalogue = &self.shared.library.catalogue;
        let Some(recording) = catalogue.recording(job.recording).await? else { return Ok(None) };
        let folder = self.work_folder(&job);
        let task = match job.kind {
            JobKind::Plan => {
                let Some(media) = recording.files.iter().find(|path| path.exists()) else {
                    let place = recording.files.first().map_or_else(String::new, |path| path.display().to_string());
                    let failure = Failure {
                        reason: format!("the media file is gone: {place}"),
                        hint: "bring it back, or index the folder to which it moved".into(),
                    };
                    self.fail(&job, &recording.title, &failure).await?;
                    return Ok(None);
                };
                if let Err(error) = folder.reset() {
                    self.stall(&StoreError::file(folder.path())(error));
                    catalogue.release_job(job.id).await?;
                    return Ok(None);
                }
                Task::Plan(PlanTask {
                    recording: job.recording,
                    media: media.as_path().into(),
                    folder: folder.path().into(),
                    take_sidecar: !job.options.transcribe,
                    declared: recording.language,
                    model: job.options.model.clone(),
                    languages: job.options.languages.clone(),
                    segment_seconds: job.options.segment_seconds,
                    track: job.options.track,
                    channels: job.options.channels,
                })
            }
            JobKind::Segment => {
                let plan = match folder.plan() {
                    Ok(plan) => plan,
                    Err(error) => return self.plan_again(&job, &recording.title, &error).await.map(|()| None),
                };
                let Some(segment) = plan.segments.into_iter().nth(job.ordinal as usize) else { return Ok(None) };
                Task::Segment(SegmentTask {
                    recording: job.recording,
                    plan: segment,
                    model: job.options.model.clone(),
                    languages: plan.languages,
                    allowed: recording.language.map_or_else(|| job.options.languages.clone(), |only| vec![only]),
                    fast: job.options.fast,
                    glossary: job.options.glossary.clone(),
                })
            }
        };
        let mut leases = self.leases();
        leases.next += 1;
        let lease = leases.next;
        let held =
            Lease { job, title: recording.title, beaten: Instant::now(), done: Millis::ZERO, still: Millis::ZERO };
        leases.running.insert(lease, held);
        Ok(Some(LeaseAnswer::Job { lease, task }))
    }

    /// Starts a recording over when its work folder was damaged or deleted.
    async fn plan_again(&self, job: &Job, title: &str, error: &io::Error) -> Result<(), StoreError> {
        tracing::warn!(recording = %job.recording, %error, "the work folder of “{title}” is damaged; planning it again");
        let catalogue = &self.shared.library.catalogue;
        catalogue.clear_jobs(job.recording).await?;
        catalogue.add_plan(job.recording, &job.options).await?;
        Ok(())
    }

    fn work_folder(&self, job: &Job) -> WorkFolder {
        WorkFolder::of(&self.shared.library.work_folder(), job)
    }

    /// Returns where the sound of a leased segment is.
    #[must_use]
    pub fn sound(&self, lease: LeaseId) -> Option<PathBuf> {
        let leases = self.leases();
        let job = &leases.running.get(&lease)?.job;
        Some(self.work_folder(job).sound(job.ordinal))
    }

    /// Takes a sign of life.
    ///
    /// # Errors
    /// When the lease has run out.
    pub async fn heartbeat(&self, beat: &Heartbeat) -> Result<(), LeaseError> {
        let (job, title) = {
            let mut leases = self.leases();
            let lease = leases.running.get_mut(&beat.lease).ok_or(LeaseError::Gone)?;
            lease.beaten = Instant::now();
            (lease.done, lease.still) = (beat.done_ms, beat.still_ms);
            (lease.job.clone(), lease.title.clone())
        };
        let event = match job.kind {
            JobKind::Plan => Event::Progress {
                recording: job.recording,
                title,
                stage: Stage::Reading,
                done_ms: beat.done_ms,
                total_ms: beat.total_ms,
            },
            JobKind::Segment => {
                let Some(recording) =
                    self.shared.library.catalogue.recording(job.recording).await.map_err(StoreError::from)?
                else {
                    return Err(LeaseError::Gone);
                };
                let running = self.running().get(&job.recording).copied().unwrap_or_default();
                Event::Progress {
                    recording: job.recording,
                    title,
                    stage: Stage::Transcribing,
                    done_ms: recording.done.saturating_add(running),
                    total_ms: recording.duration,
                }
            }
        };
        self.tell(event);
        Ok(())
    }

    /// Returns whether a lease ran out because nobody has heard of its worker.
    #[must_use]
    pub fn has_silent_lease(&self) -> bool {
        self.leases().running.values().any(|lease| lease.beaten.elapsed() > LEASE)
    }

    /// Gives up the jobs that stand still, and says so; returns whether there are any. Their worker must be ended then.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn give_up_stuck(&self) -> Result<bool, StoreError> {
        let stuck: Vec<_> = self.leases().running.extract_if(|_, lease| lease.is_stuck()).collect();
        for (_, lease) in &stuck {
            let what = match lease.job.kind {
                JobKind::Plan => "reading it",
                JobKind::Segment => "recognising a part of it",
            };
            let failure = Failure {
                reason: format!("{what} stood still for {} minutes and was given up", lease.still.get() / 60_000),
                hint: format!(
                    "see whether its disk answers and the file plays, then: aloud transcribe {}",
                    &lease.job.recording.to_string()[..8]
                ),
            };
            self.fail(&lease.job, &lease.title, &failure).await?;
        }
        Ok(!stuck.is_empty())
    }

    /// Takes a lease back from whoever holds it.
    fn take_back(&self, lease: LeaseId) -> Result<Lease, LeaseError> {
        self.leases().running.remove(&lease).ok_or(LeaseError::Gone)
    }

    /// Gives a job back untouched.
    ///
    /// # Errors
    /// When the lease has run out or the catalogue fails.
    pub async fn release(&self, lease: LeaseId) -> Result<(), LeaseError> {
        let lease = self.take_back(lease)?;
        self.shared.library.catalogue.release_job(lease.job.id).await.map_err(StoreError::from)?;
        self.work_changed();
        Ok(())
    }

    /// Stores that a job cannot be done; what may pass is put back and stops the leasing until somebody acts.
    ///
    /// # Errors
    /// When the lease has run out or the catalogue fails.
    pub async fn failed(&self, lease: LeaseId, failure: WorkFailure) -> Result<(), LeaseError> {
        let lease = self.take_back(lease)?;
        if failure.passing {
            self.set_trouble(format!("{}; {}", failure.reason, failure.hint));
            self.shared.library.catalogue.release_job(lease.job.id).await.map_err(StoreError::from)?;
        } else {
            let failure = Failure { reason: failure.reason, hint: failure.hint };
            self.fail(&lease.job, &lease.title, &failure).await?;
        }
        self.work_changed();
        Ok(())
    }

    async fn fail(&self, job: &Job, title: &str, failure: &Failure) -> Result<(), StoreError> {
        self.shared.library.catalogue.fail_job(job.id, failure).await?;
        if job.kind == JobKind::Plan {
            // There may be nothing to remove, and what stays is removed with the next plan.
            let _ = self.work_folder(job).remove();
            self.tell(Event::Failed {
                recording: job.recording,
                title: title.to_owned(),
                reason: failure.reason.clone(),
                hint: failure.hint.clone(),
            });
        }
        Ok(())
    }

    /// Takes what a job gave.
    ///
    /// # Errors
    /// When the lease has run out, or the answer is damaged or cannot be stored; then the job is ready again.
    pub async fn completed(&self, lease: LeaseId, outcome: Outcome) -> Result<(), LeaseError> {
        let lease = self.take_back(lease)?;
        let stored = self.store(&lease.job, outcome).await;
        if let Err(error) = &stored {
            if let LeaseError::Store(error) = error {
                self.stall(error);
            }
            self.shared.library.catalogue.release_job(lease.job.id).await.map_err(StoreError::from)?;
        }
        self.work_changed();
        stored
    }

    /// Notes what keeps the work from going on, in words for a person.
    pub fn stall(&self, error: &StoreError) {
        let next =
            if error.is_disk_full() { "make room; the work then goes on" } else { "mend that; the work then goes on" };
        self.set_trouble(format!("{error}; {next}"));
    }

    /// Notes what keeps the work from going on; nothing is leased until [`Foreman::forget_trouble`].
    pub fn set_trouble(&self, reason: String) {
        self.leases().trouble = Some(reason.clone());
        self.tell(Event::Stalled { reason });
    }
}

#[cfg(test)]
mod tests {
    use indexer::audio::TrackChoice;
    use indexer::pipeline::Channels;

    use super::*;
    use crate::catalogue::files::Stamp;
    use crate::catalogue::jobs::JobOptions;
    use crate::catalogue::recordings::State;

    #[tokio::test]
    async fn a_job_that_stands_still_is_given_up_and_its_neighbours_go_on() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = Foreman::new(Library::open(folder.path()).await.expect("a library")).await.expect("a foreman");
        let catalogue = &foreman.library().catalogue;
        let options = JobOptions {
            model: "base".into(),
            languages: Vec::new(),
            segment_seconds: 300,
            track: TrackChoice::Default,
            channels: Channels::Auto,
            transcribe: false,
            sidecars: None,
        };
        let stamp = Stamp { size: 1, mtime_ns: 0, inode: 0 };
        let ids = [1, 2].map(|id| RecordingId::new([id; 16]));
        for (id, name) in ids.into_iter().zip(["stuck.mp4", "slow.mp4"]) {
            let media = folder.path().join(name);
            std::fs::write(&media, "x").expect("writing");
            catalogue.add_recording(id, name).await.expect("a recording");
            catalogue.set_file(&media, stamp, id).await.expect("a file");
            catalogue.add_plan(id, &options).await.expect("a job");
        }
        let _ = foreman.worker_starts(1);
        for still_ms in [STILL_READING.saturating_add(Millis::new(1)), STILL_READING] {
            let LeaseAnswer::Job { lease, .. } = foreman.lease(1).await.expect("an answer") else { panic!("no job") };
            let beat = Heartbeat { lease, done_ms: Millis::ZERO, total_ms: None, still_ms };
            foreman.heartbeat(&beat).await.expect("the lease lives");
        }
        assert!(foreman.give_up_stuck().await.expect("the catalogue works"));
        assert!(!foreman.give_up_stuck().await.expect("the catalogue works"), "the other is only slow");
        foreman.worker_ended(None).await.expect("the catalogue works");
        let [stuck, slow] = ids.map(|id| catalogue.recording(id));
        let (stuck, slow) = (stuck.await.expect("a row").expect("there"), slow.await.expect("a row").expect("there"));
        assert_eq!((stuck.state, slow.state), (State::Failed, State::Waiting));
        let failure = stuck.failure.expect("a reason");
        assert!(
            failure.reason.contains("stood still for 15 minutes") && failure.hint.contains("01010101"),
            "{failure:?}"
        );
    }
}

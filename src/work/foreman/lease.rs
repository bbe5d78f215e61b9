//! A lease: a job that a worker holds, from the asking to its end.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use indexer::time::Millis;

use super::{Foreman, Lease, LeaseError};
use crate::catalogue::jobs::{Job, JobKind, Scope, Wish};
use crate::catalogue::queue::Pause;
use crate::catalogue::recordings::{Failure, Recording};
use crate::ingest::identity;
use crate::ingest::sidecars::{self, Listings};
use crate::library::StoreError;
use crate::report::{Event, Stage};
use crate::work::protocol::{
    Heartbeat, LeaseAnswer, LeaseId, Outcome, Outlook, PATIENCE, PlanTask, SegmentTask, Task, WorkFailure,
};

impl Foreman {
    /// Returns work for a worker's thread, waiting a short time for some.
    ///
    /// # Errors
    /// When the catalogue fails; then nothing is leased until [`Foreman::forget_trouble`].
    pub async fn lease(&self, worker: u64) -> Result<LeaseAnswer, StoreError> {
        let found = self.find_work(worker).await;
        if let Err(error) = &found {
            // On a full disk not even a job can be marked. Whoever watches must know, or the worker asks for ever.
            self.stall(error);
        }
        found
    }

    async fn find_work(&self, worker: u64) -> Result<LeaseAnswer, StoreError> {
        let until = tokio::time::Instant::now() + PATIENCE;
        let mut listener = self.listen();
        loop {
            let (suspect, holds) = {
                let mut leases = self.leases();
                let Some(crew) = leases.worker.filter(|crew| crew.worker == worker && !leases.stopping) else {
                    return Ok(LeaseAnswer::Stop);
                };
                let suspect = if crew.alone { leases.suspects.pop_front() } else { None };
                if crew.alone && suspect.is_none() {
                    return Ok(LeaseAnswer::Stop);
                }
                (suspect, leases.trouble.is_some() || leases.paused)
            };
            let catalogue = &self.shared.library.catalogue;
            let job = match suspect {
                Some(id) => catalogue.take_this_job(id).await?,
                None if holds => None,
                None => catalogue.take_job().await?,
            };
            match job {
                Some(job) => {
                    let id = job.id;
                    match self.begin(job, worker).await {
                        Ok(Some(answer)) => return Ok(answer),
                        Ok(None) => {}
                        Err(error) => {
                            // It is nobody's, and must not stay marked as running.
                            catalogue.release_job(id).await?;
                            return Err(error);
                        }
                    }
                }
                None if suspect.is_some() => {}
                None => {
                    if tokio::time::timeout_at(until, listener.wait_for_change()).await.is_err() {
                        return Ok(LeaseAnswer::Wait);
                    }
                }
            }
        }
    }

    /// Returns a file of a recording that is there and as it was when it was taken in, or why there is none. One that
    /// only grew since is read as it is, and marked by its worker if it goes on growing. Of several copies it is the one
    /// beside which the transcripts lie that the job is about.
    async fn media_of(&self, recording: &Recording, job: &Job) -> Result<Result<PathBuf, Failure>, StoreError> {
        let (mut good, mut changed) = (Vec::new(), None);
        for file in &recording.files {
            let Ok(stamp) = identity::stamp(file) else { continue };
            let known = self.shared.library.catalogue.stamp_of(file).await?;
            if known.is_some_and(|known| known.inode == stamp.inode && known.size <= stamp.size) {
                good.push(file);
            } else {
                changed = Some(file);
            }
        }
        let mut listings = Listings::default();
        let has_sidecars = |file: &&&PathBuf| sidecars::stamp(file, listings.around(file)) == job.options.sidecars;
        let wanted = if let [only] = good[..] { Some(only) } else { good.iter().find(has_sidecars).copied() };
        if let Some(file) = wanted.or(good.first().copied()) {
            return Ok(Ok(file.clone()));
        }
        let shown = |path: &PathBuf| crate::ingest::shown(path);
        Ok(Err(match changed {
            Some(path) => Failure {
                reason: format!("the media file was changed since it was taken in: {}", shown(path)),
                hint: "index it again when it is complete".into(),
            },
            None => Failure {
                reason: format!("the media file is gone: {}", recording.files.first().map_or_else(String::new, shown)),
                hint: "bring it back, or index the folder to which it moved".into(),
            },
        }))
    }

    /// Makes a lease for a job; `None` when the job cannot even begin, which is stored with its reason.
    async fn begin(&self, job: Job, worker: u64) -> Result<Option<LeaseAnswer>, StoreError> {
        let catalogue = &self.shared.library.catalogue;
        let Some(recording) = catalogue.recording(job.recording).await? else { return Ok(None) };
        let folder = self.work_folder(&job);
        // What somebody says of the recording goes before what is configured for all, not before what was asked for it.
        let languages = match &recording.stated_languages {
            stated if stated.is_empty() || job.options.languages_for == Scope::Recording => &job.options.languages,
            stated => stated,
        };
        let languages: Vec<_> = languages.iter().map(|language| language.recognised()).collect();
        let task = match job.kind {
            JobKind::Plan => {
                let media = match self.media_of(&recording, &job).await? {
                    Ok(media) => media,
                    Err(failure) => {
                        self.postpone(&job, &recording.title, &failure, Pause::Long).await?;
                        return Ok(None);
                    }
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
                    declared: match recording.stated_languages[..] {
                        [only] => Some(only),
                        _ => None,
                    },
                    model: job.options.model.clone(),
                    languages,
                    segment_seconds: job.options.segment_seconds,
                    fast: job.options.fast,
                    track: job.options.track,
                    channels: job.options.channels,
                    facts_only: job.options.facts_only,
                })
            }
            JobKind::Segment => {
                let plan = match folder.plan() {
                    Ok(plan) => plan,
                    Err(error) => return self.plan_again(&job, &recording.title, error).await.map(|()| None),
                };
                let Some(segment) = plan.segments.into_iter().nth(job.ordinal as usize) else {
                    let error = io::Error::new(io::ErrorKind::InvalidData, "the plan has no such segment");
                    return self.plan_again(&job, &recording.title, error).await.map(|()| None);
                };
                if let Err(error) = folder.check_sound(&segment) {
                    return self.plan_again(&job, &recording.title, error).await.map(|()| None);
                }
                Task::Segment(SegmentTask {
                    recording: job.recording,
                    plan: segment,
                    model: job.options.model.clone(),
                    languages: plan.languages,
                    allowed: languages,
                    fast: job.options.fast,
                    glossary: job.options.glossary.clone(),
                })
            }
        };
        let id = job.id;
        let now = Instant::now();
        let held =
            Lease { job, title: recording.title, begun: now, beaten: now, done: Millis::ZERO, still: Millis::ZERO };
        let lease = {
            let mut leases = self.leases();
            // The worker may have died while it waited; nobody would ever end what it is given now.
            leases.worker.is_some_and(|crew| crew.worker == worker).then(|| {
                leases.tick();
                leases.next += 1;
                let lease = leases.next;
                leases.running.insert(lease, held);
                lease
            })
        };
        match lease {
            Some(lease) => Ok(Some(LeaseAnswer::Job { lease, task })),
            None => catalogue.release_job(id).await.map(|()| None).map_err(StoreError::from),
        }
    }

    /// Starts a recording over when its work folder was damaged or deleted; a disk that only fails now costs no work.
    pub(super) async fn plan_again(&self, job: &Job, title: &str, error: io::Error) -> Result<(), StoreError> {
        use io::ErrorKind::{InvalidData, NotFound, UnexpectedEof};
        let catalogue = &self.shared.library.catalogue;
        if !matches!(error.kind(), InvalidData | NotFound | UnexpectedEof) {
            catalogue.release_job(job.id).await?;
            return Err(StoreError::file(self.work_folder(job).path())(error));
        }
        tracing::warn!(recording = %job.recording, %error, "the work folder of “{title}” is damaged; planning it again");
        catalogue.add_plans(&[Wish { recording: job.recording, options: job.options.clone(), place: 0 }]).await?;
        Ok(())
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
    /// When the lease has run out, or its job is not wanted any more.
    pub async fn heartbeat(&self, beat: &Heartbeat) -> Result<(), LeaseError> {
        let (job, title) = {
            let mut leases = self.leases();
            leases.tick();
            let lease = leases.running.get_mut(&beat.lease).ok_or(LeaseError::Gone)?;
            lease.beaten = Instant::now();
            (lease.done, lease.still) = (beat.done_ms, beat.still_ms);
            (lease.job.clone(), lease.title.clone())
        };
        if !self.shared.library.catalogue.is_running(&job).await.map_err(StoreError::from)? {
            self.leases().running.remove(&beat.lease);
            return Err(LeaseError::Gone);
        }
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

    /// Takes a lease back from whoever holds it.
    fn take_back(&self, lease: LeaseId) -> Result<Lease, LeaseError> {
        let mut leases = self.leases();
        leases.tick();
        leases.running.remove(&lease).ok_or(LeaseError::Gone)
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

    /// Takes what a job gave.
    ///
    /// # Errors
    /// When the lease has run out or its job is not wanted any more, or the answer is damaged or cannot be stored; then the job is ready again.
    pub async fn completed(&self, lease: LeaseId, outcome: Outcome) -> Result<(), LeaseError> {
        let lease = self.take_back(lease)?;
        if !self.shared.library.catalogue.is_running(&lease.job).await.map_err(StoreError::from)? {
            // Its recording was removed meanwhile, or is to be made otherwise: what comes late is nobody's.
            return Err(LeaseError::Gone);
        }
        let stored = self.store(&lease.job, outcome).await;
        if stored.is_ok() {
            self.shared.tally.count_done(lease.job.kind, lease.job.length, lease.begun.elapsed());
        }
        if let Err(error) = &stored {
            if let LeaseError::Store(error) = error {
                self.stall(error);
            }
            self.shared.library.catalogue.release_job(lease.job.id).await.map_err(StoreError::from)?;
        }
        self.work_changed();
        stored
    }

    /// Stores that a job cannot be done; what may pass is put back.
    ///
    /// # Errors
    /// When the lease has run out or the catalogue fails.
    pub async fn failed(&self, lease: LeaseId, failure: WorkFailure) -> Result<(), LeaseError> {
        let lease = self.take_back(lease)?;
        let WorkFailure { reason, hint, outlook } = failure;
        match outlook {
            Outlook::Stalled => {
                self.set_trouble(format!("{reason}; {hint}"));
                self.shared.library.catalogue.release_job(lease.job.id).await.map_err(StoreError::from)?;
            }
            Outlook::Passing => {
                self.postpone(&lease.job, &lease.title, &Failure { reason, hint }, Pause::Growing).await?;
            }
            Outlook::Lasting => self.fail(&lease.job, &lease.title, &Failure { reason, hint }).await?,
        }
        self.work_changed();
        Ok(())
    }

    /// Puts a job back to be tried again later, and says so.
    pub(super) async fn postpone(
        &self,
        job: &Job,
        title: &str,
        failure: &Failure,
        pause: Pause,
    ) -> Result<(), StoreError> {
        if let Some(next) = self.shared.library.catalogue.postpone_job(job.id, failure, pause).await? {
            self.tell(Event::Postponed {
                recording: job.recording,
                title: title.to_owned(),
                reason: failure.reason.clone(),
                hint: failure.hint.clone(),
                next_try: next.at,
            });
        }
        Ok(())
    }

    pub(super) async fn fail(&self, job: &Job, title: &str, failure: &Failure) -> Result<(), StoreError> {
        self.shared.library.catalogue.fail_job(job.id, failure).await?;
        self.shared.tally.count_failed(job.kind);
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
}

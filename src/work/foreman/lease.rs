//! A lease: a job that a worker holds, from the asking to its end.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use indexer::time::Millis;

use super::{Foreman, Lease, LeaseError};
use crate::catalogue::jobs::{Job, JobKind};
use crate::catalogue::recordings::Failure;
use crate::library::StoreError;
use crate::report::{Event, Stage};
use crate::work::protocol::{
    Heartbeat, LeaseAnswer, LeaseId, Outcome, PATIENCE, PlanTask, SegmentTask, Task, WorkFailure,
};

impl Foreman {
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
        // What somebody says of the recording goes before what is configured for all.
        let languages = match &recording.stated_languages {
            none if none.is_empty() => job.options.languages.clone(),
            stated => stated.clone(),
        };
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
                    declared: match recording.stated_languages[..] {
                        [only] => Some(only),
                        _ => None,
                    },
                    model: job.options.model.clone(),
                    languages,
                    segment_seconds: job.options.segment_seconds,
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
                let Some(segment) = plan.segments.into_iter().nth(job.ordinal as usize) else { return Ok(None) };
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
        let mut leases = self.leases();
        leases.next += 1;
        let lease = leases.next;
        let held =
            Lease { job, title: recording.title, beaten: Instant::now(), done: Millis::ZERO, still: Millis::ZERO };
        leases.running.insert(lease, held);
        Ok(Some(LeaseAnswer::Job { lease, task }))
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
        catalogue.clear_jobs(job.recording).await?;
        catalogue.add_plan(job.recording, &job.options).await?;
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

    pub(super) async fn fail(&self, job: &Job, title: &str, failure: &Failure) -> Result<(), StoreError> {
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
}

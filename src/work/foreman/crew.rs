//! The crew: a worker process that starts, dies, falls silent or stands still.

use super::{Crew, Foreman};
use crate::catalogue::jobs::JobKind;
use crate::catalogue::queue::Pause;
use crate::catalogue::recordings::Failure;
use crate::library::StoreError;
use crate::work::protocol::LEASE;

/// How often a worker may die while it runs one job alone, before that job counts as failed.
const DEATHS: u32 = 3;

/// How a worker process died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// What is known of it, in words.
    pub how: String,
    /// Whether the system killed it, which it does when memory runs out: that may pass.
    pub was_killed: bool,
}

impl Foreman {
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
    /// Only a death while running one job alone counts against that job; otherwise each is tried alone next. A job with
    /// which the system killed the worker waits before it is tried again.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn worker_ended(&self, crash: Option<&Crash>) -> Result<(), StoreError> {
        let (crew, held) = {
            let mut leases = self.leases();
            (leases.worker.take(), leases.running.drain().map(|(_, lease)| lease).collect::<Vec<_>>())
        };
        let alone = crew.is_some_and(|crew| crew.alone);
        for lease in held {
            let id = lease.job.id;
            if alone && let Some(Crash { how, was_killed }) = crash {
                let deaths = self.shared.library.catalogue.count_death(id).await?;
                if deaths >= DEATHS {
                    let failure = Failure {
                        reason: format!("the worker process died {deaths} times on it ({how})"),
                        hint: "the rest is kept; if the file plays elsewhere, please report it".into(),
                    };
                    self.fail(&lease.job, &lease.title, &failure).await?;
                    continue;
                }
                if *was_killed {
                    let failure = Failure {
                        reason: "the system ended the worker process, most likely because memory ran out".into(),
                        hint: "close other programs, or choose a smaller model".into(),
                    };
                    self.postpone(&lease.job, &lease.title, &failure, Pause::Growing).await?;
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
                    "see whether its disk answers and the file plays, then: aloud retry {}",
                    &lease.job.recording.to_string()[..8]
                ),
            };
            self.fail(&lease.job, &lease.title, &failure).await?;
        }
        Ok(!stuck.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use indexer::pipeline::{Plan, SegmentPlan};
    use indexer::recording::{Language, RecordingId};
    use indexer::time::{Millis, TimeSpan};

    use super::super::STILL_READING;
    use super::*;
    use crate::catalogue::files::ReadFile;
    use crate::catalogue::jobs::{JobOptions, JobRow, Scope, Wish};
    use crate::catalogue::recordings::State;
    use crate::ingest::identity;
    use crate::library::Library;
    use crate::metadata::{Edit, Field, Source};
    use crate::work::folder::WorkFolder;
    use crate::work::foreman::LeaseError;
    use crate::work::protocol::{Heartbeat, LeaseAnswer, LeaseId, MediaReport, Outcome, Outlook, Task, WorkFailure};

    /// A foreman with recordings that wait, one a number, and a worker that may have work.
    async fn with_work(folder: &tempfile::TempDir, numbers: &[u8]) -> Foreman {
        let foreman = Foreman::new(Library::open(folder.path()).await.expect("a library")).await.expect("a foreman");
        let catalogue = &foreman.library().catalogue;
        for &number in numbers {
            let (media, recording) = (folder.path().join(format!("{number}.mp4")), RecordingId::new([number; 16]));
            std::fs::write(&media, "x").expect("writing");
            let stamp = identity::stamp(&media).expect("a stamp");
            let file = ReadFile { path: media, stamp, recording, title: number.to_string() };
            catalogue.take_files(&[file]).await.expect("a file");
            catalogue.add_plans(&[Wish { recording, options: options(), place: 0 }]).await.expect("a job");
        }
        let _ = foreman.worker_starts(1);
        foreman
    }

    fn options() -> JobOptions {
        JobOptions { model: "base".into(), segment_seconds: 300, ..JobOptions::default() }
    }

    async fn lease(foreman: &Foreman, worker: u64) -> LeaseId {
        match foreman.lease(worker).await.expect("an answer") {
            LeaseAnswer::Job { lease, .. } => lease,
            other => panic!("no job but {other:?}"),
        }
    }

    fn state(job: &JobRow) -> (&str, i64, bool) {
        (job.state.as_str(), job.attempts, job.next_try_ms.is_some())
    }

    #[tokio::test]
    async fn what_comes_late_is_nobodys() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = with_work(&folder, &[1, 2]).await;
        let catalogue = &foreman.library().catalogue;
        let (first, second) = (lease(&foreman, 1).await, lease(&foreman, 1).await);
        // One is asked for otherwise, the other removed.
        let wish = Wish { recording: RecordingId::new([1; 16]), options: JobOptions::default(), place: 0 };
        catalogue.add_plans(&[wish]).await.expect("a job");
        foreman.library().remove(RecordingId::new([2; 16])).await.expect("removed");
        let beat = Heartbeat { lease: first, done_ms: Millis::ZERO, total_ms: None, still_ms: Millis::ZERO };
        assert!(matches!(foreman.heartbeat(&beat).await, Err(LeaseError::Gone)));
        let late = Outcome::Recognised(indexer::pipeline::SegmentWords::default());
        assert!(matches!(foreman.completed(second, late).await, Err(LeaseError::Gone)));
        assert_eq!(foreman.trouble(), None);
        let jobs = catalogue.jobs().await.expect("jobs");
        assert_eq!(jobs.iter().map(state).collect::<Vec<_>>(), [("ready", 0, false)]);
        // A worker that died while it waited for work leaves none behind.
        foreman.worker_ended(None).await.expect("an end");
        assert!(matches!(foreman.lease(1).await, Ok(LeaseAnswer::Stop)));
        assert_eq!(state(&catalogue.jobs().await.expect("jobs")[0]).0, "ready");
    }

    #[tokio::test]
    async fn what_may_pass_is_tried_again_later_and_what_cannot_is_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = with_work(&folder, &[1, 2, 3]).await;
        let catalogue = &foreman.library().catalogue;
        let failure = |outlook| WorkFailure { reason: "why".into(), hint: String::new(), outlook };
        for outlook in [Outlook::Passing, Outlook::Lasting, Outlook::Stalled] {
            let lease = lease(&foreman, 1).await;
            foreman.failed(lease, failure(outlook)).await.expect("noted");
        }
        let jobs = catalogue.jobs().await.expect("jobs");
        let states: Vec<_> = jobs.iter().map(state).collect();
        assert_eq!(states, [("ready", 1, true), ("failed", 1, false), ("ready", 0, false)]);
        let waiting = catalogue.recording(RecordingId::new([1; 16])).await.expect("a row").expect("there");
        assert_eq!((waiting.state, waiting.attempts, waiting.next_try.is_some()), (State::Waiting, 1, true));
        assert_eq!(waiting.failure.expect("a reason").reason, "why");
        assert!(foreman.trouble().is_some());

        // A worker that the system kills while it does one job alone.
        foreman.forget_trouble();
        let crash = Crash { how: "signal: 9".into(), was_killed: true };
        for _ in 0..2 {
            // What failed otherwise is no death.
            let lease = lease(&foreman, 1).await;
            foreman.failed(lease, failure(Outlook::Passing)).await.expect("noted");
            catalogue.hurry(&[RecordingId::new([3; 16])]).await.expect("due");
        }
        for (deaths, expected) in [("ready", 3, true), ("ready", 4, true), ("failed", 4, false)].into_iter().enumerate()
        {
            catalogue.hurry(&[RecordingId::new([3; 16])]).await.expect("due");
            let worker = 2 * u64::try_from(deaths).expect("few") + 2;
            let _ = foreman.worker_starts(worker);
            let _ = lease(&foreman, worker).await;
            foreman.worker_ended(Some(&crash)).await.expect("an end");
            assert!(foreman.worker_starts(worker + 1), "alone");
            let _ = lease(&foreman, worker + 1).await;
            foreman.worker_ended(Some(&crash)).await.expect("an end");
            assert_eq!(state(&catalogue.jobs().await.expect("jobs")[2]), expected);
        }
        assert!(catalogue.retry_jobs(RecordingId::new([3; 16])).await.expect("an answer"));

        // Nothing is given out during a pause, which outlasts the program.
        catalogue.hurry(&[RecordingId::new([3; 16])]).await.expect("due");
        foreman.set_paused(true).await.expect("paused");
        let again = Foreman::new(foreman.library().clone()).await.expect("a foreman");
        let _ = again.worker_starts(3);
        let waits = tokio::time::timeout(Duration::from_millis(50), again.lease(3)).await.is_err();
        assert!(again.is_paused() && waits);
        again.set_paused(false).await.expect("going on");
        let _ = lease(&again, 3).await;
    }

    #[tokio::test]
    async fn a_segment_whose_sound_is_not_all_there_is_planned_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = with_work(&folder, &[1]).await;
        let span = TimeSpan::at_least_one(Millis::ZERO, Millis::new(1000));
        let segments = vec![SegmentPlan { ordinal: 0, span, speaker: None, windows: Vec::new() }];
        let plan = Plan { duration: span.end(), segments, languages: Vec::new(), gaps: Vec::new() };
        let media = MediaReport {
            has_video: false,
            duration_ms: plan.duration,
            full_hash: None,
            damage: None,
            title: None,
            date: None,
            captions: Vec::new(),
            tracks: Vec::new(),
        };
        let mut answer = foreman.lease(1).await.expect("an answer");
        for samples in [None, Some(15_999), Some(16_000)] {
            let LeaseAnswer::Job { lease, task: Task::Plan(task) } = answer else { panic!("{answer:?}") };
            if let Some(samples) = samples {
                WorkFolder::at(task.folder.0).write_sound(0, &vec![0; samples]).expect("writing");
            }
            let outcome = Outcome::Planned { media: media.clone(), plan: plan.clone() };
            foreman.completed(lease, outcome).await.expect("stored");
            answer = foreman.lease(1).await.expect("an answer");
        }
        assert!(matches!(answer, LeaseAnswer::Job { task: Task::Segment(_), .. }), "{answer:?}");
    }

    #[tokio::test]
    async fn languages_asked_for_a_recording_go_before_those_that_it_states() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = with_work(&folder, &[1]).await;
        let (catalogue, recording) = (&foreman.library().catalogue, RecordingId::new([1; 16]));
        let edit = Edit::new([(Field::Language, "nb, sv".into())], [], [], []).expect("an edit");
        catalogue.edit(recording, &edit, Source::Person).await.expect("an answer");
        for (languages_for, expected) in [(Scope::Library, "no sv"), (Scope::Recording, "en")] {
            let languages = vec!["en".parse().expect("a code")];
            let options = JobOptions { languages, languages_for, ..options() };
            catalogue.add_plans(&[Wish { recording, options, place: 0 }]).await.expect("a job");
            let answer = foreman.lease(1).await.expect("an answer");
            let LeaseAnswer::Job { task: Task::Plan(task), .. } = answer else { panic!("{answer:?}") };
            let codes: Vec<_> = task.languages.iter().map(Language::as_str).collect();
            assert_eq!(codes.join(" "), expected);
        }
    }

    #[tokio::test]
    async fn media_that_are_gone_or_changed_are_waited_for() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = with_work(&folder, &[1, 2, 3]).await;
        std::fs::remove_file(folder.path().join("1.mp4")).expect("removing");
        std::fs::write(folder.path().join("2.mp4"), "").expect("writing");
        let _ = lease(&foreman, 1).await;
        let jobs = foreman.library().catalogue.jobs().await.expect("jobs");
        let reasons: Vec<_> = jobs.iter().map(|job| job.reason.as_deref().unwrap_or_default()).collect();
        assert!(reasons[0].contains("gone") && reasons[1].contains("changed"), "{reasons:?}");
        let states: Vec<_> = jobs.iter().map(state).collect();
        assert_eq!(states, [("ready", 0, true), ("ready", 0, true), ("running", 0, false)]);
    }

    #[tokio::test]
    async fn a_job_that_stands_still_is_given_up_and_its_neighbours_go_on() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = with_work(&folder, &[1, 2]).await;
        let catalogue = &foreman.library().catalogue;
        let ids = [1, 2].map(|id| RecordingId::new([id; 16]));
        for still_ms in [STILL_READING.saturating_add(Millis::new(1)), STILL_READING] {
            let lease = lease(&foreman, 1).await;
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

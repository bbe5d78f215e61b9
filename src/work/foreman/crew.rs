//! The crew: a worker process that starts, dies, falls silent or stands still.

use super::{Crew, Foreman};
use crate::catalogue::jobs::JobKind;
use crate::catalogue::recordings::Failure;
use crate::library::StoreError;
use crate::work::protocol::LEASE;

/// How often a worker may die while it runs one job alone, before that job counts as failed.
const DEATHS: u32 = 3;

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
}

#[cfg(test)]
mod tests {
    use indexer::recording::RecordingId;
    use indexer::time::Millis;

    use super::super::STILL_READING;
    use super::*;
    use crate::catalogue::files::Stamp;
    use crate::catalogue::jobs::JobOptions;
    use crate::catalogue::recordings::State;
    use crate::library::Library;
    use crate::work::protocol::{Heartbeat, LeaseAnswer};

    #[tokio::test]
    async fn a_job_that_stands_still_is_given_up_and_its_neighbours_go_on() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let foreman = Foreman::new(Library::open(folder.path()).await.expect("a library")).await.expect("a foreman");
        let catalogue = &foreman.library().catalogue;
        let options = JobOptions { model: "base".into(), segment_seconds: 300, ..JobOptions::default() };
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

//! What workers bring is stored, merged and indexed.

use std::io;

use base64::Engine as _;
use indexer::recording::RecordingId;
use indexer::time::Millis;
use indexer::transcript::{self, Transcript};

use super::{Foreman, LeaseError};
use crate::catalogue::captions::Captions;
use crate::catalogue::jobs::{Job, JobKind};
use crate::catalogue::recordings::{Failure, Kind, MediaFacts};
use crate::catalogue::revisions::{RevisionFacts, Source};
use crate::catalogue::tracks::Track;
use crate::library::StoreError;
use crate::report::Event;
use crate::work::protocol::{MediaReport, Outcome, SoundTrack};

impl Foreman {
    /// Stores what a job gave.
    pub(super) async fn store(&self, job: &Job, outcome: Outcome) -> Result<(), LeaseError> {
        let catalogue = &self.shared.library.catalogue;
        let folder = self.work_folder(job);
        match (job.kind, outcome) {
            (JobKind::Plan, Outcome::Planned { media, plan }) => {
                folder.write_plan(&plan).map_err(StoreError::file(folder.path()))?;
                self.store_media(job, media).await?;
                let lengths: Vec<_> = plan.segments.iter().map(|segment| segment.done(segment.span.end())).collect();
                catalogue.finish_plan(job, &lengths).await.map_err(StoreError::from)?;
                let speech = lengths.iter().map(|length| u64::from(length.get())).sum();
                self.leases().pace.read(plan.duration, speech);
            }
            (JobKind::Plan, Outcome::Imported { media, transcript }) => {
                let bytes = base64::engine::general_purpose::STANDARD
                    .decode(transcript)
                    .map_err(|error| LeaseError::Damaged(error.to_string()))?;
                let mut transcript =
                    transcript::file::read(&bytes).map_err(|error| LeaseError::Damaged(error.to_string()))?;
                let length = media.duration_ms;
                self.store_media(job, media).await?;
                transcript.recording = job.recording;
                transcript.revision = catalogue.next_revision(job.recording).await.map_err(StoreError::from)?;
                let facts = RevisionFacts {
                    source: Source::Imported,
                    sidecars: job.options.sidecars.clone(),
                    missing: None,
                    by_hand: false,
                };
                self.keep(&transcript, &facts).await?;
                self.leases().pace.imported(length);
                // There may be nothing to remove.
                let _ = folder.remove();
            }
            (JobKind::Plan, Outcome::Read(media)) => {
                self.store_media(job, media).await?;
                catalogue.clear_jobs(job.recording).await.map_err(StoreError::from)?;
                let _ = folder.remove();
            }
            (JobKind::Segment, Outcome::Recognised(words)) => {
                folder.write_words(job.ordinal, &words).map_err(StoreError::file(folder.path()))?;
                catalogue.finish_segment(job.id).await.map_err(StoreError::from)?;
                self.leases().pace.recognised(job.length);
                // What stays is removed with the folder.
                let _ = folder.remove_sound(job.ordinal);
            }
            _ => return Err(LeaseError::Damaged("it answers another kind of job".into())),
        }
        Ok(())
    }

    async fn store_media(&self, job: &Job, media: MediaReport) -> Result<(), StoreError> {
        let catalogue = &self.shared.library.catalogue;
        let captions: Vec<_> =
            media.captions.iter().map(|file| Captions { path: file.path.0.clone(), language: file.language }).collect();
        catalogue.set_captions(job.recording, &captions).await?;
        catalogue.set_tracks(job.recording, &media.tracks.iter().map(track).collect::<Vec<_>>()).await?;
        Ok(catalogue.set_media(job.recording, &media_facts(media)).await?)
    }

    /// Stores a transcript as the current revision: first the file, then the row.
    pub(super) async fn keep(&self, transcript: &Transcript, facts: &RevisionFacts) -> Result<(), StoreError> {
        let library = &self.shared.library;
        let path = library.transcripts.path(transcript.recording, transcript.revision);
        let hash = library.transcripts.write(transcript).map_err(StoreError::file(&path))?;
        Ok(library.catalogue.store_revision(transcript, facts, &hash).await?)
    }

    /// Merges every recording whose segments have ended, and brings the index up to date; returns whether anything
    /// was done.
    ///
    /// # Errors
    /// When something cannot be read or stored.
    pub async fn finish_recordings(&self) -> Result<bool, StoreError> {
        let mut done = false;
        for plan in self.shared.library.catalogue.plans_to_merge().await? {
            self.merge(&plan).await?;
            done = true;
        }
        Ok(self.index_pending().await? || done)
    }

    async fn merge(&self, job: &Job) -> Result<(), StoreError> {
        let catalogue = &self.shared.library.catalogue;
        let folder = self.work_folder(job);
        let Some(recording) = catalogue.recording(job.recording).await? else { return Ok(()) };
        let (plan, segments) = match folder.plan().and_then(|plan| Ok((folder.all_words(&plan)?, plan))) {
            Ok((segments, plan)) => (plan, segments),
            Err(error) => return self.plan_again(job, &recording.title, error).await,
        };
        let failed = catalogue.failed_segments(job).await?;
        if segments.iter().filter(|words| words.is_none()).count() > failed.len() {
            let error = io::Error::new(io::ErrorKind::NotFound, "the words of a finished segment are missing");
            return self.plan_again(job, &recording.title, error).await;
        }
        if let Some((_, reason)) = failed.first()
            && failed.len() == plan.segments.len()
        {
            // No words at all must not take the place of older ones.
            let reason = format!("every segment failed: {reason}");
            let hint = format!("try again with: aloud retry {}", &job.recording.to_string()[..8]);
            return self.fail(job, &recording.title, &Failure { reason, hint }).await;
        }
        let revision = catalogue.next_revision(job.recording).await?;
        let transcript = indexer::pipeline::merge(job.recording, revision, &job.options.model, &plan, segments);
        if let Some(written) = job.options.align {
            self.keep_aligned(&recording, written, transcript).await?;
            let _ = folder.remove();
            return Ok(());
        }
        let missing = failed.first().map(|(ordinal, reason)| {
            let at = plan.segments.get(*ordinal as usize).map_or(Millis::ZERO, |segment| segment.span.start());
            format!("{} of {} segments failed, the first at {at}: {reason}", failed.len(), plan.segments.len())
        });
        let sidecars = job.options.sidecars.clone();
        let facts = RevisionFacts { source: Source::Recognised, sidecars, missing, by_hand: false };
        self.keep(&transcript, &facts).await?;
        // The words are stored; a folder that cannot be removed costs space until the next plan of the recording.
        let _ = folder.remove();
        Ok(())
    }

    /// Returns what is recognised so far of a recording that is being transcribed, as revision 0.
    ///
    /// # Errors
    /// When the catalogue fails or a work file is damaged.
    pub async fn draft(&self, recording: RecordingId) -> Result<Option<Transcript>, StoreError> {
        let Some(job) = self.shared.library.catalogue.plan_of(recording).await? else { return Ok(None) };
        let folder = self.work_folder(&job);
        let cannot = || StoreError::file(folder.path());
        let plan = folder.plan().map_err(cannot())?;
        let words = folder.all_words(&plan).map_err(cannot())?;
        Ok(Some(indexer::pipeline::merge(recording, 0, &job.options.model, &plan, words)))
    }

    /// Brings the index up to date with the catalogue; returns whether anything was done.
    async fn index_pending(&self) -> Result<bool, StoreError> {
        let library = &self.shared.library;
        let pending = library.catalogue.revisions_to_index(false).await?;
        if pending.is_empty() {
            return Ok(false);
        }
        for (id, _) in library.index_revisions(&pending).await? {
            if let Some(recording) = library.catalogue.recording(id).await? {
                self.tell(Event::Searchable {
                    recording: id,
                    title: recording.title,
                    words: recording.counts.words,
                    duration_ms: recording.duration.unwrap_or_default(),
                    missing: recording.failure.map(|failure| failure.reason),
                    damage: recording.damage,
                });
            }
        }
        Ok(true)
    }
}

fn track(reported: &SoundTrack) -> Track {
    let SoundTrack { language, codec, channels, is_default, is_read } = reported;
    Track { language: *language, codec: codec.clone(), channels: *channels, is_default: *is_default, is_read: *is_read }
}

fn media_facts(media: MediaReport) -> MediaFacts {
    MediaFacts {
        kind: if media.has_video { Kind::Video } else { Kind::Audio },
        duration: media.duration_ms,
        full_hash: media.full_hash,
        damage: media.damage,
        date: media.date,
        title: media.title,
    }
}

//! The work folder of one recording: what is kept between planning it and merging its words.
//!
//! `<library>/work/<recording>-<options>/` holds `plan.json`, and for each segment `0007.pcm` (its sound: 16-bit
//! little-endian mono at 16 kHz) until it is recognised, then `0007.json` (its words).

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use indexer::pipeline::{Plan, SegmentPlan, SegmentWords};
use indexer::recording::RecordingId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::catalogue::jobs::Job;
use crate::library::files;

/// One recording's work folder.
#[derive(Debug, Clone)]
pub struct WorkFolder(PathBuf);

/// Returns what lies in a library's folder for work that belongs to no recording in hand (its id and the hash of its
/// options): what a program left that was killed.
#[must_use]
pub fn leftovers(work: &Path, in_hand: &[(RecordingId, String)]) -> Vec<PathBuf> {
    let names: HashSet<_> = in_hand.iter().map(|(recording, options)| name(*recording, options)).collect();
    let is_work = |name: &str| name.split_once('-').is_some_and(|(id, _)| id.parse::<RecordingId>().is_ok());
    let entries = std::fs::read_dir(work).into_iter().flatten().flatten();
    let is_left = |name: &str| is_work(name) && !names.contains(name);
    entries.filter(|entry| entry.file_name().to_str().is_some_and(is_left)).map(|entry| entry.path()).collect()
}

fn name(recording: RecordingId, options_hash: &str) -> String {
    format!("{recording}-{options_hash}")
}

impl WorkFolder {
    /// Names the folder of a job inside the library's folder for work.
    #[must_use]
    pub fn of(work: &Path, job: &Job) -> Self {
        Self(work.join(name(job.recording, &job.options.hash())))
    }

    /// Takes a path as a work folder.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Returns where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes it anew, empty.
    ///
    /// # Errors
    /// When it cannot be emptied or made.
    pub fn reset(&self) -> io::Result<()> {
        files::remove(&self.0)?;
        std::fs::create_dir_all(&self.0)
    }

    /// Removes it with all that is in it.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        files::remove(&self.0)
    }

    /// Returns where a segment's sound is.
    #[must_use]
    pub fn sound(&self, ordinal: u32) -> PathBuf {
        self.0.join(format!("{ordinal:04}.pcm"))
    }

    /// Stores a segment's sound.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_sound(&self, ordinal: u32, samples: &[i16]) -> io::Result<()> {
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        // Not flushed yet: all is, once, before the plan counts as done.
        std::fs::write(self.sound(ordinal), bytes)
    }

    /// Flushes all that was written to the disk: a plan that is done has its sound also after a power cut.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn flush(&self) -> io::Result<()> {
        std::fs::read_dir(&self.0)?.try_for_each(|entry| File::open(entry?.path())?.sync_all())?;
        File::open(&self.0)?.sync_all()
    }

    /// Says whether a segment's sound is all there.
    ///
    /// # Errors
    /// When it is missing or not as long as the segment.
    pub fn check_sound(&self, segment: &SegmentPlan) -> io::Result<()> {
        let path = self.sound(segment.ordinal);
        let (length, expected) = (std::fs::metadata(&path)?.len(), 2 * segment.span.duration().to_samples());
        if length == expected {
            return Ok(());
        }
        let problem = format!("{} has {length} bytes, not {expected}", path.display());
        Err(io::Error::new(io::ErrorKind::InvalidData, problem))
    }

    /// Forgets the sound of all of `count` segments but some, in ascending order, which are numbered anew from 0.
    ///
    /// # Errors
    /// When a file cannot be removed or renamed.
    pub fn keep_sounds(&self, kept: &[u32], count: u32) -> io::Result<()> {
        for ordinal in (0..count).filter(|ordinal| !kept.contains(ordinal)) {
            files::remove(&self.sound(ordinal))?;
        }
        // No number grows, so that none is taken yet.
        (0..).zip(kept).try_for_each(|(new, &old)| std::fs::rename(self.sound(old), self.sound(new)))
    }

    /// Stores the plan.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_plan(&self, plan: &Plan) -> io::Result<()> {
        self.write("plan.json", plan)
    }

    /// Returns the plan.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn plan(&self) -> io::Result<Plan> {
        self.read("plan.json")
    }

    /// Stores a segment's words.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write_words(&self, ordinal: u32, words: &SegmentWords) -> io::Result<()> {
        self.write(&format!("{ordinal:04}.json"), words)
    }

    /// Removes a segment's sound: once its job is done, not before, since a job that is not done is repeated.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove_sound(&self, ordinal: u32) -> io::Result<()> {
        files::remove(&self.sound(ordinal))
    }

    /// Returns the words of a segment, if it was recognised.
    ///
    /// # Errors
    /// When the file is damaged.
    fn words(&self, ordinal: u32) -> io::Result<Option<SegmentWords>> {
        match self.read(&format!("{ordinal:04}.json")) {
            Ok(words) => Ok(Some(words)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the words of every segment of a plan that was recognised.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn all_words(&self, plan: &Plan) -> io::Result<Vec<Option<SegmentWords>>> {
        plan.segments.iter().map(|segment| self.words(segment.ordinal)).collect()
    }

    fn write(&self, name: &str, value: &impl Serialize) -> io::Result<()> {
        files::write_whole(&self.0.join(name), &serde_json::to_vec(value)?)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> io::Result<T> {
        Ok(serde_json::from_slice(&std::fs::read(self.0.join(name))?)?)
    }
}

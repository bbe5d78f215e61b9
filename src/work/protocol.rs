//! The work protocol: what a worker process and the program that started it say to each other, as JSON over HTTP.
//!
//! | request | answer |
//! |---|---|
//! | `POST /work/v1/lease` [`LeaseRequest`] | [`LeaseAnswer`] |
//! | `GET /work/v1/sound/{lease}` | the segment's sound: 16-bit little-endian mono, 16 kHz |
//! | `POST /work/v1/heartbeat` [`Heartbeat`] | 204, or 410 when the lease has run out: drop the work |
//! | `POST /work/v1/complete/{lease}` [`Outcome`] | 204, or 410 |
//! | `POST /work/v1/fail/{lease}` [`WorkFailure`] | 204, or 410 |
//! | `POST /work/v1/release/{lease}` | 204 |
//!
//! Every request carries `Authorization: Bearer` and the token that the worker read from its standard input.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indexer::audio::TrackChoice;
use indexer::pipeline::{Channels, Plan, SegmentPlan, SegmentWords};
use indexer::recording::{Language, RecordingId};
use indexer::time::Millis;
use serde::{Deserialize, Serialize};

/// The number of a lease; a lease that ran out is never given again, so that late answers are known.
pub type LeaseId = u64;

/// How long a lease lasts without a heartbeat.
pub const LEASE: Duration = Duration::from_secs(60);

/// How often a worker must say that it lives; it does so more often when there is progress to tell.
pub const BEAT: Duration = Duration::from_secs(10);

/// How long the program holds a request for work open before it answers that there is none.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// A worker's thread asks for work.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeaseRequest {
    /// Which worker process.
    pub worker: u64,
}

/// What there is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseAnswer {
    /// A job.
    Job {
        /// The lease under which to work.
        lease: LeaseId,
        /// What to do.
        task: Task,
    },
    /// Nothing now; ask again.
    Wait,
    /// Nothing more for this worker; it should end.
    Stop,
}

/// One job for a worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Read a recording once.
    Plan(PlanTask),
    /// Recognise one segment.
    Segment(SegmentTask),
}

/// Read a recording once: take its sidecar, or find the speech in it and store the sound of each segment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanTask {
    /// The recording.
    pub recording: RecordingId,
    /// The media file, on this machine.
    pub media: WirePath,
    /// The folder, on this machine, for the segments' sound.
    pub folder: WirePath,
    /// Whether a transcript that lies beside the media is taken instead of recognising.
    pub take_sidecar: bool,
    /// The language that somebody stated for the recording.
    pub declared: Option<Language>,
    /// The model that finds out the language.
    pub model: String,
    /// The languages that may be spoken; none for all.
    pub languages: Vec<Language>,
    /// The longest segment, seconds.
    pub segment_seconds: u32,
    /// Whether to spend less time on it.
    pub fast: bool,
    /// The sound track that is read.
    pub track: TrackChoice,
    /// What becomes of two channels.
    pub channels: Channels,
    /// Whether only what the file is is wanted: its words are known.
    #[serde(default)]
    pub facts_only: bool,
}

/// Recognise one segment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SegmentTask {
    /// The recording.
    pub recording: RecordingId,
    /// The segment's windows.
    pub plan: SegmentPlan,
    /// The model.
    pub model: String,
    /// The languages that were found in the recording.
    pub languages: Vec<Language>,
    /// The languages that may be spoken besides; none for all.
    pub allowed: Vec<Language>,
    /// Whether to spend less time.
    pub fast: bool,
    /// Names and terms that may be said, one a line.
    pub glossary: String,
}

/// A worker's thread lives, and how far it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The lease it works under.
    pub lease: LeaseId,
    /// How much of the job is done, in time of the recording.
    pub done_ms: Millis,
    /// How much there is, once that is known.
    pub total_ms: Option<Millis>,
    /// How long the job has not got on: nothing was read, hashed or recognised.
    pub still_ms: Millis,
}

/// What a finished job gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A recording was planned; its sound lies in the folder.
    Planned {
        /// What the file is, and what lies beside it.
        media: MediaReport,
        /// Where the speech is.
        plan: Plan,
    },
    /// A recording's sidecar was taken.
    Imported {
        /// What the media file is.
        media: MediaReport,
        /// The transcript's file, base64; the revision inside is to be replaced.
        transcript: String,
    },
    /// A recording was read, and nothing else was wanted.
    Read(MediaReport),
    /// A segment was recognised.
    Recognised(SegmentWords),
}

/// What a media file is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MediaReport {
    /// Whether it has a picture.
    pub has_video: bool,
    /// How long it is.
    pub duration_ms: Millis,
    /// BLAKE3 of all its bytes, hex.
    pub full_hash: Option<String>,
    /// What is wrong with it.
    pub damage: Option<String>,
    /// The title in its tags.
    pub title: Option<String>,
    /// The date in its tags.
    pub date: Option<String>,
    /// Caption files beside it.
    pub captions: Vec<CaptionFile>,
    /// Its sound tracks.
    pub tracks: Vec<SoundTrack>,
}

/// A sound track of a media file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SoundTrack {
    /// Its language, when the file says so.
    pub language: Option<Language>,
    /// Its codec.
    pub codec: String,
    /// How many channels it has; 0 when the file does not say.
    pub channels: u16,
    /// Whether a player plays it when nobody chooses.
    pub is_default: bool,
    /// Whether it is the one that was read.
    pub is_read: bool,
}

/// A caption file beside a media file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaptionFile {
    /// Where it is.
    pub path: WirePath,
    /// Its language.
    pub language: Language,
}

/// Why a job cannot be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WorkFailure {
    /// What failed.
    pub reason: String,
    /// The next step for a person.
    pub hint: String,
    /// Whether the same may work later.
    pub outlook: Outlook,
}

/// What may become of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// It fails again, however often it is tried: the file is not sound, for example.
    Lasting,
    /// It may work later: the file cannot be read just now, for example. Other jobs go on.
    Passing,
    /// Nothing works until somebody acts, after which this does, too: the disk is full, for example.
    Stalled,
}

/// A path in JSON: file names need not be UTF-8, so every byte that is not plain ASCII is percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WirePath(pub PathBuf);

impl From<&Path> for WirePath {
    fn from(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl Serialize for WirePath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use std::os::unix::ffi::OsStrExt;
        let escaped = percent_encoding::percent_encode(self.0.as_os_str().as_bytes(), ESCAPED);
        serializer.collect_str(&escaped)
    }
}

/// What is escaped in a path: controls, everything beyond ASCII, and the sign of escaping.
const ESCAPED: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b'%');

impl<'de> Deserialize<'de> for WirePath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use std::os::unix::ffi::OsStringExt;
        let text = String::deserialize(deserializer)?;
        let bytes = percent_encoding::percent_decode_str(&text).collect();
        Ok(Self(std::ffi::OsString::from_vec(bytes).into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_travels() {
        use std::os::unix::ffi::OsStringExt;
        for bytes in [&b"/a b/%41.mp4"[..], b"/quote\"\n\xff\xfe", "/émoji 🎤".as_bytes()] {
            let path = WirePath(std::ffi::OsString::from_vec(bytes.to_vec()).into());
            let json = serde_json::to_string(&path).expect("any path");
            assert_eq!(serde_json::from_str::<WirePath>(&json).expect("our own"), path);
        }
    }
}

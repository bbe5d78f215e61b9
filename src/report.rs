//! What happened, as data, and its readers: progress bars, plain lines, JSON lines, the page's events, tests.

use indexer::recording::RecordingId;
use indexer::time::Millis;
use serde::{Deserialize, Serialize};

pub mod bars;
pub mod lines;

/// Something that happened to a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// Media were looked for.
    Scanned {
        /// Media files seen.
        files: u32,
        /// Recordings that were not known before.
        new: u32,
        /// Recordings for which there is something to do.
        queued: u32,
        /// Recordings that were known at another path, which is gone.
        #[serde(default)]
        moved: u32,
        /// Files that are gone.
        #[serde(default)]
        missing: u32,
        /// Files that are left out since their recordings were removed on purpose.
        #[serde(default)]
        removed: u32,
    },
    /// A file was not taken.
    Skipped {
        /// The file, as it can be shown.
        path: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A recording's job moved on.
    Progress {
        /// The recording.
        recording: RecordingId,
        /// Its title.
        title: String,
        /// What is being done.
        stage: Stage,
        /// How much of the recording is done.
        done_ms: Millis,
        /// How much there is, once that is known.
        total_ms: Option<Millis>,
    },
    /// A recording's words can be searched.
    Searchable {
        /// The recording.
        recording: RecordingId,
        /// Its title.
        title: String,
        /// How many words.
        words: u32,
        /// How long the recording is.
        duration_ms: Millis,
        /// Why some of it is missing.
        missing: Option<String>,
        /// What is wrong with the media file.
        damage: Option<String>,
    },
    /// A recording failed.
    Failed {
        /// The recording.
        recording: RecordingId,
        /// Its title.
        title: String,
        /// Why.
        reason: String,
        /// What a person can do.
        hint: String,
    },
    /// What is known of a recording was changed by a person.
    Edited {
        /// The recording.
        recording: RecordingId,
        /// Its title now.
        title: String,
    },
    /// A document beside a recording says something else than a person: a person decides.
    Differs {
        /// The recording.
        recording: RecordingId,
        /// The document, as it can be shown.
        path: String,
        /// The fields.
        fields: Vec<String>,
    },
    /// A recording waits for another try: what failed may pass.
    Postponed {
        /// The recording.
        recording: RecordingId,
        /// Its title.
        title: String,
        /// What failed.
        reason: String,
        /// What a person can do.
        hint: String,
        /// When it is tried again.
        next_try: jiff::Timestamp,
    },
    /// Something became of a recording's media.
    Media {
        /// The recording.
        recording: RecordingId,
        /// What.
        news: MediaNews,
    },
    /// How much is left to do.
    Left {
        /// How many recordings.
        recordings: u32,
        /// How long it will take, once that can be told.
        left_ms: Option<Millis>,
    },
    /// A recording was removed.
    Removed {
        /// The recording.
        recording: RecordingId,
        /// Its title.
        title: String,
    },
    /// Nothing can go on until somebody mends this.
    Stalled {
        /// What is wrong, and what to do.
        reason: String,
    },
}

/// What became of a recording's media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaNews {
    /// A file is gone.
    Missing,
    /// A file is there again.
    Back,
    /// Its file is somewhere else.
    Moved,
    /// Other bytes took the place of its file.
    Changed,
}

/// What is being done with a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its sound is read.
    Reading,
    /// Its words are recognised.
    Transcribing,
}

/// A reader of events that shows them to a person or a program.
pub trait Reporter: Send {
    /// Shows one event.
    fn show(&mut self, event: &Event);

    /// Leaves the screen as it should stay.
    fn finish(&mut self) {}
}

//! An access copy is a file that every browser plays, made when somebody asks for it of a recording whose own file their
//! browser cannot play. It is derived: it lies in `<library>/access/` and may be deleted at any time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indexer::audio::Ffmpeg;
use indexer::recording::RecordingId;
use indexer::time::Millis;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

/// A slow machine takes as long as the recording lasts; this much longer, and something is wrong.
const TIMES_ITS_LENGTH: u32 = 4;

/// However short, starting and reading a slow disk take a while.
const AT_LEAST: Duration = Duration::from_secs(600);

/// However long it is, or if nobody knows.
const AT_MOST: Duration = Duration::from_secs(12 * 3600);

/// How far a copy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// There is none.
    None,
    /// Others are made first.
    Waiting,
    /// It is being made, and has come so far.
    Running(Millis),
    /// It is there.
    Ready,
    /// It could not be made: why, as a lowercase fragment.
    Failed(String),
}

/// The access copies of a library; clones share them. One is made at a time.
#[derive(Clone)]
pub struct AccessCopies(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    ffmpeg: Option<Ffmpeg>,
    turn: Semaphore,
    making: Mutex<HashMap<RecordingId, Making>>,
}

struct Making {
    state: State,
    task: Option<AbortHandle>,
}

/// What a copy is made of.
#[derive(Debug, Clone)]
pub struct Original {
    /// The media file; it is only read.
    pub path: PathBuf,
    /// How long it is, if that is known.
    pub duration: Option<Millis>,
}

impl AccessCopies {
    /// Keeps copies in a folder, which is made when it is needed; without an ffmpeg none is ever made.
    #[must_use]
    pub fn new(folder: PathBuf, ffmpeg: Option<Ffmpeg>) -> Self {
        Self(Arc::new(Inner { folder, ffmpeg, turn: Semaphore::new(1), making: Mutex::default() }))
    }

    /// Returns what makes copies, if this machine has it.
    #[must_use]
    pub fn ffmpeg(&self) -> Option<&Ffmpeg> {
        self.0.ffmpeg.as_ref()
    }

    /// Returns where the copy of a recording is, or would be.
    #[must_use]
    pub fn path(&self, id: RecordingId) -> PathBuf {
        self.0.folder.join(format!("{id}.mp4"))
    }

    /// Returns how far the copy of a recording is.
    #[must_use]
    pub fn state(&self, id: RecordingId) -> State {
        if let Some(making) = self.0.making().get(&id) {
            return making.state.clone();
        }
        if self.path(id).is_file() { State::Ready } else { State::None }
    }

    /// Begins to make the copy of a recording, unless it is there or being made.
    pub fn make(&self, id: RecordingId, original: Original) {
        let Some(ffmpeg) = self.0.ffmpeg.clone() else { return };
        if !matches!(self.state(id), State::None | State::Failed(_)) {
            return;
        }
        self.0.making().insert(id, Making { state: State::Waiting, task: None });
        let inner = Arc::clone(&self.0);
        let to = self.path(id);
        let task = tokio::spawn(async move {
            // Never closed.
            let Ok(_turn) = inner.turn.acquire().await else { return };
            let part = part(&to);
            let converted = convert(&ffmpeg, &original, &part, &|done| inner.set(id, State::Running(done))).await;
            if let Err(reason) = converted.and_then(|()| inner.keep(id, &part, &to)) {
                tracing::warn!(recording = %id, reason, "no access copy");
                inner.set(id, State::Failed(reason));
                // What is left is overwritten the next time.
                let _ = std::fs::remove_file(&part);
            }
        });
        if let Some(making) = self.0.making().get_mut(&id) {
            making.task = Some(task.abort_handle());
        }
    }

    /// Deletes the copy of a recording and stops making it.
    ///
    /// # Errors
    /// When it is there and cannot be deleted.
    pub fn delete(&self, id: RecordingId) -> std::io::Result<()> {
        if let Some(Making { task: Some(task), .. }) = self.0.making().remove(&id) {
            task.abort();
        }
        for path in [self.path(id), part(&self.path(id))] {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Inner {
    fn making(&self) -> MutexGuard<'_, HashMap<RecordingId, Making>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes how far a copy is, unless nobody wants it any longer.
    fn set(&self, id: RecordingId, state: State) {
        if let Some(making) = self.making().get_mut(&id) {
            making.state = state;
        }
    }

    /// Puts a finished copy in its place, unless it was deleted while it was made.
    fn keep(&self, id: RecordingId, part: &Path, to: &Path) -> Result<(), String> {
        // Whoever deletes takes the same lock first.
        let mut making = self.making();
        if !making.contains_key(&id) {
            return std::fs::remove_file(part).map_err(|error| error.to_string());
        }
        std::fs::rename(part, to).map_err(|error| error.to_string())?;
        making.remove(&id);
        Ok(())
    }
}

/// Where a copy is written until it is whole.
fn part(to: &Path) -> PathBuf {
    to.with_extension("part")
}

/// Makes a copy: all of it or nothing.
async fn convert(
    ffmpeg: &Ffmpeg,
    original: &Original,
    part: &Path,
    tell: &(dyn Fn(Millis) + Sync),
) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(part.parent().unwrap_or(part)).map_err(failed)?;
    let limit = limit(original.duration);
    tell(Millis::ZERO);
    let command = ffmpeg.access_copy(&original.path, part, limit.as_secs()).map_err(|error| error.to_string())?;
    // When nobody waits for this any longer, the program ends too.
    let mut child = Command::from(command).kill_on_drop(true).spawn().map_err(failed)?;
    let stdout = child.stdout.take().ok_or("ffmpeg says nothing")?;
    let ended = tokio::time::timeout(limit, async {
        let mut lines = BufReader::new(stdout).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(done) = progress(&line) {
                tell(done);
            }
        }
        child.wait().await
    });
    match ended.await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("ffmpeg could not convert the file ({status})")),
        Ok(Err(error)) => Err(failed(error)),
        Err(_) => Err(format!("ffmpeg took longer than {} minutes", limit.as_secs() / 60)),
    }
}

/// Returns how long making a copy may take.
fn limit(duration: Option<Millis>) -> Duration {
    let Some(duration) = duration else { return AT_MOST };
    (Duration::from_millis(duration.get().into()) * TIMES_ITS_LENGTH).clamp(AT_LEAST, AT_MOST)
}

/// Reads a line of ffmpeg's about how far it is.
fn progress(line: &str) -> Option<Millis> {
    let micros: u64 = line.strip_prefix("out_time_us=")?.trim().parse().ok()?;
    u32::try_from(micros / 1000).ok().map(Millis::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_read_from_lines() {
        for (line, expected) in [
            ("out_time_us=1234567", Some(Millis::new(1234))),
            ("out_time_us=N/A", None),
            ("out_time_us=-5", None),
            ("out_time_us=99999999999999999999", None),
            ("frame=12", None),
            ("", None),
        ] {
            assert_eq!(progress(line), expected, "{line}");
        }
    }

    #[test]
    fn the_limit_grows_with_the_length() {
        let minutes = |minutes: u32| Millis::new(minutes * 60_000);
        for (duration, expected) in [
            (None, AT_MOST),
            (Some(minutes(1)), AT_LEAST),
            (Some(minutes(60)), Duration::from_secs(4 * 3600)),
            (Some(minutes(600)), AT_MOST),
        ] {
            assert_eq!(limit(duration), expected);
        }
    }

    #[tokio::test]
    async fn without_an_ffmpeg_nothing_is_begun() {
        let copies = AccessCopies::new("/nowhere".into(), None);
        let id: RecordingId = "0".repeat(32).parse().expect("an id");
        copies.make(id, Original { path: "/nowhere/film.avi".into(), duration: None });
        assert_eq!(copies.state(id), State::None);
        copies.delete(id).expect("nothing to delete");
    }
}

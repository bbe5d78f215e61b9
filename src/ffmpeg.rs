//! The ffmpeg of this machine, which decodes what `indexer` does not.

use std::path::Path;
use std::process::Command;

use indexer::audio::Ffmpeg;

/// Returns the first ffmpeg on the `PATH`.
///
/// Only absolute folders count: a file in the folder where the program happens to be started is nobody's choice.
#[must_use]
pub fn find() -> Option<Ffmpeg> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).filter(|folder| folder.is_absolute()).find_map(|folder| Ffmpeg::in_folder(&folder))
}

/// Returns the line in which an ffmpeg says its version; `None` when it does not run.
#[must_use]
pub fn version(ffmpeg: &Path) -> Option<String> {
    let output = Command::new(ffmpeg).arg("-version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}

//! Why a recording's sound cannot be read, in words that say what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::choice::TrackChoice;
use super::info::AudioTrack;

/// Why a recording's sound cannot be read; every message names the file and the next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// There is no such file.
    #[error("{0} does not exist; it may have been moved or renamed")]
    NotFound(ShownPath),
    /// The file may not be read.
    #[error("no permission to read {0}; allow it with chmod or ask the owner")]
    NoPermission(ShownPath),
    /// The path is a folder.
    #[error("{0} is a folder; name a media file inside it")]
    Folder(ShownPath),
    /// The path is a pipe, a socket or a device, which could keep a reader waiting for ever.
    #[error("{0} is a pipe, socket or device; copy what it gives into a file first")]
    NotAFile(ShownPath),
    /// The file has no bytes.
    #[error("{0} is empty; copy it again from where it was recorded")]
    Empty(ShownPath),
    /// The file is something else than sound or video.
    #[error("{path} is not sound or video but looks like {looks}; check what was saved under this name")]
    NotMedia {
        /// The file.
        path: ShownPath,
        /// What it is instead, with its article.
        looks: &'static str,
    },
    /// The container is sound or video, but of a kind that is not decoded.
    #[error("{path} is {container}{}, which cannot be decoded here; convert it with: {command}", with(*.codec))]
    Container {
        /// The file.
        path: ShownPath,
        /// The container, with its article.
        container: &'static str,
        /// The codec of its sound, where that was easily found.
        codec: Option<&'static str>,
        /// A command line that makes a file that can be decoded.
        command: String,
    },
    /// The codec of the sound is not decoded.
    #[error("the sound of {path} is {codec} in {container}, which cannot be decoded here; convert it with: {command}")]
    Codec {
        /// The file.
        path: ShownPath,
        /// The container.
        container: &'static str,
        /// The codec.
        codec: String,
        /// A command line that makes a file that can be decoded.
        command: String,
    },
    /// There is a picture but no sound.
    #[error("the video {0} has no sound; if it was recorded separately, index the sound file instead")]
    NoSound(ShownPath),
    /// There is sound, but not the track that was asked for.
    #[error("{path} has no sound track {wanted}; choose one of its tracks with --track: {tracks}")]
    NoTrack {
        /// The file.
        path: ShownPath,
        /// What was asked for.
        wanted: TrackChoice,
        /// The tracks that it has, each with its number.
        tracks: String,
    },
    /// The recorder stopped before it wrote the index of an mp4 file.
    #[error(
        "{0} was cut off before its index was written (it has no complete moov box); \
         copy it again, or repair it with a tool such as untrunc and a good file of the same recorder"
    )]
    NoIndex(ShownPath),
    /// The container cannot be understood.
    #[error("{path} is damaged ({detail}); copy it again from where it was recorded")]
    Damaged {
        /// The file.
        path: ShownPath,
        /// What the reader stumbled over.
        detail: String,
    },
    /// The operating system could not read the file.
    #[error("reading {path} failed ({source}); check that its disk is still connected, then try again")]
    Io {
        /// The file.
        path: ShownPath,
        /// What the operating system said.
        source: io::Error,
    },
}

impl MediaError {
    /// Lists the tracks that there are instead of the wanted one.
    pub(super) fn no_track(path: &Path, wanted: TrackChoice, tracks: &[AudioTrack]) -> Self {
        let tracks = tracks.iter().zip(1..).map(|(track, number)| format!("{number} ({track})"));
        Self::NoTrack { path: ShownPath::new(path), wanted, tracks: tracks.collect::<Vec<_>>().join(", ") }
    }

    /// Names the file that an operating system's error belongs to.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        let path = ShownPath::new(path);
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound(path),
            io::ErrorKind::PermissionDenied => Self::NoPermission(path),
            _ => Self::Io { path, source },
        }
    }
}

fn with(codec: Option<&'static str>) -> String {
    codec.map(|codec| format!(" with {codec}")).unwrap_or_default()
}

/// A path as a message shows it: on one line, whatever bytes it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPath(PathBuf);

impl ShownPath {
    /// Wraps a path.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Returns the path itself.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.0
    }
}

impl fmt::Display for ShownPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.to_string_lossy().chars() {
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_on_one_line() {
        for (path, shown) in
            [("/a b/'x'.mp4", "/a b/'x'.mp4"), ("/a\nb\t\u{1b}[31m.mp4", "/a\\nb\\t\\u{1b}[31m.mp4"), ("/é🎤", "/é🎤")]
        {
            assert_eq!(ShownPath::new(Path::new(path)).to_string(), shown);
        }
    }
}

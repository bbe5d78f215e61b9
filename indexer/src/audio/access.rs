//! An access copy is what a browser plays of a file that it cannot play itself: H.264 and AAC in an MP4, on the clock of
//! the original, so that words are heard where they were heard.

use std::path::Path;
use std::process::{Command, Stdio};

use super::container::{Container, Foreign, Kind, sniff};
use super::convert::{self, Picture};
use super::error::{MediaError, ShownPath};
use super::ffmpeg::{Ffmpeg, has_zero, input};
use super::opened::open_file;

/// No copy is wider: a face and a clock are read at this size, and a copy is for listening.
const WIDTH: &str = "scale='trunc(min(1280,iw)/2)*2':-2";

/// Returns the command, for a shell, with which a person makes such a file beside the original.
#[must_use]
pub fn conversion(path: &Path) -> String {
    convert::command(path, Picture::Encoded)
}

impl Ffmpeg {
    /// Returns the command that writes an access copy of a file to `to` and how far it is to its standard output, as
    /// lines `out_time_us=1234567`. It ends itself after `limit_s` seconds of processor time.
    ///
    /// # Errors
    /// When the file cannot be opened, or holds nothing that can be played.
    pub fn access_copy(&self, path: &Path, to: &Path, limit_s: u64) -> Result<Command, MediaError> {
        let io = |error| MediaError::io(path, error);
        let format = format(path)?;
        let mut command = Command::new(self.path());
        command.args(["-nostdin", "-v", "quiet", "-y", "-progress", "pipe:1", "-timelimit", &limit_s.to_string()]);
        let (mut sound, mut picture) = (vec!["aresample=async=1"], vec![WIDTH, "format=yuv420p"]);
        if has_zero(format) {
            // What lies before 0 is not presented.
            command.arg("-copyts");
            sound.insert(0, "atrim=start=0");
            picture.insert(0, "trim=start=0");
        }
        input(&mut command, path, format)
            .map_err(io)?
            .args(["-map", "0:V:0?", "-map", "0:a:0?", "-map_metadata", "-1", "-sn", "-dn"])
            .args(["-c:v", "libx264", "-preset", "veryfast", "-crf", "25", "-vf", &picture.join(",")])
            // A key frame every two seconds: people jump.
            .args(["-force_key_frames", "expr:gte(t,n_forced*2)"])
            .args(["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-af", &sound.join(",")])
            .args(["-movflags", "+faststart", "-f", "mp4"])
            .arg(std::path::absolute(to).map_err(io)?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        Ok(command)
    }

    /// Returns the codecs in a file, pictures before sounds, as people call them.
    ///
    /// # Errors
    /// When the file cannot be opened, or holds nothing that can be played.
    pub fn codecs(&self, path: &Path) -> Result<Vec<String>, MediaError> {
        self.codecs_as(path, format(path)?).map_err(|error| MediaError::io(path, error))
    }
}

/// Returns what ffmpeg calls the format of a file, by its first bytes.
fn format(path: &Path) -> Result<&'static str, MediaError> {
    let (kind, _) = sniff(&mut open_file(path)?).map_err(|error| MediaError::io(path, error))?;
    match kind {
        Kind::Known(container) => Ok(Container::format(container)),
        Kind::Foreign(Foreign { format: Some(format), .. }) => Ok(format),
        Kind::Foreign(Foreign { name: looks, .. }) | Kind::Other(looks) => {
            Err(MediaError::NotMedia { path: ShownPath::new(path), looks })
        }
    }
}

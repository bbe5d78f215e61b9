//! An ffmpeg is a program on this machine that decodes what is not decoded here.
//!
//! It runs as a child process and hands the sound over as Matroska with plain samples, so that every block keeps the
//! time that ffmpeg found for it, and all that comes after is the same as for other files. It is started without a
//! shell, is told which kind of file it reads, may open nothing but that file, and has a limit.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Deserialize;

use super::container::Container;
use super::decode::Facts;
use super::info::AudioTrack;
use super::timeline::SECOND;
use crate::recording::Language;

/// How long ffmpeg may take until its next bytes. It gives a second of sound in milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Seconds of processor time after which ffmpeg ends itself, whatever became of us: 48 hours of sound take ten minutes.
const PROCESSOR_TIME: &str = "3600";

/// The longest description of a file that is read. One track takes a few hundred bytes.
const DESCRIPTION: u64 = 1 << 20;

/// The programs `ffmpeg` and `ffprobe`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ffmpeg {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
}

impl Ffmpeg {
    /// Returns the ffmpeg in a folder; `None` unless `ffmpeg` and `ffprobe` are both there.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Option<Self> {
        let program = |name| Some(folder.join(name)).filter(|path| path.is_file());
        Some(Self { ffmpeg: program("ffmpeg")?, ffprobe: program("ffprobe")? })
    }

    /// Returns where the program `ffmpeg` is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.ffmpeg
    }

    /// Returns what a file of a format says about itself, the track that a player plays being the default one; `None`
    /// when ffmpeg makes nothing of it.
    pub(super) fn describe(&self, path: &Path, format: &str) -> io::Result<Option<Contents>> {
        Ok(self.description(path, format)?.map(|found| found.contents(format)))
    }

    /// Returns the codecs in a file of a format, pictures before sounds, as people call them.
    pub(super) fn codecs_as(&self, path: &Path, format: &str) -> io::Result<Vec<String>> {
        let streams = self.description(path, format)?.map(|found| found.streams).unwrap_or_default();
        let of = |kind: &'static str| streams.iter().filter(move |stream| stream.codec_type == kind);
        Ok(of("video")
            .filter(|stream| stream.disposition.attached_pic == 0)
            .chain(of("audio"))
            .map(Stream::codec)
            .collect())
    }

    fn description(&self, path: &Path, format: &str) -> io::Result<Option<Description>> {
        let mut command = Command::new(&self.ffprobe);
        command.args(["-v", "error", "-of", "json", "-show_format", "-show_streams"]);
        let mut child = Output::start(input(&mut command, path, format)?)?;
        let mut json = Vec::new();
        (&mut child).take(DESCRIPTION).read_to_end(&mut json)?;
        let description = serde_json::from_slice::<Description>(&json).ok();
        Ok(description.filter(|description| !description.streams.is_empty()))
    }

    /// Starts to decode the chosen track of a file. Times count from the file's own zero, or from its first packet where
    /// a format has none.
    pub(super) fn decode(&self, path: &Path, format: &str, contents: &Contents) -> io::Result<Output> {
        let mut command = Command::new(&self.ffmpeg);
        command.args(["-nostdin", "-v", "quiet", "-timelimit", PROCESSOR_TIME]);
        if has_zero(format) {
            command.arg("-copyts");
        }
        let stream = |index: u32| format!("0:{index}");
        let track = contents.facts.tracks.get(contents.facts.track).map_or(0, |track| track.id);
        input(&mut command, path, format)?
            .args(["-map", &stream(track), "-map_metadata", "-1"])
            // What lies before 0 is not presented; Matroska could not say it either.
            .args(["-af", "atrim=start=0", "-c:a", "pcm_s16le", "-f", "matroska", "pipe:1"]);
        if let Some(first) = contents.first.filter(|&first| first != track && !has_zero(format)) {
            // Of a broadcast ffmpeg counts from the first packet of what it is asked for: so it is asked for that, too.
            command.args(["-map", &stream(first), "-c", "copy", "-f", "null", "-"]);
        }
        Output::start(&mut command)
    }
}

/// What is in a file.
pub(super) struct Contents {
    pub facts: Facts,
    /// The number of the stream, of sound or picture, that begins first.
    first: Option<u32>,
}

/// Says what is read: nothing but this file, and as nothing but this format.
pub(super) fn input<'a>(command: &'a mut Command, path: &Path, format: &str) -> io::Result<&'a mut Command> {
    // After `file:` no name is taken for an option or for another protocol.
    let mut file = OsString::from("file:");
    file.push(std::path::absolute(path)?);
    Ok(command.args(["-protocol_whitelist", "file", "-f", format, "-i"]).arg(file))
}

/// Returns whether times in a format count from the start of the presentation.
///
/// The others count from somewhere: players, and ffmpeg when it converts, begin with the first packet.
pub(super) fn has_zero(format: &str) -> bool {
    [Container::Mp4, Container::Matroska, Container::Ogg].iter().any(|container| container.format() == format)
}

/// What a child process writes to its standard output; the process ends with this.
#[derive(Debug)]
pub(super) struct Output {
    child: Child,
    stdout: ChildStdout,
}

impl Output {
    fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, stdout })
    }
}

impl Read for Output {
    /// # Errors
    /// When nothing comes for a minute.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let limit = Timespec::try_from(PATIENCE).map_err(io::Error::other)?;
        let mut waited = [PollFd::new(&self.stdout, PollFlags::IN)];
        if poll(&mut waited, Some(&limit))? == 0 {
            let reason = format!("ffmpeg gave nothing for {} seconds", PATIENCE.as_secs());
            return Err(io::Error::new(io::ErrorKind::TimedOut, reason));
        }
        self.stdout.read(buffer)
    }
}

impl Seek for Output {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What ffprobe writes.
#[derive(Deserialize)]
struct Description {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Format {
    duration: Option<String>,
    tags: Tags,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stream {
    index: u32,
    codec_type: String,
    codec_name: String,
    profile: String,
    sample_rate: Option<String>,
    channels: u16,
    width: u32,
    start_time: Option<String>,
    duration: Option<String>,
    disposition: Disposition,
    tags: Tags,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Disposition {
    default: u8,
    attached_pic: u8,
}

#[derive(Deserialize, Default)]
struct Tags(HashMap<String, String>);

impl Tags {
    /// Returns the text of a tag, whose name formats write with small letters or capitals.
    fn get(&self, name: &str) -> Option<&str> {
        let (_, text) = self.0.iter().find(|(key, text)| key.eq_ignore_ascii_case(name) && !text.trim().is_empty())?;
        Some(text.trim())
    }
}

impl Description {
    fn contents(self, format: &str) -> Contents {
        let is_sound = |stream: &&Stream| stream.codec_type == "audio";
        let sounds = || self.streams.iter().filter(is_sound);
        let chosen = sounds().find(|stream| stream.disposition.default != 0).or_else(|| sounds().next());
        let tracks = sounds().map(|stream| AudioTrack {
            id: stream.index,
            codec: stream.codec(),
            sample_rate: stream.sample_rate.as_deref().and_then(|rate| rate.parse().ok()).unwrap_or_default(),
            channels: stream.channels,
            language: stream
                .tags
                .get("language")
                .and_then(Language::from_tag)
                .filter(|&language| language != Language::UNKNOWN),
            is_default: chosen.is_some_and(|chosen| chosen.index == stream.index),
        });
        let is_film = |stream: &Stream| stream.codec_type == "video" && stream.disposition.attached_pic == 0;
        let tracks: Vec<AudioTrack> = tracks.collect();
        let has_video = self.streams.iter().any(is_film);
        let facts = Facts {
            track: tracks.iter().position(|track| track.is_default).unwrap_or_default(),
            tracks,
            has_video,
            length: self.format.duration.as_deref().and_then(nanos),
            // Windows Media states one length for picture and sound.
            sound_length: chosen
                .filter(|_| !(has_video && format == "asf"))
                .and_then(|stream| nanos(stream.duration.as_deref()?)),
            title: self.format.tags.get("title").map(str::to_owned),
            date: ["date", "creation_time"].iter().find_map(|name| self.format.tags.get(name)).map(str::to_owned),
            may_be_half: false,
        };
        // A picture without a size was cut off: ffmpeg would not take it.
        let is_read = |stream: &&Stream| stream.codec_type == "audio" || (is_film(stream) && stream.width > 0);
        let starts = self.streams.iter().filter(is_read);
        let starts =
            starts.filter_map(|stream| Some((stream.start_time.as_deref()?.parse::<f64>().ok()?, stream.index)));
        let first = starts.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, index)| index);
        Contents { facts, first }
    }
}

impl Stream {
    /// Returns the name of the codec as people use it.
    fn codec(&self) -> String {
        let name = match self.codec_name.as_str() {
            "aac" if self.profile.starts_with("HE-AAC") => "HE-AAC",
            "aac" => "AAC",
            "ac3" => "AC-3",
            "eac3" => "E-AC-3",
            "dts" => "DTS",
            "mp2" => "MP2",
            "mp3" => "MP3",
            "opus" => "Opus",
            "amr_nb" | "amr_wb" => "AMR",
            "speex" => "Speex",
            "h264" => "H.264",
            "hevc" => "H.265",
            "mpeg4" => "MPEG-4 video",
            "mpeg2video" => "MPEG-2 video",
            "prores" => "ProRes",
            name if name.starts_with("wma") => "Windows Media Audio",
            name if name.starts_with("pcm") => "PCM",
            name if name.starts_with("adpcm") => "ADPCM",
            name => name,
        };
        match self.channels {
            channels @ 3.. => format!("{name} with {channels} channels"),
            _ => name.to_owned(),
        }
    }
}

/// Reads seconds such as `12.345000` without losing any to rounding.
fn nanos(seconds: &str) -> Option<i64> {
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    let part: i64 = format!("{part:0<9}").get(..9)?.parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(SECOND)?.checked_add(part).filter(|&nanos| nanos > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_exactly() {
        for (text, expected) in [
            ("12.345000", Some(12_345_000_000)),
            ("3", Some(3 * SECOND)),
            ("0.1234567891", Some(123_456_789)),
            ("0.000000", None),
            ("-1.5", None),
            ("N/A", None),
            ("99999999999999999", None),
        ] {
            assert_eq!(nanos(text), expected, "{text}");
        }
    }

    #[test]
    fn an_ffmpeg_that_hangs_or_is_not_there_does_no_harm() {
        assert_eq!(Ffmpeg::in_folder(Path::new("/nowhere")), None);
        let mut child = Output::start(Command::new("sleep").arg("1000")).expect("sleep");
        let id = child.child.id();
        assert!(child.child.try_wait().expect("a child").is_none());
        assert!(child.seek(SeekFrom::Start(0)).is_err());
        drop(child);
        assert!(!Path::new(&format!("/proc/{id}")).exists());
    }
}

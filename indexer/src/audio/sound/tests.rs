//! Real files, made by ffmpeg: what becomes of those that are damaged, decoded by others, or no media at all. Where a beep
//! is heard in each kind of file is the matter of `indexer/tests/media`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::audio::{Ffmpeg, probe};

/// 50 ms beeps at 2, 5 and 8 s in 10 s of silence.
const BEEPS: &str =
    "aevalsrc=0.8*sin(2*PI*1000*t)*(between(t\\,2\\,2.05)+between(t\\,5\\,5.05)+between(t\\,8\\,8.05)):d=10";

/// A moving picture of 12 s, one key frame a second.
const PICTURE: &str = "testsrc=s=64x48:r=10:d=12";

/// The error that is allowed for the start of a beep.
const ALLOWED_MS: i64 = 10;

struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs ffmpeg in the folder; `BEEPS@44100` and `PICTURE` stand for these sources.
    fn ffmpeg(&self, arguments: &str) {
        let arguments = arguments.split_whitespace().flat_map(|argument| match argument.split_once('@') {
            Some(("BEEPS", rate)) => vec!["-f".into(), "lavfi".into(), "-i".into(), format!("{BEEPS}:s={rate}")],
            None if argument == "PICTURE" => vec!["-f".into(), "lavfi".into(), "-i".into(), PICTURE.to_owned()],
            _ => vec![argument.to_owned()],
        });
        let output = Command::new("ffmpeg")
            .args(["-hide_banner", "-loglevel", "error", "-y"])
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .expect("ffmpeg is installed by the set-up");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), bytes).expect("the temporary folder takes files");
        self.path(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("a file that was made")
    }
}

fn heard(path: &Path) -> Result<(Vec<f32>, Damage, MediaInfo), MediaError> {
    let mut sound = Sound::open(path, Selection::default())?;
    let mut samples = Vec::new();
    while sound.read(&mut samples)? {}
    Ok((samples, sound.damage(), sound.into_info()))
}

/// Returns bytes that mean nothing, always the same (Knuth's multiplicative hash).
fn noise(length: u32) -> Vec<u8> {
    (0..length).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect()
}

/// Returns when beeps start, in milliseconds.
fn onsets(samples: &[f32]) -> Vec<i64> {
    let loud = samples.iter().fold(0.0, |loudest: f32, sample| loudest.max(sample.abs())) * 0.4;
    let mut onsets = Vec::new();
    let mut at = 0;
    while let Some(next) = samples.get(at..).and_then(|rest| rest.iter().position(|sample| sample.abs() > loud)) {
        onsets.push(i64::try_from((at + next) / 16).expect("a short file"));
        // The beep and its echo in a lossy codec.
        at += next + 16_000;
    }
    onsets
}

#[test]
fn what_is_left_of_a_truncated_file_is_read() {
    let files = Files::new();
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libx264 -bf 0 -g 10 -c:a aac -movflags +faststart whole.mp4");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libvpx -g 10 -c:a libopus whole.webm");
    files.ffmpeg(
        "PICTURE BEEPS@48000 -c:v libx264 -bf 0 -g 10 -c:a aac -movflags frag_keyframe+empty_moov whole-fragments.mp4",
    );
    for name in ["whole.wav", "whole.flac", "whole.mp3", "whole.aiff", "-page_duration 100000 whole.ogg"] {
        files.ffmpeg(&format!("BEEPS@48000 {name}"));
    }
    for (whole, is_noticed) in [
        ("whole.mp4", true),
        ("whole.webm", true),
        ("whole-fragments.mp4", false),
        ("whole.wav", true),
        ("whole.flac", true),
        ("whole.ogg", true),
        ("whole.mp3", false),
        ("whole.aiff", true),
    ] {
        let bytes = files.read(whole);
        let cut = files.write(&format!("cut-{whole}"), &bytes[..bytes.len() * 6 / 10]);
        let (samples, damage, _) = heard(&cut).unwrap_or_else(|error| panic!("{error}"));
        let onsets = onsets(&samples);
        assert!(onsets.len() < 3 && (onsets[0] - 2000).abs() <= 25, "{whole}: {onsets:?}");
        let end = Millis::from_samples(samples.len() as u64);
        if is_noticed {
            let at = damage.truncated_at.unwrap_or_else(|| panic!("{whole} ends at {end} unnoticed"));
            assert!(at.since(end).max(end.since(at)) <= Millis::new(25), "{whole}: {at} and {end}");
        }
        // Cut inside the header, wherever that ends: an error or a little sound, never a panic.
        for length in [1, 7, 12, 40, 200, 700, 1500, 4000] {
            let path = files.write(&format!("stub-{whole}"), &bytes[..length.min(bytes.len())]);
            if let Ok(mut sound) = Sound::open(&path, Selection::default()) {
                while sound.read(&mut Vec::new()).is_ok_and(|more| more) {}
            }
        }
    }
    let bytes = files.read("whole.mp4");
    let cut = files.write("cut.mp4", &bytes[..600]);
    assert!(matches!(Sound::open(&cut, Selection::default()), Err(MediaError::NoIndex(_))));
}

#[test]
fn damage_in_the_middle_is_counted_and_what_follows_is_in_its_place() {
    let files = Files::new();
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libx264 -bf 0 -g 10 -c:a aac -movflags +faststart whole.mp4");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libvpx -g 10 -c:a libopus -cluster_time_limit 500 whole.webm");
    files.ffmpeg("BEEPS@48000 -c:a flac -ac 2 whole.flac");
    files.ffmpeg("BEEPS@48000 -c:a libopus -f webm -live 1 -cluster_time_limit 500 whole-live.webm");
    files.ffmpeg("BEEPS@48000 -c:a flac -ac 2 whole.mkv");
    for whole in ["whole.mp4", "whole.webm", "whole-live.webm", "whole.mkv", "whole.flac"] {
        let mut bytes = files.read(whole);
        let middle = bytes.len() * 6 / 10;
        bytes.splice(middle..middle + 1500, noise(1500));
        let damaged = files.write(&format!("damaged-{whole}"), bytes);
        let (samples, damage, _) = heard(&damaged).unwrap_or_else(|error| panic!("{error}"));
        let onsets = onsets(&samples);
        assert!(
            [2000, 8000].iter().all(|beep| onsets.iter().any(|onset| (onset - beep).abs() <= ALLOWED_MS)),
            "{whole}: {onsets:?}, {damage}"
        );
        assert!(damage.places > 0 && damage.truncated_at.is_none(), "{whole}: {damage}");
        let sides = Selection { sides: true, ..Selection::default() };
        let mut sound = Sound::open(&damaged, sides).unwrap_or_else(|error| panic!("{error}"));
        while sound.read(&mut Vec::new()).expect("a disk that works") {}
        assert_eq!(sound.damage(), damage, "{whole} as left and right");
    }
}

#[test]
fn wrong_lengths_in_headers_lose_no_sound() {
    let files = Files::new();
    files.ffmpeg("BEEPS@48000 whole.wav");
    files.ffmpeg("BEEPS@48000 whole.aiff");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libx264 -bf 0 -c:a aac whole.mp4");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libvpx -c:a libopus whole.webm");
    // The field behind a name, and whether what it says is more sound than there is.
    for (whole, name, skip, value, is_noticed) in [
        ("whole.wav", &b"data"[..], 0, 100_000_000_u32.to_le_bytes(), true),
        // A pipe's way to say that nobody knows.
        ("whole.wav", b"data", 0, [0xff; 4], false),
        ("whole.wav", b"RIFF", 0, 77_u32.to_le_bytes(), false),
        ("whole.aiff", b"SSND", 0, 100_000_000_u32.to_be_bytes(), true),
        ("whole.aiff", b"FORM", 0, 77_u32.to_be_bytes(), false),
        // The length of the movie and of the track in ticks.
        ("whole.mp4", b"mvhd", 16, 1_000_000_000_u32.to_be_bytes(), false),
        ("whole.mp4", b"mdhd", 16, 1_000_000_000_u32.to_be_bytes(), false),
        // A duration in milliseconds as a float.
        ("whole.webm", b"\x44\x89\x88", 0, 1e9_f32.to_be_bytes(), false),
    ] {
        let mut bytes = files.read(whole);
        let field = bytes.windows(name.len()).position(|window| window == name).expect("the field") + name.len() + skip;
        bytes[field..field + 4].copy_from_slice(&value);
        let path = files.write("wrong", bytes);
        let (samples, damage, _) = heard(&path).unwrap_or_else(|error| panic!("{whole} {name:?}: {error}"));
        let onsets = onsets(&samples);
        let is_right = onsets.len() == 3
            && onsets.iter().zip([2000, 5000, 8000]).all(|(onset, beep)| (onset - beep).abs() <= ALLOWED_MS);
        assert!(is_right, "{whole} {name:?}: {onsets:?}");
        assert_eq!(damage.truncated_at.is_some(), is_noticed, "{whole} {name:?}: {damage}");
    }
}

#[test]
fn a_corrupt_time_makes_no_long_silence() {
    let files = Files::new();
    files.ffmpeg("BEEPS@48000 -c:a libopus -cluster_time_limit 1000 whole.webm");
    let bytes = files.read("whole.webm");
    let clusters = bytes.windows(4).enumerate().filter(|(_, id)| *id == b"\x1f\x43\xb6\x75").map(|(at, _)| at);
    let middle = clusters.collect::<Vec<_>>()[5];
    let time = middle + bytes[middle..].windows(2).position(|id| id == b"\xe7\x82").expect("a cluster's time");
    let mut corrupt = bytes.clone();
    corrupt[time + 2] = 0xff;
    let corrupt = files.write("corrupt.webm", corrupt);
    let (samples, damage, _) = heard(&corrupt).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(damage.places, 1);
    assert!(samples.len() < 11 * 16_000, "{} s", samples.len() / 16_000);
    assert!(onsets(&samples).iter().zip([2000, 5000, 8000]).all(|(onset, beep)| (onset - beep).abs() <= 10));
}

#[test]
fn a_file_says_what_it_is() {
    let files = Files::new();
    files.ffmpeg(
        "PICTURE BEEPS@48000 BEEPS@44100 -map 0 -map 1 -map 2 -c:v libx264 -bf 0 -c:a aac -metadata title=Ann -metadata date=2021-05-03 \
         -metadata:s:a:0 language=swe -metadata:s:a:1 language=eng -ac:a:1 2 two.mp4",
    );
    let info = probe(&files.path("two.mp4")).expect("a media file");
    assert_eq!((info.container, info.has_video), ("MP4", true));
    assert_eq!((info.title.as_deref(), info.date.as_deref()), (Some("Ann"), Some("2021-05-03")));
    assert!(info.duration.expect("declared").since(Millis::from_seconds(12)) < Millis::new(50));
    let tracks = info.tracks.iter().map(|track| {
        let language = track.language.map(|language| language.to_string()).unwrap_or_default();
        (track.sample_rate, track.channels, language, track.is_default)
    });
    assert_eq!(tracks.collect::<Vec<_>>(), [(48_000, 1, "sv".into(), true), (44_100, 2, "en".into(), false)]);

    files.ffmpeg("BEEPS@44100 -c:a libmp3lame -metadata title=Ann -metadata date=2021 tagged.mp3");
    files.ffmpeg("BEEPS@48000 -c:a libopus -metadata title=Ann -metadata date=2021 tagged.ogg");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libvpx -c:a libopus -metadata title=Ann -metadata date=2021 tagged.webm");
    for (name, has_video) in [("tagged.mp3", false), ("tagged.ogg", false), ("tagged.webm", true)] {
        let info = probe(&files.path(name)).expect("a media file");
        assert_eq!((info.title.as_deref(), info.date.as_deref()), (Some("Ann"), Some("2021")), "{name}");
        assert_eq!(info.has_video, has_video, "{name}");
        let length = info.duration.expect("declared");
        assert!(length >= Millis::from_seconds(10) && length < Millis::from_seconds(13), "{name}: {length}");
    }
}

#[test]
fn what_cannot_be_read_says_why_and_what_to_do() {
    let files = Files::new();
    files.ffmpeg("PICTURE -c:v libx264 -bf 0 silent.mp4");
    files.ffmpeg("PICTURE -c:v libvpx silent.webm");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libx264 -bf 0 -c:a aac stream.ts");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v mpeg4 -c:a libmp3lame camera.avi");
    files.ffmpeg("BEEPS@48000 -c:a wmav2 voice.wma");
    files.ffmpeg("PICTURE BEEPS@44100 -c:v flv -c:a libmp3lame old.flv");
    files.ffmpeg("PICTURE BEEPS@48000 -r 25 -c:v mpeg2video -c:a ac3 -f vob disc.vob");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libx264 -bf 0 -c:a ac3 film.mp4");
    files.ffmpeg("PICTURE BEEPS@48000 -c:v libx264 -bf 0 -c:a eac3 film.mkv");
    files.ffmpeg("BEEPS@48000 -ac 6 -c:a aac surround.m4a");
    files.ffmpeg("PICTURE -frames:v 1 picture.png");
    files.ffmpeg("BEEPS@16000 -c:a libspeex old.ogg");
    fs::rename(files.path("picture.png"), files.path("picture.mp4")).expect("a name that is free");
    fs::create_dir(files.path("folder.mp4")).expect("a name that is free");
    let made = Command::new("mkfifo").arg(files.path("pipe.mp4")).status().expect("mkfifo");
    assert!(made.success());
    files.write("empty.mp4", "");
    files.write("notes.mp3", "Ask Ann about the museum.\n");
    files.write("noise.mp4", noise(100_000));
    files.write("cut.mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  \0\xff\0\0mdat");

    let at = |name: &str| files.path(name).display().to_string();
    let command = |name: &str, copied: &str, to: &str| {
        format!("convert it with: ffmpeg -i '{}' {copied}-c:a aac '{}'", at(name), at(to))
    };
    for (name, says) in [
        ("none.mp4", "does not exist; it may have been moved or renamed".to_owned()),
        ("folder.mp4", "is a folder; name a media file inside it".to_owned()),
        ("pipe.mp4", "is a pipe, socket or device; copy what it gives into a file first".to_owned()),
        ("empty.mp4", "is empty; copy it again from where it was recorded".to_owned()),
        ("notes.mp3", "is not sound or video but looks like text; check what was saved under this name".to_owned()),
        (
            "picture.mp4",
            "is not sound or video but looks like a picture; check what was saved under this name".to_owned(),
        ),
        ("noise.mp4", "is not sound or video but looks like nothing that is known; check what was".to_owned()),
        ("cut.mov", "was cut off before its index was written (it has no complete moov box); copy".to_owned()),
        ("silent.mp4", "has no sound; if it was recorded separately, index the sound file instead".to_owned()),
        ("silent.webm", "has no sound; if it was recorded separately, index the sound file instead".to_owned()),
        (
            "stream.ts",
            format!(
                "is an MPEG transport stream with AAC, which cannot be decoded here; {}",
                command("stream.ts", "", "stream.mp4")
            ),
        ),
        (
            "camera.avi",
            format!(
                "is an AVI video with MP3, which cannot be decoded here; {}",
                command("camera.avi", "", "camera.mp4")
            ),
        ),
        (
            "voice.wma",
            format!(
                "is a Windows Media file with Windows Media Audio, which cannot be decoded here; {}",
                command("voice.wma", "", "voice.mp4")
            ),
        ),
        ("old.flv", "is a Flash video with MP3, which cannot be decoded here; convert it with: ffmpeg".to_owned()),
        ("disc.vob", "is an MPEG program stream with AC-3, which cannot be decoded here; convert".to_owned()),
        (
            "film.mp4",
            format!(
                "is AC-3 in MP4, which cannot be decoded here; {}",
                command("film.mp4", "-c:v copy ", "film-aac.mp4")
            ),
        ),
        (
            "film.mkv",
            format!(
                "is E-AC-3 in WebM/Matroska, which cannot be decoded here; {}",
                command("film.mkv", "-c:v copy ", "film.mp4")
            ),
        ),
        (
            "surround.m4a",
            "is AAC with 6 channels in MP4, which cannot be decoded here; convert it with: ffmpeg".to_owned(),
        ),
        ("old.ogg", "is Speex in Ogg, which cannot be decoded here; convert it with: ffmpeg -i".to_owned()),
    ] {
        let error = probe(&files.path(name)).expect_err(name).to_string();
        assert!(error.contains(&says) && error.contains(&at(name)), "{name}: {error}\ninstead of {says}");
        assert!(!error.contains('\n'), "{name}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn any_file_name_will_do() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let files = Files::new();
    files.ffmpeg("BEEPS@16000 sound.wav");
    for name in
        [b"it's \"a\" talk.wav".as_slice(), b"two\nlines.wav", "🎤 å.wav".as_bytes(), b"\xff\xfe.wav", b"-i.wav"]
    {
        let path = files.folder.path().join(OsStr::from_bytes(name));
        fs::copy(files.path("sound.wav"), &path).expect("a name that is free");
        assert_eq!(heard(&path).map(|(samples, ..)| samples.len()).ok(), Some(160_000));
        fs::write(&path, "").expect("the file is ours");
        let error = probe(&path).expect_err("empty").to_string();
        assert!(!error.contains('\n') && error.contains("is empty"), "{error}");
    }
    // ffmpeg takes names apart: options, protocols, lists of files.
    files.ffmpeg("BEEPS@16000 -ar 48000 -c:a ac3 sound.ac3");
    for name in ["-i.ac3", "concat:a|b.ac3", "http:x.ac3", "a%03d.ac3", "pipe:0", "it's \"x\"\n.ac3", "file:"] {
        let path = files.path(name);
        fs::rename(files.path("sound.ac3"), &path).expect("a name that is free");
        assert!(Sound::open_with(&path, &ffmpeg()).is_ok(), "{name}");
        fs::rename(&path, files.path("sound.ac3")).expect("a name that is free");
    }
}

/// The ffmpeg that made the files.
fn ffmpeg() -> Options {
    let folders = std::env::var_os("PATH").expect("a PATH");
    let found = std::env::split_paths(&folders).find_map(|folder| Ffmpeg::in_folder(&folder));
    Options { selection: Selection::default(), ffmpeg: Some(found.expect("ffmpeg is installed by the set-up")) }
}

#[test]
fn what_ffmpeg_decodes_says_what_it_is() {
    let files = Files::new();
    files.ffmpeg(
        "PICTURE BEEPS@48000 BEEPS@48000 -map 0 -map 1 -map 2 -c:v libx264 -c:a ac3 -metadata title=Ann -metadata date=2021-05-03 \
         -metadata:s:a:0 language=swe -metadata:s:a:1 language=eng -disposition:a:0 0 -disposition:a:1 default two.mkv",
    );
    let sound = Sound::open_with(&files.path("two.mkv"), &ffmpeg()).expect("ffmpeg decodes AC-3");
    let info = sound.into_info();
    assert_eq!((info.container, info.has_video), ("WebM/Matroska", true));
    assert_eq!((info.title.as_deref(), info.date.as_deref()), (Some("Ann"), Some("2021-05-03")));
    assert!(info.duration.expect("declared").since(Millis::from_seconds(12)) < Millis::new(50));
    let tracks = info.tracks.iter().map(|track| {
        let language = track.language.map(|language| language.to_string()).unwrap_or_default();
        (track.codec.as_str(), track.sample_rate, language, track.is_default)
    });
    assert_eq!(
        tracks.collect::<Vec<_>>(),
        [("AC-3", 48_000, "swe".into(), false), ("AC-3", 48_000, "eng".into(), true)]
    );
}

#[test]
fn ffmpeg_is_asked_only_when_nothing_else_helps() {
    let files = Files::new();
    files.ffmpeg("BEEPS@16000 sound.wav");
    let mut sound = Sound::open_with(&files.path("sound.wav"), &ffmpeg()).expect("a wave file");
    assert_eq!((sound.container, sound.info().container), (Container::Wav, "WAV"));
    assert!(sound.read(&mut Vec::new()).expect("sound"));
    // What it cannot read either is said, and so is a film without sound.
    files.ffmpeg("PICTURE -c:v mpeg4 silent.avi");
    files.write("broken.avi", [b"RIFF\xff\xff\0\0AVI LIST".to_vec(), noise(5000)].concat());
    for (name, says) in [("silent.avi", "has no sound"), ("broken.avi", "is damaged (ffmpeg finds no AVI video in it)")]
    {
        let error = Sound::open_with(&files.path(name), &ffmpeg()).expect_err(name).to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn ffmpeg_ends_with_the_sound() {
    let files = Files::new();
    files.ffmpeg("BEEPS@48000 -af aloop=100:480000 -c:a ac3 long.ac3");
    let children = || {
        let listed = Command::new("pgrep").args(["-f", &files.path("long.ac3").display().to_string()]).output();
        String::from_utf8_lossy(&listed.expect("pgrep").stdout).lines().count()
    };
    let mut sound = Sound::open_with(&files.path("long.ac3"), &ffmpeg()).expect("ffmpeg decodes AC-3");
    assert!(sound.read(&mut Vec::new()).expect("sound"));
    assert_eq!(children(), 1);
    drop(sound);
    assert_eq!(children(), 0);
}

/// Returns the beeps of one channel of a stereo sound.
fn side(samples: &[f32], side: usize) -> Vec<i64> {
    onsets(&samples.iter().skip(side).step_by(2).copied().collect::<Vec<_>>())
}

#[test]
fn left_and_right_are_kept_apart_in_time() {
    let files = Files::new();
    let panned = "-filter_complex [0]adelay=700[late];[0][late]join=inputs=2:channel_layout=stereo[out] -map [out]";
    for (name, codec) in [
        ("pair.wav", "pcm_s16le"),
        ("pair.m4a", "aac"),
        ("pair.webm", "libopus"),
        ("pair.ogg", "libvorbis"),
        ("pair.mp3", "libmp3lame"),
        ("pair.flac", "flac"),
    ] {
        files.ffmpeg(&format!("BEEPS@44100 {panned} -ar 48000 -c:a {codec} {name}"));
        let sides = Selection { sides: true, ..Selection::default() };
        let mut sound = Sound::open(&files.path(name), sides).expect("sound");
        assert_eq!(sound.channels(), 2, "{name}");
        let mut samples = Vec::new();
        while sound.read(&mut samples).expect("sound") {}
        let near = |found: Vec<i64>, expected: [i64; 3]| {
            assert_eq!(found.len(), 3, "{name}: {found:?}");
            assert!(found.iter().zip(expected).all(|(at, beep)| (at - beep).abs() <= ALLOWED_MS), "{name}: {found:?}");
        };
        near(side(&samples, 0), [2000, 5000, 8000]);
        near(side(&samples, 1), [2700, 5700, 8700]);
        let (mixed, ..) = heard(&files.path(name)).expect("sound");
        assert_eq!(mixed.len(), samples.len() / 2, "{name}");
    }
    files.ffmpeg("BEEPS@48000 mono.wav");
    let sides = Selection { sides: true, ..Selection::default() };
    assert_eq!(Sound::open(&files.path("mono.wav"), sides).expect("sound").channels(), 1);
}

#[test]
fn a_track_is_chosen_by_number_or_language() {
    let files = Files::new();
    let tracks = "PICTURE BEEPS@48000 BEEPS@48000 -filter_complex [2]adelay=700[late] -map 0 -map 1 -map [late] \
                  -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu";
    files.ffmpeg(&format!("{tracks} -c:v libx264 -bf 0 -c:a aac two.mp4"));
    files.ffmpeg(&format!("{tracks} -c:v libvpx -c:a libopus two.mkv"));
    files.ffmpeg(&format!(
        "{tracks} -c:v libx264 -bf 0 -c:a aac -disposition:a:0 0 -disposition:a:1 default second.mp4"
    ));
    files.ffmpeg(&format!("{tracks} -c:v libvpx -c:a libopus -disposition:a:0 0 -disposition:a:1 default second.mkv"));
    for (name, choice, track, first) in [
        ("two.mp4", "default", 0, 2000),
        ("two.mp4", "1", 0, 2000),
        ("two.mp4", "2", 1, 2700),
        ("two.mp4", "de", 1, 2700),
        ("two.mkv", "default", 0, 2000),
        ("two.mkv", "2", 1, 2700),
        ("two.mkv", "ger", 1, 2700),
        // As Chromium plays them: by the flags of an MP4, but not by those of Matroska and WebM.
        ("second.mp4", "default", 1, 2700),
        ("second.mp4", "en", 0, 2000),
        ("second.mkv", "default", 0, 2000),
        ("second.mkv", "de", 1, 2700),
    ] {
        let selection = Selection { track: choice.parse().expect("a choice"), sides: false };
        let mut sound = Sound::open(&files.path(name), selection).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(sound.info().track, track, "{name} {choice}");
        let mut samples = Vec::new();
        while sound.read(&mut samples).expect("sound") {}
        assert!(onsets(&samples)[0].abs_diff(first) <= 10, "{name} {choice}: {:?}", onsets(&samples));
    }
    for (name, choice) in [("two.mp4", "3"), ("two.mkv", "sv")] {
        let selection = Selection { track: choice.parse().expect("a choice"), sides: false };
        let error = Sound::open(&files.path(name), selection).map(|_| ()).expect_err("no such track").to_string();
        let says = format!("has no sound track {choice}; choose one of its tracks with --track: 1 (en, ");
        assert!(error.contains(&says) && error.contains(", default), 2 (de, "), "{error}");
    }
}

//! Broken media: what can be heard is transcribed at the right time and the recording is marked; what cannot is named
//! with the next step; and nothing waits for ever.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Place, Server, child_of, ffmpeg, librivox, signal};

const TALK: &str = "WEBVTT\n\n00:01.000 --> 00:05.000\nThe local museum.\n";

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(300);

/// Makes a recording of 20 s with a transcript beside it; the sound depends on the name, so that no two are the same.
fn recording(place: &Place, name: &str, codecs: &str) -> PathBuf {
    let path = place.media().join(name);
    let pitch = name.bytes().fold(300_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 900) + 100;
    let sources = "-f lavfi -i testsrc=s=64x48:r=10:d=20 -f lavfi -i".split(' ').map(str::to_owned);
    let tone = format!("sine=frequency={pitch}:sample_rate=48000:duration=20");
    let codecs = codecs.split(' ').map(str::to_owned);
    ffmpeg(sources.chain([tone]).chain(codecs).chain([path.display().to_string()]));
    fs::write(path.with_extension("vtt"), TALK).expect("a transcript");
    path
}

const MP4: &str = "-c:v libx264 -bf 0 -g 10 -c:a aac -movflags +faststart";
const WEBM: &str = "-c:v libvpx -g 10 -c:a libopus -cluster_time_limit 1000";
const WAV: &str = "-map 1 -c:a pcm_s16le";

fn cut(path: &Path) {
    let length = fs::metadata(path).expect("a file").len();
    File::options().write(true).open(path).and_then(|file| file.set_len(length * 6 / 10)).expect("a shorter file");
}

/// Writes 1,500 bytes of noise over the middle.
fn corrupt(path: &Path) {
    let mut bytes = fs::read(path).expect("a file");
    let middle = bytes.len() * 6 / 10;
    for (n, byte) in bytes[middle..middle + 1500].iter_mut().enumerate() {
        *byte = u8::try_from(n * 167 % 251).unwrap_or(0);
    }
    fs::write(path, bytes).expect("writing");
}

/// What `aloud status` says below the line of a recording.
fn said(status: &str, title: &str) -> String {
    let lines = status.lines().skip_while(|line| !line.ends_with(title)).skip(1);
    lines.take_while(|line| line.starts_with("          ")).map(str::trim).collect::<Vec<_>>().join(" ")
}

#[test]
fn damage_is_marked_everywhere_and_what_cannot_be_read_says_what_to_do() {
    let place = Place::new();
    let media = place.media();
    recording(&place, "whole.mp4", MP4);
    cut(&recording(&place, "cut.mp4", MP4));
    cut(&recording(&place, "cut.webm", WEBM));
    corrupt(&recording(&place, "corrupt.mp4", MP4));
    corrupt(&recording(&place, "corrupt.webm", WEBM));
    let promising = recording(&place, "promising.wav", WAV);
    let mut bytes = fs::read(&promising).expect("a file");
    let data = bytes.windows(4).position(|name| name == b"data").expect("a chunk of sound") + 4;
    bytes[data..data + 4].copy_from_slice(&100_000_000_u32.to_le_bytes());
    fs::write(&promising, bytes).expect("writing");
    // The space was allocated, but the copy ended early.
    let allocated = recording(&place, "allocated.mp4", MP4);
    cut(&allocated);
    File::options().write(true).open(&allocated).and_then(|file| file.set_len(1 << 30)).expect("a sparse file");

    fs::write(media.join("empty.mp4"), "").expect("writing");
    let noise: Vec<u8> = (0..100_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
    fs::write(media.join("noise.mp4"), noise).expect("writing");
    ffmpeg(["-f", "lavfi", "-i", "testsrc=s=64x48", "-frames:v", "1", &media.join("p.png").display().to_string()]);
    fs::rename(media.join("p.png"), media.join("picture.mp4")).expect("renaming");
    File::create(media.join("sparse.mp4")).and_then(|file| file.set_len(10 << 30)).expect("a sparse file");
    fs::create_dir(media.join("folder.mp4")).expect("a folder");
    for pipe in ["pipe.mp4", "whole.srt"] {
        assert!(Command::new("mkfifo").arg(media.join(pipe)).status().expect("mkfifo").success());
    }

    let ran = place.run(["index", "media", "media/folder.mp4"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for line in [
        "pipe.mp4: it is a pipe, socket or device; copy what it gives into a file first",
        "folder.mp4: there are no media files in this folder",
        ", searchable; truncated at 0:1",
    ] {
        assert!(ran.err.contains(line), "{line}: {}", ran.err);
    }
    let status = place.run(["status"]).out;
    assert!(status.starts_with("7 of 11 recordings can be searched, 0 waiting, 4 failed"), "{status}");
    for (title, says) in [
        ("whole", ""),
        ("corrupt", "damaged: "),
        ("cut", "truncated at 0:1"),
        ("promising", "truncated at 0:20"),
        ("allocated", "truncated at 0:1"),
        ("empty", "empty.mp4 is empty; copy it again from where it was recorded"),
        ("noise", "noise.mp4 is not sound or video but looks like nothing that is known; check what was saved"),
        ("picture", "picture.mp4 is not sound or video but looks like a picture; check what was saved"),
        ("sparse", "sparse.mp4 is not sound or video but looks like a file of zero bytes"),
    ] {
        let said = said(&status, title);
        assert!(said.contains(says) && (says.is_empty() == said.is_empty()), "{title}: {said}\n{status}");
    }
    for name in ["cut.mp4", "cut.webm"] {
        let shown = place.run(["show", &media.join(name).display().to_string()]).out;
        assert!(shown.contains("damage    truncated at 0:1"), "{shown}");
    }
    let server = Server::start(&place, &[]);
    let list = server.json("/api/v1/recordings");
    let damage = list["recordings"].as_array().expect("a list").iter().filter_map(|row| row["damage"].as_str());
    assert_eq!(damage.filter(|damage| damage.contains("truncated") || damage.contains("damaged")).count(), 6);
}

#[test]
fn words_around_damage_are_where_they_are_in_the_whole_recording() {
    let place = Place::new();
    let media = place.media();
    let speech = librivox().join("sense_and_sensibility_01_austen_64kb-0880.wav").display().to_string();
    let at = |name: &str| media.join(name).display().to_string();
    let source = ["-stream_loop", "3", "-i", &speech, "-ac", "1", "-ar", "48000"];
    ffmpeg(source.into_iter().chain(["-c:a", "aac", "-movflags", "+faststart", &at("whole.mp4")]));
    ffmpeg(["-i", &at("whole.mp4"), "-c:a", "libopus", "-cluster_time_limit", "500", &at("corrupt.webm")]);
    fs::copy(at("whole.mp4"), at("cut.mp4")).expect("copying");
    cut(&media.join("cut.mp4"));
    corrupt(&media.join("corrupt.webm"));
    assert_eq!(place.run(["index", "media", "--languages", "en"]).code, Some(0));

    let server = Server::start(&place, &[]);
    let list = server.json("/api/v1/recordings");
    let words = |title: &str| -> Vec<(String, u64)> {
        let row = list["recordings"].as_array().expect("a list").iter().find(|row| row["title"] == title);
        let row = row.unwrap_or_else(|| panic!("{title} is missing: {list}"));
        let is_marked = row["damage"].is_string();
        assert_eq!(is_marked, title != "whole", "{row}");
        let transcript = server.json(&format!("/api/v1/recordings/{}/transcript", row["id"].as_str().expect("an id")));
        let texts = transcript["words"]["text"].as_array().expect("texts").iter();
        let starts = transcript["words"]["start_ms"].as_array().expect("times").iter();
        let plain = |text: &str| text.trim().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        texts
            .zip(starts)
            .map(|(text, start)| (plain(text.as_str().expect("text")), start.as_u64().expect("a time")))
            .collect()
    };
    let whole = words("whole");
    assert!(whole.len() > 20, "{whole:?}");
    for title in ["cut", "corrupt"] {
        let heard = words(title);
        let in_place = heard
            .iter()
            .filter(|(text, start)| whole.iter().any(|(other, time)| other == text && time.abs_diff(*start) <= 250));
        let (in_place, all) = (in_place.count(), heard.len());
        // Another codec can change a word or two of these eight, which come four times.
        assert!(
            all * 2 >= whole.len() && in_place * 10 >= all * 6,
            "{title}: {in_place} of {all}: {heard:?}\n{whole:?}"
        );
        let last = heard.last().map_or(0, |(_, start)| *start);
        // Behind the damage, too.
        assert!(title == "cut" || last + 3000 > whole.last().map_or(0, |(_, start)| *start), "{title} ends at {last}");
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_is_read_and_marked() {
    let place = Place::new();
    let path = recording(&place, "growing.wav", WAV);
    let mut child = place.aloud().args(["index", "media"]).stderr(Stdio::null()).spawn().expect("the program");
    let mut file = File::options().append(true).open(&path).expect("the file");
    let began = Instant::now();
    let code = loop {
        assert!(began.elapsed() < PATIENCE, "reading a growing file does not end");
        if let Some(status) = child.try_wait().expect("its state") {
            break status.code();
        }
        file.write_all(&[0; 96]).expect("writing");
        std::thread::sleep(Duration::from_millis(1));
    };
    assert_eq!(code, Some(0));
    let status = place.run(["status"]).out;
    let said = said(&status, "growing");
    assert!(said.contains("changed while it was read: index it again when it is complete"), "{status}");
    // Now it is complete.
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let shown = place.run(["show", &path.display().to_string()]).out;
    assert!(!shown.contains("changed while it was read"), "{shown}");
}

#[test]
fn a_file_that_kills_its_worker_fails_alone() {
    let place = Place::new();
    // A quarter of an hour takes long enough to read for the worker to be met while it reads.
    for (name, seconds) in [("hostile.flac", "900"), ("neighbour.flac", "800"), ("other.flac", "60")] {
        let path = place.media().join(name);
        let silence = format!("anullsrc=sample_rate=48000:duration={seconds}");
        ffmpeg(["-f", "lavfi", "-i", &silence, &path.display().to_string()]);
        fs::write(path.with_extension("vtt"), TALK).expect("a transcript");
    }
    let mut child = place
        .aloud()
        .args(["index", "media", "--threads", "2"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let began = Instant::now();
    let mut killed = Vec::new();
    while child.try_wait().expect("its state").is_none() {
        assert!(began.elapsed() < PATIENCE, "{} workers were killed, and it goes on", killed.len());
        // What a hostile file would do to its worker is done to it from outside.
        if let Some(worker) = child_of(child.id())
            && !killed.contains(&worker)
            && has_open(worker, "hostile.flac")
        {
            signal("ABRT", worker);
            killed.push(worker);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let ran = child.wait_with_output().expect("its end");
    assert_eq!(ran.status.code(), Some(3));
    assert_eq!(killed.len(), 4, "once in company, then three times alone");
    let status = place.run(["status"]).out;
    assert!(status.starts_with("2 of 3 recordings can be searched, 0 waiting, 1 failed"), "{status}");
    assert!(said(&status, "hostile").contains("the worker process died 3 times on it (signal: 6"), "{status}");
    assert_eq!(place.run(["search", "--format", "json", "museum"]).json()["total_recordings"], 2);
}

/// Returns whether a process has a file of some name open, as Linux lists it.
fn has_open(pid: u32, name: &str) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    open.flatten().any(|entry| fs::read_link(entry.path()).is_ok_and(|path| path.ends_with(name)))
}

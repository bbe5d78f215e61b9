//! Says where sound starts in media files, and what it takes to find out.
//!
//! ```text
//! hear [--ffmpeg FOLDER] FILE...
//! ```
//!
//! Writes a line of JSON for each file: what it is, when sound starts after at least 0.3 s of quiet, how long it is, and
//! how much memory the process had at most by then. The tests that compare this with a browser's player and that make
//! the tables of `docs/media.md` run it, one process a file.

#![expect(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use indexer::audio::{Ffmpeg, Options, Sound};
use indexer::time::{Millis, SAMPLE_RATE};
use serde_json::json;

/// What counts as sound: well above the noise of a lossy codec, well below the beeps of the tests.
const LOUD: f32 = 0.3;

/// Samples of quiet after which sound is said to start.
const QUIET: u64 = 3 * SAMPLE_RATE as u64 / 10;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        if argument == OsStr::new("--ffmpeg") {
            let folder = arguments.next().ok_or("--ffmpeg needs a folder")?;
            options.ffmpeg = Ffmpeg::in_folder(Path::new(&folder));
        } else {
            println!("{}", hear(Path::new(&argument), &options));
        }
    }
    Ok(())
}

fn hear(path: &Path, options: &Options) -> serde_json::Value {
    match listen(path, options) {
        Ok(heard) => heard,
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn listen(path: &Path, options: &Options) -> Result<serde_json::Value, Box<dyn Error>> {
    let mut sound = Sound::open_with(path, options)?;
    let (mut samples, mut onsets) = (Vec::new(), Vec::new());
    let (mut at, mut quiet) = (0_u64, QUIET);
    while sound.read(&mut samples)? {
        for sample in samples.drain(..) {
            if sample.abs() > LOUD {
                if quiet >= QUIET {
                    onsets.push(at * 1_000_000 / u64::from(SAMPLE_RATE));
                }
                quiet = 0;
            } else {
                quiet += 1;
            }
            at += 1;
        }
    }
    let info = sound.info();
    let track = info.tracks.iter().find(|track| track.is_default).ok_or("no track is the default one")?;
    Ok(json!({
        "container": info.container,
        "codec": track.codec,
        "rate": track.sample_rate,
        "channels": track.channels,
        "onsets_us": onsets,
        "length_ms": Millis::from_samples(at).get(),
        "damage": sound.damage().to_string(),
        "peak_kb": peak_kb(),
    }))
}

/// Returns the most memory that this process had (Linux; elsewhere nothing).
fn peak_kb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

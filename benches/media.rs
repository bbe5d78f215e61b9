//! How fast a recording is read: decoding, resampling and finding speech, beside ffmpeg that only decodes and resamples.
//!
//! `just bench-media` runs it. A recording of three hours and one of twenty minutes are made from the demo interviews
//! (AAC, 48 kHz stereo, with a picture); both programs read both in turns, each in a process of its own on one core.
//! What counts is processor time: the machine may be busy with other things.

#![expect(clippy::print_stdout, reason = "a table is what it is for")]

use std::path::{Path, PathBuf};
use std::process::Command;

use indexer::audio::{Selection, Sound, TrackChoice};
use indexer::cancel::Cancel;
use indexer::pipeline::{PlanOptions, SegmentSink, SoundSource, SourceError, plan};
use indexer::recording::Language;
use indexer::time::TimeSpan;
use indexer::transcribe::{Excerpt, Heard, RecognitionError, Transcriber};

/// How often each program reads each file.
const ROUNDS: usize = 5;

/// The recordings, with their lengths in minutes.
const RECORDINGS: [(&str, u32); 2] = [("20-minutes.mp4", 20), ("3-hours.mp4", 180)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["read", path] => read(Path::new(path)),
        // `cargo bench` adds an option of its own.
        _ => compare(),
    }
}

/// Reads a file as the program does when it plans a recording, and prints what that cost.
fn read(path: &Path) {
    let selection = Selection { track: TrackChoice::Default, sides: true };
    let mut sound = Source(Sound::open(path, selection).expect("a media file"));
    let english = PlanOptions { languages: Language::from_tag("en").into_iter().collect(), ..PlanOptions::default() };
    let plan = plan(&mut sound, &mut Nobody, &english, &mut Nowhere, &mut |_| {}, &Cancel::new()).expect("a plan");
    let windows: usize = plan.segments.iter().map(|segment| segment.windows.len()).sum();
    assert!(windows > 0, "no speech was found, so that this is no measure");
    println!("{} {}", processor_ms("/proc/self/stat"), peak_kib("/proc/self/status"));
}

struct Source(Sound);

impl SoundSource for Source {
    fn channels(&self) -> usize {
        self.0.channels()
    }

    fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, SourceError> {
        out.clear();
        Ok(self.0.read(out)?)
    }
}

/// The sound of segments goes nowhere: how fast a disk takes it is another question.
struct Nowhere;

impl SegmentSink for Nowhere {
    fn write(&mut self, _: u32, _: TimeSpan, _: &[i16]) -> std::io::Result<()> {
        Ok(())
    }

    fn keep(&mut self, _: &[u32]) -> std::io::Result<()> {
        Ok(())
    }
}

/// The language is stated, so that nobody is asked.
struct Nobody;

impl Transcriber for Nobody {
    fn transcribe(&mut self, _: &Excerpt<'_>, _: &Cancel) -> Result<Heard, RecognitionError> {
        Err(RecognitionError::Cancelled)
    }

    fn detect(&mut self, _: &[f32]) -> Result<Vec<(Language, f32)>, RecognitionError> {
        Err(RecognitionError::Cancelled)
    }
}

/// Returns the processor time of a process in milliseconds (proc(5): fields 14 and 15, in hundredths of a second).
fn processor_ms(stat: &str) -> u64 {
    let stat = std::fs::read_to_string(stat).expect("Linux");
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.map(|ticks| ticks.parse::<u64>().expect("a number") * 10).sum()
}

/// Returns the most memory that a process had, in KiB.
fn peak_kib(status: &str) -> u64 {
    let status = std::fs::read_to_string(status).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a field");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn compare() {
    let files = RECORDINGS.map(|(name, minutes)| (make(name, minutes), minutes));
    let mut costs: Vec<Vec<[u64; 2]>> = vec![Vec::new(); files.len() * 2];
    for _ in 0..ROUNDS {
        for (number, (path, _)) in files.iter().enumerate() {
            costs[number * 2].push(ours(path));
            costs[number * 2 + 1].push(ffmpegs(path));
        }
    }
    println!("| recording | program | processor time, median of {ROUNDS} | of its length | peak memory |");
    println!("|---|---|---|---|---|");
    for (number, costs) in costs.iter_mut().enumerate() {
        let (path, minutes) = &files[number / 2];
        let name = path.file_stem().unwrap_or_default().display();
        let program = if number % 2 == 0 { "aloud: decode, resample, find speech" } else { "ffmpeg: decode, resample" };
        let peak = costs.iter().map(|[_, peak]| *peak).max().unwrap_or(0);
        costs.sort_unstable();
        let [median, _] = costs[ROUNDS / 2];
        let share = u64::from(*minutes) * 60_000 / median.max(1);
        println!(
            "| {name} | {program} | {}.{:02} s | 1/{share} | {} MiB |",
            median / 1000,
            median % 1000 / 10,
            peak / 1024
        );
    }
}

fn ours(path: &Path) -> [u64; 2] {
    let program = std::env::current_exe().expect("ourselves");
    let ran = Command::new(program).arg("read").arg(path).output().expect("ourselves");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let (processor, peak) = said.trim().split_once(' ').expect("two numbers");
    [processor, peak].map(|number| number.parse().expect("a number"))
}

fn ffmpegs(path: &Path) -> [u64; 2] {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-hide_banner", "-benchmark", "-threads", "1", "-vn", "-i"]).arg(path);
    let ran = command.args(["-ac", "1", "-ar", "16000", "-f", "null", "-"]).output().expect("ffmpeg: ./setup test");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let field = |name: &str| {
        let rest = said.split(name).nth(1).unwrap_or_else(|| panic!("{said}"));
        rest.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default().to_owned()
    };
    // Seconds with three digits behind the point: `utime=12.345s`.
    let ms = |name| field(name).replace('.', "").parse::<u64>().expect("a number");
    [ms("utime=") + ms("stime="), field("maxrss=").parse().expect("a number")]
}

/// Makes a recording from the demo interviews unless it is there.
fn make(name: &str, minutes: u32) -> PathBuf {
    let folder = PathBuf::from("target/bench-media");
    let path = folder.join(name);
    if path.exists() {
        return path;
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    let interview = Path::new("target/interviews").read_dir().expect("just make-interviews").flatten();
    let interview = interview.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "mp4"));
    let interview = interview.min().expect("an interview");
    let whole = folder.join("interview.mp4");
    ffmpeg(&interview, &["-c:v", "copy", "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"], &[], &whole);
    ffmpeg(&whole, &["-c", "copy", "-t", &(minutes * 60).to_string()], &["-stream_loop", "-1"], &path);
    path
}

fn ffmpeg(input: &Path, output_options: &[&str], input_options: &[&str], output: &Path) {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y"]).args(input_options).arg("-i").arg(input);
    let ran = command.args(output_options).arg(output).output().expect("ffmpeg: ./setup test");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

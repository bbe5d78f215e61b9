//! A way is a program that transcribes, with the options that matter; a run of it is measured as a whole process tree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use indexer::transcript::{Percent, Transcript, Trust, file};
use serde::Deserialize;

use crate::Failure;
use crate::corpus::Sample;

/// A word as it was heard: text, start in milliseconds, whether it is marked doubtful, and its language if that is told.
#[derive(Debug, Clone)]
pub(crate) struct HeardWord {
    pub(crate) text: String,
    pub(crate) start_ms: u32,
    pub(crate) doubtful: bool,
    pub(crate) language: String,
}

/// What one way made of all samples.
pub(crate) struct Run {
    /// For each sample, in order.
    pub(crate) transcripts: Vec<Vec<HeardWord>>,
    pub(crate) wall: Duration,
    /// Processor time, user and system, of all its processes.
    pub(crate) cpu: Duration,
    /// The most memory that all its processes held at a time, bytes.
    pub(crate) memory: u64,
}

/// A program to measure.
pub(crate) enum Way {
    /// This program, with or without a glossary.
    Aloud { program: PathBuf, fast: bool, glossary: Option<PathBuf> },
    /// Another, run by `peer.py`.
    Peer { name: &'static str, python: PathBuf, model: PathBuf },
}

/// Returns this program's ways, then those of the peers that `just bench-speech-peers` has installed.
pub(crate) fn all(target: &Path, glossary: Option<PathBuf>) -> Vec<Way> {
    let program = target.join("debug/aloud");
    let own = |fast, glossary| Way::Aloud { program: program.clone(), fast, glossary };
    let mut ways = vec![own(false, None), own(true, None)];
    ways.extend(glossary.map(|glossary| own(false, Some(glossary))));
    let peers = target.join("speech-peers");
    let python = peers.join("venv/bin/python");
    for (name, model) in [
        ("faster-whisper", "ct2"),
        ("faster-whisper-vad", "ct2"),
        ("faster-whisper-batched", "ct2"),
        ("whisper.cpp", "ggml.bin"),
    ] {
        let model = peers.join(model);
        if python.exists() && model.exists() {
            ways.push(Way::Peer { name, python: python.clone(), model });
        }
    }
    ways
}

impl Way {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Aloud { glossary: Some(_), .. } => "aloud --glossary",
            Self::Aloud { fast: false, .. } => "aloud",
            Self::Aloud { fast: true, .. } => "aloud --fast",
            Self::Peer { name, .. } => name,
        }
    }

    /// Transcribes all samples with one start of the program.
    pub(crate) fn run(&self, samples: &[Sample], languages: &str) -> Result<Run, Failure> {
        let folder = tempfile::tempdir()?;
        let library = folder.path().join("library");
        let mut command = match self {
            Self::Aloud { program, fast, glossary } => {
                let mut command = Command::new(program);
                command
                    .arg("index")
                    .arg("--transcribe")
                    .arg("--library")
                    .arg(&library)
                    .args(["--languages", languages]);
                if *fast {
                    command.arg("--fast");
                }
                if let Some(glossary) = glossary {
                    command.arg("--glossary").arg(glossary);
                }
                command
            }
            Self::Peer { name, python, model } => {
                let mut command = Command::new(python);
                command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/speech/peer.py")).arg(name).arg(model);
                if !languages.is_empty() && !languages.contains(',') {
                    command.env("BENCH_LANGUAGE", languages);
                }
                command
            }
        };
        command.args(samples.iter().map(|sample| &sample.path));
        let out = folder.path().join("out");
        let err = folder.path().join("err");
        command.stdin(Stdio::null()).stdout(fs::File::create(&out)?).stderr(fs::File::create(&err)?);
        let (wall, cpu, memory) = measured(&mut command).map_err(|problem| {
            format!("{}: {problem}: {}", self.name(), fs::read_to_string(&err).unwrap_or_default())
        })?;
        let transcripts = match self {
            Self::Aloud { program, .. } => {
                samples.iter().map(|sample| of_library(program, &library, &sample.path)).collect::<Result<_, _>>()?
            }
            Self::Peer { .. } => of_lines(&fs::read_to_string(&out)?, samples)?,
        };
        Ok(Run { transcripts, wall, cpu, memory })
    }
}

/// Runs a command to its end; returns wall time, processor time and the most memory.
fn measured(command: &mut Command) -> Result<(Duration, Duration, u64), Failure> {
    let before = children_cpu();
    let began = Instant::now();
    let mut child = command.spawn()?;
    let mut memory = 0;
    let status = loop {
        memory = memory.max(tree_memory(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let wall = began.elapsed();
    if !status.success() {
        return Err(format!("it ended with {status}").into());
    }
    Ok((wall, children_cpu().saturating_sub(before), memory))
}

/// Returns the processor time of all processes that ended below this one (proc(5): `cutime` and `cstime`, in
/// hundredths of a second on Linux).
fn children_cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(13).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Returns the memory of a process and all below it, in bytes; shared pages count once for each.
fn tree_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let own =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<u64>().ok());
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> = children
        .flat_map(|line| line.split_whitespace().filter_map(|it| it.parse().ok()).collect::<Vec<_>>())
        .collect();
    own.unwrap_or(0) * 1024 + children.into_iter().map(tree_memory).sum::<u64>()
}

#[derive(Deserialize)]
struct Shown {
    recording: ShownRecording,
}

#[derive(Deserialize)]
struct ShownRecording {
    id: String,
    revision: Option<u32>,
}

/// Reads a recording's words from its transcript's file.
fn of_library(program: &Path, library: &Path, path: &Path) -> Result<Vec<HeardWord>, Failure> {
    let output =
        Command::new(program).args(["show", "--format", "json", "--library"]).arg(library).arg(path).output()?;
    let shown: Shown = serde_json::from_slice(&output.stdout)?;
    let Some(revision) = shown.recording.revision else { return Ok(Vec::new()) };
    let bytes = fs::read(library.join(format!("transcripts/{}/{revision}.json.zst", shown.recording.id)))?;
    Ok(heard(&file::read(&bytes)?))
}

fn heard(transcript: &Transcript) -> Vec<HeardWord> {
    let mut words = Vec::new();
    for stretch in &transcript.stretches {
        let doubtful = matches!(stretch.trust, Trust::Doubtful(_));
        words.extend(transcript.words[stretch.words.indices()].iter().map(|word| HeardWord {
            text: word.text.clone(),
            start_ms: word.span.start().get(),
            doubtful: doubtful || word.confidence < Percent::DOUBTFUL,
            language: word.language.to_string(),
        }));
    }
    words
}

#[derive(Deserialize)]
struct Line {
    words: Vec<(String, u32)>,
}

fn of_lines(out: &str, samples: &[Sample]) -> Result<Vec<Vec<HeardWord>>, Failure> {
    let lines: Vec<Line> = out.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    if lines.len() != samples.len() {
        return Err(format!("{} files were given and {} came back", samples.len(), lines.len()).into());
    }
    let word = |(text, start_ms)| HeardWord { text, start_ms, doubtful: false, language: String::new() };
    Ok(lines.into_iter().map(|line| line.words.into_iter().map(word).collect()).collect())
}

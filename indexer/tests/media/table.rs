//! The table holds what was heard of each row, and compares it with what `docs/media.md` says.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::rows::{By, Row};

/// The error that is allowed where sound is decoded here, and where ffmpeg does it.
const ALLOWED_MS: f64 = 10.0;
const ALLOWED_BY_FFMPEG_MS: f64 = 25.0;

/// The most memory that any file may take, the program itself included.
const ALLOWED_MB: u64 = 40;

const BEGIN: &str = "<!-- written by just media-table -->\n";
const END: &str = "<!-- end -->";

/// Set to write the table instead of comparing it.
const WRITE: &str = "WRITE_MEDIA_TABLE";

#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<Line>,
    wrong: Vec<String>,
}

struct Line {
    /// What does not change from run to run.
    fixed: String,
    error_ms: f64,
    peak_mb: u64,
}

/// What was heard of a row.
pub(crate) struct Heard {
    line: Line,
    wrong: Vec<String>,
}

/// Hears the files of a row, each in a process of its own.
pub(crate) fn hear(row: &Row, files: &[PathBuf]) -> Heard {
    let (mut rates, mut channels, mut codec) = (Vec::new(), Vec::new(), String::new());
    let (mut error_ms, mut peak_mb, mut wrong) = (0.0_f64, 0, Vec::new());
    for path in files {
        let heard = run(path, row.by == By::Ffmpeg);
        let name = path.file_name().unwrap_or_default().display();
        if let Some(error) = heard["error"].as_str() {
            wrong.push(format!("{} {name}: {error}", row.container));
            continue;
        }
        let rate = heard["rate"].as_f64().expect("a rate");
        let onsets = heard["onsets_us"].as_array().expect("onsets").iter().filter_map(Value::as_f64);
        let onsets = onsets.map(|onset| onset / 1000.0).collect::<Vec<_>>();
        let beeps = row.beeps(rate);
        let worst = onsets.iter().zip(&beeps).map(|(onset, beep)| (onset - beep).abs()).fold(0.0, f64::max);
        let allowed = if row.by == By::Ffmpeg { ALLOWED_BY_FFMPEG_MS } else { ALLOWED_MS };
        let peak = heard["peak_kb"].as_u64().expect("Linux").div_ceil(1024);
        if onsets.len() != beeps.len() || worst > allowed || peak > ALLOWED_MB || heard["damage"] != "" {
            wrong.push(format!("{} {name}: beeps at {beeps:?} are heard so: {heard}", row.container));
        }
        rates.push(rate);
        channels.push(heard["channels"].as_u64().expect("channels"));
        heard["codec"].as_str().expect("a codec").split(" with ").next().unwrap_or_default().clone_into(&mut codec);
        (error_ms, peak_mb) = (error_ms.max(worst), peak_mb.max(peak));
    }
    rates.sort_by(f64::total_cmp);
    channels.sort_unstable();
    let rates = span(&rates.iter().map(|rate| (rate / 1000.0).to_string()).collect::<Vec<_>>());
    let channels = span(&channels.iter().map(u64::to_string).collect::<Vec<_>>());
    let by = if row.by == By::Ffmpeg { "through ffmpeg" } else { "yes" };
    let fixed = format!("| {} | {codec} | {} | {rates} | {channels} | {by} |", row.container, row.what);
    Heard { line: Line { fixed, error_ms, peak_mb }, wrong }
}

/// Writes `8–192` for values in order.
fn span(values: &[String]) -> String {
    match values {
        [] => String::new(),
        [first, .., last] if first != last => format!("{first}–{last}"),
        [first, ..] => first.clone(),
    }
}

impl Table {
    pub(crate) fn add(&mut self, heard: Heard) {
        self.lines.push(heard.line);
        self.wrong.extend(heard.wrong);
    }

    /// Compares the table with the document, or writes it there when that was asked for.
    pub(crate) fn finish(self) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/media.md");
        let document = fs::read_to_string(&path).expect("docs/media.md");
        let start = document.find(BEGIN).expect("where the table begins") + BEGIN.len();
        let end = start + document[start..].find(END).expect("where the table ends");
        let mut wrong = self.wrong;
        if env::var_os(WRITE).is_some() {
            let lines = self
                .lines
                .iter()
                .map(|line| format!("{} {:.1} | {} |\n", line.fixed, line.error_ms, line.peak_mb.next_multiple_of(4)));
            let head = "| container | codec | file | kHz | channels | decoded | error, ms | memory, MB |\n\
                        |---|---|---|---|---|---|---|---|\n";
            let table = [head.to_owned(), lines.collect()].concat();
            fs::write(&path, [&document[..start], &table, &document[end..]].concat()).expect("docs/media.md");
        } else {
            let written = document[start..end].lines().skip(2).collect::<Vec<_>>();
            if written.len() != self.lines.len() {
                wrong.push(format!("docs/media.md has {} rows instead of {}", written.len(), self.lines.len()));
            }
            for (line, written) in self.lines.iter().zip(written) {
                if !written.starts_with(&line.fixed) {
                    wrong.push(format!("docs/media.md says\n{written}\nbut it is\n{}", line.fixed));
                }
            }
        }
        assert!(wrong.is_empty(), "{}\nwrite the table again with: just media-table", wrong.join("\n"));
    }
}

/// Runs the example `hear`, which cargo builds with the tests.
fn run(path: &Path, with_ffmpeg: bool) -> Value {
    let tests = env::current_exe().expect("the path of this test");
    let program = tests.ancestors().nth(2).expect("target/debug").join("examples/hear");
    let mut command = Command::new(&program);
    if with_ffmpeg {
        let folders = env::var_os("PATH").unwrap_or_default();
        let folder = env::split_paths(&folders).find(|folder| folder.join("ffmpeg").is_file());
        command.arg("--ffmpeg").arg(folder.expect("ffmpeg is installed by the set-up"));
    }
    let output = command.arg(path).output().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}: {output:?}", path.display()))
}

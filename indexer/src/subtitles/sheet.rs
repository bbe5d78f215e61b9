//! Reading a sheet: a table in which one column says when and another what, as CSV or with semicolons or tabs.
//!
//! Columns are known by their headings, in any order. Times are clocks, seconds, or milliseconds: as the heading says
//! (`start_ms`), seconds where any has a point, and otherwise whatever lets people speak at a human speed (Whisper's own
//! tables are in milliseconds, most others in seconds).

use csv::{ReaderBuilder, StringRecord};

use super::cue::{Piece, Script};
use super::stamps::{self, Stamp};
use super::write::CSV_MARK;
use super::{Origin, Skipped, SubtitleError, clock};
use crate::recording::Language;
use crate::time::Millis;

/// How many rows may stand above the headings.
const ABOVE: usize = 10;

/// More letters a second than anybody speaks; quick speech has 20.
const TOO_FAST: f64 = 50.0;

const START: &[&str] =
    &["start", "startms", "starttime", "starts", "begin", "from", "time", "timein", "timestamp", "timecode", "in"];
const END: &[&str] = &["end", "endms", "endtime", "ends", "stop", "to", "timeout", "out"];
const LENGTH: &[&str] = &["duration", "durationms", "length"];
const TEXT: &[&str] = &[
    "text",
    "transcript",
    "content",
    "sentence",
    "utterance",
    "caption",
    "subtitle",
    "speech",
    "word",
    "words",
    "quote",
];
const SPEAKER: &[&str] = &["speaker", "speakername", "speakerlabel", "name", "who", "person", "participant", "voice"];
const LANGUAGE: &[&str] = &["language", "lang"];

/// Reads a file's text.
pub(super) fn read(text: &str) -> Result<Script, SubtitleError> {
    let Some((columns, headings, rows)) = open(text) else {
        let problem = "no row names its columns; call them start, end, speaker and text".into();
        return Err(SubtitleError::NotATranscript { format: "CSV", problem });
    };
    let is_ours = headings.iter().any(|name| name.trim() == CSV_MARK);
    let origin = if is_ours { Origin::Ours } else { Origin::Foreign };
    let rows: Vec<StringRecord> = rows.collect();
    let unit = columns.unit(&rows);
    let (mut stamps, mut skipped) = (Vec::new(), Vec::new());
    let is_wordwise = columns.end.is_some() && rows.iter().all(|row| columns.text(row).split_whitespace().count() <= 1);
    for row in &rows {
        let line = line(row);
        let text = columns.text(row);
        if text.trim().is_empty() {
            continue;
        }
        let Some(start) = unit.read(row.get(columns.start)) else {
            skipped.push(Skipped { line, reason: "the start cannot be read; the row was left out" });
            continue;
        };
        let length = || Some(start.saturating_add(unit.read(row.get(columns.length?))?));
        let end = columns.end.and_then(|end| unit.read(row.get(end))).or_else(length);
        let cell = |column: Option<usize>| row.get(column?).map(str::trim).filter(|cell| !cell.is_empty());
        let piece = Piece {
            speaker: cell(columns.speaker).map(str::to_owned),
            language: cell(columns.language).and_then(Language::from_tag),
            start: end.filter(|_| is_wordwise).map(|_| start),
            ..Piece::plain(text)
        };
        stamps.push(Stamp { line, start, end, pieces: vec![piece] });
    }
    let cues = stamps::cues(stamps, &mut skipped);
    skipped.sort_by_key(|skipped| skipped.line);
    Ok(Script { cues, skipped, origin, language: None, is_approximate: false })
}

/// Returns whether a text begins as a sheet that can be read.
pub(super) fn is_one(head: &str) -> bool {
    open(head).is_some()
}

/// Finds the row that names the columns; what stands between them is what makes it one. Returns the rows below it, too.
fn open(text: &str) -> Option<(Columns, StringRecord, impl Iterator<Item = StringRecord>)> {
    [b'\t', b';', b','].into_iter().find_map(|sign| {
        let reader =
            ReaderBuilder::new().delimiter(sign).has_headers(false).flexible(true).from_reader(text.as_bytes());
        // What is not a row of text cannot come from text.
        let mut rows = reader.into_records().flatten();
        let (columns, headings) = rows.by_ref().take(ABOVE).find_map(|row| Some((Columns::of(&row)?, row)))?;
        Some((columns, headings, rows))
    })
}

fn line(row: &StringRecord) -> usize {
    row.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(usize::MAX))
}

/// Which column holds what.
struct Columns {
    start: usize,
    end: Option<usize>,
    length: Option<usize>,
    text: usize,
    speaker: Option<usize>,
    language: Option<usize>,
    /// Whether the heading of the start says milliseconds.
    in_millis: bool,
}

impl Columns {
    fn of(row: &StringRecord) -> Option<Self> {
        let plain = |name: &str| -> String {
            let name = name.split('(').next().unwrap_or_default();
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let headings: Vec<String> = row.iter().map(plain).collect();
        // The earlier a name stands in the list, the surer it is.
        let find = |names: &[&str]| names.iter().find_map(|name| headings.iter().position(|heading| heading == name));
        // Our own sheets have clocks for people beside milliseconds.
        let start = find(&["startms"]).or_else(|| find(START))?;
        Some(Self {
            start,
            end: find(&["endms"]).or_else(|| find(END)),
            length: find(LENGTH),
            text: find(TEXT)?,
            speaker: find(SPEAKER),
            language: find(LANGUAGE),
            in_millis: headings[start] == "startms" || row[start].to_ascii_lowercase().contains("(ms)"),
        })
    }

    fn text<'a>(&self, row: &'a StringRecord) -> &'a str {
        row.get(self.text).unwrap_or_default()
    }

    /// Finds out what a number means.
    fn unit(&self, rows: &[StringRecord]) -> Unit {
        let starts = || rows.iter().filter_map(|row| row.get(self.start)?.trim().parse::<f64>().ok());
        if self.in_millis {
            return Unit::Millis;
        }
        if rows.iter().filter_map(|row| row.get(self.start)).any(|cell| cell.contains(['.', ','])) {
            return Unit::Seconds;
        }
        let letters: usize =
            rows.iter().map(|row| self.text(row).chars().filter(|c| c.is_alphanumeric()).count()).sum();
        let (first, last) =
            starts().fold((f64::MAX, 0.0), |(first, last): (f64, f64), at| (first.min(at), last.max(at)));
        #[expect(clippy::cast_precision_loss, reason = "a speed needs few digits")]
        let speed = letters as f64 * 1000.0 / (last - first).max(1.0);
        if speed > TOO_FAST { Unit::Seconds } else { Unit::Millis }
    }
}

/// What a number in a column of times means.
#[derive(Clone, Copy)]
enum Unit {
    Seconds,
    Millis,
}

impl Unit {
    fn read(self, cell: Option<&str>) -> Option<Millis> {
        let cell = cell?.trim();
        if let Some(time) = clock::read(cell) {
            return Some(time);
        }
        let number: f64 = cell.trim_end_matches('s').replace(',', ".").parse().ok()?;
        let millis = match self {
            Self::Seconds => number * 1000.0,
            Self::Millis => number,
        };
        millis.is_finite().then(|| clock::from_millis(millis))
    }
}

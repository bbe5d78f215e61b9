//! Writing gives a transcript to players, people and other programs.
//!
//! Every file says that this program made it, in a way that its format allows and that reading recognises.

use std::fmt::Write;

use super::caption::{Caption, Part};
use super::words::{is_gap, joint};
use crate::recording::Language;
use crate::time::Millis;
use crate::transcript::{Provenance, SpeakerOrdinal, Transcript};

mod json;
mod markdown;
mod paragraph;
mod sheet;
mod srt;
mod ttml;
mod txt;
mod vtt;

pub use json::json;
pub use markdown::markdown;
pub use sheet::csv;
pub use srt::srt;
pub use ttml::ttml;
pub use txt::txt;
pub use vtt::vtt;

/// The beginning of the comment that marks our WebVTT.
pub(super) const VTT_MARK: &str = "NOTE made by aloud";

/// The line of our WebVTT's comment that says of what kind the times are, where they are not those of the words.
pub(super) const VTT_TIMES: &str = "times";

/// What that line says: they were shared out.
pub(super) const VTT_APPROXIMATE: &str = "approximate";

/// The field of our JSON that says the same.
pub(super) const JSON_APPROXIMATE: &str = "approximate_times";

/// The beginning of the tag that marks our SubRip, which has no comments: a tag without text shows nothing.
pub(super) const SRT_MARK: &str = "<font made-by=\"aloud\"";

/// The field that marks our JSON.
pub(super) const JSON_MARK: &str = "made_by_aloud";

/// The heading of the column that marks our CSV; its cells are the revision.
pub(super) const CSV_MARK: &str = "made_by_aloud";

/// The beginning of the line that marks our text, and of the comment that marks our Markdown.
pub(super) const TXT_MARK: &str = "made by aloud";

/// The beginning of the description that marks our TTML.
pub(super) const TTML_MARK: &str = "made by aloud";

/// A format that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// WebVTT, with the time of every word.
    Vtt,
    /// SubRip.
    Srt,
    /// Text to read.
    Txt,
    /// JSON as openai-whisper has it, with every word.
    Json,
    /// A table for spreadsheets.
    Csv,
    /// Markdown.
    Md,
    /// TTML.
    Ttml,
}

impl ExportFormat {
    /// Every format that is written.
    pub const ALL: [Self; 7] = [Self::Vtt, Self::Srt, Self::Txt, Self::Json, Self::Csv, Self::Md, Self::Ttml];

    /// Returns the name by which it is asked for, which is also the extension of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Txt => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Md => "md",
            Self::Ttml => "ttml",
        }
    }

    /// Returns its type on the web.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Vtt => "text/vtt; charset=utf-8",
            Self::Srt => "application/x-subrip; charset=utf-8",
            Self::Txt => "text/plain; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Md => "text/markdown; charset=utf-8",
            Self::Ttml => "application/ttml+xml",
        }
    }

    /// Returns the format with a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| name.eq_ignore_ascii_case(format.extension()))
    }
}

/// What is known of a recording besides its words and can stand in a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// What people call it.
    pub title: Option<&'a str>,
    /// When it was recorded.
    pub date: Option<&'a str>,
    /// The address at which it is watched, up to where the seconds follow: `…/r/3f0c…?t=`.
    pub link: Option<&'a str>,
}

/// Returns a transcript in a format.
#[must_use]
pub fn write(transcript: &Transcript, format: ExportFormat, about: &About<'_>) -> String {
    match format {
        ExportFormat::Vtt => vtt(transcript),
        ExportFormat::Srt => srt(transcript),
        ExportFormat::Txt => txt(transcript, about),
        ExportFormat::Json => json(transcript, about),
        ExportFormat::Csv => csv(transcript, about),
        ExportFormat::Md => markdown(transcript, about),
        ExportFormat::Ttml => ttml(transcript, about),
    }
}

/// How much of a file is looked at to tell whether it is an export.
const HEAD: usize = 4096;

/// Returns whether a file begins as one that this program exported, so that a newer export may take its place.
#[must_use]
pub fn is_ours(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    [VTT_MARK, SRT_MARK, JSON_MARK, TXT_MARK].iter().any(|mark| head.contains(mark))
}

/// Returns whether no word of a transcript has its own time.
fn is_approximate(transcript: &Transcript) -> bool {
    let mut stretches = transcript.stretches.iter();
    !transcript.stretches.is_empty()
        && stretches.all(|it| matches!(it.provenance, Provenance::Imported { exact_times: false, .. }))
}

/// Returns the language of most words.
fn main_language(transcript: &Transcript) -> Language {
    let mut counts = std::collections::BTreeMap::<Language, usize>::new();
    for word in &transcript.words {
        *counts.entry(word.language).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(_, count)| count).map_or(Language::UNKNOWN, |(language, _)| language)
}

/// Returns a speaker's name on one line; `None` when there is none.
fn name(transcript: &Transcript, speaker: Option<SpeakerOrdinal>) -> Option<String> {
    let name = transcript.speakers.get(usize::from(speaker?))?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// Returns a caption's text without line breaks.
fn one_line(caption: &Caption<'_>) -> String {
    let mut text = String::new();
    for line in &caption.lines {
        join(&mut text, &plain(line));
    }
    text
}

/// Appends a line as readers of captions do: a space between, or nothing in scripts without spaces.
fn join(text: &mut String, line: &str) {
    if let (Some(last), Some(next)) = (text.chars().next_back(), line.chars().next())
        && last != ' '
    {
        text.push_str(joint(last, next));
    }
    text.push_str(line);
}

fn plain(line: &[Part<'_>]) -> String {
    let text: String = line.iter().map(|part| part.text).collect();
    collapse(&text).trim_end_matches(' ').to_owned()
}

/// Makes every run of white space, where a file would break the line, one space; drops control characters.
fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_gap(c) && !c.is_control() {
            collapsed.push(c);
        } else if is_gap(c) && !collapsed.ends_with(' ') {
            collapsed.push(' ');
        }
    }
    collapsed
}

/// Writes `01:02:03.250`.
fn clock(time: Millis, point: char) -> String {
    let millis = time.get();
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}{point}{:03}", millis % 1000)
}

/// Writes `01:02:03`.
fn clock_of_seconds(time: Millis) -> String {
    let seconds = time.get() / 1000;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("writing to a string cannot fail");
}

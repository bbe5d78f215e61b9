//! Writing CSV (RFC 4180), for spreadsheets: a row for each caption.

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::super::caption::{captions, said};
use super::{About, CSV_MARK, clock, name, one_line};
use crate::transcript::Transcript;

/// Returns a transcript as a table with headings: clocks for people, milliseconds for programs, speaker, language, text.
///
/// A cell that a spreadsheet would take for a formula begins with an apostrophe.
#[must_use]
pub fn csv(transcript: &Transcript, about: &About<'_>) -> String {
    let recording = transcript.recording.to_string();
    let revision = transcript.revision.to_string();
    let headings =
        ["recording", "title", "start", "end", "start_ms", "end_ms", "speaker", "language", "text", CSV_MARK];
    let mut rows = vec![headings.map(str::to_owned)];
    for caption in captions(transcript) {
        let span = said(transcript, &caption);
        let first = &transcript.words[caption.words.start];
        rows.push([
            recording.clone(),
            inert(about.title.unwrap_or_default()),
            clock(span.start(), '.'),
            clock(span.end(), '.'),
            span.start().get().to_string(),
            span.end().get().to_string(),
            inert(&name(transcript, first.speaker).unwrap_or_default()),
            first.language.to_string(),
            inert(&one_line(&caption)),
            revision.clone(),
        ]);
    }
    // Writing into memory does not fail.
    table(rows).unwrap_or_default()
}

fn table<const COLUMNS: usize>(rows: Vec<[String; COLUMNS]>) -> Result<String, Box<dyn std::error::Error>> {
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Necessary).terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// Keeps a spreadsheet from reckoning what somebody said.
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

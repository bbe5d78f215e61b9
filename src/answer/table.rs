//! A table is hits as comma-separated values (RFC 4180), one hit a line, for spreadsheets.

use super::{Answer, Head, Shown};

/// The first line.
pub const HEAD: &str = "recording,title,start_ms,time,speaker,text,link,date,language,uncertain";

/// Returns the lines of an answer's hits; `site`, such as `http://localhost:25683`, stands before each link.
pub fn rows(answer: &Answer, site: &str) -> impl Iterator<Item = String> {
    answer.groups.iter().flat_map(move |group| group.hits.iter().map(move |hit| row(&group.recording, hit, site)))
}

/// Returns the last lines of a table: how the query was read otherwise than it may have been meant, and how many hits are
/// left out, for who counts lines must not be wrong.
pub fn remarks(answer: &Answer, left_out: usize) -> impl Iterator<Item = String> {
    let cut = (left_out > 0).then(|| format!("{left_out} more hits are not in this table; narrow the query"));
    answer.notes().map(cell).chain(cut)
}

fn row(recording: &Head, hit: &Shown, site: &str) -> String {
    let text: String = hit.pieces.iter().map(|piece| piece.text.as_str()).collect();
    let cells = [
        recording.id.to_string(),
        recording.title.clone(),
        hit.start_ms.get().to_string(),
        hit.start_ms.to_string(),
        hit.speaker.clone().unwrap_or_default(),
        text.trim().to_owned(),
        format!("{site}{}", hit.link),
        recording.date.clone().unwrap_or_default(),
        hit.language.clone(),
        if hit.doubtful { "yes".into() } else { String::new() },
    ];
    cells.map(|text| cell(&text)).join(",")
}

/// Quotes a cell; one that a spreadsheet would run as a formula gets an apostrophe in front.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_run() {
        for (text, expected) in [
            ("a", "a"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("\t=1+1", "'\t=1+1"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}

//! Reading text with times in it, as people and many programs write it.
//!
//! | line | is |
//! |---|---|
//! | `[00:01:23] Ann Lee: Good morning`, `(1:23) …` | a stamp, and what follows it |
//! | `… and then [00:01:23] we left`, `{1:23}` | a stamp inside a line |
//! | `[00:01.000 --> 00:02.000] …` | a stamp with its end, as whisper prints it |
//! | `Ann Lee  1:23`, `Ann Lee (00:01:23):`, `1:23` | a heading, as Otter and others write it: the speaker of what follows |
//! | `1:23 Good morning` | a stamp, in a text that has none in brackets and no headings |

use super::cue::{Cue, Piece, Script};
use super::stamps::{self, Stamp};
use super::write::TXT_MARK;
use super::{Origin, Skipped, blocks, clock, label};
use crate::time::Millis;

/// The longest time in brackets, with both ends and spaces.
const MAX_TIME: usize = 40;

/// Reads a file's text.
pub(super) fn read(text: &str) -> Script {
    let origin = if blocks::lines(text).take(4).any(is_mark) { Origin::Ours } else { Origin::Foreign };
    let bare = !has_stamp(text);
    let mut reader = Reader { stamps: Vec::new(), speaker: None, skipped: Vec::new(), above: None };
    for (index, line) in blocks::lines(text).enumerate() {
        reader.line(index + 1, line.trim(), bare);
    }
    let mut skipped = reader.skipped;
    if let (Some(line), Origin::Foreign) = (reader.above, origin) {
        skipped.push(Skipped { line, reason: "text above the first time; it was left out" });
    }
    let fitting = stamps::fit(reader.stamps, &mut skipped);
    let cues = stamps::cues(fitting, &mut skipped);
    skipped.sort_by_key(|skipped| skipped.line);
    Script { cues, skipped, origin, language: None, is_approximate: false }
}

/// Reads a text without times as if it were read aloud from the start on, a line after the other.
///
/// Its times are only good to be replaced.
pub(super) fn read_untimed(text: &str) -> Script {
    let mut start = Millis::ZERO;
    let mut cues = Vec::new();
    for line in blocks::lines(text).filter(|line| !line.trim().is_empty()) {
        // An end that does not lie after the start is put where the letters end.
        let (cue, _) = Cue::new(start, start, vec![Piece::plain(line)]);
        start = cue.span.end();
        cues.push(cue);
    }
    Script { cues, skipped: Vec::new(), origin: Origin::Foreign, language: None, is_approximate: false }
}

/// Returns whether a text has a heading or a stamp in brackets.
pub(super) fn has_stamp(text: &str) -> bool {
    blocks::lines(text).any(|line| heading(line.trim()).is_some() || next_stamp(line).is_some())
}

fn is_mark(line: &str) -> bool {
    line.starts_with(TXT_MARK)
}

struct Reader {
    stamps: Vec<Stamp>,
    speaker: Option<String>,
    skipped: Vec<Skipped>,
    /// The first line that says something before any time.
    above: Option<usize>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str, bare: bool) {
        if line.starts_with("Transcribed by ") && line.contains("otter.ai") {
            return;
        }
        if let Some((name, start)) = heading(line) {
            self.speaker = name.map(str::to_owned);
            self.stamp(number, Found { start, end: None, length: 0, at: 0 });
            return;
        }
        let mut rest = line;
        if bare && let Some(found) = leading(line) {
            self.stamp(number, found);
            rest = &line[found.length..];
        }
        while let Some(found) = next_stamp(rest) {
            self.text(number, &rest[..found.at]);
            self.stamp(number, found);
            rest = &rest[found.at + found.length..];
        }
        self.text(number, rest);
        self.text(number, "\n");
    }

    fn stamp(&mut self, line: usize, found: Found) {
        self.stamps.push(Stamp { line, start: found.start, end: found.end, pieces: Vec::new() });
    }

    fn text(&mut self, line: usize, text: &str) {
        match self.stamps.last_mut() {
            Some(stamp) => stamp.pieces.push(Piece { speaker: self.speaker.clone(), ..Piece::plain(text) }),
            None if self.above.is_none() && text.contains(char::is_alphanumeric) => self.above = Some(line),
            None => {}
        }
    }
}

/// A stamp in a line.
#[derive(Clone, Copy)]
struct Found {
    start: Millis,
    end: Option<Millis>,
    at: usize,
    length: usize,
}

/// Finds the next time in brackets; round ones only at the start of a line, where nobody means anything else.
fn next_stamp(line: &str) -> Option<Found> {
    for (at, open) in line.match_indices(['[', '{', '(']) {
        let close = match open {
            "[" => ']',
            "{" => '}',
            _ if line[..at].trim().is_empty() => ')',
            _ => continue,
        };
        let inside = line[at + 1..].char_indices().take(MAX_TIME).find(|&(_, c)| c == close);
        let Some((length, _)) = inside else { continue };
        if let Some((start, end)) = times(&line[at + 1..at + 1 + length]) {
            return Some(Found { start, end, at, length: length + 2 });
        }
    }
    None
}

/// Reads a time at the start of a line, up to the space that follows it.
fn leading(line: &str) -> Option<Found> {
    let length = line.find(char::is_whitespace)?;
    let start = clock::read(line[..length].trim_end_matches([':', '-']))?;
    let dash = line[length..].len() - line[length..].trim_start_matches([' ', '-', '–', '—']).len();
    Some(Found { start, end: None, at: 0, length: length + dash })
}

/// Reads `1:23`, `00:01:23.5`, `00:01 --> 00:02` or `00:01 - 00:02`.
fn times(text: &str) -> Option<(Millis, Option<Millis>)> {
    match text.split_once("-->").or_else(|| text.split_once(" - ")).or_else(|| text.split_once('–')) {
        Some((start, end)) => Some((clock::read(start)?, Some(clock::read(end)?))),
        None => Some((clock::read(text)?, None)),
    }
}

/// Reads a line that is a name and a time, or a time alone.
fn heading(line: &str) -> Option<(Option<&str>, Millis)> {
    let line = line.strip_suffix(':').unwrap_or(line).trim_end();
    if let Some(time) = clock::read(line) {
        return Some((None, time));
    }
    let (before, time) = match line.chars().next_back()? {
        ')' => line[..line.len() - 1].rsplit_once('(')?,
        ']' => line[..line.len() - 1].rsplit_once('[')?,
        _ => line.rsplit_once(char::is_whitespace)?,
    };
    let name = before.trim_end().trim_end_matches([',', '-', '–', '|']).trim_end();
    // Otter puts two spaces between name and time. Where there is one, `We met at 12:30` must not be a name.
    let is_apart = before.ends_with(char::is_whitespace) || line.ends_with([')', ']']);
    let in_capitals =
        || name.split(' ').all(|word| word.starts_with(|c: char| c.is_alphanumeric() && !c.is_lowercase()));
    if !label::is_name(name) || !(is_apart || in_capitals()) {
        return None;
    }
    Some((Some(name), clock::read(time)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_a_name_and_a_time() {
        for (line, expected) in [
            ("Ann Lee  1:23", Some((Some("Ann Lee"), 83_000))),
            ("Speaker 1 0:05", Some((Some("Speaker 1"), 5000))),
            ("Unknown Speaker  1:02:03", Some((Some("Unknown Speaker"), 3_723_000))),
            ("Ann Lee (00:01:23):", Some((Some("Ann Lee"), 83_000))),
            ("Ann Lee [00:01:23.500]", Some((Some("Ann Lee"), 83_500))),
            ("0:01", Some((None, 1000))),
            ("and we met at 12:30", None),
            ("We met at 12:30", None),
            ("We met there, and then left at 12:30", None),
            ("[00:01:23]", None),
            ("Ann Lee", None),
            ("", None),
        ] {
            let expected = expected.map(|(name, time)| (name, Millis::new(time)));
            assert_eq!(heading(line), expected, "{line:?}");
        }
    }
}

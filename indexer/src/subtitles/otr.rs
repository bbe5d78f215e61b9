//! Reading oTranscribe's files: JSON whose `text` is a page of HTML, in which times are spans.
//!
//! `<p><span class="timestamp" data-timestamp="83.2">0:01:23</span>&nbsp;Good morning.<br></p>`; older files have the
//! time in the span's text alone.

use serde_json::Value;

use super::cue::{Piece, Script};
use super::stamps::{self, Stamp};
use super::{Origin, Skipped, SubtitleError, clock, json};
use crate::time::Millis;

/// The longest tag that is looked at.
const MAX_TAG: usize = 1000;

/// Reads a file's text. The numbers of what is skipped count paragraphs.
pub(super) fn read(text: &str) -> Result<Script, SubtitleError> {
    let not_one = |problem: String| SubtitleError::NotATranscript { format: "oTranscribe", problem };
    let document = json::parse(text).map_err(|error| not_one(error.to_string()))?;
    let page = document.get("text").and_then(Value::as_str).ok_or_else(|| not_one("it has no text".into()))?;
    let mut reader = Reader { stamps: Vec::new(), paragraph: 0, above: None, in_stamp: None };
    reader.page(page);
    let mut skipped = Vec::new();
    if let Some(line) = reader.above {
        skipped.push(Skipped { line, reason: "text above the first time; it was left out" });
    }
    let fitting = stamps::fit(reader.stamps, &mut skipped);
    let cues = stamps::cues(fitting, &mut skipped);
    Ok(Script { cues, skipped, origin: Origin::Foreign, language: None, is_approximate: false })
}

struct Reader {
    stamps: Vec<Stamp>,
    paragraph: usize,
    /// The first paragraph that says something before any time.
    above: Option<usize>,
    /// The time of the span that is open, as far as it is known, and the text in it.
    in_stamp: Option<(Option<Millis>, String)>,
}

impl Reader {
    fn page(&mut self, page: &str) {
        let mut rest = page;
        while let Some(at) = rest.find('<') {
            self.text(&rest[..at]);
            rest = &rest[at..];
            // Another opening means that this one opens nothing.
            let sign = |&(at, byte): &(usize, u8)| byte == b'>' || (byte == b'<' && at > 0);
            let end = rest.bytes().enumerate().take(MAX_TAG).find(sign).filter(|&(_, byte)| byte == b'>');
            let length = if let Some((end, _)) = end {
                self.tag(&rest[1..end]);
                end + 1
            } else {
                self.text("<");
                1
            };
            rest = &rest[length..];
        }
        self.text(rest);
    }

    fn tag(&mut self, tag: &str) {
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').find(|part| !part.is_empty()).unwrap_or_default();
        match (name.to_ascii_lowercase().as_str(), tag.starts_with('/')) {
            ("span", true) => {
                if let Some((time, text)) = self.in_stamp.take()
                    && let Some(start) = time.or_else(|| clock::read(&text))
                {
                    self.stamps.push(Stamp { line: self.paragraph, start, end: None, pieces: Vec::new() });
                }
            }
            ("span", false) if tag.contains("timestamp") => self.in_stamp = Some((attribute(tag), String::new())),
            ("p" | "div" | "br" | "li", closes) => {
                self.paragraph += usize::from(!closes && !tag.starts_with("br"));
                self.text("\n");
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let text = html_escape::decode_html_entities(text);
        if let Some((_, inside)) = &mut self.in_stamp {
            inside.push_str(&text);
            return;
        }
        match self.stamps.last_mut() {
            Some(stamp) => stamp.pieces.push(Piece::plain(text.replace('\u{a0}', " "))),
            None if self.above.is_none() && text.contains(char::is_alphanumeric) => self.above = Some(self.paragraph),
            None => {}
        }
    }
}

/// Reads `data-timestamp`: seconds, or in old files a clock.
fn attribute(tag: &str) -> Option<Millis> {
    let value = tag.split_once("data-timestamp")?.1.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let value = &value[..value.find(['"', '\'', ' ', '>']).unwrap_or(value.len())];
    clock::read(value).or_else(|| Some(clock::from_millis(value.parse::<f64>().ok()? * 1000.0)))
}

//! Reading TTML, <https://www.w3.org/TR/ttml2/>, and its predecessor DFXP.
//!
//! Times of an element count from the start of the one around it, or, in a `timeContainer="seq"`, from the end of the
//! one before it. Styles, regions and animations say nothing about words.

use std::collections::HashMap;

use super::cue::{Cue, Piece, Script};
use super::write::TTML_MARK;
use super::xml::{self, Element, Node};
use super::{Origin, Skipped, clock};
use crate::recording::Language;
use crate::time::Millis;

/// Reads a file's text.
pub(super) fn read(text: &str) -> Script {
    let script = Script {
        cues: Vec::new(),
        skipped: Vec::new(),
        origin: Origin::Foreign,
        language: None,
        is_approximate: false,
    };
    let mut reader = Reader { script, rates: Rates::default(), agents: HashMap::new(), open: Vec::new(), cue: None };
    let mut skipped = Vec::new();
    xml::read(text, &mut skipped, &mut |node| match node {
        Node::Open(element) => reader.open(element),
        Node::Text(text) => reader.text(&text),
        Node::Close => reader.close(),
    });
    let Reader { mut script, agents, .. } = reader;
    script.skipped.extend(skipped);
    // Who an agent is may be said after he speaks.
    for piece in script.cues.iter_mut().flat_map(|cue| &mut cue.pieces) {
        if let Some(name) = piece.speaker.as_ref().and_then(|id| agents.get(id)).filter(|name| !name.is_empty()) {
            piece.speaker = Some(name.clone());
        }
    }
    script
}

/// Returns whether a text begins as TTML does.
pub(super) fn is_one(head: &str) -> bool {
    xml::root(head).is_some_and(|root| root == "tt")
}

/// What ticks and frames last.
struct Rates {
    frames: f64,
    ticks: f64,
}

impl Default for Rates {
    fn default() -> Self {
        // TTML2, 7.2.5 and 7.2.13.
        Self { frames: 30.0, ticks: 1.0 }
    }
}

/// An element that is open.
struct Open {
    name: String,
    /// When it starts, if it or one around it says so.
    start: Option<Millis>,
    end: Option<Millis>,
    /// Where the next child starts in a `seq`.
    cursor: Option<Millis>,
    is_seq: bool,
    /// The id of who speaks.
    speaker: Option<String>,
    language: Option<Language>,
    /// For a span with times: they belong to the text that comes next.
    fresh: Option<Millis>,
}

struct Reader {
    script: Script,
    rates: Rates,
    /// The names of agents by their ids.
    agents: HashMap<String, String>,
    open: Vec<Open>,
    /// The paragraph that is open: its line and what it holds.
    cue: Option<(usize, Vec<Piece>)>,
}

impl Reader {
    fn open(&mut self, element: Element) {
        if element.name == "tt" {
            self.rates = rates(&element);
            self.script.language = element.get("lang").and_then(Language::from_tag);
        }
        if let ("agent", Some(id)) = (element.name.as_str(), element.get("id")) {
            self.agents.entry(id.to_owned()).or_default();
        }
        if let ("br", Some((_, pieces))) = (element.name.as_str(), &mut self.cue) {
            pieces.push(Piece::plain("\n"));
        }
        if element.name == "p" && self.cue.is_none() {
            self.cue = Some((element.line, Vec::new()));
        }
        let inherited = self.open.last_mut().and_then(|parent| parent.fresh.take());
        let parent = self.open.last();
        let base = parent
            .and_then(|parent| if parent.is_seq { Some(parent.cursor.unwrap_or_default()) } else { parent.start });
        let time = |name: &str| element.get(name).and_then(|value| time(value, &self.rates));
        let after = |time: Millis| base.unwrap_or_default().saturating_add(time);
        let own_start = time("begin").map(after);
        let start = own_start.or(base);
        let own_end = match (time("end").map(after), time("dur")) {
            (Some(end), _) => Some(end),
            (None, Some(length)) => Some(start.unwrap_or_default().saturating_add(length)),
            (None, None) => None,
        };
        // In the head an agent's name stands in the element that has his id.
        let key = if element.name == "agent" { "id" } else { "agent" };
        let agent = element.get(key).and_then(|ids| ids.split_whitespace().next()).map(str::to_owned);
        // The language of the whole is the script's.
        let language = element.get("lang").filter(|_| element.name != "tt").and_then(Language::from_tag);
        let open = Open {
            start,
            end: own_end.or_else(|| parent.and_then(|parent| parent.end)),
            cursor: start,
            is_seq: element.get("timeContainer") == Some("seq"),
            speaker: agent.or_else(|| parent.and_then(|parent| parent.speaker.clone())),
            language: language.or_else(|| parent.and_then(|parent| parent.language)),
            fresh: own_start.filter(|_| element.name == "span").or(inherited),
            name: element.name,
        };
        self.open.push(open);
    }

    fn text(&mut self, text: &str) {
        let Some(last) = self.open.last_mut() else { return };
        if last.name == "desc" && text.trim_start().starts_with(TTML_MARK) {
            self.script.origin = Origin::Ours;
        }
        if last.name == "name" {
            let id = last.speaker.clone();
            if let Some(name) = id.and_then(|id| self.agents.get_mut(&id)) {
                *name = format!("{name} {text}").split_whitespace().collect::<Vec<_>>().join(" ");
            }
            return;
        }
        let is_said =
            self.open.iter().any(|open| open.name == "p") && !self.open.iter().any(|open| is_silent(&open.name));
        let (Some((_, pieces)), Some(last)) = (&mut self.cue, self.open.last_mut()) else { return };
        if is_said {
            // A line break in the file is a space; `br` breaks lines.
            let text = text.replace(['\n', '\r', '\t'], " ");
            let (start, end) = match last.fresh.take() {
                Some(start) => (Some(start), last.end),
                None => (None, None),
            };
            let (speaker, language) = (last.speaker.clone(), last.language);
            pieces.push(Piece { start, end, speaker, language, ..Piece::plain(text) });
        }
    }

    fn close(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        if let Some(parent) = self.open.last_mut() {
            parent.cursor = closed.end.or(closed.cursor).max(parent.cursor);
        }
        if closed.name == "p"
            && !self.open.iter().any(|open| open.name == "p")
            && let Some((line, pieces)) = self.cue.take()
        {
            self.paragraph(line, &closed, pieces);
        }
    }

    fn paragraph(&mut self, line: usize, closed: &Open, pieces: Vec<Piece>) {
        if pieces.iter().all(|piece| piece.text.trim().is_empty()) {
            return;
        }
        let starts = pieces.iter().filter_map(|piece| piece.start);
        let Some(start) = closed.start.or_else(|| starts.min()) else {
            self.script.skipped.push(Skipped { line, reason: "the paragraph has no times; it was left out" });
            return;
        };
        let end = closed.end.or_else(|| pieces.iter().filter_map(|piece| piece.end).max());
        let (cue, mended) = Cue::new(start, end.unwrap_or(start), pieces);
        if mended {
            let reason = "the end does not lie after the start; it was estimated";
            self.script.skipped.push(Skipped { line, reason });
        }
        self.script.cues.push(cue);
    }
}

/// Whether an element holds what nobody says.
fn is_silent(name: &str) -> bool {
    matches!(name, "metadata" | "head" | "title" | "desc" | "copyright" | "agent")
}

fn rates(element: &Element) -> Rates {
    let number = |name: &str| element.get(name).and_then(|value| value.trim().parse::<f64>().ok());
    let usable = |rate: &f64| rate.is_finite() && *rate > 0.0;
    let multiplier = element.get("frameRateMultiplier").and_then(|value| {
        let (above, below) = value.trim().split_once([' ', ':'])?;
        Some(above.trim().parse::<f64>().ok()? / below.trim().parse::<f64>().ok()?)
    });
    let declared = number("frameRate").filter(usable);
    let frames = declared.unwrap_or(30.0) * multiplier.filter(usable).unwrap_or(1.0);
    let ticks = number("tickRate").filter(usable).or(declared.map(|_| frames)).unwrap_or(1.0);
    Rates { frames, ticks }
}

/// Reads a time expression: `00:01:23.250`, `00:01:23:12` (frames), `83.25s`, `4000ms`, `100t`.
fn time(value: &str, rates: &Rates) -> Option<Millis> {
    let value = value.trim();
    if value.contains(':') {
        let parts: Vec<&str> = value.split(':').collect();
        let [hours, minutes, seconds, frames] = parts[..] else { return clock::read(value) };
        let whole = clock::read(&format!("{hours}:{minutes}:{seconds}"))?;
        let frames = frames.parse::<f64>().ok().filter(|frames| frames.is_finite())?;
        return Some(whole.saturating_add(clock::from_millis(frames * 1000.0 / rates.frames)));
    }
    let number_end = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let number = value[..number_end].parse::<f64>().ok()?;
    let millis = match &value[number_end..] {
        "h" => number * 3_600_000.0,
        "m" => number * 60_000.0,
        "s" => number * 1000.0,
        "ms" => number,
        "f" => number * 1000.0 / rates.frames,
        "t" => number * 1000.0 / rates.ticks,
        _ => return None,
    };
    Some(clock::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_however_they_are_written() {
        let rates = Rates { frames: 25.0, ticks: 10_000_000.0 };
        for (value, expected) in [
            ("00:00:01.5", Some(1500)),
            ("01:00:01", Some(3_601_000)),
            ("00:00:01:05", Some(1200)),
            ("1.5s", Some(1500)),
            ("2m", Some(120_000)),
            ("0.5h", Some(1_800_000)),
            ("250ms", Some(250)),
            ("50f", Some(2000)),
            ("15000000t", Some(1500)),
            ("12", None),
            ("", None),
            ("1:2:3:4:5", None),
            ("s", None),
        ] {
            assert_eq!(time(value, &rates), expected.map(Millis::new), "{value:?}");
        }
    }
}

//! Reading the XML of OHMS, with which oral historians synchronise a typed transcript: its text, and for every minute
//! (or two, or five) the line and word at which it begins.
//!
//! `<sync>1:|13(3)|19(14)</sync>` means: minute 1 begins at line 13, third word, minute 2 at line 19, fourteenth word.
//! Newer files have a whole WebVTT file in `<vtt_transcript>` instead.

use super::cue::{Piece, Script};
use super::stamps::{self, Stamp};
use super::xml::{self, Node};
use super::{Origin, Skipped, SubtitleError, blocks, vtt};
use crate::time::Millis;

/// Reads a file's text.
pub(super) fn read(text: &str) -> Result<Script, SubtitleError> {
    let mut skipped = Vec::new();
    let mut found = Found::default();
    let mut open: Vec<(String, usize)> = Vec::new();
    xml::read(text, &mut skipped, &mut |node| match node {
        Node::Open(element) => open.push((element.name, element.line)),
        Node::Close => drop(open.pop()),
        Node::Text(text) => match open.last() {
            Some((name, _)) if name == "sync" => found.sync += &text,
            Some((name, line)) if name == "transcript" => {
                found.line = *line;
                found.transcript += &text;
            }
            Some((name, _)) if name == "vtt_transcript" => found.vtt += &text,
            _ => {}
        },
    });
    if found.vtt.contains("-->") {
        let mut script = vtt::read(&found.vtt);
        script.skipped.extend(skipped);
        return Ok(script);
    }
    if found.transcript.trim().is_empty() {
        let problem = "it has no transcript and no vtt_transcript".into();
        return Err(SubtitleError::NotATranscript { format: "OHMS", problem });
    }
    let stamps = found.stamps();
    if stamps.len() == 1 {
        let reason = "the file has no sync points: everything was put at its start";
        skipped.push(Skipped { line: found.line, reason });
    }
    let fitting = stamps::fit(stamps, &mut skipped);
    let cues = stamps::cues(fitting, &mut skipped);
    skipped.sort_by_key(|skipped| skipped.line);
    Ok(Script { cues, skipped, origin: Origin::Foreign, language: None, is_approximate: false })
}

/// Returns whether a text begins as OHMS writes it.
pub(super) fn is_one(head: &str) -> bool {
    let is_root = xml::root(head).is_some_and(|root| root.eq_ignore_ascii_case("root") || root == "record");
    is_root && (head.contains("<record") || head.contains("<sync"))
}

#[derive(Default)]
struct Found {
    sync: String,
    transcript: String,
    /// The line of the transcript's first line.
    line: usize,
    vtt: String,
}

impl Found {
    /// Cuts the text where the minutes begin.
    fn stamps(&self) -> Vec<Stamp> {
        let points = points(&self.sync);
        let mut points = points.iter().peekable();
        let stamp = |line, start| Stamp { line, start, end: None, pieces: Vec::new() };
        let mut stamps = vec![stamp(self.line, Millis::ZERO)];
        let mut in_notes = false;
        for (index, line) in blocks::lines(&self.transcript).enumerate() {
            let mut word = 0;
            let mut rest = line;
            while let Some(point) = points.next_if(|point| point.line <= index + 1) {
                let words = point.word.saturating_sub(1).saturating_sub(word);
                let (head, tail) = cut(rest, words);
                push(&mut stamps, head, &mut in_notes);
                stamps.push(stamp(self.line + index, point.time));
                (word, rest) = (word + words, tail);
            }
            push(&mut stamps, rest, &mut in_notes);
            push(&mut stamps, "\n", &mut in_notes);
        }
        stamps
    }
}

/// Adds text to the last stamp, without footnotes and the times that are written into it.
fn push(stamps: &mut [Stamp], text: &str, in_notes: &mut bool) {
    let Some(stamp) = stamps.last_mut() else { return };
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let sign = if *in_notes { "[[/footnotes]]" } else { "[[footnotes]]" };
        let Some((before, after)) = rest.split_once(sign) else { break };
        if !*in_notes {
            said += before;
        }
        (*in_notes, rest) = (!*in_notes, after);
    }
    if !*in_notes {
        said += rest;
    }
    let said = without(&without(&said, "[[footnote]]", "[[/footnote]]"), "{", "}");
    stamp.pieces.push(Piece::plain(said));
}

/// Leaves out what stands between two signs when it is only a number or a time.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        kept += before;
        let inside = after.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(after.len());
        if let Some(later) = after[inside..].strip_prefix(close) {
            rest = later;
        } else {
            kept += open;
            rest = after;
        }
    }
    kept + rest
}

/// Cuts a line behind so many words.
fn cut(line: &str, words: usize) -> (&str, &str) {
    let mut inside = false;
    let mut seen = 0;
    for (at, c) in line.char_indices() {
        let is_word = !c.is_whitespace();
        if is_word && !inside {
            if seen == words {
                return line.split_at(at);
            }
            seen += 1;
        }
        inside = is_word;
    }
    if words == 0 { ("", line) } else { (line, "") }
}

/// Where a minute begins.
struct Point {
    /// From 1.
    line: usize,
    /// From 1.
    word: usize,
    time: Millis,
}

/// Reads `1:|13(3)|19(14)`; what cannot be read only counts its minute.
fn points(sync: &str) -> Vec<Point> {
    let Some((interval, points)) = sync.trim().split_once(':') else { return Vec::new() };
    let Ok(interval) = interval.trim().parse::<u32>() else { return Vec::new() };
    let read = |(number, point): (u32, &str)| {
        let (line, word) = point.trim().split_once('(')?;
        let word = word.trim_end().strip_suffix(')')?.trim().parse().ok()?;
        let time = Millis::from_seconds(number.saturating_mul(interval).saturating_mul(60));
        Some(Point { line: line.trim().parse().ok()?, word, time })
    };
    let mut points: Vec<_> = (0..).zip(points.split('|')).filter_map(read).collect();
    // The text is cut once, from its start to its end.
    points.sort_by_key(|point| (point.line, point.word));
    points
}

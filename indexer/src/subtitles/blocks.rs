//! A block is a timing line with the lines of text below it: the frame that WebVTT, SubRip and SBV share.
//!
//! Files break its rules in every way, so a block is found by its timing line alone. Blank lines may be missing before
//! it or stand between it and its text; numbers and identifiers above it may be there or not.

use super::clock;
use super::cue::{Cue, Piece};
use super::{Skipped, markup};
use crate::time::Millis;

/// A timing line with its text.
pub(super) struct Block<'a> {
    /// The line of the times, from 1.
    pub(super) line: usize,
    start: Millis,
    end: Millis,
    text: Vec<&'a str>,
    number: Option<u32>,
    /// Whether a blank line stands between the times and the text.
    blank_first: bool,
}

/// A paragraph without a timing line: a header, a comment, a style, or text that lost its time.
pub(super) struct Stray<'a> {
    /// The first line, from 1.
    pub(super) line: usize,
    pub(super) lines: Vec<&'a str>,
    /// How many blocks stand above it.
    pub(super) blocks_above: usize,
}

/// What a file is made of.
#[derive(Default)]
pub(super) struct Scan<'a> {
    pub(super) blocks: Vec<Block<'a>>,
    pub(super) strays: Vec<Stray<'a>>,
    pub(super) skipped: Vec<Skipped>,
}

impl<'a> Block<'a> {
    /// Makes a cue of the block, and notes when its end had to be estimated.
    pub(super) fn cue(&self, skipped: &mut Vec<Skipped>) -> Option<Cue> {
        let pieces = markup::pieces(&self.text.join("\n"));
        if pieces.iter().all(|piece: &Piece| piece.text.trim().is_empty()) {
            return None;
        }
        let (cue, mended) = Cue::new(self.start, self.end, pieces);
        if mended {
            skipped.push(Skipped { line: self.line, reason: "the end does not lie after the start; it was estimated" });
        }
        Some(cue)
    }

    /// Adds lines that a blank line had cut off.
    pub(super) fn append(&mut self, lines: &[&'a str]) {
        self.text.extend_from_slice(lines);
    }

    /// Takes back the last line when it is the number of the block that follows.
    fn give_back_number(&mut self) -> Option<&'a str> {
        let last = self.text.last()?;
        let follows = number(last).is_some_and(|next| self.number.is_some_and(|own| own.checked_add(1) == Some(next)));
        let alone = self.blank_first && self.text.len() == 1;
        if follows || alone { self.text.pop() } else { None }
    }
}

/// Cuts a text into blocks; `timing` reads the line of the times.
pub(super) fn scan(text: &str, timing: fn(&str) -> Timing) -> Scan<'_> {
    let mut scanner = Scanner { found: Scan::default(), place: Place::Between };
    for (index, line) in lines(text).enumerate() {
        let number = index + 1;
        match timing(line) {
            Timing::Times(start, end) => scanner.begin(number, start, end),
            Timing::Broken if !matches!(scanner.place, Place::Block) || line.bytes().any(|b| b.is_ascii_digit()) => {
                scanner.skip(number);
            }
            _ if line.trim().is_empty() => scanner.blank(),
            _ => scanner.text(number, line),
        }
    }
    scanner.found
}

/// Where the scanner is.
enum Place {
    Between,
    Block,
    Stray,
    /// Below a timing line that cannot be read.
    Skipping,
}

struct Scanner<'a> {
    found: Scan<'a>,
    place: Place,
}

impl<'a> Scanner<'a> {
    fn begin(&mut self, line: usize, start: Millis, end: Millis) {
        let identifier = self.identifier();
        let number = identifier.and_then(number);
        self.found.blocks.push(Block { line, start, end, text: Vec::new(), number, blank_first: false });
        self.place = Place::Block;
    }

    fn skip(&mut self, line: usize) {
        self.identifier();
        self.found.skipped.push(Skipped { line, reason: "the times cannot be read; the cue was left out" });
        self.place = Place::Skipping;
    }

    /// Returns the line above a timing line when it belongs to that.
    fn identifier(&mut self) -> Option<&'a str> {
        match self.place {
            Place::Block => self.found.blocks.last_mut()?.give_back_number(),
            Place::Stray => {
                let stray = self.found.strays.last_mut()?;
                let is_identifier = stray.lines.len() == 1 || number(stray.lines.last()?).is_some();
                let identifier = if is_identifier { stray.lines.pop() } else { None };
                if stray.lines.is_empty() {
                    self.found.strays.pop();
                }
                identifier
            }
            Place::Between | Place::Skipping => None,
        }
    }

    fn blank(&mut self) {
        if let (Place::Block, Some(block)) = (&self.place, self.found.blocks.last_mut())
            && block.text.is_empty()
            && !block.blank_first
        {
            block.blank_first = true;
        } else {
            self.place = Place::Between;
        }
    }

    fn text(&mut self, number: usize, line: &'a str) {
        match self.place {
            Place::Block => self.found.blocks.last_mut().into_iter().for_each(|block| block.text.push(line)),
            Place::Stray => self.found.strays.last_mut().into_iter().for_each(|stray| stray.lines.push(line)),
            Place::Between => {
                let blocks_above = self.found.blocks.len();
                self.found.strays.push(Stray { line: number, lines: vec![line], blocks_above });
                self.place = Place::Stray;
            }
            Place::Skipping => {}
        }
    }
}

/// Cuts a text at `\r\n`, `\n` and `\r`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

fn number(line: &str) -> Option<u32> {
    line.trim().parse().ok()
}

/// What a line says about times.
pub(super) enum Timing {
    Times(Millis, Millis),
    /// An arrow, but not two times.
    Broken,
    None,
}

/// Returns whether a line is `start --> end settings`.
pub(super) fn is_timing(line: &str) -> bool {
    matches!(arrow(line), Timing::Times(..))
}

/// Reads `start --> end settings`.
pub(super) fn arrow(line: &str) -> Timing {
    let Some((start, rest)) = line.split_once("-->") else { return Timing::None };
    let end = rest.split_whitespace().next().unwrap_or_default();
    match (clock::read(start), clock::read(end)) {
        (Some(start), Some(end)) => Timing::Times(start, end),
        _ => Timing::Broken,
    }
}

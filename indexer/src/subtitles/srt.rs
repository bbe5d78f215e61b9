//! Reading SubRip, which is whatever players accept: numbers, times with a comma, text, a blank line.

use super::blocks::{self, Scan};
use super::cue::Script;
use super::write::SRT_MARK;
use super::{Origin, Skipped};

/// Reads a file's text. A blank line inside a cue does not end it: text without times belongs to the cue above.
pub(super) fn read(text: &str) -> Script {
    let origin = if text.contains(SRT_MARK) { Origin::Ours } else { Origin::Foreign };
    script(blocks::scan(text, blocks::arrow), origin)
}

/// Makes cues of blocks in which blank lines may stand.
pub(super) fn script(mut found: Scan<'_>, origin: Origin) -> Script {
    let mut skipped = std::mem::take(&mut found.skipped);
    for stray in &found.strays {
        let is_number = stray.lines.iter().all(|line| line.trim().bytes().all(|b| b.is_ascii_digit()));
        match found.blocks[..stray.blocks_above].last_mut() {
            _ if is_number => {}
            Some(block) => block.append(&stray.lines),
            None => skipped.push(Skipped { line: stray.line, reason: "text above the first times; it was left out" }),
        }
    }
    let cues = found.blocks.iter().filter_map(|block| block.cue(&mut skipped)).collect();
    skipped.sort_by_key(|skipped| skipped.line);
    Script { cues, skipped, origin, language: None, is_approximate: false }
}

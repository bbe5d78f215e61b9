//! A stamp is a time that stands in running text and says when what follows it is said.
//!
//! People write them, so now and then one is wrong. The text's own order is trusted more than a time: a stamp that does
//! not fit between its neighbours is given up, and its text stays with the stamp above.

use super::Skipped;
use super::cue::{Cue, Piece};
use crate::time::Millis;

/// How long a letter lasts at most: slow speech, five letters a second. What follows a stamp lasts until the next, but
/// not minutes of silence.
const SLOWEST: Millis = Millis::new(200);

/// A time with the text that follows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stamp {
    /// Where it stands in the file.
    pub(super) line: usize,
    pub(super) start: Millis,
    /// When the text ends, where the file says so.
    pub(super) end: Option<Millis>,
    pub(super) pieces: Vec<Piece>,
}

impl Stamp {
    fn letters(&self) -> u32 {
        let letters = self.pieces.iter().flat_map(|piece| piece.text.chars()).filter(|c| c.is_alphanumeric()).count();
        u32::try_from(letters).unwrap_or(u32::MAX)
    }
}

/// Gives up the stamps of a running text that go back in time: as few as possible.
pub(super) fn fit(stamps: Vec<Stamp>, skipped: &mut Vec<Skipped>) -> Vec<Stamp> {
    let kept = longest_rise(&stamps.iter().map(|stamp| stamp.start).collect::<Vec<_>>());
    let mut fitting: Vec<Stamp> = Vec::with_capacity(kept.len());
    let mut kept = kept.into_iter().peekable();
    for (index, stamp) in stamps.into_iter().enumerate() {
        if kept.next_if_eq(&index).is_some() {
            fitting.push(stamp);
            continue;
        }
        let reason = "the time does not fit between its neighbours; the text stays with the time above";
        skipped.push(Skipped { line: stamp.line, reason });
        match fitting.last_mut() {
            Some(last) => {
                last.pieces.push(Piece::plain("\n"));
                last.pieces.extend(stamp.pieces);
            }
            // Nothing is above: the text begins with the recording.
            None => fitting.push(Stamp { start: Millis::ZERO, end: None, ..stamp }),
        }
    }
    fitting
}

/// Makes cues of stamps: each lasts until the next that starts later, as far as its text can fill that.
pub(super) fn cues(mut stamps: Vec<Stamp>, skipped: &mut Vec<Skipped>) -> Vec<Cue> {
    stamps.sort_by_key(|stamp| stamp.start);
    let mut next = None;
    let mut later = Vec::with_capacity(stamps.len());
    for (index, stamp) in stamps.iter().enumerate().rev() {
        if let Some(after) = stamps.get(index + 1).filter(|after| after.start > stamp.start) {
            next = Some(after.start);
        }
        later.push(next);
    }
    let mut cues = Vec::with_capacity(stamps.len());
    for (stamp, next) in stamps.into_iter().zip(later.into_iter().rev()) {
        if stamp.pieces.iter().all(|piece| piece.text.trim().is_empty()) {
            continue;
        }
        let longest = stamp.start.saturating_add(Millis::new(SLOWEST.get().saturating_mul(stamp.letters())));
        // The last has no next: Cue::new gives it the time that its letters take.
        let filled = next.map_or(stamp.start, |next| next.min(longest));
        let (cue, mended) = Cue::new(stamp.start, stamp.end.unwrap_or(filled), stamp.pieces);
        if mended && stamp.end.is_some() {
            let reason = "the end does not lie after the start; it was estimated";
            skipped.push(Skipped { line: stamp.line, reason });
        }
        cues.push(cue);
    }
    cues
}

/// Returns which of some times make the longest run that never goes back, in order.
fn longest_rise(times: &[Millis]) -> Vec<usize> {
    // The last time of the best run of each length, and the run's way back.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(times.len());
    for (index, time) in times.iter().enumerate() {
        let length = ends.partition_point(|&end| times[end] <= *time);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        run.push(index);
        at = before[index];
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rise_leaves_out_what_goes_back() {
        for (times, kept) in [
            (&[][..], &[][..]),
            (&[1, 2, 2, 3], &[0, 1, 2, 3]),
            (&[1, 60, 2, 3], &[0, 2, 3]),
            (&[9, 1, 2], &[1, 2]),
            (&[5, 4, 3], &[2]),
        ] {
            let times: Vec<_> = times.iter().map(|&time| Millis::new(time)).collect();
            assert_eq!(longest_rise(&times), kept, "{times:?}");
        }
    }
}

//! Order brings cues into the order in which they are said and gives each its own time.

use super::cue::{Cue, Piece};
use crate::time::{Millis, TimeSpan};

/// Cues that overlap and start this close together are said together; it is not known who is first.
const TOGETHER: Millis = Millis::new(1000);

/// Sorts cues by their start, keeping the file's order otherwise, and drops one that is in the file twice.
pub(super) fn sort(cues: &mut Vec<Cue>) {
    cues.sort_by_key(|cue| cue.span.start());
    cues.dedup();
}

/// Parts sorted cues that overlap: the earlier ends where the later starts; said together, they become one cue.
///
/// For cues without the times of words, whose words are spread over them. A line that a file shows through and
/// through (a title, a credit) so takes no time from what is said under it.
pub(super) fn part(cues: &mut Vec<Cue>) {
    let mut parted: Vec<Cue> = Vec::with_capacity(cues.len());
    for cue in cues.drain(..) {
        let start = cue.span.start();
        match parted.last_mut() {
            Some(last) if start < last.span.end() && start.since(last.span.start()) < TOGETHER => {
                last.span = TimeSpan::at_least_one(last.span.start(), last.span.end().max(cue.span.end()));
                last.pieces.push(Piece::plain("\n"));
                last.pieces.extend(cue.pieces);
            }
            Some(last) if start < last.span.end() => {
                last.span = TimeSpan::at_least_one(last.span.start(), start);
                parted.push(cue);
            }
            _ => parted.push(cue),
        }
    }
    *cues = parted;
}

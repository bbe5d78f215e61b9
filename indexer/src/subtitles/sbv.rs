//! Reading SBV, the subtitles that `YouTube` hands out: `0:00:01.000,0:00:02.000` above each text.

use super::blocks::{self, Timing};
use super::cue::Script;
use super::{Origin, clock, srt};

/// Reads a file's text. `[br]` breaks a line.
pub(super) fn read(text: &str) -> Script {
    srt::script(blocks::scan(&text.replace("[br]", "<br>"), timing), Origin::Foreign)
}

/// Returns whether a line is `start,end`.
pub(super) fn is_timing(line: &str) -> bool {
    matches!(timing(line), Timing::Times(..))
}

fn timing(line: &str) -> Timing {
    let times = line.trim().split_once(',').and_then(|(start, end)| Some((clock::read(start)?, clock::read(end)?)));
    times.map_or(Timing::None, |(start, end)| Timing::Times(start, end))
}

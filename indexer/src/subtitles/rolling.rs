//! Rolling captions show each line more than once: as the newest, then pushed up by the next.
//!
//! Live captioning and YouTube's automatic captions write them. Taken as they stand they double or treble every
//! word, so a cue gives up the lines with which the cue before it ended. People do repeat themselves, so this is done
//! only in files where it is the rule.

use super::cue::{Cue, Piece};
use crate::time::Millis;

/// The most lines that roll at once; broadcast captions have up to four (CTA-608).
const MAX_LINES: usize = 4;

/// The longest pause over which a line can still be on the screen.
const MAX_PAUSE: Millis = Millis::new(1000);

/// The fewest cues that must repeat lines *and* go on: two might be chance in a talk, and one is in every quarrel.
const MIN_ROLLS: usize = 2;

/// Takes the repeated lines out of a file's cues (ordered by start) when at least half of them begin with such lines.
pub(super) fn unroll(cues: &mut Vec<Cue>) {
    let lines: Vec<Vec<Vec<String>>> = cues.iter().map(lines).collect();
    let repeated: Vec<usize> = (1..cues.len())
        .map(|next| {
            let shown = cues[next].span.start() <= cues[next - 1].span.end().saturating_add(MAX_PAUSE);
            if shown { repeated(&lines[next - 1], &lines[next]) } else { 0 }
        })
        .collect();
    let tokens = |cue: usize| lines[cue].iter().map(Vec::len).sum::<usize>();
    let repeating = repeated.iter().filter(|&&count| count > 0).count();
    let rolls = repeated.iter().enumerate().filter(|&(pair, &count)| count > 0 && count < tokens(pair + 1)).count();
    if rolls < MIN_ROLLS || repeating * 2 < repeated.len() {
        return;
    }
    for (cue, count) in cues.iter_mut().skip(1).zip(repeated) {
        cut(&mut cue.pieces, count);
    }
    cues.retain(|cue| !cue.pieces.is_empty());
}

/// Returns the words of each line that is not blank.
fn lines(cue: &Cue) -> Vec<Vec<String>> {
    let text = cue.text();
    let lines = text.split('\n').map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    lines.filter(|line| !line.is_empty()).collect()
}

/// Returns with how many words of the previous cue's last lines a cue begins.
///
/// The lines must be repeated whole and end where a line ends, unless the whole cue is repeated and its line grows.
fn repeated(previous: &[Vec<String>], cue: &[Vec<String>]) -> usize {
    let words: Vec<&String> = cue.iter().take(MAX_LINES + 1).flatten().collect();
    for count in (1..=previous.len().min(MAX_LINES)).rev() {
        let tail: Vec<&String> = previous[previous.len() - count..].iter().flatten().collect();
        let ends_line = cue.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        });
        let fits = count == previous.len() || ends_line.into_iter().any(|end| end == tail.len());
        if fits && words.starts_with(&tail) {
            return tail.len();
        }
    }
    0
}

/// Removes the first words of a cue.
fn cut(pieces: &mut Vec<Piece>, words: usize) {
    let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let mut last = ' ';
    let starts_word = |&(_, c): &(usize, char)| {
        let before = std::mem::replace(&mut last, c);
        before.is_whitespace() && !c.is_whitespace()
    };
    let kept = text.char_indices().filter(starts_word).nth(words).map_or(text.len(), |(at, _)| at);
    let mut before = if words == 0 { 0 } else { kept };
    for piece in pieces.iter_mut() {
        let gone = before.min(piece.text.len());
        before -= gone;
        if gone > 0 && gone < piece.text.len() {
            piece.start = None;
        }
        piece.text.drain(..gone);
    }
    pieces.retain(|piece| !piece.text.trim().is_empty());
}

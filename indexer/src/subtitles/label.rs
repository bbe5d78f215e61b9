//! A label is a speaker's name written into the text: `Ann Lee: Good morning.`
//!
//! Nothing tells `Ann Lee:` from `Remember this:` for certain, and a wrong label takes words out of the text. So a
//! label is believed only when it looks like a name (up to four words with capitals), stands at the start of a line,
//! and comes again: in at least two cues, and in at least one of a hundred. It holds until the next label, or until a
//! dash or `>>` shows that somebody else speaks.

use std::collections::{HashMap, HashSet};

use super::cue::{Cue, Piece};

/// The longest name.
const MAX_LETTERS: usize = 40;

/// The most words of a name, as in `Interviewer for the museum`.
const MAX_WORDS: usize = 4;

/// The longest word of a name that may be written small, as in `Anna van der Berg`.
const MAX_PARTICLE: usize = 3;

/// In how many cues a name must stand.
const MIN_CUES: usize = 2;

/// Of how many cues one must hold the name.
const MIN_SHARE: usize = 100;

/// Turns labels into speakers, when no piece has one yet.
pub(super) fn take(cues: &mut [Cue]) {
    if cues.iter().flat_map(|cue| &cue.pieces).any(|piece| piece.speaker.is_some()) {
        return;
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for cue in &*cues {
        let names: HashSet<&str> = line_starts(cue).filter_map(split).map(|label| label.name).collect();
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    let enough = MIN_CUES.max(cues.len().div_ceil(MIN_SHARE));
    let believed: HashSet<String> =
        counts.into_iter().filter(|&(_, count)| count >= enough).map(|(name, _)| name.to_owned()).collect();
    if believed.is_empty() {
        return;
    }
    let mut speaker = None;
    for cue in cues {
        let mut at_line_start = true;
        let mut pieces = Vec::with_capacity(cue.pieces.len());
        for piece in cue.pieces.drain(..) {
            let mut start = piece.start;
            for line in piece.text.split_inclusive('\n') {
                let label = split(line).filter(|label| at_line_start && believed.contains(label.name));
                if at_line_start && (label.is_some() || turn(line).is_some()) {
                    speaker = label.as_ref().map(|label| label.name.to_owned());
                }
                let text = label.map_or(line, |label| label.rest).to_owned();
                // Only the first line of a piece starts when the piece does.
                pieces.push(Piece { text, start: start.take(), end: None, speaker: speaker.clone(), ..piece });
                at_line_start = line.ends_with('\n');
            }
            if let Some(last) = pieces.last_mut() {
                last.end = piece.end;
            }
        }
        cue.pieces = pieces;
    }
}

struct Label<'a> {
    name: &'a str,
    rest: &'a str,
}

/// Returns the lines of a cue, as far as they stand in one piece.
fn line_starts(cue: &Cue) -> impl Iterator<Item = &str> {
    let ends_line = |piece: &Piece| piece.text.ends_with('\n');
    cue.pieces.iter().enumerate().flat_map(move |(index, piece)| {
        let inside = usize::from(index > 0 && !ends_line(&cue.pieces[index - 1]));
        piece.text.split('\n').skip(inside)
    })
}

/// Returns what follows the signs that somebody else begins to speak.
fn turn(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.trim_start_matches(['>', '-', '–', '—']);
    let signs = &line[..line.len() - rest.len()];
    (signs.contains(">>") || (!signs.is_empty() && rest.starts_with(char::is_whitespace))).then(|| rest.trim_start())
}

/// Cuts a line into a name and what follows the colon.
fn split(line: &str) -> Option<Label<'_>> {
    let line = turn(line).unwrap_or_else(|| line.trim_start());
    let (name, rest) = line.split_once([':', '：'])?;
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace) || line[name.len()..].starts_with('：');
    (ends && is_name(name)).then_some(Label { name, rest })
}

/// Returns whether a text looks like the name of a person.
pub(super) fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    let allowed = |c: char| c.is_alphanumeric() || " .'’-_#()&/".contains(c);
    let capital = |word: &str| word.starts_with(|c: char| c.is_alphanumeric() && !c.is_lowercase());
    let inner = |word: &str| word.len() <= MAX_PARTICLE || capital(word) || word.starts_with('(');
    name.len() <= MAX_LETTERS * 4
        && name.chars().count() <= MAX_LETTERS
        && words.len() <= MAX_WORDS
        && name.chars().all(allowed)
        && name.chars().any(char::is_alphabetic)
        && words.first().copied().is_some_and(capital)
        && words.iter().all(|word| !word.is_empty() && inner(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_looks_like_a_name() {
        for name in
            ["Ann Lee", "ANN", "Q", "Speaker 1", "Anna van der Berg", "Dr. O’Neil", "Łucja", "田中", "SPEAKER_00"]
        {
            assert!(is_name(name), "{name:?}");
        }
        for other in
            ["", " ", "and then", "he said", "12", "So I asked him why", "Yes, Ann", "https", "Why?", "Ann  Lee"]
        {
            assert!(!is_name(other), "{other:?}");
        }
    }

    #[test]
    fn a_label_ends_in_a_colon_and_a_space() {
        for (line, parts) in [
            ("Ann Lee: Good morning", Some(("Ann Lee", " Good morning"))),
            (">> ANN: Good", Some(("ANN", " Good"))),
            ("- Ann: Good", Some(("Ann", " Good"))),
            ("田中：はい", Some(("田中", "はい"))),
            ("ANN:", Some(("ANN", ""))),
            ("At 12:30 we met", None),
            ("Ann:Good", None),
            ("See http://example.org", None),
        ] {
            assert_eq!(split(line).map(|label| (label.name, label.rest)), parts, "{line:?}");
        }
    }
}

//! A snippet is what of a hit is shown: its matches with the words around them.

use super::Error;
use super::Piece;
use super::words_file::TextReader;
use crate::term::letters;
use crate::time::Millis;
use crate::transcript::WordRange;

/// Words shown before the first and after the last match of a run: a line on a narrow screen.
const CONTEXT: u32 = 12;

/// Words shown around the matches that are far from the others.
const NARROW_CONTEXT: u32 = 6;

/// The most words from the first match to the last that are shown without leaving any out, and after which no further
/// match is shown.
const TOGETHER: u32 = 60;

/// Stands where words are left out.
const LEFT_OUT: &str = " … ";

/// The most words that are shown of a hit without matches.
const OPENING: u32 = 40;

/// Returns the pieces of a hit with some words and the given matches, which rise.
pub(super) fn pieces(texts: &mut TextReader<'_>, words: WordRange, matches: &[WordRange]) -> Result<Vec<Piece>, Error> {
    let mut pieces = Pieces::default();
    let windows = if matches.is_empty() {
        vec![WordRange::new(words.start, words.end.min(words.start.saturating_add(OPENING)))]
    } else {
        windows(matches, texts.words())
    };
    for window in windows {
        pieces.is_open = false;
        let mut leaves_out = !pieces.all.is_empty();
        let mut ordinal = window.start;
        texts.read(window, |text, span| {
            if std::mem::take(&mut leaves_out) {
                pieces.all.push(Piece { text: LEFT_OUT.into(), matched: false, start: span.start() });
            }
            let is_matched = matches.iter().any(|range| range.contains(ordinal));
            pieces.add(text, span.start(), is_matched);
            ordinal += 1;
        })?;
    }
    Ok(pieces.all)
}

/// Which words are shown.
fn windows(matches: &[WordRange], total: u32) -> Vec<WordRange> {
    let (Some(first), Some(end)) = (matches.first(), matches.iter().map(|words| words.end).max()) else {
        return Vec::new();
    };
    let around = |start: u32, before: u32, end: u32, after: u32| {
        WordRange::new(start.saturating_sub(before), end.saturating_add(after).min(total))
    };
    if end - first.start <= TOGETHER {
        return vec![around(first.start, CONTEXT, end, CONTEXT)];
    }
    let mut windows = vec![around(first.start, CONTEXT, first.end, NARROW_CONTEXT)];
    let mut shown = windows[0].len();
    for words in &matches[1..] {
        if shown >= TOGETHER {
            break;
        }
        let window = around(words.start, NARROW_CONTEXT, words.end, NARROW_CONTEXT);
        match windows.last_mut() {
            Some(last) if window.start <= last.end => {
                shown += window.end.saturating_sub(last.end);
                last.end = last.end.max(window.end);
            }
            _ => {
                shown += window.len();
                windows.push(window);
            }
        }
    }
    windows
}

#[derive(Default)]
struct Pieces {
    all: Vec<Piece>,
    /// Whether the last one takes more text: what stands between two matches is one piece.
    is_open: bool,
}

impl Pieces {
    fn add(&mut self, word: &str, start: Millis, is_matched: bool) {
        if !is_matched {
            return self.plain(word, start);
        }
        let letters = letters(word);
        let (before, after) = word.split_once(letters).unwrap_or(("", word));
        if !before.is_empty() {
            self.plain(before, start);
        }
        self.all.push(Piece { text: letters.into(), matched: true, start });
        self.is_open = false;
        if !after.is_empty() {
            self.plain(after, start);
        }
    }

    fn plain(&mut self, text: &str, start: Millis) {
        match self.all.last_mut().filter(|_| self.is_open) {
            Some(piece) => {
                // What follows a matched word is only its punctuation; the piece starts with its first own word.
                if !piece.text.contains(char::is_alphanumeric) {
                    piece.start = start;
                }
                piece.text.push_str(text);
            }
            None => self.all.push(Piece { text: text.into(), matched: false, start }),
        }
        self.is_open = true;
    }
}

#[cfg(test)]
mod tests {
    use super::super::words_file::{self, Packer, Unpacker, WordsFile};
    use super::*;
    use crate::passage::passages;
    use crate::search::tests::transcript;

    fn shown(text: &str, matches: &[(u32, u32)]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let transcript = transcript(1, 1, &[(None, text)]);
        let mut packer = Packer::new().expect("memory");
        words_file::write(folder.path(), &transcript, &passages(&transcript), &mut packer).expect("a file");
        let file = WordsFile::open(folder.path(), transcript.recording, 1).expect("a file");
        let mut unpacker = Unpacker::new().expect("memory");
        let matches: Vec<_> = matches.iter().map(|&(start, end)| WordRange::new(start, end)).collect();
        let pieces = pieces(&mut file.texts(&mut unpacker), WordRange::new(0, 50), &matches).expect("pieces");
        for piece in &pieces {
            let begins = transcript.words.iter().any(|word| word.span.start() == piece.start);
            assert!(begins && !piece.text.is_empty(), "{piece:?}");
        }
        let mark = |piece: &Piece| if piece.matched { format!("[{}]", piece.text) } else { piece.text.clone() };
        pieces.iter().map(mark).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn matches_are_shown_with_the_words_around() {
        for (text, matches, expected) in [
            ("one", &[(0, 1)][..], "[one]"),
            ("«One» two, three.", &[(0, 1), (2, 3)], "«|[One]|» two, |[three]|."),
            ("one two three", &[(0, 2)], "[one]| |[two]| three"),
            ("one two", &[(0, 2), (1, 2)], "[one]| |[two]"),
        ] {
            assert_eq!(shown(text, matches), expected, "{text:?}");
        }
    }

    #[test]
    fn without_matches_the_opening_is_shown() {
        let numbers = (0..90).map(|number| format!("{number} ")).collect::<Vec<_>>().concat();
        assert!(shown(&numbers, &[]).starts_with("0 1 2 3 ") && shown(&numbers, &[]).ends_with("38 39 "));
    }

    #[test]
    fn what_lies_far_between_is_left_out() {
        let numbers = (0..200).map(|number| format!("{number} ")).collect::<Vec<_>>().concat();
        assert_eq!(
            shown(&numbers, &[(20, 21), (100, 102)]),
            "8 9 10 11 12 13 14 15 16 17 18 19 |[20]| 21 22 23 24 25 26 | … |94 95 96 97 98 99 |[100]| |[101]| 102 103 104 105 106 107 "
        );
        let every_tenth: Vec<_> = (0..20).map(|number| (number * 10, number * 10 + 1)).collect();
        assert!(shown(&numbers, &every_tenth).len() < 700);
    }
}

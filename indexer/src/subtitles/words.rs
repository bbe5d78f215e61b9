//! Words are made of cues by letters: each letter of the whole text gets a time, and a word has those of its letters.
//!
//! So it does not matter how a file cuts its text. A word that is timed in two halves is one word, two words with one
//! time share it by length, and a cue without times inside is shared among all its words.

use std::collections::HashMap;

use super::cue::{Cue, Piece, Script};
use crate::recording::{Language, RecordingId};
use crate::term::split_words;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Percent, Provenance, Revision, SpeakerOrdinal, Stretch, Transcript, Trust, Word, WordRange};

/// The longest name of a speaker in bytes: every format that is written can hold it, with each sign as a reference.
const MAX_NAME: usize = 150;

/// What is known about a file from outside.
pub(super) struct Source<'a> {
    pub(super) recording: RecordingId,
    pub(super) revision: Revision,
    pub(super) file_name: &'a str,
    /// The language of words that the file does not mark.
    pub(super) language: Language,
}

/// Makes the transcript of sorted cues; `None` when they hold no letter or digit.
pub(super) fn transcript(script: &Script, source: &Source<'_>) -> Option<Transcript> {
    let mut ruler = Ruler::default();
    let has_word_times = script.has_word_times();
    for cue in &script.cues {
        ruler.add(cue, has_word_times);
    }
    let mut writer = Writer::new(source);
    let (mut letters, mut end) = (ruler.letters.as_slice(), 0);
    for text in split_words(&ruler.text) {
        end += text.len();
        let count = letters.iter().take_while(|letter| letter.offset < end).count();
        let (own, later) = letters.split_at(count);
        letters = later;
        writer.add(text, own);
    }
    writer.finish()
}

/// Whether a character belongs to a script that is written without spaces, or to its punctuation.
///
/// Blocks of the Unicode Standard: Thai and Lao, Myanmar, Khmer, CJK punctuation to CJK unified ideographs, the
/// compatibility ideographs, half- and full-width forms, and the ideographs of plane 2 and 3. Korean has spaces.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{a4cf}'
        | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Returns what stands between two characters where a line or cue ends: a space, or nothing in an unspaced script.
pub(super) fn joint(before: char, after: char) -> &'static str {
    if is_unspaced(before) && is_unspaced(after) { "" } else { " " }
}

/// Returns whether a character is a space at which lines may be broken; a no-break space is none.
pub(super) fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A letter or digit of the text.
struct Letter<'a> {
    offset: usize,
    span: TimeSpan,
    piece: &'a Piece,
    /// Whether the file times every word of its cue.
    exact: bool,
}

/// The whole text, with a time for every letter.
#[derive(Default)]
struct Ruler<'a> {
    text: String,
    letters: Vec<Letter<'a>>,
}

/// Some pieces of a cue that share a time.
struct Group {
    start: Millis,
    end: Option<Millis>,
    letters: u64,
}

impl<'a> Ruler<'a> {
    fn add(&mut self, cue: &'a Cue, has_word_times: bool) {
        let (groups, group_of) = group(cue);
        let first_letter = self.letters.len();
        let mut exact = has_word_times;
        // A cue begins a new line.
        let (mut gap, mut new_word) = (Some('\n'), true);
        let mut done = 0;
        let mut current = 0;
        for (piece, &number) in cue.pieces.iter().zip(&group_of) {
            if number != current {
                (current, done) = (number, 0);
            }
            for c in piece.text.chars() {
                if is_gap(c) {
                    gap = if gap == Some('\n') || c != ' ' { Some('\n') } else { Some(' ') };
                    new_word = true;
                    continue;
                }
                if c.is_control() {
                    continue;
                }
                self.fill(gap.take(), c);
                if c.is_alphanumeric() {
                    exact &= !new_word || done == 0;
                    new_word = false;
                    let span = share(cue, &groups, number, done);
                    self.letters.push(Letter { offset: self.text.len(), span, piece, exact });
                    done += 1;
                }
                self.text.push(c);
            }
        }
        for letter in &mut self.letters[first_letter..] {
            letter.exact = exact;
        }
    }

    /// Writes what a run of white space means between the text so far and the next character.
    fn fill(&mut self, gap: Option<char>, next: char) {
        if let (Some(gap), Some(last)) = (gap, self.text.chars().next_back()) {
            self.text.push_str(if gap == '\n' { joint(last, next) } else { " " });
        }
    }
}

/// Puts the pieces of a cue into groups that share a time, and says for each piece in which it is.
///
/// A piece without a start belongs to the one before it, unless that one's end leaves it time of its own.
fn group(cue: &Cue) -> (Vec<Group>, Vec<usize>) {
    let mut groups = vec![Group { start: cue.span.start(), end: None, letters: 0 }];
    let mut group_of = Vec::with_capacity(cue.pieces.len());
    let mut latest = cue.span.start();
    // The next start after each piece, so that a piece without one knows how much time is left for it.
    let mut next_starts: Vec<Millis> = Vec::with_capacity(cue.pieces.len());
    let mut next = cue.span.end();
    for piece in cue.pieces.iter().rev() {
        next_starts.push(next);
        next = piece.start.unwrap_or(next);
    }
    for (piece, next) in cue.pieces.iter().zip(next_starts.into_iter().rev()) {
        let valid = |time: &Millis| *time >= latest && *time <= cue.span.end();
        let count = piece.text.chars().filter(|c| c.is_alphanumeric()).count() as u64;
        let after_end = groups.last().and_then(|group| group.end).filter(|end| *end < next);
        if let Some(start) = piece.start.filter(valid).or(after_end) {
            groups.push(Group { start, end: None, letters: 0 });
        }
        if let Some(group) = groups.last_mut() {
            latest = group.start;
            // The end of a group is the last that its pieces have.
            group.end = piece.end.filter(|end| *end >= latest && *end <= cue.span.end()).or(group.end);
            group.letters += count;
        }
        group_of.push(groups.len() - 1);
    }
    (groups, group_of)
}

/// Returns the time of a letter of a group: the group's, shared equally among its letters.
fn share(cue: &Cue, groups: &[Group], number: usize, letter: u64) -> TimeSpan {
    let group = &groups[number];
    let next = groups.get(number + 1).map_or(cue.span.end(), |next| next.start);
    let length = u64::from(group.end.unwrap_or(next).since(group.start).get());
    let at = |letters: u64| {
        let part = length * letters / group.letters.max(1);
        group.start.saturating_add(Millis::new(u32::try_from(part).unwrap_or(u32::MAX)))
    };
    TimeSpan::at_least_one(at(letter), at(letter + 1))
}

/// Makes a name one short line.
fn plain_name(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    name[..name.floor_char_boundary(MAX_NAME)].trim_end().to_owned()
}

/// Collects words, speakers and stretches.
struct Writer<'a> {
    source: &'a Source<'a>,
    words: Vec<Word>,
    stretches: Vec<Stretch>,
    /// Ordinals by the names as the file has them.
    ordinals: HashMap<&'a str, Option<SpeakerOrdinal>>,
    by_name: HashMap<String, SpeakerOrdinal>,
    speakers: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(source: &'a Source<'a>) -> Self {
        Self {
            source,
            words: Vec::new(),
            stretches: Vec::new(),
            ordinals: HashMap::new(),
            by_name: HashMap::new(),
            speakers: Vec::new(),
        }
    }

    fn add(&mut self, text: &str, letters: &[Letter<'a>]) {
        let (Some(first), Some(last)) = (letters.first(), letters.last()) else { return };
        let earliest = self.words.last().map_or(Millis::ZERO, |word| word.span.start());
        let word = Word {
            text: text.to_owned(),
            span: TimeSpan::at_least_one(first.span.start().max(earliest), last.span.end()),
            confidence: letters.iter().map(|letter| letter.piece.confidence).min().unwrap_or(Percent::FULL),
            language: first.piece.language.unwrap_or(self.source.language),
            speaker: first.piece.speaker.as_deref().and_then(|name| self.ordinal(name)),
        };
        self.extend_stretch(word.language, first.exact);
        self.words.push(word);
    }

    /// Returns a speaker's ordinal; `None` for no name, and beyond the most speakers that a transcript can have.
    fn ordinal(&mut self, name: &'a str) -> Option<SpeakerOrdinal> {
        if let Some(&ordinal) = self.ordinals.get(name) {
            return ordinal;
        }
        let plain = plain_name(name);
        let ordinal = match self.by_name.get(&plain) {
            Some(&known) => Some(known),
            None if plain.is_empty() => None,
            None => SpeakerOrdinal::try_from(self.speakers.len()).ok(),
        };
        self.ordinals.insert(name, ordinal);
        if let Some(new) = ordinal.filter(|&ordinal| usize::from(ordinal) == self.speakers.len()) {
            self.speakers.push(plain.clone());
            self.by_name.insert(plain, new);
        }
        ordinal
    }

    /// Puts the word that comes next into a stretch.
    fn extend_stretch(&mut self, language: Language, exact: bool) {
        let ordinal = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let provenance = Provenance::Imported { file: self.source.file_name.to_owned(), exact_times: exact };
        match self.stretches.last_mut() {
            Some(last) if last.language == language && last.provenance == provenance => last.words.end = ordinal + 1,
            _ => self.stretches.push(Stretch {
                words: WordRange::new(ordinal, ordinal + 1),
                language,
                trust: Trust::Good,
                provenance,
            }),
        }
    }

    fn finish(self) -> Option<Transcript> {
        (!self.words.is_empty()).then_some(Transcript {
            recording: self.source.recording,
            revision: self.source.revision,
            words: self.words,
            stretches: self.stretches,
            gaps: Vec::new(),
            speakers: self.speakers,
        })
    }
}

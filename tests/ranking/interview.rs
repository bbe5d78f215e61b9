//! An interview written for the judged set: a text file with a title and turns, said at an even pace.

use std::path::Path;

use indexer::recording::{Language, RecordingId};
use indexer::term::split_words;
use indexer::time::{Millis, TimeSpan};
use indexer::transcript::{Percent, SpeakerOrdinal, Transcript, Word, WordRange};

use crate::PLACE_WORDS;

/// How long a word takes, how long one waits after a sentence, and how long between turns, in milliseconds.
const WORD_MS: u32 = 380;
const SENTENCE_MS: u32 = 400;
const TURN_MS: u32 = 900;

pub(crate) struct Interview {
    /// The file's name without its ending.
    pub(crate) name: String,
    pub(crate) transcript: Transcript,
}

/// Reads all interviews of a folder, by name.
pub(crate) fn read_all(folder: &Path) -> Vec<Interview> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths.iter().enumerate().map(|(number, path)| read(number, path)).collect()
}

fn read(number: usize, path: &Path) -> Interview {
    let text = std::fs::read_to_string(path).expect("an interview");
    let (mut language, mut speakers, mut words, mut clock) = (Language::UNKNOWN, Vec::new(), Vec::new(), 0);
    for line in text.lines() {
        let (before, said) = line.split_once(": ").unwrap_or_else(|| panic!("{line:?} is nobody's turn"));
        match before {
            "title" => continue,
            "language" => {
                language = Language::from_tag(said).expect("a language");
                continue;
            }
            _ => {}
        }
        let speaker = speakers.iter().position(|known| known == before).unwrap_or_else(|| {
            speakers.push(before.to_owned());
            speakers.len() - 1
        });
        let speaker = SpeakerOrdinal::try_from(speaker).expect("few speakers");
        for text in split_words(&format!("{said} ")) {
            let span = TimeSpan::at_least_one(Millis::new(clock), Millis::new(clock + WORD_MS));
            clock += WORD_MS + if text.contains(['.', '?', '!']) { SENTENCE_MS } else { 0 };
            words.push(Word { text: text.into(), span, confidence: Percent::FULL, language, speaker: Some(speaker) });
        }
        clock += TURN_MS;
    }
    let mut id = [0; 16];
    id[15] = u8::try_from(number + 1).expect("few interviews");
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let transcript = Transcript {
        recording: RecordingId::new(id),
        revision: 1,
        words,
        stretches: Vec::new(),
        gaps: Vec::new(),
        speakers,
    };
    Interview { name, transcript }
}

impl Interview {
    /// Returns where a text is said, which may leave out its middle: `from these words ... to these`.
    pub(crate) fn find(&self, text: &str) -> WordRange {
        let (first, last) = text.split_once(" ... ").unwrap_or((text, text));
        let (first, last) = (self.said(first, 0), self.said(last, self.said(first, 0).start));
        WordRange::new(first.start, last.end)
    }

    /// Returns where a text is first said from a word on.
    fn said(&self, text: &str, from: u32) -> WordRange {
        let spoken = |text: &str| text.trim().trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let wanted: Vec<String> = split_words(text).into_iter().map(spoken).collect();
        let words: Vec<String> = self.transcript.words.iter().map(|word| spoken(&word.text)).collect();
        let count = wanted.len();
        let found = (from as usize..=words.len() - count).find(|&start| words[start..start + count] == wanted[..]);
        let start =
            u32::try_from(found.unwrap_or_else(|| panic!("{text:?} is not said in {}", self.name))).expect("few");
        WordRange::new(start, start + u32::try_from(count).expect("few"))
    }

    /// Returns where some words are, and the first of them, for people.
    pub(crate) fn place(&self, words: WordRange) -> String {
        let shown = WordRange::new(
            words.start,
            words.end.min(words.start + PLACE_WORDS).min(u32::try_from(self.transcript.words.len()).expect("few")),
        );
        let start = self.transcript.words[words.start as usize].span.start();
        format!("{} {start} {}", self.name, self.transcript.text(shown).trim())
    }
}

//! A paragraph is what one speaker says in a row, for people to read; after a minute it ends with the sentence.

use super::super::caption::captions;
use super::{join, name, one_line};
use crate::time::Millis;
use crate::transcript::Transcript;

/// The longest paragraph before it is cut at the next sentence.
const LONGEST: Millis = Millis::from_seconds(60);

/// A paragraph of a transcript.
pub(super) struct Paragraph {
    pub(super) start: Millis,
    /// The speaker's name.
    pub(super) speaker: Option<String>,
    /// On one line.
    pub(super) text: String,
}

/// Cuts a transcript into paragraphs.
pub(super) fn paragraphs(transcript: &Transcript) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut last_speaker = None;
    for caption in captions(transcript) {
        let first = &transcript.words[caption.words.start];
        let start = first.span.start();
        let line = one_line(&caption);
        match paragraphs.last_mut() {
            Some(last) if last_speaker == first.speaker && start.since(last.start) < LONGEST => {
                join(&mut last.text, &line);
            }
            _ => paragraphs.push(Paragraph { start, speaker: name(transcript, first.speaker), text: line }),
        }
        last_speaker = first.speaker;
    }
    paragraphs
}

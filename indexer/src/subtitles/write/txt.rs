//! Writing text to read.

use super::paragraph::paragraphs;
use super::{About, TXT_MARK, clock_of_seconds, put};
use crate::transcript::Transcript;

/// Returns a transcript as text to read: a paragraph for each turn, with its time and the speaker's name.
///
/// A turn longer than a minute is cut at the next sentence.
#[must_use]
pub fn txt(transcript: &Transcript, about: &About<'_>) -> String {
    let mut text = String::new();
    let title = about.title.into_iter().chain(about.date);
    title.for_each(|line| put(&mut text, format_args!("{}\n", super::collapse(line))));
    put(&mut text, format_args!("{TXT_MARK}, recording {}, revision {}\n", transcript.recording, transcript.revision));
    for paragraph in paragraphs(transcript) {
        put(&mut text, format_args!("\n[{}] ", clock_of_seconds(paragraph.start)));
        if let Some(name) = &paragraph.speaker {
            put(&mut text, format_args!("{name}: "));
        }
        put(&mut text, format_args!("{}\n", paragraph.text));
    }
    text
}

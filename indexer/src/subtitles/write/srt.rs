//! Writing SubRip, which has no standard.

use super::super::caption::{captions, shown};
use super::{SRT_MARK, clock, name, plain, put};
use crate::transcript::Transcript;

/// Returns a transcript as SubRip captions; a speaker's name stands where the speaker changes.
///
/// The first cue lasts a millisecond and shows nothing: its tag says who made the file.
#[must_use]
pub fn srt(transcript: &Transcript) -> String {
    let mut text = format!(
        "1\n00:00:00,000 --> 00:00:00,001\n{SRT_MARK} recording=\"{}\" revision=\"{}\"></font>\n",
        transcript.recording, transcript.revision
    );
    let mut speaker = None;
    for (index, caption) in captions(transcript).iter().enumerate() {
        let span = shown(transcript, caption);
        let times = (clock(span.start(), ','), clock(span.end(), ','));
        put(&mut text, format_args!("\n{}\n{} --> {}\n", index + 2, times.0, times.1));
        let now = transcript.words[caption.words.start].speaker;
        if let (true, Some(name)) = (now != speaker, name(transcript, now)) {
            put(&mut text, format_args!("{name}: "));
        }
        speaker = now;
        for line in &caption.lines {
            put(&mut text, format_args!("{}\n", plain(line)));
        }
    }
    text
}

//! The words of one segment.

use super::{SegmentPlan, SegmentStretch, SegmentWord, SegmentWords};
use crate::cancel::Cancel;
use crate::recording::Language;
use crate::time::{Millis, TimeSpan};
use crate::transcribe::missed::missed;
use crate::transcribe::window::TURN;
use crate::transcribe::{Excerpt, RecognitionError, Transcriber};
use crate::transcript::{Gap, Word};

/// Turns the sound of a segment's span into words. The same sound, plan and languages give the same words.
///
/// `languages` are those of the recording, the commonest first; `others` may be spoken besides.
///
/// `progress` is told up to which time of the recording the segment is done.
///
/// # Errors
/// When recognition fails or the work is cancelled.
pub fn segment(
    sound: &[i16],
    plan: &SegmentPlan,
    languages: &[Language],
    others: &[Language],
    transcriber: &mut dyn Transcriber,
    progress: &mut dyn FnMut(Millis),
    cancel: &Cancel,
) -> Result<SegmentWords, RecognitionError> {
    let mut segment = SegmentWords::default();
    let windows = plan.windows.iter().flat_map(|window| match languages {
        [_only] => vec![window.clone()],
        // Who changes the language makes a pause, and a window is decoded in one language.
        _ => window.split(TURN),
    });
    for window in windows {
        if cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled);
        }
        let sound = as_floats(cut(sound, plan.span.start(), window.span));
        let heard = transcriber.transcribe(&Excerpt { window: &window, sound: &sound, languages, others }, cancel)?;
        segment.gaps.extend(missed(&window, &heard.words).into_iter().map(Gap::NoWords));
        if !heard.words.is_empty() {
            let row = |word: Word| SegmentWord(word.text, word.span.start(), word.span.end(), word.confidence);
            let words = heard.words.into_iter().map(row).collect();
            segment.stretches.push(SegmentStretch { language: heard.language, trust: heard.trust, words });
        }
        progress(window.span.end());
    }
    Ok(segment)
}

/// Returns 16-bit samples as -1 to 1.
pub(super) fn as_floats(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect()
}

/// Returns a span's samples out of those that begin at `start`; fewer when the sound is too short.
fn cut(sound: &[i16], start: Millis, span: TimeSpan) -> &[i16] {
    let index = |time: Millis| usize::try_from(time.since(start).to_samples()).unwrap_or(usize::MAX).min(sound.len());
    &sound[index(span.start())..index(span.end())]
}

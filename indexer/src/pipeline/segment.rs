//! The words of one segment.

use super::{SegmentPlan, SegmentStretch, SegmentWord, SegmentWords};
use crate::cancel::Cancel;
use crate::recording::Language;
use crate::time::{Millis, TimeSpan};
use crate::transcribe::window::Window;
use crate::transcribe::{Excerpt, RecognitionError, Transcriber};
use crate::transcript::{Gap, Word};

/// Speech at least this long must have words; shorter sounds may be a breath or a laugh.
const MUST_HAVE_WORDS: Millis = Millis::new(1000);

/// Turns the sound of a segment's span into words. The same sound, plan and languages give the same words.
///
/// `progress` is told up to which time of the recording the segment is done.
///
/// # Errors
/// When recognition fails or the work is cancelled.
pub fn segment(
    sound: &[i16],
    plan: &SegmentPlan,
    languages: &[Language],
    transcriber: &mut dyn Transcriber,
    progress: &mut dyn FnMut(Millis),
    cancel: &Cancel,
) -> Result<SegmentWords, RecognitionError> {
    let mut segment = SegmentWords::default();
    for window in &plan.windows {
        if cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled);
        }
        let sound = as_floats(cut(sound, plan.span.start(), window.span));
        let heard = transcriber.transcribe(&Excerpt { window, sound: &sound, languages }, cancel)?;
        segment.gaps.extend(without_words(window, &heard.words));
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

/// Returns the speech of a window in which no word lies; the whole window when it has none at all.
fn without_words(window: &Window, words: &[Word]) -> Vec<Gap> {
    if words.is_empty() {
        return if window.speech_time() >= MUST_HAVE_WORDS { vec![Gap::NoWords(window.span)] } else { Vec::new() };
    }
    let silent = |region: &&TimeSpan| {
        region.duration() >= MUST_HAVE_WORDS && words.iter().all(|word| word.span.intersection(**region).is_none())
    };
    window.speech.iter().filter(silent).map(|&region| Gap::NoWords(region)).collect()
}

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

/// Between words of one region of speech, somebody may hesitate, laugh or say `um` for so long.
const HESITATION: Millis = Millis::new(3000);

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
    window.speech.iter().flat_map(|&region| between(region, words)).map(Gap::NoWords).collect()
}

/// Returns what words leave of a region of speech: all of it when it should have words, else only long parts.
fn between(region: TimeSpan, words: &[Word]) -> Vec<TimeSpan> {
    let mut free = region.start();
    let mut parts = Vec::new();
    for word in words.iter().filter(|word| word.span.intersection(region).is_some()) {
        parts.extend(TimeSpan::new(free, word.span.start()));
        free = free.max(word.span.end());
    }
    parts.extend(TimeSpan::new(free, region.end()));
    parts.retain(|part| part.duration() >= if *part == region { MUST_HAVE_WORDS } else { HESITATION });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Percent;

    type Times = &'static [(u32, u32)];

    fn spans(times: &[(u32, u32)]) -> Vec<TimeSpan> {
        times.iter().filter_map(|&(start, end)| TimeSpan::new(Millis::new(start), Millis::new(end))).collect()
    }

    #[test]
    fn speech_without_words_is_noted() {
        let rows: [(Times, Times, Times); 6] = [
            (&[(0, 900)], &[], &[]),
            (&[(0, 600), (1000, 1500)], &[], &[(0, 1500)]),
            (&[(0, 5000)], &[(2900, 3200)], &[]),
            (&[(0, 5000)], &[(3000, 3200)], &[(0, 3000)]),
            (&[(0, 9000)], &[(500, 1000), (1000, 2000), (5500, 6000)], &[(2000, 5500), (6000, 9000)]),
            (&[(0, 900), (1500, 2500), (3000, 4000)], &[(3500, 3800)], &[(1500, 2500)]),
        ];
        for (speech, said, expected) in rows {
            let speech = spans(speech);
            let span = TimeSpan::at_least_one(speech[0].start(), speech[speech.len() - 1].end());
            let word = |span| Word {
                text: "hm ".into(),
                span,
                confidence: Percent::FULL,
                language: Language::UNKNOWN,
                speaker: None,
            };
            let words: Vec<Word> = spans(said).into_iter().map(word).collect();
            let gaps: Vec<Gap> = spans(expected).into_iter().map(Gap::NoWords).collect();
            assert_eq!(without_words(&Window { span, speech }, &words), gaps, "{said:?}");
        }
    }
}

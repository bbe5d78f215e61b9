//! A transcript of what the segments gave.

use super::{Plan, SegmentWords};
use crate::recording::RecordingId;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Gap, Provenance, Revision, Stretch, Transcript, Word, WordRange};

/// Joins the words of all segments, in the order of the plan, into a transcript.
///
/// Segments that are missing become gaps, so that the rest can be searched. `model` is the model's name.
#[must_use]
pub fn merge(
    recording: RecordingId,
    revision: Revision,
    model: &str,
    plan: &Plan,
    segments: Vec<Option<SegmentWords>>,
) -> Transcript {
    let mut transcript = Transcript {
        recording,
        revision,
        words: Vec::new(),
        stretches: Vec::new(),
        gaps: plan.gaps.clone(),
        speakers: Vec::new(),
    };
    let mut segments = segments.into_iter();
    for planned in &plan.segments {
        match segments.next().flatten() {
            Some(words) => add(&mut transcript, words, model),
            None => transcript.gaps.extend(planned.windows.iter().map(|window| Gap::NoWords(window.span))),
        }
    }
    transcript.gaps.sort_by_key(|gap| match gap {
        Gap::NoWords(span) | Gap::Unheard(span) => span.start(),
    });
    transcript
}

fn add(transcript: &mut Transcript, segment: SegmentWords, model: &str) {
    for stretch in segment.stretches {
        let first = transcript.words.len();
        for word in stretch.words {
            // What came from another process is not trusted to be in order.
            let earliest = transcript.words.last().map_or(Millis::ZERO, |last| last.span.start());
            transcript.words.push(Word {
                text: word.0,
                span: TimeSpan::at_least_one(word.1.max(earliest), word.2),
                confidence: word.3,
                language: stretch.language,
                speaker: None,
            });
        }
        let ordinal = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        transcript.stretches.push(Stretch {
            words: WordRange::new(ordinal(first), ordinal(transcript.words.len())),
            language: stretch.language,
            trust: stretch.trust,
            provenance: Provenance::Recognised { model: model.to_owned() },
        });
    }
    transcript.gaps.extend(segment.gaps);
}

//! A transcript of what the segments gave.

use std::collections::HashMap;

use super::{Plan, SegmentStretch, SegmentWords};
use crate::recording::RecordingId;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Gap, Provenance, Revision, SpeakerOrdinal, Stretch, Transcript, Word, WordRange};

/// What speakers with a channel each are called until somebody says who they are.
const SIDES: [&str; 2] = ["Left", "Right"];

/// Joins the words of all segments, in the order of the plan, into a transcript.
///
/// The words of speakers who have a channel each are put in the order in which they start, also where people speak at
/// once. Segments that are missing become gaps, so that the rest can be searched. `model` is the model's name.
#[must_use]
pub fn merge(
    recording: RecordingId,
    revision: Revision,
    model: &str,
    plan: &Plan,
    segments: Vec<Option<SegmentWords>>,
) -> Transcript {
    let mut gaps = plan.gaps.clone();
    let mut heard = Vec::new();
    let mut segments = segments.into_iter();
    for planned in &plan.segments {
        match segments.next().flatten() {
            Some(words) => {
                gaps.extend(words.gaps);
                heard.extend(words.stretches.into_iter().map(|stretch| (planned.speaker, stretch)));
            }
            None => gaps.extend(planned.windows.iter().map(|window| Gap::NoWords(window.span))),
        }
    }
    gaps.sort_by_key(|gap| match gap {
        Gap::NoWords(span) | Gap::Unheard(span) => span.start(),
    });
    let words = in_order(&mut heard);
    let mut stretches = Vec::new();
    let mut first = 0;
    // Where people speak at once, one window's words are several stretches.
    for run in words.chunk_by(|word, next| word.0 == next.0) {
        let origin = &heard[run[0].0].1;
        let end = first + run.len();
        let ordinal = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        stretches.push(Stretch {
            words: WordRange::new(ordinal(first), ordinal(end)),
            language: origin.language,
            trust: origin.trust.clone(),
            provenance: Provenance::Recognised { model: model.to_owned() },
        });
        first = end;
    }
    let is_split = plan.segments.iter().any(|segment| segment.speaker.is_some());
    let speakers = if is_split { SIDES.map(str::to_owned).to_vec() } else { Vec::new() };
    let words = words.into_iter().map(|(_, word)| word).collect();
    Transcript { recording, revision, words, stretches, gaps, speakers }
}

/// Takes the words out of some stretches, in the order in which they start, each with the index of its stretch.
fn in_order(stretches: &mut [(Option<SpeakerOrdinal>, SegmentStretch)]) -> Vec<(usize, Word)> {
    let mut words = Vec::new();
    let mut earliest = HashMap::<_, Millis>::new();
    for (index, (speaker, stretch)) in stretches.iter_mut().enumerate() {
        let earliest = earliest.entry(*speaker).or_default();
        for word in stretch.words.drain(..) {
            // What came from another process is not trusted to be in order.
            *earliest = word.1.max(*earliest);
            let span = TimeSpan::at_least_one(*earliest, word.2);
            let (text, confidence, language) = (word.0, word.3, stretch.language);
            words.push((index, Word { text, span, confidence, language, speaker: *speaker }));
        }
    }
    words.sort_by_key(|(_, word)| word.span.start());
    words
}

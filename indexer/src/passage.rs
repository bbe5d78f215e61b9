//! A passage is the stretch of speech that one hit shows: about 110 words and at most 90 seconds.
//!
//! Passages partition the words of a transcript. They are cut where a new speaker takes over, where somebody pauses
//! and where a sentence ends, in that order of preference; they are derived anew from each revision and never named
//! in an address.

use crate::time::{Millis, TimeSpan};
use crate::transcript::{SpeakerOrdinal, Transcript, Word, WordRange};

/// How many words a passage has when nothing speaks for another length: under a minute of speech.
const TARGET_WORDS: usize = 110;

/// The longest passage, unless a single word is longer: what a reader is ready to hear for one hit.
const MAX_TIME: Millis = Millis::from_seconds(90);

/// A turn of fewer words ("yes, exactly") does not end the passage of the person who is speaking.
const SHORT_TURN_WORDS: usize = 15;

/// What a boundary is worth, in words by which a passage may miss its target length for its sake.
mod worth {
    /// Somebody else goes on.
    pub(super) const SPEAKER: i64 = 60;
    /// A sentence ends.
    pub(super) const SENTENCE: i64 = 40;
    /// A clause ends.
    pub(super) const CLAUSE: i64 = 10;
    /// The longest pause that counts.
    pub(super) const MAX_PAUSE: i64 = 60;
    /// Milliseconds of a pause that are worth a word.
    pub(super) const PAUSE_MILLIS: i64 = 20;
}

/// A stretch of speech that one hit shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Its number in the transcript, from 0.
    pub ordinal: u32,
    /// Its words; never empty.
    pub words: WordRange,
    /// From the start of its first word to the latest end of a word.
    pub span: TimeSpan,
}

/// Returns the passages of a transcript, which partition its words.
#[must_use]
pub fn passages(transcript: &Transcript) -> Vec<Passage> {
    let words = &transcript.words;
    let mut ends = Vec::new();
    for block in blocks(words) {
        let mut start = block.start;
        while start < block.end {
            start += leading_passage(&words[start..block.end]);
            ends.push(ordinal(start));
        }
    }
    let starts = [0].into_iter().chain(ends.iter().copied());
    let ranges = starts.zip(&ends).map(|(start, &end)| WordRange::new(start, end));
    (0..)
        .zip(ranges)
        .filter_map(|(ordinal, words)| Some(Passage { ordinal, words, span: transcript.span(words)? }))
        .collect()
}

fn ordinal(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Turns, with each short turn joined to the turn before it (at the very start, to the one after).
fn blocks(words: &[Word]) -> Vec<std::ops::Range<usize>> {
    let mut blocks: Vec<std::ops::Range<usize>> = Vec::new();
    let mut holder: Option<Option<SpeakerOrdinal>> = None;
    let mut start = 0;
    for turn in words.chunk_by(|word, next| word.speaker == next.speaker) {
        let speaker = turn[0].speaker;
        let is_short = turn.len() < SHORT_TURN_WORDS;
        let is_taken_over = !is_short && holder.is_some_and(|holder| holder != speaker);
        match blocks.last_mut() {
            Some(block) if !is_taken_over => block.end += turn.len(),
            _ => blocks.push(start..start + turn.len()),
        }
        if !is_short {
            holder = Some(speaker);
        }
        start += turn.len();
    }
    blocks
}

/// Returns how many of some words (at least one) the first passage takes, the rest being cut later.
fn leading_passage(words: &[Word]) -> usize {
    let fitting = fitting(words);
    let pieces = words.len().saturating_add(TARGET_WORDS / 2) / TARGET_WORDS;
    let pieces = pieces.max(time_pieces(words)).max(if fitting < words.len() { 2 } else { 1 });
    if pieces == 1 {
        return words.len();
    }
    let target = (words.len() / pieces).clamp(1, fitting);
    let latest = (target + target / 2).clamp(1, fitting.min(words.len() - 1).max(1));
    let earliest = (target / 2).clamp(1, latest);
    let missed = |length: usize| i64::try_from(length.abs_diff(target)).unwrap_or(i64::MAX);
    (earliest..=latest)
        .max_by_key(|&length| (boundary_worth(&words[length - 1], &words[length]) - missed(length), length))
        .unwrap_or(latest)
}

/// How many passages the words need for their time alone.
fn time_pieces(words: &[Word]) -> usize {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return 1 };
    last.span.end().since(first.span.start()).get().div_ceil(MAX_TIME.get()) as usize
}

/// How many leading words (at least one) stay within [`MAX_TIME`].
fn fitting(words: &[Word]) -> usize {
    let Some(first) = words.first() else { return 0 };
    let latest_end = first.span.start().saturating_add(MAX_TIME);
    words.iter().take_while(|word| word.span.end() <= latest_end).count().max(1)
}

fn boundary_worth(before: &Word, after: &Word) -> i64 {
    let pause = i64::from(after.span.start().since(before.span.end()).get()) / worth::PAUSE_MILLIS;
    let mut value = pause.min(worth::MAX_PAUSE);
    if before.speaker != after.speaker {
        value += worth::SPEAKER;
    }
    let tail = before.text.rsplit(char::is_alphanumeric).next().unwrap_or_default();
    if tail.contains(['.', '!', '?', '…', '。', '！', '？', '।', '؟', '۔', '။', '។']) {
        value += worth::SENTENCE;
    } else if tail.contains([',', ';', ':', '、', '，', '،']) {
        value += worth::CLAUSE;
    }
    value
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::recording::{Language, RecordingId};
    use crate::transcript::Percent;

    /// Words of 400 ms each: text, speaker, and the silence before it in milliseconds.
    fn transcript(words: &[(&str, Option<SpeakerOrdinal>, u32)]) -> Transcript {
        let mut clock = 0;
        let words = words.iter().map(|&(text, speaker, silence)| {
            let start = clock + silence;
            clock = start + 400;
            Word {
                text: text.into(),
                span: TimeSpan::at_least_one(Millis::new(start), Millis::new(clock)),
                confidence: Percent::FULL,
                language: Language::UNKNOWN,
                speaker,
            }
        });
        let words = words.collect();
        let recording = RecordingId::new([1; 16]);
        Transcript { recording, revision: 1, words, stretches: vec![], gaps: vec![], speakers: vec![] }
    }

    fn lengths(words: &[(&str, Option<SpeakerOrdinal>, u32)]) -> Vec<u32> {
        passages(&transcript(words)).iter().map(|passage| passage.words.len()).collect()
    }

    fn speech(count: usize, speaker: SpeakerOrdinal) -> Vec<(&'static str, Option<SpeakerOrdinal>, u32)> {
        vec![("word ", Some(speaker), 0); count]
    }

    #[test]
    fn nothing_said_has_no_passage_and_a_word_has_one() {
        assert_eq!(lengths(&[]), [0; 0]);
        assert_eq!(lengths(&speech(1, 0)), [1]);
    }

    #[test]
    fn a_long_answer_is_cut_evenly() {
        assert_eq!(lengths(&speech(160, 0)), [160]);
        assert_eq!(lengths(&speech(330, 0)), [110, 110, 110]);
    }

    #[test]
    fn cuts_prefer_sentences_and_pauses() {
        let mut words = speech(220, 0);
        words[89].0 = "end. ";
        assert_eq!(lengths(&words)[0], 90);
        words[119].2 = 1500;
        assert_eq!(lengths(&words)[0], 119);
    }

    #[test]
    fn a_new_speaker_starts_a_passage_and_a_short_turn_does_not() {
        assert_eq!(lengths(&[speech(20, 0), speech(80, 1)].concat()), [20, 80]);
        assert_eq!(lengths(&[speech(40, 0), speech(3, 1), speech(40, 0)].concat()), [83]);
        assert_eq!(lengths(&[speech(3, 0), speech(40, 1)].concat()), [43]);
        assert_eq!(lengths(&[speech(40, 0), speech(3, 1), speech(40, 2)].concat()), [43, 40]);
    }

    #[test]
    fn slow_speech_is_cut_by_time() {
        let slow = vec![("word ", None, 2600); 60];
        for passage in passages(&transcript(&slow)) {
            assert!(passage.span.duration() <= MAX_TIME, "{passage:?}");
        }
    }

    proptest! {
        #[test]
        fn passages_partition_the_words(
            words in prop::collection::vec(
                (prop::sample::select(&["word ", "end. ", "so, "]), prop::option::weighted(0.9, 0_u16..3), 1_usize..60, 0_u32..9000),
                0..40,
            )
        ) {
            // Each drawn word is said several times, so that turns have all lengths.
            let words: Vec<_> = words.iter().flat_map(|&(text, speaker, times, silence)| {
                std::iter::repeat_n((text, speaker, silence / 10), times - 1).chain([(text, speaker, silence)])
            }).collect();
            let transcript = transcript(&words);
            let mut next = 0;
            for (ordinal, passage) in passages(&transcript).iter().enumerate() {
                prop_assert_eq!(passage.ordinal as usize, ordinal);
                prop_assert_eq!(passage.words.start, next);
                prop_assert!(!passage.words.is_empty() && passage.words.len() as usize <= TARGET_WORDS * 2);
                prop_assert_eq!(Some(passage.span), transcript.span(passage.words));
                prop_assert!(passage.span.duration() <= MAX_TIME || passage.words.len() == 1);
                next = passage.words.end;
            }
            prop_assert_eq!(next as usize, words.len());
        }
    }
}

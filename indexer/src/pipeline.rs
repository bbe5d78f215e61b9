//! The pipeline takes a recording's sound to a transcript in three steps, each a plain function that may run anywhere.
//!
//! [`plan()`] reads the sound once, finds the speech in it, and who speaks where each person has a channel, and cuts it
//! into segments; [`segment()`] turns the sound of one
//! segment into words and depends on nothing else; [`merge()`] joins what the segments gave.

use serde::{Deserialize, Serialize};

use crate::recording::Language;
use crate::time::{Millis, TimeSpan};
use crate::transcribe::RecognitionError;
use crate::transcribe::window::Window;
use crate::transcript::{Gap, Percent, SpeakerOrdinal, Trust};

mod ballot;
mod tape;
mod chain;
mod channels;
mod merge;
mod mixer;
mod sides;
mod plan;
mod segment;

pub use channels::{Channels, NotChannels};
pub use merge::merge;
pub use plan::{PlanOptions, plan};
pub use segment::segment;

/// Sound that can be read once from its start to its end.
pub trait SoundSource {
    /// Returns how many channels there are: 1, or 2 whose samples come by turns, left and right.
    fn channels(&self) -> usize {
        1
    }

    /// Gives one channel from here on: of two, their mean.
    fn mix(&mut self);

    /// Puts the next samples into `out`, whose former content is gone; returns `false` when there are no more.
    ///
    /// Samples are [`crate::time::SAMPLE_RATE`] a channel, -1 to 1, in whole frames of all channels, and without gaps from
    /// the start of the presentation.
    ///
    /// # Errors
    /// When the sound cannot be read or decoded.
    fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, SourceError>;
}

/// What went wrong where sound comes from.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Takes the sound of each segment as soon as it is known.
pub trait SegmentSink {
    /// Keeps the samples of a segment's span: mono, [`crate::time::SAMPLE_RATE`]. Ordinals count from 0 without gaps.
    ///
    /// # Errors
    /// When they cannot be kept.
    fn write(&mut self, ordinal: u32, span: TimeSpan, samples: &[i16]) -> std::io::Result<()>;

    /// Forgets all segments so far but these, in ascending order, and numbers them anew from 0.
    ///
    /// # Errors
    /// When the others cannot be removed or these not renamed.
    fn keep(&mut self, ordinals: &[u32]) -> std::io::Result<()>;
}

/// Where a recording's speech lies. It travels as JSON between processes and is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How long the sound is.
    pub duration: Millis,
    /// The segments in the order in which they end; those of one speaker, or of nobody known, do not overlap.
    pub segments: Vec<SegmentPlan>,
    /// The languages that are spoken, the commonest first; none when there is no speech.
    pub languages: Vec<Language>,
    /// Loud sound outside all segments.
    pub gaps: Vec<Gap>,
}

/// A segment: a few minutes of speech that are transcribed as one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentPlan {
    /// Its number in the recording, from 0.
    pub ordinal: u32,
    /// From the start of its first window to the end of its last.
    pub span: TimeSpan,
    /// Who speaks, where each person has a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<SpeakerOrdinal>,
    /// What is decoded, window by window, in order and not overlapping.
    pub windows: Vec<Window>,
}

impl SegmentPlan {
    /// Returns how much of the recording is done when the segment is done up to a time; two speakers share each moment.
    #[must_use]
    pub fn done(&self, until: Millis) -> Millis {
        let done = until.since(self.span.start());
        if self.speaker.is_some() { Millis::new(done.get() / 2) } else { done }
    }
}

/// What was said in one segment. It travels as JSON between processes and is stored until the recording is done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SegmentWords {
    /// What each window gave, in order; windows without words are left out.
    pub stretches: Vec<SegmentStretch>,
    /// Speech without words.
    pub gaps: Vec<Gap>,
}

/// What one window gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentStretch {
    /// The language decided for it.
    pub language: Language,
    /// How far to believe it.
    pub trust: Trust,
    /// Its words in order, at least one.
    pub words: Vec<SegmentWord>,
}

/// A word as `[text, start_ms, end_ms, confidence]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentWord(pub String, pub Millis, pub Millis, pub Percent);

/// Why no plan could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The sound cannot be read.
    #[error(transparent)]
    Source(SourceError),
    /// A segment's sound cannot be kept.
    #[error("cannot store the sound of segment {ordinal} ({error})")]
    Sink {
        /// The segment's number.
        ordinal: u32,
        /// What went wrong.
        #[source]
        error: std::io::Error,
    },
    /// The language could not be found out, or somebody asked to stop.
    #[error(transparent)]
    Recognition(#[from] RecognitionError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::Cancel;
    use crate::recording::RecordingId;
    use crate::transcribe::{Excerpt, Heard, Transcriber};
    use crate::transcript::{Provenance, Transcript, Word, WordRange};

    /// A hum, which the voice detector takes for a voice, and silence, in seconds by turns, the hum first.
    struct Hum {
        sound: Vec<f32>,
        chunk: usize,
        at: usize,
    }

    impl Hum {
        fn new(turns: &[u32], chunk: usize) -> Self {
            #[expect(clippy::cast_precision_loss, reason = "a second of samples")]
            let hum = |at| (at as f32 / 16_000.0 * 440.0 * std::f32::consts::TAU).sin() * 0.25;
            let seconds: [Vec<f32>; 2] = [(0..16_000).map(hum).collect(), vec![0.0; 16_000]];
            let sound =
                turns.iter().zip(seconds.iter().cycle()).flat_map(|(&turn, second)| second.repeat(turn as usize));
            Self { sound: sound.collect(), chunk, at: 0 }
        }
    }

    impl SoundSource for Hum {
        fn mix(&mut self) {}

        fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, SourceError> {
            out.clear();
            let rest = &self.sound[self.at..];
            out.extend_from_slice(&rest[..rest.len().min(self.chunk)]);
            self.at += out.len();
            Ok(!out.is_empty())
        }
    }

    #[derive(Default)]
    struct Kept(Vec<(TimeSpan, Vec<i16>)>);

    impl SegmentSink for Kept {
        fn write(&mut self, ordinal: u32, span: TimeSpan, samples: &[i16]) -> std::io::Result<()> {
            assert_eq!(ordinal as usize, self.0.len());
            self.0.push((span, samples.to_vec()));
            Ok(())
        }

        fn keep(&mut self, ordinals: &[u32]) -> std::io::Result<()> {
            self.0 = ordinals.iter().map(|&ordinal| self.0[ordinal as usize].clone()).collect();
            Ok(())
        }
    }

    /// Hears a word every two seconds, and none in windows that are shorter.
    struct Hums;

    impl Transcriber for Hums {
        fn transcribe(&mut self, excerpt: &Excerpt<'_>, _: &Cancel) -> Result<Heard, RecognitionError> {
            let span = excerpt.window.span;
            assert_eq!(excerpt.sound.len() as u64, span.duration().to_samples());
            let language = excerpt.languages[0];
            let word = |number: u32| {
                let start = span.start().saturating_add(Millis::from_seconds(number * 2));
                let span = TimeSpan::at_least_one(start, start.saturating_add(Millis::from_seconds(2)));
                Word { text: "hm ".into(), span, confidence: Percent::new(50), language, speaker: None }
            };
            let words = (0..span.duration().get() / 2000).map(word).collect();
            Ok(Heard { words, language, trust: Trust::Good })
        }

        fn detect(&mut self, _: &[f32]) -> Result<Vec<(Language, f32)>, RecognitionError> {
            Ok(vec![(english(), 0.9), (Language::UNKNOWN, 0.1)])
        }
    }

    fn english() -> Language {
        Language::from_tag("en").expect("a tag")
    }

    fn planned(turns: &[u32], chunk: usize) -> (Plan, Kept) {
        let (mut kept, mut last) = (Kept::default(), Millis::ZERO);
        let mut progress = |now| {
            assert!(now > last);
            last = now;
        };
        let options = PlanOptions { segment: Millis::from_seconds(60), ..PlanOptions::default() };
        let mut sound = Hum::new(turns, chunk);
        let plan = plan(&mut sound, &mut Hums, &options, &mut kept, &mut progress, &Cancel::new()).expect("a plan");
        assert_eq!(plan.duration, Millis::from_seconds(turns.iter().sum()));
        (plan, kept)
    }

    fn transcript(plan: &Plan, kept: &Kept, missing: Option<u32>) -> Transcript {
        let words = |planned: &SegmentPlan| {
            let sound = &kept.0[planned.ordinal as usize].1;
            let words = segment(sound, planned, &plan.languages, &[], &mut Hums, &mut |_| {}, &Cancel::new());
            (Some(planned.ordinal) != missing).then(|| words.expect("words"))
        };
        merge(RecordingId::new([1; 16]), 1, "base", plan, plan.segments.iter().map(words).collect())
    }

    #[test]
    fn a_recording_becomes_a_transcript() {
        let (plan, kept) = planned(&[10, 3, 1, 200, 40, 1, 10, 1, 5], 5000);
        assert_eq!(plan.languages, [english()]);
        let spans: Vec<_> = plan.segments.iter().map(|segment| segment.span).collect();
        assert_eq!(spans, kept.0.iter().map(|(span, _)| *span).collect::<Vec<_>>());
        assert_eq!(spans.len(), 2, "{spans:?}");
        for (span, samples) in &kept.0 {
            assert_eq!(samples.len() as u64, span.duration().to_samples());
            assert!(span.duration() <= Millis::from_seconds(60));
        }

        let whole = transcript(&plan, &kept, None);
        assert!(whole.words.len() >= 4, "{:?}", plan.segments);
        assert!(whole.words.windows(2).all(|pair| pair[0].span.start() <= pair[1].span.start()));
        assert_eq!(whole.stretches[0].provenance, Provenance::Recognised { model: "base".into() });
        assert_eq!(whole.stretches.last().map(|stretch| stretch.words.end as usize), Some(whole.words.len()));
        assert_eq!(crate::transcript::file::read(&crate::transcript::file::write(&whole)).expect("a file"), whole);
        // The hum of one second has no word.
        assert!(
            matches!(whole.gaps[..], [Gap::NoWords(span)] if span.contains(Millis::new(13_500))),
            "{:?}",
            whole.gaps
        );

        let partly = transcript(&plan, &kept, Some(0));
        assert!(!partly.words.is_empty() && partly.words.len() < whole.words.len());
        assert!(partly.gaps.len() > whole.gaps.len());
    }

    /// Two channels of hum, left and right by turns, each mono.
    struct Two {
        sides: [Hum; 2],
        is_mixed: bool,
    }

    impl SoundSource for Two {
        fn channels(&self) -> usize {
            2
        }

        fn mix(&mut self) {
            self.is_mixed = true;
        }

        fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, SourceError> {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            let more = self.sides[0].read(&mut left)?;
            self.sides[1].read(&mut right)?;
            let pairs = left.into_iter().zip(right);
            *out = if self.is_mixed {
                pairs.map(|(left, right)| f32::midpoint(left, right)).collect()
            } else {
                pairs.flat_map(|(left, right)| [left, right]).collect()
            };
            Ok(more)
        }
    }

    /// Plans a recording whose channels hum and are silent by turns of seconds.
    fn planned_sides(left: &[u32], right: &[u32], channels: Channels, chunk: usize) -> (Plan, Kept) {
        let sides = [Hum::new(left, chunk), Hum::new(right, chunk)];
        let (mut sound, mut kept) = (Two { sides, is_mixed: false }, Kept::default());
        let options = PlanOptions { segment: Millis::from_seconds(30), channels, ..PlanOptions::default() };
        let plan = plan(&mut sound, &mut Hums, &options, &mut kept, &mut |_| {}, &Cancel::new()).expect("a plan");
        for (number, (segment, (span, _))) in plan.segments.iter().zip(&kept.0).enumerate() {
            assert_eq!((segment.ordinal as usize, segment.span), (number, *span));
        }
        assert_eq!(plan.segments.len(), kept.0.len());
        (plan, kept)
    }

    #[test]
    fn a_person_on_each_channel_is_a_speaker() {
        // Left hums at 0-6, 14-20 …, right at 8-12, 22-26 …
        let left: Vec<u32> = [6, 8].repeat(12);
        let right: Vec<u32> = [0, 8].into_iter().chain([4, 10].repeat(11)).chain([4, 2]).collect();
        let (plan, kept) = planned_sides(&left, &right, Channels::Auto, 5000);
        let speakers: std::collections::BTreeSet<_> = plan.segments.iter().map(|segment| segment.speaker).collect();
        assert_eq!(speakers.into_iter().collect::<Vec<_>>(), [Some(0), Some(1)]);
        assert_eq!(plan, planned_sides(&left, &right, Channels::Split, 777).0);
        let done = plan.segments.iter().map(|segment| u64::from(segment.done(segment.span.end()).get()));
        assert!(done.sum::<u64>() <= u64::from(plan.duration.get()));

        let whole = transcript(&plan, &kept, None);
        assert_eq!(whole.speakers, ["Left", "Right"]);
        assert!(whole.words.is_sorted_by_key(|word| word.span.start()));
        assert!(whole.words.len() >= 24, "{:?}", whole.words.len());
        for word in &whole.words {
            let second = word.span.start().get() / 1000 % 14;
            assert_eq!(word.speaker, Some(u16::from((7..13).contains(&second))), "{:?}", word.span);
        }
        assert_eq!(crate::transcript::file::read(&crate::transcript::file::write(&whole)).expect("a file"), whole);

        let (mixed, kept) = planned_sides(&left, &right, Channels::Mix, 5000);
        assert!(mixed.segments.iter().all(|segment| segment.speaker.is_none()));
        assert_eq!(transcript(&mixed, &kept, None).speakers, [] as [&str; 0]);
        // The other way round, the other speaks.
        let (swapped, _) = planned_sides(&right, &left, Channels::Auto, 5000);
        let spans = |plan: &Plan, speaker| {
            let segments = plan.segments.iter().filter(|segment| segment.speaker == Some(speaker));
            segments.map(|segment| segment.windows.clone()).collect::<Vec<_>>()
        };
        assert_eq!(spans(&swapped, 0), spans(&plan, 1));
        assert_eq!(spans(&swapped, 1), spans(&plan, 0));
    }

    #[test]
    fn one_sound_on_both_channels_is_planned_as_mono() {
        let turns = [10, 3, 70, 2, 1, 4, 100, 5];
        let options = PlanOptions { segment: Millis::from_seconds(30), ..PlanOptions::default() };
        let (mut sound, mut kept) = (Hum::new(&turns, 5000), Kept::default());
        let mono = plan(&mut sound, &mut Hums, &options, &mut kept, &mut |_| {}, &Cancel::new()).expect("a plan");
        let (both, kept_of_both) = planned_sides(&turns, &turns, Channels::Auto, 777);
        assert_eq!((&both, &kept_of_both.0), (&mono, &kept.0), "both before and after it is certain");
        // So is one that sounds on one channel alone.
        let silent = [0, turns.iter().sum()];
        for (left, right) in [(&turns[..], &silent[..]), (&silent, &turns)] {
            let (one, kept_of_one) = planned_sides(left, right, Channels::Auto, 5000);
            assert_eq!((&one, &kept_of_one.0), (&mono, &kept.0));
        }
    }

    #[test]
    fn words_of_two_who_speak_at_once_stand_in_order_and_stretches_cover_them() {
        let span = |start, end| TimeSpan::at_least_one(Millis::new(start), Millis::new(end));
        let segment = |ordinal, speaker, start, end| SegmentPlan {
            ordinal,
            span: span(start, end),
            speaker: Some(speaker),
            windows: vec![Window { span: span(start, end), speech: vec![span(start, end)] }],
        };
        let segments = vec![segment(0, 0, 0, 4000), segment(1, 1, 1000, 3000)];
        let plan = Plan { duration: Millis::new(4000), segments, languages: vec![english()], gaps: Vec::new() };
        let words = |words: &[(&str, u32)]| {
            let word = |&(text, start): &(&str, u32)| {
                SegmentWord(format!("{text} "), Millis::new(start), Millis::new(start + 300), Percent::FULL)
            };
            let words = words.iter().map(word).collect();
            let stretches = vec![SegmentStretch { language: english(), trust: Trust::Good, words }];
            Some(SegmentWords { stretches, gaps: Vec::new() })
        };
        let left = words(&[("we", 0), ("paid", 1200), ("for", 1800), ("it", 1500), ("all", 3000)]);
        let right = words(&[("yes", 1500), ("exactly", 2200)]);
        let whole = merge(RecordingId::new([1; 16]), 1, "base", &plan, vec![left, right]);
        assert_eq!(whole.text(WordRange::new(0, 7)), "we paid yes for it exactly all ");
        let speakers: Vec<_> = whole.words.iter().filter_map(|word| word.speaker).collect();
        assert_eq!(speakers, [0, 0, 1, 0, 0, 1, 0]);
        let ends: Vec<_> = whole.stretches.iter().map(|stretch| stretch.words.end).collect();
        assert_eq!(ends, [2, 3, 5, 6, 7]);
        assert_eq!(crate::transcript::file::read(&crate::transcript::file::write(&whole)).expect("a file"), whole);
    }

    #[test]
    fn chunks_do_not_matter() {
        let turns = [10, 3, 70, 2, 1];
        let (whole, _) = planned(&turns, 1 << 20);
        for chunk in [777, 16_000] {
            assert_eq!(planned(&turns, chunk).0, whole);
        }
    }

    #[test]
    fn without_speech_there_are_no_segments() {
        for turns in [&[] as &[u32], &[0, 10]] {
            let (plan, kept) = planned(turns, 5000);
            assert!(plan.segments.is_empty() && plan.languages.is_empty() && kept.0.is_empty());
            assert_eq!(transcript(&plan, &kept, None).words, []);
        }
    }

    #[test]
    fn plans_and_words_travel_as_json() {
        let (plan, _) = planned(&[10, 3, 5], 5000);
        let json = serde_json::to_string(&plan).expect("JSON");
        assert_eq!(serde_json::from_str::<Plan>(&json).expect("a plan"), plan);

        let span = TimeSpan::at_least_one(Millis::new(2000), Millis::new(4000));
        let word = SegmentWord("hm ".into(), Millis::ZERO, Millis::new(900), Percent::new(50));
        let stretch = SegmentStretch { language: english(), trust: Trust::Good, words: vec![word] };
        let words = SegmentWords { stretches: vec![stretch], gaps: vec![Gap::NoWords(span)] };
        let json = r#"{"stretches":[{"language":"en","trust":"good","words":[["hm ",0,900,50]]}],"gaps":[{"no_words":{"start":2000,"end":4000}}]}"#;
        assert_eq!(serde_json::to_string(&words).expect("JSON"), json);
        assert_eq!(serde_json::from_str::<SegmentWords>(json).expect("words"), words);
    }

    #[test]
    fn cancelled_work_stops() {
        let cancel = Cancel::new();
        cancel.cancel();
        let (mut sound, mut kept) = (Hum::new(&[10], 5000), Kept::default());
        let options = PlanOptions::default();
        let result = plan(&mut sound, &mut Hums, &options, &mut kept, &mut |_| {}, &cancel);
        assert!(matches!(result, Err(PlanError::Recognition(RecognitionError::Cancelled))));
        let (plan, kept) = planned(&[10], 5000);
        let result = segment(&kept.0[0].1, &plan.segments[0], &[english()], &[], &mut Hums, &mut |_| {}, &cancel);
        assert!(matches!(result, Err(RecognitionError::Cancelled)));
    }
}

//! Planning: where speech lies in a recording, found while its sound is read once.

use super::ballot::{self, Ballot};
use super::chain::{Chain, Harvest};
use super::channels::Channels;
use super::mixer::Mixer;
use super::sides::{Sides, Verdict};
use super::{Plan, PlanError, SegmentSink, SoundSource};
use crate::cancel::Cancel;
use crate::recording::Language;
use crate::time::{Millis, SAMPLES_PER_MILLI};
use crate::transcribe::frame::FRAME;
use crate::transcribe::tries::Profile;
use crate::transcribe::{RecognitionError, Transcriber};
use crate::transcript::Gap;

/// Samples of a frame; two channels are compared a frame at a time.
const SAMPLES: usize = FRAME.get() as usize * SAMPLES_PER_MILLI;

/// What a plan is made for.
#[derive(Debug, Clone)]
pub struct PlanOptions {
    /// The languages that may be spoken; none means all that the recogniser knows.
    pub languages: Vec<Language>,
    /// The longest segment, pauses included.
    pub segment: Millis,
    /// What becomes of two channels.
    pub channels: Channels,
    /// How long a stretch is heard at once.
    pub profile: Profile,
}

impl Default for PlanOptions {
    /// All languages, segments of five minutes (what a killed worker loses at most), people told apart by channel.
    fn default() -> Self {
        Self {
            languages: Vec::new(),
            segment: Millis::from_seconds(300),
            channels: Channels::Auto,
            profile: Profile::Careful,
        }
    }
}

/// Reads a recording's sound once, finds its speech and hands the sound of each segment to `sink`.
///
/// `progress` is told how far the sound was read. Memory holds about one segment's sound, whatever the length; three
/// while it is open whether each of two channels is a speaker.
///
/// # Errors
/// When the sound cannot be read, a segment cannot be stored, recognition fails or the work is cancelled.
pub fn plan(
    sound: &mut dyn SoundSource,
    transcriber: &mut dyn Transcriber,
    options: &PlanOptions,
    sink: &mut dyn SegmentSink,
    progress: &mut dyn FnMut(Millis),
    cancel: &Cancel,
) -> Result<Plan, PlanError> {
    let mut planner = Planner::new(sound.channels(), options, sink);
    let mut samples = Vec::new();
    while sound.read(&mut samples).map_err(PlanError::Source)? {
        if cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled.into());
        }
        planner.push(&samples)?;
        // What reads the sound knows of no opposite.
        if planner.is_stereo && planner.pair.is_none() && !planner.mixer.is_opposite() {
            sound.mix();
            planner.mix()?;
        }
        progress(planner.end());
    }
    let (mut plan, ballot) = planner.finish()?;
    plan.languages = match options.languages.as_slice() {
        [only] if !plan.segments.is_empty() => vec![*only],
        allowed => elect(&ballot, transcriber, allowed, cancel)?,
    };
    Ok(plan)
}

fn elect(
    ballot: &Ballot,
    transcriber: &mut dyn Transcriber,
    allowed: &[Language],
    cancel: &Cancel,
) -> Result<Vec<Language>, RecognitionError> {
    let mut votes = Vec::new();
    for sample in ballot.samples() {
        if cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled);
        }
        votes.push(transcriber.detect(&super::segment::as_floats(sample))?);
    }
    let elected = ballot::count(&votes, allowed);
    if elected.is_empty() && !votes.is_empty() {
        return Err(RecognitionError::UnknownLanguages(allowed.to_vec()));
    }
    Ok(elected)
}

/// What reads the sound: a chain of the whole, a pair of chains for two speakers, or both while that is open.
struct Planner<'a> {
    is_stereo: bool,
    /// Frames short of [`SAMPLES`], left and right by turns.
    pending: Vec<i16>,
    mixer: Mixer,
    whole: Option<Chain>,
    pair: Option<Pair>,
    harvest: Harvest<'a>,
    /// How many samples of each channel there were.
    count: u64,
}

/// The two channels of a recording, each of which may be a speaker.
struct Pair {
    sides: Sides,
    chains: [Chain; 2],
}

impl<'a> Planner<'a> {
    fn new(channels: usize, options: &PlanOptions, sink: &'a mut dyn SegmentSink) -> Self {
        let is_stereo = channels == 2;
        let chain = |speaker| Chain::new(speaker, options);
        let pair = || Pair { sides: Sides::default(), chains: [chain(Some(0)), chain(Some(1))] };
        Self {
            is_stereo,
            pending: Vec::new(),
            mixer: Mixer::default(),
            whole: (!is_stereo || options.channels != Channels::Split).then(|| chain(None)),
            pair: (is_stereo && options.channels != Channels::Mix).then(pair),
            harvest: Harvest::new(sink),
            count: 0,
        }
    }

    fn end(&self) -> Millis {
        Millis::from_samples(self.count)
    }

    fn push(&mut self, samples: &[f32]) -> Result<(), PlanError> {
        #[expect(clippy::cast_possible_truncation, reason = "a float is clamped when it is cast, and NaN becomes 0")]
        let samples = samples.iter().map(|sample| (sample * 32_768.0).round() as i16);
        self.pending.extend(samples);
        let pending = std::mem::take(&mut self.pending);
        if !self.is_stereo {
            self.count += pending.len() as u64;
            return self.whole(&pending).map(|_| ());
        }
        let frames = pending.chunks_exact(2 * SAMPLES);
        self.pending = frames.remainder().to_vec();
        frames.into_iter().try_for_each(|frame| self.stereo(frame))
    }

    fn whole(&mut self, samples: &[i16]) -> Result<f32, PlanError> {
        self.whole.as_mut().map_or(Ok(0.0), |chain| chain.push(samples, &mut self.harvest))
    }

    /// Goes on with one channel of sound: nobody is told apart any more.
    fn mix(&mut self) -> Result<(), PlanError> {
        let rest = std::mem::take(&mut self.pending);
        self.stereo(&rest)?;
        self.is_stereo = false;
        Ok(())
    }

    /// Takes a frame of left and right, or what is left of one at the end.
    fn stereo(&mut self, frame: &[i16]) -> Result<(), PlanError> {
        self.count += frame.len() as u64 / 2;
        let mixed = self.mixer.mix(frame);
        let mut voice = self.whole(&mixed)?;
        let Some(pair) = &mut self.pair else { return Ok(()) };
        let [mut left, mut right] = [0, 1].map(|side| frame.iter().skip(side).step_by(2).copied().collect::<Vec<_>>());
        let levels = pair.sides.gate([&mut left, &mut right]);
        for (chain, samples) in pair.chains.iter_mut().zip([left, right]) {
            voice = voice.max(chain.push(&samples, &mut self.harvest)?);
        }
        pair.sides.count(levels, voice);
        match pair.sides.verdict() {
            Verdict::Open => Ok(()),
            Verdict::Same => self.decide(false),
            Verdict::Apart => self.decide(true),
        }
    }

    /// Goes on with the two speakers, or else with the whole, if both are still there.
    fn decide(&mut self, speakers: bool) -> Result<(), PlanError> {
        if self.whole.is_none() || self.pair.is_none() {
            return Ok(());
        }
        if speakers {
            self.whole = None;
        } else {
            self.pair = None;
        }
        self.harvest.keep(speakers)
    }

    fn finish(mut self) -> Result<(Plan, Ballot), PlanError> {
        let rest = std::mem::take(&mut self.pending);
        if !rest.is_empty() {
            self.stereo(&rest)?;
        }
        if let Some(pair) = &self.pair {
            let speakers = pair.sides.are_apart();
            self.decide(speakers)?;
        }
        let duration = self.end();
        let mut gaps = Vec::new();
        for chain in self.whole.into_iter().chain(self.pair.into_iter().flat_map(|pair| pair.chains)) {
            gaps.extend(chain.finish(&mut self.harvest)?);
        }
        gaps.sort();
        let gaps = gaps.into_iter().map(Gap::Unheard).collect();
        let (segments, ballot) = self.harvest.finish();
        Ok((Plan { duration, segments, languages: Vec::new(), gaps }, ballot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::TimeSpan;

    struct Nowhere;

    impl SegmentSink for Nowhere {
        fn write(&mut self, _: u32, _: TimeSpan, _: &[i16]) -> std::io::Result<()> {
            Ok(())
        }

        fn keep(&mut self, _: &[u32]) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn memory_does_not_grow_with_the_recording() {
        let mut nowhere = Nowhere;
        let options = PlanOptions { segment: Millis::from_seconds(60), ..PlanOptions::default() };
        let mut planner = Planner::new(1, &options, &mut nowhere);
        let sample = |at: u16| (f32::from(at) / 16_000.0 * 440.0 * std::f32::consts::TAU).sin() * 0.25;
        let (hum, silence): (Vec<f32>, _) = ((0..16_000).map(sample).collect(), vec![0.0; 16_000]);
        let mut most = 0;
        for second in 0..600_u16 {
            // A hum that the voice detector takes for a voice, with pauses and one silence of minutes.
            let silent = second % 9 == 0 || (200..400).contains(&second);
            planner.push(if silent { &silence } else { &hum }).expect("nothing can fail");
            most = most.max(planner.whole.as_ref().map_or(0, Chain::samples_kept));
        }
        assert!(planner.harvest.segments.len() > 5);
        // A segment, the window and the region after it, and as much again before it is worth forgetting.
        assert!(most <= 2 * (60 + 28 + 28 + 1) * 16_000, "{most}");
    }
}

//! Planning: where speech lies in a recording, found while its sound is read once.

use super::ballot::{self, Ballot};
use super::{Plan, PlanError, SegmentPlan, SegmentSink, SoundSource};
use crate::cancel::Cancel;
use crate::recording::Language;
use crate::time::{Millis, TimeSpan};
use crate::transcribe::frame::{Frame, Framer};
use crate::transcribe::region::Regions;
use crate::transcribe::unheard::Unheard;
use crate::transcribe::window::{Grouper, Packer, Window};
use crate::transcribe::{RecognitionError, Transcriber};
use crate::transcript::Gap;

/// What a plan is made for.
#[derive(Debug, Clone)]
pub struct PlanOptions {
    /// The languages that may be spoken; none means all that the recogniser knows.
    pub languages: Vec<Language>,
    /// The longest segment, pauses included.
    pub segment: Millis,
}

impl Default for PlanOptions {
    /// All languages, segments of five minutes: what a killed worker loses at most.
    fn default() -> Self {
        Self { languages: Vec::new(), segment: Millis::from_seconds(300) }
    }
}

/// Reads a recording's sound once, finds its speech and hands the sound of each segment to `sink`.
///
/// `progress` is told how far the sound was read. Memory holds about one segment's sound, whatever the length.
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
    let mut planner = Planner::new(options.segment, sink);
    let mut samples = Vec::new();
    while sound.read(&mut samples).map_err(PlanError::Source)? {
        if cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled.into());
        }
        planner.push(&samples)?;
        progress(planner.tape.end());
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

/// The chain from samples to segments.
struct Planner<'a> {
    tape: Tape,
    framer: Framer,
    regions: Regions,
    unheard: Unheard,
    packer: Packer,
    grouper: Grouper,
    ballot: Ballot,
    segments: Vec<SegmentPlan>,
    sink: &'a mut dyn SegmentSink,
}

impl<'a> Planner<'a> {
    fn new(segment: Millis, sink: &'a mut dyn SegmentSink) -> Self {
        Self {
            tape: Tape::default(),
            framer: Framer::default(),
            regions: Regions::default(),
            unheard: Unheard::default(),
            packer: Packer::default(),
            grouper: Grouper::new(segment),
            ballot: Ballot::default(),
            segments: Vec::new(),
            sink,
        }
    }

    fn push(&mut self, samples: &[f32]) -> Result<(), PlanError> {
        let samples = self.tape.push(samples);
        let mut frames = Vec::with_capacity(samples.len() / 256 + 1);
        self.framer.push(samples, |frame| frames.push(frame));
        for frame in frames {
            self.frame(frame)?;
        }
        let earliest = self.regions.earliest();
        let window = self.packer.advance(earliest);
        self.window(window)?;
        let segment = self.grouper.advance(self.packer.start().unwrap_or(earliest));
        self.segment(segment)?;
        self.tape.forget(self.grouper.start().or(self.packer.start()).unwrap_or(earliest));
        Ok(())
    }

    fn frame(&mut self, frame: Frame) -> Result<(), PlanError> {
        let region = self.regions.push(frame);
        self.unheard.push(frame, self.regions.is_open());
        self.region(region)
    }

    fn region(&mut self, region: Option<TimeSpan>) -> Result<(), PlanError> {
        let window = region.and_then(|region| self.packer.push(region));
        self.window(window)
    }

    fn window(&mut self, window: Option<Window>) -> Result<(), PlanError> {
        let Some(window) = window else { return Ok(()) };
        self.ballot.add(self.tape.cut(window.span));
        let segment = self.grouper.push(window);
        self.segment(segment)
    }

    fn segment(&mut self, windows: Option<Vec<Window>>) -> Result<(), PlanError> {
        let Some(windows) = windows else { return Ok(()) };
        let (Some(first), Some(last)) = (windows.first(), windows.last()) else { return Ok(()) };
        let span = TimeSpan::at_least_one(first.span.start(), last.span.end());
        let ordinal = u32::try_from(self.segments.len()).unwrap_or(u32::MAX);
        self.sink.write(ordinal, span, self.tape.cut(span)).map_err(|error| PlanError::Sink { ordinal, error })?;
        self.segments.push(SegmentPlan { ordinal, span, windows });
        Ok(())
    }

    fn finish(mut self) -> Result<(Plan, Ballot), PlanError> {
        if let Some(frame) = std::mem::take(&mut self.framer).finish() {
            self.frame(frame)?;
        }
        let duration = self.tape.end();
        let region = std::mem::take(&mut self.regions).finish(duration);
        self.region(region)?;
        let window = std::mem::take(&mut self.packer).finish();
        self.window(window)?;
        let segment = std::mem::replace(&mut self.grouper, Grouper::new(Millis::ZERO)).finish();
        self.segment(segment)?;
        let gaps = self.unheard.finish().into_iter().map(Gap::Unheard).collect();
        Ok((Plan { duration, segments: self.segments, languages: Vec::new(), gaps }, self.ballot))
    }
}

/// The part of the sound that may still be needed.
#[derive(Default)]
struct Tape {
    samples: Vec<i16>,
    /// How many samples were forgotten.
    forgotten: u64,
}

impl Tape {
    /// Appends samples and returns them as they were kept.
    fn push(&mut self, samples: &[f32]) -> &[i16] {
        let old = self.samples.len();
        #[expect(clippy::cast_possible_truncation, reason = "a float is clamped when it is cast, and NaN becomes 0")]
        self.samples.extend(samples.iter().map(|sample| (sample * 32_768.0).round() as i16));
        &self.samples[old..]
    }

    fn end(&self) -> Millis {
        Millis::from_samples(self.forgotten + self.samples.len() as u64)
    }

    /// Returns the samples of a span, as far as they are still there.
    fn cut(&self, span: TimeSpan) -> &[i16] {
        let index = |time: Millis| {
            let index = time.to_samples().saturating_sub(self.forgotten);
            usize::try_from(index).unwrap_or(usize::MAX).min(self.samples.len())
        };
        &self.samples[index(span.start())..index(span.end())]
    }

    /// Forgets what lies before a time, once that is worth moving the rest.
    fn forget(&mut self, before: Millis) {
        let count = usize::try_from(before.to_samples().saturating_sub(self.forgotten)).unwrap_or(usize::MAX);
        let count = count.min(self.samples.len());
        if count * 2 > self.samples.len() {
            self.samples.drain(..count);
            self.forgotten += count as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nowhere;

    impl SegmentSink for Nowhere {
        fn write(&mut self, _: u32, _: TimeSpan, _: &[i16]) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn memory_does_not_grow_with_the_recording() {
        let mut nowhere = Nowhere;
        let mut planner = Planner::new(Millis::from_seconds(60), &mut nowhere);
        let sample = |at: u16| (f32::from(at) / 16_000.0 * 440.0 * std::f32::consts::TAU).sin() * 0.25;
        let (hum, silence): (Vec<f32>, _) = ((0..16_000).map(sample).collect(), vec![0.0; 16_000]);
        let mut most = 0;
        for second in 0..600_u16 {
            // A hum that the voice detector takes for a voice, with pauses and one silence of minutes.
            let silent = second % 9 == 0 || (200..400).contains(&second);
            planner.push(if silent { &silence } else { &hum }).expect("nothing can fail");
            most = most.max(planner.tape.samples.len());
        }
        assert!(planner.segments.len() > 5);
        // A segment, the window and the region after it, and as much again before it is worth forgetting.
        assert!(most <= 2 * (60 + 28 + 28 + 1) * 16_000, "{most}");
    }

    #[test]
    fn a_tape_cuts_what_it_has_not_forgotten() {
        let mut tape = Tape::default();
        assert_eq!(tape.push(&[0.5, -1.0, 1.0, 2.0, f32::NAN]), [16_384, -32_768, 32_767, 32_767, 0]);
        tape.push(&vec![0.25; 160_000]);
        tape.forget(Millis::new(9000));
        assert_eq!(tape.end(), Millis::new(10_000));
        let span = |start, end| TimeSpan::at_least_one(Millis::new(start), Millis::new(end));
        assert_eq!(tape.cut(span(9000, 9500)).len(), 8000);
        assert_eq!(tape.cut(span(9500, 11_000)).len(), 8005);
    }
}

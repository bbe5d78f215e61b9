//! A chain takes one stream of sound from samples to segments: frames, regions, windows, segments.

use super::ballot::Ballot;
use super::tape::Tape;
use super::{PlanError, PlanOptions, SegmentPlan, SegmentSink};
use crate::time::TimeSpan;
use crate::transcribe::frame::{Frame, Framer};
use crate::transcribe::region::Regions;
use crate::transcribe::unheard::Unheard;
use crate::transcribe::window::{Grouper, Packer, TURN, Window};
use crate::transcript::SpeakerOrdinal;

/// The chain of one stream: the whole sound, or what one speaker says.
pub(super) struct Chain {
    speaker: Option<SpeakerOrdinal>,
    tape: Tape,
    framer: Framer,
    regions: Regions,
    unheard: Unheard,
    packer: Packer,
    grouper: Grouper,
}

/// Where the chains of a recording leave what they find.
pub(super) struct Harvest<'a> {
    sink: &'a mut dyn SegmentSink,
    /// The segments in the order in which they ended, numbered without gaps.
    pub(super) segments: Vec<SegmentPlan>,
    /// Samples of the whole sound, and of the speakers together.
    ballots: [Ballot; 2],
}

impl<'a> Harvest<'a> {
    pub(super) fn new(sink: &'a mut dyn SegmentSink) -> Self {
        Self { sink, segments: Vec::new(), ballots: Default::default() }
    }

    /// Forgets what was found in the whole sound, or else with the speakers.
    pub(super) fn keep(&mut self, speakers: bool) -> Result<(), PlanError> {
        self.segments.retain(|segment| segment.speaker.is_some() == speakers);
        let kept: Vec<u32> = self.segments.iter().map(|segment| segment.ordinal).collect();
        let ordinal = kept.first().copied().unwrap_or_default();
        self.sink.keep(&kept).map_err(|error| PlanError::Sink { ordinal, error })?;
        self.segments.iter_mut().zip(0..).for_each(|(segment, ordinal)| segment.ordinal = ordinal);
        self.ballots[usize::from(!speakers)] = Ballot::default();
        Ok(())
    }

    /// Returns the segments and the samples that vote, once only one kind is left.
    pub(super) fn finish(self) -> (Vec<SegmentPlan>, Ballot) {
        let [whole, speakers] = self.ballots;
        let is_split = self.segments.iter().any(|segment| segment.speaker.is_some());
        (self.segments, if is_split { speakers } else { whole })
    }
}

impl Chain {
    pub(super) fn new(speaker: Option<SpeakerOrdinal>, options: &PlanOptions) -> Self {
        let longest = options.profile.longest_window();
        Self {
            speaker,
            tape: Tape::default(),
            framer: Framer::default(),
            regions: Regions::new(longest),
            unheard: Unheard::default(),
            packer: Packer::new(longest),
            grouper: Grouper::new(options.segment),
        }
    }

    /// Takes the next samples; returns how likely somebody speaks in the frames that they complete, 0 to 1.
    pub(super) fn push(&mut self, samples: &[i16], harvest: &mut Harvest<'_>) -> Result<f32, PlanError> {
        self.tape.push(samples);
        let mut frames = Vec::with_capacity(samples.len() / 256 + 1);
        self.framer.push(samples, |frame| frames.push(frame));
        let mut voice = 0.0_f32;
        for frame in frames {
            voice = voice.max(frame.voice);
            self.frame(frame, harvest)?;
        }
        let earliest = self.regions.earliest();
        let window = self.packer.advance(earliest);
        self.window(window, harvest)?;
        let segment = self.grouper.advance(self.packer.start().unwrap_or(earliest));
        self.segment(segment, harvest)?;
        self.tape.forget(self.grouper.start().or(self.packer.start()).unwrap_or(earliest));
        Ok(voice)
    }

    fn frame(&mut self, frame: Frame, harvest: &mut Harvest<'_>) -> Result<(), PlanError> {
        let region = self.regions.push(frame);
        self.unheard.push(frame, self.regions.is_open());
        self.region(region, harvest)
    }

    fn region(&mut self, region: Option<TimeSpan>, harvest: &mut Harvest<'_>) -> Result<(), PlanError> {
        let window = region.and_then(|region| self.packer.push(region));
        self.window(window, harvest)
    }

    fn window(&mut self, window: Option<Window>, harvest: &mut Harvest<'_>) -> Result<(), PlanError> {
        let Some(window) = window else { return Ok(()) };
        // Each turn has its own vote: in a window of half a minute the language may change several times.
        for turn in window.split(TURN) {
            harvest.ballots[usize::from(self.speaker.is_some())].add(self.tape.cut(turn.span));
        }
        let segment = self.grouper.push(window);
        self.segment(segment, harvest)
    }

    fn segment(&mut self, windows: Option<Vec<Window>>, harvest: &mut Harvest<'_>) -> Result<(), PlanError> {
        let Some(windows) = windows else { return Ok(()) };
        let (Some(first), Some(last)) = (windows.first(), windows.last()) else { return Ok(()) };
        let span = TimeSpan::at_least_one(first.span.start(), last.span.end());
        let ordinal = u32::try_from(harvest.segments.len()).unwrap_or(u32::MAX);
        harvest.sink.write(ordinal, span, self.tape.cut(span)).map_err(|error| PlanError::Sink { ordinal, error })?;
        harvest.segments.push(SegmentPlan { ordinal, span, speaker: self.speaker, windows });
        Ok(())
    }

    /// Ends the stream; returns the loud sound outside all segments.
    pub(super) fn finish(mut self, harvest: &mut Harvest<'_>) -> Result<Vec<TimeSpan>, PlanError> {
        if let Some(frame) = std::mem::take(&mut self.framer).finish() {
            self.frame(frame, harvest)?;
        }
        let duration = self.tape.end();
        let region = self.regions.finish(duration);
        self.region(region, harvest)?;
        let window = self.packer.finish();
        self.window(window, harvest)?;
        let segment = self.grouper.finish();
        self.segment(segment, harvest)?;
        Ok(self.unheard.finish())
    }

    #[cfg(test)]
    pub(super) fn samples_kept(&self) -> usize {
        self.tape.len()
    }
}

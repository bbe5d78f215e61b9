//! A region is a stretch of speech between two pauses, found frame by frame.

use crate::time::{Millis, TimeSpan};

use super::frame::{FRAME, Frame};

/// The longest that is heard at once. Whisper reads 30 s at a time; two seconds are left for where its own clock is inexact.
pub const LONGEST: Millis = Millis::new(28_000);

/// A voice as likely as this begins speech.
const BEGIN: f32 = 0.5;

/// Speech goes on while a voice is at least as likely as this: the detector wavers inside words.
const GO_ON: f32 = 0.35;

/// Silence of this many frames (512 ms) ends a region; shorter pauses lie inside.
const PAUSE: usize = 32;

/// Fewer frames of voice than this (96 ms) are a click or a breath: the shortest words are twice as long.
const FEWEST: usize = 6;

/// Put before and after: the detector answers late to a soft onset, and the recogniser needs a word's whole sound.
const PADDING: Millis = Millis::new(200);

/// A cut is sought where this many frames (80 ms, about the closure of a `p`) are quietest together.
const CUT: usize = 5;

/// Decibels that a certain voice counts for when the quietest place is sought.
const VOICE_WEIGHT: f32 = 20.0;

/// Finds regions in a stream of frames; it remembers at most one region's frames.
#[derive(Debug)]
pub struct Regions {
    longest: Millis,
    /// How many frames have passed.
    count: usize,
    /// Where the last region ended, padding included.
    last_end: Millis,
    open: Option<Open>,
}

/// A region whose end has not come.
#[derive(Debug)]
struct Open {
    first: usize,
    /// Whether it goes on from a region that became too long.
    continued: bool,
    /// The frames from `first` on.
    frames: Vec<Frame>,
    voiced: usize,
    /// The number after the last frame with a voice.
    voiced_until: usize,
}

impl Regions {
    /// Begins a stream in which no region is longer than `longest`, at most [`LONGEST`].
    #[must_use]
    pub fn new(longest: Millis) -> Self {
        Self { longest: longest.min(LONGEST), count: 0, last_end: Millis::ZERO, open: None }
    }

    /// Takes the next frame and returns the region that ends with it, if one does.
    ///
    /// Regions come in order and do not overlap.
    pub fn push(&mut self, frame: Frame) -> Option<TimeSpan> {
        let number = self.count;
        self.count += 1;
        let Some(open) = &mut self.open else {
            if frame.voice >= BEGIN {
                self.open = Some(Open::new(number, frame));
            }
            return None;
        };
        open.push(number, frame);
        if self.count - open.voiced_until >= PAUSE {
            return self.close(time_of(self.count));
        }
        let length = time_of(self.count).saturating_add(PADDING).since(self.start(self.open.as_ref()?));
        if length >= self.longest { self.cut() } else { None }
    }

    /// Ends the stream of sound at `end` and returns the region that was open, if one was.
    pub fn finish(&mut self, end: Millis) -> Option<TimeSpan> {
        self.close(end)
    }

    /// Returns whether a region is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Returns a time before which no later region starts.
    #[must_use]
    pub fn earliest(&self) -> Millis {
        match &self.open {
            Some(open) => self.start(open),
            None => self.padded_start(self.count),
        }
    }

    fn start(&self, open: &Open) -> Millis {
        if open.continued { time_of(open.first) } else { self.padded_start(open.first) }
    }

    fn padded_start(&self, frame: usize) -> Millis {
        time_of(frame).since(PADDING).max(self.last_end)
    }

    fn close(&mut self, end_of_sound: Millis) -> Option<TimeSpan> {
        let open = self.open.take()?;
        if open.voiced < FEWEST && !(open.continued && open.voiced > 0) {
            return None;
        }
        let end = time_of(open.voiced_until).saturating_add(PADDING).min(end_of_sound);
        let region = TimeSpan::new(self.start(&open), end)?;
        self.last_end = end;
        Some(region)
    }

    /// Cuts the open region at the quietest place of its last third.
    fn cut(&mut self) -> Option<TimeSpan> {
        let open = self.open.take()?;
        let cut = quietest(&open.frames, open.frames.len() * 2 / 3);
        let region = TimeSpan::new(self.start(&open), time_of(open.first + cut))?;
        self.last_end = region.end();
        self.open = Some(open.after(cut));
        Some(region)
    }
}

impl Open {
    fn new(first: usize, frame: Frame) -> Self {
        Self { first, continued: false, frames: vec![frame], voiced: 1, voiced_until: first + 1 }
    }

    fn push(&mut self, number: usize, frame: Frame) {
        self.frames.push(frame);
        if frame.voice >= GO_ON {
            self.voiced += 1;
            self.voiced_until = number + 1;
        }
    }

    /// Returns what is left after the first `count` frames.
    fn after(mut self, count: usize) -> Self {
        let frames = self.frames.split_off(count);
        let first = self.first + count;
        let voiced = frames.iter().filter(|frame| frame.voice >= GO_ON).count();
        Self { first, continued: true, frames, voiced, voiced_until: self.voiced_until.max(first) }
    }
}

/// Returns the number of the frame, from `from` on, in the middle of the quietest place.
fn quietest(frames: &[Frame], from: usize) -> usize {
    let noise = |window: &[Frame]| -> f32 { window.iter().map(|frame| frame.level + VOICE_WEIGHT * frame.voice).sum() };
    let place = frames[from..].windows(CUT).enumerate().min_by(|(_, a), (_, b)| noise(a).total_cmp(&noise(b)));
    from + place.map_or(0, |(offset, _)| offset + CUT / 2)
}

/// Returns when a frame starts.
fn time_of(frame: usize) -> Millis {
    Millis::new(u32::try_from(frame).map_or(u32::MAX, |frame| frame.saturating_mul(FRAME.get())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn regions(frames: &[Frame]) -> Vec<TimeSpan> {
        let (mut regions, mut found) = (Regions::new(LONGEST), Vec::new());
        for &frame in frames {
            let earliest = regions.earliest();
            found.extend(regions.push(frame));
            assert!(regions.earliest() >= earliest, "what may be forgotten is never asked for again");
        }
        found.extend(regions.finish(time_of(frames.len())));
        found
    }

    type Stretches = &'static [(f32, f32)];
    type Times = &'static [(u32, u32)];

    /// `(seconds, voice)` stretches as frames, loud where there is a voice.
    fn frames(stretches: &[(f32, f32)]) -> Vec<Frame> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
        let frames = |&(seconds, voice): &(f32, f32)| {
            vec![Frame { voice, level: if voice > 0.5 { -20.0 } else { -60.0 } }; (seconds * 62.5).round() as usize]
        };
        stretches.iter().flat_map(frames).collect()
    }

    #[test]
    fn regions_are_padded_and_short_pauses_lie_inside() {
        let rows: [(Stretches, Times); 6] = [
            (&[(10.0, 0.1)], &[]),
            (&[(1.6, 0.1), (1.6, 0.9), (1.6, 0.1)], &[(1400, 3400)]),
            (&[(1.6, 0.9), (0.32, 0.1), (1.6, 0.9)], &[(0, 3520)]),
            (&[(1.6, 0.9), (0.64, 0.1), (1.6, 0.9)], &[(0, 1800), (2040, 3840)]),
            (&[(1.6, 0.9), (1.6, 0.4), (1.6, 0.1)], &[(0, 3400)]),
            (&[(1.6, 0.1), (0.064, 0.9), (1.6, 0.1)], &[]),
        ];
        for (stretches, expected) in rows {
            let expected: Vec<_> = expected
                .iter()
                .filter_map(|&(start, end)| TimeSpan::new(Millis::new(start), Millis::new(end)))
                .collect();
            assert_eq!(regions(&frames(stretches)), expected, "{stretches:?}");
        }
    }

    #[test]
    fn a_long_region_is_cut_where_it_is_quietest() {
        let mut speech = frames(&[(60.0, 0.9)]);
        for frame in &mut speech[1400..1406] {
            *frame = Frame { voice: 0.4, level: -50.0 };
        }
        let found = regions(&speech);
        assert_eq!(found[0].end(), time_of(1402));
        assert_eq!(found[1].start(), found[0].end());
        assert_eq!(found.last().map(|region| region.end()), Some(time_of(speech.len())));
    }

    proptest! {
        #[test]
        fn every_sure_voice_lies_in_an_ordered_region(
            stretches in prop::collection::vec((0.1_f32..40.0, prop::sample::select(vec![0.0_f32, 0.4, 0.9])), 0..20),
        ) {
            let frames = frames(&stretches);
            let found = regions(&frames);
            prop_assert!(found.windows(2).all(|pair| pair[0].end() <= pair[1].start()));
            prop_assert!(found.iter().all(|region| region.duration() <= LONGEST));
            prop_assert!(found.iter().all(|region| region.end() <= time_of(frames.len())));
            for (number, frame) in frames.iter().enumerate() {
                let inside = found.iter().any(|region| region.contains(time_of(number)));
                prop_assert!(frame.voice < 0.9 || inside, "frame {number}");
            }
        }
    }
}

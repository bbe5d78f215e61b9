//! A frame is 16 ms of sound with what can be said of it at once: is it a voice, and how loud.

use std::mem;

use earshot::Detector;

use super::gain::{Gain, SILENCE};
use crate::time::{Millis, SAMPLES_PER_MILLI};

/// The length of a frame, fixed by the voice detector.
pub const FRAME: Millis = Millis::new(16);

/// Samples in a frame.
const SAMPLES: usize = FRAME.get() as usize * SAMPLES_PER_MILLI;

/// Frames at the start that the detector cannot judge yet (it looks at three) and often takes for a voice.
const WARM_UP: usize = 2;

/// What was found in one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// How likely somebody speaks, 0 to 1.
    pub voice: f32,
    /// How loud it is: the mean power in decibels below full scale, -100 to 0.
    pub level: f32,
}

/// Cuts a stream of sound into frames; its memory does not grow with the length of the stream.
pub struct Framer {
    detector: Box<Detector>,
    gain: Gain,
    /// The samples of the frame that is not full yet.
    pending: Vec<i16>,
    warming_up: usize,
}

impl Default for Framer {
    fn default() -> Self {
        Self {
            detector: Box::default(),
            gain: Gain::default(),
            pending: Vec::with_capacity(SAMPLES),
            warming_up: WARM_UP,
        }
    }
}

impl Framer {
    /// Takes the next samples of a stream and hands on every frame that they complete.
    pub fn push(&mut self, mut samples: &[i16], mut each: impl FnMut(Frame)) {
        while self.pending.len() + samples.len() >= SAMPLES {
            let (head, rest) = samples.split_at(SAMPLES - self.pending.len());
            samples = rest;
            self.pending.extend_from_slice(head);
            each(self.judge());
        }
        self.pending.extend_from_slice(samples);
    }

    /// Ends the stream and returns the last frame, filled up with silence, if one was begun.
    #[must_use]
    pub fn finish(mut self) -> Option<Frame> {
        if self.pending.is_empty() {
            return None;
        }
        self.pending.resize(SAMPLES, 0);
        Some(self.judge())
    }

    fn judge(&mut self) -> Frame {
        let mut samples = mem::replace(&mut self.pending, Vec::with_capacity(SAMPLES));
        let level = level(&samples);
        amplify(&mut samples, self.gain.follow(level));
        let voice = self.detector.predict_i16(&samples);
        let voice = if self.warming_up > 0 { 0.0 } else { voice };
        self.warming_up = self.warming_up.saturating_sub(1);
        Frame { voice, level }
    }
}

fn amplify(samples: &mut [i16], factor: f32) {
    for sample in samples {
        #[expect(clippy::cast_possible_truncation, reason = "a float is clamped when it is cast")]
        let louder = (f32::from(*sample) * factor) as i16;
        *sample = louder;
    }
}

/// Returns the mean power of some sound in decibels below full scale, -100 to 0.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a sum of squares of some hundred 16-bit samples is far below 2^52")]
pub fn level(samples: &[i16]) -> f32 {
    let sum: i64 = samples.iter().map(|&sample| i64::from(sample).pow(2)).sum();
    let mean = sum as f64 / samples.len().max(1) as f64 / f64::from(i16::MAX).powi(2);
    #[expect(clippy::cast_possible_truncation, reason = "clamped to -100..=0")]
    let level = (10.0 * mean.log10()).clamp(f64::from(SILENCE), 0.0) as f32;
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(chunks: &[&[i16]]) -> Vec<Frame> {
        let (mut framer, mut found) = (Framer::default(), Vec::new());
        for chunk in chunks {
            framer.push(chunk, |frame| found.push(frame));
        }
        found.extend(framer.finish());
        found
    }

    #[test]
    fn a_level_is_decibels_of_full_scale() {
        for (sample, expected) in [(i16::MAX, 0.0), (i16::MIN, 0.0), (3277, -20.0), (33, -60.0), (0, -100.0)] {
            assert!((level(&[sample; SAMPLES]) - expected).abs() < 0.1, "{sample}");
        }
        assert!((level(&[]) - SILENCE).abs() < 0.1);
    }

    #[test]
    fn chunks_do_not_matter() {
        let sound: Vec<i16> = (0..5000_i32).map(|i| i16::try_from(i * 7919 % 20_000 - 10_000).unwrap_or(0)).collect();
        let whole = frames(&[&sound]);
        assert_eq!(whole.len(), 5000_usize.div_ceil(SAMPLES));
        let pieces: Vec<&[i16]> = sound.chunks(177).collect();
        assert_eq!(frames(&pieces), whole);
    }

    #[test]
    fn silence_and_noise_are_not_voices() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            i16::try_from(state >> 19).unwrap_or(0) - 4096
        };
        let noise: Vec<i16> = (0..32_000).map(|_| noise()).collect();
        for sound in [vec![0; 32_000], noise] {
            let voiced = frames(&[&sound]).iter().filter(|frame| frame.voice >= 0.5).count();
            assert!(voiced <= 6, "{voiced} of 125");
        }
    }
}

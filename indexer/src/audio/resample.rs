//! The resampler brings sound of any rate to 16 kHz without moving it in time.

use std::fmt;

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _};

use crate::time::SAMPLE_RATE;

/// The rates that are believed. Telephones use 8 kHz, studios 192 kHz; outside, the header is damaged.
const RATES: std::ops::RangeInclusive<u32> = 1000..=768_000;

/// Samples that one transform gives. Fewer let through less of the band's top; this has only small prime factors, and so
/// have the frames that go in, at the usual rates, which makes the transform fast.
const BLOCK: usize = 384;

/// Brings one stream of sound of a constant rate to 16 kHz; a frame holds one sample of each channel.
pub(super) struct Resampler {
    rate: u32,
    channels: usize,
    /// `None` when the rate is 16 kHz already.
    engine: Option<Engine>,
    /// Frames taken in and given out.
    taken: u64,
    given: u64,
}

struct Engine {
    fft: Fft<f32>,
    channels: usize,
    /// Frames that go in at once.
    block: usize,
    waiting: Vec<f32>,
    output: Vec<f32>,
    /// Frames at the start of the output that are only the filter's delay.
    delay: usize,
}

/// A rate of samples that no recording has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ImpossibleRate(pub u32);

impl Resampler {
    /// Starts a stream.
    pub(super) fn new(rate: u32, channels: usize) -> Result<Self, ImpossibleRate> {
        if !RATES.contains(&rate) {
            return Err(ImpossibleRate(rate));
        }
        let engine =
            if rate == SAMPLE_RATE { None } else { Some(Engine::new(rate, channels).ok_or(ImpossibleRate(rate))?) };
        Ok(Self { rate, channels, engine, taken: 0, given: 0 })
    }

    /// Returns the frames a second of what is taken in.
    pub(super) const fn rate(&self) -> u32 {
        self.rate
    }

    /// Returns the frames given out so far.
    pub(super) const fn given(&self) -> u64 {
        self.given
    }

    /// Takes whole frames in and appends what is ready.
    pub(super) fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        self.taken += (frames.len() / self.channels) as u64;
        let before = out.len();
        match &mut self.engine {
            None => out.extend_from_slice(frames),
            Some(engine) => engine.push(frames, out),
        }
        self.given += ((out.len() - before) / self.channels) as u64;
    }

    /// Appends the rest, so that as much time has been given out as was taken in (rounded up to a sample).
    pub(super) fn finish(&mut self, out: &mut Vec<f32>) {
        let due = (self.taken * u64::from(SAMPLE_RATE)).div_ceil(self.rate.into());
        let missing = usize::try_from(due.saturating_sub(self.given)).unwrap_or(0);
        let end = out.len() + missing * self.channels;
        if let Some(engine) = &mut self.engine {
            engine.drain(end, out);
        }
        out.resize(end, 0.0);
        self.given = due;
    }
}

impl Engine {
    fn new(rate: u32, channels: usize) -> Option<Self> {
        let (rate, target) = (usize::try_from(rate).ok()?, usize::try_from(SAMPLE_RATE).ok()?);
        let block = (rate * BLOCK / target).max(1);
        let window = rubato::WindowFunction::BlackmanHarris2;
        let fft = Fft::new_custom(rate, target, block, 1, channels, window, FixedSync::Input).ok()?;
        let (delay, output) = (fft.output_delay(), vec![0.0; fft.output_frames_max() * channels]);
        Some(Self { fft, channels, block, waiting: Vec::new(), output, delay })
    }

    fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        self.waiting.extend_from_slice(frames);
        let waiting = std::mem::take(&mut self.waiting);
        let mut rest = waiting.as_slice();
        while let Some((block, tail)) = rest.split_at_checked(self.fft.input_frames_next() * self.channels) {
            self.process(block, None, out);
            rest = tail;
        }
        let used = waiting.len() - rest.len();
        self.waiting = waiting;
        self.waiting.drain(..used);
    }

    /// Pushes silence until the output has some length; what comes after it is cut.
    fn drain(&mut self, end: usize, out: &mut Vec<f32>) {
        let mut waiting = std::mem::take(&mut self.waiting);
        let count = self.fft.input_frames_next() * self.channels;
        // Every block moves the output on, except the first few of a very long transform.
        let mut idle = 0;
        while out.len() < end && idle < self.fft.fft_size_in() / self.block + 2 {
            let before = out.len();
            let partial = waiting.len().min(count);
            waiting.resize(count, 0.0);
            self.process(&waiting, Some(partial / self.channels), out);
            waiting.clear();
            idle = if out.len() > before { 0 } else { idle + 1 };
        }
        out.truncate(end);
    }

    /// Resamples one block, of which only the first `partial` frames are sound.
    fn process(&mut self, block: &[f32], partial: Option<usize>, out: &mut Vec<f32>) {
        let channels = self.channels;
        let room = self.output.len() / channels;
        let (Ok(input), Ok(mut output)) = (
            InterleavedSlice::new(block, channels, block.len() / channels),
            InterleavedSlice::new_mut(&mut self.output, channels, room),
        ) else {
            return;
        };
        let indexing = Indexing { input_offset: 0, output_offset: 0, partial_len: partial, active_channels_mask: None };
        // Both buffers have the lengths that the engine asked for, so that it has nothing to refuse.
        let Ok((_, count)) = self.fft.process_into_buffer(&input, &mut output, Some(&indexing)) else { return };
        let late = self.delay.min(count);
        self.delay -= late;
        out.extend_from_slice(&self.output[late * channels..count * channels]);
    }
}

impl fmt::Debug for Resampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resampler({} Hz, {} frames taken)", self.rate, self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resampled(rate: u32, frames: &[f32], piece: usize) -> Vec<f32> {
        let mut resampler = Resampler::new(rate, 1).expect("a usual rate");
        let mut out = Vec::new();
        for piece in frames.chunks(piece) {
            resampler.push(piece, &mut out);
        }
        resampler.finish(&mut out);
        out
    }

    #[test]
    fn sound_stays_where_it_was_at_every_rate() {
        for rate in [8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 47_999, 48_000, 96_000, 192_000] {
            // A click every tenth of a second.
            let mut frames = vec![0.0; rate as usize];
            (1..10).for_each(|tenth| frames[(tenth * rate / 10) as usize] = 1.0);
            let samples = resampled(rate, &frames, 777);
            assert_eq!(samples.len(), 16_000, "{rate}");
            for tenth in 1..10_usize {
                let around = tenth * 1600 - 400..tenth * 1600 + 400;
                let loudest = around.clone().max_by(|&a, &b| samples[a].abs().total_cmp(&samples[b].abs()));
                let error = loudest.expect("a range").abs_diff(tenth * 1600);
                assert!(error <= 1, "{error} samples at {rate} Hz");
            }
        }
    }

    #[test]
    fn channels_are_resampled_alike() {
        let frames: Vec<f32> = (0..5000_u16).map(|n| (f32::from(n) / 9.0).sin()).collect();
        for rate in [16_000, 44_100] {
            let alone = resampled(rate, &frames, 777);
            let pairs: Vec<f32> = frames.iter().flat_map(|&sample| [sample, -sample]).collect();
            let mut resampler = Resampler::new(rate, 2).expect("a usual rate");
            let mut both = Vec::new();
            pairs.chunks(2 * 333).for_each(|piece| resampler.push(piece, &mut both));
            resampler.finish(&mut both);
            assert_eq!(both.iter().step_by(2).copied().collect::<Vec<_>>(), alone);
            assert!(both.chunks_exact(2).all(|pair| pair[0].to_bits() == (-pair[1]).to_bits()));
        }
    }

    #[test]
    fn lengths_are_kept_whatever_the_pieces() {
        for (rate, frames, samples) in
            [(48_000, 0, 0), (48_000, 1, 1), (48_000, 3, 1), (44_100, 441, 160), (44_100, 1000, 363), (8000, 5, 10)]
        {
            for piece in [1, 100, 5000] {
                assert_eq!(resampled(rate, &vec![0.5; frames], piece).len(), samples, "{frames} at {rate}");
            }
        }
    }

    #[test]
    fn speech_band_passes_and_what_would_fold_into_it_does_not() {
        let tone = |rate: u16, hertz: f32| {
            let step = std::f32::consts::TAU * hertz / f32::from(rate);
            let frames = (0..rate).map(|n| (f32::from(n) * step).sin()).collect::<Vec<_>>();
            let samples = resampled(rate.into(), &frames, 1024);
            let middle = &samples[4000..12_000];
            (middle.iter().map(|sample| sample * sample).sum::<f32>() / 8000.0 * 2.0).sqrt()
        };
        for rate in [44_100, 48_000] {
            for hertz in [100.0, 1000.0, 6000.0, 7200.0] {
                let level = tone(rate, hertz);
                assert!((0.89..1.02).contains(&level), "{hertz} Hz at {rate}: {level}");
            }
            for hertz in [8800.0, 10_000.0, 15_000.0] {
                let level = tone(rate, hertz);
                assert!(level < 0.01, "{hertz} Hz at {rate}: {level}");
            }
        }
    }

    #[test]
    fn rates_that_no_recording_has_are_refused() {
        for rate in [0, 1, 999, 800_000, u32::MAX] {
            assert_eq!(Resampler::new(rate, 1).err(), Some(ImpossibleRate(rate)));
        }
    }
}

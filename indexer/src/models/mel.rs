//! The mel filters sum the spectrum of a sound into the bands that Whisper hears.
//!
//! They are those of `librosa.filters.mel(sr=16000, n_fft=400, n_mels=80 or 128)`: triangles of equal area, evenly
//! spaced on Slaney's scale (Slaney, Auditory Toolbox, 1998), which is linear up to 1 kHz and logarithmic above.

/// Frequencies in the spectrum of 400 samples.
pub(super) const SPECTRUM: u32 = 201;

/// Half the sample rate of 16 kHz: the last frequency in the spectrum.
const NYQUIST_HZ: f64 = 8000.0;

/// Where Slaney's scale turns from linear to logarithmic.
const BREAK_HZ: f64 = 1000.0;
const LINEAR_HZ: f64 = 200.0 / 3.0;
const BREAK_MEL: f64 = BREAK_HZ / LINEAR_HZ;

/// The logarithm of the step of one mel above the break: 27 steps multiply the frequency by 6.4.
fn log_step() -> f64 {
    6.4_f64.ln() / 27.0
}

fn mel_of(hz: f64) -> f64 {
    if hz < BREAK_HZ { hz / LINEAR_HZ } else { BREAK_MEL + (hz / BREAK_HZ).ln() / log_step() }
}

fn hz_of(mel: f64) -> f64 {
    if mel < BREAK_MEL { mel * LINEAR_HZ } else { BREAK_HZ * (log_step() * (mel - BREAK_MEL)).exp() }
}

/// Returns the filters band by band, each with [`SPECTRUM`] factors.
pub(super) fn filters(bands: u32) -> Vec<f32> {
    let step = mel_of(NYQUIST_HZ) / f64::from(bands + 1);
    let mut filters = Vec::with_capacity((bands * SPECTRUM) as usize);
    for band in 0..bands {
        let [low, peak, high] = [band, band + 1, band + 2].map(|corner| hz_of(step * f64::from(corner)));
        let area = 2.0 / (high - low);
        for bin in 0..SPECTRUM {
            let hz = f64::from(bin) * NYQUIST_HZ / f64::from(SPECTRUM - 1);
            let triangle = ((hz - low) / (peak - low)).min((high - hz) / (high - peak)).max(0.0);
            filters.push(single(f64::from(single(triangle)) * area));
        }
    }
    filters
}

/// Rounds as librosa does, before and after the triangle is scaled.
#[expect(clippy::cast_possible_truncation, reason = "rounding to single precision is what is wanted")]
fn single(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINS: usize = SPECTRUM as usize;

    /// Values of `mel_filters.npz` in openai/whisper.
    #[test]
    fn the_filters_are_those_that_whisper_was_trained_with() {
        let filters = filters(80);
        assert_eq!(filters.len(), 80 * BINS);
        for (band, bin, factor) in [(0, 0, 0.0), (0, 1, 0.024_862_595), (1, 1, 0.001_990_822), (1, 2, 0.022_871_772)] {
            let found = filters[band * BINS + bin];
            assert!((found - factor).abs() < 1e-8, "band {band}, bin {bin}: {found}");
        }
    }

    #[test]
    fn every_band_hears_something_and_only_its_neighbourhood() {
        for bands in [80, 128] {
            for band in filters(bands).chunks_exact(BINS) {
                let heard: Vec<usize> = (0..BINS).filter(|&bin| band[bin] > 0.0).collect();
                assert!(!heard.is_empty() && heard.len() < 20);
                assert_eq!(heard.len(), heard[heard.len() - 1] - heard[0] + 1);
            }
        }
    }
}

//! An onset is where sound begins after a pause; words that follow a pause begin there.

use crate::time::{Millis, SAMPLE_RATE, TimeSpan};

/// How long the sound is whose loudness is compared: 10 ms, a few periods of the deepest voice.
const STEP: usize = SAMPLE_RATE as usize / 100;

/// The length of a step in milliseconds.
const STEP_MILLIS: u32 = 10;

/// A pause is at least this many steps: longer than the closure of a `t` or `k` inside a word.
const SHORTEST_PAUSE: usize = 15;

/// Shorter sounds, in steps, are clicks.
const SHORTEST_SOUND: usize = 3;

/// Sound lies above this share of the way from the window's quietest to its loudest steps, in decibels.
const SHARE: f32 = 0.35;

/// The quietest steps count as at most this much softer than the loudest, so that digital silence does not make an echo
/// loud.
const DEPTH: f32 = 45.0;

/// With less difference than this in decibels there are no pauses to see.
const FLAT: f32 = 10.0;

/// Returns the stretches of sound between pauses in a window that starts at `start`.
#[must_use]
pub fn sounds(samples: &[f32], start: Millis) -> Vec<TimeSpan> {
    let levels: Vec<f32> = samples.chunks(STEP).map(level).collect();
    let Some(threshold) = threshold(&levels) else { return Vec::new() };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (step, _) in levels.iter().enumerate().filter(|&(_, &level)| level >= threshold) {
        match runs.last_mut() {
            Some(run) if step - run.1 < SHORTEST_PAUSE => run.1 = step + 1,
            _ => runs.push((step, step + 1)),
        }
    }
    let time_of = |step: usize| start.saturating_add(Millis::new(u32::try_from(step).unwrap_or(0) * STEP_MILLIS));
    runs.iter()
        .filter(|(first, end)| end - first >= SHORTEST_SOUND)
        .filter_map(|&(first, end)| TimeSpan::new(time_of(first), time_of(end)))
        .collect()
}

fn threshold(levels: &[f32]) -> Option<f32> {
    let mut sorted = levels.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let loud = *sorted.get(sorted.len() * 9 / 10)?;
    let quiet = sorted.get(sorted.len() / 20)?.max(loud - DEPTH);
    (loud - quiet >= FLAT).then_some(quiet + (loud - quiet) * SHARE)
}

fn level(samples: &[f32]) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "at most 160 samples")]
    let mean = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    10.0 * (mean + 1e-10).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Stretches = &'static [(usize, f32)];
    type Times = &'static [(u32, u32)];

    /// Noise of `(milliseconds, amplitude)`.
    fn noise(stretches: &[(usize, f32)]) -> Vec<f32> {
        let mut state = 1_u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(i16::try_from(state >> 17).unwrap_or(0)) / 16_384.0 - 1.0
        };
        stretches
            .iter()
            .flat_map(|&(millis, loud)| (0..millis * 16).map(|_| next() * loud).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn sounds_lie_between_pauses() {
        let rows: [(Stretches, Times); 4] = [
            (&[(200, 0.0), (500, 0.3), (400, 0.0), (300, 0.2)], &[(5200, 5700), (6100, 6400)]),
            (&[(200, 0.001), (500, 0.3), (100, 0.001), (300, 0.2), (200, 0.001)], &[(5200, 6100)]),
            (&[(200, 0.001), (20, 0.3), (400, 0.001), (300, 0.2)], &[(5620, 5920)]),
            (&[(900, 0.3)], &[]),
        ];
        for (stretches, expected) in rows {
            let found = sounds(&noise(stretches), Millis::new(5000));
            let found: Vec<_> = found.iter().map(|sound| (sound.start().get(), sound.end().get())).collect();
            assert_eq!(found, expected, "{stretches:?}");
        }
        assert_eq!(sounds(&[], Millis::ZERO), []);
    }
}

//! The gain that brings a recording to the loudness that the voice detector expects.
//!
//! The detector hears nothing in a recording that is 20 dB too soft, though a listener follows it easily.

/// The level of digital silence, in decibels below full scale.
pub const SILENCE: f32 = -100.0;

/// The loudness to reach for the loud parts of speech, in decibels below full scale.
const TARGET: f32 = -20.0;

/// More gain, in decibels, would make speech of the noise of a quiet room.
const MOST: f32 = 30.0;

/// Frames are loud when so large a share of all is softer.
const LOUD: f32 = 0.95;

/// How much of the past is kept after each frame: a memory of a minute.
const MEMORY: f32 = 1.0 - 1.0 / 3750.0;

/// How many frames at [`TARGET`] are taken to have gone before the first, so that a third of a second decides and not a
/// single frame.
const BEFORE: f32 = 1.0;

/// Steps of one decibel from [`SILENCE`] to full scale.
const STEPS: usize = 100;

/// Follows the loudness of a stream of frames.
#[derive(Debug)]
pub struct Gain {
    /// How many frames lately had each loudness, in steps above [`SILENCE`].
    counts: [f32; STEPS],
}

impl Default for Gain {
    fn default() -> Self {
        let mut counts = [0.0; STEPS];
        counts[step(TARGET)] = BEFORE;
        Self { counts }
    }
}

impl Gain {
    /// Takes the level of the next frame and returns the factor for its samples, at least 1.
    ///
    /// Digital silence says nothing of how loud the speech is.
    pub fn follow(&mut self, level: f32) -> f32 {
        if level > SILENCE {
            self.counts.iter_mut().for_each(|count| *count *= MEMORY);
            self.counts[step(level)] += 1.0;
        }
        10_f32.powf((TARGET - self.loud()).clamp(0.0, MOST) / 20.0)
    }

    fn loud(&self) -> f32 {
        let mut louder = self.counts.iter().sum::<f32>() * (1.0 - LOUD);
        let mut level = 0.0;
        for count in self.counts.iter().rev() {
            louder -= count;
            if louder < 0.0 {
                break;
            }
            level -= 1.0;
        }
        level
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the steps")]
fn step(level: f32) -> usize {
    (level - SILENCE).clamp(0.0, 99.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the gain in decibels after `(frames, level)`.
    fn gain(stretches: &[(usize, f32)]) -> f32 {
        let mut gain = Gain::default();
        let levels = stretches.iter().flat_map(|&(count, level)| std::iter::repeat_n(level, count));
        20.0 * levels.fold(1.0, |_, level| gain.follow(level)).log10()
    }

    #[test]
    fn soft_recordings_are_raised() {
        let rows: [(&[(usize, f32)], f32); 7] = [
            (&[(1, -60.5)], 0.0),
            (&[(600, -20.5)], 0.0),
            (&[(600, -3.5)], 0.0),
            (&[(600, -40.5)], 20.0),
            (&[(600, -70.5)], 30.0),
            // Pauses do not matter while a part is speech, nor do clicks or digital silence.
            (&[(500, -60.5), (100, -30.5)], 10.0),
            (&[(600, -40.5), (10, -3.5), (5000, SILENCE)], 20.0),
        ];
        for (stretches, expected) in rows {
            assert!((gain(stretches) - expected).abs() < 1.1, "{stretches:?}: {}", gain(stretches));
        }
    }
}

//! The sides are a recording's two channels, compared: is one person on each, and which of them is heard now?
//!
//! What tells people on a channel each from one room heard twice is how the levels move. A voice is louder on its own
//! channel by as much as the microphones are kept apart, so the difference of the levels, right from left, has two
//! heaps; the best cut between them (Otsu 1979) says where one voice ends and the other begins, whatever the gains. In a
//! room, or with music, both channels swell together. Levels do not care for the delay between two microphones, which
//! a correlation of the waves would take for two sounds, nor for crosstalk, which it would take for one.

use crate::transcribe::frame::{FRAME, level};

mod heaps;

use heaps::{Heaps, Levels};

/// A frame counts when a voice is at least as likely as this.
const VOICE: f32 = 0.5;

/// And when it is at most so many decibels softer than the loudest lately: the detector wavers into pauses, in which
/// both channels fall silent together.
const SOFTEST: f32 = 30.0;

/// How many decibels the loudest lately falls in each frame, 20 dB in half a minute.
const FORGET: f32 = 0.01;

/// Two people are at least so far apart, in decibels: twice the 10 dB by which crosstalk must be softer.
const APART: f64 = 20.0;

/// Each channel must be louder by this many decibels while its own person speaks; one that only hums is not.
const RISE: f64 = 6.0;

/// The levels of two people's channels are correlated less than this, because they take turns.
const CORRELATED: f64 = 0.5;

/// Each of two people speaks at least so long: 2 s.
const LEAST: u64 = frames(2000);

/// After so much speech, a minute, two people are told apart at once when each spoke for [`CLEAR`].
const ENOUGH: u64 = frames(60_000);

/// What each must have spoken by then: 5 s.
const CLEAR: u64 = frames(5000);

/// After so much speech, two minutes, that was nearly all as loud left as right, nobody is told apart any more.
const SETTLED: u64 = frames(120_000);

/// As loud left as right, in decibels: two microphones in one room, and a voice between loudspeakers.
const NEAR: i16 = 12;

/// Nearly all: so many of a hundred.
const NEARLY_ALL: u64 = 97;

/// How many decibels the level of a voice is taken to fall in each frame after its end, 60 dB a second as in a room.
const DECAY: f32 = 1.0;

/// While two people are not told apart, a channel this many decibels softer than the other holds only its crosstalk.
const CROSSTALK: f64 = 10.0;

/// How often the cut is looked for, in frames: once a second.
const EVERY: u64 = frames(1000);

/// Returns how many whole frames are in some milliseconds.
const fn frames(millis: u32) -> u64 {
    (millis / FRAME.get()) as u64
}

/// What the channels are, as far as they were heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not certain yet.
    Open,
    /// The same on both.
    Same,
    /// One person on each.
    Apart,
}

/// Compares two channels frame by frame, in constant memory, and mutes each while only the other's person is heard.
pub(super) struct Sides {
    levels: Levels,
    verdict: Verdict,
    /// The level of the loudest channel lately.
    loudest: f32,
    /// Which difference lies between the two people, and how far from it a channel is still heard.
    cut: f64,
    margin: f64,
    /// The levels, falling slowly.
    held: [f32; 2],
    /// How much of each channel was let through at the end of the last frame.
    open: [f32; 2],
}

impl Default for Sides {
    fn default() -> Self {
        Self {
            levels: Levels::default(),
            verdict: Verdict::Open,
            loudest: -100.0,
            cut: 0.0,
            margin: CROSSTALK,
            held: [-100.0; 2],
            open: [1.0; 2],
        }
    }
}

impl Sides {
    /// Mutes what the other channel's person left of a frame's two channels; returns their levels as they were.
    pub(super) fn gate(&mut self, channels: [&mut [i16]; 2]) -> [f32; 2] {
        let levels = [level(channels[0]), level(channels[1])];
        for (held, level) in self.held.iter_mut().zip(levels) {
            *held = level.max(*held - DECAY);
        }
        let difference = f64::from(self.held[0] - self.held[1]) - self.cut;
        let targets = [difference > -self.margin, difference < self.margin].map(|heard| f32::from(u8::from(heard)));
        for ((channel, open), target) in channels.into_iter().zip(&mut self.open).zip(targets) {
            fade(channel, *open, target);
            *open = target;
        }
        levels
    }

    /// Counts a frame by its levels as they were, and how likely somebody speaks in it.
    pub(super) fn count(&mut self, levels: [f32; 2], voice: f32) {
        let loud = levels[0].max(levels[1]);
        self.loudest = loud.max(self.loudest - FORGET);
        if voice < VOICE || loud < self.loudest - SOFTEST {
            return;
        }
        self.levels.add(levels.map(f64::from));
        if self.levels.count().is_multiple_of(EVERY) {
            self.look();
        }
    }

    /// Looks again where the two people are parted, and whether that is certain.
    fn look(&mut self) {
        let count = self.levels.count();
        let heaps = self.levels.heaps();
        let apart = heaps.filter(|heaps| is_apart(heaps, LEAST));
        (self.cut, self.margin) = apart.map_or((0.0, CROSSTALK), |heaps| (heaps.cut, heaps.distance / 4.0));
        self.verdict = if count >= ENOUGH && heaps.is_some_and(|heaps| is_apart(&heaps, CLEAR)) {
            Verdict::Apart
        } else if count >= SETTLED && self.levels.near(NEAR) * 100 >= count * NEARLY_ALL {
            Verdict::Same
        } else {
            Verdict::Open
        };
    }

    /// Returns what is certain by now.
    pub(super) const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Returns, at the end, whether one person is on each channel.
    pub(super) fn are_apart(&self) -> bool {
        self.levels.heaps().is_some_and(|heaps| is_apart(&heaps, LEAST))
    }
}

/// Returns whether two heaps are those of two people who each spoke for so many frames.
fn is_apart(heaps: &Heaps, least: u64) -> bool {
    let ([left, right], [left_then, right_then]) = (heaps.left.means(), heaps.right.means());
    heaps.distance >= APART
        && heaps.left.count.min(heaps.right.count) >= least
        && left - left_then >= RISE
        && right_then - right >= RISE
        && heaps.correlation() < CORRELATED
}

/// Brings some sound from one share of its loudness to another.
fn fade(samples: &mut [i16], from: f32, to: f32) {
    #[expect(clippy::float_cmp, reason = "both are exactly 0 or 1")]
    if from == to && to == 1.0 {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "a frame has 256 samples")]
    let step = (to - from) / samples.len().max(1) as f32;
    let mut share = from;
    for sample in samples {
        share += step;
        #[expect(clippy::cast_possible_truncation, reason = "a share of a sample is no larger than the sample")]
        let softer = (f32::from(*sample) * share) as i16;
        *sample = softer;
    }
}

#[cfg(test)]
mod tests;

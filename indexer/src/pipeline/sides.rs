//! The sides are a recording's two channels, compared: is one person on each, and which of them is heard now?
//!
//! What tells people on a channel each from one room heard twice is how the levels move. A voice is louder on its own
//! channel by as much as the microphones are kept apart, so the difference of the levels, right from left, has two
//! heaps; the best cut between them (Otsu 1979) says where one voice ends and the other begins, whatever the gains. In a
//! room, or with music, both channels swell together. Levels do not care for the delay between two microphones, which
//! a correlation of the waves would take for two sounds, nor for crosstalk, which it would take for one.

use crate::transcribe::frame::{FRAME, level};

/// A frame counts when a voice is at least as likely as this.
const VOICE: f32 = 0.5;

/// Differences of level are counted in decibels up to this, either way.
const MOST: i16 = 60;

/// The number of steps of one decibel.
const STEPS: usize = 2 * MOST as usize + 1;

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
    /// How many frames had each difference of level, right from left, and the sums of their levels.
    steps: [Step; STEPS],
    sums: Sums,
    /// Which difference lies between the two people, and how far from it a channel is still heard.
    cut: f64,
    margin: f64,
    /// The levels, falling slowly.
    held: [f32; 2],
    /// How much of each channel was let through at the end of the last frame.
    open: [f32; 2],
}

#[derive(Debug, Clone, Copy, Default)]
struct Step {
    count: u64,
    left: f64,
    right: f64,
}

/// What the correlation of the levels is made of.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    left_squares: f64,
    right_squares: f64,
    products: f64,
}

/// The two heaps of frames on either side of a cut.
#[derive(Debug, Clone, Copy)]
struct Heaps {
    right: Step,
    left: Step,
    /// Where between them they are parted.
    cut: f64,
    /// How far they are apart.
    distance: f64,
}

impl Default for Sides {
    fn default() -> Self {
        Self {
            steps: [Step::default(); STEPS],
            sums: Sums::default(),
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
        if voice < VOICE {
            return;
        }
        let [left, right] = levels.map(f64::from);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the steps")]
        let index = ((left - right).clamp(f64::from(-MOST), f64::from(MOST)) + f64::from(MOST)).round() as usize;
        let step = &mut self.steps[index];
        *step = step.plus(Step { count: 1, left, right });
        self.sums.left_squares += left * left;
        self.sums.right_squares += right * right;
        self.sums.products += left * right;
        if self.total().count.is_multiple_of(EVERY) {
            let apart = self.heaps().filter(|heaps| self.is_apart(heaps, LEAST));
            (self.cut, self.margin) = apart.map_or((0.0, CROSSTALK), |heaps| (heaps.cut, heaps.distance / 4.0));
        }
    }

    /// Returns what is certain by now.
    pub(super) fn verdict(&self) -> Verdict {
        let count = self.total().count;
        let is_near = || {
            let near =
                usize::try_from(MOST - NEAR).unwrap_or_default()..=usize::try_from(MOST + NEAR).unwrap_or_default();
            let near: u64 = self.steps[near].iter().map(|step| step.count).sum();
            near * 100 >= count * 97
        };
        if count >= ENOUGH && self.heaps().is_some_and(|heaps| self.is_apart(&heaps, CLEAR)) {
            Verdict::Apart
        } else if count >= SETTLED && is_near() {
            Verdict::Same
        } else {
            Verdict::Open
        }
    }

    /// Returns, at the end, whether one person is on each channel.
    pub(super) fn are_apart(&self) -> bool {
        self.heaps().is_some_and(|heaps| self.is_apart(&heaps, LEAST))
    }

    fn is_apart(&self, heaps: &Heaps, least: u64) -> bool {
        let ([left, right], [left_then, right_then]) = (heaps.left.means(), heaps.right.means());
        heaps.distance >= APART
            && heaps.left.count.min(heaps.right.count) >= least
            && left - left_then >= RISE
            && right_then - right >= RISE
            && self.correlation() < CORRELATED
    }

    fn total(&self) -> Step {
        self.steps.iter().fold(Step::default(), |sum, &step| sum.plus(step))
    }

    /// Returns the two heaps whose means are furthest apart for their weight; `None` when all frames are alike.
    fn heaps(&self) -> Option<Heaps> {
        let total = self.total();
        let mut right = Step::default();
        let mut best: Option<(f64, Heaps)> = None;
        for &step in &self.steps {
            right = right.plus(step);
            let left = total.minus(right);
            if right.count == 0 || left.count == 0 {
                continue;
            }
            let difference = |heap: Step| heap.means()[0] - heap.means()[1];
            let distance = difference(left) - difference(right);
            #[expect(clippy::cast_precision_loss, reason = "frames of days are far below 2^52")]
            let weight = left.count as f64 * right.count as f64 * distance * distance;
            if best.is_none_or(|(most, _)| weight > most) {
                let cut = f64::midpoint(difference(left), difference(right));
                best = Some((weight, Heaps { right, left, cut, distance }));
            }
        }
        best.map(|(_, heaps)| heaps)
    }

    /// Returns how far the two levels rise and fall together, -1 to 1 (Pearson); 1 when one never moves.
    fn correlation(&self) -> f64 {
        let total = self.total();
        #[expect(clippy::cast_precision_loss, reason = "frames of days are far below 2^52")]
        let count = total.count as f64;
        let spread = |squares: f64, sum: f64| squares - sum * sum / count;
        let both = spread(self.sums.left_squares, total.left) * spread(self.sums.right_squares, total.right);
        if both > 0.0 { (self.sums.products - total.left * total.right / count) / both.sqrt() } else { 1.0 }
    }
}

impl Step {
    fn plus(self, other: Self) -> Self {
        Self { count: self.count + other.count, left: self.left + other.left, right: self.right + other.right }
    }

    fn minus(self, other: Self) -> Self {
        Self { count: self.count - other.count, left: self.left - other.left, right: self.right - other.right }
    }

    /// Returns the mean levels, left and right.
    fn means(self) -> [f64; 2] {
        #[expect(clippy::cast_precision_loss, reason = "frames of days are far below 2^52")]
        let count = self.count.max(1) as f64;
        [self.left / count, self.right / count]
    }
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Samples of a frame.
    const SAMPLES: usize = 256;

    /// The level of noise that no microphone is without.
    const NOISE: f64 = -70.0;

    /// A recording of two people, as levels: who speaks when, and how loud each is on each channel.
    #[derive(Debug, Clone)]
    struct Room {
        /// Decibels of the first and the second person on the left and on the right.
        levels: [[f64; 2]; 2],
        /// Who speaks in each frame, and how much softer than at their loudest.
        turns: Vec<(Option<usize>, f64)>,
    }

    impl Room {
        /// Two people take turns of some seconds, a pause between; syllables swell and fade.
        fn new(levels: [[f64; 2]; 2], seconds: &[u32]) -> Self {
            let mut turns = Vec::new();
            for (turn, &seconds) in seconds.iter().enumerate() {
                for frame in 0..seconds * 62 {
                    turns.push((Some(turn % 2), f64::from(frame * 7 % 17)));
                }
                turns.extend([(None, 0.0); 31]);
            }
            Self { levels, turns }
        }

        fn sides(&self) -> Sides {
            let mut sides = Sides::default();
            for &(who, softer) in &self.turns {
                #[expect(clippy::cast_possible_truncation, reason = "decibels")]
                let levels =
                    [0, 1].map(|side| who.map_or(NOISE, |who| (self.levels[who][side] - softer).max(NOISE)) as f32);
                sides.count(levels, if who.is_some() { 0.9 } else { 0.1 });
            }
            sides
        }

        fn swapped(&self) -> Self {
            Self { levels: self.levels.map(|[left, right]| [right, left]), turns: self.turns.clone() }
        }
    }

    #[test]
    fn people_are_apart_when_each_has_a_channel() {
        const TURNS: &[u32] = &[12, 5, 20, 4, 9];
        let cases: [(&str, [[f64; 2]; 2], &[u32], bool); 10] = [
            ("hard left and right", [[-20.0, -90.0], [-90.0, -20.0]], TURNS, true),
            ("crosstalk at -20 dB", [[-20.0, -40.0], [-40.0, -20.0]], TURNS, true),
            ("and one microphone 15 dB softer", [[-20.0, -55.0], [-40.0, -35.0]], TURNS, true),
            ("one who only asks", [[-20.0, -40.0], [-40.0, -20.0]], &[60, 3, 90], true),
            ("one who only says yes", [[-20.0, -40.0], [-40.0, -20.0]], &[60, 1, 90], false),
            ("mono", [[-20.0, -20.0], [-25.0, -25.0]], TURNS, false),
            ("two microphones on one table", [[-20.0, -26.0], [-26.0, -20.0]], TURNS, false),
            ("a silent channel", [[-20.0, -100.0], [-24.0, -100.0]], TURNS, false),
            ("one speaker on one channel", [[-20.0, -40.0], [-20.0, -40.0]], TURNS, false),
            ("crosstalk at -8 dB", [[-20.0, -28.0], [-28.0, -20.0]], TURNS, false),
        ];
        for (name, levels, seconds, apart) in cases {
            assert_eq!(Room::new(levels, seconds).sides().are_apart(), apart, "{name}");
        }
    }

    #[test]
    fn what_is_certain_early_is_decided_early() {
        let long: &[u32] = &[30; 10];
        let verdict = |levels| Room::new(levels, long).sides().verdict();
        assert_eq!(verdict([[-20.0, -40.0], [-40.0, -20.0]]), Verdict::Apart);
        assert_eq!(verdict([[-20.0, -26.0], [-26.0, -20.0]]), Verdict::Same);
        // Somebody may still come in on the other channel.
        assert_eq!(verdict([[-20.0, -40.0], [-20.0, -40.0]]), Verdict::Open);
        assert_eq!(Sides::default().verdict(), Verdict::Open);
        assert!(!Sides::default().are_apart());
    }

    /// Returns a frame of a hum of some level.
    fn hum(level: f64) -> Vec<i16> {
        let loud = 10_f64.powf(level / 20.0) * f64::from(i16::MAX) * std::f64::consts::SQRT_2;
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a frame of a hum")]
        (0..SAMPLES).map(|n| (loud * (n as f64 / 8.0 * std::f64::consts::TAU).sin()) as i16).collect()
    }

    #[test]
    fn crosstalk_is_muted_and_a_voice_is_not() {
        let mut sides = Sides::default();
        let mut hear = |left: f64, right: f64| {
            let (mut left, mut right) = (hum(left), hum(right));
            (0..3).for_each(|_| {
                sides.gate([&mut left, &mut right]);
            });
            [left, right].map(|channel| channel.iter().any(|&sample| sample != 0))
        };
        assert_eq!(hear(-60.0, -60.0), [true, true]);
        assert_eq!(hear(-20.0, -40.0), [true, false]);
        // Both speak at once.
        assert_eq!(hear(-20.0, -25.0), [true, true]);
        assert_eq!(hear(-40.0, -10.0), [false, true]);
    }

    #[test]
    fn a_gate_opens_and_closes_softly() {
        let mut frame = vec![10_000; SAMPLES];
        fade(&mut frame, 1.0, 0.0);
        assert!(frame.is_sorted_by(|a, b| a >= b) && frame[0] > 9900 && frame[SAMPLES - 1] == 0);
        frame.fill(10_000);
        fade(&mut frame, 0.0, 1.0);
        assert!(frame.is_sorted() && frame[0] < 100 && frame[SAMPLES - 1] == 10_000);
    }

    proptest! {
        #[test]
        fn left_and_right_are_treated_alike(
            levels in proptest::array::uniform2(proptest::array::uniform2(-80.0..-5.0)),
            seconds in proptest::collection::vec(1_u32..20, 2..8),
        ) {
            let room = Room::new(levels, &seconds);
            let (sides, swapped) = (room.sides(), room.swapped().sides());
            prop_assert_eq!(sides.are_apart(), swapped.are_apart());
            prop_assert!((sides.correlation() - swapped.correlation()).abs() < 1e-6);
            prop_assert!((sides.cut + swapped.cut).abs() < 1e-6, "{} {}", sides.cut, swapped.cut);
        }

        #[test]
        fn one_sound_on_both_channels_is_never_apart(
            levels in proptest::collection::vec((-90.0..0.0_f32, 0.0..1.0_f32), 1..2000),
        ) {
            let mut sides = Sides::default();
            for (level, voice) in levels {
                sides.count([level, level], voice);
                prop_assert!(!sides.are_apart());
            }
        }
    }
}

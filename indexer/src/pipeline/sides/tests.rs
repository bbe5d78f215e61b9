//! Recordings of two people as levels, and frames of hum.

use proptest::prelude::*;

use super::*;

mod voices;

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
        if let (Some(heaps), Some(swapped)) = (sides.levels.heaps(), swapped.levels.heaps()) {
            prop_assert!((heaps.distance - swapped.distance).abs() < 1e-6);
            prop_assert!((heaps.correlation() - swapped.correlation()).abs() < 1e-6);
        }
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

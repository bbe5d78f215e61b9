//! Two synthetic voices, put on two channels as recorders do: the figures behind the thresholds.

#![expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "sound is made of numbers")]

use std::process::Command;

use super::super::*;
use crate::time::SAMPLE_RATE;
use crate::transcribe::frame::Framer;

const TURNS: [&str; 6] = [
    "How did the partnership between your museum and the volunteers begin?",
    "It began with a storeroom. We had nine thousand photographs in boxes, and nobody had ever seen them.",
    "And what changed the mind of your director?",
    "One of these pictures was used in an article about the shipyard, and a woman in Canada recognised her grandfather.",
    "So who paid for all of that?",
    "Nobody did. We travelled on our own money, and that is not a model for anyone.",
];

/// What reaches a microphone: samples at 16 kHz.
type Sound = Vec<f32>;

/// Returns what the first and the second person say, each alone, in one time.
fn voices() -> [Sound; 2] {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut voices = [Sound::new(), Sound::new()];
    for (turn, text) in TURNS.iter().enumerate() {
        let (wav, raw) = (folder.path().join("turn.wav"), folder.path().join("turn.raw"));
        let voice = ["en-gb+f4", "en-us+m3"][turn % 2];
        let said = Command::new("espeak-ng").args(["-v", voice, "-s", "150", "-w"]).arg(&wav).arg(text).status();
        assert!(said.expect("espeak-ng is installed by the set-up").success());
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-y", "-i"]).arg(&wav).args(["-ar", "16000", "-f", "s16le"]).arg(&raw);
        assert!(ffmpeg.status().expect("ffmpeg is installed by the set-up").success());
        let bytes = std::fs::read(&raw).expect("a sound");
        let sound = bytes.chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0);
        voices[turn % 2].extend(sound);
        // A pause of 0.6 s, in which nobody speaks.
        let end = voices[turn % 2].len() + SAMPLE_RATE as usize * 6 / 10;
        for voice in &mut voices {
            voice.resize(end, 0.0);
        }
    }
    voices
}

/// Returns what a microphone hears of both people: each so loud in decibels, so many samples late.
fn microphone(voices: &[Sound; 2], levels: [f32; 2], late: [usize; 2]) -> Sound {
    let at = |who: usize, n: usize| n.checked_sub(late[who]).and_then(|n| voices[who].get(n)).copied().unwrap_or(0.0);
    let gain = levels.map(|level| 10_f32.powf(level / 20.0));
    (0..voices[0].len()).map(|n| at(0, n) * gain[0] + at(1, n) * gain[1]).collect()
}

/// Adds noise of some level in decibels below full scale, another for each seed (Knuth's generator).
fn noisy(mut sound: Sound, level: f32, mut seed: u32) -> Sound {
    let loud = 10_f32.powf(level / 20.0) * 3_f32.sqrt();
    for sample in &mut sound {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample += ((seed >> 8) as f32 / 8_388_608.0 - 1.0) * loud;
    }
    sound
}

/// Returns a minute of plucked strings, each with a place between the loudspeakers.
fn music() -> [Sound; 2] {
    let mut sides = [vec![0.0; 960_000], vec![0.0; 960_000]];
    for note in 0..240_usize {
        let (start, pitch) = (note * 4000, 110.0 * 2_f32.powf((note * 7 % 25) as f32 / 12.0));
        let place = (note * 5 % 11) as f32 / 10.0;
        for n in 0..16_000.min(960_000 - start) {
            let time = n as f32 / 16_000.0;
            let tone: f32 = (1..6).map(|k| (time * pitch * k as f32 * std::f32::consts::TAU).sin() / k as f32).sum();
            let tone = tone * (-3.0 * time).exp() * 0.2;
            sides[0][start + n] += tone * (1.0 - place).sqrt();
            sides[1][start + n] += tone * place.sqrt();
        }
    }
    sides
}

/// Compares two channels as planning does.
fn compared([left, right]: &[Sound; 2]) -> Sides {
    let (mut sides, mut framer) = (Sides::default(), Framer::default());
    let samples = |sound: &[f32]| sound.iter().map(|sample| (sample * 32_768.0) as i16).collect::<Vec<_>>();
    for (left, right) in left.chunks_exact(256).zip(right.chunks_exact(256)) {
        let (mut left, mut right) = (samples(left), samples(right));
        let mixed: Vec<i16> = left.iter().zip(&right).map(|(&left, &right)| i16::midpoint(left, right)).collect();
        let mut voice = 0.0;
        framer.push(&mixed, |frame| voice = frame.voice);
        let levels = sides.gate([&mut left, &mut right]);
        sides.count(levels, voice);
    }
    sides
}

#[test]
#[expect(clippy::print_stdout, reason = "the table of docs/decisions/speakers-by-channel.md is what this measures")]
fn voices_on_two_channels() {
    let voices = voices();
    let pair = |left, right, late: [[usize; 2]; 2], noise: f32| {
        let sound = |levels, late, seed| noisy(microphone(&voices, levels, late), noise, seed);
        [sound(left, late[0], 1), sound(right, late[1], 2)]
    };
    let near = [[0, 0]; 2];
    // 1 m of way more or less is 3 ms or 48 samples.
    let table = [[0, 24], [24, 0]];
    let far = [[0, 48], [48, 0]];
    let silent =
        |noise| [pair([0.0, 0.0], [0.0, 0.0], near, -60.0)[0].clone(), noisy(vec![0.0; voices[0].len()], noise, 3)];
    let rows = [
        ("hard left and right", pair([0.0, -120.0], [-120.0, 0.0], near, -70.0), true),
        ("crosstalk at -30 dB", pair([0.0, -30.0], [-30.0, 0.0], far, -60.0), true),
        ("crosstalk at -20 dB", pair([0.0, -20.0], [-20.0, 0.0], far, -60.0), true),
        ("crosstalk at -20 dB, louder noise", pair([0.0, -20.0], [-20.0, 0.0], far, -50.0), true),
        ("the same, right softer by 15 dB", pair([0.0, -20.0], [-35.0, -15.0], far, -60.0), true),
        ("crosstalk at -14 dB", pair([0.0, -14.0], [-14.0, 0.0], far, -60.0), true),
        ("crosstalk at -6 dB: a room", pair([0.0, -6.0], [-6.0, 0.0], table, -60.0), false),
        ("a room, -3 dB", pair([0.0, -3.0], [-3.0, 0.0], table, -55.0), false),
        ("mono on both", pair([0.0, 0.0], [0.0, 0.0], near, -120.0), false),
        ("mono, right softer by 15 dB", pair([0.0, 0.0], [-15.0, -15.0], near, -60.0), false),
        ("right digitally silent", silent(-200.0), false),
        ("right only noise at -50 dB", silent(-50.0), false),
        (
            "one person, heard on the other side at -20 dB",
            {
                let alone = [voices[0].clone(), vec![0.0; voices[0].len()]];
                let side = |level, seed| noisy(microphone(&alone, [level, 0.0], [0, 0]), -60.0, seed);
                [side(0.0, 1), side(-20.0, 2)]
            },
            false,
        ),
        ("music", music(), false),
    ];
    let mut wrong = Vec::new();
    println!(
        "| recording | apart, dB | left rises, dB | right rises, dB | correlation | split |\n|---|---|---|---|---|---|"
    );
    for (name, sound, expected) in rows {
        let sides = compared(&sound);
        let heaps = sides.levels.heaps().map(|heaps| {
            let ([left, right], [left_then, right_then]) = (heaps.left.means(), heaps.right.means());
            let (rise, other) = (left - left_then, right_then - right);
            format!("{:.0} | {rise:.0} | {other:.0} | {:.2}", heaps.distance, heaps.correlation())
        });
        let apart = sides.are_apart();
        let heaps = heaps.unwrap_or_else(|| "- | - | - | -".into());
        println!("| {name} | {heaps} | {} |", if apart { "yes" } else { "no" });
        let [left, right] = sound;
        if apart != expected || compared(&[right, left]).are_apart() != expected {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

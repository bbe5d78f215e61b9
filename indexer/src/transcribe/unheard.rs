//! Unheard sound is as loud as speech and lies outside the regions: perhaps music, perhaps a voice that was missed.

use crate::time::{Millis, TimeSpan};

use super::frame::{FRAME, Frame};

/// Shorter sounds are coughs, doors and laughs.
const SHORTEST: Millis = Millis::new(2000);

/// A sound goes on over dips of this many frames (320 ms).
const DIP: u32 = 20;

/// How much softer than the speaker a sound may be to count, in decibels: the person who asks sits further away.
const SOFTER: f32 = 15.0;

/// How loud speech is taken to be before any was heard, in decibels below full scale.
const USUAL: f32 = -30.0;

/// How much each frame of speech moves the running level of speech: a memory of about 10 s.
const STEP: f32 = 1.0 / 625.0;

/// Notes unheard sound in a stream of frames.
#[derive(Debug)]
pub struct Unheard {
    count: u32,
    speech_level: f32,
    sound: Option<Sound>,
    found: Vec<TimeSpan>,
}

/// Frames of one sound: the first, the number after the last loud one, and how many were loud.
#[derive(Debug)]
struct Sound {
    first: u32,
    until: u32,
    loud: u32,
}

impl Default for Unheard {
    fn default() -> Self {
        Self { count: 0, speech_level: USUAL, sound: None, found: Vec::new() }
    }
}

impl Unheard {
    /// Takes the next frame and whether it lies in a region of speech.
    pub fn push(&mut self, frame: Frame, in_speech: bool) {
        let number = self.count;
        self.count = self.count.saturating_add(1);
        if in_speech {
            self.speech_level += (frame.level - self.speech_level) * STEP * frame.voice;
            self.close();
        } else if frame.level >= self.speech_level - SOFTER {
            let sound = self.sound.get_or_insert(Sound { first: number, until: number, loud: 0 });
            sound.until = number + 1;
            sound.loud += 1;
        } else if self.sound.as_ref().is_some_and(|sound| number - sound.until >= DIP) {
            self.close();
        }
    }

    /// Returns all unheard sound, in order.
    #[must_use]
    pub fn finish(mut self) -> Vec<TimeSpan> {
        self.close();
        self.found
    }

    fn close(&mut self) {
        let Some(sound) = self.sound.take() else { return };
        let time_of = |frame: u32| Millis::new(frame.saturating_mul(FRAME.get()));
        let span = TimeSpan::at_least_one(time_of(sound.first), time_of(sound.until));
        if span.duration() >= SHORTEST && sound.loud * 2 >= sound.until - sound.first {
            self.found.push(span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the unheard spans of `(frames, level, in speech)` stretches.
    fn unheard(stretches: &[(u32, f32, bool)]) -> Vec<(u32, u32)> {
        let mut unheard = Unheard::default();
        for &(count, level, in_speech) in stretches {
            for _ in 0..count {
                unheard.push(Frame { voice: if in_speech { 0.9 } else { 0.0 }, level }, in_speech);
            }
        }
        unheard.finish().iter().map(|span| (span.start().get(), span.end().get())).collect()
    }

    #[test]
    fn only_long_loud_sound_outside_speech_is_noted() {
        assert_eq!(unheard(&[(1000, -60.0, false)]), []);
        assert_eq!(unheard(&[(1000, -25.0, true)]), []);
        assert_eq!(unheard(&[(100, -60.0, false), (100, -30.0, false), (100, -60.0, false)]), []);
        assert_eq!(unheard(&[(100, -60.0, false), (200, -30.0, false), (100, -60.0, false)]), [(1600, 4800)]);
        assert_eq!(unheard(&[(100, -30.0, false), (10, -60.0, false), (100, -30.0, false)]), [(0, 3360)]);
        assert_eq!(unheard(&[(200, -30.0, false), (100, -20.0, true), (200, -30.0, false)]), [(0, 3200), (4800, 8000)]);
    }

    #[test]
    fn loud_means_loud_beside_the_speaker() {
        assert_eq!(unheard(&[(10_000, -10.0, true), (200, -40.0, false)]), []);
        assert_eq!(unheard(&[(10_000, -40.0, true), (200, -50.0, false)]).len(), 1);
    }
}

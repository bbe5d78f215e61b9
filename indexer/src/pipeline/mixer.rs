//! The mixer makes one channel of two without making a voice softer that is on one of them alone, or on both turned over.

/// A channel that was never louder than this share (-40 dB) of the other holds a microphone's noise and no voice.
const SILENT: i32 = 100;

/// Channels whose sum has less than this share of their sound are each other's opposite: one plug is wired the wrong way.
/// Of voices that have nothing to do with each other the sum has more than half.
const OPPOSITE: i64 = 8;

/// Mixes a stream of two channels, frame by frame.
#[derive(Debug, Default)]
pub(super) struct Mixer {
    /// How loud each channel ever was.
    peaks: [i32; 2],
    /// The sound of both so far, and that of their sum, in samples.
    sound: i64,
    sum: i64,
}

impl Mixer {
    /// Returns two channels, left and right by turns, as one: with equal shares, or the one that sounds alone when the other
    /// is silent so far.
    pub(super) fn mix(&mut self, frame: &[i16]) -> Vec<i16> {
        let pairs = || frame.chunks_exact(2).map(|pair| (i32::from(pair[0]), i32::from(pair[1])));
        for (left, right) in pairs() {
            self.sound += i64::from(left.abs()) + i64::from(right.abs());
            self.sum += i64::from((left + right).abs());
        }
        let is_opposite = self.is_opposite();
        let mut mix = |(left, right): (i32, i32)| {
            self.peaks = [self.peaks[0].max(left.abs()), self.peaks[1].max(right.abs())];
            let mixed = match self.peaks {
                [loud, soft] if loud > soft * SILENT => left,
                [soft, loud] if loud > soft * SILENT => right,
                _ if is_opposite => i32::midpoint(left, -right),
                _ => i32::midpoint(left, right),
            };
            i16::try_from(mixed).unwrap_or(i16::MAX)
        };
        pairs().map(&mut mix).collect()
    }

    /// Returns whether the channels cancel each other out.
    pub(super) const fn is_opposite(&self) -> bool {
        self.sum * OPPOSITE < self.sound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_channel_takes_nothing_away_and_an_opposite_one_neither() {
        let rows: [(&[i16], &[i16]); 7] = [
            (&[], &[]),
            (&[0, 0, 1000, 0, -8000, 20], &[0, 1000, -8000]),
            (&[0, 1000, 3, -32_768], &[1000, -32_768]),
            (&[1000, 0, 1000, 500, 1000, 0], &[1000, 750, 500]),
            (&[700, 700, -5, -5], &[700, -5]),
            (&[700, -700, -5, 5, 900, -720], &[700, -5, 810]),
            (&[-32_768, 32_767], &[-32_767]),
        ];
        for (frames, mixed) in rows {
            assert_eq!(Mixer::default().mix(frames), mixed, "{frames:?}");
        }
    }
}

//! The mixer makes one channel of two without making a voice softer that is on one of them alone.

/// A channel that was never louder than this share (-40 dB) of the other holds a microphone's noise and no voice.
const SILENT: i32 = 100;

/// Mixes a stream of two channels, sample by sample.
#[derive(Debug, Default)]
pub(super) struct Mixer {
    /// How loud each channel ever was.
    peaks: [i32; 2],
}

impl Mixer {
    /// Returns the two channels with equal shares, or the one that sounds alone when the other is silent so far.
    pub(super) fn mix(&mut self, left: i16, right: i16) -> i16 {
        let (left, right) = (i32::from(left), i32::from(right));
        self.peaks = [self.peaks[0].max(left.abs()), self.peaks[1].max(right.abs())];
        let mixed = match self.peaks {
            [loud, soft] if loud > soft * SILENT => left,
            [soft, loud] if loud > soft * SILENT => right,
            _ => i32::midpoint(left, right),
        };
        i16::try_from(mixed).unwrap_or(i16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_channel_takes_nothing_away() {
        for (frames, mixed) in [
            (&[(0, 0), (1000, 0), (-8000, 20)][..], &[0, 1000, -8000][..]),
            (&[(0, 1000), (3, -32_768)], &[1000, -32_768]),
            (&[(1000, 0), (1000, 500), (1000, 0)], &[1000, 750, 500]),
            (&[(700, 700), (-5, -5)], &[700, -5]),
        ] {
            let mut mixer = Mixer::default();
            let given: Vec<i16> = frames.iter().map(|&(left, right)| mixer.mix(left, right)).collect();
            assert_eq!(given, mixed);
        }
    }
}

//! A tape is the part of a stream of sound that may still be needed.

use crate::time::{Millis, TimeSpan};

/// Keeps samples until they are forgotten.
#[derive(Default)]
pub(super) struct Tape {
    samples: Vec<i16>,
    /// How many samples were forgotten.
    forgotten: u64,
}

impl Tape {
    pub(super) fn push(&mut self, samples: &[i16]) {
        self.samples.extend_from_slice(samples);
    }

    /// Returns the time up to which there is sound.
    pub(super) fn end(&self) -> Millis {
        Millis::from_samples(self.forgotten + self.samples.len() as u64)
    }

    /// Returns the samples of a span, as far as they are still there.
    pub(super) fn cut(&self, span: TimeSpan) -> &[i16] {
        let index = |time: Millis| {
            let index = time.to_samples().saturating_sub(self.forgotten);
            usize::try_from(index).unwrap_or(usize::MAX).min(self.samples.len())
        };
        &self.samples[index(span.start())..index(span.end())]
    }

    /// Forgets what lies before a time, once that is worth moving the rest.
    pub(super) fn forget(&mut self, before: Millis) {
        let count = usize::try_from(before.to_samples().saturating_sub(self.forgotten)).unwrap_or(usize::MAX);
        let count = count.min(self.samples.len());
        if count * 2 > self.samples.len() {
            self.samples.drain(..count);
            self.forgotten += count as u64;
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_cuts_what_it_has_not_forgotten() {
        let mut tape = Tape::default();
        tape.push(&[1; 5]);
        tape.push(&vec![2; 160_000]);
        tape.forget(Millis::new(9000));
        assert_eq!(tape.end(), Millis::new(10_000));
        let span = |start, end| TimeSpan::at_least_one(Millis::new(start), Millis::new(end));
        assert_eq!(tape.cut(span(9000, 9500)).len(), 8000);
        assert_eq!(tape.cut(span(9500, 11_000)).len(), 8005);
    }
}

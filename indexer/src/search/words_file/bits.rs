//! Rice's code: a number as its high part in ones and its low bits as they are.
//!
//! With a parameter near the logarithm of the mean it is close to the shortest code for numbers that vary like pauses
//! and word lengths (R. F. Rice, "Some practical universal noiseless coding techniques", JPL 79-22, 1979).

/// The longest high part; a number with a higher one follows whole.
const MAX_ONES: u32 = 20;

/// Returns a good parameter for some numbers: low bits that about hold their mean.
pub(super) fn parameter(numbers: impl Iterator<Item = u32>) -> u8 {
    let (mut count, mut sum) = (0_u64, 0_u64);
    for number in numbers {
        count += 1;
        // A single long pause does not speak for the others.
        sum += u64::from(number.min(1 << 13));
    }
    // ln 2 times the mean, as for numbers whose frequency falls geometrically.
    let mean = (sum * 693) / (count * 1000).max(1);
    u8::try_from(mean.checked_ilog2().map_or(0, |log| log + 1)).unwrap_or(0).saturating_sub(u8::from(mean < 2))
}

/// Adds bits to bytes, the lowest first.
pub(super) struct BitWriter<'a> {
    bytes: &'a mut Vec<u8>,
    held: u64,
    count: u32,
}

impl<'a> BitWriter<'a> {
    pub(super) fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self { bytes, held: 0, count: 0 }
    }

    /// Writes a number with a parameter below 32.
    pub(super) fn write(&mut self, number: u32, parameter: u8) {
        let high = number >> parameter;
        if high >= MAX_ONES {
            self.put((1 << MAX_ONES) - 1, MAX_ONES);
            self.put(u64::from(number), 32);
        } else {
            self.put((1 << high) - 1, high + 1);
            self.put(u64::from(number) & ((1 << parameter) - 1), parameter.into());
        }
    }

    fn put(&mut self, bits: u64, count: u32) {
        self.held |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Writes what is left, filled up to a byte.
    pub(super) fn finish(mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }
}

/// Reads what a [`BitWriter`] wrote.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    held: u64,
    count: u32,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, held: 0, count: 0 }
    }

    /// Reads a number; `None` at the end of the bytes or for a parameter of 32 or more.
    pub(super) fn read(&mut self, parameter: u8) -> Option<u32> {
        if parameter >= 32 {
            return None;
        }
        self.fill();
        let high = self.held.trailing_ones();
        if high >= MAX_ONES {
            self.take(MAX_ONES)?;
            self.fill();
            return u32::try_from(self.take(32)?).ok();
        }
        self.take(high + 1)?;
        let low = u32::try_from(self.take(parameter.into())?).ok()?;
        high.checked_shl(parameter.into())?.checked_add(low)
    }

    /// Holds at least 56 bits, more than a number with a high part has, or all that are left.
    fn fill(&mut self) {
        if let Some(&next) = self.bytes.first_chunk() {
            // What does not fit whole comes again, to the same place.
            self.held |= u64::from_le_bytes(next) << self.count;
            let bytes = (u64::BITS - 1 - self.count) / 8;
            self.count += bytes * 8;
            self.bytes = &self.bytes[bytes as usize..];
            return;
        }
        while self.count <= 56
            && let Some((&byte, rest)) = self.bytes.split_first()
        {
            self.held |= u64::from(byte) << self.count;
            self.count += 8;
            self.bytes = rest;
        }
    }

    fn take(&mut self, count: u32) -> Option<u64> {
        self.count = self.count.checked_sub(count)?;
        let bits = self.held & ((1 << count) - 1);
        self.held >>= count;
        Some(bits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_parameter_fits_the_mean() {
        for (numbers, expected) in [(vec![], 0), (vec![0, 0, 0], 0), (vec![1, 1], 0), (vec![300, 200, 400], 8)] {
            assert_eq!(parameter(numbers.iter().copied()), expected, "{numbers:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(numbers in prop::collection::vec(prop_oneof![0_u32..9, 0_u32..2000, any::<u32>()], 0..60), parameter in 0_u8..32) {
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            for &number in &numbers {
                writer.write(number, parameter);
            }
            writer.finish();
            let mut reader = BitReader::new(&bytes);
            for number in numbers {
                prop_assert_eq!(reader.read(parameter), Some(number));
            }
        }

        #[test]
        fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..60), parameter in 0_u8..40) {
            let mut reader = BitReader::new(&bytes);
            while reader.read(parameter).is_some() {}
        }
    }
}

//! A wave file longer than 4 GiB states its lengths apart from its chunks, in `ds64` (EBU Tech 3306, ITU-R BS.2088).

/// What `ds64` and `fmt ` say of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wave {
    /// Frames of sound.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
}

impl Wave {
    /// Reads the start of an RF64 or BW64 file; `None` when it does not state its length.
    pub(super) fn read(start: &[u8]) -> Option<Self> {
        let (mut bytes, mut format) = (None, None);
        let mut rest = start.get(12..)?;
        loop {
            let (kind, length) = (rest.get(..4)?, u32_at(rest, 4)?);
            let body = rest.get(8..)?;
            match kind {
                b"ds64" => bytes = Some(u64::from(u32_at(body, 8)?) | u64::from(u32_at(body, 12)?) << 32),
                b"fmt " => format = Some((u32_at(body, 4)?, u64::from(u16_at(body, 12)?))),
                b"data" => break,
                _ => {}
            }
            // Chunks begin at even places.
            let length = usize::try_from(length).ok()?;
            rest = body.get(length.checked_add(length % 2)?..)?;
        }
        let (rate, block) = format?;
        let frames = bytes?.checked_div(block)?;
        (frames > 0 && rate > 0).then_some(Self { frames, rate })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(data_bytes: u64, block: u16) -> Vec<u8> {
        let mut file = b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0".to_vec();
        file.extend([0; 8].into_iter().chain(data_bytes.to_le_bytes()).chain([0; 12]));
        file.extend(b"junk\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0\x02\0".iter().chain(&48_000_u32.to_le_bytes()));
        file.extend([0; 4].into_iter().chain(block.to_le_bytes()).chain([16, 0]));
        file.extend(b"data\xff\xff\xff\xff");
        file
    }

    #[test]
    fn the_length_is_that_of_ds64() {
        assert_eq!(Wave::read(&file(6 << 30, 4)), Some(Wave { frames: (6 << 30) / 4, rate: 48_000 }));
        for nothing in [file(0, 4), file(100, 0), b"RF64".to_vec(), file(100, 4)[..60].to_vec()] {
            assert_eq!(Wave::read(&nothing), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..80) {
            Wave::read(&bytes);
            let mut file = file(1000, 4);
            file.truncate(at + 10);
            file.extend(bytes);
            Wave::read(&file);
        }
    }
}

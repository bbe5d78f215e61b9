//! A masked file is a file, opened read-only, that is read with a few of its bytes replaced.
//!
//! It lets the demultiplexer see less than there is: the boxes of all tracks but one are shown as free space, so that a
//! three-hour video is read without its video tables and packets, and damage is shown as void. The file itself is never
//! touched.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes that are shown at a place of the file instead of its own.
pub(super) type Patch = (u64, Vec<u8>);

/// A file that is read with patches applied.
#[derive(Debug)]
pub(super) struct Masked<F = File> {
    file: F,
    length: u64,
    position: u64,
    patches: Vec<Patch>,
}

impl<F: Read + Seek> Masked<F> {
    /// Wraps a file and goes to its start.
    ///
    /// `length` is what the file is said to have. Where it was cut off, that is more than there is: a reader that was
    /// told the truth would refuse its last part as a whole.
    pub(super) fn new(mut file: F, length: u64, patches: Vec<Patch>) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self { file, length, position: 0, patches })
    }

    /// Returns the length in bytes that the file is said to have.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }
}

impl<F: Read> Read for Masked<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        let end = self.position + count as u64;
        for (place, bytes) in &self.patches {
            for (place, &byte) in (*place..).zip(bytes) {
                if (self.position..end).contains(&place) {
                    let index = usize::try_from(place - self.position).unwrap_or(usize::MAX);
                    buffer[index] = byte;
                }
            }
        }
        self.position = end;
        Ok(count)
    }
}

impl<F: Seek> Seek for Masked<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::End(distance) => match self.length.checked_add_signed(distance) {
                Some(place) => SeekFrom::Start(place),
                None => return Err(io::ErrorKind::InvalidInput.into()),
            },
            to => to,
        };
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn patches_show_whatever_the_pieces_in_which_is_read() {
        let patches = vec![(2, b"free".to_vec()), (8, b"skip".to_vec())];
        for piece in 1..13 {
            let mut file = Masked::new(Cursor::new(*b"0123456789ab"), 12, patches.clone()).expect("memory");
            let mut read = Vec::new();
            let mut buffer = vec![0; piece];
            while let count @ 1.. = file.read(&mut buffer).expect("memory") {
                read.extend_from_slice(&buffer[..count]);
            }
            assert_eq!(read, *b"01free67skip");
            file.seek(SeekFrom::End(-3)).expect("memory");
            let mut end = String::new();
            file.read_to_string(&mut end).expect("text");
            assert_eq!(end, "kip");
        }
    }

    #[test]
    fn a_file_may_be_said_to_be_longer_than_it_is() {
        let mut file = Masked::new(Cursor::new(*b"0123"), 100, Vec::new()).expect("memory");
        assert_eq!(file.seek(SeekFrom::End(-2)).expect("memory"), 98);
        assert_eq!(file.read(&mut [0; 8]).expect("memory"), 0);
        assert!(file.seek(SeekFrom::End(-101)).is_err());
    }
}

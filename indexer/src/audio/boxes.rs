//! Boxes are what mp4 and mov files consist of (ISO/IEC 14496-12 §4.2 and the QuickTime file format).
//!
//! A file may say anything: every box is clamped to the one around it, and the number of boxes is limited. What makes
//! no sense is skipped; only the disk can fail.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// How many boxes are looked at in a file. Ten hours in fragments of half a second have two million.
const MAX_BOXES: u32 = 8_000_000;

/// The head of a box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub kind: [u8; 4],
    /// Where the box, its body, and what follows it start in the file.
    pub start: u64,
    pub body: u64,
    pub end: u64,
    /// How many bytes more the box says that it has than what it lies in.
    pub missing: Option<u64>,
}

impl Head {
    /// The length of the body in bytes.
    pub(super) const fn size(&self) -> u64 {
        self.end.saturating_sub(self.body)
    }
}

/// Reads the boxes of a file.
pub(super) struct Boxes<R> {
    reader: BufReader<R>,
    position: u64,
    length: u64,
    left: u32,
}

impl<R: Read + Seek> Boxes<R> {
    /// Starts to read a file of some length in bytes.
    pub(super) fn new(reader: R, length: u64) -> Self {
        Self { reader: BufReader::new(reader), position: u64::MAX, length, left: MAX_BOXES }
    }

    /// Returns the file itself as a box that holds all others.
    pub(super) const fn file(&self) -> Head {
        Head { kind: *b"file", start: 0, body: 0, end: self.length, missing: None }
    }

    /// Returns the next box inside a box and moves behind it; `None` at the end or at what is no box.
    pub(super) fn child(&mut self, parent: &Head, at: &mut u64) -> io::Result<Option<Head>> {
        let start = *at;
        let room = parent.end.saturating_sub(start);
        if room < 8 || self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.seek(start)?;
        let mut fields = [0; 8];
        self.read(&mut fields)?;
        let (mut size, mut head) = (u64::from(u32_at(&fields, 0)), 8);
        if size == 1 && room >= 16 {
            let mut long = [0; 8];
            self.read(&mut long)?;
            (size, head) = (u64::from_be_bytes(long), 16);
        } else if size == 0 {
            size = room;
        }
        if size < head {
            return Ok(None);
        }
        let kind = [fields[4], fields[5], fields[6], fields[7]];
        let end = start + size.min(room);
        *at = end;
        let missing = size.checked_sub(room).filter(|&missing| missing > 0);
        Ok(Some(Head { kind, start, body: start + head, end, missing }))
    }

    /// Returns bytes of a box's body, with zeros where the box is shorter.
    pub(super) fn bytes<const N: usize>(&mut self, head: &Head, offset: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        let start = head.body.saturating_add(offset);
        let room = usize::try_from(head.end.saturating_sub(start)).unwrap_or(N).min(N);
        if room > 0 {
            self.seek(start)?;
            self.read(&mut bytes[..room])?;
        }
        Ok(bytes)
    }

    fn seek(&mut self, to: u64) -> io::Result<()> {
        match i64::try_from(i128::from(to) - i128::from(self.position)) {
            // Short ways stay inside what is buffered.
            Ok(distance) if self.position != u64::MAX => self.reader.seek_relative(distance)?,
            _ => _ = self.reader.seek(SeekFrom::Start(to))?,
        }
        self.position = to;
        Ok(())
    }

    /// Fills a buffer; a file that has become shorter in the meantime reads as zeros.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        buffer[filled..].fill(0);
        self.position += filled as u64;
        Ok(())
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes[at..].first_chunk().map_or(0, |bytes| u16::from_be_bytes(*bytes))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

//! A file of little-endian fields, read so that no length in it is believed before it is compared with the file's.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::ModelError;

/// Buffered bytes: enough that skipping from header to header costs little, and reading weights is as fast as the disk.
const BUFFER_BYTES: usize = 1 << 17;

/// A file of little-endian fields; every error names the file and the part.
#[derive(Debug)]
pub(super) struct Bytes<R = File> {
    reader: BufReader<R>,
    path: PathBuf,
    position: u64,
    length: u64,
}

impl Bytes<File> {
    /// Opens the file at `path`.
    pub(super) fn open(path: &Path) -> Result<Self, ModelError> {
        let file = File::open(path).map_err(ModelError::io("read", path))?;
        if !file.metadata().map_err(ModelError::io("read", path))?.is_file() {
            return Err(ModelError::not_a_model(path, "it is not a file"));
        }
        Self::new(file, path)
    }
}

impl<R: Read + Seek> Bytes<R> {
    /// Wraps a source of bytes; `path` only names it.
    pub(super) fn new(mut source: R, path: &Path) -> Result<Self, ModelError> {
        let length = source.seek(SeekFrom::End(0)).map_err(ModelError::io("read", path))?;
        source.rewind().map_err(ModelError::io("read", path))?;
        let reader = BufReader::with_capacity(BUFFER_BYTES, source);
        Ok(Self { reader, path: path.to_owned(), position: 0, length })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Returns the length of the file.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Returns how many bytes follow.
    pub(super) fn left(&self) -> u64 {
        self.length - self.position
    }

    /// Goes to a position; one behind the end is an error that names the part.
    pub(super) fn seek(&mut self, position: u64, part: &str) -> Result<(), ModelError> {
        if position > self.length {
            return Err(ModelError::truncated(&self.path, part));
        }
        // Both positions lie within a file, so their difference fits.
        let by = position.cast_signed() - self.position.cast_signed();
        self.reader.seek_relative(by).map_err(ModelError::io("read", &self.path))?;
        self.position = position;
        Ok(())
    }

    /// Goes on by `count` bytes.
    pub(super) fn skip(&mut self, count: u64, part: &str) -> Result<(), ModelError> {
        self.seek(self.position.saturating_add(count), part)
    }

    /// Fills `buffer`.
    pub(super) fn fill(&mut self, buffer: &mut [u8], part: &str) -> Result<(), ModelError> {
        if buffer.len() as u64 > self.left() {
            return Err(ModelError::truncated(&self.path, part));
        }
        self.reader.read_exact(buffer).map_err(ModelError::io("read", &self.path))?;
        self.position += buffer.len() as u64;
        Ok(())
    }

    /// Reads `count` bytes; memory is taken only when the file has them.
    pub(super) fn take(&mut self, count: u64, part: &str) -> Result<Vec<u8>, ModelError> {
        let count = Some(count).filter(|&count| count <= self.left()).and_then(|count| usize::try_from(count).ok());
        let mut buffer = vec![0; count.ok_or_else(|| ModelError::truncated(&self.path, part))?];
        self.fill(&mut buffer, part)?;
        Ok(buffer)
    }

    fn array<const N: usize>(&mut self, part: &str) -> Result<[u8; N], ModelError> {
        let mut buffer = [0; N];
        self.fill(&mut buffer, part)?;
        Ok(buffer)
    }

    pub(super) fn u8(&mut self, part: &str) -> Result<u8, ModelError> {
        self.array(part).map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self, part: &str) -> Result<u16, ModelError> {
        self.array(part).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self, part: &str) -> Result<u32, ModelError> {
        self.array(part).map(u32::from_le_bytes)
    }

    pub(super) fn i32(&mut self, part: &str) -> Result<i32, ModelError> {
        self.array(part).map(i32::from_le_bytes)
    }
}

//! The identity of a recording: a hash over its length and sampled bytes, cheap also for large files on slow disks.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use indexer::recording::RecordingId;

use crate::catalogue::files::Stamp;

/// How many places are sampled.
const SAMPLES: u64 = 16;

/// How much is read at each place: together 1 MiB a file.
const SAMPLE_BYTES: u64 = 64 * 1024;

/// A file with what tells whether it changed.
#[derive(Debug, Clone, Copy)]
pub struct Stamped<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Its size, time and number.
    pub stamp: Stamp,
}

/// Returns what tells whether a file changed.
///
/// # Errors
/// When the file cannot be looked at.
pub fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(path)?;
    let mtime_ns = metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec());
    Ok(Stamp { size: metadata.size(), mtime_ns, inode: metadata.ino() })
}

impl Stamped<'_> {
    /// Returns the identity: 128 bits of BLAKE3 over the length and 16 evenly spaced blocks of 64 KiB.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn identify(&self) -> io::Result<RecordingId> {
        let mut file = File::open(self.path)?;
        let size = self.stamp.size;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&size.to_le_bytes());
        if size <= SAMPLES * SAMPLE_BYTES {
            hasher.update_reader(&mut file)?;
        } else {
            let mut block = vec![0; usize::try_from(SAMPLE_BYTES).unwrap_or(usize::MAX)];
            for sample in 0..SAMPLES {
                // The last sample ends at the end of the file. 128 bits hold any product of file sizes.
                let offset = u128::from(size - SAMPLE_BYTES) * u128::from(sample) / u128::from(SAMPLES - 1);
                file.seek(SeekFrom::Start(u64::try_from(offset).unwrap_or(0)))?;
                file.read_exact(&mut block)?;
                hasher.update(&block);
            }
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Ok(RecordingId::new(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identify(bytes: &[u8]) -> RecordingId {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("x");
        fs::write(&path, bytes).expect("writing");
        Stamped { path: &path, stamp: stamp(&path).expect("a stamp") }.identify().expect("an identity")
    }

    #[test]
    fn length_start_and_end_decide() {
        let large = vec![7_u8; 3 << 20];
        let mut ends_otherwise = large.clone();
        *ends_otherwise.last_mut().expect("not empty") = 8;
        let ids =
            [identify(&large), identify(&large[1..]), identify(&ends_otherwise), identify(b"small"), identify(b"")];
        assert_eq!(ids[0], identify(&large));
        for (n, id) in ids.iter().enumerate() {
            assert!(!ids[..n].contains(id), "{n}");
        }
    }
}

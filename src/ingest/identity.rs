//! The identity of a recording: a hash over its length and sampled bytes, cheap also for large files on slow disks.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;

use crate::catalogue::files::Stamp;

/// How many places are sampled.
const SAMPLES: u64 = 16;

/// How much is read at each place: together 1 MiB a file.
const SAMPLE_BYTES: u64 = 64 * 1024;

/// A media file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Where it is, absolute.
    pub path: PathBuf,
    /// What tells whether it changed.
    pub stamp: Stamp,
}

/// Returns what tells whether a file changed.
///
/// # Errors
/// When the file cannot be looked at.
pub fn stamp(path: &Path) -> io::Result<Stamp> {
    Ok(stamp_of(&fs::metadata(path)?))
}

/// Returns what of a file's metadata tells whether it changed.
#[must_use]
pub fn stamp_of(metadata: &fs::Metadata) -> Stamp {
    let mtime_ns = metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec());
    Stamp { size: metadata.size(), mtime_ns, inode: metadata.ino() }
}

/// Returns the identity of a file: 128 bits of BLAKE3 over the length and 16 evenly spaced blocks of 64 KiB, the last
/// of which ends at its end. What a file grows by meanwhile does not count.
///
/// # Errors
/// When the file cannot be read to the end that `stamp` tells.
pub fn identify(path: &Path, stamp: Stamp) -> io::Result<RecordingId> {
    let mut file = File::open(path)?;
    let size = stamp.size;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&size.to_le_bytes());
    if size <= SAMPLES * SAMPLE_BYTES {
        let mut bytes = vec![0; usize::try_from(size).unwrap_or(usize::MAX)];
        file.read_exact(&mut bytes)?;
        hasher.update(&bytes);
    } else {
        let mut block = vec![0; usize::try_from(SAMPLE_BYTES).unwrap_or(usize::MAX)];
        for sample in 0..SAMPLES {
            // 128 bits hold any product of file sizes.
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

/// Returns the identities of files, in their order; several are read at a time.
#[must_use]
pub fn identify_all(files: &[&FoundFile], threads: usize) -> Vec<io::Result<RecordingId>> {
    let threads = threads.clamp(1, files.len().max(1));
    let mut found: Vec<Option<io::Result<RecordingId>>> = files.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..threads)
            .map(|first| {
                let own = move || (first..files.len()).step_by(threads);
                scope
                    .spawn(move || own().map(|at| (at, identify(&files[at].path, files[at].stamp))).collect::<Vec<_>>())
            })
            .collect();
        for hand in hands {
            let done = hand.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            for (at, id) in done {
                found[at] = Some(id);
            }
        }
    });
    found.into_iter().map(|id| id.unwrap_or_else(|| Err(io::Error::other("it was not read")))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identify(bytes: &[u8]) -> RecordingId {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("x");
        fs::write(&path, bytes).expect("writing");
        super::identify(&path, stamp(&path).expect("a stamp")).expect("an identity")
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

    #[test]
    fn a_file_that_grows_is_known_by_what_it_was_and_one_that_shrinks_is_not_known() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("x");
        for length in [4, 3 << 20] {
            let bytes = vec![7; length];
            fs::write(&path, &bytes).expect("writing");
            let before = stamp(&path).expect("a stamp");
            fs::write(&path, [&bytes[..], b"more"].concat()).expect("writing");
            assert_eq!(super::identify(&path, before).expect("an identity"), identify(&bytes));
            fs::write(&path, &bytes[1..]).expect("writing");
            super::identify(&path, before).expect_err("it shrank");
        }
    }
}

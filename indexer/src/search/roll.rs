//! A roll numbers the recordings that are known to whoever searches.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::recording::RecordingId;

/// Recordings, each with a number, which is its place in the order in which they were given.
#[derive(Debug)]
pub struct Roll {
    numbers: HashMap<RecordingId, u32, BuildHasherDefault<IdHasher>>,
    /// Differs from that of any other roll of this process.
    pub(super) version: u64,
}

impl Roll {
    /// Numbers recordings.
    pub fn new(recordings: impl IntoIterator<Item = RecordingId>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let numbers = (0..).zip(recordings).map(|(number, recording)| (recording, number)).collect();
        Self { numbers, version: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// Returns the number of a recording, if it is known.
    #[must_use]
    pub fn number(&self, recording: RecordingId) -> Option<u32> {
        self.numbers.get(&recording).copied()
    }
}

/// Hashes ids, which are hashes already.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut number = [0; 8];
            number[..eight.len()].copy_from_slice(eight);
            self.0 = (self.0.rotate_left(23) ^ u64::from_le_bytes(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

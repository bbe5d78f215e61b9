//! The hash of a file, by which a published model is recognised.

use std::io::{self, Read};

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Bytes between two calls of a progress callback: a few milliseconds of work.
const PIECE_BYTES: usize = 1 << 20;

/// Returns the SHA-1 of everything that `reader` gives, as 40 hex digits.
///
/// `progress` hears after every piece how many bytes have been read.
///
/// # Errors
/// When reading fails.
pub fn sha1_of(reader: impl Read, progress: impl FnMut(u64)) -> io::Result<String> {
    hex_digest::<Sha1>(reader, progress)
}

/// Returns the SHA-256 of everything that `reader` gives, as 64 hex digits; otherwise as [`sha1_of`].
///
/// # Errors
/// When reading fails.
pub fn sha256_of(reader: impl Read, progress: impl FnMut(u64)) -> io::Result<String> {
    hex_digest::<Sha256>(reader, progress)
}

fn hex_digest<D: Digest>(mut reader: impl Read, mut progress: impl FnMut(u64)) -> io::Result<String> {
    let mut digest = D::new();
    let mut piece = vec![0; PIECE_BYTES];
    let mut total = 0;
    loop {
        let count = match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        digest.update(&piece[..count]);
        total += count as u64;
        progress(total);
    }
    let digits = digest.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    Ok(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4, examples for "abc".
    #[test]
    fn hashes_are_those_of_the_standard() {
        let mut heard = Vec::new();
        let sha1 = sha1_of(&b"abc"[..], |bytes| heard.push(bytes)).expect("memory can be read");
        assert_eq!((sha1.as_str(), heard), ("a9993e364706816aba3e25717850c26c9cd0d89d", vec![3]));
        let sha256 = sha256_of(&b"abc"[..], |_| ()).expect("memory can be read");
        assert_eq!(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}

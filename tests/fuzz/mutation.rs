//! A mutation bends a file: a bit, a length, a piece cut out, repeated or brought in from another file.

/// A small generator (Knuth's, MMIX): the same mutations on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number below a limit; 0 when the limit is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or(0)
    }

    /// Returns a place in a file; every second one near its start, where headers are.
    fn place(&mut self, length: usize) -> usize {
        let limit = if self.below(2) == 0 { length.min(2048) } else { length };
        self.below(limit)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Numbers at which lengths and counts break.
const NUMBERS: [u64; 12] = [
    0,
    1,
    7,
    8,
    0x7f,
    0xff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0xffff_ffff_ffff_ffff,
];

/// Pieces that mean something to a reader; bytes alone hardly ever make one.
const TOKENS: [&[u8]; 30] = [
    b"moov",
    b"trak",
    b"stbl",
    b"stsz",
    b"stco",
    b"elst",
    b"moof",
    b"free",
    b"\x1f\x43\xb6\x75",
    b"\x16\x54\xae\x6b",
    b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff",
    b"\xa3",
    b"\xec",
    b"OggS\0\x02",
    b"OpusHead",
    b"\x01vorbis",
    b"fLaC",
    b"\xff\xfb\x90\x64",
    b"\xff\xf1\x50\x80",
    b"Xing",
    b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
    b"data\xff\xff\xff\xff",
    b"fmt ",
    b"-->",
    b"\n\n",
    b"<v Bo>",
    b"<00:00:01.500>",
    b"99:59:59.999",
    b"\"start\":1e308,",
    b"\xef\xbb\xbf",
];

/// No file grows beyond this.
const LONGEST: usize = 256 * 1024;

/// Returns a file of the pool, bent in one to five places.
pub(crate) fn mutate(pool: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = pool[dice.below(pool.len())].clone();
    for _ in 0..=dice.below(5) {
        bend(&mut bytes, pool, dice);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn bend(bytes: &mut Vec<u8>, pool: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.place(bytes.len());
    let Some(byte) = bytes.get_mut(at) else { return bytes.push(dice.byte()) };
    match dice.below(12) {
        0 => *byte ^= 1 << dice.below(8),
        1 => *byte = dice.byte(),
        2 => overwrite(bytes, at, &number(dice)),
        3 => resize_box(bytes, dice),
        4 => overwrite(bytes, at, dice.pick(&TOKENS)),
        5 => drop(bytes.splice(at..at, dice.pick(&TOKENS).iter().copied())),
        6 => drop(bytes.drain(range(at, bytes.len(), dice))),
        7 => bytes.extend_from_within(range(at, bytes.len(), dice)),
        8 => {
            let piece = bytes[range(at, bytes.len(), dice)].to_vec();
            let to = dice.place(bytes.len());
            drop(bytes.splice(to..to, piece));
        }
        9 => {
            let other = &pool[dice.below(pool.len())];
            let from = dice.place(other.len());
            let piece = other[range(from, other.len(), dice)].to_vec();
            overwrite(bytes, at, &piece);
        }
        10 => {
            let places = range(at, bytes.len(), dice);
            bytes[places].iter_mut().for_each(|byte| *byte = dice.byte());
        }
        _ => bytes.truncate(at + 1),
    }
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    for (byte, with) in bytes[at..].iter_mut().zip(with) {
        *byte = *with;
    }
}

/// Returns a telling number of 1, 2, 4 or 8 bytes in either order.
fn number(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = dice.pick(&NUMBERS).to_be_bytes()[8 - dice.pick(&[1, 2, 4, 8])..].to_vec();
    if dice.below(2) == 0 {
        bytes.reverse();
    }
    bytes
}

/// Changes the length before one of the first names of four letters, as boxes and chunks have them.
fn resize_box(bytes: &mut [u8], dice: &mut Dice) {
    let is_name = |name: &[u8]| name.iter().all(u8::is_ascii_alphanumeric);
    let names: Vec<_> = bytes
        .windows(4)
        .enumerate()
        .filter(|(at, name)| *at >= 4 && is_name(name))
        .map(|(at, _)| at)
        .take(200)
        .collect();
    if let Some(&name) = names.get(dice.below(names.len())) {
        // Before the name as in boxes, after it as in chunks.
        overwrite(bytes, if dice.below(2) == 0 { name - 4 } else { name + 4 }, &number(dice));
    }
}

/// Returns a range from a place on, mostly a short one.
fn range(at: usize, length: usize, dice: &mut Dice) -> std::ops::Range<usize> {
    let longest = dice.pick(&[4, 16, 64, 1024, 65_536]);
    at..(at + 1 + dice.below(longest)).min(length)
}

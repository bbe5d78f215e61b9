//! Fragments are how an mp4 file goes on when its recorder could not know the end (ISO/IEC 14496-12 §8.8).
//!
//! Each states the time of its first sample (`tfdt`). The decoder only adds up durations, so that a gap between two
//! fragments, or a first one that does not start at 0, would be lost.

use std::io::{self, Read, Seek};

use super::boxes::{Boxes, Head, u32_at, u64_at};
use super::movie::{Track, signed};
use super::timeline::{Jump, Tick};

/// How many times fragments may leave the sum of the durations before them; each costs 16 bytes.
const MAX_JUMPS: usize = 500_000;

/// What the fragments of one track say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Fragments {
    /// Where their times leave the sum of the durations, in nanoseconds.
    pub jumps: Vec<Jump>,
    /// Where the media ends, in nanoseconds.
    pub end: i64,
}

impl<R: Read + Seek> Boxes<R> {
    /// Returns what the fragments of a track say.
    pub(super) fn fragments(&mut self, track: &Track) -> io::Result<Fragments> {
        let tick = Tick::of_rate(track.timescale);
        let file = self.file();
        let (mut counted, mut ahead) = (track.counted, 0_i128);
        let mut jumps = Vec::new();
        let mut at = file.body;
        while let Some(moof) = self.child(&file, &mut at)? {
            if &moof.kind != b"moof" {
                continue;
            }
            let mut inside = moof.body;
            while let Some(traf) = self.child(&moof, &mut inside)? {
                if &traf.kind != b"traf" {
                    continue;
                }
                let Some((stated, duration)) = self.traf(&traf, track)? else { continue };
                if let Some(stated) = stated {
                    let leap = i128::from(stated) - i128::from(counted);
                    if leap != ahead && jumps.len() < MAX_JUMPS {
                        jumps.push(Jump { counted: tick.nanos(signed(counted)), stated: tick.nanos(signed(stated)) });
                        ahead = leap;
                    }
                }
                counted = counted.saturating_add(duration);
            }
        }
        let end = i128::from(counted).saturating_add(ahead);
        Ok(Fragments { jumps, end: tick.nanos(i64::try_from(end).unwrap_or(i64::MAX)) })
    }

    /// Returns the time that a track's fragment states and the duration of its samples; `None` for another track.
    fn traf(&mut self, traf: &Head, track: &Track) -> io::Result<Option<(Option<u64>, u64)>> {
        let mut default = None;
        let (mut stated, mut duration) = (None, 0_u64);
        let mut at = traf.body;
        while let Some(head) = self.child(traf, &mut at)? {
            match (&head.kind, default) {
                (b"tfhd", _) => {
                    let fields = self.bytes::<24>(&head, 0)?;
                    if u32_at(&fields, 4) != track.id {
                        return Ok(None);
                    }
                    let flags = u32_at(&fields, 0);
                    let before = [(0x1, 8), (0x2, 4)].iter().filter(|(flag, _)| flags & flag != 0);
                    let place = 8 + before.map(|(_, size)| size).sum::<usize>();
                    let own = (flags & 0x8 != 0).then(|| u32_at(&fields, place));
                    default = Some(own.unwrap_or(track.default_duration));
                }
                (b"tfdt", _) => {
                    let fields = self.bytes::<12>(&head, 0)?;
                    stated = Some(if fields[0] == 1 { u64_at(&fields, 4) } else { u32_at(&fields, 4).into() });
                }
                (b"trun", Some(default)) => duration = duration.saturating_add(self.trun(&head, default)?),
                _ => {}
            }
        }
        Ok(default.map(|_| (stated, duration)))
    }

    /// Returns the duration of the samples in a run.
    fn trun(&mut self, head: &Head, default: u32) -> io::Result<u64> {
        let fields = self.bytes::<8>(head, 0)?;
        let (flags, count) = (u32_at(&fields, 0), u64::from(u32_at(&fields, 4)));
        let has = |flag| u64::from(flags & flag != 0);
        if has(0x100) == 0 {
            return Ok(count.saturating_mul(default.into()));
        }
        let table = 8 + 4 * (has(0x1) + has(0x4));
        let size = 4 * (has(0x100) + has(0x200) + has(0x400) + has(0x800));
        let count = count.min(head.size().saturating_sub(table) / size);
        let mut sum = 0_u64;
        for ordinal in 0..count {
            sum = sum.saturating_add(u32_at(&self.bytes::<4>(head, table + ordinal * size)?, 0).into());
        }
        Ok(sum)
    }
}

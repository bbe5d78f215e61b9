//! A timeline turns the times that packets carry into times of the presentation.
//!
//! Packets count in the time of their *media*. An mp4 says in its edit list which parts of the media are presented and
//! when (ISO/IEC 14496-12 §8.6.6), and in its fragments that media time jumps (`tfdt`, §8.8.12). Other containers
//! present the media as it is. All times here are whole nanoseconds, which is finer than a sample of any rate in use.

use std::ops::Range;

/// Nanoseconds in a second.
pub(super) const SECOND: i64 = 1_000_000_000;

/// The length of a tick, as a fraction of a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tick {
    /// Seconds in `denominator` ticks.
    pub numerator: u32,
    /// Never 0.
    pub denominator: u32,
}

impl Tick {
    /// Makes a tick of its rate; a rate of 0 counts as 1.
    pub(super) const fn of_rate(rate: u32) -> Self {
        Self { numerator: 1, denominator: if rate == 0 { 1 } else { rate } }
    }

    /// Returns the nanoseconds in some ticks, rounded down; as near as possible when there are too many.
    pub(super) fn nanos(self, ticks: i64) -> i64 {
        let nanos =
            i128::from(ticks) * i128::from(self.numerator) * i128::from(SECOND) / i128::from(self.denominator.max(1));
        i64::try_from(nanos).unwrap_or(if ticks < 0 { i64::MIN / 4 } else { i64::MAX / 4 })
    }
}

/// Returns the number of the frame nearest to a time, at a rate of frames a second.
pub(super) fn frames_in(nanos: i64, rate: u32) -> i64 {
    let frames = (i128::from(nanos) * i128::from(rate) + i128::from(SECOND / 2)).div_euclid(i128::from(SECOND));
    i64::try_from(frames).unwrap_or(if nanos < 0 { i64::MIN / 4 } else { i64::MAX / 4 })
}

/// A part of the media that is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// When the part is presented.
    pub at: i64,
    /// Where it begins in the media.
    pub media: i64,
    /// How long it is; `None` to the end of the media.
    pub length: Option<i64>,
}

/// A place from which media time runs differently than the sum of the durations before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Jump {
    /// The sum of the durations up to here.
    pub counted: i64,
    /// The media time that the file states for this place.
    pub stated: i64,
}

/// Which parts of the media are presented, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timeline {
    parts: Vec<Part>,
    /// In ascending order of `counted`.
    jumps: Vec<Jump>,
}

impl Timeline {
    /// The media is presented as it is, from its time 0.
    pub(super) fn plain() -> Self {
        Self::new(Vec::new(), Vec::new())
    }

    /// Makes a timeline; without parts the media is presented as it is.
    pub(super) fn new(mut parts: Vec<Part>, jumps: Vec<Jump>) -> Self {
        if parts.is_empty() {
            parts.push(Part { at: 0, media: 0, length: None });
        }
        Self { parts, jumps }
    }

    /// Returns the media time of a packet whose container only counts durations.
    pub(super) fn media_time(&self, counted: i64) -> i64 {
        let next = self.jumps.partition_point(|jump| jump.counted <= counted);
        match next.checked_sub(1).and_then(|last| self.jumps.get(last)) {
            Some(jump) => counted.saturating_add(jump.stated.saturating_sub(jump.counted)),
            None => counted,
        }
    }

    /// Returns which frames of a block are presented, and when the first of each run is.
    pub(super) fn presented(
        &self,
        media: i64,
        rate: u32,
        frames: usize,
    ) -> impl Iterator<Item = (Range<usize>, i64)> + '_ {
        let frame_at = move |time: i64| usize::try_from(frames_in(time, rate)).unwrap_or(0).min(frames);
        self.parts.iter().filter_map(move |part| {
            let first = frame_at(part.media.saturating_sub(media));
            let last = match part.length {
                Some(length) => frame_at(part.media.saturating_add(length).saturating_sub(media)),
                None => frames,
            };
            let start = media.saturating_add(Tick::of_rate(rate).nanos(i64::try_from(first).unwrap_or(i64::MAX)));
            (first < last).then(|| (first..last, part.at.saturating_add(start.saturating_sub(part.media)).max(0)))
        })
    }

    /// Returns when the presentation of the media ends, if its parts or the media's own length say so.
    pub(super) fn end(&self, media_length: Option<i64>) -> Option<i64> {
        let ends = self.parts.iter().map(|part| {
            let length = part.length.or_else(|| media_length.map(|end| end.saturating_sub(part.media)))?;
            Some(part.at.saturating_add(length))
        });
        ends.collect::<Option<Vec<_>>>()?.into_iter().max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = SECOND / 1000;

    fn part(at: i64, media: i64, length: Option<i64>) -> Part {
        Part { at: at * MS, media: media * MS, length: length.map(|length| length * MS) }
    }

    fn presented(parts: Vec<Part>, media: i64) -> Vec<(Range<usize>, i64)> {
        // A block of 100 ms at 1 kHz.
        let blocks = Timeline::new(parts, Vec::new()).presented(media * MS, 1000, 100).collect::<Vec<_>>();
        blocks.into_iter().map(|(frames, at)| (frames, at / MS)).collect()
    }

    #[test]
    fn ticks_become_nanoseconds_and_frames() {
        assert_eq!(Tick::of_rate(48_000).nanos(312), 6_500_000);
        assert_eq!(Tick { numerator: 1, denominator: 1000 }.nanos(-7), -7 * MS);
        assert_eq!(Tick::of_rate(0).nanos(2), 2 * SECOND);
        assert!(Tick::of_rate(1).nanos(i64::MAX) > 0 && Tick::of_rate(1).nanos(i64::MIN) < 0);
        for rate in [8000, 11_025, 16_000, 44_100, 48_000, 192_000] {
            for frame in [0, 1, 1023, 1024, 475_977_600] {
                assert_eq!(frames_in(Tick::of_rate(rate).nanos(frame), rate), frame, "{frame} at {rate}");
            }
        }
        assert_eq!(frames_in(-SECOND, 1000), -1000);
    }

    #[test]
    fn edits_choose_and_place_what_is_presented() {
        let rows: [(Vec<Part>, i64, Vec<(Range<usize>, i64)>); 9] = [
            // No edit list.
            (vec![], 500, vec![(0..100, 500)]),
            (vec![], -40, vec![(40..100, 0)]),
            (vec![], -400, vec![]),
            // An empty edit before: the sound is late.
            (vec![part(1500, 0, None)], 0, vec![(0..100, 1500)]),
            // Priming: the first 21 ms are not presented.
            (vec![part(0, 21, None)], 0, vec![(21..100, 0)]),
            (vec![part(0, 21, None)], 100, vec![(0..100, 79)]),
            // The end of the edit cuts the padding.
            (vec![part(0, 21, Some(1000))], 1000, vec![(0..21, 979)]),
            // Two edits meet in one block: 50 ms of the media between them are not presented.
            (vec![part(0, 0, Some(30)), part(30, 80, None)], 0, vec![(0..30, 0), (80..100, 30)]),
            // Nothing of this block is presented.
            (vec![part(0, 0, Some(30)), part(30, 800, None)], 100, vec![]),
        ];
        for (parts, media, blocks) in rows {
            assert_eq!(presented(parts.clone(), media), blocks, "{parts:?} at {media}");
        }
    }

    #[test]
    fn fragments_state_where_media_time_jumps() {
        let jumps = vec![Jump { counted: 0, stated: 100 }, Jump { counted: 4000, stated: 9100 }];
        let timeline = Timeline::new(Vec::new(), jumps);
        for (counted, media) in [(-1, -1), (0, 100), (3999, 4099), (4000, 9100), (5000, 10_100)] {
            assert_eq!(timeline.media_time(counted), media);
        }
        assert_eq!(Timeline::plain().media_time(7), 7);
    }

    #[test]
    fn the_end_is_that_of_the_last_part() {
        assert_eq!(Timeline::plain().end(None), None);
        assert_eq!(Timeline::plain().end(Some(5)), Some(5));
        let late = Timeline::new(vec![part(1500, 20, None)], Vec::new());
        assert_eq!(late.end(Some(1020 * MS)), Some(2500 * MS));
        let cut = Timeline::new(vec![part(0, 20, Some(400)), part(400, 900, Some(50))], Vec::new());
        assert_eq!(cut.end(None), Some(450 * MS));
    }
}

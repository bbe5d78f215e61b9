//! The clock places blocks of sound so that they can be read without a hole: it says how much silence goes before a
//! block and how much of the block's start has been heard already.
//!
//! Only times count, never the number of samples so far; an error cannot add up. But times are not taken at their word:
//! recorders in a browser stamp packets some milliseconds early or late, and a damaged file can say anything.

use super::timeline::{SECOND, Tick, frames_in};

/// A difference from the stated time that is set right at once. Jitter of recorders in browsers stays well below.
const JUMP: i64 = 50 * SECOND / 1000;

/// A difference that is set right when it stays: more would be heard as a word out of step with the picture.
const DRIFT: i64 = 8 * SECOND / 1000;

/// How long blocks in a row must agree on a drift.
const DRIFT_LASTS: i64 = SECOND / 2;

/// The longest step back that is an overlap, whose sound has been heard already. A longer one is a broken time, and
/// the sound is new: it is kept.
const OVERLAP: i64 = 5 * SECOND;

/// How far behind the declared end, or behind the sound so far where that is later, a block may start.
const PAST_END: i64 = 10 * SECOND;

/// The longest silence that is believed in a file that declares no length.
const SILENCE: i64 = 3600 * SECOND;

/// How much silence is believed in such a file in all: a few bytes could ask for years of it.
const SILENCE_IN_ALL: i64 = 12 * 3600 * SECOND;

/// Where a block goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// Frames of silence before it.
    pub silence: u64,
    /// Frames at its start that are dropped.
    pub skip: usize,
}

/// Places blocks one after the other.
#[derive(Debug)]
pub(super) struct Clock {
    /// Frames a second.
    rate: u32,
    /// The presentation time of the first frame at this rate.
    start: i64,
    /// Frames placed since.
    placed: i64,
    /// Added to every stated time: where a chained stream begins.
    base: i64,
    /// Added to stated times that are impossible without it.
    shift: i64,
    /// The latest time at which a block is believed to start.
    limit: Option<i64>,
    /// Frames in a row that were early (below 0) or late, and the least difference of their blocks.
    drift: (i64, i64),
    /// How much silence is still believed without a declared length.
    silence_left: i64,
    /// Whether a block has been placed.
    begun: bool,
    impossible: u32,
}

impl Clock {
    /// Starts a clock at 0 for a file that declares some length.
    pub(super) fn new(rate: u32, declared: Option<i64>) -> Self {
        let limit = declared.map(|end| end.saturating_add(PAST_END));
        Self {
            rate,
            start: 0,
            placed: 0,
            base: 0,
            shift: 0,
            limit,
            drift: (0, 0),
            silence_left: SILENCE_IN_ALL,
            begun: false,
            impossible: 0,
        }
    }

    /// Goes on at another rate. `now` is the presentation time of the next frame, as the resampler rounded it.
    pub(super) fn change_rate(&mut self, rate: u32, now: i64) {
        (self.rate, self.start, self.placed, self.drift) = (rate, now, 0, (0, 0));
    }

    /// Goes on with another stream whose time 0 is now.
    pub(super) fn chain(&mut self) {
        self.base = self.now();
        self.shift = 0;
    }

    /// Returns the presentation time of the next frame.
    pub(super) fn now(&self) -> i64 {
        self.start.saturating_add(Tick::of_rate(self.rate).nanos(self.placed))
    }

    /// Returns how often a block stated an impossible time.
    pub(super) fn impossible_times(&self) -> u32 {
        self.impossible
    }

    /// Places a block that states when it is presented.
    pub(super) fn place(&mut self, stated: i64, frames: usize) -> Place {
        let at = self.believed(stated.saturating_add(self.base));
        let difference = frames_in(at.saturating_sub(self.start), self.rate).saturating_sub(self.placed);
        let length = i64::try_from(frames).unwrap_or(i64::MAX);
        let correction = self.correction(difference, length);
        self.begun = true;

        let skip = (-correction).clamp(0, length);
        let silence = correction.max(0);
        self.placed = self.placed.saturating_add(silence).saturating_add(length - skip);
        self.silence_left = self.silence_left.saturating_sub(Tick::of_rate(self.rate).nanos(silence));
        Place { silence: silence.unsigned_abs(), skip: usize::try_from(skip).unwrap_or(frames) }
    }

    /// Returns a stated time, or when that is impossible the time that keeps the sound together.
    fn believed(&mut self, stated: i64) -> i64 {
        let now = self.now();
        let latest = match self.limit {
            Some(limit) => limit.max(now.saturating_add(PAST_END)),
            None => now.saturating_add(self.silence_left.clamp(0, SILENCE)),
        };
        let possible = now.saturating_sub(OVERLAP)..=latest;
        let shifted = stated.saturating_add(self.shift);
        if possible.contains(&stated) {
            self.shift = 0;
            return stated;
        }
        if self.shift != 0 && possible.contains(&shifted) {
            return shifted;
        }
        // A file whose first time is far from 0 is not damaged: it was cut out of something longer.
        self.impossible += u32::from(self.begun);
        self.shift = now.saturating_sub(stated);
        now
    }

    /// Returns by how many frames the next block, of some length, is moved, given how far it is from where it should be.
    fn correction(&mut self, difference: i64, length: i64) -> i64 {
        let frames = |nanos| frames_in(nanos, self.rate);
        if !self.begun || difference.abs() > frames(JUMP) {
            self.drift = (0, 0);
            return difference;
        }
        if difference.abs() <= frames(DRIFT) {
            self.drift = (0, 0);
            return 0;
        }
        let (lasted, least) = self.drift;
        self.drift = if lasted > 0 && least.signum() == difference.signum() {
            (lasted.saturating_add(length), difference.signum() * least.abs().min(difference.abs()))
        } else {
            (length, difference)
        };
        if self.drift.0 < frames(DRIFT_LASTS) { 0 } else { std::mem::take(&mut self.drift).1 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: i64 = SECOND / 1000;

    /// When a block is presented, in milliseconds, and how long it is at 1 kHz.
    type Block = (i64, usize);
    /// The silence before a block and what is dropped of it.
    type Placed = (u64, usize);

    fn places(declared: Option<i64>, blocks: &[Block]) -> (Vec<Placed>, u32) {
        let mut clock = Clock::new(1000, declared.map(|end| end * MS));
        let places = blocks.iter().map(|&(at, frames)| {
            let place = clock.place(at * MS, frames);
            (place.silence, place.skip)
        });
        (places.collect(), clock.impossible_times())
    }

    #[test]
    fn gaps_are_filled_and_overlaps_dropped() {
        let rows: [(&[Block], &[Placed]); 6] = [
            (&[(0, 100), (100, 100)], &[(0, 0), (0, 0)]),
            // Late from the start: exactly, however little.
            (&[(3, 100), (103, 100)], &[(3, 0), (0, 0)]),
            (&[(1500, 100), (1600, 100)], &[(1500, 0), (0, 0)]),
            // A gap of a second, an overlap of 60 ms, a block heard already.
            (&[(0, 100), (1100, 100)], &[(0, 0), (1000, 0)]),
            (&[(0, 100), (40, 100), (140, 100)], &[(0, 0), (0, 60), (0, 0)]),
            (&[(0, 1000), (500, 100), (1000, 100)], &[(0, 0), (0, 100), (0, 0)]),
        ];
        for (blocks, expected) in rows {
            assert_eq!(places(None, blocks), (expected.to_vec(), 0), "{blocks:?}");
        }
    }

    #[test]
    fn jitter_is_left_alone() {
        let jitter = [0, 12, -9, 20, -20].into_iter().cycle();
        let blocks = (0..200).zip(jitter).map(|(n, jitter)| (n * 60 + jitter, 60)).collect::<Vec<_>>();
        let (places, impossible) = places(None, &blocks);
        assert!(places.iter().all(|&place| place == (0, 0)), "{places:?}");
        assert_eq!(impossible, 0);
    }

    #[test]
    fn drift_is_set_right_when_it_stays() {
        // Every block is a tenth of a millisecond shorter than it says.
        let mut clock = Clock::new(48_000, None);
        for block in 0..5000 {
            clock.place(block * 20 * MS, 955);
            let error = clock.now() - (block + 1) * 20 * MS;
            assert!(error.abs() < 12 * MS, "{error} ns after block {block}");
        }
        // Half a second is half a second, however long the blocks are.
        for block in [10, 60, 120] {
            let mut clock = Clock::new(1000, None);
            clock.place(0, 4000);
            for at in (3987..4587).step_by(block) {
                clock.place(at * MS, block);
            }
            // Of blocks shorter than the difference one is dropped, and the rest left alone.
            let error = clock.now() - 4587 * MS;
            assert!(error.abs() <= DRIFT, "{error} ns with blocks of {block} ms");
        }
    }

    #[test]
    fn impossible_times_keep_the_sound_and_make_no_hours_of_silence() {
        // A leap far past the declared end, then right times again.
        let leap = [(0, 100), (100, 100), (9_000_000, 100), (9_000_100, 100), (400, 100)];
        assert_eq!(places(Some(500), &leap), (vec![(0, 0), (0, 0), (0, 0), (0, 0), (0, 0)], 1));
        // The same without a declared length.
        assert_eq!(places(None, &leap), (vec![(0, 0), (0, 0), (0, 0), (0, 0), (0, 0)], 1));
        // Time that starts again at 0 in the middle.
        let again = [(0, 6000), (6000, 6000), (0, 6000), (6000, 6000), (12_000, 6000)];
        assert_eq!(places(Some(12_000), &again), (vec![(0, 0); 5], 1));
        // An hour's silence before each block, again and again, is believed only so often.
        let hours = (1..100).map(|hour| (hour * 3_500_000, 100)).collect::<Vec<_>>();
        let silence = places(None, &hours).0.iter().map(|&(silence, _)| silence).sum::<u64>();
        assert!((11 * 3_600_000..13 * 3_600_000).contains(&silence), "{silence} ms");
        // Cut out of a broadcast: the first time is a date.
        let dated = [(1_600_000_000_000, 100), (1_600_000_000_100, 100)];
        assert_eq!(places(None, &dated), (vec![(0, 0), (0, 0)], 0));
    }

    #[test]
    fn chained_streams_and_other_rates_go_on_where_the_last_ended() {
        let mut clock = Clock::new(1000, None);
        assert_eq!(clock.place(0, 7000), Place::default());
        clock.chain();
        assert_eq!(clock.place(0, 500), Place::default());
        assert_eq!(clock.now(), 7500 * MS);
        clock.change_rate(2000, clock.now());
        assert_eq!(clock.place(500 * MS, 2000), Place::default());
        assert_eq!(clock.place(1700 * MS, 2000), Place { silence: 400, skip: 0 });
        assert_eq!(clock.now(), 9700 * MS);
    }

    proptest! {
        #[test]
        fn any_times_are_placed_without_end_or_overflow(
            declared in proptest::option::of(any::<i64>()),
            blocks in proptest::collection::vec((any::<i64>(), 0usize..100_000), 0..50),
        ) {
            let mut clock = Clock::new(48_000, declared);
            for (at, frames) in blocks {
                let place = clock.place(at, frames);
                prop_assert!(place.skip <= frames);
                if declared.is_none() {
                    prop_assert!(place.silence <= 3600 * 48_000 + 1);
                }
            }
        }
    }
}

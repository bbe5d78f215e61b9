//! A window is what the recogniser hears at once: neighbouring regions of speech with the short pauses between them.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, TimeSpan};

use super::region::LONGEST;

/// A longer pause than this parts windows: the recogniser invents words in long silence.
const PAUSE: Millis = Millis::new(1500);

/// Where several languages are spoken, a gap this long between regions may be the change from one to another. It is a
/// pause of 0.7 s: regions are padded.
pub const TURN: Millis = Millis::new(300);

/// Some speech that is decoded together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// From the start of the first region to the end of the last; at most [`LONGEST`].
    pub span: TimeSpan,
    /// The regions of speech inside, at least one, in order.
    pub speech: Vec<TimeSpan>,
}

impl Window {
    fn of(region: TimeSpan) -> Self {
        Self { span: region, speech: vec![region] }
    }

    /// Returns the window as parts that lie between pauses of at least `pause`.
    #[must_use]
    pub fn split(&self, pause: Millis) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        for &region in &self.speech {
            match parts.last_mut() {
                Some(part) if region.start().since(part.span.end()) < pause => {
                    part.span = TimeSpan::at_least_one(part.span.start(), region.end());
                    part.speech.push(region);
                }
                _ => parts.push(Self { span: region, speech: vec![region] }),
            }
        }
        parts
    }

    /// Returns how much of the window is speech.
    #[must_use]
    pub fn speech_time(&self) -> Millis {
        self.speech.iter().fold(Millis::ZERO, |sum, region| sum.saturating_add(region.duration()))
    }
}

/// Packs a stream of regions into windows.
#[derive(Debug)]
pub struct Packer {
    longest: Millis,
    open: Option<Window>,
}

impl Packer {
    /// Begins a stream in which no window is longer than `longest`.
    #[must_use]
    pub fn new(longest: Millis) -> Self {
        Self { longest, open: None }
    }

    /// Takes the next region and returns the window before it, when the region does not fit into that.
    ///
    /// Regions come in order, do not overlap and are not longer than a window.
    pub fn push(&mut self, region: TimeSpan) -> Option<Window> {
        match &mut self.open {
            Some(window)
                if region.start().since(window.span.end()) < PAUSE
                    && region.end().since(window.span.start()) <= self.longest =>
            {
                window.span = TimeSpan::at_least_one(window.span.start(), region.end());
                window.speech.push(region);
                None
            }
            open => open.replace(Window::of(region)),
        }
    }

    /// Returns the open window when no region that starts at `earliest` or later fits into it.
    pub fn advance(&mut self, earliest: Millis) -> Option<Window> {
        self.open.take_if(|window| earliest.since(window.span.end()) >= PAUSE)
    }

    /// Returns the last window.
    pub fn finish(&mut self) -> Option<Window> {
        self.open.take()
    }

    /// Returns where the open window starts.
    #[must_use]
    pub fn start(&self) -> Option<Millis> {
        self.open.as_ref().map(|window| window.span.start())
    }
}

/// Groups a stream of windows into segments of at most a given length, the pauses between windows included.
#[derive(Debug)]
pub struct Grouper {
    limit: Millis,
    open: Vec<Window>,
}

impl Grouper {
    /// Makes a grouper; a limit under [`LONGEST`] is raised to it.
    #[must_use]
    pub fn new(limit: Millis) -> Self {
        Self { limit: limit.max(LONGEST), open: Vec::new() }
    }

    /// Takes the next window and returns the segment before it, when the window does not fit into that.
    pub fn push(&mut self, window: Window) -> Option<Vec<Window>> {
        let segment = self.start().filter(|start| window.span.end().since(*start) > self.limit);
        let segment = segment.map(|_| std::mem::take(&mut self.open));
        self.open.push(window);
        segment
    }

    /// Returns the open segment when no window that starts at `earliest` or later fits into it.
    pub fn advance(&mut self, earliest: Millis) -> Option<Vec<Window>> {
        self.start().filter(|start| earliest.since(*start) >= self.limit)?;
        Some(std::mem::take(&mut self.open))
    }

    /// Returns the last segment.
    pub fn finish(&mut self) -> Option<Vec<Window>> {
        (!self.open.is_empty()).then(|| std::mem::take(&mut self.open))
    }

    /// Returns where the open segment starts.
    #[must_use]
    pub fn start(&self) -> Option<Millis> {
        self.open.first().map(|window| window.span.start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Times = &'static [(u32, u32)];

    fn spans(times: &[(u32, u32)]) -> Vec<TimeSpan> {
        times.iter().filter_map(|&(start, end)| TimeSpan::new(Millis::new(start), Millis::new(end))).collect()
    }

    fn windows(regions: &[TimeSpan]) -> Vec<Window> {
        let mut packer = Packer::new(LONGEST);
        let mut windows = Vec::new();
        for &region in regions {
            windows.extend(packer.advance(region.start()));
            windows.extend(packer.push(region));
        }
        windows.extend(packer.finish());
        windows
    }

    #[test]
    fn neighbours_share_a_window_that_is_not_too_long() {
        let rows: [(Times, Times); 5] = [
            (&[], &[]),
            (&[(0, 1000), (2499, 3000)], &[(0, 3000)]),
            (&[(0, 1000), (2500, 3000)], &[(0, 1000), (2500, 3000)]),
            (&[(0, 20_000), (20_500, 28_000)], &[(0, 28_000)]),
            (&[(0, 20_000), (20_500, 28_001)], &[(0, 20_000), (20_500, 28_001)]),
        ];
        for (regions, expected) in rows {
            let windows: Vec<_> = windows(&spans(regions)).iter().map(|window| window.span).collect();
            assert_eq!(windows, spans(expected), "{regions:?}");
        }
    }

    #[test]
    fn silence_closes_a_segment() {
        let mut grouper = Grouper::new(Millis::from_seconds(300));
        assert_eq!(grouper.push(Window::of(spans(&[(1000, 2000)])[0])), None);
        assert_eq!(grouper.advance(Millis::new(300_999)), None);
        assert_eq!(grouper.advance(Millis::new(301_000)).map(|segment| segment.len()), Some(1));
        assert_eq!(grouper.finish(), None);
    }

    prop_compose! {
        fn any_regions()(steps in prop::collection::vec((0_u32..4000, 1_u32..=28_000), 0..60)) -> Vec<TimeSpan> {
            let mut now = 0;
            steps.into_iter().filter_map(|(pause, length)| {
                let start = now + pause;
                now = start + length;
                TimeSpan::new(Millis::new(start), Millis::new(now))
            }).collect()
        }
    }

    proptest! {
        #[test]
        fn windows_and_segments_hold_every_region_in_order(regions in any_regions()) {
            let windows = windows(&regions);
            let speech: Vec<TimeSpan> = windows.iter().flat_map(|window| window.speech.clone()).collect();
            prop_assert_eq!(speech, regions);
            prop_assert!(windows.iter().all(|window| window.span.duration() <= LONGEST));
            prop_assert!(windows.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
            for window in &windows {
                prop_assert_eq!(window.span.start(), window.speech[0].start());
                prop_assert_eq!(Some(window.span.end()), window.speech.last().map(|region| region.end()));
            }

            let limit = Millis::from_seconds(60);
            let mut grouper = Grouper::new(limit);
            let mut segments: Vec<Vec<Window>> = windows.iter().filter_map(|window| grouper.push(window.clone())).collect();
            segments.extend(grouper.finish());
            let length = |segment: &Vec<Window>| segment[segment.len() - 1].span.end().since(segment[0].span.start());
            prop_assert!(segments.iter().all(|segment| length(segment) <= limit));
            prop_assert_eq!(segments.concat(), windows);
        }
    }
}

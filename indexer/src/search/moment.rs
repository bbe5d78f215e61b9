//! A moment is a stretch of one recording that holds every required part within reach and cannot be shortened.
//!
//! Pure functions over sorted positions, where a position is the ordinal of a word. Moments of one recording never
//! contain each other, so that both their starts and their ends rise; everything here is one walk from left to right.

use crate::transcript::WordRange;

/// One place where a word or phrase is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    /// The ordinal of its first word.
    pub(super) first: u32,
    /// Whether every word is said in the very form that was asked for, marks included.
    pub(super) is_exact: bool,
}

/// The occurrences of one part in one recording.
#[derive(Debug, Clone, Default)]
pub(super) struct Occurrences {
    /// How many words each is long.
    pub(super) length: u32,
    /// Where they are, rising.
    pub(super) places: Vec<Occurrence>,
}

impl Occurrences {
    /// Returns the words of an occurrence.
    pub(super) fn words(&self, place: Occurrence) -> WordRange {
        WordRange::new(place.first, place.first + self.length)
    }

    /// Returns the occurrences that lie wholly inside some words.
    pub(super) fn inside(&self, words: WordRange) -> &[Occurrence] {
        let from = self.places.partition_point(|place| place.first < words.start);
        let count = self.places[from..].partition_point(|place| place.first + self.length <= words.end);
        &self.places[from..from + count]
    }

    /// Returns whether an occurrence starts in some words.
    pub(super) fn starts_in(&self, words: WordRange) -> bool {
        let next = self.places.partition_point(|place| place.first < words.start);
        self.places.get(next).is_some_and(|place| words.contains(place.first))
    }
}

/// Adds to `found` where the words of a phrase stand one directly after the other.
pub(super) fn phrase(words: &[Vec<Occurrence>], found: &mut Vec<Occurrence>) {
    // The rarest word decides how many places must be looked at.
    let Some((rarest, candidates)) = (0_u32..).zip(words).min_by_key(|(_, places)| places.len()) else { return };
    let mut cursors = vec![0; words.len()];
    'candidates: for candidate in candidates {
        let Some(first) = candidate.first.checked_sub(rarest) else { continue };
        let mut is_exact = true;
        for ((places, cursor), position) in words.iter().zip(&mut cursors).zip(first..) {
            *cursor += places[*cursor..].partition_point(|place| place.first < position);
            match places.get(*cursor) {
                Some(place) if place.first == position => is_exact &= place.is_exact,
                Some(_) => continue 'candidates,
                None => return,
            }
        }
        found.push(Occurrence { first, is_exact });
    }
}

/// Adds to `found` the moments of at most `reach` words in which all parts are said, in rising order.
pub(super) fn moments(parts: &[Occurrences], reach: u32, found: &mut Vec<WordRange>) {
    let mut cursors = vec![0; parts.len()];
    let mut pending: Option<WordRange> = None;
    let mut emit = |moment: Option<WordRange>| found.extend(moment.filter(|moment| moment.len() <= reach));
    loop {
        // The shortest stretch from the earliest next occurrence on.
        let (mut start, mut end) = (u32::MAX, 0);
        for (part, &cursor) in parts.iter().zip(&cursors) {
            let Some(place) = part.places.get(cursor) else { return emit(pending) };
            start = start.min(place.first);
            end = end.max(place.first + part.length);
        }
        if parts.is_empty() {
            return;
        }
        // If one that starts later ends no later, the pending one could be shortened at its start.
        if pending.is_some_and(|pending| pending.end < end) {
            emit(pending);
        }
        pending = Some(WordRange::new(start, end));
        for (part, cursor) in parts.iter().zip(&mut cursors) {
            *cursor += usize::from(part.places[*cursor].first == start);
        }
    }
}

/// A passage in which moments start, with those moments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Start<'a> {
    /// The passage's ordinal.
    pub(super) passage: u32,
    /// The moments that start in it, at least one.
    pub(super) moments: &'a [WordRange],
}

impl Start<'_> {
    /// Returns the words from the first moment's start to the last one's end.
    pub(super) fn words(&self) -> WordRange {
        let last = self.moments.len() - 1;
        WordRange::new(self.moments[0].start, self.moments[last].end)
    }

    /// Returns the occurrences that lie inside one of the moments, in order.
    pub(super) fn matches(&self, parts: &[Occurrences]) -> Vec<WordRange> {
        let inside = |part: &Occurrences| {
            let of_moment = |&moment: &WordRange| part.inside(moment).to_vec();
            self.moments.iter().flat_map(of_moment).map(|place| part.words(place)).collect::<Vec<_>>()
        };
        let mut matches: Vec<WordRange> = parts.iter().flat_map(inside).collect();
        matches.sort_unstable();
        matches.dedup();
        matches
    }
}

/// The borders of a recording's passages, as a walk from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Borders<'a> {
    starts: &'a [u32],
    passage: usize,
}

impl<'a> Borders<'a> {
    /// Takes the ordinals at which passages start, rising from 0.
    pub(super) fn new(starts: &'a [u32]) -> Self {
        Self { starts, passage: 0 }
    }

    /// Returns the passage of a word, which must not lie before the one asked for last.
    pub(super) fn passage_of(&mut self, word: u32) -> u32 {
        // Mostly the same passage or the next.
        while self.starts.get(self.passage + 1).is_some_and(|&next| next <= word) {
            self.passage += 1;
        }
        u32::try_from(self.passage).unwrap_or(u32::MAX)
    }

    /// Returns the words from the start of one passage to the end of another.
    pub(super) fn words(&self, first: u32, last: u32) -> WordRange {
        let start = |passage: u32| self.starts.get(passage as usize).copied();
        WordRange::new(start(first).unwrap_or(0), start(last + 1).unwrap_or(u32::MAX))
    }
}

/// Takes out the moments that touch a passage in which an excluded part starts.
pub(super) fn reject(moments: &mut Vec<WordRange>, excluded: &[Occurrences], borders: Borders<'_>) {
    let (mut first, mut last) = (borders, borders);
    moments.retain(|moment| {
        let touched = borders.words(first.passage_of(moment.start), last.passage_of(moment.end - 1));
        !excluded.iter().any(|part| part.starts_in(touched))
    });
}

/// Groups moments by the passage in which they start.
pub(super) fn starts<'a>(moments: &'a [WordRange], mut borders: Borders<'a>) -> impl Iterator<Item = Start<'a>> {
    let mut rest = moments;
    std::iter::from_fn(move || {
        let passage = borders.passage_of(rest.first()?.start);
        let end = borders.words(passage, passage).end;
        let (here, after) = rest.split_at(rest.partition_point(|moment| moment.start < end));
        rest = after;
        Some(Start { passage, moments: here })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(length: u32, firsts: &[u32]) -> Occurrences {
        let places = firsts.iter().map(|&first| Occurrence { first, is_exact: true }).collect();
        Occurrences { length, places }
    }

    fn ranges(ranges: &[(u32, u32)]) -> Vec<WordRange> {
        ranges.iter().map(|&(start, end)| WordRange::new(start, end)).collect()
    }

    #[test]
    fn a_moment_cannot_be_shortened() {
        for (parts, reach, expected) in [
            (vec![], 10, &[][..]),
            (vec![part(1, &[])], 10, &[]),
            (vec![part(1, &[3, 7])], 10, &[(3, 4), (7, 8)]),
            (vec![part(1, &[0, 5]), part(1, &[2, 9])], 10, &[(0, 3), (2, 6), (5, 10)]),
            (vec![part(1, &[0, 1, 2]), part(1, &[3])], 10, &[(2, 4)]),
            (vec![part(1, &[0]), part(1, &[10])], 10, &[]),
            (vec![part(1, &[0]), part(1, &[9])], 10, &[(0, 10)]),
            (vec![part(2, &[0, 4]), part(1, &[1])], 10, &[(0, 2), (1, 6)]),
            (vec![part(2, &[3]), part(3, &[3])], 10, &[(3, 6)]),
            (vec![part(3, &[1]), part(1, &[2, 8]), part(1, &[0])], 10, &[(0, 4)]),
        ] {
            let mut found = Vec::new();
            moments(&parts, reach, &mut found);
            assert_eq!(found, ranges(expected), "{parts:?}");
        }
    }

    #[test]
    fn a_phrase_is_consecutive() {
        let places = |firsts: &[u32]| part(1, firsts).places;
        for (words, expected) in [
            (vec![places(&[1, 5]), places(&[2, 7])], &[1][..]),
            (vec![places(&[0, 1, 2]), places(&[1, 2, 3])], &[0, 1, 2]),
            (vec![places(&[0]), places(&[0])], &[]),
            (vec![places(&[4, 5, 6]), places(&[4, 5, 6]), places(&[6])], &[4]),
            (vec![places(&[]), places(&[1])], &[]),
        ] {
            let mut found = Vec::new();
            phrase(&words, &mut found);
            assert_eq!(found.iter().map(|place| place.first).collect::<Vec<_>>(), expected, "{words:?}");
        }
    }

    #[test]
    fn moments_belong_to_the_passage_in_which_they_start() {
        let borders = Borders::new(&[0, 10, 20]);
        let mut found = ranges(&[(2, 12), (9, 15), (12, 22), (25, 26)]);
        let grouped = |found: &[WordRange]| {
            starts(found, borders).map(|start| (start.passage, start.moments.len(), start.words())).collect::<Vec<_>>()
        };
        let expected = [(0, 2, WordRange::new(2, 15)), (1, 1, WordRange::new(12, 22)), (2, 1, WordRange::new(25, 26))];
        assert_eq!(grouped(&found), expected);
        // Said in the first passage only: whatever does not touch it stays.
        reject(&mut found, &[part(2, &[9])], borders);
        assert_eq!(grouped(&found), expected[1..]);
    }

    #[test]
    fn matches_lie_inside_a_moment() {
        let parts = [part(1, &[3, 8, 30]), part(2, &[4, 7])];
        let found = ranges(&[(3, 6), (7, 9)]);
        let start = Start { passage: 0, moments: &found };
        assert_eq!(start.matches(&parts), ranges(&[(3, 4), (4, 6), (7, 9), (8, 9)]));
    }
}

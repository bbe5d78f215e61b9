//! A moment is a stretch of one recording that holds every required part within reach and cannot be shortened.
//!
//! Pure functions over sorted positions, where a position is the ordinal of a word. Occurrences of one part never
//! contain each other, and neither do moments of one branch, so that both their starts and their ends rise; everything
//! here is one walk from left to right.

use super::fault::{Fault, is_seeded};
use crate::query::MAX_OPERANDS;
use crate::transcript::WordRange;

/// How well what is said fits what was asked for, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// With the very letters and marks.
    Exact,
    /// With other marks, inflected, or beginning with what was asked for.
    Close,
    /// With other letters.
    Fuzzy,
    /// Inflected, while the spelling of what was asked for is in doubt: its stem may be that of a very different word.
    Doubtful,
}

/// One place where a part is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    /// The ordinal of its first word.
    pub(super) first: u32,
    /// The ordinal after its last word.
    pub(super) end: u32,
    /// How well the word fits that fits worst.
    pub(super) form: Form,
}

impl Occurrence {
    /// Returns its words.
    pub(super) fn words(self) -> WordRange {
        WordRange::new(self.first, self.end)
    }
}

/// The occurrences of one part in one recording.
#[derive(Debug, Clone, Default)]
pub(super) struct Occurrences {
    /// How many of an occurrence's words were asked for: all, unless others may lie between.
    pub(super) length: u32,
    /// Where they are, rising.
    pub(super) places: Vec<Occurrence>,
    /// What is marked in them when it is not all of them, rising.
    pub(super) marks: Vec<WordRange>,
}

impl Occurrences {
    /// Returns the occurrences that lie wholly inside some words.
    pub(super) fn inside(&self, words: WordRange) -> &[Occurrence] {
        let from = self.places.partition_point(|place| place.first < words.start);
        let count = self.places[from..].partition_point(|place| place.end <= words.end);
        &self.places[from..from + count]
    }

    /// Adds what is marked of the occurrences that lie wholly inside some words.
    fn marks_inside(&self, words: WordRange, found: &mut Vec<WordRange>) {
        for place in self.inside(words) {
            if self.marks.is_empty() {
                found.push(place.words());
                continue;
            }
            let from = self.marks.partition_point(|mark| mark.start < place.first);
            let marks = self.marks[from..].iter().take_while(|mark| mark.start < place.end);
            found.extend(marks.filter(|mark| mark.end <= place.end));
        }
    }
}

/// Keeps the phrases in which a word stands, `offset` words after their first one; both lists rise.
pub(super) fn follow(phrases: &mut Vec<Occurrence>, said: &[Occurrence], offset: u32) {
    let mut rest = said;
    phrases.retain_mut(|phrase| {
        let word = phrase.first + offset;
        // Mostly many words lie between.
        rest = &rest[rest.partition_point(|place| place.first < word)..];
        let found = rest.first().filter(|place| place.first == word);
        found.inspect(|place| phrase.form = phrase.form.max(place.form)).is_some()
    });
}

/// Adds to `found` the shortest stretches in which operands stand in any order, none on top of another, with at most
/// `distance` other words between the first word and the last.
pub(super) fn near(operands: &[&[Occurrence]], distance: u32, found: &mut Vec<Occurrence>) {
    if operands.iter().any(|places| places.is_empty()) {
        return;
    }
    let held: u32 = operands.iter().map(|places| places[0].end - places[0].first).sum();
    let distance = if is_seeded(Fault::NearDistance) { distance + 1 } else { distance };
    let longest = held.saturating_add(distance);
    let mut stretches = Vec::new();
    debug_assert!(operands.len() <= MAX_OPERANDS, "the parser takes no more");
    if can_meet(operands) {
        placements(operands, longest, &mut stretches);
    } else {
        moments(operands, &mut stretches);
        stretches.retain(|stretch| stretch.len() <= longest);
    }
    for stretch in stretches {
        let best = |places: &&[Occurrence]| {
            let from = places.partition_point(|place| place.first < stretch.start);
            places[from..].iter().take_while(|place| place.end <= stretch.end).map(|place| place.form).min()
        };
        let form = operands.iter().filter_map(best).max().unwrap_or(Form::Doubtful);
        found.push(Occurrence { first: stretch.start, end: stretch.end, form });
    }
}

/// Whether occurrences of different operands share a word anywhere.
fn can_meet(operands: &[&[Occurrence]]) -> bool {
    let mut all: Vec<_> =
        operands.iter().enumerate().flat_map(|(n, places)| places.iter().map(move |it| (*it, n))).collect();
    all.sort_unstable();
    let mut latest: Vec<u32> = vec![0; operands.len()];
    all.iter().any(|&(place, operand)| {
        let meets = latest.iter().enumerate().any(|(other, &end)| other != operand && end > place.first);
        latest[operand] = place.end;
        meets
    })
}

/// Adds the shortest stretches of at most `longest` words in which all operands have a place of their own.
///
/// For each start the places after it are taken from left to right, and for each position is kept which sets of
/// operands can stand before it: a bit a set, so that there may be at most [`MAX_OPERANDS`].
fn placements(operands: &[&[Occurrence]], longest: u32, found: &mut Vec<WordRange>) {
    let mut places: Vec<(u32, u32, usize)> = Vec::new();
    for (operand, occurrences) in operands.iter().enumerate() {
        places.extend(occurrences.iter().map(|place| (place.first, place.end, operand)));
    }
    places.sort_unstable();
    let everything = 1_u128 << ((1 << operands.len()) - 1);
    let sets_without =
        |operand: usize| (0..128).filter(|set| set >> operand & 1 == 0).fold(0, |sets, set| sets | 1_u128 << set);
    let without: Vec<u128> = (0..operands.len()).map(sets_without).collect();
    let (mut reached, mut shortest) = (Vec::new(), Vec::new());
    // From right to left: a stretch is the shortest from its start when no later one ends as early.
    let mut earliest_end = u32::MAX;
    let mut index = places.len();
    while index > 0 {
        let start = places[index - 1].0;
        index = places.partition_point(|place| place.0 < start);
        let latest_end = start.saturating_add(longest).min(earliest_end - 1).max(start);
        reached.clear();
        reached.resize((latest_end - start + 1) as usize, 0);
        // The empty set stands in the empty stretch.
        reached[0] = 1;
        let mut known = 0;
        for &(first, end, operand) in places[index..].iter().take_while(|place| place.0 < latest_end) {
            let (from, to) = ((first - start) as usize, (end - start) as usize);
            while known < from {
                known += 1;
                reached[known] |= reached[known - 1];
            }
            if end <= latest_end {
                reached[to] |= (reached[from] & without[operand]) << (1 << operand);
            }
        }
        if let Some(length) = (0..).zip(&reached).find(|(_, sets)| *sets & everything != 0).map(|(length, _)| length) {
            earliest_end = start + length;
            shortest.push(WordRange::new(start, earliest_end));
        }
    }
    found.extend(shortest.into_iter().rev());
}

/// Adds to `found` the stretches that hold an occurrence of every part and cannot be shortened, in rising order.
pub(super) fn moments(parts: &[&[Occurrence]], found: &mut Vec<WordRange>) {
    if let [places] = parts {
        return found.extend(places.iter().map(|place| place.words()));
    }
    let mut cursors = vec![0; parts.len()];
    let mut pending: Option<WordRange> = None;
    loop {
        // The shortest stretch from the earliest next occurrence on.
        let (mut start, mut end) = (u32::MAX, 0);
        for (places, &cursor) in parts.iter().zip(&cursors) {
            let Some(place) = places.get(cursor) else { return found.extend(pending) };
            start = start.min(place.first);
            end = end.max(place.end);
        }
        if parts.is_empty() {
            return;
        }
        // If one that starts later ends no later, the pending one could be shortened at its start.
        if pending.is_some_and(|pending| pending.end < end || is_seeded(Fault::Minimality)) {
            found.extend(pending);
        }
        pending = Some(WordRange::new(start, end));
        for (places, cursor) in
            parts.iter().zip(&mut cursors).filter(|(places, cursor)| places[**cursor].first == start)
        {
            *cursor += 1;
            // Of stretches that end at the same place the last is the shortest.
            if places.get(*cursor + 1).is_some_and(|next| next.end <= end) {
                *cursor += places[*cursor + 1..].partition_point(|place| place.end <= end);
            }
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

    /// Adds what is marked of the occurrences that lie inside one of the moments.
    pub(super) fn matches(&self, parts: &[&Occurrences], found: &mut Vec<WordRange>) {
        for part in parts {
            self.moments.iter().for_each(|&moment| part.marks_inside(moment, found));
        }
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
        // Mostly the same passage or the next, and else one far away.
        for _ in 0..2 {
            if self.starts.get(self.passage + 1).is_none_or(|&next| next > word) {
                return u32::try_from(self.passage).unwrap_or(u32::MAX);
            }
            self.passage += 1;
        }
        self.passage += self.starts[self.passage + 1..].partition_point(|&next| next <= word);
        u32::try_from(self.passage).unwrap_or(u32::MAX)
    }

    /// Returns the words from the start of one passage to the end of another.
    pub(super) fn words(&self, first: u32, last: u32) -> WordRange {
        let start = |passage: u32| self.starts.get(passage as usize).copied();
        WordRange::new(start(first).unwrap_or(0), start(last + 1).unwrap_or(u32::MAX))
    }
}

/// Takes out the moments that touch a passage in which one of some rising words stands.
pub(super) fn reject(moments: &mut Vec<WordRange>, excluded: &[u32], borders: Borders<'_>) {
    let (mut first, mut last) = (borders, borders);
    moments.retain(|moment| {
        let touched = borders.words(first.passage_of(moment.start), last.passage_of(moment.end - 1));
        let next = excluded.partition_point(|&word| word < touched.start);
        !excluded.get(next).is_some_and(|&word| touched.contains(word))
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

    fn places(length: u32, firsts: &[u32]) -> Vec<Occurrence> {
        firsts.iter().map(|&first| Occurrence { first, end: first + length, form: Form::Exact }).collect()
    }

    fn part(length: u32, firsts: &[u32]) -> Occurrences {
        Occurrences { length, places: places(length, firsts), marks: Vec::new() }
    }

    fn ranges(ranges: &[(u32, u32)]) -> Vec<WordRange> {
        ranges.iter().map(|&(start, end)| WordRange::new(start, end)).collect()
    }

    fn slices(parts: &[Vec<Occurrence>]) -> Vec<&[Occurrence]> {
        parts.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn a_moment_cannot_be_shortened() {
        for (parts, expected) in [
            (vec![], &[][..]),
            (vec![places(1, &[])], &[]),
            (vec![places(1, &[3, 7])], &[(3, 4), (7, 8)]),
            (vec![places(1, &[0, 5]), places(1, &[2, 9])], &[(0, 3), (2, 6), (5, 10)]),
            (vec![places(1, &[0, 1, 2]), places(1, &[3])], &[(2, 4)]),
            (vec![places(1, &[0]), places(1, &[9])], &[(0, 10)]),
            (vec![places(2, &[0, 4]), places(1, &[1])], &[(0, 2), (1, 6)]),
            (vec![places(2, &[3]), places(3, &[3])], &[(3, 6)]),
            (vec![places(3, &[1]), places(1, &[2, 8]), places(1, &[0])], &[(0, 4)]),
        ] {
            let mut found = Vec::new();
            moments(&slices(&parts), &mut found);
            assert_eq!(found, ranges(expected), "{parts:?}");
        }
    }

    #[test]
    fn a_phrase_is_consecutive() {
        for (words, expected) in [
            (vec![places(1, &[1, 5]), places(1, &[2, 7])], &[1][..]),
            (vec![places(1, &[0, 1, 2]), places(1, &[1, 2, 3])], &[0, 1, 2]),
            (vec![places(1, &[0]), places(1, &[0])], &[]),
            (vec![places(1, &[4, 5, 6]), places(1, &[4, 5, 6]), places(1, &[6])], &[4]),
            (vec![places(1, &[]), places(1, &[1])], &[]),
        ] {
            let mut found = words[0].clone();
            (1..).zip(&words[1..]).for_each(|(offset, said)| follow(&mut found, said, offset));
            assert_eq!(found.iter().map(|place| place.first).collect::<Vec<_>>(), expected, "{words:?}");
        }
    }

    #[test]
    fn near_is_any_order_and_no_word_twice() {
        for (operands, distance, expected) in [
            (vec![places(1, &[0]), places(1, &[3])], 2, &[(0, 4)][..]),
            (vec![places(1, &[0]), places(1, &[3])], 1, &[]),
            (vec![places(1, &[3, 9]), places(1, &[1, 8])], 1, &[(1, 4), (8, 10)]),
            (vec![places(1, &[4, 5]), places(1, &[4, 5])], 0, &[(4, 6)]),
            (vec![places(1, &[4]), places(1, &[4])], 9, &[]),
            (vec![places(1, &[0, 2, 4]), places(1, &[0, 2, 4]), places(1, &[0, 2, 4])], 2, &[(0, 5)]),
            (vec![places(1, &[0, 2, 4]), places(1, &[0, 2, 4]), places(1, &[0, 2, 4])], 1, &[]),
            (vec![places(2, &[0, 1]), places(1, &[1, 2])], 0, &[(0, 3)]),
            (vec![places(2, &[0, 1]), places(2, &[1, 2])], 0, &[(0, 4)]),
        ] {
            let mut found = Vec::new();
            near(&slices(&operands), distance, &mut found);
            let found: Vec<_> = found.iter().map(|place| place.words()).collect();
            assert_eq!(found, ranges(expected), "{operands:?}");
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
        reject(&mut found, &[9], borders);
        assert_eq!(grouped(&found), expected[1..]);
    }

    #[test]
    fn matches_lie_inside_a_moment() {
        let mut near = part(2, &[4, 7]);
        let parts = [part(1, &[3, 8, 30]), near.clone()];
        let found = ranges(&[(3, 6), (7, 9)]);
        let start = Start { passage: 0, moments: &found };
        let mut matches = Vec::new();
        start.matches(&[&parts[0], &parts[1]], &mut matches);
        assert_eq!(matches, ranges(&[(3, 4), (8, 9), (4, 6), (7, 9)]));
        // Of words near each other, the words between are not marked.
        near.places = vec![Occurrence { first: 3, end: 6, form: Form::Exact }];
        near.marks = ranges(&[(3, 4), (5, 6), (7, 8)]);
        matches.clear();
        start.matches(&[&near], &mut matches);
        assert_eq!(matches, ranges(&[(3, 4), (5, 6)]));
    }
}
